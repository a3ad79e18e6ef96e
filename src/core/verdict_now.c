/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a request would move at this moment: power, enables, links, containment and
 * address windows on the way. It never changes the route. */
#include "core/verdict_parts.h"

#include "core/regs.h"

#define PM_STATE_D3HOT 3

struct moment {
	enum p2p_now now;
	uint32_t at;
};

static bool is_worse(enum p2p_now now)
{
	return now != P2P_NOW_USABLE && now != P2P_NOW_UNKNOWN;
}

/* The first certain obstacle stays; an unknown one only while nothing worse is found. */
static void note(struct moment *moment, enum p2p_now now, uint32_t at)
{
	if (now == P2P_NOW_USABLE || is_worse(moment->now))
		return;
	if (moment->now == P2P_NOW_UNKNOWN && !is_worse(now))
		return;
	*moment = (struct moment){ now, at };
}

static void require(struct moment *moment, enum p2p_tri on, enum p2p_now otherwise,
		    uint32_t at)
{
	if (on == P2P_NO)
		note(moment, otherwise, at);
	if (on == P2P_UNKNOWN)
		note(moment, P2P_NOW_UNKNOWN, at);
}

static enum p2p_tri is_awake(const struct p2p_judge *judge, uint32_t at)
{
	const struct p2p_facts *facts = &judge->facts[at];

	switch (judge->snapshot->functions[at].power) {
	case P2P_POWER_D3HOT:
	case P2P_POWER_D3COLD:
		return P2P_NO;
	case P2P_POWER_D0:
	case P2P_POWER_D1:
	case P2P_POWER_D2:
		return P2P_YES;
	case P2P_POWER_UNKNOWN:
		break;
	}
	if (!p2p_reg_knows(facts->power_state, PM_CTL_STATE))
		return facts->type == P2P_TYPE_UNKNOWN ? P2P_UNKNOWN : P2P_YES;
	return p2p_tri_of((facts->power_state.value & PM_CTL_STATE) != PM_STATE_D3HOT);
}

static bool is_contained(const struct p2p_facts *facts)
{
	return facts->dpc.present == P2P_YES &&
	       p2p_reg_any(facts->dpc.cap, DPC_STA_TRIGGERED) == P2P_YES;
}

static bool says_link_down(const struct p2p_facts *facts)
{
	return p2p_reg_any(facts->lnkcap, LNKCAP_ACTIVE_REP) == P2P_YES &&
	       p2p_reg_any(facts->lnksta, LNKSTA_ACTIVE) == P2P_NO;
}

/* What does not answer may be cut off by the port above. A port's word that its link is
 * down counts only then: what was read below came over that link, and the slots of
 * virtual machines deny links that work. */
static void note_dead(const struct p2p_judge *judge, struct moment *moment, uint32_t at)
{
	uint32_t port = judge->topo->nodes[at].parent;

	if (port != P2P_NONE && is_contained(&judge->facts[port]))
		note(moment, P2P_NOW_CONTAINED, port);
	else if (port != P2P_NONE && says_link_down(&judge->facts[port]))
		note(moment, P2P_NOW_LINK_DOWN, port);
	else
		note(moment, P2P_NOW_DEAD, at);
}

static void check_alive(const struct p2p_judge *judge, struct moment *moment, uint32_t at)
{
	if (judge->facts[at].dead == P2P_YES)
		note_dead(judge, moment, at);
	require(moment, is_awake(judge, at), P2P_NOW_ASLEEP, at);
}

static void check_port(const struct p2p_judge *judge, struct moment *moment, uint32_t at)
{
	check_alive(judge, moment, at);
	if (p2p_topo_is_downstream(judge->topo, at) && is_contained(&judge->facts[at]))
		note(moment, P2P_NOW_CONTAINED, at);
}

static bool is_inside(const struct p2p_window *window, const struct p2p_bar *bar)
{
	uint64_t last = bar->base + (bar->size ? bar->size - 1 : 0);

	return window->known == P2P_YES && bar->base >= window->base &&
	       last <= window->limit;
}

static void check_windows(const struct p2p_judge *judge, struct moment *moment,
			  uint32_t bridge, uint32_t completer)
{
	const struct p2p_facts *facts = &judge->facts[bridge];

	if (facts->layout != 1)
		return;
	for (unsigned i = 0; i < 6; i++) {
		const struct p2p_bar *bar = &judge->facts[completer].bars[i];

		if ((bar->kind != P2P_BAR_MEMORY && bar->kind != P2P_BAR_PREFETCH) ||
		    !bar->base || is_inside(&facts->memory, bar) ||
		    is_inside(&facts->prefetch, bar))
			continue;
		if (facts->memory.known != P2P_YES || facts->prefetch.known != P2P_YES)
			note(moment, P2P_NOW_UNKNOWN, bridge);
		else
			note(moment, P2P_NOW_WINDOW, bridge);
	}
}

static void check_requester(const struct p2p_judge *judge, const struct p2p_verdict *v,
			    uint32_t top, struct moment *moment)
{
	uint32_t at = v->from;

	check_alive(judge, moment, at);
	require(moment, p2p_reg_any(judge->facts[at].command, COMMAND_MASTER),
		P2P_NOW_NO_MASTER, at);
	while (at != top && (at = judge->topo->nodes[at].parent) != top) {
		check_port(judge, moment, at);
		require(moment, p2p_reg_any(judge->facts[at].command, COMMAND_MASTER),
			P2P_NOW_NO_MASTER, at);
	}
}

static bool has_memory_bar(const struct p2p_facts *facts)
{
	for (unsigned i = 0; i < 6; i++)
		if ((facts->bars[i].kind == P2P_BAR_MEMORY ||
		     facts->bars[i].kind == P2P_BAR_PREFETCH) &&
		    facts->bars[i].base)
			return true;
	return false;
}

/* A VF's memory is enabled and placed by its PF (PCIe 9.3.3.3.4). */
static void check_memory(const struct p2p_judge *judge, struct moment *moment,
			 uint32_t at)
{
	uint32_t pf = judge->topo->nodes[at].pf;
	const struct p2p_facts *facts = &judge->facts[at];

	if (pf != P2P_NONE) {
		require(moment,
			p2p_reg_any(judge->facts[pf].sriov.ctrl, SRIOV_CTL_MEMORY),
			P2P_NOW_NO_MEMORY, pf);
		return;
	}
	require(moment, p2p_reg_any(facts->command, COMMAND_MEMORY), P2P_NOW_NO_MEMORY,
		at);
	if (facts->layout < 0)
		note(moment, P2P_NOW_UNKNOWN, at);
	else if (!has_memory_bar(facts))
		note(moment, P2P_NOW_NO_BAR, at);
}

static void check_completer(const struct p2p_judge *judge, const struct p2p_verdict *v,
			    uint32_t top, struct moment *moment)
{
	uint32_t at = v->to;

	check_alive(judge, moment, at);
	check_memory(judge, moment, at);
	while (at != top && (at = judge->topo->nodes[at].parent) != top) {
		check_port(judge, moment, at);
		require(moment, p2p_reg_any(judge->facts[at].command, COMMAND_MEMORY),
			P2P_NOW_NO_MEMORY, at);
		check_windows(judge, moment, at, v->to);
	}
}

void p2p_verdict_now(const struct p2p_judge *judge, struct p2p_verdict *verdict)
{
	struct moment moment = { P2P_NOW_USABLE, P2P_NONE };
	bool turns = verdict->route == P2P_ROUTE_SWITCH ||
		     verdict->route == P2P_ROUTE_SAME_DEVICE;
	uint32_t top = turns ? verdict->common : P2P_NONE;

	if (verdict->route == P2P_ROUTE_SELF) {
		check_alive(judge, &moment, verdict->from);
	} else if (verdict->route == P2P_ROUTE_UNKNOWN) {
		moment = (struct moment){ P2P_NOW_UNKNOWN, P2P_NONE };
	} else {
		check_requester(judge, verdict, top, &moment);
		check_completer(judge, verdict, top, &moment);
	}
	verdict->now = moment.now;
	verdict->now_at = moment.at;
}
