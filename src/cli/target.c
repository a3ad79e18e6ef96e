/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From options to a machine. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <p2ptool/source.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/target.h"
#include "render/clean.h"

#define CONFIG_HEADER 64 /* bytes that everybody may read */

/* What to say when the mapped capture loses pages: a handler may not compose it. */
static char shrunk[512];

static void leave_shrunk(int number)
{
	ssize_t written = write(STDERR_FILENO, shrunk, strlen(shrunk));

	(void)number;
	(void)written;
	output_abandon();
	_exit(EXIT_DAMAGED);
}

static void guard_mapping(const char *path)
{
	char name[256];

	snprintf(
		shrunk, sizeof(shrunk),
		"p2ptool: %s: the file changed while it was read (read a copy that stays "
		"as it is)\n",
		clean_text(path, speaks_utf8(), name, sizeof(name)));
	signal(SIGBUS, leave_shrunk);
}

static int load(const struct options *options, struct p2p_snapshot **ret_snapshot,
		struct p2p_err *err)
{
	struct p2p_live_options live = { .sysfs = options->sysfs,
					 .wake = options->wake,
					 .full = options->full };
	int result;

	if (options->file && options->sysfs)
		return p2p_err_set(err, -EINVAL,
				   "-F and --sysfs: there can be only one machine (leave "
				   "one out)");
	if (options->as && !options->file)
		return p2p_err_set(err, -EINVAL,
				   "--as: says what a capture is, and none is named (-F "
				   "CAPTURE)");
	if (options->file) {
		guard_mapping(options->file);
		result = p2p_source_file_as(options->file,
					    (enum p2p_source_kind)options->as,
					    ret_snapshot, err);
	} else {
		result = p2p_source_live(&live, ret_snapshot, err);
	}
	if (!result && !options->numeric) {
		result = p2p_source_names(*ret_snapshot, err);
		if (result) {
			p2p_snapshot_free(*ret_snapshot);
			*ret_snapshot = NULL;
		}
	}
	return result;
}

/* What an ordinary user may not read, root may have captured at boot. */
static void add_saved(struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		if (snapshot->functions[i].denied != P2P_YES)
			continue;
		p2p_source_saved(P2P_SAVED_PATH, snapshot, NULL);
		return;
	}
}

static struct p2p_machine *open_machine(const struct options *options, int *ret_result,
					struct p2p_err *err)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_machine *machine = NULL;

	*ret_result = load(options, &snapshot, err);
	if (snapshot && !options->file && !options->sysfs)
		add_saved(snapshot);
	if (!*ret_result)
		*ret_result = p2p_machine_new(snapshot, options->kernel, options->cpu,
					      &machine, err);
	return *ret_result ? NULL : machine;
}

/* How the input was read: what everybody should know, and what -v asks for. */
static void say_source(const struct p2p_snapshot *snapshot, const struct options *options)
{
	const struct p2p_system *system = &snapshot->system;
	const char *name = p2p_snapshot_string(snapshot, system->source);

	if (snapshot->warning && !options->quiet)
		complain(0, "%s: %s", name,
			 p2p_snapshot_string(snapshot, snapshot->warning));
	if (!options->verbose || !options->file)
		return;
	complain(0, "%s: recognised as %s", name,
		 p2p_snapshot_string(snapshot, system->kind));
	for (uint32_t i = 0; i < snapshot->n_remarks; i++)
		complain(0, "%s: %s", name,
			 p2p_snapshot_string(snapshot, snapshot->remarks[i]));
}

static int complain_input(int result, const struct p2p_err *err)
{
	return complain(result == -EBADMSG ? EXIT_DAMAGED : EXIT_USAGE, "%s", err->text);
}

struct p2p_machine *target_open(const struct options *options, int *ret_code)
{
	struct p2p_err err = { "" };
	int result = 0;
	struct p2p_machine *machine = open_machine(options, &result, &err);

	if (!machine)
		*ret_code = complain_input(result, &err);
	else
		say_source(machine->snapshot, options);
	return machine;
}

struct p2p_snapshot *target_read(const struct options *options, int *ret_code)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };
	int result = load(options, &snapshot, &err);

	if (!snapshot)
		*ret_code = complain_input(result, &err);
	else
		say_source(snapshot, options);
	return snapshot;
}

struct p2p_machine *target_try(const struct options *options)
{
	int result = 0;

	return open_machine(options, &result, NULL);
}

static void list_damage(const struct p2p_snapshot *snapshot, const char *name)
{
	for (uint32_t i = 0; i < snapshot->n_damage; i++) {
		const struct p2p_damage *damage = &snapshot->damage[i];
		const char *text = p2p_snapshot_string(snapshot, damage->text);

		if (damage->line)
			complain(0, "%s: line %llu: %s", name,
				 (unsigned long long)damage->line, text);
		else
			complain(0, "%s: %s", name, text);
	}
}

static int report_damage(const struct p2p_snapshot *snapshot, bool verbose)
{
	const struct p2p_damage *first = snapshot->damage;
	const char *name = p2p_snapshot_string(snapshot, snapshot->system.source);
	unsigned long long count = snapshot->n_damage_seen;
	char line[32] = "";

	if (verbose)
		list_damage(snapshot, name);
	if (!snapshot->n_damage)
		return complain(EXIT_DAMAGED, "%llu place%s of %s could not be read",
				count, count == 1 ? "" : "s", name);
	if (first->line)
		snprintf(line, sizeof(line),
			 "line %llu: ", (unsigned long long)first->line);
	return complain(EXIT_DAMAGED,
			"%llu place%s of %s could not be read, first: %s%s%s", count,
			count == 1 ? "" : "s", name, line,
			p2p_snapshot_string(snapshot, first->text),
			verbose ? "" : " (-v lists them)");
}

static bool is_missing(const struct missing_tally *tally)
{
	if (tally->n_unknown)
		return true;
	for (int what = 0; what <= P2P_EVIDENCE_TYPE; what++)
		if (!tally->n_verdicts && tally->n_what[what])
			return true;
	return false;
}

char *target_asked(const struct options *options, char ret_text[SAY_COMMAND_SIZE])
{
	const struct opt *as = opt_find_long(NULL, "as", strlen("as"));
	const char *const told[][2] = { { " -F", options->file },
					{ " --as",
					  options->as ? as->choices[options->as] : NULL },
					{ " --sysfs", options->sysfs },
					{ " --kernel", options->kernel },
					{ " --cpu", options->cpu },
					{ " --state", options->state } };

	ret_text[0] = '\0';
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		size_t used = strlen(ret_text);

		if (!told[i][1] || used + strlen(told[i][1]) + 32 > SAY_COMMAND_SIZE)
			continue;
		strcat(ret_text, told[i][0]);
		say_word(told[i][1], ret_text, SAY_COMMAND_SIZE);
	}
	return ret_text;
}

/* The whole command as it was asked. */
static char *say_asked(const struct options *options, const char *command,
		       char text[SAY_COMMAND_SIZE])
{
	char asked[SAY_COMMAND_SIZE];
	size_t used;

	snprintf(text, SAY_COMMAND_SIZE, "%s", command);
	for (unsigned i = 0; i < options->n_operands; i++)
		say_word(options->operands[i], text, SAY_COMMAND_SIZE);
	used = strlen(text);
	snprintf(text + used, SAY_COMMAND_SIZE - used, "%s",
		 target_asked(options, asked));
	return text;
}

int target_close_report(const struct p2p_machine *machine, const struct options *options,
			const struct missing_tally *tally, const char *command)
{
	int code = EXIT_DONE;
	char text[MISSING_SIZE], asked[SAY_COMMAND_SIZE];

	if (machine->snapshot->n_damage_seen)
		code = report_damage(machine->snapshot, options->verbose);
	if (!is_missing(tally))
		return code;
	if (!options->quiet)
		complain(0, "%s",
			 missing_sentence(tally, say_asked(options, command, asked),
					  text));
	return code ? code : EXIT_UNKNOWN;
}

int target_close_diff(const struct p2p_machine *const machines[2],
		      const struct options *options, bool is_same, uint64_t n_unknown)
{
	int code = EXIT_DONE;

	for (unsigned i = 0; i < 2; i++)
		if (machines[i]->snapshot->n_damage_seen)
			code = report_damage(machines[i]->snapshot, options->verbose);
	if (!is_same)
		return EXIT_DIFFERS;
	if (!n_unknown)
		return code;
	if (!options->quiet)
		complain(
			0,
			"the routes of %llu pairs are known in one of both only (capture "
			"both as root: lspci -Dvvvxxxx)",
			(unsigned long long)n_unknown);
	return code ? code : EXIT_UNKNOWN;
}

/* Functions of this machine that were not read whole, those that sleep apart. */
static uint32_t count_unread(const struct p2p_snapshot *snapshot, uint32_t *ret_asleep)
{
	uint32_t count = 0;

	*ret_asleep = 0;
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		const struct p2p_function *function = &snapshot->functions[i];
		struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, i);
		unsigned end = p2p_cfg_end(&cfg);

		if (function->power == P2P_POWER_D3COLD && !end)
			++*ret_asleep;
		else if (end <= CONFIG_HEADER && function->config_size > CONFIG_HEADER)
			count++;
	}
	return count;
}

int target_close_capture(const struct p2p_snapshot *snapshot,
			 const struct options *options)
{
	int code = EXIT_DONE;
	uint32_t n_asleep, n_unread = count_unread(snapshot, &n_asleep);
	const struct p2p_system *system = &snapshot->system;
	bool is_denied = n_unread && system->privileged == P2P_NO;

	if (snapshot->n_damage_seen)
		code = report_damage(snapshot, options->verbose);
	if (options->file || (!n_asleep && !is_denied))
		return code;
	if (!options->quiet && is_denied)
		complain(0,
			 "of %u of %u functions only the header was read: the rest needs "
			 "CAP_SYS_ADMIN (capture as root%s)",
			 n_unread, snapshot->n_functions,
			 system->container == P2P_YES ? " of the host" : "");
	else if (!options->quiet)
		complain(0,
			 "%u of %u functions sleep in D3cold and were not read (--wake "
			 "reads them, which wakes them)",
			 n_asleep, snapshot->n_functions);
	return code ? code : EXIT_UNKNOWN;
}
