/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requesters as rows, completers as columns, codes as cells; as many columns in a tile as
 * the terminal takes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/clean.h"
#include "render/pairs.h"
#include "render/table.h"
#include "render/words.h"

#define GAP         2
#define WIDEST_CODE 4 /* RC!, XRC!, ACS! */

/* What the codes that occur mean, below the matrix. */
struct seen {
	bool routes[P2P_ROUTE_UNKNOWN + 1];
	bool refused, open;
	bool judged, not_taken; /* by the kernel */
};

struct matrix {
	const struct pairs *pairs;
	const struct style *style;
	struct out *out;
	struct table *table; /* of the tile in work */
	struct seen seen;
	uint32_t row; /* the requester of the table's last row */
	uint32_t first, count;
	bool any;
};

static unsigned label_width(const struct pairs *pairs, const struct style *style,
			    uint32_t function)
{
	char label[P2P_LABEL_SIZE];

	return clean_width(say_label(pairs->machine, function, style, label));
}

static unsigned rows_width(const struct pairs *pairs, const struct style *style)
{
	unsigned width = 0;

	for (uint32_t i = 0; i < pairs->from.n_functions; i++) {
		unsigned other = label_width(pairs, style, pairs->from.functions[i]);

		width = other > width ? other : width;
	}
	return width;
}

static unsigned column_width(const struct pairs *pairs, const struct style *style,
			     uint32_t column)
{
	unsigned width = label_width(pairs, style, pairs->to.functions[column]);

	return GAP + (width > WIDEST_CODE ? width : WIDEST_CODE);
}

unsigned pairs_matrix_width(const struct pairs *pairs, const struct style *style)
{
	unsigned width = rows_width(pairs, style);

	for (uint32_t i = 0; i < pairs->to.n_functions; i++)
		width += column_width(pairs, style, i);
	return width;
}

static enum style_color route_color(enum p2p_route_kind route)
{
	switch (route) {
	case P2P_ROUTE_SAME_DEVICE:
	case P2P_ROUTE_SWITCH:
		return STYLE_GOOD;
	case P2P_ROUTE_REDIRECTED:
	case P2P_ROUTE_UNKNOWN:
		return STYLE_WARN;
	case P2P_ROUTE_BLOCKED:
	case P2P_ROUTE_UNDEFINED:
		return STYLE_BAD;
	case P2P_ROUTE_SELF:
	case P2P_ROUTE_ROOT_COMPLEX:
	case P2P_ROUTE_CROSS_ROOT:
		break;
	}
	return STYLE_PLAIN;
}

/* The column of the tile in which a completer stands. */
static unsigned find_column(const struct matrix *matrix, uint32_t function)
{
	const uint32_t *columns = matrix->pairs->to.functions + matrix->first;
	uint32_t low = 0, high = matrix->count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (columns[middle] <= function)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

/* What the kernel says of it; nothing where a function meets itself. */
static const char *mark(const struct p2p_verdict *verdict)
{
	if (verdict->from == verdict->to)
		return "";
	return say_refused(verdict) ? "!" : say_open(verdict) ? "~" : "";
}

static void put_cell(void *context, const struct p2p_verdict *verdict)
{
	struct matrix *matrix = context;
	char text[P2P_LABEL_SIZE];

	if (!matrix->any || matrix->row != verdict->from) {
		table_row(matrix->table, UINT32_MAX);
		table_cell(matrix->table, 0,
			   say_label(matrix->pairs->machine, verdict->from, matrix->style,
				     text),
			   STYLE_BOLD);
		matrix->row = verdict->from;
		matrix->any = true;
	}
	snprintf(text, sizeof(text), "%s%s", words_code[verdict->route], mark(verdict));
	table_cell(matrix->table, find_column(matrix, verdict->to), text,
		   route_color(verdict->route));
	matrix->seen.routes[verdict->route] = true;
	if (verdict->from == verdict->to)
		return;
	matrix->seen.refused |= say_refused(verdict);
	matrix->seen.open |= say_open(verdict);
	matrix->seen.judged = true;
	matrix->seen.not_taken |= verdict->accepted != P2P_YES;
}

static void put_head(struct matrix *matrix)
{
	char label[P2P_LABEL_SIZE];

	table_row(matrix->table, UINT32_MAX);
	for (uint32_t i = 0; i < matrix->count; i++)
		table_cell(matrix->table, i + 1,
			   say_label(matrix->pairs->machine,
				     matrix->pairs->to.functions[matrix->first + i],
				     matrix->style, label),
			   STYLE_BOLD);
}

static void put_tile(struct matrix *matrix)
{
	struct pairs tile = *matrix->pairs;
	unsigned *flags = calloc(matrix->count + 1u, sizeof(*flags));

	tile.to.functions += matrix->first;
	tile.to.n_functions = matrix->count;
	tile.selves = true;
	matrix->any = false;
	matrix->table = flags ? table_new(matrix->style, matrix->count + 1, flags) : NULL;
	free(flags);
	if (!matrix->table) {
		out_fail(matrix->out, -ENOMEM);
		return;
	}
	put_head(matrix);
	pairs_each(&tile, matrix->out, put_cell, matrix);
	table_print(matrix->table, "", matrix->out);
	table_free(matrix->table);
}

static uint32_t columns_of_tile(const struct matrix *matrix, unsigned rows)
{
	uint32_t left = matrix->pairs->to.n_functions - matrix->first, n = 0;
	unsigned width = rows;

	for (; n < left; n++) {
		width += column_width(matrix->pairs, matrix->style, matrix->first + n);
		if (n && matrix->style->width && width > matrix->style->width)
			break;
	}
	return n;
}

static void put_legend(const struct matrix *matrix)
{
	char kernel[WORDS_KERNEL_SIZE];
	struct out *out = matrix->out;

	out_text(out, "row: requester, column: completer\n");
	for (int i = 0; i <= P2P_ROUTE_UNKNOWN; i++)
		if (matrix->seen.routes[i])
			out_format(out, "%-4s %s\n", words_code[i],
				   words_route[i].meaning);
	words_kernel(matrix->pairs->machine->rules.kernel, kernel);
	if (matrix->seen.refused)
		out_format(out, "!    P2PDMA of kernel %s refuses the pair\n", kernel);
	if (matrix->seen.open)
		out_format(out,
			   "~    whether P2PDMA of kernel %s takes it is not known\n",
			   kernel);
	if (matrix->seen.judged && !matrix->seen.not_taken)
		out_format(out, PAIRS_TAKEN, kernel);
}

void pairs_matrix(const struct pairs *pairs, const struct style *style, struct out *out)
{
	struct matrix matrix = { .pairs = pairs, .style = style, .out = out };
	unsigned rows = rows_width(pairs, style);

	while (matrix.first < pairs->to.n_functions && !out->error) {
		matrix.count = columns_of_tile(&matrix, rows);
		put_tile(&matrix);
		matrix.first += matrix.count;
		out_text(out, "\n");
	}
	if (!style->quiet)
		put_legend(&matrix);
}
