/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line for each requester: whom it reaches which way, in as few words as can be. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/clean.h"
#include "render/labels.h"
#include "render/pairs.h"
#include "render/prose.h"
#include "render/table.h"
#include "render/words.h"

enum column { DIRECT, REDIRECTED, BLOCKED, UNDEFINED, ROOT, UNKNOWN, COLUMNS };

static const char *const titles[COLUMNS] = { "direct",    "redirected",   "blocked",
					     "undefined", "root complex", "unknown" };
static const enum style_color colors[COLUMNS] = { STYLE_GOOD, STYLE_WARN,  STYLE_BAD,
						  STYLE_BAD,  STYLE_PLAIN, STYLE_WARN };

/* What the kernel says of a pair, and what stands behind a list or a number for it. */
enum answer { TAKEN, REFUSED, OPEN, ANSWERS };

static const char *const answers[ANSWERS] = { "", " (refused)", " (kernel unknown)" };
static const char *const marks[ANSWERS] = { "", "!", "~" };

#define CELL_SIZE (3 * LABELS_SIZE + 64)
#define LIST_MOST 28 /* columns that a list of labels may take on a narrow terminal */

/* One requester's completers, and what is said of them. */
struct line {
	uint32_t from;
	char cells[COLUMNS][CELL_SIZE];
};

struct bucket {
	uint32_t *functions;
	uint32_t count;
};

struct lines {
	const struct pairs *pairs;
	const struct style *style;
	struct out *out;
	struct bucket buckets[COLUMNS][ANSWERS];
	uint32_t n_smi[P2P_SMI_UNKNOWN + 1][ANSWERS]; /* of the root column */
	struct line *lines;
	uint32_t n_lines;
	uint32_t from; /* of the line in work, or P2P_NONE */
	bool used[COLUMNS];
	bool any_smi[P2P_SMI_UNKNOWN + 1], any[ANSWERS];
	bool not_taken; /* P2PDMA may not take some pair */
};

static enum column column_of(enum p2p_route_kind route)
{
	switch (route) {
	case P2P_ROUTE_SELF:
	case P2P_ROUTE_SAME_DEVICE:
	case P2P_ROUTE_SWITCH:
		return DIRECT;
	case P2P_ROUTE_REDIRECTED:
		return REDIRECTED;
	case P2P_ROUTE_BLOCKED:
		return BLOCKED;
	case P2P_ROUTE_UNDEFINED:
		return UNDEFINED;
	case P2P_ROUTE_ROOT_COMPLEX:
	case P2P_ROUTE_CROSS_ROOT:
		return ROOT;
	case P2P_ROUTE_UNKNOWN:
		break;
	}
	return UNKNOWN;
}

/* `8 gpu 4 nvme` */
static void count_roles(const struct lines *lines, const struct bucket *bucket,
			char *text)
{
	uint32_t n_roles[P2P_ROLES] = { 0 };
	size_t used = 0;

	for (uint32_t i = 0; i < bucket->count; i++)
		n_roles[lines->pairs->machine->roles[bucket->functions[i]].kind]++;
	text[0] = '\0';
	for (int role = 0; role < P2P_ROLES; role++)
		if (n_roles[role])
			used += (size_t)snprintf(text + used, LABELS_SIZE - used,
						 "%s%u %s", used ? " " : "",
						 n_roles[role],
						 p2p_role_word((enum p2p_role_kind)role));
}

static void say_bucket(const struct lines *lines, const struct bucket *bucket, char *text)
{
	labels_text(lines->pairs->machine, lines->style, bucket->functions, bucket->count,
		    text);
	if (lines->style->width && !lines->style->verbose &&
	    clean_width(text) > LIST_MOST)
		count_roles(lines, bucket, text);
}

static void fill_cell(const struct lines *lines, enum column column, char *cell)
{
	char text[LABELS_SIZE];
	size_t used = 0;

	cell[0] = '\0';
	for (int answer = 0; answer < ANSWERS; answer++) {
		const struct bucket *bucket = &lines->buckets[column][answer];

		if (!bucket->count)
			continue;
		say_bucket(lines, bucket, text);
		used += (size_t)snprintf(cell + used, CELL_SIZE - used, "%s%s%s",
					 used ? ", " : "", text, answers[answer]);
	}
}

/* `25 (14 NODE, 11 SYS!)`, or `14 NODE` where all are alike. */
static void fill_root(const struct lines *lines, char *cell)
{
	char parts[CELL_SIZE / 2] = "";
	unsigned n_parts = 0, total = 0;
	size_t used = 0;

	for (int i = 0; i < ANSWERS * (P2P_SMI_UNKNOWN + 1); i++) {
		int smi = i / ANSWERS, answer = i % ANSWERS;
		uint32_t n = lines->n_smi[smi][answer];

		if (!n)
			continue;
		total += n;
		used += (size_t)snprintf(parts + used, sizeof(parts) - used, "%s%u %s%s",
					 n_parts++ ? ", " : "", n,
					 smi == P2P_SMI_UNKNOWN ? "NODE or SYS" :
								  words_smi[smi].word,
					 marks[answer]);
	}
	if (n_parts > 1)
		snprintf(cell, CELL_SIZE, "%u (%s)", total, parts);
	else
		snprintf(cell, CELL_SIZE, "%s", parts);
}

static void end_line(struct lines *lines)
{
	struct line *line;

	if (lines->from == P2P_NONE)
		return;
	line = &lines->lines[lines->n_lines++];
	line->from = lines->from;
	for (int column = 0; column < COLUMNS; column++) {
		if (column == ROOT)
			fill_root(lines, line->cells[column]);
		else
			fill_cell(lines, (enum column)column, line->cells[column]);
		if (line->cells[column][0])
			lines->used[column] = true;
		for (int answer = 0; answer < ANSWERS; answer++)
			lines->buckets[column][answer].count = 0;
	}
	memset(lines->n_smi, 0, sizeof(lines->n_smi));
}

static void collect(void *context, const struct p2p_verdict *verdict)
{
	struct lines *lines = context;
	enum column column = column_of(verdict->route);
	enum answer answer = say_refused(verdict) ? REFUSED :
			     say_open(verdict)    ? OPEN :
						    TAKEN;
	struct bucket *bucket = &lines->buckets[column][answer];

	if (lines->from != verdict->from) {
		end_line(lines);
		lines->from = verdict->from;
	}
	if (verdict->from == verdict->to)
		return;
	bucket->functions[bucket->count++] = verdict->to;
	lines->any[answer] = true;
	lines->not_taken |= verdict->accepted != P2P_YES;
	if (column == ROOT) {
		lines->n_smi[verdict->smi][answer]++;
		lines->any_smi[verdict->smi] = true;
	}
}

static void put_head(const struct lines *lines, struct table *table)
{
	unsigned at = 1;

	table_row(table, UINT32_MAX);
	table_cell(table, 0, "requester", STYLE_PLAIN);
	for (int column = 0; column < COLUMNS; column++)
		if (lines->used[column])
			table_cell(table, at++, titles[column], STYLE_BOLD);
}

static void put_line(const struct lines *lines, struct table *table,
		     const struct line *line)
{
	char label[P2P_LABEL_SIZE];
	unsigned at = 1;

	table_row(table, UINT32_MAX);
	table_cell(table, 0,
		   say_label(lines->pairs->machine, line->from, lines->style, label),
		   STYLE_BOLD);
	for (int column = 0; column < COLUMNS; column++)
		if (lines->used[column])
			table_cell(table, at++, line->cells[column], colors[column]);
}

/* `PHB: one host bridge; SYS: different NUMA nodes`, of those that occur. */
static void put_places(const struct lines *lines)
{
	bool apart = lines->any_smi[P2P_SMI_UNKNOWN];
	char text[160] = "";
	size_t used = 0;

	for (int smi = P2P_SMI_PHB; smi <= P2P_SMI_SYS; smi++)
		if (lines->any_smi[smi] || (apart && smi != P2P_SMI_PHB))
			used += (size_t)snprintf(text + used, sizeof(text) - used,
						 "%s%s: %s", used ? "; " : "",
						 words_smi[smi].word,
						 words_smi[smi].meaning);
	if (used)
		prose_put(lines->out, lines->style, 0, 2, text);
}

static void put_legend(const struct lines *lines)
{
	char kernel[WORDS_KERNEL_SIZE], text[128];

	words_kernel(lines->pairs->machine->rules.kernel, kernel);
	put_places(lines);
	if (lines->any[REFUSED])
		out_format(lines->out, "refused, !: by P2PDMA of kernel %s\n", kernel);
	snprintf(text, sizeof(text),
		 "kernel unknown, ~: whether P2PDMA of kernel %s takes it is not known",
		 kernel);
	if (lines->any[OPEN])
		prose_put(lines->out, lines->style, 0, 2, text);
	if (lines->any[TAKEN] && !lines->not_taken)
		out_format(lines->out, PAIRS_TAKEN, kernel);
}

static void print(const struct lines *lines)
{
	static const unsigned flags[COLUMNS + 1];
	struct table *table;
	unsigned n_columns = 1;

	for (int column = 0; column < COLUMNS; column++)
		n_columns += lines->used[column];
	table = table_new(lines->style, n_columns, flags);
	if (!table) {
		out_fail(lines->out, -ENOMEM);
		return;
	}
	put_head(lines, table);
	for (uint32_t i = 0; i < lines->n_lines; i++)
		put_line(lines, table, &lines->lines[i]);
	table_print(table, "", lines->out);
	table_free(table);
	if (!lines->style->quiet)
		put_legend(lines);
}

static bool make_room(struct lines *lines)
{
	size_t columns = (size_t)lines->pairs->to.n_functions + 1;
	bool ok = true;

	lines->lines =
		calloc((size_t)lines->pairs->from.n_functions + 1, sizeof(*lines->lines));
	for (int column = 0; column < COLUMNS; column++) {
		struct bucket *buckets = lines->buckets[column];

		for (int answer = 0; answer < ANSWERS; answer++) {
			buckets[answer].functions = calloc(columns, sizeof(uint32_t));
			ok = ok && buckets[answer].functions;
		}
	}
	return ok && lines->lines;
}

void pairs_lines(const struct pairs *pairs, const struct style *style, struct out *out)
{
	struct lines lines = {
		.pairs = pairs, .style = style, .out = out, .from = P2P_NONE
	};

	if (make_room(&lines)) {
		pairs_each(pairs, out, collect, &lines);
		end_line(&lines);
		print(&lines);
	} else {
		out_fail(out, -ENOMEM);
	}
	for (int i = 0; i < COLUMNS * ANSWERS; i++)
		free(lines.buckets[i / ANSWERS][i % ANSWERS].functions);
	free(lines.lines);
}
