/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One snapshot in, every stage over it out. */
#include <errno.h>
#include <stdlib.h>

#include <p2ptool/machine.h>

/* Captures tell drivers only if lspci was asked for them. */
static bool tells_drivers(const struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		if (snapshot->functions[i].driver)
			return true;
	return p2p_system_told(&snapshot->system);
}

static int build(struct p2p_machine *machine, const char *kernel, const char *cpu,
		 struct p2p_err *err)
{
	int result;

	machine->facts = p2p_facts_new(machine->snapshot);
	if (machine->facts)
		machine->topo = p2p_topo_new(machine->snapshot, machine->facts);
	if (machine->topo)
		machine->roles =
			p2p_role_new(machine->snapshot, machine->facts, machine->topo);
	if (!machine->roles)
		return p2p_err_set(err, -ENOMEM, "no memory for %u functions",
				   machine->snapshot->n_functions);
	result = p2p_rules_init(machine->snapshot, machine->facts, machine->topo, kernel,
				cpu, &machine->rules, err);
	if (result)
		return result;
	machine->judge = p2p_judge_new(machine->snapshot, machine->facts, machine->topo,
				       &machine->rules);
	if (!machine->judge)
		return p2p_err_set(err, -ENOMEM, "no memory to judge %u functions",
				   machine->snapshot->n_functions);
	return 0;
}

int p2p_machine_new(struct p2p_snapshot *snapshot, const char *kernel, const char *cpu,
		    struct p2p_machine **ret_machine, struct p2p_err *err)
{
	struct p2p_machine *machine = calloc(1, sizeof(*machine));
	int result;

	if (!machine) {
		p2p_snapshot_free(snapshot);
		return p2p_err_set(err, -ENOMEM, "no memory");
	}
	machine->snapshot = snapshot;
	machine->tells_drivers = tells_drivers(snapshot);
	result = build(machine, kernel, cpu, err);
	if (result) {
		p2p_machine_free(machine);
		return result;
	}
	*ret_machine = machine;
	return 0;
}

void p2p_machine_free(struct p2p_machine *machine)
{
	if (!machine)
		return;
	p2p_judge_free(machine->judge);
	p2p_role_free(machine->roles);
	p2p_topo_free(machine->topo);
	p2p_facts_free(machine->facts);
	p2p_snapshot_free(machine->snapshot);
	free(machine);
}
