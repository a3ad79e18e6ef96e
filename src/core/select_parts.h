/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read selectors share: sets of functions, and the search for the
 * names nearest to a word that names nothing. */
#ifndef P2PTOOL_CORE_SELECT_PARTS_H
#define P2PTOOL_CORE_SELECT_PARTS_H

#include <stdbool.h>

#include <p2ptool/select.h>

/* Longest part of a term: room for the deepest path. */
#define SELECT_PART_MAX 2048
/* How much of a part a sentence repeats. */
#define SELECT_SHOWN 100
/* Parts in one selector, so that time stays in proportion to the machine. */
#define SELECT_PARTS_MAX 4096

/* A bit a function. */
struct select_set {
	uint64_t *words;
	uint32_t n_words;
};

static inline void select_add(struct select_set *set, uint32_t function)
{
	set->words[function / 64] |= UINT64_C(1) << function % 64;
}

static inline bool select_has(const struct select_set *set, uint32_t function)
{
	return set->words[function / 64] >> function % 64 & 1;
}

/* Part of a selector in, functions out. @set comes empty; what is added counts only on
 * success. 0, -EINVAL or -ENOENT with the sentence. */
int p2p_select_part(const struct p2p_machine *machine, const char *part,
		    struct select_set *set, struct p2p_err *err);

/* A part `@key=...`: `role=nvlink`. @value points behind the `=`. */
int p2p_select_key(const struct p2p_machine *machine, const char *part, const char *value,
		   struct select_set *set, struct p2p_err *err);

/* Any other part: an address, a set, a name. */
int p2p_select_word(const struct p2p_machine *machine, const char *part,
		    struct select_set *set, struct p2p_err *err);

/* The one function that a word names; a second one is an error. */
int p2p_select_one(const struct p2p_machine *machine, const char *part, const char *word,
		   uint32_t *ret_function, struct p2p_err *err);

/* An address or a pattern as `lspci -s` takes them, or vendor and device. */
int p2p_select_address(const struct p2p_machine *machine, const char *part,
		       struct select_set *set, struct p2p_err *err);

#define NEAR_KEPT 3
#define NEAR_SIZE 64

/* The few words that are most like @wanted, best first. */
struct select_near {
	const char *wanted;
	unsigned limit; /* most letters to change */
	unsigned n;
	unsigned distance[NEAR_KEPT];
	char word[NEAR_KEPT][NEAR_SIZE];
};

/* A word may differ from @wanted in a third of its letters, but in one at least. */
struct select_near p2p_select_near(const char *wanted);
void p2p_select_offer(struct select_near *near, const char *word);

/* Writes " (nearest: a, b)" with @prefix before each word, or "" for none. */
const char *p2p_select_nearest(const struct select_near *near, const char *prefix,
			       char ret_text[P2P_ERR_SIZE]);

#endif
