/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is below whom. Bus numbers come from registers that may lie: two bridges may claim
 * one bus, and buses may go round in a loop; each function still gets one place. */
#include <errno.h>
#include <stdlib.h>

#include "core/topo_build.h"

#include "core/regs.h"

static uint64_t bus_key(uint32_t domain, unsigned bus)
{
	return (uint64_t)domain << 8 | bus;
}

static uint64_t owner_key(const struct topo_build *build, uint32_t bridge)
{
	return bus_key(build->snapshot->functions[bridge].bdf.domain,
		       build->facts[bridge].secondary.value);
}

static bool claims_bus(const struct topo_build *build, uint32_t i)
{
	const struct p2p_facts *facts = &build->facts[i];

	return facts->layout > 0 && p2p_reg_knows(facts->secondary, 0xff) &&
	       facts->secondary.value != 0 &&
	       facts->secondary.value != build->snapshot->functions[i].bdf.bus;
}

struct owner {
	uint64_t key;
	uint32_t bridge;
};

static int compare_owners(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->bridge > y->bridge) - (x->bridge < y->bridge);
}

/* Of bridges that claim one bus the lowest address keeps it. */
static int collect_owners(struct topo_build *build)
{
	uint32_t n = build->snapshot->n_functions, found = 0;
	struct owner *owners = calloc(n + 1u, sizeof(*owners));

	build->owners = calloc(n + 1u, sizeof(*build->owners));
	if (!owners || !build->owners) {
		free(owners);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < n; i++)
		if (claims_bus(build, i))
			owners[found++] = (struct owner){ owner_key(build, i), i };
	qsort(owners, found, sizeof(*owners), compare_owners);
	for (uint32_t i = 0; i < found; i++) {
		if (i && owners[i].key == owners[i - 1].key)
			build->topo->n_dropped++;
		else
			build->owners[build->n_owners++] = owners[i].bridge;
	}
	free(owners);
	return 0;
}

uint32_t p2p_topo_owner(const struct topo_build *build, uint32_t domain, unsigned bus)
{
	uint64_t key = bus_key(domain, bus);
	uint32_t low = 0, high = build->n_owners;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint64_t here = owner_key(build, build->owners[middle]);

		if (here == key)
			return build->owners[middle];
		if (here < key)
			low = middle + 1;
		else
			high = middle;
	}
	return P2P_NONE;
}

static void claim_vf(struct topo_build *build, uint32_t pf, uint32_t vf)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(build->snapshot, vf);
	struct p2p_reg vendor = p2p_cfg_read(&cfg, REG_VENDOR_ID, 2);
	struct p2p_node *nodes = build->topo->nodes;

	if (vf == pf || nodes[vf].pf != P2P_NONE || nodes[pf].pf != P2P_NONE ||
	    nodes[vf].n_vfs || build->facts[vf].layout > 0 ||
	    build->snapshot->functions[vf].is_vf == P2P_NO ||
	    (p2p_reg_knows(vendor, 0xffff) && vendor.value != 0xffff))
		return;
	nodes[vf].pf = pf;
	nodes[pf].n_vfs++;
}

/* VF i answers to PF + first + i * stride, carried into the bus number (PCIe 9.2.1.2). */
static void claim_vfs(struct topo_build *build, uint32_t pf, uint64_t *budget)
{
	const struct p2p_sriov *sriov = &build->facts[pf].sriov;
	struct p2p_bdf bdf = build->snapshot->functions[pf].bdf;
	uint32_t rid = ((uint32_t)bdf.bus << 8 | bdf.devfn) + sriov->first.value;

	if (sriov->present != P2P_YES ||
	    p2p_reg_any(sriov->ctrl, SRIOV_CTL_ENABLE) != P2P_YES ||
	    !p2p_reg_knows(sriov->num, 0xffff) || !p2p_reg_knows(sriov->first, 0xffff) ||
	    !p2p_reg_knows(sriov->stride, 0xffff))
		return;
	for (uint32_t i = 0; i < sriov->num.value && rid <= 0xffff; i++) {
		uint32_t vf;

		if (!*budget)
			return;
		--*budget;
		vf = p2p_snapshot_find(build->snapshot,
				       (struct p2p_bdf){ .domain = bdf.domain,
							 .bus = (uint8_t)(rid >> 8),
							 .devfn = (uint8_t)rid });
		if (vf != P2P_NONE)
			claim_vf(build, pf, vf);
		rid += sriov->stride.value ? sriov->stride.value : 0x10000;
	}
}

static void find_vfs(struct topo_build *build)
{
	uint32_t n = build->snapshot->n_functions;
	uint64_t budget = 4ull * n + (1u << 20);

	for (uint32_t i = 0; i < n; i++) {
		const struct p2p_function *function = &build->snapshot->functions[i];
		uint32_t pf;

		if (function->is_vf != P2P_YES)
			continue;
		pf = p2p_snapshot_find(build->snapshot, function->physfn);
		if (pf == P2P_NONE || pf == i || build->facts[i].layout > 0 ||
		    build->snapshot->functions[pf].is_vf == P2P_YES)
			continue;
		build->topo->nodes[i].pf = pf;
		build->topo->nodes[pf].n_vfs++;
	}
	for (uint32_t i = 0; i < n; i++)
		if (build->snapshot->functions[i].is_vf != P2P_YES)
			claim_vfs(build, i, &budget);
}

static uint32_t find_parent(const struct topo_build *build, uint32_t i)
{
	const struct p2p_function *function = &build->snapshot->functions[i];
	uint32_t parent;

	if (function->above == P2P_ABOVE_ROOT)
		return P2P_NONE;
	if (function->above == P2P_ABOVE_FUNCTION)
		parent = p2p_snapshot_find(build->snapshot, function->parent);
	else
		parent = p2p_topo_owner(build, function->bdf.domain, function->bdf.bus);
	if (parent == i ||
	    (parent != P2P_NONE && build->topo->nodes[parent].pf != P2P_NONE))
		return P2P_NONE;
	return parent;
}

/* Follows parents from @i until a place whose depth is known, the top, or a loop, which
 * is cut there. Every node gets its depth once. */
static void settle(struct p2p_topo *topo, uint32_t i, uint32_t *stack, uint8_t *state)
{
	enum { NEW, OPEN, DONE };
	uint32_t n = 0;

	while (state[i] == NEW) {
		state[i] = OPEN;
		stack[n++] = i;
		if (topo->nodes[i].parent == P2P_NONE)
			break;
		if (state[topo->nodes[i].parent] == OPEN) {
			topo->nodes[i].parent = P2P_NONE;
			topo->n_dropped++;
			break;
		}
		i = topo->nodes[i].parent;
	}
	while (n--) {
		struct p2p_node *node = &topo->nodes[stack[n]];

		if (node->parent != P2P_NONE &&
		    topo->nodes[node->parent].depth + 1 >= TOPO_DEPTH_MAX) {
			node->parent = P2P_NONE;
			topo->n_dropped++;
		}
		node->depth = 0;
		if (node->parent != P2P_NONE)
			node->depth = (uint16_t)(topo->nodes[node->parent].depth + 1);
		if (node->depth > topo->depth)
			topo->depth = node->depth;
		state[stack[n]] = DONE;
	}
}

static int settle_all(struct p2p_topo *topo)
{
	uint32_t *stack = calloc(topo->n_nodes + 1u, sizeof(*stack));
	uint8_t *state = calloc(topo->n_nodes + 1u, 1);
	int result = stack && state ? 0 : -ENOMEM;

	for (uint32_t i = 0; !result && i < topo->n_nodes; i++)
		settle(topo, i, stack, state);
	free(stack);
	free(state);
	return result;
}

/* A VF has the place of its PF, after that one's loops were cut. */
static void place_vfs(struct p2p_topo *topo)
{
	for (uint32_t i = 0; i < topo->n_nodes; i++) {
		struct p2p_node *node = &topo->nodes[i];

		if (node->pf == P2P_NONE)
			continue;
		node->parent = topo->nodes[node->pf].parent;
		node->depth = topo->nodes[node->pf].depth;
	}
}

int p2p_topo_link(struct topo_build *build)
{
	struct p2p_topo *topo = build->topo;
	int result;

	if (collect_owners(build))
		return -ENOMEM;
	find_vfs(build);
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (topo->nodes[i].pf == P2P_NONE)
			topo->nodes[i].parent = find_parent(build, i);
	result = settle_all(topo);
	place_vfs(topo);
	return result;
}
