/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question at the terminal; anything but yes is no. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/consent.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

#define LOOK_AGAIN_MS 1000

bool consent_is_possible(const struct options *options)
{
	return options->yes || (isatty(STDIN_FILENO) && isatty(STDERR_FILENO));
}

int consent_lacks(const struct cmd *cmd)
{
	return complain(EXIT_USAGE,
			"%s: there is no terminal to ask at, and --yes was not said: "
			"nothing was written (p2ptool %s --yes)",
			cmd->name, cmd->name);
}

static bool is_yes(const char *answer)
{
	static const char *const words[] = { "y\n", "Y\n", "yes\n", "Yes\n", "YES\n" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(answer, words[i]))
			return true;
	return false;
}

/* Reading would go on after a signal; waiting does not, and looks again after a while for
 * one that came just before it. */
static void wait_for_answer(void)
{
	struct pollfd wait = { .fd = STDIN_FILENO, .events = POLLIN };

	while (!interrupt_came()) {
		int n = poll(&wait, 1, LOOK_AGAIN_MS);

		if (n > 0 || (n < 0 && errno != EINTR))
			return;
	}
}

int consent_ask(const struct cmd *cmd, const struct options *options, uint32_t registers)
{
	char answer[16] = "";

	if (options->yes)
		return EXIT_DONE;
	progress_end();
	fprintf(stderr, "Write %u register%s? [y/N] ", registers,
		registers == 1 ? "" : "s");
	wait_for_answer();
	if (interrupt_came()) {
		fputc('\n', stderr);
		return complain(EXIT_WRITE, "%s: stopped: nothing was written",
				cmd->name);
	}
	if (fgets(answer, sizeof(answer), stdin) && is_yes(answer))
		return EXIT_DONE;
	if (feof(stdin))
		fputc('\n', stderr);
	return complain(EXIT_REFUSED, "%s: declined: nothing was written", cmd->name);
}
