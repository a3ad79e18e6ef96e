/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans, carries out, takes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/applied.h"

int applied_setup(void **state)
{
	struct applied *a = calloc(1, sizeof(*a));

	assert_non_null(a);
	planned_setup((void **)&a->m);
	a->p = planned_plant(a->m);
	*state = a;
	return 0;
}

static void forget(struct applied *a)
{
	if (a->journal)
		p2p_journal_free(a->journal);
	else
		p2p_apply_free(a->apply);
	a->journal = NULL;
	a->apply = NULL;
}

int applied_teardown(void **state)
{
	struct applied *a = *state;

	forget(a);
	reach_done(&a->reach);
	image_done(&a->before);
	planned_teardown((void **)&a->m);
	free(a);
	return 0;
}

void applied_begin_with(struct applied *a, const int *members)
{
	if (a->before.words)
		image_put(a->m->b, &a->before);
	else
		a->before = image_take(a->m->b);
	forget(a);
	reach_done(&a->reach);
	planned_make(a->m, members);
	assert_int_equal(
		p2p_apply_new(a->m->said->machine, a->m->plan, &a->apply, &a->err), 0);
	assert_int_equal(a->apply->state, P2P_APPLY_NEW);
	reach_init(&a->reach, a->m->b, a->apply);
}

void applied_begin(struct applied *a)
{
	applied_begin_with(a, MEMBERS(a->p.gpu, a->p.nvme));
	assert_int_equal(a->apply->n_ops, 6);
	assert_int_equal(a->apply->n_registers, 3);
	assert_int_equal(a->apply->n_functions, 3);
}

int applied_run(struct applied *a)
{
	struct p2p_apply_calls calls = reach_calls(&a->reach);

	strcpy(a->err.text, "");
	return p2p_apply_run(a->apply, &calls, &a->err);
}

int applied_restore(struct applied *a, bool allow_changed)
{
	struct p2p_apply_calls calls = reach_calls(&a->reach);

	strcpy(a->err.text, "");
	return p2p_apply_restore(a->apply, said_machine(a->m->said), allow_changed,
				 &calls, &a->err);
}

bool applied_crash(struct applied *a, const struct crash *crash)
{
	struct p2p_journal *journal;

	image_put(a->m->b, &crash->image);
	if (!crash->noted)
		return false;
	if (p2p_journal_parse(crash->noted, strlen(crash->noted), &journal, &a->err))
		fail_msg("%s\n%s", a->err.text, crash->noted);
	forget(a);
	a->journal = journal;
	a->apply = journal->apply;
	reach_again(&a->reach);
	a->reach.apply = a->apply;
	free(a->reach.noted);
	a->reach.noted = strdup(crash->noted);
	assert_non_null(a->reach.noted);
	return true;
}

const struct p2p_apply_register *applied_register(const struct applied *a, int function,
						  int word)
{
	uint64_t key = p2p_bdf_key(build_bdf(a->m->b, function));

	for (uint32_t i = 0; i < a->apply->n_registers; i++) {
		const struct p2p_apply_register *reg = &a->apply->registers[i];

		if (reg->word == word &&
		    p2p_bdf_key(a->apply->functions[reg->function].bdf) == key)
			return reg;
	}
	fail_msg("no register of handle %d", function);
	return NULL;
}

void applied_assert_before(const struct applied *a)
{
	assert_true(image_is(a->m->b, &a->before));
}

void applied_assert_ended(const struct applied *a, enum p2p_apply_outcome outcome,
			  enum p2p_apply_state state)
{
	assert_int_equal(a->apply->outcome, outcome);
	assert_int_equal(a->apply->state, state);
	assert_int_equal(a->reach.state_noted, state);
}
