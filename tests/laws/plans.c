/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan promises holds: its writes are carried out on the bytes of the machine,
 * in their order, and the machine is read and judged anew. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "laws/plan_trial.h"

static void plan(struct trial *trial)
{
	int result = p2p_plan_new(trial->machine, &trial->options, &trial->plan, NULL);

	assert(!result);
}

/* Writes what @phase says, as a careful person would: looks first. */
static void carry_out(struct trial *trial, enum p2p_plan_phase phase)
{
	for (uint32_t i = 0; i < trial->plan->n_ops; i++) {
		const struct p2p_plan_op *op = &trial->plan->ops[i];
		int handle = trial_handle(trial, op->function);
		uint32_t now;

		if (op->phase != phase)
			continue;
		now = build_read(trial->b, handle, op->offset, op->width / 8u);
		if (now != op->old || (op->old ^ op->new) != op->mask)
			law_broken(trial->count, "op %u: 0x%x where 0x%x was planned", i,
				   now, op->old);
		build_write(trial->b, handle, op->offset, op->width / 8u, op->new);
	}
}

static struct p2p_machine *read_again(struct trial *trial)
{
	return build_machine(trial->b, "6.12", "intel");
}

typedef void pair_law(struct trial *trial, const struct p2p_verdict *before,
		      const struct p2p_verdict *after);

static void for_pairs(struct trial *trial, const struct p2p_machine *after,
		      pair_law *holds)
{
	const struct p2p_topo *topo = trial->machine->topo;
	struct p2p_verdict verdicts[2];
	int result = p2p_verdict_init(trial->machine->judge, &verdicts[0]);

	result |= p2p_verdict_init(after->judge, &verdicts[1]);
	assert(!result);
	for (uint32_t from = 0; from < topo->n_nodes; from++)
		for (uint32_t to = 0; to < topo->n_nodes; to++) {
			if (from == to || topo->nodes[from].bridge ||
			    topo->nodes[to].bridge)
				continue;
			p2p_judge_pair(trial->machine->judge, from, to, &verdicts[0]);
			p2p_judge_pair(after->judge, from, to, &verdicts[1]);
			trial->count->cases++;
			holds(trial, &verdicts[0], &verdicts[1]);
		}
	p2p_verdict_done(&verdicts[0]);
	p2p_verdict_done(&verdicts[1]);
}

static uint32_t physical(const struct trial *trial, uint32_t function)
{
	uint32_t pf = trial->machine->topo->nodes[function].pf;

	return pf == P2P_NONE ? function : pf;
}

/* Two members on different devices that meet below the root complex. */
static bool is_goal(const struct trial *trial, const struct p2p_verdict *v)
{
	const struct p2p_topo *topo = trial->machine->topo;
	uint32_t from = physical(trial, v->from), to = physical(trial, v->to);

	if (!trial->is_member[v->from] || !trial->is_member[v->to] || from == to ||
	    v->common == P2P_NONE)
		return false;
	return !(topo->nodes[from].parent == v->common &&
		 topo->nodes[to].parent == v->common &&
		 p2p_topo_is_downstream(topo, v->common));
}

static bool is_below_written(const struct trial *trial, uint32_t function)
{
	for (uint32_t i = 0; i < trial->plan->n_ops; i++)
		if (p2p_topo_is_under(trial->machine->topo, function,
				      trial->plan->ops[i].function))
			return true;
	return false;
}

static bool is_listed(const struct trial *trial, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < trial->plan->n_changed; i++)
		if (trial->plan->pairs[i].from == from && trial->plan->pairs[i].to == to)
			return true;
	return false;
}

/* Nobody's route changes who has no part in it, and who has one is listed. VFs have the
 * routes of their PF and are not listed apart. */
static void spares_others(struct trial *trial, const struct p2p_verdict *before,
			  const struct p2p_verdict *after)
{
	const struct p2p_node *nodes = trial->machine->topo->nodes;
	uint32_t from = before->from, to = before->to;
	bool is_members = trial->is_member[from] || trial->is_member[to];

	if (before->route == after->route &&
	    !memcmp(before->tlp, after->tlp, sizeof(before->tlp)))
		return;
	if (!is_members && !is_below_written(trial, from) && !is_below_written(trial, to))
		law_broken(trial->count, "%u -> %u: %d became %d", from, to,
			   before->route, after->route);
	if ((nodes[from].pf == P2P_NONE || trial->is_member[from]) &&
	    (nodes[to].pf == P2P_NONE || trial->is_member[to]) &&
	    (before->direct == P2P_YES) != (after->direct == P2P_YES) &&
	    !is_listed(trial, from, to))
		law_broken(trial->count, "%u -> %u changes and is not listed", from, to);
}

static void opens_members(struct trial *trial, const struct p2p_verdict *before,
			  const struct p2p_verdict *after)
{
	bool is_asked = is_goal(trial, before);

	spares_others(trial, before, after);
	if (is_asked && after->direct != P2P_YES)
		law_broken(trial->count, "%u -> %u is not direct", before->from,
			   before->to);
	if (is_asked && trial->options.scope == P2P_SCOPE_PATH &&
	    after->map != P2P_MAP_BUS_ADDR)
		law_broken(trial->count, "%u -> %u is not bus-addr", before->from,
			   before->to);
}

static void opens_one_way(struct trial *trial, const struct p2p_verdict *before,
			  const struct p2p_verdict *after)
{
	bool is_from = trial->is_initiator[before->from];
	bool is_to = trial->is_initiator[before->to];

	spares_others(trial, before, after);
	if (!is_goal(trial, before) || is_from == is_to)
		return;
	if (is_from && after->direct != P2P_YES)
		law_broken(trial->count, "%u -> %u is not direct", before->from,
			   before->to);
	if (is_to && trial_is_open(after->tlp[P2P_TLP_WRITE]))
		law_broken(trial->count, "%u -> %u is open as well", before->from,
			   before->to);
}

static void opens_members_alone(struct trial *trial, const struct p2p_verdict *before,
				const struct p2p_verdict *after)
{
	bool is_asked = is_goal(trial, before);

	spares_others(trial, before, after);
	if (is_asked && after->direct != P2P_YES)
		law_broken(trial->count, "%u -> %u is not direct", before->from,
			   before->to);
	if (trial->is_member[before->from] &&
	    !trial->is_member[physical(trial, before->to)] &&
	    before->common != P2P_NONE && trial_is_open(after->tlp[P2P_TLP_WRITE]))
		law_broken(trial->count, "%u -> %u is open as well", before->from,
			   before->to);
}

static void opens_translated(struct trial *trial, const struct p2p_verdict *before,
			     const struct p2p_verdict *after)
{
	struct p2p_reg ats = trial->machine->facts[before->from].ats.ctrl;

	spares_others(trial, before, after);
	if (is_goal(trial, before) && p2p_reg_any(ats, ATS_CTL_ENABLE) == P2P_YES &&
	    after->tlp[P2P_TLP_TRANSLATED_WRITE] != P2P_WAY_DIRECT)
		law_broken(trial->count, "%u -> %u is not direct when translated",
			   before->from, before->to);
	if (trial_is_open(after->tlp[P2P_TLP_WRITE]) &&
	    !trial_is_open(before->tlp[P2P_TLP_WRITE]))
		law_broken(trial->count, "%u -> %u is open untranslated as well",
			   before->from, before->to);
}

/* Whatever is behind one switch's ports is apart. */
static void isolates(struct trial *trial, const struct p2p_verdict *before,
		     const struct p2p_verdict *after)
{
	spares_others(trial, before, after);
	if (after->route == P2P_ROUTE_SWITCH && after->turn_from != P2P_NONE &&
	    trial->machine->topo->nodes[after->common].kind == P2P_KIND_SWITCH_UP)
		law_broken(trial->count, "%u -> %u is direct", before->from, before->to);
}

static bool is_above_member(const struct trial *trial, uint32_t function)
{
	for (uint32_t i = 0; i < trial->options.n_members; i++)
		if (p2p_topo_is_under(trial->machine->topo, trial->members[i], function))
			return true;
	return false;
}

/* Groups, and no EC or DT, as after a boot with the IOMMU on. */
static void check_boot(struct trial *trial, const struct p2p_machine *after)
{
	struct p2p_boot_options options = { .cmdline = "intel_iommu=on" };
	struct p2p_group_rules rules =
		p2p_group_rules(after->snapshot, after->facts, &after->rules);
	struct p2p_groups *groups[2];
	struct p2p_boot *boot;
	int result = p2p_boot_new(after->snapshot, trial->machine->facts, after->topo,
				  &after->rules, &options, &boot, NULL);

	assert(!result);
	groups[0] = p2p_groups_new(after->snapshot, after->facts, after->topo, &rules);
	groups[1] = p2p_groups_new(after->snapshot, boot->facts, after->topo, &rules);
	for (uint32_t i = 0; i < after->topo->n_nodes; i++) {
		if (groups[0]->of[i] != groups[1]->of[i])
			law_broken(trial->count, "%u: group %u, %u after a boot", i,
				   groups[0]->of[i], groups[1]->of[i]);
		if (is_above_member(trial, i) &&
		    p2p_facts_acs(&after->facts[i], ACS_EC | ACS_DT) == P2P_YES)
			law_broken(trial->count, "%u: EC or DT is left", i);
	}
	p2p_groups_free(groups[0]);
	p2p_groups_free(groups[1]);
	p2p_boot_free(boot);
}

/* No phase lets pass what neither the start nor the end does. */
static void check_phase(struct trial *trial, const struct p2p_machine *now,
			const struct p2p_machine *last)
{
	uint32_t n = trial->machine->topo->n_nodes;
	const struct p2p_node *nodes = trial->machine->topo->nodes;
	struct p2p_verdict verdict;
	int result = p2p_verdict_init(now->judge, &verdict);

	assert(!result);
	for (uint32_t i = 0; i < n * n; i++) {
		uint32_t from = i / n, to = i % n;
		unsigned allowed;

		if (nodes[from].bridge || nodes[to].bridge)
			continue;
		allowed = trial_open(trial->machine, from, to, &verdict) |
			  trial_open(last, from, to, &verdict);
		trial->count->cases++;
		if (trial_open(now, from, to, &verdict) & ~allowed)
			law_broken(trial->count, "%u -> %u is open on the way", from, to);
	}
	p2p_verdict_done(&verdict);
}

static struct p2p_machine *carry_out_all(struct trial *trial)
{
	struct p2p_machine *at[P2P_PHASES];

	for (unsigned phase = 0; phase < P2P_PHASES; phase++) {
		carry_out(trial, (enum p2p_plan_phase)(phase + 1));
		at[phase] = read_again(trial);
	}
	for (unsigned phase = 0; phase + 1 < P2P_PHASES; phase++) {
		check_phase(trial, at[phase], at[P2P_PHASES - 1]);
		p2p_machine_free(at[phase]);
	}
	return at[P2P_PHASES - 1];
}

/* Planned again for the machine as it is now, there is nothing to write. */
static void check_again(struct trial *trial, const struct p2p_machine *after)
{
	struct p2p_plan *again;
	int result = p2p_plan_new(after, &trial->options, &again, NULL);

	assert(!result);
	if (again->n_ops || again->n_refusals)
		law_broken(trial->count, "planned again: %u writes, %u refusals",
			   again->n_ops, again->n_refusals);
	p2p_plan_free(again);
}

/* The order of writing leaves nothing to refuse. */
static void check_refusals(struct trial *trial)
{
	for (uint32_t i = 0; i < trial->plan->n_refusals; i++)
		if (trial->plan->refusals[i].kind == P2P_REFUSE_MORE_OPEN)
			law_broken(trial->count, "%u -> %u: a phase is more open",
				   trial->plan->refusals[i].function,
				   trial->plan->refusals[i].other);
}

static void finish(struct trial *trial, pair_law *holds)
{
	struct p2p_machine *after;

	plan(trial);
	check_refusals(trial);
	if (!trial->plan->n_refusals) {
		after = carry_out_all(trial);
		for_pairs(trial, after, holds);
		check_again(trial, after);
		if (trial->options.mode == P2P_PLAN_ISOLATE)
			check_boot(trial, after);
		p2p_machine_free(after);
	}
	trial_end(trial);
}

/* Runs a mode on the random machine, then on an orderly one. */
static void try_both(struct law_count *count, struct build *b,
		     const struct p2p_plan_options *options,
		     void (*choose_members)(struct trial *trial, uint32_t *state),
		     pair_law *holds)
{
	uint32_t state = count->seed;
	struct build *machines[] = { b, trial_orderly(&state) };

	for (unsigned i = 0; i < 2; i++) {
		struct trial trial = { .count = count,
				       .b = machines[i],
				       .options = *options };

		trial.machine = build_machine(machines[i], "6.12", "intel");
		choose_members(&trial, &state);
		finish(&trial, holds);
	}
	build_free(machines[1]);
}

static void clear_makes_members_direct(struct law_count *count, struct build *b)
{
	try_both(count, b,
		 &(struct p2p_plan_options){
			 .scope = (enum p2p_plan_scope)(count->seed % 3) },
		 trial_choose_some, opens_members);
}

static void one_way_is_one_way(struct law_count *count, struct build *b)
{
	try_both(count, b, &(struct p2p_plan_options){ .mode = P2P_PLAN_ONE_WAY },
		 trial_choose_some, opens_one_way);
}

static void egress_opens_members_alone(struct law_count *count, struct build *b)
{
	try_both(count, b, &(struct p2p_plan_options){ .mode = P2P_PLAN_EGRESS },
		 trial_choose_below, opens_members_alone);
}

static void translated_requests_are_direct(struct law_count *count, struct build *b)
{
	try_both(count, b, &(struct p2p_plan_options){ .mode = P2P_PLAN_TRANSLATED },
		 trial_choose_some, opens_translated);
}

static void isolation_is_that_of_a_boot(struct law_count *count, struct build *b)
{
	try_both(count, b, &(struct p2p_plan_options){ .mode = P2P_PLAN_ISOLATE },
		 trial_choose_all, isolates);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "clear makes members direct", 500, clear_makes_members_direct },
		{ "one-way is one way", 500, one_way_is_one_way },
		{ "egress opens members alone", 500, egress_opens_members_alone },
		{ "translated requests are direct", 500, translated_requests_are_direct },
		{ "isolation is that of a boot", 500, isolation_is_that_of_a_boot },
	};

	return law_run(laws, sizeof(laws) / sizeof(laws[0]), argc, argv);
}
