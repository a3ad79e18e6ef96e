/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What silicon makes of a pair: the four classes of request (verdict_ways.c), the route
 * as the worse of write and read, and nvidia-smi's word for the place they meet. */
#include "core/verdict_parts.h"

#include "core/regs.h"

/* Worst first; what is left of it decides the route. */
static const uint8_t badness[] = {
	[P2P_WAY_DIRECT] = 0,       [P2P_WAY_SPLIT] = 1,      [P2P_WAY_REDIRECTED] = 2,
	[P2P_WAY_UNKNOWN] = 3,      [P2P_WAY_UNDEFINED] = 4,  [P2P_WAY_BLOCKED] = 5,
	[P2P_WAY_ROOT_COMPLEX] = 2, [P2P_WAY_CROSS_ROOT] = 2,
};

static enum p2p_route_kind direct_route(const struct p2p_judge *judge,
					struct p2p_verdict *v)
{
	const struct p2p_ability *acs;

	if (judge->topo->nodes[v->common].kind == P2P_KIND_SWITCH_UP ||
	    p2p_verdict_shares_bus(judge, v->common) || v->turn_from == P2P_NONE ||
	    v->turn_to == P2P_NONE)
		return P2P_ROUTE_SWITCH;
	acs = &judge->facts[v->turn_from].acs.regs;
	if (acs->present != P2P_YES || p2p_reg_any(acs->cap, ACS_RR) != P2P_YES)
		v->assumed |= P2P_ASSUME_DEVICE;
	return P2P_ROUTE_SAME_DEVICE;
}

static enum p2p_route_kind route_of(const struct p2p_judge *judge, struct p2p_verdict *v)
{
	enum p2p_way write = v->tlp[P2P_TLP_WRITE], read = v->tlp[P2P_TLP_READ];

	switch (badness[write] > badness[read] ? write : read) {
	case P2P_WAY_DIRECT:
		return direct_route(judge, v);
	case P2P_WAY_SPLIT:
	case P2P_WAY_REDIRECTED:
		return P2P_ROUTE_REDIRECTED;
	case P2P_WAY_BLOCKED:
		return P2P_ROUTE_BLOCKED;
	case P2P_WAY_UNDEFINED:
		return P2P_ROUTE_UNDEFINED;
	case P2P_WAY_ROOT_COMPLEX:
		return P2P_ROUTE_ROOT_COMPLEX;
	case P2P_WAY_CROSS_ROOT:
		return P2P_ROUTE_CROSS_ROOT;
	case P2P_WAY_UNKNOWN:
		break;
	}
	return P2P_ROUTE_UNKNOWN;
}

static enum p2p_tri is_direct(const struct p2p_verdict *v)
{
	enum p2p_way write = v->tlp[P2P_TLP_WRITE], read = v->tlp[P2P_TLP_READ];

	if (write == P2P_WAY_DIRECT && read == P2P_WAY_DIRECT)
		return P2P_YES;
	if ((write != P2P_WAY_DIRECT && write != P2P_WAY_UNKNOWN) ||
	    (read != P2P_WAY_DIRECT && read != P2P_WAY_UNKNOWN))
		return P2P_NO;
	return P2P_UNKNOWN;
}

/* Without a common function: host bridges decide, or a bridge that is missing. */
static void judge_apart(const struct p2p_judge *judge, struct p2p_verdict *v)
{
	const struct p2p_node *nodes = judge->topo->nodes;
	uint32_t orphan = p2p_verdict_orphan(judge, v);
	enum p2p_way way = P2P_WAY_CROSS_ROOT, blocked;

	if (nodes[v->from].root == nodes[v->to].root)
		way = P2P_WAY_ROOT_COMPLEX;
	if (orphan != P2P_NONE) {
		p2p_verdict_add_missing(v, orphan, P2P_EVIDENCE_BRIDGE);
		way = P2P_WAY_UNKNOWN;
	}
	for (unsigned i = 0; i < P2P_TLPS; i++)
		v->tlp[i] = way;
	blocked = p2p_verdict_translated_out(judge, v);
	if (blocked != P2P_WAY_DIRECT)
		v->tlp[P2P_TLP_TRANSLATED_WRITE] = v->tlp[P2P_TLP_TRANSLATED_READ] =
			blocked;
}

static enum p2p_smi apart_smi(const struct p2p_judge *judge, const struct p2p_verdict *v)
{
	const struct p2p_function *functions = judge->snapshot->functions;
	int32_t a = functions[v->from].numa, b = functions[v->to].numa;

	if (p2p_verdict_orphan(judge, v) != P2P_NONE)
		return P2P_SMI_UNKNOWN;
	if (judge->topo->nodes[v->from].root == judge->topo->nodes[v->to].root)
		return P2P_SMI_PHB;
	if (a < 0 || b < 0)
		return P2P_SMI_UNKNOWN;
	return a == b ? P2P_SMI_NODE : P2P_SMI_SYS;
}

/* Switches on the way up to and including @stop; -1 when a bridge's type was not seen. */
static int count_switches(const struct p2p_judge *judge, uint32_t at, uint32_t stop)
{
	const struct p2p_node *nodes = judge->topo->nodes;
	int n = 0;

	for (;; at = nodes[at].parent) {
		if (nodes[at].kind == P2P_KIND_UNKNOWN && nodes[at].bridge)
			return -1;
		n += nodes[at].kind == P2P_KIND_SWITCH_UP;
		if (at == stop)
			return n;
	}
}

static enum p2p_smi smi_of(const struct p2p_judge *judge, const struct p2p_verdict *v)
{
	int from, to;

	if (v->from == v->to)
		return P2P_SMI_X;
	if (v->common == P2P_NONE)
		return apart_smi(judge, v);
	from = count_switches(judge, v->from, v->common);
	to = count_switches(judge, v->to, v->common);
	if (from < 0 || to < 0)
		return P2P_SMI_UNKNOWN;
	to -= judge->topo->nodes[v->common].kind == P2P_KIND_SWITCH_UP;
	return from + to > 1 ? P2P_SMI_PXB : P2P_SMI_PIX;
}

void p2p_verdict_silicon(const struct p2p_judge *judge, struct p2p_verdict *verdict)
{
	for (unsigned i = 0; i < P2P_TLPS; i++)
		verdict->tlp[i] = P2P_WAY_DIRECT;
	verdict->smi = smi_of(judge, verdict);
	if (verdict->common == P2P_NONE) {
		judge_apart(judge, verdict);
	} else if (verdict->from != verdict->to) {
		p2p_verdict_ways(judge, verdict);
	}
	verdict->route = verdict->from == verdict->to ? P2P_ROUTE_SELF :
							route_of(judge, verdict);
	verdict->direct = is_direct(verdict);
}
