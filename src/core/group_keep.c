/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came out of grouping, put into flat arrays: members by address, ties by group, and
 * how sure each group is. */
#include <stdlib.h>
#include <string.h>

#include "core/group_parts.h"

#include "core/rules_quirks.h"

static int allocate(struct p2p_groups *groups, const struct grouping *worst)
{
	uint32_t count = worst->base->snapshot->n_functions;

	groups->n_groups = worst->n_groups;
	groups->groups = calloc(worst->n_groups + 1u, sizeof(*groups->groups));
	groups->members = calloc(count + 1u, sizeof(*groups->members));
	groups->ties = calloc(worst->n_ties + 1u, sizeof(*groups->ties));
	groups->of = calloc(count + 1u, sizeof(*groups->of));
	groups->unread = calloc(count + 1u, sizeof(*groups->unread));
	return groups->groups && groups->members && groups->ties && groups->of &&
			       groups->unread ?
		       0 :
		       -1;
}

/* Counts, sums up, fills: members stay in order of address. */
static void keep_members(struct p2p_groups *groups, const struct grouping *worst)
{
	uint32_t count = worst->base->snapshot->n_functions, first = 0;

	memcpy(groups->of, worst->of, count * sizeof(*groups->of));
	for (uint32_t i = 0; i < count; i++)
		groups->groups[groups->of[i]].n_members++;
	for (uint32_t g = 0; g < groups->n_groups; g++) {
		groups->groups[g].first_member = first;
		first += groups->groups[g].n_members;
		groups->groups[g].n_members = 0;
	}
	for (uint32_t i = 0; i < count; i++) {
		struct p2p_group *group = &groups->groups[groups->of[i]];

		groups->members[group->first_member + group->n_members++] = i;
	}
}

/* A shared bus may turn out to hold one function, and what was not read is not known to
 * tie. */
static bool is_kept(const struct p2p_groups *groups, const struct grouping *worst,
		    uint32_t tie)
{
	const struct isolation *isolations = worst->base->isolations;

	return groups->groups[worst->tied[tie]].n_members > 1 &&
	       (worst->ties[tie].rule == P2P_TIE_DMA_ALIAS ||
		isolations[worst->ties[tie].function].isolated != P2P_UNKNOWN);
}

static void keep_ties(struct p2p_groups *groups, const struct grouping *worst)
{
	uint32_t first = 0;

	for (uint32_t i = 0; i < worst->n_ties; i++)
		groups->groups[worst->tied[i]].n_ties += is_kept(groups, worst, i);
	for (uint32_t g = 0; g < groups->n_groups; g++) {
		groups->groups[g].first_tie = first;
		first += groups->groups[g].n_ties;
		groups->groups[g].n_ties = 0;
	}
	for (uint32_t i = 0; i < worst->n_ties; i++) {
		struct p2p_group *group = &groups->groups[worst->tied[i]];

		if (is_kept(groups, worst, i))
			groups->ties[group->first_tie + group->n_ties++] = worst->ties[i];
	}
	groups->n_ties = first;
}

static unsigned assumptions_of(const struct group_base *base, uint32_t function)
{
	unsigned assumed = base->isolations[function].assumed |
			   (base->rules->rules.assumed & P2P_ASSUME_SNAPSHOT);
	const struct p2p_function *told = &base->snapshot->functions[function];

	if (base->aliases[function] && base->aliases[function]->kind == ALIAS_HIDDEN)
		assumed |= P2P_ASSUME_ALIASES;
	if (base->real[function] != function && told->is_behind_vmd != P2P_YES)
		assumed |= P2P_ASSUME_VMD;
	if (base->facts[function].extended_assumed == P2P_YES &&
	    base->isolations[function].isolated == P2P_NO)
		assumed |= P2P_ASSUME_NO_EXTENDED;
	/* What keeps it apart is above it. */
	for (uint32_t at = base->topo->nodes[function].parent; at != P2P_NONE;
	     at = base->topo->nodes[at].parent)
		assumed |= base->isolations[at].assumed;
	return assumed;
}

static bool is_under_orphan(const struct group_base *base, uint32_t function)
{
	return base->topo->roots[base->topo->nodes[function].root].orphan;
}

/* A bridge of which it is not known to which bus it leads. */
static bool leads_anywhere(const struct group_base *base, uint32_t function)
{
	return base->topo->nodes[function].bridge &&
	       !p2p_reg_knows(base->facts[function].secondary, 0xff);
}

/* Such a bridge may be the one above functions that hang nowhere, and be of their
 * group. */
static bool may_lead_to_orphans(const struct group_base *base, uint32_t function)
{
	const struct p2p_topo *topo = base->topo;
	uint32_t r = topo->nodes[function].root, domain = topo->roots[r].domain;

	if (!leads_anywhere(base, function))
		return false;
	while (r && topo->roots[r - 1].domain == domain)
		r--;
	for (; r < topo->n_roots && topo->roots[r].domain == domain; r++)
		if (topo->roots[r].orphan)
			return true;
	return false;
}

/* Alike in both outcomes: all members in one group of the best, and no other there. */
static bool is_same(const struct p2p_groups *groups, const struct p2p_group *group,
		    const struct grouping *best, const uint32_t *best_sizes)
{
	const uint32_t *members = groups->members + group->first_member;

	for (uint32_t i = 1; i < group->n_members; i++)
		if (best->of[members[i]] != best->of[members[0]])
			return false;
	return best_sizes[best->of[members[0]]] == group->n_members;
}

/* What of a function leaves its group open. Ports may do so by more than the controls
 * that isolation asks for. */
static enum p2p_unread unread_of(const struct group_base *base, uint32_t function,
				 bool is_uncertain)
{
	if (base->isolations[function].isolated == P2P_UNKNOWN)
		return P2P_UNREAD_REGISTERS;
	if (is_uncertain && base->topo->nodes[function].bridge &&
	    p2p_group_is_open(base, function))
		return P2P_UNREAD_REGISTERS;
	return is_under_orphan(base, function) ? P2P_UNREAD_BRIDGE : P2P_UNREAD_NOTHING;
}

static void judge(struct p2p_groups *groups, struct p2p_group *group,
		  const struct grouping *best, const uint32_t *best_sizes)
{
	const struct group_base *base = best->base;
	const uint32_t *members = groups->members + group->first_member;
	bool is_uncertain = !is_same(groups, group, best, best_sizes);

	for (uint32_t i = 0; i < group->n_members; i++) {
		group->assumed |= assumptions_of(base, members[i]);
		is_uncertain |= is_under_orphan(base, members[i]) ||
				may_lead_to_orphans(base, members[i]);
		group->is_open |= is_under_orphan(base, members[i]) ||
				  leads_anywhere(base, members[i]);
	}
	group->is_open &= is_uncertain;
	for (uint32_t i = 0; i < group->n_members; i++) {
		enum p2p_unread unread = unread_of(base, members[i], is_uncertain);

		groups->unread[members[i]] = (uint8_t)unread;
		group->n_unread += unread != P2P_UNREAD_NOTHING;
	}
	group->certainty = is_uncertain   ? P2P_UNCERTAIN :
			   group->assumed ? P2P_ASSUMED :
					    P2P_CERTAIN;
}

struct p2p_groups *p2p_grouping_keep(const struct grouping *worst,
				     const struct grouping *best)
{
	struct p2p_groups *groups = calloc(1, sizeof(*groups));
	uint32_t *best_sizes = calloc(best->n_groups + 1u, sizeof(*best_sizes));

	if (!groups || !best_sizes || allocate(groups, worst)) {
		free(best_sizes);
		p2p_groups_free(groups);
		return NULL;
	}
	groups->rule = worst->base->rules->rule;
	keep_members(groups, worst);
	keep_ties(groups, worst);
	for (uint32_t i = 0; i < best->base->snapshot->n_functions; i++)
		best_sizes[best->of[i]]++;
	for (uint32_t g = 0; g < groups->n_groups; g++)
		judge(groups, &groups->groups[g], best, best_sizes);
	free(best_sizes);
	return groups;
}

void p2p_groups_free(struct p2p_groups *groups)
{
	if (!groups)
		return;
	free(groups->groups);
	free(groups->members);
	free(groups->ties);
	free(groups->of);
	free(groups->unread);
	free(groups);
}
