/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IOMMU's name from the devices of class iommu, its mode from the types of the live
 * groups: all identity, all translated, or some of each. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io/iommu.h"

#define PATH_SIZE 320
#define GROUPS    "kernel/iommu_groups"

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

static int read_units(const struct p2p_sysfs *sysfs, struct p2p_snapshot *snapshot)
{
	struct p2p_system *system = &snapshot->system;
	const char *unit, *maker = "";
	struct p2p_sysfs_walk units;
	bool is_empty = true;

	if (!p2p_sysfs_walk(sysfs, "class/iommu", &units))
		return 0;
	while ((unit = p2p_sysfs_step(&units))) {
		is_empty = false;
		if (!*maker)
			maker = maker_of(unit);
	}
	p2p_sysfs_end(&units);
	if (is_empty && sysfs->is_live)
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

static enum p2p_iommu read_groups(const struct p2p_sysfs *sysfs)
{
	enum p2p_iommu all = P2P_IOMMU_UNKNOWN;
	struct p2p_sysfs_walk groups;
	const char *group;

	if (!p2p_sysfs_walk(sysfs, GROUPS, &groups))
		return all;
	while (all != P2P_IOMMU_MIXED && (group = p2p_sysfs_step(&groups))) {
		char path[PATH_SIZE], type[P2P_SYSFS_TEXT_SIZE];

		snprintf(path, sizeof(path), GROUPS "/%.255s/type", group);
		p2p_sysfs_get(sysfs, path, type, sizeof(type));
		all = p2p_iommu_join(all, type);
	}
	p2p_sysfs_end(&groups);
	return all;
}

int p2p_iommu_fill(const struct p2p_sysfs *sysfs, struct p2p_snapshot *snapshot)
{
	int result = read_units(sysfs, snapshot);
	enum p2p_iommu mode = read_groups(sysfs);

	if (mode != P2P_IOMMU_UNKNOWN)
		snapshot->system.iommu = mode;
	return result;
}
