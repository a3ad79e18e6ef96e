/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as the options ask for it, with the machine that it is for, what follows from it
 * and what speaks against it: what `plan` prints and `apply` carries out. */
#ifndef P2PTOOL_CLI_PLANNING_H
#define P2PTOOL_CLI_PLANNING_H

#include <p2ptool/guard.h>
#include <p2ptool/select.h>

#include "cli/cmd.h"
#include "render/plan_report.h"

struct planning {
	struct p2p_machine *machine;
	struct p2p_selection members, initiators;
	uint32_t vector[P2P_PLAN_WORDS];
	struct p2p_plan_options options;
	struct p2p_plan *plan;
	struct p2p_judge *after;
	struct p2p_guard_evidence *evidence;
	struct p2p_guards *guards;
	struct scene scene;
	struct plan_report report;
	char asked[SAY_COMMAND_SIZE], command[SAY_COMMAND_SIZE];
	char whole[3 * SAY_COMMAND_SIZE];
};

/** The options of `plan` that `apply` has as well. */
#define PLANNING_OPTIONS                                                               \
	{ "domain",     'd',                                                           \
	  OPT_SELECTOR, offsetof(struct options, domain),                              \
	  "SELECTOR",   "the p2p domain: functions that are to reach each other",      \
	  NULL },                                                                      \
		{ "mode",        0,                                                    \
		  OPT_CHOICE,    offsetof(struct options, mode),                       \
		  "MODE",        "clear, one-way, translated, egress, isolate or set", \
		  planning_modes },                                                    \
		{ "scope",                                                             \
		  0,                                                                   \
		  OPT_CHOICE,                                                          \
		  offsetof(struct options, scope),                                     \
		  "SCOPE",                                                             \
		  "of clear: path (as the kernel asks), turn (as silicon does) or "    \
		  "switch",                                                            \
		  planning_scopes },                                                   \
		{ "initiator",  0,                                                     \
		  OPT_SELECTOR, offsetof(struct options, initiator),                   \
		  "SELECTOR",   "of one-way: members that issue the requests",         \
		  NULL },                                                              \
		{ "keep-cr",                                                           \
		  0,                                                                   \
		  OPT_FLAG,                                                            \
		  offsetof(struct options, keep_cr),                                   \
		  NULL,                                                                \
		  "of translated: leave CR on, as all reads carry Relaxed Ordering",   \
		  NULL },                                                              \
		{ "bits",   0,                                                         \
		  OPT_TEXT, offsetof(struct options, bits),                            \
		  "BITS",   "of set: RR-,CR-,DT+ or config_acs:xx110x1",               \
		  NULL },                                                              \
		{ "vector",                                                            \
		  0,                                                                   \
		  OPT_TEXT,                                                            \
		  offsetof(struct options, vector),                                    \
		  "PORTS",                                                             \
		  "of set: port numbers that egress control acts on: 3,5-7, or none",  \
		  NULL },                                                              \
		{ "require-all", 0,                                                    \
		  OPT_FLAG,      offsetof(struct options, require_all),                \
		  NULL,          "refuse if pairs meet at the root complex",           \
		  NULL },                                                              \
	{                                                                              \
		"allow", 0, OPT_TEXT, offsetof(struct options, allow), "GUARDS",       \
			"guards that may be passed, joined by commas", NULL            \
	}

extern const char *const planning_modes[], *const planning_scopes[];

/** What can be said of the words alone: EXIT_DONE, or a code after it has complained. */
int planning_check(const struct cmd *cmd, const struct options *options);

/** Reads the machine, plans and asks the guards. EXIT_DONE, or a code after it has
 * complained; planning_close() in both cases. */
int planning_open(const struct cmd *cmd, const struct options *options,
		  struct planning *ret_planning);
void planning_close(struct planning *planning);

/** The mode with the options that belong to it, as words for a shell: what --mode takes
 * to ask for the same again. */
char *planning_mode(const struct cmd *cmd, const struct options *options,
		    char ret_text[SAY_COMMAND_SIZE]);

/** Prints the plan as -o and -j ask for. Returns the exit code that apply would have. */
int planning_report(const struct cmd *cmd, const struct options *options,
		    const struct planning *planning);

/** The exit code of a plan that is not carried out: refused, or by a guard. EXIT_DONE if
 * nothing stands in its way. */
int planning_code(const struct planning *planning);

/** Says on standard error why it is not carried out. */
void planning_complain(const struct planning *planning, const struct options *options);

#endif
