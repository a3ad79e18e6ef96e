/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pairs: the verdicts of all ordered pairs of one or two selections. */
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "render/pairs.h"

static int select_both(const struct p2p_machine *machine, const struct options *options,
		       struct pairs *pairs)
{
	struct p2p_err err = { "" };
	int result = 0;

	for (unsigned i = 0; i < 2 && !result; i++) {
		struct p2p_selection *selection = i ? &pairs->to : &pairs->from;
		unsigned operand = options->n_operands > i ? i : 0;

		if (options->n_operands)
			result = p2p_select(machine, options->operands[operand],
					    selection, &err);
		else
			result = p2p_select_peers(machine, selection, &err);
	}
	return result ? complain(EXIT_USAGE, "%s", err.text) : EXIT_DONE;
}

static void render(const struct pairs *pairs, const struct options *options,
		   struct output *output)
{
	struct style style = output_style(output, options);

	if (!strcmp(output->format, "json"))
		pairs_json(pairs, false, &output->out);
	else if (!strcmp(output->format, "ndjson"))
		pairs_json(pairs, true, &output->out);
	else if (!strcmp(output->format, "csv"))
		pairs_csv(pairs, &output->out);
	else
		pairs_text(pairs, &style, options->matrix, &output->out);
}

static int report(const struct cmd *cmd, const struct options *options,
		  const struct pairs *pairs)
{
	bool closed = false;
	int code = EXIT_DONE;
	struct output *output = output_open(cmd, options, &code);

	if (!output)
		return code;
	render(pairs, options, output);
	code = output_close(output, &closed);
	if (!code && !closed)
		code = target_close_report(pairs->machine, options, pairs->tally,
					   cmd->name);
	return code;
}

static int run(const struct cmd *cmd, const struct options *options)
{
	int code = EXIT_DONE;
	struct p2p_machine *machine = target_open(options, &code);
	struct missing_tally tally = { 0 };
	struct pairs pairs = { .machine = machine, .tally = &tally };

	if (!machine)
		return code;
	/* `all` is asked for to see everything, so a function with itself too. */
	pairs.selves = options->n_operands && !strcmp(options->operands[0], "all");
	if (missing_begin(machine, &tally))
		code = complain(EXIT_USAGE, "out of memory");
	if (!code)
		code = select_both(machine, options, &pairs);
	if (!code)
		code = report(cmd, options, &pairs);
	p2p_selection_done(&pairs.from);
	p2p_selection_done(&pairs.to);
	missing_end(&tally);
	p2p_machine_free(machine);
	return code;
}

static const char *const formats[] = { "text", "json", "ndjson", "csv", NULL };

static const struct opt own[] = {
	{ "matrix", 0, OPT_FLAG, offsetof(struct options, matrix), NULL,
	  "each pair in a matrix, in tiles where it is wider than the terminal", NULL },
	{ 0 },
};

const struct cmd cmd_pairs = {
	.name = "pairs",
	.operands = "[SEL [SEL]]",
	.summary = "verdicts: the peers, a selection, or requesters and completers",
	.most = 2,
	.selects = true,
	.own = own,
	.formats = formats,
	.run = run,
};
