/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of groups and of boots. */
#include "render/words.h"

const char *const words_group_rule[] = {
	[P2P_RULE_MAINLINE] = "mainline",
	[P2P_RULE_STRICT] = "strict",
};

const struct word words_tie[] = {
	[P2P_TIE_NO_ACS] = { "no-acs", "no ACS capability" },
	[P2P_TIE_ACS_OFF] = { "acs-off", "off" },
	[P2P_TIE_MULTI_FUNCTION] = { "multi-function", "multi-function, not kept apart" },
	[P2P_TIE_PCI_BRIDGE] = { "pci-bridge", "conventional bus: one requester id" },
	[P2P_TIE_DMA_ALIAS] = { "dma-alias", "a requester id that is shared" },
	[P2P_TIE_QUIRK] = { "quirk", "the kernel lists it as not isolating" },
};

const struct word words_cause[] = {
	[P2P_CAUSE_RULE] = { "rule", "the kernel goes by the mainline rule, which looks "
				     "at each function's own path only" },
	[P2P_CAUSE_BOOT] = { "boot", "the boot that was asked for programs other ACS "
				     "controls" },
	[P2P_CAUSE_REGISTERS] = { "registers-changed",
				  "a boot programs other ACS controls, and with these "
				  "the groups are the live ones: they were written "
				  "since" },
	[P2P_CAUSE_OVERRIDE] = { "acs-override",
				 "pcie_acs_override= of a patched kernel counts devices "
				 "without ACS as isolating" },
	[P2P_CAUSE_QUIRK] = { "quirk-hidden",
			      "a quirk whose state config space does not show is not in "
			      "the state that was assumed" },
	[P2P_CAUSE_EARLY] = { "before-acs",
			      "the groups are those of ACS controls that are off: they "
			      "were made before these were turned on" },
	[P2P_CAUSE_VMD] = { "vmd",
			    "what is behind a VMD function does DMA under its id" },
	[P2P_CAUSE_ALIAS] = { "hidden-alias",
			      "they are together with others of their bus: firmware or a "
			      "table behind a BAR tells more requester ids" },
	[P2P_CAUSE_UNREAD] = { "unread", "registers that decide were not read" },
	[P2P_CAUSE_HOTPLUG] = { "hotplug",
				"they hang below a hot-plug slot and may have been "
				"added later, under other registers" },
	[P2P_CAUSE_NEIGHBOUR] = { "neighbour",
				  "it is others of the group that are elsewhere" },
	[P2P_CAUSE_UNEXPLAINED] = { "unexplained",
				    "no supposition gives the live groups" },
};

const struct word words_remark[] = {
	{ "too-old", "config_acs= is known from kernel 6.11 on: it has no effect" },
	{ "no-flags", "config_acs=: an entry has no FLAGS@ before its device: that and "
		      "what follows has no effect" },
	{ "bad-flags", "config_acs=: flags must be 0, 1 or x, seven at most: from there "
		       "on it has no effect" },
	{ "bad-device",
	  "a device is neither an address nor pci:VENDOR:DEVICE: from there "
	  "on the parameter has no effect" },
	{ "no-device", "no function with ACS matches a parameter: it has no effect" },
	{ "bug", "kernels 6.11 to 6.14 before the fix of the parameters set other bits "
		 "than were asked for" },
	{ "override", "pcie_acs_override= has no effect in mainline kernels" },
	{ "no-iommu", "the IOMMU is off: such a boot makes no groups; these are what "
		      "they would be" },
};
