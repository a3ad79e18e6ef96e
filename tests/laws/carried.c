/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a transaction promises holds on random machines, whatever is planned: applied, the
 * plan is empty; restored, failed or crashed at any point, the registers are the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "laws/plan_trial.h"
#include "support/reach.h"

/* A plan that writes, and the registers before it. */
struct carried {
	struct trial *trial;
	struct image before;
	struct p2p_apply *apply;
	struct reach reach;
};

static void begin(struct carried *c)
{
	int result;

	image_put(c->trial->b, &c->before);
	result = p2p_apply_new(c->trial->machine, c->trial->plan, &c->apply, NULL);
	assert(!result);
	reach_init(&c->reach, c->trial->b, c->apply);
}

static void end(struct carried *c)
{
	p2p_apply_free(c->apply);
	reach_done(&c->reach);
}

static int run(struct carried *c)
{
	struct p2p_apply_calls calls = reach_calls(&c->reach);

	return p2p_apply_run(c->apply, &calls, NULL);
}

static int restore(struct carried *c, struct p2p_apply *apply)
{
	struct p2p_apply_calls calls = reach_calls(&c->reach);
	struct p2p_machine *now = build_machine(c->trial->b, "6.12", "intel");
	int result;

	c->reach.apply = apply;
	result = p2p_apply_restore(apply, now, false, &calls, NULL);
	c->reach.apply = c->apply;
	p2p_machine_free(now);
	return result;
}

static void must_be_before(const struct carried *c, const char *when, unsigned n)
{
	c->trial->count->cases++;
	if (!image_is(c->trial->b, &c->before))
		law_broken(c->trial->count, "%s (%u): not as before", when, n);
}

static void must_be_empty(const struct carried *c)
{
	struct p2p_machine *now = build_machine(c->trial->b, "6.12", "intel");
	struct p2p_plan *again;
	int result = p2p_plan_new(now, &c->trial->options, &again, NULL);

	assert(!result);
	c->trial->count->cases++;
	if (again->n_ops || again->n_refusals)
		law_broken(c->trial->count, "planned again: %u writes, %u refusals",
			   again->n_ops, again->n_refusals);
	p2p_plan_free(again);
	p2p_machine_free(now);
}

static void look_at_restored(struct carried *c)
{
	begin(c);
	if (run(c))
		law_broken(c->trial->count, "not applied");
	must_be_empty(c);
	if (restore(c, c->apply) || c->apply->state != P2P_APPLY_UNDONE)
		law_broken(c->trial->count, "not restored");
	must_be_before(c, "restored", 0);
	end(c);
}

static void look_at_failed(struct carried *c)
{
	uint32_t n_ops = c->trial->plan->n_ops;

	for (unsigned n = 1; n <= 2 * n_ops; n++) {
		begin(c);
		c->reach.write_fails = (n + 1) / 2;
		c->reach.write_arrives = n % 2;
		if (!run(c) || c->apply->outcome != P2P_OUTCOME_ROLLED_BACK)
			law_broken(c->trial->count, "write %u failed unseen", n);
		must_be_before(c, "failed", n);
		end(c);
	}
}

static void recover(struct carried *c, const struct crash *crash, unsigned n)
{
	struct p2p_journal *journal;

	image_put(c->trial->b, &crash->image);
	if (crash->noted) {
		int result = p2p_journal_parse(crash->noted, strlen(crash->noted),
					       &journal, NULL);

		assert(!result);
		if (restore(c, journal->apply))
			law_broken(c->trial->count, "crash %u: not restored", n);
		p2p_journal_free(journal);
	}
	must_be_before(c, "crashed", n);
}

/* Now and then, for there are many points. */
static void look_at_crashed(struct carried *c)
{
	begin(c);
	c->reach.keeps_crashes = true;
	if (run(c))
		law_broken(c->trial->count, "not applied");
	c->reach.keeps_crashes = false;
	for (unsigned i = c->trial->count->seed % 5; i < c->reach.n_crashes; i += 5)
		recover(c, &c->reach.crashes[i], i);
	end(c);
}

static void choose(struct trial *trial, uint32_t *state)
{
	switch (trial->options.mode) {
	case P2P_PLAN_CLEAR:
		trial->options.scope = (enum p2p_plan_scope)(trial->count->seed % 3);
		trial_choose_some(trial, state);
		return;
	case P2P_PLAN_ONE_WAY:
	case P2P_PLAN_TRANSLATED:
		trial_choose_some(trial, state);
		return;
	case P2P_PLAN_EGRESS:
		trial_choose_below(trial, state);
		return;
	case P2P_PLAN_ISOLATE:
	case P2P_PLAN_SET:
		trial_choose_all(trial, state);
		return;
	}
}

static void try_one(struct law_count *count, struct build *b, uint32_t *state,
		    void (*look)(struct carried *c))
{
	struct trial trial = { .count = count, .b = b };
	struct carried c = { .trial = &trial };
	int result;

	trial.options.mode = (enum p2p_plan_mode)(count->seed % P2P_PLAN_SET);
	trial.machine = build_machine(b, "6.12", "intel");
	choose(&trial, state);
	result = p2p_plan_new(trial.machine, &trial.options, &trial.plan, NULL);
	assert(!result);
	if (trial.plan->n_ops) {
		c.before = image_take(b);
		look(&c);
		image_put(b, &c.before);
		image_done(&c.before);
	}
	trial_end(&trial);
}

static void try_both(struct law_count *count, struct build *b,
		     void (*look)(struct carried *c))
{
	uint32_t state = count->seed;
	struct build *orderly = trial_orderly(&state);

	try_one(count, b, &state, look);
	try_one(count, orderly, &state, look);
	build_free(orderly);
}

static void what_is_restored_is_as_before(struct law_count *count, struct build *b)
{
	try_both(count, b, look_at_restored);
}

static void what_fails_is_as_before(struct law_count *count, struct build *b)
{
	try_both(count, b, look_at_failed);
}

static void what_crashes_can_be_restored(struct law_count *count, struct build *b)
{
	try_both(count, b, look_at_crashed);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "applied the plan is empty, restored all is as before", 500,
		  what_is_restored_is_as_before },
		{ "whichever write fails all is as before", 100,
		  what_fails_is_as_before },
		{ "wherever it crashes all is restored", 50,
		  what_crashes_can_be_restored },
	};

	return law_run(laws, sizeof(laws) / sizeof(laws[0]), argc, argv);
}
