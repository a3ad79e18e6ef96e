/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Breaks sentences between words and lists between items. */
#include "render/clean.h"
#include "render/prose.h"

static unsigned width_of(const char *text, size_t length)
{
	char word[256];

	if (length >= sizeof(word))
		return (unsigned)length;
	memcpy(word, text, length);
	word[length] = '\0';
	return clean_width(word);
}

void prose_put(struct out *out, const struct style *style, unsigned column,
	       unsigned indent, const char *text)
{
	unsigned limit = style_prose(style);
	bool first = true;

	while (*text) {
		size_t length = strcspn(text, " ");
		unsigned width = width_of(text, length);

		if (!first && column + 1 + width > limit) {
			out_text(out, "\n");
			out_spaces(out, indent);
			column = indent;
		} else if (!first) {
			out_text(out, " ");
			column++;
		}
		out_bytes(out, text, length);
		column += width;
		first = false;
		text += length + strspn(text + length, " ");
	}
	out_text(out, "\n");
}

void prose_item(struct prose_items *items, const char *text, enum style_color color)
{
	unsigned width = clean_width(text);

	if (items->any && items->column + 2 + width > style_prose(items->style)) {
		out_text(items->out, "\n");
		out_spaces(items->out, items->indent);
		items->column = items->indent;
	} else if (items->any) {
		out_text(items->out, "  ");
		items->column += 2;
	}
	if (color != STYLE_PLAIN)
		out_text(items->out, style_begin(items->style, color));
	out_text(items->out, text);
	if (color != STYLE_PLAIN)
		out_text(items->out, style_end(items->style));
	items->column += width;
	items->any = true;
}

void prose_end(struct prose_items *items)
{
	out_text(items->out, "\n");
	items->column = 0;
	items->any = false;
}

void prose_title(struct out *out, const struct style *style, const char *title)
{
	out_format(out, "%s%s%s\n", style_begin(style, STYLE_BOLD), title,
		   style_end(style));
}
