/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from a plan: pairs that change, who else is concerned, groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/planned.h"

#define OPEN    (ACS_SV | ACS_UF)
#define ALL     ((1 << P2P_TLPS) - 1)
#define NOTHING MEMBERS(-1)

static void either_direction_of_a_pair_is_told_apart(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	build_acs_control(m->b, p.down[0], OPEN);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	assert_int_equal(m->plan->n_goals, 2);
	/* The write was direct before, its read split. */
	assert_int_equal(planned_pair(m, p.gpu, p.nic)->more,
			 1 << P2P_TLP_READ | 1 << P2P_TLP_TRANSLATED_READ);
	assert_int_equal(planned_pair(m, p.nic, p.gpu)->more, ALL);
	assert_true(planned_pair(m, p.gpu, p.nic)->made_direct);
	assert_true(planned_pair(m, p.nic, p.gpu)->made_direct);
	assert_true(planned_pair(m, p.nic, p.gpu)->goal);
	assert_false(planned_pair(m, p.nic, p.gpu)->lost_direct);
}

/* A port that opens is open towards all ports of its switch. */
static void bystanders_are_whom_members_newly_reach_or_who_reach_them(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_list(m, m->plan->bystanders, m->plan->n_bystanders,
			    MEMBERS(p.nvme, p.disk));
	assert_false(planned_pair(m, p.gpu, p.disk)->goal);
	assert_false(planned_pair(m, p.gpu, p.disk)->made_direct);
	assert_int_equal(planned_pair(m, p.gpu, p.disk)->more,
			 1 << P2P_TLP_WRITE | 1 << P2P_TLP_READ |
				 1 << P2P_TLP_TRANSLATED_WRITE |
				 1 << P2P_TLP_TRANSLATED_READ);
	assert_int_equal(planned_pair(m, p.disk, p.gpu) == NULL, 1);
	assert_null(planned_pair(m, p.nvme, p.disk));
	planned_make(m, MEMBERS(p.nvme, p.disk));
	planned_assert_list(m, m->plan->bystanders, m->plan->n_bystanders, NOTHING);
}

static void who_only_reaches_a_member_is_a_bystander_too(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	/* The drive's port lets requests pass already; completions were sent up. */
	build_acs_control(m->b, p.down[2], OPEN);
	m->options.scope = P2P_SCOPE_TURN;
	build_acs_control(m->b, p.down[0], ACS_SV | ACS_UF | ACS_CR);
	build_acs_control(m->b, p.down[1], OPEN);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_control(m, p.down[0], ACS_SV | ACS_UF | ACS_CR, OPEN);
	planned_assert_list(m, m->plan->bystanders, m->plan->n_bystanders,
			    MEMBERS(p.nvme, p.disk));
	assert_null(planned_pair(m, p.gpu, p.nvme));
	assert_int_equal(planned_pair(m, p.nvme, p.gpu)->more,
			 1 << P2P_TLP_READ | 1 << P2P_TLP_TRANSLATED_READ);
}

static void behind_ports_that_were_named_all_that_opens_is_a_bystander(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	m->options = (struct p2p_plan_options){ .mode = P2P_PLAN_SET, .clear = ACS_RR };
	planned_make(m, MEMBERS(p.inner[0]));
	planned_assert_list(m, m->plan->bystanders, m->plan->n_bystanders,
			    MEMBERS(p.nvme, p.disk));
	assert_non_null(planned_pair(m, p.nvme, p.disk));
	m->options = (struct p2p_plan_options){ .mode = P2P_PLAN_SET, .set = ACS_DT };
	build_acs_control(m->b, p.inner[1], KERNEL);
	planned_make(m, MEMBERS(p.inner[1]));
	assert_int_equal(planned_pair(m, p.disk, p.nvme)->more,
			 1 << P2P_TLP_TRANSLATED_WRITE | 1 << P2P_TLP_TRANSLATED_READ);
}

static void who_is_only_cut_off_is_no_bystander(void **state)
{
	struct planned *m = *state;
	struct plant p = plant_say(m->said);

	m->options = (struct p2p_plan_options){ .mode = P2P_PLAN_SET, .set = ACS_RR };
	planned_make(m, MEMBERS(p.down[0]));
	assert_true(planned_pair(m, p.gpu, p.nic)->lost_direct);
	planned_assert_list(m, m->plan->bystanders, m->plan->n_bystanders, NOTHING);
}

static void pairs_that_are_lost_are_told(void **state)
{
	struct planned *m = *state;
	struct plant p = plant_say(m->said);

	m->options.mode = P2P_PLAN_ISOLATE;
	planned_make(m, MEMBERS(p.gpu, p.nic, p.nvme, p.disk));
	assert_true(planned_pair(m, p.gpu, p.nic)->lost_direct);
	assert_true(planned_pair(m, p.disk, p.nvme)->lost_direct);
	assert_int_equal(planned_pair(m, p.gpu, p.nic)->less, ALL);
	assert_int_equal(planned_pair(m, p.gpu, p.nic)->more, 0);
	planned_assert_list(m, m->plan->bystanders, m->plan->n_bystanders, NOTHING);
}

static void pairs_are_listed_by_address(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.nic, p.nvme));
	assert_true(m->plan->n_changed > 6);
	for (uint32_t i = 1; i < m->plan->n_changed; i++) {
		const struct p2p_plan_pair *a = &m->plan->pairs[i - 1], *b = a + 1;

		assert_true(a->from < b->from || (a->from == b->from && a->to < b->to));
	}
}

static void empty_slots_that_go_on_redirecting_wait(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	int empty = build_port(m->b, p.up, P2P_TYPE_SWITCH_DOWN);
	int soldered = build_port(m->b, p.up, P2P_TYPE_SWITCH_DOWN);

	build_acs(m->b, empty, ACS_CLASSIC, KERNEL);
	build_acs(m->b, soldered, ACS_CLASSIC, KERNEL);
	build_write(m->b, empty, BUILD_EXPRESS + REG_EXP_FLAGS, 2,
		    2u | P2P_TYPE_SWITCH_DOWN << 4 | 0x100);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_list(m, m->plan->waiting, m->plan->n_waiting, MEMBERS(empty));
	build_acs_control(m->b, empty, OPEN);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_list(m, m->plan->waiting, m->plan->n_waiting, NOTHING);
	build_acs_control(m->b, empty, KERNEL);
	m->options.scope = P2P_SCOPE_SWITCH;
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_list(m, m->plan->waiting, m->plan->n_waiting, NOTHING);
}

static void ports_whose_switch_was_not_seen_are_passed_over(void **state)
{
	struct planned *m = *state;
	struct plant p = plant_say(m->said);

	m->options.mode = P2P_PLAN_ISOLATE;
	build_hide(m->b, p.up);
	planned_make(m, MEMBERS(p.far));
	planned_assert_written(m, MEMBERS(p.other));
	planned_assert_list(m, m->plan->waiting, m->plan->n_waiting, NOTHING);
}

static bool are_together(const struct planned *m, const struct p2p_groups *groups, int a,
			 int b)
{
	return groups->of[said_index(m->said, a)] == groups->of[said_index(m->said, b)];
}

/* A kernel groups a function with the port above it when that no longer redirects, and
 * with nobody else. */
static void groups_are_predicted_before_and_after(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.nic));
	assert_false(are_together(m, m->plan->before_groups, p.gpu, p.down[0]));
	assert_true(are_together(m, m->plan->after_groups, p.gpu, p.down[0]));
	assert_true(are_together(m, m->plan->after_groups, p.nic, p.down[1]));
	assert_false(are_together(m, m->plan->after_groups, p.gpu, p.nic));
	planned_carry_out(m);
	m->options.mode = P2P_PLAN_ISOLATE;
	planned_make(m, MEMBERS(p.gpu, p.nic));
	assert_true(are_together(m, m->plan->before_groups, p.gpu, p.down[0]));
	assert_false(are_together(m, m->plan->after_groups, p.gpu, p.down[0]));
}

static void a_plan_without_writes_has_the_registers_as_they_are(void **state)
{
	struct planned *m = *state;
	struct plant p = plant_say(m->said);
	uint32_t port;

	planned_make(m, MEMBERS(p.gpu, p.nic));
	port = said_index(m->said, p.down[0]);
	assert_int_equal(m->plan->n_ops, 0);
	assert_int_equal(m->plan->after[port].acs.regs.ctrl.value, ACS_UF);
	assert_non_null(m->plan->after_groups);
}

static void a_plan_that_is_refused_has_no_effects(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	m->options.mode = P2P_PLAN_ISOLATE;
	build_acs_control(m->b, p.down[1], OPEN);
	planned_make(m, MEMBERS(p.gpu));
	assert_true(m->plan->n_refusals > 0);
	assert_int_equal(m->plan->n_ops + m->plan->n_changed + m->plan->n_bystanders, 0);
	assert_null(planned_pair(m, p.nic, p.gpu));
}

static void too_many_members_are_an_error(void **state)
{
	struct planned *m = *state;
	static uint32_t members[4097];
	struct p2p_plan_options options = { .members = members, .n_members = 4097 };
	struct p2p_err err;

	plant_say(m->said);
	assert_int_equal(p2p_plan_new(said_machine(m->said), &options, &m->plan, &err),
			 -7);
	assert_string_equal(err.text, "4097 functions are more than a plan takes, 4096 "
				      "(name fewer)");
	m->plan = NULL;
}

static void nobody_at_all_is_isolated_without_a_write(void **state)
{
	struct planned *m = *state;

	planned_plant(m);
	m->options.mode = P2P_PLAN_ISOLATE;
	said_machine(m->said);
	assert_int_equal(p2p_plan_new(m->said->machine, &m->options, &m->plan, NULL), 0);
	planned_assert_written(m, NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLANNED(either_direction_of_a_pair_is_told_apart),
		PLANNED(bystanders_are_whom_members_newly_reach_or_who_reach_them),
		PLANNED(who_only_reaches_a_member_is_a_bystander_too),
		PLANNED(behind_ports_that_were_named_all_that_opens_is_a_bystander),
		PLANNED(who_is_only_cut_off_is_no_bystander),
		PLANNED(pairs_that_are_lost_are_told),
		PLANNED(pairs_are_listed_by_address),
		PLANNED(empty_slots_that_go_on_redirecting_wait),
		PLANNED(ports_whose_switch_was_not_seen_are_passed_over),
		PLANNED(groups_are_predicted_before_and_after),
		PLANNED(a_plan_without_writes_has_the_registers_as_they_are),
		PLANNED(a_plan_that_is_refused_has_no_effects),
		PLANNED(too_many_members_are_an_error),
		PLANNED(nobody_at_all_is_isolated_without_a_write),
	};

	return cmocka_run_group_tests_name("plan effects", tests, NULL, NULL);
}
