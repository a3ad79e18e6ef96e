/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What switches and devices do with a request, said once more, step by step as the
 * interface says it, over plain registers. */
#ifndef P2PTOOL_TESTS_SILICON_RULE_H
#define P2PTOOL_TESTS_SILICON_RULE_H

#include "laws/bytes.h"

/* A letter a class: write, read, translated write and read, as in support/said.h. */
struct silicon_answer {
	char ways[4];
	const char *route;
	int common; /* -1: none */
};

struct silicon_answer silicon_rule(const struct bytes *bytes, int from, int to);

#endif
