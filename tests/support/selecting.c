/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A selector is held against the addresses it shall select, or the sentence it shall
 * be refused with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/selecting.h"

/* The addresses of a selection, without PCI domain 0000, separated by spaces. */
void selecting_write(const struct p2p_machine *machine,
		     const struct p2p_selection *selection, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < selection->n_functions; i++) {
		struct p2p_bdf bdf =
			machine->snapshot->functions[selection->functions[i]].bdf;
		char address[P2P_BDF_SIZE];

		p2p_bdf_format(bdf, address);
		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   i ? " " : "",
					   bdf.domain ? address : address + 5);
		assert_true(length < size);
	}
}

void selecting_expect(const struct p2p_machine *machine, const char *selector,
		      const char *addresses)
{
	struct p2p_selection selection = { 0 };
	struct p2p_err err = { "" };
	char text[1024];
	int result = p2p_select(machine, selector, &selection, &err);

	if (result)
		fail_msg("%s: %d: %s", selector, result, err.text);
	assert_string_equal(err.text, "");
	selecting_write(machine, &selection, text, sizeof(text));
	if (strcmp(text, addresses) != 0)
		fail_msg("%s selects\n%s, not\n%s", selector, text, addresses);
	p2p_selection_done(&selection);
}

void selecting_refuse(const struct p2p_machine *machine, const char *selector, int code,
		      const char *sentence)
{
	uint32_t untouched = 42;
	struct p2p_selection selection = { &untouched, 7 };
	struct p2p_err err = { "" };
	int result = p2p_select(machine, selector, &selection, &err);

	if (result != code)
		fail_msg("%s: %d, not %d: %s", selector, result, code, err.text);
	assert_string_equal(err.text, sentence);
	assert_ptr_equal(selection.functions, &untouched);
	assert_int_equal(selection.n_functions, 7);
}
