/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text on its way out. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/out.h"

void out_init(struct out *ret_out, int (*send)(void *, const char *, size_t), void *to)
{
	ret_out->send = send;
	ret_out->to = to;
	ret_out->error = 0;
	ret_out->used = 0;
}

void out_fail(struct out *out, int error)
{
	if (!out->error)
		out->error = error;
}

static void send_on(struct out *out, const char *bytes, size_t length)
{
	if (!out->error && length)
		out->error = out->send(out->to, bytes, length);
}

int out_flush(struct out *out)
{
	send_on(out, out->bytes, out->used);
	out->used = 0;
	return out->error;
}

void out_overflow(struct out *out, const char *bytes, size_t length)
{
	out_flush(out);
	if (length > OUT_SIZE)
		send_on(out, bytes, length);
	else
		out_bytes(out, bytes, length);
}

void out_format(struct out *out, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0) {
		out_fail(out, -ENOMEM);
		return;
	}
	out_bytes(out, text, (size_t)length);
	free(text);
}

void out_spaces(struct out *out, unsigned count)
{
	static const char spaces[] = "                                ";

	while (count) {
		unsigned now = count < sizeof(spaces) - 1 ? count : sizeof(spaces) - 1;

		out_bytes(out, spaces, now);
		count -= now;
	}
}
