/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACS quirks: a table in the kernel's order, the first row that answers counts. Ids and
 * claims are facts of drivers/pci/quirks.c, pci_dev_acs_enabled[] of Linux 6.12. */
#include <stddef.h>

#include "core/regs.h"
#include "core/rules_quirks.h"

#define V   P2P_KERNEL
#define OLD P2P_KERNEL_OLDEST
#define LTS V(6, 1) /* all rows are in 6.1.192, and so in later longterm series */

#define PORT     (ACS_SV | ACS_RR | ACS_CR | ACS_UF)
#define MF       (ACS_SV | ACS_TB | ACS_RR | ACS_CR | ACS_UF | ACS_DT)
#define SB       (ACS_RR | ACS_CR)
#define SB_ASKED (ACS_RR | ACS_CR | ACS_EC | ACS_DT)

/* vendor, low, high, first kernel, where, claims, function */
#define ROW(vendor, low, high, since, where, claims, source)                \
	{                                                                   \
		{ vendor, low, high, since, LTS }, where, claims, 0, source \
	}
#define SOUTH(vendor, device)                                                           \
	{                                                                               \
		{ vendor, device, device, OLD, LTS }, ACS_AT_SOUTHBRIDGE, SB, SB_ASKED, \
			"pci_quirk_amd_sb_acs"                                          \
	}
#define MULTI(vendor, low, high, since) \
	ROW(vendor, low, high, since, ACS_ANYWHERE, MF, "pci_quirk_mf_endpoint_acs")
#define PCH(low, high) \
	ROW(0x8086, low, high, OLD, ACS_AT_PCH, PORT, "pci_quirk_intel_pch_acs")
#define QCOM(vendor, device, since) \
	ROW(vendor, device, device, since, ACS_ANYWHERE, PORT, "pci_quirk_qcom_rp_acs")
#define LOONGSON(device, since) \
	ROW(0x0014, device, device, since, ACS_ANYWHERE, PORT, "pci_quirk_loongson_acs")
#define NXP(low, high) \
	ROW(0x1957, low, high, V(5, 15), ACS_ANYWHERE, PORT, "pci_quirk_nxp_rp_acs")
#define ZHAOXIN(low, high, since, claims)                  \
	ROW(0x1d17, low, high, since, ACS_AT_PORT, claims, \
	    "pci_quirk_zhaoxin_pcie_ports_acs")
#define WANGXUN(low, high, since, claims) \
	ROW(0x8088, low, high, since, ACS_ANYWHERE, claims, "pci_quirk_wangxun_nic_acs")

static const struct acs_quirk rows[] = {
	/* AMD southbridges */
	SOUTH(0x1002, 0x4385),
	SOUTH(0x1002, 0x439c),
	SOUTH(0x1002, 0x4383),
	SOUTH(0x1002, 0x439d),
	SOUTH(0x1002, 0x4384),
	SOUTH(0x1002, 0x4399),
	SOUTH(0x1022, 0x780f),
	SOUTH(0x1022, 0x7809),
	/* Solarflare */
	MULTI(0x1924, 0x0903, 0x0903, OLD),
	MULTI(0x1924, 0x0923, 0x0923, OLD),
	MULTI(0x1924, 0x0a03, 0x0a03, OLD),
	/* Intel 82598, 82599, X540, X520 */
	MULTI(0x8086, 0x10c6, 0x10c6, OLD),
	MULTI(0x8086, 0x10db, 0x10db, OLD),
	MULTI(0x8086, 0x10dd, 0x10dd, OLD),
	MULTI(0x8086, 0x10e1, 0x10e1, OLD),
	MULTI(0x8086, 0x10f1, 0x10f1, OLD),
	MULTI(0x8086, 0x10f7, 0x10fc, OLD),
	MULTI(0x8086, 0x1507, 0x1507, OLD),
	MULTI(0x8086, 0x1514, 0x1514, OLD),
	MULTI(0x8086, 0x151c, 0x151c, OLD),
	MULTI(0x8086, 0x1529, 0x152a, OLD),
	MULTI(0x8086, 0x154d, 0x154d, OLD),
	MULTI(0x8086, 0x154f, 0x154f, OLD),
	MULTI(0x8086, 0x1551, 0x1551, OLD),
	MULTI(0x8086, 0x1558, 0x1558, OLD),
	/* Intel 82580, 82576, 82575, I350, 82571, I219 */
	MULTI(0x8086, 0x1509, 0x1509, OLD),
	MULTI(0x8086, 0x150e, 0x1511, OLD),
	MULTI(0x8086, 0x1516, 0x1516, OLD),
	MULTI(0x8086, 0x1527, 0x1527, OLD),
	MULTI(0x8086, 0x10c9, 0x10c9, OLD),
	MULTI(0x8086, 0x10e6, 0x10e8, OLD),
	MULTI(0x8086, 0x150a, 0x150a, OLD),
	MULTI(0x8086, 0x150d, 0x150d, OLD),
	MULTI(0x8086, 0x1518, 0x1518, OLD),
	MULTI(0x8086, 0x1526, 0x1526, OLD),
	MULTI(0x8086, 0x10a7, 0x10a7, OLD),
	MULTI(0x8086, 0x10a9, 0x10a9, OLD),
	MULTI(0x8086, 0x10d6, 0x10d6, OLD),
	MULTI(0x8086, 0x1521, 0x1524, OLD),
	MULTI(0x8086, 0x105e, 0x1060, OLD),
	MULTI(0x8086, 0x10d9, 0x10d9, OLD),
	MULTI(0x8086, 0x15b7, 0x15b8, OLD),
	/* Intel: VT-d 3.1, 3.16: integrated endpoints reach no peer untranslated */
	ROW(0x8086, 0x0000, 0xffff, V(5, 8), ACS_AT_RCIEP, PORT, "pci_quirk_rciep_acs"),
	/* Qualcomm, HXT */
	QCOM(0x17cb, 0x0400, OLD),
	QCOM(0x17cb, 0x0401, OLD),
	QCOM(0x17cb, 0x0115, V(6, 12)),
	QCOM(0x17cb, 0x0111, V(7, 0)),
	QCOM(0x17cb, 0x0120, V(7, 0)),
	QCOM(0x1dbf, 0x0401, OLD),
	/* Intel chipsets: Ibex Peak, Cougar Point, Panther Point, Lynx Point, Lynx Point
	 * LP, Wildcat Point, Patsburg, Wellsburg, Lynx Point of the 9 series */
	PCH(0x3b42, 0x3b51),
	PCH(0x1c10, 0x1c1f),
	PCH(0x1e10, 0x1e1f),
	PCH(0x8c10, 0x8c1f),
	PCH(0x9c10, 0x9c1b),
	PCH(0x9c90, 0x9c9b),
	PCH(0x1d10, 0x1d10),
	PCH(0x1d12, 0x1d12),
	PCH(0x1d14, 0x1d14),
	PCH(0x1d16, 0x1d16),
	PCH(0x1d18, 0x1d18),
	PCH(0x1d1a, 0x1d1a),
	PCH(0x1d1c, 0x1d1c),
	PCH(0x1d1e, 0x1d1e),
	PCH(0x8d10, 0x8d1e),
	PCH(0x8c90, 0x8c90),
	PCH(0x8c92, 0x8c92),
	PCH(0x8c94, 0x8c94),
	PCH(0x8c96, 0x8c96),
	PCH(0x8c98, 0x8c98),
	PCH(0x8c9a, 0x8c9a),
	PCH(0x8c9c, 0x8c9c),
	PCH(0x8c9e, 0x8c9e),
	/* Intel chipsets with 32-bit ACS registers: Sunrise Point, Union Point */
	ROW(0x8086, 0x0000, 0xffff, OLD, ACS_AT_WIDE, 0, "pci_quirk_intel_spt_pch_acs"),
	/* Emulex */
	MULTI(0x19a2, 0x0710, 0x0710, OLD),
	MULTI(0x10df, 0x0720, 0x0720, OLD),
	/* Cavium ThunderX, ThunderX2, ThunderX3 */
	ROW(0x177d, 0xa000, 0xa7ff, OLD, ACS_AT_ROOT_PORT, PORT, "pci_quirk_cavium_acs"),
	ROW(0x177d, 0xaf84, 0xaf84, V(5, 5), ACS_AT_ROOT_PORT, PORT,
	    "pci_quirk_cavium_acs"),
	ROW(0x177d, 0xb884, 0xb884, V(5, 5), ACS_AT_ROOT_PORT, PORT,
	    "pci_quirk_cavium_acs"),
	MULTI(0x177d, 0xa026, 0xa026, V(5, 15)),
	MULTI(0x177d, 0xa059, 0xa059, V(5, 15)),
	MULTI(0x177d, 0xa060, 0xa060, V(5, 15)),
	/* APM X-Gene, Ampere */
	ROW(0x10e8, 0xe004, 0xe004, OLD, ACS_ANYWHERE, PORT, "pci_quirk_xgene_acs"),
	ROW(0x1def, 0xe005, 0xe00c, OLD, ACS_ANYWHERE, PORT, "pci_quirk_xgene_acs"),
	/* Broadcom */
	MULTI(0x14e4, 0x16d7, 0x16d7, V(5, 13)),
	MULTI(0x14e4, 0x1750, 0x1752, V(6, 0)),
	MULTI(0x14e4, 0x1760, 0x1763, V(6, 11)),
	ROW(0x14e4, 0xd714, 0xd714, V(5, 4), ACS_ANYWHERE, PORT, "pci_quirk_brcm_acs"),
	/* Loongson */
	LOONGSON(0x3c09, V(6, 16)),
	LOONGSON(0x3c19, V(6, 16)),
	LOONGSON(0x3c29, V(6, 16)),
	LOONGSON(0x7a09, V(6, 16)),
	LOONGSON(0x7a19, V(6, 16)),
	LOONGSON(0x7a29, V(6, 16)),
	LOONGSON(0x7a39, V(6, 16)),
	LOONGSON(0x7a49, V(6, 16)),
	LOONGSON(0x7a59, V(6, 16)),
	LOONGSON(0x7a69, V(6, 16)),
	/* Amazon Annapurna Labs */
	ROW(0x1c36, 0x0031, 0x0031, V(5, 4), ACS_AT_ROOT_PORT, PORT, "pci_quirk_al_acs"),
	/* Zhaoxin functions, NXP root ports */
	MULTI(0x1d17, 0x3038, 0x3038, V(5, 7)),
	MULTI(0x1d17, 0x3104, 0x3104, V(5, 7)),
	MULTI(0x1d17, 0x9083, 0x9083, V(5, 7)),
	NXP(0x8d80, 0x8d83),
	NXP(0x8d88, 0x8d8b),
	NXP(0x8d90, 0x8d93),
	NXP(0x8d98, 0x8d9b),
	NXP(0x8da0, 0x8da1),
	NXP(0x8da8, 0x8da9),
	NXP(0x8db0, 0x8db1),
	NXP(0x8db8, 0x8db9),
	/* Zhaoxin ports, Wangxun NICs: the last row says no to every other id */
	ZHAOXIN(0x0710, 0x071e, V(5, 7), PORT),
	ZHAOXIN(0x0721, 0x0721, V(5, 7), PORT),
	ZHAOXIN(0x0723, 0x0732, V(5, 7), PORT),
	ZHAOXIN(0x0733, 0x0752, V(6, 8), PORT),
	ZHAOXIN(0x0000, 0xffff, V(5, 7), 0),
	WANGXUN(0x0100, 0x010f, V(6, 3), PORT),
	WANGXUN(0x1001, 0x1001, V(6, 3), PORT),
	WANGXUN(0x2001, 0x2001, V(6, 3), PORT),
	WANGXUN(0x5010, 0x5010, V(6, 13), PORT),
	WANGXUN(0x5025, 0x5025, V(6, 13), PORT),
	WANGXUN(0x5040, 0x5040, V(6, 13), PORT),
	WANGXUN(0x5110, 0x5110, V(6, 13), PORT),
	WANGXUN(0x5125, 0x5125, V(6, 13), PORT),
	WANGXUN(0x5140, 0x5140, V(6, 13), PORT),
	WANGXUN(0x0000, 0xffff, V(6, 3), 0),
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_about(const struct quirk_match *match, int32_t vendor, int32_t device)
{
	return match->vendor == vendor && match->low <= device && device <= match->high;
}

const struct acs_quirk *p2p_quirks_acs(uint32_t kernel, int32_t vendor, int32_t device,
				       unsigned n)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (is_about(&rows[i].match, vendor, device) &&
		    p2p_quirks_hold(&rows[i].match, kernel) && !n--)
			return &rows[i];
	return NULL;
}
