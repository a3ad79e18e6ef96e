/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ids, classes, drivers and names in, one role a function out: the tables of role_ids.c,
 * and the few rules that look at the functions beside one. */
#include <stdlib.h>
#include <string.h>

#include "core/role_parts.h"

static bool rule_holds(const struct p2p_snapshot *snapshot, const struct p2p_facts *facts,
		       uint32_t i, const struct p2p_role_rule *rule)
{
	const struct p2p_facts *f = &facts[i];
	const char *driver = p2p_snapshot_string(snapshot, snapshot->functions[i].driver);

	if (rule->inferred && p2p_system_told(&snapshot->system))
		return false;
	if (rule->class_mask &&
	    (f->class_code < 0 ||
	     ((uint32_t)f->class_code & rule->class_mask) != rule->class_code))
		return false;
	if (rule->vendor && f->vendor != rule->vendor)
		return false;
	if (rule->last && (f->device < rule->first || f->device > rule->last))
		return false;
	return !rule->driver || !strcmp(rule->driver, driver);
}

const struct p2p_role_rule *p2p_role_rule(const struct p2p_snapshot *snapshot,
					  const struct p2p_facts *facts,
					  uint32_t function)
{
	for (unsigned r = 0; r < p2p_role_n_rules; r++)
		if (rule_holds(snapshot, facts, function, &p2p_role_rules[r]))
			return &p2p_role_rules[r];
	return NULL;
}

const char *p2p_role_name(const struct p2p_snapshot *snapshot, uint32_t function,
			  const char *subsystem)
{
	const struct p2p_function *f = &snapshot->functions[function];
	const char *first = NULL;

	for (uint32_t n = f->first_name; n < f->first_name + f->n_names; n++) {
		const struct p2p_name *entry = &snapshot->names[n];
		const char *name = p2p_snapshot_string(snapshot, entry->name);

		if (!strcmp(p2p_snapshot_string(snapshot, entry->subsystem), subsystem) &&
		    (!first || strcmp(name, first) < 0))
			first = name;
	}
	return first;
}

static bool is_same_device(const struct p2p_snapshot *snapshot, uint32_t a, uint32_t b)
{
	return p2p_bdf_key(snapshot->functions[a].bdf) >> 3 ==
	       p2p_bdf_key(snapshot->functions[b].bdf) >> 3;
}

/* The first function of the device that @i belongs to; the others follow it. */
static uint32_t first_of_device(const struct p2p_snapshot *snapshot, uint32_t i)
{
	while (i && is_same_device(snapshot, i - 1, i))
		i--;
	return i;
}

static bool is_network(const struct p2p_facts *facts)
{
	return facts->class_code >> 16 == 0x02;
}

const char *p2p_role_bond(const struct p2p_snapshot *snapshot,
			  const struct p2p_facts *facts, const struct p2p_topo *topo,
			  uint32_t function)
{
	if (!is_network(&facts[function]) || topo->nodes[function].pf != P2P_NONE)
		return NULL;
	for (uint32_t i = first_of_device(snapshot, function);
	     i < snapshot->n_functions && is_same_device(snapshot, i, function); i++) {
		const char *name = p2p_role_name(snapshot, i, "infiniband");

		if (name && strstr(name, "_bond_") && topo->nodes[i].pf == P2P_NONE)
			return name;
	}
	return NULL;
}

/* A switch's management function beside its upstream port, whoever made it. */
static bool is_beside_switch(const struct p2p_snapshot *snapshot,
			     const struct p2p_facts *facts, const struct p2p_topo *topo,
			     uint32_t function)
{
	int32_t class = facts[function].class_code >> 8;

	if (class != 0x0580 && class != 0x0680 && class != 0x0880)
		return false;
	for (uint32_t i = first_of_device(snapshot, function);
	     i < snapshot->n_functions && is_same_device(snapshot, i, function); i++)
		if (topo->nodes[i].kind == P2P_KIND_SWITCH_UP)
			return true;
	return false;
}

static void find_kind(const struct p2p_snapshot *snapshot, const struct p2p_facts *facts,
		      const struct p2p_topo *topo, uint32_t i, struct p2p_role *role)
{
	const struct p2p_role_rule *rule;

	if (topo->nodes[i].bridge)
		return;
	rule = p2p_role_rule(snapshot, facts, i);
	if (rule) {
		role->kind = rule->role;
		role->assumed = rule->inferred;
	}
	if (p2p_role_name(snapshot, i, "infiniband") ||
	    p2p_role_bond(snapshot, facts, topo, i)) {
		role->kind = P2P_ROLE_RDMA;
		role->assumed = false;
	} else if (is_beside_switch(snapshot, facts, topo, i)) {
		role->kind = P2P_ROLE_SWITCH_MGMT;
	}
}

/* Reports speak of what users move data with. What hangs where a bridge is missing from
 * the capture hangs on no root bus. */
static bool is_peer(const struct p2p_topo *topo, uint32_t i, enum p2p_role_kind kind)
{
	const struct p2p_node *node = &topo->nodes[i];

	if (node->bridge || node->pf != P2P_NONE)
		return false;
	if (node->parent == P2P_NONE && !topo->roots[node->root].orphan)
		return false;
	switch (kind) {
	case P2P_ROLE_BMC:
	case P2P_ROLE_SWITCH_MGMT:
	case P2P_ROLE_NVLINK:
	case P2P_ROLE_SYSTEM:
		return false;
	case P2P_ROLE_OTHER:
	case P2P_ROLE_GPU:
	case P2P_ROLE_ACCEL:
	case P2P_ROLE_RDMA:
	case P2P_ROLE_NIC:
	case P2P_ROLE_NVME:
	case P2P_ROLE_STORAGE:
		break;
	}
	return true;
}

static bool is_endpoint(const struct p2p_facts *facts, const struct p2p_node *node)
{
	int32_t class = facts->class_code >> 8;

	return !node->bridge && class != 0x0600 && class != 0x0601;
}

struct p2p_role *p2p_role_new(const struct p2p_snapshot *snapshot,
			      const struct p2p_facts *facts, const struct p2p_topo *topo)
{
	uint32_t n = snapshot->n_functions;
	struct p2p_role *roles = calloc(n ? n : 1, sizeof(*roles));

	if (!roles)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		find_kind(snapshot, facts, topo, i, &roles[i]);
		roles[i].peer = is_peer(topo, i, (enum p2p_role_kind)roles[i].kind);
		roles[i].endpoint = is_endpoint(&facts[i], &topo->nodes[i]);
	}
	if (p2p_role_label(snapshot, facts, topo, roles)) {
		free(roles);
		return NULL;
	}
	return roles;
}

void p2p_role_free(struct p2p_role *roles)
{
	free(roles);
}
