/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups by who can reach whom, as a series for Linux proposes that is not merged (J.
 * Gunthorpe, "Fix incorrect iommu_groups with PCIe ACS", v3 of 2025): a bus is judged by
 * all that is on it, and what is not kept apart takes all below it along. */
#include <stdlib.h>

#include "core/group_parts.h"

#include "core/regs.h"
#include "core/rules_quirks.h"

#define DEVFNS      256
#define DM_REDIRECT 0x0200
#define UM_REDIRECT 0x0800

/* What a bus does with the functions on it. */
enum bus_rule {
	BUS_ISOLATES,
	BUS_WITH_BRIDGE, /* they share the group of the bridge above */
	BUS_SHARED,      /* they share a group of their own */
};

struct bus {
	enum bus_rule rule;
	struct p2p_tie tie;
};

struct strict {
	struct grouping *grouping;
	bool *shares; /* by group: all below its bridges joins it */
};

static enum p2p_pcie_type type_of(const struct grouping *grouping, uint32_t function)
{
	return (enum p2p_pcie_type)grouping->base->topo->nodes[function].type;
}

/* There is an ACS capability, and it does not isolate: what cannot loop back has none. */
static bool is_bad(const struct grouping *grouping, uint32_t function)
{
	enum p2p_tri present = grouping->base->facts[function].acs.regs.present;

	return (present == P2P_YES ||
		(present == P2P_UNKNOWN && grouping->is_pessimist)) &&
	       !p2p_grouping_isolates(grouping, function);
}

/* Ports with ACS Enhanced let requests reach their own registers unless told not to. */
static bool lacks_enhanced(const struct grouping *grouping, uint32_t port, uint32_t bit)
{
	const struct p2p_ability *acs = &grouping->base->facts[port].acs.regs;

	if (acs->present != P2P_YES || p2p_reg_any(acs->cap, ACS_ENHANCED) != P2P_YES)
		return false;
	if (p2p_reg_knows(acs->ctrl, bit))
		return !(acs->ctrl.value & bit);
	return grouping->is_pessimist;
}

static struct bus bus_of(enum bus_rule rule, uint32_t function, enum p2p_tie_rule why,
			 uint32_t bits)
{
	return (struct bus){ rule, { function, why, bits } };
}

/* Inside QEMU's switches ports may say that they are root ports: ACS rules there too. */
static bool may_be_downstream(const struct grouping *grouping, uint32_t function)
{
	enum p2p_pcie_type type = type_of(grouping, function);

	if (type == P2P_TYPE_UNKNOWN)
		return !grouping->is_pessimist;
	return type == P2P_TYPE_SWITCH_DOWN || type == P2P_TYPE_ROOT_PORT;
}

static struct bus judge_port(const struct grouping *grouping, uint32_t at)
{
	const struct group_base *base = grouping->base;
	const struct isolation *isolation = &base->isolations[at];

	if (base->aliases[at])
		return bus_of(BUS_WITH_BRIDGE, at, P2P_TIE_DMA_ALIAS, 0);
	if (!may_be_downstream(grouping, at))
		return bus_of(BUS_WITH_BRIDGE, at, P2P_TIE_NO_ACS, 0);
	if (lacks_enhanced(grouping, at, UM_REDIRECT))
		return bus_of(BUS_WITH_BRIDGE, at, P2P_TIE_ACS_OFF, ACS_UM);
	if (!p2p_grouping_isolates(grouping, at))
		return bus_of(BUS_SHARED, at, isolation->rule, isolation->bits);
	if (lacks_enhanced(grouping, at, DM_REDIRECT))
		return bus_of(BUS_SHARED, at, P2P_TIE_ACS_OFF, ACS_DM);
	return bus_of(BUS_ISOLATES, at, P2P_TIE_NO_ACS, 0);
}

/* Ports of a switch: the one that lets through most decides. The series stops at the
 * first that does not isolate, so that there the order of ports decides too. */
static struct bus judge_switch(const struct grouping *grouping, uint32_t up)
{
	const struct p2p_node *nodes = grouping->base->topo->nodes;
	struct bus found = bus_of(BUS_ISOLATES, up, P2P_TIE_NO_ACS, 0);

	for (uint32_t at = nodes[up].first_child; at != P2P_NONE;
	     at = nodes[at].next_sibling) {
		struct bus bus = judge_port(grouping, at);

		if (nodes[at].pf != P2P_NONE || bus.rule == BUS_ISOLATES)
			continue;
		if (bus.rule == BUS_WITH_BRIDGE)
			return bus;
		if (found.rule == BUS_ISOLATES)
			found = bus;
	}
	return found;
}

static struct bus judge_root_port(const struct grouping *grouping, uint32_t port)
{
	uint32_t bits = grouping->base->isolations[port].bits;

	if (is_bad(grouping, port))
		return bus_of(BUS_WITH_BRIDGE, port, P2P_TIE_ACS_OFF, bits);
	if (lacks_enhanced(grouping, port, DM_REDIRECT))
		return bus_of(BUS_WITH_BRIDGE, port, P2P_TIE_ACS_OFF, ACS_DM);
	return bus_of(BUS_ISOLATES, port, P2P_TIE_NO_ACS, 0);
}

/* A bridge that has memory of its own can be reached from the bus below it. */
static bool has_memory(const struct p2p_facts *facts)
{
	for (unsigned i = 0; i < 2; i++)
		if (facts->bars[i].kind == P2P_BAR_MEMORY ||
		    facts->bars[i].kind == P2P_BAR_PREFETCH)
			return true;
	return false;
}

static bool is_express_to_pci(const struct grouping *grouping, uint32_t bridge)
{
	const struct p2p_facts *facts = &grouping->base->facts[bridge];
	uint32_t parent = grouping->base->topo->nodes[bridge].parent;

	if (type_of(grouping, bridge) == P2P_TYPE_PCIE_TO_PCI)
		return true;
	return type_of(grouping, bridge) == P2P_TYPE_NOT_PCIE && parent != P2P_NONE &&
	       type_of(grouping, parent) != P2P_TYPE_NOT_PCIE &&
	       type_of(grouping, parent) != P2P_TYPE_PCIE_TO_PCI &&
	       p2p_quirks_renames(grouping->base->rules->rules.kernel, facts->vendor,
				  facts->device);
}

/* The bus below @bridge; P2P_NONE: a root bus. */
static struct bus judge_bus(const struct grouping *grouping, uint32_t bridge)
{
	if (bridge == P2P_NONE)
		return bus_of(BUS_ISOLATES, bridge, P2P_TIE_NO_ACS, 0);
	if (type_of(grouping, bridge) == P2P_TYPE_UNKNOWN)
		return bus_of(grouping->is_pessimist ? BUS_WITH_BRIDGE : BUS_ISOLATES,
			      bridge, P2P_TIE_NO_ACS, 0);
	if (type_of(grouping, bridge) == P2P_TYPE_ROOT_PORT)
		return judge_root_port(grouping, bridge);
	if (type_of(grouping, bridge) == P2P_TYPE_SWITCH_DOWN)
		return bus_of(BUS_ISOLATES, bridge, P2P_TIE_NO_ACS, 0);
	if (type_of(grouping, bridge) == P2P_TYPE_SWITCH_UP)
		return judge_switch(grouping, bridge);
	return bus_of(is_express_to_pci(grouping, bridge) &&
				      !has_memory(&grouping->base->facts[bridge]) ?
			      BUS_SHARED :
			      BUS_WITH_BRIDGE,
		      bridge, P2P_TIE_PCI_BRIDGE, 0);
}

/* Functions of one device reach each other unless none of them can loop back. */
static bool may_reach(const struct grouping *grouping, uint32_t a, uint32_t b)
{
	const struct group_base *base = grouping->base;
	const struct p2p_function *functions = base->snapshot->functions;

	if (p2p_group_are_aliases(base, a, b))
		return true;
	if (base->topo->nodes[a].pf != P2P_NONE || base->topo->nodes[b].pf != P2P_NONE ||
	    p2p_bdf_device(functions[a].bdf) != p2p_bdf_device(functions[b].bdf))
		return false;
	if (p2p_group_is_multi(base, a) != p2p_group_is_multi(base, b))
		return true;
	return p2p_group_is_multi(base, a) &&
	       (is_bad(grouping, a) || is_bad(grouping, b));
}

/* All functions of the bus that @function reaches, over others too. Returns how many. */
static uint32_t collect(const struct grouping *grouping, uint32_t function,
			uint32_t ret_found[DEVFNS])
{
	bool seen[DEVFNS] = { false };
	uint32_t first, end, n = 0;

	p2p_group_bus(grouping->base, function, &first, &end);
	seen[function - first] = true;
	ret_found[n++] = function;
	for (uint32_t done = 0; done < n; done++)
		for (uint32_t i = first; i < end; i++)
			if (!seen[i - first] && may_reach(grouping, ret_found[done], i)) {
				seen[i - first] = true;
				ret_found[n++] = i;
			}
	return n;
}

static uint32_t found(struct strict *strict)
{
	return strict->grouping->n_groups++;
}

static uint32_t join(struct strict *strict, uint32_t group, struct p2p_tie tie)
{
	strict->shares[group] = true;
	p2p_grouping_tie(strict->grouping, group, tie);
	return group;
}

/* By the lowest function that has a group already. */
static uint32_t join_device(struct strict *strict, uint32_t function)
{
	struct grouping *grouping = strict->grouping;
	uint32_t reached[DEVFNS], n = collect(grouping, function, reached),
				  group = P2P_NONE;
	uint32_t lowest = P2P_NONE;
	struct p2p_tie tie = { function, P2P_TIE_MULTI_FUNCTION,
			       grouping->base->isolations[function].bits };

	for (uint32_t i = 1; i < n; i++)
		if (grouping->of[reached[i]] != P2P_NONE && reached[i] < lowest) {
			lowest = reached[i];
			group = grouping->of[lowest];
		}
	if (group == P2P_NONE)
		group = found(strict);
	else if (p2p_group_are_aliases(grouping->base, function, lowest))
		tie.rule = P2P_TIE_DMA_ALIAS;
	return n > 1 ? join(strict, group, tie) : group;
}

static uint32_t group_on_bus(const struct grouping *grouping, uint32_t function)
{
	uint32_t first, end;

	p2p_group_bus(grouping->base, function, &first, &end);
	for (uint32_t i = first; i < end; i++)
		if (grouping->of[i] != P2P_NONE)
			return grouping->of[i];
	return P2P_NONE;
}

static struct p2p_tie tie_of(const struct grouping *grouping, uint32_t function)
{
	const struct isolation *isolation = &grouping->base->isolations[function];

	return (struct p2p_tie){ function, isolation->rule, isolation->bits };
}

static uint32_t place(struct strict *strict, uint32_t function)
{
	struct grouping *grouping = strict->grouping;
	const struct group_base *base = grouping->base;
	const struct p2p_facts *facts = &base->facts[function];
	uint32_t bridge = base->topo->nodes[function].parent, real = base->real[function];
	uint32_t group;
	struct bus bus;

	if (real != function && grouping->of[real] != P2P_NONE)
		return join(strict, grouping->of[real],
			    (struct p2p_tie){ real, P2P_TIE_DMA_ALIAS, 0 });
	if (p2p_quirks_translates(base->rules->rules.kernel, facts->vendor,
				  facts->device))
		return found(strict);
	if (bridge != P2P_NONE && strict->shares[grouping->of[bridge]])
		return grouping->of[bridge];
	bus = judge_bus(grouping, bridge);
	if (bus.rule == BUS_WITH_BRIDGE)
		return join(strict, grouping->of[bridge], bus.tie);
	if (bus.rule == BUS_ISOLATES)
		return join_device(strict, function);
	group = group_on_bus(grouping, function);
	group = join(strict, group == P2P_NONE ? found(strict) : group, bus.tie);
	/* Not only the first port that is at fault is named. */
	if (p2p_topo_is_downstream(base->topo, function) &&
	    !p2p_grouping_isolates(grouping, function))
		p2p_grouping_tie(grouping, group, tie_of(grouping, function));
	return group;
}

void p2p_grouping_strict(struct grouping *grouping)
{
	uint32_t count = grouping->base->snapshot->n_functions;
	struct strict strict = { grouping, calloc(count + 1u, sizeof(bool)) };

	if (!strict.shares) {
		grouping->failed = true;
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t function = grouping->base->order[i];

		grouping->of[function] = place(&strict, function);
	}
	free(strict.shares);
}
