/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A path in, a sealed snapshot out. Opens a capture, maps it or reads it, unpacks gzip
 * and xz by what the file begins with, never by its name, and says in one sentence why
 * something is no capture. The only file that uses libarchive. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include <p2ptool/source.h>

#include "io/gzip.h"
#include "io/source_capture.h"
#include "io/source_hex.h"
#include "io/span.h"

#define MAPPED_MAX   ((uint64_t)8 << 30)
#define BUFFERED_MAX ((uint64_t)2 << 30) /* from a pipe, or unpacked */
#define BUFFER_FIRST ((size_t)1 << 20)

#define GZIP "\x1f\x8b"
#define XZ     \
	"\xfd" \
	"7zXZ" /* and a zero byte */

#define ADVICE "give the output of lspci -Dvvvxxxx, run as root"

/* Text from somewhere; @release frees it. */
struct input {
	const char *name;
	char *text;
	size_t length, capacity;
	void (*release)(void *text, size_t length);
	bool cut, altered;
};

static void release_mapped(void *text, size_t length)
{
	munmap(text, length);
}

static void release_buffer(void *text, size_t length)
{
	(void)length;
	free(text);
}

static void drop(struct input *input)
{
	if (input->release && input->text)
		input->release(input->text, input->length);
}

/* Room for more behind what is there. */
static int make_room(struct input *input, struct p2p_err *err)
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

static int read_stream(int fd, struct input *input, struct p2p_err *err)
{
	for (;;) {
		int result = make_room(input, err);
		ssize_t n;

		if (result)
			return result;
		n = read(fd, input->text + input->length,
			 input->capacity - input->length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return p2p_err_set(err, -errno, "%s: cannot be read: %s",
					   input->name, strerror(errno));
		if (!n)
			return 0;
		input->length += (size_t)n;
	}
}

static int map_file(int fd, off_t size, struct input *input, struct p2p_err *err)
{
	void *text;

	if ((uint64_t)size > MAPPED_MAX)
		return p2p_err_set(err, -EFBIG,
				   "%s: too large: more than %u MiB (is it a capture?)",
				   input->name, (unsigned)(MAPPED_MAX >> 20));
	text = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	/* Some file systems, of the network or of user space, can only read. */
	if (text == MAP_FAILED && errno == ENODEV)
		return read_stream(fd, input, err);
	if (text == MAP_FAILED)
		return p2p_err_set(err, -errno, "%s: cannot be mapped: %s", input->name,
				   strerror(errno));
	madvise(text, (size_t)size, MADV_SEQUENTIAL);
	input->text = text;
	input->length = (size_t)size;
	input->release = release_mapped;
	return 0;
}

static int load(int fd, struct input *input, struct p2p_err *err)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return p2p_err_set(err, -errno, "%s: cannot be examined: %s", input->name,
				   strerror(errno));
	if (S_ISDIR(stat.st_mode))
		return p2p_err_set(err, -EISDIR,
				   "%s: is a directory: a file is read (%s)", input->name,
				   ADVICE);
	if (S_ISREG(stat.st_mode) && stat.st_size > 0)
		return map_file(fd, stat.st_size, input, err);
	if (S_ISREG(stat.st_mode) || S_ISFIFO(stat.st_mode) || S_ISSOCK(stat.st_mode))
		return read_stream(fd, input, err);
	return p2p_err_set(err, -EINVAL, "%s: is a %s: a file or a pipe is read (%s)",
			   input->name, isatty(fd) ? "terminal" : "device", ADVICE);
}

static bool begins_with(const struct input *input, const char *magic, size_t length)
{
	return input->length >= length && !memcmp(input->text, magic, length);
}

static const char *packed_by(const struct input *input)
{
	if (begins_with(input, GZIP, strlen(GZIP)))
		return "gzip";
	return begins_with(input, XZ, sizeof(XZ)) ? "xz" : NULL;
}

static int append(struct input *input, const void *bytes, size_t length,
		  struct p2p_err *err)
{
	while (length) {
		int result = make_room(input, err);
		size_t n = input->capacity - input->length;

		if (result || !input->text)
			return result ? result : -ENOMEM;
		n = n < length ? n : length;
		memcpy(input->text + input->length, bytes, n);
		input->length += n;
		bytes = (const char *)bytes + n;
		length -= n;
	}
	return 0;
}

/* Block by block, so that what comes before damage is kept. */
static int read_archive(struct archive *archive, struct input *plain, struct p2p_err *err)
{
	struct archive_entry *entry;
	const void *block;
	size_t length;
	la_int64_t offset;
	int state = archive_read_next_header(archive, &entry), result = 0;

	/* too little of a packed file passes for a plain one */
	if (archive_filter_code(archive, 0) == ARCHIVE_FILTER_NONE)
		state = ARCHIVE_FATAL;
	while (!result && state == ARCHIVE_OK) {
		state = archive_read_data_block(archive, &block, &length, &offset);
		if (state == ARCHIVE_OK)
			result = append(plain, block, length, err);
	}
	plain->cut = state != ARCHIVE_EOF;
	return result ? result : make_room(plain, err);
}

static int check_gzip(const struct input *packed, struct input *plain,
		      struct p2p_err *err)
{
	int result = p2p_gzip_check(packed->text, packed->length);

	if (result == -ENOMEM)
		return p2p_err_set(err, result, "%s: no memory to unpack", packed->name);
	plain->altered = result;
	return 0;
}

/* Replaces packed text by what is in it: as much as can be had. */
static int unpack(struct input *input, const char *packer, struct p2p_err *err)
{
	struct input plain = { .name = input->name };
	struct archive *archive = archive_read_new();
	int result = 0;

	if (!archive)
		return p2p_err_set(err, -ENOMEM, "%s: no memory to unpack", input->name);
	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_format_raw(archive);
	archive_read_support_format_empty(archive);
	if (archive_read_open_memory(archive, input->text, input->length) == ARCHIVE_OK)
		result = read_archive(archive, &plain, err);
	else
		plain.cut = true;
	archive_read_free(archive);
	if (!result && plain.cut && !plain.length)
		result = p2p_err_set(err, -EBADMSG,
				     "%s: cannot be unpacked: the %s data is damaged or "
				     "cut (copy it again)",
				     input->name, packer);
	if (!result && !plain.cut && begins_with(input, GZIP, strlen(GZIP)))
		result = check_gzip(input, &plain, err);
	drop(result ? &plain : input);
	if (!result)
		*input = plain;
	return result;
}

static const char *foreign_format(const struct input *input)
{
	static const struct {
		const char *magic;
		size_t length;
		const char *name;
	} formats[] = {
		{ "BZh", 3, "compressed by bzip2" },
		{ "\x28\xb5\x2f\xfd", 4, "compressed by zstd" },
		{ "\x04\x22\x4d\x18", 4, "compressed by lz4" },
		{ "PK\x03\x04", 4, "a zip archive" },
		{ "\xff\xfe", 2, "UTF-16 text" },
		{ "\xfe\xff", 2, "UTF-16 text" },
	};

	for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (begins_with(input, formats[i].magic, formats[i].length))
			return formats[i].name;
	return NULL;
}

/* Why there is nothing in it that could be read as a machine. */
static int refuse(const struct input *input, const struct p2p_snapshot *snapshot,
		  struct p2p_err *err)
{
	const char *format = foreign_format(input);

	if (!input->length)
		return p2p_err_set(err, -EBADMSG, "%s: is empty: nothing to read (%s)",
				   input->name, ADVICE);
	if (format)
		return p2p_err_set(
			err, -EBADMSG,
			"%s: is %s: plain text, gzip and xz are read (convert it)",
			input->name, format);
	if (memchr(input->text, '\0', input->length))
		return p2p_err_set(err, -EBADMSG,
				   "%s: is a binary file: captures are text (%s)",
				   input->name, ADVICE);
	if (snapshot->n_functions)
		return p2p_err_set(err, -EBADMSG,
				   "%s: only lists devices: no registers are in it (%s)",
				   input->name, ADVICE);
	return p2p_err_set(err, -EBADMSG,
			   "%s: is no capture: no line begins with a PCI address (%s)",
			   input->name, ADVICE);
}

static int read_text(struct p2p_snapshot *snapshot, struct p2p_hex_found *ret_found,
		     struct p2p_err *err)
{
	int result;

	if (p2p_capture_is(snapshot->text, snapshot->text_length)) {
		*ret_found = (struct p2p_hex_found){ .rows = true };
		return p2p_capture_read(snapshot, err);
	}
	result = p2p_hex_read(snapshot, ret_found, err);
	return result ? result : p2p_capture_tell(snapshot);
}

static int read_snapshot(struct p2p_snapshot *snapshot, const struct input *input,
			 struct p2p_err *err)
{
	struct p2p_hex_found found;
	struct p2p_err inner;
	int result;

	if (input->cut)
		p2p_snapshot_add_damage(snapshot, 0, "the compressed data is cut");
	if (input->altered)
		p2p_snapshot_add_damage(snapshot, 0,
					"the compressed data differs from its checksum");
	result = read_text(snapshot, &found, &inner);
	if (result)
		return p2p_err_set(err, result, "%s: %s", input->name, inner.text);
	if (!found.rows && !found.listing)
		return refuse(input, snapshot, err);
	snapshot->system.source =
		p2p_snapshot_keep(snapshot, input->name, strlen(input->name));
	snapshot->system.live = P2P_NO;
	result = p2p_snapshot_seal(snapshot, err);
	if (!result)
		p2p_hex_tell_sizes(snapshot, &found);
	return result;
}

static int read_input(struct input *input, struct p2p_snapshot **ret_snapshot,
		      struct p2p_err *err)
{
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	int result;

	if (!snapshot) {
		drop(input);
		return p2p_err_set(err, -ENOMEM, "%s: no memory", input->name);
	}
	snapshot->text = input->text;
	snapshot->text_length = input->length;
	snapshot->release = input->release;
	result = read_snapshot(snapshot, input, err);
	if (result)
		p2p_snapshot_free(snapshot);
	else
		*ret_snapshot = snapshot;
	return result;
}

int p2p_source_file(const char *path, struct p2p_snapshot **ret_snapshot,
		    struct p2p_err *err)
{
	bool standard = !strcmp(path, "-");
	struct input input = { .name = standard ? "standard input" : path };
	const char *packer;
	int fd = STDIN_FILENO, result;

	if (!standard)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return p2p_err_set(err, -errno, "%s: cannot be opened: %s (%s)", path,
				   strerror(errno),
				   errno == EACCES ?
					   "read it as a user who may, or through -F -" :
					   "name a capture, or - for standard input");
	result = load(fd, &input, err);
	if (!standard)
		close(fd);
	packer = result ? NULL : packed_by(&input);
	if (packer)
		result = unpack(&input, packer, err);
	if (result) {
		drop(&input);
		return result;
	}
	return read_input(&input, ret_snapshot, err);
}
