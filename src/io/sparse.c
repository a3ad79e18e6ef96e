/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks a function's header and capability lists as Linux does and reads only the
 * registers that later stages use. What was read is remembered by dword, so loops and
 * capabilities that overlap cost nothing. */
#include <stdint.h>
#include <string.h>

#include "core/regs.h"
#include "io/sparse.h"

#define DWORD         4u
#define DWORDS        (P2P_CFG_SIZE / DWORD)
#define HEADER_SIZE   0x40u
#define CARDBUS_LIST  0x14u
#define CAP_STEPS     48  /* as the kernel walks */
#define EXT_CAP_STEPS 480 /* as the kernel walks */
#define ALL_ONES      UINT32_MAX

struct walk {
	const struct p2p_sparse *sparse;
	uint8_t bytes[P2P_CFG_SIZE];
	bool seen[DWORDS];
	bool cut;
};

/* Extended capabilities of which more than the header is used. */
struct body {
	uint16_t id;
	uint16_t start, length;
	bool is_of_vf;
};

static const struct body bodies[] = {
	{ EXT_CAP_AER, REG_AER_MASK, 8, false },
	{ EXT_CAP_SERIAL, 4, 8, false },
	{ EXT_CAP_VENDOR, REG_VENDOR_HEADER, 4, false },
	{ EXT_CAP_ACS, REG_ACS_CAP, 4, true },
	{ EXT_CAP_ARI, REG_ARI_CAP, 4, false },
	{ EXT_CAP_ATS, REG_ATS_CAP, 4, true },
	{ EXT_CAP_SRIOV, REG_SRIOV_CTL, 20, false },
	{ EXT_CAP_PRI, REG_PRI_CTL, 4, false },
	{ EXT_CAP_REBAR, REG_REBAR_CAP, 8, false },
	{ EXT_CAP_PASID, REG_PASID_CAP, 4, false },
	{ EXT_CAP_DPC, REG_DPC_CTL - 2, 8, false },
	{ EXT_CAP_DVSEC, REG_DVSEC_VENDOR, 4, false },
};

/* Reads the whole dwords of a range that were not read before; true if all of it is. */
static bool fetch(struct walk *walk, unsigned start, unsigned length)
{
	unsigned end = start + length;
	bool whole = end <= walk->sparse->size;

	if (!whole)
		end = walk->sparse->size & ~(DWORD - 1);
	while (start < end && walk->seen[start / DWORD])
		start += DWORD;
	while (start < end && walk->seen[end / DWORD - 1])
		end -= DWORD;
	if (start >= end)
		return whole;
	if (walk->sparse->read(walk->sparse->context, start, walk->bytes + start,
			       end - start)) {
		walk->cut = true;
		return false;
	}
	memset(walk->seen + start / DWORD, true, (end - start) / DWORD);
	return whole;
}

static uint32_t get(const struct walk *walk, unsigned offset, unsigned width)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)walk->bytes[offset + i] << (8 * i);
	return value;
}

static void fetch_express(struct walk *walk, unsigned at)
{
	unsigned flags = get(walk, at + REG_EXP_FLAGS, 2);
	unsigned type = (flags & EXP_FLAGS_TYPE) >> 4;
	bool is_integrated = type == 0x9 || type == 0xa;
	unsigned end = REG_EXP_LNKSTA + 2;

	if (is_integrated || walk->sparse->is_vf)
		end = REG_EXP_DEVCTL + DWORD;
	else if (flags & EXP_FLAGS_SLOT)
		end = REG_EXP_SLTSTA + 2;
	fetch(walk, at + REG_EXP_DEVCAP, end - REG_EXP_DEVCAP);
	if ((flags & EXP_FLAGS_VERSION) >= 2 && !walk->sparse->is_vf)
		fetch(walk, at + REG_EXP_DEVCAP2, 2 * DWORD);
}

/* Bridges have bus numbers and windows where others have BARs and a subsystem. */
static bool fetch_header(struct walk *walk)
{
	unsigned layout, n_bars;

	if (!fetch(walk, 0, REG_BAR_0))
		return false;
	layout = get(walk, REG_HEADER_TYPE, 1) & HEADER_LAYOUT;
	n_bars = layout == 0 ? 6 : layout == 1 ? 2 : 0;
	for (unsigned i = 0; i < n_bars; i++)
		if (walk->sparse->bars >> i & 1)
			fetch(walk, REG_BAR_0 + i * DWORD, DWORD);
	if (layout == 1) {
		fetch(walk, REG_PRIMARY, DWORD);
		fetch(walk, REG_MEM_BASE, 4 * DWORD);
	} else if (layout == 2) {
		fetch(walk, REG_PRIMARY, 6 * DWORD);
	} else if (layout == 0 && !walk->sparse->is_vf) {
		fetch(walk, REG_SUBSYS_VENDOR, DWORD);
	}
	return true;
}

/* True if there may be extended capabilities: only PCIe and PCI-X functions have them. */
static bool fetch_list(struct walk *walk)
{
	bool is_cardbus = (get(walk, REG_HEADER_TYPE, 1) & HEADER_LAYOUT) == 2;
	unsigned pointer = is_cardbus ? CARDBUS_LIST : REG_CAP_LIST;
	bool wants_power = !walk->sparse->power_told, is_extended = false;

	if (!(get(walk, REG_STATUS, 2) & STATUS_CAP_LIST) || !fetch(walk, pointer, DWORD))
		return false;
	for (unsigned step = 0; step < CAP_STEPS; step++) {
		unsigned at = get(walk, pointer, 1) & 0xfc;
		unsigned id;

		if (at < HEADER_SIZE || !fetch(walk, at, DWORD))
			break;
		id = get(walk, at, 1);
		if (id == 0xff)
			break;
		is_extended |= id == CAP_EXPRESS || id == CAP_PCIX;
		if (id == CAP_EXPRESS)
			fetch_express(walk, at);
		if (id == CAP_PM && wants_power)
			wants_power = !fetch(walk, at + REG_PM_CTL, DWORD);
		if (is_extended && !wants_power)
			break;
		pointer = at + 1;
	}
	return is_extended;
}

/* What follows the capability word: the egress control vector, a bit for each port (256
 * when its size reads 0), or the control register of ports whose registers are wide. */
static void fetch_acs_rest(struct walk *walk, unsigned at)
{
	unsigned cap = get(walk, at + REG_ACS_CAP, 2);
	unsigned bits = (cap & ACS_VECTOR) >> 8;

	if (cap & ACS_EC)
		fetch(walk, at + REG_ACS_EGRESS, ((bits ? bits : 256) + 31) / 32 * DWORD);
	else if (get(walk, REG_VENDOR_ID, 2) == VENDOR_INTEL &&
		 (get(walk, REG_HEADER_TYPE, 1) & HEADER_LAYOUT) == 1)
		fetch(walk, at + REG_ACS_WIDE_CTL, DWORD);
}

static void fetch_body(struct walk *walk, unsigned at, const struct body *body)
{
	if ((walk->sparse->is_vf && !body->is_of_vf) ||
	    !fetch(walk, at + body->start, body->length))
		return;
	if (body->id == EXT_CAP_ACS) {
		fetch_acs_rest(walk, at);
	} else if (body->id == EXT_CAP_REBAR) {
		uint32_t control = get(walk, at + REG_REBAR_CTL, 4);

		fetch(walk, at + REG_REBAR_CAP, (control & REBAR_CTL_COUNT) >> 5 << 3);
	} else if (body->id == EXT_CAP_DVSEC &&
		   get(walk, at + REG_DVSEC_VENDOR, 2) == DVSEC_VENDOR_CXL) {
		fetch(walk, at + REG_DVSEC_ID, DWORD);
	}
}

static void fetch_ext_list(struct walk *walk)
{
	unsigned at = REG_EXT_CAP_LIST;

	for (unsigned step = 0; step < EXT_CAP_STEPS && at >= REG_EXT_CAP_LIST; step++) {
		uint32_t header;

		if (!fetch(walk, at, DWORD))
			return;
		header = get(walk, at, 4);
		if (at == REG_EXT_CAP_LIST && (header == 0 || header == ALL_ONES))
			return;
		for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
			if (bodies[i].id == (header & 0xffff))
				fetch_body(walk, at, &bodies[i]);
		at = header >> 20 & 0xffc;
	}
}

/* Where the registers are that keep the root ports of Intel's older chipsets apart. */
static void fetch_chipset(struct walk *walk)
{
	if (get(walk, REG_VENDOR_ID, 2) == VENDOR_INTEL &&
	    get(walk, REG_CLASS_REV + 2, 2) == CLASS_ISA)
		fetch(walk, REG_RCBA, DWORD);
}

/* A function that fell off the bus answers all-ones; each further read may only wait
 * for a completion timeout. A VF's ids are all-ones in health too. */
static bool is_dead(const struct walk *walk)
{
	return get(walk, REG_VENDOR_ID, 4) == ALL_ONES &&
	       get(walk, REG_COMMAND, 4) == ALL_ONES;
}

static void fetch_unseen(struct walk *walk, unsigned start, unsigned end)
{
	for (unsigned at = start; at < end; at += DWORD) {
		unsigned from = at;

		while (at < end && !walk->seen[at / DWORD])
			at += DWORD;
		if (at > from)
			fetch(walk, from, at - from);
	}
}

/* In pieces of which an ordinary user may read all or none. That some may not be read
 * tells nothing of what the walk needed. */
static void fetch_rest(struct walk *walk)
{
	bool was_cut = walk->cut;

	fetch_unseen(walk, 0, HEADER_SIZE);
	fetch_unseen(walk, HEADER_SIZE, REG_EXT_CAP_LIST);
	fetch_unseen(walk, REG_EXT_CAP_LIST, walk->sparse->size);
	walk->cut = was_cut;
}

static int add_runs(const struct walk *walk, struct p2p_snapshot *snapshot)
{
	for (unsigned i = 0; i < DWORDS; i++) {
		unsigned start = i;
		int result;

		while (i < DWORDS && walk->seen[i])
			i++;
		if (i == start)
			continue;
		result = p2p_snapshot_add_bytes(snapshot, start * DWORD,
						walk->bytes + (size_t)start * DWORD,
						(i - start) * DWORD);
		if (result)
			return result;
	}
	return 0;
}

int p2p_sparse_read(const struct p2p_sparse *sparse, struct p2p_snapshot *snapshot,
		    struct p2p_sparse_result *ret_result)
{
	struct walk walk = { .sparse = sparse };

	if (fetch_header(&walk) && !is_dead(&walk)) {
		if (fetch_list(&walk))
			fetch_ext_list(&walk);
		fetch_chipset(&walk);
		if (sparse->full)
			fetch_rest(&walk);
	}
	ret_result->has_ids = walk.seen[0] && get(&walk, REG_VENDOR_ID, 4) != ALL_ONES;
	ret_result->is_cut = walk.cut;
	return add_runs(&walk, snapshot);
}
