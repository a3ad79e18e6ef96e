/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packed bytes on their way to who unpacks them: all in memory, or what has come of a
 * pipe and then what comes. Only the last of them are kept. */
#ifndef P2PTOOL_IO_PACKED_H
#define P2PTOOL_IO_PACKED_H

#include <stdbool.h>

#include "io/gzip.h"
#include "io/span.h"

#define P2P_PACKED_TAIL 512

struct p2p_packed {
	struct span head; /* in memory */
	size_t given;     /* of it */
	int fd;           /* what follows; -1: nothing */
	int error;        /* errno of what could not be read */
	char *block;
	struct p2p_gzip *gzip; /* who checks; NULL: nobody */
	char tail[P2P_PACKED_TAIL];
	size_t n_tail;
};

/** The next piece, valid until the call after; empty at the end, or where no more can be
 * read. */
struct span p2p_packed_next(struct p2p_packed *packed);

/** Reads on to the end; false if that is farther away than padding is long. */
bool p2p_packed_drain(struct p2p_packed *packed);

/** Frees what it holds. Whether the checksums hold: 0, -EBADMSG, -ENOMEM. */
int p2p_packed_done(struct p2p_packed *packed);

#endif
