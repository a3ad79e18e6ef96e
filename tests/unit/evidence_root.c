/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the directory and the machine, and reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/evidence_root.h"

static struct p2p_machine *make_machine(void)
{
	static const struct {
		uint8_t bus;
		const char *subsystem, *name;
	} rows[] = {
		{ 0x19, "drm", "renderD128" },
		{ 0x1a, "block", "nvme0n1" },
		{ 0x1b, "infiniband_verbs", "uverbs0" },
	};
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	struct p2p_machine *machine = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_non_null(p2p_snapshot_begin(
			snapshot, (struct p2p_bdf){ 0, rows[i].bus, 0 }));
		assert_int_equal(p2p_snapshot_add_name(snapshot, rows[i].subsystem,
						       rows[i].name),
				 0);
	}
	assert_int_equal(p2p_snapshot_seal(snapshot, NULL), 0);
	assert_int_equal(p2p_machine_new(snapshot, "6.12", "intel", &machine, NULL), 0);
	return machine;
}

/* A host on which nobody uses anything, and that tells everything. */
int root_setup(void **state)
{
	struct root *root = calloc(1, sizeof(*root));
	struct sysfs_tree *tree = &root->tree;

	root->machine = make_machine();
	sysfs_tree_make(tree);
	sysfs_tree_link(tree, "proc/self/ns/pid", "pid:[4026531836]");
	sysfs_tree_text(tree, "proc/self/mountinfo", "");
	sysfs_tree_text(tree, "proc/1/mountinfo", "");
	sysfs_tree_text(tree, "proc/1/comm", "systemd\n");
	sysfs_tree_directory(tree, "proc/1/fd");
	sysfs_tree_link(tree, "proc/1/root", "../..");
	sysfs_tree_text(tree, "proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme\n");
	sysfs_tree_text(tree, "sys/kernel/security/lockdown",
			"[none] integrity confidentiality\n");
	sysfs_tree_directory(tree, "sys/class/block");
	sysfs_tree_directory(tree, "run");
	*state = root;
	return 0;
}

int root_teardown(void **state)
{
	struct root *root = *state;

	p2p_guard_evidence_free(root->evidence);
	p2p_machine_free(root->machine);
	sysfs_tree_remove(&root->tree);
	free(root);
	return 0;
}

const struct p2p_guard_evidence *root_read(struct root *root)
{
	const struct p2p_evidence_options options = { .root = root->tree.root };

	p2p_guard_evidence_free(root->evidence);
	root->evidence = NULL;
	assert_int_equal(
		p2p_evidence_read(root->machine, &options, &root->evidence, NULL), 0);
	return root->evidence;
}

void root_hold(struct root *root, const char *process, const char *name,
	       const char *target)
{
	char path[64], comm[64];

	snprintf(path, sizeof(path), "proc/%s/comm", process);
	snprintf(comm, sizeof(comm), "%s\n", name);
	sysfs_tree_text(&root->tree, path, comm);
	snprintf(path, sizeof(path), "proc/%s/fd/3", process);
	sysfs_tree_link(&root->tree, path, target);
}

void root_unlink(struct root *root, const char *path)
{
	char whole[256];

	snprintf(whole, sizeof(whole), "%s/%s", root->tree.root, path);
	assert_int_equal(remove(whole), 0);
}
