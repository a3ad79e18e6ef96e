/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys that ask where a function hangs: slot=, under=, switch=, path=. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/select_key.h"

/* The slot that a function is in: the system's word for its device, else the number that
 * the port above it has in its registers. */
static bool is_in_slot(const struct select_wanted *wanted, uint32_t i)
{
	const struct p2p_machine *machine = wanted->machine;
	const char *told = p2p_snapshot_string(machine->snapshot,
					       machine->snapshot->functions[i].slot);
	uint32_t parent = machine->topo->nodes[i].parent;
	char number[16];
	int slot;

	if (*told || parent == P2P_NONE)
		return !strcmp(told, wanted->text);
	slot = p2p_facts_slot_number(&machine->facts[parent]);
	snprintf(number, sizeof(number), "%d", slot);
	return slot >= 0 && !strcmp(number, wanted->text);
}

/* What hangs on a card is in the card's slot. */
static bool has_slot(const struct select_wanted *wanted, uint32_t i)
{
	for (; i != P2P_NONE; i = wanted->machine->topo->nodes[i].parent)
		if (is_in_slot(wanted, i))
			return true;
	return false;
}

static const char *say_slot(const struct select_wanted *wanted, uint32_t i,
			    char text[SELECT_PART_MAX])
{
	const struct p2p_machine *machine = wanted->machine;
	uint32_t parent = machine->topo->nodes[i].parent;
	p2p_string told = machine->snapshot->functions[i].slot;
	int slot = -1;

	if (told)
		return p2p_snapshot_string(machine->snapshot, told);
	if (parent != P2P_NONE)
		slot = p2p_facts_slot_number(&machine->facts[parent]);
	snprintf(text, SELECT_PART_MAX, "%d", slot);
	return slot < 0 ? "" : text;
}

const struct select_key p2p_select_key_slot = {
	.name = "slot",
	.noun = "is in that slot",
	.any_near = true,
	.has = has_slot,
	.say = say_slot,
};

static int read_under(struct select_wanted *wanted, struct p2p_err *err)
{
	int result = p2p_select_one(wanted->machine, wanted->part, wanted->text,
				    &wanted->function, err);

	if (!result && !wanted->machine->topo->nodes[wanted->function].bridge)
		return p2p_err_set(err, -EINVAL,
				   "%.*s: that is no port or bridge, nothing is below it",
				   SELECT_SHOWN, wanted->part);
	return result;
}

static bool has_under(const struct select_wanted *wanted, uint32_t i)
{
	return i != wanted->function &&
	       p2p_topo_is_under(wanted->machine->topo, i, wanted->function);
}

const struct select_key p2p_select_key_under = {
	.name = "under",
	.noun = "is below that port",
	.read = read_under,
	.has = has_under,
};

static int read_switch(struct select_wanted *wanted, struct p2p_err *err)
{
	uint32_t named;
	int result =
		p2p_select_one(wanted->machine, wanted->part, wanted->text, &named, err);

	if (result)
		return result;
	wanted->function = p2p_topo_switch(wanted->machine->topo, named);
	if (wanted->function == P2P_NONE)
		return p2p_err_set(err, -EINVAL,
				   "%.*s: that is no port of a switch, nor below one",
				   SELECT_SHOWN, wanted->part);
	return 0;
}

static bool has_switch(const struct select_wanted *wanted, uint32_t i)
{
	return p2p_topo_switch(wanted->machine->topo, i) == wanted->function;
}

const struct select_key p2p_select_key_switch = {
	.name = "switch",
	.noun = "hangs on that switch",
	.read = read_switch,
	.has = has_switch,
};

static const char *say_path(const struct select_wanted *wanted, uint32_t i,
			    char text[SELECT_PART_MAX])
{
	int length = p2p_topo_path(wanted->machine->topo, wanted->machine->snapshot, i,
				   text, SELECT_PART_MAX);

	return length < 0 || length >= SELECT_PART_MAX ? "" : text;
}

static bool has_path(const struct select_wanted *wanted, uint32_t i)
{
	char text[SELECT_PART_MAX];

	return !strcasecmp(say_path(wanted, i, text), wanted->text);
}

const struct select_key p2p_select_key_path = {
	.name = "path",
	.noun = "has that path",
	.bridges = true,
	.has = has_path,
	.say = say_path,
};
