/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of selectors and the sentences for what is no selector. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/selecting.h"

static int setup(void **state)
{
	*state = table_example();
	return 0;
}

static int teardown(void **state)
{
	p2p_machine_free(*state);
	return 0;
}

static void terms_unite_and_parts_narrow(void **state)
{
	selecting_expect(*state, "gpu,rdma",
			 "3c:00.0 3d:00.0 3d:00.1 42:00.0 43:00.0 43:00.1");
	selecting_expect(*state, "gpu+numa=0,rdma+numa=0", "3c:00.0 3d:00.0 3d:00.1");
	selecting_expect(*state, "gpu+numa=0,rdma+numa=0,^mlx5_0", "3c:00.0 3d:00.1");
	selecting_expect(*state, "^mlx5_0,gpu+numa=0,rdma+numa=0", "3c:00.0 3d:00.1");
	selecting_expect(*state, "numa=0+^gpu", "3d:00.0 3d:00.1 3d:00.2 3e:00.0");
	selecting_expect(*state, "nic+^mlx5_0+^numa=1", "3d:00.1");
	selecting_expect(*state, "gpu,gpu0,3c:00.0", "3c:00.0 42:00.0");
	selecting_expect(*state, "nvme,^mlx5_0", "3e:00.0 10000:01:00.0");
}

static void a_caret_before_a_term_takes_the_whole_term(void **state)
{
	selecting_expect(*state, "gpu,^gpu+numa=0", "42:00.0");
	selecting_expect(*state, "rdma,^rdma+^numa=1", "43:00.0 43:00.1");
	selecting_refuse(*state, "^gpu", -EINVAL,
			 "^gpu: nothing to take that from (write all,^gpu)");
	selecting_refuse(*state, "gpu,^gpu", -ENOENT,
			 "gpu,^gpu: the terms with ^ leave nothing");
}

static void a_part_that_names_nothing_is_an_error(void **state)
{
	selecting_refuse(
		*state, "gpux", -ENOENT,
		"gpux: no such function, name or role (nearest: gpu, gpu0, gpu1)");
	selecting_refuse(
		*state, "gpu,mlx5_8", -ENOENT,
		"mlx5_8: no such function, name or role (nearest: mlx5_0, mlx5_1)");
	selecting_refuse(
		*state, "gpu,^mlx5_8", -ENOENT,
		"mlx5_8: no such function, name or role (nearest: mlx5_0, mlx5_1)");
	selecting_refuse(
		*state, "gpu+^numa=7", -ENOENT,
		"numa=7: no function is on that NUMA node, as far as the system told "
		"(nearest: numa=0, numa=1)");
	selecting_refuse(
		*state, "driver=nvdia", -ENOENT,
		"driver=nvdia: no function is bound to that driver (nearest: driver=nvidia)");
	selecting_refuse(
		*state, "3c:00.1", -ENOENT,
		"3c:00.1: no function has that address (nearest: 0000:3c:00.0, 0000:3d:00.1, "
		"0000:3a:00.0)");
	selecting_refuse(*state, "completely-else", -ENOENT,
			 "completely-else: no such function, name or role");
}

static void a_term_that_becomes_empty_names_the_part(void **state)
{
	selecting_refuse(
		*state, "gpu0+numa=1", -ENOENT,
		"numa=1: after this part of the term nothing is left (each part is there, but "
		"not in one function)");
	selecting_refuse(
		*state, "gpu,nvme+^p2pmem+numa=0", -ENOENT,
		"numa=0: after this part of the term nothing is left (each part is there, but "
		"not in one function)");
	selecting_refuse(
		*state, "gpu+^driver=nvidia", -ENOENT,
		"^driver=nvidia: after this part of the term nothing is left (each part is "
		"there, but not in one function)");
}

static void refuse_as_empty(const struct p2p_machine *machine, const char *text)
{
	char sentence[128];

	snprintf(sentence, sizeof(sentence),
		 "%s: a term is empty (one , + or ^ too many)", text);
	selecting_refuse(machine, text, -EINVAL, sentence);
}

static void what_does_not_parse_is_refused(void **state)
{
	selecting_refuse(*state, "", -EINVAL,
			 "the selector is empty (all means every function)");
	refuse_as_empty(*state, "gpu,");
	refuse_as_empty(*state, ",gpu");
	refuse_as_empty(*state, "gpu,,rdma");
	refuse_as_empty(*state, "gpu++rdma");
	refuse_as_empty(*state, "gpu,^");
	refuse_as_empty(*state, "gpu+^");
	selecting_refuse(*state, "^^gpu", -ENOENT,
			 "^gpu: no such function, name or role (nearest: gpu)");
	selecting_refuse(
		*state, "0000", -EINVAL,
		"0000: a number alone is no selector (for a PCI domain write pci-domain=0000)");
	selecting_refuse(
		*state, "3c", -EINVAL,
		"3c: a number alone is no selector (for a bus write 3c:, for a PCI domain "
		"pci-domain=3c)");
	selecting_refuse(*state, "numa=", -EINVAL, "numa=: the value is missing");
	selecting_refuse(*state, "numa=x", -EINVAL,
			 "numa=x: that is not a NUMA node (numa=0; numa=-1 for none)");
	selecting_refuse(*state, "numa=+1", -EINVAL, "numa=: the value is missing");
	selecting_refuse(
		*state, "class=3", -EINVAL,
		"class=3: that is not a class of two, four or six digits (class=0302)");
	selecting_refuse(
		*state, "serial=xyz", -EINVAL,
		"serial=xyz: that is not a serial number (98-51-03-ff-ff-a2-31-4c)");
	selecting_refuse(
		*state, "colour=red", -EINVAL,
		"colour=red: no such key (there are role= class= driver= numa= group= "
		"pci-domain= slot= serial= under= switch= path=)");
	selecting_refuse(
		*state, "@training", -EINVAL,
		"@training: needs the policy file, which this version does not have (name the "
		"functions instead: gpu,rdma)");
}

static void a_selector_has_limits(void **state)
{
	char *text = malloc(P2P_SELECTOR_MAX + 2);
	struct p2p_selection selection = { 0 };
	struct p2p_err err;

	assert_non_null(text);
	memset(text, 'g', P2P_SELECTOR_MAX + 1);
	text[P2P_SELECTOR_MAX + 1] = '\0';
	assert_int_equal(p2p_select(*state, text, &selection, &err), -EINVAL);
	assert_string_equal(err.text, "the selector is longer than 65536 characters");
	text[P2P_SELECTOR_MAX] = '\0';
	assert_int_equal(p2p_select(*state, text, &selection, &err), -EINVAL);
	assert_non_null(strstr(err.text, "longer than any name or path"));
	for (unsigned i = 0; i < P2P_SELECTOR_MAX; i++)
		text[i] = ",gpu0"[(i + 1) % 5];
	assert_int_equal(p2p_select(*state, text, &selection, &err), -EINVAL);
	assert_non_null(strstr(err.text, "more than 4096 parts"));
	text[4096 * 5 - 1] = '\0';
	assert_int_equal(p2p_select(*state, text, &selection, &err), 0);
	assert_int_equal(selection.n_functions, 1);
	p2p_selection_done(&selection);
	free(text);
}

static void any_text_gives_a_selection_or_a_sentence(void **state)
{
	static const char letters[] = "03c:.*,+^=/@_-gpurdmanicvelx5k ";
	uint32_t seed = 20261122;

	for (unsigned n = 0; n < 20000; n++) {
		struct p2p_selection selection = { 0 };
		struct p2p_err err = { "" };
		char text[24];
		unsigned length = 0;

		for (uint32_t i = 0; i < n % sizeof(text); i++) {
			seed = seed * 1664525u + 1013904223u;
			text[length++] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		text[length] = '\0';
		if (p2p_select(*state, text, &selection, &err))
			assert_true(err.text[0] != '\0');
		else
			assert_true(selection.n_functions > 0);
		p2p_selection_done(&selection);
	}
}

static void without_a_selector_peers_are_meant(void **state)
{
	struct p2p_selection selection = { 0 };
	char text[512];

	assert_int_equal(p2p_select_peers(*state, &selection, NULL), 0);
	selecting_write(*state, &selection, text, sizeof(text));
	assert_string_equal(text,
			    "3c:00.0 3d:00.0 3d:00.1 3e:00.0 42:00.0 43:00.0 43:00.1 "
			    "45:00.0 45:00.1 10000:01:00.0");
	p2p_selection_done(&selection);
}

static void an_empty_machine_has_no_peers(void **state)
{
	struct p2p_machine *machine = table_machine(NULL, 0, P2P_UNKNOWN);
	struct p2p_selection selection = { 0 };

	assert_int_equal(p2p_select_peers(machine, &selection, NULL), 0);
	assert_int_equal(selection.n_functions, 0);
	p2p_selection_done(&selection);
	selecting_refuse(
		machine, "all", -ENOENT,
		"all: there is no such function (p2ptool scan --all lists every one)");
	p2p_machine_free(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_unite_and_parts_narrow),
		cmocka_unit_test(a_caret_before_a_term_takes_the_whole_term),
		cmocka_unit_test(a_part_that_names_nothing_is_an_error),
		cmocka_unit_test(a_term_that_becomes_empty_names_the_part),
		cmocka_unit_test(what_does_not_parse_is_refused),
		cmocka_unit_test(a_selector_has_limits),
		cmocka_unit_test(any_text_gives_a_selection_or_a_sentence),
		cmocka_unit_test(without_a_selector_peers_are_meant),
		cmocka_unit_test(an_empty_machine_has_no_peers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
