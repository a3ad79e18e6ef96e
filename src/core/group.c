/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions in, groups out. Where registers were not read, groups are made twice, as if
 * the unread ones isolated and as if they did not: what comes out alike is certain. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/group_parts.h"

#include "core/regs.h"
#include "core/rules_quirks.h"

#define CLASS_IOMMU 0x0806
#define VENDOR_ATI  0x1002
#define VENDOR_AMD  0x1022

/* AMD's IOMMU shows itself as a function; without one there is none to describe. */
static bool shows_amd_iommu(const struct p2p_snapshot *snapshot,
			    const struct p2p_facts *facts)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		if (facts[i].class_code >> 8 == CLASS_IOMMU &&
		    (facts[i].vendor == VENDOR_AMD || facts[i].vendor == VENDOR_ATI))
			return true;
	return false;
}

struct p2p_group_rules p2p_group_rules(const struct p2p_snapshot *snapshot,
				       const struct p2p_facts *facts,
				       const struct p2p_rules *rules)
{
	const struct p2p_system *system = &snapshot->system;
	const char *iommu = p2p_snapshot_string(snapshot, system->iommu_name);
	struct p2p_group_rules made = { .rules = *rules };

	made.requested = p2p_tri_of(system->iommu != P2P_IOMMU_OFF);
	if (system->iommu == P2P_IOMMU_UNKNOWN)
		made.requested = P2P_UNKNOWN;
	made.ivrs_told = p2p_tri_of(*iommu);
	made.ivrs = p2p_tri_of(!strcmp(iommu, "amd"));
	if (!*iommu)
		made.ivrs = p2p_tri_of(shows_amd_iommu(snapshot, facts));
	return made;
}

bool p2p_grouping_isolates(const struct grouping *grouping, uint32_t function)
{
	enum p2p_tri isolated = grouping->base->isolations[function].isolated;

	return isolated == P2P_YES ||
	       (isolated == P2P_UNKNOWN && !grouping->is_pessimist);
}

/* What ties is a member itself, so once by function and rule is enough. */
static bool is_noted(struct grouping *grouping, struct p2p_tie tie)
{
	uint8_t bit = (uint8_t)(1u << tie.rule);
	bool was = grouping->noted[tie.function] & bit;

	grouping->noted[tie.function] |= bit;
	return was;
}

void p2p_grouping_tie(struct grouping *grouping, uint32_t group, struct p2p_tie tie)
{
	if (grouping->failed || is_noted(grouping, tie))
		return;
	if (grouping->n_ties == grouping->room) {
		uint32_t room = 2 * grouping->room + 16;
		struct p2p_tie *ties = realloc(grouping->ties, room * sizeof(*ties));
		uint32_t *tied;

		if (ties)
			grouping->ties = ties;
		tied = ties ? realloc(grouping->tied, room * sizeof(*tied)) : NULL;
		if (!tied) {
			grouping->failed = true;
			return;
		}
		grouping->tied = tied;
		grouping->room = room;
	}
	grouping->ties[grouping->n_ties] = tie;
	grouping->tied[grouping->n_ties++] = group;
}

static void base_done(struct group_base *base)
{
	free(base->isolations);
	free(base->aliases);
	free(base->real);
	free(base->order);
}

/* A bus first, then what is below each of its bridges, as pci_scan_child_bus() adds them;
 * VFs come when drivers are bound. */
static void order_bus(struct group_base *base, uint32_t first, uint32_t *n)
{
	const struct p2p_node *nodes = base->topo->nodes;

	for (uint32_t at = first; at != P2P_NONE; at = nodes[at].next_sibling)
		if (nodes[at].pf == P2P_NONE)
			base->order[(*n)++] = at;
	for (uint32_t at = first; at != P2P_NONE; at = nodes[at].next_sibling)
		if (nodes[at].first_child != P2P_NONE)
			order_bus(base, nodes[at].first_child, n);
}

static void order_all(struct group_base *base)
{
	const struct p2p_topo *topo = base->topo;
	uint32_t n = 0;

	for (uint32_t r = 0; r < topo->n_roots; r++)
		order_bus(base, topo->roots[r].first_child, &n);
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (topo->nodes[i].pf != P2P_NONE)
			base->order[n++] = i;
}

bool p2p_group_is_open(const struct group_base *base, uint32_t function)
{
	const struct p2p_ability *acs = &base->facts[function].acs.regs;

	return base->isolations[function].isolated == P2P_UNKNOWN ||
	       base->topo->nodes[function].type == P2P_TYPE_UNKNOWN ||
	       acs->present == P2P_UNKNOWN ||
	       (acs->present == P2P_YES &&
		!(p2p_reg_knows(acs->cap, 0xffff) && p2p_reg_knows(acs->ctrl, 0xffff)));
}

static int base_init(struct group_base *base)
{
	uint32_t count = base->snapshot->n_functions;

	base->isolations = calloc(count + 1u, sizeof(*base->isolations));
	base->aliases = calloc(count + 1u, sizeof(*base->aliases));
	base->real = calloc(count + 1u, sizeof(*base->real));
	base->order = calloc(count + 1u, sizeof(*base->order));
	if (!base->isolations || !base->aliases || !base->real || !base->order)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		p2p_group_isolate(base, i, &base->isolations[i]);
		base->has_unknown |= p2p_group_is_open(base, i);
	}
	for (uint32_t r = 0; r < base->topo->n_roots; r++)
		base->has_unknown |= base->topo->roots[r].orphan;
	p2p_group_find_aliases(base);
	order_all(base);
	return 0;
}

static void grouping_done(struct grouping *grouping)
{
	free(grouping->path);
	free(grouping->of);
	free(grouping->noted);
	free(grouping->ties);
	free(grouping->tied);
}

/* Parents come first in the tree's order. */
static void find_paths(struct grouping *grouping)
{
	const struct p2p_topo *topo = grouping->base->topo;

	for (uint32_t i = 0; i < topo->n_nodes; i++) {
		uint32_t at = topo->order[i], parent = topo->nodes[at].parent;
		bool is_open = parent == P2P_NONE || grouping->path[parent];

		grouping->path[at] = is_open && p2p_grouping_isolates(grouping, at);
	}
}

static int run(struct grouping *grouping)
{
	uint32_t count = grouping->base->snapshot->n_functions;

	grouping->path = calloc(count + 1u, sizeof(*grouping->path));
	grouping->of = malloc((count + 1u) * sizeof(*grouping->of));
	grouping->noted = calloc(count + 1u, sizeof(*grouping->noted));
	if (!grouping->path || !grouping->of || !grouping->noted)
		return -ENOMEM;
	memset(grouping->of, 0xff, (count + 1u) * sizeof(*grouping->of));
	find_paths(grouping);
	if (grouping->base->rules->rule == P2P_RULE_STRICT)
		p2p_grouping_strict(grouping);
	else
		p2p_grouping_mainline(grouping);
	return grouping->failed ? -ENOMEM : 0;
}

struct p2p_groups *p2p_groups_new(const struct p2p_snapshot *snapshot,
				  const struct p2p_facts *facts,
				  const struct p2p_topo *topo,
				  const struct p2p_group_rules *rules)
{
	struct group_base base = {
		.snapshot = snapshot, .facts = facts, .topo = topo, .rules = rules
	};
	struct grouping worst = { .base = &base, .is_pessimist = true };
	struct grouping best = { .base = &base };
	struct p2p_groups *groups = NULL;

	if (!base_init(&base) && !run(&worst) && !(base.has_unknown && run(&best)))
		groups = p2p_grouping_keep(&worst, base.has_unknown ? &best : &worst);
	grouping_done(&worst);
	grouping_done(&best);
	base_done(&base);
	return groups;
}
