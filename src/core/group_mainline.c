/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_device_group() of drivers/iommu/iommu.c, unchanged from Linux 4.20 to 7.4: each
 * function looks along its own path only, and takes the first group that it finds. */
#include <string.h>

#include "core/group_parts.h"

#include "core/rules_quirks.h"

#define DEVFNS 256

/* Where a function found its group, or where it would found one. */
struct place {
	uint32_t group; /* P2P_NONE: a new one */
	struct p2p_tie tie;
	bool has_tie;
};

/* A walk through aliases may come back to where it was. */
struct search {
	struct grouping *grouping;
	bool seen[DEVFNS];
};

/* Whether requests from behind a bridge may carry its id (pci_for_each_dma_alias). */
static bool takes_over(const struct grouping *grouping, uint32_t bridge)
{
	const struct p2p_facts *facts = &grouping->base->facts[bridge];

	switch ((enum p2p_pcie_type)grouping->base->topo->nodes[bridge].type) {
	case P2P_TYPE_PCIE_TO_PCI:
		return !p2p_quirks_keeps_ids(grouping->base->rules->rules.kernel,
					     facts->vendor, facts->device);
	case P2P_TYPE_PCI_TO_PCIE:
	case P2P_TYPE_NOT_PCIE:
		return true;
	case P2P_TYPE_UNKNOWN:
		return grouping->is_pessimist;
	case P2P_TYPE_ENDPOINT:
	case P2P_TYPE_LEGACY_ENDPOINT:
	case P2P_TYPE_ROOT_PORT:
	case P2P_TYPE_SWITCH_UP:
	case P2P_TYPE_SWITCH_DOWN:
	case P2P_TYPE_RCIEP:
	case P2P_TYPE_RCEC:
		break;
	}
	return false;
}

static bool is_translating(const struct grouping *grouping, uint32_t bridge)
{
	const struct p2p_facts *facts = &grouping->base->facts[bridge];

	return p2p_quirks_translates(grouping->base->rules->rules.kernel, facts->vendor,
				     facts->device);
}

/* A bridge that ties what is below it together; the one at fault may be further up. */
static struct p2p_tie tie_of_path(const struct grouping *grouping, uint32_t at)
{
	const struct isolation *isolation;

	while (p2p_grouping_isolates(grouping, at) &&
	       grouping->base->topo->nodes[at].parent != P2P_NONE)
		at = grouping->base->topo->nodes[at].parent;
	isolation = &grouping->base->isolations[at];
	return (struct p2p_tie){ at, isolation->rule, isolation->bits };
}

/* Up to the last function under whose id requests arrive; true once it has a group. */
static bool find_by_id(struct grouping *grouping, uint32_t function, uint32_t *ret_top,
		       struct place *place)
{
	const struct group_base *base = grouping->base;
	uint32_t real = base->real[function];

	*ret_top = real;
	if (real != function) {
		place->tie = (struct p2p_tie){ real, P2P_TIE_DMA_ALIAS, 0 };
		place->has_tie = true;
	}
	place->group = grouping->of[real];
	for (uint32_t at = base->topo->nodes[real].parent;
	     place->group == P2P_NONE && at != P2P_NONE;
	     at = base->topo->nodes[at].parent) {
		if (is_translating(grouping, at))
			break;
		if (!takes_over(grouping, at))
			continue;
		*ret_top = at;
		place->group = grouping->of[at];
		place->tie = (struct p2p_tie){ at, P2P_TIE_PCI_BRIDGE, 0 };
		place->has_tie = true;
	}
	return place->group != P2P_NONE;
}

/* Further up, to where a path begins that isolates. */
static bool find_by_path(struct grouping *grouping, uint32_t *top, struct place *place)
{
	const struct p2p_node *nodes = grouping->base->topo->nodes;

	for (uint32_t at = nodes[*top].parent; at != P2P_NONE; at = nodes[at].parent) {
		if (grouping->path[at])
			return false;
		*top = at;
		place->group = grouping->of[at];
		if (place->group == P2P_NONE)
			continue;
		place->tie = tie_of_path(grouping, at);
		place->has_tie = true;
		return true;
	}
	return false;
}

static uint32_t search_aliases(struct search *search, uint32_t function);

/* Functions of the same device that do not isolate either. */
static uint32_t search_functions(struct search *search, uint32_t function)
{
	struct grouping *grouping = search->grouping;
	const struct p2p_function *functions = grouping->base->snapshot->functions;
	uint32_t first, end, group = P2P_NONE;

	if (!p2p_group_is_multi(grouping->base, function) ||
	    p2p_grouping_isolates(grouping, function))
		return P2P_NONE;
	p2p_group_bus(grouping->base, function, &first, &end);
	for (uint32_t i = first; i < end && group == P2P_NONE; i++)
		if (i != function && !p2p_grouping_isolates(grouping, i) &&
		    p2p_bdf_device(functions[i].bdf) ==
			    p2p_bdf_device(functions[function].bdf))
			group = search_aliases(search, i);
	return group;
}

static uint32_t search_aliases(struct search *search, uint32_t function)
{
	struct grouping *grouping = search->grouping;
	uint8_t devfn = grouping->base->snapshot->functions[function].bdf.devfn;
	uint32_t first, end, group;

	if (search->seen[devfn])
		return P2P_NONE;
	search->seen[devfn] = true;
	group = grouping->of[function];
	p2p_group_bus(grouping->base, function, &first, &end);
	for (uint32_t i = first; i < end && group == P2P_NONE; i++) {
		if (i == function || !p2p_group_are_aliases(grouping->base, function, i))
			continue;
		group = search_aliases(search, i);
		if (group == P2P_NONE)
			group = search_functions(search, i);
	}
	return group;
}

static void find_beside(struct grouping *grouping, uint32_t top, struct place *place)
{
	struct search search = { .grouping = grouping };
	const struct isolation *isolation = &grouping->base->isolations[top];

	place->group = search_aliases(&search, top);
	place->tie = (struct p2p_tie){ top, P2P_TIE_DMA_ALIAS, 0 };
	if (place->group == P2P_NONE) {
		place->group = search_functions(&search, top);
		place->tie.rule = isolation->rule == P2P_TIE_QUIRK ?
					  P2P_TIE_QUIRK :
					  P2P_TIE_MULTI_FUNCTION;
		place->tie.bits = isolation->bits;
	}
	place->has_tie = place->group != P2P_NONE;
}

static void add(struct grouping *grouping, uint32_t function)
{
	struct place place = { .group = P2P_NONE };
	uint32_t top;

	if (!find_by_id(grouping, function, &top, &place) &&
	    !find_by_path(grouping, &top, &place))
		find_beside(grouping, top, &place);
	if (place.group == P2P_NONE)
		place.group = grouping->n_groups++;
	else if (place.has_tie)
		p2p_grouping_tie(grouping, place.group, place.tie);
	grouping->of[function] = place.group;
}

void p2p_grouping_mainline(struct grouping *grouping)
{
	for (uint32_t i = 0; i < grouping->base->snapshot->n_functions; i++)
		add(grouping, grouping->base->order[i]);
}
