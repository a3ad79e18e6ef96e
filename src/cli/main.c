/* SPDX-License-Identifier: GPL-2.0-or-later */
/* p2ptool: which command, and what is said without one. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/complain.h"
#include "cli/complete.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "render/json.h"

/* Commands of later versions: a user may have read of them. */
static const char *const later[] = { "check", "persist", "lint", "watch", "policy" };

static void print_help(void)
{
	printf("p2ptool: which PCI functions reach each other directly, and why not\n\n");
	for (int i = 0; cmd_all[i]; i++)
		printf("  %-7s %-12s %s\n", cmd_all[i]->name, cmd_all[i]->operands,
		       cmd_all[i]->summary);
	printf("\np2ptool COMMAND --help lists options; p2ptool(8) is the manual.\n\n"
	       "  sudo p2ptool scan\n"
	       "  sudo p2ptool plan --domain gpu,rdma\n"
	       "  ssh root@node lspci -Dvvvxxxx | p2ptool scan -F -\n");
}

static void known_commands(char *text, size_t size)
{
	text[0] = '\0';
	for (int i = 0; cmd_all[i]; i++)
		snprintf(text + strlen(text), size - strlen(text), "%s%s", i ? ", " : "",
			 cmd_all[i]->name);
}

static int refuse(const char *word)
{
	char known[128];

	known_commands(known, sizeof(known));
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (!strcmp(word, later[i]))
			return complain(EXIT_USAGE,
					"%s: this version does not have it (it has %s)",
					word, known);
	if (*word == '-')
		return complain(EXIT_USAGE,
				"%s: options come after the command (p2ptool scan %s)",
				word, word);
	return complain(EXIT_USAGE, "%s: is no command (commands are %s)", word, known);
}

static int run(int n_words, char *const words[])
{
	const struct cmd *cmd;
	int code;

	if (n_words < 1 || !strcmp(words[0], "--help") || !strcmp(words[0], "-h")) {
		print_help();
		return EXIT_DONE;
	}
	if (!strcmp(words[0], "--version")) {
		printf("p2ptool %s\n", P2PTOOL_VERSION);
		return EXIT_DONE;
	}
	if (!strcmp(words[0], "--complete")) {
		complete(n_words - 1, words + 1);
		return EXIT_DONE;
	}
	cmd = cmd_find(words[0]);
	if (!cmd)
		return refuse(words[0]);
	progress_begin();
	code = cmd_run(cmd, n_words - 1, words + 1);
	progress_end();
	return code;
}

static void leave_without_memory(void)
{
	output_abandon();
	complain(EXIT_USAGE, "out of memory");
	_exit(EXIT_USAGE);
}

/* Whoever starts us with these closed would have sentences and reports written into the
 * next file that is opened: the lock, a register. */
static bool has_standard_files(void)
{
	int file;

	do
		file = open("/dev/null", O_RDWR);
	while (file >= 0 && file <= STDERR_FILENO);
	if (file >= 0)
		close(file);
	return file >= 0 || fcntl(STDERR_FILENO, F_GETFD) >= 0;
}

int main(int argc, char *argv[])
{
	int code;

	if (!has_standard_files())
		return EXIT_USAGE;
	setlocale(LC_CTYPE, "");
	/* A reader that goes away, or a limit on files, is seen as a failed write. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	json_on_no_memory(leave_without_memory);
	code = run(argc - 1, argv + 1);
	if (fflush(stdout) && errno != EPIPE && code == EXIT_DONE)
		code = complain(EXIT_WRITE, "standard output: %s (make room)",
				strerror(errno));
	return code;
}
