/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sparse read: which dwords of a function's config space later stages use. */
#ifndef P2PTOOL_IO_SPARSE_H
#define P2PTOOL_IO_SPARSE_H

#include <stdbool.h>

#include <p2ptool/snapshot.h>

/** How to read config space. @read returns 0 when all @length bytes were read. Nothing at
 * or beyond @size is asked for. @bars: a bit for each BAR register worth reading. @is_vf:
 * less is read, its physical function has the rest. @power_told: the power state is known
 * from elsewhere. @full: then all the rest is read too, unless the function is dead. */
struct p2p_sparse {
	int (*read)(void *context, unsigned offset, void *ret_bytes, unsigned length);
	void *context;
	unsigned size, bars;
	bool is_vf, power_told, full;
};

/** @has_ids: vendor and device are there, neither unread nor all-ones (a VF, or dead).
 * @is_cut: a read within the size failed. */
struct p2p_sparse_result {
	bool has_ids, is_cut;
};

/** Reads what is used of one function and adds it to the function begun last; each dword
 * is read once at most. 0 or -ENOMEM. */
int p2p_sparse_read(const struct p2p_sparse *sparse, struct p2p_snapshot *snapshot,
		    struct p2p_sparse_result *ret_result);

#endif
