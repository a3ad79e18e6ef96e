/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether what a journal says of its writes can be: nothing is written by one that
 * contradicts itself. */
#include <errno.h>
#include <stdlib.h>

#include "core/apply_parts.h"
#include "core/journal_parts.h"
#include "core/regs.h"

/* From the first function on, lines count from 1. */
static uint32_t line_of_register(const struct p2p_apply *apply, uint32_t reg)
{
	return apply->n_functions + reg + 1;
}

static uint32_t line_of_op(const struct p2p_apply *apply, uint32_t op)
{
	return apply->n_functions + apply->n_registers + op + 1;
}

static bool is_within(uint32_t value, uint8_t width)
{
	return width == 32 || value >> width == 0;
}

/* Where the register of an ACS capability in extended space can be. */
static bool is_placed(const struct p2p_apply_register *reg)
{
	uint32_t in_capability = REG_ACS_CTL;

	if (reg->word != P2P_PLAN_CONTROL)
		in_capability = REG_ACS_EGRESS + 4 * (uint32_t)reg->word;
	else if (reg->width == 32)
		in_capability = REG_ACS_WIDE_CTL;
	return reg->offset >= REG_EXT_CAP_LIST + in_capability &&
	       reg->offset + reg->width / 8u <= P2P_CFG_SIZE &&
	       (reg->offset - in_capability) % 4 == 0;
}

static bool is_register(const struct p2p_apply *apply, uint32_t reg)
{
	const struct p2p_apply_register *at = &apply->registers[reg];

	return at->function < apply->n_functions &&
	       (at->width == 32 || (at->width == 16 && at->word == P2P_PLAN_CONTROL)) &&
	       is_placed(at) && at->mask && !(at->mask & ~at->known) &&
	       is_within(at->known, at->width) && is_within(at->original, at->width) &&
	       is_within(at->applied, at->width);
}

/* Follows a register through its writes. */
struct course {
	uint32_t value, mask;
};

static bool is_op(const struct p2p_apply *apply, uint32_t op, struct course *courses)
{
	const struct p2p_apply_op *at = &apply->ops[op];
	struct course *course;

	if (at->reg >= apply->n_registers)
		return false;
	course = &courses[at->reg];
	if (!at->mask || (at->mask & ~apply->registers[at->reg].mask) ||
	    (at->mask & course->mask) ||
	    ((at->old ^ course->value) & apply->registers[at->reg].known) ||
	    at->new != (at->old ^ at->mask) ||
	    !is_within(at->old | at->read_back, apply->registers[at->reg].width))
		return false;
	course->mask |= at->mask;
	course->value = at->new;
	return true;
}

static uint32_t follow(const struct p2p_apply *apply, struct course *courses)
{
	for (uint32_t i = 0; i < apply->n_registers; i++) {
		if (!is_register(apply, i))
			return line_of_register(apply, i);
		courses[i].value = apply->registers[i].original;
	}
	for (uint32_t i = 0; i < apply->n_ops; i++)
		if (!is_op(apply, i, courses))
			return line_of_op(apply, i);
	for (uint32_t i = 0; i < apply->n_registers; i++)
		if (courses[i].mask != apply->registers[i].mask ||
		    ((courses[i].value ^ apply->registers[i].applied) & courses[i].mask))
			return line_of_register(apply, i);
	return 0;
}

int p2p_journal_check(const struct p2p_apply *apply, uint32_t *ret_line)
{
	struct course *courses = calloc(apply->n_registers + 1u, sizeof(*courses));
	uint32_t line;

	if (!courses)
		return -ENOMEM;
	line = follow(apply, courses);
	free(courses);
	if (!line)
		return 0;
	*ret_line = line;
	return -EBADMSG;
}
