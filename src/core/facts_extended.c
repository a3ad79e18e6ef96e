/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bridge windows and extended capabilities: ACS with its egress vector, ATS, PASID, PRI,
 * ARI, SR-IOV, AER, DPC, resizable BARs, serial number, CXL, Thunderbolt. */
#include "core/facts_parts.h"

#include "core/regs.h"

#define REBAR_MAX   6
#define DVSEC_STEPS 480

static struct p2p_window window_of(struct p2p_reg base, struct p2p_reg limit)
{
	struct p2p_window window = { 0 };

	if (!p2p_reg_knows(base, 0xffff) || !p2p_reg_knows(limit, 0xffff))
		return window;
	window.known = P2P_YES;
	window.base = (uint64_t)(base.value & 0xfff0) << 16;
	window.limit = (uint64_t)(limit.value & 0xfff0) << 16 | 0xfffff;
	return window;
}

void p2p_facts_windows(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	struct p2p_reg base = p2p_cfg_read(cfg, REG_PREF_BASE, 2);
	struct p2p_reg base_up = p2p_cfg_read(cfg, REG_PREF_BASE_UP, 4);
	struct p2p_reg limit_up = p2p_cfg_read(cfg, REG_PREF_LIMIT_UP, 4);

	if (facts->layout != 1)
		return;
	facts->memory = window_of(p2p_cfg_read(cfg, REG_MEM_BASE, 2),
				  p2p_cfg_read(cfg, REG_MEM_LIMIT, 2));
	facts->prefetch = window_of(base, p2p_cfg_read(cfg, REG_PREF_LIMIT, 2));
	if (facts->prefetch.known != P2P_YES || !(base.value & WINDOW_64))
		return;
	if (!p2p_reg_knows(base_up, UINT32_MAX) || !p2p_reg_knows(limit_up, UINT32_MAX)) {
		facts->prefetch.known = P2P_UNKNOWN;
		return;
	}
	facts->prefetch.base |= (uint64_t)base_up.value << 32;
	facts->prefetch.limit |= (uint64_t)limit_up.value << 32;
}

static enum p2p_tri find(const struct p2p_cfg *cfg, const struct p2p_facts *facts,
			 unsigned id, unsigned *ret_offset)
{
	if (facts->extended == P2P_NO)
		return P2P_NO;
	return p2p_cfg_ext_capability(cfg, id, ret_offset);
}

static struct p2p_ability ability(const struct p2p_cfg *cfg,
				  const struct p2p_facts *facts, unsigned id,
				  unsigned cap, unsigned ctrl)
{
	struct p2p_ability found = { 0 };
	unsigned at = 0;

	found.present = find(cfg, facts, id, &at);
	if (found.present != P2P_YES)
		return found;
	found.offset = (uint16_t)at;
	found.cap = p2p_cfg_read(cfg, at + cap, 2);
	found.ctrl = p2p_cfg_read(cfg, at + ctrl, 2);
	return found;
}

static void decode_sriov(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	struct p2p_sriov *sriov = &facts->sriov;
	unsigned at = 0;

	sriov->present = find(cfg, facts, EXT_CAP_SRIOV, &at);
	if (sriov->present != P2P_YES)
		return;
	sriov->offset = (uint16_t)at;
	sriov->ctrl = p2p_cfg_read(cfg, at + REG_SRIOV_CTL, 2);
	sriov->total = p2p_cfg_read(cfg, at + REG_SRIOV_TOTAL, 2);
	sriov->num = p2p_cfg_read(cfg, at + REG_SRIOV_NUM, 2);
	sriov->first = p2p_cfg_read(cfg, at + REG_SRIOV_OFFSET, 2);
	sriov->stride = p2p_cfg_read(cfg, at + REG_SRIOV_STRIDE, 2);
	sriov->vf_device = p2p_cfg_read(cfg, at + REG_SRIOV_DEVICE, 2);
}

static void decode_aer(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	unsigned at = 0;

	facts->aer.present = find(cfg, facts, EXT_CAP_AER, &at);
	if (facts->aer.present != P2P_YES)
		return;
	facts->aer.mask = p2p_cfg_read(cfg, at + REG_AER_MASK, 4);
	facts->aer.severity = p2p_cfg_read(cfg, at + REG_AER_SEVERITY, 4);
}

static void consider_rebar(struct p2p_reg cap, struct p2p_reg ctl,
			   struct p2p_rebar *rebar)
{
	uint64_t sizes = (uint64_t)(cap.value & REBAR_CAP_SIZES) >> 4 |
			 (uint64_t)(ctl.value >> 16) << 28;
	unsigned now = (ctl.value & REBAR_CTL_SIZE) >> 8;
	unsigned largest = 0;

	if (!p2p_reg_knows(cap, REBAR_CAP_SIZES) || !p2p_reg_knows(ctl, UINT32_MAX) ||
	    !sizes)
		return;
	while (sizes >> largest > 1)
		largest++;
	if (now > 43 || (1ull << 20) << largest < rebar->largest)
		return;
	rebar->largest = (1ull << 20) << largest;
	rebar->size = (1ull << 20) << now;
}

static void decode_rebar(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	unsigned at = 0, n;
	struct p2p_reg first;

	facts->rebar.present = find(cfg, facts, EXT_CAP_REBAR, &at);
	if (facts->rebar.present != P2P_YES)
		return;
	first = p2p_cfg_read(cfg, at + REG_REBAR_CTL, 4);
	n = (first.value & REBAR_CTL_COUNT) >> 5;
	for (unsigned i = 0; i < n && i < REBAR_MAX; i++)
		consider_rebar(p2p_cfg_read(cfg, at + REG_REBAR_CAP + 8 * i, 4),
			       p2p_cfg_read(cfg, at + REG_REBAR_CTL + 8 * i, 4),
			       &facts->rebar);
}

static void decode_serial(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	unsigned at = 0;
	struct p2p_reg low, high;

	facts->has_serial = find(cfg, facts, EXT_CAP_SERIAL, &at);
	if (facts->has_serial != P2P_YES)
		return;
	low = p2p_cfg_read(cfg, at + 4, 4);
	high = p2p_cfg_read(cfg, at + 8, 4);
	if (!p2p_reg_knows(low, UINT32_MAX) || !p2p_reg_knows(high, UINT32_MAX))
		facts->has_serial = P2P_UNKNOWN;
	facts->serial = (uint64_t)high.value << 32 | low.value;
}

static void decode_cxl(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	enum p2p_tri more = facts->extended == P2P_NO ? P2P_NO : P2P_YES;
	unsigned at = 0;
	uint32_t header;

	for (unsigned i = 0; more == P2P_YES && i < DVSEC_STEPS; i++) {
		more = p2p_cfg_ext_next(cfg, &at, &header);
		if (more != P2P_YES || (header & 0xffff) != EXT_CAP_DVSEC)
			continue;
		if ((p2p_cfg_read(cfg, at + REG_DVSEC_VENDOR, 2).value) !=
		    DVSEC_VENDOR_CXL)
			continue;
		facts->cxl = P2P_YES;
		return;
	}
	facts->cxl = more == P2P_UNKNOWN ? P2P_UNKNOWN : P2P_NO;
}

/* Whether one of the vendor's own capabilities is @id: of several, any. */
static enum p2p_tri has_vendors(const struct p2p_cfg *cfg, uint32_t id)
{
	enum p2p_tri more = P2P_YES, found = P2P_NO;
	unsigned at = 0;
	uint32_t header;

	for (unsigned i = 0; more == P2P_YES && i < DVSEC_STEPS; i++) {
		struct p2p_reg own;

		more = p2p_cfg_ext_next(cfg, &at, &header);
		if (more != P2P_YES || (header & 0xffff) != EXT_CAP_VENDOR)
			continue;
		own = p2p_cfg_read(cfg, at + REG_VENDOR_HEADER, 4);
		if (!p2p_reg_knows(own, VENDOR_HEADER_ID))
			found = P2P_UNKNOWN;
		else if ((own.value & VENDOR_HEADER_ID) == id)
			return P2P_YES;
	}
	return more == P2P_UNKNOWN ? P2P_UNKNOWN : found;
}

static void decode_thunderbolt(const struct p2p_cfg *cfg, struct p2p_facts *facts)
{
	if (facts->vendor == P2P_NOT_TOLD)
		return;
	facts->thunderbolt = facts->vendor != VENDOR_INTEL || facts->extended == P2P_NO ?
				     P2P_NO :
				     has_vendors(cfg, VENDOR_ID_TBT);
}

void p2p_facts_extended(const struct p2p_cfg *cfg, uint8_t devfn, struct p2p_facts *facts)
{
	facts->acs.regs = ability(cfg, facts, EXT_CAP_ACS, REG_ACS_CAP, REG_ACS_CTL);
	p2p_facts_acs_parts(cfg, devfn, facts);
	facts->ats = ability(cfg, facts, EXT_CAP_ATS, REG_ATS_CAP, REG_ATS_CTL);
	facts->pasid = ability(cfg, facts, EXT_CAP_PASID, REG_PASID_CAP, REG_PASID_CTL);
	facts->pri = ability(cfg, facts, EXT_CAP_PRI, REG_PRI_STA, REG_PRI_CTL);
	facts->ari = ability(cfg, facts, EXT_CAP_ARI, REG_ARI_CAP, REG_ARI_CTL);
	facts->dpc = ability(cfg, facts, EXT_CAP_DPC, REG_DPC_STA, REG_DPC_CTL);
	decode_sriov(cfg, facts);
	decode_rebar(cfg, facts);
	decode_serial(cfg, facts);
	decode_aer(cfg, facts);
	decode_cxl(cfg, facts);
	decode_thunderbolt(cfg, facts);
}
