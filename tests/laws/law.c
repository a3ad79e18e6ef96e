/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seeds in, one line a law out. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "laws/law.h"

#define SHOWN_MAX 20

void law_broken(struct law_count *count, const char *format, ...)
{
	va_list args;

	if (count->broken++ >= SHOWN_MAX)
		return;
	printf("  seed %u: ", count->seed);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static void look_at(const struct law *law, struct law_count *count, uint32_t seed)
{
	struct build *b = build_random_machine(seed);

	count->seed = seed;
	count->machines++;
	law->look(count, b);
	build_free(b);
}

static bool run(const struct law *law, uint32_t first, uint32_t n)
{
	struct law_count count = { 0 };

	for (uint32_t seed = first; seed < first + n; seed++)
		look_at(law, &count, seed);
	printf("%s: %llu machines, %llu cases, %llu broken\n", law->name,
	       (unsigned long long)count.machines, (unsigned long long)count.cases,
	       (unsigned long long)count.broken);
	return count.cases && !count.broken;
}

int law_run(const struct law *laws, unsigned n, int argc, char **argv)
{
	uint32_t seed = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 0;
	bool all_hold = true;

	for (unsigned i = 0; i < n; i++)
		if (!run(&laws[i], seed ? seed : 1, seed ? 1 : laws[i].n_seeds))
			all_hold = false;
	return all_hold ? 0 : 1;
}
