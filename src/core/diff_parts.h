/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a comparison: who is who (diff_match.c), what differs (diff.c,
 * diff_pair.c). */
#ifndef P2PTOOL_CORE_DIFF_PARTS_H
#define P2PTOOL_CORE_DIFF_PARTS_H

#include <p2ptool/diff.h>

struct differing {
	const struct p2p_machine *before, *after;
	unsigned ignored;
	struct p2p_diff *diff;
	uint64_t room;
	bool failed; /* out of memory */
};

/* Fills @to and @from. 0 or -ENOMEM. */
int p2p_diff_match(struct differing *differing);

/* Notes a change unless its kind is ignored. */
void p2p_diff_add(struct differing *differing, struct p2p_change change);

/* Routes and map types of all pairs of peers that both have. */
void p2p_diff_pairs(struct differing *differing);

/* Functions that are in a group with others than before. */
void p2p_diff_groups(struct differing *differing);

#endif
