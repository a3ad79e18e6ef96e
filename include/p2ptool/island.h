/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Islands: the equivalence classes of peers whose pairs the kernel finds free of redirect
 * (map bus-addr). Found along the tree, in time that grows with the functions. */
#ifndef P2PTOOL_ISLAND_H
#define P2PTOOL_ISLAND_H

#include <stdint.h>

#include <p2ptool/role.h>
#include <p2ptool/topo.h>
#include <p2ptool/verdict.h>

/** One island of two or more peers, in order of address. */
struct p2p_island {
	uint32_t first_member, n_members; /* in p2p_islands.members */
	uint32_t common;                  /* the lowest function above all of them */
};

struct p2p_islands {
	struct p2p_island *islands;
	uint32_t n_islands;
	uint32_t *members;
	uint32_t n_members;
	uint32_t *of;       /* by function: index of its island, or P2P_NONE */
	uint32_t n_unknown; /* peers whose island is not known: a register is missing */
	uint64_t n_direct_only; /* ordered peer pairs direct in silicon only */
	uint64_t n_not_judged;  /* pairs left out of that count: too many to look at */
};

/** VFs are in the island that they themselves belong to but are no members (they fold
 * into their PF). NULL without memory. */
P2P_PUBLIC struct p2p_islands *p2p_islands_new(const struct p2p_judge *judge,
					       const struct p2p_topo *topo,
					       const struct p2p_role *roles);
P2P_PUBLIC void p2p_islands_free(struct p2p_islands *islands);

#endif
