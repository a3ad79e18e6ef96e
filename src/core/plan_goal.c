/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members in, the ordered pairs that a plan is for out: those whose paths meet below
 * the root complex, in a switch, and that ACS can therefore change. */
#include "core/plan_parts.h"

bool p2p_plan_shares_device(const struct planning *planning, uint32_t a, uint32_t b)
{
	const struct p2p_function *functions = planning->machine->snapshot->functions;
	uint32_t parent = plan_node(planning, a)->parent;

	return (parent != P2P_NONE &&
		p2p_topo_is_downstream(planning->machine->topo, parent)) ||
	       p2p_bdf_is_same_device(functions[a].bdf, functions[b].bdf);
}

bool p2p_plan_is_one_device(const struct planning *planning, uint32_t from, uint32_t to)
{
	uint32_t a = plan_physical(planning, from), b = plan_physical(planning, to);
	uint32_t parent = plan_node(planning, a)->parent;

	return a == b ||
	       (parent != P2P_NONE && parent == plan_node(planning, b)->parent &&
		p2p_plan_shares_device(planning, a, b));
}

enum p2p_tri p2p_plan_uses_ats(const struct planning *planning, uint32_t function)
{
	const struct p2p_ability *ats = &plan_facts(planning, function)->ats;

	return ats->present == P2P_YES ? p2p_reg_any(ats->ctrl, ATS_CTL_ENABLE) :
					 ats->present;
}

/* A p2p domain of one device alone is about that device's own pairs. */
static bool is_all_one_device(const struct planning *planning)
{
	const struct p2p_plan *plan = planning->plan;

	for (uint32_t i = 1; i < plan->n_members; i++)
		if (!p2p_plan_is_one_device(planning, plan->members[0], plan->members[i]))
			return false;
	return plan->n_members > 1;
}

bool p2p_plan_is_goal(const struct planning *planning, const struct p2p_verdict *verdict)
{
	uint32_t from = verdict->from, to = verdict->to;

	if (from == to || !planning->is_member[from] || !planning->is_member[to] ||
	    verdict->common == P2P_NONE ||
	    (!planning->is_one_device && p2p_plan_is_one_device(planning, from, to)))
		return false;
	switch (planning->options->mode) {
	case P2P_PLAN_CLEAR:
	case P2P_PLAN_EGRESS:
		return true;
	case P2P_PLAN_ONE_WAY:
		return planning->is_initiator[from] && !planning->is_initiator[to];
	case P2P_PLAN_TRANSLATED:
		return p2p_plan_uses_ats(planning, from) == P2P_YES;
	case P2P_PLAN_ISOLATE:
	case P2P_PLAN_SET:
		break;
	}
	return false;
}

static void count(struct planning *planning)
{
	struct p2p_plan *plan = planning->plan;
	const struct p2p_verdict *verdict = &planning->verdict;

	if (!planning->is_one_device &&
	    p2p_plan_is_one_device(planning, verdict->from, verdict->to))
		return;
	plan->n_pairs++;
	if (verdict->common == P2P_NONE) {
		plan->n_root_complex++;
		plan->root_complex[verdict->map]++;
	}
	if (!p2p_plan_is_goal(planning, verdict))
		return;
	plan->n_goals++;
	plan->n_direct += verdict->direct == P2P_YES;
	plan->assumed |= verdict->assumed;
}

void p2p_plan_goals(struct planning *planning, plan_pair_visitor *visit)
{
	const struct p2p_plan *plan = planning->plan;

	planning->is_one_device = is_all_one_device(planning);
	for (uint32_t i = 0; i < plan->n_members; i++)
		for (uint32_t k = 0; k < plan->n_members; k++) {
			if (i == k)
				continue;
			p2p_judge_pair(planning->machine->judge, plan->members[i],
				       plan->members[k], &planning->verdict);
			count(planning);
			if (visit && p2p_plan_is_goal(planning, &planning->verdict))
				visit(planning, &planning->verdict);
		}
}
