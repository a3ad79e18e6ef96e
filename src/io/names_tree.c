/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names out of a sysfs tree's directories: <function>/net/ens1f0 and the like for trees
 * that libudev cannot look at, and the physical slots of any tree. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/names.h"

#define PATH_SIZE 320

/* The disks of a controller stand in its directory: nvme0/nvme0n1. */
static int put_namespaces(DIR *controllers, const char *controller, struct p2p_bdf bdf,
			  struct p2p_names *names)
{
	DIR *directory = p2p_sysfs_directory(dirfd(controllers), controller);
	const char *name;
	int result = 0;

	if (!directory)
		return 0;
	while (!result && (name = p2p_sysfs_next(directory))) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "%s/nsid", name);
		if (!faccessat(dirfd(directory), path, F_OK, 0))
			result = p2p_names_put(names, bdf, P2P_SUBSYSTEM_BLOCK, name);
	}
	closedir(directory);
	return result;
}

static int put_subsystem(DIR *functions, const char *function, struct p2p_bdf bdf,
			 enum p2p_subsystem subsystem, struct p2p_names *names)
{
	char path[PATH_SIZE];
	const char *name;
	int result = 0;
	DIR *directory;

	snprintf(path, sizeof(path), "%s/%s", function, p2p_names_subsystem(subsystem));
	directory = p2p_sysfs_directory(dirfd(functions), path);
	if (!directory)
		return 0;
	while (!result && (name = p2p_sysfs_next(directory))) {
		result = p2p_names_put(names, bdf, subsystem, name);
		if (!result && subsystem == P2P_SUBSYSTEM_NVME)
			result = put_namespaces(directory, name, bdf, names);
	}
	closedir(directory);
	return result;
}

int p2p_names_tree(const struct p2p_sysfs *sysfs, struct p2p_names *names)
{
	DIR *functions = p2p_sysfs_directory(sysfs->devices, ".");
	const char *function;
	int result = 0;

	if (!functions)
		return 0;
	while (!result && (function = p2p_sysfs_next(functions))) {
		struct p2p_bdf bdf;

		if (!p2p_sysfs_is_address(function, &bdf))
			continue;
		for (unsigned i = 0; !result && i < P2P_SUBSYSTEM_SLOT; i++)
			result = put_subsystem(functions, function, bdf,
					       (enum p2p_subsystem)i, names);
	}
	closedir(functions);
	return result;
}

/* A slot's address names a device, 0000:3b:00; one of a bus alone is of no
 * known device. */
static int put_slot(DIR *slots, const char *name, struct p2p_names *names)
{
	char path[PATH_SIZE], address[P2P_BDF_SIZE - 2], function[P2P_BDF_SIZE];
	struct p2p_bdf bdf;

	snprintf(path, sizeof(path), "%s/address", name);
	if (p2p_sysfs_text(dirfd(slots), path, address, sizeof(address)) <= 0)
		return 0;
	snprintf(function, sizeof(function), "%s.0", address);
	if (strchr(address, ':') == strrchr(address, ':') ||
	    !p2p_sysfs_is_address(function, &bdf))
		return 0;
	return p2p_names_put(names, bdf, P2P_SUBSYSTEM_SLOT, name);
}

int p2p_names_slots(const struct p2p_sysfs *sysfs, struct p2p_names *names)
{
	DIR *slots = p2p_sysfs_directory(sysfs->root, "bus/pci/slots");
	const char *name;
	int result = 0;

	if (!slots)
		return 0;
	while (!result && (name = p2p_sysfs_next(slots)))
		result = put_slot(slots, name, names);
	closedir(slots);
	return result;
}
