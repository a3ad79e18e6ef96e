/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status: a line for each transaction, one for each register that drifted, and what may
 * rest on what was before. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "render/applied_report.h"
#include "render/clean.h"
#include "render/labels.h"
#include "render/prose.h"
#include "render/status_report.h"
#include "render/words_plan.h"

#define TEXT_SIZE 1024
#define TIME_SIZE 32
#define COLUMN    17

/* `today 09:12`, or with the date. */
static char *say_time(const struct status_report *report, int64_t when,
		      char ret_text[TIME_SIZE])
{
	time_t time = (time_t)when, now = (time_t)report->now;
	struct tm then, today;
	bool is_today = localtime_r(&time, &then) && localtime_r(&now, &today) &&
			then.tm_yday == today.tm_yday && then.tm_year == today.tm_year;

	if (!when || !strftime(ret_text, TIME_SIZE,
			       is_today ? "today %H:%M" : "%Y-%m-%d %H:%M", &then))
		snprintf(ret_text, TIME_SIZE, "at a time unknown");
	return ret_text;
}

/* `14 hold, 2 drifted`; `all hold` where there is nothing else to say. */
static void put_holds(const struct status_report *report, uint32_t journal,
		      const struct style *style, struct out *out)
{
	static const char *const words[STATUS_HOLD_WORDS] = {
		[STATUS_HOLDS] = "hold",
		[STATUS_DRIFTED] = "drifted",
		[STATUS_UNKNOWN] = "unknown",
		[STATUS_BACK] = "put back",
	};
	uint32_t n = report->journals[journal]->apply->n_registers;
	uint32_t counts[STATUS_HOLD_WORDS] = { 0 };
	const char *before = "";

	for (uint32_t i = 0; i < n; i++)
		counts[status_hold(report, journal, i)]++;
	if (counts[STATUS_HOLDS] == n) {
		out_text(out, n == 1 ? "holds\n" : "all hold\n");
		return;
	}
	for (int i = 0; i < STATUS_HOLD_WORDS; i++) {
		bool warns = i == STATUS_DRIFTED || i == STATUS_UNKNOWN;

		if (!counts[i])
			continue;
		out_format(out, "%s%s%" PRIu32 " %s%s%s", before,
			   warns ? style_begin(style, STYLE_WARN) : "", counts[i],
			   words[i], i == STATUS_HOLDS && counts[i] == 1 ? "s" : "",
			   warns ? style_end(style) : "");
		before = ", ";
	}
	out_text(out, "\n");
}

static void say_command_of(const struct status_report *report, const char *what,
			   const char *word, char ret_text[SAY_COMMAND_SIZE])
{
	char command[SAY_COMMAND_SIZE];

	snprintf(command, sizeof(command), "%s", what);
	if (*word)
		say_word(word, command, sizeof(command));
	say_command(report->scene, command, ret_text);
}

static void put_head(const struct status_report *report, uint32_t at,
		     const struct style *style, struct out *out)
{
	const struct p2p_journal *journal = report->journals[at];
	const struct p2p_apply *apply = journal->apply;
	char when[TIME_SIZE], domain[TEXT_SIZE];

	out_format(out, "%s%" PRIu32 "%s  %s  %s  %" PRIu32 " register%s: ",
		   style_begin(style, STYLE_BOLD), journal->id, style_end(style),
		   say_time(report, journal->time, when),
		   clean_text(journal->domain, style->unicode, domain, sizeof(domain)),
		   apply->n_registers, apply->n_registers == 1 ? "" : "s");
	if (status_is_unfinished(apply))
		out_format(out, "%s%s%s\n", style_begin(style, STYLE_BAD),
			   status_unfinished(apply), style_end(style));
	else
		put_holds(report, at, style, out);
}

static void put_register(const struct status_report *report,
			 const struct p2p_apply *apply, uint32_t reg,
			 const struct style *style, struct out *out)
{
	const struct p2p_apply_register *at = &apply->registers[reg];
	char name[APPLIED_REGISTER_SIZE], applied[APPLIED_VALUE_SIZE];
	char now[APPLIED_VALUE_SIZE], text[TEXT_SIZE];
	int length = snprintf(
		text, sizeof(text),
		"   %s  %s %s, now %s: ", applied_register(apply, reg, name),
		status_is_unfinished(apply) ? "was" : "applied",
		applied_value(at,
			      status_is_unfinished(apply) ? at->original : at->applied,
			      applied),
		at->is_read ? applied_value(at, at->now, now) : "unknown");

	out_text(out, text);
	prose_put(out, style, (unsigned)length, 6, status_why(report, apply, reg));
}

/* The one that has to be taken back first. */
static uint32_t latest_on(const struct status_report *report,
			  const struct p2p_journal *journal)
{
	for (uint32_t i = report->n_journals; i-- > 0;) {
		const struct p2p_journal *later = report->journals[i];

		if (later->id > journal->id &&
		    p2p_apply_covered(journal->apply, later->apply) != P2P_NONE)
			return later->id;
	}
	return journal->id;
}

static void put_mend(const struct status_report *report,
		     const struct p2p_journal *journal, struct out *out)
{
	char command[SAY_COMMAND_SIZE], number[16];

	if (status_is_unfinished(journal->apply)) {
		snprintf(number, sizeof(number), "%" PRIu32, latest_on(report, journal));
		say_command_of(report, "restore", number, command);
	} else {
		char what[SAY_COMMAND_SIZE];

		snprintf(what, sizeof(what), "apply --mode %s --domain", journal->mode);
		say_command_of(report, what, journal->domain, command);
	}
	out_format(out, "   Mend: %s\n", command);
}

static void put_transaction(const struct status_report *report, uint32_t at,
			    const struct style *style, struct out *out)
{
	const struct p2p_journal *journal = report->journals[at];
	const struct p2p_apply *apply = journal->apply;
	bool any = false;

	put_head(report, at, style, out);
	for (uint32_t i = 0; i < apply->n_registers; i++) {
		if (!status_is_off(report, at, i))
			continue;
		put_register(report, apply, i, style, out);
		any = true;
	}
	if (status_is_of_earlier_boot(report, journal))
		out_text(out, "   of an earlier boot: after a reboot the registers are "
			      "lost, after kexec they may live on\n");
	if (any || status_is_unfinished(apply))
		put_mend(report, journal, out);
}

static void put_item(const struct style *style, struct out *out, const char *item,
		     const char *text)
{
	out_format(out, "%-*s", COLUMN, item);
	prose_put(out, style, COLUMN, COLUMN, text);
}

static void put_stale(const struct status_report *report, const struct style *style,
		      struct out *out)
{
	const struct p2p_grouped *grouped = report->scene->grouped;
	const struct p2p_machine *machine = report->scene->machine;
	uint32_t *functions, n = 0;
	char labels[LABELS_SIZE], text[LABELS_SIZE + TEXT_SIZE];

	if (!grouped || !grouped->diff->n_differences)
		return;
	functions = calloc(grouped->diff->n_differences, sizeof(*functions));
	if (!functions) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < grouped->diff->n_differences; i++)
		functions[n++] = grouped->diff->differences[i].function;
	snprintf(
		text, sizeof(text),
		"live IOMMU groups of %s are not those that the registers make now; the "
		"kernel makes groups anew at boot, or when a device is removed and found "
		"again",
		labels_text(machine, style, functions, n, labels));
	put_item(style, out, "stale groups", text);
	free(functions);
}

static void put_providers(const struct status_report *report, const struct style *style,
			  struct out *out)
{
	const struct p2p_machine *machine = report->scene->machine;
	uint32_t n = 0, *providers = status_providers(report, &n);
	char labels[LABELS_SIZE], text[LABELS_SIZE + TEXT_SIZE];

	if (!providers) {
		out_fail(out, -ENOMEM);
		return;
	}
	if (n) {
		snprintf(text, sizeof(text),
			 "%s may hold P2PDMA's verdicts from before (inferred): bind the "
			 "driver anew to have them judged again",
			 labels_text(machine, style, providers, n, labels));
		put_item(style, out, "stale verdicts", text);
	}
	free(providers);
}

void status_text(const struct status_report *report, const struct style *style,
		 struct out *out)
{
	if (report->n_damaged)
		out_format(out,
			   "%" PRIu32
			   " journal%s cannot be read: what is applied by %s is "
			   "not known\n",
			   report->n_damaged, report->n_damaged == 1 ? "" : "s",
			   report->n_damaged == 1 ? "it" : "them");
	else if (!report->n_journals)
		out_text(out, "nothing is applied\n");
	for (uint32_t i = 0; i < report->n_journals; i++)
		put_transaction(report, i, style, out);
	if (!report->n_journals)
		return;
	put_stale(report, style, out);
	put_providers(report, style, out);
}
