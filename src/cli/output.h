/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a report goes: standard output, or a file that appears only when it is whole. */
#ifndef P2PTOOL_CLI_OUTPUT_H
#define P2PTOOL_CLI_OUTPUT_H

#include <limits.h>

#include "cli/cmd.h"
#include "render/out.h"
#include "render/style.h"

struct output {
	const char *format; /* one of the command's */
	const char *path;   /* NULL: standard output */
	int fd;
	char temporary[PATH_MAX];
	struct p2p_pack *pack; /* NULL: nothing is compressed */
	struct out out;
};

/** Whether -o and -j can be done, before anything is read: EXIT_DONE, or a code after it
 * has complained. */
int output_check(const struct cmd *cmd, const struct options *options);

/** Opens what -o and -j ask for. NULL after it has complained; @ret_code is set then. */
struct output *output_open(const struct cmd *cmd, const struct options *options,
			   int *ret_code);

/** Opens standard error, for text that people are asked about. NULL without memory. */
struct output *output_open_error(void);

/** Writes the rest and puts the file in its place. EXIT_DONE, or a code after it has
 * complained. @ret_closed: the reader went away, nothing more is to be said. */
int output_close(struct output *output, bool *ret_closed);

/** Removes the file that is not whole yet, where the program ends in the middle. May be
 * called in a signal handler. */
void output_abandon(void);

/** How text is to look there. */
struct style output_style(const struct output *output, const struct options *options);

#endif
