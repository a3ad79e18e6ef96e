/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text to a file without a name, and what came of it. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture.h"

int capture_read(const void *bytes, size_t length, struct p2p_snapshot **ret_snapshot,
		 struct p2p_err *err)
{
	int fd = memfd_create("capture", MFD_CLOEXEC), result;
	char path[32];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), (ssize_t)length);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	result = p2p_source_file(path, ret_snapshot, err);
	close(fd);
	return result;
}

struct p2p_snapshot *capture_text(const char *text)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	if (capture_read(text, strlen(text), &snapshot, &err))
		fail_msg("refused: %s", err.text);
	return snapshot;
}

void capture_refused(const void *bytes, size_t length, const char *sentence)
{
	struct p2p_snapshot *untouched = (struct p2p_snapshot *)&untouched;
	struct p2p_snapshot *snapshot = untouched;
	struct p2p_err err = { "" };

	assert_true(capture_read(bytes, length, &snapshot, &err) < 0);
	assert_ptr_equal(snapshot, untouched);
	if (!strstr(err.text, sentence))
		fail_msg("'%s' does not say '%s'", err.text, sentence);
}

void write_rows(FILE *out, const uint8_t *config, unsigned from, unsigned to)
{
	for (unsigned at = from; at < to; at++) {
		if (at % 16 == 0)
			fprintf(out, "%02x:", at);
		fprintf(out, " %02x%s", config[at], at % 16 == 15 ? "\n" : "");
	}
}

static uint32_t find(const struct p2p_snapshot *snapshot, const char *address)
{
	struct p2p_bdf bdf;
	uint32_t index;

	assert_int_equal(p2p_bdf_parse(address, &bdf), 0);
	index = p2p_snapshot_find(snapshot, bdf);
	if (index == P2P_NONE)
		fail_msg("%s was not read", address);
	return index;
}

struct p2p_cfg capture_cfg(const struct p2p_snapshot *snapshot, const char *address)
{
	return p2p_snapshot_cfg(snapshot, find(snapshot, address));
}

const struct p2p_function *capture_function(const struct p2p_snapshot *snapshot,
					    const char *address)
{
	return &snapshot->functions[find(snapshot, address)];
}

void assert_bits(const struct p2p_snapshot *snapshot, const char *address,
		 unsigned offset, unsigned width, uint32_t mask, uint32_t value)
{
	struct p2p_cfg cfg = capture_cfg(snapshot, address);
	struct p2p_reg reg = p2p_cfg_read(&cfg, offset, width);

	if ((reg.known & mask) != mask || (reg.value & mask) != value)
		fail_msg("%s+0x%03x: 0x%x of 0x%x were seen, not 0x%x of 0x%x", address,
			 offset, reg.value & mask, reg.known & mask, value, mask);
}

void assert_unseen(const struct p2p_snapshot *snapshot, const char *address,
		   unsigned offset, unsigned width, uint32_t mask)
{
	struct p2p_cfg cfg = capture_cfg(snapshot, address);
	struct p2p_reg reg = p2p_cfg_read(&cfg, offset, width);

	if (reg.known & mask)
		fail_msg("%s+0x%03x: bits 0x%x were seen", address, offset,
			 reg.known & mask);
}

void assert_damage(const struct p2p_snapshot *snapshot, uint64_t line, const char *words)
{
	const char *text;

	assert_int_equal(snapshot->n_damage, 1);
	text = p2p_snapshot_string(snapshot, snapshot->damage[0].text);
	if (!strstr(text, words))
		fail_msg("'%s' does not say '%s'", text, words);
	assert_int_equal(snapshot->damage[0].line, line);
}
