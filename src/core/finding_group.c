/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What groups give to point out: groups that look isolated and are not, live groups that
 * do not fit the registers, registers that a boot would not leave so. */
#include "core/finding_parts.h"

/* The next function below @up, depth first; P2P_NONE behind the last. */
static uint32_t next_below(const struct p2p_topo *topo, uint32_t at, uint32_t up)
{
	if (topo->nodes[at].first_child != P2P_NONE)
		return topo->nodes[at].first_child;
	while (at != up && topo->nodes[at].next_sibling == P2P_NONE)
		at = topo->nodes[at].parent;
	return at == up ? P2P_NONE : topo->nodes[at].next_sibling;
}

/* Two functions that are no bridges, in different groups of the kernel's, in one by who
 * can reach whom; both below @up. */
static bool find_example(const struct finding_search *search, uint32_t up,
			 struct finding_mark *mark)
{
	const struct p2p_groups *strict = search->grouped->strict;
	const struct p2p_groups *mainline = search->grouped->mainline;
	const struct p2p_topo *topo = search->topo;
	uint32_t first = P2P_NONE;

	for (uint32_t i = up; i != P2P_NONE; i = next_below(topo, i, up)) {
		if (topo->nodes[i].bridge)
			continue;
		if (first == P2P_NONE) {
			first = i;
		} else if (p2p_groups_together(strict, first, i) &&
			   !p2p_groups_together(mainline, first, i)) {
			mark->example_from = first;
			mark->example_to = i;
			return true;
		}
	}
	return false;
}

/* A switch whose ports do not keep apart what hangs on them: the kernel looks at each
 * port's own path only. */
static void check_hole(struct finding_search *search, uint32_t up)
{
	const struct p2p_groups *strict = search->grouped->strict;
	const struct p2p_node *nodes = search->topo->nodes;
	struct finding_mark mark = p2p_finding_mark(P2P_FINDING_GROUP_HOLE, P2P_WARNING,
						    P2P_NONE);
	uint32_t port = nodes[up].first_child;

	if (nodes[up].kind != P2P_KIND_SWITCH_UP || port == P2P_NONE ||
	    strict->groups[strict->of[port]].certainty == P2P_UNCERTAIN ||
	    !find_example(search, up, &mark))
		return;
	mark.on_switch = up;
	for (; port != P2P_NONE; port = nodes[port].next_sibling) {
		mark.function = port;
		if (p2p_facts_acs_lacks(&search->facts[port]) == P2P_YES)
			p2p_finding_add(search, mark);
	}
}

static void check_stale(struct finding_search *search)
{
	const struct p2p_group_diff *diff = search->grouped->diff;

	for (uint32_t i = 0; i < diff->n_differences; i++)
		if (diff->differences[i].cause == P2P_CAUSE_REGISTERS ||
		    diff->differences[i].cause == P2P_CAUSE_EARLY)
			p2p_finding_add(search,
					p2p_finding_mark(P2P_FINDING_STALE_GROUPS,
							 P2P_WARNING,
							 diff->differences[i].function));
}

static void check_drift(struct finding_search *search)
{
	const struct p2p_boot *boot = search->grouped->boot;

	for (uint32_t i = 0; i < boot->n_registers; i++) {
		const struct p2p_boot_register *reg = &boot->registers[i];
		uint32_t bits = p2p_boot_drift(search->snapshot, boot, i);
		struct finding_mark mark = p2p_finding_mark(P2P_FINDING_DRIFT,
							    P2P_WARNING, reg->function);

		mark.bits = bits;
		if (bits)
			p2p_finding_add(search, mark);
	}
}

void p2p_finding_groups(struct finding_search *search)
{
	for (uint32_t i = 0; i < search->topo->n_nodes; i++)
		check_hole(search, i);
	check_stale(search);
	check_drift(search);
}
