/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans are carried out whole or not at all, whatever the registers do. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "unit/applied.h"

#define ACCESSES_MOST 1000

static void assert_results(const struct applied *a, enum p2p_apply_result result)
{
	for (uint32_t i = 0; i < a->apply->n_ops; i++)
		assert_int_equal(a->apply->ops[i].result, result);
}

static void assert_nothing_is_left(const struct applied *a)
{
	for (uint32_t i = 0; i < a->apply->n_registers; i++)
		assert_false(a->apply->registers[i].is_left);
}

static void assert_rolled_back(const struct applied *a)
{
	applied_assert_ended(a, P2P_OUTCOME_ROLLED_BACK, P2P_APPLY_UNDONE);
	applied_assert_before(a);
	assert_nothing_is_left(a);
	for (uint32_t i = 0; i < a->apply->n_ops; i++)
		assert_true(a->apply->ops[i].result == P2P_RESULT_UNCHANGED ||
			    a->apply->ops[i].result == P2P_RESULT_ROLLED_BACK ||
			    i == a->apply->failed);
}

static void what_is_planned_is_written_and_read_back(void **state)
{
	struct applied *a = *state;

	applied_begin(a);
	assert_int_equal(applied_run(a), 0);
	assert_string_equal(a->err.text, "");
	applied_assert_ended(a, P2P_OUTCOME_DONE, P2P_APPLY_APPLIED);
	assert_results(a, P2P_RESULT_WRITTEN);
	for (uint32_t i = 0; i < a->apply->n_ops; i++)
		assert_int_equal(a->apply->ops[i].read_back, a->apply->ops[i].new);
	for (uint32_t i = 0; i < a->apply->n_registers; i++) {
		assert_int_equal(a->apply->registers[i].place, P2P_PLACE_APPLIED);
		assert_int_equal(a->apply->registers[i].now,
				 a->apply->registers[i].applied);
	}
	assert_int_equal(a->reach.writes, 6);
	planned_make(a->m, MEMBERS(a->p.gpu, a->p.nvme));
	planned_assert_written(a->m, MEMBERS(-1));
	assert_int_equal(a->m->plan->n_direct, a->m->plan->n_goals);
}

/* The call that writes asserts that something was noted. */
static void the_journal_is_told_before_the_first_write_and_after_each(void **state)
{
	struct applied *a = *state;

	applied_begin(a);
	assert_int_equal(applied_run(a), 0);
	assert_int_equal(a->reach.notes, 1 + 6 + 1);
}

static void a_plan_without_writes_leaves_no_trace(void **state)
{
	struct applied *a = *state;

	applied_begin(a);
	planned_carry_out(a->m);
	image_done(&a->before);
	applied_begin_with(a, MEMBERS(a->p.gpu, a->p.nvme));
	assert_int_equal(a->apply->n_ops, 0);
	assert_int_equal(applied_run(a), 0);
	assert_int_equal(a->apply->outcome, P2P_OUTCOME_DONE);
	assert_int_equal(a->reach.notes + a->reach.accesses + a->reach.holds, 0);
}

static void what_was_refused_or_done_is_not_carried_out(void **state)
{
	struct applied *a = *state;
	struct p2p_apply *none = NULL;

	applied_begin(a);
	assert_int_equal(applied_run(a), 0);
	assert_int_equal(applied_run(a), -EINVAL);
	assert_int_equal(a->reach.writes, 6);
	planned_make(a->m, MEMBERS(a->p.gpu));
	assert_int_equal(p2p_apply_new(a->m->said->machine, a->m->plan, &none, &a->err),
			 -EINVAL);
	assert_null(none);
}

/* Intel's wide registers: half of the control was never read by the plan. */
static void bits_that_the_plan_did_not_know_stay(void **state)
{
	struct applied *a = *state;

	build_ids(a->m->b, a->p.port, 0x8086, 0xa110);
	build_write(a->m->b, a->p.port, BUILD_ACS + REG_ACS_CAP, 4, ACS_RR | ACS_CR);
	build_write(a->m->b, a->p.port, BUILD_ACS + REG_ACS_WIDE_CTL, 4,
		    0xabcd0000 | ACS_RR | ACS_CR);
	a->m->options.mode = P2P_PLAN_SET;
	a->m->options.clear = ACS_RR | ACS_CR;
	applied_begin_with(a, MEMBERS(a->p.port));
	assert_int_equal(applied_run(a), 0);
	assert_int_equal(build_read(a->m->b, a->p.port, BUILD_ACS + REG_ACS_WIDE_CTL, 4),
			 0xabcd0000);
	assert_int_equal(a->apply->registers[0].width, 32);
	assert_int_equal(a->apply->registers[0].original, 0xabcd0000 | ACS_RR | ACS_CR);
	assert_int_equal(a->apply->registers[0].applied, 0xabcd0000);
	assert_int_equal(a->apply->ops[0].old, 0xabcd0000 | ACS_RR | ACS_CR);
}

static void assert_refused(struct applied *a, int result, enum p2p_apply_place place)
{
	struct image now = image_take(a->m->b);

	assert_int_equal(applied_run(a), result);
	assert_int_not_equal(strlen(a->err.text), 0);
	assert_int_equal(a->apply->outcome, P2P_OUTCOME_REFUSED);
	assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
	assert_int_equal(applied_register(a, a->p.down[0], P2P_PLAN_CONTROL)->place,
			 place);
	assert_int_equal(applied_register(a, a->p.down[2], P2P_PLAN_CONTROL)->place,
			 P2P_PLACE_ORIGINAL);
	assert_results(a, P2P_RESULT_UNCHANGED);
	assert_int_equal(a->reach.writes + a->reach.notes, 0);
	assert_true(image_is(a->m->b, &now));
	image_done(&now);
}

static void a_register_that_moved_is_told_and_nothing_written(void **state)
{
	struct applied *a = *state;

	applied_begin(a);
	build_acs_control(a->m->b, a->p.down[0], KERNEL & ~ACS_RR);
	assert_refused(a, -ESTALE, P2P_PLACE_CHANGED);
	assert_int_equal(applied_register(a, a->p.down[0], P2P_PLAN_CONTROL)->now,
			 KERNEL & ~ACS_RR);
	assert_non_null(strstr(a->err.text, "ACS control reads 0x0019: the plan was made "
					    "for 0x001d"));
	/* The plan rests on bits that it does not write, too. */
	applied_begin(a);
	build_acs_control(a->m->b, a->p.down[0], KERNEL | ACS_TB);
	assert_refused(a, -ESTALE, P2P_PLACE_CHANGED);
}

static void a_device_that_is_gone_is_told_and_nothing_written(void **state)
{
	struct applied *a = *state;

	applied_begin(a);
	a->reach.goes = 1;
	a->reach.gone = a->p.down[0];
	assert_refused(a, -ENODEV, P2P_PLACE_GONE);
}

static void another_device_in_its_place_is_told_and_nothing_written(void **state)
{
	struct applied *a = *state;
	uint32_t ids;

	applied_begin(a);
	ids = build_read(a->m->b, a->p.down[0], REG_VENDOR_ID, 4);
	build_ids(a->m->b, a->p.down[0], 0x1234, 0x5678);
	assert_refused(a, -EXDEV, P2P_PLACE_OTHER);
	build_write(a->m->b, a->p.down[0], REG_VENDOR_ID, 4, ids);
	applied_begin(a);
	build_write(a->m->b, a->p.down[0], BUILD_ACS, 4, 0x00010001);
	assert_refused(a, -EXDEV, P2P_PLACE_OTHER);
}

static void a_write_that_fails_undoes_those_before_it(void **state)
{
	struct applied *a = *state;

	for (unsigned n = 1; n <= 6; n++)
		for (int arrives = 0; arrives < 2; arrives++) {
			applied_begin(a);
			a->reach.write_fails = n;
			a->reach.write_arrives = arrives;
			assert_int_equal(applied_run(a), -EIO);
			assert_rolled_back(a);
			assert_int_equal(a->apply->failed, n - 1);
			for (unsigned i = 0; i < 6; i++)
				assert_int_equal(a->apply->ops[i].result,
						 i + 1 < n ? P2P_RESULT_ROLLED_BACK :
						 i + 1 > n ? P2P_RESULT_UNCHANGED :
							     P2P_RESULT_FAILED);
		}
}

static void a_register_that_keeps_a_bit_is_seen(void **state)
{
	struct applied *a = *state;
	const int ports[] = { a->p.down[0], a->p.down[2], a->p.inner[0] };
	const uint32_t bits[] = { ACS_RR, ACS_CR };

	for (unsigned i = 0; i < 3; i++)
		for (unsigned k = 0; k < 2; k++) {
			applied_begin(a);
			a->reach.odd = ports[i];
			a->reach.keeps_from = 1;
			a->reach.keeps = bits[k];
			assert_int_equal(applied_run(a), -EIO);
			assert_non_null(strstr(a->err.text, "ACS control did not keep"));
			assert_rolled_back(a);
		}
}

/* Whatever changes it, and whenever: what was written is undone, the change stays. */
static void a_register_that_changes_by_itself_is_seen(void **state)
{
	struct applied *a = *state;
	unsigned n, last;

	applied_begin(a);
	assert_int_equal(applied_run(a), 0);
	last = a->reach.accesses;
	for (n = 1; n <= last; n++) {
		int result;

		applied_begin(a);
		a->reach.odd = a->p.down[2];
		a->reach.changes = n;
		a->reach.changed = ACS_TB;
		result = applied_run(a);
		/* Behind the last look at it nobody can know; between the look and
		 * the write after it, the write takes it back. */
		if (!result) {
			if (build_read(a->m->b, a->p.down[2], BUILD_ACS + REG_ACS_CTL,
				       2) &
			    ACS_TB)
				assert_in_range(n, last - 2, last);
			continue;
		}
		assert_true(result == -ESTALE || result == -EIO);
		assert_int_not_equal(a->apply->outcome, P2P_OUTCOME_INCOMPLETE);
		build_acs_control(a->m->b, a->p.down[2], KERNEL);
		applied_assert_before(a);
	}
	assert_true(n > 20);
}

/* What it had written cannot be known, and is named; the others are put back. */
static void a_device_that_vanishes_is_named_and_the_others_put_back(void **state)
{
	struct applied *a = *state;
	unsigned incomplete = 0;

	for (unsigned n = 1; n < ACCESSES_MOST; n++) {
		const struct p2p_apply_register *reg;
		int result;

		applied_begin(a);
		a->reach.gone = a->p.down[2];
		a->reach.goes = n;
		result = applied_run(a);
		if (!result)
			break;
		assert_int_equal(result, -ENODEV);
		reg = applied_register(a, a->p.down[2], P2P_PLAN_CONTROL);
		assert_int_equal(reg->is_left,
				 a->apply->outcome == P2P_OUTCOME_INCOMPLETE);
		if (reg->is_left) {
			incomplete++;
			assert_int_equal(a->apply->state, P2P_APPLY_FAILED);
			assert_int_equal(reg->place, P2P_PLACE_GONE);
			assert_false(reg->is_read);
			build_acs_control(a->m->b, a->p.down[2], KERNEL);
		}
		applied_assert_before(a);
	}
	assert_in_range(incomplete, 10, ACCESSES_MOST);
}

static void a_device_that_comes_back_in_time_is_put_back(void **state)
{
	struct applied *a = *state;

	applied_begin(a);
	a->reach.gone = a->p.down[2];
	/* at the last look, when all is written */
	assert_int_equal(applied_run(a), 0);
	a->reach.goes = a->reach.accesses;
	for (unsigned n = a->reach.goes; n > 20; n--) {
		int result;

		applied_begin(a);
		a->reach.gone = a->p.down[2];
		a->reach.goes = n;
		a->reach.comes = n + 2;
		result = applied_run(a);
		if (result)
			assert_rolled_back(a);
	}
}

/* From the nth write on nothing can be written any more. */
static void what_cannot_be_undone_is_named(void **state)
{
	struct applied *a = *state;

	for (unsigned n = 2; n <= 6; n++) {
		unsigned left = 0;

		applied_begin(a);
		a->reach.write_fails = n;
		a->reach.write_fails_to = ACCESSES_MOST;
		assert_int_equal(applied_run(a), -EIO);
		applied_assert_ended(a, P2P_OUTCOME_INCOMPLETE, P2P_APPLY_FAILED);
		for (uint32_t i = 0; i < a->apply->n_registers; i++) {
			const struct p2p_apply_register *reg = &a->apply->registers[i];

			left += reg->is_left;
			assert_true(reg->is_read);
			assert_int_equal(reg->is_left, reg->now != reg->original);
		}
		assert_int_equal(left, n - 1 < 3 ? n - 1 : 3);
		for (unsigned i = 0; i < 6; i++)
			assert_int_equal(a->apply->ops[i].result,
					 i < n ? P2P_RESULT_FAILED :
						 P2P_RESULT_UNCHANGED);
	}
}

static void one_register_that_is_not_undone_keeps_no_other_from_it(void **state)
{
	struct applied *a = *state;
	const struct p2p_apply_register *reg;

	applied_begin(a);
	a->reach.write_fails = 6;
	a->reach.odd = a->p.down[2];
	a->reach.keeps_from = 6;
	a->reach.keeps = UINT32_MAX;
	assert_int_equal(applied_run(a), -EIO);
	applied_assert_ended(a, P2P_OUTCOME_INCOMPLETE, P2P_APPLY_FAILED);
	reg = applied_register(a, a->p.down[2], P2P_PLAN_CONTROL);
	assert_true(reg->is_left);
	assert_int_equal(reg->now, reg->applied);
	build_acs_control(a->m->b, a->p.down[2], KERNEL);
	applied_assert_before(a);
}

static void a_stop_at_any_time_undoes_all(void **state)
{
	struct applied *a = *state;

	for (unsigned n = 1; n <= 6; n++) {
		applied_begin(a);
		a->reach.stops = n;
		assert_int_equal(applied_run(a), -EINTR);
		assert_int_equal(a->reach.writes, 2 * (n - 1));
		assert_rolled_back(a);
	}
}

static void a_read_that_fails_undoes_all(void **state)
{
	struct applied *a = *state;
	int result = -1;

	for (unsigned n = 1; result; n++) {
		assert_true(n < ACCESSES_MOST);
		applied_begin(a);
		a->reach.read_fails = n;
		result = applied_run(a);
		if (!result)
			break;
		assert_int_equal(result, -EACCES);
		applied_assert_before(a);
		assert_int_equal(a->apply->outcome,
				 a->reach.writes ? P2P_OUTCOME_ROLLED_BACK :
				 a->reach.notes  ? P2P_OUTCOME_ROLLED_BACK :
						   P2P_OUTCOME_REFUSED);
	}
}

static void without_a_journal_nothing_is_written_or_all_undone(void **state)
{
	struct applied *a = *state;

	for (unsigned n = 1; n <= 8; n++) {
		applied_begin(a);
		a->reach.note_fails = n;
		a->reach.note_fails_to = n % 2 ? ACCESSES_MOST : n;
		assert_int_equal(applied_run(a), -ENOSPC);
		applied_assert_before(a);
		assert_int_equal(a->apply->state, P2P_APPLY_UNDONE);
		assert_int_equal(a->apply->outcome,
				 n > 1 ? P2P_OUTCOME_ROLLED_BACK : P2P_OUTCOME_REFUSED);
		if (n == 1)
			assert_int_equal(a->reach.writes, 0);
	}
}

static void what_is_written_is_held_awake(void **state)
{
	struct applied *a = *state;

	applied_begin(a);
	a->apply->functions[0].power = P2P_CONTROL_AUTO;
	a->apply->functions[1].power = P2P_CONTROL_ON;
	assert_int_equal(applied_run(a), 0);
	assert_true(a->reach.is_held[0]);
	assert_int_equal(a->reach.holds, 1);
	assert_int_equal(applied_restore(a, false), 0);
	assert_false(a->reach.is_held[0]);

	applied_begin(a);
	a->apply->functions[2].power = P2P_CONTROL_AUTO;
	a->reach.write_fails = 3;
	assert_int_equal(applied_run(a), -EIO);
	assert_false(a->reach.is_held[2]);
	assert_rolled_back(a);

	applied_begin(a);
	a->apply->functions[0].power = P2P_CONTROL_AUTO;
	a->apply->functions[2].power = P2P_CONTROL_AUTO;
	a->reach.hold_fails = 2;
	assert_int_equal(applied_run(a), -EROFS);
	assert_false(a->reach.is_held[0]);
	applied_assert_ended(a, P2P_OUTCOME_REFUSED, P2P_APPLY_UNDONE);
	assert_int_equal(a->reach.accesses, 0);
}

/* All ports of a switch in a vector of 32: all-ones is a value. */
static void a_vector_of_ones_is_no_sign_of_a_device_that_is_gone(void **state)
{
	struct applied *a = *state;
	uint32_t words[P2P_PLAN_WORDS] = { UINT32_MAX };

	build_acs(a->m->b, a->p.down[0], 0x2000 | ACS_CLASSIC, KERNEL);
	a->m->options.mode = P2P_PLAN_SET;
	a->m->options.set = ACS_EC;
	a->m->options.vector = words;
	applied_begin_with(a, MEMBERS(a->p.down[0]));
	assert_int_equal(applied_run(a), 0);
	assert_int_equal(build_read(a->m->b, a->p.down[0], BUILD_ACS + REG_ACS_EGRESS, 4),
			 UINT32_MAX);
	assert_int_equal(applied_register(a, a->p.down[0], 0)->place, P2P_PLACE_APPLIED);
	assert_int_equal(applied_restore(a, false), 0);
	applied_assert_before(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		APPLIED(what_is_planned_is_written_and_read_back),
		APPLIED(the_journal_is_told_before_the_first_write_and_after_each),
		APPLIED(a_plan_without_writes_leaves_no_trace),
		APPLIED(what_was_refused_or_done_is_not_carried_out),
		APPLIED(bits_that_the_plan_did_not_know_stay),
		APPLIED(a_register_that_moved_is_told_and_nothing_written),
		APPLIED(a_device_that_is_gone_is_told_and_nothing_written),
		APPLIED(another_device_in_its_place_is_told_and_nothing_written),
		APPLIED(a_write_that_fails_undoes_those_before_it),
		APPLIED(a_register_that_keeps_a_bit_is_seen),
		APPLIED(a_register_that_changes_by_itself_is_seen),
		APPLIED(a_device_that_vanishes_is_named_and_the_others_put_back),
		APPLIED(a_device_that_comes_back_in_time_is_put_back),
		APPLIED(what_cannot_be_undone_is_named),
		APPLIED(one_register_that_is_not_undone_keeps_no_other_from_it),
		APPLIED(a_stop_at_any_time_undoes_all),
		APPLIED(a_read_that_fails_undoes_all),
		APPLIED(without_a_journal_nothing_is_written_or_all_undone),
		APPLIED(what_is_written_is_held_awake),
		APPLIED(a_vector_of_ones_is_no_sign_of_a_device_that_is_gone),
	};

	return cmocka_run_group_tests_name("apply", tests, NULL, NULL);
}
