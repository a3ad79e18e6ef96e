/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sysfs tree in an archive becomes functions. */
#ifndef P2PTOOL_IO_SOURCE_TREE_H
#define P2PTOOL_IO_SOURCE_TREE_H

#include <p2ptool/snapshot.h>

#include "io/members.h"

/** Adds the functions of the tree whose root has the name @root ("" for the top), and
 * what it tells of the IOMMU, to a snapshot that is not sealed. 0, -ENOMEM, -E2BIG. */
int p2p_tree_read(const struct p2p_members *members, const char *root,
		  struct p2p_snapshot *snapshot, struct p2p_err *err);

#endif
