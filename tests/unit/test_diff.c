/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed between two looks: who is who, registers, pairs, groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <p2ptool/diff.h>

#include "core/regs.h"
#include "support/plant.h"

/* The look before; the one after is what has been said since. */
struct looks {
	struct said *before, *after;
	struct plant p, q;
	struct p2p_diff *diff;
};

static int two_looks(void **state)
{
	struct looks *looks = calloc(1, sizeof(*looks));
	void *said = NULL;

	assert_non_null(looks);
	said_setup(&said);
	looks->before = said;
	said_setup(&said);
	looks->after = said;
	looks->p = plant_say(looks->before);
	looks->q = plant_say(looks->after);
	*state = looks;
	return 0;
}

static int leave(void **state)
{
	struct looks *looks = *state;
	void *said = looks->before;

	p2p_diff_free(looks->diff);
	said_teardown(&said);
	said = looks->after;
	said_teardown(&said);
	free(looks);
	return 0;
}

static const struct p2p_diff *compare_without(struct looks *looks, unsigned ignored)
{
	p2p_diff_free(looks->diff);
	looks->diff = p2p_diff_new(said_machine(looks->before),
				   said_machine(looks->after), ignored);
	assert_non_null(looks->diff);
	return looks->diff;
}

static const struct p2p_diff *compare(struct looks *looks)
{
	return compare_without(looks, 0);
}

static uint64_t count(const struct p2p_diff *diff, enum p2p_change_kind kind)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < diff->n_changes; i++)
		n += diff->changes[i].kind == kind;
	return n;
}

static const struct p2p_change *only(const struct p2p_diff *diff,
				     enum p2p_change_kind kind)
{
	const struct p2p_change *found = NULL;

	assert_int_equal(count(diff, kind), 1);
	for (uint64_t i = 0; i < diff->n_changes; i++)
		if (diff->changes[i].kind == kind)
			found = &diff->changes[i];
	return found;
}

static void the_same_machine_is_the_same(void **state)
{
	assert_int_equal(compare(*state)->n_changes, 0);
}

static void a_function_that_came_or_went_is_told_once(void **state)
{
	struct looks *looks = *state;
	const struct p2p_change *change;

	build_ids(looks->after->b,
		  build_endpoint(looks->after->b, looks->q.other, P2P_TYPE_ENDPOINT,
				 BUILD_CLASS_NVME),
		  0x144d, 0xa80a);
	build_hide(looks->after->b, looks->q.gpu);
	change = only(compare(looks), P2P_CHANGE_CAME);
	assert_int_equal(change->before, P2P_NONE);
	change = only(looks->diff, P2P_CHANGE_WENT);
	assert_int_equal(change->before, said_index(looks->before, looks->p.gpu));
	assert_int_equal(change->after, P2P_NONE);
}

static void a_card_in_another_slot_has_moved(void **state)
{
	struct looks *looks = *state;
	const struct p2p_change *change;

	build_ids(looks->before->b, looks->p.gpu, 0x10de, 0x2330);
	build_hide(looks->after->b, looks->q.gpu);
	build_ids(looks->after->b,
		  build_endpoint(looks->after->b, looks->q.other, P2P_TYPE_ENDPOINT,
				 BUILD_CLASS_GPU),
		  0x10de, 0x2330);
	change = only(compare(looks), P2P_CHANGE_MOVED);
	assert_int_equal(change->before, said_index(looks->before, looks->p.gpu));
	assert_int_equal(count(looks->diff, P2P_CHANGE_CAME), 0);
	assert_int_equal(count(looks->diff, P2P_CHANGE_WENT), 0);
}

/* What the second port leads to gets another bus when the first one leads to more. */
static void buses_that_are_numbered_anew_are_no_difference(void **state)
{
	struct looks *looks = *state;
	int switch_up = build_switch(looks->after->b, looks->q.down[0], 2);

	assert_true(switch_up >= 0);
	compare(looks);
	assert_int_equal(count(looks->diff, P2P_CHANGE_CAME), 3);
	assert_int_equal(count(looks->diff, P2P_CHANGE_WENT), 0);
	assert_int_equal(count(looks->diff, P2P_CHANGE_MOVED), 0);
	assert_int_not_equal(build_bdf(looks->before->b, looks->p.far).bus,
			     build_bdf(looks->after->b, looks->q.far).bus);
}

static void a_changed_control_register_changes_routes_and_groups(void **state)
{
	struct looks *looks = *state;
	const struct p2p_change *change;

	build_acs_control(looks->after->b, looks->q.down[0],
			  ACS_SV | ACS_RR | ACS_CR | ACS_UF);
	compare(looks);
	change = only(looks->diff, P2P_CHANGE_ACS);
	assert_int_equal(change->before, said_index(looks->before, looks->p.down[0]));
	assert_int_equal(change->after, said_index(looks->after, looks->q.down[0]));
	assert_int_equal(change->is.value & change->is.known,
			 ACS_SV | ACS_RR | ACS_CR | ACS_UF);
	assert_true(count(looks->diff, P2P_CHANGE_ROUTE) > 0);
	assert_true(count(looks->diff, P2P_CHANGE_MAP) > 0);
}

static void what_is_ignored_is_not_told(void **state)
{
	struct looks *looks = *state;

	build_acs_control(looks->after->b, looks->q.down[0], ACS_RR);
	compare_without(looks, 1u << P2P_CHANGE_ACS | 1u << P2P_CHANGE_ROUTE);
	assert_int_equal(count(looks->diff, P2P_CHANGE_ACS), 0);
	assert_int_equal(count(looks->diff, P2P_CHANGE_ROUTE), 0);
	assert_true(looks->diff->n_changes > 0);
}

static void what_one_look_did_not_see_is_no_difference(void **state)
{
	struct looks *looks = *state;

	build_acs_control(looks->after->b, looks->q.down[0], ACS_RR);
	build_readable(looks->before->b, looks->p.down[0], 64);
	compare(looks);
	assert_int_equal(count(looks->diff, P2P_CHANGE_ACS), 0);
	assert_true(looks->diff->n_unknown > 0);
}

static void another_device_in_the_same_place_is_another_device(void **state)
{
	struct looks *looks = *state;

	build_ids(looks->before->b, looks->p.gpu, 0x10de, 0x2330);
	build_ids(looks->after->b, looks->q.gpu, 0x1002, 0x74a1);
	compare(looks);
	assert_int_equal(count(looks->diff, P2P_CHANGE_CAME), 1);
	assert_int_equal(count(looks->diff, P2P_CHANGE_WENT), 1);
}

#define LOOKS(name) cmocka_unit_test_setup_teardown(name, two_looks, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOKS(the_same_machine_is_the_same),
		LOOKS(a_function_that_came_or_went_is_told_once),
		LOOKS(a_card_in_another_slot_has_moved),
		LOOKS(buses_that_are_numbered_anew_are_no_difference),
		LOOKS(a_changed_control_register_changes_routes_and_groups),
		LOOKS(what_is_ignored_is_not_told),
		LOOKS(what_one_look_did_not_see_is_no_difference),
		LOOKS(another_device_in_the_same_place_is_another_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
