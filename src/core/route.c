/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two functions in, the place where their paths meet out. */
#include "core/route.h"

static uint32_t step_up(const struct p2p_topo *topo, struct route *route, uint32_t *turn,
			uint32_t at)
{
	*turn = at;
	route->distance++;
	return topo->nodes[at].parent;
}

struct route p2p_route_find(const struct p2p_topo *topo, uint32_t from, uint32_t to)
{
	struct route route = { P2P_NONE, P2P_NONE, P2P_NONE, 0 };
	const struct p2p_node *nodes = topo->nodes;

	while (nodes[from].depth > nodes[to].depth)
		from = step_up(topo, &route, &route.turn_from, from);
	while (nodes[to].depth > nodes[from].depth)
		to = step_up(topo, &route, &route.turn_to, to);
	while (from != to && from != P2P_NONE) {
		from = step_up(topo, &route, &route.turn_from, from);
		to = step_up(topo, &route, &route.turn_to, to);
	}
	if (from == to)
		route.common = from;
	return route;
}
