/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of an archive in, those that are of use out: by their place, or by what they
 * begin with. A compressed member is unpacked once, in memory. */
#include <errno.h>
#include <stdio.h>

#include "io/unpack_tar.h"
#include "io/wanted.h"

/* The content of one member while it is read. */
struct content {
	const char *name;
	uint64_t start, read; /* in the text; bytes of it so far */
	size_t most;          /* that are kept */
	bool is_decided, is_dropped, is_packed;
	enum p2p_source_kind kind;
};

static struct span content_of(const struct p2p_unpacking *unpacking,
			      const struct content *content)
{
	const struct p2p_input *plain = unpacking->plain;

	return (struct span){ plain->text + content->start,
			      plain->length - content->start };
}

static void drop_content(struct p2p_unpacking *unpacking, struct content *content)
{
	unpacking->plain->length = content->start;
	content->is_dropped = true;
}

static void damage(struct p2p_unpacking *unpacking, const char *name, const char *what)
{
	p2p_snapshot_add_damage(unpacking->snapshot, 0, "%.160s: %s", name, what);
}

static void end(struct p2p_unpacking *unpacking, uint64_t limit, const char *what)
{
	p2p_snapshot_add_damage(unpacking->snapshot, 0,
				"the archive has more than %llu %s, what is behind is "
				"not read",
				(unsigned long long)limit, what);
	unpacking->is_over = true;
}

/* By what was read so far, is it of use? */
static int decide(struct p2p_unpacking *unpacking, struct content *content)
{
	struct span bytes = content_of(unpacking, content);
	struct p2p_input inner = { .name = content->name };
	int result = 0;

	content->is_decided = true;
	content->is_packed = p2p_unpack_format(bytes) && !p2p_is_tar(bytes);
	if (content->is_packed) {
		result = p2p_unpack_inner(bytes, P2P_RECOGNISED_BY, &inner,
					  unpacking->err);
		bytes = (struct span){ inner.text, inner.length };
	}
	if (!result && bytes.length)
		content->kind = p2p_recognise(bytes);
	p2p_input_drop(&inner);
	if (content->kind == P2P_SOURCE_ANY)
		drop_content(unpacking, content);
	return result;
}

static int take_block(struct p2p_unpacking *unpacking, struct content *content,
		      struct span block)
{
	struct p2p_input *plain = unpacking->plain;
	uint64_t kept = unpacking->limits->kept;
	uint64_t room = kept > plain->length ? kept - plain->length : 0;
	int result = 0;

	content->read += block.length;
	unpacking->walked += block.length;
	if (unpacking->walked > unpacking->limits->walked)
		end(unpacking, unpacking->limits->walked, "bytes");
	if (content->is_dropped)
		return 0;
	block = span_cut(block, content->most - (plain->length - content->start));
	if (block.length > room)
		end(unpacking, unpacking->limits->kept, "bytes that are of use");
	result = p2p_input_append(plain, block.at,
				  block.length < room ? block.length : room,
				  unpacking->err);
	if (!result && !content->is_decided &&
	    plain->length - content->start >= P2P_RECOGNISED_BY)
		result = decide(unpacking, content);
	return result;
}

static int read_content(struct p2p_unpacking *unpacking, struct archive *archive,
			struct content *content)
{
	const void *block;
	size_t length;
	la_int64_t offset;
	int state = ARCHIVE_OK, result = 0;

	while (!result && !unpacking->is_over) {
		state = archive_read_data_block(archive, &block, &length, &offset);
		if (state != ARCHIVE_OK || (uint64_t)offset != content->read)
			break;
		result = take_block(unpacking, content, (struct span){ block, length });
	}
	if (!result && !content->is_decided)
		result = decide(unpacking, content);
	if (result || unpacking->is_over || state == ARCHIVE_EOF)
		return result;
	if (state != ARCHIVE_OK) {
		damage(unpacking, content->name, "the archive is cut or damaged in it");
		unpacking->is_over = true;
	} else if (!content->is_dropped) {
		damage(unpacking, content->name, "has holes, what is behind is not read");
	}
	return 0;
}

/* In the place of the packed bytes. */
static int unpack_content(struct p2p_unpacking *unpacking, struct content *content)
{
	struct p2p_input inner = { .name = content->name };
	int result = p2p_unpack_inner(content_of(unpacking, content), content->most,
				      &inner, unpacking->err);

	unpacking->plain->length = content->start;
	if (!result)
		result = p2p_input_append(unpacking->plain, inner.text, inner.length,
					  unpacking->err);
	if (inner.cut)
		damage(unpacking, content->name, "the compressed data is cut");
	if (inner.altered)
		damage(unpacking, content->name,
		       "the compressed data differs from its checksum");
	p2p_input_drop(&inner);
	return result;
}

static bool put(struct p2p_unpacking *unpacking, const struct content *content)
{
	struct p2p_member *member =
		p2p_members_put(unpacking->members, content->name, P2P_MEMBER_FILE, NULL);

	if (!member)
		return false;
	member->at = content->start;
	member->length = unpacking->plain->length - content->start;
	member->kind = content->kind;
	return true;
}

static int take_file(struct p2p_unpacking *unpacking, struct archive *archive,
		     const char *name, enum p2p_wanted wanted)
{
	size_t most = p2p_wanted_size(wanted);
	struct content content = {
		.name = name,
		.start = unpacking->plain->length,
		.most = most < unpacking->limits->member ? most :
							   unpacking->limits->member,
		.is_decided = wanted != P2P_WANTED_BY_CONTENT,
	};
	int result = read_content(unpacking, archive, &content);

	if (result || content.is_dropped)
		return result;
	if (content.read > content.most && wanted == P2P_WANTED_BY_CONTENT)
		damage(unpacking, name, "is too long, its end is not read");
	if (content.is_packed)
		result = unpack_content(unpacking, &content);
	if (!result && !put(unpacking, &content))
		result = -ENOMEM;
	return result ? result :
			p2p_input_append(unpacking->plain, "", 1, unpacking->err);
}

/* A hard link names a member from the top of the archive. */
static void tell_hard(const char *name, const char *hard, char target[P2P_MEMBER_SIZE])
{
	size_t used = 0;

	target[0] = '\0';
	for (const char *at = strchr(name, '/'); at && used + 4 < P2P_MEMBER_SIZE;
	     at = strchr(at + 1, '/'))
		used += (size_t)snprintf(target + used, P2P_MEMBER_SIZE - used, "../");
	snprintf(target + used, P2P_MEMBER_SIZE - used, "%s", hard);
}

static int take_other(struct p2p_unpacking *unpacking, struct archive_entry *entry,
		      const char *name)
{
	const char *hard = archive_entry_hardlink(entry);
	const char *soft = archive_entry_symlink(entry);
	bool is_folder = !hard && archive_entry_filetype(entry) == AE_IFDIR;
	char target[P2P_MEMBER_SIZE];

	if (hard)
		tell_hard(name, hard, target);
	else if (soft)
		snprintf(target, sizeof(target), "%s", soft);
	else if (!is_folder)
		return 0;
	if (!p2p_members_put(unpacking->members, name,
			     is_folder ? P2P_MEMBER_FOLDER : P2P_MEMBER_LINK,
			     is_folder ? NULL : target))
		return -ENOMEM;
	return 0;
}

/* Whatever has a name that is none in an archive is not used; that is told of what would
 * have been. */
static int pass_over(struct p2p_unpacking *unpacking, struct archive *archive,
		     const char *name)
{
	struct content content = { .name = name,
				   .start = unpacking->plain->length,
				   .most = P2P_RECOGNISED_BY };
	int result = read_content(unpacking, archive, &content);

	if (!content.is_dropped || p2p_wanted(name) != P2P_WANTED_BY_CONTENT)
		damage(unpacking, name, "is not used: no name of a file in an archive");
	drop_content(unpacking, &content);
	return result;
}

/* Entries of a directory are named with the way to it. */
static const char *below_folder(const struct p2p_unpacking *unpacking, const char *told)
{
	size_t length = unpacking->folder ? strlen(unpacking->folder) : 0;

	if (strncmp(told, unpacking->folder ? unpacking->folder : "", length) != 0)
		return told;
	told += length;
	while (length && *told == '/')
		told++;
	return told;
}

static int take_entry(struct p2p_unpacking *unpacking, struct archive *archive,
		      struct archive_entry *entry)
{
	const char *told = archive_entry_pathname(entry);
	char name[P2P_MEMBER_SIZE];
	enum p2p_wanted wanted;

	told = told ? told : archive_entry_pathname_utf8(entry);
	told = told ? told : "?";
	told = below_folder(unpacking, told);
	if (!p2p_members_clean(told, name))
		return archive_entry_filetype(entry) == AE_IFREG ?
			       pass_over(unpacking, archive, told) :
			       0;
	wanted = p2p_wanted(name);
	if (archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry))
		return take_file(unpacking, archive, name, wanted);
	return wanted == P2P_WANTED_SYSFS ? take_other(unpacking, entry, name) : 0;
}

/* A folder that cannot be opened does not end the walk. */
static bool goes_on(struct p2p_unpacking *unpacking, struct archive *archive, int state)
{
	if (state == ARCHIVE_OK || state == ARCHIVE_WARN)
		return true;
	if (!unpacking->folder || state != ARCHIVE_FAILED)
		return false;
	damage(unpacking, unpacking->folder, archive_error_string(archive));
	return true;
}

int p2p_unpack_tar(struct p2p_unpacking *unpacking, struct archive *archive,
		   struct archive_entry *entry, int state)
{
	int result = 0;

	while (!result && goes_on(unpacking, archive, state)) {
		if (unpacking->folder && state != ARCHIVE_FAILED)
			archive_read_disk_descend(archive);
		if (++unpacking->entries > unpacking->limits->entries)
			end(unpacking, unpacking->limits->entries, "members");
		else if (state != ARCHIVE_FAILED)
			result = take_entry(unpacking, archive, entry);
		if (unpacking->is_over)
			break;
		state = archive_read_next_header(archive, &entry);
	}
	unpacking->plain->cut = !unpacking->is_over && state != ARCHIVE_EOF;
	if (result == -ENOMEM)
		return p2p_err_set(unpacking->err, result, "%s: no memory to unpack",
				   unpacking->plain->name);
	return result ? result :
			p2p_input_append(unpacking->plain, "", 0, unpacking->err);
}
