/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members in, what the kernel programs where it asks for ACS out: on each member, on
 * all functions of its device, and on every function above. SV is left alone where it
 * does harm. */
#include "core/boot_parts.h"
#include "core/plan_parts.h"

static void wish_at(struct planning *planning, const struct booting *booting,
		    uint32_t function)
{
	uint32_t on = p2p_plan_harmless(planning, function,
					p2p_boot_default(booting, function));

	wish_add(&planning->wishes[function], on, ACS_EC | ACS_DT, 0, P2P_WHY_ISOLATE);
}

/* Children of one bridge or of one root bus; VFs hang beside their PF. */
static uint32_t first_beside(const struct planning *planning, uint32_t function)
{
	const struct p2p_topo *topo = planning->machine->topo;
	const struct p2p_node *node = &topo->nodes[function];

	return node->parent == P2P_NONE ? topo->roots[node->root].first_child :
					  topo->nodes[node->parent].first_child;
}

static void wish_device(struct planning *planning, const struct booting *booting,
			uint32_t function)
{
	for (uint32_t i = first_beside(planning, function); i != P2P_NONE;
	     i = plan_node(planning, i)->next_sibling)
		if (p2p_plan_shares_device(planning, function, i))
			wish_at(planning, booting, i);
}

/* A port beside one on the way leads to other devices: it stays as it is. */
static void wish_path(struct planning *planning, const struct booting *booting,
		      uint32_t member)
{
	const struct p2p_topo *topo = planning->machine->topo;

	for (uint32_t at = member; at != P2P_NONE; at = topo->nodes[at].parent)
		if (at != member && p2p_topo_is_downstream(topo, at))
			wish_at(planning, booting, at);
		else
			wish_device(planning, booting, at);
}

void p2p_plan_wish_isolate(struct planning *planning)
{
	const struct p2p_machine *machine = planning->machine;
	const struct p2p_snapshot *snapshot = machine->snapshot;
	struct p2p_cmdline cmdline = { 0 };
	struct p2p_boot boot = { 0 };
	struct booting booting = { .snapshot = snapshot,
				   .facts = machine->facts,
				   .topo = machine->topo,
				   .rules = &machine->rules,
				   .cmdline = &cmdline,
				   .boot = &boot };

	planning->result = p2p_cmdline_parse(
		p2p_snapshot_string(snapshot, snapshot->system.cmdline), &cmdline, NULL);
	for (uint32_t i = 0; !planning->result && i < planning->plan->n_members; i++)
		wish_path(planning, &booting, planning->plan->members[i]);
	planning->plan->assumed |= boot.assumed;
	p2p_cmdline_done(&cmdline);
}
