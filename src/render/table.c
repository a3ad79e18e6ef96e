/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables and trees through libsmartcols. Nothing is cut here: what a column may lose is
 * for the caller to know. */
#include <errno.h>
#include <stdlib.h>

#include <libsmartcols/libsmartcols.h>

#include "render/table.h"

struct table {
	const struct style *style;
	struct libscols_table *scols;
	struct libscols_line **rows;
	uint32_t n_rows, capacity;
	bool failed;
};

static int set_up(struct table *table, unsigned n_columns, const unsigned *flags)
{
	struct libscols_table *scols = scols_new_table();

	table->scols = scols;
	if (!scols)
		return -ENOMEM;
	scols_table_set_termforce(scols, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_noheadings(scols, 1);
	scols_table_enable_colors(scols, table->style->color);
	scols_table_enable_ascii(scols, !table->style->unicode);
	scols_table_enable_noencoding(scols, 1);
	if (scols_table_set_column_separator(scols, "  "))
		return -ENOMEM;
	for (unsigned i = 0; i < n_columns; i++) {
		int flag = (flags[i] & TABLE_TREE ? SCOLS_FL_TREE : 0) |
			   (flags[i] & TABLE_RIGHT ? SCOLS_FL_RIGHT : 0);

		if (!scols_table_new_column(scols, "", 0, flag))
			return -ENOMEM;
	}
	return 0;
}

struct table *table_new(const struct style *style, unsigned n_columns,
			const unsigned *flags)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->style = style;
	if (set_up(table, n_columns, flags)) {
		table_free(table);
		return NULL;
	}
	return table;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	scols_unref_table(table->scols);
	free(table->rows);
	free(table);
}

static int grow(struct table *table)
{
	uint32_t capacity = table->capacity ? 2 * table->capacity : 64;
	struct libscols_line **rows;

	if (table->n_rows < table->capacity)
		return 0;
	rows = realloc(table->rows, capacity * sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	table->rows = rows;
	table->capacity = capacity;
	return 0;
}

uint32_t table_row(struct table *table, uint32_t parent)
{
	struct libscols_line *row;

	if (table->failed || grow(table)) {
		table->failed = true;
		return 0;
	}
	row = scols_table_new_line(table->scols,
				   parent == UINT32_MAX ? NULL : table->rows[parent]);
	if (!row) {
		table->failed = true;
		return 0;
	}
	table->rows[table->n_rows] = row;
	return table->n_rows++;
}

void table_cell(struct table *table, unsigned column, const char *text,
		enum style_color color)
{
	struct libscols_line *row;

	if (table->failed || !*text)
		return;
	row = table->rows[table->n_rows - 1];
	if (scols_line_set_data(row, column, text))
		table->failed = true;
	else if (table->style->color && color != STYLE_PLAIN)
		table->failed = scols_cell_set_color(scols_line_get_cell(row, column),
						     style_begin(table->style, color));
}

/* Copies lines with @indent before each and without the blanks that end them. */
static void put_lines(struct out *out, const char *indent, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n"), shown = length;

		while (shown && text[shown - 1] == ' ')
			shown--;
		if (shown) {
			out_text(out, indent);
			out_bytes(out, text, shown);
		}
		out_text(out, "\n");
		text += length + (text[length] == '\n');
	}
}

void table_print(struct table *table, const char *indent, struct out *out)
{
	char *text = NULL;

	if (!table->n_rows && !table->failed)
		return;
	if (table->failed || scols_print_table_to_string(table->scols, &text) || !text) {
		out_fail(out, -ENOMEM);
		return;
	}
	put_lines(out, indent, text);
	free(text);
}
