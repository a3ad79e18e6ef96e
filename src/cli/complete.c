/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Candidates from the tables of commands and options, and labels of the machine. */
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/complete.h"
#include "cli/target.h"
#include "render/words.h"

static void offer(const char *word, const char *head, const char *candidate,
		  const char *meaning)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "%s%s", head, candidate);
	if (!strncmp(whole, word, strlen(word)))
		printf("%s\t%s\n", whole, meaning);
}

static void offer_commands(const char *word)
{
	for (int i = 0; cmd_all[i]; i++)
		offer(word, "", cmd_all[i]->name, cmd_all[i]->summary);
	if (*word == '-') {
		offer(word, "", "--help", "print the commands");
		offer(word, "", "--version", "print the version");
	}
}

static void offer_table(const struct opt *table, const char *word)
{
	for (; table && table->name; table++) {
		char letter[] = { table->letter, '\0' };

		offer(word, "--", table->name, table->help);
		if (table->letter)
			offer(word, "-", letter, table->help);
	}
}

static void offer_values(const struct cmd *cmd, const struct opt *opt, const char *word)
{
	switch (opt->kind) {
	case OPT_FLAG:
	case OPT_JSON:
	case OPT_TEXT:
	case OPT_LINE:
	case OPT_SELECTOR:
		break;
	case OPT_FILE:
		printf(":files\n");
		break;
	case OPT_FOLDER:
		printf(":folders\n");
		break;
	case OPT_CHOICE:
		for (int i = 0; opt->choices[i]; i++)
			offer(word, "", opt->choices[i], opt->help);
		break;
	case OPT_OUTPUT:
		for (int i = 0; cmd->formats[i]; i++)
			offer(word, "", cmd->formats[i], "format");
		printf(":files\n");
		break;
	}
}

/* Selectors are joined by `,` and `+` and begin with `^`: only the last part is open. */
static size_t head_length(const char *word)
{
	size_t length = strlen(word);

	while (length && !strchr(",+^", word[length - 1]))
		length--;
	return length;
}

static void offer_labels(const struct p2p_machine *machine, const char *word,
			 const char *head)
{
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++) {
		const struct p2p_role *role = &machine->roles[i];

		if (role->endpoint && !strchr(role->label, ':'))
			offer(word, head, role->label,
			      p2p_role_word((enum p2p_role_kind)role->kind));
	}
}

/* Only roles that some function has: others would select nothing. */
static void offer_roles(const struct p2p_machine *machine, const char *word,
			const char *head)
{
	bool has[P2P_ROLES] = { false };

	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		has[machine->roles[i].kind] = true;
	for (int i = P2P_ROLE_GPU; i <= P2P_ROLE_STORAGE; i++)
		if (has[i])
			offer(word, head, p2p_role_word((enum p2p_role_kind)i), "role");
}

static void offer_selectors(const struct options *options, const char *word)
{
	struct p2p_machine *machine = target_try(options);
	char head[256];

	snprintf(head, sizeof(head), "%.*s", (int)head_length(word), word);
	offer(word, head, "all", "every function that is no bridge");
	if (machine) {
		offer_roles(machine, word, head);
		offer_labels(machine, word, head);
	}
	p2p_machine_free(machine);
}

/* The option whose value the last word is, or NULL: `--color a`, `-o j`, and as bash
 * splits it, `--color = a`. */
static const struct opt *pending(const struct cmd *cmd, int n_words, char *const words[])
{
	const char *before = n_words > 1 ? words[n_words - 2] : "";
	const struct opt *opt;

	if (!strcmp(before, "=") && n_words > 2)
		before = words[n_words - 3];
	if (before[0] != '-' || !before[1])
		return NULL;
	if (before[1] == '-')
		opt = opt_find_long(cmd->own, before + 2, strlen(before + 2));
	else
		opt = opt_find_letter(cmd->own, before[strlen(before) - 1]);
	return opt && opt_has_value(opt) ? opt : NULL;
}

static void complete_command(const struct cmd *cmd, int n_words, char *const words[])
{
	const char *word = words[n_words - 1];
	const struct opt *opt = pending(cmd, n_words, words);
	struct options options = { 0 };

	if (!strcmp(word, "=") && n_words > 1) {
		opt = opt_find_long(cmd->own, words[n_words - 2] + 2,
				    strlen(words[n_words - 2] + 2));
		word = "";
	}
	if (opt && opt->kind != OPT_SELECTOR) {
		offer_values(cmd, opt, word);
	} else if (*word == '-') {
		offer_table(cmd->own, word);
		offer_table(opt_common, word);
	} else if (opt || cmd->selects) {
		opt_parse(cmd->own, n_words - 1, words, &options, NULL);
		offer_selectors(&options, word);
	}
}

void complete(int n_words, char *const words[])
{
	const struct cmd *cmd;

	if (n_words == 1)
		offer_commands(words[0]);
	if (n_words < 2)
		return;
	cmd = cmd_find(words[0]);
	if (cmd)
		complete_command(cmd, n_words - 1, words + 1);
}
