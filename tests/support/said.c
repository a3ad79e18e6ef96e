/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says, decodes, asks. */
#include <assert.h>
#include <stdlib.h>

#include "support/said.h"

int said_setup(void **state)
{
	struct said *said = calloc(1, sizeof(*said));

	assert(said);
	said->b = build_new();
	said->kernel = "6.12";
	said->cpu = "intel";
	*state = said;
	return 0;
}

static void forget(struct said *said)
{
	p2p_verdict_done(&said->verdict);
	p2p_machine_free(said->machine);
	said->machine = NULL;
}

int said_teardown(void **state)
{
	struct said *said = *state;

	forget(said);
	build_free(said->b);
	free(said);
	return 0;
}

const struct p2p_machine *said_machine(struct said *said)
{
	struct p2p_snapshot *snapshot = build_snapshot(said->b, 0);
	struct p2p_err err;
	int result;

	forget(said);
	if (said->tell)
		said->tell(said, snapshot);
	result = p2p_machine_new(snapshot, said->kernel, said->cpu, &said->machine, &err);
	assert(!result);
	result = p2p_topo_check(said->machine->topo, &err);
	assert(!result);
	return said->machine;
}

uint32_t said_index(const struct said *said, int function)
{
	return build_index(said->b, function, said->machine->snapshot);
}

const struct p2p_facts *said_facts(struct said *said, int function)
{
	const struct p2p_machine *machine = said_machine(said);

	return &machine->facts[said_index(said, function)];
}

const struct p2p_node *said_node(struct said *said, int function)
{
	const struct p2p_machine *machine = said_machine(said);

	return &machine->topo->nodes[said_index(said, function)];
}

const struct p2p_verdict *said_judge(struct said *said, int from, int to)
{
	const struct p2p_machine *machine = said_machine(said);
	int result = p2p_verdict_init(machine->judge, &said->verdict);

	assert(!result);
	p2p_judge_pair(machine->judge, said_index(said, from), said_index(said, to),
		       &said->verdict);
	return &said->verdict;
}

const char *said_ways(struct said *said, int from, int to)
{
	static const char letters[] = {
		[P2P_WAY_DIRECT] = 'D',     [P2P_WAY_REDIRECTED] = 'R',
		[P2P_WAY_SPLIT] = 'S',      [P2P_WAY_BLOCKED] = 'B',
		[P2P_WAY_UNDEFINED] = 'U',  [P2P_WAY_ROOT_COMPLEX] = 'C',
		[P2P_WAY_CROSS_ROOT] = 'X', [P2P_WAY_UNKNOWN] = '?',
	};
	const struct p2p_verdict *verdict = said_judge(said, from, to);

	for (unsigned i = 0; i < P2P_TLPS; i++)
		said->ways[i] = letters[verdict->tlp[i]];
	return said->ways;
}

static uint32_t find_bits(const struct p2p_by *by, uint32_t n, uint32_t function)
{
	for (uint32_t i = 0; i < n; i++)
		if (by[i].function == function)
			return by[i].bits;
	return 0;
}

uint32_t said_by(const struct said *said, int function)
{
	return find_bits(said->verdict.by, said->verdict.n_by,
			 said_index(said, function));
}

uint32_t said_kernel_by(const struct said *said, int function)
{
	return find_bits(said->verdict.kernel_by, said->verdict.n_kernel_by,
			 said_index(said, function));
}

bool said_misses(const struct said *said, int function, enum p2p_evidence what)
{
	uint32_t wanted = function < 0 ? P2P_NONE : said_index(said, function);

	for (uint32_t i = 0; i < said->verdict.n_missing; i++)
		if (said->verdict.missing[i].function == wanted &&
		    said->verdict.missing[i].what == what)
			return true;
	return false;
}
