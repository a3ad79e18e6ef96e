/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether two captures are of one machine: by vendor, device and serial number of the
 * functions that they share. */
#ifndef P2PTOOL_IO_SAME_MACHINE_H
#define P2PTOOL_IO_SAME_MACHINE_H

#include <p2ptool/snapshot.h>

struct p2p_identity {
	uint64_t key;    /* of the address */
	uint32_t ids;    /* device above vendor; 0 when not told */
	uint64_t serial; /* of the device; 0 when it has none */
};

/** The machine so far, sorted by address. Begins as all zeros. */
struct p2p_identities {
	struct p2p_identity *entries;
	size_t n, capacity;
};

/** Takes in the functions from @first on of a snapshot that is not sealed, unless most of
 * those that are there already are others. 0 when they were taken in, 1 when it is
 * another machine, -ENOMEM. */
int p2p_identities_take(struct p2p_identities *machine, struct p2p_snapshot *snapshot,
			uint32_t first);
void p2p_identities_done(struct p2p_identities *machine);

#endif
