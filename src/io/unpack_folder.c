/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory in, the members of it that are of use out, as of an archive with the same
 * files in it. Links are data here too: none is followed on disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/sysfs.h"
#include "io/unpack_tar.h"

#define WALK                                                       \
	(ARCHIVE_READDISK_NO_XATTR | ARCHIVE_READDISK_NO_ACL |     \
	 ARCHIVE_READDISK_NO_FFLAGS | ARCHIVE_READDISK_NO_SPARSE | \
	 ARCHIVE_READDISK_NO_TRAVERSE_MOUNTS)

static bool holds(const char *path, const char *place)
{
	int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat stat;
	bool is_there = root >= 0 && !fstatat(root, place, &stat, 0) &&
			S_ISDIR(stat.st_mode);

	if (root >= 0)
		close(root);
	return is_there;
}

bool p2p_is_sysfs(const char *path)
{
	return holds(path, P2P_SYSFS_DEVICES) || holds(path, "sys/" P2P_SYSFS_DEVICES);
}

static int walk(struct p2p_unpacking *unpacking, struct archive *disk, const char *path)
{
	struct archive_entry *entry;
	int state;

	archive_read_disk_set_symlink_physical(disk);
	archive_read_disk_set_behavior(disk, WALK);
	if (archive_read_disk_open(disk, path) != ARCHIVE_OK)
		return p2p_err_set(unpacking->err, -EACCES, "%s: cannot be read: %s",
				   path, archive_error_string(disk));
	state = archive_read_next_header(disk, &entry);
	return p2p_unpack_tar(unpacking, disk, entry, state);
}

/* The order of a directory is the file system's; here it is that of the names. */
static void order(struct p2p_members *members, const char *text)
{
	p2p_members_sort(members, text);
	for (size_t i = 0; i < members->n; i++)
		members->entries[i].order = (uint32_t)i;
}

int p2p_unpack_folder(const char *path, const struct p2p_unpack_limits *limits,
		      struct p2p_snapshot *snapshot, struct p2p_members *members,
		      struct p2p_input *ret_input, struct p2p_err *err)
{
	struct p2p_unpacking unpacking = { .plain = ret_input,
					   .members = members,
					   .limits = limits,
					   .snapshot = snapshot,
					   .err = err,
					   .folder = path };
	struct archive *disk = archive_read_disk_new();
	int result;

	members->is_folder = true;
	ret_input->name = path;
	ret_input->is_archive = ret_input->is_folder = true;
	if (!disk)
		return p2p_err_set(err, -ENOMEM, "%s: no memory to read it", path);
	result = walk(&unpacking, disk, path);
	archive_read_free(disk);
	if (!result)
		order(members, ret_input->text);
	return result;
}
