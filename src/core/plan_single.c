/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes in; whether a register of several may be written once out. */
#include "core/plan_parts.h"

/* EC off closes where RR is on at the end, and opens where it is not: the phase tells. */
static bool only_opens(const struct p2p_plan_op *op)
{
	return op->word == P2P_PLAN_CONTROL && !(op->new & op->mask) &&
	       !(op->mask & ~(uint32_t)PLAN_REDIRECT) &&
	       !((op->mask & ACS_EC) && op->phase == P2P_PHASE_CLOSE);
}

static bool only_closes(const struct p2p_plan_op *op)
{
	const uint32_t on = ACS_SV | ACS_TB | ACS_RR | ACS_CR | ACS_UF;

	return op->word == P2P_PLAN_CONTROL && !(op->new & op->mask & ~on) &&
	       !(op->old & op->mask & ~(uint32_t)(ACS_EC | ACS_DT)) &&
	       (!(op->old & op->mask) || op->phase == P2P_PHASE_CLOSE);
}

bool p2p_plan_is_single(const struct p2p_plan *plan)
{
	bool opens = true, closes = true;

	for (uint32_t i = 0; i < plan->n_ops; i++) {
		opens = opens && only_opens(&plan->ops[i]);
		closes = closes && only_closes(&plan->ops[i]);
	}
	return opens || closes;
}
