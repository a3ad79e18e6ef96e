/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Live groups against predicted ones. Each difference is explained by trial: groups are
 * predicted again under what may have been otherwise, and the first supposition that puts
 * a function where it is counts as the cause. */
#include <stdlib.h>
#include <string.h>

#include "core/group_parts.h"

#include "core/regs.h"
#include "core/rules_quirks.h"

struct diffing {
	const struct p2p_snapshot *snapshot;
	const struct p2p_facts *facts;
	const struct p2p_topo *topo;
	const struct p2p_group_rules *rules;
	const struct p2p_groups *groups;
	uint32_t *live_sizes; /* by function: how many share its live group */
	uint32_t *first;      /* by function: the first function of its live group */
	struct p2p_group_diff *diff;
	bool *differs; /* by function */
};

static bool is_live(const struct p2p_snapshot *snapshot, uint32_t function)
{
	return snapshot->functions[function].group >= 0;
}

struct member {
	int32_t live;
	uint32_t function;
};

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->live != y->live)
		return x->live < y->live ? -1 : 1;
	return (x->function > y->function) - (x->function < y->function);
}

static int gather_live(struct diffing *diffing)
{
	const struct p2p_snapshot *snapshot = diffing->snapshot;
	struct member *members = calloc(snapshot->n_functions + 1u, sizeof(*members));
	uint32_t n = 0, end;

	if (!members)
		return -1;
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		if (is_live(snapshot, i))
			members[n++] = (struct member){ snapshot->functions[i].group, i };
		diffing->diff->n_without += snapshot->functions[i].group == -1;
	}
	diffing->diff->n_live = n;
	qsort(members, n, sizeof(*members), compare_members);
	for (uint32_t start = 0; start < n; start = end) {
		for (end = start; end < n && members[end].live == members[start].live;)
			end++;
		for (uint32_t i = start; i < end; i++) {
			diffing->live_sizes[members[i].function] = end - start;
			diffing->first[members[i].function] = members[start].function;
		}
	}
	free(members);
	return 0;
}

/* Members of a predicted group whose live group is known. */
static uint32_t count_live(const struct diffing *diffing, const struct p2p_groups *groups,
			   const struct p2p_group *group)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < group->n_members; i++)
		n += is_live(diffing->snapshot, groups->members[group->first_member + i]);
	return n;
}

/* Whether these groups put @function with just those that it is live with. */
static bool is_as_live(const struct diffing *diffing, const struct p2p_groups *groups,
		       uint32_t function)
{
	const struct p2p_group *group = &groups->groups[groups->of[function]];
	uint32_t n_live = 0;

	for (uint32_t i = 0; i < group->n_members; i++) {
		uint32_t member = groups->members[group->first_member + i];

		if (!is_live(diffing->snapshot, member))
			continue;
		if (diffing->first[member] != diffing->first[function])
			return false;
		n_live++;
	}
	return n_live == diffing->live_sizes[function];
}

static void compare(struct diffing *diffing)
{
	const struct p2p_groups *groups = diffing->groups;
	struct p2p_group_diff *diff = diffing->diff;
	bool is_unsure = false;

	diff->equal = P2P_YES;
	for (uint32_t g = 0; g < groups->n_groups; g++) {
		const struct p2p_group *group = &groups->groups[g];
		bool is_same = true;

		if (!count_live(diffing, groups, group))
			continue;
		for (uint32_t i = 0; i < group->n_members; i++) {
			uint32_t member = groups->members[group->first_member + i];

			if (is_live(diffing->snapshot, member) &&
			    !is_as_live(diffing, groups, member)) {
				diffing->differs[member] = true;
				diff->n_differences++;
				is_same = false;
			}
		}
		diff->by_group[g] = is_same;
		if (!is_same && group->certainty == P2P_UNCERTAIN)
			is_unsure = true;
		else if (!is_same)
			diff->equal = P2P_NO;
	}
	if (!diff->n_live || (is_unsure && diff->equal == P2P_YES))
		diff->equal = P2P_UNKNOWN;
}

/* Gives each unexplained function that these groups put in its place a cause. */
static void try_groups(struct diffing *diffing, const struct p2p_facts *facts,
		       const struct p2p_group_rules *rules, enum p2p_group_cause cause)
{
	struct p2p_groups *groups =
		p2p_groups_new(diffing->snapshot, facts, diffing->topo, rules);
	struct p2p_group_diff *diff = diffing->diff;

	for (uint32_t i = 0; groups && i < diff->n_differences; i++)
		if (diff->differences[i].cause == P2P_CAUSE_UNEXPLAINED &&
		    is_as_live(diffing, groups, diff->differences[i].function))
			diff->differences[i].cause = cause;
	p2p_groups_free(groups);
}

static void try_mainline(struct diffing *diffing)
{
	struct p2p_group_rules rules = *diffing->rules;

	rules.rule = P2P_RULE_MAINLINE;
	try_groups(diffing, diffing->facts, &rules, P2P_CAUSE_RULE);
}

/* As after a boot of this kernel with this machine's own command line, or without any. */
static void try_boot(struct diffing *diffing)
{
	const struct p2p_snapshot *snapshot = diffing->snapshot;
	struct p2p_boot_options options = { .cmdline = p2p_snapshot_string(
						    snapshot, snapshot->system.cmdline) };
	struct p2p_group_rules rules = *diffing->rules;
	struct p2p_boot *boot = NULL;

	rules.rule = P2P_RULE_MAINLINE;
	if (p2p_boot_new(snapshot, diffing->facts, diffing->topo, &rules.rules, &options,
			 &boot, NULL))
		return;
	rules.rule = P2P_RULE_MAINLINE;
	rules.requested = P2P_YES;
	try_groups(diffing, boot->facts, &rules, P2P_CAUSE_REGISTERS);
	if (snapshot->system.has_cmdline != P2P_YES)
		boot->override = (struct p2p_acs_override){ true, true, 0, { { 0 } } };
	rules.override = boot->override;
	if (rules.override.downstream || rules.override.multifunction ||
	    rules.override.n_ids)
		try_groups(diffing, boot->facts, &rules, P2P_CAUSE_OVERRIDE);
	p2p_boot_free(boot);
}

static void try_quirks(struct diffing *diffing)
{
	struct p2p_group_rules rules = *diffing->rules;

	rules.requested = rules.requested == P2P_NO ? P2P_YES : P2P_NO;
	try_groups(diffing, diffing->facts, &rules, P2P_CAUSE_QUIRK);
	rules = *diffing->rules;
	rules.ivrs = rules.ivrs == P2P_YES ? P2P_NO : P2P_YES;
	try_groups(diffing, diffing->facts, &rules, P2P_CAUSE_QUIRK);
}

static void try_off(struct diffing *diffing)
{
	uint32_t count = diffing->snapshot->n_functions;
	struct p2p_facts *facts = malloc((count + 1u) * sizeof(*facts));

	if (!facts)
		return;
	memcpy(facts, diffing->facts, count * sizeof(*facts));
	for (uint32_t i = 0; i < count; i++)
		facts[i].acs.regs.ctrl = (struct p2p_reg){ 0, UINT32_MAX };
	try_groups(diffing, facts, diffing->rules, P2P_CAUSE_EARLY);
	free(facts);
}

static bool is_behind_vmd(const struct diffing *diffing, uint32_t function)
{
	const struct p2p_facts *facts = &diffing->facts[function];

	return diffing->snapshot->functions[function].is_behind_vmd == P2P_YES ||
	       diffing->snapshot->functions[function].bdf.domain > 0xffff ||
	       p2p_quirks_is_vmd(facts->vendor, facts->device);
}

static bool is_below_slot(const struct diffing *diffing, uint32_t function)
{
	const struct p2p_node *nodes = diffing->topo->nodes;

	for (uint32_t at = function; at != P2P_NONE; at = nodes[at].parent)
		if (p2p_reg_any(diffing->facts[at].sltcap, SLTCAP_HOTPLUG) == P2P_YES)
			return true;
	return false;
}

/* Together, and only together, with others of its bus. */
static bool is_with_bus(const struct diffing *diffing, uint32_t function)
{
	struct p2p_bdf own = diffing->snapshot->functions[function].bdf;

	if (diffing->live_sizes[function] < 2)
		return false;
	for (uint32_t i = 0; i < diffing->snapshot->n_functions; i++) {
		struct p2p_bdf other = diffing->snapshot->functions[i].bdf;

		if (is_live(diffing->snapshot, i) &&
		    diffing->first[i] == diffing->first[function] &&
		    (other.domain != own.domain || other.bus != own.bus))
			return false;
	}
	return true;
}

static enum p2p_group_cause guess(const struct diffing *diffing, uint32_t function)
{
	const struct p2p_groups *groups = diffing->groups;

	if (is_behind_vmd(diffing, function))
		return P2P_CAUSE_VMD;
	if (groups->groups[groups->of[function]].certainty == P2P_UNCERTAIN)
		return P2P_CAUSE_UNREAD;
	if (is_with_bus(diffing, function))
		return P2P_CAUSE_ALIAS;
	if (is_below_slot(diffing, function))
		return P2P_CAUSE_HOTPLUG;
	return P2P_CAUSE_UNEXPLAINED;
}

/* A function that is alone live and predicted with one that is elsewhere for a reason
 * that was found has that reason too. */
static bool is_neighbour(const struct diffing *diffing, uint32_t function)
{
	const struct p2p_group_diff *diff = diffing->diff;
	const struct p2p_groups *groups = diffing->groups;

	for (uint32_t i = 0; i < diff->n_differences; i++) {
		uint32_t other = diff->differences[i].function;

		if (other != function &&
		    diff->differences[i].cause < P2P_CAUSE_NEIGHBOUR &&
		    (groups->of[other] == groups->of[function] ||
		     diffing->first[other] == diffing->first[function]))
			return true;
	}
	return false;
}

/* What is live lies within what was predicted as a group of unknown size. */
static bool is_within(const struct diffing *diffing, uint32_t function)
{
	const struct p2p_groups *groups = diffing->groups;
	const struct p2p_group *group = &groups->groups[groups->of[function]];
	uint32_t n = 0;

	for (uint32_t i = 0; i < group->n_members; i++) {
		uint32_t member = groups->members[group->first_member + i];

		n += is_live(diffing->snapshot, member) &&
		     diffing->first[member] == diffing->first[function];
	}
	return group->certainty == P2P_UNCERTAIN && n == diffing->live_sizes[function];
}

static void suspect_unread(struct diffing *diffing)
{
	struct p2p_group_diff *diff = diffing->diff;

	for (uint32_t i = 0; i < diff->n_differences; i++)
		if (diff->differences[i].cause == P2P_CAUSE_UNEXPLAINED &&
		    is_within(diffing, diff->differences[i].function))
			diff->differences[i].cause = P2P_CAUSE_UNREAD;
}

static int explain(struct diffing *diffing)
{
	struct p2p_group_diff *diff = diffing->diff;
	uint32_t n = 0;

	diff->differences = calloc(diff->n_differences + 1u, sizeof(*diff->differences));
	if (!diff->differences)
		return -1;
	for (uint32_t i = 0; i < diffing->snapshot->n_functions; i++)
		if (diffing->differs[i])
			diff->differences[n++] = (struct p2p_group_difference){
				i, diffing->snapshot->functions[i].group,
				P2P_CAUSE_UNEXPLAINED
			};
	if (!n)
		return 0;
	if (diffing->rules->rule == P2P_RULE_STRICT)
		try_mainline(diffing);
	suspect_unread(diffing);
	try_boot(diffing);
	try_quirks(diffing);
	try_off(diffing);
	for (uint32_t i = 0; i < n; i++)
		if (diff->differences[i].cause == P2P_CAUSE_UNEXPLAINED)
			diff->differences[i].cause =
				guess(diffing, diff->differences[i].function);
	for (uint32_t i = 0; i < n; i++)
		if (diff->differences[i].cause == P2P_CAUSE_UNEXPLAINED &&
		    is_neighbour(diffing, diff->differences[i].function))
			diff->differences[i].cause = P2P_CAUSE_NEIGHBOUR;
	return 0;
}

struct p2p_group_diff *p2p_group_diff_new(const struct p2p_snapshot *snapshot,
					  const struct p2p_facts *facts,
					  const struct p2p_topo *topo,
					  const struct p2p_group_rules *rules,
					  const struct p2p_groups *groups)
{
	uint32_t count = snapshot->n_functions;
	struct diffing diffing = { .snapshot = snapshot,
				   .facts = facts,
				   .topo = topo,
				   .rules = rules,
				   .groups = groups,
				   .diff = calloc(1, sizeof(*diffing.diff)) };
	int result = -1;

	diffing.live_sizes = calloc(count + 1u, sizeof(*diffing.live_sizes));
	diffing.first = calloc(count + 1u, sizeof(*diffing.first));
	diffing.differs = calloc(count + 1u, sizeof(*diffing.differs));
	if (diffing.diff)
		diffing.diff->by_group = calloc(groups->n_groups + 1u, 1);
	if (diffing.diff && diffing.diff->by_group && diffing.live_sizes &&
	    diffing.first && diffing.differs && !gather_live(&diffing)) {
		compare(&diffing);
		result = explain(&diffing);
	}
	free(diffing.live_sizes);
	free(diffing.first);
	free(diffing.differs);
	if (!result)
		return diffing.diff;
	p2p_group_diff_free(diffing.diff);
	return NULL;
}

void p2p_group_diff_free(struct p2p_group_diff *diff)
{
	if (!diff)
		return;
	free(diff->differences);
	free(diff->by_group);
	free(diff);
}
