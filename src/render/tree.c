/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table whose first column carries the branches. Rows are written first, then device
 * text, and after it links and drivers, give way to the width of the terminal. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/regs.h"
#include "render/clean.h"
#include "render/device.h"
#include "render/table.h"
#include "render/tree.h"
#include "render/words.h"

#define LEVEL     2 /* columns that a branch takes */
#define GAP       2 /* columns between two columns */
#define LEAST_CUT 8 /* a device's text is not cut shorter, but left out */

struct row {
	uint32_t function; /* P2P_NONE: a root */
	uint32_t root;
	char address[P2P_BDF_SIZE];
	char what[P2P_LABEL_SIZE + 16];
	char link[P2P_LABEL_SIZE];     /* or the driver */
	char detail[DEVICE_TEXT_SIZE]; /* ACS of a port, else the device's text */
	char island[SAY_ISLAND_SIZE + 8];
	bool is_text; /* @detail may be cut */
	enum style_color what_color, detail_color;
};

struct tree {
	const struct scene *scene;
	const struct style *style;
	bool all;
	bool *shown;      /* by function */
	uint32_t *row_of; /* by function, and behind those by root */
	struct row *rows;
	uint32_t n_rows;
};

/* The widest cell of each column. */
struct widths {
	unsigned tree, what, link, acs, text, island;
};

static void mark_shown(struct tree *tree)
{
	const struct p2p_machine *machine = tree->scene->machine;

	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++) {
		if (tree->all)
			tree->shown[i] = true;
		if (!machine->roles[i].peer)
			continue;
		for (uint32_t at = i; at != P2P_NONE && !tree->shown[at];
		     at = machine->topo->nodes[at].parent)
			tree->shown[at] = true;
	}
}

static struct row *add_row(struct tree *tree, uint32_t function, uint32_t root)
{
	struct row *row = &tree->rows[tree->n_rows++];

	row->function = function;
	row->root = root;
	return row;
}

static void fill_root(struct tree *tree, struct row *row)
{
	const struct p2p_machine *machine = tree->scene->machine;
	const struct p2p_root *root = &machine->topo->roots[row->root];
	uint32_t first = root->representative;

	snprintf(row->address, sizeof(row->address), "%04x:%02x", root->domain,
		 root->bus);
	snprintf(row->what, sizeof(row->what), root->orphan ? "orphans" : "host bridge");
	if (root->numa >= 0)
		snprintf(row->link, sizeof(row->link), "NUMA %d", root->numa);
	row->what_color = STYLE_BOLD;
	row->is_text = true;
	if (root->orphan)
		snprintf(row->detail, sizeof(row->detail),
			 "no bridge is known to lead here");
	else if (first != P2P_NONE)
		device_root(tree->scene, first, tree->style, row->detail);
}

/* ACS is worth a colour where it keeps peers apart. */
static void fill_port(struct tree *tree, struct row *row)
{
	const struct p2p_machine *machine = tree->scene->machine;
	const struct p2p_facts *facts = &machine->facts[row->function];
	enum p2p_tri redirects = p2p_judge_redirects(machine->judge, row->function);
	char acs[WORDS_ACS_SIZE];

	say_link(facts, row->link);
	if (facts->acs.regs.present == P2P_NO &&
	    !p2p_topo_is_downstream(machine->topo, row->function))
		return;
	words_acs_text(&facts->acs, tree->style->verbose, acs);
	snprintf(row->detail, sizeof(row->detail), "%s", acs);
	row->detail_color = redirects == P2P_NO ? STYLE_PLAIN : STYLE_WARN;
}

static void fill_end(struct tree *tree, struct row *row)
{
	const struct scene *scene = tree->scene;
	const struct p2p_snapshot *snapshot = scene->machine->snapshot;
	uint32_t island = scene->islands->of[row->function];
	char name[SAY_ISLAND_SIZE];

	clean_text(p2p_snapshot_string(snapshot,
				       snapshot->functions[row->function].driver),
		   tree->style->unicode, row->link, sizeof(row->link));
	device_text(scene, row->function, tree->style, row->detail);
	row->is_text = true;
	if (!scene->machine->roles[row->function].peer)
		return;
	row->what_color = STYLE_BOLD;
	if (island != P2P_NONE)
		snprintf(row->island, sizeof(row->island), "island %s",
			 say_island(island, name));
}

static void fill_function(struct tree *tree, struct row *row)
{
	const struct p2p_machine *machine = tree->scene->machine;
	char what[SAY_SIZE];

	say_short(machine, row->function, row->address);
	say_what(machine, row->function, tree->style, what);
	clean_text(what, true, row->what, sizeof(row->what));
	if (p2p_topo_is_bridge(machine->topo, row->function))
		fill_port(tree, row);
	else
		fill_end(tree, row);
}

static void fill_rows(struct tree *tree)
{
	const struct p2p_topo *topo = tree->scene->machine->topo;
	bool *used = tree->shown + topo->n_nodes;

	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (tree->shown[i])
			used[topo->nodes[i].root] = true;
	for (uint32_t r = 0; r < topo->n_roots; r++) {
		tree->row_of[topo->n_nodes + r] = tree->n_rows;
		if (used[r])
			fill_root(tree, add_row(tree, P2P_NONE, r));
	}
	for (uint32_t n = 0; n < topo->n_nodes; n++) {
		uint32_t i = topo->order[n];

		tree->row_of[i] = tree->n_rows;
		if (tree->shown[i])
			fill_function(tree, add_row(tree, i, topo->nodes[i].root));
	}
}

static unsigned levels(const struct tree *tree, const struct row *row)
{
	if (row->function == P2P_NONE)
		return 0;
	return tree->scene->machine->topo->nodes[row->function].depth + 1u;
}

static void widen(unsigned *width, unsigned other)
{
	if (other > *width)
		*width = other;
}

static struct widths measure(const struct tree *tree)
{
	struct widths widths = { 0 };

	for (uint32_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];

		widen(&widths.tree,
		      LEVEL * levels(tree, row) + clean_width(row->address));
		widen(&widths.what, clean_width(row->what));
		widen(&widths.link, clean_width(row->link));
		widen(row->is_text ? &widths.text : &widths.acs,
		      clean_width(row->detail));
		widen(&widths.island, clean_width(row->island));
	}
	return widths;
}

/* The columns left for device text: first it is cut, then links and drivers go. */
static unsigned fit(const struct tree *tree, const struct widths *widths, bool *ret_link)
{
	unsigned fixed = widths->tree + GAP + widths->what + GAP +
			 (widths->island ? GAP + widths->island : 0);
	unsigned link = widths->link ? GAP + widths->link : 0;
	unsigned width = tree->style->width;

	*ret_link = link && (!width || fixed + link + widths->acs <= width);
	if (!width)
		return UINT32_MAX;
	if (*ret_link)
		fixed += link;
	return fixed + widths->acs >= width ? widths->acs : width - fixed;
}

/* Returns whether links are shown. */
static bool cut_rows(struct tree *tree)
{
	struct widths widths = measure(tree);
	bool link;
	unsigned room = fit(tree, &widths, &link);

	for (uint32_t i = 0; i < tree->n_rows; i++) {
		struct row *row = &tree->rows[i];

		if (row->is_text && room < LEAST_CUT)
			row->detail[0] = '\0';
		else if (row->is_text)
			clean_cut(row->detail, sizeof(row->detail), tree->style->unicode,
				  room);
	}
	return link;
}

static uint32_t parent_row(const struct tree *tree, const struct row *row)
{
	const struct p2p_topo *topo = tree->scene->machine->topo;

	if (row->function == P2P_NONE)
		return UINT32_MAX;
	if (topo->nodes[row->function].parent == P2P_NONE)
		return tree->row_of[topo->n_nodes + row->root];
	return tree->row_of[topo->nodes[row->function].parent];
}

static void print_rows(struct tree *tree, struct out *out)
{
	static const unsigned flags[] = { TABLE_TREE, 0, 0, 0, 0 };
	bool link = cut_rows(tree);
	struct table *table = table_new(tree->style, link ? 5 : 4, flags);

	if (!table) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];

		table_row(table, parent_row(tree, row));
		table_cell(table, 0, row->address, STYLE_PLAIN);
		table_cell(table, 1, row->what, row->what_color);
		if (link)
			table_cell(table, 2, row->link, STYLE_PLAIN);
		table_cell(table, 2 + link, row->detail, row->detail_color);
		table_cell(table, 3 + link, row->island, STYLE_GOOD);
	}
	table_print(table, "", out);
	table_free(table);
}

void tree_print(const struct scene *scene, const struct style *style, bool all,
		struct out *out)
{
	const struct p2p_topo *topo = scene->machine->topo;
	size_t count = (size_t)topo->n_nodes + topo->n_roots + 1;
	struct tree tree = { .scene = scene, .style = style, .all = all };

	tree.shown = calloc(count, sizeof(*tree.shown));
	tree.row_of = calloc(count, sizeof(*tree.row_of));
	tree.rows = calloc(count, sizeof(*tree.rows));
	if (tree.shown && tree.row_of && tree.rows) {
		mark_shown(&tree);
		fill_rows(&tree);
		print_rows(&tree, out);
	} else {
		out_fail(out, -ENOMEM);
	}
	free(tree.shown);
	free(tree.row_of);
	free(tree.rows);
}
