/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How one class of request gets from A to B. The requester's turning port rules by RR, EC
 * and DT, the completer's by CR; downstream ports on the way up by TB and SV, those above
 * the turn by UF (PCIe 6.12). */
#include "core/verdict_parts.h"

#include "core/regs.h"

struct question {
	const struct p2p_judge *judge;
	struct p2p_verdict *verdict;
	bool translated;
};

static const struct p2p_facts *facts_of(const struct question *q, uint32_t function)
{
	return &q->judge->facts[function];
}

/* A bit of a function's ACS Control; notes it when it could not be read. */
static enum p2p_tri ask(const struct question *q, uint32_t function, uint32_t bits)
{
	enum p2p_tri on = p2p_facts_acs(facts_of(q, function), bits);

	if (on == P2P_UNKNOWN)
		p2p_verdict_add_missing(q->verdict, function, P2P_EVIDENCE_ACS);
	if (facts_of(q, function)->extended_assumed == P2P_YES)
		q->verdict->assumed |= P2P_ASSUME_NO_EXTENDED;
	return on;
}

static bool is_known(const struct question *q, uint32_t function)
{
	if (q->judge->topo->nodes[function].kind != P2P_KIND_UNKNOWN)
		return true;
	p2p_verdict_add_missing(q->verdict, function, P2P_EVIDENCE_TYPE);
	return false;
}

/* A bridge whose type was not seen may be one, and so may what no header was seen of,
 * unless it does not answer: what its ACS says is asked for. */
static bool may_be_downstream(const struct question *q, uint32_t function)
{
	const struct p2p_node *node = &q->judge->topo->nodes[function];

	if (node->kind != P2P_KIND_UNKNOWN)
		return p2p_topo_is_downstream(q->judge->topo, function);
	return node->bridge || (facts_of(q, function)->layout == P2P_NOT_TOLD &&
				facts_of(q, function)->dead != P2P_YES);
}

/* The next downstream or root port at or above @at, up to and including @last. */
static uint32_t next_downstream(const struct question *q, uint32_t at, uint32_t last)
{
	const struct p2p_topo *topo = q->judge->topo;

	while (at != P2P_NONE && !may_be_downstream(q, at)) {
		if (at == last)
			return P2P_NONE;
		at = topo->nodes[at].parent;
	}
	return at;
}

/* Source Validation lets pass only requesters whose bus is below the port. */
static enum p2p_tri rejects_source(const struct question *q, uint32_t port)
{
	const struct p2p_facts *facts = facts_of(q, port);
	unsigned bus = q->judge->snapshot->functions[q->verdict->from].bdf.bus;
	enum p2p_tri on = ask(q, port, ACS_SV);

	if (on == P2P_NO)
		return P2P_NO;
	if (!p2p_reg_knows(facts->secondary, 0xff) ||
	    !p2p_reg_knows(facts->subordinate, 0xff)) {
		p2p_verdict_add_missing(q->verdict, port, P2P_EVIDENCE_BUS_NUMBERS);
		return P2P_UNKNOWN;
	}
	if (bus >= facts->secondary.value && bus <= facts->subordinate.value)
		return P2P_NO;
	return on;
}

static enum p2p_way stopped(const struct question *q, uint32_t port, uint32_t bits,
			    enum p2p_tri stops, enum p2p_way before)
{
	if (stops == P2P_NO || before == P2P_WAY_BLOCKED)
		return before;
	if (stops == P2P_UNKNOWN)
		return P2P_WAY_UNKNOWN;
	if (!q->translated || bits == ACS_SV)
		p2p_verdict_add_by(q->verdict, port, bits);
	return P2P_WAY_BLOCKED;
}

/* The ports that a request climbs through, up to and including the turning port. */
static enum p2p_way climb(const struct question *q, uint32_t last, bool check_source)
{
	const struct p2p_topo *topo = q->judge->topo;
	enum p2p_way way = P2P_WAY_DIRECT;
	uint32_t port = next_downstream(q, q->verdict->from, last);

	while (port != P2P_NONE) {
		if (q->translated)
			way = stopped(q, port, ACS_TB, ask(q, port, ACS_TB), way);
		if (check_source)
			way = stopped(q, port, ACS_SV, rejects_source(q, port), way);
		if (port == last)
			break;
		port = topo->nodes[port].parent;
		port = port == P2P_NONE ? port : next_downstream(q, port, last);
	}
	return way;
}

/* Function groups are switched on for the whole device, in its function 0. */
static enum p2p_tri uses_groups(const struct question *q)
{
	const struct p2p_topo *topo = q->judge->topo;
	uint32_t first = topo->nodes[q->verdict->common].first_child;

	switch (facts_of(q, q->verdict->turn_from)->ari.present) {
	case P2P_YES:
		break;
	case P2P_NO:
	case P2P_UNKNOWN:
		return facts_of(q, q->verdict->turn_from)->ari.present;
	}
	if (first == P2P_NONE || q->judge->snapshot->functions[first].bdf.devfn ||
	    facts_of(q, first)->ari.present == P2P_UNKNOWN)
		return P2P_UNKNOWN;
	if (facts_of(q, first)->ari.present == P2P_NO)
		return P2P_NO;
	return p2p_reg_any(facts_of(q, first)->ari.ctrl, ARI_CTL_ACS);
}

static int group_of(const struct p2p_facts *facts)
{
	if (facts->ari.present != P2P_YES ||
	    !p2p_reg_knows(facts->ari.ctrl, ARI_CTL_GROUP))
		return -1;
	return (int)((facts->ari.ctrl.value & ARI_CTL_GROUP) >> 4);
}

static int function_number(const struct question *q, struct p2p_bdf bdf)
{
	switch (p2p_reg_any(facts_of(q, q->verdict->common)->devctl2, DEVCTL2_ARI)) {
	case P2P_YES:
		return bdf.devfn;
	case P2P_NO:
		return (int)p2p_bdf_function(bdf);
	case P2P_UNKNOWN:
		break;
	}
	return bdf.devfn < 8 ? bdf.devfn : -1;
}

/* The completer's place in the egress vector of the requester's turning port. */
static int egress_index(const struct question *q)
{
	const struct p2p_verdict *v = q->verdict;

	if (q->judge->topo->nodes[v->common].kind == P2P_KIND_SWITCH_UP)
		return p2p_facts_port_number(facts_of(q, v->turn_to));
	switch (uses_groups(q)) {
	case P2P_YES:
		return group_of(facts_of(q, v->turn_to));
	case P2P_NO:
		return function_number(q, q->judge->snapshot->functions[v->turn_to].bdf);
	case P2P_UNKNOWN:
		break;
	}
	return -1;
}

static enum p2p_tri egress_bit(const struct question *q)
{
	const struct p2p_acs *acs = &facts_of(q, q->verdict->turn_from)->acs;
	int index = egress_index(q);
	enum p2p_tri bit = P2P_UNKNOWN;

	if (index >= 0 && index < acs->egress_size)
		bit = p2p_reg_any(acs->egress[index / 32], 1u << index % 32);
	if (bit == P2P_UNKNOWN)
		p2p_verdict_add_missing(q->verdict, q->verdict->turn_from,
					P2P_EVIDENCE_PORT_NUMBER);
	return bit;
}

static enum p2p_way by_request_redirect(const struct question *q, uint32_t bits)
{
	switch (ask(q, q->verdict->turn_from, ACS_RR)) {
	case P2P_YES:
		p2p_verdict_add_by(q->verdict, q->verdict->turn_from, bits | ACS_RR);
		return P2P_WAY_REDIRECTED;
	case P2P_NO:
		if (!bits)
			return P2P_WAY_DIRECT;
		p2p_verdict_add_by(q->verdict, q->verdict->turn_from, bits);
		return P2P_WAY_BLOCKED;
	case P2P_UNKNOWN:
		break;
	}
	return P2P_WAY_UNKNOWN;
}

/* Table 6-11 of the base specification: EC and its vector, then RR. */
static enum p2p_way turn(const struct question *q)
{
	switch (ask(q, q->verdict->turn_from, ACS_EC)) {
	case P2P_NO:
		return by_request_redirect(q, 0);
	case P2P_UNKNOWN:
		return P2P_WAY_UNKNOWN;
	case P2P_YES:
		break;
	}
	switch (egress_bit(q)) {
	case P2P_YES:
		return by_request_redirect(q, ACS_EC);
	case P2P_NO:
		return P2P_WAY_DIRECT;
	case P2P_UNKNOWN:
		break;
	}
	return P2P_WAY_UNKNOWN;
}

/* Of a redirected request: what the ports seen so far may do with it. */
struct ascent {
	bool may_stop, may_stray; /* a lower port's TB, UF could not be read */
};

/* One port on the way up: TB is asked on arrival, UF for the way on. */
static enum p2p_way pass(const struct question *q, uint32_t port, struct ascent *ascent)
{
	enum p2p_tri blocks = q->translated ? ask(q, port, ACS_TB) : P2P_NO;
	enum p2p_tri forwards = ask(q, port, ACS_UF);

	if (blocks == P2P_YES)
		return ascent->may_stray ? P2P_WAY_UNKNOWN : P2P_WAY_BLOCKED;
	ascent->may_stop |= blocks == P2P_UNKNOWN;
	ascent->may_stray |= forwards == P2P_UNKNOWN;
	if (forwards != P2P_NO)
		return P2P_WAY_REDIRECTED;
	if (!q->translated)
		p2p_verdict_add_by(q->verdict, port, ACS_UF);
	return ascent->may_stop ? P2P_WAY_UNKNOWN : P2P_WAY_UNDEFINED;
}

/* A redirected request passes every downstream and root port above with UF only. */
static enum p2p_way ascend(const struct question *q)
{
	const struct p2p_topo *topo = q->judge->topo;
	struct ascent ascent = { false, false };

	for (uint32_t at = q->verdict->common; at != P2P_NONE;
	     at = topo->nodes[at].parent) {
		enum p2p_way way = P2P_WAY_REDIRECTED;

		if (may_be_downstream(q, at))
			way = pass(q, at, &ascent);
		if (way != P2P_WAY_REDIRECTED)
			return way;
	}
	if (p2p_verdict_orphan(q->judge, q->verdict) != P2P_NONE) {
		p2p_verdict_add_missing(q->verdict, q->verdict->from,
					P2P_EVIDENCE_BRIDGE);
		return P2P_WAY_UNKNOWN;
	}
	return ascent.may_stop || ascent.may_stray ? P2P_WAY_UNKNOWN : P2P_WAY_REDIRECTED;
}

bool p2p_verdict_shares_bus(const struct p2p_judge *judge, uint32_t port)
{
	uint8_t kind = judge->topo->nodes[port].kind;

	return kind == P2P_KIND_PCIE_TO_PCI || kind == P2P_KIND_PCI_BRIDGE ||
	       kind == P2P_KIND_CARDBUS;
}

static enum p2p_way judge_write(const struct question *q)
{
	const struct p2p_verdict *v = q->verdict;
	enum p2p_way way;

	if (!is_known(q, v->common) ||
	    (v->turn_from != P2P_NONE && !is_known(q, v->turn_from)))
		return P2P_WAY_UNKNOWN;
	if (v->turn_from == P2P_NONE || v->turn_to == P2P_NONE ||
	    p2p_verdict_shares_bus(q->judge, v->common))
		return P2P_WAY_DIRECT;
	way = climb(q, v->turn_from, true);
	if (way != P2P_WAY_DIRECT)
		return way;
	if (q->translated) {
		enum p2p_tri direct = ask(q, v->turn_from, ACS_DT);

		if (direct == P2P_YES)
			return P2P_WAY_DIRECT;
		if (direct == P2P_UNKNOWN)
			return P2P_WAY_UNKNOWN;
	}
	way = turn(q);
	return way == P2P_WAY_REDIRECTED ? ascend(q) : way;
}

/* A read goes as a write does; its completion comes back past the completer's port. */
static enum p2p_way judge_read(const struct question *q, enum p2p_way write)
{
	struct p2p_verdict *v = q->verdict;

	if (write != P2P_WAY_DIRECT || v->turn_to == P2P_NONE ||
	    v->turn_from == P2P_NONE || p2p_verdict_shares_bus(q->judge, v->common))
		return write;
	switch (ask(q, v->turn_to, ACS_CR)) {
	case P2P_NO:
		return P2P_WAY_DIRECT;
	case P2P_UNKNOWN:
		return P2P_WAY_UNKNOWN;
	case P2P_YES:
		break;
	}
	if (!q->translated)
		p2p_verdict_add_by(v, v->turn_to, ACS_CR);
	if (p2p_reg_any(facts_of(q, v->from)->devctl, DEVCTL_RELAX) != P2P_NO)
		v->assumed |= P2P_ASSUME_STRICT;
	return P2P_WAY_SPLIT;
}

void p2p_verdict_ways(const struct p2p_judge *judge, struct p2p_verdict *verdict)
{
	for (unsigned t = 0; t < 2; t++) {
		struct question q = { judge, verdict, t == 1 };
		enum p2p_way write = judge_write(&q);

		verdict->tlp[P2P_TLP_WRITE + 2 * t] = write;
		verdict->tlp[P2P_TLP_READ + 2 * t] = judge_read(&q, write);
	}
}

enum p2p_way p2p_verdict_translated_out(const struct p2p_judge *judge,
					struct p2p_verdict *verdict)
{
	struct question q = { judge, verdict, true };

	return climb(&q, P2P_NONE, false);
}
