/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip data in, whether its checksums hold out. libarchive unpacks without looking at
 * them, and one changed digit of a register must not pass for what was read. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <zlib.h>

#include "io/gzip.h"

#define WINDOW_GZIP  (15 + 16) /* the largest window, in gzip's wrapping */
#define CHUNK_MAX    ((size_t)1 << 30)
#define SCRATCH_SIZE 65536

struct p2p_gzip {
	z_stream stream;
	int state; /* zlib's; Z_STREAM_END behind the last member so far */
	bool is_over;
	uint8_t scratch[SCRATCH_SIZE];
};

struct p2p_gzip *p2p_gzip_new(void)
{
	struct p2p_gzip *gzip = calloc(1, sizeof(*gzip));

	if (gzip && inflateInit2(&gzip->stream, WINDOW_GZIP) != Z_OK) {
		free(gzip);
		return NULL;
	}
	return gzip;
}

/* Behind a member stands another one, or what is passed over. */
static bool begins_member(struct p2p_gzip *gzip)
{
	bool begins = gzip->stream.next_in[0] == 0x1f;

	gzip->is_over = !begins;
	return begins && inflateReset(&gzip->stream) == Z_OK;
}

static void take_chunk(struct p2p_gzip *gzip)
{
	while (!gzip->is_over && gzip->stream.avail_in) {
		if (gzip->state == Z_STREAM_END && !begins_member(gzip))
			return;
		gzip->stream.next_out = gzip->scratch;
		gzip->stream.avail_out = sizeof(gzip->scratch);
		gzip->state = inflate(&gzip->stream, Z_NO_FLUSH);
		gzip->is_over = gzip->state != Z_OK && gzip->state != Z_STREAM_END;
	}
}

void p2p_gzip_feed(struct p2p_gzip *gzip, const void *bytes, size_t length)
{
	const uint8_t *rest = bytes;

	/* zlib counts in 32 bits. */
	while (length && !gzip->is_over) {
		size_t chunk = length < CHUNK_MAX ? length : CHUNK_MAX;

		gzip->stream.next_in = (Bytef *)(uintptr_t)rest;
		gzip->stream.avail_in = (uInt)chunk;
		take_chunk(gzip);
		rest += chunk;
		length -= chunk;
	}
}

int p2p_gzip_end(struct p2p_gzip *gzip)
{
	int state = gzip->state;

	inflateEnd(&gzip->stream);
	free(gzip);
	return state == Z_STREAM_END ? 0 : state == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

int p2p_zlib_unpack(const void *bytes, size_t length, void *ret_plain, size_t size)
{
	z_stream stream = { .next_in = (Bytef *)(uintptr_t)bytes,
			    .avail_in = (uInt)length,
			    .next_out = ret_plain,
			    .avail_out = (uInt)size };
	int state;

	if (length > CHUNK_MAX || size > CHUNK_MAX)
		return -EBADMSG;
	if (inflateInit(&stream) != Z_OK)
		return -ENOMEM;
	state = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	return state == Z_STREAM_END ? (int)(size - stream.avail_out) : -EBADMSG;
}
