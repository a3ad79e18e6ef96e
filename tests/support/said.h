/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that a test says, decodes and asks: each question decodes anew what has been
 * said so far, so that a test may say more between two of them. */
#ifndef P2PTOOL_TESTS_SAID_H
#define P2PTOOL_TESTS_SAID_H

#include "support/build.h"

struct said {
	struct build *b;
	const char *kernel, *cpu;
	/* What a system would tell beside the registers; NULL: nothing. */
	void (*tell)(struct said *said, struct p2p_snapshot *snapshot);
	struct p2p_machine *machine;
	struct p2p_verdict verdict;
	char ways[P2P_TLPS + 1];
};

/* For CMocka: *@state becomes a machine without functions, judged by 6.12 and Intel. */
int said_setup(void **state);
int said_teardown(void **state);

#define SAID(name) cmocka_unit_test_setup_teardown(name, said_setup, said_teardown)

/* All stages over what has been said. What these return is valid until the next one. */
const struct p2p_machine *said_machine(struct said *said);
const struct p2p_facts *said_facts(struct said *said, int function);
const struct p2p_node *said_node(struct said *said, int function);
const struct p2p_verdict *said_judge(struct said *said, int from, int to);

/* Judges, and gives a letter a class (write, read, translated write and read): Direct,
 * Redirected, Split, Blocked, Undefined, root Complex, cross-root X, ? unknown. */
const char *said_ways(struct said *said, int from, int to);

/* Of the machine decoded last: the index of a function, or P2P_NONE. */
uint32_t said_index(const struct said *said, int function);

/* Of the pair judged last: the bits that @function decides by, 0 when it does not; and
 * whether it is among what is missing (-1: the machine). */
uint32_t said_by(const struct said *said, int function);
uint32_t said_kernel_by(const struct said *said, int function);
bool said_misses(const struct said *said, int function, enum p2p_evidence what);

#endif
