/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshot and facts in, tree out: parents first (topo_link.c), then root buses, children
 * in order of address, and what each function is in its place (topo_name.c). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/topo_build.h"

static uint64_t root_key(const struct topo_build *build, uint32_t i)
{
	uint32_t pf = build->topo->nodes[i].pf;
	struct p2p_bdf bdf = build->snapshot->functions[pf == P2P_NONE ? i : pf].bdf;

	return (uint64_t)bdf.domain << 8 | bdf.bus;
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint32_t find_root(const struct p2p_topo *topo, uint64_t key)
{
	uint32_t low = 0, high = topo->n_roots;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct p2p_root *root = &topo->roots[middle];
		uint64_t here = (uint64_t)root->domain << 8 | root->bus;

		if (here == key)
			return middle;
		if (here < key)
			low = middle + 1;
		else
			high = middle;
	}
	return P2P_NONE;
}

static int collect_roots(struct topo_build *build)
{
	struct p2p_topo *topo = build->topo;
	uint64_t *keys = calloc(topo->n_nodes + 1u, sizeof(*keys));
	uint32_t n = 0;

	if (!keys)
		return -ENOMEM;
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (topo->nodes[i].parent == P2P_NONE)
			keys[n++] = root_key(build, i);
	qsort(keys, n, sizeof(*keys), compare_keys);
	topo->roots = calloc(n + 1u, sizeof(*topo->roots));
	for (uint32_t i = 0; topo->roots && i < n; i++)
		if (!i || keys[i] != keys[i - 1])
			topo->roots[topo->n_roots++] = (struct p2p_root){
				.domain = (uint32_t)(keys[i] >> 8),
				.bus = (uint8_t)keys[i],
				.first_child = P2P_NONE,
				.representative = P2P_NONE,
				.numa = P2P_NOT_TOLD,
			};
	free(keys);
	return topo->roots ? 0 : -ENOMEM;
}

/* From the highest address down, so that each list ends up ascending. */
static void hang_children(struct topo_build *build)
{
	struct p2p_topo *topo = build->topo;

	for (uint32_t i = topo->n_nodes; i-- > 0;) {
		struct p2p_node *node = &topo->nodes[i];
		uint32_t *list;

		if (node->parent == P2P_NONE) {
			node->root = find_root(topo, root_key(build, i));
			list = &topo->roots[node->root].first_child;
			if (node->pf == P2P_NONE)
				topo->roots[node->root].representative = i;
		} else {
			list = &topo->nodes[node->parent].first_child;
		}
		node->next_sibling = *list;
		*list = i;
	}
}

/* Depth first without recursion: down, across, or up until across is possible. */
static void put_in_order(struct p2p_topo *topo)
{
	uint32_t n = 0;

	for (uint32_t r = 0; r < topo->n_roots; r++) {
		uint32_t at = topo->roots[r].first_child;

		while (at != P2P_NONE) {
			struct p2p_node *node = &topo->nodes[at];

			node->root = r;
			topo->order[n++] = at;
			if (node->first_child != P2P_NONE) {
				at = node->first_child;
				continue;
			}
			while (at != P2P_NONE && topo->nodes[at].next_sibling == P2P_NONE)
				at = topo->nodes[at].parent;
			if (at != P2P_NONE)
				at = topo->nodes[at].next_sibling;
		}
	}
}

static void gather_numa(struct topo_build *build)
{
	for (uint32_t i = 0; i < build->topo->n_nodes; i++) {
		struct p2p_root *root = &build->topo->roots[build->topo->nodes[i].root];
		int32_t numa = build->snapshot->functions[i].numa;

		if (numa > root->numa)
			root->numa = numa;
	}
}

static int build_all(struct topo_build *build)
{
	struct p2p_topo *topo = build->topo;

	for (uint32_t i = 0; i < topo->n_nodes; i++)
		topo->nodes[i] = (struct p2p_node){ .parent = P2P_NONE,
						    .root = P2P_NONE,
						    .first_child = P2P_NONE,
						    .next_sibling = P2P_NONE,
						    .pf = P2P_NONE };
	if (p2p_topo_link(build) || collect_roots(build))
		return -ENOMEM;
	hang_children(build);
	put_in_order(topo);
	gather_numa(build);
	p2p_topo_name(build);
	return 0;
}

struct p2p_topo *p2p_topo_new(const struct p2p_snapshot *snapshot,
			      const struct p2p_facts *facts)
{
	struct p2p_topo *topo = calloc(1, sizeof(*topo));
	struct topo_build build = { .snapshot = snapshot, .facts = facts, .topo = topo };
	int result;

	if (!topo)
		return NULL;
	topo->n_nodes = snapshot->n_functions;
	topo->nodes = calloc(topo->n_nodes + 1u, sizeof(*topo->nodes));
	topo->order = calloc(topo->n_nodes + 1u, sizeof(*topo->order));
	result = topo->nodes && topo->order ? build_all(&build) : -ENOMEM;
	free(build.owners);
	if (!result)
		return topo;
	p2p_topo_free(topo);
	return NULL;
}

void p2p_topo_free(struct p2p_topo *topo)
{
	if (!topo)
		return;
	free(topo->nodes);
	free(topo->roots);
	free(topo->order);
	free(topo);
}

bool p2p_topo_is_bridge(const struct p2p_topo *topo, uint32_t function)
{
	return topo->nodes[function].bridge;
}

bool p2p_topo_is_downstream(const struct p2p_topo *topo, uint32_t function)
{
	return topo->nodes[function].kind == P2P_KIND_ROOT_PORT ||
	       topo->nodes[function].kind == P2P_KIND_SWITCH_DOWN;
}

bool p2p_topo_is_under(const struct p2p_topo *topo, uint32_t function, uint32_t port)
{
	while (function != P2P_NONE && function != port)
		function = topo->nodes[function].parent;
	return function == port;
}

uint32_t p2p_topo_top(const struct p2p_topo *topo, uint32_t function)
{
	while (topo->nodes[function].parent != P2P_NONE)
		function = topo->nodes[function].parent;
	return function;
}

uint32_t p2p_topo_switch(const struct p2p_topo *topo, uint32_t function)
{
	while (function != P2P_NONE && topo->nodes[function].kind != P2P_KIND_SWITCH_UP)
		function = topo->nodes[function].parent;
	return function;
}

int p2p_topo_path(const struct p2p_topo *topo, const struct p2p_snapshot *snapshot,
		  uint32_t function, char *ret_text, size_t size)
{
	uint32_t chain[TOPO_DEPTH_MAX + 1];
	unsigned n = 0;
	int length;
	char address[P2P_BDF_SIZE];

	do {
		chain[n++] = function;
		function = topo->nodes[function].parent;
	} while (function != P2P_NONE);
	length = snprintf(ret_text, size, "%s",
			  p2p_bdf_format(snapshot->functions[chain[--n]].bdf, address));
	while (n--) {
		struct p2p_bdf bdf = snapshot->functions[chain[n]].bdf;
		size_t used = (size_t)length < size ? (size_t)length : size;

		length += snprintf(ret_text + used, size - used, "/%02x.%x",
				   p2p_bdf_device(bdf), p2p_bdf_function(bdf));
	}
	return length;
}
