/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A selector in, the addresses that it selects on the example machine out: what a shell
 * calls in place of p2ptool, so that each documented selector has something to select. */
#include <stdio.h>

#include <p2ptool/select.h>

#include "support/table.h"

static int print_selection(const struct p2p_machine *machine, const char *selector)
{
	struct p2p_selection selection = { 0 };
	struct p2p_err err = { "" };
	char address[P2P_BDF_SIZE];

	if (p2p_select(machine, selector, &selection, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	printf("%s:", selector);
	for (uint32_t i = 0; i < selection.n_functions; i++) {
		uint32_t function = selection.functions[i];

		printf(" %s", p2p_bdf_format(machine->snapshot->functions[function].bdf,
					     address));
	}
	printf("\n");
	p2p_selection_done(&selection);
	return 0;
}

int main(int argc, char **argv)
{
	struct p2p_machine *machine = table_example();
	int result = 0;

	for (int i = 1; i < argc; i++)
		result |= print_selection(machine, argv[i]);
	p2p_machine_free(machine);
	return result;
}
