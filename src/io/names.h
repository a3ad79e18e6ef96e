/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that the kernel gave to functions (net/ens1f0, nvme/nvme0), gathered before
 * the scan because a snapshot takes names only for the function begun last. */
#ifndef P2PTOOL_IO_NAMES_H
#define P2PTOOL_IO_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include <p2ptool/snapshot.h>

#include "io/sysfs.h"

/** Longest name kept: the kernel's longest (RDMA devices), terminator included. */
#define P2P_NAME_SIZE 64

/** The subsystems whose names are kept; the order in which a function lists them. */
enum p2p_subsystem {
	P2P_SUBSYSTEM_NET = 0,
	P2P_SUBSYSTEM_NVME,
	P2P_SUBSYSTEM_BLOCK,
	P2P_SUBSYSTEM_INFINIBAND,
	P2P_SUBSYSTEM_VERBS,
	P2P_SUBSYSTEM_DRM,
	P2P_SUBSYSTEM_SLOT, /* a physical slot's name, for all functions of a device */
	P2P_SUBSYSTEM_COUNT,
};

struct p2p_names_entry {
	struct p2p_bdf bdf;
	enum p2p_subsystem subsystem;
	char name[P2P_NAME_SIZE];
};

/** Begins as all zeros; sorted once by p2p_names_sort(). */
struct p2p_names {
	struct p2p_names_entry *entries;
	size_t n, capacity;
};

/** A subsystem's word in the kernel: "infiniband_verbs". */
const char *p2p_names_subsystem(enum p2p_subsystem subsystem);

/** Adds a name unless users do not know it by that: DRM connectors and the like; the
 * hidden path nvme0c1n1 is added as its visible disk nvme0n1. 0 or -ENOMEM. */
int p2p_names_put(struct p2p_names *names, struct p2p_bdf bdf,
		  enum p2p_subsystem subsystem, const char *name);
void p2p_names_sort(struct p2p_names *names);
void p2p_names_done(struct p2p_names *names);

/** Adds the names of @function, the one begun last, to @snapshot, and its slot. 0 or
 * -ENOMEM. */
int p2p_names_give(const struct p2p_names *names, struct p2p_snapshot *snapshot,
		   struct p2p_function *function);

/** Gathers the names of this machine from its classes. 0 or -ENOMEM. */
int p2p_names_udev(struct p2p_names *names);

/** Gathers the names in another sysfs tree from its directories. 0 or -ENOMEM. */
int p2p_names_tree(const struct p2p_sysfs *sysfs, struct p2p_names *names);

/** Gathers the names of physical slots. 0 or -ENOMEM. */
int p2p_names_slots(const struct p2p_sysfs *sysfs, struct p2p_names *names);

#endif
