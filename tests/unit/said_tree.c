/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes of said machines in files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/said_tree.h"

static void find_place(struct build *b, int handle, char ret_place[SAID_TREE_PATH])
{
	struct p2p_bdf bdf = build_bdf(b, handle);
	char address[P2P_BDF_SIZE];
	size_t length;

	if (build_place(b, handle).host) {
		snprintf(ret_place, SAID_TREE_PATH, "pci%04x:%02x", bdf.domain, bdf.bus);
		return;
	}
	find_place(b, build_place(b, handle).parent, ret_place);
	length = strlen(ret_place);
	snprintf(ret_place + length, SAID_TREE_PATH - length, "/%s",
		 p2p_bdf_format(bdf, address));
}

static void get_bytes(struct build *b, int handle, uint8_t ret_bytes[P2P_CFG_SIZE])
{
	for (unsigned i = 0; i < P2P_CFG_SIZE; i++)
		ret_bytes[i] = (uint8_t)build_read(b, handle, i, 1);
}

void said_tree_make(struct sysfs_tree *tree, struct build *b)
{
	sysfs_tree_make(tree);
	for (int i = 0; i < build_count(b); i++) {
		uint8_t bytes[P2P_CFG_SIZE];
		char place[SAID_TREE_PATH], path[SAID_TREE_PATH + 32];

		if (build_place(b, i).host)
			continue;
		find_place(b, i, place);
		sysfs_tree_function(tree, place);
		get_bytes(b, i, bytes);
		snprintf(path, sizeof(path), "devices/%s/config", place);
		sysfs_tree_bytes(tree, path, bytes, sizeof(bytes));
	}
}

const char *said_tree_path(const struct sysfs_tree *tree, struct p2p_bdf bdf,
			   const char *name, char ret_path[SAID_TREE_PATH])
{
	char address[P2P_BDF_SIZE];

	snprintf(ret_path, SAID_TREE_PATH, "%s/bus/pci/devices/%s/%s", tree->root,
		 p2p_bdf_format(bdf, address), name);
	return ret_path;
}

bool said_tree_is(const struct sysfs_tree *tree, struct build *b)
{
	for (int i = 0; i < build_count(b); i++) {
		uint8_t wanted[P2P_CFG_SIZE], bytes[P2P_CFG_SIZE + 1];
		char path[SAID_TREE_PATH];
		FILE *file;
		size_t n;

		if (build_place(b, i).host)
			continue;
		file = fopen(said_tree_path(tree, build_bdf(b, i), "config", path), "r");
		assert_non_null(file);
		n = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
		get_bytes(b, i, wanted);
		if (n != P2P_CFG_SIZE || memcmp(bytes, wanted, n) != 0)
			return false;
	}
	return true;
}

const char *said_tree_text(const struct sysfs_tree *tree, struct p2p_bdf bdf,
			   const char *name, char ret_text[32])
{
	char path[SAID_TREE_PATH];
	FILE *file = fopen(said_tree_path(tree, bdf, name, path), "r");

	assert_non_null(file);
	if (!fgets(ret_text, 32, file))
		strcpy(ret_text, "");
	fclose(file);
	ret_text[strcspn(ret_text, "\n")] = '\0';
	return ret_text;
}
