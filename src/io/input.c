/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a capture and maps it; what cannot be mapped, a pipe, is read into memory. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/input.h"

#define MAPPED_MAX   ((uint64_t)8 << 30)
#define BUFFERED_MAX ((uint64_t)2 << 30) /* from a pipe, or unpacked */
#define BUFFER_FIRST ((size_t)1 << 20)
#define HEAD_SIZE    ((size_t)1 << 16) /* tells what it is */

static void release_mapped(void *text, size_t length)
{
	munmap(text, length);
}

static void release_buffer(void *text, size_t length)
{
	(void)length;
	free(text);
}

void p2p_input_end(struct p2p_input *input)
{
	if (input->has_more && input->fd != STDIN_FILENO)
		close(input->fd);
	input->has_more = false;
}

void p2p_input_drop(struct p2p_input *input)
{
	p2p_input_end(input);
	if (input->release && input->text)
		input->release(input->text, input->length);
}

/* Room for more behind what is there. */
static int make_room(struct p2p_input *input, struct p2p_err *err)
{
	size_t capacity = input->capacity ? 2 * input->capacity : BUFFER_FIRST;
	char *grown;

	if (input->length < input->capacity)
		return 0;
	if (input->length >= BUFFERED_MAX)
		return p2p_err_set(err, -EFBIG,
				   "%s: too large: more than %u MiB of text (save it "
				   "unpacked to a file, which is not read into memory)",
				   input->name, (unsigned)(BUFFERED_MAX >> 20));
	grown = realloc(input->text, capacity);
	if (!grown)
		return p2p_err_set(err, -ENOMEM, "%s: no memory for %zu bytes of text",
				   input->name, capacity);
	input->text = grown;
	input->capacity = capacity;
	input->release = release_buffer;
	return 0;
}

/* At least @least bytes in all, unless the stream ends before. */
static int read_stream(struct p2p_input *input, size_t least, struct p2p_err *err)
{
	while (input->length < least) {
		int result = make_room(input, err);
		ssize_t n;

		if (result)
			return result;
		n = read(input->fd, input->text + input->length,
			 input->capacity - input->length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return p2p_err_set(err, -errno, "%s: cannot be read: %s",
					   input->name, strerror(errno));
		if (!n) {
			p2p_input_end(input);
			return 0;
		}
		input->length += (size_t)n;
	}
	return 0;
}

int p2p_input_read_rest(struct p2p_input *input, struct p2p_err *err)
{
	return input->has_more ? read_stream(input, SIZE_MAX, err) : 0;
}

static int begin_stream(int fd, struct p2p_input *input, struct p2p_err *err)
{
	input->has_more = true;
	input->fd = fd;
	return read_stream(input, HEAD_SIZE, err);
}

static int map_file(int fd, off_t size, struct p2p_input *input, struct p2p_err *err)
{
	void *text;

	if ((uint64_t)size > MAPPED_MAX)
		return p2p_err_set(err, -EFBIG,
				   "%s: too large: more than %u MiB (is it a capture?)",
				   input->name, (unsigned)(MAPPED_MAX >> 20));
	text = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	/* Some file systems, of the network or of user space, can only read. */
	if (text == MAP_FAILED && errno == ENODEV)
		return begin_stream(fd, input, err);
	if (text == MAP_FAILED)
		return p2p_err_set(err, -errno, "%s: cannot be mapped: %s", input->name,
				   strerror(errno));
	madvise(text, (size_t)size, MADV_SEQUENTIAL);
	input->text = text;
	input->length = (size_t)size;
	input->release = release_mapped;
	return 0;
}

static int load(int fd, struct p2p_input *input, struct p2p_err *err)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return p2p_err_set(err, -errno, "%s: cannot be examined: %s", input->name,
				   strerror(errno));
	if (S_ISDIR(stat.st_mode))
		return -EISDIR;
	if (S_ISREG(stat.st_mode) && stat.st_size > 0)
		return map_file(fd, stat.st_size, input, err);
	if (S_ISREG(stat.st_mode) || S_ISFIFO(stat.st_mode) || S_ISSOCK(stat.st_mode))
		return begin_stream(fd, input, err);
	return p2p_err_set(err, -EINVAL, "%s: is a %s: a file or a pipe is read (%s)",
			   input->name, isatty(fd) ? "terminal" : "device",
			   P2P_INPUT_ADVICE);
}

int p2p_input_append(struct p2p_input *input, const void *bytes, size_t length,
		     struct p2p_err *err)
{
	for (;;) {
		int result = make_room(input, err);
		size_t n = input->capacity - input->length;

		if (result || !input->text)
			return result ? result : -ENOMEM;
		if (!length)
			return 0;
		n = n < length ? n : length;
		memcpy(input->text + input->length, bytes, n);
		input->length += n;
		bytes = (const char *)bytes + n;
		length -= n;
	}
}

int p2p_input_open(const char *path, struct p2p_input *ret_input, struct p2p_err *err)
{
	bool standard = !strcmp(path, "-");
	int fd = STDIN_FILENO, result;

	ret_input->name = standard ? "standard input" : path;
	if (!standard)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return p2p_err_set(err, -errno, "%s: cannot be opened: %s (%s)", path,
				   strerror(errno),
				   errno == EACCES ?
					   "read it as a user who may, or through -F -" :
					   "name a capture, or - for standard input");
	result = load(fd, ret_input, err);
	if (!standard && !ret_input->has_more)
		close(fd);
	return result;
}
