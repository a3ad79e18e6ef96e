/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions have disks in use: every disk and partition that hangs on a function
 * is asked what it is mounted as, and what was made of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/evidence_mounts.h"
#include "io/sysfs.h"

#define BLOCK     "sys/class/block"
#define PATH_SIZE 512

struct searching {
	struct evidence_reading *reading;
	struct mounts mounts;
	bool has_zfs_disk;
};

static int read_text(const struct searching *searching, const char *path, char *text)
{
	return p2p_sysfs_text(searching->reading->root, path, text, P2P_SYSFS_TEXT_SIZE);
}

static void read_of(const struct searching *searching, const char *name,
		    const char *attribute, char *text)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), BLOCK "/%.64s/%s", name, attribute);
	read_text(searching, path, text);
}

/* dm-0 is LVM's or somebody else's, md127 is a RAID; bcache and drbd are as dm is. */
static void name_holder(const struct searching *searching, const char *holder,
			struct p2p_disk *disk)
{
	char uuid[P2P_SYSFS_TEXT_SIZE], name[P2P_SYSFS_TEXT_SIZE];

	read_of(searching, holder, "dm/uuid", uuid);
	read_of(searching, holder, "dm/name", name);
	disk->use = !strncmp(uuid, "LVM-", 4) ? P2P_DISK_LVM :
		    !strncmp(holder, "md", 2) ? P2P_DISK_MD :
						P2P_DISK_DM;
	p2p_evidence_copy(span_of(*name ? name : holder), disk->text, sizeof(disk->text));
}

static bool has_holder(const struct searching *searching, struct p2p_disk *disk)
{
	char path[PATH_SIZE];
	const char *holder;
	DIR *holders;

	snprintf(path, sizeof(path), BLOCK "/%s/holders", disk->name);
	holders = p2p_sysfs_directory(searching->reading->root, path);
	holder = holders ? p2p_sysfs_next(holders) : NULL;
	if (holder)
		name_holder(searching, holder, disk);
	if (holders)
		closedir(holders);
	return holder != NULL;
}

/* A file system of several disks is mounted by none of their numbers. */
static bool is_of_btrfs(const struct searching *searching, struct p2p_disk *disk)
{
	DIR *all = p2p_sysfs_directory(searching->reading->root, "sys/fs/btrfs");
	bool is = false;
	const char *one;

	while (all && !is && (one = p2p_sysfs_next(all))) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "sys/fs/btrfs/%.200s/devices/%s", one,
			 disk->name);
		is = !faccessat(searching->reading->root, path, F_OK, 0);
	}
	if (all)
		closedir(all);
	disk->use = P2P_DISK_MOUNT;
	strcpy(disk->text, "btrfs");
	return is;
}

/* What udev found on it: of LVM, md and ZFS the kernel does not show every member. */
static bool is_member(struct searching *searching, const char *number,
		      struct p2p_disk *disk)
{
	static const struct {
		const char *line;
		enum p2p_disk_use use;
	} types[] = {
		{ "E:ID_FS_TYPE=LVM2_member", P2P_DISK_LVM },
		{ "E:ID_FS_TYPE=linux_raid_member", P2P_DISK_MD },
		{ "E:ID_FS_TYPE=zfs_member", P2P_DISK_MOUNT },
	};
	char path[PATH_SIZE], *text = NULL;
	struct span all, line;
	bool found = false;
	long length;

	snprintf(path, sizeof(path), "run/udev/data/b%.32s", number);
	length = p2p_evidence_text(searching->reading, path, 65536, &text);
	all = (struct span){ text, length > 0 ? (size_t)length : 0 };
	while (!found && p2p_evidence_line(&all, &line))
		for (unsigned i = 0; !found && i < 3; i++) {
			found = span_equals(line, types[i].line);
			disk->use = types[i].use;
			p2p_evidence_copy(span_after(line, "="), disk->text,
					  sizeof(disk->text));
			searching->has_zfs_disk |= found && i == 2;
		}
	free(text);
	return found;
}

static bool is_in_use(struct searching *searching, struct p2p_disk *disk)
{
	char number[P2P_SYSFS_TEXT_SIZE];

	read_of(searching, disk->name, "dev", number);
	disk->use = P2P_DISK_MOUNT;
	if (p2p_mounts_find(&searching->mounts, number, disk->name, disk->text))
		return true;
	disk->use = P2P_DISK_SWAP;
	p2p_evidence_copy(span_of(disk->name), disk->text, sizeof(disk->text));
	return p2p_mounts_is_swap(&searching->mounts, disk->name) ||
	       has_holder(searching, disk) || is_of_btrfs(searching, disk) ||
	       is_member(searching, number, disk);
}

static void add(struct searching *searching, const struct p2p_disk *disk,
		uint32_t function)
{
	struct p2p_guard_evidence *evidence = searching->reading->evidence;
	struct p2p_disk *grown = p2p_evidence_grow(searching->reading, evidence->disks,
						   evidence->n_disks, sizeof(*grown),
						   &evidence->knows_disks);

	if (!grown)
		return;
	evidence->disks = grown;
	evidence->disks[evidence->n_disks] = *disk;
	evidence->disks[evidence->n_disks++].function = function;
}

/* The visible disk of several paths hangs on none of them; its name is with each. */
static void add_by_name(struct searching *searching, const struct p2p_disk *disk,
			const char *path)
{
	const char *parts[2] = { strrchr(path, '/'), NULL };
	char above[P2P_SYSFS_LINK_SIZE];

	snprintf(above, sizeof(above), "%.*s", parts[0] ? (int)(parts[0] - path) : 0,
		 path);
	parts[0] = parts[0] ? parts[0] + 1 : path;
	parts[1] = strrchr(above, '/') ? strrchr(above, '/') + 1 : above;
	for (unsigned i = 0; i < 2; i++)
		for (uint32_t at = p2p_evidence_named(searching->reading, "block",
						      parts[i], P2P_NONE);
		     at != P2P_NONE;
		     at = p2p_evidence_named(searching->reading, "block", parts[i], at))
			add(searching, disk, at);
}

static void look_at(struct searching *searching, const char *name)
{
	char path[PATH_SIZE], target[P2P_SYSFS_LINK_SIZE], cut[P2P_SYSFS_LINK_SIZE];
	struct p2p_disk disk = { .function = P2P_NONE };
	ssize_t length;

	snprintf(path, sizeof(path), BLOCK "/%.64s", name);
	length = readlinkat(searching->reading->root, path, target, sizeof(target) - 1);
	if (length <= 0)
		return;
	target[length] = '\0';
	p2p_evidence_copy(span_of(name), disk.name, sizeof(disk.name));
	if (!is_in_use(searching, &disk))
		return;
	strcpy(cut, target);
	disk.function = p2p_evidence_function(searching->reading, cut);
	if (disk.function != P2P_NONE)
		add(searching, &disk, disk.function);
	else
		add_by_name(searching, &disk, target);
}

void p2p_evidence_disks(struct evidence_reading *reading)
{
	struct p2p_guard_evidence *evidence = reading->evidence;
	struct searching searching = { .reading = reading };
	DIR *blocks = p2p_sysfs_directory(reading->root, BLOCK);
	const char *name;

	if (!blocks)
		return;
	p2p_mounts_read(reading, &searching.mounts);
	evidence->knows_disks = searching.mounts.is_whole;
	while ((name = p2p_sysfs_next(blocks)))
		look_at(&searching, name);
	closedir(blocks);
	if (searching.mounts.has_zfs && !searching.has_zfs_disk)
		evidence->knows_disks = false;
	p2p_mounts_done(&searching.mounts);
}
