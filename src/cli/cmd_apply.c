/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply: carries a plan out as a transaction, which restore takes back. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/consent.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "cli/undertaking.h"
#include "render/applied_report.h"
#include "render/guard_text.h"
#include "render/words_plan.h"

static char *say_members(const struct planning *planning)
{
	const struct p2p_plan *plan = planning->plan;
	size_t size = (size_t)plan->n_members * P2P_BDF_SIZE + 1, used = 0;
	char *text = calloc(1, size);

	for (uint32_t i = 0; text && i < plan->n_members; i++) {
		char address[P2P_BDF_SIZE];

		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? "," : "",
					 say_address(planning->machine, plan->members[i],
						     address));
	}
	return text;
}

/* The journal of a transaction, with what was asked for. NULL and a sentence. */
static struct p2p_journal *begin_journal(const struct cmd *cmd,
					 const struct planning *planning,
					 const struct options *options,
					 const struct undertaking *undertaking,
					 struct p2p_err *err)
{
	struct p2p_journal *journal = NULL;
	struct p2p_apply *apply = NULL;
	char mode[SAY_COMMAND_SIZE];

	if (p2p_apply_new(planning->machine, planning->plan, &apply, err))
		return NULL;
	if (p2p_journals_begin(undertaking->journals, apply, &journal, err)) {
		p2p_apply_free(apply);
		return NULL;
	}
	journal->domain = strdup(planning->report.selector);
	journal->selector = say_members(planning);
	journal->mode = strdup(planning_mode(cmd, options, mode));
	journal->allowed = strdup(options->allow ? options->allow : "");
	if (journal->domain && journal->selector && journal->mode && journal->allowed)
		return journal;
	p2p_err_set(err, -ENOMEM, "out of memory");
	p2p_journal_free(journal);
	return NULL;
}

/* What became of it, for whoever reads standard output, and for people. */
static int report_applied(const struct cmd *cmd, const struct options *options,
			  const struct applied_report *report, int code)
{
	bool closed = false;
	int told = EXIT_DONE;
	struct output *output = output_open(cmd, options, &told);
	char written[64];

	if (output && !strcmp(output->format, "json")) {
		applied_json(report, &output->out);
	} else if (output) {
		struct style style = output_style(output, options);

		applied_text(report, &style, &output->out);
	}
	if (output)
		told = output_close(output, &closed);
	if (report->journal)
		snprintf(written, sizeof(written), "transaction %" PRIu32 " is applied",
			 report->journal->id);
	return undertaking_told(code, told, report->journal ? written : NULL);
}

static int carry_out(const struct cmd *cmd, const struct options *options,
		     const struct planning *planning,
		     const struct undertaking *undertaking)
{
	struct p2p_err err = { "out of memory" };
	struct p2p_journal *journal =
		begin_journal(cmd, planning, options, undertaking, &err);
	struct applied_report report = { .plan = &planning->report, .journal = journal };
	int result, code;

	if (!journal)
		return complain(EXIT_WRITE, "%s", err.text);
	result = undertaking_apply(undertaking, options, journal, &err);
	code = undertaking_code(journal->apply, false, result, &err);
	/* What was never begun leaves nothing behind. */
	if (journal->apply->outcome == P2P_OUTCOME_REFUSED)
		p2p_journals_remove(undertaking->journals, journal->id, NULL);
	code = report_applied(cmd, options, &report, code);
	p2p_journal_free(journal);
	return code;
}

/* Nothing to write is a success, and needs nobody's consent. */
static int finish_without(const struct cmd *cmd, const struct options *options,
			  const struct planning *planning)
{
	const struct applied_report report = { .plan = &planning->report };

	return report_applied(cmd, options, &report, EXIT_DONE);
}

static int refuse(const struct planning *planning, const struct options *options)
{
	const struct style plain = { .unicode = speaks_utf8() };
	int code = planning_code(planning);
	char text[GUARD_REASON_SIZE];

	planning_complain(planning, options);
	if (code != EXIT_REFUSED)
		return code;
	guard_reason(planning->machine, planning->guards,
		     p2p_guards_refuse(planning->guards) ? P2P_GUARD_REFUSE :
							   P2P_GUARD_CANNOT_TELL,
		     &plain, text);
	return complain(code, "apply: nothing was written: %s", text);
}

/* What is about to be written, for whoever is asked. */
static void show(const struct planning *planning, const struct options *options)
{
	struct plan_report report = planning->report;
	struct output *output = options->yes ? NULL : output_open_error();
	struct style style;
	bool closed;

	if (!output)
		return;
	report.is_asked = true;
	style = output_style(output, options);
	plan_text(&report, &style, &output->out);
	output_close(output, &closed);
}

static int go_on(const struct cmd *cmd, const struct options *options,
		 const struct undertaking *undertaking)
{
	struct planning planning;
	int code = planning_open(cmd, options, &planning);

	if (!code && planning_code(&planning)) {
		code = refuse(&planning, options);
	} else if (!code && !planning.plan->n_ops) {
		code = finish_without(cmd, options, &planning);
	} else if (!code && !undertaking->lock) {
		code = consent_lacks(cmd);
	} else if (!code) {
		show(&planning, options);
		code = consent_ask(cmd, options, plan_n_registers(planning.plan));
		if (!code)
			code = carry_out(cmd, options, &planning, undertaking);
	}
	planning_close(&planning);
	return code;
}

static int run(const struct cmd *cmd, const struct options *options)
{
	struct undertaking undertaking = { 0 };
	int code = undertaking_check(cmd, options);

	if (!code)
		code = planning_check(cmd, options);
	if (code)
		return code;
	if (options->dry_run)
		return cmd_plan.run(&cmd_plan, options);
	/* Without consent nothing is written, and nothing made for it. */
	if (consent_is_possible(options))
		code = undertaking_begin(options, &undertaking);
	if (!code)
		code = go_on(cmd, options, &undertaking);
	undertaking_end(&undertaking);
	return code;
}

static const char *const formats[] = { "text", "json", NULL };

#define AT(member) offsetof(struct options, member)

static const struct opt own[] = {
	PLANNING_OPTIONS,
	{ "yes", 'y', OPT_FLAG, AT(yes), NULL, "write without asking", NULL },
	{ "dry-run", 0, OPT_FLAG, AT(dry_run), NULL, "print the plan, write nothing",
	  NULL },
	{ "wait", 0, OPT_TEXT, AT(wait), "SECONDS",
	  "wait so long for another run to end (30)", NULL },
	{ "state", 0, OPT_FOLDER, AT(state), "DIR",
	  "keep the journal below DIR instead of /run/p2ptool", NULL },
	{ 0 },
};

const struct cmd cmd_apply = {
	.name = "apply",
	.operands = "[SELECTOR]",
	.summary = "writes what plan says, as a transaction that restore takes back",
	.most = 1,
	.selects = true,
	.own = own,
	.formats = formats,
	.run = run,
};
