/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of cells, one of the columns perhaps a tree: libsmartcols lays them out. */
#ifndef P2PTOOL_RENDER_TABLE_H
#define P2PTOOL_RENDER_TABLE_H

#include <stdint.h>

#include "render/out.h"
#include "render/style.h"

enum table_flag { TABLE_TREE = 1, TABLE_RIGHT = 2 };

struct table;

/** A table with one column for each of @flags; NULL without memory. Borrows @style. */
struct table *table_new(const struct style *style, unsigned n_columns,
			const unsigned *flags);
void table_free(struct table *table);

/** A new row below @parent (UINT32_MAX: none). Returns its number. */
uint32_t table_row(struct table *table, uint32_t parent);

/** The text of a cell of the row made last. */
void table_cell(struct table *table, unsigned column, const char *text,
		enum style_color color);

/** Prints all rows, each behind @indent; -ENOMEM is noted in @out. */
void table_print(struct table *table, const char *indent, struct out *out);

#endif
