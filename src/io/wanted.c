/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in an archive against the few places that tell something. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <p2ptool/cfg.h>

#include "io/wanted.h"

#define CONFIG_SIZE ((size_t)4 << 20) /* distributions have 300 KiB */
#define PAGE_SIZE   ((size_t)64 << 20)

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

#define CONFIG "config-"

static const char *last_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

/* config-6.8.0-45-generic in boot, or beside what else a report holds. */
static bool is_config(const char *name)
{
	const char *last = last_of(name);

	return !strcmp(last, "config.gz") ||
	       (!strncmp(last, CONFIG, strlen(CONFIG)) && last[strlen(CONFIG)] >= '1' &&
		last[strlen(CONFIG)] <= '9') ||
	       (ends_in(name, "config") && is_below(name, "lib/modules/"));
}

/* linux-sysinfo-snapshot names it after the machine. */
static bool is_page(const char *name)
{
	const char *last = last_of(name);
	size_t length = strlen(last);

	return is_below(name, "sysinfo-snapshot-") && length > strlen(".html") &&
	       !strcmp(last + length - strlen(".html"), ".html") &&
	       strcmp(last, "performance_tuning_analyze.html") != 0 &&
	       strcmp(last, "sr_iov.html") != 0;
}

enum p2p_tri p2p_wanted_is_of(const char *name, const char *release)
{
	const char *last = last_of(name);
	char folder[256];

	snprintf(folder, sizeof(folder), "lib/modules/%.200s/config", release);
	if (!strcmp(last, "config.gz"))
		return P2P_UNKNOWN;
	if (!strncmp(last, CONFIG, strlen(CONFIG)))
		return p2p_tri_of(!strcmp(last + strlen(CONFIG), release));
	return p2p_tri_of(ends_in(name, folder));
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
		{ "sos_commands/processor/lscpu", P2P_WANTED_CPUINFO },
		{ "pcie_files/lscpu", P2P_WANTED_CPUINFO },
		{ "sos_commands/host/hostname", P2P_WANTED_HOSTNAME },
		{ "commands_txt_output/hostname", P2P_WANTED_HOSTNAME },
		{ "etc/hostname", P2P_WANTED_HOSTNAME },
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_in(name, ends[i].place))
			return ends[i].wanted;
	for (size_t i = 0; i < sizeof(sysfs) / sizeof(sysfs[0]); i++)
		if (is_below(name, sysfs[i]))
			return P2P_WANTED_SYSFS;
	if (is_config(name))
		return P2P_WANTED_CONFIG;
	return is_page(name) ? P2P_WANTED_PAGE : P2P_WANTED_BY_CONTENT;
}

/* Config space is the longest file of sysfs; the first processor is told at the top. */
size_t p2p_wanted_size(enum p2p_wanted wanted)
{
	switch (wanted) {
	case P2P_WANTED_BY_CONTENT:
		return SIZE_MAX;
	case P2P_WANTED_CONFIG:
		return CONFIG_SIZE;
	case P2P_WANTED_PAGE:
		return PAGE_SIZE;
	case P2P_WANTED_SYSFS:
	case P2P_WANTED_CMDLINE:
	case P2P_WANTED_CPUINFO:
	case P2P_WANTED_UNAME:
	case P2P_WANTED_HOSTNAME:
		break;
	}
	return P2P_CFG_SIZE + 1;
}
