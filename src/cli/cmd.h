/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands: each is one constant object in its own file, listed once in cmd.c. */
#ifndef P2PTOOL_CLI_CMD_H
#define P2PTOOL_CLI_CMD_H

#include "cli/opt.h"

/** Exit codes; p2ptool(8) tells more. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_DIFFERS = 1,
	EXIT_USAGE = 2,
	EXIT_UNKNOWN = 3,
	EXIT_DAMAGED = 4,
	EXIT_WRITE = 5,      /* or a signal: all is as before */
	EXIT_INCOMPLETE = 6, /* ... but for the registers that were named */
	EXIT_REFUSED = 7,    /* by a guard, by somebody asked, or the lock is held */
};

struct cmd {
	const char *name;
	const char *operands; /* as in its usage line */
	const char *summary;  /* one line */
	unsigned least, most; /* operands */
	bool selects;         /* its operands are selectors */
	const struct opt *own;
	const char *const *formats; /* of -o, the default first; NULL ends them */
	bool any_suffix;            /* that of a file names no format, but may compress */
	int (*run)(const struct cmd *cmd, const struct options *options);
};

extern const struct cmd cmd_scan;
extern const struct cmd cmd_pairs;
extern const struct cmd cmd_explain;
extern const struct cmd cmd_groups;
extern const struct cmd cmd_plan;
extern const struct cmd cmd_apply;
extern const struct cmd cmd_restore;
extern const struct cmd cmd_status;
extern const struct cmd cmd_diff;
extern const struct cmd cmd_capture;

/** All commands in the order of the help; NULL ends them. */
extern const struct cmd *const cmd_all[];

/** NULL when there is none of this name. */
const struct cmd *cmd_find(const char *name);

/** Reads the words behind the command's name and runs it. Returns an exit code. */
int cmd_run(const struct cmd *cmd, int n_words, char *const words[]);

/** Prints the command's --help. */
void cmd_help(const struct cmd *cmd, FILE *file);

#endif
