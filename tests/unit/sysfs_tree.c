/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files, links and directories of small sysfs trees. */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sysfs_tree.h"

#define PATH_SIZE 2048

static const char *join(const struct sysfs_tree *tree, const char *path,
			char ret_path[PATH_SIZE])
{
	int length = snprintf(ret_path, PATH_SIZE, "%s/%s", tree->root, path);

	assert_in_range(length, 1, PATH_SIZE - 1);
	return ret_path;
}

static void make_above(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			fail_msg("%s: %s", path, strerror(errno));
		*slash = '/';
	}
}

void sysfs_tree_make(struct sysfs_tree *tree)
{
	strcpy(tree->root, "/tmp/p2ptool-sysfs-XXXXXX");
	assert_non_null(mkdtemp(tree->root));
	sysfs_tree_directory(tree, "bus/pci/devices");
}

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *where)
{
	return remove(path);
}

void sysfs_tree_remove(struct sysfs_tree *tree)
{
	assert_int_equal(nftw(tree->root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

void sysfs_tree_function(const struct sysfs_tree *tree, const char *path)
{
	char from[PATH_SIZE], to[PATH_SIZE];

	snprintf(to, sizeof(to), "devices/%s", path);
	sysfs_tree_directory(tree, to);
	snprintf(from, sizeof(from), "bus/pci/devices/%s", strrchr(path, '/') + 1);
	snprintf(to, sizeof(to), "../../../devices/%s", path);
	sysfs_tree_link(tree, from, to);
}

void sysfs_tree_bytes(const struct sysfs_tree *tree, const char *path, const void *bytes,
		      size_t length)
{
	char whole[PATH_SIZE];
	FILE *file;

	join(tree, path, whole);
	make_above(whole);
	file = fopen(whole, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

void sysfs_tree_text(const struct sysfs_tree *tree, const char *path, const char *text)
{
	sysfs_tree_bytes(tree, path, text, strlen(text));
}

void sysfs_tree_link(const struct sysfs_tree *tree, const char *path, const char *target)
{
	char whole[PATH_SIZE];

	join(tree, path, whole);
	make_above(whole);
	assert_int_equal(symlink(target, whole), 0);
}

void sysfs_tree_directory(const struct sysfs_tree *tree, const char *path)
{
	char whole[PATH_SIZE];

	join(tree, path, whole);
	strcat(whole, "/");
	make_above(whole);
}
