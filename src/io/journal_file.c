/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals as files. One is replaced as a whole: written beside it, brought to disk,
 * renamed, and the directory brought to disk. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/journal_file.h"
#include "io/owned.h"

#define NAME_SIZE   24
#define USUAL_SIZE  65536
#define CREATE_FILE (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

/* Most journals that are listed. */
#define LIST_MAX 1000000u

static const char *why(int result)
{
	switch (result) {
	case -ENOSPC:
	case -EDQUOT:
		return "no room is left (make room: without a journal nothing is "
		       "written)";
	case -EROFS:
		return "is on a file system that is read-only here (without a journal "
		       "nothing is written)";
	default:
		return strerror(-result);
	}
}

static int say(const struct p2p_journals *journals, const char *name, int result,
	       struct p2p_err *err)
{
	return p2p_err_set(err, result, "%s/%s: %s", journals->path, name, why(result));
}

/* Nothing is believed that another than root can have put there. */
static int say_unread(const struct p2p_journals *journals, const char *name, int result,
		      struct p2p_err *err)
{
	const char *text = why(result);

	if (result == -EPERM || result == -ELOOP)
		text = "is no plain file, or others have it or may write it: it is not "
		       "believed (ls -l shows what it is)";
	else if (result == -EFBIG)
		text = "is larger than any journal: it is not believed (remove it)";
	return p2p_err_set(err, result, "%s/%s: %s", journals->path, name, text);
}

static int write_all(int file, const char *text, size_t length)
{
	while (length) {
		ssize_t n = write(file, text, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		length -= (size_t)n;
	}
	return fsync(file) ? -errno : 0;
}

static int write_beside(const struct p2p_journals *journals, const char *name,
			const char *text, size_t length)
{
	int file, result;

	/* what a crash left; nobody else writes while the lock is held */
	unlinkat(journals->directory, name, 0);
	file = openat(journals->directory, name, CREATE_FILE, 0600);
	if (file < 0)
		return -errno;
	result = write_all(file, text, length);
	if (close(file) && !result)
		result = -errno;
	return result;
}

static int put_in_place(const struct p2p_journals *journals, const char *beside,
			const char *name)
{
	if (renameat(journals->directory, beside, journals->directory, name))
		return -errno;
	return fsync(journals->directory) ? -errno : 0;
}

static int write_text(const struct p2p_journals *journals, uint32_t id, const char *text,
		      size_t length, struct p2p_err *err)
{
	char name[NAME_SIZE], beside[NAME_SIZE];
	int result;

	snprintf(name, sizeof(name), "%u", id);
	snprintf(beside, sizeof(beside), "%u.new", id);
	result = write_beside(journals, beside, text, length);
	if (!result)
		result = put_in_place(journals, beside, name);
	if (!result)
		return 0;
	unlinkat(journals->directory, beside, 0);
	return say(journals, name, result, err);
}

/* Most fit at once: it is written after every write. */
static char *format(const struct p2p_journal *journal, size_t *ret_length)
{
	size_t size = USUAL_SIZE;
	char *text = malloc(size);

	*ret_length = text ? p2p_journal_format(journal, text, size) : 0;
	if (*ret_length < size)
		return text;
	free(text);
	size = *ret_length + 1;
	text = malloc(size);
	if (text)
		p2p_journal_format(journal, text, size);
	return text;
}

int p2p_journals_write(const struct p2p_journals *journals,
		       const struct p2p_journal *journal, struct p2p_err *err)
{
	size_t length = 0;
	char *text = format(journal, &length);
	int result;

	if (!text)
		return p2p_err_set(err, -ENOMEM, "%s/%u: no memory", journals->path,
				   journal->id);
	result = write_text(journals, journal->id, text, length, err);
	free(text);
	return result;
}

int p2p_journals_read(const struct p2p_journals *journals, uint32_t id,
		      struct p2p_journal **ret_journal, struct p2p_err *err)
{
	char name[NAME_SIZE], *text = NULL;
	struct p2p_err parse;
	struct p2p_journal *journal;
	size_t size = 0;
	int result;

	snprintf(name, sizeof(name), "%u", id);
	result = p2p_owned_read(journals->directory, name, geteuid(),
				P2P_JOURNAL_SIZE_MAX, &text, &size);
	if (result == -ENOENT)
		return p2p_err_set(err, result, "there is no transaction %u", id);
	if (result)
		return say_unread(journals, name, result, err);
	result = p2p_journal_parse(text, size, &journal, &parse);
	free(text);
	if (result)
		return p2p_err_set(err, result, "%s/%u: %s", journals->path, id,
				   parse.text);
	if (journal->id != id) {
		p2p_journal_free(journal);
		return p2p_err_set(err, -EBADMSG,
				   "%s/%u: holds the journal of another "
				   "number",
				   journals->path, id);
	}
	*ret_journal = journal;
	return 0;
}

/* As it was written by us; 0 for any other name. */
static uint32_t number_of(const char *name)
{
	char again[NAME_SIZE];
	unsigned long number = strtoul(name, NULL, 10);

	if (number == 0 || number >= UINT32_MAX)
		return 0;
	snprintf(again, sizeof(again), "%lu", number);
	return strcmp(again, name) ? 0 : (uint32_t)number;
}

static int compare(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static int gather(DIR *directory, uint32_t **ids, uint32_t *n)
{
	const struct dirent *entry;
	uint32_t room = 0;

	for (errno = 0; (entry = readdir(directory)); errno = 0) {
		uint32_t id = number_of(entry->d_name), *grown;

		if (!id)
			continue;
		if (*n >= LIST_MAX)
			return -E2BIG;
		if (*n == room) {
			room = room ? 2 * room : 16;
			grown = reallocarray(*ids, room, sizeof(*grown));
			if (!grown)
				return -ENOMEM;
			*ids = grown;
		}
		(*ids)[(*n)++] = id;
	}
	return -errno;
}

int p2p_journals_list(const struct p2p_journals *journals, uint32_t **ret_ids,
		      uint32_t *ret_n, struct p2p_err *err)
{
	int again = openat(journals->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = again < 0 ? NULL : fdopendir(again);
	uint32_t *ids = NULL, n = 0;
	int result = directory ? gather(directory, &ids, &n) : -errno;

	if (directory)
		closedir(directory);
	else if (again >= 0)
		close(again);
	if (result) {
		free(ids);
		return p2p_err_set(err, result, "%s: %s", journals->path, why(result));
	}
	if (n)
		qsort(ids, n, sizeof(*ids), compare);
	*ret_ids = ids;
	*ret_n = n;
	return 0;
}

int p2p_journals_next(const struct p2p_journals *journals, uint32_t *ret_id,
		      struct p2p_err *err)
{
	uint32_t *ids = NULL, n = 0;
	int result = p2p_journals_list(journals, &ids, &n, err);

	if (result)
		return result;
	*ret_id = n ? ids[n - 1] + 1 : 1;
	free(ids);
	if (*ret_id == UINT32_MAX)
		return p2p_err_set(err, -EOVERFLOW, "%s: no number is left",
				   journals->path);
	return 0;
}

int p2p_journals_remove(const struct p2p_journals *journals, uint32_t id,
			struct p2p_err *err)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%u", id);
	if (unlinkat(journals->directory, name, 0) || fsync(journals->directory))
		return say(journals, name, -errno, err);
	return 0;
}
