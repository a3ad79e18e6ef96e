/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that are made once and looked up by what they were made from. */
#ifndef P2PTOOL_RENDER_MEMO_H
#define P2PTOOL_RENDER_MEMO_H

#include <stddef.h>
#include <stdint.h>

/** What a text was made from: all bytes count. @what keeps different makers apart. */
struct memo_key {
	uint32_t what;
	uint32_t words[6];
};

struct memo_text {
	char *text; /* NULL: not made yet */
	size_t length;
};

struct memo_slot {
	struct memo_key key;
	struct memo_text text;
};

struct memo {
	struct memo_slot *slots;
	uint32_t n_slots, n_used; /* n_slots: a power of two */
};

/** 0 or -ENOMEM. */
int memo_init(struct memo *ret_memo);
void memo_done(struct memo *memo);

/** The place of a key's text; a new one has no text and takes a malloc'ed one over. Valid
 * until the next call. NULL without memory. */
struct memo_text *memo_find(struct memo *memo, const struct memo_key *key);

#endif
