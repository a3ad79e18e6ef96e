/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of `scan`. */
#ifndef P2PTOOL_RENDER_SCAN_TEXT_H
#define P2PTOOL_RENDER_SCAN_TEXT_H

#include "render/out.h"
#include "render/say.h"

/** Header, tree, islands, groups, findings; with @all every function of the machine. */
void scan_text(const struct scene *scene, const struct style *style, bool all,
	       struct out *out);

/** What each ACS letter, map and word of the tree means. */
void scan_legend(const struct style *style, struct out *out);

#endif
