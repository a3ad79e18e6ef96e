/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What file systems and swap stand on. */
#ifndef P2PTOOL_IO_EVIDENCE_MOUNTS_H
#define P2PTOOL_IO_EVIDENCE_MOUNTS_H

#include "io/evidence.h"

/** One mount; spans are of the text that its list has read. The number is that of the
 * file system, 0:N where it has no device of its own. */
struct mount {
	unsigned major, minor;
	struct span point, type, source;
};

struct mounts {
	char *texts[2];
	struct mount *mounts;
	uint32_t n_mounts;
	char *swaps;
	size_t swaps_length;
	bool is_whole; /* those of the host, all of them */
	bool has_zfs;
};

/** The caller frees with p2p_mounts_done(). */
void p2p_mounts_read(struct evidence_reading *reading, struct mounts *ret_mounts);
void p2p_mounts_done(struct mounts *mounts);

/** Where the device of that number and name is mounted, escapes resolved; false if it is
 * not. */
bool p2p_mounts_find(const struct mounts *mounts, const char *number, const char *name,
		     char ret_point[P2P_GUARD_TEXT_SIZE]);

/** Whether it is used for swap. */
bool p2p_mounts_is_swap(const struct mounts *mounts, const char *name);

#endif
