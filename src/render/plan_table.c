/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of a plan: which registers, from what to what, and how by hand. Rows alike
 * are folded. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/clean.h"
#include "render/labels.h"
#include "render/plan_report.h"
#include "render/prose.h"
#include "render/table.h"

#define TEXT_SIZE   1024
#define ROWS_SHOWN  8  /* more are folded */
#define ABOVE_MOST  24 /* columns of the labels above a port */
#define ABOVE_LEAST 5
#define GAPS        10  /* blanks before and between columns */
#define WIDE        110 /* columns that take whole commands */

static const struct p2p_machine *machine_of(const struct plan_report *report)
{
	return report->scene->machine;
}

/* Columns of the table; what there is no room for, or no need, is left out. */
enum column {
	COLUMN_STEP,
	COLUMN_PORT,
	COLUMN_ABOVE,
	COLUMN_VALUE,
	COLUMN_CHANGE,
	COLUMN_HAND,
	COLUMNS
};

struct listing {
	const struct plan_report *report;
	const struct style *style;
	struct plan_row *rows;
	uint32_t n_rows;
	bool has[COLUMNS];
	bool whole_hand; /* there is room for `setpci -s` */
	unsigned above;  /* columns for labels */
};

/* Whole labels as far as they fit; how many there are where none does. */
static void cut_labels(char text[LABELS_SIZE], uint32_t count,
		       const struct listing *listing)
{
	const char *end = listing->style->unicode ? " \u2026" : " ~";
	char *blank;

	if (clean_width(text) <= listing->above)
		return;
	while ((blank = strrchr(text, ' '))) {
		*blank = '\0';
		if (clean_width(text) + 2 > listing->above)
			continue;
		strcat(text, end);
		return;
	}
	snprintf(text, LABELS_SIZE, "%u below", count);
}

/* Members at or below a port; where there are none, all that hangs there. */
static void say_above(const struct listing *listing, uint32_t port,
		      char text[LABELS_SIZE])
{
	const struct plan_report *report = listing->report;
	const struct style *style = listing->style;
	const struct p2p_machine *machine = machine_of(report);
	uint32_t *below = calloc(machine->topo->n_nodes + 1u, sizeof(*below));
	uint32_t count = 0;

	for (int members = 1; below && !count && members >= 0; members--)
		for (uint32_t i = 0; i < machine->topo->n_nodes; i++)
			if (p2p_topo_is_under(machine->topo, i, port) &&
			    !(i == port && machine->topo->nodes[i].bridge) &&
			    (members ? p2p_plan_has_member(report->plan, i) :
				       !machine->topo->nodes[i].bridge &&
					       machine->topo->nodes[i].pf == P2P_NONE))
				below[count++] = i;
	labels_text(machine, style, below, count, text);
	if (!count)
		strcpy(text, "nothing");
	else if (count == 1 && below[0] == port)
		strcpy(text, "itself");
	cut_labels(text, count, listing);
	free(below);
}

static void put_cell(const struct listing *listing, struct table *table,
		     enum column column, const char *text)
{
	unsigned at = 0;

	if (!listing->has[column])
		return;
	for (unsigned i = 0; i < (unsigned)column; i++)
		at += listing->has[i];
	table_cell(table, at, text, STYLE_PLAIN);
}

static uint32_t step_of(const struct listing *listing, const struct plan_row *row)
{
	uint32_t step = 1;

	for (uint32_t i = 1; i < listing->n_rows && &listing->rows[i] <= row; i++)
		step += listing->rows[i].phase != listing->rows[i - 1].phase;
	return step;
}

static void put_hand(const struct listing *listing, const struct plan_row *row,
		     const char *address, struct table *table)
{
	char hand[PLAN_HAND_SIZE], line[PLAN_HAND_SIZE + P2P_BDF_SIZE + 16];

	plan_hand(row, row->new, hand);
	if (listing->whole_hand)
		snprintf(line, sizeof(line), "setpci -s %s %s", address, hand);
	else
		strcpy(line, hand);
	put_cell(listing, table, COLUMN_HAND, line);
}

static void put_row(const struct listing *listing, const struct plan_row *row,
		    struct table *table)
{
	char address[P2P_BDF_SIZE], above[LABELS_SIZE], text[2 * PLAN_VALUE_SIZE + 8];
	char change[PLAN_CHANGE_SIZE], old[PLAN_VALUE_SIZE], new[PLAN_VALUE_SIZE];

	table_row(table, UINT32_MAX);
	snprintf(text, sizeof(text), "%u", step_of(listing, row));
	put_cell(listing, table, COLUMN_STEP, text);
	say_address(machine_of(listing->report), row->function, address);
	put_cell(listing, table, COLUMN_PORT, address);
	say_above(listing, row->function, above);
	put_cell(listing, table, COLUMN_ABOVE, above);
	snprintf(text, sizeof(text), "%s -> %s", plan_value(row, row->old, old),
		 plan_value(row, row->new, new));
	put_cell(listing, table, COLUMN_VALUE, text);
	put_cell(listing, table, COLUMN_CHANGE, plan_change(row, change));
	put_hand(listing, row, address, table);
}

static void put_heads(const struct listing *listing, struct table *table)
{
	static const char *const heads[COLUMNS] = {
		[COLUMN_STEP] = "step",     [COLUMN_PORT] = "port",
		[COLUMN_ABOVE] = "above",   [COLUMN_VALUE] = "ACS control",
		[COLUMN_CHANGE] = "change", [COLUMN_HAND] = "by hand",
	};

	table_row(table, UINT32_MAX);
	for (unsigned i = 0; i < COLUMN_HAND; i++)
		put_cell(listing, table, (enum column)i, heads[i]);
	put_cell(listing, table, COLUMN_HAND,
		 listing->whole_hand ? heads[COLUMN_HAND] : "setpci -s PORT");
}

static bool is_alike(const struct plan_row *a, const struct plan_row *b)
{
	return a->word == b->word && a->offset == b->offset && a->phase == b->phase &&
	       a->mask == b->mask && a->old == b->old && a->new == b->new &&
	       a->known == b->known;
}

static bool is_first(const struct listing *listing, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++)
		if (is_alike(&listing->rows[i], &listing->rows[at]))
			return false;
	return true;
}

/* `and 15 like 0000:17:00.0 (-v)` for all rows that were folded. */
static void put_folded(const struct listing *listing, struct out *out)
{
	char text[TEXT_SIZE] = "", address[P2P_BDF_SIZE];
	size_t used = 0;

	for (uint32_t i = 0; i < listing->n_rows; i++) {
		uint32_t count = 0;

		if (!is_first(listing, i))
			continue;
		for (uint32_t k = i + 1; k < listing->n_rows; k++)
			count += is_alike(&listing->rows[i], &listing->rows[k]);
		if (count && used + 64 < sizeof(text))
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s %u more like %s",
				used ? "," : "...", count,
				say_address(machine_of(listing->report),
					    listing->rows[i].function, address));
	}
	snprintf(text + used, sizeof(text) - used, " (-v)");
	if (!used)
		return;
	out_text(out, "  ");
	prose_put(out, listing->style, 2, 4, text);
}

static unsigned count_columns(const struct listing *listing)
{
	unsigned count = 0;

	for (unsigned i = 0; i < COLUMNS; i++)
		count += listing->has[i];
	return count;
}

static void put_rows(const struct listing *listing, struct out *out)
{
	static const unsigned flags[COLUMNS] = { 0 };
	struct table *table = table_new(listing->style, count_columns(listing), flags);
	bool folds = listing->n_rows > ROWS_SHOWN && !listing->style->verbose;

	if (!table || !listing->n_rows) {
		out_fail(out, table ? 0 : -ENOMEM);
		table_free(table);
		return;
	}
	put_heads(listing, table);
	for (uint32_t i = 0; i < listing->n_rows; i++)
		if (!folds || is_first(listing, i))
			put_row(listing, &listing->rows[i], table);
	table_print(table, "  ", out);
	table_free(table);
	if (folds)
		put_folded(listing, out);
}

/* What the other columns leave. */
static unsigned find_above(const struct listing *listing)
{
	char address[P2P_BDF_SIZE], change[PLAN_CHANGE_SIZE], hand[PLAN_HAND_SIZE];
	unsigned most = 0, width = listing->style->width;

	for (uint32_t i = 0; i < listing->n_rows; i++) {
		const struct plan_row *row = &listing->rows[i];
		size_t taken = strlen(say_address(machine_of(listing->report),
						  row->function, address)) +
			       strlen(plan_change(row, change)) +
			       strlen(plan_hand(row, row->new, hand)) + row->width / 2u +
			       8 + GAPS;

		most = taken > most ? (unsigned)taken : most;
	}
	if (!width || width >= WIDE || width > most + ABOVE_MOST)
		return ABOVE_MOST;
	return width > most + ABOVE_LEAST ? width - most : ABOVE_LEAST;
}

void plan_table(const struct plan_report *report, const struct style *style,
		struct out *out)
{
	bool is_wide = !style->width || style->width >= WIDE;
	bool is_single = p2p_plan_is_single(report->plan);
	struct listing listing = { .report = report,
				   .style = style,
				   .whole_hand = is_wide };

	for (unsigned i = 0; i < COLUMNS; i++)
		listing.has[i] = i == COLUMN_STEP  ? !is_single :
				 i == COLUMN_ABOVE ? is_single || is_wide :
						     true;
	listing.rows = plan_rows_table(report, &listing.n_rows);
	if (listing.rows) {
		listing.above = find_above(&listing);
		put_rows(&listing, out);
	} else {
		out_fail(out, -ENOMEM);
	}
	free(listing.rows);
}
