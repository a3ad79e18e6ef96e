/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether two captures are of one machine: by vendor, device and serial number of the
 * functions that they share. */
#ifndef P2PTOOL_IO_SAME_MACHINE_H
#define P2PTOOL_IO_SAME_MACHINE_H

#include <stdbool.h>

#include <p2ptool/snapshot.h>

struct p2p_identity {
	uint64_t key;    /* of the address */
	uint32_t ids;    /* device above vendor; 0 when not told */
	uint64_t serial; /* of the device; 0 when it has none */
	bool is_bridge;  /* whose serial number may be that of its model */
};

/** Functions sorted by address. Begins as all zeros. */
struct p2p_identities {
	struct p2p_identity *entries;
	size_t n, capacity;
};

/** What functions at the same addresses say of two captures. */
enum p2p_likeness {
	P2P_LIKE_APART, /* there are none */
	P2P_LIKE_ALIKE, /* most are the same devices, as in machines of one model */
	P2P_LIKE_SAME,  /* ... and their serial numbers are */
	P2P_LIKE_OTHER, /* most are other devices, or have other serial numbers */
};

/** The functions from @first on of a snapshot that is not sealed. 0 or -ENOMEM. */
int p2p_identities_read(struct p2p_snapshot *snapshot, uint32_t first,
			struct p2p_identities *ret_identities);

enum p2p_likeness p2p_identities_compare(const struct p2p_identities *machine,
					 const struct p2p_identities *fresh);

/** Takes @fresh into the machine. 0 or -ENOMEM. */
int p2p_identities_add(struct p2p_identities *machine,
		       const struct p2p_identities *fresh);
void p2p_identities_done(struct p2p_identities *identities);

#endif
