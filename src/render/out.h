/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text on its way out: gathered in a buffer, sent on when it is full. After the first
 * error all else is dropped. */
#ifndef P2PTOOL_RENDER_OUT_H
#define P2PTOOL_RENDER_OUT_H

#include <stddef.h>
#include <string.h>

#include <p2ptool/err.h>

#define OUT_SIZE (256 * 1024)

struct out {
	int (*send)(void *to, const char *bytes,
		    size_t length); /* 0 or a negative errno */
	void *to;
	int error; /* the first one: a negative errno */
	size_t used;
	char bytes[OUT_SIZE];
};

void out_init(struct out *ret_out, int (*send)(void *, const char *, size_t), void *to);

/** Sends what was gathered. Returns the first error of all, or 0. */
int out_flush(struct out *out);

/** Notes an error, unless there is one already. */
void out_fail(struct out *out, int error);

/** For text that does not fit into what is left of the buffer. */
void out_overflow(struct out *out, const char *bytes, size_t length);

static inline void out_bytes(struct out *out, const char *bytes, size_t length)
{
	if (length > OUT_SIZE - out->used) {
		out_overflow(out, bytes, length);
		return;
	}
	memcpy(out->bytes + out->used, bytes, length);
	out->used += length;
}

static inline void out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

void out_format(struct out *out, const char *format, ...) P2P_PRINTF(2);

/** @count spaces. */
void out_spaces(struct out *out, unsigned count);

#endif
