/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks a directory in the order of its names and takes what an archive of it would give.
 * Everything is opened by its name in an open directory, once it is known what it is: a
 * pipe in it cannot hold us, a device is not woken, a link leads nowhere. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "io/content.h"
#include "io/unpack_folder.h"

#define DEPTH_MAX  64
#define BLOCK_SIZE 65536

#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define OPEN_FILE   (O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* @name: of what is looked at, from the top. */
struct walk {
	struct p2p_unpacking unpacking;
	dev_t device;
	unsigned depth;
	char name[P2P_MEMBER_SIZE], block[BLOCK_SIZE];
};

static int walk_folder(struct walk *walk, int fd);

static void damage(struct walk *walk, const char *what, int code)
{
	char text[128];

	snprintf(text, sizeof(text), "%s: %s", what, strerror(code));
	p2p_unpacking_damage(&walk->unpacking,
			     *walk->name ? walk->name : "the directory itself", text);
}

/* What nobody may read tells nobody anything: sysfs has such files. */
static void tell_unopened(struct walk *walk, const struct stat *status, int code)
{
	bool is_closed = code == EACCES && !(status->st_mode & 0444);

	if (!is_closed && code != ENOENT && code != ELOOP)
		damage(walk, "cannot be opened", code);
}

static int read_blocks(struct walk *walk, int fd, struct p2p_content *content)
{
	struct p2p_unpacking *unpacking = &walk->unpacking;
	int result = 0;

	while (!result && !unpacking->is_over && !p2p_content_is_full(content)) {
		ssize_t n = read(fd, walk->block, sizeof(walk->block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			damage(walk, "cannot be read", errno);
		content->is_cut |= n < 0;
		if (n <= 0)
			break;
		result = p2p_content_add(unpacking, content,
					 (struct span){ walk->block, (size_t)n });
	}
	return result ? result : p2p_content_decide(unpacking, content);
}

/* An empty one has nothing to tell; those that only seem so are a kernel's own, and
 * reading such may do something. */
static int take_file(struct walk *walk, int folder, const char *last,
		     const struct stat *status)
{
	struct p2p_content content;
	int fd, result;

	if (!status->st_size)
		return 0;
	fd = openat(folder, last, OPEN_FILE);
	if (fd < 0) {
		tell_unopened(walk, status, errno);
		return 0;
	}
	p2p_content_begin(&walk->unpacking, walk->name, p2p_wanted(walk->name), &content);
	result = read_blocks(walk, fd, &content);
	close(fd);
	return result ? result : p2p_content_keep(&walk->unpacking, &content);
}

static int put(struct walk *walk, enum p2p_member_type type, const char *target)
{
	bool is_fine = p2p_wanted(walk->name) != P2P_WANTED_SYSFS ||
		       p2p_members_put(walk->unpacking.members, walk->name, type, target);

	return is_fine ? 0 : -ENOMEM;
}

static int take_link(struct walk *walk, int folder, const char *last)
{
	char target[P2P_MEMBER_SIZE];
	ssize_t length = readlinkat(folder, last, target, sizeof(target));

	if (length < 0 || (size_t)length == sizeof(target))
		return 0;
	target[length] = '\0';
	return put(walk, P2P_MEMBER_LINK, target);
}

static int take_folder(struct walk *walk, int folder, const char *last,
		       const struct stat *status)
{
	int fd, result = put(walk, P2P_MEMBER_FOLDER, NULL);

	if (result)
		return result;
	if (status->st_dev != walk->device) {
		p2p_snapshot_add_remark(walk->unpacking.snapshot,
					"%.160s: is another file system, not read",
					walk->name);
		return 0;
	}
	if (walk->depth == DEPTH_MAX) {
		p2p_unpacking_damage(&walk->unpacking, walk->name,
				     "is too deep, what is in it is not read");
		return 0;
	}
	fd = openat(folder, last, OPEN_FOLDER | O_NOFOLLOW);
	if (fd < 0) {
		tell_unopened(walk, status, errno);
		return 0;
	}
	walk->depth++;
	result = walk_folder(walk, fd);
	walk->depth--;
	return result;
}

static int take_entry(struct walk *walk, int folder, const char *last)
{
	struct stat status;

	if (fstatat(folder, last, &status, AT_SYMLINK_NOFOLLOW))
		return 0;
	if (S_ISDIR(status.st_mode))
		return take_folder(walk, folder, last, &status);
	if (S_ISREG(status.st_mode))
		return take_file(walk, folder, last, &status);
	return S_ISLNK(status.st_mode) ? take_link(walk, folder, last) : 0;
}

/* The name of an entry from the top, in one line; false if it is too long. */
static bool go_down(struct walk *walk, const char *last)
{
	char whole[2 * P2P_MEMBER_SIZE], clean[P2P_MEMBER_SIZE];

	snprintf(whole, sizeof(whole), "%s/%s", walk->name, last);
	for (char *at = whole; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	if (!p2p_members_clean(whole, clean))
		return false;
	strcpy(walk->name, clean);
	return true;
}

static int take_name(struct walk *walk, int folder, const char *last)
{
	size_t length = strlen(walk->name);
	int result = 0;

	if (go_down(walk, last))
		result = take_entry(walk, folder, last);
	else
		p2p_unpacking_damage(&walk->unpacking, walk->name,
				     "a name in it is too long, it is not read");
	walk->name[length] = '\0';
	return result;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **entries;
	size_t n, capacity;
};

static bool add_name(struct names *names, const char *name)
{
	if (names->n == names->capacity) {
		size_t capacity = names->capacity ? 2 * names->capacity : 64;
		char **grown = reallocarray(names->entries, capacity, sizeof(*grown));

		if (!grown)
			return false;
		names->entries = grown;
		names->capacity = capacity;
	}
	names->entries[names->n] = strdup(name);
	return names->entries[names->n] && ++names->n;
}

/* As many as are still allowed. */
static int list_names(struct walk *walk, DIR *folder, struct names *ret_names)
{
	for (;;) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(folder);
		if (!entry) {
			if (errno)
				damage(walk, "cannot be listed", errno);
			return 0;
		}
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!p2p_unpacking_count(&walk->unpacking))
			return 0;
		if (!add_name(ret_names, entry->d_name))
			return -ENOMEM;
	}
}

/* Closes @fd. */
static int walk_folder(struct walk *walk, int fd)
{
	DIR *folder = fdopendir(fd);
	struct names names = { 0 };
	int result;

	if (!folder) {
		close(fd);
		return -ENOMEM;
	}
	result = list_names(walk, folder, &names);
	if (names.n)
		qsort(names.entries, names.n, sizeof(*names.entries), compare_names);
	for (size_t i = 0; i < names.n; i++) {
		if (!result && !walk->unpacking.is_over)
			result = take_name(walk, dirfd(folder), names.entries[i]);
		free(names.entries[i]);
	}
	free(names.entries);
	closedir(folder);
	return result;
}

/* Reading what the kernel shows there may take for ever, or do something. */
static bool is_kernels_own(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) &&
	       (fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC);
}

static int check_top(struct walk *walk, int fd, const char *path, struct p2p_err *err)
{
	struct stat status;

	if (fd < 0 || fstat(fd, &status))
		return p2p_err_set(err, -errno,
				   "%s: cannot be opened: %s (read it as a user who may)",
				   path, strerror(errno));
	if (is_kernels_own(fd))
		return p2p_err_set(err, -EINVAL,
				   "%s: is the kernel's own, not a copy of a machine's "
				   "files (leave -F out to look at this machine)",
				   path);
	walk->device = status.st_dev;
	return 0;
}

int p2p_unpack_folder(struct p2p_input *ret_plain, const struct p2p_unpack_limits *limits,
		      struct p2p_snapshot *snapshot, struct p2p_members *members,
		      struct p2p_err *err)
{
	struct walk walk = { .unpacking = { .plain = ret_plain,
					    .members = members,
					    .limits = limits,
					    .snapshot = snapshot,
					    .err = err } };
	int fd = open(ret_plain->name, OPEN_FOLDER);
	int result = check_top(&walk, fd, ret_plain->name, err);

	if (result) {
		if (fd >= 0)
			close(fd);
		return result;
	}
	ret_plain->is_folder = members->is_folder = true;
	result = walk_folder(&walk, fd);
	if (result == -ENOMEM)
		return p2p_err_set(err, result, "%s: no memory for its files",
				   ret_plain->name);
	return result ? result : p2p_input_append(ret_plain, "", 0, err);
}
