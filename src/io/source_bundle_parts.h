/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of an archive or a directory share: its captures, and what became of
 * them. */
#ifndef P2PTOOL_IO_SOURCE_BUNDLE_PARTS_H
#define P2PTOOL_IO_SOURCE_BUNDLE_PARTS_H

#include "io/place.h"
#include "io/same_machine.h"
#include "io/source_bundle.h"

#define BUNDLE_KINDS_SIZE 160

/* TAKEN: of the machine that is read. DOUBTFUL: nothing says whether it is. */
enum piece_state { PIECE_UNREAD, PIECE_TAKEN, PIECE_OTHER, PIECE_DOUBTFUL };

/* A capture among the members. */
struct piece {
	enum p2p_source_kind kind;
	char *name; /* of the member, or of the tree's root */
	uint32_t order;
	size_t from, to;
	enum piece_state state;
};

struct bundle {
	struct p2p_snapshot *snapshot;
	const struct p2p_members *members;
	struct p2p_hex_found *found;
	struct p2p_err *err;
	struct piece *pieces;
	size_t n_pieces;
	struct p2p_identities machine;
	const struct piece *first; /* that had a function */
	char kinds[BUNDLE_KINDS_SIZE];
};

static inline struct p2p_place piece_place(const struct piece *piece)
{
	return piece->kind == P2P_SOURCE_SYSFS ? p2p_place_of_tree(piece->name) :
						 p2p_place_of(piece->name);
}

/* Fills what is not known of the system from the files that tell it. 0 or -ENOMEM. */
int p2p_bundle_facts(struct bundle *bundle);

#endif
