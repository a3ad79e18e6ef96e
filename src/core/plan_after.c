/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changed pairs and the registers at the end in; who else is concerned, and which
 * groups a kernel would make, out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan_parts.h"

/* One end of a pair that opens concerns the other. Ports that were named send nothing
 * themselves: all that newly reaches something through them counts. */
static bool concerns(const struct planning *planning, uint32_t other)
{
	return planning->is_member[other] || planning->options->mode == P2P_PLAN_SET;
}

static void mark_concerned(const struct planning *planning, bool *is_concerned)
{
	const struct p2p_plan *plan = planning->plan;

	for (uint32_t i = 0; i < plan->n_changed; i++) {
		const struct p2p_plan_pair *pair = &plan->pairs[i];

		if (!pair->more)
			continue;
		is_concerned[pair->to] |= concerns(planning, pair->from);
		is_concerned[pair->from] |= concerns(planning, pair->to);
	}
}

static int find_bystanders(struct planning *planning)
{
	uint32_t count = planning->machine->snapshot->n_functions;
	struct p2p_plan *plan = planning->plan;
	bool *is_concerned = calloc(count + 1u, sizeof(*is_concerned));

	plan->bystanders = malloc((count + 1u) * sizeof(*plan->bystanders));
	if (!is_concerned || !plan->bystanders) {
		free(is_concerned);
		return -ENOMEM;
	}
	mark_concerned(planning, is_concerned);
	for (uint32_t i = 0; i < count; i++)
		if (is_concerned[i] && !planning->is_member[i])
			plan->bystanders[plan->n_bystanders++] = i;
	free(is_concerned);
	return 0;
}

/* Of a port that is written, the empty ones beside it that go on redirecting: a device
 * that is plugged in there is not of the p2p domain. */
static int find_waiting(struct planning *planning, const struct p2p_facts *after)
{
	const struct p2p_topo *topo = planning->machine->topo;
	struct p2p_plan *plan = planning->plan;
	bool *is_written = calloc(topo->n_nodes + 1u, sizeof(*is_written));

	plan->waiting = malloc((topo->n_nodes + 1u) * sizeof(*plan->waiting));
	if (!is_written || !plan->waiting) {
		free(is_written);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < plan->n_ops; i++)
		if (topo->nodes[plan->ops[i].function].parent != P2P_NONE)
			is_written[topo->nodes[plan->ops[i].function].parent] = true;
	for (uint32_t i = 0; i < topo->n_nodes; i++) {
		const struct p2p_node *node = &topo->nodes[i];

		if (node->kind == P2P_KIND_SWITCH_DOWN && node->parent != P2P_NONE &&
		    is_written[node->parent] && node->first_child == P2P_NONE &&
		    plan_facts(planning, i)->slot == P2P_YES &&
		    p2p_facts_acs(&after[i], ACS_RR) == P2P_YES)
			plan->waiting[plan->n_waiting++] = i;
	}
	free(is_written);
	return 0;
}

static int predict_groups(struct planning *planning, const struct p2p_facts *after)
{
	const struct p2p_machine *machine = planning->machine;
	struct p2p_group_rules rules =
		p2p_group_rules(machine->snapshot, machine->facts, &machine->rules);
	struct p2p_plan *plan = planning->plan;

	plan->before_groups =
		p2p_groups_new(machine->snapshot, machine->facts, machine->topo, &rules);
	plan->after_groups =
		p2p_groups_new(machine->snapshot, after, machine->topo, &rules);
	return plan->before_groups && plan->after_groups ? 0 : -ENOMEM;
}

/* The registers at the end become the plan's. */
static int keep_after(struct planning *planning, struct plan_stages *stages)
{
	uint32_t count = planning->machine->snapshot->n_functions;
	struct p2p_plan *plan = planning->plan;

	if (stages->n) {
		plan->after = stages->facts[stages->n - 1];
		stages->facts[stages->n - 1] = NULL;
		return 0;
	}
	plan->after = malloc((count + 1u) * sizeof(*plan->after));
	if (!plan->after)
		return -ENOMEM;
	memcpy(plan->after, planning->machine->facts, count * sizeof(*plan->after));
	return 0;
}

int p2p_plan_after(struct planning *planning, struct plan_stages *stages)
{
	int result = find_bystanders(planning);

	if (!result)
		result = keep_after(planning, stages);
	if (!result)
		result = find_waiting(planning, planning->plan->after);
	return result ? result : predict_groups(planning, planning->plan->after);
}
