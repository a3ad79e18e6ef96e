/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compressed bytes in, text out; an archive becomes the members of it that are of use,
 * their contents in one text. Nothing is written, and no name in it is opened. */
#ifndef P2PTOOL_IO_UNPACK_H
#define P2PTOOL_IO_UNPACK_H

#include <p2ptool/snapshot.h>
#include <p2ptool/source.h>

#include "io/input.h"
#include "io/members.h"

/** Most of what an archive may hold; what is beyond is passed over and told as damage. */
struct p2p_unpack_limits {
	uint64_t entries; /* members */
	uint64_t member;  /* bytes of one that is kept */
	uint64_t kept;    /* ... of all that are kept */
	uint64_t walked;  /* ... of all there are */
};

extern const struct p2p_unpack_limits p2p_unpack_limits;

/** How the bytes are packed: "gzip", "tar" and so on; NULL if they are not. */
const char *p2p_unpack_format(struct span bytes);

/** Replaces packed bytes by what is in them, as much as can be had. If that is an archive
 * fills @members (all zeros before; the caller ends them) and sets @input->is_archive.
 * @as says what is allowed: an archive only, or none. Damage goes to @snapshot. */
int p2p_unpack(struct p2p_input *input, enum p2p_source_kind as,
	       const struct p2p_unpack_limits *limits, struct p2p_snapshot *snapshot,
	       struct p2p_members *members, struct p2p_err *err);

/** What is packed inside an archive: only text, about @most bytes of it. What cannot be
 * unpacked is cut. 0 or -ENOMEM. */
int p2p_unpack_inner(struct span bytes, size_t most, struct p2p_input *ret_plain,
		     struct p2p_err *err);

#endif
