/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the registers of each function say, decoded once. Registers keep which of their
 * bits were seen; a capability is there, absent or unknown. */
#ifndef P2PTOOL_FACTS_H
#define P2PTOOL_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/snapshot.h>
#include <p2ptool/tri.h>

/** Device/port type of the PCI Express capability (PCIe 7.5.3.2), and two more. */
enum p2p_pcie_type {
	P2P_TYPE_ENDPOINT = 0x0,
	P2P_TYPE_LEGACY_ENDPOINT = 0x1,
	P2P_TYPE_ROOT_PORT = 0x4,
	P2P_TYPE_SWITCH_UP = 0x5,
	P2P_TYPE_SWITCH_DOWN = 0x6,
	P2P_TYPE_PCIE_TO_PCI = 0x7,
	P2P_TYPE_PCI_TO_PCIE = 0x8,
	P2P_TYPE_RCIEP = 0x9,
	P2P_TYPE_RCEC = 0xa,
	P2P_TYPE_NOT_PCIE = 0x10, /* the capability list was read: conventional PCI */
	P2P_TYPE_UNKNOWN = 0x11,
};

/** A capability with one capability and one control register. @cap and @ctrl count only
 * while @present is YES; then a bit outside `known` was not read. */
struct p2p_ability {
	enum p2p_tri present;
	uint16_t offset; /* 0 unless present */
	struct p2p_reg cap, ctrl;
};

#define P2P_EGRESS_WORDS 8

/** Access Control Services (PCIe 7.7.11; kernel-wide names in pci_regs.h). */
struct p2p_acs {
	struct p2p_ability regs;
	struct p2p_reg generic_ctrl; /* where the specification has the control register:
				      * what Linux's P2PDMA reads; not the one that
				      * rules in Intel's wide root ports */
	enum p2p_tri wide; /* such a port: its registers take 32 bits each. Unknown where
			    * its ids are, and nothing else tells; @regs.ctrl is then */
	struct p2p_reg egress[P2P_EGRESS_WORDS]; /* bit n: port or function n */
	uint16_t egress_size; /* entries of the vector; 0 without egress control */
};

/** Advanced Error Reporting (PCIe 7.8.4): what an uncorrectable error leads to. */
struct p2p_aer {
	enum p2p_tri present;
	struct p2p_reg mask, severity;
};

/** SR-IOV (PCIe 9.3.3). @offset and @stride hold only while VF Enable is on. */
struct p2p_sriov {
	enum p2p_tri present;
	uint16_t offset;
	struct p2p_reg ctrl, total, num, first, stride, vf_device;
};

/** An address window of a bridge, in bytes; base above limit: closed. */
struct p2p_window {
	enum p2p_tri known;
	uint64_t base, limit;
};

enum p2p_bar_kind { P2P_BAR_NONE = 0, P2P_BAR_MEMORY, P2P_BAR_PREFETCH, P2P_BAR_IO };

/** @size comes from the system or the capture; 0 when nobody told. */
struct p2p_bar {
	enum p2p_bar_kind kind;
	uint64_t base, size;
};

/** Resizable BARs: the largest memory BAR's size now and what it could be, in bytes. */
struct p2p_rebar {
	enum p2p_tri present;
	uint64_t size, largest;
};

/** One function, decoded. Ids are P2P_NOT_TOLD when neither registers nor system tell. */
struct p2p_facts {
	int32_t vendor, device, class_code, subsystem_vendor, subsystem_device;
	enum p2p_tri dead;      /* reads all-ones: gone, contained or powered off */
	int32_t layout;         /* header layout 0, 1 or 2; P2P_NOT_TOLD */
	enum p2p_tri multi;     /* multi-function bit of the header */
	struct p2p_reg command; /* REG_COMMAND */
	struct p2p_reg primary, secondary, subordinate; /* bridges */
	struct p2p_reg power_state;                     /* PMCSR: 3 is D3hot */
	enum p2p_pcie_type type;                        /* as the register says */
	enum p2p_tri slot;                              /* slot implemented */
	uint16_t express; /* offset of the PCI Express capability, 0 if none */
	struct p2p_reg devcap, devctl, lnkcap, lnksta, sltcap, sltsta, devcap2, devctl2;
	enum p2p_tri extended; /* NO: the kernel at least sees no extended space */
	enum p2p_tri extended_assumed; /* YES: `extended` was inferred from the capture */
	struct p2p_acs acs;
	struct p2p_ability ats, pasid, pri, ari;
	struct p2p_ability dpc; /* its @cap is the status register */
	struct p2p_aer aer;
	struct p2p_sriov sriov;
	struct p2p_rebar rebar;
	enum p2p_tri cxl;         /* has a DVSEC of the CXL consortium */
	enum p2p_tri thunderbolt; /* is of a Thunderbolt controller, as Linux finds it
				   * (set_pcie_thunderbolt, 6.12) */
	struct p2p_reg
		rcba; /* of Intel's LPC bridge: where its chipset's registers are */
	enum p2p_tri has_serial;
	uint64_t serial;
	struct p2p_window memory, prefetch; /* bridges */
	struct p2p_bar bars[6];
	uint16_t readable; /* 0, 64, 256 or 4096: how far config space could be read */
};

/** Decodes each function of a sealed snapshot, by the same index. NULL without memory.
 * The caller frees the array with p2p_facts_free(). */
P2P_PUBLIC struct p2p_facts *p2p_facts_new(const struct p2p_snapshot *snapshot);
P2P_PUBLIC void p2p_facts_free(struct p2p_facts *facts);

/** Port number of Link Capabilities 31:24, the index into egress vectors; -1 unknown. */
P2P_PUBLIC int p2p_facts_port_number(const struct p2p_facts *facts);

/** Physical slot number of a port that has a slot; -1 for none or unknown. */
P2P_PUBLIC int p2p_facts_slot_number(const struct p2p_facts *facts);

/** 0 where unknown, and for now where there is no link. */
P2P_PUBLIC struct p2p_link p2p_facts_link(const struct p2p_facts *facts);

/** Device Control's and Device Capabilities' Max_Payload_Size in bytes; 0 unknown. */
P2P_PUBLIC unsigned p2p_facts_payload(const struct p2p_facts *facts);
P2P_PUBLIC unsigned p2p_facts_payload_max(const struct p2p_facts *facts);

/** Whether bits of ACS Control are on: NO for a function without the capability. */
P2P_PUBLIC enum p2p_tri p2p_facts_acs(const struct p2p_facts *facts, uint32_t bits);

/** Whether a port lacks what isolation asks for: there is no capability, or of SV, RR, CR
 * and UF it offers one that is off. */
P2P_PUBLIC enum p2p_tri p2p_facts_acs_lacks(const struct p2p_facts *facts);

#endif
