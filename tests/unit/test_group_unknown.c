/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups of machines that were not read whole: what may be is one group, no larger than
 * said, and what comes out alike either way is certain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/grouped.h"

static void behind_a_port_whose_acs_was_not_read_an_endpoint_may_be_with_it(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = grouped_port(g, host, ISOLATING);
	int other = grouped_port(g, host, ISOLATING);

	build_readable(g->b, port, 256);
	TOGETHER(g, port, port + 1);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_UNCERTAIN);
	assert_int_equal(grouped_of(g, port)->n_unread, 1);
	assert_int_equal(g->groups->unread[said_index(g->said, port)], 1);
	assert_int_equal(g->groups->unread[said_index(g->said, port + 1)], 0);
	ALONE(g, other, other + 1);
	assert_int_equal(grouped_of(g, other + 1)->certainty, P2P_CERTAIN);
	assert_int_equal(grouped_of(g, other + 1)->n_unread, 0);
}

static void an_unread_port_below_one_that_does_not_isolate_changes_nothing(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int up = build_switch(g->b, port, 1), down = up + 1;
	int end = build_endpoint(g->b, down, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	build_readable(g->b, down, 256);
	TOGETHER(g, port, up, down, end);
	assert_int_equal(grouped_of(g, end)->certainty, P2P_CERTAIN);
	assert_int_equal(grouped_of(g, end)->n_unread, 1);
}

static void one_bit_that_is_off_is_enough_whatever_the_others_are(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), 0);

	/* The capability's upper byte and all of the control register's. */
	build_hole(g->b, port, BUILD_ACS + REG_ACS_CAP + 1, 1);
	TOGETHER(g, port, port + 1);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_CERTAIN);
	grouped_assert_tie(g, port, port, P2P_TIE_ACS_OFF, ISOLATING);
}

static void a_control_register_that_was_not_read_leaves_it_open(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);

	build_hole(g->b, port, BUILD_ACS + REG_ACS_CTL, 2);
	TOGETHER(g, port, port + 1);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_UNCERTAIN);
}

static void nothing_offered_needs_no_control_register(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	build_acs(g->b, port, 0, 0);
	build_hole(g->b, port, BUILD_ACS + REG_ACS_CTL, 2);
	grouped_make(g);
	ALONE(g, port, port + 1);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_CERTAIN);
	assert_int_equal(grouped_of(g, port)->n_unread, 0);
}

static void a_bridge_of_which_only_the_header_was_read_may_be_any(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int bridge = build_port(g->b, port, P2P_TYPE_PCIE_TO_PCI);
	int a = build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x0c0300);
	int b = build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x020000);

	grouped_isolate(g, port);
	build_readable(g->b, bridge, 64);
	TOGETHER(g, bridge, a, b);
	ALONE(g, port);
	assert_int_equal(grouped_of(g, a)->certainty, P2P_UNCERTAIN);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_CERTAIN);
}

static void where_ids_are_not_told_a_row_might_vouch(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), 0);

	build_hole(g->b, port, REG_VENDOR_ID, 4);
	TOGETHER(g, port, port + 1);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_UNCERTAIN);
	assert_int_equal(grouped_of(g, port)->n_unread, 1);
}

static void a_row_for_ports_is_open_where_the_type_is(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);

	/* Zhaoxin: another id says that the port does not isolate, if it is a port. */
	build_ids(g->b, port, 0x1d17, 0x0753);
	build_readable(g->b, port, 64);
	TOGETHER(g, port, port + 1);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_UNCERTAIN);
}

static void functions_of_one_device_that_were_not_read_may_be_together(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), end = port + 1;
	int second = build_sibling(g->b, end);

	build_readable(g->b, end, 256);
	build_readable(g->b, second, 256);
	TOGETHER(g, end, second);
	assert_int_equal(grouped_of(g, end)->certainty, P2P_UNCERTAIN);
	assert_int_equal(grouped_of(g, end)->n_unread, 2);
	/* One that was read and isolates leaves the other nobody. */
	build_readable(g->b, second, P2P_CFG_SIZE);
	grouped_isolate(g, second);
	grouped_make(g);
	ALONE(g, end, second);
	assert_int_equal(grouped_of(g, end)->certainty, P2P_CERTAIN);
}

static void a_device_of_which_one_function_is_seen_is_assumed_to_have_one(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), end = port + 1;
	int second;

	build_hole(g->b, end, REG_HEADER_TYPE, 1);
	grouped_make(g);
	ALONE(g, port, end);
	assert_int_equal(grouped_of(g, end)->assumed, P2P_ASSUME_SINGLE);
	assert_int_equal(grouped_of(g, end)->certainty, P2P_ASSUMED);
	second = build_sibling(g->b, end);
	TOGETHER(g, end, second);
	assert_int_equal(grouped_of(g, end)->assumed, 0);
}

static void functions_whose_bridge_is_missing_are_never_certain(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = grouped_port(g, host, ISOLATING);
	int other = grouped_port(g, host, ISOLATING);

	build_hide(g->b, port);
	grouped_make(g);
	ALONE(g, port + 1, other, other + 1);
	assert_int_equal(grouped_of(g, port + 1)->certainty, P2P_UNCERTAIN);
	assert_int_equal(grouped_of(g, other + 1)->certainty, P2P_CERTAIN);
}

static void tell_small(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		snapshot->functions[i].config_size = 256;
}

static void no_extended_space_is_no_acs_if_that_is_all_there_is(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);

	build_readable(g->b, port, 256);
	g->said->tell = tell_small;
	TOGETHER(g, port, port + 1);
	grouped_assert_tie(g, port, port, P2P_TIE_NO_ACS, 0);
	assert_int_equal(grouped_of(g, port)->assumed, P2P_ASSUME_NO_EXTENDED);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_ASSUMED);
}

static void an_override_says_nothing_where_acs_may_be(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), 0);

	build_readable(g->b, port, 256);
	g->override.downstream = true;
	TOGETHER(g, port, port + 1);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_UNCERTAIN);
}

static void a_bridge_that_a_row_vouches_for_may_still_pass_ids_on(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	build_ids(g->b, port, 0x8088, 0x1001);
	grouped_make(g);
	ALONE(g, port, port + 1);
	/* As long as it may be a conventional one. */
	build_readable(g->b, port, 64);
	TOGETHER(g, port, port + 1);
	assert_int_equal(grouped_of(g, port)->certainty, P2P_UNCERTAIN);
}

static void an_id_of_another_ties_whatever_else_was_not_read(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), end = port + 1;
	int second = build_sibling(g->b, end);

	build_ids(g->b, end, 0x1b4b, 0x9123);
	build_readable(g->b, end, 256);
	build_readable(g->b, second, 256);
	TOGETHER(g, end, second);
	assert_int_equal(grouped_of(g, end)->certainty, P2P_CERTAIN);
	grouped_assert_tie(g, end, second, P2P_TIE_DMA_ALIAS, 0);
}

static void a_machine_without_functions_has_no_groups(void **state)
{
	struct grouped *g = *state;

	grouped_make(g);
	assert_int_equal(g->groups->n_groups, 0);
	assert_int_equal(g->groups->n_ties, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GROUPED(behind_a_port_whose_acs_was_not_read_an_endpoint_may_be_with_it),
		GROUPED(an_unread_port_below_one_that_does_not_isolate_changes_nothing),
		GROUPED(one_bit_that_is_off_is_enough_whatever_the_others_are),
		GROUPED(a_control_register_that_was_not_read_leaves_it_open),
		GROUPED(nothing_offered_needs_no_control_register),
		GROUPED(a_bridge_of_which_only_the_header_was_read_may_be_any),
		GROUPED(where_ids_are_not_told_a_row_might_vouch),
		GROUPED(a_row_for_ports_is_open_where_the_type_is),
		GROUPED(functions_of_one_device_that_were_not_read_may_be_together),
		GROUPED(a_device_of_which_one_function_is_seen_is_assumed_to_have_one),
		GROUPED(functions_whose_bridge_is_missing_are_never_certain),
		GROUPED(no_extended_space_is_no_acs_if_that_is_all_there_is),
		GROUPED(an_override_says_nothing_where_acs_may_be),
		GROUPED(a_bridge_that_a_row_vouches_for_may_still_pass_ids_on),
		GROUPED(an_id_of_another_ties_whatever_else_was_not_read),
		GROUPED(a_machine_without_functions_has_no_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
