/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status: what was applied, what drifted, what may rest on what was before. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "cli/transactions.h"
#include "cli/undertaking.h"
#include "render/status_report.h"

static int report_status(const struct cmd *cmd, const struct options *options,
			 const struct status_report *report)
{
	bool closed = false;
	int code = EXIT_DONE;
	struct output *output = output_open(cmd, options, &code);

	if (!output)
		return code;
	if (!strcmp(output->format, "json")) {
		status_json(report, &output->out);
	} else {
		struct style style = output_style(output, options);

		status_text(report, &style, &output->out);
	}
	return output_close(output, &closed);
}

/* What drifted goes before what could not be read. */
static int holds(const struct status_report *report)
{
	int code = EXIT_DONE;

	for (uint32_t i = 0; i < report->n_journals; i++) {
		const struct p2p_apply *apply = report->journals[i]->apply;

		if (status_is_unfinished(apply))
			return EXIT_DIFFERS;
		for (uint32_t k = 0; k < apply->n_registers; k++) {
			enum status_hold hold = status_hold(report, i, k);

			if (hold == STATUS_DRIFTED)
				return EXIT_DIFFERS;
			if (hold == STATUS_UNKNOWN)
				code = EXIT_UNKNOWN;
		}
	}
	return code;
}

static int answer(const struct cmd *cmd, const struct options *options,
		  const struct p2p_machine *machine,
		  const struct transactions *transactions)
{
	struct p2p_grouped *grouped = NULL;
	char asked[SAY_COMMAND_SIZE];
	struct scene scene = { .machine = machine,
			       .asked = target_asked(options, asked) };
	struct status_report report = { .scene = &scene,
					.journals = transactions->journals,
					.n_journals = transactions->n,
					.n_damaged = transactions->n_damaged,
					.now = time(NULL) };
	struct p2p_err err = { "" };
	int code;

	/* Its boot is one with the machine's own command line. */
	if (p2p_machine_group(machine, NULL, &grouped, &err))
		return complain(EXIT_USAGE, "%s", err.text);
	scene.grouped = grouped;
	report.booted = grouped->boot ? grouped->boot->facts : NULL;
	for (uint32_t i = 0; i < transactions->n; i++)
		p2p_apply_look(transactions->journals[i]->apply, machine);
	code = report_status(cmd, options, &report);
	if (!code)
		code = holds(&report);
	p2p_grouped_free(grouped);
	return code;
}

/* Where there is no journal nothing was ever applied. */
static int read_journals(const struct options *options, struct transactions *transactions)
{
	struct p2p_journals *journals = NULL;
	struct p2p_err err = { "" };
	int result = p2p_journals_open(options->state, false, &journals, &err);
	int code = EXIT_DONE;

	if (result == -EACCES)
		code = complain(EXIT_UNKNOWN, "%s", err.text);
	else if (result && result != -ENOENT)
		code = complain(EXIT_WRITE, "%s", err.text);
	else if (!result)
		code = transactions_read(journals, 0, transactions);
	p2p_journals_free(journals);
	return code;
}

static int run(const struct cmd *cmd, const struct options *options)
{
	struct transactions transactions = { 0 };
	struct p2p_machine *machine;
	int code = undertaking_check(cmd, options), one = EXIT_DONE;

	if (!code)
		code = read_journals(options, &transactions);
	if (code && code != EXIT_DAMAGED)
		return code;
	machine = target_open(options, &one);
	if (machine)
		one = answer(cmd, options, machine, &transactions);
	p2p_machine_free(machine);
	transactions_done(&transactions);
	return one > code ? one : code;
}

static const char *const formats[] = { "text", "json", NULL };

static const struct opt own[] = {
	{ "state", 0, OPT_FOLDER, offsetof(struct options, state), "DIR",
	  "the journal is below DIR instead of /run/p2ptool", NULL },
	{ 0 },
};

const struct cmd cmd_status = {
	.name = "status",
	.operands = "",
	.summary = "what was applied, what drifted and why, what may be stale",
	.own = own,
	.formats = formats,
	.run = run,
};
