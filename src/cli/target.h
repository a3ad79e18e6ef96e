/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that a command looks at: this one, another sysfs tree, or a capture. */
#ifndef P2PTOOL_CLI_TARGET_H
#define P2PTOOL_CLI_TARGET_H

#include <p2ptool/machine.h>

#include "cli/cmd.h"
#include "render/missing.h"

/** Reads it and builds all stages. NULL after it has complained and set @ret_code. */
struct p2p_machine *target_open(const struct options *options, int *ret_code);

/** Reads it alone. NULL after it has complained and set @ret_code. */
struct p2p_snapshot *target_read(const struct options *options, int *ret_code);

/** The same as target_open() without a word, for completion. NULL when it cannot be
 * read. */
struct p2p_machine *target_try(const struct options *options);

/** The options that name the machine and its rules, as words for a shell. */
char *target_asked(const struct options *options, char ret_text[SAY_COMMAND_SIZE]);

/** The same after a comparison of two machines: @is_same, or @n_unknown pairs that only
 * one of both tells. Returns the exit code. */
int target_close_diff(const struct p2p_machine *const machines[2],
		      const struct options *options, bool is_same, uint64_t n_unknown);

/** What is to be said after a report: damage of the input, verdicts that are unknown.
 * Returns the exit code. */
int target_close_report(const struct p2p_machine *machine, const struct options *options,
			const struct missing_tally *tally, const char *command);

/** What is to be said after a snapshot was written: damage of the input, functions that
 * were not read whole. Returns the exit code. */
int target_close_capture(const struct p2p_snapshot *snapshot,
			 const struct options *options);

#endif
