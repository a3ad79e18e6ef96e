/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a journal: its first line, keys of values, then a line each function,
 * register and write, and a last line with a sum over all before it. */
#ifndef P2PTOOL_CORE_JOURNAL_PARTS_H
#define P2PTOOL_CORE_JOURNAL_PARTS_H

#include <p2ptool/journal.h>

#define JOURNAL_FIRST    "# p2ptool journal 1"
#define JOURNAL_FUNCTION "function" /* ADDRESS POWER VENDOR DEVICE SERIAL PATH */
#define JOURNAL_REGISTER "register" /* see struct p2p_apply_register */
#define JOURNAL_WRITE    "write"    /* see struct p2p_apply_op */
#define JOURNAL_END      "end"      /* SUM */
#define JOURNAL_CONTROL  "control"
#define JOURNAL_LEFT     "left"
#define JOURNAL_NONE     "-"
#define JOURNAL_UNKNOWN  "?"

/* The texts, in the order of their lines. */
struct journal_text {
	const char *key;
	size_t at; /* in struct p2p_journal */
};
#define JOURNAL_TEXTS 5
extern const struct journal_text p2p_journal_texts[JOURNAL_TEXTS];

/* Words of enums, by value; NULL ends a table. */
extern const char *const p2p_journal_states[];
extern const char *const p2p_journal_results[];
extern const char *const p2p_journal_powers[];

/* FNV-1a, 64 bits: no other byte in one place gives the same sum. */
uint64_t p2p_journal_sum(const char *text, size_t length);

/* Whether the parts fit together: indexes, offsets, and each write's old value with what
 * the writes before it left. 0, -ENOMEM, or -EBADMSG and which line it is, the first
 * function's being 1. */
int p2p_journal_check(const struct p2p_apply *apply, uint32_t *ret_line);

/* What is left of a line. */
struct journal_line {
	const char *at;
	size_t length;
};

/* journal_row.c: read the next word of a line, which a blank or its end ends. False if
 * there is none, or it is no such value. */
bool p2p_journal_number(struct journal_line *line, unsigned base, uint64_t most,
			uint64_t *ret_number);
bool p2p_journal_word(struct journal_line *line, const char *const *words,
		      unsigned *ret_value);

/* Read what follows a function's, a register's and a write's key, all of it. 0, -EBADMSG
 * or -ENOMEM. */
int p2p_journal_function(struct journal_line line, struct p2p_apply_function *ret);
int p2p_journal_register(struct journal_line line, struct p2p_apply_register *ret);
int p2p_journal_op(struct journal_line line, struct p2p_apply_op *ret);

#endif
