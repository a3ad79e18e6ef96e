/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where two paths meet in the tree. */
#ifndef P2PTOOL_CORE_ROUTE_H
#define P2PTOOL_CORE_ROUTE_H

#include <p2ptool/topo.h>

/* @common is the lowest function on both paths (a path includes its own function), or
 * P2P_NONE; @turn_from and @turn_to are just below it, P2P_NONE where @common is itself
 * the end. The distance is Linux's walk: steps to @common, or both whole paths. */
struct route {
	uint32_t common, turn_from, turn_to, distance;
};

struct route p2p_route_find(const struct p2p_topo *topo, uint32_t from, uint32_t to);

#endif
