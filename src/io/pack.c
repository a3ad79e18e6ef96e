/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip and xz by libarchive, which reads them too. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "io/pack.h"

struct p2p_pack {
	struct archive *archive;
	int (*send)(void *to, const char *bytes, size_t length);
	void *to;
	int error; /* of @send: a negative errno */
};

static const struct {
	const char *suffix;
	int (*add)(struct archive *archive);
} filters[] = {
	{ ".gz", archive_write_add_filter_gzip },
	{ ".xz", archive_write_add_filter_xz },
};
#define FILTERS (sizeof(filters) / sizeof(filters[0]))

static size_t find_filter(const char *path)
{
	size_t length = strlen(path), i = 0;

	for (; i < FILTERS; i++) {
		size_t suffix = strlen(filters[i].suffix);

		if (length > suffix && !strcmp(path + length - suffix, filters[i].suffix))
			break;
	}
	return i;
}

bool p2p_pack_is_asked(const char *path)
{
	return find_filter(path) < FILTERS;
}

static la_ssize_t send_on(struct archive *archive, void *context, const void *bytes,
			  size_t length)
{
	struct p2p_pack *pack = context;

	pack->error = pack->send(pack->to, bytes, length);
	if (!pack->error)
		return (la_ssize_t)length;
	archive_set_error(archive, -pack->error, "%s", strerror(-pack->error));
	return -1;
}

/* One file without a name; of gzip no time either, so that the same text makes the same
 * bytes. */
static int start(struct p2p_pack *pack, const char *path)
{
	struct archive_entry *entry = archive_entry_new();
	int state = ARCHIVE_FATAL;

	if (!entry)
		return -ENOMEM;
	archive_entry_set_pathname(entry, "capture");
	archive_entry_set_filetype(entry, AE_IFREG);
	if (filters[find_filter(path)].add(pack->archive) == ARCHIVE_OK &&
	    archive_write_set_format_raw(pack->archive) == ARCHIVE_OK &&
	    archive_write_set_bytes_in_last_block(pack->archive, 1) == ARCHIVE_OK) {
		archive_write_set_filter_option(pack->archive, "gzip", "timestamp", NULL);
		state = archive_write_open(pack->archive, pack, NULL, send_on, NULL);
	}
	if (state == ARCHIVE_OK)
		state = archive_write_header(pack->archive, entry);
	archive_entry_free(entry);
	return state == ARCHIVE_OK ? 0 : -ENOMEM;
}

struct p2p_pack *p2p_pack_new(const char *path,
			      int (*send)(void *to, const char *bytes, size_t length),
			      void *to)
{
	struct p2p_pack *pack = calloc(1, sizeof(*pack));

	if (!pack)
		return NULL;
	pack->send = send;
	pack->to = to;
	pack->archive = archive_write_new();
	if (pack->archive && !start(pack, path))
		return pack;
	p2p_pack_end(pack);
	return NULL;
}

int p2p_pack_add(struct p2p_pack *pack, const char *bytes, size_t length)
{
	while (length && !pack->error) {
		la_ssize_t n = archive_write_data(pack->archive, bytes, length);

		if (n <= 0)
			return pack->error ? pack->error : -ENOMEM;
		bytes += n;
		length -= (size_t)n;
	}
	return pack->error;
}

int p2p_pack_end(struct p2p_pack *pack)
{
	int error = 0;

	if (pack->archive && archive_write_close(pack->archive) != ARCHIVE_OK)
		error = -ENOMEM;
	if (pack->error)
		error = pack->error;
	archive_write_free(pack->archive);
	free(pack);
	return error;
}
