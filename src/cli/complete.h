/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may stand next on a command line: the shells' completions ask this. */
#ifndef P2PTOOL_CLI_COMPLETE_H
#define P2PTOOL_CLI_COMPLETE_H

/** Prints, a line each, what the last of @words (which may be empty) could become, a tab
 * and what it means behind it; `:files` or `:folders` where names of files may stand.
 * @words begin behind `p2ptool`. */
void complete(int n_words, char *const words[]);

#endif
