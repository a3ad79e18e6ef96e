/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guard of disks in use: no port above one gets a control that can stop its requests,
 * and nobody reaches it whom no driver of this kernel commands. */
#include "core/guard_parts.h"

#define STOPS (ACS_SV | ACS_TB | ACS_EC)

/* Whether @function is a stranger: what it sends is not this kernel's. @ret_reason has
 * the kind, a lack when it is not known. */
static enum p2p_tri is_strange(const struct guarding *guarding, uint32_t function,
			       struct p2p_obstacle *ret_reason)
{
	const char *driver = guard_driver(guarding, function);
	enum p2p_tri removable = p2p_guard_removable(guarding, function);
	enum p2p_obstacle_kind kind = P2P_OBSTACLE_DISK_EXTERNAL;
	enum p2p_tri is = removable;

	if (guard_function(guarding, function)->vfio == P2P_YES ||
	    p2p_vfio_gives_away(driver)) {
		kind = P2P_OBSTACLE_DISK_VFIO;
		is = P2P_YES;
	} else if (!*driver && guarding->machine->tells_drivers) {
		kind = P2P_OBSTACLE_DISK_FREE;
		is = P2P_YES;
	} else if (removable != P2P_YES && !*driver) {
		kind = P2P_LACK_DRIVER;
		is = P2P_UNKNOWN;
	} else if (removable == P2P_UNKNOWN) {
		kind = P2P_LACK_REMOVABLE;
	}
	*ret_reason = (struct p2p_obstacle){ .kind = kind,
					     .other = function,
					     .also = *driver ? driver : "VFIO" };
	return is;
}

/* Of a function and its VFs, which send as it does: the strangest. */
static enum p2p_tri has_stranger(const struct guarding *guarding, uint32_t function,
				 struct p2p_obstacle *ret_reason)
{
	const struct p2p_topo *topo = guarding->machine->topo;
	enum p2p_tri all = is_strange(guarding, function, ret_reason);

	for (uint32_t i = 0; topo->nodes[function].n_vfs && i < topo->n_nodes; i++) {
		struct p2p_obstacle reason;
		enum p2p_tri is = topo->nodes[i].pf == function ?
					  is_strange(guarding, i, &reason) :
					  P2P_NO;

		if (is > all || (is == P2P_UNKNOWN && all == P2P_NO)) {
			*ret_reason = reason;
			all = is == P2P_YES ? P2P_YES : P2P_UNKNOWN;
		}
	}
	return all;
}

static void look_above(struct guarding *guarding, const struct p2p_disk *disk)
{
	uint32_t port = guard_turned(guarding, disk->function, 0, STOPS);

	if (port != P2P_NONE)
		p2p_guard_note(guarding,
			       (struct p2p_obstacle){ .kind = P2P_OBSTACLE_DISK_PORT,
						      .function = disk->function,
						      .other = port,
						      .bits = guarding->stakes[port].on &
							      STOPS,
						      .use = disk->use,
						      .text = disk->text,
						      .also = disk->name });
}

static void note_stranger(struct guarding *guarding, const struct p2p_disk *disk,
			  uint32_t from)
{
	struct p2p_obstacle reason;
	enum p2p_tri is = has_stranger(guarding, from, &reason);

	reason.function = disk->function;
	reason.use = disk->use;
	reason.text = disk->text;
	if (is == P2P_YES)
		p2p_guard_note(guarding, reason);
	else if (is == P2P_UNKNOWN)
		p2p_guard_lack(guarding, reason.kind, reason.other);
}

/* Pairs are of PFs, also where the disk hangs on a VF, unless that is a member. */
static void look_for_strangers(struct guarding *guarding)
{
	const struct p2p_guard_evidence *evidence = guarding->evidence;
	const struct p2p_plan *plan = guarding->plan;

	for (uint32_t i = 0; i < plan->n_changed; i++) {
		const struct p2p_plan_pair *pair = &plan->pairs[i];
		uint32_t to = guard_physical(guarding, pair->to);

		for (uint32_t k = 0;
		     pair->more && guarding->stakes[to].has_disk && k < evidence->n_disks;
		     k++) {
			const struct p2p_disk *disk = &evidence->disks[k];

			if (disk->function == pair->to ||
			    guard_physical(guarding, disk->function) == pair->to)
				note_stranger(guarding, disk, pair->from);
		}
	}
}

/* What no disk hangs on, whatever is not known of disks. */
static bool may_have_disk(const struct guarding *guarding, uint32_t function)
{
	switch ((enum p2p_role_kind)guarding->machine->roles[function].kind) {
	case P2P_ROLE_GPU:
	case P2P_ROLE_ACCEL:
	case P2P_ROLE_RDMA:
	case P2P_ROLE_NIC:
	case P2P_ROLE_NVLINK:
	case P2P_ROLE_SWITCH_MGMT:
	case P2P_ROLE_BMC:
		return false;
	case P2P_ROLE_OTHER:
	case P2P_ROLE_NVME:
	case P2P_ROLE_STORAGE:
	case P2P_ROLE_SYSTEM:
		break;
	}
	return !guard_node(guarding, function)->bridge;
}

/* Without knowing the disks: a plan that could harm none passes all the same. */
static void look_without_list(struct guarding *guarding)
{
	const struct p2p_plan *plan = guarding->plan;
	struct p2p_obstacle reason;

	for (uint32_t i = 0; i < guard_count(guarding); i++)
		if (may_have_disk(guarding, i) &&
		    guard_turned(guarding, i, 0, STOPS) != P2P_NONE)
			p2p_guard_lack(guarding, P2P_LACK_DISKS, i);
	for (uint32_t i = 0; i < plan->n_changed; i++)
		if (plan->pairs[i].more && may_have_disk(guarding, plan->pairs[i].to) &&
		    has_stranger(guarding, plan->pairs[i].from, &reason) != P2P_NO)
			p2p_guard_lack(guarding, P2P_LACK_DISKS, plan->pairs[i].to);
}

void p2p_guard_boot_disk(struct guarding *guarding)
{
	const struct p2p_guard_evidence *evidence = guarding->evidence;

	for (uint32_t i = 0; i < evidence->n_disks; i++)
		look_above(guarding, &evidence->disks[i]);
	look_for_strangers(guarding);
	if (!evidence->knows_disks)
		look_without_list(guarding);
}
