/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan: header, tree, islands, groups, findings of a machine. */
#include <stdlib.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "render/json_scan.h"
#include "render/scan_text.h"

static void render(const struct scene *scene, const struct options *options,
		   struct output *output)
{
	struct style style = output_style(output, options);

	if (!strcmp(output->format, "json"))
		json_scan(scene, P2PTOOL_VERSION, &output->out);
	else
		scan_text(scene, &style, options->all, &output->out);
}

/* The registers that keep islands unknown: those on the way to a peer. */
static int tally_unread(const struct p2p_machine *machine, struct missing_tally *tally)
{
	int result = missing_begin(machine, tally);

	for (uint32_t i = 0; !result && i < machine->snapshot->n_functions; i++) {
		if (!machine->roles[i].peer)
			continue;
		for (uint32_t at = i; at != P2P_NONE;
		     at = machine->topo->nodes[at].parent)
			if (p2p_judge_redirects(machine->judge, at) == P2P_UNKNOWN)
				missing_count(tally, (struct p2p_missing){
							     at, P2P_EVIDENCE_ACS });
	}
	return result;
}

static int report(const struct cmd *cmd, const struct options *options,
		  const struct scene *scene)
{
	struct missing_tally tally;
	struct output *output;
	bool closed = false;
	int code = EXIT_DONE;

	if (!scene->islands || !scene->findings || tally_unread(scene->machine, &tally))
		return complain(EXIT_USAGE, "out of memory");
	output = output_open(cmd, options, &code);
	if (output) {
		render(scene, options, output);
		code = output_close(output, &closed);
	}
	if (!code && !closed)
		code = target_close_report(scene->machine, options, &tally, cmd->name);
	missing_end(&tally);
	return code;
}

static int run(const struct cmd *cmd, const struct options *options)
{
	int code = EXIT_DONE;
	struct p2p_machine *machine = target_open(options, &code);
	struct p2p_islands *islands;
	struct p2p_findings *findings = NULL;
	struct p2p_grouped *grouped = NULL;
	struct p2p_err err = { "" };
	char asked[SAY_COMMAND_SIZE];

	if (!machine)
		return code;
	islands = p2p_islands_new(machine->judge, machine->topo, machine->roles);
	if (!p2p_machine_group(machine, NULL, &grouped, &err))
		findings = p2p_findings_new(machine->judge, machine->roles, grouped);
	code = report(cmd, options,
		      &(struct scene){ .machine = machine,
				       .islands = islands,
				       .findings = findings,
				       .grouped = grouped,
				       .numeric = options->numeric,
				       .told_kernel = options->kernel,
				       .told_cpu = options->cpu,
				       .asked = target_asked(options, asked) });
	p2p_findings_free(findings);
	p2p_grouped_free(grouped);
	p2p_islands_free(islands);
	p2p_machine_free(machine);
	return code;
}

static const char *const formats[] = { "text", "json", NULL };

static const struct opt own[] = {
	{ "all", 0, OPT_FLAG, offsetof(struct options, all), NULL,
	  "show every function, not only the way to the peers", NULL },
	{ 0 },
};

const struct cmd cmd_scan = {
	.name = "scan",
	.operands = "",
	.summary = "header, tree, islands, groups, findings",
	.own = own,
	.formats = formats,
	.run = run,
};
