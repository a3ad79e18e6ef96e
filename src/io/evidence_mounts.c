/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of mounts, ours and those of the host's first process, and of swap in; what a
 * block device is mounted as out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/evidence_mounts.h"

#define TEXT_MOST  ((size_t)16 * 1024 * 1024)
#define MOUNTS_MAX 65536u

/* Field 3, 5, and what follows the dash (proc_pid_mountinfo(5)). */
static bool read_mount(struct span line, struct mount *ret_mount)
{
	struct span word, point = { NULL, 0 };
	char number[32];

	for (unsigned i = 0; i < 5; i++) {
		if (!p2p_evidence_word(&line, &word))
			return false;
		if (i == 2)
			p2p_evidence_copy(word, number, sizeof(number));
		if (i == 4)
			point = word;
	}
	do {
		if (!p2p_evidence_word(&line, &word))
			return false;
	} while (!span_equals(word, "-"));
	*ret_mount = (struct mount){ .point = point };
	return sscanf(number, "%u:%u", &ret_mount->major, &ret_mount->minor) == 2 &&
	       p2p_evidence_word(&line, &ret_mount->type) &&
	       p2p_evidence_word(&line, &ret_mount->source);
}

static bool take_mounts(struct evidence_reading *reading, struct mounts *mounts,
			struct span text)
{
	struct span line;

	while (p2p_evidence_line(&text, &line)) {
		struct mount mount;
		void *grown;

		if (!read_mount(line, &mount))
			continue;
		mounts->has_zfs |= span_equals(mount.type, "zfs");
		if (mounts->n_mounts == MOUNTS_MAX)
			return false;
		if (mounts->n_mounts % 256 == 0) {
			grown = reallocarray(mounts->mounts, mounts->n_mounts + 256u,
					     sizeof(mount));
			reading->no_memory |= !grown;
			if (!grown)
				return false;
			mounts->mounts = grown;
		}
		mounts->mounts[mounts->n_mounts++] = mount;
	}
	return true;
}

void p2p_mounts_read(struct evidence_reading *reading, struct mounts *ret_mounts)
{
	static const char *const lists[] = { "proc/self/mountinfo", "proc/1/mountinfo" };
	struct mounts mounts = { .is_whole = reading->host_processes == P2P_YES };
	long length;

	for (unsigned i = 0; i < 2; i++) {
		length =
			p2p_evidence_text(reading, lists[i], TEXT_MOST, &mounts.texts[i]);
		mounts.is_whole &=
			length >= 0 &&
			take_mounts(reading, &mounts,
				    (struct span){ mounts.texts[i], (size_t)length });
	}
	length = p2p_evidence_text(reading, "proc/swaps", TEXT_MOST, &mounts.swaps);
	mounts.swaps_length = length > 0 ? (size_t)length : 0;
	mounts.is_whole &= length >= 0 || length == -ENOENT;
	*ret_mounts = mounts;
}

void p2p_mounts_done(struct mounts *mounts)
{
	free(mounts->texts[0]);
	free(mounts->texts[1]);
	free(mounts->mounts);
	free(mounts->swaps);
}

/* A blank is written \040. */
static void unescape(struct span text, char ret_text[P2P_GUARD_TEXT_SIZE])
{
	size_t used = 0;

	for (size_t i = 0; i < text.length && used + 1 < P2P_GUARD_TEXT_SIZE; i++) {
		unsigned code;

		if (text.at[i] == '\\' && text.length - i > 3 &&
		    sscanf(text.at + i + 1, "%3o", &code) == 1) {
			ret_text[used++] = (char)code;
			i += 3;
		} else {
			ret_text[used++] = text.at[i];
		}
	}
	ret_text[used] = '\0';
}

/* `/dev/nvme0n1p2`, and of bcachefs several of these with colons between. */
static bool is_source(struct span source, const char *name)
{
	char path[P2P_GUARD_PATH_SIZE + 8];
	size_t at, length = (size_t)snprintf(path, sizeof(path), "/dev/%s", name);

	at = span_find(source, path);
	while (at < source.length) {
		struct span after = span_skip(source, at + length);

		if ((!at || source.at[at - 1] == ':') &&
		    (!after.length || after.at[0] == ':'))
			return true;
		at = source.length - after.length + span_find(after, path);
	}
	return false;
}

bool p2p_mounts_find(const struct mounts *mounts, const char *number, const char *name,
		     char ret_point[P2P_GUARD_TEXT_SIZE])
{
	unsigned major = 0, minor = 0;
	bool has_number = sscanf(number, "%u:%u", &major, &minor) == 2;

	for (uint32_t i = 0; i < mounts->n_mounts; i++) {
		const struct mount *mount = &mounts->mounts[i];

		if (!(has_number && mount->major == major && mount->minor == minor) &&
		    !is_source(mount->source, name))
			continue;
		unescape(mount->point, ret_point);
		return true;
	}
	return false;
}

bool p2p_mounts_is_swap(const struct mounts *mounts, const char *name)
{
	struct span text = { mounts->swaps, mounts->swaps_length }, line, word;

	while (p2p_evidence_line(&text, &line))
		if (p2p_evidence_word(&line, &word) && is_source(word, name))
			return true;
	return false;
}
