/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every enum to its word and its one-line meaning. */
#include <stdio.h>

#include "render/words.h"

const struct word words_route[] = {
	[P2P_ROUTE_SELF] = { "self", "the same function" },
	[P2P_ROUTE_SAME_DEVICE] = { "same-device", "functions of one device" },
	[P2P_ROUTE_SWITCH] = { "switch", "direct, turned round below the root complex" },
	[P2P_ROUTE_REDIRECTED] = { "redirected",
				   "a switch could turn it round, ACS sends it up" },
	[P2P_ROUTE_ROOT_COMPLEX] = { "root-complex",
				     "the paths meet at one host bridge" },
	[P2P_ROUTE_CROSS_ROOT] = { "cross-root", "different host bridges" },
	[P2P_ROUTE_BLOCKED] = { "blocked", "ACS stops it" },
	[P2P_ROUTE_UNDEFINED] = { "undefined",
				  "redirected towards a port above that does not "
				  "forward it (UF off, or no ACS)" },
	[P2P_ROUTE_UNKNOWN] = { "unknown", "deciding registers could not be read" },
};

const char *const words_code[] = {
	[P2P_ROUTE_SELF] = "X",          [P2P_ROUTE_SAME_DEVICE] = "MF",
	[P2P_ROUTE_SWITCH] = "SW",       [P2P_ROUTE_REDIRECTED] = "ACS",
	[P2P_ROUTE_ROOT_COMPLEX] = "RC", [P2P_ROUTE_CROSS_ROOT] = "XRC",
	[P2P_ROUTE_BLOCKED] = "BLK",     [P2P_ROUTE_UNDEFINED] = "UF",
	[P2P_ROUTE_UNKNOWN] = "?",
};

const char *const words_tlp[] = {
	[P2P_TLP_WRITE] = "write",
	[P2P_TLP_READ] = "read",
	[P2P_TLP_TRANSLATED_WRITE] = "translated-write",
	[P2P_TLP_TRANSLATED_READ] = "translated-read",
};

const struct word words_way[] = {
	[P2P_WAY_DIRECT] = { "direct", "turned round below the root complex" },
	[P2P_WAY_REDIRECTED] = { "redirected", "to the root complex and back" },
	[P2P_WAY_SPLIT] = { "split",
			    "the request direct; its completion through the root "
			    "complex, unless it is relaxed-ordered" },
	[P2P_WAY_BLOCKED] = { "blocked", "stopped: an ACS violation" },
	[P2P_WAY_UNDEFINED] = { "undefined",
				"sent up to a port that does not forward it" },
	[P2P_WAY_ROOT_COMPLEX] = { "root-complex", "through the root complex" },
	[P2P_WAY_CROSS_ROOT] = { "cross-root", "from one host bridge to another" },
	[P2P_WAY_UNKNOWN] = { "unknown", "not known for want of evidence" },
};

const struct word words_map[] = {
	[P2P_MAP_BUS_ADDR] = { "bus-addr", "by PCI bus address, past the IOMMU" },
	[P2P_MAP_THRU_HOST_BRIDGE] = { "thru-host-bridge", "through the host bridge" },
	[P2P_MAP_NOT_SUPPORTED] = { "not-supported", "P2PDMA refuses the pair" },
	[P2P_MAP_UNKNOWN] = { "unknown", "not known for want of evidence" },
};

const struct word words_smi[] = {
	[P2P_SMI_X] = { "X", "the same function" },
	[P2P_SMI_PIX] = { "PIX", "one switch" },
	[P2P_SMI_PXB] = { "PXB", "several switches" },
	[P2P_SMI_PHB] = { "PHB", "one host bridge" },
	[P2P_SMI_NODE] = { "NODE", "host bridges of one NUMA node" },
	[P2P_SMI_SYS] = { "SYS", "different NUMA nodes" },
	[P2P_SMI_UNKNOWN] = { "unknown", "not known" },
};

const struct word words_evidence[] = {
	[P2P_EVIDENCE_ACS] = { "acs", "ACS registers" },
	[P2P_EVIDENCE_CPU] = { "cpu", "vendor and family of the CPU" },
	[P2P_EVIDENCE_IOMMU] = { "iommu", "whether there is an IOMMU" },
	[P2P_EVIDENCE_BRIDGE] = { "bridge", "the parent bridge" },
	[P2P_EVIDENCE_PORT_NUMBER] = { "port-number", "egress vector or port number" },
	[P2P_EVIDENCE_HOST_BRIDGE] = { "host-bridge", "ids of the host bridge" },
	[P2P_EVIDENCE_BUS_NUMBERS] = { "bus-numbers", "secondary and subordinate bus" },
	[P2P_EVIDENCE_TYPE] = { "type", "port type" },
};

const struct word words_now[] = {
	[P2P_NOW_USABLE] = { "usable", "would move" },
	[P2P_NOW_UNKNOWN] = { "unknown", "not all registers that tell could be read" },
	[P2P_NOW_DEAD] = { "dead", "reads all-ones" },
	[P2P_NOW_ASLEEP] = { "asleep", "sleeps in D3" },
	[P2P_NOW_NO_MASTER] = { "no-master", "bus master is off" },
	[P2P_NOW_NO_MEMORY] = { "no-memory", "memory space is off" },
	[P2P_NOW_CONTAINED] = { "contained", "DPC holds the link down" },
	[P2P_NOW_LINK_DOWN] = { "link-down", "the link is down" },
	[P2P_NOW_NO_BAR] = { "no-bar", "no memory BAR has an address" },
	[P2P_NOW_WINDOW] = { "window",
			     "a BAR lies outside the window of a bridge above" },
};

const char *const words_cpu[] = {
	[P2P_CPU_UNKNOWN] = "unknown",
	[P2P_CPU_ZEN] = "zen",
	[P2P_CPU_INTEL] = "intel",
	[P2P_CPU_OTHER] = "other",
};

const char *const words_iommu[] = {
	[P2P_IOMMU_UNKNOWN] = "unknown",       [P2P_IOMMU_OFF] = "off",
	[P2P_IOMMU_IDENTITY] = "identity",     [P2P_IOMMU_MIXED] = "mixed",
	[P2P_IOMMU_TRANSLATED] = "translated",
};

const char *const words_finding[] = {
	[P2P_FINDING_REDIRECT] = "redirect",
	[P2P_FINDING_P2PDMA_OFF] = "p2pdma-off",
	[P2P_FINDING_UNREADABLE] = "unreadable",
	[P2P_FINDING_ACS_MISSING] = "acs-missing",
	[P2P_FINDING_LINK_LOW] = "link-low",
	[P2P_FINDING_BAR_SMALL] = "bar-small",
	[P2P_FINDING_BUS_MASTER_OFF] = "bus-master-off",
	[P2P_FINDING_MPS_MISMATCH] = "mps-mismatch",
	[P2P_FINDING_GROUP_HOLE] = "group-hole",
	[P2P_FINDING_STALE_GROUPS] = "stale-groups",
	[P2P_FINDING_DRIFT] = "drift",
	[P2P_FINDING_ORPHAN] = "orphan",
	[P2P_FINDING_PORT_TYPE] = "port-type",
};

const char *const words_severity[] = {
	[P2P_ERROR] = "error",
	[P2P_WARNING] = "warning",
	[P2P_INFO] = "info",
};

const char *const words_certainty[] = { "certain", "assumed", "unknown" };

const struct word words_assumption[] = {
	{ "cpu", "the CPU, inferred from host bridge ids" },
	{ "kernel", "the newest kernel's rules, as no kernel was told" },
	{ "distribution", "the rules of the base version of a distribution's kernel" },
	{ "old-kernel", "rules before 5.16, from the kernel's history" },
	{ "device", "the device loops requests among its own functions" },
	{ "strict", "completions without Relaxed Ordering" },
	{ "no-extended", "no capabilities beyond byte 256 where the capture shows none" },
	{ "snapshot", "registers as of an earlier snapshot" },
	{ "chipset", "the kernel isolated the root ports of this Intel chipset at boot, "
		     "in registers outside of config space" },
	{ "ivrs", "whether firmware describes an AMD IOMMU, from the functions seen" },
	{ "vmd", "which VMD function made the PCI domain, from the order of both" },
	{ "aliases", "requester ids in a table behind a BAR, which is not read" },
	{ "iommu", "whether the boot has the IOMMU on and asks for ACS" },
	{ "firmware",
	  "ACS controls as the firmware leaves them, from what they are now" },
	{ "external", "no port is external-facing: empty hot-plug ports do not tell" },
	{ "stable", "what the last releases of a stable series have" },
	{ "single", "a device of which one function is seen has no other" },
};

const struct word words_kind[] = {
	[P2P_KIND_HOST_BRIDGE] = { "host-bridge", "host bridge" },
	[P2P_KIND_ROOT_PORT] = { "root-port", "root port" },
	[P2P_KIND_SWITCH_UP] = { "switch-up", "switch up" },
	[P2P_KIND_SWITCH_DOWN] = { "switch-down", "switch down" },
	[P2P_KIND_PCIE_TO_PCI] = { "pcie-to-pci", "PCIe-PCI" },
	[P2P_KIND_PCI_TO_PCIE] = { "pci-to-pcie", "PCI-PCIe" },
	[P2P_KIND_PCI_BRIDGE] = { "pci-bridge", "PCI bridge" },
	[P2P_KIND_CARDBUS] = { "cardbus", "CardBus" },
	[P2P_KIND_ENDPOINT] = { "endpoint", "endpoint" },
	[P2P_KIND_LEGACY_ENDPOINT] = { "legacy-endpoint", "endpoint" },
	[P2P_KIND_VF] = { "vf", "VF" },
	[P2P_KIND_RCIEP] = { "rciep", "integrated" },
	[P2P_KIND_RCEC] = { "rcec", "event collector" },
	[P2P_KIND_PCI] = { "pci", "PCI" },
	[P2P_KIND_UNKNOWN] = { "unknown", "unknown" },
};

const struct word words_change[] = {
	[P2P_CHANGE_CAME] = { "came", "was not there before" },
	[P2P_CHANGE_WENT] = { "went", "is not there any more" },
	[P2P_CHANGE_MOVED] = { "moved", "the same device at another place" },
	[P2P_CHANGE_ACS] = { "acs", "ACS control, or an egress vector" },
	[P2P_CHANGE_ATS] = { "ats", "ATS control" },
	[P2P_CHANGE_LINK] = { "link", "trained to another speed or width" },
	[P2P_CHANGE_DRIVER] = { "driver", "another driver is bound" },
	[P2P_CHANGE_ROUTE] = { "route", "what hardware does with requests of a pair" },
	[P2P_CHANGE_MAP] = { "map", "what the kernel's P2PDMA says of a pair" },
	[P2P_CHANGE_GROUP] = { "group", "together with others in an IOMMU group" },
};

const char *words_tri(enum p2p_tri tri, const char *unknown)
{
	if (tri == P2P_UNKNOWN)
		return unknown;
	return tri == P2P_YES ? "true" : "false";
}

char *words_kernel(uint32_t kernel, char ret_text[WORDS_KERNEL_SIZE])
{
	snprintf(ret_text, WORDS_KERNEL_SIZE, "%u.%u", kernel >> 16 & 0xfff,
		 kernel & 0xffff);
	return ret_text;
}
