/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures in, a line each out: path, functions, bridges, upstream ports, downstream
 * ports, functions with ACS, and what was refused. Tabs between them. */
#include <stdio.h>

#include <p2ptool/machine.h>
#include <p2ptool/source.h>

static void count(const char *path, const struct p2p_machine *machine)
{
	uint32_t n = machine->topo->n_nodes, bridges = 0, up = 0, down = 0, acs = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct p2p_facts *facts = &machine->facts[i];

		bridges += facts->layout > 0;
		up += facts->type == P2P_TYPE_SWITCH_UP;
		down += facts->type == P2P_TYPE_SWITCH_DOWN;
		acs += facts->acs.regs.present == P2P_YES;
	}
	printf("%s\t%u\t%u\t%u\t%u\t%u\t\n", path, n, bridges, up, down, acs);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct p2p_snapshot *snapshot = NULL;
		struct p2p_machine *machine = NULL;
		struct p2p_err err = { "" };

		if (p2p_source_file(argv[i], &snapshot, &err) ||
		    p2p_machine_new(snapshot, NULL, NULL, &machine, &err)) {
			printf("%s\t\t\t\t\t\t%s\n", argv[i], err.text);
			continue;
		}
		count(argv[i], machine);
		p2p_machine_free(machine);
	}
	return 0;
}
