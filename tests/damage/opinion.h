/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine makes of a capture: verdicts and groups. Two opinions about one machine
 * are compared by address, for they may know different functions. */
#ifndef P2PTOOL_TESTS_OPINION_H
#define P2PTOOL_TESTS_OPINION_H

#include <stdbool.h>

#include <p2ptool/machine.h>

struct opinion {
	struct p2p_machine *machine;
	struct p2p_grouped *grouped;
	struct p2p_verdict verdict; /* room for one */
};

/* Takes the snapshot over. Judged by 6.12 and Intel. */
void opinion_form(struct p2p_snapshot *snapshot, struct opinion *ret_opinion);
void opinion_drop(struct opinion *opinion);

/* Pairs of functions to ask about: all of small machines, else those near each other and
 * random ones. Returns how many there are; @ret_pairs is the caller's to free. */
struct opinion_pair {
	struct p2p_bdf from, to;
};
unsigned opinion_pairs(const struct opinion *opinion, unsigned most,
		       struct opinion_pair **ret_pairs);

/* Where @less is certain and @more says something else: a sentence in @ret_text, and
 * false. What @less does not have, or does not know, is no contradiction. */
bool opinion_stands(struct opinion *more, struct opinion *less,
		    const struct opinion_pair *pair, char ret_text[256]);

/* As above, and what @more is certain of @less may not leave open. */
bool opinion_same(struct opinion *more, struct opinion *less,
		  const struct opinion_pair *pair, char ret_text[256]);

#endif
