/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan in the making: which pairs it is for, what is wished of each function, the
 * writes in their order, and what follows. */
#ifndef P2PTOOL_CORE_PLAN_PARTS_H
#define P2PTOOL_CORE_PLAN_PARTS_H

#include <p2ptool/plan.h>

#include "core/regs.h"

#define PLAN_REDIRECT (ACS_RR | ACS_CR | ACS_EC)

/* What a function's registers shall be. Bits in neither @on nor @off stay. */
struct wish {
	uint32_t on, off;
	uint32_t needed; /* of both: without them the plan fails its purpose */
	uint32_t vector_on[P2P_EGRESS_WORDS], vector_off[P2P_EGRESS_WORDS];
	unsigned why;
};

struct planning {
	const struct p2p_machine *machine;
	const struct p2p_plan_options *options;
	struct p2p_plan *plan;
	struct wish *wishes;        /* by function */
	bool *is_member;            /* by function */
	bool *is_initiator;         /* by function */
	struct p2p_verdict verdict; /* of the pair that is looked at */
	bool is_one_device;         /* the p2p domain is one device */
	int result;                 /* the first failure of memory */
};

/* A visitor of the ordered pairs that the plan is for. */
typedef void plan_pair_visitor(struct planning *planning,
			       const struct p2p_verdict *verdict);

/* plan_goal.c: visits each, judged as it is; counts the others. */
void p2p_plan_goals(struct planning *planning, plan_pair_visitor *visit);

/* True if the plan is for the pair of this verdict. */
bool p2p_plan_is_goal(const struct planning *planning, const struct p2p_verdict *verdict);

/* Whether @function sends translated requests. */
enum p2p_tri p2p_plan_uses_ats(const struct planning *planning, uint32_t function);

/* True if two functions of one bus are of one device: nothing else hangs on a port, and
 * on other buses they share a slot. */
bool p2p_plan_shares_device(const struct planning *planning, uint32_t a, uint32_t b);

/* True if both are of one device below a bridge, a PF and its VFs included. */
bool p2p_plan_is_one_device(const struct planning *planning, uint32_t from, uint32_t to);

/* plan_wish.c, plan_egress.c, plan_isolate.c: what each mode wishes. */
void p2p_plan_wish(struct planning *planning);
void p2p_plan_wish_egress(struct planning *planning);
void p2p_plan_wish_isolate(struct planning *planning);
void p2p_plan_wish_forward(struct planning *planning, uint32_t from);
uint32_t p2p_plan_harmless(const struct planning *planning, uint32_t function,
			   uint32_t bits);

/* plan_order.c: wishes that the registers can take become writes. */
void p2p_plan_settle(struct planning *planning);
void p2p_plan_order(struct planning *planning);

/* The registers after each phase that writes something, and who judges by them. */
struct plan_stages {
	struct p2p_facts *facts[P2P_PHASES];
	struct p2p_judge *judges[P2P_PHASES];
	unsigned n;
};

/* plan_stage.c. 0 or -ENOMEM; p2p_plan_stages_done() in both cases. */
int p2p_plan_stages_new(const struct planning *planning, struct plan_stages *ret_stages);
void p2p_plan_stages_done(struct plan_stages *stages);

/* plan_after.c: takes the last registers out of @stages. 0 or -ENOMEM. */
int p2p_plan_after(struct planning *planning, struct plan_stages *stages);

/* plan_effect.c: what follows, phase by phase. */
void p2p_plan_effects(struct planning *planning);

/* Notes a refusal, each once. */
void p2p_plan_refuse(struct planning *planning, struct p2p_plan_refusal refusal);

static inline void wish_add(struct wish *wish, uint32_t on, uint32_t off, uint32_t needed,
			    unsigned why)
{
	wish->on |= on;
	wish->off |= off;
	wish->needed |= needed;
	wish->why |= why;
}

static inline const struct p2p_node *plan_node(const struct planning *planning,
					       uint32_t function)
{
	return &planning->machine->topo->nodes[function];
}

/* The function itself, of a VF its PF. */
static inline uint32_t plan_physical(const struct planning *planning, uint32_t function)
{
	uint32_t pf = plan_node(planning, function)->pf;

	return pf == P2P_NONE ? function : pf;
}

static inline const struct p2p_facts *plan_facts(const struct planning *planning,
						 uint32_t function)
{
	return &planning->machine->facts[function];
}

#endif
