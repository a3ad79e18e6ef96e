/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A root directory in, evidence for the guards out. Here is what its readers share; each
 * kind of evidence has a file of its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/evidence.h"
#include "io/sysfs.h"

#define CHUNK     ((size_t)64 * 1024)
#define FILE_MOST ((size_t)1024 * 1024) /* of one file of a directory */
#define FILES_MAX 4096u
#define PATH_SIZE 512

void *p2p_evidence_grow(struct evidence_reading *reading, void *list, uint32_t n,
			size_t size, bool *knows)
{
	void *grown = NULL;

	if (n < EVIDENCE_LIST_MAX && !reading->no_memory) {
		grown = reallocarray(list, n + 1u, size);
		reading->no_memory = !grown;
	}
	if (!grown)
		*knows = false;
	return grown;
}

/* Links are followed, they are the administrator's; a pipe must not hold us. */
static long read_whole(int file, size_t most, char **ret_text)
{
	size_t used = 0, room = 0;
	char *text = NULL;
	ssize_t got;

	do {
		if (used + CHUNK + 1 > room) {
			char *grown = realloc(text, room = 2 * room + CHUNK + 1);

			if (!grown) {
				free(text);
				return -ENOMEM;
			}
			text = grown;
		}
		got = read(file, text + used, CHUNK);
		used += got > 0 ? (size_t)got : 0;
	} while (got > 0 && used <= most);
	if (got < 0 || used > most) {
		long result = got < 0 ? -errno : -EFBIG;

		free(text);
		return result;
	}
	text[used] = '\0';
	*ret_text = text;
	return (long)used;
}

long p2p_evidence_text(const struct evidence_reading *reading, const char *path,
		       size_t most, char **ret_text)
{
	int file =
		openat(reading->root, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	long length;

	if (file < 0)
		return -errno;
	if (fstat(file, &status))
		length = -errno;
	else if (!S_ISREG(status.st_mode))
		length = -EINVAL;
	else
		length = read_whole(file, most, ret_text);
	close(file);
	return length;
}

bool p2p_evidence_line(struct span *text, struct span *ret_line)
{
	size_t length = span_find(*text, "\n");

	if (!text->length)
		return false;
	*ret_line = span_cut(*text, length);
	*text = span_skip(*text, length + 1);
	return true;
}

bool p2p_evidence_word(struct span *line, struct span *ret_word)
{
	size_t length = 0;

	*line = span_trim(*line);
	while (length < line->length && !is_blank(line->at[length]))
		length++;
	*ret_word = span_cut(*line, length);
	*line = span_skip(*line, length);
	return length > 0;
}

void p2p_evidence_copy(struct span text, char *ret_text, size_t size)
{
	size_t length = text.length < size ? text.length : size - 1;

	memcpy(ret_text, text.at, length);
	ret_text[length] = '\0';
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t length = strlen(name), end = strlen(suffix);

	return length >= end && !strcmp(name + length - end, suffix);
}

static bool take_file(struct evidence_reading *reading, const char *path,
		      void (*take)(struct evidence_reading *reading, const char *path,
				   struct span text))
{
	char *text = NULL;
	long length = p2p_evidence_text(reading, path, FILE_MOST, &text);

	if (length < 0)
		return length == -ENOENT;
	take(reading, path, (struct span){ text, (size_t)length });
	free(text);
	return true;
}

bool p2p_evidence_files(struct evidence_reading *reading, const char *directory,
			const char *suffix,
			void (*take)(struct evidence_reading *reading, const char *path,
				     struct span text))
{
	DIR *files = p2p_sysfs_directory(reading->root, directory);
	bool is_whole = true;
	unsigned n = 0;
	const char *name;

	if (!files)
		return errno == ENOENT;
	while ((name = p2p_sysfs_next(files))) {
		char path[PATH_SIZE];
		int length = snprintf(path, sizeof(path), "%s/%s", directory, name);

		if (!ends_in(name, suffix))
			continue;
		is_whole = is_whole && length < PATH_SIZE && n++ < FILES_MAX &&
			   take_file(reading, path, take);
	}
	closedir(files);
	return is_whole;
}

uint32_t p2p_evidence_function(const struct evidence_reading *reading, char *path)
{
	char *slash;

	do {
		struct p2p_bdf bdf;

		slash = strrchr(path, '/');
		if (p2p_sysfs_is_address(slash ? slash + 1 : path, &bdf))
			return p2p_snapshot_find(reading->machine->snapshot, bdf);
		if (slash)
			*slash = '\0';
	} while (slash);
	return P2P_NONE;
}

static bool has_name(const struct p2p_snapshot *snapshot, uint32_t function,
		     const char *subsystem, const char *name)
{
	const struct p2p_function *f = &snapshot->functions[function];

	for (uint32_t i = 0; i < f->n_names; i++) {
		const struct p2p_name *own = &snapshot->names[f->first_name + i];

		if (!strcmp(p2p_snapshot_string(snapshot, own->name), name) &&
		    !strcmp(p2p_snapshot_string(snapshot, own->subsystem), subsystem))
			return true;
	}
	return false;
}

uint32_t p2p_evidence_named(const struct evidence_reading *reading, const char *subsystem,
			    const char *name, uint32_t before)
{
	const struct p2p_snapshot *snapshot = reading->machine->snapshot;

	for (uint32_t i = before == P2P_NONE ? 0 : before + 1; i < snapshot->n_functions;
	     i++)
		if (has_name(snapshot, i, subsystem, name))
			return i;
	return P2P_NONE;
}

static int read_all(struct evidence_reading *reading, const char *root,
		    struct p2p_err *err)
{
	reading->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (reading->root < 0)
		return p2p_err_set(err, -errno,
				   "%s: %s (name a directory with proc, sys "
				   "and etc)",
				   root, strerror(errno));
	p2p_evidence_host(reading);
	p2p_evidence_holders(reading);
	p2p_evidence_disks(reading);
	p2p_evidence_reserved(reading);
	p2p_evidence_guests(reading);
	close(reading->root);
	if (reading->no_memory)
		return p2p_err_set(err, -ENOMEM, "no memory for what %s tells", root);
	return 0;
}

int p2p_evidence_read(const struct p2p_machine *machine,
		      const struct p2p_evidence_options *options,
		      struct p2p_guard_evidence **ret_evidence, struct p2p_err *err)
{
	const char *root = options ? options->root : NULL;
	struct evidence_reading reading = {
		.machine = machine,
		.evidence = calloc(1, sizeof(struct p2p_guard_evidence)),
	};
	int result = 0;

	if (!reading.evidence)
		return p2p_err_set(err, -ENOMEM, "no memory");
	if (!root && machine->snapshot->system.live == P2P_YES)
		root = "/";
	if (root)
		result = read_all(&reading, root, err);
	if (result) {
		p2p_guard_evidence_free(reading.evidence);
		return result;
	}
	*ret_evidence = reading.evidence;
	return 0;
}
