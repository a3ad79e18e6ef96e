/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What guards have in common, and the guards of the machine itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/guarded.h"

#define ALL ((1u << P2P_GUARDS) - 1)

static void a_quiet_machine_passes_every_guard(void **state)
{
	struct guarded *g = *state;

	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
	assert_true(g->m->plan->n_ops > 0);
	for (unsigned i = 0; i < P2P_GUARDS; i++)
		guarded_passes(g, (enum p2p_guard)i);
	assert_int_equal(p2p_guards_that(g->guards, P2P_GUARD_PASS), ALL);
	assert_int_equal(g->guards->n_obstacles, 0);
	assert_false(p2p_guards_refuse(g->guards));
	assert_false(p2p_guards_cannot_tell(g->guards));
}

/* A capture of registers tells nothing of who uses what: only what registers decide
 * passes. */
static void what_a_capture_does_not_tell_is_never_passed(void **state)
{
	struct guarded *g = *state;
	const unsigned by_registers = 1u << P2P_GUARD_APU | 1u << P2P_GUARD_SVM |
				      1u << P2P_GUARD_MPS | 1u << P2P_GUARD_ERRATA |
				      1u << P2P_GUARD_CONTAINMENT |
				      1u << P2P_GUARD_ROOT_PORT;

	g->is_capture = g->hides_drivers = true;
	g->iommu = P2P_IOMMU_UNKNOWN;
	g->container = P2P_UNKNOWN;
	g->cmdline = g->kernel = NULL;
	memset(&g->evidence, 0, sizeof(g->evidence));
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
	assert_int_equal(p2p_guards_that(g->guards, P2P_GUARD_PASS), by_registers);
	assert_int_equal(p2p_guards_that(g->guards, P2P_GUARD_CANNOT_TELL),
			 ALL & ~by_registers);
	assert_false(p2p_guards_refuse(g->guards));
}

static void no_evidence_is_evidence_of_nothing(void **state)
{
	struct guarded *g = *state;
	struct p2p_guards *guards = NULL;

	planned_make(g->m, MEMBERS(g->p.gpu, g->p.nic));
	assert_int_equal(p2p_guards_new(g->m->said->machine, g->m->plan, NULL, 0, &guards,
					NULL),
			 0);
	assert_true(p2p_guards_cannot_tell(guards));
	assert_int_equal(guards->results[P2P_GUARD_LOCKDOWN].verdict,
			 P2P_GUARD_CANNOT_TELL);
	p2p_guards_free(guards);
}

static void a_plan_that_writes_nothing_passes_them_all(void **state)
{
	struct guarded *g = *state;

	g->evidence.lockdown = P2P_LOCKDOWN_INTEGRITY;
	g->evidence.guest = P2P_YES;
	planned_make(g->m, MEMBERS(g->p.gpu));
	assert_int_equal(g->m->plan->n_ops, 0);
	guarded_ask_again(g);
	assert_int_equal(p2p_guards_that(g->guards, P2P_GUARD_PASS), ALL);
}

static void a_virtual_machine_is_refused(void **state)
{
	struct guarded *g = *state;

	g->evidence.guest = P2P_YES;
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
	guarded_refuses(g, P2P_GUARD_GUEST, P2P_OBSTACLE_GUEST, -1, -1);
	guarded_is_allowed(g, P2P_GUARD_GUEST);
	g->evidence.guest = P2P_UNKNOWN;
	guarded_ask_again(g);
	guarded_cannot_tell(g, P2P_GUARD_GUEST, P2P_LACK_GUEST);
	guarded_is_allowed(g, P2P_GUARD_GUEST);
}

static void a_journal_that_would_not_outlive_us_is_refused(void **state)
{
	struct guarded *g = *state;

	g->evidence.container = P2P_YES;
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
	guarded_refuses(g, P2P_GUARD_CONTAINER, P2P_OBSTACLE_CONTAINER, -1, -1);
	guarded_is_allowed(g, P2P_GUARD_CONTAINER);
	g->evidence.container = P2P_UNKNOWN;
	guarded_ask_again(g);
	guarded_cannot_tell(g, P2P_GUARD_CONTAINER, P2P_LACK_CONTAINER);
	g->container = P2P_YES;
	g->evidence.container = P2P_NO;
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
	guarded_refuses(g, P2P_GUARD_CONTAINER, P2P_OBSTACLE_CONTAINER, -1, -1);
}

static void lockdown_is_a_fact_that_nobody_allows(void **state)
{
	static const enum p2p_lockdown modes[] = { P2P_LOCKDOWN_INTEGRITY,
						   P2P_LOCKDOWN_CONFIDENTIALITY };
	struct guarded *g = *state;

	g->allowed = ALL;
	for (unsigned i = 0; i < 2; i++) {
		g->evidence.lockdown = modes[i];
		guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
		assert_int_equal(guarded_refuses(g, P2P_GUARD_LOCKDOWN,
						 P2P_OBSTACLE_LOCKDOWN, -1, -1)
					 ->number,
				 modes[i]);
	}
	g->evidence.lockdown = P2P_LOCKDOWN_UNKNOWN;
	guarded_ask_again(g);
	guarded_cannot_tell(g, P2P_GUARD_LOCKDOWN, P2P_LACK_LOCKDOWN);
}

static void a_refusal_stays_one_whatever_else_is_not_known(void **state)
{
	struct guarded *g = *state;

	guarded_hold(g, P2P_HELD_NVIDIA, g->p.gpu);
	g->evidence.knows_holders = false;
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
	guarded_refuses(g, P2P_GUARD_IN_USE, P2P_OBSTACLE_HELD, g->p.gpu, -1);
	assert_int_equal(g->guards->results[P2P_GUARD_IN_USE].n_obstacles, 2);
}

static void obstacles_are_kept_up_to_a_limit_and_all_counted(void **state)
{
	static struct p2p_holder holders[P2P_OBSTACLES_MAX + 5];
	struct guarded *g = *state;
	struct p2p_guards *guards = NULL;
	struct p2p_guard_evidence evidence = g->evidence;

	planned_make(g->m, MEMBERS(g->p.gpu, g->p.nic));
	for (uint32_t i = 0; i < P2P_OBSTACLES_MAX + 5; i++)
		holders[i] = (struct p2p_holder){
			.pid = i, .function = said_index(g->m->said, g->p.gpu)
		};
	evidence.holders = holders;
	evidence.n_holders = P2P_OBSTACLES_MAX + 5;
	assert_int_equal(p2p_guards_new(g->m->said->machine, g->m->plan, &evidence, 0,
					&guards, NULL),
			 0);
	assert_int_equal(guards->results[P2P_GUARD_IN_USE].n_obstacles,
			 P2P_OBSTACLES_MAX);
	assert_true(guards->results[P2P_GUARD_IN_USE].n_seen == P2P_OBSTACLES_MAX + 5);
	assert_int_equal(guards->n_obstacles, P2P_OBSTACLES_MAX);
	p2p_guards_free(guards);
}

static void names_of_guards_are_read(void **state)
{
	unsigned allowed = 77;

	(void)state;
	assert_int_equal(p2p_guard_parse("in-use", &allowed, NULL), 0);
	assert_int_equal(allowed, 1u << P2P_GUARD_IN_USE);
	assert_int_equal(p2p_guard_parse("vfio,root-port,vfio", &allowed, NULL), 0);
	assert_int_equal(allowed, 1u << P2P_GUARD_VFIO | 1u << P2P_GUARD_ROOT_PORT);
	for (unsigned i = 0; i < P2P_GUARD_LOCKDOWN; i++) {
		assert_int_equal(p2p_guard_parse(p2p_guard_word((enum p2p_guard)i),
						 &allowed, NULL),
				 0);
		assert_int_equal(allowed, 1u << i);
	}
}

static void other_names_are_refused_with_those_there_are(void **state)
{
	static const char *const wrong[] = { "",     "all",      "inuse",   "in-use,",
					     ",mps", "mps,,svm", "mps apu", "VFIO" };
	struct p2p_err err = { "" };
	unsigned allowed = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_not_equal(p2p_guard_parse(wrong[i], &allowed, &err), 0);
		assert_non_null(strstr(err.text,
				       "(name one of vfio groups apu svm in-use "
				       "boot-disk mps errata containment external "
				       "root-port guest container)"));
		assert_int_equal(allowed, 77);
	}
	assert_int_not_equal(p2p_guard_parse("mps,lockdown", &allowed, &err), 0);
	assert_non_null(strstr(err.text, "lockdown cannot be allowed"));
	assert_int_equal(allowed, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GUARDED(a_quiet_machine_passes_every_guard),
		GUARDED(what_a_capture_does_not_tell_is_never_passed),
		GUARDED(no_evidence_is_evidence_of_nothing),
		GUARDED(a_plan_that_writes_nothing_passes_them_all),
		GUARDED(a_virtual_machine_is_refused),
		GUARDED(a_journal_that_would_not_outlive_us_is_refused),
		GUARDED(lockdown_is_a_fact_that_nobody_allows),
		GUARDED(a_refusal_stays_one_whatever_else_is_not_known),
		GUARDED(obstacles_are_kept_up_to_a_limit_and_all_counted),
		cmocka_unit_test(names_of_guards_are_read),
		cmocka_unit_test(other_names_are_refused_with_those_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
