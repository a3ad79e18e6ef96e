/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a member stands says whose it is: of one machine or another, as far as that can
 * be told from names. */
#ifndef P2PTOOL_IO_PLACE_H
#define P2PTOOL_IO_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "io/span.h"

/** @root: the folder that is the machine's, without a slash at its end; @is_root: it has
 * what a machine's root or a report on one has (sys, proc, sos_commands), so that all in
 * it is the machine's. @last: the name in the folder, which may be a machine's too. */
struct p2p_place {
	struct span root, last;
	bool is_root;
};

/** The place of a member by its clean name, which has to stay. */
struct p2p_place p2p_place_of(const char *name);

/** The place of a sysfs tree by the folder that is its root. */
struct p2p_place p2p_place_of_tree(const char *folder);

/** The other's folder is the same, or is in it. */
bool p2p_place_holds(struct p2p_place outer, struct p2p_place inner);

/** Names say that both are of one machine. */
bool p2p_place_is_same(struct p2p_place one, struct p2p_place other);

/** Both stand in one folder. */
bool p2p_place_is_beside(struct p2p_place one, struct p2p_place other);

#endif
