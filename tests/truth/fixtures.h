/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the comparisons with the kernels' words share: the fixtures that have some, and the
 * function that such a word speaks of. */
#ifndef TESTS_TRUTH_FIXTURES_H
#define TESTS_TRUTH_FIXTURES_H

#include <glob.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <p2ptool/snapshot.h>

#define PATH_ROOM 512

static inline glob_t fixtures_match(const char *directory, const char *pattern)
{
	char path[PATH_ROOM];
	glob_t found = { 0 };

	snprintf(path, sizeof(path), "%s/%s", directory, pattern);
	if (glob(path, 0, NULL, &found))
		found.gl_pathc = 0;
	return found;
}

/* Looks at each FIXTURES/NAME that has truth. Returns an exit code: none is wrong too. */
static inline int fixtures_all(const char *fixtures, bool (*look_at)(char *directory))
{
	glob_t truths = fixtures_match(fixtures, "*/truth");
	bool all_true = truths.gl_pathc > 0;

	for (size_t i = 0; i < truths.gl_pathc; i++)
		if (!look_at(dirname(truths.gl_pathv[i])))
			all_true = false;
	globfree(&truths);
	return all_true ? 0 : 1;
}

/* P2P_NONE if @address is none, or of no function. */
static inline uint32_t fixtures_find(const struct p2p_snapshot *snapshot,
				     const char *address)
{
	struct p2p_bdf bdf;

	return p2p_bdf_parse(address, &bdf) ? P2P_NONE : p2p_snapshot_find(snapshot, bdf);
}

#endif
