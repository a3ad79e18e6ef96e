/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a member is, is known by its place or by what it begins with. A compressed one is
 * unpacked once, in memory. */
#include <errno.h>

#include "io/content.h"

static const char *container_of(const struct p2p_unpacking *unpacking)
{
	return unpacking->plain->is_folder ? "directory" : "archive";
}

static void end(struct p2p_unpacking *unpacking, uint64_t limit, const char *what)
{
	p2p_snapshot_add_damage(unpacking->snapshot, 0,
				"the %s has more than %llu %s, what is behind is "
				"not read",
				container_of(unpacking), (unsigned long long)limit, what);
	unpacking->is_over = true;
}

bool p2p_unpacking_count(struct p2p_unpacking *unpacking)
{
	if (++unpacking->entries > unpacking->limits->entries)
		end(unpacking, unpacking->limits->entries, "members");
	return !unpacking->is_over;
}

void p2p_unpacking_damage(struct p2p_unpacking *unpacking, const char *name,
			  const char *what)
{
	p2p_snapshot_add_damage(unpacking->snapshot, 0, "%.160s: %s", name, what);
}

void p2p_content_begin(const struct p2p_unpacking *unpacking, const char *name,
		       enum p2p_wanted wanted, struct p2p_content *ret_content)
{
	size_t most = p2p_wanted_size(wanted), limit = unpacking->limits->member;

	*ret_content = (struct p2p_content){
		.name = name,
		.wanted = wanted,
		.start = unpacking->plain->length,
		.most = most < limit ? most : limit,
		.is_decided = wanted != P2P_WANTED_BY_CONTENT,
	};
}

static struct span bytes_of(const struct p2p_unpacking *unpacking,
			    const struct p2p_content *content)
{
	const struct p2p_input *plain = unpacking->plain;

	return (struct span){ plain->text + content->start,
			      plain->length - content->start };
}

void p2p_content_drop(struct p2p_unpacking *unpacking, struct p2p_content *content)
{
	unpacking->plain->length = content->start;
	content->is_dropped = true;
}

bool p2p_content_is_full(const struct p2p_content *content)
{
	return content->is_dropped || content->read > content->most;
}

int p2p_content_decide(struct p2p_unpacking *unpacking, struct p2p_content *content)
{
	struct span bytes = bytes_of(unpacking, content);
	struct p2p_input inner = { .name = content->name };
	int result = 0;

	if (content->is_decided)
		return 0;
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
		p2p_content_drop(unpacking, content);
	return result;
}

int p2p_content_add(struct p2p_unpacking *unpacking, struct p2p_content *content,
		    struct span block)
{
	struct p2p_input *plain = unpacking->plain;
	uint64_t kept = unpacking->limits->kept;
	uint64_t room = kept > plain->length ? kept - plain->length : 0;
	int result;

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
	if (!result && plain->length - content->start >= P2P_RECOGNISED_BY)
		result = p2p_content_decide(unpacking, content);
	return result;
}

/* In the place of the packed bytes. */
static int unpack(struct p2p_unpacking *unpacking, struct p2p_content *content)
{
	struct p2p_input inner = { .name = content->name };
	int result = p2p_unpack_inner(bytes_of(unpacking, content), content->most, &inner,
				      unpacking->err);

	unpacking->plain->length = content->start;
	if (!result)
		result = p2p_input_append(unpacking->plain, inner.text, inner.length,
					  unpacking->err);
	if (inner.cut)
		p2p_unpacking_damage(unpacking, content->name,
				     "the compressed data is cut");
	if (inner.altered)
		p2p_unpacking_damage(unpacking, content->name,
				     "the compressed data differs from its checksum");
	content->is_cut |= inner.cut || inner.altered;
	p2p_input_drop(&inner);
	return result;
}

static bool put(struct p2p_unpacking *unpacking, const struct p2p_content *content)
{
	struct p2p_member *member =
		p2p_members_put(unpacking->members, content->name, P2P_MEMBER_FILE, NULL);

	if (!member)
		return false;
	member->at = content->start;
	member->length = unpacking->plain->length - content->start;
	member->kind = content->kind;
	member->is_cut = content->is_cut || content->read > content->most ||
			 unpacking->is_over;
	return true;
}

int p2p_content_keep(struct p2p_unpacking *unpacking, struct p2p_content *content)
{
	int result = 0;

	if (content->is_dropped)
		return 0;
	if (content->read > content->most && content->wanted == P2P_WANTED_BY_CONTENT)
		p2p_unpacking_damage(unpacking, content->name,
				     "is too long, its end is not read");
	if (content->wanted == P2P_WANTED_CONFIG)
		content->is_packed = p2p_unpack_format(bytes_of(unpacking, content));
	if (content->is_packed)
		result = unpack(unpacking, content);
	if (!result && !put(unpacking, content))
		result = -ENOMEM;
	return result ? result :
			p2p_input_append(unpacking->plain, "", 1, unpacking->err);
}
