/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens without following a link or waiting for a pipe, asks who has the file, reads. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/owned.h"

#define OPEN_FILE (O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static int check(int file, uid_t owner, size_t most, size_t *ret_size)
{
	struct stat status;

	if (fstat(file, &status))
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_uid != owner ||
	    (status.st_mode & (S_IWGRP | S_IWOTH)))
		return -EPERM;
	if (status.st_size < 0 || (uintmax_t)status.st_size > most)
		return -EFBIG;
	*ret_size = (size_t)status.st_size;
	return 0;
}

static int read_whole(int file, size_t size, char *text)
{
	size_t length = 0;

	while (length < size) {
		ssize_t n = read(file, text + length, size - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		length += (size_t)n;
	}
	return 0;
}

int p2p_owned_read(int directory, const char *path, uid_t owner, size_t most,
		   char **ret_text, size_t *ret_size)
{
	int file = openat(directory, path, OPEN_FILE);
	size_t size = 0;
	int result = file < 0 ? -errno : check(file, owner, most, &size);
	char *text = NULL;

	if (!result) {
		text = malloc(size + 1);
		result = text ? read_whole(file, size, text) : -ENOMEM;
	}
	if (file >= 0)
		close(file);
	if (result) {
		free(text);
		return result;
	}
	*ret_text = text;
	*ret_size = size;
	return 0;
}
