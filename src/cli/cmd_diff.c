/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff: what changed between two captures, or a capture and this machine. */
#include <string.h>

#include <p2ptool/source.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "render/diff_report.h"

#define LIVE "live"

/* What --ignore takes: each word stands for some kinds of changes. */
static const struct {
	const char *word;
	unsigned kinds;
} ignorable[] = {
	{ "functions",
	  1u << P2P_CHANGE_CAME | 1u << P2P_CHANGE_WENT | 1u << P2P_CHANGE_MOVED },
	{ "acs", 1u << P2P_CHANGE_ACS },
	{ "ats", 1u << P2P_CHANGE_ATS },
	{ "links", 1u << P2P_CHANGE_LINK },
	{ "drivers", 1u << P2P_CHANGE_DRIVER },
	{ "routes", 1u << P2P_CHANGE_ROUTE },
	{ "maps", 1u << P2P_CHANGE_MAP },
	{ "groups", 1u << P2P_CHANGE_GROUP },
};
#define IGNORABLE (sizeof(ignorable) / sizeof(ignorable[0]))

static int add_ignored(const char *word, size_t length, unsigned *ignored)
{
	char known[128] = "";

	for (size_t i = 0; i < IGNORABLE; i++) {
		if (strlen(ignorable[i].word) == length &&
		    !strncmp(ignorable[i].word, word, length)) {
			*ignored |= ignorable[i].kinds;
			return EXIT_DONE;
		}
		strcat(strcat(known, i ? ", " : ""), ignorable[i].word);
	}
	return complain(EXIT_USAGE, "--ignore %.*s: is not known (known are %s)",
			(int)(length > 60 ? 60 : length), word, known);
}

/* Words joined by commas. */
static int read_ignored(const char *text, unsigned *ret_ignored)
{
	int code = EXIT_DONE;

	*ret_ignored = 0;
	while (text && *text && !code) {
		size_t length = strcspn(text, ",");

		code = add_ignored(text, length, ret_ignored);
		text += length;
		text += *text == ',';
	}
	return code;
}

static struct p2p_machine *open_operand(const struct options *options, unsigned at,
					int *ret_code)
{
	struct options one = *options;

	/* What --as says is said of captures. */
	if (!strcmp(options->operands[at], LIVE))
		one.as = P2P_SOURCE_ANY;
	else
		one.file = options->operands[at];
	return target_open(&one, ret_code);
}

static int put_report(const struct cmd *cmd, const struct options *options,
		      const struct diff_report *report)
{
	const struct p2p_machine *const machines[2] = { report->before, report->after };
	bool closed = false;
	int code = EXIT_DONE;
	struct output *output = output_open(cmd, options, &code);
	struct style style;

	if (!output)
		return code;
	style = output_style(output, options);
	if (!strcmp(output->format, "json"))
		diff_json(report, &output->out);
	else
		diff_text(report, &style, &output->out);
	code = output_close(output, &closed);
	if (!code && !closed && report->diff->n_unseen && !options->quiet)
		complain(
			0,
			"%u function%s behind where the other capture ends: not compared",
			report->diff->n_unseen,
			report->diff->n_unseen == 1 ? " stands" : "s stand");
	return code || closed ?
		       code :
		       target_close_diff(machines, options, !report->diff->n_changes,
					 report->diff->n_unknown);
}

static int compare(const struct cmd *cmd, const struct options *options,
		   const struct p2p_machine *before, const struct p2p_machine *after)
{
	unsigned ignored;
	int code = read_ignored(options->ignore, &ignored);
	struct p2p_diff *diff;

	if (code)
		return code;
	diff = p2p_diff_new(before, after, ignored);
	if (!diff)
		return complain(EXIT_USAGE, "out of memory");
	code = put_report(cmd, options, &(struct diff_report){ before, after, diff });
	p2p_diff_free(diff);
	return code;
}

static int run(const struct cmd *cmd, const struct options *options)
{
	int code = EXIT_DONE;
	struct p2p_machine *before, *after = NULL;

	if (options->file || options->sysfs)
		return complain(EXIT_USAGE,
				"-F and --sysfs: diff takes its two captures as "
				"operands (p2ptool diff A B, where one may be %s)",
				LIVE);
	if (!strcmp(options->operands[0], "-") && !strcmp(options->operands[1], "-"))
		return complain(EXIT_USAGE, "-: standard input can be read once (save "
					    "one of both to a file)");
	before = open_operand(options, 0, &code);
	if (before)
		after = open_operand(options, 1, &code);
	if (after)
		code = compare(cmd, options, before, after);
	p2p_machine_free(after);
	p2p_machine_free(before);
	return code;
}

static const char *const formats[] = { "text", "json", NULL };

static const struct opt own[] = {
	{ "ignore", 0, OPT_TEXT, offsetof(struct options, ignore), "KINDS",
	  "not functions, acs, ats, links, drivers, routes, maps, groups", NULL },
	{ 0 },
};

const struct cmd cmd_diff = {
	.name = "diff",
	.operands = "A B",
	.summary = "what changed between two captures; the word live is this machine",
	.least = 2,
	.most = 2,
	.own = own,
	.formats = formats,
	.run = run,
};
