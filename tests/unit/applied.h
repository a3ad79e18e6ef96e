/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan for a machine that a test says, carried out and taken back with faults. */
#ifndef P2PTOOL_TESTS_APPLIED_H
#define P2PTOOL_TESTS_APPLIED_H

#include "support/reach.h"
#include "unit/planned.h"

/* @before is what the machine held when it was planned for. */
struct applied {
	struct planned *m;
	struct plant p;
	struct p2p_apply *apply;
	struct reach reach;
	struct image before;
	struct p2p_err err;
	struct p2p_journal *journal; /* what @apply is of, once it was read back */
};

int applied_setup(void **state);
int applied_teardown(void **state);

#define APPLIED(name) \
	cmocka_unit_test_setup_teardown(name, applied_setup, applied_teardown)

/* Plans to clear what is between gpu and nvme, six writes to three ports, or by the
 * options that were set for these members; on the machine as it was before. */
void applied_begin(struct applied *a);
void applied_begin_with(struct applied *a, const int *members);

int applied_run(struct applied *a);
/* By the machine as it is now. */
int applied_restore(struct applied *a, bool allow_changed);
/* A machine that crashed there: its registers, and the transaction as it was noted. False
 * if nothing was. */
bool applied_crash(struct applied *a, const struct crash *crash);

/* The register of a function's control in the transaction, or of a word. */
const struct p2p_apply_register *applied_register(const struct applied *a, int function,
						  int word);

void applied_assert_before(const struct applied *a);
/* The outcome, the state, and the state that was noted last. */
void applied_assert_ended(const struct applied *a, enum p2p_apply_outcome outcome,
			  enum p2p_apply_state state);

#endif
