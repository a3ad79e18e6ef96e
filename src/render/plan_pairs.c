/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changed pairs in few words: `gpu0-1 mlx5_0 each other`, `gpu0 <-> nvme0`, functions
 * with the same partners together. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/clean.h"
#include "render/labels.h"
#include "render/plan_report.h"
#include "render/prose.h"

#define ITEMS_SHOWN 6
#define ITEM_SIZE   (2 * LABELS_SIZE + 16)

/* Whom a function reaches, and who reaches it: bits. */
enum { REACHES = 1, REACHED = 2, BOTH = 3 };

struct relation {
	const struct plan_report *report;
	const struct style *style;
	uint32_t n;         /* functions */
	uint32_t *subjects; /* that items begin with, by address */
	uint32_t n_subjects;
	uint8_t *cells; /* subjects by functions: how they are related */
	bool *done;     /* by function: stands in an item, with all its partners */
	uint32_t *list; /* of functions, while an item is made */
	struct prose_items items;
	uint32_t n_items;
};

static int compare(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static bool is_bystander(const struct p2p_plan *plan, uint32_t function)
{
	return plan->n_bystanders &&
	       bsearch(&function, plan->bystanders, plan->n_bystanders, sizeof(function),
		       compare);
}

bool plan_is_of(const struct plan_report *report, const struct p2p_plan_pair *pair,
		enum plan_sort sort)
{
	const struct p2p_plan *plan = report->plan;
	bool from = p2p_plan_has_member(plan, pair->from);
	bool to = p2p_plan_has_member(plan, pair->to);
	bool stands_by = is_bystander(plan, pair->from) || is_bystander(plan, pair->to);

	switch (sort) {
	case PLAN_MADE_DIRECT:
		return from && to && pair->made_direct;
	case PLAN_OPENED:
		return from && to && pair->more && !pair->made_direct;
	case PLAN_BYSTANDING:
		return pair->more && stands_by &&
		       (from || to || plan->mode == P2P_PLAN_SET);
	case PLAN_OTHERS:
		return pair->more && !from && !to && plan->mode != P2P_PLAN_SET;
	case PLAN_LOST:
		return pair->less != 0;
	}
	return false;
}

uint64_t plan_count(const struct plan_report *report, enum plan_sort sort)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < report->plan->n_changed; i++)
		count += plan_is_of(report, &report->plan->pairs[i], sort);
	return count;
}

/* Items about bystanders begin with one; all others with any function. */
static void find_subjects(struct relation *relation, enum plan_sort sort)
{
	const struct plan_report *report = relation->report;
	bool *is_subject = relation->done;

	for (uint32_t i = 0; i < report->plan->n_changed; i++) {
		const struct p2p_plan_pair *pair = &report->plan->pairs[i];
		bool any = sort != PLAN_BYSTANDING;

		if (!plan_is_of(report, pair, sort))
			continue;
		is_subject[pair->from] |= any || is_bystander(report->plan, pair->from);
		is_subject[pair->to] |= any || is_bystander(report->plan, pair->to);
	}
	for (uint32_t i = 0; i < relation->n; i++) {
		if (is_subject[i])
			relation->subjects[relation->n_subjects++] = i;
		is_subject[i] = false;
	}
}

static void relate(struct relation *relation, uint32_t subject, uint32_t other,
		   uint8_t how)
{
	const uint32_t *at = bsearch(&subject, relation->subjects, relation->n_subjects,
				     sizeof(subject), compare);

	if (at)
		relation->cells[(size_t)(at - relation->subjects) * relation->n +
				other] |= how;
}

static int fill(struct relation *relation, enum plan_sort sort)
{
	const struct plan_report *report = relation->report;

	relation->done = calloc(relation->n + 1u, sizeof(*relation->done));
	relation->subjects = calloc(relation->n + 1u, sizeof(*relation->subjects));
	relation->list = calloc(relation->n + 1u, sizeof(*relation->list));
	if (!relation->done || !relation->subjects || !relation->list)
		return -ENOMEM;
	find_subjects(relation, sort);
	relation->cells = calloc((size_t)relation->n_subjects + 1, relation->n + 1u);
	if (!relation->cells)
		return -ENOMEM;
	for (uint32_t i = 0; i < report->plan->n_changed; i++) {
		const struct p2p_plan_pair *pair = &report->plan->pairs[i];

		if (!plan_is_of(report, pair, sort))
			continue;
		relate(relation, pair->from, pair->to, REACHES);
		relate(relation, pair->to, pair->from, REACHED);
	}
	return 0;
}

static uint8_t *row_of(const struct relation *relation, uint32_t subject)
{
	return relation->cells + (size_t)subject * relation->n;
}

/* One that is longer than a line has lines of its own. */
static void put_long(struct prose_items *items, const char *text)
{
	if (items->any)
		prose_end(items);
	if (!items->column) {
		out_spaces(items->out, items->indent);
		items->column = items->indent;
	}
	prose_put(items->out, items->style, items->column, items->indent + 2, text);
	items->any = false;
	items->column = 0;
}

static void put_short(struct prose_items *items, const char *text)
{
	if (!items->column) {
		out_spaces(items->out, items->indent);
		items->column = items->indent;
	}
	prose_item(items, text, STYLE_PLAIN);
}

static void put_item(struct relation *relation, const char *text)
{
	struct prose_items *items = &relation->items;
	unsigned width = clean_width(text), limit = style_prose(relation->style);
	bool is_first = !items->any && items->column > items->indent;

	if (!relation->style->verbose && relation->n_items++ >= ITEMS_SHOWN)
		return;
	if (is_first && items->column + 1 + width > limit &&
	    items->indent + width <= limit) {
		out_text(items->out, "\n");
		items->column = 0;
	} else if (is_first) {
		out_text(items->out, " ");
		items->column++;
	}
	if (items->indent + width > limit)
		put_long(items, text);
	else
		put_short(items, text);
}

static const char *name(struct relation *relation, uint32_t count, char *text)
{
	return labels_text(relation->report->scene->machine, relation->style,
			   relation->list, count, text);
}

/* True if all partners of a subject are each other's as well, all of them both ways. */
static bool is_circle(const struct relation *relation, uint32_t subject)
{
	const uint8_t *mine = row_of(relation, subject);
	uint32_t n_alike = 0, n_partners = 0;
	uint8_t *own = row_of(relation, subject) + relation->subjects[subject];

	*own = BOTH;
	for (uint32_t i = 0; i < relation->n; i++) {
		n_partners += mine[i] != 0;
		if (mine[i] && mine[i] != BOTH)
			n_partners = UINT32_MAX / 2;
	}
	for (uint32_t i = 0; i < relation->n_subjects; i++) {
		uint8_t *theirs = row_of(relation, i);
		uint8_t kept = theirs[relation->subjects[i]];

		theirs[relation->subjects[i]] = BOTH;
		n_alike += !memcmp(mine, theirs, relation->n);
		theirs[relation->subjects[i]] = kept;
	}
	*own = 0;
	return n_partners > 2 && n_alike == n_partners;
}

static void put_circle(struct relation *relation, uint32_t subject)
{
	const uint8_t *mine = row_of(relation, subject);
	char text[ITEM_SIZE], names[LABELS_SIZE];
	uint32_t count = 0;

	for (uint32_t i = 0; i < relation->n; i++) {
		if (!mine[i] && i != relation->subjects[subject])
			continue;
		relation->list[count++] = i;
		relation->done[i] = true;
	}
	snprintf(text, sizeof(text), "%s each other", name(relation, count, names));
	put_item(relation, text);
}

/* Partners in one way that no item has named yet. */
static void put_arrow(struct relation *relation, uint32_t subject, uint8_t how,
		      const char *arrow)
{
	char text[ITEM_SIZE], left[LABELS_SIZE], right[LABELS_SIZE];
	const uint8_t *mine = row_of(relation, subject);
	uint32_t count = 0;

	for (uint32_t i = 0; i < relation->n; i++)
		if (mine[i] == how && !relation->done[i])
			relation->list[count++] = i;
	if (!count)
		return;
	name(relation, count, right);
	count = 0;
	for (uint32_t i = 0; i < relation->n_subjects; i++)
		if (!relation->done[relation->subjects[i]] &&
		    !memcmp(mine, row_of(relation, i), relation->n))
			relation->list[count++] = relation->subjects[i];
	snprintf(text, sizeof(text), "%s %s %s", name(relation, count, left), arrow,
		 right);
	put_item(relation, text);
}

static void put_arrows(struct relation *relation, uint32_t subject)
{
	const uint8_t *mine = row_of(relation, subject);

	put_arrow(relation, subject, BOTH, "<->");
	put_arrow(relation, subject, REACHES, "->");
	put_arrow(relation, subject, REACHED, "<-");
	for (uint32_t i = subject + 1; i < relation->n_subjects; i++)
		if (!memcmp(mine, row_of(relation, i), relation->n))
			relation->done[relation->subjects[i]] = true;
	relation->done[relation->subjects[subject]] = true;
}

static void put(struct relation *relation)
{
	char text[48];

	for (uint32_t i = 0; i < relation->n_subjects; i++) {
		if (relation->done[relation->subjects[i]])
			continue;
		if (is_circle(relation, i))
			put_circle(relation, i);
		else
			put_arrows(relation, i);
	}
	if (!relation->style->verbose && relation->n_items > ITEMS_SHOWN) {
		snprintf(text, sizeof(text), "and %u more (-v)",
			 relation->n_items - ITEMS_SHOWN);
		put_short(&relation->items, text);
	}
	if (relation->items.any)
		prose_end(&relation->items);
}

void plan_pairs(const struct plan_report *report, enum plan_sort sort,
		const struct style *style, unsigned column, struct out *out)
{
	struct relation relation = { .report = report,
				     .style = style,
				     .n = report->scene->machine->snapshot->n_functions,
				     .items = { .out = out,
						.style = style,
						.column = column,
						.indent = PLAN_COLUMN } };

	if (fill(&relation, sort))
		out_fail(out, -ENOMEM);
	else
		put(&relation);
	free(relation.done);
	free(relation.subjects);
	free(relation.cells);
	free(relation.list);
}
