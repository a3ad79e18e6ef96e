/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a sysfs tree and reads short texts and links out of it. All reads go through
 * directory descriptors, are limited in length and never wait; those of a tree in an
 * archive stay within what was kept of it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "io/sysfs.h"

#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

static bool is_kernels_own(int directory)
{
	struct statfs fs;

	return !fstatfs(directory, &fs) && fs.f_type == SYSFS_MAGIC;
}

static int open_tree(const char *root, struct p2p_sysfs *ret_sysfs)
{
	struct p2p_sysfs sysfs = { .root = open(root, OPEN_DIRECTORY), .devices = -1 };

	if (sysfs.root < 0)
		return -errno;
	sysfs.devices = openat(sysfs.root, "bus/pci/devices", OPEN_DIRECTORY);
	if (sysfs.devices < 0) {
		int result = -errno;

		close(sysfs.root);
		return result;
	}
	sysfs.is_live = is_kernels_own(sysfs.devices);
	sysfs.path = strdup(root);
	if (!sysfs.path) {
		p2p_sysfs_close(&sysfs);
		return -ENOMEM;
	}
	*ret_sysfs = sysfs;
	return 0;
}

static bool is_tree(int root)
{
	int devices = openat(root, P2P_SYSFS_DEVICES, OPEN_DIRECTORY), sys;
	bool is_own;

	if (devices >= 0)
		return !close(devices);
	sys = openat(root, "sys", OPEN_DIRECTORY);
	if (sys < 0)
		return false;
	is_own = is_kernels_own(sys);
	close(sys);
	return is_own;
}

bool p2p_sysfs_is(const char *directory)
{
	int root = open(directory, OPEN_DIRECTORY);
	bool is = root >= 0 && is_tree(root);

	if (root >= 0)
		close(root);
	return is;
}

static int open_below(const char *directory, struct p2p_sysfs *ret_sysfs)
{
	char *root;
	int result;

	if (asprintf(&root, "%s/sys", directory) < 0)
		return -ENOMEM;
	result = open_tree(root, ret_sysfs);
	free(root);
	return result;
}

int p2p_sysfs_open(const char *directory, struct p2p_sysfs *ret_sysfs,
		   struct p2p_err *err)
{
	int result = open_tree(directory ? directory : "/sys", ret_sysfs);

	if (result == -ENOENT && directory)
		result = open_below(directory, ret_sysfs);
	if (!result)
		return 0;
	if (!directory)
		return p2p_err_set(err, result,
				   "/sys/bus/pci/devices: %s (this machine shows no PCI "
				   "bus; read a capture of one that does)",
				   strerror(-result));
	if (result == -ENOENT && !access(directory, F_OK))
		return p2p_err_set(err, result,
				   "%s: holds neither bus/pci/devices nor "
				   "sys/bus/pci/devices (name a copy of /sys)",
				   directory);
	return p2p_err_set(err, result,
			   "%s: %s (name a directory that is a copy of /sys)", directory,
			   strerror(-result));
}

void p2p_sysfs_close(struct p2p_sysfs *sysfs)
{
	free(sysfs->path);
	close(sysfs->devices);
	close(sysfs->root);
}

int p2p_sysfs_text(int directory, const char *path, char *ret_text, size_t size)
{
	/* In a copy anything may stand in a file's place: a pipe must not hold us. */
	int file = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t length;

	ret_text[0] = '\0';
	if (file < 0)
		return -errno;
	length = read(file, ret_text, size - 1);
	if (length < 0)
		length = -errno;
	close(file);
	if (length < 0)
		return (int)length;
	while (length && ret_text[length - 1] == '\n')
		length--;
	ret_text[length] = '\0';
	return (int)length;
}

/* The last component, behind which slashes are cut off. */
static const char *cut_slashes(char *path)
{
	size_t length = strlen(path);
	const char *slash;

	while (length > 1 && path[length - 1] == '/')
		length--;
	path[length] = '\0';
	slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

const char *p2p_sysfs_link(int directory, const char *path,
			   char ret_text[P2P_SYSFS_LINK_SIZE])
{
	ssize_t length = readlinkat(directory, path, ret_text, P2P_SYSFS_LINK_SIZE);

	if (length < 0 || length == P2P_SYSFS_LINK_SIZE)
		return NULL;
	ret_text[length] = '\0';
	return cut_slashes(ret_text);
}

/* The name in the archive of what is at @path in the tree. */
static const char *place_of(const struct p2p_sysfs *sysfs, const char *path,
			    char ret_name[P2P_MEMBER_SIZE])
{
	int length = snprintf(ret_name, P2P_MEMBER_SIZE, "%s%s%s", sysfs->path,
			      *sysfs->path ? "/" : "", path);

	return length < P2P_MEMBER_SIZE ? ret_name : "";
}

/* Whoever packs sysfs may fill a text up with zeros to the size that is told of it. */
static int copy_text(struct span content, char *ret_text, size_t size)
{
	size_t length = strnlen(content.at, content.length);

	length = length < size ? length : size - 1;
	while (length && content.at[length - 1] == '\n')
		length--;
	memcpy(ret_text, content.at, length);
	ret_text[length] = '\0';
	return (int)length;
}

int p2p_sysfs_get(const struct p2p_sysfs *sysfs, const char *path, char *ret_text,
		  size_t size)
{
	char name[P2P_MEMBER_SIZE];
	const struct p2p_member *member;

	if (!sysfs->members)
		return p2p_sysfs_text(sysfs->root, path, ret_text, size);
	ret_text[0] = '\0';
	member = p2p_members_follow(sysfs->members, place_of(sysfs, path, name));
	if (!member || member->type != P2P_MEMBER_FILE)
		return -ENOENT;
	return copy_text(p2p_members_content(sysfs->members, member), ret_text, size);
}

const char *p2p_sysfs_target(const struct p2p_sysfs *sysfs, const char *path,
			     char ret_text[P2P_SYSFS_LINK_SIZE])
{
	char name[P2P_MEMBER_SIZE];
	const struct p2p_member *member;

	if (!sysfs->members)
		return p2p_sysfs_link(sysfs->root, path, ret_text);
	member = p2p_members_find(sysfs->members, place_of(sysfs, path, name));
	if (!member || member->type != P2P_MEMBER_LINK)
		return NULL;
	snprintf(ret_text, P2P_SYSFS_LINK_SIZE, "%s",
		 p2p_members_content(sysfs->members, member).at);
	return cut_slashes(ret_text);
}

enum p2p_tri p2p_sysfs_has(const struct p2p_sysfs *sysfs, const char *path)
{
	char name[P2P_MEMBER_SIZE];

	if (sysfs->members)
		return p2p_members_has(sysfs->members, place_of(sysfs, path, name)) ?
			       P2P_YES :
			       P2P_UNKNOWN;
	if (!faccessat(sysfs->root, path, F_OK, 0))
		return P2P_YES;
	return errno == ENOENT && sysfs->is_live ? P2P_NO : P2P_UNKNOWN;
}

bool p2p_sysfs_walk(const struct p2p_sysfs *sysfs, const char *path,
		    struct p2p_sysfs_walk *ret_walk)
{
	char name[P2P_MEMBER_SIZE];

	ret_walk->directory = NULL;
	if (sysfs->members)
		return p2p_members_walk(sysfs->members, place_of(sysfs, path, name),
					&ret_walk->members);
	ret_walk->directory = p2p_sysfs_directory(sysfs->root, path);
	return ret_walk->directory != NULL;
}

const char *p2p_sysfs_step(struct p2p_sysfs_walk *walk)
{
	return walk->directory ? p2p_sysfs_next(walk->directory) :
				 p2p_members_step(&walk->members);
}

void p2p_sysfs_end(struct p2p_sysfs_walk *walk)
{
	if (walk->directory)
		closedir(walk->directory);
}

bool p2p_sysfs_is_address(const char *name, struct p2p_bdf *ret_bdf)
{
	char text[P2P_BDF_SIZE];

	return !p2p_bdf_parse(name, ret_bdf) && ret_bdf->domain <= INT32_MAX &&
	       !strcmp(p2p_bdf_format(*ret_bdf, text), name);
}

DIR *p2p_sysfs_directory(int directory, const char *path)
{
	int file = openat(directory, path, OPEN_DIRECTORY);
	DIR *opened = file < 0 ? NULL : fdopendir(file);

	if (file >= 0 && !opened)
		close(file);
	return opened;
}

const char *p2p_sysfs_next(DIR *directory)
{
	const struct dirent *entry;

	do
		entry = readdir(directory);
	while (entry && entry->d_name[0] == '.');
	return entry ? entry->d_name : NULL;
}
