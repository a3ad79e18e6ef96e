/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting more of RR, CR and EC never makes a pair more direct: not for the kernel, and
 * not in silicon as long as EC is off. */
#include <assert.h>
#include <stdlib.h>

#include "core/regs.h"
#include "laws/law.h"

#define PER_MACHINE 4

/* What a machine says of every ordered pair: a bit for map bus-addr, and one a class that
 * is direct. */
struct view {
	uint32_t n;
	uint8_t *direct;
};

#define KERNEL_DIRECT 0x10
#define SILICON       0x0f

static struct view view_of(struct build *b)
{
	struct p2p_machine *machine = build_machine(b, "6.12", "intel");
	struct view view = { .n = machine->topo->n_nodes };
	struct p2p_verdict verdict;
	int result = p2p_verdict_init(machine->judge, &verdict);

	view.direct = calloc((size_t)view.n * view.n + 1, 1);
	assert(!result && view.direct);
	for (uint32_t i = 0; i < view.n * view.n; i++) {
		p2p_judge_pair(machine->judge, i / view.n, i % view.n, &verdict);
		for (unsigned k = 0; k < P2P_TLPS; k++)
			view.direct[i] |=
				(uint8_t)((verdict.tlp[k] == P2P_WAY_DIRECT) << k);
		if (verdict.map == P2P_MAP_BUS_ADDR)
			view.direct[i] |= KERNEL_DIRECT;
	}
	p2p_verdict_done(&verdict);
	p2p_machine_free(machine);
	return view;
}

static void compare(struct law_count *count, const struct view *before,
		    const struct view *after, uint8_t mask)
{
	assert(before->n == after->n);
	for (uint32_t i = 0; i < before->n * before->n; i++) {
		uint8_t gained = after->direct[i] & (uint8_t)~before->direct[i] & mask;

		count->cases++;
		if (gained)
			law_broken(count, "function %u -> %u became more direct: %02x",
				   i / before->n, i % before->n, gained);
	}
}

/* A function that has the capability; -1 when chance finds none. */
static int pick(struct build *b, uint32_t *state)
{
	for (int tries = 0; tries < 50; tries++) {
		int i = (int)build_random(state, (uint32_t)build_count(b));

		if (!build_place(b, i).host &&
		    (build_read(b, i, BUILD_ACS, 4) & 0xffff) == EXT_CAP_ACS)
			return i;
	}
	return -1;
}

static void clear_egress(struct build *b)
{
	for (int i = 0; i < build_count(b); i++)
		if (!build_place(b, i).host &&
		    (build_read(b, i, BUILD_ACS, 4) & 0xffff) == EXT_CAP_ACS)
			build_acs_control(
				b, i,
				(uint16_t)(build_read(b, i, BUILD_ACS + REG_ACS_CTL, 2) &
					   ~(uint32_t)ACS_EC));
}

/* A vector's clear bit lets pass what RR would redirect, so that silicon is asked only of
 * machines without egress control: every second one. */
static void more_bits_are_never_more_direct(struct law_count *count, struct build *b)
{
	static const uint16_t bits[] = { ACS_RR, ACS_CR, ACS_RR | ACS_CR, ACS_EC,
					 ACS_RR | ACS_CR | ACS_EC };
	bool plain = count->seed % 2;
	uint32_t state = count->seed;
	struct view before, after;

	if (plain)
		clear_egress(b);
	before = view_of(b);
	for (int k = 0; k < PER_MACHINE; k++) {
		int i = pick(b, &state);
		uint16_t ctrl;

		if (i < 0)
			break;
		ctrl = (uint16_t)build_read(b, i, BUILD_ACS + REG_ACS_CTL, 2);
		build_acs_control(b, i, ctrl | bits[build_random(&state, plain ? 3 : 5)]);
		after = view_of(b);
		compare(count, &before, &after,
			plain ? KERNEL_DIRECT | SILICON : KERNEL_DIRECT);
		free(before.direct);
		before = after;
	}
	free(before.direct);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "more of RR CR EC is never more direct", 400,
		  more_bits_are_never_more_direct },
	};

	return law_run(laws, 1, argc, argv);
}
