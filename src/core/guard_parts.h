/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the guards share: who is concerned by a plan, which bits turn, and the list of
 * obstacles. */
#ifndef P2PTOOL_CORE_GUARD_PARTS_H
#define P2PTOOL_CORE_GUARD_PARTS_H

#include <p2ptool/guard.h>

#include "core/regs.h"

/* What a plan does to one function. */
struct stake {
	bool concerned;   /* a member or bystander, its VFs included */
	bool below;       /* at or below a register that is written */
	uint32_t on, off; /* ACS bits that some write turns */
	bool ec_alone;    /* some write leaves EC on with RR off */
	bool opened;      /* some write lets more pass */
	bool has_disk;    /* a disk in use hangs on it */
};

struct guarding {
	const struct p2p_machine *machine;
	const struct p2p_plan *plan;
	const struct p2p_guard_evidence *evidence;
	struct p2p_guards *guards;
	struct p2p_guard_result *result; /* of the guard that looks */
	uint32_t capacity;               /* of the obstacles */
	struct stake *stakes;            /* by function */
	bool refuses, lacks;             /* the guard that looks */
	int failure;                     /* the first one, of memory */
};

/* guard.c: notes what speaks against the plan; lacks once a kind. */
void p2p_guard_note(struct guarding *guarding, struct p2p_obstacle obstacle);
void p2p_guard_lack(struct guarding *guarding, enum p2p_obstacle_kind kind,
		    uint32_t function);
/* The same, of what only warns. */
void p2p_guard_warn(struct guarding *guarding, struct p2p_obstacle obstacle);

/* guard_reserved.c: whether somebody outside of the kernel has the function, or is to
 * have it; the first reason that is found. */
enum p2p_tri p2p_guard_reserved(const struct guarding *guarding, uint32_t function,
				struct p2p_obstacle *ret_reason);

/* guard_vfio.c, guard_svm.c, guard_use.c, guard_disk.c, guard_link.c, guard_place.c */
typedef void guard_look(struct guarding *guarding);
guard_look p2p_guard_vfio, p2p_guard_groups, p2p_guard_apu, p2p_guard_svm,
	p2p_guard_in_use, p2p_guard_boot_disk, p2p_guard_mps, p2p_guard_errata,
	p2p_guard_containment, p2p_guard_external, p2p_guard_root_port, p2p_guard_guest,
	p2p_guard_container, p2p_guard_lockdown;

/* guard_place.c: whether the function hangs on a port that leads out of the machine. */
enum p2p_tri p2p_guard_removable(const struct guarding *guarding, uint32_t function);

/* guard_place.c: whether the function is a port that leads out, or of a controller of
 * such; which of the two is @ret_kind. */
enum p2p_tri p2p_guard_leads_out(const struct guarding *guarding, uint32_t function,
				 enum p2p_obstacle_kind *ret_kind);

static inline const struct p2p_facts *guard_facts(const struct guarding *guarding,
						  uint32_t function)
{
	return &guarding->machine->facts[function];
}

static inline const struct p2p_node *guard_node(const struct guarding *guarding,
						uint32_t function)
{
	return &guarding->machine->topo->nodes[function];
}

static inline const struct p2p_function *guard_function(const struct guarding *guarding,
							uint32_t function)
{
	return &guarding->machine->snapshot->functions[function];
}

static inline const char *guard_driver(const struct guarding *guarding, uint32_t function)
{
	return p2p_snapshot_string(guarding->machine->snapshot,
				   guard_function(guarding, function)->driver);
}

static inline uint32_t guard_count(const struct guarding *guarding)
{
	return guarding->machine->snapshot->n_functions;
}

/* The function itself, of a VF its PF. */
static inline uint32_t guard_physical(const struct guarding *guarding, uint32_t function)
{
	uint32_t pf = guard_node(guarding, function)->pf;

	return pf == P2P_NONE ? function : pf;
}

/* The nearest function, from @function upward, of which a write turns @off off or @on
 * on; P2P_NONE for none. */
static inline uint32_t guard_turned(const struct guarding *guarding, uint32_t function,
				    uint32_t off, uint32_t on)
{
	while (function != P2P_NONE && !(guarding->stakes[function].off & off) &&
	       !(guarding->stakes[function].on & on))
		function = guard_node(guarding, function)->parent;
	return function;
}

/* Whether who holds such a file has the device outside of the kernel. */
static inline bool guard_gives_away(enum p2p_held what)
{
	switch (what) {
	case P2P_HELD_VFIO_GROUP:
	case P2P_HELD_VFIO_DEVICE:
	case P2P_HELD_UIO:
		return true;
	case P2P_HELD_NVIDIA:
	case P2P_HELD_KFD:
	case P2P_HELD_RENDER:
	case P2P_HELD_UVERBS:
		break;
	}
	return false;
}

/* Bits 1 << enum p2p_tlp of requests by address that the IOMMU did not translate. */
#define GUARD_PLAIN (1u << P2P_TLP_WRITE | 1u << P2P_TLP_READ)
#define GUARD_READS (1u << P2P_TLP_READ | 1u << P2P_TLP_TRANSLATED_READ)

#endif
