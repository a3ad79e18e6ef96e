/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guard of what is in use: routes that change under a running job may reorder or lose
 * what is under way. A bound driver alone is no job. */
#include <string.h>

#include "core/guard_parts.h"

#define VENDOR_ATI    0x1002
#define VENDOR_NVIDIA 0x10de

/* Services that hold every GPU while nobody computes, cut as the kernel cuts names. */
static bool is_idle_service(const char *name)
{
	static const char *const services[] = { "nvidia-persistenced", "nv-hostengine",
						"nv-fabricmanager" };

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (!strncmp(name, services[i], P2P_GUARD_NAME_SIZE - 1))
			return true;
	return false;
}

/* Of a device file that stands for no certain function: whose it may be. */
static bool may_be_of(const struct guarding *guarding, enum p2p_held what,
		      uint32_t function)
{
	enum p2p_role_kind role =
		(enum p2p_role_kind)guarding->machine->roles[function].kind;
	int32_t vendor = guard_facts(guarding, function)->vendor;
	bool computes = role == P2P_ROLE_GPU || role == P2P_ROLE_ACCEL;

	switch (what) {
	case P2P_HELD_NVIDIA:
		return computes && (vendor == VENDOR_NVIDIA || vendor == P2P_NOT_TOLD);
	case P2P_HELD_KFD:
		return computes && (vendor == VENDOR_ATI || vendor == P2P_NOT_TOLD);
	case P2P_HELD_RENDER:
		return computes;
	case P2P_HELD_UVERBS:
		return role == P2P_ROLE_RDMA;
	case P2P_HELD_VFIO_GROUP:
	case P2P_HELD_VFIO_DEVICE:
	case P2P_HELD_UIO:
		break;
	}
	return false;
}

static bool is_concerned(const struct guarding *guarding, const struct p2p_holder *holder,
			 uint32_t *ret_function)
{
	*ret_function = holder->function;
	if (holder->function != P2P_NONE)
		return guarding->stakes[holder->function].concerned &&
		       !guard_gives_away(holder->what);
	for (uint32_t i = 0; i < guard_count(guarding); i++)
		if (guarding->stakes[i].concerned && may_be_of(guarding, holder->what, i))
			return true;
	return false;
}

static void look_for_holders(struct guarding *guarding)
{
	const struct p2p_guard_evidence *evidence = guarding->evidence;

	for (uint32_t i = 0; i < evidence->n_holders; i++) {
		const struct p2p_holder *holder = &evidence->holders[i];
		struct p2p_obstacle held = { .kind = P2P_OBSTACLE_HELD,
					     .other = P2P_NONE,
					     .number = holder->pid,
					     .text = holder->name,
					     .also = holder->path };

		if (!is_idle_service(holder->name) &&
		    is_concerned(guarding, holder, &held.function))
			p2p_guard_note(guarding, held);
	}
	if (!evidence->knows_holders)
		p2p_guard_lack(guarding, P2P_LACK_HOLDERS, P2P_NONE);
}

static void look_for_memory(struct guarding *guarding, uint32_t function)
{
	const struct p2p_p2pmem *memory = &guard_function(guarding, function)->p2pmem;
	struct p2p_obstacle obstacle = { .kind = P2P_OBSTACLE_P2PMEM,
					 .function = function,
					 .other = P2P_NONE,
					 .number = memory->size - memory->available };

	if (memory->present == P2P_YES && memory->available < memory->size)
		p2p_guard_note(guarding, obstacle);
	else if (memory->present == P2P_UNKNOWN &&
		 !p2p_system_told(&guarding->machine->snapshot->system))
		p2p_guard_lack(guarding, P2P_LACK_P2PMEM, function);
}

void p2p_guard_in_use(struct guarding *guarding)
{
	look_for_holders(guarding);
	for (uint32_t i = 0; i < guard_count(guarding); i++)
		if (guarding->stakes[i].concerned && !guard_node(guarding, i)->bridge)
			look_for_memory(guarding, i);
}
