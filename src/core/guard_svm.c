/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guards of shared virtual memory: GPUs of AMD's APUs, and functions that use PASID
 * or PRI, need their requests to go up to the IOMMU (pci_enable_pasid() of Linux 6.12
 * asks for RR and UF on the whole path, once). */
#include "core/guard_parts.h"

#define VENDOR_ATI    0x1002
#define VENDOR_AMD    0x1022
#define CLASS_DISPLAY 0x03

/* An APU's own GPU hangs on a root bus, or on a port of the processor that is no slot. */
static enum p2p_tri is_integrated(const struct guarding *guarding, uint32_t function)
{
	const struct p2p_topo *topo = guarding->machine->topo;
	uint32_t parent = topo->nodes[function].parent;
	const struct p2p_facts *port;

	if (parent == P2P_NONE)
		return topo->roots[topo->nodes[function].root].orphan ? P2P_UNKNOWN :
									P2P_YES;
	port = guard_facts(guarding, parent);
	if (port->vendor == P2P_NOT_TOLD || port->type == P2P_TYPE_UNKNOWN)
		return P2P_UNKNOWN;
	if (port->vendor != VENDOR_AMD ||
	    topo->nodes[parent].kind != P2P_KIND_ROOT_PORT || port->slot == P2P_YES)
		return P2P_NO;
	return port->slot == P2P_NO ? P2P_YES : P2P_UNKNOWN;
}

static enum p2p_tri is_amd_gpu(const struct p2p_facts *facts)
{
	bool is_display = facts->class_code >> 16 == CLASS_DISPLAY;

	if (facts->vendor == P2P_NOT_TOLD)
		return facts->class_code == P2P_NOT_TOLD || is_display ? P2P_UNKNOWN :
									 P2P_NO;
	if (facts->vendor != VENDOR_ATI)
		return P2P_NO;
	return facts->class_code == P2P_NOT_TOLD ? P2P_UNKNOWN : p2p_tri_of(is_display);
}

static void look_at_gpu(struct guarding *guarding, uint32_t function, uint32_t at)
{
	enum p2p_tri is = is_amd_gpu(guard_facts(guarding, function));
	enum p2p_tri integrated = is_integrated(guarding, function);
	struct p2p_obstacle obstacle = { .kind = integrated == P2P_YES ?
							 P2P_OBSTACLE_APU :
							 P2P_OBSTACLE_MAYBE_APU,
					 .function = function,
					 .other = at,
					 .bits = ACS_RR };

	if (is == P2P_NO || integrated == P2P_NO)
		return;
	if (is == P2P_UNKNOWN)
		p2p_guard_lack(guarding, P2P_LACK_IDENTITY, function);
	else if (guarding->machine->snapshot->system.iommu == P2P_IOMMU_UNKNOWN)
		p2p_guard_lack(guarding, P2P_LACK_IOMMU, function);
	else
		p2p_guard_note(guarding, obstacle);
}

void p2p_guard_apu(struct guarding *guarding)
{
	if (guarding->machine->snapshot->system.iommu == P2P_IOMMU_OFF)
		return;
	for (uint32_t i = 0; i < guard_count(guarding); i++) {
		uint32_t at = guard_turned(guarding, i, ACS_RR, 0);

		if (at != P2P_NONE && !guard_node(guarding, i)->bridge)
			look_at_gpu(guarding, i, at);
	}
}

static enum p2p_tri is_enabled(const struct p2p_ability *ability, uint32_t enable)
{
	return ability->present == P2P_YES ? p2p_reg_any(ability->ctrl, enable) :
					     ability->present;
}

/* A VF that nobody knows the PF of has neither capability of its own. */
static bool hides_its_pf(const struct guarding *guarding, uint32_t function)
{
	return guard_function(guarding, function)->is_vf == P2P_YES &&
	       guard_node(guarding, function)->pf == P2P_NONE;
}

static void look_at_user(struct guarding *guarding, uint32_t function, uint32_t at)
{
	uint32_t physical = guard_physical(guarding, function);
	const struct p2p_facts *facts = guard_facts(guarding, physical);
	enum p2p_tri pasid = is_enabled(&facts->pasid, PASID_CTL_ENABLE);
	enum p2p_tri pri = is_enabled(&facts->pri, PRI_CTL_ENABLE);
	struct p2p_obstacle obstacle = {
		.kind = pasid == P2P_YES ? P2P_OBSTACLE_PASID : P2P_OBSTACLE_PRI,
		.function = physical,
		.other = at,
		.bits = guarding->stakes[at].off & (ACS_RR | ACS_UF),
	};

	if (physical != function &&
	    guard_turned(guarding, physical, ACS_RR | ACS_UF, 0) != P2P_NONE)
		return; /* seen as the PF */
	if (pasid == P2P_YES || pri == P2P_YES)
		p2p_guard_note(guarding, obstacle);
	else if (pasid == P2P_UNKNOWN || pri == P2P_UNKNOWN ||
		 hides_its_pf(guarding, function))
		p2p_guard_lack(guarding, P2P_LACK_PASID, physical);
}

void p2p_guard_svm(struct guarding *guarding)
{
	for (uint32_t i = 0; i < guard_count(guarding); i++) {
		uint32_t at = guard_turned(guarding, i, ACS_RR | ACS_UF, 0);

		if (at != P2P_NONE)
			look_at_user(guarding, i, at);
	}
}
