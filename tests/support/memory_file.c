/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file without a name, and what came of it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/memory_file.h"

int memory_file_read(const void *bytes, size_t length, struct p2p_snapshot **ret_snapshot,
		     struct p2p_err *err)
{
	int fd = memfd_create("bytes", MFD_CLOEXEC), result;
	const char *at = bytes;
	char path[32];

	assert(fd >= 0);
	while (length) {
		ssize_t n = write(fd, at, length);

		assert(n > 0);
		at += n;
		length -= (size_t)n;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	result = p2p_source_file(path, ret_snapshot, err);
	close(fd);
	return result;
}

void *memory_file_load(const char *path, size_t *ret_length)
{
	FILE *in = fopen(path, "r");
	char *bytes = NULL, part[65536];
	FILE *out = in ? open_memstream(&bytes, ret_length) : NULL;
	size_t n;

	while (out && (n = fread(part, 1, sizeof(part), in)))
		fwrite(part, 1, n, out);
	if (out)
		fclose(out);
	if (in)
		fclose(in);
	return bytes;
}
