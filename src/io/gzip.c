/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip data in, whether its checksums hold out. libarchive unpacks without looking at
 * them, and one changed digit of a register must not pass for what was read. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <zlib.h>

#include "io/gzip.h"

#define WINDOW_GZIP  (15 + 16) /* the largest window, in gzip's wrapping */
#define CHUNK_MAX    ((size_t)1 << 30)
#define SCRATCH_SIZE 65536

struct packed {
	z_stream stream;
	const uint8_t *rest; /* not given to zlib yet, which counts in 32 bits */
	size_t length;
};

static void feed(struct packed *packed)
{
	size_t chunk = packed->length < CHUNK_MAX ? packed->length : CHUNK_MAX;

	if (packed->stream.avail_in)
		return;
	packed->stream.next_in = (Bytef *)(uintptr_t)packed->rest;
	packed->stream.avail_in = (uInt)chunk;
	packed->rest += chunk;
	packed->length -= chunk;
}

static bool is_next_member(const struct packed *packed)
{
	return packed->stream.avail_in >= 2 && packed->stream.next_in[0] == 0x1f &&
	       packed->stream.next_in[1] == 0x8b;
}

static int check_members(struct packed *packed)
{
	uint8_t scratch[SCRATCH_SIZE];
	int state;

	do {
		feed(packed);
		packed->stream.next_out = scratch;
		packed->stream.avail_out = sizeof(scratch);
		state = inflate(&packed->stream, Z_NO_FLUSH);
		if (state == Z_STREAM_END && is_next_member(packed))
			state = inflateReset(&packed->stream);
	} while (state == Z_OK);
	return state == Z_STREAM_END ? 0 : state == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

int p2p_gzip_check(const void *bytes, size_t length)
{
	struct packed packed = { .rest = bytes, .length = length };
	int result;

	if (inflateInit2(&packed.stream, WINDOW_GZIP) != Z_OK)
		return -ENOMEM;
	result = check_members(&packed);
	inflateEnd(&packed.stream);
	return result;
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
