/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of an archive or files of a directory while they are read: what is of use goes
 * into one text, within limits. */
#ifndef P2PTOOL_IO_CONTENT_H
#define P2PTOOL_IO_CONTENT_H

#include "io/unpack.h"
#include "io/wanted.h"

/** What is read into, and how much was seen. @plain gets the contents. */
struct p2p_unpacking {
	struct p2p_input *plain;
	struct p2p_members *members;
	const struct p2p_unpack_limits *limits;
	struct p2p_snapshot *snapshot;
	struct p2p_err *err;
	uint64_t entries, walked;
	bool is_over; /* a limit, or damage that nothing can be read behind */
};

/** Counts one more member. False if that is too many, which is told. */
bool p2p_unpacking_count(struct p2p_unpacking *unpacking);

/** Tells damage of a member. */
void p2p_unpacking_damage(struct p2p_unpacking *unpacking, const char *name,
			  const char *what);

/** The content of one member while it is read. */
struct p2p_content {
	const char *name;
	enum p2p_wanted wanted;
	uint64_t start, read; /* in the text; bytes of it so far */
	size_t most;          /* that are kept */
	bool is_decided, is_dropped, is_packed;
	bool is_cut; /* there is more, which cannot be read */
	enum p2p_source_kind kind;
};

void p2p_content_begin(const struct p2p_unpacking *unpacking, const char *name,
		       enum p2p_wanted wanted, struct p2p_content *ret_content);

/** Takes the next block. 0, or a negative errno, as the others. */
int p2p_content_add(struct p2p_unpacking *unpacking, struct p2p_content *content,
		    struct span block);

/** No more bytes of it are of use. */
bool p2p_content_is_full(const struct p2p_content *content);

/** All of it was read: is it of use? Once that is known does nothing. */
int p2p_content_decide(struct p2p_unpacking *unpacking, struct p2p_content *content);

/** Unpacks what is compressed; puts it among the members if it was not dropped. */
int p2p_content_keep(struct p2p_unpacking *unpacking, struct p2p_content *content);

/** Takes it back out of the text. */
void p2p_content_drop(struct p2p_unpacking *unpacking, struct p2p_content *content);

#endif
