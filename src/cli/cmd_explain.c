/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain: one pair, both directions, hop by hop. */
#include <string.h>

#include <p2ptool/plan.h>
#include <p2ptool/select.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "render/explain.h"
#include "render/labels.h"

/* A PF with its VFs counts as the PF. */
static bool is_one(const struct p2p_machine *machine,
		   const struct p2p_selection *selection)
{
	for (uint32_t i = 1; i < selection->n_functions; i++)
		if (machine->topo->nodes[selection->functions[i]].pf !=
		    selection->functions[0])
			return false;
	return true;
}

static int select_one(const struct p2p_machine *machine, const char *text,
		      uint32_t *ret_function)
{
	static const struct style plain = { 0 };
	struct p2p_selection selection = { 0 };
	struct p2p_err err = { "" };
	char labels[LABELS_SIZE];
	int code = EXIT_DONE;

	if (p2p_select(machine, text, &selection, &err))
		return complain(EXIT_USAGE, "%s", err.text);
	if (is_one(machine, &selection))
		*ret_function = selection.functions[0];
	else
		code = complain(EXIT_USAGE, "%s: matches %u functions: %s (name one)",
				text, selection.n_functions,
				labels_text(machine, &plain, selection.functions,
					    selection.n_functions, labels));
	p2p_selection_done(&selection);
	return code;
}

static int report(const struct cmd *cmd, const struct options *options,
		  const struct explanation *explanation, struct missing_tally *tally)
{
	bool closed = false;
	int code = EXIT_DONE;
	struct output *output = output_open(cmd, options, &code);
	struct style style;

	if (!output)
		return code;
	style = output_style(output, options);
	if (!strcmp(output->format, "json"))
		explain_json(explanation, &output->out);
	else
		explain_text(explanation, &style, &output->out);
	missing_count_verdict(tally, explanation->verdicts[0]);
	missing_count_verdict(tally, explanation->verdicts[1]);
	code = output_close(output, &closed);
	if (!code && !closed)
		code = target_close_report(explanation->machine, options, tally,
					   cmd->name);
	return code;
}

/* What would have to be written for both directions to be direct. */
static int plan_pair(const struct p2p_machine *machine, const uint32_t functions[2],
		     struct p2p_plan **ret_plan)
{
	bool swapped = functions[0] > functions[1];
	const uint32_t members[2] = { functions[swapped], functions[!swapped] };

	if (functions[0] == functions[1])
		return 0;
	return p2p_plan_new(
		machine, &(struct p2p_plan_options){ .members = members, .n_members = 2 },
		ret_plan, NULL);
}

static int explain(const struct cmd *cmd, const struct options *options,
		   const struct p2p_machine *machine, const uint32_t functions[2])
{
	struct p2p_verdict forward = { 0 }, backward = { 0 };
	const struct p2p_verdict *const verdicts[2] = { &forward, &backward };
	struct missing_tally tally = { 0 };
	struct p2p_grouped *grouped = NULL;
	struct p2p_plan *plan = NULL;
	struct path path = { 0 };
	char asked[SAY_COMMAND_SIZE];
	int code;

	if (p2p_verdict_init(machine->judge, &forward) ||
	    p2p_verdict_init(machine->judge, &backward) ||
	    missing_begin(machine, &tally)) {
		code = complain(EXIT_USAGE, "out of memory");
		goto out;
	}
	p2p_judge_pair(machine->judge, functions[0], functions[1], &forward);
	p2p_judge_pair(machine->judge, functions[1], functions[0], &backward);
	if (path_build(machine, verdicts, &path) ||
	    p2p_machine_group(machine, NULL, &grouped, NULL) ||
	    plan_pair(machine, functions, &plan)) {
		code = complain(EXIT_USAGE, "out of memory");
		goto out;
	}
	code = report(cmd, options,
		      &(struct explanation){ .machine = machine,
					     .verdicts = { &forward, &backward },
					     .path = &path,
					     .grouped = grouped,
					     .plan = plan,
					     .asked = target_asked(options, asked),
					     .numeric = options->numeric },
		      &tally);
out:
	p2p_plan_free(plan);
	p2p_grouped_free(grouped);
	path_done(&path);
	missing_end(&tally);
	p2p_verdict_done(&forward);
	p2p_verdict_done(&backward);
	return code;
}

static int run(const struct cmd *cmd, const struct options *options)
{
	int code = EXIT_DONE;
	struct p2p_machine *machine = target_open(options, &code);
	uint32_t functions[2] = { 0 };

	if (!machine)
		return code;
	for (unsigned i = 0; i < 2 && !code; i++)
		code = select_one(machine, options->operands[i], &functions[i]);
	if (!code)
		code = explain(cmd, options, machine, functions);
	p2p_machine_free(machine);
	return code;
}

static const char *const formats[] = { "text", "json", NULL };

const struct cmd cmd_explain = {
	.name = "explain",
	.operands = "A B",
	.summary = "one pair, both directions, hop by hop: who decides, which bit",
	.least = 2,
	.most = 2,
	.selects = true,
	.formats = formats,
	.run = run,
};
