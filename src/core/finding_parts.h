/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that look for findings share. */
#ifndef P2PTOOL_CORE_FINDING_PARTS_H
#define P2PTOOL_CORE_FINDING_PARTS_H

#include <p2ptool/finding.h>

/* One function to point out. Marks that differ in nothing but the function, its switch
 * and the example fold into one finding. */
struct finding_mark {
	enum p2p_finding_id id;
	enum p2p_severity severity;
	uint32_t bits;
	uint64_t value, wanted;
	uint32_t function;
	uint32_t on_switch; /* upstream port of the switch it belongs to, or P2P_NONE */
	uint32_t example_from, example_to;
};

struct finding_search {
	const struct p2p_snapshot *snapshot;
	const struct p2p_facts *facts;
	const struct p2p_topo *topo;
	const struct p2p_role *roles;
	const struct p2p_judge *judge;
	const struct p2p_grouped *grouped;
	struct p2p_verdict *verdict; /* room for one, while groups are looked at */
	bool *on_path;               /* by function: a peer, or above one */
	uint32_t *
		listed; /* by function: how many findings there were when it was listed */
	struct finding_mark *marks;
	uint64_t n_marks, capacity;
	bool failed; /* out of memory */
};

/* A mark without numbers, switch and example. */
struct finding_mark p2p_finding_mark(enum p2p_finding_id id, enum p2p_severity severity,
				     uint32_t function);
void p2p_finding_add(struct finding_search *search, struct finding_mark mark);

/* Groups and what they rest on. */
void p2p_finding_groups(struct finding_search *search);

/* Redirects and payload sizes, switch by switch. */
void p2p_finding_switches(struct finding_search *search);

#endif
