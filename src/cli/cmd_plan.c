/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: what has to be written so that a p2p domain is as asked, and what follows. */
#include "cli/planning.h"

static int run(const struct cmd *cmd, const struct options *options)
{
	struct planning planning;
	int code = planning_check(cmd, options);

	if (code)
		return code;
	code = planning_open(cmd, options, &planning);
	if (!code) {
		code = planning_report(cmd, options, &planning);
		if (!code && options->exit_code && planning.plan->n_ops)
			code = EXIT_DIFFERS;
	}
	planning_close(&planning);
	return code;
}

static const char *const formats[] = { "text", "json", "setpci", NULL };

static const struct opt own[] = {
	PLANNING_OPTIONS,
	{ "exit-code", 0, OPT_FLAG, offsetof(struct options, exit_code), NULL,
	  "exit 1 when there is something to write", NULL },
	{ 0 },
};

const struct cmd cmd_plan = {
	.name = "plan",
	.operands = "[SELECTOR]",
	.summary = "what to write so that functions reach each other; writes nothing",
	.most = 1,
	.selects = true,
	.own = own,
	.formats = formats,
	.run = run,
};
