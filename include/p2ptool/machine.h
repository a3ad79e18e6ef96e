/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every stage from the registers to the islands, built in order over one snapshot: what
 * most callers want. */
#ifndef P2PTOOL_MACHINE_H
#define P2PTOOL_MACHINE_H

#include <p2ptool/facts.h>
#include <p2ptool/finding.h>
#include <p2ptool/group.h>
#include <p2ptool/island.h>
#include <p2ptool/role.h>
#include <p2ptool/rules.h>
#include <p2ptool/snapshot.h>
#include <p2ptool/topo.h>
#include <p2ptool/verdict.h>

/** Owns what it points to, the snapshot included. */
struct p2p_machine {
	struct p2p_snapshot *snapshot;
	struct p2p_facts *facts;
	struct p2p_topo *topo;
	struct p2p_role *roles;
	struct p2p_rules rules;
	struct p2p_judge *judge;
	bool tells_drivers; /* a function without a driver has none bound */
};

/** Builds all stages up to the judge; takes @snapshot over, on failure too. @kernel and
 * @cpu as in p2p_rules_init(). 0, -ENOMEM, or what p2p_rules_init() returns. */
P2P_PUBLIC int p2p_machine_new(struct p2p_snapshot *snapshot, const char *kernel,
			       const char *cpu, struct p2p_machine **ret_machine,
			       struct p2p_err *err);
P2P_PUBLIC void p2p_machine_free(struct p2p_machine *machine);

/** What groups are to be predicted for. */
struct p2p_group_options {
	enum p2p_group_rule rule;
	const char *cmdline; /* after a boot with it; NULL: registers as they are */
	bool from_firmware;  /* the registers are as the firmware left them */
};

/** Predicts groups and a boot; @options may be NULL for the registers as they are by the
 * mainline rule. 0, -ENOMEM, or what p2p_cmdline_parse() returns. */
P2P_PUBLIC int p2p_machine_group(const struct p2p_machine *machine,
				 const struct p2p_group_options *options,
				 struct p2p_grouped **ret_grouped, struct p2p_err *err);
P2P_PUBLIC void p2p_grouped_free(struct p2p_grouped *grouped);

#endif
