/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A piece of a text that is a capture of its own: read as if it were all there is. */
#ifndef P2PTOOL_IO_SOURCE_PART_H
#define P2PTOOL_IO_SOURCE_PART_H

#include <p2ptool/snapshot.h>
#include <p2ptool/source.h>

#include "io/source_hex.h"

/** Where it stands in the snapshot's text. */
struct p2p_part {
	const char *name; /* of the member, "" for a piece of the file itself */
	size_t from, to;
	uint64_t lines; /* before it, to be counted with its own */
};

/** Reads it into a snapshot that is not sealed and owns the text. @found takes in what
 * was recognised; all zeros before the first part. 0, -ENOMEM, -E2BIG, -EBADMSG. */
int p2p_part_read(struct p2p_snapshot *snapshot, enum p2p_source_kind kind,
		  const struct p2p_part *part, struct p2p_hex_found *found,
		  struct p2p_err *err);

/** source_nvidia.c: all that a bug report of NVIDIA's driver tells. The same. */
int p2p_nvidia_read(struct p2p_snapshot *snapshot, const struct p2p_part *part,
		    struct p2p_hex_found *found, struct p2p_err *err);

/** source_rdma.c: the snapshot's text, an `rdma_topo dump`. 0, -ENOMEM, -E2BIG. */
int p2p_rdma_read(struct p2p_snapshot *snapshot, struct p2p_err *err);

#endif
