/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How text is to look: all that a renderer knows of where its text goes. */
#ifndef P2PTOOL_RENDER_STYLE_H
#define P2PTOOL_RENDER_STYLE_H

#include <stdbool.h>

/** Lines of prose are never longer than this, however wide the terminal. */
#define STYLE_PROSE 100

struct style {
	unsigned width; /* columns of the terminal; 0: no limit */
	bool color;
	bool unicode; /* the locale is UTF-8 */
	bool verbose;
	bool quiet;
};

/** Where prose and lists are broken. */
static inline unsigned style_prose(const struct style *style)
{
	if (!style->width)
		return 80;
	return style->width < STYLE_PROSE ? style->width : STYLE_PROSE;
}

/** Terminal sequences, "" without colour. */
enum style_color {
	STYLE_PLAIN = 0,
	STYLE_BOLD,
	STYLE_FAINT,
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD
};

const char *style_begin(const struct style *style, enum style_color color);
const char *style_end(const struct style *style);

#endif
