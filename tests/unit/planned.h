/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan for a machine that a test says, and what it would leave in the registers. */
#ifndef P2PTOOL_TESTS_PLANNED_H
#define P2PTOOL_TESTS_PLANNED_H

#include <p2ptool/plan.h>

#include "core/regs.h"
#include "support/plant.h"

#define PLANNED_MAX 64

struct planned {
	struct said *said;
	struct build *b;
	struct p2p_plan_options options; /* all but the functions */
	uint32_t members[PLANNED_MAX], initiators[PLANNED_MAX];
	struct p2p_plan *plan;
};

int planned_setup(void **state);
int planned_teardown(void **state);

#define PLANNED(name) \
	cmocka_unit_test_setup_teardown(name, planned_setup, planned_teardown)

/* Handles, up to the end of the list. */
#define MEMBERS(...)            \
	(const int[])           \
	{                       \
		__VA_ARGS__, -1 \
	}

/* The plant, its ports as a kernel with an IOMMU leaves them. */
#define KERNEL (ACS_SV | ACS_RR | ACS_CR | ACS_UF)
struct plant planned_plant(struct planned *m);

/* What has been said so far, planned anew. What is returned is valid until the next one. */
const struct p2p_plan *planned_make(struct planned *m, const int *members);
const struct p2p_plan *planned_one_way(struct planned *m, const int *initiators,
				       const int *others);

/* Of the plan made last: the control of @function, before and after its writes. */
void planned_assert_control(const struct planned *m, int function, uint32_t before,
			    uint32_t after);
/* The same of a word of its vector. */
void planned_assert_word(const struct planned *m, int function, unsigned word,
			 uint32_t before, uint32_t after);
/* Exactly these functions are written. */
void planned_assert_written(const struct planned *m, const int *functions);
/* The nth write is this one. */
void planned_assert_op(const struct planned *m, uint32_t n, int function, int word,
		       enum p2p_plan_phase phase, uint32_t mask);
/* There is this refusal, and nothing is written. -1: no function. */
void planned_assert_refused(const struct planned *m, enum p2p_plan_refusal_kind kind,
			    int function, int other, uint32_t bits);
void planned_assert_planned(const struct planned *m);

/* Writes what was planned into the machine that was said; planned again, nothing is left
 * to do. */
void planned_assert_again(struct planned *m, const int *members);
void planned_carry_out(struct planned *m);

/* The changed pair, or NULL. */
const struct p2p_plan_pair *planned_pair(const struct planned *m, int from, int to);
/* @list has exactly these functions. */
void planned_assert_list(const struct planned *m, const uint32_t *list, uint32_t n,
			 const int *functions);

#endif
