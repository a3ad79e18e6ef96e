/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which registers clear writes, in which order, and which pairs it is for (Words and
 * Modes of apply). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/planned.h"

#define ENHANCED_ON (ACS_UR | ACS_DM | ACS_IB)
#define NOTHING     MEMBERS(-1)

static void the_default_clears_what_the_kernel_looks_at(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	build_acs(m->b, p.gpu, ACS_RR | ACS_CR, ACS_RR | ACS_CR);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_written(m, MEMBERS(p.gpu, p.down[0], p.down[1]));
	planned_assert_control(m, p.down[0], KERNEL, ACS_SV | ACS_UF);
	planned_assert_control(m, p.gpu, ACS_RR | ACS_CR, 0);
	assert_int_equal(m->plan->n_goals, 2);
	assert_int_equal(m->plan->n_direct, 0);
	planned_assert_again(m, MEMBERS(p.gpu, p.nic));
}

static void other_controls_stay_as_they_are(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	build_acs(m->b, p.down[0], 0x2000 | ACS_CLASSIC | ACS_ENHANCED,
		  ENHANCED_ON | 0xe000 | ACS_CLASSIC);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_control(m, p.down[0], ENHANCED_ON | 0xe000 | ACS_CLASSIC,
			       ENHANCED_ON | 0xe000 | ACS_SV | ACS_TB | ACS_UF | ACS_DT);
	for (uint32_t i = 0; i < m->plan->n_ops; i++)
		assert_int_equal(m->plan->ops[i].mask & ~(ACS_RR | ACS_CR | ACS_EC), 0);
}

static void multi_function_upstream_ports_and_the_common_port_count(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	build_sibling(m->b, p.inner_up);
	build_sibling(m->b, p.up);
	build_acs(m->b, p.inner_up, ACS_RR | ACS_CR, ACS_RR | ACS_CR);
	build_acs(m->b, p.up, ACS_RR | ACS_CR, ACS_RR);
	planned_make(m, MEMBERS(p.gpu, p.nvme));
	planned_assert_written(m, MEMBERS(p.down[0], p.down[2], p.inner_up, p.inner[0],
					  p.up));
	planned_assert_control(m, p.up, ACS_RR, 0);
	planned_assert_again(m, MEMBERS(p.gpu, p.nvme));
}

static void the_turn_alone_is_what_silicon_asks(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	m->options.scope = P2P_SCOPE_TURN;
	build_acs(m->b, p.gpu, ACS_RR | ACS_CR, ACS_RR | ACS_CR);
	planned_make(m, MEMBERS(p.gpu, p.nvme));
	planned_assert_written(m, MEMBERS(p.down[0], p.down[2]));
	planned_assert_control(m, p.down[0], KERNEL, ACS_SV | ACS_UF);
	planned_assert_again(m, MEMBERS(p.gpu, p.nvme));
}

static void a_switch_is_opened_whole_with_its_empty_slots(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	int empty = build_port(m->b, p.up, P2P_TYPE_SWITCH_DOWN);

	m->options.scope = P2P_SCOPE_SWITCH;
	build_acs(m->b, empty, ACS_CLASSIC, KERNEL);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_written(m, MEMBERS(p.down[0], p.down[1], p.down[2], empty));
	planned_assert_control(m, empty, KERNEL, ACS_SV | ACS_UF);
	planned_make(m, MEMBERS(p.gpu, p.nvme));
	planned_assert_written(m, MEMBERS(p.down[0], p.down[1], p.down[2], empty,
					  p.inner[0], p.inner[1]));
}

static void
completions_are_let_pass_first_and_requests_last_from_leaf_to_root(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.nvme));
	assert_int_equal(m->plan->n_ops, 6);
	planned_assert_op(m, 0, p.down[0], P2P_PLAN_CONTROL, P2P_PHASE_COMPLETION,
			  ACS_CR);
	planned_assert_op(m, 1, p.down[2], P2P_PLAN_CONTROL, P2P_PHASE_COMPLETION,
			  ACS_CR);
	planned_assert_op(m, 2, p.inner[0], P2P_PLAN_CONTROL, P2P_PHASE_COMPLETION,
			  ACS_CR);
	planned_assert_op(m, 3, p.inner[0], P2P_PLAN_CONTROL, P2P_PHASE_OPEN, ACS_RR);
	planned_assert_op(m, 4, p.down[2], P2P_PLAN_CONTROL, P2P_PHASE_OPEN, ACS_RR);
	planned_assert_op(m, 5, p.down[0], P2P_PLAN_CONTROL, P2P_PHASE_OPEN, ACS_RR);
	assert_int_equal(m->plan->ops[0].width, 16);
	assert_int_equal(m->plan->ops[0].offset, BUILD_ACS + REG_ACS_CTL);
}

static void switches_nested_in_each_other_are_opened_where_paths_lead(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.nvme, p.disk));
	planned_assert_written(m, MEMBERS(p.down[0], p.down[2], p.inner[0], p.inner[1]));
	assert_int_equal(m->plan->n_goals, 6);
	m->options.scope = P2P_SCOPE_TURN;
	planned_make(m, MEMBERS(p.nvme, p.disk));
	planned_assert_written(m, MEMBERS(p.inner[0], p.inner[1]));
}

/* Two upstream functions of one device: each is a switch, and they meet at the root port,
 * which the kernel looks at and silicon does not. */
static void switches_of_one_device_meet_at_the_port_above(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	int second = build_sibling(m->b, p.up);
	int down = build_port(m->b, second, P2P_TYPE_SWITCH_DOWN);
	int end = build_endpoint(m->b, down, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	build_acs(m->b, p.up, ACS_RR | ACS_CR, ACS_RR | ACS_CR);
	build_acs(m->b, second, ACS_RR | ACS_CR, ACS_RR | ACS_CR);
	build_acs(m->b, down, ACS_CLASSIC & ~ACS_EC, KERNEL);
	planned_make(m, MEMBERS(p.gpu, end));
	assert_int_equal(m->plan->n_goals, 2);
	planned_assert_written(m, MEMBERS(p.port, p.up, second, p.down[0], down));
	m->options.scope = P2P_SCOPE_TURN;
	planned_make(m, MEMBERS(p.gpu, end));
	planned_assert_written(m, MEMBERS(p.up, second));
}

static void pairs_at_the_root_complex_are_counted_by_what_the_kernel_says(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.nic, p.far));
	assert_int_equal(m->plan->n_pairs, 6);
	assert_int_equal(m->plan->n_goals, 2);
	assert_int_equal(m->plan->n_root_complex, 4);
	assert_int_equal(m->plan->root_complex[P2P_MAP_THRU_HOST_BRIDGE], 4);
	planned_assert_written(m, MEMBERS(p.down[0], p.down[1]));
	build_ids(m->b, p.bridge, 0x8086, 0x1234);
	planned_make(m, MEMBERS(p.gpu, p.nic, p.far));
	assert_int_equal(m->plan->root_complex[P2P_MAP_NOT_SUPPORTED], 4);
}

static void functions_of_one_device_are_no_goal_unless_they_are_all(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	int audio = build_sibling(m->b, p.gpu);

	build_acs(m->b, p.gpu, ACS_RR | ACS_CR, ACS_RR);
	planned_make(m, MEMBERS(p.gpu, audio, p.nic));
	assert_int_equal(m->plan->n_pairs, 4);
	assert_int_equal(m->plan->n_goals, 4);
	planned_make(m, MEMBERS(p.gpu, audio));
	assert_int_equal(m->plan->n_goals, 2);
	planned_assert_written(m, MEMBERS(p.gpu, p.down[0]));
	planned_assert_again(m, MEMBERS(p.gpu, audio));
	/* Beside another member, what they ask of each other stays as it is. */
	build_acs_control(m->b, p.gpu, ACS_RR | ACS_CR);
	build_acs_control(m->b, p.down[0], KERNEL);
	m->options.scope = P2P_SCOPE_TURN;
	planned_make(m, MEMBERS(p.gpu, audio, p.nic));
	planned_assert_written(m, MEMBERS(p.down[0], p.down[1]));
}

static void a_function_and_its_virtual_ones_are_no_goal(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	int vf;

	build_vfs(m->b, p.nic, 2, 1, 1);
	vf = build_count(m->b) - 1;
	planned_make(m, MEMBERS(p.nic, vf, p.gpu));
	assert_int_equal(m->plan->n_goals, 4);
	planned_make(m, MEMBERS(p.nic, vf));
	assert_int_equal(m->plan->n_goals, 2);
	planned_assert_written(m, MEMBERS(p.down[1]));
}

static void functions_of_a_conventional_device_are_one_device(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	int bus = build_port(m->b, p.host, P2P_TYPE_NOT_PCIE), first, second, third;

	first = build_endpoint(m->b, bus, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);
	second = build_sibling(m->b, first);
	third = build_endpoint(m->b, bus, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);
	planned_make(m, MEMBERS(first, second, third));
	assert_int_equal(m->plan->n_pairs, 4);
	assert_int_equal(m->plan->n_goals, 4);
	planned_assert_written(m, NOTHING);
}

static void where_all_is_direct_there_is_nothing_to_write(void **state)
{
	struct planned *m = *state;
	struct plant p = plant_say(m->said);

	for (int scope = P2P_SCOPE_PATH; scope <= P2P_SCOPE_SWITCH; scope++) {
		m->options.scope = (enum p2p_plan_scope)scope;
		planned_make(m, MEMBERS(p.gpu, p.nic, p.nvme));
		planned_assert_written(m, NOTHING);
		assert_int_equal(m->plan->n_goals, 6);
		assert_int_equal(m->plan->n_direct, 6);
	}
}

static void functions_that_no_switch_joins_are_refused(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.far));
	planned_assert_refused(m, P2P_REFUSE_NO_PAIR, -1, -1, 0);
	assert_int_equal(m->plan->n_root_complex, 2);
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_refused(m, P2P_REFUSE_FEW, -1, -1, 0);
}

static void ports_without_acs_are_no_obstacle(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	build_write(m->b, p.down[1], BUILD_ACS, 4, 0);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_written(m, MEMBERS(p.down[0]));
	build_acs(m->b, p.down[0], ACS_SV | ACS_UF, ACS_SV | ACS_UF);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_written(m, NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLANNED(the_default_clears_what_the_kernel_looks_at),
		PLANNED(other_controls_stay_as_they_are),
		PLANNED(multi_function_upstream_ports_and_the_common_port_count),
		PLANNED(the_turn_alone_is_what_silicon_asks),
		PLANNED(a_switch_is_opened_whole_with_its_empty_slots),
		PLANNED(completions_are_let_pass_first_and_requests_last_from_leaf_to_root),
		PLANNED(switches_nested_in_each_other_are_opened_where_paths_lead),
		PLANNED(switches_of_one_device_meet_at_the_port_above),
		PLANNED(pairs_at_the_root_complex_are_counted_by_what_the_kernel_says),
		PLANNED(functions_of_one_device_are_no_goal_unless_they_are_all),
		PLANNED(a_function_and_its_virtual_ones_are_no_goal),
		PLANNED(functions_of_a_conventional_device_are_one_device),
		PLANNED(where_all_is_direct_there_is_nothing_to_write),
		PLANNED(functions_that_no_switch_joins_are_refused),
		PLANNED(ports_without_acs_are_no_obstacle),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
