/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences about what went wrong. */
#include <stdarg.h>
#include <stdio.h>

#include <p2ptool/err.h>

int p2p_err_set(struct p2p_err *err, int code, const char *format, ...)
{
	va_list args;

	if (err) {
		va_start(args, format);
		vsnprintf(err->text, sizeof(err->text), format, args);
		va_end(args);
	}
	return code;
}
