/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of this machine: the devices of a few classes, each given to the PCI function
 * nearest above it. The links of a class tell where its devices hang; what kind of device
 * a disk is, libudev tells. It is asked of disks alone because it opens some twenty
 * directories for an answer, and virtual functions bring network and RDMA devices by the
 * thousand. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <libudev.h>

#include "io/names.h"

#define PATH_SIZE 320

static bool find_function(DIR *class, const char *name, struct p2p_bdf *ret_bdf)
{
	char target[P2P_SYSFS_LINK_SIZE], *slash;

	if (!p2p_sysfs_link(dirfd(class), name, target))
		return false;
	for (slash = strrchr(target, '/'); slash; slash = strrchr(target, '/')) {
		if (p2p_sysfs_is_address(slash + 1, ret_bdf))
			return true;
		*slash = '\0';
	}
	return false;
}

static bool is_partition(struct udev *udev, const char *disk)
{
	char path[PATH_SIZE];
	struct udev_device *device;
	const char *kind;
	bool answer;

	snprintf(path, sizeof(path), "/sys/class/block/%s", disk);
	device = udev_device_new_from_syspath(udev, path);
	kind = device ? udev_device_get_devtype(device) : NULL;
	answer = kind && !strcmp(kind, "partition");
	udev_device_unref(device);
	return answer;
}

static int put_class(struct p2p_names *names, struct udev *udev,
		     enum p2p_subsystem subsystem)
{
	char path[PATH_SIZE];
	const char *name;
	int result = 0;
	DIR *class;

	snprintf(path, sizeof(path), "/sys/class/%s", p2p_names_subsystem(subsystem));
	class = p2p_sysfs_directory(AT_FDCWD, path);
	if (!class)
		return 0;
	while (!result && (name = p2p_sysfs_next(class))) {
		struct p2p_bdf bdf;

		if (find_function(class, name, &bdf) &&
		    (subsystem != P2P_SUBSYSTEM_BLOCK || !is_partition(udev, name)))
			result = p2p_names_put(names, bdf, subsystem, name);
	}
	closedir(class);
	return result;
}

int p2p_names_udev(struct p2p_names *names)
{
	struct udev *udev = udev_new();
	int result = 0;

	for (unsigned i = 0; udev && !result && i < P2P_SUBSYSTEM_SLOT; i++)
		result = put_class(names, udev, (enum p2p_subsystem)i);
	udev_unref(udev);
	return result;
}
