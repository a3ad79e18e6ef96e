/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The judge of pairs: prepares what all pairs share, then asks the three judges in turn:
 * silicon, kernel, this moment. */
#include <errno.h>
#include <stdlib.h>

#include "core/route.h"
#include "core/rules_hosts.h"
#include "core/verdict_parts.h"

#include "core/regs.h"

#define KERNEL_ROOT_PORT_AS_HOST P2P_KERNEL(5, 16)

/* Linux looks beyond 256 bytes only through ports whose type is theirs after its fix-ups,
 * and at VFs anyway (pci_bridge_child_ext_cfg_accessible, pci_cfg_space_size, 6.12). */
bool p2p_verdict_is_hidden(const struct p2p_topo *topo, uint32_t function)
{
	bool hidden = false;

	for (uint32_t at = topo->nodes[function].parent; at != P2P_NONE && !hidden;
	     at = topo->nodes[at].parent)
		hidden = topo->nodes[at].type != P2P_TYPE_ROOT_PORT &&
			 topo->nodes[at].type != P2P_TYPE_SWITCH_UP &&
			 topo->nodes[at].type != P2P_TYPE_SWITCH_DOWN &&
			 topo->nodes[at].type != P2P_TYPE_UNKNOWN;
	return hidden && topo->nodes[function].pf == P2P_NONE;
}

/* The kernel tests the control register of whatever has the capability (2.2). */
static enum p2p_tri redirects(const struct p2p_judge *judge, uint32_t function)
{
	const struct p2p_acs *acs = &judge->facts[function].acs;

	if (p2p_verdict_is_hidden(judge->topo, function))
		return P2P_NO;
	if (acs->regs.present != P2P_YES)
		return acs->regs.present;
	return p2p_reg_any(acs->generic_ctrl, ACS_RR | ACS_CR | ACS_EC);
}

/* pci_host_bridge_dev(): the first device of the root bus stands for its host bridge, if
 * it is 00.0 or a root port. */
static enum p2p_tri represents(const struct p2p_judge *judge, uint32_t function)
{
	uint8_t type = judge->topo->nodes[function].type;

	if (judge->snapshot->functions[function].bdf.devfn == 0)
		return P2P_YES;
	if (judge->rules.kernel < KERNEL_ROOT_PORT_AS_HOST)
		return P2P_NO;
	return type == P2P_TYPE_UNKNOWN ? P2P_UNKNOWN :
					  p2p_tri_of(type == P2P_TYPE_ROOT_PORT);
}

/* Where input was damaged, a lower function than the lowest one may have been lost. */
static bool may_be_lost(const struct p2p_judge *judge, uint32_t first)
{
	return judge->snapshot->n_damage_seen &&
	       judge->snapshot->functions[first].bdf.devfn != 0;
}

/* Which pairs the host bridge of one root bus lets through: unknown without its
 * representative, or when that one's ids or type were not seen and matter. */
static void judge_root(struct p2p_judge *judge, uint32_t r)
{
	const struct p2p_root *root = &judge->topo->roots[r];
	uint32_t first = root->representative, kernel = judge->rules.kernel;
	enum p2p_tri stands = first == P2P_NONE ? P2P_NO : represents(judge, first);
	int32_t vendor, device;

	judge->one_host[r] = judge->two_hosts[r] = P2P_UNKNOWN;
	if (root->orphan)
		return;
	judge->one_host[r] = judge->two_hosts[r] = P2P_NO;
	if (first != P2P_NONE && may_be_lost(judge, first))
		judge->one_host[r] = judge->two_hosts[r] = P2P_UNKNOWN;
	if (stands == P2P_NO || judge->one_host[r] == P2P_UNKNOWN)
		return;
	vendor = judge->facts[first].vendor;
	device = judge->facts[first].device;
	if (vendor == P2P_NOT_TOLD || device == P2P_NOT_TOLD) {
		judge->one_host[r] = judge->two_hosts[r] = P2P_UNKNOWN;
		return;
	}
	if (p2p_rules_host_allowed(kernel, (uint32_t)vendor, (uint32_t)device, true))
		judge->one_host[r] = (uint8_t)stands;
	if (p2p_rules_host_allowed(kernel, (uint32_t)vendor, (uint32_t)device, false))
		judge->two_hosts[r] = (uint8_t)stands;
}

struct p2p_judge *p2p_judge_new(const struct p2p_snapshot *snapshot,
				const struct p2p_facts *facts,
				const struct p2p_topo *topo,
				const struct p2p_rules *rules)
{
	struct p2p_judge *judge = calloc(1, sizeof(*judge));

	if (!judge)
		return NULL;
	*judge = (struct p2p_judge){
		.snapshot = snapshot, .facts = facts, .topo = topo, .rules = *rules
	};
	judge->redirects = calloc(topo->n_nodes + 1u, 1);
	judge->one_host = calloc(topo->n_roots + 1u, 1);
	judge->two_hosts = calloc(topo->n_roots + 1u, 1);
	if (!judge->redirects || !judge->one_host || !judge->two_hosts) {
		p2p_judge_free(judge);
		return NULL;
	}
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		judge->redirects[i] = (uint8_t)redirects(judge, i);
	for (uint32_t r = 0; r < topo->n_roots; r++)
		judge_root(judge, r);
	return judge;
}

void p2p_judge_free(struct p2p_judge *judge)
{
	if (!judge)
		return;
	free(judge->redirects);
	free(judge->one_host);
	free(judge->two_hosts);
	free(judge);
}

enum p2p_tri p2p_judge_redirects(const struct p2p_judge *judge, uint32_t function)
{
	return (enum p2p_tri)judge->redirects[function];
}

const struct p2p_rules *p2p_judge_rules(const struct p2p_judge *judge)
{
	return &judge->rules;
}

int p2p_verdict_init(const struct p2p_judge *judge, struct p2p_verdict *ret_verdict)
{
	/* Each function of both paths can be named, and four times as missing. */
	uint32_t room = 8u * (judge->topo->depth + 2u);
	struct p2p_verdict verdict = { .room = room };

	verdict.by = calloc(room, sizeof(*verdict.by));
	verdict.kernel_by = calloc(room, sizeof(*verdict.kernel_by));
	verdict.missing = calloc(room, sizeof(*verdict.missing));
	if (!verdict.by || !verdict.kernel_by || !verdict.missing) {
		p2p_verdict_done(&verdict);
		return -ENOMEM;
	}
	*ret_verdict = verdict;
	return 0;
}

void p2p_verdict_done(struct p2p_verdict *verdict)
{
	free(verdict->by);
	free(verdict->kernel_by);
	free(verdict->missing);
	*verdict = (struct p2p_verdict){ 0 };
}

void p2p_verdict_add_by(struct p2p_verdict *verdict, uint32_t function, uint32_t bits)
{
	for (uint32_t i = 0; i < verdict->n_by; i++)
		if (verdict->by[i].function == function) {
			verdict->by[i].bits |= bits;
			return;
		}
	if (verdict->n_by < verdict->room)
		verdict->by[verdict->n_by++] = (struct p2p_by){ function, bits };
}

void p2p_verdict_add_missing(struct p2p_verdict *verdict, uint32_t function,
			     enum p2p_evidence what)
{
	for (uint32_t i = 0; i < verdict->n_missing; i++)
		if (verdict->missing[i].function == function &&
		    verdict->missing[i].what == what)
			return;
	if (verdict->n_missing < verdict->room)
		verdict->missing[verdict->n_missing++] =
			(struct p2p_missing){ function, what };
}

uint32_t p2p_verdict_orphan(const struct p2p_judge *judge,
			    const struct p2p_verdict *verdict)
{
	const struct p2p_topo *topo = judge->topo;

	if (topo->roots[topo->nodes[verdict->from].root].orphan)
		return verdict->from;
	if (topo->roots[topo->nodes[verdict->to].root].orphan)
		return verdict->to;
	return P2P_NONE;
}

/* Registers that are absent by inference only make what rests on them an assumption. */
static unsigned assumed_on_path(const struct p2p_judge *judge, uint32_t from,
				uint32_t stop)
{
	for (uint32_t at = from; at != P2P_NONE; at = judge->topo->nodes[at].parent) {
		if (judge->facts[at].extended_assumed == P2P_YES)
			return P2P_ASSUME_NO_EXTENDED;
		if (at == stop)
			break;
	}
	return 0;
}

void p2p_judge_pair(const struct p2p_judge *judge, uint32_t from, uint32_t to,
		    struct p2p_verdict *verdict)
{
	struct route route = p2p_route_find(judge->topo, from, to);

	verdict->from = from;
	verdict->to = to;
	verdict->common = route.common;
	verdict->turn_from = route.turn_from;
	verdict->turn_to = route.turn_to;
	verdict->distance = route.distance;
	verdict->n_by = verdict->n_kernel_by = verdict->n_missing = 0;
	verdict->assumed = 0;
	if (route.common != P2P_NONE)
		verdict->assumed = assumed_on_path(judge, from, route.common) |
				   assumed_on_path(judge, to, route.common);
	if (from != to)
		verdict->assumed |= judge->rules.assumed & P2P_ASSUME_SNAPSHOT;
	p2p_verdict_silicon(judge, verdict);
	p2p_verdict_kernel(judge, verdict);
	p2p_verdict_now(judge, verdict);
	if (from == to)
		verdict->common = P2P_NONE;
}

enum p2p_certainty p2p_verdict_certainty(const struct p2p_verdict *verdict)
{
	if (verdict->route == P2P_ROUTE_UNKNOWN || verdict->map == P2P_MAP_UNKNOWN)
		return P2P_UNCERTAIN;
	return verdict->assumed ? P2P_ASSUMED : P2P_CERTAIN;
}
