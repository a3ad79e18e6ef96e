/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An archive becomes a snapshot: what captures it holds of one machine, merged. */
#ifndef P2PTOOL_IO_SOURCE_BUNDLE_H
#define P2PTOOL_IO_SOURCE_BUNDLE_H

#include "io/members.h"
#include "io/source_part.h"

/** Reads all captures among the members, which p2p_members_sort() must have sorted, into
 * a snapshot that owns their text and is not sealed; with P2P_SOURCE_SYSFS only trees.
 * Remarks say which were read. The rest as p2p_part_read(). */
int p2p_bundle_read(struct p2p_snapshot *snapshot, const struct p2p_members *members,
		    enum p2p_source_kind as, struct p2p_hex_found *found,
		    struct p2p_err *err);

#endif
