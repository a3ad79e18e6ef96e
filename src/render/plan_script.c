/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as a script for sh: it looks at every register before the first write, writes
 * phase by phase, looks again, and says what undoes it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/clean.h"
#include "render/plan_report.h"
#include "render/words_plan.h"

#define COMMENT_SIZE 2048

/* Text that others may have chosen ends a comment nowhere: it has no control characters
 * when it is cleaned. */
static void put_comment(struct out *out, const char *text)
{
	char clean[COMMENT_SIZE];

	out_format(out, "# %s\n", clean_text(text, true, clean, sizeof(clean)));
}

static const char *address_of(const struct plan_report *report,
			      const struct plan_row *row, char text[P2P_BDF_SIZE])
{
	return say_address(report->scene->machine, row->function, text);
}

static const char check[] =
	"# check FUNCTION REGISTER MASK VALUE: the bits of the mask have this value\n"
	"check() {\n"
	"\tnow=$(setpci -s \"$1\" \"$2\")\n"
	"\tif [ -z \"$now\" ] || [ $((0x$now & 0x$3)) -ne $((0x$4)) ]; then\n"
	"\t\techo \"$1: $2 reads $now, not $4 in the bits $3: stopped\" >&2\n"
	"\t\texit 1\n"
	"\tfi\n"
	"}\n";

/* Buses may have been numbered anew, and another device be there. */
static void put_identity(const struct plan_report *report, const struct plan_row *row,
			 struct out *out)
{
	const struct p2p_facts *facts = &report->scene->machine->facts[row->function];
	char address[P2P_BDF_SIZE];

	if (facts->vendor != P2P_NOT_TOLD && facts->device != P2P_NOT_TOLD)
		out_format(out, "check %s 0.l ffffffff %04x%04x\n",
			   address_of(report, row, address), (unsigned)facts->device,
			   (unsigned)facts->vendor);
}

static bool is_first_of_function(const struct plan_row *rows, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++)
		if (rows[i].function == rows[at].function)
			return false;
	return true;
}

/* The first or the last value of each register, under all bits that are written. */
static void put_checks(const struct plan_report *report, const struct plan_row *rows,
		       uint32_t n, bool last, struct out *out)
{
	char address[P2P_BDF_SIZE], reg[PLAN_HAND_SIZE];

	for (uint32_t i = 0; i < n; i++) {
		uint32_t mask = rows[i].mask, value = last ? rows[i].new : rows[i].old;
		bool first = true;

		for (uint32_t k = 0; k < n; k++) {
			if (rows[k].function != rows[i].function ||
			    rows[k].word != rows[i].word)
				continue;
			first = first && k >= i;
			mask |= rows[k].mask;
			value = last ? rows[k].new : value;
		}
		if (first && !last && is_first_of_function(rows, i))
			put_identity(report, &rows[i], out);
		if (first)
			out_format(out, "check %s %s %x %x\n",
				   address_of(report, &rows[i], address),
				   plan_hand_register(&rows[i], reg), mask, value & mask);
	}
}

static void put_writes(const struct plan_report *report, const struct plan_row *rows,
		       uint32_t n, struct out *out)
{
	char address[P2P_BDF_SIZE], hand[PLAN_HAND_SIZE], change[PLAN_CHANGE_SIZE];

	for (uint32_t i = 0; i < n; i++) {
		if (!i || rows[i].phase != rows[i - 1].phase)
			out_format(out, "\n# %s: %s\n", words_phase[rows[i].phase].word,
				   words_phase[rows[i].phase].meaning);
		out_format(out, "setpci -s %s %s # %s\n",
			   address_of(report, &rows[i], address),
			   plan_hand(&rows[i], rows[i].new, hand),
			   plan_change(&rows[i], change));
	}
}

static void put_undo(const struct plan_report *report, const struct plan_row *rows,
		     uint32_t n, struct out *out)
{
	char address[P2P_BDF_SIZE], hand[PLAN_HAND_SIZE];

	out_text(out, "\n# To undo all of it, in this order:\n");
	for (uint32_t i = n; i-- > 0;)
		out_format(out, "# setpci -s %s %s\n",
			   address_of(report, &rows[i], address),
			   plan_hand(&rows[i], rows[i].old, hand));
}

static void put_refused(const struct plan_report *report, struct out *out)
{
	static const struct style plain = { .unicode = true };
	char text[PLAN_REFUSAL_SIZE];

	for (uint32_t i = 0; i < report->plan->n_refusals; i++)
		put_comment(out, plan_refusal(report, &report->plan->refusals[i], &plain,
					      text));
	out_text(out, "echo 'nothing is planned: the comments say why' >&2\nexit 1\n");
}

static void put_script(const struct plan_report *report, const struct plan_row *rows,
		       uint32_t n, struct out *out)
{
	out_text(
		out,
		"# Run it as root on that machine, while nothing else writes ACS.\n"
		"# What it writes lasts until reboot, or reset or resume of a port. The\n"
		"# kernel writes ACS anew when a port wakes: keep its power/control on.\n"
		"set -eu\n\n");
	out_text(out, check);
	out_text(out,
		 "\n# Before the first write: everything is as it was planned for.\n");
	put_checks(report, rows, n, false, out);
	put_writes(report, rows, n, out);
	out_text(out, "\n# Afterwards: everything was kept.\n");
	put_checks(report, rows, n, true, out);
	put_undo(report, rows, n, out);
}

void plan_script(const struct plan_report *report, struct out *out)
{
	const struct p2p_snapshot *snapshot = report->scene->machine->snapshot;
	uint32_t n = 0;
	struct plan_row *rows = plan_rows_each(report, &n);
	char text[COMMENT_SIZE];

	if (!rows) {
		out_fail(out, -ENOMEM);
		return;
	}
	out_text(out, "#!/bin/sh\n");
	put_comment(out, report->command);
	snprintf(text, sizeof(text), "planned for %s: %u write%s",
		 p2p_snapshot_string(snapshot, snapshot->system.host ?
						       snapshot->system.host :
						       snapshot->system.source),
		 n, n == 1 ? "" : "s");
	put_comment(out, text);
	if (report->plan->n_refusals)
		put_refused(report, out);
	else if (!n)
		out_text(out, "# Nothing to write: the registers are as asked.\n");
	else
		put_script(report, rows, n, out);
	free(rows);
}
