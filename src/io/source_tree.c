/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions out of the members bus/pci/devices/ADDRESS of an archive: their config space
 * as it was packed, their attributes as a live read takes them from a copy of sysfs. */
#include <errno.h>
#include <stdio.h>

#include "core/regs.h"
#include "io/host.h"
#include "io/names.h"
#include "io/source_tree.h"
#include "io/sysfs.h"

#define HEADER_BYTES 64
#define SMALL_BYTES  256
#define NO_VENDOR    0xffff

struct tree {
	const struct p2p_members *members;
	struct p2p_sysfs sysfs;
	struct p2p_names names;
	struct p2p_snapshot *snapshot;
};

static struct span find_config(const struct tree *tree, const char *name)
{
	char path[P2P_MEMBER_SIZE];
	const struct p2p_member *member;
	int length = snprintf(path, sizeof(path), "%s%s" P2P_SYSFS_DEVICES "/%s/config",
			      tree->sysfs.path, *tree->sysfs.path ? "/" : "", name);

	member = length < P2P_MEMBER_SIZE ? p2p_members_follow(tree->members, path) :
					    NULL;
	if (!member || member->type != P2P_MEMBER_FILE)
		return (struct span){ "", 0 };
	return span_cut(p2p_members_content(tree->members, member), P2P_CFG_SIZE);
}

/* Whoever packs sysfs without privilege reads 64 bytes and fills them up with zeros to
 * the size of the file: no list of capabilities is made of zeros. */
static struct span cut_padding(struct span config)
{
	const uint8_t *bytes = (const uint8_t *)config.at;
	bool has_list = config.length > HEADER_BYTES &&
			bytes[REG_STATUS] & STATUS_CAP_LIST &&
			bytes[REG_CAP_LIST] >= HEADER_BYTES;

	for (size_t i = HEADER_BYTES; has_list && i < config.length; i++)
		if (bytes[i])
			return config;
	return has_list ? span_cut(config, HEADER_BYTES) : config;
}

static bool has_ids(struct span config)
{
	const uint8_t *bytes = (const uint8_t *)config.at;

	return config.length >= 4 && (bytes[0] | bytes[1] << 8) != NO_VENDOR;
}

static int read_config(struct tree *tree, const char *name, struct p2p_function *function)
{
	struct span told = find_config(tree, name), config = cut_padding(told);
	int result = 0;

	if (config.length == SMALL_BYTES || config.length == P2P_CFG_SIZE)
		function->config_size = (int32_t)config.length;
	if (config.length)
		result = p2p_snapshot_add_bytes(tree->snapshot, 0, config.at,
						(unsigned)config.length);
	if (config.length < told.length)
		p2p_snapshot_add_remark(tree->snapshot,
					"%s: zeros behind 64 bytes of its config space "
					"were put there when it was packed",
					name);
	if (!has_ids(config))
		p2p_sysfs_fill_ids(&tree->sysfs, name, function);
	return result;
}

static int read_function(struct tree *tree, const char *name, struct p2p_bdf bdf)
{
	struct p2p_snapshot *snapshot = tree->snapshot;
	struct p2p_function *function = p2p_snapshot_begin(snapshot, bdf);
	int result;

	if (!function)
		return snapshot->n_functions >= P2P_FUNCTIONS_MAX ? -E2BIG : -ENOMEM;
	p2p_sysfs_fill(&tree->sysfs, name, snapshot, function);
	p2p_sysfs_fill_bars(&tree->sysfs, name, function);
	if (function->p2pmem.present == P2P_YES)
		snapshot->system.p2pdma = P2P_YES;
	result = p2p_names_give(&tree->names, snapshot, function);
	return result ? result : read_config(tree, name, function);
}

static int read_functions(struct tree *tree)
{
	struct p2p_sysfs_walk walk;
	const char *name;
	int result = 0;

	if (!p2p_sysfs_walk(&tree->sysfs, P2P_SYSFS_DEVICES, &walk))
		return 0;
	while (!result && (name = p2p_sysfs_step(&walk))) {
		struct p2p_bdf bdf;

		if (p2p_sysfs_is_address(name, &bdf))
			result = read_function(tree, name, bdf);
		else
			p2p_snapshot_add_damage(tree->snapshot, 0,
						"bus/pci/devices/%.160s: not the address "
						"of a function",
						name);
	}
	p2p_sysfs_end(&walk);
	return result;
}

int p2p_tree_read(const struct p2p_members *members, const char *root,
		  struct p2p_snapshot *snapshot, struct p2p_err *err)
{
	char path[P2P_MEMBER_SIZE];
	struct tree tree = {
		.members = members,
		.sysfs = { .path = path, .root = -1, .devices = -1, .members = members },
		.snapshot = snapshot
	};
	int result;

	snprintf(path, sizeof(path), "%s", root);
	result = p2p_host_fill(&tree.sysfs, snapshot);
	if (!result)
		result = p2p_names_slots(&tree.sysfs, &tree.names);
	if (!result)
		result = p2p_names_tree(&tree.sysfs, &tree.names);
	p2p_names_sort(&tree.names);
	if (!result)
		result = read_functions(&tree);
	p2p_names_done(&tree.names);
	if (result == -E2BIG)
		return p2p_err_set(err, result, "more than %u functions",
				   P2P_FUNCTIONS_MAX);
	if (result)
		return p2p_err_set(err, result, "no memory for %u functions",
				   snapshot->n_functions + 1);
	snapshot->system.extended = P2P_YES;
	return 0;
}
