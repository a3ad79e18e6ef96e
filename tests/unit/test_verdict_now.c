/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a request would move at this moment, and who says no; the route stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/plant.h"

#define EXP(name) (BUILD_EXPRESS + REG_EXP_##name)
#define DPC       0x400

/* The plant with an address for each function that could complete: nic's BAR lies in the
 * windows of all ports above it. */
static struct plant say_moving(struct said *said)
{
	struct plant p = plant_say(said);
	const int above_nic[] = { p.port, p.up, p.down[1] };

	for (size_t i = 0; i < 3; i++) {
		build_write(said->b, above_nic[i], REG_MEM_BASE, 4, 0xd000c000);
		build_write(said->b, above_nic[i], REG_PREF_BASE, 4, 0x0000fff0);
	}
	build_write(said->b, p.nic, REG_BAR_0, 4, 0xc0000000);
	return p;
}

static void assert_now(struct said *said, struct plant p, enum p2p_now now, int at)
{
	const struct p2p_verdict *v = said_judge(said, p.gpu, p.nic);

	assert_int_equal(v->now, now);
	assert_int_equal(v->now_at, at < 0 ? P2P_NONE : said_index(said, at));
	assert_int_equal(v->route, P2P_ROUTE_SWITCH);
}

static void a_request_moves_when_nothing_is_in_its_way(void **state)
{
	assert_now(*state, say_moving(*state), P2P_NOW_USABLE, -1);
}

static void the_requester_must_be_bus_master(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_write(said->b, p.gpu, REG_COMMAND, 2, COMMAND_MEMORY);
	assert_now(said, p, P2P_NOW_NO_MASTER, p.gpu);
}

static void bridges_up_to_the_turn_must_be_too(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_write(said->b, p.up, REG_COMMAND, 2, 0);
	build_write(said->b, p.port, REG_COMMAND, 2, 0);
	assert_now(said, p, P2P_NOW_USABLE, -1);
	build_write(said->b, p.down[0], REG_COMMAND, 2, COMMAND_MEMORY);
	assert_now(said, p, P2P_NOW_NO_MASTER, p.down[0]);
}

static void what_is_redirected_goes_through_all_bridges(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);
	const struct p2p_verdict *v;

	build_acs_control(said->b, p.down[0], ACS_RR);
	v = said_judge(said, p.gpu, p.nic);
	assert_int_equal(v->now, P2P_NOW_USABLE);
	assert_int_equal(v->route, P2P_ROUTE_REDIRECTED);
	build_write(said->b, p.port, REG_COMMAND, 2, COMMAND_MEMORY);
	v = said_judge(said, p.gpu, p.nic);
	assert_int_equal(v->now, P2P_NOW_NO_MASTER);
	assert_int_equal(v->now_at, said_index(said, p.port));
}

static void the_completer_must_have_its_memory_enabled(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_write(said->b, p.nic, REG_COMMAND, 2, COMMAND_MASTER);
	assert_now(said, p, P2P_NOW_NO_MEMORY, p.nic);
	build_write(said->b, p.nic, REG_COMMAND, 2, COMMAND_MEMORY);
	build_write(said->b, p.down[1], REG_COMMAND, 2, COMMAND_MASTER);
	assert_now(said, p, P2P_NOW_NO_MEMORY, p.down[1]);
}

static void the_completer_must_have_a_memory_bar_with_an_address(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_write(said->b, p.nic, REG_BAR_0, 4, 0x0000000c);
	assert_now(said, p, P2P_NOW_NO_BAR, p.nic);
	build_write(said->b, p.nic, REG_BAR_0, 4, 0x0000e001);
	assert_now(said, p, P2P_NOW_NO_BAR, p.nic);
}

static void a_bar_must_lie_in_the_windows_down_to_it(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_write(said->b, p.down[1], REG_MEM_BASE, 4, 0xb000a000);
	assert_now(said, p, P2P_NOW_WINDOW, p.down[1]);
	build_write(said->b, p.down[1], REG_PREF_BASE, 4, 0xc000c000);
	assert_now(said, p, P2P_NOW_USABLE, -1);
	build_write(said->b, p.nic, REG_BAR_0 + 8, 4, 0x90000000);
	assert_now(said, p, P2P_NOW_WINDOW, p.down[1]);
}

static void windows_above_the_turn_do_not_matter(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_write(said->b, p.up, REG_MEM_BASE, 4, 0x0000fff0);
	assert_now(said, p, P2P_NOW_USABLE, -1);
}

static void a_window_of_64_bits_holds_a_bar_of_64_bits(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_write(said->b, p.down[1], REG_PREF_BASE, 4, 0xfff10001);
	build_write(said->b, p.down[1], REG_PREF_BASE_UP, 4, 0xe0);
	build_write(said->b, p.down[1], REG_PREF_LIMIT_UP, 4, 0xe0);
	build_write(said->b, p.nic, REG_BAR_0 + 8, 4, 0x4000000c);
	build_write(said->b, p.nic, REG_BAR_0 + 12, 4, 0xe0);
	assert_now(said, p, P2P_NOW_USABLE, -1);
	build_write(said->b, p.nic, REG_BAR_0 + 12, 4, 0xe1);
	assert_now(said, p, P2P_NOW_WINDOW, p.down[1]);
}

static void kill_function(struct said *said, int function)
{
	for (unsigned at = 0; at < P2P_CFG_SIZE; at += 4)
		build_write(said->b, function, at, 4, UINT32_MAX);
}

static void a_contained_port_holds_its_link_down(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_extended(said->b, p.down[1], EXT_CAP_DPC, DPC);
	assert_now(said, p, P2P_NOW_USABLE, -1);
	build_write(said->b, p.down[1], DPC + REG_DPC_STA, 2, DPC_STA_TRIGGERED);
	assert_now(said, p, P2P_NOW_CONTAINED, p.down[1]);
}

static void a_dead_function_below_a_link_that_is_down_is_cut_off(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_write(said->b, p.down[0], EXP(LNKCAP), 4, LNKCAP_ACTIVE_REP | 0x104);
	assert_now(said, p, P2P_NOW_USABLE, -1);
	kill_function(said, p.gpu);
	assert_now(said, p, P2P_NOW_LINK_DOWN, p.down[0]);
	build_write(said->b, p.down[0], EXP(LNKSTA), 2, LNKSTA_ACTIVE);
	assert_now(said, p, P2P_NOW_DEAD, p.gpu);
}

static void who_sleeps_does_not_answer(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_capability(said->b, p.gpu, CAP_PM, 0xc0);
	assert_now(said, p, P2P_NOW_USABLE, -1);
	build_write(said->b, p.gpu, 0xc0 + REG_PM_CTL, 2, 3);
	assert_now(said, p, P2P_NOW_ASLEEP, p.gpu);
	build_write(said->b, p.gpu, 0xc0 + REG_PM_CTL, 2, 2);
	assert_now(said, p, P2P_NOW_USABLE, -1);
}

static void tell_asleep(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		snapshot->functions[i].power = P2P_POWER_D3COLD;
}

static void the_systems_word_on_power_goes_before_registers(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	said->tell = tell_asleep;
	assert_now(said, p, P2P_NOW_ASLEEP, p.gpu);
}

static void the_memory_of_a_vf_is_enabled_by_its_pf(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);
	int vf = p.far + 1;

	build_vfs(said->b, p.nic, 1, 1, 1);
	build_write(said->b, vf, REG_COMMAND, 2, COMMAND_MASTER);
	assert_int_equal(said_judge(said, p.gpu, vf)->now, P2P_NOW_USABLE);
	build_write(said->b, p.nic, BUILD_SRIOV + REG_SRIOV_CTL, 2, SRIOV_CTL_ENABLE);
	assert_int_equal(said_judge(said, p.gpu, vf)->now, P2P_NOW_NO_MEMORY);
	assert_int_equal(said->verdict.now_at, said_index(said, p.nic));
}

static void a_certain_obstacle_goes_before_an_unknown_one(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);

	build_hole(said->b, p.gpu, REG_COMMAND, 2);
	assert_now(said, p, P2P_NOW_UNKNOWN, p.gpu);
	build_write(said->b, p.nic, REG_COMMAND, 2, 0);
	assert_now(said, p, P2P_NOW_NO_MEMORY, p.nic);
}

static void of_a_dead_function_nothing_moves(void **state)
{
	struct said *said = *state;
	struct plant p = say_moving(said);
	const struct p2p_verdict *v;

	kill_function(said, p.far);
	v = said_judge(said, p.gpu, p.far);
	assert_int_equal(v->route, P2P_ROUTE_ROOT_COMPLEX);
	assert_int_equal(v->now, P2P_NOW_DEAD);
	assert_int_equal(v->now_at, said_index(said, p.far));
	assert_int_equal(said_judge(said, p.far, p.far)->now, P2P_NOW_DEAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(a_request_moves_when_nothing_is_in_its_way),
		SAID(the_requester_must_be_bus_master),
		SAID(bridges_up_to_the_turn_must_be_too),
		SAID(what_is_redirected_goes_through_all_bridges),
		SAID(the_completer_must_have_its_memory_enabled),
		SAID(the_completer_must_have_a_memory_bar_with_an_address),
		SAID(a_bar_must_lie_in_the_windows_down_to_it),
		SAID(windows_above_the_turn_do_not_matter),
		SAID(a_window_of_64_bits_holds_a_bar_of_64_bits),
		SAID(a_contained_port_holds_its_link_down),
		SAID(a_dead_function_below_a_link_that_is_down_is_cut_off),
		SAID(who_sleeps_does_not_answer),
		SAID(the_systems_word_on_power_goes_before_registers),
		SAID(the_memory_of_a_vf_is_enabled_by_its_pf),
		SAID(a_certain_obstacle_goes_before_an_unknown_one),
		SAID(of_a_dead_function_nothing_moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
