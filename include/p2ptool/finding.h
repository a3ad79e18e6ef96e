/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report should point out about the peers of a machine: facts with a fixed id,
 * folded where they are alike, worst first. */
#ifndef P2PTOOL_FINDING_H
#define P2PTOOL_FINDING_H

#include <stdint.h>

#include <p2ptool/group.h>
#include <p2ptool/island.h>
#include <p2ptool/role.h>
#include <p2ptool/verdict.h>

enum p2p_finding_id {
	P2P_FINDING_REDIRECT, /* a switch could turn requests round, ACS sends them up */
	P2P_FINDING_P2PDMA_OFF,  /* the kernel was built without CONFIG_PCI_P2PDMA */
	P2P_FINDING_UNREADABLE,  /* registers that decide could not be read */
	P2P_FINDING_ACS_MISSING, /* a port above peers has no ACS capability */
	P2P_FINDING_LINK_LOW,    /* a peer's link trained below what both ends can */
	P2P_FINDING_BAR_SMALL,   /* a GPU's resizable BAR is smaller than it could be */
	P2P_FINDING_BUS_MASTER_OFF, /* a bound peer may not issue requests */
	P2P_FINDING_MPS_MISMATCH,   /* a sender's payload is more than a peer takes */
	P2P_FINDING_GROUP_HOLE,     /* groups that look isolated, below a leaky switch */
	P2P_FINDING_STALE_GROUPS, /* live groups that do not fit the registers any more */
	P2P_FINDING_DRIFT,        /* ACS that a boot of this kernel leaves otherwise */
	P2P_FINDING_ORPHAN,       /* the bridge above is missing from the capture */
	P2P_FINDING_PORT_TYPE,    /* a port whose type contradicts its place */
};
#define P2P_FINDINGS (P2P_FINDING_PORT_TYPE + 1)

enum p2p_severity { P2P_ERROR, P2P_WARNING, P2P_INFO };

/** One finding. Functions are what it is about: the deciding ports, or the peers;
 * @example_from and @example_to are a pair it shows on, or P2P_NONE. */
struct p2p_finding {
	enum p2p_finding_id id;
	enum p2p_severity severity;
	uint32_t first_function, n_functions; /* in p2p_findings.functions */
	uint32_t n_alike; /* switches (redirect, mps-mismatch) that look the same */
	uint32_t example_from, example_to;
	uint32_t bits;          /* ACS bits that decide */
	uint64_t value, wanted; /* sizes, speeds: what is and what could be */
};

struct p2p_findings {
	struct p2p_finding *findings;
	uint32_t n_findings;
	uint32_t *functions;
	uint32_t n_functions;
};

/** What the machine that @judge was made for gives to point out. @grouped: of registers
 * as they are. NULL without memory. */
P2P_PUBLIC struct p2p_findings *p2p_findings_new(const struct p2p_judge *judge,
						 const struct p2p_role *roles,
						 const struct p2p_grouped *grouped);
P2P_PUBLIC void p2p_findings_free(struct p2p_findings *findings);

#endif
