/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two directories of the journals: made, opened, and believed only if nobody else can
 * have put anything there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/journal_file.h"

#define BELOW          "journal"
#define ROOT_MODE      0755 /* the capture for ordinary users is beside the journals */
#define JOURNALS_MODE  0700
#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* A directory that is to be opened. @path is what a sentence calls it. */
struct place {
	int above;
	const char *name, *path;
	mode_t mode;
};

/* The mode is what is asked for whatever the umask; of one that is there it stays. */
static int make_and_open(const struct place *place)
{
	int directory, result;

	if (mkdirat(place->above, place->name, 0700))
		return errno == EEXIST ?
			       openat(place->above, place->name, OPEN_DIRECTORY) :
			       -1;
	directory = openat(place->above, place->name, OPEN_DIRECTORY);
	if (directory < 0 || (!fchmod(directory, place->mode) && !fsync(directory)))
		return directory;
	result = errno;
	close(directory);
	errno = result;
	return -1;
}

static int say(const struct place *place, bool make, int result, struct p2p_err *err)
{
	if (make && result == -ENOENT)
		return p2p_err_set(err, result,
				   "%s: cannot be made, the directory above it is not "
				   "there (make that first)",
				   place->path);
	switch (result) {
	case -ENOENT:
		return p2p_err_set(err, result, "%s: there are no journals", place->path);
	case -ELOOP:
	case -ENOTDIR:
		return p2p_err_set(err, -EPERM,
				   "%s: is no directory of its own, journals in it are "
				   "not believed (remove it)",
				   place->path);
	case -EACCES:
		return p2p_err_set(err, result, "%s: is for root alone (run it as root)",
				   place->path);
	case -EROFS:
		return p2p_err_set(err, result,
				   "%s: is on a file system that is read-only here "
				   "(without a journal nothing is written)",
				   place->path);
	default:
		return p2p_err_set(err, result, "%s: %s", place->path, strerror(-result));
	}
}

static int check(const struct place *place, int directory, struct p2p_err *err)
{
	mode_t others = place->mode == JOURNALS_MODE ? 077 : S_IWGRP | S_IWOTH;
	struct stat status;

	if (fstat(directory, &status))
		return say(place, false, -errno, err);
	if (!status.st_uid && geteuid())
		return say(place, false, -EACCES, err);
	if (status.st_uid != geteuid())
		return p2p_err_set(err, -EPERM,
				   "%s: belongs to user %u, journals in it are not "
				   "believed",
				   place->path, (unsigned)status.st_uid);
	if (status.st_mode & others)
		return p2p_err_set(err, -EPERM,
				   "%s: is open to others, mode %04o, journals in it are "
				   "not believed (chmod %04o)",
				   place->path, (unsigned)(status.st_mode & 07777),
				   (unsigned)place->mode);
	return 0;
}

static int open_place(const struct place *place, bool make, int *ret_directory,
		      struct p2p_err *err)
{
	int directory = make ? make_and_open(place) :
			       openat(place->above, place->name, OPEN_DIRECTORY);
	int result = directory < 0 ? say(place, make, -errno, err) :
				     check(place, directory, err);

	if (!result)
		*ret_directory = directory;
	else if (directory >= 0)
		close(directory);
	return result;
}

static int open_both(const char *root, bool make, struct p2p_journals *journals,
		     struct p2p_err *err)
{
	struct place above = { AT_FDCWD, root, root, ROOT_MODE };
	struct place below = { -1, BELOW, journals->path, JOURNALS_MODE };
	int result = open_place(&above, make, &below.above, err);

	if (result)
		return result;
	result = open_place(&below, make, &journals->directory, err);
	if (!result && make && fsync(below.above)) {
		result = say(&above, make, -errno, err);
		close(journals->directory);
	}
	close(below.above);
	return result;
}

int p2p_journals_open(const char *root, bool make, struct p2p_journals **ret_journals,
		      struct p2p_err *err)
{
	struct p2p_journals *journals = calloc(1, sizeof(*journals));
	int result;

	root = root ? root : P2P_JOURNALS_ROOT;
	if (!journals || asprintf(&journals->path, "%s/" BELOW, root) < 0) {
		free(journals);
		return p2p_err_set(err, -ENOMEM, "%s: no memory", root);
	}
	result = open_both(root, make, journals, err);
	if (result) {
		free(journals->path);
		free(journals);
		return result;
	}
	*ret_journals = journals;
	return 0;
}

void p2p_journals_free(struct p2p_journals *journals)
{
	if (!journals)
		return;
	close(journals->directory);
	free(journals->path);
	free(journals);
}
