/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs laws over random machines: the same seeds each time, the seed printed where a law
 * does not hold. `LAW SEED` runs one machine alone. */
#ifndef P2PTOOL_TESTS_LAW_H
#define P2PTOOL_TESTS_LAW_H

#include <stdbool.h>
#include <stdint.h>

#include "support/build.h"

/* How much was looked at, and what did not hold. */
struct law_count {
	uint64_t machines, cases, broken;
	uint32_t seed;
};

struct law {
	const char *name;
	uint32_t n_seeds;
	void (*look)(struct law_count *count, struct build *b);
};

/* Says that a case does not hold, with its seed. */
void law_broken(struct law_count *count, const char *format, ...) P2P_PRINTF(2);

int law_run(const struct law *laws, unsigned n, int argc, char **argv);

#endif
