/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of a machine: host bridges, the ports on the way to its peers, the peers. */
#ifndef P2PTOOL_RENDER_TREE_H
#define P2PTOOL_RENDER_TREE_H

#include "render/out.h"
#include "render/say.h"

/** Prints the tree; with @all every function. -ENOMEM is noted in @out. */
void tree_print(const struct scene *scene, const struct style *style, bool all,
		struct out *out);

#endif
