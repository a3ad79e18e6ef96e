/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A path in, a sealed snapshot out: opened, unpacked, recognised and read; what is no
 * capture is refused in one sentence that says why. */
#include <errno.h>

#include <p2ptool/source.h>

#include "io/input.h"
#include "io/source_bundle.h"
#include "io/sysfs.h"
#include "io/unpack_folder.h"

/* What is refused whatever is in it, by its first bytes. */
static const char *foreign_format(struct span bytes)
{
	static const struct {
		const char *magic;
		const char *name;
	} formats[] = {
		{ "\x04\x22\x4d\x18", "compressed by lz4" },
		{ "PK\x03\x04", "a zip archive" },
		{ "7z\xbc\xaf", "a 7z archive" },
		{ "\xff\xfe", "UTF-16 text" },
		{ "\xfe\xff", "UTF-16 text" },
	};

	for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (span_starts(bytes, formats[i].magic))
			return formats[i].name;
	return NULL;
}

/* The words of enum p2p_source_kind. */
static const char *const kinds[] = { "auto",   "lspci",     "sysfs",  "tar",
				     "nvidia", "rdma-topo", "capture" };

static int refuse_members(const struct p2p_input *input,
			  const struct p2p_snapshot *snapshot, struct p2p_err *err)
{
	if (snapshot->n_damage)
		return p2p_err_set(
			err, -EBADMSG,
			"%s: no capture in it could be read: %s (have it whole, and read "
			"it as a user who may)",
			input->name,
			p2p_snapshot_string(snapshot, snapshot->damage[0].text));
	return p2p_err_set(
		err, -EBADMSG,
		"%s: is %s without a capture: neither a listing of lspci nor a sysfs "
		"tree is in it (%s)",
		input->name, input->is_folder ? "a directory" : "an archive",
		input->is_folder ? "name an archive that is in it, or "
				   "a copy of /sys" :
				   P2P_INPUT_ADVICE);
}

/* Why there is nothing in it that could be read as a machine. */
static int refuse(const struct p2p_input *input, const struct p2p_snapshot *snapshot,
		  enum p2p_source_kind as, bool is_drawn, struct p2p_err *err)
{
	const char *format = foreign_format((struct span){ input->text, input->length });

	if (input->is_archive || input->is_folder)
		return refuse_members(input, snapshot, err);
	if (!input->text || !input->length)
		return p2p_err_set(err, -EBADMSG, "%s: is empty: nothing to read (%s)",
				   input->name, P2P_INPUT_ADVICE);
	if (format)
		return p2p_err_set(err, -EBADMSG,
				   "%s: is %s: text and tar archives are read, plain or "
				   "compressed with gzip, xz, zstd or bzip2 (convert it)",
				   input->name, format);
	if (as > P2P_SOURCE_LSPCI)
		return p2p_err_set(
			err, -EBADMSG,
			"%s: nothing in it could be read as %s (leave --as out)",
			input->name, kinds[as]);
	if (memchr(input->text, '\0', input->length))
		return p2p_err_set(err, -EBADMSG,
				   "%s: is a binary file: captures are text (%s)",
				   input->name, P2P_INPUT_ADVICE);
	if (snapshot->n_functions)
		return p2p_err_set(err, -EBADMSG,
				   "%s: only lists devices: no registers are in it (%s)",
				   input->name, P2P_INPUT_ADVICE);
	if (is_drawn)
		return p2p_err_set(err, -EBADMSG,
				   "%s: only draws a tree: no registers are in it (%s)",
				   input->name, P2P_INPUT_ADVICE);
	return p2p_err_set(err, -EBADMSG,
			   "%s: is no capture: no line begins with a PCI address (%s)",
			   input->name, P2P_INPUT_ADVICE);
}

static void tell_damage(struct p2p_snapshot *snapshot, const struct p2p_input *input)
{
	const char *what = input->is_archive ? "archive" : "compressed data";

	if (input->cut)
		p2p_snapshot_add_damage(snapshot, 0, "the %s is cut", what);
	if (input->altered)
		p2p_snapshot_add_damage(snapshot, 0,
					"the compressed data differs from its checksum");
}

/* @as: what was asked for; the content decides if nothing was. */
static int read_text(struct p2p_snapshot *snapshot, enum p2p_source_kind as,
		     struct p2p_hex_found *found, struct p2p_err *err)
{
	struct p2p_part part = { .name = "", .to = snapshot->text_length };

	if (as == P2P_SOURCE_ANY)
		as = p2p_recognise((struct span){ snapshot->text, part.to });
	if (as == P2P_SOURCE_NVIDIA)
		return p2p_nvidia_read(snapshot, &part, found, err);
	return p2p_part_read(snapshot, as, &part, found, err);
}

static int read_snapshot(struct p2p_snapshot *snapshot, const struct p2p_input *input,
			 const struct p2p_members *members, enum p2p_source_kind as,
			 struct p2p_err *err)
{
	struct p2p_hex_found found = { .rows = false };
	struct p2p_err inner = { "" };
	int result;

	tell_damage(snapshot, input);
	if (input->is_archive || input->is_folder)
		result = p2p_bundle_read(snapshot, members, as, &found, &inner);
	else
		result = read_text(snapshot, as, &found, &inner);
	if (result)
		return p2p_err_set(err, result, "%s: %s", input->name, inner.text);
	if ((!found.rows && !found.listing && !found.identity) || !snapshot->n_functions)
		return refuse(input, snapshot, as, found.drawn, err);
	snapshot->system.source =
		p2p_snapshot_keep(snapshot, input->name, strlen(input->name));
	snapshot->system.live = P2P_NO;
	result = p2p_snapshot_seal(snapshot, err);
	if (!result)
		p2p_hex_tell_sizes(snapshot, &found);
	return result;
}

/* Unpacks it if it is packed, and if what was asked for may be. */
static int unpack(struct p2p_input *input, enum p2p_source_kind as,
		  struct p2p_snapshot *snapshot, struct p2p_members *members,
		  struct p2p_err *err)
{
	struct span bytes = { input->text, input->length };
	const char *format = p2p_unpack_format(bytes);
	bool is_archive = as == P2P_SOURCE_TAR || as == P2P_SOURCE_SYSFS;

	if (!format && is_archive)
		return p2p_err_set(
			err, -EBADMSG,
			"%s: is no tar archive, plain or compressed (leave --as "
			"out)",
			input->name);
	if (!format || (p2p_is_tar(bytes) && as != P2P_SOURCE_ANY && !is_archive))
		return p2p_input_read_rest(input, err);
	return p2p_unpack(input, as, &p2p_unpack_limits, snapshot, members, err);
}

static int read_input(struct p2p_input *input, bool is_folder, enum p2p_source_kind as,
		      struct p2p_snapshot **ret_snapshot, struct p2p_err *err)
{
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	struct p2p_members members = { 0 };
	int result;

	if (!snapshot) {
		p2p_input_drop(input);
		return p2p_err_set(err, -ENOMEM, "%s: no memory", input->name);
	}
	if (is_folder)
		result = p2p_unpack_folder(input, &p2p_unpack_limits, snapshot, &members,
					   err);
	else
		result = unpack(input, as, snapshot, &members, err);
	p2p_input_end(input);
	p2p_members_sort(&members, input->text);
	snapshot->text = input->text;
	snapshot->text_length = input->length;
	snapshot->release = input->text ? input->release : NULL;
	if (!result)
		result = read_snapshot(snapshot, input, &members, as, err);
	p2p_members_done(&members);
	if (result)
		p2p_snapshot_free(snapshot);
	else
		*ret_snapshot = snapshot;
	return result;
}

/* A copy of sysfs is read as the machine's own; of other directories what is in them. */
static int read_directory(const char *path, enum p2p_source_kind as,
			  struct p2p_snapshot **ret_snapshot, struct p2p_err *err)
{
	struct p2p_live_options options = { .sysfs = path };
	struct p2p_input input = { .name = path };

	if (!strcmp(path, "-"))
		return p2p_err_set(err, -EISDIR,
				   "standard input: is a directory: a file or a pipe is "
				   "read (name the directory)");
	if (as != P2P_SOURCE_ANY && as != P2P_SOURCE_SYSFS)
		return p2p_err_set(err, -EISDIR,
				   "%s: is a directory, which is not read as %s (leave "
				   "--as out)",
				   path, kinds[as]);
	if (as == P2P_SOURCE_SYSFS || p2p_sysfs_is(path))
		return p2p_source_live(&options, ret_snapshot, err);
	return read_input(&input, true, as, ret_snapshot, err);
}

int p2p_source_file_as(const char *path, enum p2p_source_kind as,
		       struct p2p_snapshot **ret_snapshot, struct p2p_err *err)
{
	struct p2p_input input = { .name = path };
	int result = p2p_input_open(path, &input, err);

	if (result == -EISDIR)
		return read_directory(path, as, ret_snapshot, err);
	if (!result)
		return read_input(&input, false, as, ret_snapshot, err);
	p2p_input_drop(&input);
	return result;
}

int p2p_source_file(const char *path, struct p2p_snapshot **ret_snapshot,
		    struct p2p_err *err)
{
	return p2p_source_file_as(path, P2P_SOURCE_ANY, ret_snapshot, err);
}
