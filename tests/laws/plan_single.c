/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a plan says that each register may be written once, nothing passes after any of
 * these writes that passes neither before nor after all of them. */
#include <assert.h>
#include <stdlib.h>

#include "laws/plan_trial.h"

static void check_now(struct trial *trial, const struct p2p_machine *now,
		      const unsigned *allowed)
{
	const struct p2p_topo *topo = trial->machine->topo;
	struct p2p_verdict verdict;
	int result = p2p_verdict_init(now->judge, &verdict);

	assert(!result);
	for (uint32_t i = 0; i < topo->n_nodes * topo->n_nodes; i++) {
		uint32_t from = i / topo->n_nodes, to = i % topo->n_nodes;

		if (topo->nodes[from].bridge || topo->nodes[to].bridge)
			continue;
		trial->count->cases++;
		if (trial_open(now, from, to, &verdict) & ~allowed[i])
			law_broken(trial->count, "%u -> %u is open on the way", from, to);
	}
	p2p_verdict_done(&verdict);
}

/* What passes now is added to what passed before. */
static void allow(const struct p2p_machine *machine, unsigned *allowed)
{
	uint32_t n = machine->topo->n_nodes;
	struct p2p_verdict verdict;
	int result = p2p_verdict_init(machine->judge, &verdict);

	assert(!result);
	for (uint32_t i = 0; i < n * n; i++)
		if (!machine->topo->nodes[i / n].bridge &&
		    !machine->topo->nodes[i % n].bridge)
			allowed[i] |= trial_open(machine, i / n, i % n, &verdict);
	p2p_verdict_done(&verdict);
}

/* From the first value of the register of @at to @ends one, or back to it. */
static void write_register(struct trial *trial, uint32_t at, bool ends)
{
	const struct p2p_plan *plan = trial->plan;
	const struct p2p_plan_op *first = &plan->ops[at];
	uint32_t value = first->old;

	for (uint32_t i = at; ends && i < plan->n_ops; i++)
		if (plan->ops[i].function == first->function)
			value = plan->ops[i].new;
	build_write(trial->b, trial_handle(trial, first->function), first->offset,
		    first->width / 8u, value);
}

static bool is_first(const struct p2p_plan *plan, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++)
		if (plan->ops[i].function == plan->ops[at].function)
			return false;
	return true;
}

static void write_all(struct trial *trial, bool ends, const unsigned *allowed)
{
	for (uint32_t i = 0; i < trial->plan->n_ops; i++) {
		struct p2p_machine *now;

		if (!is_first(trial->plan, i))
			continue;
		write_register(trial, i, ends);
		if (!allowed)
			continue;
		now = build_machine(trial->b, "6.12", "intel");
		check_now(trial, now, allowed);
		p2p_machine_free(now);
	}
}

static void check_writes(struct trial *trial)
{
	uint32_t n = trial->machine->topo->n_nodes;
	unsigned *allowed = calloc((size_t)n * n + 1, sizeof(*allowed));
	struct p2p_machine *last;

	assert(allowed);
	allow(trial->machine, allowed);
	write_all(trial, true, NULL);
	last = build_machine(trial->b, "6.12", "intel");
	allow(last, allowed);
	p2p_machine_free(last);
	write_all(trial, false, NULL);
	write_all(trial, true, allowed);
	free(allowed);
}

static void try_mode(struct law_count *count, const struct p2p_plan_options *options,
		     void (*choose_members)(struct trial *trial, uint32_t *state))
{
	uint32_t state = count->seed;
	struct trial trial = { .count = count,
			       .b = trial_orderly(&state),
			       .options = *options };
	int result;

	trial.machine = build_machine(trial.b, "6.12", "intel");
	choose_members(&trial, &state);
	result = p2p_plan_new(trial.machine, &trial.options, &trial.plan, NULL);
	assert(!result);
	if (!trial.plan->n_refusals && p2p_plan_is_single(trial.plan))
		check_writes(&trial);
	trial_end(&trial);
	build_free(trial.b);
}

static void registers_open_one_by_one(struct law_count *count, struct build *b)
{
	(void)b;
	try_mode(count,
		 &(struct p2p_plan_options){
			 .scope = (enum p2p_plan_scope)(count->seed % 3) },
		 trial_choose_some);
}

static void registers_close_one_by_one(struct law_count *count, struct build *b)
{
	(void)b;
	try_mode(count, &(struct p2p_plan_options){ .mode = P2P_PLAN_ISOLATE },
		 trial_choose_all);
}

/* Modes that open and close: then the law is about what is_single lets through. */
static void registers_turn_one_by_one(struct law_count *count, struct build *b)
{
	(void)b;
	try_mode(count, &(struct p2p_plan_options){ .mode = P2P_PLAN_ONE_WAY },
		 trial_choose_some);
	try_mode(count, &(struct p2p_plan_options){ .mode = P2P_PLAN_TRANSLATED },
		 trial_choose_some);
	try_mode(count,
		 &(struct p2p_plan_options){ .mode = P2P_PLAN_SET,
					     .set = count->seed & 0x5f,
					     .clear = count->seed >> 8 & 0x7f &
						      ~count->seed },
		 trial_choose_all);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "registers open one by one", 60, registers_open_one_by_one },
		{ "registers close one by one", 60, registers_close_one_by_one },
		{ "registers turn one by one", 150, registers_turn_one_by_one },
	};

	return law_run(laws, sizeof(laws) / sizeof(laws[0]), argc, argv);
}
