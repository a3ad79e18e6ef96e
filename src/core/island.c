/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Islands along the tree: a clean function (no redirect) below a clean one is in the same
 * piece, so a piece holds exactly the functions whose paths to each other are clean. */
#include <errno.h>
#include <stdlib.h>

#include <p2ptool/island.h>

#include "core/route.h"

/* Most pairs that are judged one by one for the count of those direct in silicon only. */
#define PAIRS_MAX 200000u

struct building {
	const struct p2p_judge *judge;
	const struct p2p_topo *topo;
	const struct p2p_role *roles;
	struct p2p_islands *islands;
	uint32_t *piece; /* by function: the piece's highest function, or P2P_NONE */
	uint32_t *count; /* by highest function: peers in the piece */
};

static bool is_clean(const struct building *b, uint32_t function)
{
	return function != P2P_NONE && p2p_judge_redirects(b->judge, function) == P2P_NO;
}

static void find_pieces(struct building *b)
{
	for (uint32_t n = 0; n < b->topo->n_nodes; n++) {
		uint32_t i = b->topo->order[n], parent = b->topo->nodes[i].parent;

		b->piece[i] = P2P_NONE;
		if (!is_clean(b, i))
			continue;
		b->piece[i] = is_clean(b, parent) ? b->piece[parent] : i;
		b->count[b->piece[i]] += b->roles[i].peer;
	}
}

static bool is_open(const struct building *b, uint32_t i)
{
	uint32_t top = b->piece[i], above;

	if (top == P2P_NONE)
		return p2p_judge_redirects(b->judge, i) == P2P_UNKNOWN;
	above = b->topo->nodes[top].parent;
	return above != P2P_NONE && p2p_judge_redirects(b->judge, above) == P2P_UNKNOWN;
}

/* Numbers the pieces that hold two peers or more, by their first peer's address. */
static void number_islands(struct building *b)
{
	struct p2p_islands *islands = b->islands;

	for (uint32_t i = 0; i < b->topo->n_nodes; i++)
		islands->of[i] = P2P_NONE;
	for (uint32_t i = 0; i < b->topo->n_nodes; i++) {
		uint32_t top = b->piece[i];

		islands->n_unknown += b->roles[i].peer && is_open(b, i);
		if (!b->roles[i].peer || top == P2P_NONE || b->count[top] < 2)
			continue;
		if (islands->of[top] == P2P_NONE) {
			islands->islands[islands->n_islands] = (struct p2p_island){
				.first_member = islands->n_members,
				.common = P2P_NONE,
			};
			islands->of[top] = islands->n_islands++;
			islands->n_members += b->count[top];
		}
	}
}

static void fill_members(struct building *b)
{
	struct p2p_islands *islands = b->islands;

	for (uint32_t i = 0; i < b->topo->n_nodes; i++) {
		struct p2p_island *island;

		if (b->piece[i] == P2P_NONE)
			continue;
		islands->of[i] = islands->of[b->piece[i]];
		if (islands->of[i] == P2P_NONE || !b->roles[i].peer)
			continue;
		island = &islands->islands[islands->of[i]];
		islands->members[island->first_member + island->n_members++] = i;
		island->common =
			island->common == P2P_NONE ?
				i :
				p2p_route_find(b->topo, island->common, i).common;
	}
}

static void judge_both(const struct building *b, uint32_t x, uint32_t y,
		       struct p2p_verdict *verdict)
{
	for (unsigned turn = 0; turn < 2; turn++) {
		p2p_judge_pair(b->judge, turn ? y : x, turn ? x : y, verdict);
		b->islands->n_direct_only +=
			verdict->direct == P2P_YES && verdict->map != P2P_MAP_BUS_ADDR &&
			(verdict->map != P2P_MAP_UNKNOWN || verdict->n_kernel_by);
	}
}

/* Only functions below one port of a root bus can meet below the host bridge; in the
 * order of the tree they follow each other. */
static int count_direct_only(struct building *b)
{
	uint32_t *peers = calloc(b->topo->n_nodes + 1u, sizeof(*peers));
	struct p2p_verdict verdict = { 0 };
	uint32_t n = 0, first = 0, budget = PAIRS_MAX;
	int result = peers ? p2p_verdict_init(b->judge, &verdict) : -ENOMEM;

	for (uint32_t k = 0; !result && k < b->topo->n_nodes; k++) {
		uint32_t i = b->topo->order[k];

		if (!b->roles[i].peer)
			continue;
		if (n && p2p_topo_top(b->topo, peers[n - 1]) != p2p_topo_top(b->topo, i))
			first = n;
		peers[n++] = i;
		for (uint32_t j = first; j + 1 < n; j++) {
			if (!budget) {
				b->islands->n_not_judged += 2ull * (n - 1 - j);
				break;
			}
			budget--;
			judge_both(b, peers[j], i, &verdict);
		}
	}
	p2p_verdict_done(&verdict);
	free(peers);
	return result;
}

static int build(struct building *b)
{
	struct p2p_islands *islands = b->islands;
	size_t n = b->topo->n_nodes + 1u;

	islands->of = calloc(n, sizeof(*islands->of));
	islands->islands = calloc(n, sizeof(*islands->islands));
	islands->members = calloc(n, sizeof(*islands->members));
	b->piece = calloc(n, sizeof(*b->piece));
	b->count = calloc(n, sizeof(*b->count));
	if (!islands->of || !islands->islands || !islands->members || !b->piece ||
	    !b->count)
		return -ENOMEM;
	find_pieces(b);
	number_islands(b);
	fill_members(b);
	return count_direct_only(b);
}

struct p2p_islands *p2p_islands_new(const struct p2p_judge *judge,
				    const struct p2p_topo *topo,
				    const struct p2p_role *roles)
{
	struct building b = { judge, topo, roles, calloc(1, sizeof(*b.islands)),
			      NULL,  NULL };
	int result = b.islands ? build(&b) : -ENOMEM;

	free(b.piece);
	free(b.count);
	if (!result)
		return b.islands;
	p2p_islands_free(b.islands);
	return NULL;
}

void p2p_islands_free(struct p2p_islands *islands)
{
	if (!islands)
		return;
	free(islands->islands);
	free(islands->members);
	free(islands->of);
	free(islands);
}
