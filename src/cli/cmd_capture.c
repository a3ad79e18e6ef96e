/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture: one text file that stands for a machine. */
#include <string.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "render/capture_text.h"

static int check(const struct options *options)
{
	if (options->minimal && options->file)
		return complain(EXIT_USAGE,
				"--minimal: is about what is read of a machine, and of a "
				"capture all is kept (leave it out)");
	if (options->minimal && options->full)
		return complain(EXIT_USAGE,
				"--minimal and --full: contradict each other (leave one "
				"out)");
	return EXIT_DONE;
}

static int write_capture(const struct cmd *cmd, const struct options *options,
			 const struct p2p_snapshot *snapshot)
{
	bool closed = false;
	int code = EXIT_DONE;
	struct output *output = output_open(cmd, options, &code);

	if (!output)
		return code;
	capture_text(snapshot, &output->out);
	code = output_close(output, &closed);
	return code || closed ? code : target_close_capture(snapshot, options);
}

static int run(const struct cmd *cmd, const struct options *options)
{
	int code = check(options);
	struct options all = *options;
	struct p2p_snapshot *snapshot;
	struct p2p_err err = { "" };

	if (code)
		return code;
	all.full = !options->minimal;
	all.numeric = true; /* names that only pci.ids knows are found where it is read */
	snapshot = target_read(&all, &code);
	if (!snapshot)
		return code;
	if (options->redact && p2p_snapshot_redact(snapshot, &err))
		code = complain(EXIT_USAGE, "%s", err.text);
	else
		code = write_capture(cmd, options, snapshot);
	p2p_snapshot_free(snapshot);
	return code;
}

static const char *const formats[] = { "text", NULL };

#define AT(member) offsetof(struct options, member)

static const struct opt own[] = {
	{ "full", 0, OPT_FLAG, AT(full), NULL,
	  "every byte of config space (this is the default)", NULL },
	{ "minimal", 0, OPT_FLAG, AT(minimal), NULL,
	  "only the registers that p2ptool uses", NULL },
	{ "redact", 0, OPT_FLAG, AT(redact), NULL,
	  "no serial numbers, host name, hardware addresses", NULL },
	{ 0 },
};

const struct cmd cmd_capture = {
	.name = "capture",
	.operands = "",
	.summary = "this machine as a file, to be looked at elsewhere",
	.own = own,
	.formats = formats,
	.any_suffix = true,
	.run = run,
};
