/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wishes in; refusals of what registers cannot take, and the writes in their order,
 * out. Each bit changes in one phase only, so that a register's value after a phase
 * follows from its first and its last one. */
#include "core/plan_parts.h"

static void refuse(struct planning *planning, enum p2p_plan_refusal_kind kind,
		   uint32_t function, uint32_t bits)
{
	p2p_plan_refuse(planning, (struct p2p_plan_refusal){ kind, function, P2P_NONE,
							     P2P_NONE, bits });
}

static bool has_vector(const struct wish *wish)
{
	for (unsigned w = 0; w < P2P_EGRESS_WORDS; w++)
		if (wish->vector_on[w] | wish->vector_off[w])
			return true;
	return false;
}

/* The entries that the word @w of a vector of @size has. */
static uint32_t entries_in(unsigned size, unsigned w)
{
	if (size >= 32 * w + 32)
		return UINT32_MAX;
	return size > 32 * w ? (1u << size % 32) - 1 : 0;
}

/* Entries beyond the vector are not there. */
static void settle_vector(struct planning *planning, uint32_t function, struct wish *wish)
{
	const struct p2p_acs *acs = &plan_facts(planning, function)->acs;

	for (unsigned w = 0; w < P2P_EGRESS_WORDS; w++) {
		uint32_t there = entries_in(acs->egress_size, w);

		if ((wish->why & P2P_WHY_ASKED) && wish->vector_on[w] & ~there)
			refuse(planning, P2P_REFUSE_NO_BIT, function, ACS_EC);
		wish->vector_on[w] &= there;
		wish->vector_off[w] &= there;
		if ((wish->vector_on[w] | wish->vector_off[w]) & ~acs->egress[w].known)
			refuse(planning, P2P_REFUSE_UNREAD, function, ACS_EC);
	}
}

/* SV cuts off whatever has a bus number that the port does not hold. */
static void check_buses(struct planning *planning, uint32_t port)
{
	const struct p2p_function *functions = planning->machine->snapshot->functions;
	const struct p2p_topo *topo = planning->machine->topo;
	const struct p2p_facts *facts = plan_facts(planning, port);
	bool is_known = p2p_reg_knows(facts->secondary, 0xff) &&
			p2p_reg_knows(facts->subordinate, 0xff);

	if (!p2p_topo_is_downstream(topo, port) ||
	    topo->nodes[port].first_child == P2P_NONE)
		return;
	if (!is_known)
		refuse(planning, P2P_REFUSE_UNREAD, port, ACS_SV);
	for (uint32_t i = 0; is_known && i < topo->n_nodes; i++)
		if (i != port && p2p_topo_is_under(topo, i, port) &&
		    (functions[i].bdf.bus < facts->secondary.value ||
		     functions[i].bdf.bus > facts->subordinate.value))
			p2p_plan_refuse(planning, (struct p2p_plan_refusal){
							  P2P_REFUSE_BUS_NUMBER, i,
							  P2P_NONE, port, ACS_SV });
}

/* What the capability offers of it; what is off already where there is no such bit. */
static void settle_there(struct planning *planning, uint32_t function, struct wish *wish)
{
	const struct p2p_ability *acs = &plan_facts(planning, function)->acs.regs;
	uint32_t wished = wish->on | wish->off;
	uint32_t lacking = wish->on & wish->needed & acs->cap.known & ~acs->cap.value;

	if (lacking)
		refuse(planning, P2P_REFUSE_NO_BIT, function, lacking);
	if (wished & ~acs->cap.known)
		refuse(planning, P2P_REFUSE_UNREAD, function, wished & ~acs->cap.known);
	wish->on &= acs->cap.value;
	wish->off &= acs->cap.value;
	wished = wish->on | wish->off;
	if (wished & ~acs->ctrl.known)
		refuse(planning, P2P_REFUSE_UNREAD, function, wished & ~acs->ctrl.known);
	if (wish->on & ~acs->ctrl.value & ACS_SV)
		check_buses(planning, function);
	if (has_vector(wish))
		settle_vector(planning, function, wish);
}

static void settle(struct planning *planning, uint32_t function, struct wish *wish)
{
	if (wish->on & wish->off) {
		refuse(planning, P2P_REFUSE_CONFLICT, function, wish->on & wish->off);
		return;
	}
	switch (plan_facts(planning, function)->acs.regs.present) {
	case P2P_YES:
		settle_there(planning, function, wish);
		return;
	case P2P_NO:
		if (wish->on & wish->needed)
			refuse(planning, P2P_REFUSE_NO_ACS, function,
			       wish->on & wish->needed);
		*wish = (struct wish){ 0 };
		return;
	case P2P_UNKNOWN:
		refuse(planning, P2P_REFUSE_UNREAD, function, wish->on | wish->off);
		return;
	}
}

void p2p_plan_settle(struct planning *planning)
{
	for (uint32_t i = 0; i < planning->machine->snapshot->n_functions; i++)
		if (planning->wishes[i].why)
			settle(planning, i, &planning->wishes[i]);
}

static uint32_t control_of(const struct planning *planning, uint32_t function)
{
	struct p2p_reg ctrl = plan_facts(planning, function)->acs.regs.ctrl;

	return ctrl.value & ctrl.known;
}

/* Where RR is on at the end, egress control is taken away from a port that redirects;
 * else it goes together with RR, so that nothing is blocked or let pass in between. */
static uint32_t changed_in(enum p2p_plan_phase phase, uint32_t first, uint32_t last)
{
	uint32_t on = last & ~first, off = first & ~last;
	uint32_t closing_ec = last & ACS_RR ? off & ACS_EC : 0;

	switch (phase) {
	case P2P_PHASE_FORWARD:
		return on & ACS_UF;
	case P2P_PHASE_CLOSE:
		return (on & ACS_RR) | (off & ACS_DT) | closing_ec;
	case P2P_PHASE_COMPLETION:
		return (on | off) & ACS_CR;
	case P2P_PHASE_OPEN:
		return (on & (ACS_EC | ACS_DT)) |
		       (off & (ACS_RR | ACS_EC | ACS_SV | ACS_TB) & ~closing_ec);
	case P2P_PHASE_VALIDATE:
		return (on & (ACS_SV | ACS_TB)) | (off & ACS_UF);
	}
	return 0;
}

/* Bits of a vector that counts already close before others open; one that does not
 * count yet is written before it does. */
static uint32_t vector_changed_in(enum p2p_plan_phase phase, uint32_t first,
				  uint32_t last, bool counts)
{
	if (phase == P2P_PHASE_CLOSE)
		return counts ? last & ~first : last ^ first;
	return phase == P2P_PHASE_OPEN && counts ? first & ~last : 0;
}

static void add_op(struct planning *planning, struct p2p_plan_op op, uint32_t now)
{
	struct p2p_plan *plan = planning->plan;

	op.old = now;
	op.new = now ^ op.mask;
	op.why = planning->wishes[op.function].why;
	plan->ops[plan->n_ops++] = op;
}

static void add_control(struct planning *planning, uint32_t function,
			enum p2p_plan_phase phase)
{
	const struct wish *wish = &planning->wishes[function];
	const struct p2p_acs *acs = &plan_facts(planning, function)->acs;
	bool is_wide = acs->wide == P2P_YES;
	uint32_t first = control_of(planning, function), now = first;
	uint32_t last = (first | wish->on) & ~wish->off;
	struct p2p_plan_op op = { .function = function,
				  .word = P2P_PLAN_CONTROL,
				  .offset = (uint16_t)(acs->regs.offset +
						       (is_wide ? REG_ACS_WIDE_CTL :
								  REG_ACS_CTL)),
				  .width = is_wide ? 32 : 16,
				  .phase = phase,
				  .mask = changed_in(phase, first, last) };

	for (unsigned earlier = 1; earlier < (unsigned)phase; earlier++)
		now ^= changed_in((enum p2p_plan_phase)earlier, first, last);
	if (op.mask)
		add_op(planning, op, now);
}

static void add_vector(struct planning *planning, uint32_t function,
		       enum p2p_plan_phase phase)
{
	const struct wish *wish = &planning->wishes[function];
	const struct p2p_acs *acs = &plan_facts(planning, function)->acs;
	bool counts = control_of(planning, function) & ACS_EC;

	for (int w = 0; w < P2P_EGRESS_WORDS; w++) {
		uint32_t first = acs->egress[w].value & acs->egress[w].known;
		uint32_t last = (first | wish->vector_on[w]) & ~wish->vector_off[w];
		uint32_t closing =
			vector_changed_in(P2P_PHASE_CLOSE, first, last, counts);
		struct p2p_plan_op op = {
			.function = function,
			.word = w,
			.offset = (uint16_t)(acs->regs.offset + REG_ACS_EGRESS + 4 * w),
			.width = 32,
			.phase = phase,
			.mask = vector_changed_in(phase, first, last, counts)
		};

		if (op.mask)
			add_op(planning, op,
			       phase == P2P_PHASE_OPEN ? first ^ closing : first);
	}
}

/* What opens goes from leaf to root, all else from root to leaf. A vector is written
 * before the control that makes it count. */
static void add_phase(struct planning *planning, enum p2p_plan_phase phase)
{
	const struct p2p_topo *topo = planning->machine->topo;

	for (uint32_t n = 0; n < topo->n_nodes; n++) {
		uint32_t at = phase == P2P_PHASE_OPEN ? topo->n_nodes - 1 - n : n;
		uint32_t function = topo->order[at];

		if (!planning->wishes[function].why)
			continue;
		add_vector(planning, function, phase);
		add_control(planning, function, phase);
	}
}

void p2p_plan_order(struct planning *planning)
{
	for (unsigned phase = 1; phase <= P2P_PHASES; phase++)
		add_phase(planning, (enum p2p_plan_phase)phase);
}
