/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux's P2PDMA answers for a pair: calc_map_type_and_dist() and what came before
 * it, by kernel version. */
#include "core/verdict_parts.h"

#include "core/regs.h"

#define KERNEL_AMD_HOSTS P2P_KERNEL(5, 2)  /* crossing a listed host bridge is allowed */
#define KERNEL_MAP_TYPES P2P_KERNEL(5, 4)  /* a redirect may use it too */
#define KERNEL_ASKS_CPU  P2P_KERNEL(5, 10) /* cpu_supports_p2pdma() */

struct hits {
	bool any, unknown;
};

static void test_function(const struct p2p_judge *judge, uint32_t at,
			  struct p2p_verdict *verdict, struct hits *hits)
{
	const uint32_t bits = ACS_RR | ACS_CR | ACS_EC;
	struct p2p_reg ctrl = judge->facts[at].acs.generic_ctrl;

	switch ((enum p2p_tri)judge->redirects[at]) {
	case P2P_YES:
		hits->any = true;
		verdict->kernel_by[verdict->n_kernel_by++] =
			(struct p2p_by){ at, ctrl.value & ctrl.known & bits };
		return;
	case P2P_UNKNOWN:
		hits->unknown = true;
		p2p_verdict_add_missing(verdict, at, P2P_EVIDENCE_ACS);
		return;
	case P2P_NO:
		return;
	}
}

/* Provider side first, the common function with it; then the client side. */
static struct hits test_paths(const struct p2p_judge *judge, struct p2p_verdict *verdict)
{
	const struct p2p_node *nodes = judge->topo->nodes;
	struct hits hits = { false, false };
	uint32_t at;

	for (at = verdict->to; at != verdict->common; at = nodes[at].parent)
		test_function(judge, at, verdict, &hits);
	test_function(judge, at, verdict, &hits);
	for (at = verdict->from; at != verdict->common; at = nodes[at].parent)
		test_function(judge, at, verdict, &hits);
	return hits;
}

static enum p2p_tri both(enum p2p_tri a, enum p2p_tri b)
{
	if (a == P2P_NO || b == P2P_NO)
		return P2P_NO;
	return a == P2P_YES && b == P2P_YES ? P2P_YES : P2P_UNKNOWN;
}

static enum p2p_tri hosts_allowed(const struct p2p_judge *judge,
				  struct p2p_verdict *verdict)
{
	uint32_t a = judge->topo->nodes[verdict->from].root;
	uint32_t b = judge->topo->nodes[verdict->to].root;
	enum p2p_tri allowed = (enum p2p_tri)judge->one_host[a];

	if (a != b)
		allowed = both((enum p2p_tri)judge->two_hosts[a],
			       (enum p2p_tri)judge->two_hosts[b]);
	if (allowed == P2P_UNKNOWN)
		p2p_verdict_add_missing(verdict, P2P_NONE, P2P_EVIDENCE_HOST_BRIDGE);
	return allowed;
}

/* 5.2-rc6 to 5.3 ignored the allowlist wherever an IOMMU was present. */
static enum p2p_tri early_hosts_allowed(const struct p2p_judge *judge,
					struct p2p_verdict *verdict, bool redirected)
{
	enum p2p_tri allowed;

	if (redirected || judge->rules.kernel < KERNEL_AMD_HOSTS)
		return P2P_NO;
	allowed = hosts_allowed(judge, verdict);
	if (allowed == P2P_NO || judge->rules.iommu == P2P_IOMMU_OFF)
		return allowed;
	if (judge->rules.iommu != P2P_IOMMU_UNKNOWN)
		return P2P_NO;
	p2p_verdict_add_missing(verdict, P2P_NONE, P2P_EVIDENCE_IOMMU);
	return P2P_UNKNOWN;
}

static enum p2p_map map_of(enum p2p_tri allowed)
{
	switch (allowed) {
	case P2P_YES:
		return P2P_MAP_THRU_HOST_BRIDGE;
	case P2P_NO:
		return P2P_MAP_NOT_SUPPORTED;
	case P2P_UNKNOWN:
		break;
	}
	return P2P_MAP_UNKNOWN;
}

/* Through the host bridge: the CPU allows it, or the host bridges' rows do. */
static enum p2p_map through_host(const struct p2p_judge *judge,
				 struct p2p_verdict *verdict, bool redirected)
{
	const struct p2p_rules *rules = &judge->rules;
	enum p2p_tri allowed;

	verdict->assumed |= rules->assumed & (P2P_ASSUME_KERNEL | P2P_ASSUME_DISTRO |
					      P2P_ASSUME_OLD_KERNEL);
	if (rules->kernel < KERNEL_MAP_TYPES)
		return map_of(early_hosts_allowed(judge, verdict, redirected));
	if (rules->kernel >= KERNEL_ASKS_CPU && rules->cpu == P2P_CPU_ZEN) {
		verdict->assumed |= rules->assumed & P2P_ASSUME_CPU;
		return P2P_MAP_THRU_HOST_BRIDGE;
	}
	allowed = hosts_allowed(judge, verdict);
	if (allowed == P2P_YES || rules->kernel < KERNEL_ASKS_CPU)
		return map_of(allowed);
	if (rules->cpu == P2P_CPU_UNKNOWN) {
		p2p_verdict_add_missing(verdict, P2P_NONE, P2P_EVIDENCE_CPU);
		return P2P_MAP_UNKNOWN;
	}
	verdict->assumed |= rules->assumed & P2P_ASSUME_CPU;
	return map_of(allowed);
}

/* Functions below a missing bridge may share one that is missing too. */
static enum p2p_map map_without_common(const struct p2p_judge *judge,
				       struct p2p_verdict *verdict)
{
	uint32_t orphan = p2p_verdict_orphan(judge, verdict);

	if (orphan == P2P_NONE)
		return through_host(judge, verdict, false);
	p2p_verdict_add_missing(verdict, orphan, P2P_EVIDENCE_BRIDGE);
	return P2P_MAP_UNKNOWN;
}

static enum p2p_map map_pair(const struct p2p_judge *judge, struct p2p_verdict *verdict)
{
	struct hits hits;

	if (verdict->common == P2P_NONE)
		return map_without_common(judge, verdict);
	hits = test_paths(judge, verdict);
	if (!hits.any)
		return hits.unknown ? P2P_MAP_UNKNOWN : P2P_MAP_BUS_ADDR;
	return through_host(judge, verdict, true);
}

void p2p_verdict_kernel(const struct p2p_judge *judge, struct p2p_verdict *verdict)
{
	verdict->map = map_pair(judge, verdict);
	verdict->accepted = P2P_YES;
	if (judge->rules.p2pdma == P2P_NO || verdict->map == P2P_MAP_NOT_SUPPORTED)
		verdict->accepted = P2P_NO;
	else if (verdict->map == P2P_MAP_UNKNOWN)
		verdict->accepted = P2P_UNKNOWN;
}
