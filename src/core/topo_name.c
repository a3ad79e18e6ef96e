/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each function is: its register's type, seen from its place, with the corrections
 * that Linux makes (set_pcie_port_type, 6.12). */
#include "core/topo_build.h"

static bool is_down(uint8_t type)
{
	return type == P2P_TYPE_ROOT_PORT || type == P2P_TYPE_SWITCH_DOWN ||
	       type == P2P_TYPE_PCI_TO_PCIE;
}

/* The kernel means to turn a misplaced downstream port into an upstream one and the
 * reverse, but ORs the new type in unshifted: what remains in the type field is 0. */
static uint8_t kernel_type(const struct p2p_topo *topo, uint32_t parent,
			   enum p2p_pcie_type type)
{
	if (parent == P2P_NONE)
		return (uint8_t)type;
	if (type == P2P_TYPE_SWITCH_DOWN && is_down(topo->nodes[parent].type))
		return P2P_TYPE_ENDPOINT;
	if (type == P2P_TYPE_SWITCH_UP && topo->nodes[parent].type == P2P_TYPE_SWITCH_UP)
		return P2P_TYPE_ENDPOINT;
	return (uint8_t)type;
}

static enum p2p_kind port_kind(enum p2p_pcie_type type, enum p2p_kind above, bool on_root)
{
	bool below_up = !on_root && above == P2P_KIND_SWITCH_UP;
	bool below_down = !on_root &&
			  (above == P2P_KIND_ROOT_PORT || above == P2P_KIND_SWITCH_DOWN ||
			   above == P2P_KIND_PCI_TO_PCIE);

	switch (type) {
	case P2P_TYPE_ROOT_PORT:
		return below_up ? P2P_KIND_SWITCH_DOWN : P2P_KIND_ROOT_PORT;
	case P2P_TYPE_SWITCH_UP:
		return below_up ? P2P_KIND_SWITCH_DOWN : P2P_KIND_SWITCH_UP;
	case P2P_TYPE_SWITCH_DOWN:
		return below_down ? P2P_KIND_SWITCH_UP : P2P_KIND_SWITCH_DOWN;
	case P2P_TYPE_PCIE_TO_PCI:
		return P2P_KIND_PCIE_TO_PCI;
	case P2P_TYPE_PCI_TO_PCIE:
		return P2P_KIND_PCI_TO_PCIE;
	case P2P_TYPE_UNKNOWN:
		return P2P_KIND_UNKNOWN;
	case P2P_TYPE_ENDPOINT:
	case P2P_TYPE_LEGACY_ENDPOINT:
	case P2P_TYPE_RCIEP:
	case P2P_TYPE_RCEC:
	case P2P_TYPE_NOT_PCIE:
		break;
	}
	return P2P_KIND_PCI_BRIDGE;
}

static enum p2p_kind endpoint_kind(enum p2p_pcie_type type)
{
	switch (type) {
	case P2P_TYPE_LEGACY_ENDPOINT:
		return P2P_KIND_LEGACY_ENDPOINT;
	case P2P_TYPE_RCIEP:
		return P2P_KIND_RCIEP;
	case P2P_TYPE_RCEC:
		return P2P_KIND_RCEC;
	case P2P_TYPE_NOT_PCIE:
		return P2P_KIND_PCI;
	case P2P_TYPE_UNKNOWN:
		return P2P_KIND_UNKNOWN;
	case P2P_TYPE_ENDPOINT:
	case P2P_TYPE_ROOT_PORT:
	case P2P_TYPE_SWITCH_UP:
	case P2P_TYPE_SWITCH_DOWN:
	case P2P_TYPE_PCIE_TO_PCI:
	case P2P_TYPE_PCI_TO_PCIE:
		break;
	}
	return P2P_KIND_ENDPOINT;
}

static enum p2p_kind kind_of(const struct topo_build *build, uint32_t i)
{
	const struct p2p_facts *facts = &build->facts[i];
	const struct p2p_node *node = &build->topo->nodes[i];
	enum p2p_kind above = P2P_KIND_UNKNOWN;

	if (node->pf != P2P_NONE)
		return P2P_KIND_VF;
	if (node->parent != P2P_NONE)
		above = (enum p2p_kind)build->topo->nodes[node->parent].kind;
	if (facts->layout == 0 && facts->class_code >> 8 == 0x0600)
		return P2P_KIND_HOST_BRIDGE;
	if (facts->layout == 0)
		return endpoint_kind(facts->type);
	if (facts->layout == 1)
		return port_kind(facts->type, above, node->parent == P2P_NONE);
	return facts->layout == 2 ? P2P_KIND_CARDBUS : P2P_KIND_UNKNOWN;
}

/* A bus above 0 that no bridge leads to is a root bus only if something on it can be on
 * one: a root port, an integrated or a conventional function, or one not known at all.
 * The last two prove nothing where a bridge may be @hidden. */
static bool looks_rooted(const struct topo_build *build, uint32_t i, bool hidden)
{
	const struct p2p_facts *facts = &build->facts[i];

	switch (facts->type) {
	case P2P_TYPE_ROOT_PORT:
	case P2P_TYPE_RCIEP:
	case P2P_TYPE_RCEC:
		return true;
	case P2P_TYPE_NOT_PCIE:
	case P2P_TYPE_UNKNOWN:
		if (!hidden)
			return true;
		break;
	case P2P_TYPE_ENDPOINT:
	case P2P_TYPE_LEGACY_ENDPOINT:
	case P2P_TYPE_SWITCH_UP:
	case P2P_TYPE_SWITCH_DOWN:
	case P2P_TYPE_PCIE_TO_PCI:
	case P2P_TYPE_PCI_TO_PCIE:
		break;
	}
	return facts->class_code >> 8 == 0x0600;
}

/* True if a bridge that is here forwards this bus further down: the next is missing. */
static bool is_forwarded(const struct topo_build *build, const struct p2p_root *root)
{
	for (unsigned bus = 1; bus < root->bus; bus++) {
		uint32_t bridge = p2p_topo_owner(build, root->domain, bus);

		if (bridge != P2P_NONE &&
		    p2p_reg_knows(build->facts[bridge].subordinate, 0xff) &&
		    build->facts[bridge].subordinate.value >= root->bus)
			return true;
	}
	return false;
}

/* True if the bridge that leads to a bus of the PCI domain may be here unseen: functions
 * were lost with damage, or there is one whose bus numbers were not read. @at is where
 * the domain's functions begin, and then where they end. */
static bool may_hide_bridge(const struct topo_build *build, uint32_t domain, uint32_t *at)
{
	const struct p2p_snapshot *snapshot = build->snapshot;
	bool hidden = snapshot->n_damage_seen > 0;

	for (; *at < snapshot->n_functions; ++*at) {
		if (snapshot->functions[*at].bdf.domain > domain)
			break;
		hidden |= build->facts[*at].layout != 0 &&
			  !p2p_reg_knows(build->facts[*at].secondary, 0xff);
	}
	return hidden;
}

static bool is_orphan(const struct topo_build *build, const struct p2p_root *root,
		      bool hidden)
{
	const struct p2p_topo *topo = build->topo;
	bool rooted = root->bus == 0;

	for (uint32_t i = root->first_child; i != P2P_NONE;
	     i = topo->nodes[i].next_sibling) {
		if (build->snapshot->functions[i].above == P2P_ABOVE_ROOT)
			return false;
		if (build->snapshot->functions[i].above == P2P_ABOVE_FUNCTION)
			return true;
		rooted = rooted || looks_rooted(build, i, hidden);
	}
	return !rooted || (root->bus && is_forwarded(build, root));
}

/* By its header; by its class where nothing is known of that. */
static bool is_bridge(const struct p2p_facts *facts)
{
	return facts->layout > 0 ||
	       (facts->layout == P2P_NOT_TOLD && facts->class_code >> 8 == 0x0604);
}

void p2p_topo_name(struct topo_build *build)
{
	struct p2p_topo *topo = build->topo;
	uint32_t at = 0;
	bool hidden = false;

	for (uint32_t n = 0; n < topo->n_nodes; n++) {
		uint32_t i = topo->order[n];
		struct p2p_node *node = &topo->nodes[i];

		node->type = kernel_type(topo, node->parent, build->facts[i].type);
		node->kind = (uint8_t)kind_of(build, i);
		node->bridge = is_bridge(&build->facts[i]) ||
			       node->first_child != P2P_NONE;
	}
	for (uint32_t r = 0; r < topo->n_roots; r++) {
		struct p2p_root *root = &topo->roots[r];

		if (!r || root->domain != root[-1].domain)
			hidden = may_hide_bridge(build, root->domain, &at);
		root->orphan = is_orphan(build, root, hidden);
	}
}
