/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of selectors: terms joined by `,`, parts of a term by `+`, `^` before
 * either. Text in, functions in order of address out; a part that names nothing is an
 * error, so that a slip of the pen never means less or more than was meant. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/select_parts.h"

/* All sets have the size of the machine; @sets owns the words of every one. */
struct work {
	const struct p2p_machine *machine;
	struct p2p_err *err;
	char *text;
	const char *whole; /* as it was given */
	uint64_t *words;
	struct select_set chosen, left_out, term, part;
	uint32_t n_parts;
	bool has_chosen;
};

static void clear(struct select_set *set)
{
	memset(set->words, 0, set->n_words * sizeof(*set->words));
}

static bool is_empty(const struct select_set *set)
{
	for (uint32_t i = 0; i < set->n_words; i++)
		if (set->words[i])
			return false;
	return true;
}

static void unite(struct select_set *set, const struct select_set *other)
{
	for (uint32_t i = 0; i < set->n_words; i++)
		set->words[i] |= other->words[i];
}

/* Keeps what @other has, or with @out what it has not. */
static void narrow(struct select_set *set, const struct select_set *other, bool out)
{
	for (uint32_t i = 0; i < set->n_words; i++)
		set->words[i] &= out ? ~other->words[i] : other->words[i];
}

static int open_work(struct work *work, const char *text)
{
	uint32_t n_words = work->machine->snapshot->n_functions / 64 + 1;
	struct select_set *const sets[] = { &work->chosen, &work->left_out, &work->term,
					    &work->part };

	work->text = strdup(text);
	work->words = calloc(n_words, sizeof(sets) / sizeof(sets[0]) * sizeof(uint64_t));
	if (!work->text || !work->words) {
		p2p_err_set(work->err, -ENOMEM,
			    "out of memory: the selector needs %u bytes", n_words * 32);
		return -ENOMEM;
	}
	for (unsigned i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		*sets[i] =
			(struct select_set){ work->words + (size_t)i * n_words, n_words };
	return 0;
}

static void close_work(struct work *work)
{
	free(work->text);
	free(work->words);
}

/* Reads a part into work->part. */
static int read_part(struct work *work, const char *part)
{
	if (++work->n_parts > SELECT_PARTS_MAX)
		return p2p_err_set(
			work->err, -EINVAL,
			"the selector has more than %d parts (say it shorter: a "
			"role, a bus `3c:`, under=)",
			SELECT_PARTS_MAX);
	if (strlen(part) > SELECT_PART_MAX)
		return p2p_err_set(work->err, -EINVAL,
				   "%.*s...: longer than any name or path", SELECT_SHOWN,
				   part);
	if (!*part)
		return p2p_err_set(work->err, -EINVAL,
				   "%.*s: a term is empty (one , + or ^ too many)",
				   SELECT_SHOWN, work->whole);
	clear(&work->part);
	return p2p_select_part(work->machine, part, &work->part, work->err);
}

static int refuse_empty(struct work *work, const char *part)
{
	return p2p_err_set(
		work->err, -ENOENT,
		"%.*s: after this part of the term nothing is left (each part is "
		"there, but not in one function)",
		SELECT_SHOWN, part);
}

/* Reads the parts of a term into work->term; its `^`, if any, is read already. */
static int read_term(struct work *work, char *term)
{
	bool first = true;

	for (char *part = term, *next; part; part = next, first = false) {
		bool out = !first && *part == '^';
		int result;

		next = strchr(part, '+');
		if (next)
			*next++ = '\0';
		result = read_part(work, part + out);
		if (result)
			return result;
		if (first)
			memcpy(work->term.words, work->part.words,
			       work->term.n_words * sizeof(uint64_t));
		else
			narrow(&work->term, &work->part, out);
		if (is_empty(&work->term))
			return refuse_empty(work, part);
	}
	return 0;
}

static int read_terms(struct work *work)
{
	for (char *term = work->text, *next; term; term = next) {
		bool out = *term == '^';
		int result;

		next = strchr(term, ',');
		if (next)
			*next++ = '\0';
		result = read_term(work, term + out);
		if (result)
			return result;
		unite(out ? &work->left_out : &work->chosen, &work->term);
		work->has_chosen = work->has_chosen || !out;
	}
	return 0;
}

static int read_selector(struct work *work, const char *text)
{
	int result = read_terms(work);

	if (result)
		return result;
	if (!work->has_chosen)
		return p2p_err_set(work->err, -EINVAL,
				   "%.*s: nothing to take that from (write all,%.*s)",
				   SELECT_SHOWN, text, SELECT_SHOWN, text);
	narrow(&work->chosen, &work->left_out, true);
	if (is_empty(&work->chosen))
		return p2p_err_set(work->err, -ENOENT,
				   "%.*s: the terms with ^ leave nothing", SELECT_SHOWN,
				   text);
	return 0;
}

static int give_functions(const struct select_set *set, uint32_t n_functions,
			  struct p2p_selection *ret, struct p2p_err *err)
{
	struct p2p_selection selection = { 0 };

	selection.functions =
		calloc((size_t)n_functions + 1, sizeof(*selection.functions));
	if (!selection.functions)
		return p2p_err_set(err, -ENOMEM, "out of memory: %u functions selected",
				   n_functions);
	for (uint32_t i = 0; i < n_functions; i++)
		if (select_has(set, i))
			selection.functions[selection.n_functions++] = i;
	*ret = selection;
	return 0;
}

int p2p_select(const struct p2p_machine *machine, const char *text,
	       struct p2p_selection *ret_selection, struct p2p_err *err)
{
	struct work work = { .machine = machine, .err = err, .whole = text };
	int result;

	if (!*text)
		return p2p_err_set(err, -EINVAL,
				   "the selector is empty (all means every function)");
	if (strnlen(text, P2P_SELECTOR_MAX + 1) > P2P_SELECTOR_MAX)
		return p2p_err_set(err, -EINVAL,
				   "the selector is longer than %d characters",
				   P2P_SELECTOR_MAX);
	result = open_work(&work, text);
	if (!result)
		result = read_selector(&work, text);
	if (!result)
		result = give_functions(&work.chosen, machine->snapshot->n_functions,
					ret_selection, err);
	close_work(&work);
	return result;
}

int p2p_select_peers(const struct p2p_machine *machine,
		     struct p2p_selection *ret_selection, struct p2p_err *err)
{
	uint32_t n = machine->snapshot->n_functions;
	struct p2p_selection selection = { 0 };

	selection.functions = calloc((size_t)n + 1, sizeof(*selection.functions));
	if (!selection.functions)
		return p2p_err_set(err, -ENOMEM, "out of memory: %u functions", n);
	for (uint32_t i = 0; i < n; i++)
		if (machine->roles[i].peer)
			selection.functions[selection.n_functions++] = i;
	*ret_selection = selection;
	return 0;
}

void p2p_selection_done(struct p2p_selection *selection)
{
	free(selection->functions);
	*selection = (struct p2p_selection){ 0 };
}
