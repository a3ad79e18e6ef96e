/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says, plans, looks at the writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/planned.h"

int planned_setup(void **state)
{
	struct planned *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	said_setup((void **)&m->said);
	m->b = m->said->b;
	*state = m;
	return 0;
}

int planned_teardown(void **state)
{
	struct planned *m = *state;

	p2p_plan_free(m->plan);
	said_teardown((void **)&m->said);
	free(m);
	return 0;
}

struct plant planned_plant(struct planned *m)
{
	struct plant p = plant_say(m->said);
	const int ports[] = { p.down[0],  p.down[1], p.down[2], p.inner[0],
			      p.inner[1], p.port,    p.other };

	for (unsigned i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		build_acs_control(m->b, ports[i], KERNEL);
	return p;
}

static int compare(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static uint32_t add(const struct planned *m, const int *handles, uint32_t *list,
		    uint32_t n)
{
	for (; *handles >= 0; handles++) {
		assert_true(n < PLANNED_MAX);
		list[n++] = said_index(m->said, *handles);
	}
	qsort(list, n, sizeof(*list), compare);
	return n;
}

static const struct p2p_plan *plan(struct planned *m)
{
	m->options.members = m->members;
	m->options.initiators = m->initiators;
	p2p_plan_free(m->plan);
	assert_int_equal(p2p_plan_new(m->said->machine, &m->options, &m->plan, NULL), 0);
	return m->plan;
}

const struct p2p_plan *planned_make(struct planned *m, const int *members)
{
	said_machine(m->said);
	m->options.n_members = add(m, members, m->members, 0);
	return plan(m);
}

const struct p2p_plan *planned_one_way(struct planned *m, const int *initiators,
				       const int *others)
{
	uint32_t n;

	said_machine(m->said);
	m->options.mode = P2P_PLAN_ONE_WAY;
	m->options.n_initiators = add(m, initiators, m->initiators, 0);
	n = add(m, initiators, m->members, 0);
	m->options.n_members = add(m, others, m->members, n);
	return plan(m);
}

static void assert_register(const struct planned *m, int function, int word,
			    uint32_t before, uint32_t after)
{
	uint32_t index = said_index(m->said, function), last = before;

	for (uint32_t i = 0; i < m->plan->n_ops; i++) {
		const struct p2p_plan_op *op = &m->plan->ops[i];

		if (op->function != index || op->word != word)
			continue;
		assert_int_equal(op->old, last);
		assert_int_equal(op->old ^ op->new, op->mask);
		last = op->new;
	}
	assert_int_equal(last, after);
}

void planned_assert_control(const struct planned *m, int function, uint32_t before,
			    uint32_t after)
{
	uint32_t index = said_index(m->said, function);

	assert_register(m, function, P2P_PLAN_CONTROL, before, after);
	assert_int_equal(m->said->machine->facts[index].acs.regs.ctrl.value, before);
	assert_non_null(m->plan->after);
	assert_int_equal(m->plan->after[index].acs.regs.ctrl.value, after);
}

void planned_assert_word(const struct planned *m, int function, unsigned word,
			 uint32_t before, uint32_t after)
{
	uint32_t index = said_index(m->said, function);

	assert_register(m, function, (int)word, before, after);
	assert_int_equal(m->plan->after[index].acs.egress[word].value, after);
}

static bool holds(const struct planned *m, const int *handles, uint32_t index)
{
	for (; *handles >= 0; handles++)
		if (said_index(m->said, *handles) == index)
			return true;
	return false;
}

void planned_assert_written(const struct planned *m, const int *functions)
{
	planned_assert_planned(m);
	for (uint32_t i = 0; i < m->plan->n_ops; i++)
		if (!holds(m, functions, m->plan->ops[i].function))
			fail_msg("function %u is written", m->plan->ops[i].function);
	for (; *functions >= 0; functions++) {
		uint32_t index = said_index(m->said, *functions), n = 0;

		for (uint32_t i = 0; i < m->plan->n_ops; i++)
			n += m->plan->ops[i].function == index;
		if (!n)
			fail_msg("handle %d is not written", *functions);
	}
}

void planned_assert_op(const struct planned *m, uint32_t n, int function, int word,
		       enum p2p_plan_phase phase, uint32_t mask)
{
	const struct p2p_plan_op *op = &m->plan->ops[n];

	assert_true(n < m->plan->n_ops);
	assert_int_equal(op->function, said_index(m->said, function));
	assert_int_equal(op->word, word);
	assert_int_equal(op->phase, phase);
	assert_int_equal(op->mask, mask);
}

static uint32_t index_of(const struct planned *m, int function)
{
	return function < 0 ? P2P_NONE : said_index(m->said, function);
}

void planned_assert_refused(const struct planned *m, enum p2p_plan_refusal_kind kind,
			    int function, int other, uint32_t bits)
{
	assert_int_equal(m->plan->n_ops, 0);
	for (uint32_t i = 0; i < m->plan->n_refusals; i++) {
		const struct p2p_plan_refusal *refusal = &m->plan->refusals[i];

		if (refusal->kind == kind && refusal->bits == bits &&
		    refusal->function == index_of(m, function) &&
		    refusal->other == index_of(m, other))
			return;
	}
	for (uint32_t i = 0; i < m->plan->n_refusals; i++)
		print_message("kind %d function %d other %d at %d bits 0x%x\n",
			      (int)m->plan->refusals[i].kind,
			      (int)m->plan->refusals[i].function,
			      (int)m->plan->refusals[i].other,
			      (int)m->plan->refusals[i].at, m->plan->refusals[i].bits);
	fail_msg("%u other refusals", m->plan->n_refusals);
}

void planned_assert_planned(const struct planned *m)
{
	if (m->plan->n_refusals)
		planned_assert_refused(m, P2P_REFUSE_FEW, -2, -2, UINT32_MAX);
}

void planned_carry_out(struct planned *m)
{
	planned_assert_planned(m);
	for (uint32_t i = 0; i < m->plan->n_ops; i++) {
		const struct p2p_plan_op *op = &m->plan->ops[i];
		unsigned width = op->width / 8u;

		for (int handle = 0; handle < build_count(m->b); handle++)
			if (!build_place(m->b, handle).host &&
			    said_index(m->said, handle) == op->function)
				build_write(m->b, handle, op->offset, width,
					    (build_read(m->b, handle, op->offset, width) &
					     ~op->mask) |
						    (op->new & op->mask));
	}
}

void planned_assert_again(struct planned *m, const int *members)
{
	planned_carry_out(m);
	planned_make(m, members);
	planned_assert_written(m, (const int[]){ -1 });
	assert_int_equal(m->plan->n_changed, 0);
}

const struct p2p_plan_pair *planned_pair(const struct planned *m, int from, int to)
{
	return p2p_plan_find_pair(m->plan, said_index(m->said, from),
				  said_index(m->said, to));
}

void planned_assert_list(const struct planned *m, const uint32_t *list, uint32_t n,
			 const int *functions)
{
	uint32_t wanted = 0;

	for (const int *at = functions; *at >= 0; at++)
		wanted++;
	assert_int_equal(n, wanted);
	for (uint32_t i = 0; i < n; i++) {
		assert_true(holds(m, functions, list[i]));
		assert_true(!i || list[i - 1] < list[i]);
	}
}
