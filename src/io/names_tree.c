/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names out of a sysfs tree's directories: <function>/net/ens1f0 and the like for trees
 * that libudev cannot look at, and the physical slots of any tree. */
#include <stdio.h>
#include <string.h>

#include "io/names.h"

#define PATH_SIZE 384
#define SLOTS     "bus/pci/slots"

/* The disks of a controller stand in its directory: nvme0/nvme0n1. */
static int put_namespaces(const struct p2p_sysfs *sysfs, const char *controller,
			  struct p2p_bdf bdf, struct p2p_names *names)
{
	struct p2p_sysfs_walk walk;
	const char *name;
	int result = 0;

	if (!p2p_sysfs_walk(sysfs, controller, &walk))
		return 0;
	while (!result && (name = p2p_sysfs_step(&walk))) {
		char path[PATH_SIZE];
		int length = snprintf(path, sizeof(path), "%s/%s/nsid", controller, name);

		if (length < PATH_SIZE && p2p_sysfs_has(sysfs, path) == P2P_YES)
			result = p2p_names_put(names, bdf, P2P_SUBSYSTEM_BLOCK, name);
	}
	p2p_sysfs_end(&walk);
	return result;
}

static int put_subsystem(const struct p2p_sysfs *sysfs, struct p2p_bdf bdf,
			 enum p2p_subsystem subsystem, struct p2p_names *names)
{
	char folder[PATH_SIZE], address[P2P_BDF_SIZE];
	struct p2p_sysfs_walk walk;
	const char *name;
	int result = 0;

	snprintf(folder, sizeof(folder), P2P_SYSFS_DEVICES "/%s/%s",
		 p2p_bdf_format(bdf, address), p2p_names_subsystem(subsystem));
	if (!p2p_sysfs_walk(sysfs, folder, &walk))
		return 0;
	while (!result && (name = p2p_sysfs_step(&walk))) {
		char path[2 * PATH_SIZE];

		result = p2p_names_put(names, bdf, subsystem, name);
		snprintf(path, sizeof(path), "%s/%s", folder, name);
		if (!result && subsystem == P2P_SUBSYSTEM_NVME)
			result = put_namespaces(sysfs, path, bdf, names);
	}
	p2p_sysfs_end(&walk);
	return result;
}

int p2p_names_tree(const struct p2p_sysfs *sysfs, struct p2p_names *names)
{
	struct p2p_sysfs_walk walk;
	const char *function;
	int result = 0;

	if (!p2p_sysfs_walk(sysfs, P2P_SYSFS_DEVICES, &walk))
		return 0;
	while (!result && (function = p2p_sysfs_step(&walk))) {
		struct p2p_bdf bdf;

		if (!p2p_sysfs_is_address(function, &bdf))
			continue;
		for (unsigned i = 0; !result && i < P2P_SUBSYSTEM_SLOT; i++)
			result = put_subsystem(sysfs, bdf, (enum p2p_subsystem)i, names);
	}
	p2p_sysfs_end(&walk);
	return result;
}

/* A slot's address names a device, 0000:3b:00; one of a bus alone is of no
 * known device. */
static int put_slot(const struct p2p_sysfs *sysfs, const char *name,
		    struct p2p_names *names)
{
	char path[PATH_SIZE], address[P2P_BDF_SIZE - 2], function[P2P_BDF_SIZE];
	struct p2p_bdf bdf;

	snprintf(path, sizeof(path), SLOTS "/%.255s/address", name);
	if (p2p_sysfs_get(sysfs, path, address, sizeof(address)) <= 0)
		return 0;
	snprintf(function, sizeof(function), "%s.0", address);
	if (strchr(address, ':') == strrchr(address, ':') ||
	    !p2p_sysfs_is_address(function, &bdf))
		return 0;
	return p2p_names_put(names, bdf, P2P_SUBSYSTEM_SLOT, name);
}

int p2p_names_slots(const struct p2p_sysfs *sysfs, struct p2p_names *names)
{
	struct p2p_sysfs_walk slots;
	const char *name;
	int result = 0;

	if (!p2p_sysfs_walk(sysfs, SLOTS, &slots))
		return 0;
	while (!result && (name = p2p_sysfs_step(&slots)))
		result = put_slot(sysfs, name, names);
	p2p_sysfs_end(&slots);
	return result;
}
