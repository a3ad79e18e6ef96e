/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IOMMU's name from the devices of class iommu, its mode from the types of the live
 * groups: all identity, all translated, or some of each. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/iommu.h"
#include "io/sysfs.h"

#define PATH_SIZE 320

static const char *maker_of(const char *unit)
{
	static const struct {
		const char *prefix, *maker;
	} rows[] = {
		{ "dmar", "intel" },
		{ "ivhd", "amd" },
		{ "smmu3.", "arm-smmu-v3" },
		{ "smmu.", "arm-smmu" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strncmp(unit, rows[i].prefix, strlen(rows[i].prefix)))
			return rows[i].maker;
	return "";
}

static int read_units(DIR *units, bool is_live, struct p2p_snapshot *snapshot)
{
	struct p2p_system *system = &snapshot->system;
	const char *unit, *maker = "";
	bool is_empty = true;

	while ((unit = p2p_sysfs_next(units))) {
		is_empty = false;
		if (!*maker)
			maker = maker_of(unit);
	}
	if (is_empty && is_live)
		system->iommu = P2P_IOMMU_OFF;
	system->iommu_name = p2p_snapshot_keep(snapshot, maker, strlen(maker));
	return *maker && !system->iommu_name ? -ENOMEM : 0;
}

static enum p2p_iommu mode_of(const char *type)
{
	if (!strcmp(type, "identity"))
		return P2P_IOMMU_IDENTITY;
	if (!strcmp(type, "DMA") || !strcmp(type, "DMA-FQ"))
		return P2P_IOMMU_TRANSLATED;
	return P2P_IOMMU_UNKNOWN;
}

enum p2p_iommu p2p_iommu_join(enum p2p_iommu all, const char *type)
{
	enum p2p_iommu mode = mode_of(type);

	if (all == P2P_IOMMU_UNKNOWN)
		return mode;
	return mode != P2P_IOMMU_UNKNOWN && mode != all ? P2P_IOMMU_MIXED : all;
}

static enum p2p_iommu read_groups(DIR *groups)
{
	enum p2p_iommu all = P2P_IOMMU_UNKNOWN;
	const char *group;

	while (all != P2P_IOMMU_MIXED && (group = p2p_sysfs_next(groups))) {
		char path[PATH_SIZE], type[P2P_SYSFS_TEXT_SIZE];

		snprintf(path, sizeof(path), "%s/type", group);
		p2p_sysfs_text(dirfd(groups), path, type, sizeof(type));
		all = p2p_iommu_join(all, type);
	}
	return all;
}

int p2p_iommu_fill(struct p2p_snapshot *snapshot, const char *sysfs)
{
	int root = open(sysfs ? sysfs : "/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *units, *groups;
	int result = 0;

	if (root < 0)
		return 0;
	units = p2p_sysfs_directory(root, "class/iommu");
	if (units) {
		result = read_units(units, !sysfs, snapshot);
		closedir(units);
	}
	groups = p2p_sysfs_directory(root, "kernel/iommu_groups");
	if (groups) {
		enum p2p_iommu mode = read_groups(groups);

		if (mode != P2P_IOMMU_UNKNOWN)
			snapshot->system.iommu = mode;
		closedir(groups);
	}
	close(root);
	return result;
}
