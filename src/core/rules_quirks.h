/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux knows of single devices (drivers/pci/quirks.c) as data: functions that
 * isolate without saying so, and requester ids that are not the function's own. */
#ifndef P2PTOOL_CORE_RULES_QUIRKS_H
#define P2PTOOL_CORE_RULES_QUIRKS_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/rules.h>

/** The devices that a row is about, ids from @low to @high, and the mainline release that
 * brought it. Longterm series got it later on; @stable: the oldest that did. */
struct quirk_match {
	uint16_t vendor, low, high;
	uint32_t since, stable;
};

/** Whether @kernel has the row: by its own release, or as a longterm series. */
bool p2p_quirks_hold(const struct quirk_match *match, uint32_t kernel);

/** True if the row came to @rules' series with a release that may be later than the one
 * at hand. */
bool p2p_quirks_are_late(const struct quirk_match *match, const struct p2p_rules *rules);

/** Where an ACS row answers; elsewhere the next row is asked. */
enum acs_where {
	ACS_ANYWHERE,
	ACS_AT_ROOT_PORT,
	ACS_AT_PORT,        /* root port or switch's downstream port */
	ACS_AT_RCIEP,       /* integrated endpoint */
	ACS_AT_SOUTHBRIDGE, /* multi-function, on a root bus, ACPI has an IVRS table */
	ACS_AT_PCH,         /* root port that the kernel isolated through its chipset */
	ACS_AT_WIDE,        /* root port with 32-bit registers, judged by them */
};

/** A row of pci_dev_acs_enabled[]: the function counts as having @claims on. */
struct acs_quirk {
	struct quirk_match match;
	enum acs_where where;
	uint16_t claims;
	uint16_t asked; /* of the required bits those that count; 0: all */
	const char *source;
};

/** The @n-th row for a device in the kernel's order, or NULL. */
const struct acs_quirk *p2p_quirks_acs(uint32_t kernel, int32_t vendor, int32_t device,
				       unsigned n);

enum alias_kind {
	ALIAS_FUNCTION_0, /* function 0 of its own device */
	ALIAS_FUNCTION_1,
	ALIAS_FIXED,  /* 01.0, whatever it is */
	ALIAS_X200,   /* 10.0, 11.0, 12.3 */
	ALIAS_VCA,    /* functions 0 to 4 of every device */
	ALIAS_ALL,    /* every function of the bus */
	ALIAS_HIDDEN, /* those in a table behind a BAR: config space does not show it */
};

/** Requester ids that a function uses beside its own, all on its own bus. */
struct alias_quirk {
	struct quirk_match match;
	enum alias_kind kind;
	int32_t subsystem_vendor, subsystem_low, subsystem_high; /* P2P_NOT_TOLD: any */
	int32_t class_code; /* base and subclass; P2P_NOT_TOLD: any */
	const char *source;
};

/** What of a function has to match beside vendor and device. */
struct alias_subject {
	int32_t vendor, device, subsystem_vendor, subsystem_device, class_code;
};

/** The row of a function, or NULL. */
const struct alias_quirk *p2p_quirks_alias(uint32_t kernel, struct alias_subject subject);

/** Whether a function at @own also uses the requester id @other of its bus. */
bool p2p_quirks_has_alias(enum alias_kind kind, uint8_t own, uint8_t other);

/** A PCIe-to-PCI bridge that leaves requester ids alone. */
bool p2p_quirks_keeps_ids(uint32_t kernel, int32_t vendor, int32_t device);

/** A bridge behind whose secondary bus the IOMMU sits: ids above it do not matter. */
bool p2p_quirks_translates(uint32_t kernel, int32_t vendor, int32_t device);

/** A PCIe-to-PCI bridge without a PCI Express capability, if it hangs below PCIe: what
 * comes from behind it carries the id of its secondary bus, device 0. */
bool p2p_quirks_renames(uint32_t kernel, int32_t vendor, int32_t device);

/** Intel's Volume Management Device: functions in the PCI domain that it makes send
 * requests under its id. */
bool p2p_quirks_is_vmd(int32_t vendor, int32_t device);

#endif
