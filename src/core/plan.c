/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine and a wish in, a plan out: which pairs, what is wished of which register,
 * in which order it is written, and what follows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan_parts.h"

/* More pairs than these take longer to judge than anybody waits. */
#define MEMBERS_MAX 4096u

/* Writes of one function: five phases, and a vector in two of them. */
#define OPS_EACH (P2P_PHASES + 2 * P2P_EGRESS_WORDS)

#define REFUSALS_MAX 1000u

static bool is_same(const struct p2p_plan_refusal *a, const struct p2p_plan_refusal *b)
{
	return a->kind == b->kind && a->function == b->function && a->other == b->other &&
	       a->at == b->at && a->bits == b->bits;
}

void p2p_plan_refuse(struct planning *planning, struct p2p_plan_refusal refusal)
{
	struct p2p_plan *plan = planning->plan;

	if (plan->n_refusals == REFUSALS_MAX)
		return;
	for (uint32_t i = 0; i < plan->n_refusals; i++)
		if (is_same(&plan->refusals[i], &refusal))
			return;
	plan->refusals[plan->n_refusals++] = refusal;
}

static void refuse(struct planning *planning, enum p2p_plan_refusal_kind kind)
{
	p2p_plan_refuse(planning, (struct p2p_plan_refusal){ kind, P2P_NONE, P2P_NONE,
							     P2P_NONE, 0 });
}

/* Modes that are about pairs need some; the others act on single functions. */
static bool is_about_pairs(enum p2p_plan_mode mode)
{
	switch (mode) {
	case P2P_PLAN_CLEAR:
	case P2P_PLAN_ONE_WAY:
	case P2P_PLAN_TRANSLATED:
	case P2P_PLAN_EGRESS:
		return true;
	case P2P_PLAN_ISOLATE:
	case P2P_PLAN_SET:
		break;
	}
	return false;
}

static void check_goals(struct planning *planning)
{
	const struct p2p_plan *plan = planning->plan;

	if (!is_about_pairs(plan->mode) || plan->n_refusals)
		return;
	if (planning->options->require_all && plan->n_root_complex)
		refuse(planning, P2P_REFUSE_ROOT_COMPLEX);
	if (plan->n_goals)
		return;
	refuse(planning,
	       plan->mode == P2P_PLAN_TRANSLATED && plan->n_pairs > plan->n_root_complex ?
		       P2P_REFUSE_NO_ATS :
		       P2P_REFUSE_NO_PAIR);
}

static void check_members(struct planning *planning)
{
	const struct p2p_plan_options *options = planning->options;

	if (is_about_pairs(options->mode) && options->n_members < 2)
		refuse(planning, P2P_REFUSE_FEW);
	else if (options->mode == P2P_PLAN_ONE_WAY &&
		 (!options->n_initiators || options->n_initiators >= options->n_members))
		refuse(planning, P2P_REFUSE_INITIATORS);
}

/* Below the root port of a member: it is on a member's way, or may be a bystander; and
 * where the input ends there, others may be missing behind it. */
static bool touches_members(const struct planning *planning, uint32_t damaged)
{
	const struct p2p_topo *topo = planning->machine->topo;
	const struct p2p_plan *plan = planning->plan;
	uint32_t top = p2p_topo_top(topo, damaged);

	for (uint32_t m = 0; m < plan->n_members; m++)
		if (p2p_topo_top(topo, plan->members[m]) == top)
			return true;
	return false;
}

/* Damage that nobody can place may lie anywhere. */
static void check_damage(struct planning *planning)
{
	const struct p2p_snapshot *snapshot = planning->machine->snapshot;

	if (snapshot->n_damage_seen > snapshot->n_damage)
		refuse(planning, P2P_REFUSE_DAMAGED);
	for (uint32_t i = 0; i < snapshot->n_damage; i++) {
		const struct p2p_damage *damage = &snapshot->damage[i];
		uint32_t at = damage->has_function ?
				      p2p_snapshot_find(snapshot, damage->function) :
				      P2P_NONE;

		if (at == P2P_NONE)
			refuse(planning, P2P_REFUSE_DAMAGED);
		else if (touches_members(planning, at))
			p2p_plan_refuse(planning, (struct p2p_plan_refusal){
							  P2P_REFUSE_DAMAGED, at,
							  P2P_NONE, P2P_NONE, 0 });
	}
}

static int make_room(struct planning *planning)
{
	uint32_t wished = 0;

	for (uint32_t i = 0; i < planning->machine->snapshot->n_functions; i++)
		wished += planning->wishes[i].why != 0;
	planning->plan->ops =
		calloc((size_t)wished * OPS_EACH + 1, sizeof(*planning->plan->ops));
	return planning->plan->ops ? 0 : -ENOMEM;
}

/* A plan that is refused has no effects. */
static void forget(struct p2p_plan *plan)
{
	plan->n_ops = plan->n_changed = plan->n_bystanders = plan->n_waiting = 0;
}

static void plan(struct planning *planning)
{
	struct p2p_plan *plan = planning->plan;

	check_members(planning);
	check_damage(planning);
	if (!plan->n_refusals)
		p2p_plan_wish(planning);
	check_goals(planning);
	if (!planning->result && !plan->n_refusals)
		p2p_plan_settle(planning);
	if (!planning->result)
		planning->result = make_room(planning);
	if (!planning->result && !plan->n_refusals)
		p2p_plan_order(planning);
	if (!planning->result && !plan->n_refusals)
		p2p_plan_effects(planning);
	if (plan->n_refusals)
		forget(plan);
}

static int compare_functions(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static int take_options(struct planning *planning)
{
	const struct p2p_plan_options *options = planning->options;
	struct p2p_plan *plan = planning->plan;

	plan->mode = options->mode;
	plan->scope = options->scope;
	plan->n_members = options->n_members;
	plan->members = malloc((options->n_members + 1u) * sizeof(*plan->members));
	plan->refusals = calloc(REFUSALS_MAX, sizeof(*plan->refusals));
	if (!plan->members || !plan->refusals)
		return -ENOMEM;
	for (uint32_t i = 0; i < options->n_members; i++) {
		plan->members[i] = options->members[i];
		planning->is_member[options->members[i]] = true;
	}
	for (uint32_t i = 0; i < options->n_initiators; i++)
		planning->is_initiator[options->initiators[i]] = true;
	return 0;
}

static int begin(struct planning *planning)
{
	uint32_t count = planning->machine->snapshot->n_functions + 1u;

	planning->plan = calloc(1, sizeof(*planning->plan));
	planning->wishes = calloc(count, sizeof(*planning->wishes));
	planning->is_member = calloc(count, sizeof(*planning->is_member));
	planning->is_initiator = calloc(count, sizeof(*planning->is_initiator));
	if (!planning->plan || !planning->wishes || !planning->is_member ||
	    !planning->is_initiator)
		return -ENOMEM;
	if (take_options(planning))
		return -ENOMEM;
	return p2p_verdict_init(planning->machine->judge, &planning->verdict);
}

int p2p_plan_new(const struct p2p_machine *machine,
		 const struct p2p_plan_options *options, struct p2p_plan **ret_plan,
		 struct p2p_err *err)
{
	struct planning planning = { .machine = machine, .options = options };

	if (options->n_members > MEMBERS_MAX)
		return p2p_err_set(err, -E2BIG,
				   "%u functions are more than a plan takes, %u (name "
				   "fewer)",
				   options->n_members, MEMBERS_MAX);
	planning.result = begin(&planning);
	if (!planning.result)
		plan(&planning);
	p2p_verdict_done(&planning.verdict);
	free(planning.wishes);
	free(planning.is_member);
	free(planning.is_initiator);
	if (planning.result) {
		p2p_plan_free(planning.plan);
		return p2p_err_set(err, planning.result,
				   "no memory to plan for %u "
				   "functions",
				   options->n_members);
	}
	*ret_plan = planning.plan;
	return 0;
}

bool p2p_plan_has_member(const struct p2p_plan *plan, uint32_t function)
{
	return bsearch(&function, plan->members, plan->n_members, sizeof(function),
		       compare_functions);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct p2p_plan_pair *left = a, *right = b;

	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return (left->to > right->to) - (left->to < right->to);
}

const struct p2p_plan_pair *p2p_plan_find_pair(const struct p2p_plan *plan, uint32_t from,
					       uint32_t to)
{
	const struct p2p_plan_pair pair = { .from = from, .to = to };

	if (!plan->n_changed)
		return NULL;
	return bsearch(&pair, plan->pairs, plan->n_changed, sizeof(pair), compare_pairs);
}

void p2p_plan_free(struct p2p_plan *plan)
{
	if (!plan)
		return;
	free(plan->ops);
	free(plan->refusals);
	free(plan->members);
	free(plan->pairs);
	free(plan->bystanders);
	free(plan->waiting);
	p2p_facts_free(plan->after);
	p2p_groups_free(plan->before_groups);
	p2p_groups_free(plan->after_groups);
	free(plan);
}
