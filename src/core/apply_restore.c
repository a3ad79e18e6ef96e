/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transaction taken back: functions that are not what was written are refused, the
 * others put back; what was never finished is undone from what the journal kept. */
#include <errno.h>

#include "core/apply_parts.h"

struct restoring {
	struct carrying carrying;
	const struct p2p_machine *machine;
	bool allows_changed;
	struct p2p_err refusal; /* the first */
	uint32_t n_refused;
};

static void refuse(struct restoring *restoring, uint32_t function)
{
	struct p2p_apply_function *at = &restoring->carrying.apply->functions[function];

	restoring->n_refused += !at->is_refused;
	at->is_refused = true;
}

static const char *why_not_found(enum p2p_apply_place place)
{
	switch (place) {
	case P2P_PLACE_GONE:
		return "is not there any more, or reads all-ones";
	case P2P_PLACE_OTHER:
		return "another device is there than the one that was written";
	case P2P_PLACE_UNKNOWN:
		return "cannot be told from another device: its ids or its serial number "
		       "could not be read";
	case P2P_PLACE_ORIGINAL:
	case P2P_PLACE_BETWEEN:
	case P2P_PLACE_APPLIED:
	case P2P_PLACE_CHANGED:
		break;
	}
	return "";
}

/* Functions that are not found, by what they are. */
static void find_functions(struct restoring *restoring)
{
	struct p2p_apply *apply = restoring->carrying.apply;

	p2p_apply_look(apply, restoring->machine);
	for (uint32_t f = 0; f < apply->n_functions; f++) {
		uint32_t index;
		char address[P2P_BDF_SIZE];
		enum p2p_apply_place place =
			p2p_apply_find(&apply->functions[f], restoring->machine, &index);

		apply->functions[f].is_refused = false;
		if (place == P2P_PLACE_ORIGINAL)
			continue;
		if (!restoring->n_refused)
			p2p_err_set(&restoring->refusal, 0, "%s: %s",
				    p2p_bdf_format(apply->functions[f].bdf, address),
				    why_not_found(place));
		refuse(restoring, f);
	}
}

/* What was never written, or is back, may be somebody else's now. */
static bool is_op_asked(const struct p2p_apply_op *op)
{
	return op->result == P2P_RESULT_WRITTEN || op->result == P2P_RESULT_FAILED;
}

static bool is_asked(const struct p2p_apply *apply, uint32_t reg)
{
	for (uint32_t i = 0; i < apply->n_ops; i++)
		if (apply->ops[i].reg == reg && is_op_asked(&apply->ops[i]))
			return true;
	return false;
}

/* What an earlier undoing left may have any of its bits put back and others not. */
static bool is_fine(const struct restoring *restoring,
		    const struct p2p_apply_register *reg)
{
	switch (reg->place) {
	case P2P_PLACE_ORIGINAL:
	case P2P_PLACE_APPLIED:
		return true;
	case P2P_PLACE_BETWEEN:
		return restoring->allows_changed ||
		       restoring->carrying.apply->state != P2P_APPLY_APPLIED;
	case P2P_PLACE_CHANGED:
		return restoring->allows_changed || reg->is_left;
	case P2P_PLACE_UNKNOWN:
	case P2P_PLACE_GONE:
	case P2P_PLACE_OTHER:
		break;
	}
	return false;
}

static void check_register(struct restoring *restoring, uint32_t reg)
{
	struct p2p_apply *apply = restoring->carrying.apply;
	struct p2p_apply_register *at = &apply->registers[reg];
	struct p2p_err *err = restoring->n_refused ? NULL : &restoring->refusal;
	uint32_t value = 0;
	int result = p2p_apply_recognise(&restoring->carrying, reg, err);

	if (!result)
		result = p2p_apply_read(&restoring->carrying, reg, &value, err);
	p2p_apply_keep(at, result, value);
	restoring->carrying.start[reg] = value;
	if (!result)
		at->place = p2p_apply_classify(apply, reg, value);
	if (is_fine(restoring, at))
		return;
	if (!result)
		p2p_apply_say(apply, reg, 0,
			      (struct apply_said){ "reads", value,
						   ": it is no longer what was applied,",
						   at->applied },
			      err);
	refuse(restoring, at->function);
}

static void check_registers(struct restoring *restoring)
{
	struct p2p_apply *apply = restoring->carrying.apply;

	for (uint32_t i = 0; i < apply->n_registers; i++)
		if (!apply_is_refused(apply, i) && is_asked(apply, i))
			check_register(restoring, i);
}

/* The write that a crash may have come behind counts as one that was done. */
static void mark_next(struct p2p_apply *apply)
{
	uint32_t i = 0;

	while (i < apply->n_ops && apply->ops[i].result != P2P_RESULT_NONE)
		i++;
	if (i < apply->n_ops && apply->state == P2P_APPLY_WRITING)
		apply->ops[i].result = P2P_RESULT_WRITTEN;
}

/* What was never finished: each op that may have been written is put back. */
static void finish_undoing(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;

	carrying->is_final = true;
	carrying->is_restore = false;
	for (uint32_t i = 0; i < apply->n_registers; i++)
		carrying->start[i] = apply->registers[i].original;
	for (uint32_t i = 0; i < apply->n_ops; i++) {
		carrying->before[i] = apply->ops[i].old;
		if (!apply_is_refused(apply, apply->ops[i].reg) &&
		    is_op_asked(&apply->ops[i]))
			carrying->steps[i] = STEP_WRITTEN;
	}
	p2p_apply_undo(carrying);
}

/* The first register that could not be put back. */
static int say_left(struct restoring *restoring)
{
	const struct p2p_apply *apply = restoring->carrying.apply;
	struct p2p_err *err = restoring->carrying.err;

	for (uint32_t i = 0; i < apply->n_registers; i++) {
		const struct p2p_apply_register *reg = &apply->registers[i];

		if (!reg->is_left || apply_is_refused(apply, i))
			continue;
		if (reg->is_read)
			return p2p_apply_say(
				apply, i, -EIO,
				(struct apply_said){ "reads", reg->now,
						     " and could not be put back to",
						     reg->original },
				err);
		return p2p_apply_tell(apply, i, -EIO, err,
				      "cannot be read any more: its registers may still "
				      "be as they were written");
	}
	return 0;
}

static int finish(struct restoring *restoring)
{
	struct p2p_apply *apply = restoring->carrying.apply;
	int result;

	finish_undoing(&restoring->carrying);
	result = say_left(restoring);
	apply->outcome = result ? P2P_OUTCOME_INCOMPLETE : P2P_OUTCOME_DONE;
	return result;
}

/* Nothing was written yet: only what holds functions awake is taken back. */
static int forget(struct restoring *restoring)
{
	struct p2p_apply *apply = restoring->carrying.apply;
	int result = p2p_apply_hold(&restoring->carrying, false, restoring->carrying.err);

	apply->state = result ? P2P_APPLY_NEW : P2P_APPLY_UNDONE;
	p2p_apply_note(&restoring->carrying, result ? NULL : restoring->carrying.err);
	return result;
}

static int put_back(struct restoring *restoring)
{
	struct carrying *carrying = &restoring->carrying;
	struct p2p_apply *apply = carrying->apply;
	int result = 0;

	if (apply->state != P2P_APPLY_APPLIED)
		return finish(restoring);
	apply->state = P2P_APPLY_UNDOING;
	result = p2p_apply_note(carrying, carrying->err);
	return result ? result : p2p_apply_carry(carrying);
}

/* There is something to put back, and all of it is refused. */
static bool is_all_refused(const struct p2p_apply *apply)
{
	bool is_any = false;

	for (uint32_t i = 0; i < apply->n_registers; i++) {
		if (!is_asked(apply, i))
			continue;
		if (!apply_is_refused(apply, i))
			return false;
		is_any = true;
	}
	return is_any;
}

static int restore(struct restoring *restoring)
{
	struct carrying *carrying = &restoring->carrying;
	struct p2p_apply *apply = carrying->apply;
	int result;

	find_functions(restoring);
	if (apply->state == P2P_APPLY_NEW)
		return forget(restoring);
	mark_next(apply);
	result = p2p_apply_hold(carrying, true, carrying->err);
	if (result) {
		apply->outcome = P2P_OUTCOME_REFUSED;
		return result;
	}
	check_registers(restoring);
	if (is_all_refused(apply)) {
		apply->outcome = P2P_OUTCOME_REFUSED;
		return p2p_err_set(carrying->err, -ESTALE, "%s", restoring->refusal.text);
	}
	return put_back(restoring);
}

int p2p_apply_restore(struct p2p_apply *apply, const struct p2p_machine *machine,
		      bool allow_changed, const struct p2p_apply_calls *calls,
		      struct p2p_err *err)
{
	struct restoring restoring = {
		.carrying = { .apply = apply,
			      .calls = calls,
			      .err = err,
			      .is_restore = true },
		.machine = machine,
		.allows_changed = allow_changed,
	};
	int result;

	apply->failed = P2P_NONE;
	apply->outcome = P2P_OUTCOME_DONE;
	if (!p2p_apply_is_open(apply))
		return 0;
	result = p2p_apply_begin(&restoring.carrying);
	if (!result)
		result = restore(&restoring);
	p2p_apply_end(&restoring.carrying);
	return result ? result : restoring.carrying.noting;
}
