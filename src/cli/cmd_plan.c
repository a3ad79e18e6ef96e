/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: what has to be written so that a p2p domain is as asked, and what follows. */
#include <stdlib.h>
#include <string.h>

#include <p2ptool/plan.h>
#include <p2ptool/select.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "render/plan_report.h"

/* What was asked, read from the options; owns what it points to. */
struct wanted {
	struct p2p_plan_options options;
	struct p2p_selection members, initiators;
	uint32_t vector[P2P_PLAN_WORDS];
	const char *selector;
};

static void wanted_done(struct wanted *wanted)
{
	p2p_selection_done(&wanted->members);
	p2p_selection_done(&wanted->initiators);
}

/* Words that belong to another mode would be passed over in silence. */
static int check_mode(const struct options *options)
{
	const struct {
		bool told;
		const char *name;
		enum p2p_plan_mode mode;
		const char *word;
	} rows[] = {
		{ options->scope != P2P_SCOPE_PATH, "scope", P2P_PLAN_CLEAR, "clear" },
		{ options->initiator, "initiator", P2P_PLAN_ONE_WAY, "one-way" },
		{ options->keep_cr, "keep-cr", P2P_PLAN_TRANSLATED, "translated" },
		{ options->bits, "bits", P2P_PLAN_SET, "set" },
		{ options->vector, "vector", P2P_PLAN_SET, "set" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].told && options->mode != (int)rows[i].mode)
			return complain(EXIT_USAGE,
					"--%s: is of --mode %s alone (leave one out)",
					rows[i].name, rows[i].word);
	if (options->mode == P2P_PLAN_ONE_WAY && !options->initiator)
		return complain(EXIT_USAGE, "--mode one-way: needs to know who issues "
					    "requests (--initiator SELECTOR)");
	if (options->mode == P2P_PLAN_SET && !options->bits && !options->vector)
		return complain(EXIT_USAGE, "--mode set: needs to know what to set "
					    "(--bits RR-,CR-)");
	return EXIT_DONE;
}

static int check_domain(const struct options *options)
{
	if (options->domain && options->n_operands)
		return complain(EXIT_USAGE,
				"%s: the p2p domain is named twice (join both with a "
				"comma: --domain %s,%s)",
				options->operands[0], options->domain,
				options->operands[0]);
	if (!options->domain && !options->n_operands)
		return complain(EXIT_USAGE,
				"plan: needs a p2p domain, the functions that "
				"are to reach each other (p2ptool plan "
				"--domain gpu,rdma)");
	return check_mode(options);
}

/* Those of the members that @text selects as well. */
static int select_initiators(const struct p2p_machine *machine, const char *text,
			     struct wanted *wanted, struct p2p_err *err)
{
	const struct p2p_selection *members = &wanted->members;
	struct p2p_selection *initiators = &wanted->initiators;
	uint32_t kept = 0, at = 0;
	int result = text ? p2p_select(machine, text, initiators, err) : 0;

	for (uint32_t i = 0; !result && i < initiators->n_functions; i++) {
		while (at < members->n_functions &&
		       members->functions[at] < initiators->functions[i])
			at++;
		if (at < members->n_functions &&
		    members->functions[at] == initiators->functions[i])
			initiators->functions[kept++] = initiators->functions[i];
	}
	initiators->n_functions = kept;
	return result;
}

static int read_wanted(const struct p2p_machine *machine, const struct options *options,
		       struct wanted *wanted)
{
	struct p2p_plan_options *plan = &wanted->options;
	struct p2p_err err = { "" };
	int result;

	wanted->selector = options->domain ? options->domain : options->operands[0];
	*plan = (struct p2p_plan_options){ .mode = (enum p2p_plan_mode)options->mode,
					   .scope = (enum p2p_plan_scope)options->scope,
					   .keep_cr = options->keep_cr,
					   .require_all = options->require_all };
	result = p2p_select(machine, wanted->selector, &wanted->members, &err);
	if (!result)
		result = select_initiators(machine, options->initiator, wanted, &err);
	if (!result && options->bits)
		result = p2p_plan_parse_bits(options->bits, &plan->set, &plan->clear,
					     &err);
	if (!result && options->vector) {
		result = p2p_plan_parse_vector(options->vector, wanted->vector, &err);
		plan->vector = wanted->vector;
	}
	plan->members = wanted->members.functions;
	plan->n_members = wanted->members.n_functions;
	plan->initiators = wanted->initiators.functions;
	plan->n_initiators = wanted->initiators.n_functions;
	return result ? complain(EXIT_USAGE, "%s", err.text) : EXIT_DONE;
}

/* The exit code that a refusal stands for. */
static int refusal_code(const struct p2p_machine *machine,
			const struct p2p_plan_refusal *refusal)
{
	switch (refusal->kind) {
	case P2P_REFUSE_FEW:
	case P2P_REFUSE_INITIATORS:
	case P2P_REFUSE_VECTOR:
		return EXIT_USAGE;
	case P2P_REFUSE_UNREAD:
		return EXIT_UNKNOWN;
	case P2P_REFUSE_PORT_NUMBER:
		return p2p_facts_port_number(&machine->facts[refusal->function]) < 0 ?
			       EXIT_UNKNOWN :
			       EXIT_DIFFERS;
	case P2P_REFUSE_DAMAGED:
		return EXIT_DAMAGED;
	case P2P_REFUSE_NO_PAIR:
	case P2P_REFUSE_NO_ACS:
	case P2P_REFUSE_NO_BIT:
	case P2P_REFUSE_CONFLICT:
	case P2P_REFUSE_UNREACHED:
	case P2P_REFUSE_MORE_OPEN:
	case P2P_REFUSE_NO_ATS:
	case P2P_REFUSE_OTHER_SWITCH:
	case P2P_REFUSE_SHARED_PORT:
	case P2P_REFUSE_MULTI:
	case P2P_REFUSE_BUS_NUMBER:
	case P2P_REFUSE_ROOT_COMPLEX:
		break;
	}
	return EXIT_DIFFERS;
}

/* Of several refusals: damage before what is unknown, and that before the rest. */
static int plan_code(const struct plan_report *report, const struct options *options)
{
	const struct p2p_plan *plan = report->plan;
	int code = EXIT_DONE;

	for (uint32_t i = 0; i < plan->n_refusals; i++) {
		int one = refusal_code(report->scene->machine, &plan->refusals[i]);

		code = one > code ? one : code;
	}
	return !code && options->exit_code && plan->n_ops ? EXIT_DIFFERS : code;
}

/* What every refusal for want of evidence lacks. */
static int tally_unread(const struct plan_report *report, struct missing_tally *tally)
{
	const struct p2p_machine *machine = report->scene->machine;
	int result = missing_begin(machine, tally);

	for (uint32_t i = 0; !result && i < report->plan->n_refusals; i++) {
		const struct p2p_plan_refusal *refusal = &report->plan->refusals[i];

		if (refusal_code(machine, refusal) == EXIT_UNKNOWN)
			missing_count(tally,
				      (struct p2p_missing){ refusal->at == P2P_NONE ?
								    refusal->function :
								    refusal->at,
							    P2P_EVIDENCE_ACS });
	}
	return result;
}

static void render(const struct plan_report *report, const struct options *options,
		   struct output *output)
{
	struct style style = output_style(output, options);

	if (!strcmp(output->format, "json"))
		plan_json(report, &output->out);
	else if (!strcmp(output->format, "setpci"))
		plan_script(report, &output->out);
	else
		plan_text(report, &style, &output->out);
}

/* Where the report is for a program, people look at standard error. */
static void complain_refused(const struct plan_report *report,
			     const struct options *options)
{
	const struct style plain = { .unicode = speaks_utf8() };
	const struct p2p_plan *plan = report->plan;
	char text[PLAN_REFUSAL_SIZE], more[32] = "";

	if (plan->n_refusals > 1)
		snprintf(more, sizeof(more), ", and %u more", plan->n_refusals - 1);
	if (plan->n_refusals && !options->quiet)
		complain(0, "%s%s", plan_refusal(report, plan->refusals, &plain, text),
			 more);
}

static int put_report(const struct cmd *cmd, const struct options *options,
		      const struct plan_report *report, const char *command)
{
	struct missing_tally tally;
	struct output *output;
	bool closed = false, is_text = true;
	int code = EXIT_DONE;

	if (tally_unread(report, &tally))
		return complain(EXIT_USAGE, "out of memory");
	output = output_open(cmd, options, &code);
	if (output) {
		is_text = !strcmp(output->format, "text");
		render(report, options, output);
		code = output_close(output, &closed);
	}
	if (!code && !closed && !is_text && plan_code(report, options) != EXIT_UNKNOWN)
		complain_refused(report, options);
	/* Damage that touches no member is told, and refuses nothing. */
	if (!code && !closed)
		target_close_report(report->scene->machine, options, &tally, command);
	missing_end(&tally);
	return code ? code : plan_code(report, options);
}

/* The command as it was asked: options of its own, operands, the machine. */
static char *say_plan(const struct cmd *cmd, const struct options *options,
		      char ret_text[SAY_COMMAND_SIZE])
{
	strcpy(ret_text, cmd->name);
	for (const struct opt *opt = cmd->own; opt->name; opt++) {
		const char *place = (const char *)options + opt->at, *value = NULL;
		size_t used = strlen(ret_text);

		if (opt->kind == OPT_FLAG && *(const bool *)(const void *)place)
			value = "";
		else if (opt->kind == OPT_CHOICE && *(const int *)(const void *)place)
			value = opt->choices[*(const int *)(const void *)place];
		else if (opt->kind == OPT_TEXT || opt->kind == OPT_SELECTOR)
			value = *(const char *const *)(const void *)place;
		if (!value || used + strlen(opt->name) + 8 > SAY_COMMAND_SIZE)
			continue;
		strcat(strcat(ret_text, " --"), opt->name);
		if (*value)
			say_word(value, ret_text, SAY_COMMAND_SIZE);
	}
	return ret_text;
}

static int report_plan(const struct cmd *cmd, const struct options *options,
		       const struct plan_report *report)
{
	struct plan_report asked_for = *report;
	char command[SAY_COMMAND_SIZE], whole[2 * SAY_COMMAND_SIZE];
	char asked[SAY_COMMAND_SIZE], operand[SAY_COMMAND_SIZE] = "";
	char text[PLAN_REFUSAL_SIZE];

	if (plan_code(report, options) == EXIT_USAGE)
		return complain(EXIT_USAGE, "%s",
				plan_refusal(report, report->plan->refusals,
					     &(struct style){ .unicode = true }, text));
	if (options->n_operands)
		say_word(options->operands[0], operand, sizeof(operand));
	snprintf(whole, sizeof(whole), "p2ptool %s%s%s", say_plan(cmd, options, command),
		 operand, target_asked(options, asked));
	asked_for.command = whole;
	return put_report(cmd, options, &asked_for, command);
}

static int answer(const struct cmd *cmd, const struct options *options,
		  const struct scene *scene, const struct wanted *wanted)
{
	const struct p2p_machine *machine = scene->machine;
	struct plan_report report = { .scene = scene,
				      .options = &wanted->options,
				      .selector = wanted->selector };
	struct p2p_judge *judge = NULL;
	struct p2p_plan *plan = NULL;
	struct p2p_err err = { "" };
	int code;

	if (p2p_plan_new(machine, &wanted->options, &plan, &err))
		return complain(EXIT_USAGE, "%s", err.text);
	if (plan->after)
		judge = p2p_judge_new(machine->snapshot, plan->after, machine->topo,
				      &machine->rules);
	report.plan = plan;
	report.after = judge;
	if (plan->after && !judge)
		code = complain(EXIT_USAGE, "out of memory");
	else
		code = report_plan(cmd, options, &report);
	p2p_judge_free(judge);
	p2p_plan_free(plan);
	return code;
}
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
