/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What groups give to point out: groups that look isolated and are not, live groups that
 * do not fit the registers, registers that a boot would not leave so. */
#include "core/finding_parts.h"

#include "core/regs.h"

/* The next function below @up, depth first; P2P_NONE behind the last. */
static uint32_t next_below(const struct p2p_topo *topo, uint32_t at, uint32_t up)
{
	if (topo->nodes[at].first_child != P2P_NONE)
		return topo->nodes[at].first_child;
	while (at != up && topo->nodes[at].next_sibling == P2P_NONE)
		at = topo->nodes[at].parent;
	return at == up ? P2P_NONE : topo->nodes[at].next_sibling;
}

/* Requests that enter the switch here may be turned round in it. */
static bool is_leaky(const struct p2p_facts *facts)
{
	return facts->acs.regs.present == P2P_NO ||
	       p2p_facts_acs(facts, ACS_RR) == P2P_NO;
}

/* A function below @port and one below another port of @up, which it writes to directly,
 * in a group of its own by the kernel's rule. */
static bool find_example(const struct finding_search *search, uint32_t up, uint32_t port,
			 struct finding_mark *mark)
{
	const struct p2p_topo *topo = search->topo;
	uint32_t from = port, to = up;

	while (from != P2P_NONE && topo->nodes[from].bridge)
		from = next_below(topo, from, port);
	for (; from != P2P_NONE && to != P2P_NONE; to = next_below(topo, to, up)) {
		if (topo->nodes[to].bridge || p2p_topo_is_under(topo, to, port) ||
		    p2p_groups_together(search->grouped->mainline, from, to))
			continue;
		p2p_judge_pair(search->judge, from, to, search->verdict);
		if (search->verdict->tlp[P2P_TLP_WRITE] == P2P_WAY_DIRECT)
			break;
	}
	mark->example_from = from;
	mark->example_to = to;
	return from != P2P_NONE && to != P2P_NONE;
}

/* A switch whose ports do not keep apart what hangs on them: the kernel looks at each
 * port's own path only. */
static void check_hole(struct finding_search *search, uint32_t up)
{
	const struct p2p_node *nodes = search->topo->nodes;
	struct finding_mark mark =
		p2p_finding_mark(P2P_FINDING_GROUP_HOLE, P2P_WARNING, P2P_NONE);

	mark.on_switch = up;
	for (uint32_t port = nodes[up].first_child;
	     nodes[up].kind == P2P_KIND_SWITCH_UP && port != P2P_NONE;
	     port = nodes[port].next_sibling) {
		mark.function = port;
		if (p2p_topo_is_downstream(search->topo, port) &&
		    is_leaky(&search->facts[port]) &&
		    find_example(search, up, port, &mark))
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
		struct finding_mark mark =
			p2p_finding_mark(P2P_FINDING_DRIFT, P2P_WARNING, reg->function);

		mark.bits = bits;
		if (bits)
			p2p_finding_add(search, mark);
	}
}

void p2p_finding_groups(struct finding_search *search)
{
	struct p2p_verdict verdict = { 0 };

	if (p2p_verdict_init(search->judge, &verdict)) {
		search->failed = true;
		return;
	}
	search->verdict = &verdict;
	for (uint32_t i = 0; i < search->topo->n_nodes; i++)
		check_hole(search, i);
	check_stale(search);
	check_drift(search);
	search->verdict = NULL;
	p2p_verdict_done(&verdict);
}
