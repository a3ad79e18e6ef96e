/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines with orderly switches, and members picked by chance. */
#include "laws/plan_trial.h"

#include <assert.h>
#include <stdlib.h>

#include "core/regs.h"

static bool *flags_of(const struct trial *trial, const uint32_t *functions, uint32_t n)
{
	bool *flags = calloc(trial->machine->topo->n_nodes + 1u, sizeof(*flags));

	assert(flags);
	for (uint32_t i = 0; i < n; i++)
		flags[functions[i]] = true;
	return flags;
}

static void orderly_port(struct build *b, int port, unsigned number, uint32_t *state)
{
	build_acs(b, port, 0x1000 | ACS_CLASSIC, (uint16_t)build_random(state, 128));
	build_port_number(b, port, (uint8_t)number);
	for (unsigned i = 0; i < 16; i++)
		if (build_random(state, 2))
			build_egress_bit(b, port, i);
}

static void orderly_switch(struct build *b, int above, unsigned depth, uint32_t *state)
{
	unsigned n = 2 + build_random(state, 4);
	int up = build_switch(b, above, n);

	for (unsigned i = 1; i <= n; i++) {
		int down = up + (int)i;

		orderly_port(b, down, i, state);
		if (depth && !build_random(state, 4)) {
			orderly_switch(b, down, depth - 1, state);
		} else if (build_random(state, 6)) {
			int end = build_endpoint(b, down, P2P_TYPE_ENDPOINT,
						 BUILD_CLASS_GPU);

			if (build_random(state, 2))
				build_ats(b, end, ATS_CTL_ENABLE);
		}
	}
}

struct build *trial_orderly(uint32_t *state)
{
	struct build *b = build_new();
	int host = build_host(b, 0, 0);

	for (unsigned i = 0; i < 2; i++) {
		int root = build_port(b, host, P2P_TYPE_ROOT_PORT);

		orderly_port(b, root, 0, state);
		orderly_switch(b, root, 2, state);
	}
	return b;
}

/* Endpoints with a chance of @percent each, the first half of them initiators. */
static void choose(struct trial *trial, uint32_t *state, uint32_t percent)
{
	const struct p2p_topo *topo = trial->machine->topo;
	uint32_t n = 0;

	trial->members = calloc(topo->n_nodes + 1u, sizeof(uint32_t));
	assert(trial->members);
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (!topo->nodes[i].bridge && build_random(state, 100) < percent)
			trial->members[n++] = i;
	trial->initiators = trial->members;
	trial->options.members = trial->members;
	trial->options.n_members = n;
	trial->options.initiators = trial->initiators;
	trial->options.n_initiators = n / 2;
	trial->is_member = flags_of(trial, trial->members, n);
	trial->is_initiator = flags_of(trial, trial->initiators, n / 2);
}

void trial_choose_some(struct trial *trial, uint32_t *state)
{
	choose(trial, state, 30);
}

/* Everything, ports too. */
void trial_choose_all(struct trial *trial, uint32_t *state)
{
	choose(trial, state, 0);
	for (uint32_t i = 0; i < trial->machine->topo->n_nodes; i++)
		trial->members[trial->options.n_members++] = i;
	free(trial->is_member);
	trial->is_member = flags_of(trial, trial->members, trial->options.n_members);
}

/* A switch's endpoints alone: what egress is for. */
void trial_choose_below(struct trial *trial, uint32_t *state)
{
	const struct p2p_topo *topo = trial->machine->topo;
	uint32_t up = P2P_NONE, n = 0;

	choose(trial, state, 0);
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (topo->nodes[i].kind == P2P_KIND_SWITCH_UP &&
		    (up == P2P_NONE || build_random(state, 2)))
			up = i;
	for (uint32_t i = 0; up != P2P_NONE && i < topo->n_nodes; i++)
		if (!topo->nodes[i].bridge && p2p_topo_switch(topo, i) == up &&
		    build_random(state, 100) < 75)
			trial->members[n++] = i;
	trial->options.n_members = n;
	free(trial->is_member);
	trial->is_member = flags_of(trial, trial->members, n);
}

int trial_handle(const struct trial *trial, uint32_t function)
{
	for (int i = 0; i < build_count(trial->b); i++)
		if (!build_place(trial->b, i).host &&
		    build_index(trial->b, i, trial->machine->snapshot) == function)
			return i;
	abort();
}

bool trial_is_open(enum p2p_way way)
{
	return way == P2P_WAY_DIRECT || way == P2P_WAY_SPLIT;
}

unsigned trial_open(const struct p2p_machine *machine, uint32_t from, uint32_t to,
		    struct p2p_verdict *verdict)
{
	unsigned open = 0;

	p2p_judge_pair(machine->judge, from, to, verdict);
	for (unsigned k = 0; k < P2P_TLPS; k++)
		open |= (unsigned)trial_is_open(verdict->tlp[k]) << k |
			(unsigned)(verdict->tlp[k] == P2P_WAY_DIRECT) << (4 + k);
	return open;
}

void trial_end(struct trial *trial)
{
	p2p_plan_free(trial->plan);
	p2p_machine_free(trial->machine);
	free(trial->members);
	free(trial->is_member);
	free(trial->is_initiator);
}
