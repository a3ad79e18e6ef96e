/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The three judges of a pair and what they share. */
#ifndef P2PTOOL_CORE_VERDICT_PARTS_H
#define P2PTOOL_CORE_VERDICT_PARTS_H

#include <p2ptool/verdict.h>

struct p2p_judge {
	const struct p2p_snapshot *snapshot;
	const struct p2p_facts *facts;
	const struct p2p_topo *topo;
	struct p2p_rules rules;
	uint8_t *redirects; /* enum p2p_tri by function: the kernel's test */
	uint8_t *one_host; /* enum p2p_tri by root: may both ends be under this bridge? */
	uint8_t *two_hosts; /* enum p2p_tri by root: may one end be? */
};

/* Linux's P2PDMA: map, accepted, kernel_by. Needs common and distance. */
void p2p_verdict_kernel(const struct p2p_judge *judge, struct p2p_verdict *verdict);

/* What switches do: route, tlp, direct, by, smi. Needs common and the turning ports. */
void p2p_verdict_silicon(const struct p2p_judge *judge, struct p2p_verdict *verdict);

/* The four classes where the paths have a common function. */
void p2p_verdict_ways(const struct p2p_judge *judge, struct p2p_verdict *verdict);

/* Translated requests on their way to the root complex: direct as far as TB lets them. */
enum p2p_way p2p_verdict_translated_out(const struct p2p_judge *judge,
					struct p2p_verdict *verdict);

/* True for a port whose secondary side is one conventional bus. */
bool p2p_verdict_shares_bus(const struct p2p_judge *judge, uint32_t port);

/* True if Linux sees nothing of the function's space beyond 256 bytes. */
bool p2p_verdict_is_hidden(const struct p2p_topo *topo, uint32_t function);

/* Whether it would move at this moment: now, now_at. Needs the route. */
void p2p_verdict_now(const struct p2p_judge *judge, struct p2p_verdict *verdict);

/* The root that a pair's verdict cannot see beyond: an orphan's, or P2P_NONE. */
uint32_t p2p_verdict_orphan(const struct p2p_judge *judge,
			    const struct p2p_verdict *verdict);

void p2p_verdict_add_by(struct p2p_verdict *verdict, uint32_t function, uint32_t bits);
void p2p_verdict_add_missing(struct p2p_verdict *verdict, uint32_t function,
			     enum p2p_evidence what);

#endif
