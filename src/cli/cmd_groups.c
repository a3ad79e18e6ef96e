/* SPDX-License-Identifier: GPL-2.0-or-later */
/* groups: IOMMU groups that a kernel makes of the registers, beside those it made. */
#include <errno.h>
#include <string.h>

#include <p2ptool/select.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "render/group_say.h"
#include "render/groups_report.h"

static void render(const struct groups_report *report, const struct options *options,
		   struct output *output)
{
	struct style style = output_style(output, options);

	if (!strcmp(output->format, "json"))
		groups_json(report, &output->out);
	else
		groups_text(report, &style, &output->out);
}

/* Functions whose registers leave a group that was asked for open; those that do so only
 * because of the firmware are counted apart. */
static int tally_unread(const struct groups_report *report, struct missing_tally *tally,
			uint32_t *ret_firmware)
{
	const struct p2p_machine *machine = report->scene->machine;
	const struct p2p_groups *groups = report->grouped->groups;
	int result = missing_begin(machine, tally);

	*ret_firmware = 0;
	for (uint32_t i = 0; !result && i < machine->snapshot->n_functions; i++) {
		if (!groups->unread[i] ||
		    groups->groups[groups->of[i]].certainty != P2P_UNCERTAIN ||
		    !groups_is_asked(report, groups->of[i]))
			continue;
		if (group_hangs_on_firmware(machine, i))
			++*ret_firmware;
		else
			missing_count(tally, (struct p2p_missing){ i, P2P_EVIDENCE_ACS });
	}
	return result;
}

static int complain_firmware(const struct options *options, uint32_t count, int code)
{
	if (!count)
		return code;
	if (!options->quiet)
		complain(0,
			 "ACS of %u function%s after the boot hangs on what the firmware "
			 "leaves there (--firmware, where the registers are as it left "
			 "them)",
			 count, count == 1 ? "" : "s");
	return code ? code : EXIT_UNKNOWN;
}

/* What --expect-equal asserts. */
static int compare(const struct groups_report *report, const struct options *options,
		   int code)
{
	const struct p2p_group_diff *diff = report->grouped->diff;

	if (!options->expect_equal)
		return code;
	if (!diff->n_live)
		return complain(EXIT_UNKNOWN,
				"--expect-equal: no live group is told (run it on a "
				"machine whose IOMMU is on)");
	if (diff->equal == P2P_NO)
		return complain(EXIT_DIFFERS,
				"--expect-equal: %u function%s in %s live group%s than "
				"predicted",
				diff->n_differences,
				diff->n_differences == 1 ? " is" : "s are",
				diff->n_differences == 1 ? "another" : "other",
				diff->n_differences == 1 ? "" : "s");
	if (diff->equal == P2P_UNKNOWN)
		return complain(EXIT_UNKNOWN,
				"--expect-equal: not known: registers that decide were "
				"not read");
	return code;
}

static int report_groups(const struct cmd *cmd, const struct options *options,
			 const struct groups_report *report)
{
	struct missing_tally tally;
	struct output *output;
	uint32_t n_firmware;
	bool closed = false;
	int code = EXIT_DONE;

	if (tally_unread(report, &tally, &n_firmware))
		return complain(EXIT_USAGE, "out of memory");
	output = output_open(cmd, options, &code);
	if (output) {
		render(report, options, output);
		code = output_close(output, &closed);
	}
	if (!code && !closed)
		code = target_close_report(report->scene->machine, options, &tally,
					   cmd->name);
	if (!closed)
		code = complain_firmware(options, n_firmware, code);
	missing_end(&tally);
	return code == EXIT_DONE || code == EXIT_UNKNOWN ?
		       compare(report, options, code) :
		       code;
}

static int group(const struct p2p_machine *machine, const struct options *options,
		 struct groups_report *report, struct p2p_grouped **ret_grouped)
{
	const struct p2p_system *system = &machine->snapshot->system;
	struct p2p_err err = { "" };

	report->cmdline = options->cmdline;
	if (options->boot && options->cmdline)
		return complain(EXIT_USAGE, "--boot and --cmdline: there can be only one "
					    "command line (leave one out)");
	if (options->boot) {
		if (system->has_cmdline != P2P_YES)
			return complain(EXIT_UNKNOWN,
					"--boot: the machine's own command line is not "
					"told (give one with --cmdline)");
		report->cmdline = p2p_snapshot_string(machine->snapshot, system->cmdline);
	}
	if (p2p_machine_group(machine,
			      &(struct p2p_group_options){
				      .rule = (enum p2p_group_rule)options->rule,
				      .cmdline = report->cmdline,
				      .from_firmware = options->firmware },
			      ret_grouped, &err))
		return complain(EXIT_USAGE, "%s", err.text);
	return EXIT_DONE;
}

/* Of a boot, findings are about the registers as it leaves them. */
static int find(const struct p2p_machine *machine, const struct p2p_grouped *grouped,
		bool is_boot, struct p2p_findings **ret_findings)
{
	struct p2p_judge *judge = NULL;

	if (is_boot) {
		judge = p2p_judge_new(machine->snapshot, grouped->boot->facts,
				      machine->topo, &machine->rules);
		if (!judge)
			return -ENOMEM;
	}
	*ret_findings =
		p2p_findings_new(judge ? judge : machine->judge, machine->roles, grouped);
	p2p_judge_free(judge);
	return *ret_findings ? 0 : -ENOMEM;
}

static int answer(const struct cmd *cmd, const struct options *options,
		  struct scene *scene, const struct p2p_selection *selection)
{
	struct groups_report report = { .scene = scene,
					.selection = selection,
					.all = options->all };
	struct p2p_grouped *grouped = NULL;
	struct p2p_findings *findings = NULL;
	int code = group(scene->machine, options, &report, &grouped);

	if (!grouped)
		return code;
	report.grouped = grouped;
	if (find(scene->machine, grouped, report.cmdline, &findings)) {
		code = complain(EXIT_USAGE, "out of memory");
	} else {
		scene->findings = findings;
		code = report_groups(cmd, options, &report);
	}
	p2p_findings_free(findings);
	p2p_grouped_free(grouped);
	return code;
}

static int run(const struct cmd *cmd, const struct options *options)
{
	int code = EXIT_DONE;
	struct p2p_machine *machine = target_open(options, &code);
	const char *selector = options->n_operands ? options->operands[0] : NULL;
	struct p2p_selection selection = { 0 };
	struct p2p_err err = { "" };
	char asked[SAY_COMMAND_SIZE];
	struct scene scene = { .machine = machine,
			       .numeric = options->numeric,
			       .told_kernel = options->kernel,
			       .told_cpu = options->cpu,
			       .asked = target_asked(options, asked) };

	if (!machine)
		return code;
	if (selector && p2p_select(machine, selector, &selection, &err))
		code = complain(EXIT_USAGE, "%s", err.text);
	else
		code = answer(cmd, options, &scene, selector ? &selection : NULL);
	p2p_selection_done(&selection);
	p2p_machine_free(machine);
	return code;
}

static const char *const formats[] = { "text", "json", NULL };
static const char *const rules[] = { "mainline", "strict", NULL };

#define AT(member) offsetof(struct options, member)

static const struct opt own[] = {
	{ "all", 0, OPT_FLAG, AT(all), NULL, "show groups of one function as well",
	  NULL },
	{ "rule", 0, OPT_CHOICE, AT(rule), "RULE",
	  "mainline: as kernels do; strict: by who can reach whom", rules },
	{ "cmdline", 0, OPT_LINE, AT(cmdline), "LINE",
	  "after a boot with this kernel command line", NULL },
	{ "boot", 0, OPT_FLAG, AT(boot), NULL,
	  "after a boot with the machine's own command line", NULL },
	{ "firmware", 0, OPT_FLAG, AT(firmware), NULL,
	  "the registers are as the firmware left them", NULL },
	{ "expect-equal", 0, OPT_FLAG, AT(expect_equal), NULL,
	  "exit 1 when live and predicted groups differ", NULL },
	{ 0 },
};

const struct cmd cmd_groups = {
	.name = "groups",
	.operands = "[SELECTOR]",
	.summary = "IOMMU groups: live, predicted, what ties each, what to unbind",
	.most = 1,
	.selects = true,
	.own = own,
	.formats = formats,
	.run = run,
};
