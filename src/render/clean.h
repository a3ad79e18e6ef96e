/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of devices and files made fit for a terminal: no control characters, no invalid
 * UTF-8, nothing that turns or hides what stands beside it. */
#ifndef P2PTOOL_RENDER_CLEAN_H
#define P2PTOOL_RENDER_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

/** Writes @text cleaned into @ret_text of @size bytes, each bad character as one `?` and
 * without @unicode everything beyond ASCII too. Cut at a character when it does not fit.
 * Returns @ret_text. */
char *clean_text(const char *text, bool unicode, char *ret_text, size_t size);

/** Columns that cleaned text takes. */
unsigned clean_width(const char *text);

/** Cuts cleaned text in a buffer of @size to at most @columns, the last of them an
 * ellipsis. */
void clean_cut(char *text, size_t size, bool unicode, unsigned columns);

#endif
