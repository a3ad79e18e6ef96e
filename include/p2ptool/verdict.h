/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens to a request from one function to another: what silicon does with it, what
 * the kernel's P2PDMA says of it, who decides, and how sure that is. */
#ifndef P2PTOOL_VERDICT_H
#define P2PTOOL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/facts.h>
#include <p2ptool/rules.h>
#include <p2ptool/topo.h>

enum p2p_route_kind {
	P2P_ROUTE_SELF,
	P2P_ROUTE_SAME_DEVICE,
	P2P_ROUTE_SWITCH,
	P2P_ROUTE_REDIRECTED,
	P2P_ROUTE_ROOT_COMPLEX,
	P2P_ROUTE_CROSS_ROOT,
	P2P_ROUTE_BLOCKED,
	P2P_ROUTE_UNDEFINED,
	P2P_ROUTE_UNKNOWN,
};

enum p2p_tlp {
	P2P_TLP_WRITE,
	P2P_TLP_READ,
	P2P_TLP_TRANSLATED_WRITE,
	P2P_TLP_TRANSLATED_READ,
};
#define P2P_TLPS 4

enum p2p_way {
	P2P_WAY_DIRECT,
	P2P_WAY_REDIRECTED,
	P2P_WAY_SPLIT, /* a read: request direct, completion redirected (unless RO) */
	P2P_WAY_BLOCKED,
	P2P_WAY_UNDEFINED,
	P2P_WAY_ROOT_COMPLEX,
	P2P_WAY_CROSS_ROOT,
	P2P_WAY_UNKNOWN,
};

enum p2p_map {
	P2P_MAP_BUS_ADDR,
	P2P_MAP_THRU_HOST_BRIDGE,
	P2P_MAP_NOT_SUPPORTED,
	P2P_MAP_UNKNOWN,
};

/** nvidia-smi topo's word for a route. */
enum p2p_smi {
	P2P_SMI_X,
	P2P_SMI_PIX,
	P2P_SMI_PXB,
	P2P_SMI_PHB,
	P2P_SMI_NODE,
	P2P_SMI_SYS,
	P2P_SMI_UNKNOWN,
};

/** Who decided: a function and the ACS bits (ACS_RR ... of the specification) there. */
struct p2p_by {
	uint32_t function;
	uint32_t bits;
};

/** What could not be read: of a function, or of the machine (P2P_NONE). */
enum p2p_evidence {
	P2P_EVIDENCE_ACS,         /* ACS registers of a function */
	P2P_EVIDENCE_CPU,         /* vendor and family of the CPU */
	P2P_EVIDENCE_IOMMU,       /* whether there is one: kernels 5.2 and 5.3 ask */
	P2P_EVIDENCE_BRIDGE,      /* the bridge above an orphan */
	P2P_EVIDENCE_PORT_NUMBER, /* the index into an egress vector, or its bit */
	P2P_EVIDENCE_HOST_BRIDGE, /* the representative of a host bridge */
	P2P_EVIDENCE_BUS_NUMBERS, /* secondary and subordinate bus, for SV */
	P2P_EVIDENCE_TYPE,        /* port type: which ACS bits count there */
};
struct p2p_missing {
	uint32_t function;
	enum p2p_evidence what;
};

/** Why it would not move at this moment. */
enum p2p_now {
	P2P_NOW_USABLE,
	P2P_NOW_UNKNOWN,
	P2P_NOW_DEAD,      /* reads all-ones */
	P2P_NOW_ASLEEP,    /* D3hot or D3cold */
	P2P_NOW_NO_MASTER, /* bus master off at the requester or a bridge above it */
	P2P_NOW_NO_MEMORY, /* memory enable off at the completer or a bridge above it */
	P2P_NOW_CONTAINED, /* DPC holds the link down */
	P2P_NOW_LINK_DOWN, /* data link layer not active */
	P2P_NOW_NO_BAR,    /* the completer has no memory BAR with an address */
	P2P_NOW_WINDOW,    /* a BAR lies outside a bridge's windows */
};

/** The verdict for requester -> completer. Arrays are room the verdict owns; `n_` of them
 * count. Two verdicts with the same bytes up to @n_missing and equal arrays are equal. */
struct p2p_verdict {
	uint32_t from, to;
	uint32_t common;             /* lowest common function, or P2P_NONE */
	uint32_t turn_from, turn_to; /* just below it on the two paths, or P2P_NONE */
	enum p2p_route_kind route;
	enum p2p_tri direct; /* YES only if write and read both are */
	enum p2p_way tlp[P2P_TLPS];
	enum p2p_smi smi;
	enum p2p_map map;
	enum p2p_tri accepted; /* would P2PDMA take it; NO when it is not built in */
	uint32_t distance;     /* the kernel's walk, always */
	enum p2p_now now;
	uint32_t now_at;  /* the function that says so */
	unsigned assumed; /* of enum p2p_assumption: what the verdict rests on */
	uint32_t n_by, n_kernel_by, n_missing;
	struct p2p_by *by;        /* of the route */
	struct p2p_by *kernel_by; /* each function whose RR, CR or EC the kernel sees */
	struct p2p_missing *missing;
	uint32_t room;
};

/** Judges pairs of one machine. Holds what is the same for all pairs: paths, redirects,
 * host bridges. Borrows its inputs, which must outlive it. */
struct p2p_judge;

P2P_PUBLIC struct p2p_judge *p2p_judge_new(const struct p2p_snapshot *snapshot,
					   const struct p2p_facts *facts,
					   const struct p2p_topo *topo,
					   const struct p2p_rules *rules);
P2P_PUBLIC void p2p_judge_free(struct p2p_judge *judge);

/** Prepares @verdict for use with p2p_judge_pair(), any number of times. 0 or -ENOMEM. */
P2P_PUBLIC int p2p_verdict_init(const struct p2p_judge *judge,
				struct p2p_verdict *ret_verdict);
P2P_PUBLIC void p2p_verdict_done(struct p2p_verdict *verdict);

/** Judges a request from @from to @to. Cannot fail: what is unknown is in the verdict. */
P2P_PUBLIC void p2p_judge_pair(const struct p2p_judge *judge, uint32_t from, uint32_t to,
			       struct p2p_verdict *verdict);

/** Unknown: the route or the kernel's map is. Assumed: both rest on @assumed. */
enum p2p_certainty { P2P_CERTAIN, P2P_ASSUMED, P2P_UNCERTAIN };
P2P_PUBLIC enum p2p_certainty p2p_verdict_certainty(const struct p2p_verdict *verdict);

/** Whether the kernel sees a redirect at a function: RR, CR or EC on (rules 2.2). */
P2P_PUBLIC enum p2p_tri p2p_judge_redirects(const struct p2p_judge *judge,
					    uint32_t function);

/** The rules that @judge was made with. */
P2P_PUBLIC const struct p2p_rules *p2p_judge_rules(const struct p2p_judge *judge);

#endif
