/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guards of where: ports that lead out of the machine, root ports, and machines or
 * containers that are none. */
#include "core/guard_parts.h"

/* Linux tells it from then on, of every function that hangs on an external-facing port,
 * and of no other. */
#define KERNEL_REMOVABLE P2P_KERNEL(5, 14)

static bool tells_removable(const struct guarding *guarding)
{
	const struct p2p_snapshot *snapshot = guarding->machine->snapshot;
	enum p2p_tri distro = P2P_UNKNOWN;
	struct p2p_rules running = { 0 };

	return p2p_system_told(&snapshot->system) &&
	       !p2p_rules_parse_kernel(p2p_snapshot_string(snapshot,
							   snapshot->system.kernel),
				       &running, &distro, NULL) &&
	       running.kernel >= KERNEL_REMOVABLE;
}

enum p2p_tri p2p_guard_removable(const struct guarding *guarding, uint32_t function)
{
	enum p2p_tri told = guard_function(guarding, function)->removable;

	return told == P2P_UNKNOWN && tells_removable(guarding) ? P2P_NO : told;
}

enum p2p_tri p2p_guard_leads_out(const struct guarding *guarding, uint32_t function,
				 enum p2p_obstacle_kind *ret_kind)
{
	const struct p2p_guard_evidence *evidence = guarding->evidence;

	*ret_kind = P2P_OBSTACLE_EXTERNAL;
	for (uint32_t i = 0; i < evidence->n_external; i++)
		if (evidence->external[i] == function)
			return P2P_YES;
	*ret_kind = P2P_OBSTACLE_THUNDERBOLT;
	return guard_facts(guarding, function)->thunderbolt;
}

/* The nearest port above that leads out; else whether the function itself is one that can
 * be pulled. */
static void look_above(struct guarding *guarding, uint32_t function)
{
	struct p2p_obstacle obstacle = { .function = function, .other = function };
	enum p2p_tri removable = p2p_guard_removable(guarding, function);

	for (; obstacle.other != P2P_NONE;
	     obstacle.other = guard_node(guarding, obstacle.other)->parent) {
		enum p2p_tri is =
			p2p_guard_leads_out(guarding, obstacle.other, &obstacle.kind);

		if (is == P2P_YES) {
			p2p_guard_note(guarding, obstacle);
			return;
		}
		if (is == P2P_UNKNOWN)
			p2p_guard_lack(guarding, P2P_LACK_REMOVABLE, obstacle.other);
	}
	obstacle.kind = P2P_OBSTACLE_REMOVABLE;
	if (removable == P2P_YES)
		p2p_guard_note(guarding, obstacle);
	else if (removable == P2P_UNKNOWN)
		p2p_guard_lack(guarding, P2P_LACK_REMOVABLE, function);
}

void p2p_guard_external(struct guarding *guarding)
{
	for (uint32_t i = 0; i < guard_count(guarding); i++)
		if (guarding->stakes[i].concerned)
			look_above(guarding, i);
}

/* A bridge on a root bus of which no type was read is a root port, most likely. */
void p2p_guard_root_port(struct guarding *guarding)
{
	for (uint32_t i = 0; i < guard_count(guarding); i++) {
		const struct stake *stake = &guarding->stakes[i];
		const struct p2p_node *node = guard_node(guarding, i);
		struct p2p_obstacle obstacle = { .kind = P2P_OBSTACLE_ROOT_PORT,
						 .function = i,
						 .other = P2P_NONE,
						 .bits = stake->off | stake->on };

		if (!stake->opened)
			continue;
		if (node->kind == P2P_KIND_ROOT_PORT)
			p2p_guard_note(guarding, obstacle);
		else if (node->kind == P2P_KIND_UNKNOWN && node->parent == P2P_NONE)
			p2p_guard_lack(guarding, P2P_LACK_IDENTITY, i);
	}
}

static void decide(struct guarding *guarding, enum p2p_tri is,
		   enum p2p_obstacle_kind kind, enum p2p_obstacle_kind lack)
{
	if (is == P2P_YES)
		p2p_guard_note(guarding, (struct p2p_obstacle){ .kind = kind,
								.function = P2P_NONE,
								.other = P2P_NONE });
	else if (is == P2P_UNKNOWN)
		p2p_guard_lack(guarding, lack, P2P_NONE);
}

void p2p_guard_guest(struct guarding *guarding)
{
	decide(guarding, guarding->evidence->guest, P2P_OBSTACLE_GUEST, P2P_LACK_GUEST);
}

/* Root of a user namespace has no journal of the host's either. */
void p2p_guard_container(struct guarding *guarding)
{
	enum p2p_tri own = guarding->machine->snapshot->system.container;

	decide(guarding, own == P2P_YES ? P2P_YES : guarding->evidence->container,
	       P2P_OBSTACLE_CONTAINER, P2P_LACK_CONTAINER);
}

void p2p_guard_lockdown(struct guarding *guarding)
{
	enum p2p_lockdown mode = guarding->evidence->lockdown;

	if (mode == P2P_LOCKDOWN_UNKNOWN)
		p2p_guard_lack(guarding, P2P_LACK_LOCKDOWN, P2P_NONE);
	else if (mode != P2P_LOCKDOWN_NONE)
		p2p_guard_note(guarding,
			       (struct p2p_obstacle){ .kind = P2P_OBSTACLE_LOCKDOWN,
						      .function = P2P_NONE,
						      .other = P2P_NONE,
						      .number = mode });
}
