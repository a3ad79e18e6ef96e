/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours by what they mean, so that each meaning has one. */
#include "render/style.h"

static const char *const sequences[] = {
	[STYLE_PLAIN] = "",        [STYLE_BOLD] = "\033[1m",  [STYLE_FAINT] = "\033[2m",
	[STYLE_GOOD] = "\033[32m", [STYLE_WARN] = "\033[33m", [STYLE_BAD] = "\033[31m",
};

const char *style_begin(const struct style *style, enum style_color color)
{
	return style->color ? sequences[color] : "";
}

const char *style_end(const struct style *style)
{
	return style->color ? "\033[0m" : "";
}
