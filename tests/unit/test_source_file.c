/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a capture may come in, and the sentence that everything else is refused with. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"

#define HOST "0000:00:00.0"

#define BYTES(text) text, sizeof(text) - 1

/* CAPTURE_DUMP, packed */
static const uint8_t packed_gzip[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x33, 0x30,
	0xb0, 0x32, 0x30, 0xd0, 0x33, 0x50, 0xf0, 0xc8, 0x2f, 0x2e, 0x51, 0x48,
	0x2a, 0xca, 0x4c, 0x49, 0x4f, 0xb5, 0x52, 0x88, 0xe0, 0x32, 0x30, 0xb0,
	0x52, 0xb0, 0x30, 0x53, 0xb0, 0x30, 0x50, 0x30, 0x36, 0x51, 0x30, 0x34,
	0x52, 0x30, 0x30, 0x20, 0x88, 0xb8, 0x0c, 0x81, 0x7a, 0x88, 0x50, 0x87,
	0xa2, 0xc7, 0x88, 0x0c, 0x3d, 0xc6, 0x64, 0xe8, 0xe1, 0x02, 0x00, 0x54,
	0x8a, 0xc2, 0xc6, 0xe8, 0x00, 0x00, 0x00,
};
static const uint8_t packed_xz[] = {
	0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01, 0x69, 0x22, 0xde, 0x36,
	0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3,
	0xe0, 0x00, 0xe7, 0x00, 0x3a, 0x5d, 0x00, 0x18, 0x60, 0xe6, 0x00, 0x86,
	0x14, 0x92, 0xca, 0x13, 0x88, 0xe0, 0x76, 0x56, 0x12, 0xba, 0xab, 0x91,
	0xba, 0x7e, 0x9f, 0x50, 0x19, 0x19, 0xb8, 0xa4, 0x6a, 0x19, 0xdb, 0x84,
	0x49, 0x96, 0x9f, 0x3f, 0x14, 0xdc, 0xf6, 0x2f, 0xb3, 0x90, 0x7d, 0xb9,
	0x6c, 0xb0, 0x41, 0x10, 0xdd, 0x0d, 0x28, 0x95, 0x72, 0x1e, 0xf6, 0x45,
	0xff, 0xaf, 0x52, 0x00, 0x00, 0x00, 0x00, 0x00, 0x54, 0x8a, 0xc2, 0xc6,
	0x00, 0x01, 0x52, 0xe8, 0x01, 0x00, 0x00, 0x00, 0x5a, 0x96, 0x0b, 0x22,
	0x3e, 0x30, 0x0d, 0x8b, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x59, 0x5a,
};
static const uint8_t packed_bzip2[] = {
	0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xf4, 0x48,
	0x45, 0x9a, 0x00, 0x00, 0x63, 0xdf, 0x80, 0x00, 0x10, 0x40, 0x01, 0x7d,
	0x50, 0x00, 0x40, 0x00, 0x40, 0x16, 0xa0, 0x9c, 0x00, 0x20, 0x00, 0x54,
	0x35, 0x1a, 0x34, 0x00, 0x1e, 0xa0, 0x1b, 0x54, 0xf5, 0x13, 0x46, 0x35,
	0x00, 0x34, 0xe1, 0xb4, 0x92, 0x2b, 0x20, 0x58, 0x2c, 0xef, 0x37, 0x2f,
	0xd8, 0x80, 0x8b, 0xbb, 0xa4, 0x06, 0x96, 0x51, 0x18, 0xaa, 0xa5, 0x68,
	0xc2, 0x2c, 0x90, 0x28, 0x1a, 0x6a, 0x30, 0x93, 0xd3, 0xce, 0xfb, 0xe2,
	0xee, 0x48, 0xa7, 0x0a, 0x12, 0x1e, 0x89, 0x08, 0xb3, 0x40,
};
static const uint8_t packed_zstd[] = {
	0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x15, 0x02, 0x00, 0x14, 0x03, 0x30,
	0x30, 0x3a, 0x30, 0x30, 0x2e, 0x30, 0x20, 0x48, 0x6f, 0x73, 0x74, 0x20,
	0x62, 0x72, 0x69, 0x64, 0x67, 0x65, 0x3a, 0x20, 0x58, 0x0a, 0x30, 0x30,
	0x3a, 0x20, 0x38, 0x36, 0x20, 0x38, 0x30, 0x20, 0x33, 0x34, 0x20, 0x31,
	0x32, 0x20, 0x30, 0x30, 0x0a, 0x31, 0x30, 0x3a, 0x0a, 0x32, 0x33, 0x0a,
	0x05, 0x00, 0x00, 0xa7, 0xc0, 0x55, 0x27, 0x82, 0x2e, 0x20, 0x35, 0x92,
	0x38, 0xba, 0x32, 0xae, 0x4b, 0x8d, 0x45,
};

static const uint8_t packed_nothing[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
	0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static void assert_host(const struct p2p_snapshot *snapshot)
{
	assert_int_equal(snapshot->n_functions, 1);
	assert_int_equal(snapshot->n_damage_seen, 0);
	assert_bits(snapshot, HOST, 0, 4, UINT32_MAX, 0x12348086);
}

static void assert_read(const void *bytes, size_t length)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	if (capture_read(bytes, length, &snapshot, &err))
		fail_msg("refused: %s", err.text);
	assert_host(snapshot);
	p2p_snapshot_free(snapshot);
}

static void a_plain_file_is_read(void **state)
{
	assert_read(CAPTURE_DUMP, strlen(CAPTURE_DUMP));
}

static void what_it_is_packed_by_is_known_by_the_content(void **state)
{
	assert_read(packed_gzip, sizeof(packed_gzip));
	assert_read(packed_xz, sizeof(packed_xz));
	assert_read(packed_bzip2, sizeof(packed_bzip2));
	assert_read(packed_zstd, sizeof(packed_zstd));
}

static void a_second_gzip_member_continues_the_first(void **state)
{
	uint8_t twice[2 * sizeof(packed_gzip)];

	memcpy(twice, packed_gzip, sizeof(packed_gzip));
	memcpy(twice + sizeof(packed_gzip), packed_gzip, sizeof(packed_gzip));
	assert_read(twice, sizeof(twice));
}

static void what_was_packed_and_cut_is_damaged_or_refused(void **state)
{
	for (size_t cut = 2; cut < sizeof(packed_gzip); cut++) {
		struct p2p_snapshot *snapshot = NULL;
		struct p2p_err err = { "" };

		if (capture_read(packed_gzip, cut, &snapshot, &err)) {
			assert_non_null(strstr(err.text, "cannot be unpacked"));
			continue;
		}
		assert_true(snapshot->n_damage_seen > 0);
		p2p_snapshot_free(snapshot);
	}
	capture_refused(packed_xz, sizeof(packed_xz) / 2,
			"the xz data is damaged or cut");
}

static void gzip_that_differs_from_its_checksum_is_damaged(void **state)
{
	uint8_t altered[2 * sizeof(packed_gzip)];
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	for (unsigned from_end = 1; from_end <= 8; from_end++) {
		memcpy(altered, packed_gzip, sizeof(packed_gzip));
		memcpy(altered + sizeof(packed_gzip), packed_gzip, sizeof(packed_gzip));
		altered[sizeof(altered) - from_end] ^= 1;
		assert_int_equal(capture_read(altered, sizeof(altered), &snapshot, &err),
				 0);
		assert_damage(snapshot, 0, "differs from its checksum");
		p2p_snapshot_free(snapshot);
	}
}

static void what_stands_behind_gzip_data_is_passed_over(void **state)
{
	uint8_t padded[sizeof(packed_gzip) + 16] = { 0 };

	memcpy(padded, packed_gzip, sizeof(packed_gzip));
	assert_read(padded, sizeof(padded));
}

/* Reads standard input, from a pipe that holds @bytes. */
static int read_pipe(const void *bytes, size_t length, struct p2p_snapshot **ret_snapshot,
		     struct p2p_err *err)
{
	int ends[2], saved = dup(STDIN_FILENO), result;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, length), (ssize_t)length);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	result = p2p_source_file("-", ret_snapshot, err);
	if (saved >= 0)
		dup2(saved, STDIN_FILENO);
	close(saved);
	return result;
}

static void standard_input_may_be_a_pipe(void **state)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	assert_int_equal(read_pipe(CAPTURE_DUMP, strlen(CAPTURE_DUMP), &snapshot, &err),
			 0);
	assert_host(snapshot);
	assert_string_equal(p2p_snapshot_string(snapshot, snapshot->system.source),
			    "standard input");
	p2p_snapshot_free(snapshot);
	assert_int_equal(read_pipe(packed_xz, sizeof(packed_xz), &snapshot, &err), 0);
	assert_host(snapshot);
	p2p_snapshot_free(snapshot);
	assert_int_equal(read_pipe("", 0, &snapshot, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "standard input: is empty"));
}

static void a_snapshot_says_where_it_came_from(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(CAPTURE_DUMP);
	const char *source = p2p_snapshot_string(snapshot, snapshot->system.source);

	assert_non_null(strstr(source, "/proc/self/fd/"));
	assert_int_equal(snapshot->system.live, P2P_NO);
	p2p_snapshot_free(snapshot);
}

static void what_holds_no_machine_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *sentence;
	} inputs[] = {
		{ BYTES(""), "is empty" },
		{ BYTES("Dear all,\n12:30.5 is late.\n"), "is no capture" },
		{ BYTES("00: 86 80 34 12 07 00 10 00 00 00 04 06 00 00 81 00\n"),
		  "no line begins with a PCI address" },
		{ BYTES("00:00.0 Host bridge: X\n"), "only lists devices" },
		{ BYTES("00:00.0 \"Host bridge\" \"Intel\"\n"), "only lists devices" },
		{ BYTES("\x7f"
			"ELF\0\1\2\3"),
		  "is a binary file" },
		{ BYTES("\xff\xfe"
			"0\0"
			"0\0"),
		  "is UTF-16 text" },
		{ BYTES("BZh91AY&SY"), "the bzip2 data is damaged or cut" },
		{ BYTES("\x28\xb5\x2f\xfd\0"), "the zstd data is damaged or cut" },
		{ BYTES("\x04\x22\x4d\x18"), "is compressed by lz4" },
		{ BYTES("PK\x03\x04"), "is a zip archive" },
	};

	for (unsigned i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
		capture_refused(inputs[i].bytes, inputs[i].length, inputs[i].sentence);
	capture_refused(packed_nothing, sizeof(packed_nothing), "is empty");
}

static void assert_unopened(const char *path, int code, const char *sentence)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	assert_int_equal(p2p_source_file(path, &snapshot, &err), code);
	assert_null(snapshot);
	assert_memory_equal(err.text, path, strlen(path));
	if (!strstr(err.text, sentence))
		fail_msg("'%s' does not say '%s'", err.text, sentence);
}

static void what_is_no_file_is_refused(void **state)
{
	char directory[] = "/tmp/p2ptool-empty-XXXXXX";

	assert_non_null(mkdtemp(directory));
	assert_unopened(directory, -EBADMSG, "is a directory without a capture");
	rmdir(directory);
	assert_unopened("/proc", -EINVAL, "is the kernel's own");
	assert_unopened("/nonexistent/file", -ENOENT, "cannot be opened: No such file");
	assert_unopened("/dev/null", -EINVAL, "is a device: a file or a pipe is read");
}

/* A file of sysfs has a size, can be read and cannot be mapped. */
static void a_file_that_cannot_be_mapped_is_read(void **state)
{
	static const char path[] = "/sys/kernel/notes";
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	if (access(path, R_OK)) {
		print_message("%s cannot be read here\n", path);
		skip();
	}
	assert_int_equal(p2p_source_file(path, &snapshot, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "is a binary file"));
}

static void a_fifo_is_read_to_its_end(void **state)
{
	char directory[] = "/tmp/p2ptool-fifo-XXXXXX", path[64];
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };
	int fd, status = -1;

	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/fifo", directory);
	assert_int_equal(mkfifo(path, 0600), 0);
	if (!fork()) {
		fd = open(path, O_WRONLY | O_CLOEXEC);
		_exit(write(fd, CAPTURE_DUMP, strlen(CAPTURE_DUMP)) !=
		      (ssize_t)strlen(CAPTURE_DUMP));
	}
	assert_int_equal(p2p_source_file(path, &snapshot, &err), 0);
	assert_true(wait(&status) > 0 && status == 0);
	assert_host(snapshot);
	p2p_snapshot_free(snapshot);
	unlink(path);
	rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_file_is_read),
		cmocka_unit_test(what_it_is_packed_by_is_known_by_the_content),
		cmocka_unit_test(a_second_gzip_member_continues_the_first),
		cmocka_unit_test(what_was_packed_and_cut_is_damaged_or_refused),
		cmocka_unit_test(gzip_that_differs_from_its_checksum_is_damaged),
		cmocka_unit_test(what_stands_behind_gzip_data_is_passed_over),
		cmocka_unit_test(standard_input_may_be_a_pipe),
		cmocka_unit_test(a_snapshot_says_where_it_came_from),
		cmocka_unit_test(what_holds_no_machine_is_refused),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(a_file_that_cannot_be_mapped_is_read),
		cmocka_unit_test(a_fifo_is_read_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
