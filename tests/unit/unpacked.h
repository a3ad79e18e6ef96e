/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was taken out of an archive or a directory. */
#ifndef P2PTOOL_TESTS_UNPACKED_H
#define P2PTOOL_TESTS_UNPACKED_H

#include "io/input.h"
#include "io/members.h"

#include "capture.h"

struct unpacked {
	struct p2p_input input;
	struct p2p_members members;
	struct p2p_snapshot *snapshot;
};

/** Frees what is in it. */
void unpacked_done(struct unpacked *unpacked);

/** There is one note of damage, and it says @words. */
void unpacked_assert_told(const struct unpacked *unpacked, const char *words);

#endif
