/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requester ids: functions that send requests under other ids than their own, and bridges
 * that change or end what ids mean. Facts of drivers/pci/quirks.c and search.c, Linux
 * 6.12; the ids of VMD are those of drivers/pci/controller/vmd.c. */
#include <stddef.h>

#include "core/rules_quirks.h"

#define V   P2P_KERNEL
#define OLD P2P_KERNEL_OLDEST
#define LTS V(6, 1) /* the oldest longterm series looked at, as 6.1.192 */
#define ANY P2P_NOT_TOLD

#define CLASS_BRIDGE_OTHER 0x0680

#define ROW(vendor, low, high, since, kind, source)                                 \
	{                                                                           \
		{ vendor, low, high, since, LTS }, kind, ANY, ANY, ANY, ANY, source \
	}
#define FUNCTION_0(vendor, device, since) \
	ROW(vendor, device, device, since, ALIAS_FUNCTION_0, "quirk_dma_func0_alias")
#define FUNCTION_1(vendor, device, since) \
	ROW(vendor, device, device, since, ALIAS_FUNCTION_1, "quirk_dma_func1_alias")
#define SWITCHTEC(vendor, low, high, since, stable)                                \
	{                                                                          \
		{ vendor, low, high, since, stable }, ALIAS_HIDDEN, ANY, ANY, ANY, \
			CLASS_BRIDGE_OTHER, "quirk_switchtec_ntb_dma_alias"        \
	}
#define GEN4(device, since) SWITCHTEC(0x11f8, device, device, since, LTS)

static const struct alias_quirk rows[] = {
	/* Ricoh, Glenfly */
	FUNCTION_0(0x1180, 0xe832, OLD),
	FUNCTION_0(0x1180, 0xe476, OLD),
	FUNCTION_0(0x6766, 0x3d40, V(6, 12)),
	FUNCTION_0(0x6766, 0x3d41, V(6, 12)),
	/* Marvell SATA and cards made of it */
	FUNCTION_1(0x1b4b, 0x9120, OLD),
	FUNCTION_1(0x1b4b, 0x9123, OLD),
	FUNCTION_1(0x1b4b, 0x9125, V(5, 17)),
	FUNCTION_1(0x1b4b, 0x9128, OLD),
	FUNCTION_1(0x1b4b, 0x9130, OLD),
	FUNCTION_1(0x1b4b, 0x9170, V(5, 1)),
	FUNCTION_1(0x1b4b, 0x9172, OLD),
	FUNCTION_1(0x1b4b, 0x917a, OLD),
	FUNCTION_1(0x1b4b, 0x9182, OLD),
	FUNCTION_1(0x1b4b, 0x9183, OLD),
	FUNCTION_1(0x1b4b, 0x91a0, OLD),
	FUNCTION_1(0x1b4b, 0x9215, V(5, 11)),
	FUNCTION_1(0x1b4b, 0x9220, OLD),
	FUNCTION_1(0x1b4b, 0x9230, OLD),
	FUNCTION_1(0x1b4b, 0x9235, V(6, 5)),
	FUNCTION_1(0x1103, 0x0642, OLD),
	FUNCTION_1(0x1103, 0x0645, OLD),
	FUNCTION_1(0x197b, 0x2392, OLD),
	FUNCTION_1(0x1c28, 0x0122, OLD),
	/* Adaptec 3405 and 3805 */
	{ { 0x9005, 0x0285, 0x0285, OLD, LTS },
	  ALIAS_FIXED,
	  0x9005,
	  0x02bb,
	  0x02bc,
	  ANY,
	  "quirk_fixed_dma_alias" },
	/* Intel MIC x200, Visual Compute Accelerator */
	ROW(0x8086, 0x2260, 0x2260, OLD, ALIAS_X200, "quirk_mic_x200_dma_alias"),
	ROW(0x8086, 0x2264, 0x2264, OLD, ALIAS_X200, "quirk_mic_x200_dma_alias"),
	ROW(0x8086, 0x2954, 0x2956, V(5, 5), ALIAS_VCA, "quirk_pex_vca_alias"),
	ROW(0x8086, 0x2958, 0x295a, V(5, 5), ALIAS_VCA, "quirk_pex_vca_alias"),
	/* PLX non-transparent bridges */
	ROW(0x10b5, 0x87b0, 0x87b1, V(5, 6), ALIAS_ALL, "quirk_plx_ntb_dma_alias"),
	/* Microchip Switchtec non-transparent bridges */
	SWITCHTEC(0x11f8, 0x8531, 0x8536, OLD, LTS),
	SWITCHTEC(0x11f8, 0x8541, 0x8546, OLD, LTS),
	SWITCHTEC(0x11f8, 0x8551, 0x8556, OLD, LTS),
	SWITCHTEC(0x11f8, 0x8561, 0x8566, OLD, LTS),
	SWITCHTEC(0x11f8, 0x8571, 0x8576, OLD, LTS),
	GEN4(0x4000, V(5, 6)),
	GEN4(0x4084, V(5, 6)),
	GEN4(0x4068, V(5, 6)),
	GEN4(0x4052, V(5, 6)),
	GEN4(0x4036, V(5, 6)),
	GEN4(0x4028, V(5, 6)),
	GEN4(0x4100, V(5, 6)),
	GEN4(0x4184, V(5, 6)),
	GEN4(0x4168, V(5, 6)),
	GEN4(0x4152, V(5, 6)),
	GEN4(0x4136, V(5, 6)),
	GEN4(0x4128, V(5, 6)),
	GEN4(0x4200, V(5, 6)),
	GEN4(0x4284, V(5, 6)),
	GEN4(0x4268, V(5, 6)),
	GEN4(0x4252, V(5, 6)),
	GEN4(0x4236, V(5, 6)),
	GEN4(0x4228, V(5, 6)),
	GEN4(0x4352, V(5, 17)),
	GEN4(0x4336, V(5, 17)),
	GEN4(0x4328, V(5, 17)),
	GEN4(0x4452, V(5, 17)),
	GEN4(0x4436, V(5, 17)),
	GEN4(0x4428, V(5, 17)),
	GEN4(0x4552, V(5, 17)),
	GEN4(0x4536, V(5, 17)),
	GEN4(0x4528, V(5, 17)),
	GEN4(0x5000, V(6, 6)),
	GEN4(0x5084, V(6, 6)),
	GEN4(0x5068, V(6, 6)),
	GEN4(0x5052, V(6, 6)),
	GEN4(0x5036, V(6, 6)),
	GEN4(0x5028, V(6, 6)),
	GEN4(0x5100, V(6, 6)),
	GEN4(0x5184, V(6, 6)),
	GEN4(0x5168, V(6, 6)),
	GEN4(0x5152, V(6, 6)),
	GEN4(0x5136, V(6, 6)),
	GEN4(0x5128, V(6, 6)),
	GEN4(0x5200, V(6, 6)),
	GEN4(0x5284, V(6, 6)),
	GEN4(0x5268, V(6, 6)),
	GEN4(0x5252, V(6, 6)),
	GEN4(0x5236, V(6, 6)),
	GEN4(0x5228, V(6, 6)),
	GEN4(0x5300, V(6, 6)),
	GEN4(0x5384, V(6, 6)),
	GEN4(0x5368, V(6, 6)),
	GEN4(0x5352, V(6, 6)),
	GEN4(0x5336, V(6, 6)),
	GEN4(0x5328, V(6, 6)),
	GEN4(0x5400, V(6, 6)),
	GEN4(0x5484, V(6, 6)),
	GEN4(0x5468, V(6, 6)),
	GEN4(0x5452, V(6, 6)),
	GEN4(0x5436, V(6, 6)),
	GEN4(0x5428, V(6, 6)),
	GEN4(0x5500, V(6, 6)),
	GEN4(0x5584, V(6, 6)),
	GEN4(0x5568, V(6, 6)),
	GEN4(0x5552, V(6, 6)),
	GEN4(0x5536, V(6, 6)),
	GEN4(0x5528, V(6, 6)),
	SWITCHTEC(0x1055, 0x1001, 0x1006, V(6, 14), LTS),
	SWITCHTEC(0x1055, 0x1008, 0x1008, V(7, 3), V(6, 12)),
};

/* quirk_aspeed_pci_bridge_no_alias() */
static const struct quirk_match keeping[] = {
	{ 0x1a03, 0x1150, 0x1150, V(7, 0), V(7, 0) },
};

/* quirk_bridge_cavm_thrx2_pcie_root() */
static const struct quirk_match translating[] = {
	{ 0x14e4, 0x9000, 0x9000, OLD, LTS },
	{ 0x14e4, 0x9084, 0x9084, OLD, LTS },
};

/* quirk_use_pcie_bridge_dma_alias() */
static const struct quirk_match renaming[] = {
	{ 0x1b21, 0x1080, 0x1080, OLD, LTS },
	{ 0x10e3, 0x8113, 0x8113, OLD, LTS },
	{ 0x1283, 0x8892, 0x8893, OLD, LTS },
	{ 0x8086, 0x244e, 0x244e, OLD, LTS },
};

/* vmd_ids of vmd.c, for pci_real_dma_dev() */
static const struct quirk_match volume_managers[] = {
	{ 0x8086, 0x201d, 0x201d, OLD, LTS }, { 0x8086, 0x28c0, 0x28c0, OLD, LTS },
	{ 0x8086, 0x467f, 0x467f, OLD, LTS }, { 0x8086, 0x4c3d, 0x4c3d, OLD, LTS },
	{ 0x8086, 0x9a0b, 0x9a0b, OLD, LTS }, { 0x8086, 0xa77f, 0xa77f, OLD, LTS },
	{ 0x8086, 0x7d0b, 0x7d0b, OLD, LTS }, { 0x8086, 0xad0b, 0xad0b, OLD, LTS },
	{ 0x8086, 0xb06f, 0xb06f, OLD, LTS }, { 0x8086, 0xb60b, 0xb60b, OLD, LTS },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Longterm series get rows from mainline until their end; the release of each that was
 * read has all of them but those that say otherwise. */
static const struct {
	uint32_t kernel;
	int32_t read; /* P2P_NOT_TOLD: none */
} longterm[] = {
	{ V(6, 1), 192 },
	{ V(6, 6), P2P_NOT_TOLD },
	{ V(6, 12), 117 },
	{ V(6, 18), P2P_NOT_TOLD },
};

bool p2p_quirks_hold(const struct quirk_match *match, uint32_t kernel)
{
	bool is_longterm = false;

	for (size_t i = 0; i < COUNT(longterm); i++)
		is_longterm = is_longterm || longterm[i].kernel == kernel;
	return kernel >= match->since || (is_longterm && kernel >= match->stable);
}

bool p2p_quirks_are_late(const struct quirk_match *match, const struct p2p_rules *rules)
{
	if (rules->kernel >= match->since)
		return false;
	for (size_t i = 0; i < COUNT(longterm); i++)
		if (longterm[i].kernel == rules->kernel)
			return longterm[i].read == P2P_NOT_TOLD ||
			       rules->patch < longterm[i].read;
	return false;
}

static bool matches(const struct quirk_match *match, uint32_t kernel, int32_t vendor,
		    int32_t device)
{
	return match->vendor == vendor && match->low <= device && device <= match->high &&
	       p2p_quirks_hold(match, kernel);
}

static bool is_among(const struct quirk_match *table, size_t count, uint32_t kernel,
		     int32_t vendor, int32_t device)
{
	for (size_t i = 0; i < count; i++)
		if (matches(&table[i], kernel, vendor, device))
			return true;
	return false;
}

static bool fits(const struct alias_quirk *row, struct alias_subject subject)
{
	if (row->class_code != ANY && row->class_code != subject.class_code >> 8)
		return false;
	return row->subsystem_vendor == ANY ||
	       (row->subsystem_vendor == subject.subsystem_vendor &&
		row->subsystem_low <= subject.subsystem_device &&
		subject.subsystem_device <= row->subsystem_high);
}

const struct alias_quirk *p2p_quirks_alias(uint32_t kernel, struct alias_subject subject)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (matches(&rows[i].match, kernel, subject.vendor, subject.device) &&
		    fits(&rows[i], subject))
			return &rows[i];
	return NULL;
}

#define DEVFN(device, function) ((device) << 3 | (function))

bool p2p_quirks_has_alias(enum alias_kind kind, uint8_t own, uint8_t other)
{
	switch (kind) {
	case ALIAS_FUNCTION_0:
		return own & 7 && other == (own & 0xf8);
	case ALIAS_FUNCTION_1:
		return (own & 7) != 1 && other == ((own & 0xf8) | 1);
	case ALIAS_FIXED:
		return other == DEVFN(1, 0);
	case ALIAS_X200:
		return other == DEVFN(0x10, 0) || other == DEVFN(0x11, 0) ||
		       other == DEVFN(0x12, 3);
	case ALIAS_VCA:
		return (other & 7) < 5;
	case ALIAS_ALL:
		return true;
	case ALIAS_HIDDEN:
		break;
	}
	return false;
}

bool p2p_quirks_keeps_ids(uint32_t kernel, int32_t vendor, int32_t device)
{
	return is_among(keeping, COUNT(keeping), kernel, vendor, device);
}

bool p2p_quirks_translates(uint32_t kernel, int32_t vendor, int32_t device)
{
	return is_among(translating, COUNT(translating), kernel, vendor, device);
}

bool p2p_quirks_renames(uint32_t kernel, int32_t vendor, int32_t device)
{
	return is_among(renaming, COUNT(renaming), kernel, vendor, device);
}

bool p2p_quirks_is_vmd(int32_t vendor, int32_t device)
{
	return is_among(volume_managers, COUNT(volume_managers), P2P_KERNEL_NEWEST,
			vendor, device);
}
