/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that is said, as a sysfs tree that may be read and written. */
#ifndef P2PTOOL_TESTS_SAID_TREE_H
#define P2PTOOL_TESTS_SAID_TREE_H

#include "support/build.h"
#include "unit/sysfs_tree.h"

#define SAID_TREE_PATH 512

/* Each function with all of its config space, below its bridge; its snapshot must have
 * been made. */
void said_tree_make(struct sysfs_tree *tree, struct build *b);

/* The path of a file of a function, `bus/pci/devices/ADDRESS/NAME` below the root, in
 * @ret_path, which is returned. */
const char *said_tree_path(const struct sysfs_tree *tree, struct p2p_bdf bdf,
			   const char *name, char ret_path[SAID_TREE_PATH]);

/* True when every config space is as the machine that is said has it. */
bool said_tree_is(const struct sysfs_tree *tree, struct build *b);

/* The first line of such a file, in @ret_text. */
const char *said_tree_text(const struct sysfs_tree *tree, struct p2p_bdf bdf,
			   const char *name, char ret_text[32]);

#endif
