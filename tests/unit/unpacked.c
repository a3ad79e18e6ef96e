/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks at members and at damage. */
#include <string.h>

#include "unpacked.h"

void unpacked_done(struct unpacked *unpacked)
{
	p2p_snapshot_free(unpacked->snapshot);
	p2p_members_done(&unpacked->members);
	p2p_input_drop(&unpacked->input);
}

void unpacked_assert_told(const struct unpacked *unpacked, const char *words)
{
	const struct p2p_snapshot *snapshot = unpacked->snapshot;
	const char *told;

	assert_int_equal(snapshot->n_damage, 1);
	told = p2p_snapshot_string(snapshot, snapshot->damage[0].text);
	if (!strstr(told, words))
		fail_msg("'%s' does not say '%s'", told, words);
}
