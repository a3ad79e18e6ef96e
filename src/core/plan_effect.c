/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes in, what follows out: every pair whose route may change is judged at the
 * start, after each phase and at the end. What is not as asked, or more open on the way
 * than at both ends of it, is refused. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan_parts.h"

/* A function that sends and receives, and the highest one above it. */
struct end {
	uint32_t function, top;
};

struct looking {
	struct planning *planning;
	struct plan_stages stages;
	struct p2p_verdict before, after;
	struct end *ends; /* below something written */
	uint32_t n_ends;
	uint32_t capacity; /* of the changed pairs */
};

/* VFs have the routes of their PF, but for a member that is one. */
static int find_ends(struct looking *looking)
{
	const struct planning *planning = looking->planning;
	const struct p2p_topo *topo = planning->machine->topo;
	bool *touched = calloc(topo->n_nodes + 1u, sizeof(*touched));

	looking->ends = calloc(topo->n_nodes + 1u, sizeof(*looking->ends));
	if (!touched || !looking->ends) {
		free(touched);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < planning->plan->n_ops; i++)
		touched[p2p_topo_top(topo, planning->plan->ops[i].function)] = true;
	for (uint32_t i = 0; i < planning->plan->n_members; i++)
		touched[p2p_topo_top(topo, planning->plan->members[i])] = true;
	for (uint32_t i = 0; i < topo->n_nodes; i++) {
		struct end end = { i, p2p_topo_top(topo, i) };

		if (!topo->nodes[i].bridge && touched[end.top] &&
		    (topo->nodes[i].pf == P2P_NONE || planning->is_member[i]))
			looking->ends[looking->n_ends++] = end;
	}
	free(touched);
	return 0;
}

/* How far a class lets pass: a split read goes directly one way. */
static int openness(enum p2p_way way)
{
	return way == P2P_WAY_DIRECT ? 2 : way == P2P_WAY_SPLIT ? 1 : 0;
}

static struct p2p_plan_pair compare(const struct p2p_verdict *before,
				    const struct p2p_verdict *after)
{
	struct p2p_plan_pair pair = { .from = before->from, .to = before->to };

	for (unsigned k = 0; k < P2P_TLPS; k++) {
		int change = openness(after->tlp[k]) - openness(before->tlp[k]);

		pair.more |= (uint8_t)((change > 0) << k);
		pair.less |= (uint8_t)((change < 0) << k);
	}
	pair.made_direct = after->direct == P2P_YES && before->direct != P2P_YES;
	pair.lost_direct = before->direct == P2P_YES && after->direct != P2P_YES;
	return pair;
}

static void refuse_pair(struct planning *planning, enum p2p_plan_refusal_kind kind,
			const struct p2p_verdict *verdict, struct p2p_by by)
{
	p2p_plan_refuse(planning,
			(struct p2p_plan_refusal){ kind, verdict->from, verdict->to,
						   by.function, by.bits });
}

/* Between @before and the end no class may be open that is so at neither. */
static void check_stages(struct looking *looking)
{
	struct p2p_verdict *now = &looking->planning->verdict;

	for (unsigned i = 0; i + 1 < looking->stages.n; i++) {
		p2p_judge_pair(looking->stages.judges[i], looking->before.from,
			       looking->before.to, now);
		for (unsigned k = 0; k < P2P_TLPS; k++)
			if (openness(now->tlp[k]) > openness(looking->before.tlp[k]) &&
			    openness(now->tlp[k]) > openness(looking->after.tlp[k]))
				refuse_pair(looking->planning, P2P_REFUSE_MORE_OPEN, now,
					    (struct p2p_by){ P2P_NONE, 0 });
	}
}

static bool is_as_asked(const struct planning *planning,
			const struct p2p_verdict *verdict)
{
	switch (planning->options->mode) {
	case P2P_PLAN_CLEAR:
		return verdict->direct == P2P_YES &&
		       (planning->options->scope != P2P_SCOPE_PATH ||
			verdict->map == P2P_MAP_BUS_ADDR);
	case P2P_PLAN_TRANSLATED:
		return verdict->tlp[P2P_TLP_TRANSLATED_WRITE] == P2P_WAY_DIRECT &&
		       (planning->options->keep_cr ||
			verdict->tlp[P2P_TLP_TRANSLATED_READ] == P2P_WAY_DIRECT);
	case P2P_PLAN_ONE_WAY:
	case P2P_PLAN_EGRESS:
		return verdict->direct == P2P_YES;
	case P2P_PLAN_ISOLATE:
	case P2P_PLAN_SET:
		break;
	}
	return true;
}

/* Who keeps it from being so: a bit, the kernel's view of one, or what was not read. */
static void refuse_unreached(struct planning *planning, const struct p2p_verdict *verdict)
{
	if (verdict->n_missing && p2p_verdict_certainty(verdict) == P2P_UNCERTAIN)
		refuse_pair(planning, P2P_REFUSE_UNREAD, verdict,
			    (struct p2p_by){ verdict->missing[0].function, 0 });
	else if (verdict->n_by)
		refuse_pair(planning, P2P_REFUSE_UNREACHED, verdict, verdict->by[0]);
	else if (verdict->n_kernel_by)
		refuse_pair(planning, P2P_REFUSE_UNREACHED, verdict,
			    verdict->kernel_by[0]);
	else
		refuse_pair(planning, P2P_REFUSE_UNREACHED, verdict,
			    (struct p2p_by){ P2P_NONE, 0 });
}

static bool reaches(const struct p2p_verdict *verdict)
{
	for (unsigned k = 0; k < P2P_TLPS; k++)
		if (openness(verdict->tlp[k]))
			return true;
	return false;
}

static bool meets_in_switch(const struct planning *planning,
			    const struct p2p_verdict *verdict)
{
	return verdict->route == P2P_ROUTE_SWITCH ||
	       (verdict->common != P2P_NONE &&
		plan_node(planning, verdict->common)->kind == P2P_KIND_SWITCH_UP);
}

/* The other way round of one-way, others of egress, everybody of isolate. */
static bool must_not_reach(const struct planning *planning,
			   const struct p2p_verdict *verdict)
{
	uint32_t from = verdict->from, to = verdict->to;
	const bool *is_member = planning->is_member;

	switch (planning->options->mode) {
	case P2P_PLAN_ONE_WAY:
		return planning->is_initiator[to] && is_member[from] &&
		       !planning->is_initiator[from] &&
		       !p2p_plan_is_one_device(planning, from, to);
	case P2P_PLAN_EGRESS:
		return is_member[from] && !is_member[to];
	case P2P_PLAN_ISOLATE:
		return (is_member[from] || is_member[to]) &&
		       meets_in_switch(planning, verdict);
	case P2P_PLAN_CLEAR:
	case P2P_PLAN_TRANSLATED:
	case P2P_PLAN_SET:
		break;
	}
	return false;
}

/* What would have to be otherwise: RR where requests turn round, or DT if only translated
 * ones do. */
static struct p2p_by open_by(const struct p2p_verdict *verdict)
{
	bool is_plain = openness(verdict->tlp[P2P_TLP_WRITE]) ||
			openness(verdict->tlp[P2P_TLP_READ]);

	if (verdict->turn_from == P2P_NONE)
		return (struct p2p_by){ P2P_NONE, 0 };
	return (struct p2p_by){ verdict->turn_from, is_plain ? ACS_RR : ACS_DT };
}

static void check_end(struct planning *planning, const struct p2p_verdict *verdict,
		      bool is_goal)
{
	if (is_goal && !is_as_asked(planning, verdict))
		refuse_unreached(planning, verdict);
	if (!is_goal && must_not_reach(planning, verdict) && reaches(verdict))
		refuse_pair(planning, P2P_REFUSE_UNREACHED, verdict, open_by(verdict));
}

static int keep_pair(struct looking *looking, const struct p2p_plan_pair *pair)
{
	struct p2p_plan *plan = looking->planning->plan;
	struct p2p_plan_pair *grown;

	if (plan->n_changed == looking->capacity) {
		looking->capacity = 2 * looking->capacity + 64;
		grown = realloc(plan->pairs, looking->capacity * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		plan->pairs = grown;
	}
	plan->pairs[plan->n_changed++] = *pair;
	return 0;
}

static int look_at(struct looking *looking, uint32_t from, uint32_t to)
{
	struct planning *planning = looking->planning;
	const struct p2p_judge *last =
		looking->stages.n ? looking->stages.judges[looking->stages.n - 1] :
				    planning->machine->judge;
	struct p2p_plan_pair pair;

	p2p_judge_pair(planning->machine->judge, from, to, &looking->before);
	p2p_judge_pair(last, from, to, &looking->after);
	check_stages(looking);
	pair = compare(&looking->before, &looking->after);
	pair.goal = p2p_plan_is_goal(planning, &looking->before);
	check_end(planning, &looking->after, pair.goal);
	return pair.more || pair.less ? keep_pair(looking, &pair) : 0;
}

/* Only pairs below one host bridge's port can change. */
static int look(struct looking *looking)
{
	int result = 0;

	for (uint32_t i = 0; i < looking->n_ends; i++)
		for (uint32_t k = 0; !result && k < looking->n_ends; k++) {
			const struct end *from = &looking->ends[i];
			const struct end *to = &looking->ends[k];

			if (i != k && from->top == to->top)
				result = look_at(looking, from->function, to->function);
		}
	return result;
}

static int look_all(struct looking *looking)
{
	struct planning *planning = looking->planning;
	int result = p2p_plan_stages_new(planning, &looking->stages);

	if (!result)
		result = p2p_verdict_init(planning->machine->judge, &looking->before);
	if (!result)
		result = p2p_verdict_init(planning->machine->judge, &looking->after);
	if (!result)
		result = find_ends(looking);
	if (!result)
		result = look(looking);
	return result ? result : p2p_plan_after(planning, &looking->stages);
}

void p2p_plan_effects(struct planning *planning)
{
	struct looking looking = { .planning = planning };

	planning->result = look_all(&looking);
	p2p_verdict_done(&looking.before);
	p2p_verdict_done(&looking.after);
	p2p_plan_stages_done(&looking.stages);
	free(looking.ends);
}
