/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From options to a plan, and what it comes down to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "cli/target.h"
#include "io/evidence.h"
#include "render/guard_text.h"

const char *const planning_modes[] = { "clear",   "one-way", "translated", "egress",
				       "isolate", "set",     NULL };
const char *const planning_scopes[] = { "path", "turn", "switch", NULL };

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

int planning_check(const struct cmd *cmd, const struct options *options)
{
	if (options->domain && options->n_operands)
		return complain(EXIT_USAGE,
				"%s: the p2p domain is named twice (join both with a "
				"comma: --domain %s,%s)",
				options->operands[0], options->domain,
				options->operands[0]);
	if (!options->domain && !options->n_operands)
		return complain(EXIT_USAGE,
				"%s: needs a p2p domain, the functions that "
				"are to reach each other (p2ptool %s --domain gpu,rdma)",
				cmd->name, cmd->name);
	return check_mode(options);
}

/* Those of the members that @text selects as well. */
static int select_initiators(const char *text, struct planning *planning,
			     struct p2p_err *err)
{
	const struct p2p_selection *members = &planning->members;
	struct p2p_selection *initiators = &planning->initiators;
	uint32_t kept = 0, at = 0;
	int result = text ? p2p_select(planning->machine, text, initiators, err) : 0;

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

static int read_domain(struct planning *planning, const struct options *options)
{
	struct p2p_plan_options *plan = &planning->options;
	struct p2p_err err = { "" };
	int result;

	*plan = (struct p2p_plan_options){ .mode = (enum p2p_plan_mode)options->mode,
					   .scope = (enum p2p_plan_scope)options->scope,
					   .keep_cr = options->keep_cr,
					   .require_all = options->require_all };
	result = p2p_select(planning->machine, planning->report.selector,
			    &planning->members, &err);
	if (!result)
		result = select_initiators(options->initiator, planning, &err);
	if (!result && options->bits)
		result = p2p_plan_parse_bits(options->bits, &plan->set, &plan->clear,
					     &err);
	if (!result && options->vector) {
		result = p2p_plan_parse_vector(options->vector, planning->vector, &err);
		plan->vector = planning->vector;
	}
	plan->members = planning->members.functions;
	plan->n_members = planning->members.n_functions;
	plan->initiators = planning->initiators.functions;
	plan->n_initiators = planning->initiators.n_functions;
	return result ? complain(EXIT_USAGE, "%s", err.text) : EXIT_DONE;
}

/* What speaks against it, where there is something to speak against. */
static int ask_guards(struct planning *planning, unsigned allowed)
{
	struct p2p_err err = { "" };

	if (!planning->plan->n_ops)
		return EXIT_DONE;
	if (p2p_evidence_read(planning->machine, NULL, &planning->evidence, &err) ||
	    p2p_guards_new(planning->machine, planning->plan, planning->evidence, allowed,
			   &planning->guards, &err))
		return complain(EXIT_USAGE, "%s", err.text);
	planning->report.guards = planning->guards;
	planning->report.evidence = planning->evidence;
	planning->report.is_guarded = planning_code(planning) == EXIT_REFUSED;
	return EXIT_DONE;
}

static int make_plan(struct planning *planning, unsigned allowed)
{
	const struct p2p_machine *machine = planning->machine;
	struct p2p_err err = { "" };

	if (p2p_plan_new(machine, &planning->options, &planning->plan, &err))
		return complain(EXIT_USAGE, "%s", err.text);
	if (planning->plan->after)
		planning->after = p2p_judge_new(machine->snapshot, planning->plan->after,
						machine->topo, &machine->rules);
	if (planning->plan->after && !planning->after)
		return complain(EXIT_USAGE, "out of memory");
	planning->report.plan = planning->plan;
	planning->report.after = planning->after;
	return ask_guards(planning, allowed);
}

/* An option as it was given, behind what is there already. */
static void say_option(const struct opt *opt, const struct options *options,
		       char text[SAY_COMMAND_SIZE])
{
	const char *place = (const char *)options + opt->at, *value = NULL;

	if (opt->kind == OPT_FLAG && *(const bool *)(const void *)place)
		value = "";
	else if (opt->kind == OPT_CHOICE && *(const int *)(const void *)place)
		value = opt->choices[*(const int *)(const void *)place];
	else if (opt->kind == OPT_TEXT || opt->kind == OPT_SELECTOR)
		value = *(const char *const *)(const void *)place;
	if (!value || strlen(text) + strlen(opt->name) + 8 > SAY_COMMAND_SIZE)
		return;
	strcat(strcat(text, " --"), opt->name);
	if (*value)
		say_word(value, text, SAY_COMMAND_SIZE);
}

char *planning_mode(const struct cmd *cmd, const struct options *options,
		    char ret_text[SAY_COMMAND_SIZE])
{
	static const char *const names[] = { "scope", "initiator", "keep-cr",
					     "bits",  "vector",    "require-all" };

	strcpy(ret_text, planning_modes[options->mode]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		say_option(opt_find_long(cmd->own, names[i], strlen(names[i])), options,
			   ret_text);
	return ret_text;
}

/* The command as it was asked: options of its own, operands, the machine. */
static char *say_plan(const struct cmd *cmd, const struct options *options,
		      char ret_text[SAY_COMMAND_SIZE])
{
	strcpy(ret_text, cmd->name);
	for (const struct opt *opt = cmd->own; opt->name; opt++)
		say_option(opt, options, ret_text);
	return ret_text;
}

static void say_asked(struct planning *planning, const struct cmd *cmd,
		      const struct options *options)
{
	char operand[SAY_COMMAND_SIZE] = "";

	if (options->n_operands)
		say_word(options->operands[0], operand, sizeof(operand));
	snprintf(planning->whole, sizeof(planning->whole), "p2ptool %s%s%s",
		 say_plan(cmd, options, planning->command), operand, planning->asked);
	planning->report.command = planning->whole;
}

/* A wish that contradicts itself is no wish. */
static int check_wish(const struct planning *planning)
{
	const struct style plain = { .unicode = speaks_utf8() };
	char text[PLAN_REFUSAL_SIZE];

	if (planning_code(planning) != EXIT_USAGE)
		return EXIT_DONE;
	return complain(EXIT_USAGE, "%s",
			plan_refusal(&planning->report, planning->plan->refusals, &plain,
				     text));
}

int planning_open(const struct cmd *cmd, const struct options *options,
		  struct planning *ret_planning)
{
	struct planning *planning = ret_planning;
	struct p2p_err err = { "" };
	unsigned allowed = 0;
	int code = EXIT_DONE;

	*planning = (struct planning){ 0 };
	if (options->allow && p2p_guard_parse(options->allow, &allowed, &err))
		return complain(EXIT_USAGE, "--allow: %s", err.text);
	planning->machine = target_open(options, &code);
	if (!planning->machine)
		return code;
	planning->scene =
		(struct scene){ .machine = planning->machine,
				.numeric = options->numeric,
				.told_kernel = options->kernel,
				.told_cpu = options->cpu,
				.asked = target_asked(options, planning->asked) };
	planning->report = (struct plan_report){
		.scene = &planning->scene,
		.options = &planning->options,
		.selector = options->domain ? options->domain : options->operands[0],
	};
	code = read_domain(planning, options);
	if (!code)
		code = make_plan(planning, allowed);
	if (code)
		return code;
	say_asked(planning, cmd, options);
	return check_wish(planning);
}

void planning_close(struct planning *planning)
{
	p2p_guards_free(planning->guards);
	p2p_guard_evidence_free(planning->evidence);
	p2p_judge_free(planning->after);
	p2p_plan_free(planning->plan);
	p2p_selection_done(&planning->members);
	p2p_selection_done(&planning->initiators);
	p2p_machine_free(planning->machine);
}
