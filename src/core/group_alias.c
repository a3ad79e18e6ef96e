/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requester ids that are not the function's own: aliases on its bus
 * (pci_devs_are_dma_aliases()), and the VMD function that a whole PCI domain hides behind
 * (pci_real_dma_dev()). */
#include <string.h>

#include "core/group_parts.h"

#include "core/rules_quirks.h"

#define VMD_DOMAIN_FIRST 0x10000 /* the driver counts up from here */

static const struct alias_quirk *find_quirk(const struct group_base *base,
					    uint32_t function)
{
	const struct p2p_facts *facts = &base->facts[function];

	return p2p_quirks_alias(base->rules->rules.kernel,
				(struct alias_subject){
					.vendor = facts->vendor,
					.device = facts->device,
					.subsystem_vendor = facts->subsystem_vendor,
					.subsystem_device = facts->subsystem_device,
					.class_code = facts->class_code,
				});
}

static bool is_vmd(const struct group_base *base, uint32_t function)
{
	const struct p2p_facts *facts = &base->facts[function];
	p2p_string driver = base->snapshot->functions[function].driver;

	return p2p_quirks_is_vmd(facts->vendor, facts->device) ||
	       !strcmp(p2p_snapshot_string(base->snapshot, driver), "vmd");
}

/* Without the system's word: the driver numbers PCI domains as it finds its devices. */
static uint32_t guess_vmd(const struct group_base *base, uint32_t domain)
{
	uint32_t wanted = domain - VMD_DOMAIN_FIRST;

	for (uint32_t i = 0; i < base->snapshot->n_functions; i++)
		if (base->snapshot->functions[i].bdf.domain < VMD_DOMAIN_FIRST &&
		    is_vmd(base, i) && !wanted--)
			return i;
	return P2P_NONE;
}

static uint32_t find_real(const struct group_base *base, uint32_t function)
{
	const struct p2p_function *told = &base->snapshot->functions[function];
	uint32_t vmd = P2P_NONE;

	if (told->is_behind_vmd == P2P_YES)
		vmd = p2p_snapshot_find(base->snapshot, told->vmd);
	else if (told->is_behind_vmd == P2P_UNKNOWN &&
		 told->bdf.domain >= VMD_DOMAIN_FIRST)
		vmd = guess_vmd(base, told->bdf.domain);
	return vmd == P2P_NONE ? function : vmd;
}

/* The row of a function is about its siblings: what it uses then is its own id. */
static bool is_own(const struct alias_quirk *quirk, struct p2p_bdf bdf)
{
	return (quirk->kind == ALIAS_FUNCTION_0 && p2p_bdf_function(bdf) == 0) ||
	       (quirk->kind == ALIAS_FUNCTION_1 && p2p_bdf_function(bdf) == 1);
}

void p2p_group_find_aliases(struct group_base *base)
{
	for (uint32_t i = 0; i < base->snapshot->n_functions; i++) {
		const struct alias_quirk *quirk = find_quirk(base, i);

		if (quirk && !is_own(quirk, base->snapshot->functions[i].bdf))
			base->aliases[i] = quirk;
		base->real[i] = find_real(base, i);
	}
}

static bool has_alias(const struct group_base *base, uint32_t function, uint32_t other)
{
	const struct p2p_function *functions = base->snapshot->functions;

	return base->aliases[function] &&
	       p2p_quirks_has_alias(base->aliases[function]->kind,
				    functions[function].bdf.devfn,
				    functions[other].bdf.devfn);
}

bool p2p_group_are_aliases(const struct group_base *base, uint32_t a, uint32_t b)
{
	return has_alias(base, a, b) || has_alias(base, b, a) || base->real[a] == b ||
	       base->real[b] == a;
}

static bool is_same_bus(const struct group_base *base, uint32_t a, uint32_t b)
{
	struct p2p_bdf x = base->snapshot->functions[a].bdf;
	struct p2p_bdf y = base->snapshot->functions[b].bdf;

	return x.domain == y.domain && x.bus == y.bus &&
	       base->topo->nodes[a].parent == base->topo->nodes[b].parent;
}

void p2p_group_bus(const struct group_base *base, uint32_t function, uint32_t *ret_first,
		   uint32_t *ret_end)
{
	uint32_t first = function, end = function + 1;

	while (first && is_same_bus(base, first - 1, function))
		first--;
	while (end < base->snapshot->n_functions && is_same_bus(base, end, function))
		end++;
	*ret_first = first;
	*ret_end = end;
}
