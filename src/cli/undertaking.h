/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What apply, restore and status share: the journals, the lock, and one transaction that
 * is carried out or taken back on this machine. */
#ifndef P2PTOOL_CLI_UNDERTAKING_H
#define P2PTOOL_CLI_UNDERTAKING_H

#include "cli/cmd.h"
#include "io/lock.h"

/** Whether this command may do its work there: EXIT_DONE, or a code after it has
 * complained. */
int undertaking_check(const struct cmd *cmd, const struct options *options);

/** The journals, made where there are none, and the lock. The caller ends both.
 * EXIT_DONE, or a code after it has complained. */
struct undertaking {
	struct p2p_journals *journals;
	struct p2p_lock *lock;
};
int undertaking_begin(const struct options *options, struct undertaking *ret_undertaking);
void undertaking_end(struct undertaking *undertaking);

/** Carries out the transaction of @journal, or with @machine takes it back, and tells the
 * system log. 0 or a negative errno with the first failure in @err; the rest is in the
 * transaction. */
int undertaking_apply(const struct undertaking *undertaking,
		      const struct options *options, struct p2p_journal *journal,
		      struct p2p_err *err);
int undertaking_restore(const struct undertaking *undertaking,
			const struct options *options, struct p2p_journal *journal,
			const struct p2p_machine *machine, struct p2p_err *err);

/** The exit code that the outcome stands for, after it has complained of what failed and
 * of each register that is left. */
int undertaking_code(const struct p2p_apply *apply, bool is_restore, int result,
		     const struct p2p_err *err);

/** The exit code of a run that ended with @code and whose report ended with @told. What
 * was written stays so when only the report is lost, of which it complains with
 * @written, NULL if nothing was: a failed write's code means that all is as before. */
int undertaking_told(int code, int told, const char *written);

#endif
