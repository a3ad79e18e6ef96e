/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences of two machines, kind by kind; pairs that changed alike in one line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/clean.h"
#include "render/diff_report.h"
#include "render/labels.h"
#include "render/prose.h"
#include "render/table.h"
#include "render/words.h"

#define TEXT_SIZE   1024
#define PAIRS_SHOWN 3

static void say_register(struct p2p_reg reg, char text[DIFF_VALUE_SIZE])
{
	snprintf(text, DIFF_VALUE_SIZE, "0x%04x", reg.value & reg.known);
}

static void say_speed(struct p2p_reg reg, char text[DIFF_VALUE_SIZE])
{
	unsigned speed = reg.value >> 8;

	if (reg.known)
		snprintf(text, DIFF_VALUE_SIZE, "%u.%u x%u", speed / 10, speed % 10,
			 reg.value & 0xff);
	else
		snprintf(text, DIFF_VALUE_SIZE, "no link");
}

static void say_place(const struct p2p_machine *machine, uint32_t function,
		      char text[DIFF_VALUE_SIZE])
{
	char address[P2P_BDF_SIZE];

	snprintf(text, DIFF_VALUE_SIZE, "%s",
		 function == P2P_NONE ? "" : say_address(machine, function, address));
}

static void say_driver(const struct p2p_machine *machine, uint32_t function,
		       char text[DIFF_VALUE_SIZE])
{
	clean_text(p2p_snapshot_string(machine->snapshot,
				       machine->snapshot->functions[function].driver),
		   true, text, DIFF_VALUE_SIZE);
}

void diff_values(const struct diff_report *report, const struct p2p_change *change,
		 char ret_before[DIFF_VALUE_SIZE], char ret_after[DIFF_VALUE_SIZE])
{
	switch (change->kind) {
	case P2P_CHANGE_CAME:
	case P2P_CHANGE_WENT:
	case P2P_CHANGE_MOVED:
		say_place(report->before, change->before, ret_before);
		say_place(report->after, change->after, ret_after);
		return;
	case P2P_CHANGE_ACS:
	case P2P_CHANGE_ATS:
		say_register(change->was, ret_before);
		say_register(change->is, ret_after);
		return;
	case P2P_CHANGE_LINK:
		say_speed(change->was, ret_before);
		say_speed(change->is, ret_after);
		return;
	case P2P_CHANGE_DRIVER:
		say_driver(report->before, change->before, ret_before);
		say_driver(report->after, change->after, ret_after);
		return;
	case P2P_CHANGE_ROUTE:
		strcpy(ret_before, words_route[change->was.value].word);
		strcpy(ret_after, words_route[change->is.value].word);
		return;
	case P2P_CHANGE_MAP:
		strcpy(ret_before, words_map[change->was.value].word);
		strcpy(ret_after, words_map[change->is.value].word);
		return;
	case P2P_CHANGE_GROUP:
		snprintf(ret_before, DIFF_VALUE_SIZE, "%u", change->was.value);
		snprintf(ret_after, DIFF_VALUE_SIZE, "%u", change->is.value);
		return;
	}
}

/* The machine in which a changed function is to be named. */
static const struct p2p_machine *home_of(const struct diff_report *report,
					 const struct p2p_change *change,
					 uint32_t *ret_function)
{
	bool gone = change->after == P2P_NONE;

	*ret_function = gone ? change->before : change->after;
	return gone ? report->before : report->after;
}

static bool is_pair(enum p2p_change_kind kind)
{
	return kind == P2P_CHANGE_ROUTE || kind == P2P_CHANGE_MAP;
}

static void put_change(const struct diff_report *report, const struct p2p_change *change,
		       const struct style *style, struct table *table)
{
	uint32_t function;
	const struct p2p_machine *home = home_of(report, change, &function);
	char address[P2P_BDF_SIZE], what[SAY_SIZE], text[2 * DIFF_VALUE_SIZE + 8];
	char before[DIFF_VALUE_SIZE] = "", after[DIFF_VALUE_SIZE] = "";

	diff_values(report, change, before, after);
	snprintf(text, sizeof(text), "%s%s%s", *before ? before : "none", " -> ",
		 *after ? after : "none");
	table_row(table, UINT32_MAX);
	table_cell(table, 0, words_change[change->kind].word, STYLE_PLAIN);
	table_cell(table, 1, say_address(home, function, address), STYLE_PLAIN);
	table_cell(table, 2, say_what(home, function, style, what), STYLE_PLAIN);
	if (change->kind != P2P_CHANGE_CAME && change->kind != P2P_CHANGE_WENT)
		table_cell(table, 3, text, STYLE_PLAIN);
}

static void put_functions(const struct diff_report *report, const struct style *style,
			  struct out *out)
{
	static const unsigned columns[] = { 0, 0, 0, 0 };
	struct table *table = table_new(style, 4, columns);

	if (!table) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint64_t i = 0; i < report->diff->n_changes; i++)
		if (!is_pair(report->diff->changes[i].kind))
			put_change(report, &report->diff->changes[i], style, table);
	table_print(table, "", out);
	table_free(table);
}

/* `12 pairs: redirected -> switch, as gpu0 -> mlx5_0`, for one way of changing. */
static void put_pairs(const struct diff_report *report, const struct p2p_change *alike,
		      const struct style *style, struct out *out)
{
	const struct p2p_diff *diff = report->diff;
	char before[DIFF_VALUE_SIZE], after[DIFF_VALUE_SIZE], text[TEXT_SIZE];
	char from[P2P_LABEL_SIZE], to[P2P_LABEL_SIZE];
	uint64_t n = 0;
	size_t used;

	diff_values(report, alike, before, after);
	used = (size_t)snprintf(text, sizeof(text), "%s -> %s, for example", before,
				after);
	for (uint64_t i = 0; i < diff->n_changes; i++) {
		const struct p2p_change *change = &diff->changes[i];

		if (change->kind != alike->kind ||
		    change->was.value != alike->was.value ||
		    change->is.value != alike->is.value)
			continue;
		if (n++ < PAIRS_SHOWN && used < sizeof(text))
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s %s -> %s",
				n > 1 ? "," : "",
				say_label(report->after, change->after, style, from),
				say_label(report->after, change->other_after, style, to));
	}
	out_format(out, "%-7s %llu pair%s: ", words_change[alike->kind].word,
		   (unsigned long long)n, n == 1 ? "" : "s");
	prose_put(out, style, 20, 8, text);
}

static bool is_first(const struct p2p_diff *diff, uint64_t at)
{
	const struct p2p_change *change = &diff->changes[at];

	for (uint64_t i = at; i-- > 0 && diff->changes[i].kind == change->kind;)
		if (diff->changes[i].was.value == change->was.value &&
		    diff->changes[i].is.value == change->is.value)
			return false;
	return true;
}

static const char *name_of(const struct p2p_machine *machine, char text[SAY_SIZE])
{
	return clean_text(p2p_snapshot_string(machine->snapshot,
					      machine->snapshot->system.source),
			  true, text, SAY_SIZE);
}

void diff_text(const struct diff_report *report, const struct style *style,
	       struct out *out)
{
	const struct p2p_diff *diff = report->diff;
	char before[SAY_SIZE], after[SAY_SIZE];

	out_format(out, "%s -> %s: ", name_of(report->before, before),
		   name_of(report->after, after));
	if (!diff->n_changes)
		out_text(out, "no difference\n");
	else
		out_format(out, "%llu difference%s\n",
			   (unsigned long long)diff->n_changes,
			   diff->n_changes == 1 ? "" : "s");
	put_functions(report, style, out);
	for (uint64_t i = 0; i < diff->n_changes; i++)
		if (is_pair(diff->changes[i].kind) && is_first(diff, i))
			put_pairs(report, &diff->changes[i], style, out);
}
