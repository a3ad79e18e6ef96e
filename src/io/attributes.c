/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sysfs tells about one function beside its config space: where it hangs, driver,
 * NUMA node, group, power, peer-to-peer memory, BAR sizes. In a copy of a tree what is
 * absent stays unknown; in the kernel's own it is known not to exist. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/vfio.h>

#include "io/sysfs.h"

#define PATH_SIZE 128

/* IORESOURCE_MEM_64 of the kernel: the address takes two registers. */
#define RESOURCE_64 0x00100000

struct place {
	const struct p2p_sysfs *sysfs;
	const char *name;
};

static const char *path_of(struct place place, const char *attribute,
			   char ret_path[PATH_SIZE])
{
	snprintf(ret_path, PATH_SIZE, P2P_SYSFS_DEVICES "/%s/%s", place.name, attribute);
	return ret_path;
}

static int read_text(struct place place, const char *attribute,
		     char ret_text[P2P_SYSFS_TEXT_SIZE])
{
	char path[PATH_SIZE];

	return p2p_sysfs_get(place.sysfs, path_of(place, attribute, path), ret_text,
			     P2P_SYSFS_TEXT_SIZE);
}

static const char *read_link(struct place place, const char *attribute,
			     char ret_text[P2P_SYSFS_LINK_SIZE])
{
	char path[PATH_SIZE];

	return p2p_sysfs_target(place.sysfs, path_of(place, attribute, path), ret_text);
}

static int32_t read_number(struct place place, const char *attribute, int base)
{
	char text[P2P_SYSFS_TEXT_SIZE], *end;
	long number;

	if (read_text(place, attribute, text) <= 0)
		return P2P_NOT_TOLD;
	number = strtol(text, &end, base);
	if (*end || number < -1 || number > INT32_MAX)
		return P2P_NOT_TOLD;
	return (int32_t)number;
}

enum p2p_power p2p_sysfs_power(const struct p2p_sysfs *sysfs, const char *name)
{
	static const char *const words[] = {
		[P2P_POWER_D0] = "D0",         [P2P_POWER_D1] = "D1",
		[P2P_POWER_D2] = "D2",         [P2P_POWER_D3HOT] = "D3hot",
		[P2P_POWER_D3COLD] = "D3cold",
	};
	struct place place = { sysfs, name };
	char text[P2P_SYSFS_TEXT_SIZE];

	if (read_text(place, "power_state", text) > 0) {
		for (unsigned i = P2P_POWER_D0; i <= P2P_POWER_D3COLD; i++)
			if (!strcmp(text, words[i]))
				return (enum p2p_power)i;
		return P2P_POWER_UNKNOWN;
	}
	/* Older kernels do not tell the state. There a suspended function that may
	 * enter D3cold has to be taken as one that did: asking it would wake it. */
	read_text(place, "power/runtime_status", text);
	if (!strcmp(text, "suspended") && read_number(place, "d3cold_allowed", 10) == 1)
		return P2P_POWER_D3COLD;
	return P2P_POWER_UNKNOWN;
}

/* "32.0 GT/s PCIe", in units of 0.1 GT/s; 0 when it says Unknown. */
static unsigned read_speed(struct place place, const char *attribute)
{
	char text[P2P_SYSFS_TEXT_SIZE];
	unsigned whole, tenth;

	if (read_text(place, attribute, text) <= 0 ||
	    sscanf(text, "%4u.%1u GT/s", &whole, &tenth) != 2)
		return 0;
	return whole * 10 + tenth;
}

static unsigned read_width(struct place place, const char *attribute)
{
	int32_t width = read_number(place, attribute, 10);

	return width > 0 && width <= 32 ? (unsigned)width : 0;
}

void p2p_sysfs_fill_link(const struct p2p_sysfs *sysfs, const char *name,
			 struct p2p_function *function)
{
	struct place place = { sysfs, name };

	function->link.speed = read_speed(place, "current_link_speed");
	function->link.width = read_width(place, "current_link_width");
	function->link.max_speed = read_speed(place, "max_link_speed");
	function->link.max_width = read_width(place, "max_link_width");
}

/* Cuts the last part of a path off and returns it; NULL when there is none. */
static const char *cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return NULL;
	*slash = '\0';
	return slash + 1;
}

/* A root bus whose directory is that of a function, pci0000:00/0000:00:0e.0/pci10000:e0,
 * was made by that function: a Volume Management Device. */
static void fill_vmd(char *path, bool is_live, struct p2p_function *function)
{
	const char *part;

	while ((part = cut_last(path)) && strncmp(part, "pci", 3))
		;
	part = part ? cut_last(path) : NULL;
	if (part && p2p_sysfs_is_address(part, &function->vmd))
		function->is_behind_vmd = P2P_YES;
	else if (is_live)
		function->is_behind_vmd = P2P_NO;
}

/* The link of a function goes to ../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0:
 * above the function is its bridge or the root bus. */
void p2p_sysfs_fill_above(char *place, bool is_live, struct p2p_function *function)
{
	char path[P2P_SYSFS_LINK_SIZE];
	const char *above;
	struct p2p_bdf parent;

	if (!cut_last(place))
		return;
	snprintf(path, sizeof(path), "%s", place);
	fill_vmd(path, is_live, function);
	above = cut_last(place);
	if (!above)
		return;
	if (p2p_sysfs_is_address(above, &parent)) {
		function->above = P2P_ABOVE_FUNCTION;
		function->parent = parent;
	} else if (!strncmp(above, "pci", 3)) {
		function->above = P2P_ABOVE_ROOT;
	}
}

static void fill_above(struct place place, struct p2p_function *function)
{
	char target[P2P_SYSFS_LINK_SIZE], path[PATH_SIZE];

	snprintf(path, sizeof(path), P2P_SYSFS_DEVICES "/%s", place.name);
	if (p2p_sysfs_target(place.sysfs, path, target))
		p2p_sysfs_fill_above(target, place.sysfs->is_live, function);
}

static void fill_group_type(struct place place, struct p2p_snapshot *snapshot,
			    struct p2p_function *function)
{
	char type[P2P_SYSFS_TEXT_SIZE];

	if (read_text(place, "iommu_group/type", type) > 0)
		function->group_type = p2p_snapshot_keep(snapshot, type, strlen(type));
}

/* The kernel says it of what hangs below an external-facing port (pci_set_removable). */
static void fill_removable(struct place place, struct p2p_function *function)
{
	char text[P2P_SYSFS_TEXT_SIZE];

	if (read_text(place, "removable", text) > 0 && strcmp(text, "unknown") != 0)
		function->removable = p2p_tri_of(!strcmp(text, "removable"));
}

static void fill_group(struct place place, struct p2p_function *function)
{
	char text[P2P_SYSFS_LINK_SIZE], *end;
	const char *group = read_link(place, "iommu_group", text);
	long number = group ? strtol(group, &end, 10) : -1;

	if (group && *group && !*end && number >= 0 && number <= INT32_MAX)
		function->group = (int32_t)number;
	else if (!group && place.sysfs->is_live)
		function->group = -1;
}

static void fill_physfn(struct place place, struct p2p_function *function)
{
	char text[P2P_SYSFS_LINK_SIZE];
	const char *name = read_link(place, "physfn", text);
	struct p2p_bdf physfn;

	if (name && p2p_sysfs_is_address(name, &physfn)) {
		function->is_vf = P2P_YES;
		function->physfn = physfn;
	} else if (!name && place.sysfs->is_live) {
		function->is_vf = P2P_NO;
	}
}

static uint64_t read_size(struct place place, const char *attribute)
{
	char text[P2P_SYSFS_TEXT_SIZE];

	read_text(place, attribute, text);
	return strtoull(text, NULL, 10);
}

static void fill_p2pmem(struct place place, struct p2p_p2pmem *p2pmem)
{
	char path[PATH_SIZE];
	int32_t published;

	p2pmem->present = p2p_sysfs_has(place.sysfs, path_of(place, "p2pmem", path));
	if (p2pmem->present != P2P_YES)
		return;
	p2pmem->size = read_size(place, "p2pmem/size");
	p2pmem->available = read_size(place, "p2pmem/available");
	published = read_number(place, "p2pmem/published", 10);
	if (published != P2P_NOT_TOLD)
		p2pmem->published = p2p_tri_of(published != 0);
}

/* Functions that VFIO holds have a directory of it; before Linux 6.1 only the driver's
 * name tells. Without an override the kernel prints a word in parentheses. */
static void fill_driver(struct place place, struct p2p_snapshot *snapshot,
			struct p2p_function *function)
{
	char text[P2P_SYSFS_TEXT_SIZE], link[P2P_SYSFS_LINK_SIZE], path[PATH_SIZE];
	const char *driver = read_link(place, "driver", link);

	if (driver)
		function->driver = p2p_snapshot_keep(snapshot, driver, strlen(driver));
	function->vfio = p2p_sysfs_has(place.sysfs, path_of(place, "vfio-dev", path));
	if (driver && function->vfio != P2P_YES)
		function->vfio = p2p_tri_of(p2p_vfio_is_driver(driver));
	if (read_text(place, "driver_override", text) > 0 && *text != '(')
		function->driver_override =
			p2p_snapshot_keep(snapshot, text, strcspn(text, "\n"));
}

void p2p_sysfs_fill(const struct p2p_sysfs *sysfs, const char *name,
		    struct p2p_snapshot *snapshot, struct p2p_function *function)
{
	struct place place = { sysfs, name };

	fill_driver(place, snapshot, function);
	function->numa = read_number(place, "numa_node", 10);
	function->power = p2p_sysfs_power(sysfs, name);
	fill_above(place, function);
	fill_group(place, function);
	fill_group_type(place, snapshot, function);
	fill_removable(place, function);
	fill_physfn(place, function);
	fill_p2pmem(place, &function->p2pmem);
}

void p2p_sysfs_fill_ids(const struct p2p_sysfs *sysfs, const char *name,
			struct p2p_function *function)
{
	struct place place = { sysfs, name };

	function->vendor = read_number(place, "vendor", 16);
	function->device = read_number(place, "device", 16);
	function->class_code = read_number(place, "class", 16);
}

/* A line a BAR: first address, last address, flags; all 0 where there is none. */
unsigned p2p_sysfs_fill_bars(const struct p2p_sysfs *sysfs, const char *name,
			     struct p2p_function *function)
{
	struct place place = { sysfs, name };
	char text[P2P_SYSFS_TEXT_SIZE], *next = text;
	unsigned used = 0;

	if (read_text(place, "resource", text) <= 0)
		return P2P_SYSFS_ALL_BARS;
	for (unsigned bar = 0; bar < 6 && *next; bar++) {
		uint64_t first = strtoull(next, &next, 16);
		uint64_t last = strtoull(next, &next, 16);
		uint64_t flags = strtoull(next, &next, 16);

		if (last > first)
			function->bar_size[bar] = last - first + 1;
		if (last || flags)
			used |= (flags & RESOURCE_64 ? 3u : 1u) << bar;
		next += strcspn(next, "\n");
		next += *next == '\n';
	}
	return used & P2P_SYSFS_ALL_BARS;
}
