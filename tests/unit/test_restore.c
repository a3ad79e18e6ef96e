/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was applied is taken back, after a crash too, and nothing else is written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/applied.h"

#define MANY   1000
#define SERIAL 0x380 /* where tests put the capability */

static void apply(struct applied *a)
{
	applied_begin(a);
	assert_int_equal(applied_run(a), 0);
	reach_again(&a->reach);
}

static void set_serial(struct applied *a, int function, uint32_t serial)
{
	build_write(a->m->b, function, SERIAL + 4, 4, serial);
	build_write(a->m->b, function, SERIAL + 8, 4, 0x00a0dead);
}

static void assert_results(const struct applied *a, enum p2p_apply_result result)
{
	for (uint32_t i = 0; i < a->apply->n_ops; i++)
		assert_int_equal(a->apply->ops[i].result, result);
}

static const struct p2p_apply_function *function_of(const struct applied *a, int handle)
{
	return &a->apply->functions[applied_register(a, handle, P2P_PLAN_CONTROL)
					    ->function];
}

static uint32_t control(const struct applied *a, int function)
{
	return build_read(a->m->b, function, BUILD_ACS + REG_ACS_CTL, 2);
}

static void what_was_applied_is_put_back_once(void **state)
{
	struct applied *a = *state;

	apply(a);
	assert_int_equal(applied_restore(a, false), 0);
	applied_assert_ended(a, P2P_OUTCOME_DONE, P2P_APPLY_UNDONE);
	applied_assert_before(a);
	assert_results(a, P2P_RESULT_ROLLED_BACK);
	assert_int_equal(a->reach.writes, 6);
	assert_false(p2p_apply_is_open(a->apply));
	assert_int_equal(applied_restore(a, false), 0);
	assert_int_equal(a->reach.writes, 6);
	assert_int_equal(a->reach.notes, 1 + 6 + 1);
}

/* A reset of the port above gives it what the kernel gives: what it had before. */
static void a_register_that_is_back_by_itself_is_not_written(void **state)
{
	struct applied *a = *state;

	apply(a);
	build_acs_control(a->m->b, a->p.down[0], KERNEL);
	assert_int_equal(applied_restore(a, false), 0);
	applied_assert_ended(a, P2P_OUTCOME_DONE, P2P_APPLY_UNDONE);
	assert_int_equal(a->reach.writes, 4);
	applied_assert_before(a);
}

static void a_register_that_drifted_is_refused_and_the_others_restored(void **state)
{
	struct applied *a = *state;

	apply(a);
	build_acs_control(a->m->b, a->p.down[0], KERNEL & ~ACS_RR);
	assert_int_equal(applied_restore(a, false), 0);
	applied_assert_ended(a, P2P_OUTCOME_DONE, P2P_APPLY_APPLIED);
	assert_true(function_of(a, a->p.down[0])->is_refused);
	assert_false(function_of(a, a->p.down[2])->is_refused);
	assert_int_equal(applied_register(a, a->p.down[0], P2P_PLAN_CONTROL)->place,
			 P2P_PLACE_CHANGED);
	assert_int_equal(control(a, a->p.down[0]), KERNEL & ~ACS_RR);
	assert_int_equal(a->reach.writes, 4);
	assert_int_equal(applied_restore(a, true), 0);
	applied_assert_ended(a, P2P_OUTCOME_DONE, P2P_APPLY_UNDONE);
	applied_assert_before(a);
}

/* What was restored already may have been written by somebody else since. */
static void what_an_earlier_restore_put_back_is_left_alone(void **state)
{
	struct applied *a = *state;

	apply(a);
	build_acs_control(a->m->b, a->p.down[0], KERNEL & ~ACS_RR);
	assert_int_equal(applied_restore(a, false), 0);
	build_acs_control(a->m->b, a->p.down[2], KERNEL & ~(ACS_RR | ACS_CR));
	assert_int_equal(applied_restore(a, false), -ESTALE);
	assert_int_equal(a->apply->outcome, P2P_OUTCOME_REFUSED);
	assert_int_equal(applied_restore(a, true), 0);
	assert_int_equal(control(a, a->p.down[2]), KERNEL & ~(ACS_RR | ACS_CR));
	assert_int_equal(control(a, a->p.down[0]), KERNEL);
	assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
}

static void other_bits_that_changed_stay(void **state)
{
	struct applied *a = *state;

	apply(a);
	build_acs_control(a->m->b, a->p.down[0], ACS_UF | ACS_TB);
	assert_int_equal(applied_restore(a, false), 0);
	assert_int_equal(control(a, a->p.down[0]), ACS_UF | ACS_TB | ACS_RR | ACS_CR);
}

static void assert_never_written(struct applied *a, int function,
				 enum p2p_apply_place place)
{
	uint32_t index = applied_register(a, function, P2P_PLAN_CONTROL)->function;
	uint32_t was = control(a, function);

	for (int allow = 0; allow < 2; allow++) {
		int result = applied_restore(a, allow);

		assert_int_equal(result, allow ? -ESTALE : 0);
		assert_true(a->apply->functions[index].is_refused);
		assert_int_equal(control(a, function), was);
		assert_int_equal(a->apply->state, P2P_APPLY_APPLIED);
		assert_int_equal(a->apply->registers[index].place, place);
	}
	assert_non_null(strchr(a->err.text, ':'));
	assert_int_equal(control(a, a->p.down[0]), KERNEL);
}

static void another_device_in_its_place_is_never_written(void **state)
{
	struct applied *a = *state;

	apply(a);
	build_ids(a->m->b, a->p.inner[0], 0x1234, 0x5678);
	assert_never_written(a, a->p.inner[0], P2P_PLACE_OTHER);
}

static void another_one_of_its_kind_is_never_written(void **state)
{
	struct applied *a = *state;

	build_extended(a->m->b, a->p.inner[0], EXT_CAP_SERIAL, SERIAL);
	set_serial(a, a->p.inner[0], 1);
	apply(a);
	assert_int_equal(function_of(a, a->p.inner[0])->serial,
			 UINT64_C(0x00a0dead00000001));
	set_serial(a, a->p.inner[0], 2);
	assert_never_written(a, a->p.inner[0], P2P_PLACE_OTHER);
	set_serial(a, a->p.inner[0], 1);
	assert_int_equal(applied_restore(a, false), 0);
	assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
}

static void a_device_whose_serial_number_cannot_be_read_is_not_written(void **state)
{
	struct applied *a = *state;

	build_extended(a->m->b, a->p.inner[0], EXT_CAP_SERIAL, SERIAL);
	set_serial(a, a->p.inner[0], 1);
	apply(a);
	build_hole(a->m->b, a->p.inner[0], SERIAL + 4, 8);
	assert_never_written(a, a->p.inner[0], P2P_PLACE_UNKNOWN);
}

static void a_device_that_is_gone_is_refused(void **state)
{
	struct applied *a = *state;

	apply(a);
	build_hide(a->m->b, a->p.inner[0]);
	assert_never_written(a, a->p.inner[0], P2P_PLACE_GONE);
}

/* Between the look at the machine and the first write. */
static void a_device_that_goes_meanwhile_is_refused(void **state)
{
	struct applied *a = *state;

	apply(a);
	a->reach.gone = a->p.down[2];
	a->reach.goes = 1;
	assert_int_equal(applied_restore(a, false), 0);
	assert_true(function_of(a, a->p.down[2])->is_refused);
	assert_int_equal(a->apply->state, P2P_APPLY_APPLIED);
	a->reach.goes = 0;
	assert_int_equal(applied_restore(a, false), 0);
	applied_assert_before(a);
	assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
}

static void a_function_is_found_where_buses_were_renumbered(void **state)
{
	struct applied *a = *state;
	struct p2p_bdf was;

	apply(a);
	was = function_of(a, a->p.inner[0])->bdf;
	build_endpoint(a->m->b, build_port(a->m->b, a->p.down[0], P2P_TYPE_SWITCH_UP),
		       P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);
	assert_int_equal(applied_restore(a, false), 0);
	assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
	assert_int_not_equal(function_of(a, a->p.inner[0])->bdf.bus, was.bus);
	assert_int_equal(control(a, a->p.inner[0]), KERNEL);
}

static void a_write_that_fails_leaves_what_was_applied(void **state)
{
	struct applied *a = *state;

	for (unsigned n = 1; n <= 6; n++) {
		struct image applied;

		apply(a);
		applied = image_take(a->m->b);
		if (n % 2)
			a->reach.write_fails = n;
		else
			a->reach.stops = n;
		assert_int_equal(applied_restore(a, false), n % 2 ? -EIO : -EINTR);
		applied_assert_ended(a, P2P_OUTCOME_ROLLED_BACK, P2P_APPLY_APPLIED);
		assert_results(a, P2P_RESULT_WRITTEN);
		assert_true(image_is(a->m->b, &applied));
		image_done(&applied);
		reach_again(&a->reach);
		assert_int_equal(applied_restore(a, false), 0);
		applied_assert_before(a);
	}
}

static void what_drifted_and_is_not_restored_is_as_it_drifted(void **state)
{
	struct applied *a = *state;

	for (unsigned n = 1; n <= 5; n++) {
		apply(a);
		build_acs_control(a->m->b, a->p.down[0], KERNEL & ~ACS_RR);
		a->reach.write_fails = n;
		a->reach.write_arrives = n % 2;
		assert_int_equal(applied_restore(a, true), -EIO);
		applied_assert_ended(a, P2P_OUTCOME_ROLLED_BACK, P2P_APPLY_APPLIED);
		assert_results(a, P2P_RESULT_WRITTEN);
		assert_int_equal(control(a, a->p.down[0]), KERNEL & ~ACS_RR);
		assert_int_equal(control(a, a->p.down[2]), ACS_SV | ACS_UF);
		assert_int_equal(control(a, a->p.inner[0]), ACS_SV | ACS_UF);
	}
}

static void what_cannot_be_put_back_is_named_and_tried_again(void **state)
{
	struct applied *a = *state;

	apply(a);
	a->reach.write_fails = 3;
	a->reach.write_fails_to = MANY;
	assert_int_equal(applied_restore(a, false), -EIO);
	applied_assert_ended(a, P2P_OUTCOME_INCOMPLETE, P2P_APPLY_FAILED);
	reach_again(&a->reach);
	a->reach.write_fails = 1;
	assert_int_equal(applied_restore(a, false), -EIO);
	applied_assert_ended(a, P2P_OUTCOME_INCOMPLETE, P2P_APPLY_FAILED);
	assert_non_null(strstr(a->err.text, "could not be put back"));
	reach_again(&a->reach);
	assert_int_equal(applied_restore(a, false), 0);
	applied_assert_ended(a, P2P_OUTCOME_DONE, P2P_APPLY_UNDONE);
	applied_assert_before(a);
}

/* A full disk must not keep anybody from taking it back. */
static void without_a_journal_all_is_put_back_and_that_is_told(void **state)
{
	struct applied *a = *state;

	apply(a);
	a->reach.note_fails = 1;
	a->reach.note_fails_to = MANY;
	assert_int_equal(applied_restore(a, false), -ENOSPC);
	assert_string_equal(a->err.text, "note 1 fails");
	assert_int_equal(a->apply->outcome, P2P_OUTCOME_DONE);
	assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
	applied_assert_before(a);
}

static void what_held_functions_awake_ends_with_it(void **state)
{
	struct applied *a = *state;

	applied_begin(a);
	for (unsigned i = 0; i < 3; i++)
		a->apply->functions[i].power = P2P_CONTROL_AUTO;
	assert_int_equal(applied_run(a), 0);
	build_acs_control(a->m->b, a->p.down[0], KERNEL & ~ACS_RR);
	assert_int_equal(applied_restore(a, false), 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(a->reach.is_held[i], a->apply->functions[i].is_refused);
	/* one that cannot be given back is tried again */
	reach_again(&a->reach);
	a->reach.hold_fails = 4;
	assert_int_equal(applied_restore(a, true), -EROFS);
	assert_true(p2p_apply_is_open(a->apply));
	applied_assert_before(a);
	assert_int_equal(applied_restore(a, false), 0);
	assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
	for (unsigned i = 0; i < 3; i++)
		assert_false(a->reach.is_held[i]);
}

/* Keeps what a crash at each call would leave; the machine is as it was planned for. */
static unsigned keep_crashes(struct applied *a, struct reach *ret_crashed)
{
	a->reach.keeps_crashes = false;
	*ret_crashed = a->reach;
	a->reach.crashes = NULL;
	a->reach.n_crashes = 0;
	a->reach.noted = NULL;
	a->reach.is_held = calloc(16, sizeof(bool));
	assert_non_null(a->reach.is_held);
	return ret_crashed->n_crashes;
}

static void assert_finished(struct applied *a)
{
	assert_int_equal(applied_restore(a, false), 0);
	applied_assert_before(a);
	if (a->reach.notes)
		applied_assert_ended(a, P2P_OUTCOME_DONE, P2P_APPLY_UNDONE);
	assert_false(p2p_apply_is_open(a->apply));
}

/* Each register is where the journal says that it may be. */
static void assert_truth(const struct applied *a)
{
	for (uint32_t i = 0; i < a->apply->n_registers; i++) {
		const struct p2p_apply_register *reg = &a->apply->registers[i];

		switch (p2p_apply_was_written(a->apply, i)) {
		case P2P_NO:
			assert_int_equal(reg->place, P2P_PLACE_ORIGINAL);
			break;
		case P2P_YES:
			assert_int_not_equal(reg->place, P2P_PLACE_ORIGINAL);
			break;
		case P2P_UNKNOWN:
			break;
		}
		assert_int_not_equal(reg->place, P2P_PLACE_CHANGED);
	}
}

static void finish_each(struct applied *a, const struct reach *crashed)
{
	for (unsigned i = 0; i < crashed->n_crashes; i++) {
		if (!applied_crash(a, &crashed->crashes[i])) {
			applied_assert_before(a);
			continue;
		}
		p2p_apply_look(a->apply, said_machine(a->m->said));
		assert_truth(a);
		assert_finished(a);
	}
}

static void a_crash_at_any_point_of_apply_is_undone(void **state)
{
	struct applied *a = *state;
	struct reach crashed;

	for (unsigned fails = 0; fails <= 6; fails++) {
		applied_begin(a);
		a->apply->functions[1].power = P2P_CONTROL_AUTO;
		a->reach.keeps_crashes = true;
		a->reach.write_fails = fails;
		assert_int_equal(applied_run(a), fails ? -EIO : 0);
		assert_in_range(keep_crashes(a, &crashed), 20, MANY);
		finish_each(a, &crashed);
		reach_done(&crashed);
	}
}

static void a_crash_at_any_point_of_restore_is_undone(void **state)
{
	struct applied *a = *state;
	struct reach crashed;

	for (unsigned fails = 0; fails <= 6; fails++) {
		apply(a);
		a->reach.keeps_crashes = true;
		a->reach.write_fails = fails;
		assert_int_equal(applied_restore(a, false), fails ? -EIO : 0);
		assert_in_range(keep_crashes(a, &crashed), 20, MANY);
		finish_each(a, &crashed);
		reach_done(&crashed);
	}
}

/* ... and while that is undone. */
static void a_crash_while_a_crash_is_undone_is_undone(void **state)
{
	struct applied *a = *state;
	struct reach first, second;

	applied_begin(a);
	a->reach.keeps_crashes = true;
	assert_int_equal(applied_run(a), 0);
	keep_crashes(a, &first);
	for (unsigned i = 0; i < first.n_crashes; i++) {
		if (!applied_crash(a, &first.crashes[i]))
			continue;
		a->reach.keeps_crashes = true;
		assert_int_equal(applied_restore(a, false), 0);
		keep_crashes(a, &second);
		finish_each(a, &second);
		reach_done(&second);
	}
	reach_done(&first);
}

/* What was restored before belongs to whoever wrote it since, after a crash too. */
static void a_crash_does_not_touch_what_was_restored_before(void **state)
{
	struct applied *a = *state;
	struct reach crashed;

	apply(a);
	build_acs_control(a->m->b, a->p.down[0], KERNEL & ~ACS_RR);
	assert_int_equal(applied_restore(a, false), 0);
	build_acs_control(a->m->b, a->p.down[0], ACS_SV | ACS_UF);
	build_acs_control(a->m->b, a->p.down[2], ACS_SV | ACS_UF);
	reach_again(&a->reach);
	a->reach.keeps_crashes = true;
	a->reach.write_fails = 2;
	assert_int_equal(applied_restore(a, false), -EIO);
	assert_in_range(keep_crashes(a, &crashed), 10, MANY);
	for (unsigned i = 0; i < crashed.n_crashes; i++) {
		assert_true(applied_crash(a, &crashed.crashes[i]));
		assert_int_equal(applied_restore(a, false), 0);
		assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
		assert_int_equal(control(a, a->p.down[0]), KERNEL);
		assert_int_equal(control(a, a->p.down[2]), ACS_SV | ACS_UF);
	}
	reach_done(&crashed);
}

static void a_look_says_where_each_register_is(void **state)
{
	struct applied *a = *state;

	apply(a);
	build_acs_control(a->m->b, a->p.down[0], KERNEL);
	build_acs_control(a->m->b, a->p.down[2], KERNEL & ~ACS_CR);
	p2p_apply_look(a->apply, said_machine(a->m->said));
	assert_int_equal(applied_register(a, a->p.down[0], P2P_PLAN_CONTROL)->place,
			 P2P_PLACE_ORIGINAL);
	assert_int_equal(applied_register(a, a->p.down[2], P2P_PLAN_CONTROL)->place,
			 P2P_PLACE_BETWEEN);
	assert_int_equal(applied_register(a, a->p.inner[0], P2P_PLAN_CONTROL)->place,
			 P2P_PLACE_APPLIED);
	build_acs_control(a->m->b, a->p.down[2], KERNEL & ~ACS_RR);
	build_hole(a->m->b, a->p.inner[0], BUILD_ACS + REG_ACS_CTL, 2);
	p2p_apply_look(a->apply, said_machine(a->m->said));
	assert_int_equal(applied_register(a, a->p.down[2], P2P_PLAN_CONTROL)->place,
			 P2P_PLACE_CHANGED);
	assert_int_equal(applied_register(a, a->p.down[2], P2P_PLAN_CONTROL)->now,
			 KERNEL & ~ACS_RR);
	assert_int_equal(applied_register(a, a->p.inner[0], P2P_PLAN_CONTROL)->place,
			 P2P_PLACE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		APPLIED(what_was_applied_is_put_back_once),
		APPLIED(a_register_that_is_back_by_itself_is_not_written),
		APPLIED(a_register_that_drifted_is_refused_and_the_others_restored),
		APPLIED(what_an_earlier_restore_put_back_is_left_alone),
		APPLIED(other_bits_that_changed_stay),
		APPLIED(another_device_in_its_place_is_never_written),
		APPLIED(another_one_of_its_kind_is_never_written),
		APPLIED(a_device_whose_serial_number_cannot_be_read_is_not_written),
		APPLIED(a_device_that_is_gone_is_refused),
		APPLIED(a_device_that_goes_meanwhile_is_refused),
		APPLIED(a_function_is_found_where_buses_were_renumbered),
		APPLIED(a_write_that_fails_leaves_what_was_applied),
		APPLIED(what_drifted_and_is_not_restored_is_as_it_drifted),
		APPLIED(what_cannot_be_put_back_is_named_and_tried_again),
		APPLIED(without_a_journal_all_is_put_back_and_that_is_told),
		APPLIED(what_held_functions_awake_ends_with_it),
		APPLIED(a_crash_at_any_point_of_apply_is_undone),
		APPLIED(a_crash_at_any_point_of_restore_is_undone),
		APPLIED(a_crash_while_a_crash_is_undone_is_undone),
		APPLIED(a_crash_does_not_touch_what_was_restored_before),
		APPLIED(a_look_says_where_each_register_is),
	};

	return cmocka_run_group_tests_name("restore", tests, NULL, NULL);
}
