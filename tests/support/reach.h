/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers of a machine that is said, reached as a transaction reaches them, with whatever
 * faults a test asks for. Counts begin with 1; 0 is never. */
#ifndef P2PTOOL_TESTS_REACH_H
#define P2PTOOL_TESTS_REACH_H

#include <p2ptool/journal.h>

#include "support/build.h"

/* All that a machine's ACS capabilities hold. */
struct image {
	uint32_t *words;
	unsigned n;
};

/* What a crash would leave: the registers, and the journal that was noted last. */
struct crash {
	struct image image;
	char *noted; /* NULL: there is none */
};

struct reach {
	struct build *b;
	struct p2p_apply *apply;

	/* Writes in this range fail, and their value arrives, or does not. */
	unsigned write_fails, write_fails_to;
	bool write_arrives;
	/* Accesses in this range find @gone away: it reads all-ones and takes nothing. */
	unsigned goes, comes;
	int gone;
	/* Before this access the control of @odd changes by itself. */
	unsigned changes;
	uint32_t changed;
	/* The control of @odd keeps these bits, whatever is written, from that write on. */
	unsigned keeps_from;
	uint32_t keeps;
	int odd;
	unsigned read_fails, read_fails_to, note_fails, note_fails_to, hold_fails;
	unsigned stops; /* at this question and all after it */

	unsigned reads, writes, accesses, notes, holds, questions;
	bool *is_held; /* by function of the transaction */
	char *noted;
	enum p2p_apply_state state_noted;
	bool keeps_crashes; /* at every call */
	struct crash *crashes;
	unsigned n_crashes;
};

/* For a transaction about to be carried out on @b, whose snapshot was made. */
void reach_init(struct reach *reach, struct build *b, struct p2p_apply *apply);
/* Counts and faults are forgotten, crashes and the journal kept. */
void reach_again(struct reach *reach);
void reach_done(struct reach *reach);

/* Valid as long as @reach is. */
struct p2p_apply_calls reach_calls(struct reach *reach);

/* The journal of the transaction as text. The caller frees it. */
char *reach_journal(const struct p2p_apply *apply);

struct image image_take(struct build *b);
void image_put(struct build *b, const struct image *image);
bool image_is(struct build *b, const struct image *image);
void image_done(struct image *image);

#endif
