/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chance says a machine and a p2p domain of it. */
#ifndef P2PTOOL_TESTS_PLAN_TRIAL_H
#define P2PTOOL_TESTS_PLAN_TRIAL_H

#include <p2ptool/plan.h>

#include "laws/law.h"

/* A p2p domain that chance made, and what was planned for it. */
struct trial {
	struct law_count *count;
	struct build *b;
	struct p2p_machine *machine; /* before */
	struct p2p_plan_options options;
	uint32_t *members, *initiators;
	bool *is_member, *is_initiator;
	struct p2p_plan *plan;
};

/* A machine as servers have them, which random ones hardly ever are: each port has all
 * of ACS, in whatever state, with a vector that holds all port numbers. */
struct build *trial_orderly(uint32_t *state);

/* Members: some endpoints, the first half of them initiators; everything, ports too;
 * some endpoints of one switch. */
void trial_choose_some(struct trial *trial, uint32_t *state);
void trial_choose_all(struct trial *trial, uint32_t *state);
void trial_choose_below(struct trial *trial, uint32_t *state);

/* What a function is called in the machine that was said. */
int trial_handle(const struct trial *trial, uint32_t function);

bool trial_is_open(enum p2p_way way);

/* Of a pair: a bit for each class that passes, and one for each that is direct. */
unsigned trial_open(const struct p2p_machine *machine, uint32_t from, uint32_t to,
		    struct p2p_verdict *verdict);

void trial_end(struct trial *trial);

#endif
