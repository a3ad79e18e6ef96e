/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts back what was written, as far as the machine lets it: one register that fails does
 * not keep the others from being put back. What counts in the end is what is read. */
#include <errno.h>

#include "core/apply_parts.h"

/* The first failure's sentence stays; a journal that fails comes after it. */
static void note(struct carrying *carrying)
{
	p2p_apply_note(carrying, carrying->is_final ? carrying->err : NULL);
}

static bool is_written(const struct carrying *carrying, uint32_t op)
{
	return carrying->steps[op] == STEP_WRITTEN;
}

/* What a write that fails leaves is found out when everything is read again. */
static void put_back(struct carrying *carrying, uint32_t op)
{
	const struct p2p_apply_op *at = &carrying->apply->ops[op];
	uint32_t now = 0, value;

	if (p2p_apply_read(carrying, at->reg, &now, NULL))
		return;
	value = apply_put(now, at->mask, carrying->before[op]);
	if (value != now)
		p2p_apply_write(carrying, at->reg, value, NULL);
}

static bool is_back(struct carrying *carrying, uint32_t op)
{
	const struct p2p_apply_op *at = &carrying->apply->ops[op];
	uint32_t now = 0;

	return !p2p_apply_read(carrying, at->reg, &now, NULL) &&
	       !((now ^ carrying->before[op]) & at->mask);
}

static enum p2p_apply_result result_of(const struct carrying *carrying, uint32_t op)
{
	if (carrying->is_restore)
		return P2P_RESULT_WRITTEN;
	return op == carrying->apply->failed ? P2P_RESULT_FAILED : P2P_RESULT_ROLLED_BACK;
}

static void put_all_back(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;

	for (uint32_t n = apply->n_ops; n-- > 0;) {
		uint32_t op = apply_step(carrying, n);

		if (!is_written(carrying, op))
			continue;
		put_back(carrying, op);
		apply->ops[op].result = is_back(carrying, op) ? result_of(carrying, op) :
								P2P_RESULT_FAILED;
		note(carrying);
	}
}

/* The bits of a register that this call may have changed. */
static uint32_t changed_in(const struct carrying *carrying, uint32_t reg)
{
	const struct p2p_apply *apply = carrying->apply;
	uint32_t mask = 0;

	for (uint32_t i = 0; i < apply->n_ops; i++)
		if (apply->ops[i].reg == reg && is_written(carrying, i))
			mask |= apply->ops[i].mask;
	return mask;
}

/* Bits that are otherwise than when the call began; all that were written if nobody can
 * read them. */
static uint32_t find_left(struct carrying *carrying, uint32_t reg, uint32_t changed)
{
	struct p2p_apply *apply = carrying->apply;
	struct p2p_apply_register *at = &apply->registers[reg];
	uint32_t value = 0;
	int result = p2p_apply_read(carrying, reg, &value, NULL);

	p2p_apply_keep(at, result, value);
	if (result)
		return changed;
	at->place = p2p_apply_classify(apply, reg, value);
	return (value ^ carrying->start[reg]) & changed;
}

static void settle_register(struct carrying *carrying, uint32_t reg)
{
	struct p2p_apply *apply = carrying->apply;
	uint32_t changed = changed_in(carrying, reg);
	uint32_t left = changed ? find_left(carrying, reg, changed) : 0;

	apply->registers[reg].is_left = left != 0;
	for (uint32_t i = 0; i < apply->n_ops; i++)
		if (apply->ops[i].reg == reg && is_written(carrying, i))
			apply->ops[i].result = left & apply->ops[i].mask ?
						       P2P_RESULT_FAILED :
						       result_of(carrying, i);
}

/* Of a function that is refused, what was perhaps written stays so. */
static bool settle(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;
	bool is_any = false;

	for (uint32_t i = 0; i < apply->n_registers; i++) {
		struct p2p_apply_register *reg = &apply->registers[i];

		if (!apply_is_refused(apply, i))
			settle_register(carrying, i);
		else if (carrying->is_final)
			reg->is_left = p2p_apply_was_written(apply, i) != P2P_NO;
		is_any |= reg->is_left;
	}
	return is_any;
}

/* Steps that were not taken, and the one that was the last. From here on, whatever a
 * journal says is rolled back is so, and all that may be otherwise is written. */
static void mark(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;

	for (uint32_t i = 0; i < apply->n_ops; i++)
		if (carrying->is_restore && carrying->steps[i] != STEP_NOT_TAKEN)
			apply->ops[i].result = P2P_RESULT_WRITTEN;
		else if (apply->ops[i].result == P2P_RESULT_NONE &&
			 !is_written(carrying, i))
			apply->ops[i].result = P2P_RESULT_UNCHANGED;
	if (apply->failed != P2P_NONE && !carrying->is_restore)
		apply->ops[apply->failed].result = P2P_RESULT_FAILED;
}

void p2p_apply_undo(struct carrying *carrying)
{
	struct p2p_apply *apply = carrying->apply;
	bool is_left, is_still_held = false;

	mark(carrying);
	apply->state = P2P_APPLY_UNDOING;
	note(carrying);
	put_all_back(carrying);
	is_left = settle(carrying);
	if (!carrying->is_restore)
		is_still_held = p2p_apply_hold(carrying, false, NULL) != 0;
	apply->outcome = is_left ? P2P_OUTCOME_INCOMPLETE : P2P_OUTCOME_ROLLED_BACK;
	if (is_left)
		apply->state = P2P_APPLY_FAILED;
	else if (!is_still_held)
		apply->state = carrying->is_restore ? P2P_APPLY_APPLIED :
						      P2P_APPLY_UNDONE;
	note(carrying);
}
