/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A mode and its pairs in, wishes for the registers on their way out. */
#include "core/plan_parts.h"

static void clear_at(struct planning *planning, uint32_t function, uint32_t bits,
		     unsigned why)
{
	wish_add(&planning->wishes[function], 0, bits, 0, why);
}

static unsigned why_at(const struct p2p_verdict *verdict, uint32_t function)
{
	return (function == verdict->turn_from ? P2P_WHY_REQUESTER : 0u) |
	       (function == verdict->turn_to ? P2P_WHY_COMPLETER : 0u);
}

/* What Linux's P2PDMA looks at: both ends, all between, the common port. */
static void clear_path(struct planning *planning, const struct p2p_verdict *verdict)
{
	const uint32_t ends[] = { verdict->from, verdict->to };

	for (unsigned i = 0; i < 2; i++)
		for (uint32_t at = ends[i]; at != verdict->common;
		     at = plan_node(planning, at)->parent)
			clear_at(planning, at, PLAN_REDIRECT,
				 P2P_WHY_PATH | why_at(verdict, at));
	clear_at(planning, verdict->common, PLAN_REDIRECT, P2P_WHY_PATH);
}

static void clear_turn(struct planning *planning, const struct p2p_verdict *verdict)
{
	if (verdict->turn_from == P2P_NONE || verdict->turn_to == P2P_NONE)
		return;
	clear_at(planning, verdict->turn_from, ACS_RR | ACS_EC, P2P_WHY_REQUESTER);
	clear_at(planning, verdict->turn_to, ACS_CR, P2P_WHY_COMPLETER);
}

static void clear_ports(struct planning *planning, uint32_t up)
{
	const struct p2p_topo *topo = planning->machine->topo;

	for (uint32_t port = topo->nodes[up].first_child; port != P2P_NONE;
	     port = topo->nodes[port].next_sibling)
		if (p2p_topo_is_downstream(topo, port))
			clear_at(planning, port, PLAN_REDIRECT, P2P_WHY_SWITCH);
}

static void clear_switches(struct planning *planning, const struct p2p_verdict *verdict)
{
	const uint32_t ends[] = { verdict->from, verdict->to };

	clear_turn(planning, verdict);
	for (unsigned i = 0; i < 2; i++)
		for (uint32_t at = ends[i]; at != P2P_NONE;
		     at = plan_node(planning, at)->parent) {
			if (plan_node(planning, at)->kind == P2P_KIND_SWITCH_UP)
				clear_ports(planning, at);
			if (at == verdict->common)
				break;
		}
}

static void wish_clear(struct planning *planning, const struct p2p_verdict *verdict)
{
	switch (planning->options->scope) {
	case P2P_SCOPE_PATH:
		clear_path(planning, verdict);
		return;
	case P2P_SCOPE_TURN:
		clear_turn(planning, verdict);
		return;
	case P2P_SCOPE_SWITCH:
		clear_switches(planning, verdict);
		return;
	}
}

/* Where a redirected request passes, UF has to be on. */
void p2p_plan_wish_forward(struct planning *planning, uint32_t from)
{
	const struct p2p_topo *topo = planning->machine->topo;

	for (uint32_t at = from; at != P2P_NONE; at = topo->nodes[at].parent)
		if (p2p_topo_is_downstream(topo, at))
			wish_add(&planning->wishes[at], ACS_UF, 0, ACS_UF,
				 P2P_WHY_FORWARD);
}

/* The initiator's requests turn round, what the other asks goes up, and so do
 * completions of what the initiator would be asked. */
static void wish_one_way(struct planning *planning, const struct p2p_verdict *verdict)
{
	if (verdict->turn_from == P2P_NONE || verdict->turn_to == P2P_NONE)
		return;
	wish_add(&planning->wishes[verdict->turn_from], ACS_CR, ACS_RR | ACS_EC, ACS_CR,
		 P2P_WHY_REQUESTER);
	/* With DT on, what the other asks translated would not go up. */
	wish_add(&planning->wishes[verdict->turn_to], ACS_RR, ACS_CR | ACS_EC | ACS_DT,
		 ACS_RR, P2P_WHY_COMPLETER);
	p2p_plan_wish_forward(planning, verdict->turn_from);
	p2p_plan_wish_forward(planning, verdict->turn_to);
}

/* SV is left alone where it does harm, whether this kernel knows that or not. */
uint32_t p2p_plan_harmless(const struct planning *planning, uint32_t function,
			   uint32_t bits)
{
	const struct p2p_hazard *hazard =
		p2p_rules_hazard(plan_facts(planning, function));

	return hazard && hazard->kind == P2P_HAZARD_NO_SV ? bits & ~(uint32_t)ACS_SV :
							    bits;
}

static void wish_translated_way(struct planning *planning, uint32_t end)
{
	const struct p2p_topo *topo = planning->machine->topo;

	for (uint32_t at = end; at != P2P_NONE; at = topo->nodes[at].parent) {
		uint32_t on = ACS_SV | ACS_RR | ACS_UF;

		if (p2p_topo_is_downstream(topo, at))
			wish_add(&planning->wishes[at],
				 p2p_plan_harmless(planning, at, on), ACS_TB, 0,
				 P2P_WHY_PATH);
	}
}

static void wish_translated(struct planning *planning, const struct p2p_verdict *verdict)
{
	if (verdict->turn_from == P2P_NONE || verdict->turn_to == P2P_NONE)
		return;
	wish_translated_way(planning, verdict->from);
	wish_translated_way(planning, verdict->to);
	wish_add(&planning->wishes[verdict->turn_from], ACS_DT, 0, ACS_DT,
		 P2P_WHY_REQUESTER);
	if (!planning->options->keep_cr)
		clear_at(planning, verdict->turn_to, ACS_CR, P2P_WHY_COMPLETER);
}

/* Whether a member sends translated requests has to be known of each. */
static void check_ats(struct planning *planning)
{
	const struct p2p_plan *plan = planning->plan;

	for (uint32_t i = 0; i < plan->n_members; i++)
		if (p2p_plan_uses_ats(planning, plan->members[i]) == P2P_UNKNOWN)
			p2p_plan_refuse(planning,
					(struct p2p_plan_refusal){
						P2P_REFUSE_UNREAD, plan->members[i],
						P2P_NONE, P2P_NONE, 0 });
}

static void wish_bits(struct planning *planning)
{
	const struct p2p_plan_options *options = planning->options;

	for (uint32_t i = 0; i < planning->plan->n_members; i++) {
		uint32_t function = planning->plan->members[i];
		struct wish *wish = &planning->wishes[function];

		wish_add(wish, options->set, options->clear, options->set, P2P_WHY_ASKED);
		for (unsigned w = 0; options->vector && w < P2P_EGRESS_WORDS; w++) {
			wish->vector_on[w] = options->vector[w];
			wish->vector_off[w] = ~options->vector[w];
		}
	}
	if ((options->set & ACS_EC) && !options->vector)
		p2p_plan_refuse(planning,
				(struct p2p_plan_refusal){ P2P_REFUSE_VECTOR, P2P_NONE,
							   P2P_NONE, P2P_NONE, ACS_EC });
}

void p2p_plan_wish(struct planning *planning)
{
	switch (planning->options->mode) {
	case P2P_PLAN_CLEAR:
		p2p_plan_goals(planning, wish_clear);
		return;
	case P2P_PLAN_ONE_WAY:
		p2p_plan_goals(planning, wish_one_way);
		return;
	case P2P_PLAN_TRANSLATED:
		check_ats(planning);
		p2p_plan_goals(planning, wish_translated);
		return;
	case P2P_PLAN_EGRESS:
		p2p_plan_goals(planning, NULL);
		p2p_plan_wish_egress(planning);
		return;
	case P2P_PLAN_ISOLATE:
		p2p_plan_goals(planning, NULL);
		p2p_plan_wish_isolate(planning);
		return;
	case P2P_PLAN_SET:
		p2p_plan_goals(planning, NULL);
		wish_bits(planning);
		return;
	}
}
