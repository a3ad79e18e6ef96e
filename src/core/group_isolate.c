/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a function keeps what is below it, or its sibling functions, from reaching
 * peers: pci_acs_enabled() and pci_dev_specific_acs_enabled() of Linux 6.12. */
#include "core/group_parts.h"

#include "core/regs.h"
#include "core/rules_quirks.h"
#include "core/verdict_parts.h"

#define REQUIRED (ACS_SV | ACS_RR | ACS_CR | ACS_UF)

static bool is_on_root_bus(const struct group_base *base, uint32_t function)
{
	const struct p2p_node *node = &base->topo->nodes[function];

	return node->parent == P2P_NONE && !base->topo->roots[node->root].orphan;
}

/* Linux looks for more functions only where function 0 says that there are. */
static bool has_sibling(const struct group_base *base, uint32_t function)
{
	struct p2p_bdf own = base->snapshot->functions[function].bdf, next;

	if (function + 1 == base->snapshot->n_functions)
		return false;
	next = base->snapshot->functions[function + 1].bdf;
	return p2p_bdf_is_same_device(next, own) &&
	       base->topo->nodes[function + 1].pf == P2P_NONE;
}

/* With ARI forwarding one device has all of the bus, and function 8 is at device 1. */
static bool is_beyond_7(const struct group_base *base, uint32_t function)
{
	uint32_t parent = base->topo->nodes[function].parent;

	return p2p_bdf_device(base->snapshot->functions[function].bdf) &&
	       parent != P2P_NONE &&
	       p2p_reg_any(base->facts[parent].devctl2, DEVCTL2_ARI) == P2P_YES;
}

/* pci_scan_slot(): all that is found after function 0 is one of several. */
bool p2p_group_is_multi(const struct group_base *base, uint32_t function)
{
	if (base->topo->nodes[function].pf != P2P_NONE)
		return false;
	if (p2p_bdf_function(base->snapshot->functions[function].bdf) ||
	    is_beyond_7(base, function))
		return true;
	if (base->facts[function].multi != P2P_UNKNOWN)
		return base->facts[function].multi == P2P_YES;
	return has_sibling(base, function);
}

bool p2p_group_guesses_multi(const struct group_base *base, uint32_t function)
{
	return base->topo->nodes[function].pf == P2P_NONE &&
	       base->facts[function].multi == P2P_UNKNOWN &&
	       !p2p_group_is_multi(base, function);
}

/* pci_acs_flags_enabled(): a control that the capability does not offer counts as on. */
static void judge_flags(const struct group_base *base, uint32_t function,
			struct isolation *isolation)
{
	const struct p2p_ability *acs = &base->facts[function].acs.regs;
	uint32_t wanted = REQUIRED, off, unknown;

	isolation->isolated = acs->present;
	isolation->rule = P2P_TIE_NO_ACS;
	if (p2p_verdict_is_hidden(base->topo, function))
		isolation->isolated = P2P_NO;
	if (isolation->isolated != P2P_YES)
		return;
	isolation->rule = P2P_TIE_ACS_OFF;
	if (p2p_rules_heeds(P2P_HAZARD_NO_SV, base->rules->rules.kernel,
			    &base->facts[function]))
		wanted &= ~(uint32_t)ACS_SV;
	wanted &= acs->cap.value | ~acs->cap.known;
	off = wanted & acs->cap.known & acs->ctrl.known & ~acs->ctrl.value;
	unknown = wanted & ~(acs->ctrl.known & acs->ctrl.value) & ~off;
	isolation->bits = (uint16_t)off;
	isolation->isolated = off ? P2P_NO : unknown ? P2P_UNKNOWN : P2P_YES;
}

/* A device of one function needs no ACS, one of several does. */
static void judge_device(const struct group_base *base, uint32_t function,
			 struct isolation *isolation)
{
	judge_flags(base, function, isolation);
	isolation->rule = P2P_TIE_MULTI_FUNCTION;
	if (p2p_group_is_multi(base, function) || isolation->isolated == P2P_YES)
		return;
	isolation->isolated = P2P_YES;
	if (p2p_group_guesses_multi(base, function))
		isolation->assumed |= P2P_ASSUME_SINGLE;
}

static void judge_type(const struct group_base *base, uint32_t function,
		       struct isolation *isolation)
{
	switch ((enum p2p_pcie_type)base->topo->nodes[function].type) {
	case P2P_TYPE_ROOT_PORT:
	case P2P_TYPE_SWITCH_DOWN:
		judge_flags(base, function, isolation);
		return;
	case P2P_TYPE_ENDPOINT:
	case P2P_TYPE_LEGACY_ENDPOINT:
	case P2P_TYPE_SWITCH_UP:
	case P2P_TYPE_RCIEP:
		judge_device(base, function, isolation);
		return;
	case P2P_TYPE_PCIE_TO_PCI:
	case P2P_TYPE_PCI_TO_PCIE:
	case P2P_TYPE_NOT_PCIE:
	case P2P_TYPE_RCEC:
		isolation->isolated = P2P_NO;
		isolation->rule = base->topo->nodes[function].bridge ?
					  P2P_TIE_PCI_BRIDGE :
					  P2P_TIE_MULTI_FUNCTION;
		return;
	case P2P_TYPE_UNKNOWN:
		isolation->isolated = P2P_UNKNOWN;
		return;
	}
	isolation->isolated = P2P_YES; /* a type that no specification names */
}

/* The enable quirk needs the chipset's registers, whose address the LPC bridge has. */
static enum p2p_tri is_chipset_found(const struct group_base *base, uint32_t function)
{
	struct p2p_bdf lpc = base->snapshot->functions[function].bdf;
	uint32_t at;

	lpc.devfn = DEVFN_LPC;
	at = p2p_snapshot_find(base->snapshot, lpc);
	return at == P2P_NONE ? P2P_UNKNOWN :
				p2p_reg_any(base->facts[at].rcba, RCBA_ENABLE);
}

static uint16_t claims_of(const struct group_base *base, uint32_t function,
			  const struct acs_quirk *quirk, unsigned *assumed)
{
	if (quirk->where != ACS_AT_PCH)
		return quirk->claims;
	if (base->rules->requested == P2P_NO ||
	    is_chipset_found(base, function) == P2P_NO)
		return 0;
	*assumed |= P2P_ASSUME_CHIPSET;
	return quirk->claims;
}

/* YES, NO: the row answers, or does not; unknown where that depends on an unread one. */
static enum p2p_tri answers(const struct group_base *base, uint32_t function,
			    const struct acs_quirk *quirk)
{
	enum p2p_pcie_type type = (enum p2p_pcie_type)base->topo->nodes[function].type;
	enum p2p_tri is_known = type == P2P_TYPE_UNKNOWN ? P2P_UNKNOWN : P2P_YES;

	switch (quirk->where) {
	case ACS_ANYWHERE:
		return P2P_YES;
	case ACS_AT_ROOT_PORT:
	case ACS_AT_PCH:
		return type == P2P_TYPE_ROOT_PORT ? P2P_YES :
		       is_known == P2P_YES        ? P2P_NO :
						    P2P_UNKNOWN;
	case ACS_AT_PORT:
		return type == P2P_TYPE_ROOT_PORT || type == P2P_TYPE_SWITCH_DOWN ?
			       P2P_YES :
		       is_known == P2P_YES ? P2P_NO :
					     P2P_UNKNOWN;
	case ACS_AT_RCIEP:
		return type == P2P_TYPE_RCIEP ? P2P_YES :
		       is_known == P2P_YES    ? P2P_NO :
						P2P_UNKNOWN;
	case ACS_AT_SOUTHBRIDGE:
		if (!is_on_root_bus(base, function) || base->rules->ivrs == P2P_NO)
			return P2P_NO;
		return p2p_tri_of(p2p_group_is_multi(base, function));
	case ACS_AT_WIDE:
		return P2P_NO; /* facts already have the wide register */
	}
	return P2P_NO;
}

/* Which rows there are hangs on the kernel that was told. */
static unsigned quirk_assumptions(const struct group_base *base,
				  const struct acs_quirk *quirk)
{
	unsigned assumed = base->rules->rules.assumed &
			   (P2P_ASSUME_KERNEL | P2P_ASSUME_DISTRO);

	if (p2p_quirks_are_late(&quirk->match, &base->rules->rules))
		assumed |= P2P_ASSUME_PATCH;
	if (quirk->where == ACS_AT_SOUTHBRIDGE && base->rules->ivrs_told != P2P_YES)
		assumed |= P2P_ASSUME_IVRS;
	return assumed;
}

/* The first row that answers decides. */
static bool judge_quirks(const struct group_base *base, uint32_t function,
			 struct isolation *isolation)
{
	const struct p2p_facts *facts = &base->facts[function];
	const struct acs_quirk *quirk;

	for (unsigned n = 0; (quirk = p2p_quirks_acs(base->rules->rules.kernel,
						     facts->vendor, facts->device, n));
	     n++) {
		enum p2p_tri answer = answers(base, function, quirk);
		uint16_t asked = REQUIRED;

		if (answer == P2P_NO)
			continue;
		if (quirk->asked)
			asked &= quirk->asked;
		isolation->assumed |= quirk_assumptions(base, quirk);
		isolation->bits = asked & (uint16_t)~claims_of(base, function, quirk,
							       &isolation->assumed);
		isolation->isolated = p2p_tri_of(!isolation->bits);
		isolation->rule = P2P_TIE_QUIRK;
		isolation->bits = 0;
		if (answer == P2P_UNKNOWN)
			isolation->isolated = P2P_UNKNOWN;
		return true;
	}
	return false;
}

static bool has_ids(const struct p2p_facts *facts)
{
	return facts->vendor != P2P_NOT_TOLD && facts->device != P2P_NOT_TOLD;
}

/* The patch that pcie_acs_override= belongs to leaves alone what has ACS. */
static bool is_overridden(const struct group_base *base, uint32_t function)
{
	const struct p2p_acs_override *override = &base->rules->override;
	const struct p2p_facts *facts = &base->facts[function];

	if (facts->acs.regs.present != P2P_NO || facts->type == P2P_TYPE_NOT_PCIE)
		return false;
	for (unsigned i = 0; i < override->n_ids; i++)
		if (override->ids[i].vendor == facts->vendor &&
		    override->ids[i].device == facts->device)
			return true;
	switch ((enum p2p_pcie_type)base->topo->nodes[function].type) {
	case P2P_TYPE_ROOT_PORT:
	case P2P_TYPE_SWITCH_DOWN:
		return override->downstream;
	case P2P_TYPE_ENDPOINT:
	case P2P_TYPE_LEGACY_ENDPOINT:
	case P2P_TYPE_SWITCH_UP:
	case P2P_TYPE_RCIEP:
		return override->multifunction && p2p_group_is_multi(base, function);
	case P2P_TYPE_PCIE_TO_PCI:
	case P2P_TYPE_PCI_TO_PCIE:
	case P2P_TYPE_NOT_PCIE:
	case P2P_TYPE_RCEC:
	case P2P_TYPE_UNKNOWN:
		break;
	}
	return false;
}

void p2p_group_isolate(const struct group_base *base, uint32_t function,
		       struct isolation *ret_isolation)
{
	struct isolation isolation = { 0 };

	if (judge_quirks(base, function, &isolation)) {
		*ret_isolation = isolation;
		return;
	}
	judge_type(base, function, &isolation);
	/* Whether a quirk says otherwise hangs on the ids. */
	if (isolation.isolated == P2P_NO && !has_ids(&base->facts[function]))
		isolation.isolated = P2P_UNKNOWN;
	if (is_overridden(base, function))
		isolation = (struct isolation){ .isolated = P2P_YES };
	*ret_isolation = isolation;
}
