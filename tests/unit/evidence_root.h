/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A root directory that tells of who uses the devices of a machine. Unless a test says
 * more, it is a host on which nobody uses anything and that tells everything. */
#ifndef P2PTOOL_TESTS_EVIDENCE_ROOT_H
#define P2PTOOL_TESTS_EVIDENCE_ROOT_H

#include <p2ptool/evidence.h>

#include "unit/sysfs_tree.h"

/* The functions of the machine: 0000:19:00.0, 1a:00.0 and 1b:00.0. */
#define GPU  0
#define NVME 1
#define RDMA 2

struct root {
	struct sysfs_tree tree;
	struct p2p_machine *machine;
	struct p2p_guard_evidence *evidence;
};

/* For CMocka. */
int root_setup(void **state);
int root_teardown(void **state);

#define EVIDENCE(name) cmocka_unit_test_setup_teardown(name, root_setup, root_teardown)

/* Reads anew; what it returns is valid until the next time. */
const struct p2p_guard_evidence *root_read(struct root *root);

/* A process that holds a file open. */
void root_hold(struct root *root, const char *process, const char *name,
	       const char *target);

/* Takes a file or a link away. */
void root_unlink(struct root *root, const char *path);

#endif
