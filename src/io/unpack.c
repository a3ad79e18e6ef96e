/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a thing is packed by is known by its first bytes, and only that one filter is
 * enabled: others can start programs. */
#include <errno.h>
#include <stdlib.h>

#include <archive.h>
#include <archive_entry.h>

#include "io/gzip.h"
#include "io/unpack_tar.h"

#define TAR_END 512 /* zeros at the end of an archive, at least */
#define FILTERS 2   /* the packer and what reads the bytes */

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

/* NULL and a negative errno: -ENOTSUP where libarchive would start a program to unpack,
 * -ELOOP for what is packed twice, -EBADMSG. */
static struct archive *open_packed(struct span bytes, enum p2p_source_kind as,
				   int *ret_result)
{
	const struct packer *packer = find_packer(bytes);
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
	if (archive_read_open_memory(archive, bytes.at, bytes.length) != ARCHIVE_OK)
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

static int check_gzip(struct span packed, struct p2p_input *plain, struct p2p_err *err)
{
	int result = p2p_gzip_check(packed.at, packed.length);

	if (result == -ENOMEM)
		return p2p_err_set(err, result, "%s: no memory to unpack", plain->name);
	plain->altered = result;
	return 0;
}

int p2p_unpack_inner(struct span bytes, size_t most, struct p2p_input *ret_plain,
		     struct p2p_err *err)
{
	struct archive_entry *entry;
	struct archive *archive;
	int result;

	archive = open_packed(bytes, P2P_SOURCE_LSPCI, &result);
	ret_plain->cut = true;
	if (!archive)
		return result == -ENOMEM ? result : 0;
	if (archive_read_next_header(archive, &entry) == ARCHIVE_OK)
		result = read_raw(archive, ret_plain, most, err);
	archive_read_free(archive);
	if (!result && !ret_plain->cut && find_packer(bytes) == packers)
		result = check_gzip(bytes, ret_plain, err);
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
static bool is_cut(struct span bytes)
{
	struct span end;

	if (find_packer(bytes))
		return false;
	if (bytes.length < TAR_END)
		return true;
	end = span_skip(bytes, bytes.length - TAR_END);
	for (size_t i = 0; i < end.length; i++)
		if (end.at[i])
			return true;
	return false;
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

static int unpack(struct p2p_input *input, struct p2p_unpacking *unpacking,
		  enum p2p_source_kind as)
{
	struct span bytes = { input->text, input->length };
	struct p2p_input *plain = unpacking->plain;
	struct archive *archive;
	int result;

	archive = open_packed(bytes, as, &result);
	if (!archive)
		return refuse(input, result, unpacking->err);
	result = read_archive(archive, unpacking);
	archive_read_free(archive);
	if (!result && plain->cut && !plain->length)
		return refuse(input, -EBADMSG, unpacking->err);
	if (plain->is_archive)
		plain->cut |= is_cut(bytes);
	if (!result && !plain->cut && find_packer(bytes) == packers)
		result = check_gzip(bytes, plain, unpacking->err);
	return result;
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
