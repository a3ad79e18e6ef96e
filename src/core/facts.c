/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config bytes in, decoded registers out: one pass over each function, no judgement. */
#include <stdlib.h>

#include <p2ptool/facts.h>

#include "core/facts_parts.h"
#include "core/regs.h"

/* Link speeds by the code that registers have for them, in units of 0.1 GT/s. */
static const unsigned speeds[] = { 0, 25, 50, 80, 160, 320, 640, 1280 };

static int32_t told_or_read(int32_t told, struct p2p_reg reg, uint32_t absent)
{
	if (told != P2P_NOT_TOLD)
		return told;
	if (reg.known < absent || reg.value == absent)
		return P2P_NOT_TOLD;
	return (int32_t)reg.value;
}

/* A VF's ids read all-ones too, the rest of its header does not. */
static enum p2p_tri is_dead(const struct p2p_cfg *cfg)
{
	static const uint8_t registers[] = { REG_VENDOR_ID, REG_COMMAND, REG_CLASS_REV,
					     REG_HEADER_TYPE };
	bool all_seen = true;

	for (unsigned i = 0; i < sizeof(registers); i++) {
		unsigned width = registers[i] == REG_HEADER_TYPE ? 1 : 4;
		struct p2p_reg reg = p2p_cfg_read(cfg, registers[i], width);

		if (~reg.value & reg.known)
			return P2P_NO;
		all_seen = all_seen && p2p_reg_knows(reg, UINT32_MAX >> (32 - 8 * width));
	}
	return all_seen ? P2P_YES : P2P_UNKNOWN;
}

static void decode_subsystem(const struct p2p_cfg *cfg, unsigned vendor, unsigned device,
			     struct p2p_facts *facts)
{
	facts->subsystem_vendor =
		told_or_read(P2P_NOT_TOLD, p2p_cfg_read(cfg, vendor, 2), 0xffff);
	facts->subsystem_device =
		told_or_read(P2P_NOT_TOLD, p2p_cfg_read(cfg, device, 2), 0xffff);
}

static void decode_header(const struct p2p_cfg *cfg, const struct p2p_function *function,
			  struct p2p_facts *facts)
{
	unsigned at;
	struct p2p_reg layout = p2p_cfg_read(cfg, REG_HEADER_TYPE, 1);
	struct p2p_reg class = p2p_cfg_read(cfg, REG_CLASS_REV, 4);
	struct p2p_reg code = { class.value >> 8, class.known >> 8 };

	facts->dead = is_dead(cfg);
	facts->vendor = told_or_read(function->vendor,
				     p2p_cfg_read(cfg, REG_VENDOR_ID, 2), 0xffff);
	facts->device = told_or_read(function->device,
				     p2p_cfg_read(cfg, REG_DEVICE_ID, 2), 0xffff);
	facts->class_code = told_or_read(function->class_code, code, 0xffffff);
	facts->layout = P2P_NOT_TOLD;
	facts->subsystem_vendor = P2P_NOT_TOLD;
	facts->subsystem_device = P2P_NOT_TOLD;
	if (facts->dead == P2P_YES)
		return;
	facts->command = p2p_cfg_read(cfg, REG_COMMAND, 2);
	facts->multi = p2p_reg_any(layout, HEADER_MULTI);
	if (p2p_reg_knows(layout, HEADER_LAYOUT) && (layout.value & HEADER_LAYOUT) <= 2)
		facts->layout = (int32_t)(layout.value & HEADER_LAYOUT);
	if (facts->layout == 0)
		decode_subsystem(cfg, REG_SUBSYS_VENDOR, REG_SUBSYS_DEVICE, facts);
	if (facts->layout <= 0)
		return;
	if (p2p_cfg_capability(cfg, CAP_SUBSYS, &at) == P2P_YES)
		decode_subsystem(cfg, at + REG_SSVID_VENDOR, at + REG_SSVID_DEVICE,
				 facts);
	facts->primary = p2p_cfg_read(cfg, REG_PRIMARY, 1);
	facts->secondary = p2p_cfg_read(cfg, REG_SECONDARY, 1);
	facts->subordinate = p2p_cfg_read(cfg, REG_SUBORDINATE, 1);
}

static void decode_express(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	unsigned at = 0;
	enum p2p_tri present = p2p_cfg_capability(cfg, CAP_EXPRESS, &at);
	struct p2p_reg flags;

	facts->type = present == P2P_NO ? P2P_TYPE_NOT_PCIE : P2P_TYPE_UNKNOWN;
	if (present != P2P_YES)
		return;
	flags = p2p_cfg_read(cfg, at + REG_EXP_FLAGS, 2);
	facts->express = (uint16_t)at;
	if (p2p_reg_knows(flags, EXP_FLAGS_TYPE))
		facts->type = (enum p2p_pcie_type)((flags.value & EXP_FLAGS_TYPE) >> 4);
	facts->slot = p2p_reg_any(flags, EXP_FLAGS_SLOT);
	facts->devcap = p2p_cfg_read(cfg, at + REG_EXP_DEVCAP, 4);
	facts->devctl = p2p_cfg_read(cfg, at + REG_EXP_DEVCTL, 2);
	facts->lnkcap = p2p_cfg_read(cfg, at + REG_EXP_LNKCAP, 4);
	facts->lnksta = p2p_cfg_read(cfg, at + REG_EXP_LNKSTA, 2);
	facts->sltcap = p2p_cfg_read(cfg, at + REG_EXP_SLTCAP, 4);
	facts->sltsta = p2p_cfg_read(cfg, at + REG_EXP_SLTSTA, 2);
	if (p2p_reg_knows(flags, EXP_FLAGS_VERSION) &&
	    (flags.value & EXP_FLAGS_VERSION) < 2) {
		/* There are no such registers: the kernel reads zeros then. */
		facts->devcap2.known = facts->devctl2.known = UINT32_MAX;
		return;
	}
	facts->devcap2 = p2p_cfg_read(cfg, at + REG_EXP_DEVCAP2, 4);
	facts->devctl2 = p2p_cfg_read(cfg, at + REG_EXP_DEVCTL2, 2);
}

static void decode_power(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	unsigned at;

	if (p2p_cfg_capability(cfg, CAP_PM, &at) == P2P_YES)
		facts->power_state = p2p_cfg_read(cfg, at + REG_PM_CTL, 2);
}

/* pci_cfg_space_size(): only PCIe and PCI-X functions, and host bridges that show it,
 * have more than 256 bytes. */
static enum p2p_tri has_extended(const struct p2p_cfg *cfg,
				 const struct p2p_function *function,
				 const struct p2p_facts *facts)
{
	struct p2p_reg first = p2p_cfg_read(cfg, REG_EXT_CAP_LIST, 4);
	bool is_host = facts->class_code >> 8 == 0x0600;
	unsigned at;

	if (facts->type == P2P_TYPE_NOT_PCIE && !(is_host && first.known) &&
	    p2p_cfg_capability(cfg, CAP_PCIX, &at) == P2P_NO)
		return P2P_NO;
	if (first.known)
		return p2p_tri_of(first.value != UINT32_MAX);
	return function->config_size == 256 ? P2P_NO : P2P_UNKNOWN;
}

static void decode_extent(const struct p2p_cfg *cfg, const struct p2p_function *function,
			  const struct p2p_system *system, struct p2p_facts *facts)
{
	unsigned end = p2p_cfg_end(cfg);
	bool is_seen = p2p_cfg_read(cfg, REG_EXT_CAP_LIST, 4).known;

	facts->readable = end > 256 ? 4096 : end > 64 ? 256 : end ? 64 : 0;
	if (end && function->config_size > facts->readable &&
	    system->privileged == P2P_YES && p2p_system_told(system))
		facts->readable = (uint16_t)function->config_size;
	facts->extended = has_extended(cfg, function, facts);
	facts->extended_assumed = p2p_tri_of(facts->extended == P2P_NO && !is_seen &&
					     facts->type != P2P_TYPE_NOT_PCIE &&
					     !p2p_system_told(system));
}

static void decode_bars(const struct p2p_cfg *cfg, const struct p2p_function *function,
			struct p2p_facts *facts)
{
	unsigned n = facts->layout == 0 ? 6 : facts->layout == 1 ? 2 : 0;

	for (unsigned i = 0; i < n; i++) {
		struct p2p_reg low = p2p_cfg_read(cfg, REG_BAR_0 + 4 * i, 4);
		struct p2p_bar *bar = &facts->bars[i];

		bar->size = function->bar_size[i];
		if (!p2p_reg_knows(low, UINT32_MAX) || (!low.value && !bar->size))
			continue;
		if (low.value & BAR_IO) {
			bar->kind = P2P_BAR_IO;
			bar->base = low.value & ~3u;
			continue;
		}
		bar->kind = low.value & BAR_PREFETCH ? P2P_BAR_PREFETCH : P2P_BAR_MEMORY;
		bar->base = low.value & ~15u;
		if ((low.value & BAR_TYPE) == BAR_TYPE_64 && i + 1 < n) {
			struct p2p_reg up = p2p_cfg_read(cfg, REG_BAR_0 + 4 * ++i, 4);

			bar->base |= (uint64_t)up.value << 32;
		}
	}
}

static unsigned code_of(unsigned speed)
{
	unsigned code = sizeof(speeds) / sizeof(*speeds);

	while (--code && speeds[code] != speed)
		;
	return code;
}

/* Registers out of reach, of which the system told the part that says the link. */
static void take_link(const struct p2p_link *told, struct p2p_facts *facts)
{
	unsigned now = code_of(told->speed), most = code_of(told->max_speed);

	if (!facts->lnksta.known && now && told->width)
		facts->lnksta = (struct p2p_reg){ now | (told->width << 4 & LNKSTA_WIDTH),
						  LNKSTA_SPEED | LNKSTA_WIDTH };
	if (!facts->lnkcap.known && most && told->max_width)
		facts->lnkcap =
			(struct p2p_reg){ most | (told->max_width << 4 & LNKCAP_WIDTH),
					  LNKCAP_SPEED | LNKCAP_WIDTH };
}

struct p2p_facts *p2p_facts_new(const struct p2p_snapshot *snapshot)
{
	struct p2p_facts *all = calloc(snapshot->n_functions + 1u, sizeof(*all));

	for (uint32_t i = 0; all && i < snapshot->n_functions; i++) {
		const struct p2p_function *function = &snapshot->functions[i];
		struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, i);
		struct p2p_facts *facts = &all[i];

		decode_header(&cfg, function, facts);
		facts->type = P2P_TYPE_UNKNOWN;
		if (facts->dead == P2P_YES)
			continue;
		decode_express(&cfg, facts);
		take_link(&function->link, facts);
		decode_power(&cfg, facts);
		decode_extent(&cfg, function, &snapshot->system, facts);
		decode_bars(&cfg, function, facts);
		p2p_facts_windows(&cfg, facts);
		p2p_facts_extended(&cfg, function->bdf.devfn, facts);
		p2p_facts_chipset(&cfg, function->bdf.devfn, facts);
	}
	return all;
}

void p2p_facts_free(struct p2p_facts *facts)
{
	free(facts);
}

int p2p_facts_port_number(const struct p2p_facts *facts)
{
	if (!p2p_reg_knows(facts->lnkcap, LNKCAP_PORT))
		return -1;
	return (int)(facts->lnkcap.value >> 24);
}

int p2p_facts_slot_number(const struct p2p_facts *facts)
{
	if (facts->slot != P2P_YES || !p2p_reg_knows(facts->sltcap, SLTCAP_NUMBER))
		return -1;
	return (int)(facts->sltcap.value >> 19);
}

static unsigned speed_of(uint32_t code)
{
	return code < sizeof(speeds) / sizeof(*speeds) ? speeds[code] : 0;
}

struct p2p_link p2p_facts_link(const struct p2p_facts *facts)
{
	struct p2p_link link = { 0 };

	if (p2p_reg_knows(facts->lnkcap, LNKCAP_SPEED | LNKCAP_WIDTH)) {
		link.max_speed = speed_of(facts->lnkcap.value & LNKCAP_SPEED);
		link.max_width = (facts->lnkcap.value & LNKCAP_WIDTH) >> 4;
	}
	if (p2p_reg_knows(facts->lnksta, LNKSTA_SPEED | LNKSTA_WIDTH)) {
		link.speed = speed_of(facts->lnksta.value & LNKSTA_SPEED);
		link.width = (facts->lnksta.value & LNKSTA_WIDTH) >> 4;
	}
	return link;
}

static unsigned payload_of(struct p2p_reg reg, uint32_t mask, unsigned shift)
{
	return p2p_reg_knows(reg, mask) ? 128u << ((reg.value & mask) >> shift) : 0;
}

unsigned p2p_facts_payload(const struct p2p_facts *facts)
{
	return payload_of(facts->devctl, DEVCTL_PAYLOAD, 5);
}

unsigned p2p_facts_payload_max(const struct p2p_facts *facts)
{
	return payload_of(facts->devcap, DEVCAP_PAYLOAD, 0);
}

enum p2p_tri p2p_facts_acs(const struct p2p_facts *facts, uint32_t bits)
{
	const struct p2p_ability *acs = &facts->acs.regs;

	return acs->present == P2P_YES ? p2p_reg_any(acs->ctrl, bits) : acs->present;
}

enum p2p_tri p2p_facts_acs_lacks(const struct p2p_facts *facts)
{
	const struct p2p_ability *acs = &facts->acs.regs;
	uint32_t wanted = ACS_SV | ACS_RR | ACS_CR | ACS_UF;

	if (acs->present != P2P_YES)
		return acs->present == P2P_NO ? P2P_YES : P2P_UNKNOWN;
	wanted &= acs->cap.value | ~acs->cap.known;
	if (wanted & acs->cap.known & acs->ctrl.known & ~acs->ctrl.value)
		return P2P_YES;
	return wanted & ~(acs->ctrl.known & acs->ctrl.value) ? P2P_UNKNOWN : P2P_NO;
}
