/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of one switch in, egress vectors out: each member's port lets pass to the
 * ports of the others and redirects what is for any other port. */
#include "core/plan_parts.h"

static void refuse(struct planning *planning, enum p2p_plan_refusal_kind kind,
		   uint32_t function, uint32_t other)
{
	p2p_plan_refuse(planning,
			(struct p2p_plan_refusal){ kind, function, other, P2P_NONE, 0 });
}

/* The port of the switch @up above @function; P2P_NONE if there is none. */
static uint32_t port_below(const struct planning *planning, uint32_t up,
			   uint32_t function)
{
	const struct p2p_topo *topo = planning->machine->topo;
	uint32_t at = function;

	while (at != P2P_NONE && topo->nodes[at].parent != up)
		at = topo->nodes[at].parent;
	return at;
}

static bool is_inside(const struct planning *planning, uint32_t function)
{
	return planning->is_member[function] ||
	       planning->is_member[plan_physical(planning, function)];
}

/* The vector is of ports: whatever hangs on the port of a member would come along. */
static void check_port(struct planning *planning, uint32_t port, uint32_t member)
{
	const struct p2p_topo *topo = planning->machine->topo;

	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (!topo->nodes[i].bridge && !is_inside(planning, i) &&
		    p2p_topo_is_under(topo, i, port))
			refuse(planning, P2P_REFUSE_SHARED_PORT, member, i);
}

/* Within a device of several functions requests turn round before the port. */
static void check_device(struct planning *planning, uint32_t member)
{
	const struct p2p_topo *topo = planning->machine->topo;
	const struct p2p_facts *facts = plan_facts(planning, member);
	uint32_t parent = topo->nodes[member].parent, functions = 0;

	for (uint32_t i = topo->nodes[parent].first_child; i != P2P_NONE;
	     i = topo->nodes[i].next_sibling)
		functions += topo->nodes[i].pf == P2P_NONE;
	if (functions > 1 || (facts->ari.present == P2P_YES &&
			      p2p_reg_any(facts->ari.ctrl, ARI_CTL_ACS) != P2P_NO))
		refuse(planning, P2P_REFUSE_MULTI, member, P2P_NONE);
}

/* @size: entries of the vector that is to hold them. */
static void check_numbers(struct planning *planning, uint32_t up, unsigned size)
{
	const struct p2p_topo *topo = planning->machine->topo;
	uint32_t seen[256];

	for (unsigned i = 0; i < 256; i++)
		seen[i] = P2P_NONE;
	for (uint32_t port = topo->nodes[up].first_child; port != P2P_NONE;
	     port = topo->nodes[port].next_sibling) {
		int number = p2p_facts_port_number(plan_facts(planning, port));

		if (number < 0 || (unsigned)number >= size)
			refuse(planning, P2P_REFUSE_PORT_NUMBER, port, P2P_NONE);
		else if (seen[number] != P2P_NONE)
			refuse(planning, P2P_REFUSE_PORT_NUMBER, port, seen[number]);
		else
			seen[number] = port;
	}
}

static bool holds_member(const struct planning *planning, uint32_t up, uint32_t port)
{
	const struct p2p_plan *plan = planning->plan;

	for (uint32_t i = 0; i < plan->n_members; i++)
		if (port_below(planning, up, plan->members[i]) == port)
			return true;
	return false;
}

/* The bit of a port's own number may be hard-wired: nothing is wished of it. */
static void wish_vector(struct planning *planning, uint32_t up, uint32_t own)
{
	const struct p2p_topo *topo = planning->machine->topo;
	struct wish *wish = &planning->wishes[own];

	for (uint32_t port = topo->nodes[up].first_child; port != P2P_NONE;
	     port = topo->nodes[port].next_sibling) {
		int number = p2p_facts_port_number(plan_facts(planning, port));

		if (port == own || number < 0)
			continue;
		if (holds_member(planning, up, port))
			wish->vector_off[number / 32] |= 1u << number % 32;
		else
			wish->vector_on[number / 32] |= 1u << number % 32;
	}
}

static void wish_port(struct planning *planning, uint32_t up, uint32_t member)
{
	uint32_t port = port_below(planning, up, member);
	const struct p2p_acs *acs = &plan_facts(planning, port)->acs;

	/* Completions that would be redirected have to be stopped from it. */
	if (acs->regs.present == P2P_YES && p2p_reg_any(acs->regs.cap, ACS_CR) == P2P_NO)
		p2p_plan_refuse(planning,
				(struct p2p_plan_refusal){ P2P_REFUSE_NO_BIT, port,
							   P2P_NONE, P2P_NONE, ACS_CR });
	/* DT would let translated requests pass whatever the vector says. */
	wish_add(&planning->wishes[port], ACS_RR | ACS_EC, ACS_CR | ACS_DT,
		 ACS_RR | ACS_EC, P2P_WHY_REQUESTER | P2P_WHY_COMPLETER);
	p2p_plan_wish_forward(planning, port);
	check_port(planning, port, member);
	check_device(planning, member);
	check_numbers(planning, up, acs->egress_size ? acs->egress_size : 256);
	wish_vector(planning, up, port);
}

/* The switch that all members hang on, with none in between; P2P_NONE after the refusal.
 * A member of no switch is on another one than the rest. */
static uint32_t find_switch(struct planning *planning)
{
	const struct p2p_plan *plan = planning->plan;
	const struct p2p_topo *topo = planning->machine->topo;
	uint32_t up = p2p_topo_switch(topo, plan->members[0]);

	for (uint32_t i = 1; i < plan->n_members; i++)
		if (up == P2P_NONE || p2p_topo_switch(topo, plan->members[i]) != up ||
		    plan->members[i] == up || plan->members[0] == up) {
			refuse(planning, P2P_REFUSE_OTHER_SWITCH, plan->members[i],
			       plan->members[0]);
			return P2P_NONE;
		}
	return up;
}

void p2p_plan_wish_egress(struct planning *planning)
{
	uint32_t up = find_switch(planning);

	for (uint32_t i = 0; up != P2P_NONE && i < planning->plan->n_members; i++)
		wish_port(planning, up, planning->plan->members[i]);
}
