/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transaction and a machine in; which function is which, and where each register is
 * between its first value and its last one. */
#include <stdlib.h>
#include <string.h>

#include "core/apply_parts.h"

static bool is_at(const struct p2p_machine *machine, uint32_t index, const char *path)
{
	char here[APPLY_PATH_SIZE];

	p2p_topo_path(machine->topo, machine->snapshot, index, here, sizeof(here));
	return !strcmp(here, path);
}

/* Mostly a function still has its address. */
static uint32_t find_path(const struct p2p_apply_function *function,
			  const struct p2p_machine *machine)
{
	uint32_t index = p2p_snapshot_find(machine->snapshot, function->bdf);

	if (index != P2P_NONE && is_at(machine, index, function->path))
		return index;
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		if (is_at(machine, i, function->path))
			return i;
	return P2P_NONE;
}

static enum p2p_tri is_same_number(int32_t then, int32_t now)
{
	if (then == P2P_NOT_TOLD || now == P2P_NOT_TOLD)
		return P2P_UNKNOWN;
	return p2p_tri_of(then == now);
}

static enum p2p_tri is_same_serial(const struct p2p_apply_function *function,
				   const struct p2p_facts *facts)
{
	if (function->has_serial == P2P_UNKNOWN)
		return P2P_YES;
	if (facts->has_serial == P2P_UNKNOWN)
		return P2P_UNKNOWN;
	if (function->has_serial != facts->has_serial)
		return P2P_NO;
	return p2p_tri_of(function->has_serial == P2P_NO ||
			  function->serial == facts->serial);
}

static enum p2p_tri is_same(const struct p2p_apply_function *function,
			    const struct p2p_facts *facts)
{
	const enum p2p_tri parts[] = { is_same_number(function->vendor, facts->vendor),
				       is_same_number(function->device, facts->device),
				       is_same_serial(function, facts) };
	enum p2p_tri all = P2P_YES;

	for (unsigned i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (parts[i] == P2P_NO)
			return P2P_NO;
		all = parts[i] == P2P_UNKNOWN ? P2P_UNKNOWN : all;
	}
	return all;
}

enum p2p_apply_place p2p_apply_find(const struct p2p_apply_function *function,
				    const struct p2p_machine *machine,
				    uint32_t *ret_index)
{
	uint32_t index = find_path(function, machine);

	if (index == P2P_NONE || machine->facts[index].dead == P2P_YES)
		return P2P_PLACE_GONE;
	switch (is_same(function, &machine->facts[index])) {
	case P2P_YES:
		*ret_index = index;
		return P2P_PLACE_ORIGINAL;
	case P2P_NO:
		return P2P_PLACE_OTHER;
	case P2P_UNKNOWN:
		break;
	}
	return P2P_PLACE_UNKNOWN;
}

enum p2p_apply_place p2p_apply_classify(const struct p2p_apply *apply, uint32_t reg,
					uint32_t value)
{
	const struct p2p_apply_register *at = &apply->registers[reg];
	uint32_t then = at->original;

	if (!((value ^ at->original) & at->mask))
		return P2P_PLACE_ORIGINAL;
	if (!((value ^ at->applied) & at->mask))
		return P2P_PLACE_APPLIED;
	for (uint32_t i = 0; i < apply->n_ops; i++) {
		if (apply->ops[i].reg != reg)
			continue;
		then = apply_put(then, apply->ops[i].mask, apply->ops[i].new);
		if (!((value ^ then) & at->mask))
			return P2P_PLACE_BETWEEN;
	}
	return P2P_PLACE_CHANGED;
}

static void look_at(struct p2p_apply *apply, uint32_t reg,
		    const struct p2p_machine *machine, uint32_t index)
{
	struct p2p_apply_register *at = &apply->registers[reg];
	struct p2p_cfg cfg = p2p_snapshot_cfg(machine->snapshot, index);
	struct p2p_reg now = p2p_cfg_read(&cfg, at->offset, at->width / 8u);

	at->is_read = p2p_reg_knows(now, at->mask);
	at->place = P2P_PLACE_UNKNOWN;
	if (!at->is_read)
		return;
	at->now = now.value & now.known;
	at->place = p2p_apply_classify(apply, reg, at->now);
}

void p2p_apply_look(struct p2p_apply *apply, const struct p2p_machine *machine)
{
	for (uint32_t f = 0; f < apply->n_functions; f++) {
		uint32_t index = P2P_NONE;
		enum p2p_apply_place place =
			p2p_apply_find(&apply->functions[f], machine, &index);

		if (index != P2P_NONE)
			apply->functions[f].bdf = machine->snapshot->functions[index].bdf;
		for (uint32_t r = 0; r < apply->n_registers; r++) {
			if (apply->registers[r].function != f)
				continue;
			if (index != P2P_NONE) {
				look_at(apply, r, machine, index);
				continue;
			}
			apply->registers[r].is_read = false;
			apply->registers[r].place = place;
		}
	}
}
