/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in an archive against the few places that tell something. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <p2ptool/cfg.h>

#include "io/wanted.h"

#define CONFIG_SIZE ((size_t)1 << 20) /* of a kernel: a third of it */

/* Does the name end in @place, whole parts of it? */
static bool ends_in(const char *name, const char *place)
{
	size_t length = strlen(name), n = strlen(place);

	return length >= n && !strcmp(name + length - n, place) &&
	       (length == n || name[length - n - 1] == '/');
}

/* Is @place among the folders of the name? */
static bool is_below(const char *name, const char *place)
{
	const char *at = strstr(name, place);

	while (at && at != name && at[-1] != '/')
		at = strstr(at + 1, place);
	return at != NULL;
}

enum p2p_wanted p2p_wanted(const char *name)
{
	static const char *const sysfs[] = { "bus/pci/", "devices/pci", "class/iommu/",
					     "kernel/iommu_groups/" };
	static const struct {
		const char *place;
		enum p2p_wanted wanted;
	} ends[] = {
		{ "proc/cmdline", P2P_WANTED_CMDLINE },
		{ "proc/cpuinfo", P2P_WANTED_CPUINFO },
		{ "uname_-a", P2P_WANTED_UNAME },
		{ "uname", P2P_WANTED_UNAME },
		{ "uname.txt", P2P_WANTED_UNAME },
		{ "sos_commands/host/hostname", P2P_WANTED_HOSTNAME },
		{ "etc/hostname", P2P_WANTED_HOSTNAME },
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_in(name, ends[i].place))
			return ends[i].wanted;
	if (is_below(name, "boot/config-"))
		return P2P_WANTED_CONFIG;
	for (size_t i = 0; i < sizeof(sysfs) / sizeof(sysfs[0]); i++)
		if (is_below(name, sysfs[i]))
			return P2P_WANTED_SYSFS;
	return P2P_WANTED_BY_CONTENT;
}

/* Config space is the longest file of sysfs; the first processor is told at the top. */
size_t p2p_wanted_size(enum p2p_wanted wanted)
{
	if (wanted == P2P_WANTED_CONFIG)
		return CONFIG_SIZE;
	return wanted == P2P_WANTED_BY_CONTENT ? SIZE_MAX : P2P_CFG_SIZE + 1;
}
