/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from changed registers: routes and map types of pairs, groups. */
#include "core/diff_parts.h"

#define PAIRS_MAX 4000000u /* more are not looked at: 2,000 peers */

struct pair_verdicts {
	struct p2p_verdict before, after;
};

static bool is_peer(const struct differing *differing, uint32_t before)
{
	uint32_t after = differing->diff->to[before];

	return after != P2P_NONE && differing->before->roles[before].peer &&
	       differing->after->roles[after].peer;
}

static struct p2p_reg known(unsigned value)
{
	return (struct p2p_reg){ value, UINT32_MAX };
}

static void compare_pair(struct differing *differing, uint32_t from, uint32_t to,
			 struct pair_verdicts *verdicts)
{
	const uint32_t *match = differing->diff->to;
	struct p2p_change change = { .before = from,
				     .after = match[from],
				     .other_before = to,
				     .other_after = match[to] };
	const struct p2p_verdict *a = &verdicts->before, *b = &verdicts->after;

	p2p_judge_pair(differing->before->judge, from, to, &verdicts->before);
	p2p_judge_pair(differing->after->judge, match[from], match[to], &verdicts->after);
	if (a->route == P2P_ROUTE_UNKNOWN || b->route == P2P_ROUTE_UNKNOWN) {
		differing->diff->n_unknown += a->route != b->route;
	} else if (a->route != b->route) {
		change.kind = P2P_CHANGE_ROUTE;
		change.was = known(a->route);
		change.is = known(b->route);
		p2p_diff_add(differing, change);
	}
	if (a->map != P2P_MAP_UNKNOWN && b->map != P2P_MAP_UNKNOWN && a->map != b->map) {
		change.kind = P2P_CHANGE_MAP;
		change.was = known(a->map);
		change.is = known(b->map);
		p2p_diff_add(differing, change);
	}
}

void p2p_diff_pairs(struct differing *differing)
{
	uint32_t count = differing->before->snapshot->n_functions;
	struct pair_verdicts verdicts = { 0 };
	uint64_t left = PAIRS_MAX;

	if (p2p_verdict_init(differing->before->judge, &verdicts.before) ||
	    p2p_verdict_init(differing->after->judge, &verdicts.after))
		differing->failed = true;
	for (uint32_t from = 0; !differing->failed && from < count; from++)
		for (uint32_t to = 0; is_peer(differing, from) && to < count && left;
		     to++)
			if (to != from && is_peer(differing, to)) {
				compare_pair(differing, from, to, &verdicts);
				left--;
			}
	p2p_verdict_done(&verdicts.before);
	p2p_verdict_done(&verdicts.after);
}
