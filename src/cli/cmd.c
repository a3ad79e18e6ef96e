/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of commands, and what they have in common. */
#include <string.h>

#include "cli/cmd.h"
#include "cli/complain.h"
#include "cli/output.h"

const struct cmd *const cmd_all[] = { &cmd_scan, &cmd_pairs,   &cmd_explain, &cmd_groups,
				      &cmd_plan, &cmd_apply,   &cmd_restore, &cmd_status,
				      &cmd_diff, &cmd_capture, NULL };

const struct cmd *cmd_find(const char *name)
{
	for (int i = 0; cmd_all[i]; i++)
		if (!strcmp(cmd_all[i]->name, name))
			return cmd_all[i];
	return NULL;
}

void cmd_help(const struct cmd *cmd, FILE *file)
{
	fprintf(file, "usage: p2ptool %s [OPTION]...%s%s\n%s\n\n", cmd->name,
		*cmd->operands ? " " : "", cmd->operands, cmd->summary);
	opt_help(cmd->own, file);
	opt_help(opt_common, file);
	fprintf(file, "\nformats of -o:");
	for (int i = 0; cmd->formats[i]; i++)
		fprintf(file, " %s", cmd->formats[i]);
	fprintf(file, "\nmanual: p2ptool-%s(8)%s\n", cmd->name,
		cmd->selects ? ", p2ptool-selectors(7)" : "");
}

static int check_operands(const struct cmd *cmd, const struct options *options)
{
	if (options->n_operands > cmd->most)
		return complain(EXIT_USAGE,
				"%s: is one operand too many (usage: p2ptool %s%s%s)",
				options->operands[cmd->most], cmd->name,
				*cmd->operands ? " " : "", cmd->operands);
	if (options->n_operands < cmd->least)
		return complain(EXIT_USAGE,
				"%s: needs %u operands (usage: p2ptool %s %s)", cmd->name,
				cmd->least, cmd->name, cmd->operands);
	return EXIT_DONE;
}

int cmd_run(const struct cmd *cmd, int n_words, char *const words[])
{
	struct options options = { 0 };
	struct p2p_err err = { "" };
	int code;

	if (opt_parse(cmd->own, n_words, words, &options, &err))
		return complain(EXIT_USAGE, "%s", err.text);
	if (options.help) {
		cmd_help(cmd, stdout);
		return EXIT_DONE;
	}
	code = check_operands(cmd, &options);
	if (!code)
		code = output_check(cmd, &options);
	return code ? code : cmd->run(cmd, &options);
}
