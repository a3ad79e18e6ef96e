/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A head and a file in, pieces out. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/packed.h"

#define BLOCK_SIZE ((size_t)256 << 10)
#define DRAIN_MAX  ((size_t)1 << 20)

static void keep_tail(struct p2p_packed *packed, struct span piece)
{
	size_t more = piece.length < P2P_PACKED_TAIL ? piece.length : P2P_PACKED_TAIL;
	size_t kept = packed->n_tail + more > P2P_PACKED_TAIL ? P2P_PACKED_TAIL - more :
								packed->n_tail;

	memmove(packed->tail, packed->tail + packed->n_tail - kept, kept);
	memcpy(packed->tail + kept, piece.at + piece.length - more, more);
	packed->n_tail = kept + more;
}

static struct span read_piece(struct p2p_packed *packed)
{
	ssize_t n = 0;

	if (packed->fd < 0 || packed->error)
		return (struct span){ "", 0 };
	if (!packed->block)
		packed->block = malloc(BLOCK_SIZE);
	if (packed->block)
		do
			n = read(packed->fd, packed->block, BLOCK_SIZE);
		while (n < 0 && errno == EINTR);
	if (n < 0 || !packed->block)
		packed->error = errno;
	return (struct span){ packed->block, n > 0 ? (size_t)n : 0 };
}

struct span p2p_packed_next(struct p2p_packed *packed)
{
	struct span piece = span_cut(span_skip(packed->head, packed->given), BLOCK_SIZE);

	packed->given += piece.length;
	if (!piece.length)
		piece = read_piece(packed);
	if (!piece.length)
		return piece;
	keep_tail(packed, piece);
	if (packed->gzip)
		p2p_gzip_feed(packed->gzip, piece.at, piece.length);
	return piece;
}

bool p2p_packed_drain(struct p2p_packed *packed)
{
	size_t drained = 0, length;

	do {
		length = p2p_packed_next(packed).length;
		drained += length;
	} while (length && drained <= DRAIN_MAX);
	return !length;
}

int p2p_packed_done(struct p2p_packed *packed)
{
	free(packed->block);
	return packed->gzip ? p2p_gzip_end(packed->gzip) : 0;
}
