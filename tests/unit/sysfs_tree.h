/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes small sysfs trees in a fresh directory, for tests. Every call fails the test that
 * it is made from when the machine does not let it. */
#ifndef P2PTOOL_TESTS_SYSFS_TREE_H
#define P2PTOOL_TESTS_SYSFS_TREE_H

#include <stddef.h>
#include <stdint.h>

/** @root holds bus/pci/devices, devices and what the test adds. */
struct sysfs_tree {
	char root[64];
};

void sysfs_tree_make(struct sysfs_tree *tree);
void sysfs_tree_remove(struct sysfs_tree *tree);

/** Adds the function at @path below devices/, pci0000:00/0000:00:01.0, and its link. */
void sysfs_tree_function(const struct sysfs_tree *tree, const char *path);

/** Writes a file, a link or an empty directory below the root; directories above it are
 * made where they are missing. */
void sysfs_tree_text(const struct sysfs_tree *tree, const char *path, const char *text);
void sysfs_tree_bytes(const struct sysfs_tree *tree, const char *path, const void *bytes,
		      size_t length);
void sysfs_tree_link(const struct sysfs_tree *tree, const char *path, const char *target);
void sysfs_tree_directory(const struct sysfs_tree *tree, const char *path);

#endif
