/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guards that registers decide say what another statement says, made of nothing but the
 * registers before and after, and of who reaches whom by them. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/guard.h>

#include "core/regs.h"
#include "laws/plan_trial.h"

#define AT_PASID  0x400
#define AT_AER    0x440
#define AT_DPC    0x480
#define EXP(name) (BUILD_EXPRESS + REG_EXP_##name)

static bool chance(uint32_t *state, uint32_t one_in)
{
	return !build_random(state, one_in);
}

static void sprinkle_port(struct build *b, int port, uint32_t *state)
{
	if (chance(state, 2)) {
		build_extended(b, port, EXT_CAP_AER, AT_AER);
		build_write(b, port, AT_AER + REG_AER_MASK, 4,
			    chance(state, 3) ? AER_ACS_VIOLATION : 0);
		build_write(b, port, AT_AER + REG_AER_SEVERITY, 4,
			    chance(state, 3) ? AER_ACS_VIOLATION : 0);
	}
	if (chance(state, 3)) {
		build_extended(b, port, EXT_CAP_DPC, AT_DPC);
		build_write(b, port, AT_DPC + REG_DPC_CTL, 2, build_random(state, 3));
	}
	if (chance(state, 20))
		build_ids(b, port, 0x12d8, 0x2404);
	else if (chance(state, 20))
		build_ids(b, port, 0x111d, 0x80b5);
}

static void sprinkle_endpoint(struct build *b, int end, uint32_t *state)
{
	if (chance(state, 3)) {
		build_extended(b, end, EXT_CAP_PASID, AT_PASID);
		build_write(b, end, AT_PASID + REG_PASID_CTL, 2, build_random(state, 2));
	}
	build_write(b, end, EXP(DEVCTL2), 2, chance(state, 6) ? DEVCTL2_TAG10 : 0);
	build_write(b, end, EXP(DEVCAP2), 4, chance(state, 6) ? 0 : DEVCAP2_TAG10_CPL);
}

static void sprinkle(struct build *b, uint32_t *state)
{
	for (int i = 0; i < build_count(b); i++) {
		if (build_place(b, i).host)
			continue;
		build_write(b, i, EXP(DEVCTL), 2, chance(state, 12) ? 1u << 5 : 2u << 5);
		if (build_read(b, i, REG_HEADER_TYPE, 1) & HEADER_LAYOUT)
			sprinkle_port(b, i, state);
		else
			sprinkle_endpoint(b, i, state);
	}
}

/* What becomes of one function's ACS control, first and last. */
struct change {
	uint32_t on, off, after;
	bool vector_opens;
};

static struct change change_of(const struct trial *trial, uint32_t function)
{
	const struct p2p_acs *before = &trial->machine->facts[function].acs;
	const struct p2p_acs *after = &trial->plan->after[function].acs;
	uint32_t old = before->regs.ctrl.value, now = after->regs.ctrl.value;
	struct change change = { now & ~old, old & ~now, now, false };

	for (unsigned i = 0; i < P2P_EGRESS_WORDS; i++)
		change.vector_opens |=
			(before->egress[i].value & ~after->egress[i].value) != 0;
	return change;
}

/* Bits that go and come back, or the reverse, count for guards and not for these. */
static bool has_detours(const struct trial *trial)
{
	for (uint32_t i = 0; i < trial->plan->n_ops; i++) {
		const struct p2p_plan_op *op = &trial->plan->ops[i];
		struct change change = change_of(trial, op->function);

		if (op->word != P2P_PLAN_CONTROL)
			continue;
		if (op->mask & op->new & ~op->old & ~change.on)
			return true;
		if (op->mask & op->old & ~op->new & ~change.off)
			return true;
	}
	return false;
}

static bool wants_svm(const struct trial *trial)
{
	const struct p2p_topo *topo = trial->machine->topo;

	for (uint32_t i = 0; i < topo->n_nodes; i++)
		for (uint32_t at = 0; at < topo->n_nodes; at++)
			if (change_of(trial, at).off & (ACS_RR | ACS_UF) &&
			    p2p_topo_is_under(topo, i, at) &&
			    trial->machine->facts[i].pasid.ctrl.value & 1)
				return true;
	return false;
}

static bool wants_errata(const struct trial *trial)
{
	for (uint32_t i = 0; i < trial->machine->topo->n_nodes; i++) {
		uint32_t on = change_of(trial, i).on;
		int32_t vendor = trial->machine->facts[i].vendor;

		if ((vendor == 0x12d8 && on & ACS_RR) ||
		    (vendor == 0x111d && on & ACS_SV))
			return true;
	}
	return false;
}

static bool wants_root_port(const struct trial *trial)
{
	const struct p2p_topo *topo = trial->machine->topo;

	for (uint32_t i = 0; i < topo->n_nodes; i++) {
		struct change change = change_of(trial, i);

		if (topo->nodes[i].parent == P2P_NONE && topo->nodes[i].bridge &&
		    (change.off & (ACS_SV | ACS_TB | ACS_RR | ACS_CR) ||
		     change.on & (ACS_EC | ACS_DT) || change.vector_opens ||
		     (change.off & ACS_EC && !(change.after & ACS_RR))))
			return true;
	}
	return false;
}

static bool takes_link_down(const struct trial *trial, uint32_t port)
{
	const struct p2p_facts *facts = trial->machine->facts;
	bool has_aer = facts[port].aer.present == P2P_YES;
	bool fatal = has_aer && facts[port].aer.severity.value & AER_ACS_VIOLATION;

	if (has_aer && facts[port].aer.mask.value & AER_ACS_VIOLATION)
		return false;
	if (fatal || facts[port].dpc.ctrl.value & DPC_CTL_TRIGGER)
		return true;
	for (uint32_t i = 0; i < trial->machine->topo->n_nodes; i++)
		if (i != port && p2p_topo_is_under(trial->machine->topo, port, i) &&
		    (facts[i].dpc.ctrl.value & DPC_CTL_TRIGGER) == 2)
			return true;
	return false;
}

static bool wants_containment(const struct trial *trial)
{
	for (uint32_t i = 0; i < trial->machine->topo->n_nodes; i++) {
		struct change change = change_of(trial, i);
		bool alone = change.after & ACS_EC && !(change.after & ACS_RR) &&
			     (change.on & ACS_EC || change.off & ACS_RR);

		if ((change.on & (ACS_SV | ACS_TB) || alone) && takes_link_down(trial, i))
			return true;
	}
	return false;
}

/* Above one of both ends and not the other, or the lowest above both. */
static bool is_on_way(const struct p2p_topo *topo, uint32_t from, uint32_t to,
		      uint32_t function)
{
	bool above_from = p2p_topo_is_under(topo, from, function);
	bool above_to = p2p_topo_is_under(topo, to, function);

	if (!above_from || !above_to)
		return above_from || above_to;
	for (uint32_t child = topo->nodes[function].first_child; child != P2P_NONE;
	     child = topo->nodes[child].next_sibling)
		if (p2p_topo_is_under(topo, from, child) &&
		    p2p_topo_is_under(topo, to, child))
			return false;
	return true;
}

static bool is_too_long(const struct trial *trial, uint32_t sender, uint32_t receiver)
{
	const struct p2p_facts *facts = trial->machine->facts;

	for (uint32_t i = 0; i < trial->machine->topo->n_nodes; i++)
		if (is_on_way(trial->machine->topo, sender, receiver, i) &&
		    (facts[sender].devctl.value & DEVCTL_PAYLOAD) >
			    (facts[i].devctl.value & DEVCTL_PAYLOAD))
			return true;
	return false;
}

static unsigned opened(const struct p2p_verdict *before, const struct p2p_verdict *after)
{
	unsigned open = 0;

	for (unsigned k = 0; k < P2P_TLPS; k++) {
		bool was = before->tlp[k] == P2P_WAY_DIRECT;
		bool was_split = was || before->tlp[k] == P2P_WAY_SPLIT;

		if ((after->tlp[k] == P2P_WAY_DIRECT && !was) ||
		    (after->tlp[k] == P2P_WAY_SPLIT && !was_split))
			open |= 1u << k;
	}
	return open;
}

static bool is_misfit(const struct trial *trial, uint32_t from, uint32_t to,
		      unsigned open)
{
	const unsigned reads = 1u << P2P_TLP_READ | 1u << P2P_TLP_TRANSLATED_READ;
	const struct p2p_facts *facts = trial->machine->facts;

	if (open & ~reads && is_too_long(trial, from, to))
		return true;
	return open & reads && (is_too_long(trial, to, from) ||
				(facts[from].devctl2.value & DEVCTL2_TAG10 &&
				 !(facts[to].devcap2.value & DEVCAP2_TAG10_CPL)));
}

static bool wants_mps(const struct trial *trial)
{
	const struct p2p_machine *machine = trial->machine;
	struct p2p_judge *judge = p2p_judge_new(machine->snapshot, trial->plan->after,
						machine->topo, &machine->rules);
	struct p2p_verdict before, after;
	uint32_t n = machine->topo->n_nodes;
	bool wants = false;
	int result = p2p_verdict_init(judge, &before) | p2p_verdict_init(judge, &after);

	assert(judge && !result);
	for (uint32_t i = 0; !wants && i < n * n; i++) {
		uint32_t from = i / n, to = i % n;

		if (from == to || machine->topo->nodes[from].bridge ||
		    machine->topo->nodes[to].bridge)
			continue;
		p2p_judge_pair(machine->judge, from, to, &before);
		p2p_judge_pair(judge, from, to, &after);
		wants = is_misfit(trial, from, to, opened(&before, &after));
	}
	p2p_verdict_done(&before);
	p2p_verdict_done(&after);
	p2p_judge_free(judge);
	return wants;
}

static void compare(struct trial *trial, const struct p2p_guards *guards)
{
	static const struct {
		enum p2p_guard guard;
		bool (*wants)(const struct trial *trial);
	} rows[] = {
		{ P2P_GUARD_SVM, wants_svm },
		{ P2P_GUARD_ERRATA, wants_errata },
		{ P2P_GUARD_ROOT_PORT, wants_root_port },
		{ P2P_GUARD_CONTAINMENT, wants_containment },
		{ P2P_GUARD_MPS, wants_mps },
	};
	bool exact = !has_detours(trial);

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum p2p_guard_verdict verdict = guards->results[rows[i].guard].verdict;
		bool wants = rows[i].wants(trial);

		trial->count->cases++;
		if (wants ? verdict != P2P_GUARD_REFUSE :
			    exact && verdict != P2P_GUARD_PASS)
			law_broken(trial->count,
				   "mode %d: %s says %d, should it refuse: "
				   "%d",
				   (int)trial->options.mode,
				   p2p_guard_word(rows[i].guard), (int)verdict, wants);
	}
}

static void look(struct trial *trial)
{
	struct p2p_guards *guards = NULL;
	int result = p2p_plan_new(trial->machine, &trial->options, &trial->plan, NULL);

	assert(!result);
	result = p2p_guards_new(trial->machine, trial->plan, NULL, 0, &guards, NULL);
	assert(!result);
	if (trial->plan->n_ops)
		compare(trial, guards);
	p2p_guards_free(guards);
}

static void guards_go_by_registers(struct law_count *count, struct build *b)
{
	static const uint32_t vector[P2P_PLAN_WORDS] = { 0x5a };
	uint32_t state = count->seed;
	struct trial trial = { .count = count, .b = trial_orderly(&state) };
	uint32_t bits = build_random(&state, 128), chosen = build_random(&state, 128);

	(void)b;
	sprinkle(trial.b, &state);
	trial.machine = build_machine(trial.b, "6.12", "intel");
	trial.options = (struct p2p_plan_options){
		.mode = (enum p2p_plan_mode)(count->seed % (P2P_PLAN_SET + 1)),
		.scope = (enum p2p_plan_scope)(count->seed / 7 % 3),
		.set = bits & chosen,
		.clear = bits & ~chosen,
		.vector = vector,
	};
	if (trial.options.mode == P2P_PLAN_SET)
		trial_choose_all(&trial, &state);
	else
		trial_choose_some(&trial, &state);
	look(&trial);
	trial_end(&trial);
	build_free(trial.b);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "guards go by registers", 1200, guards_go_by_registers },
	};

	return law_run(laws, sizeof(laws) / sizeof(laws[0]), argc, argv);
}
