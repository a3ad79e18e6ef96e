/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes in, the machine's registers after each phase out, and a judge of each. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts_parts.h"
#include "core/plan_parts.h"

static void write_op(struct p2p_facts *facts, const struct p2p_plan_op *op)
{
	struct p2p_acs *acs = &facts[op->function].acs;
	bool is_control = op->word == P2P_PLAN_CONTROL;
	struct p2p_reg reg = is_control ? acs->regs.ctrl : acs->egress[op->word];

	reg.value = (reg.value & ~op->mask) | (op->new & op->mask);
	if (is_control)
		p2p_facts_put_control(acs, reg);
	else
		acs->egress[op->word] = reg;
}

static int add_stage(const struct planning *planning, const struct p2p_facts *before,
		     enum p2p_plan_phase phase, struct plan_stages *stages)
{
	const struct p2p_machine *machine = planning->machine;
	const struct p2p_plan *plan = planning->plan;
	uint32_t count = machine->snapshot->n_functions;
	struct p2p_facts *facts = malloc((count + 1u) * sizeof(*facts));

	if (!facts)
		return -ENOMEM;
	memcpy(facts, before, count * sizeof(*before));
	for (uint32_t i = 0; i < plan->n_ops; i++)
		if (plan->ops[i].phase == phase)
			write_op(facts, &plan->ops[i]);
	stages->facts[stages->n] = facts;
	stages->judges[stages->n] =
		p2p_judge_new(machine->snapshot, facts, machine->topo, &machine->rules);
	return stages->judges[stages->n++] ? 0 : -ENOMEM;
}

static bool writes_in(const struct p2p_plan *plan, enum p2p_plan_phase phase)
{
	for (uint32_t i = 0; i < plan->n_ops; i++)
		if (plan->ops[i].phase == phase)
			return true;
	return false;
}

int p2p_plan_stages_new(const struct planning *planning, struct plan_stages *ret_stages)
{
	const struct p2p_facts *before = planning->machine->facts;
	int result = 0;

	for (unsigned phase = 1; !result && phase <= P2P_PHASES; phase++) {
		if (!writes_in(planning->plan, (enum p2p_plan_phase)phase))
			continue;
		result = add_stage(planning, before, (enum p2p_plan_phase)phase,
				   ret_stages);
		if (!result)
			before = ret_stages->facts[ret_stages->n - 1];
	}
	return result;
}

void p2p_plan_stages_done(struct plan_stages *stages)
{
	for (unsigned i = 0; i < stages->n; i++) {
		p2p_judge_free(stages->judges[i]);
		p2p_facts_free(stages->facts[i]);
	}
}
