/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of members that say whose they are. */
#include "io/place.h"

#include "capture.h"

static bool is_same(const char *one, const char *other)
{
	struct p2p_place a = p2p_place_of(one), b = p2p_place_of(other);
	bool same = p2p_place_is_same(a, b);

	assert_int_equal(same, p2p_place_is_same(b, a));
	return same;
}

static void names_of_what_was_printed_are_of_one_machine(void **state)
{
	assert_true(is_same("a/lspci-xxxx", "a/lspci-vvv.txt"));
	assert_true(is_same("a/xxxx", "a/vvv"));
	assert_true(is_same("node1-lspci.txt", "node1-lspci_-nnvv.log.gz"));
	assert_true(is_same("lspci", "lspci"));
}

static void names_that_differ_otherwise_are_not(void **state)
{
	assert_false(is_same("node1.txt", "node2.txt"));
	assert_false(is_same("a/lspci-node1", "a/lspci-node2"));
	assert_false(is_same("a/lspci", "a/lspci-node2"));
	assert_false(is_same("a/lspci.txt", "b/lspci.txt"));
	assert_false(is_same("all/a/lspci.txt", "all/b/lspci.txt"));
	assert_false(is_same("a/lspci.txt", "lspci.txt"));
}

static void a_report_is_of_one_machine(void **state)
{
	static const char sos[] = "x/sos_commands/pci/lspci_-nnvv";

	assert_true(is_same(sos, "x/var/log/nvidia-bug-report.log.gz"));
	assert_true(is_same(sos, "x/proc/cmdline"));
	assert_true(is_same("y/pcie_files/lspci_vv", "y/pcie_files/full_lspci"));
	assert_true(is_same("y/pcie_files/lspci_vv", "y/commands_txt_output/uname"));
	assert_false(is_same(sos, "xy/lspci"));
	assert_false(is_same(sos, "y/sos_commands/pci/lspci_-nnvv"));
	assert_false(is_same(sos, "lspci"));
}

static void a_tree_makes_its_folder_the_one_of_a_machine(void **state)
{
	struct p2p_place tree = p2p_place_of_tree("x/sys");

	assert_true(p2p_place_is_same(tree, p2p_place_of("x/lspci.txt")));
	assert_true(p2p_place_is_same(tree, p2p_place_of("x/proc/cmdline")));
	assert_false(p2p_place_is_same(tree, p2p_place_of("y/lspci.txt")));
	assert_false(p2p_place_is_same(tree, p2p_place_of_tree("y/sys")));
	assert_false(p2p_place_is_same(tree, p2p_place_of_tree("sys")));
	assert_true(p2p_place_is_same(p2p_place_of_tree("sys"), p2p_place_of("a/b")));
	assert_true(p2p_place_is_same(p2p_place_of_tree(""), p2p_place_of_tree("sys")));
	assert_true(p2p_place_is_same(p2p_place_of_tree("x/copy"),
				      p2p_place_of("x/copy/lspci")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_what_was_printed_are_of_one_machine),
		cmocka_unit_test(names_that_differ_otherwise_are_not),
		cmocka_unit_test(a_report_is_of_one_machine),
		cmocka_unit_test(a_tree_makes_its_folder_the_one_of_a_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
