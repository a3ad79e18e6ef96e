/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a snapshot keeps beside its public arrays: pools, capacities, and the register
 * bits of the function that is being read. */
#ifndef P2PTOOL_CORE_SNAPSHOT_STORE_H
#define P2PTOOL_CORE_SNAPSHOT_STORE_H

#include <p2ptool/snapshot.h>

#define STORE_RECENT 512

struct p2p_snapshot_bits {
	bool touched;
	uint8_t value[P2P_CFG_SIZE];
	uint8_t known[P2P_CFG_SIZE];
};

struct p2p_snapshot_store {
	uint64_t functions_capacity, extents_capacity, names_capacity, damage_capacity;
	uint64_t remarks_capacity;
	uint8_t *pool;
	uint64_t n_pool, pool_capacity;
	char *strings;
	uint64_t n_strings, strings_capacity;
	p2p_string recent[STORE_RECENT]; /* by hash: texts that repeat are kept once */
	struct p2p_snapshot_bits bits;
};

/* Makes room for @count elements of @size bytes. 0 or -ENOMEM. */
int p2p_store_grow(void **array, uint64_t *capacity, uint64_t count, size_t size);

/* Turns the bits noted for the function begun last into runs of its own. */
int p2p_store_flush_bits(struct p2p_snapshot *snapshot);

/* The part of a run from @start to @end, which are within it. */
struct p2p_extent p2p_store_cut(struct p2p_extent extent, unsigned start, unsigned end);

#endif
