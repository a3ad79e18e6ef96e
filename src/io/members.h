/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was kept of an archive: names, and where in one text their contents stand. Links
 * are followed here, among the names that were kept, and nowhere else. */
#ifndef P2PTOOL_IO_MEMBERS_H
#define P2PTOOL_IO_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/recognise.h"
#include "io/span.h"

/** Longest name that is kept, terminator included. */
#define P2P_MEMBER_SIZE 1024

enum p2p_member_type { P2P_MEMBER_FILE, P2P_MEMBER_LINK, P2P_MEMBER_FOLDER };

struct p2p_member {
	uint64_t name;       /* in the names */
	uint64_t at, length; /* content in the text; a link's target in the names */
	uint32_t order;      /* in the archive */
	enum p2p_member_type type;
	enum p2p_source_kind kind; /* of a capture; P2P_SOURCE_ANY: it is none */
	bool is_cut;               /* there was more of it */
};

struct p2p_members {
	struct p2p_member *entries; /* sorted by p2p_members_sort() */
	size_t n, capacity;
	char *names;
	uint64_t n_names, names_capacity;
	const char *text;
	bool is_folder; /* of a directory, not of an archive */
};

/** Writes a name as it is kept: no slash at its ends, none twice, no "." in it. False for
 * what is no name of a file in an archive: "..", control characters, too long, empty. */
bool p2p_members_clean(const char *name, char ret_name[P2P_MEMBER_SIZE]);

/** Adds a member by its clean name; of a link @target is told. Returns it, valid until
 * the next call, or NULL without memory. */
struct p2p_member *p2p_members_put(struct p2p_members *members, const char *name,
				   enum p2p_member_type type, const char *target);

/** Sorts by name, the first of the same name first. @text holds the contents. */
void p2p_members_sort(struct p2p_members *members, const char *text);
void p2p_members_done(struct p2p_members *members);

static inline const char *p2p_members_name(const struct p2p_members *members,
					   const struct p2p_member *member)
{
	return members->names + member->name;
}

/** The content of a file, the target of a link. */
struct span p2p_members_content(const struct p2p_members *members,
				const struct p2p_member *member);

/** The member of this name, itself a link perhaps; the way to it may lead over links.
 * NULL when there is none. */
const struct p2p_member *p2p_members_find(const struct p2p_members *members,
					  const char *name);

/** The same, and if that is a link, what it leads to. */
const struct p2p_member *p2p_members_follow(const struct p2p_members *members,
					    const char *name);

/** True when something stands below the name, or is it. */
bool p2p_members_has(const struct p2p_members *members, const char *name);

/** A walk over the names in one folder. */
struct p2p_members_walk {
	const struct p2p_members *members;
	char folder[P2P_MEMBER_SIZE], name[P2P_MEMBER_SIZE];
	size_t next;
};

/** Begins the walk; false when nothing is in the folder. */
bool p2p_members_walk(const struct p2p_members *members, const char *folder,
		      struct p2p_members_walk *ret_walk);

/** The next name in it; NULL at the end. */
const char *p2p_members_step(struct p2p_members_walk *walk);

#endif
