/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of an archive in an array, sorted as a tree is walked: what stands in a folder
 * follows it at once. */
#include <stdlib.h>

#include "io/members.h"

#define LINKS_MAX 16 /* on the way to one member */

static bool is_dots(const char *part, size_t length)
{
	return length == 2 && part[0] == '.' && part[1] == '.';
}

bool p2p_members_clean(const char *name, char ret_name[P2P_MEMBER_SIZE])
{
	size_t n = 0;

	while (*name) {
		size_t length = strcspn(name, "/");

		if (is_dots(name, length) || n + length + 2 > P2P_MEMBER_SIZE)
			return false;
		for (size_t i = 0; i < length; i++)
			if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
				return false;
		if (length && !(length == 1 && *name == '.')) {
			if (n)
				ret_name[n++] = '/';
			memcpy(ret_name + n, name, length);
			n += length;
		}
		name += length + strspn(name + length, "/");
	}
	ret_name[n] = '\0';
	return n > 0;
}

static bool keep(struct p2p_members *members, const char *text, uint64_t *ret_at)
{
	size_t length = strlen(text) + 1;

	if (members->n_names + length > members->names_capacity) {
		uint64_t capacity = 2 * (members->names_capacity + P2P_MEMBER_SIZE);
		char *names = realloc(members->names, capacity);

		if (!names)
			return false;
		members->names = names;
		members->names_capacity = capacity;
	}
	memcpy(members->names + members->n_names, text, length);
	*ret_at = members->n_names;
	members->n_names += length;
	return true;
}

struct p2p_member *p2p_members_put(struct p2p_members *members, const char *name,
				   enum p2p_member_type type, const char *target)
{
	struct p2p_member member = { .type = type, .order = (uint32_t)members->n };
	char cut[P2P_MEMBER_SIZE] = "";

	if (target) {
		member.length = strnlen(target, sizeof(cut) - 1);
		memcpy(cut, target, member.length);
	}
	if (members->n == members->capacity) {
		size_t capacity = members->capacity ? 2 * members->capacity : 64;
		struct p2p_member *entries =
			reallocarray(members->entries, capacity, sizeof(member));

		if (!entries)
			return NULL;
		members->entries = entries;
		members->capacity = capacity;
	}
	if (!keep(members, name, &member.name) ||
	    (target && !keep(members, cut, &member.at)))
		return NULL;
	members->entries[members->n] = member;
	return &members->entries[members->n++];
}

void p2p_members_done(struct p2p_members *members)
{
	free(members->entries);
	free(members->names);
	*members = (struct p2p_members){ 0 };
}

/* A slash comes before all else, so that folders are whole. */
static int compare_names(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (*a == '/' ? 1 : (unsigned char)*a) - (*b == '/' ? 1 : (unsigned char)*b);
}

static int compare_members(const void *a, const void *b, void *names)
{
	const struct p2p_member *left = a, *right = b;
	int order = compare_names((const char *)names + left->name,
				  (const char *)names + right->name);

	if (order)
		return order;
	return (left->order > right->order) - (left->order < right->order);
}

void p2p_members_sort(struct p2p_members *members, const char *text)
{
	members->text = text;
	if (members->n)
		qsort_r(members->entries, members->n, sizeof(*members->entries),
			compare_members, members->names);
}

struct span p2p_members_content(const struct p2p_members *members,
				const struct p2p_member *member)
{
	bool is_text = member->type == P2P_MEMBER_FILE;
	const char *base = is_text ? members->text : members->names;

	return (struct span){ member->length ? base + member->at : "", member->length };
}

/* The first member that is not before @name. */
static size_t find_place(const struct p2p_members *members, const char *name)
{
	size_t low = 0, high = members->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct p2p_member *member = &members->entries[middle];

		if (compare_names(p2p_members_name(members, member), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct p2p_member *find_exact(const struct p2p_members *members,
					   const char *name)
{
	size_t at = find_place(members, name);

	if (at == members->n ||
	    strcmp(p2p_members_name(members, &members->entries[at]), name) != 0)
		return NULL;
	return &members->entries[at];
}

/* The way through the archive: what was walked, and what is still to walk. */
struct way {
	char done[P2P_MEMBER_SIZE], rest[2 * P2P_MEMBER_SIZE];
	unsigned links;
};

static bool go_up(struct way *way)
{
	char *slash = strrchr(way->done, '/');

	if (!*way->done)
		return false;
	*(slash ? slash : way->done) = '\0';
	return true;
}

static bool go_down(struct way *way, const char *part, size_t length)
{
	size_t n = strlen(way->done);

	if (n + length + 2 > sizeof(way->done))
		return false;
	if (n)
		way->done[n++] = '/';
	memcpy(way->done + n, part, length);
	way->done[n + length] = '\0';
	return true;
}

/* Goes on from where the link at the end of the way points to. */
static bool take_link(struct way *way, struct span target)
{
	size_t rest = strlen(way->rest) + 1;

	if (++way->links > LINKS_MAX || !target.length || target.at[0] == '/' ||
	    target.length + 1 + rest > sizeof(way->rest))
		return false;
	memmove(way->rest + target.length + 1, way->rest, rest);
	memcpy(way->rest, target.at, target.length);
	way->rest[target.length] = '/';
	return go_up(way);
}

static bool take_part(const struct p2p_members *members, struct way *way, bool follow)
{
	size_t length = strcspn(way->rest, "/");
	size_t skip = length + strspn(way->rest + length, "/");
	const struct p2p_member *here;
	bool is_fine = true;

	if (is_dots(way->rest, length))
		is_fine = go_up(way);
	else if (length && !(length == 1 && way->rest[0] == '.'))
		is_fine = go_down(way, way->rest, length);
	memmove(way->rest, way->rest + skip, strlen(way->rest + skip) + 1);
	here = is_fine ? find_exact(members, way->done) : NULL;
	if (here && here->type == P2P_MEMBER_LINK && (follow || *way->rest))
		return take_link(way, p2p_members_content(members, here));
	return is_fine;
}

/* Where the name leads to, links followed; of the last part only if asked for. */
static bool walk(const struct p2p_members *members, const char *name, bool follow,
		 char ret_name[P2P_MEMBER_SIZE])
{
	struct way way = { .done = "" };

	if (strlen(name) >= P2P_MEMBER_SIZE)
		return false;
	strcpy(way.rest, name);
	while (*way.rest)
		if (!take_part(members, &way, follow))
			return false;
	strcpy(ret_name, way.done);
	return true;
}

const struct p2p_member *p2p_members_find(const struct p2p_members *members,
					  const char *name)
{
	char place[P2P_MEMBER_SIZE];

	return walk(members, name, false, place) ? find_exact(members, place) : NULL;
}

const struct p2p_member *p2p_members_follow(const struct p2p_members *members,
					    const char *name)
{
	char place[P2P_MEMBER_SIZE];

	return walk(members, name, true, place) ? find_exact(members, place) : NULL;
}

/* What follows @folder and a slash in the name of the member at @at; NULL if it is not
 * in that folder. */
static const char *part_below(const struct p2p_members *members, size_t at,
			      const char *folder)
{
	size_t length = strlen(folder);
	const char *name;

	if (at >= members->n)
		return NULL;
	name = p2p_members_name(members, &members->entries[at]);
	if (!length)
		return name;
	return !strncmp(name, folder, length) && name[length] == '/' ? name + length + 1 :
								       NULL;
}

static size_t find_inside(const struct p2p_members *members, const char *folder)
{
	size_t at = find_place(members, folder);

	while (at < members->n &&
	       !strcmp(p2p_members_name(members, &members->entries[at]), folder))
		at++;
	return at;
}

bool p2p_members_has(const struct p2p_members *members, const char *name)
{
	char place[P2P_MEMBER_SIZE];

	return walk(members, name, true, place) &&
	       (find_exact(members, place) ||
		part_below(members, find_inside(members, place), place));
}

bool p2p_members_walk(const struct p2p_members *members, const char *folder,
		      struct p2p_members_walk *ret_walk)
{
	*ret_walk = (struct p2p_members_walk){ .members = members };
	if (!walk(members, folder, true, ret_walk->folder))
		return false;
	ret_walk->next = find_inside(members, ret_walk->folder);
	return part_below(members, ret_walk->next, ret_walk->folder) != NULL;
}

const char *p2p_members_step(struct p2p_members_walk *walk)
{
	const char *part = part_below(walk->members, walk->next, walk->folder);
	size_t length = part ? strcspn(part, "/") : 0;

	if (!part)
		return NULL;
	memcpy(walk->name, part, length);
	walk->name[length] = '\0';
	do
		part = part_below(walk->members, ++walk->next, walk->folder);
	while (part && !strncmp(part, walk->name, length) &&
	       (part[length] == '/' || !part[length]));
	return walk->name;
}
