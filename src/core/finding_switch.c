/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings about switches with peers on two sides: ports that redirect what the switch
 * could turn round, and senders whose payload a direct peer does not take. */
#include "core/finding_parts.h"

#include <stdlib.h>

#include <p2ptool/vfio.h>

#include "core/regs.h"

/* One side of a switch: a child of its upstream port and the peers below. */
struct side {
	uint32_t port, first_peer;
	unsigned largest, smallest; /* Device Control's payload sizes below; 0 unknown */
	uint32_t sender, receiver;
};

struct switch_view {
	struct finding_search *search;
	uint32_t up;
	struct side *sides;
	uint32_t n_sides;
	bool passthrough; /* a function below is bound to VFIO */
};

static uint32_t next_in_order(const struct p2p_topo *topo, uint32_t at, uint32_t top)
{
	if (topo->nodes[at].first_child != P2P_NONE)
		return topo->nodes[at].first_child;
	while (at != top && topo->nodes[at].next_sibling == P2P_NONE)
		at = topo->nodes[at].parent;
	return at == top ? P2P_NONE : topo->nodes[at].next_sibling;
}

static void add_peer(struct switch_view *view, struct side *side, uint32_t peer)
{
	unsigned payload = p2p_facts_payload(&view->search->facts[peer]);

	if (side->first_peer == P2P_NONE)
		side->first_peer = peer;
	if (payload > side->largest) {
		side->largest = payload;
		side->sender = peer;
	}
	if (payload && (!side->smallest || payload < side->smallest)) {
		side->smallest = payload;
		side->receiver = peer;
	}
}

static void view_side(struct switch_view *view, uint32_t port)
{
	const struct finding_search *search = view->search;
	struct side side = { .port = port,
			     .first_peer = P2P_NONE,
			     .sender = P2P_NONE,
			     .receiver = P2P_NONE };

	for (uint32_t i = port; i != P2P_NONE; i = next_in_order(search->topo, i, port)) {
		const char *driver = p2p_snapshot_string(
			search->snapshot, search->snapshot->functions[i].driver);

		view->passthrough |= p2p_vfio_is_driver(driver);
		if (search->roles[i].peer)
			add_peer(view, &side, i);
	}
	if (side.first_peer != P2P_NONE)
		view->sides[view->n_sides++] = side;
}

static uint32_t redirecting_bits(const struct finding_search *search, uint32_t port)
{
	const struct p2p_ability *acs = &search->facts[port].acs.regs;

	if (p2p_judge_redirects(search->judge, port) != P2P_YES)
		return 0;
	return acs->ctrl.value & acs->ctrl.known & (ACS_RR | ACS_CR | ACS_EC);
}

static bool is_way_direct(const struct finding_search *search, uint32_t from, uint32_t to,
			  enum p2p_tlp tlp)
{
	struct p2p_verdict verdict;
	bool direct;

	if (p2p_verdict_init(search->judge, &verdict))
		return false;
	p2p_judge_pair(search->judge, from, to, &verdict);
	direct = verdict.tlp[tlp] == P2P_WAY_DIRECT;
	p2p_verdict_done(&verdict);
	return direct;
}

/* A pair of sides whose requests of this class do not stay in the switch. */
static bool find_example(const struct switch_view *view, enum p2p_tlp tlp,
			 struct finding_mark *mark)
{
	for (uint32_t i = 0; i < view->n_sides; i++) {
		for (uint32_t j = 0; j < view->n_sides; j++) {
			uint32_t from = view->sides[i].first_peer;
			uint32_t to = view->sides[j].first_peer;

			if (i == j || is_way_direct(view->search, from, to, tlp))
				continue;
			mark->example_from = from;
			mark->example_to = to;
			return true;
		}
	}
	return false;
}

/* Bits that send no pair up (egress control with a clear vector) are no redirect. */
static void mark_redirects(struct switch_view *view)
{
	struct finding_mark mark =
		p2p_finding_mark(P2P_FINDING_REDIRECT,
				 view->passthrough ? P2P_INFO : P2P_WARNING, P2P_NONE);

	for (uint32_t i = 0; i < view->n_sides; i++)
		mark.bits |= redirecting_bits(view->search, view->sides[i].port);
	if (!mark.bits || (!find_example(view, P2P_TLP_WRITE, &mark) &&
			   !find_example(view, P2P_TLP_READ, &mark)))
		return;
	mark.on_switch = view->up;
	for (uint32_t i = 0; i < view->n_sides; i++) {
		mark.function = view->sides[i].port;
		if (redirecting_bits(view->search, mark.function))
			p2p_finding_add(view->search, mark);
	}
}

/* A receiver treats a longer payload than it is set to take as malformed: fatal. */
static void mark_payload(struct switch_view *view, const struct side *a,
			 const struct side *b)
{
	struct finding_mark mark =
		p2p_finding_mark(P2P_FINDING_MPS_MISMATCH, P2P_ERROR, a->sender);

	if (!a->largest || !b->smallest || a->largest <= b->smallest ||
	    !is_way_direct(view->search, a->sender, b->receiver, P2P_TLP_WRITE))
		return;
	mark.on_switch = view->up;
	mark.value = a->largest;
	mark.wanted = b->smallest;
	mark.example_from = a->sender;
	mark.example_to = b->receiver;
	p2p_finding_add(view->search, mark);
}

static void look_at(struct switch_view *view)
{
	uint32_t low = 0;

	if (view->n_sides < 2)
		return;
	mark_redirects(view);
	for (uint32_t i = 1; i < view->n_sides; i++)
		if (view->sides[i].smallest &&
		    (!view->sides[low].smallest ||
		     view->sides[i].smallest < view->sides[low].smallest))
			low = i;
	for (uint32_t i = 0; i < view->n_sides; i++)
		if (i != low)
			mark_payload(view, &view->sides[i], &view->sides[low]);
}

void p2p_finding_switches(struct finding_search *search)
{
	const struct p2p_topo *topo = search->topo;
	struct side *sides = calloc(topo->n_nodes + 1u, sizeof(*sides));

	search->failed |= !sides;
	for (uint32_t up = 0; sides && up < topo->n_nodes; up++) {
		struct switch_view view = { .search = search, .up = up, .sides = sides };

		if (topo->nodes[up].kind != P2P_KIND_SWITCH_UP || !search->on_path[up])
			continue;
		for (uint32_t port = topo->nodes[up].first_child; port != P2P_NONE;
		     port = topo->nodes[port].next_sibling)
			view_side(&view, port);
		look_at(&view);
	}
	free(sides);
}
