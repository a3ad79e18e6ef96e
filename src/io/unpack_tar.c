/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of an archive in, those that are of use out. */
#include <errno.h>
#include <stdio.h>

#include "io/unpack_tar.h"

static int read_content(struct p2p_unpacking *unpacking, struct archive *archive,
			struct p2p_content *content)
{
	const void *block;
	size_t length;
	la_int64_t offset;
	int state = ARCHIVE_OK, result = 0;

	while (!result && !unpacking->is_over) {
		state = archive_read_data_block(archive, &block, &length, &offset);
		if (state != ARCHIVE_OK || (uint64_t)offset != content->read)
			break;
		result = p2p_content_add(unpacking, content,
					 (struct span){ block, length });
	}
	if (!result)
		result = p2p_content_decide(unpacking, content);
	if (result || unpacking->is_over || state == ARCHIVE_EOF)
		return result;
	content->is_cut = true;
	if (state != ARCHIVE_OK) {
		p2p_unpacking_damage(unpacking, content->name,
				     "the archive is cut or damaged in it");
		unpacking->is_over = true;
	} else if (!content->is_dropped) {
		p2p_unpacking_damage(unpacking, content->name,
				     "has holes, what is behind is not read");
	}
	return 0;
}

static int take_file(struct p2p_unpacking *unpacking, struct archive *archive,
		     const char *name, enum p2p_wanted wanted)
{
	struct p2p_content content;
	int result;

	p2p_content_begin(unpacking, name, wanted, &content);
	result = read_content(unpacking, archive, &content);
	return result ? result : p2p_content_keep(unpacking, &content);
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
	struct p2p_content content;
	int result;

	p2p_content_begin(unpacking, name, P2P_WANTED_BY_CONTENT, &content);
	content.most = P2P_RECOGNISED_BY;
	result = read_content(unpacking, archive, &content);
	if (!content.is_dropped || p2p_wanted(name) != P2P_WANTED_BY_CONTENT)
		p2p_unpacking_damage(unpacking, name,
				     "is not used: no name of a file in an archive");
	p2p_content_drop(unpacking, &content);
	return result;
}

static int take_entry(struct p2p_unpacking *unpacking, struct archive *archive,
		      struct archive_entry *entry)
{
	const char *told = archive_entry_pathname(entry);
	char name[P2P_MEMBER_SIZE];
	enum p2p_wanted wanted;

	told = told ? told : archive_entry_pathname_utf8(entry);
	told = told ? told : "?";
	if (!p2p_members_clean(told, name))
		return archive_entry_filetype(entry) == AE_IFREG ?
			       pass_over(unpacking, archive, told) :
			       0;
	wanted = p2p_wanted(name);
	if (archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry))
		return take_file(unpacking, archive, name, wanted);
	return wanted == P2P_WANTED_SYSFS ? take_other(unpacking, entry, name) : 0;
}

int p2p_unpack_tar(struct p2p_unpacking *unpacking, struct archive *archive,
		   struct archive_entry *entry, int state)
{
	int result = 0;

	while (!result && (state == ARCHIVE_OK || state == ARCHIVE_WARN)) {
		if (p2p_unpacking_count(unpacking))
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
