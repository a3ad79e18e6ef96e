/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IOMMU groups: which functions the kernel puts together because the registers, as they
 * are, do not keep them apart (pci_device_group() of drivers/iommu/iommu.c), and by a
 * stricter rule, which ones the hardware does not keep apart. */
#ifndef P2PTOOL_GROUP_H
#define P2PTOOL_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/boot.h>
#include <p2ptool/facts.h>
#include <p2ptool/rules.h>
#include <p2ptool/topo.h>
#include <p2ptool/verdict.h>

enum p2p_group_rule {
	P2P_RULE_MAINLINE, /* what kernels 4.20 to 7.4 do: each function's own path */
	P2P_RULE_STRICT,   /* who can reach whom: peers below one switch count as well */
};

/** What ties functions together. */
enum p2p_tie_rule {
	P2P_TIE_NO_ACS,         /* a port without the ACS capability */
	P2P_TIE_ACS_OFF,        /* a port of whose ACS controls some are off */
	P2P_TIE_MULTI_FUNCTION, /* functions of one device that may reach each other */
	P2P_TIE_PCI_BRIDGE, /* a conventional bus: all behind it have the bridge's id */
	P2P_TIE_DMA_ALIAS,  /* a function that uses another one's requester id */
	P2P_TIE_QUIRK,      /* the kernel knows that this device does not isolate */
};

/** @bits: ACS controls that are required and off, 0 where there is no capability. */
struct p2p_tie {
	uint32_t function;
	enum p2p_tie_rule rule;
	uint32_t bits;
};

/** One group. Unknown: no larger than this, but perhaps several, unless it @is_open: it
 * is not known which bridge leads to which bus, and functions of other buses may be of it
 * too. @n_unread of its members have registers that decide and were not read. */
struct p2p_group {
	uint32_t first_member, n_members; /* in p2p_groups.members, by address */
	uint32_t first_tie, n_ties;       /* in p2p_groups.ties; none for one function */
	enum p2p_certainty certainty;
	bool is_open;
	unsigned assumed; /* of enum p2p_assumption */
	uint32_t n_unread;
};

/** What is not known of a function whose group is not. */
enum p2p_unread {
	P2P_UNREAD_NOTHING = 0,
	P2P_UNREAD_REGISTERS, /* its own */
	P2P_UNREAD_BRIDGE,    /* the one above it is missing */
};

struct p2p_groups {
	enum p2p_group_rule rule;
	struct p2p_group *groups; /* in the order in which the kernel makes them */
	uint32_t n_groups;
	uint32_t *members;
	struct p2p_tie *ties;
	uint32_t n_ties;
	uint32_t *of; /* by function: its group; never P2P_NONE */
	uint8_t *
		unread; /* by function: enum p2p_unread, what of it leaves a group open */
};

/** What groups depend on beside registers and tree. */
struct p2p_group_rules {
	struct p2p_rules rules; /* the kernel's version */
	enum p2p_group_rule rule;
	enum p2p_tri requested; /* the kernel asked for ACS: root ports of Intel's older
				 * chipsets were isolated outside of config space */
	enum p2p_tri ivrs;      /* firmware describes an AMD IOMMU */
	enum p2p_tri ivrs_told; /* whether that is known, or was inferred */
	struct p2p_acs_override override;
};

/** The rules for a machine whose registers are judged as they are: what the system told,
 * else what its functions suggest, noted as assumed. */
P2P_PUBLIC struct p2p_group_rules p2p_group_rules(const struct p2p_snapshot *snapshot,
						  const struct p2p_facts *facts,
						  const struct p2p_rules *rules);

/** Predicts the groups of functions that are added in the kernel's order. NULL without
 * memory. */
P2P_PUBLIC struct p2p_groups *p2p_groups_new(const struct p2p_snapshot *snapshot,
					     const struct p2p_facts *facts,
					     const struct p2p_topo *topo,
					     const struct p2p_group_rules *rules);
P2P_PUBLIC void p2p_groups_free(struct p2p_groups *groups);

/** True if two functions are in one group. */
static inline bool p2p_groups_together(const struct p2p_groups *groups, uint32_t a,
				       uint32_t b)
{
	return groups->of[a] == groups->of[b];
}

/** Why the running kernel's groups are not those predicted: what would make them so. */
enum p2p_group_cause {
	P2P_CAUSE_RULE,      /* the kernel goes by the mainline rule */
	P2P_CAUSE_BOOT,      /* the boot that was asked for programs other registers */
	P2P_CAUSE_REGISTERS, /* a boot programs other registers: they changed since */
	P2P_CAUSE_OVERRIDE,  /* pcie_acs_override= of a patched kernel */
	P2P_CAUSE_QUIRK,     /* a quirk whose state config space does not show */
	P2P_CAUSE_EARLY,     /* made while ACS was off: before it was turned on */
	P2P_CAUSE_VMD,       /* behind a VMD function, or that function */
	P2P_CAUSE_ALIAS,   /* together with others of its bus: requester ids that firmware
			  * or a table behind a BAR tells */
	P2P_CAUSE_UNREAD,  /* registers that decide were not read */
	P2P_CAUSE_HOTPLUG, /* below a hot-plug slot: added to what was there then */
	P2P_CAUSE_NEIGHBOUR, /* itself as predicted, but for a function that is not */
	P2P_CAUSE_UNEXPLAINED,
};
#define P2P_CAUSES (P2P_CAUSE_UNEXPLAINED + 1)

struct p2p_group_difference {
	uint32_t function;
	int32_t live;
	enum p2p_group_cause cause;
};

/** Live groups beside predicted ones. Functions without a live group, and such of which
 * it is not known, are left out of both. */
struct p2p_group_diff {
	struct p2p_group_difference *differences; /* by address */
	uint32_t n_differences;
	uint32_t n_live;    /* functions whose live group is known */
	uint32_t n_without; /* known to be in none: the IOMMU does not cover them */
	enum p2p_tri equal; /* unknown: no live groups, or too little was read */
	uint8_t *by_group;  /* by predicted group: 1 if just this is a live one */
};

/** Compares and explains. @cmdline of the machine is the snapshot's, "" when it is not
 * told. NULL without memory. */
P2P_PUBLIC struct p2p_group_diff *p2p_group_diff_new(const struct p2p_snapshot *snapshot,
						     const struct p2p_facts *facts,
						     const struct p2p_topo *topo,
						     const struct p2p_group_rules *rules,
						     const struct p2p_groups *groups);
P2P_PUBLIC void p2p_group_diff_free(struct p2p_group_diff *diff);

/** All there is about the groups of one machine. Owns what it points to. */
struct p2p_grouped {
	struct p2p_boot *boot; /* with the command line asked for, or the machine's own */
	struct p2p_groups *mainline, *strict;
	const struct p2p_groups *groups; /* the one of both whose rule was asked for */
	struct p2p_group_diff *diff;     /* of @groups */
};

#endif
