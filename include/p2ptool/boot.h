/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACS registers after a boot that has not happened: what a kernel with a given
 * command line programs into each function (pci_enable_acs() of drivers/pci/pci.c, and
 * what came before it). */
#ifndef P2PTOOL_BOOT_H
#define P2PTOOL_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/err.h>
#include <p2ptool/facts.h>
#include <p2ptool/rules.h>
#include <p2ptool/snapshot.h>
#include <p2ptool/topo.h>

/** Longest command line taken: the largest COMMAND_LINE_SIZE of any architecture. */
#define P2P_CMDLINE_MAX  4096
#define P2P_OVERRIDE_IDS 16

/** pcie_acs_override= of a patch that no mainline kernel has: devices that count as
 * isolating although they have no ACS. It changes groups, never registers. */
struct p2p_acs_override {
	bool downstream, multifunction;
	unsigned n_ids;
	struct {
		uint16_t vendor, device;
	} ids[P2P_OVERRIDE_IDS];
};

/** What of a command line decides about ACS. Texts are the caller's to free with
 * p2p_cmdline_done(); NULL: not given. */
struct p2p_cmdline {
	char *disable_acs_redir, *config_acs; /* the last one of each counts */
	bool no_ats;
	enum p2p_tri intel, amd; /* intel_iommu=on: YES, =off: NO; amd_iommu=off: NO */
	bool iommu_off;          /* iommu=off */
	struct p2p_acs_override override;
	bool has_override;
};

/** Reads a command line as the kernel splits it. 0, -ENOMEM, or -EINVAL when it is longer
 * than P2P_CMDLINE_MAX. */
P2P_PUBLIC int p2p_cmdline_parse(const char *text, struct p2p_cmdline *ret_cmdline,
				 struct p2p_err *err);
P2P_PUBLIC void p2p_cmdline_done(struct p2p_cmdline *cmdline);

/** What a boot ignores or takes otherwise than meant; several may hold. */
enum p2p_boot_remark {
	P2P_REMARK_TOO_OLD = 1 << 0,   /* config_acs= before kernel 6.11 */
	P2P_REMARK_NO_FLAGS = 1 << 1,  /* an entry of config_acs= without flags@ */
	P2P_REMARK_BAD_FLAGS = 1 << 2, /* flags that are no 0, 1, x or beyond DT */
	P2P_REMARK_BAD_DEVICE = 1
				<< 3, /* a device that does not parse: the rest is lost */
	P2P_REMARK_NO_DEVICE = 1 << 4, /* an entry that matches no function with ACS */
	P2P_REMARK_BUG = 1 << 5, /* kernels 6.11 to 6.14 before the fix: other bits too */
	P2P_REMARK_OVERRIDE = 1 << 6, /* pcie_acs_override= has no effect in mainline */
	P2P_REMARK_NO_IOMMU = 1 << 7, /* no IOMMU: this boot makes no groups */
};

/** ACS control of one function, before and after. Bits of @after outside `known` hang on
 * what the firmware leaves there. */
struct p2p_boot_register {
	uint32_t function;
	struct p2p_reg before, after;
};

struct p2p_boot {
	struct p2p_facts *facts; /* those of the machine, ACS control as programmed */
	struct p2p_boot_register *registers; /* of each function with ACS, by address */
	uint32_t n_registers;
	enum p2p_tri translates; /* an IOMMU is on: the kernel makes groups */
	enum p2p_tri requested;  /* the kernel turns ACS on */
	unsigned assumed;        /* of enum p2p_assumption */
	unsigned remarks;        /* of enum p2p_boot_remark */
	struct p2p_acs_override override;
};

struct p2p_boot_options {
	const char *cmdline;
	bool from_firmware; /* the registers are as the firmware left them: no kernel has
			     * programmed ACS yet */
};

/** Predicts a boot by @rules->kernel. 0, -ENOMEM, or what p2p_cmdline_parse() returns. */
P2P_PUBLIC int p2p_boot_new(const struct p2p_snapshot *snapshot,
			    const struct p2p_facts *facts, const struct p2p_topo *topo,
			    const struct p2p_rules *rules,
			    const struct p2p_boot_options *options,
			    struct p2p_boot **ret_boot, struct p2p_err *err);
P2P_PUBLIC void p2p_boot_free(struct p2p_boot *boot);

/** Of the @at-th register the ACS bits that are not as @boot, one with the machine's own
 * command line, programs them: they were written since. 0 where that cannot be told: the
 * machine is no live one with its IOMMU on, or its command line is not known. */
P2P_PUBLIC uint32_t p2p_boot_drift(const struct p2p_snapshot *snapshot,
				   const struct p2p_boot *boot, uint32_t at);

#endif
