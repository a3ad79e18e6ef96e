/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Live groups beside predicted ones: whether they are equal, and what explains each
 * function that is not where it was predicted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/grouped.h"

#define LIVE_MAX 16
#define NO_GROUP (-1)
#define UNTOLD   P2P_NOT_TOLD

/* What the system tells, by handle. */
static struct {
	int32_t live[LIVE_MAX];
	const char *cmdline; /* NULL: not told */
	int vmd; /* the VMD function of the functions in other domains, or 0 */
	struct p2p_group_diff *diff;
} told;

static void tell(struct said *said, struct p2p_snapshot *snapshot)
{
	for (int i = 0; i < build_count(said->b) && i < LIVE_MAX; i++) {
		struct p2p_function *function;

		if (build_place(said->b, i).host || build_place(said->b, i).hidden)
			continue;
		function = &snapshot->functions[build_index(said->b, i, snapshot)];
		function->group = told.live[i];
		if (told.vmd && function->bdf.domain) {
			function->is_behind_vmd = P2P_YES;
			function->vmd = build_bdf(said->b, told.vmd);
		}
	}
	snapshot->system.has_cmdline = p2p_tri_of(told.cmdline);
	if (told.cmdline)
		snapshot->system.cmdline =
			p2p_snapshot_keep(snapshot, told.cmdline, strlen(told.cmdline));
}

static int setup(void **state)
{
	struct grouped *g;

	grouped_setup(state);
	g = *state;
	g->said->tell = tell;
	g->requested = P2P_YES;
	memset(&told, 0, sizeof(told));
	for (int i = 0; i < LIVE_MAX; i++)
		told.live[i] = UNTOLD;
	return 0;
}

static int teardown(void **state)
{
	p2p_group_diff_free(told.diff);
	return grouped_teardown(state);
}

#define DIFF(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct p2p_group_diff *compare(struct grouped *g)
{
	const struct p2p_groups *groups = grouped_make(g);
	const struct p2p_machine *machine = g->said->machine;
	struct p2p_group_rules rules = { .rules = machine->rules,
					 .rule = g->rule,
					 .requested = g->requested,
					 .ivrs = g->ivrs,
					 .ivrs_told = g->ivrs_told,
					 .override = g->override };

	p2p_group_diff_free(told.diff);
	told.diff = p2p_group_diff_new(machine->snapshot, machine->facts, machine->topo,
				       &rules, groups);
	assert_non_null(told.diff);
	return told.diff;
}

static void assert_cause(const struct grouped *g, int function,
			 enum p2p_group_cause cause)
{
	const struct p2p_group_diff *diff = told.diff;

	for (uint32_t i = 0; i < diff->n_differences; i++)
		if (diff->differences[i].function == said_index(g->said, function)) {
			assert_int_equal(diff->differences[i].cause, cause);
			assert_int_equal(diff->differences[i].live, told.live[function]);
			return;
		}
	fail_msg("handle %d is as predicted", function);
}

static void without_live_groups_nothing_is_known(void **state)
{
	struct grouped *g = *state;

	grouped_port(g, build_host(g->b, 0, 0), ISOLATING);
	compare(g);
	assert_int_equal(told.diff->equal, P2P_UNKNOWN);
	assert_int_equal(told.diff->n_live, 0);
	assert_int_equal(told.diff->n_without, 0);
	assert_int_equal(told.diff->n_differences, 0);
}

static void numbers_mean_nothing_who_is_with_whom_does(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = grouped_port(g, host, NO_ACS);
	int other = grouped_port(g, host, ISOLATING);

	told.live[port] = told.live[port + 1] = 7;
	told.live[other] = 0;
	told.live[other + 1] = 3;
	compare(g);
	assert_int_equal(told.diff->equal, P2P_YES);
	assert_int_equal(told.diff->n_live, 4);
	assert_int_equal(told.diff->n_differences, 0);
	for (uint32_t i = 0; i < g->groups->n_groups; i++)
		assert_int_equal(told.diff->by_group[i], 1);
	told.live[other + 1] = 0;
	compare(g);
	assert_int_equal(told.diff->equal, P2P_NO);
	assert_int_equal(told.diff->n_differences, 2);
	assert_int_equal(told.diff->by_group[g->groups->of[said_index(g->said, port)]],
			 1);
	assert_int_equal(told.diff->by_group[g->groups->of[said_index(g->said, other)]],
			 0);
}

static void functions_without_a_group_are_left_out(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = grouped_port(g, host, NO_ACS);
	int other = grouped_port(g, host, ISOLATING);

	told.live[port + 1] = 7;
	told.live[port] = NO_GROUP;
	told.live[other] = 0;
	compare(g);
	assert_int_equal(told.diff->equal, P2P_YES);
	assert_int_equal(told.diff->n_live, 2);
	assert_int_equal(told.diff->n_without, 1);
	assert_int_equal(
		told.diff->by_group[g->groups->of[said_index(g->said, other + 1)]], 0);
}

static void registers_that_a_boot_programs_otherwise_were_written_since(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), 0);

	told.live[port] = 0;
	told.live[port + 1] = 1;
	compare(g);
	assert_int_equal(told.diff->equal, P2P_NO);
	assert_cause(g, port, P2P_CAUSE_REGISTERS);
	assert_cause(g, port + 1, P2P_CAUSE_REGISTERS);
}

static void a_boot_with_the_machines_own_words_counts(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);

	/* Now all is on; the boot left redirect off. */
	told.cmdline = "\"pci=config_acs=0000000@pci:0:0\"";
	told.live[port] = told.live[port + 1] = 0;
	compare(g);
	assert_cause(g, port, P2P_CAUSE_REGISTERS);
	/* Without those words it was made before ACS was on. */
	told.cmdline = "quiet";
	compare(g);
	assert_cause(g, port, P2P_CAUSE_EARLY);
	assert_cause(g, port + 1, P2P_CAUSE_EARLY);
}

static void ports_without_acs_that_are_apart_are_overridden(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	told.live[port] = 0;
	told.live[port + 1] = 1;
	told.cmdline = "pcie_acs_override=downstream";
	compare(g);
	assert_cause(g, port + 1, P2P_CAUSE_OVERRIDE);
	/* Without a command line it may have been so, */
	told.cmdline = NULL;
	compare(g);
	assert_cause(g, port + 1, P2P_CAUSE_OVERRIDE);
	/* with another it was not. */
	told.cmdline = "pcie_acs_override=multifunction";
	compare(g);
	assert_cause(g, port + 1, P2P_CAUSE_UNEXPLAINED);
}

static void chipset_ports_that_are_together_were_not_isolated(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	build_ids(g->b, port, 0x8086, 0x1c10);
	told.live[port] = told.live[port + 1] = 0;
	compare(g);
	assert_cause(g, port, P2P_CAUSE_QUIRK);
	g->requested = P2P_NO;
	told.live[port + 1] = 1;
	compare(g);
	/* A boot would ask for it: the first supposition counts. */
	assert_cause(g, port, P2P_CAUSE_REGISTERS);
}

static void southbridges_depend_on_the_iommu_that_firmware_describes(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0);
	int first = build_endpoint(g->b, host, P2P_TYPE_NOT_PCIE, 0x0c0500);
	int second = build_sibling(g->b, first);

	build_ids(g->b, first, 0x1002, 0x4385);
	build_ids(g->b, second, 0x1002, 0x439c);
	g->ivrs = P2P_NO;
	told.live[first] = 0;
	told.live[second] = 1;
	compare(g);
	assert_cause(g, first, P2P_CAUSE_QUIRK);
	assert_cause(g, second, P2P_CAUSE_QUIRK);
}

static void what_is_apart_behind_vmd_is_vmds(void **state)
{
	struct grouped *g = *state;
	int vmd = build_endpoint(g->b, build_host(g->b, 0, 0), P2P_TYPE_RCIEP, 0x010400);
	int port = grouped_port(g, build_host(g->b, 0x10000, 0), ISOLATING);

	build_ids(g->b, vmd, 0x8086, 0x28c0);
	told.vmd = vmd;
	told.live[vmd] = 0;
	told.live[port] = 1;
	told.live[port + 1] = 2;
	compare(g);
	assert_cause(g, vmd, P2P_CAUSE_VMD);
	assert_cause(g, port, P2P_CAUSE_VMD);
	assert_cause(g, port + 1, P2P_CAUSE_VMD);
}

static void two_of_one_bus_that_are_together_use_an_id(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0);
	int first = build_endpoint(g->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NIC);
	int second = build_endpoint(g->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NIC);

	told.live[first] = told.live[second] = 4;
	compare(g);
	assert_cause(g, first, P2P_CAUSE_ALIAS);
	assert_cause(g, second, P2P_CAUSE_ALIAS);
}

static void groups_within_an_open_one_only_show_what_was_not_read(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = grouped_port(g, host, ISOLATING);
	int other = grouped_port(g, host, ISOLATING);

	build_readable(g->b, port, 256);
	told.live[port] = 0;
	told.live[port + 1] = 1;
	told.live[other] = 2;
	compare(g);
	assert_int_equal(told.diff->equal, P2P_UNKNOWN);
	assert_cause(g, port, P2P_CAUSE_UNREAD);
	assert_cause(g, port + 1, P2P_CAUSE_UNREAD);
	/* Though a boot would have programmed a register that was not read. */
	build_readable(g->b, port, P2P_CFG_SIZE);
	build_hole(g->b, port, BUILD_ACS + REG_ACS_CTL, 2);
	compare(g);
	assert_cause(g, port, P2P_CAUSE_UNREAD);
	/* What differs elsewhere is certain. */
	told.live[other + 1] = 2;
	compare(g);
	assert_int_equal(told.diff->equal, P2P_NO);
}

static void below_a_slot_what_came_later_may_be_anywhere(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = grouped_port(g, host, ISOLATING);
	int other = grouped_port(g, host, ISOLATING);

	told.live[port] = 0;
	told.live[other] = 1;
	told.live[port + 1] = told.live[other + 1] = 2;
	compare(g);
	assert_cause(g, port + 1, P2P_CAUSE_UNEXPLAINED);
	assert_cause(g, other + 1, P2P_CAUSE_UNEXPLAINED);
	assert_int_equal(told.diff->n_differences, 2);
	build_write(g->b, other, BUILD_EXPRESS + REG_EXP_FLAGS, 2, 0x42 | EXP_FLAGS_SLOT);
	build_write(g->b, other, BUILD_EXPRESS + REG_EXP_SLTCAP, 4, SLTCAP_HOTPLUG);
	compare(g);
	assert_cause(g, other + 1, P2P_CAUSE_HOTPLUG);
	assert_cause(g, port + 1, P2P_CAUSE_NEIGHBOUR);
}

static void the_kernel_does_not_go_by_the_strict_rule(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int up = build_switch(g->b, port, 2), down = up + 1;
	int end = build_endpoint(g->b, down, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	grouped_isolate(g, port);
	grouped_isolate(g, down);
	told.live[port] = 0;
	told.live[up] = 1;
	told.live[down] = 2;
	told.live[down + 1] = 3;
	told.live[end] = 4;
	compare(g);
	assert_int_equal(told.diff->equal, P2P_YES);
	g->rule = P2P_RULE_STRICT;
	compare(g);
	assert_int_equal(told.diff->equal, P2P_NO);
	assert_int_equal(told.diff->n_differences, 3);
	assert_cause(g, down, P2P_CAUSE_RULE);
	assert_cause(g, down + 1, P2P_CAUSE_RULE);
	assert_cause(g, end, P2P_CAUSE_RULE);
}

static void a_boot_that_is_asked_for_explains_what_it_changes(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = grouped_port(g, host, ISOLATING);
	const struct p2p_group_options options = {
		.cmdline = "\"pci=config_acs=0000000@pci:0:0\""
	};
	struct p2p_grouped *grouped = NULL;
	const struct p2p_machine *machine;

	told.live[port] = 0;
	told.live[port + 1] = 1;
	machine = said_machine(g->said);
	assert_int_equal(p2p_machine_group(machine, NULL, &grouped, NULL), 0);
	assert_int_equal(grouped->diff->equal, P2P_YES);
	assert_ptr_equal(grouped->groups, grouped->mainline);
	assert_int_equal(grouped->strict->rule, P2P_RULE_STRICT);
	p2p_grouped_free(grouped);
	assert_int_equal(p2p_machine_group(machine, &options, &grouped, NULL), 0);
	assert_int_equal(grouped->diff->equal, P2P_NO);
	assert_int_equal(grouped->diff->n_differences, 2);
	assert_int_equal(grouped->diff->differences[1].cause, P2P_CAUSE_BOOT);
	p2p_grouped_free(grouped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIFF(without_live_groups_nothing_is_known),
		DIFF(numbers_mean_nothing_who_is_with_whom_does),
		DIFF(functions_without_a_group_are_left_out),
		DIFF(registers_that_a_boot_programs_otherwise_were_written_since),
		DIFF(a_boot_with_the_machines_own_words_counts),
		DIFF(ports_without_acs_that_are_apart_are_overridden),
		DIFF(chipset_ports_that_are_together_were_not_isolated),
		DIFF(southbridges_depend_on_the_iommu_that_firmware_describes),
		DIFF(what_is_apart_behind_vmd_is_vmds),
		DIFF(two_of_one_bus_that_are_together_use_an_id),
		DIFF(groups_within_an_open_one_only_show_what_was_not_read),
		DIFF(below_a_slot_what_came_later_may_be_anywhere),
		DIFF(the_kernel_does_not_go_by_the_strict_rule),
		DIFF(a_boot_that_is_asked_for_explains_what_it_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
