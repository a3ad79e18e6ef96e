/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of this machine: libudev's devices of a few subsystems, each given to the
 * PCI function nearest above it. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <libudev.h>

#include "io/names.h"

#define PATH_SIZE 320

static int put_device(struct p2p_names *names, struct udev_device *device,
		      enum p2p_subsystem subsystem)
{
	struct udev_device *function =
		udev_device_get_parent_with_subsystem_devtype(device, "pci", NULL);
	const char *kind = udev_device_get_devtype(device);
	struct p2p_bdf bdf;

	if (!function || (kind && !strcmp(kind, "partition")) ||
	    p2p_bdf_parse(udev_device_get_sysname(function), &bdf))
		return 0;
	return p2p_names_put(names, bdf, subsystem, udev_device_get_sysname(device));
}

/* libudev opens some twenty directories for a device. The many that hang below no PCI
 * root (loop, dm, lo) are passed over by where their link goes. */
static bool is_below_pci(DIR *class, const char *name)
{
	char target[P2P_SYSFS_LINK_SIZE];

	return p2p_sysfs_link(dirfd(class), name, target) && strstr(target, "/pci");
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
		struct udev_device *device = NULL;

		if (is_below_pci(class, name)) {
			snprintf(path, sizeof(path), "/sys/class/%s/%s",
				 p2p_names_subsystem(subsystem), name);
			device = udev_device_new_from_syspath(udev, path);
		}
		if (device)
			result = put_device(names, device, subsystem);
		udev_device_unref(device);
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
