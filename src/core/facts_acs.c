/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of ACS that not all have: the egress control vector, the registers of twice
 * the width in Intel's 100 and 200 series chipsets, and what older ones have instead. */
#include "core/facts_parts.h"

#include "core/regs.h"

/* Root ports with 32-bit ACS registers: capability at 4, control at 8 (specification
 * updates of the chipsets; pci_quirk_intel_spt_pch_acs_match of Linux 6.12). */
static const struct {
	uint16_t first, last;
} wide_ports[] = {
	{ 0x9d10, 0x9d1b }, { 0xa110, 0xa11f }, { 0xa167, 0xa16a },
	{ 0xa290, 0xa29f }, { 0xa2e7, 0xa2ee },
};

static bool is_wide_id(int32_t device)
{
	for (unsigned i = 0; i < sizeof(wide_ports) / sizeof(*wide_ports); i++)
		if (device >= wide_ports[i].first && device <= wide_ports[i].last)
			return true;
	return false;
}

/* Chipsets have their ports at device numbers of their own, and wide ports have a half
 * that is 0 where others have the control register. */
static bool may_be_wide(uint8_t devfn, const struct p2p_facts *facts)
{
	struct p2p_reg ctrl = facts->acs.generic_ctrl;

	return devfn >= DEVFN_CHIPSET_PORTS && devfn < DEVFN_CHIPSET_PORTS_END &&
	       !(ctrl.value & ctrl.known);
}

static enum p2p_tri is_wide(uint8_t devfn, const struct p2p_facts *facts)
{
	if (facts->type != P2P_TYPE_ROOT_PORT ||
	    (facts->vendor != P2P_NOT_TOLD && facts->vendor != VENDOR_INTEL))
		return P2P_NO;
	if (facts->vendor == P2P_NOT_TOLD || facts->device == P2P_NOT_TOLD)
		return may_be_wide(devfn, facts) ? P2P_UNKNOWN : P2P_NO;
	return p2p_tri_of(is_wide_id(facts->device));
}

static void decode_vector(const struct p2p_cfg *cfg, struct p2p_acs *acs)
{
	if (p2p_reg_any(acs->regs.cap, ACS_EC) != P2P_YES ||
	    !p2p_reg_knows(acs->regs.cap, ACS_VECTOR))
		return;
	acs->egress_size = (uint16_t)(acs->regs.cap.value >> 8);
	if (!acs->egress_size)
		acs->egress_size = 256;
	for (unsigned i = 0; i * 32 < acs->egress_size; i++)
		acs->egress[i] =
			p2p_cfg_read(cfg, acs->regs.offset + REG_ACS_EGRESS + 4 * i, 4);
}

void p2p_facts_acs_parts(const struct p2p_cfg *cfg, uint8_t devfn,
			 struct p2p_facts *facts)
{
	struct p2p_acs *acs = &facts->acs;

	acs->generic_ctrl = acs->regs.ctrl;
	acs->wide = is_wide(devfn, facts);
	if (acs->regs.present != P2P_YES)
		return;
	switch (acs->wide) {
	case P2P_YES:
		acs->regs.ctrl =
			p2p_cfg_read(cfg, acs->regs.offset + REG_ACS_WIDE_CTL, 4);
		break;
	case P2P_NO:
		decode_vector(cfg, acs);
		break;
	case P2P_UNKNOWN:
		acs->regs.ctrl = (struct p2p_reg){ 0 };
		break;
	}
}

void p2p_facts_chipset(const struct p2p_cfg *cfg, uint8_t devfn, struct p2p_facts *facts)
{
	if (facts->vendor == VENDOR_INTEL && devfn == DEVFN_LPC &&
	    facts->class_code >> 8 == CLASS_ISA)
		facts->rcba = p2p_cfg_read(cfg, REG_RCBA, 4);
}
