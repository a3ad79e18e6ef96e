/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences and lists broken between words. */
#ifndef P2PTOOL_RENDER_PROSE_H
#define P2PTOOL_RENDER_PROSE_H

#include "render/out.h"
#include "render/style.h"

/** Prints @text broken at blanks, from column @column on, later lines behind @indent
 * blanks; ends the line. */
void prose_put(struct out *out, const struct style *style, unsigned column,
	       unsigned indent, const char *text);

/** A line of its own above what follows. */
void prose_title(struct out *out, const struct style *style, const char *title);

/** Items that stay whole, two blanks between them; @indent is before all but the first
 * line. */
struct prose_items {
	struct out *out;
	const struct style *style;
	unsigned column, indent;
	bool any;
};
void prose_item(struct prose_items *items, const char *text, enum style_color color);
void prose_end(struct prose_items *items);

#endif
