// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In: the file that image.py writes, little endian:
 *   "P2PIMG01", roots (4 bytes), functions (4)
 *   root: domain (4), first and last bus (1, 1), VMD function's index or all ones (4)
 *   function: domain (4), bus (1), devfn (1), length (2), stored bytes (2), masks (2),
 *     VFs (2), then the stored bytes, then each mask: offset (2), bits (4)
 * Out: struct replay. What is not stored is zero.
 */
#include <linux/kernel_read_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "pcireplay.h"

#define MAGIC         "P2PIMG01"
#define ROOTS_MAX     4096
#define FUNCTIONS_MAX 65536

struct cursor {
	const u8 *at, *end;
	bool is_short;
};

static const u8 *take_bytes(struct cursor *cursor, size_t size)
{
	const u8 *bytes = cursor->at;

	if (size > cursor->end - cursor->at) {
		cursor->is_short = true;
		return NULL;
	}
	cursor->at += size;
	return bytes;
}

static u32 take(struct cursor *cursor, unsigned int size)
{
	const u8 *bytes = take_bytes(cursor, size);
	u32 value = 0;

	while (bytes && size--)
		value = value << 8 | bytes[size];
	return value;
}

static int take_root(struct cursor *cursor, struct replay *replay, u32 index)
{
	struct replay_root *root = &replay->roots[index];

	root->sysdata.domain = take(cursor, 4);
	root->sysdata.node = NUMA_NO_NODE;
	root->numbers.name = "replayed buses";
	root->numbers.flags = IORESOURCE_BUS;
	root->numbers.start = take(cursor, 1);
	root->numbers.end = take(cursor, 1);
	root->vmd = take(cursor, 4);
	if (root->numbers.end < root->numbers.start)
		return -EINVAL;
	return root->vmd == REPLAY_NO_VMD || root->vmd < replay->function_count ? 0 :
										  -EINVAL;
}

static int take_masks(struct cursor *cursor, struct replay_function *function,
		      unsigned int count)
{
	while (count--) {
		u16 offset = take(cursor, 2);
		u32 bits = take(cursor, 4);

		if (cursor->is_short || offset > function->length - 4)
			return -EINVAL;
		for (unsigned int i = 0; i < 4; i++)
			function->writable[offset + i] = bits >> 8 * i;
	}
	return 0;
}

static int take_space(struct cursor *cursor, struct replay_function *function,
		      unsigned int stored, unsigned int masks)
{
	const u8 *bytes = take_bytes(cursor, stored);

	if (!bytes || stored > function->length ||
	    (function->length != 256 && function->length != 4096))
		return -EINVAL;
	function->config = kvzalloc(2 * function->length, GFP_KERNEL);
	if (!function->config)
		return -ENOMEM;
	function->writable = function->config + function->length;
	memcpy(function->config, bytes, stored);
	return take_masks(cursor, function, masks);
}

static int take_function(struct cursor *cursor, struct replay *replay, u32 index)
{
	struct replay_function *function = &replay->functions[index];
	u16 stored, masks;
	int err;

	function->domain = take(cursor, 4);
	function->bus = take(cursor, 1);
	function->devfn = take(cursor, 1);
	function->length = take(cursor, 2);
	stored = take(cursor, 2);
	masks = take(cursor, 2);
	function->vfs = take(cursor, 2);
	err = take_space(cursor, function, stored, masks);
	if (err)
		return err;
	return xa_insert(&replay->by_address,
			 replay_address(function->domain, function->bus, function->devfn),
			 function, GFP_KERNEL);
}

static int take_all(struct cursor *cursor, struct replay *replay)
{
	u32 i;
	int err = 0;

	for (i = 0; i < replay->root_count && !err; i++)
		err = take_root(cursor, replay, i);
	for (i = 0; i < replay->function_count && !err; i++)
		err = take_function(cursor, replay, i);
	if (!err && (cursor->is_short || cursor->at != cursor->end))
		err = -EINVAL;
	return err;
}

static int take_image(struct cursor *cursor, struct replay *replay)
{
	const u8 *magic = take_bytes(cursor, strlen(MAGIC));

	if (!magic || memcmp(magic, MAGIC, strlen(MAGIC)))
		return -EINVAL;
	replay->root_count = take(cursor, 4);
	replay->function_count = take(cursor, 4);
	if (!replay->root_count || replay->root_count > ROOTS_MAX ||
	    !replay->function_count || replay->function_count > FUNCTIONS_MAX)
		return -EINVAL;
	replay->roots = kvcalloc(replay->root_count, sizeof(*replay->roots), GFP_KERNEL);
	replay->functions =
		kvcalloc(replay->function_count, sizeof(*replay->functions), GFP_KERNEL);
	if (!replay->roots || !replay->functions)
		return -ENOMEM;
	return take_all(cursor, replay);
}

int replay_load(struct replay *replay, const char *path)
{
	struct cursor cursor = {};
	void *bytes = NULL;
	size_t size;
	ssize_t read;
	int err;

	xa_init(&replay->by_address);
	read = kernel_read_file_from_path(path, 0, &bytes, INT_MAX, &size,
					  READING_UNKNOWN);
	if (read < 0) {
		pr_err("%s: cannot be read (%zd)\n", path, read);
		return read;
	}
	cursor.at = bytes;
	cursor.end = cursor.at + read;
	err = take_image(&cursor, replay);
	if (err)
		pr_err("%s: no image of a machine, at byte %zd of %zd (%d)\n", path,
		       cursor.at - (u8 *)bytes, read, err);
	vfree(bytes);
	return err;
}

void replay_free(struct replay *replay)
{
	u32 i;

	for (i = 0; replay->functions && i < replay->function_count; i++)
		kvfree(replay->functions[i].config);
	xa_destroy(&replay->by_address);
	kvfree(replay->functions);
	kvfree(replay->roots);
}
