/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps one after the other: what is read must be what is expected, what was written must
 * read back. The first that fails ends it, and all is undone. */
#include <errno.h>
#include <string.h>

#include "core/apply_parts.h"

void p2p_apply_keep(struct p2p_apply_register *reg, int result, uint32_t value)
{
	reg->is_read = !result;
	reg->place = P2P_PLACE_UNKNOWN;
	if (!result)
		reg->now = value;
	else if (result == -ENODEV)
		reg->place = P2P_PLACE_GONE;
	else if (result == -EXDEV)
		reg->place = P2P_PLACE_OTHER;
}

/* What was read last is still so, in the bits that count. */
static int read_expected(const struct carrying *carrying, uint32_t reg,
			 uint32_t *ret_value)
{
	const struct p2p_apply *apply = carrying->apply;
	uint32_t expected = apply->registers[reg].now, value = 0;
	int result = p2p_apply_read(carrying, reg, &value, carrying->err);

	if (!result && ((value ^ expected) & apply_expected(carrying, reg)))
		return p2p_apply_say(apply, reg, -ESTALE,
				     (struct apply_said){ "reads", value,
							  ": it changed by itself from",
							  expected },
				     carrying->err);
	if (!result)
		*ret_value = value;
	return result;
}

static int write_and_read(const struct carrying *carrying, struct p2p_apply_op *op,
			  uint32_t value)
{
	struct p2p_apply_register *reg = &carrying->apply->registers[op->reg];
	uint32_t counts = op->mask | apply_expected(carrying, op->reg), back = 0;
	int result = p2p_apply_write(carrying, op->reg, value, carrying->err);

	if (!result)
		result = p2p_apply_read(carrying, op->reg, &back, carrying->err);
	if (result)
		return result;
	op->read_back = reg->now = back;
	if ((back ^ value) & counts)
		return p2p_apply_say(carrying->apply, op->reg, -EIO,
				     (struct apply_said){ "did not keep", value,
							  ", reads", back },
				     carrying->err);
	return 0;
}

static int say_stopped(const struct carrying *carrying)
{
	return p2p_err_set(carrying->err, -EINTR, "stopped before all was written");
}

static int take_step(struct carrying *carrying, uint32_t op)
{
	struct p2p_apply_op *at = &carrying->apply->ops[op];
	uint32_t wanted = carrying->is_restore ? at->old : at->new, now = 0;
	uint32_t value;
	int result;

	if (carrying->calls->stop && carrying->calls->stop(carrying->calls->data))
		return say_stopped(carrying);
	result = read_expected(carrying, at->reg, &now);
	if (result)
		return result;
	value = apply_put(now, at->mask, wanted);
	carrying->before[op] = now;
	carrying->steps[op] = value == now ? STEP_SAME : STEP_WRITTEN;
	if (value != now)
		result = write_and_read(carrying, at, value);
	if (result)
		return result;
	at->read_back = value == now ? now : at->read_back;
	at->result = carrying->is_restore ? P2P_RESULT_ROLLED_BACK : P2P_RESULT_WRITTEN;
	return p2p_apply_note(carrying, carrying->err);
}

/* What an earlier restore put back, or refuses now, is not touched. */
static bool is_asked(const struct carrying *carrying, uint32_t op)
{
	const struct p2p_apply_op *at = &carrying->apply->ops[op];

	return !apply_is_refused(carrying->apply, at->reg) &&
	       !(carrying->is_restore && at->result == P2P_RESULT_ROLLED_BACK);
}

static int take_steps(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;
	int result = 0;

	for (uint32_t n = 0; n < apply->n_ops && !result; n++) {
		uint32_t op = apply_step(carrying, n);

		if (!is_asked(carrying, op))
			continue;
		result = take_step(carrying, op);
		if (result)
			apply->failed = op;
	}
	return result;
}

/* Every register that was written, once more, when all have been. */
static int read_all_again(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;
	int result = 0;

	for (uint32_t n = 0; n < apply->n_ops && !result; n++) {
		uint32_t op = apply_step(carrying, n), reg = apply->ops[op].reg,
			 value = 0;

		if (carrying->steps[op] == STEP_NOT_TAKEN)
			continue;
		result = read_expected(carrying, reg, &value);
		p2p_apply_keep(&apply->registers[reg], result, value);
		if (!result)
			apply->registers[reg].place =
				p2p_apply_classify(apply, reg, value);
		else
			apply->failed = op;
	}
	return result;
}

/* A function that is refused keeps what was applied to it. */
static bool is_all_back(const struct p2p_apply *apply)
{
	for (uint32_t i = 0; i < apply->n_ops; i++)
		if (apply->ops[i].result == P2P_RESULT_WRITTEN)
			return false;
	return true;
}

/* What holds functions awake ends before the journal says that all is undone. */
static int finish(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;
	int held = 0, noted;

	apply->state = P2P_APPLY_APPLIED;
	apply->outcome = P2P_OUTCOME_DONE;
	if (carrying->is_restore)
		held = p2p_apply_hold(carrying, false, carrying->err);
	if (held)
		apply->state = P2P_APPLY_UNDOING;
	else if (carrying->is_restore && is_all_back(apply))
		apply->state = P2P_APPLY_UNDONE;
	noted = p2p_apply_note(carrying, held ? NULL : carrying->err);
	return held ? held : noted;
}

int p2p_apply_carry(struct carrying *carrying)
{
	int result = take_steps(carrying);

	if (!result)
		result = read_all_again(carrying);
	if (!result) {
		result = finish(carrying);
		if (!result || carrying->is_restore)
			return result;
	}
	p2p_apply_undo(carrying);
	return result;
}

/* Unknown bits were 0 in the plan; from here on values are whole. */
static void take_whole(struct p2p_apply *apply)
{
	for (uint32_t i = 0; i < apply->n_ops; i++) {
		const struct p2p_apply_register *reg =
			&apply->registers[apply->ops[i].reg];

		apply->ops[i].old = apply_put(reg->now, reg->known, apply->ops[i].old);
		apply->ops[i].new = apply_put(reg->now, reg->known, apply->ops[i].new);
	}
	for (uint32_t i = 0; i < apply->n_registers; i++) {
		struct p2p_apply_register *reg = &apply->registers[i];

		reg->original = reg->now;
		reg->applied = apply_put(reg->now, reg->mask, reg->applied);
	}
}

static int check_register(struct carrying *carrying, uint32_t reg, struct p2p_err *err)
{
	struct p2p_apply *apply = carrying->apply;
	struct p2p_apply_register *at = &apply->registers[reg];
	uint32_t value = 0;
	int result = p2p_apply_recognise(carrying, reg, err);

	if (!result)
		result = p2p_apply_read(carrying, reg, &value, err);
	p2p_apply_keep(at, result, value);
	carrying->start[reg] = value;
	if (result)
		return result;
	if (!((value ^ at->original) & at->known)) {
		at->place = P2P_PLACE_ORIGINAL;
		return 0;
	}
	at->place = P2P_PLACE_CHANGED;
	return p2p_apply_say(apply, reg, -ESTALE,
			     (struct apply_said){ "reads", value,
						  ": the plan was made for",
						  at->original },
			     err);
}

/* All are looked at, so that all differences are known. */
static int check(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;
	int first = 0;

	for (uint32_t i = 0; i < apply->n_registers; i++) {
		int result = check_register(carrying, i, first ? NULL : carrying->err);

		first = first ? first : result;
	}
	if (!first)
		take_whole(apply);
	return first;
}

static bool is_asleep(const struct p2p_apply *apply)
{
	for (uint32_t i = 0; i < apply->n_functions; i++)
		if (apply->functions[i].power == P2P_CONTROL_AUTO)
			return true;
	return false;
}

/* The old values of what holds a device awake are noted before they go. */
static int prepare(struct carrying *carrying)
{
	int result = 0;

	if (carrying->calls->hold && is_asleep(carrying->apply))
		result = p2p_apply_note(carrying, carrying->err);
	if (!result)
		result = p2p_apply_hold(carrying, true, carrying->err);
	if (!result)
		result = check(carrying);
	if (result)
		return result;
	carrying->apply->state = P2P_APPLY_WRITING;
	return p2p_apply_note(carrying, carrying->err);
}

/* Nothing was written. A journal that could not be written is none; one that was says
 * so. */
static void give_up(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;

	for (uint32_t i = 0; i < apply->n_ops; i++)
		apply->ops[i].result = P2P_RESULT_UNCHANGED;
	apply->state = P2P_APPLY_UNDONE;
	apply->outcome = P2P_OUTCOME_REFUSED;
	p2p_apply_hold(carrying, false, NULL);
	if (is_asleep(apply) && carrying->calls->hold)
		p2p_apply_note(carrying, NULL);
}

int p2p_apply_run(struct p2p_apply *apply, const struct p2p_apply_calls *calls,
		  struct p2p_err *err)
{
	struct carrying carrying = { .apply = apply, .calls = calls, .err = err };
	int result;

	if (apply->state != P2P_APPLY_NEW)
		return p2p_err_set(err, -EINVAL,
				   "this was carried out before (plan "
				   "again)");
	apply->failed = P2P_NONE;
	apply->outcome = P2P_OUTCOME_DONE;
	if (!apply->n_ops)
		return 0;
	result = p2p_apply_begin(&carrying);
	if (!result)
		result = prepare(&carrying);
	if (result)
		give_up(&carrying);
	else
		result = p2p_apply_carry(&carrying);
	p2p_apply_end(&carrying);
	return result;
}
