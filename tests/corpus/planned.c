/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures in; every mode is planned for all functions of each, then for its peers. A line
 * each out: path, functions, plans, writes, refusals. Exits 1 when a plan breaks its word:
 * writes beside refusals, bits outside of the mask, or phases out of order; and when a
 * guard passes what a capture cannot tell. */
#include <stdio.h>
#include <stdlib.h>

#include <p2ptool/guard.h>
#include <p2ptool/machine.h>
#include <p2ptool/plan.h>
#include <p2ptool/source.h>

struct tally {
	uint32_t plans, writes, refusals, broken;
};

static void look(const struct p2p_plan *plan, struct tally *tally)
{
	tally->plans++;
	tally->writes += plan->n_ops;
	tally->refusals += plan->n_refusals;
	tally->broken += plan->n_ops && plan->n_refusals;
	for (uint32_t i = 0; i < plan->n_ops; i++) {
		const struct p2p_plan_op *op = &plan->ops[i];

		tally->broken += (op->old ^ op->new) != op->mask || !op->mask ||
				 (i && op->phase < plan->ops[i - 1].phase);
	}
}

/* Who has a device open, whether this is the machine itself: no capture of registers
 * tells. */
#define UNTOLD                                                                        \
	(1u << P2P_GUARD_IN_USE | 1u << P2P_GUARD_GUEST | 1u << P2P_GUARD_CONTAINER | \
	 1u << P2P_GUARD_LOCKDOWN)
#define ALL ((1u << P2P_GUARDS) - 1)

/* What a guard says rests on what it lists. */
static bool is_founded(const struct p2p_guards *guards, unsigned guard)
{
	const struct p2p_guard_result *result = &guards->results[guard];
	bool has_lack = false, has_obstacle = false;

	for (uint32_t i = 0; i < result->n_obstacles; i++) {
		uint32_t at = result->first_obstacle + i;

		if (p2p_obstacle_is_lack(guards->obstacles[at].kind))
			has_lack = true;
		else
			has_obstacle = true;
	}
	switch (result->verdict) {
	case P2P_GUARD_CANNOT_TELL:
		return has_lack;
	case P2P_GUARD_PASS:
		return !has_lack;
	case P2P_GUARD_REFUSE:
		return has_obstacle;
	case P2P_GUARD_ALLOWED:
		return has_lack || has_obstacle;
	}
	return false;
}

static void guard_with(const struct p2p_machine *machine, const struct p2p_plan *plan,
		       unsigned allowed, struct tally *tally)
{
	unsigned wanted = plan->n_ops ? UNTOLD : 0;
	struct p2p_guards *guards = NULL;

	if (p2p_guards_new(machine, plan, NULL, allowed, &guards, NULL)) {
		tally->broken++;
		return;
	}
	tally->broken += (p2p_guards_that(guards, P2P_GUARD_PASS) & wanted) != 0;
	tally->broken += !plan->n_ops && p2p_guards_that(guards, P2P_GUARD_PASS) != ALL;
	tally->broken += allowed && p2p_guards_refuse(guards);
	tally->broken += (p2p_guards_that(guards, P2P_GUARD_ALLOWED) & ~allowed) != 0;
	for (unsigned i = 0; i < P2P_GUARDS; i++)
		tally->broken += !is_founded(guards, i);
	p2p_guards_free(guards);
}

static void plan_with(const struct p2p_machine *machine,
		      const struct p2p_plan_options *options, struct tally *tally)
{
	struct p2p_plan *plan = NULL;

	if (p2p_plan_new(machine, options, &plan, NULL)) {
		tally->broken++;
		return;
	}
	look(plan, tally);
	guard_with(machine, plan, 0, tally);
	guard_with(machine, plan, ALL, tally);
	p2p_plan_free(plan);
}

static void plan_all_modes(const struct p2p_machine *machine, const uint32_t *members,
			   uint32_t n, struct tally *tally)
{
	static const uint32_t vector[P2P_PLAN_WORDS] = { 2 };
	struct p2p_plan_options options = { .members = members,
					    .n_members = n,
					    .initiators = members,
					    .n_initiators = n / 2,
					    .vector = vector,
					    .set = 0x24,
					    .clear = 0x48 };

	for (int mode = P2P_PLAN_CLEAR; mode <= P2P_PLAN_SET; mode++) {
		options.mode = (enum p2p_plan_mode)mode;
		plan_with(machine, &options, tally);
	}
	options.mode = P2P_PLAN_CLEAR;
	for (int scope = P2P_SCOPE_TURN; scope <= P2P_SCOPE_SWITCH; scope++) {
		options.scope = (enum p2p_plan_scope)scope;
		plan_with(machine, &options, tally);
	}
}

static int plan_capture(const char *path, const struct p2p_machine *machine)
{
	uint32_t n = machine->topo->n_nodes, n_peers = 0;
	uint32_t *members = malloc((n + 1u) * sizeof(*members));
	struct tally tally = { 0 };

	if (!members)
		return 1;
	for (uint32_t i = 0; i < n; i++)
		members[i] = i;
	plan_all_modes(machine, members, n, &tally);
	for (uint32_t i = 0; i < n; i++)
		if (machine->roles[i].peer)
			members[n_peers++] = i;
	plan_all_modes(machine, members, n_peers, &tally);
	free(members);
	printf("%s\t%u\t%u\t%u\t%u\t%u\n", path, n, tally.plans, tally.writes,
	       tally.refusals, tally.broken);
	return tally.broken != 0;
}

int main(int argc, char **argv)
{
	int result = 0;

	for (int i = 1; i < argc; i++) {
		struct p2p_snapshot *snapshot = NULL;
		struct p2p_machine *machine = NULL;
		struct p2p_err err = { "" };

		if (p2p_source_file(argv[i], &snapshot, &err) ||
		    p2p_machine_new(snapshot, NULL, NULL, &machine, &err))
			continue;
		result |= plan_capture(argv[i], machine);
		p2p_machine_free(machine);
	}
	return result;
}
