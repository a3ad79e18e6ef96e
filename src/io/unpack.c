/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a thing is packed by is known by its first bytes, and only that one filter is
 * enabled: others can start programs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "io/packed.h"
#include "io/unpack_tar.h"

#define FILTERS 2 /* the packer and what reads the bytes */

const struct p2p_unpack_limits p2p_unpack_limits = {
	.entries = (uint64_t)1 << 21,
	.member = (uint64_t)512 << 20,
	.kept = (uint64_t)2000 << 20,
	.walked = (uint64_t)32 << 30,
};

struct packer {
	const char *magic;
	size_t length;
	const char *name;
	int (*enable)(struct archive *archive);
};

static const struct packer packers[] = {
	{ "\x1f\x8b", 2, "gzip", archive_read_support_filter_gzip },
	{ "\xfd"
	  "7zXZ\0",
	  6, "xz", archive_read_support_filter_xz },
	{ "\x28\xb5\x2f\xfd", 4, "zstd", archive_read_support_filter_zstd },
	{ "BZh", 3, "bzip2", archive_read_support_filter_bzip2 },
};

static const struct packer *find_packer(struct span bytes)
{
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (bytes.length >= packers[i].length &&
		    !memcmp(bytes.at, packers[i].magic, packers[i].length))
			return &packers[i];
	return NULL;
}

const char *p2p_unpack_format(struct span bytes)
{
	const struct packer *packer = find_packer(bytes);

	if (packer)
		return packer->name;
	return p2p_is_tar(bytes) ? "tar" : NULL;
}

static bool is_text_only(enum p2p_source_kind as)
{
	return as != P2P_SOURCE_ANY && as != P2P_SOURCE_TAR && as != P2P_SOURCE_SYSFS;
}

static bool is_archive_only(enum p2p_source_kind as)
{
	return as == P2P_SOURCE_TAR || as == P2P_SOURCE_SYSFS;
}

static la_ssize_t give_piece(struct archive *archive, void *data, const void **ret_bytes)
{
	struct span piece = p2p_packed_next(data);

	(void)archive;
	*ret_bytes = piece.at;
	return (la_ssize_t)piece.length;
}

/* NULL and a negative errno: -ENOTSUP where libarchive would start a program to unpack,
 * -ELOOP for what is packed twice, -EBADMSG. */
static struct archive *open_packed(struct p2p_packed *packed, enum p2p_source_kind as,
				   int *ret_result)
{
	const struct packer *packer = find_packer(packed->head);
	struct archive *archive = archive_read_new();

	*ret_result = archive ? 0 : -ENOMEM;
	if (archive && packer && packer->enable(archive) != ARCHIVE_OK)
		*ret_result = -ENOTSUP;
	if (*ret_result)
		goto out;
	if (!is_text_only(as))
		archive_read_support_format_tar(archive);
	if (packer && !is_archive_only(as)) {
		archive_read_support_format_raw(archive);
		archive_read_support_format_empty(archive);
	}
	if (archive_read_open(archive, packed, NULL, give_piece, NULL) != ARCHIVE_OK)
		*ret_result = -EBADMSG;
	else if (archive_filter_count(archive) > FILTERS)
		*ret_result = -ELOOP;
	/* too little of a packed file passes for a plain one */
	else if (packer && archive_filter_code(archive, 0) == ARCHIVE_FILTER_NONE)
		*ret_result = -EBADMSG;
out:
	if (!*ret_result)
		return archive;
	archive_read_free(archive);
	return NULL;
}

/* Block by block, so that what comes before damage is kept. */
static int read_raw(struct archive *archive, struct p2p_input *plain, size_t most,
		    struct p2p_err *err)
{
	const void *block;
	size_t length;
	la_int64_t offset;
	int state = ARCHIVE_OK, result = 0;

	while (!result && state == ARCHIVE_OK && plain->length < most) {
		state = archive_read_data_block(archive, &block, &length, &offset);
		if (state == ARCHIVE_OK)
			result = p2p_input_append(plain, block, length, err);
	}
	plain->cut = state != ARCHIVE_EOF;
	return result ? result : p2p_input_append(plain, "", 0, err);
}

static int take_check(int checked, struct p2p_input *plain, struct p2p_err *err)
{
	if (checked == -ENOMEM)
		return p2p_err_set(err, checked, "%s: no memory to unpack", plain->name);
	plain->altered = checked;
	return 0;
}

static int check_whole(struct span packed)
{
	struct p2p_gzip *gzip = p2p_gzip_new();

	if (!gzip)
		return -ENOMEM;
	p2p_gzip_feed(gzip, packed.at, packed.length);
	return p2p_gzip_end(gzip);
}

int p2p_unpack_inner(struct span bytes, size_t most, struct p2p_input *ret_plain,
		     struct p2p_err *err)
{
	struct p2p_packed packed = { .head = bytes, .fd = -1 };
	struct archive_entry *entry;
	struct archive *archive;
	int result;

	archive = open_packed(&packed, P2P_SOURCE_LSPCI, &result);
	ret_plain->cut = true;
	if (!archive)
		return result == -ENOMEM ? result : 0;
	if (archive_read_next_header(archive, &entry) == ARCHIVE_OK)
		result = read_raw(archive, ret_plain, most, err);
	archive_read_free(archive);
	if (!result && !ret_plain->cut && find_packer(bytes) == packers)
		result = take_check(check_whole(bytes), ret_plain, err);
	return result;
}

static int refuse(const struct p2p_input *input, int result, struct p2p_err *err)
{
	struct span bytes = { input->text, input->length };
	const char *packer = p2p_unpack_format(bytes);

	packer = packer ? packer : "tar";
	if (result == -ENOMEM)
		return p2p_err_set(err, result, "%s: no memory to unpack", input->name);
	if (result == -ENOTSUP)
		return p2p_err_set(err, result,
				   "%s: is compressed by %s, which this system's "
				   "libarchive cannot unpack by itself (unpack it first)",
				   input->name, packer);
	if (result == -ELOOP)
		return p2p_err_set(err, -EBADMSG,
				   "%s: is compressed more than once (unpack it first)",
				   input->name);
	return p2p_err_set(err, -EBADMSG,
			   "%s: cannot be unpacked: the %s data is damaged or cut (copy "
			   "it again)",
			   input->name, packer);
}

/* An archive that is not compressed may end anywhere: zeros say that it is whole. */
static bool is_cut(const struct p2p_packed *packed)
{
	if (find_packer(packed->head))
		return false;
	for (size_t i = 0; i < packed->n_tail; i++)
		if (packed->tail[i])
			return true;
	return packed->n_tail < P2P_PACKED_TAIL;
}

static int read_archive(struct archive *archive, struct p2p_unpacking *unpacking)
{
	struct archive_entry *entry;
	int state = archive_read_next_header(archive, &entry);

	if ((archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR) {
		unpacking->plain->is_archive = true;
		return p2p_unpack_tar(unpacking, archive, entry, state);
	}
	unpacking->plain->cut = state != ARCHIVE_EOF;
	if (state != ARCHIVE_OK)
		return p2p_input_append(unpacking->plain, "", 0, unpacking->err);
	return read_raw(archive, unpacking->plain, SIZE_MAX, unpacking->err);
}

static int unpack_all(struct p2p_input *input, struct p2p_packed *packed,
		      struct p2p_unpacking *unpacking, enum p2p_source_kind as)
{
	struct p2p_input *plain = unpacking->plain;
	int result;
	struct archive *archive = open_packed(packed, as, &result);

	if (!archive)
		return refuse(input, result, unpacking->err);
	result = read_archive(archive, unpacking);
	archive_read_free(archive);
	if (!result && plain->cut && !plain->length)
		return refuse(input, -EBADMSG, unpacking->err);
	if (!result && !unpacking->is_over && !p2p_packed_drain(packed)) {
		p2p_snapshot_add_damage(unpacking->snapshot, 0,
					"more stands behind the end of the archive, and "
					"is not read");
		unpacking->is_over = true;
	}
	if (packed->error)
		p2p_snapshot_add_damage(unpacking->snapshot, 0, "cannot be read on: %s",
					strerror(packed->error));
	if (plain->is_archive && !unpacking->is_over)
		plain->cut |= is_cut(packed);
	return result;
}

static int unpack(struct p2p_input *input, struct p2p_unpacking *unpacking,
		  enum p2p_source_kind as)
{
	struct p2p_packed packed = { .head = { input->text, input->length },
				     .fd = input->has_more ? input->fd : -1 };
	bool is_gzip = find_packer(packed.head) == packers;
	int result, checked;

	packed.gzip = is_gzip ? p2p_gzip_new() : NULL;
	if (is_gzip && !packed.gzip)
		return refuse(input, -ENOMEM, unpacking->err);
	result = unpack_all(input, &packed, unpacking, as);
	checked = p2p_packed_done(&packed);
	if (result || unpacking->plain->cut || unpacking->is_over)
		return result;
	return take_check(checked, unpacking->plain, unpacking->err);
}

int p2p_unpack(struct p2p_input *input, enum p2p_source_kind as,
	       const struct p2p_unpack_limits *limits, struct p2p_snapshot *snapshot,
	       struct p2p_members *members, struct p2p_err *err)
{
	struct p2p_input plain = { .name = input->name };
	struct p2p_unpacking unpacking = { .plain = &plain,
					   .members = members,
					   .limits = limits,
					   .snapshot = snapshot,
					   .err = err };
	int result = unpack(input, &unpacking, as);

	p2p_input_drop(result ? &plain : input);
	if (!result)
		*input = plain;
	return result;
}
