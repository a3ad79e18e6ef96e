/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opinions about a machine, formed of a snapshot and held against each other. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "damage/opinion.h"
#include "support/build.h"

#define NEAR 8

void opinion_form(struct p2p_snapshot *snapshot, struct opinion *ret_opinion)
{
	struct p2p_err err = { "" };
	int result =
		p2p_machine_new(snapshot, "6.12", "intel", &ret_opinion->machine, &err);

	assert(!result);
	result = p2p_machine_group(ret_opinion->machine, NULL, &ret_opinion->grouped,
				   &err);
	assert(!result);
	result = p2p_verdict_init(ret_opinion->machine->judge, &ret_opinion->verdict);
	assert(!result);
	(void)result;
}

void opinion_drop(struct opinion *opinion)
{
	p2p_verdict_done(&opinion->verdict);
	p2p_grouped_free(opinion->grouped);
	p2p_machine_free(opinion->machine);
}

static uint32_t draw(uint32_t n, uint32_t from, uint32_t *state)
{
	uint32_t near = from + build_random(state, 2 * NEAR);

	if (build_random(state, 2) && near >= NEAR && near - NEAR < n)
		return near - NEAR;
	return build_random(state, n);
}

unsigned opinion_pairs(const struct opinion *opinion, unsigned most,
		       struct opinion_pair **ret_pairs)
{
	const struct p2p_snapshot *snapshot = opinion->machine->snapshot;
	uint32_t n = snapshot->n_functions, state = 4711;
	bool all = (uint64_t)n * n <= most;
	unsigned count = all ? n * n : most;
	struct opinion_pair *pairs = calloc(count + 1, sizeof(*pairs));

	assert(pairs);
	for (unsigned i = 0; i < count; i++) {
		uint32_t from = all ? i / n : build_random(&state, n);
		uint32_t to = all ? i % n : draw(n, from, &state);

		pairs[i].from = snapshot->functions[from].bdf;
		pairs[i].to = snapshot->functions[to].bdf;
	}
	*ret_pairs = pairs;
	return count;
}

static bool find(const struct opinion *opinion, const struct opinion_pair *pair,
		 uint32_t *ret_from, uint32_t *ret_to)
{
	*ret_from = p2p_snapshot_find(opinion->machine->snapshot, pair->from);
	*ret_to = p2p_snapshot_find(opinion->machine->snapshot, pair->to);
	return *ret_from != P2P_NONE && *ret_to != P2P_NONE;
}

static bool is_under_orphan(const struct opinion *opinion, uint32_t function)
{
	const struct p2p_topo *topo = opinion->machine->topo;

	return topo->roots[topo->nodes[function].root].orphan;
}

/* Together, apart, or not known. A group that is not certain is no larger than told, so
 * functions of two are apart; but what is above an orphan is not known at all. */
static enum p2p_tri together(const struct opinion *opinion, uint32_t from, uint32_t to)
{
	const struct p2p_groups *groups = opinion->grouped->groups;
	const struct p2p_group *a = &groups->groups[groups->of[from]];
	const struct p2p_group *b = &groups->groups[groups->of[to]];

	if (a->certainty == P2P_ASSUMED || b->certainty == P2P_ASSUMED)
		return P2P_UNKNOWN;
	if (a != b && (is_under_orphan(opinion, from) || is_under_orphan(opinion, to)))
		return P2P_UNKNOWN;
	if (a != b)
		return P2P_NO;
	return a->certainty == P2P_CERTAIN || from == to ? P2P_YES : P2P_UNKNOWN;
}

/* As it is told, assumed or not; unknown where the group may be several. */
static enum p2p_tri placed(const struct opinion *opinion, uint32_t from, uint32_t to)
{
	const struct p2p_groups *groups = opinion->grouped->groups;

	if (!p2p_groups_together(groups, from, to))
		return P2P_NO;
	return from != to && groups->groups[groups->of[from]].certainty == P2P_UNCERTAIN ?
		       P2P_UNKNOWN :
		       P2P_YES;
}

static int say(char text[256], const char *what, const struct opinion_pair *pair, int was,
	       int is)
{
	char from[P2P_BDF_SIZE], to[P2P_BDF_SIZE];

	return snprintf(text, 256, "%s -> %s: %s %d, but %d is said",
			p2p_bdf_format(pair->from, from), p2p_bdf_format(pair->to, to),
			what, was, is);
}

bool opinion_stands(struct opinion *more, struct opinion *less,
		    const struct opinion_pair *pair, char ret_text[256])
{
	const struct p2p_verdict *was = &more->verdict, *is = &less->verdict;
	uint32_t from, to, less_from, less_to;
	enum p2p_tri grouped, regrouped;

	if (!find(more, pair, &from, &to) || !find(less, pair, &less_from, &less_to))
		return true;
	p2p_judge_pair(less->machine->judge, less_from, less_to, &less->verdict);
	p2p_judge_pair(more->machine->judge, from, to, &more->verdict);
	grouped = together(more, from, to);
	regrouped = together(less, less_from, less_to);
	if (regrouped && grouped && grouped != regrouped)
		return !say(ret_text, "groups", pair, grouped, regrouped);
	if (p2p_verdict_certainty(is) != P2P_CERTAIN)
		return true;
	if (was->route != P2P_ROUTE_UNKNOWN && was->route != is->route)
		return !say(ret_text, "route", pair, was->route, is->route);
	if (was->map != P2P_MAP_UNKNOWN && was->map != is->map)
		return !say(ret_text, "map", pair, was->map, is->map);
	return true;
}

bool opinion_same(struct opinion *more, struct opinion *less,
		  const struct opinion_pair *pair, char ret_text[256])
{
	uint32_t from, to, less_from, less_to;

	if (!find(less, pair, &less_from, &less_to) || !find(more, pair, &from, &to))
		return !say(ret_text, "function", pair, 1, 0);
	if (!opinion_stands(more, less, pair, ret_text))
		return false;
	if (placed(more, from, to) != placed(less, less_from, less_to))
		return !say(ret_text, "groups", pair, (int)placed(more, from, to),
			    (int)placed(less, less_from, less_to));
	if (more->verdict.route != less->verdict.route)
		return !say(ret_text, "route", pair, more->verdict.route,
			    less->verdict.route);
	if (more->verdict.map != less->verdict.map)
		return !say(ret_text, "map", pair, more->verdict.map, less->verdict.map);
	return true;
}
