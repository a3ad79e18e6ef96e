/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guards of what VFIO isolates: a group that a guest has keeps its isolation in name
 * only when registers change below it (a guest's address inside a switch's window goes to
 * the peer instead of the IOMMU). */
#include <string.h>

#include "core/guard_parts.h"

void p2p_guard_vfio(struct guarding *guarding)
{
	for (uint32_t i = 0; i < guard_count(guarding); i++) {
		const struct stake *stake = &guarding->stakes[i];
		struct p2p_obstacle reason;
		enum p2p_tri is;

		if (!stake->concerned && !stake->below)
			continue;
		is = p2p_guard_reserved(guarding, i, &reason);
		if (is == P2P_YES)
			p2p_guard_note(guarding, reason);
		else if (is == P2P_UNKNOWN)
			p2p_guard_lack(guarding, reason.kind, i);
	}
}

/* Whether some function of this machine is VFIO's or to be so. Where that is not known,
 * @ret_lack says why. */
static enum p2p_tri has_vfio(const struct guarding *guarding,
			     struct p2p_obstacle *ret_lack)
{
	enum p2p_tri has = P2P_NO;

	for (uint32_t i = 0; i < guard_count(guarding); i++) {
		struct p2p_obstacle reason;
		enum p2p_tri is = p2p_guard_reserved(guarding, i, &reason);

		if (is == P2P_YES)
			return P2P_YES;
		if (is == P2P_UNKNOWN && has == P2P_NO) {
			has = P2P_UNKNOWN;
			*ret_lack = reason;
		}
	}
	return has;
}

static bool is_identity(const struct guarding *guarding, uint32_t function)
{
	const struct p2p_snapshot *snapshot = guarding->machine->snapshot;
	p2p_string type = guard_function(guarding, function)->group_type;

	return type && !strcmp(p2p_snapshot_string(snapshot, type), "identity");
}

/* YES: two live groups, of which one is translated, as one whose type is not told may
 * be. */
static enum p2p_tri bridges(const struct guarding *guarding, uint32_t from, uint32_t to)
{
	int32_t a = guard_function(guarding, from)->group;
	int32_t b = guard_function(guarding, to)->group;
	p2p_string type = guard_function(guarding, from)->group_type;
	p2p_string other = guard_function(guarding, to)->group_type;

	if (a == -1 || b == -1 || (a == b && a >= 0))
		return P2P_NO;
	if (is_identity(guarding, from) && is_identity(guarding, to))
		return P2P_NO;
	if (a == P2P_NOT_TOLD || b == P2P_NOT_TOLD)
		return P2P_UNKNOWN;
	if ((type && !is_identity(guarding, from)) ||
	    (other && !is_identity(guarding, to)))
		return P2P_YES;
	return P2P_UNKNOWN;
}

static bool keep_worse(const struct guarding *guarding, uint32_t from, uint32_t to,
		       enum p2p_tri *all, struct p2p_obstacle *ret_bridged)
{
	enum p2p_tri is = bridges(guarding, from, to);

	if (is == P2P_NO || (is == P2P_UNKNOWN && *all != P2P_NO))
		return false;
	*ret_bridged = (struct p2p_obstacle){
		.kind = P2P_OBSTACLE_BRIDGED,
		.function = from,
		.other = to,
		.number = (uint64_t)guard_function(guarding, from)->group,
		.limit = (uint64_t)guard_function(guarding, to)->group,
	};
	*all = is;
	return is == P2P_YES;
}

/* Whoever reaches a PF reaches its VFs, whose groups are their own. */
static enum p2p_tri bridges_any(const struct guarding *guarding, uint32_t from,
				uint32_t to, struct p2p_obstacle *ret_bridged)
{
	const struct p2p_topo *topo = guarding->machine->topo;
	bool have_vfs = topo->nodes[from].n_vfs || topo->nodes[to].n_vfs;
	enum p2p_tri all = P2P_NO;

	if (keep_worse(guarding, from, to, &all, ret_bridged))
		return all;
	for (uint32_t i = 0; have_vfs && i < topo->n_nodes; i++)
		if ((topo->nodes[i].pf == from &&
		     keep_worse(guarding, i, to, &all, ret_bridged)) ||
		    (topo->nodes[i].pf == to &&
		     keep_worse(guarding, from, i, &all, ret_bridged)))
			return all;
	return all;
}

/* Of two directions that both open, the second adds nothing. */
static bool is_news(const struct p2p_plan *plan, const struct p2p_plan_pair *pair)
{
	const struct p2p_plan_pair *reverse;

	if (!(pair->more & GUARD_PLAIN))
		return false;
	reverse = p2p_plan_find_pair(plan, pair->to, pair->from);
	return pair->from < pair->to || !reverse || !(reverse->more & GUARD_PLAIN);
}

/* A translated request went through the IOMMU before: groups stay apart for it. */
void p2p_guard_groups(struct guarding *guarding)
{
	const struct p2p_plan *plan = guarding->plan;
	struct p2p_obstacle lack = { 0 };
	enum p2p_tri has;

	if (guarding->machine->snapshot->system.iommu == P2P_IOMMU_OFF)
		return;
	has = has_vfio(guarding, &lack);
	for (uint32_t i = 0; i < plan->n_changed; i++) {
		const struct p2p_plan_pair *pair = &plan->pairs[i];
		struct p2p_obstacle bridged;
		enum p2p_tri is = P2P_NO;

		if (is_news(plan, pair))
			is = bridges_any(guarding, pair->from, pair->to, &bridged);
		if (is == P2P_NO)
			continue;
		if (is == P2P_YES && has == P2P_YES)
			p2p_guard_note(guarding, bridged);
		else if (is == P2P_YES)
			p2p_guard_warn(guarding, bridged);
		else if (has != P2P_NO)
			p2p_guard_lack(guarding, P2P_LACK_GROUP, bridged.function);
		if (has == P2P_UNKNOWN)
			p2p_guard_lack(guarding, lack.kind, lack.function);
	}
}
