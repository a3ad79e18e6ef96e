/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of an archive, one after the other. */
#ifndef P2PTOOL_IO_UNPACK_TAR_H
#define P2PTOOL_IO_UNPACK_TAR_H

#include <archive.h>
#include <archive_entry.h>

#include "io/unpack.h"

/** What is read into, and how much was seen. @plain gets the contents. */
struct p2p_unpacking {
	struct p2p_input *plain;
	struct p2p_members *members;
	const struct p2p_unpack_limits *limits;
	struct p2p_snapshot *snapshot;
	struct p2p_err *err;
	uint64_t entries, walked;
	const char *folder; /* what is read is this directory; NULL: an archive */
	bool is_over;       /* a limit, or damage that nothing can be read behind */
};

/** Reads them all, from @entry on, whose header was read with @state. */
int p2p_unpack_tar(struct p2p_unpacking *unpacking, struct archive *archive,
		   struct archive_entry *entry, int state);

/** What is packed inside an archive: only text, about @most bytes of it. What cannot be
 * unpacked is cut. 0 or -ENOMEM. */
int p2p_unpack_inner(struct span bytes, size_t most, struct p2p_input *ret_plain,
		     struct p2p_err *err);

#endif
