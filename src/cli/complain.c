/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences on standard error. */
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/progress.h"
#include "render/clean.h"

#define SENTENCE_SIZE 4608

bool speaks_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

int complain(int code, const char *format, ...)
{
	char text[SENTENCE_SIZE], clean[SENTENCE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	clean_text(text, speaks_utf8(), clean, sizeof(clean));
	progress_end();
	fprintf(stderr, "p2ptool: %s\n", clean);
	return code;
}
