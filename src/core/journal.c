/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal in, its text out; the words of both directions. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/journal_parts.h"
#include "core/snapshot_lines.h"
#include "core/snapshot_time.h"

const struct journal_text p2p_journal_texts[JOURNAL_TEXTS] = {
	{ "boot-id", offsetof(struct p2p_journal, boot_id) },
	{ "domain", offsetof(struct p2p_journal, domain) },
	{ "selector", offsetof(struct p2p_journal, selector) },
	{ "mode", offsetof(struct p2p_journal, mode) },
	{ "allowed", offsetof(struct p2p_journal, allowed) },
};

const char *const p2p_journal_states[] = { "new",    "writing", "applied", "undoing",
					   "undone", "failed",  NULL };
const char *const p2p_journal_results[] = { JOURNAL_NONE,  "written", "unchanged",
					    "rolled-back", "failed",  NULL };
const char *const p2p_journal_powers[] = { "none", "on", "auto", NULL };

/* As snprintf: counts on where there is no room any more. */
struct text {
	char *at;
	size_t size, length;
};

static void P2P_PRINTF(2) add(struct text *text, const char *format, ...)
{
	size_t used = text->length < text->size ? text->length : text->size;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text->at ? text->at + used : NULL, text->size - used, format,
			   args);
	va_end(args);
	text->length += (size_t)length;
}

/* Escaped by parts, so that there is room for each. */
static void add_escaped(struct text *text, const char *value)
{
	size_t length = value ? strnlen(value, P2P_JOURNAL_TEXT_MAX) : 0;
	char part[4];

	for (size_t i = 0; i < length; i++) {
		/* a blank is plain but at either end */
		if (value[i] == ' ' && i && i + 1 < length) {
			add(text, " ");
			continue;
		}
		*p2p_lines_escape(&value[i], 1, part) = '\0';
		add(text, "%s", part);
	}
}

static void add_head(struct text *text, const struct p2p_journal *journal)
{
	char time[TIME_ROOM];
	const char *told = p2p_time_format(journal->time, time);

	add(text, JOURNAL_FIRST "\nid %" PRIu32 "\ntime %s\n", journal->id,
	    told ? told : JOURNAL_UNKNOWN);
	for (unsigned i = 0; i < JOURNAL_TEXTS; i++) {
		add(text, "%s ", p2p_journal_texts[i].key);
		add_escaped(text, *(char *const *)((uintptr_t)journal +
						   p2p_journal_texts[i].at));
		add(text, "\n");
	}
	if (journal->user < 0)
		add(text, "user " JOURNAL_UNKNOWN "\n");
	else
		add(text, "user %" PRId64 "\n", journal->user);
	add(text, "state %s\n", p2p_journal_states[journal->apply->state]);
}

static void add_id(struct text *text, int32_t id)
{
	if (id < 0)
		add(text, JOURNAL_UNKNOWN " ");
	else
		add(text, "%04x ", (unsigned)id);
}

static void add_serial(struct text *text, const struct p2p_apply_function *function)
{
	switch (function->has_serial) {
	case P2P_YES:
		add(text, "%016" PRIx64 " ", function->serial);
		return;
	case P2P_NO:
		add(text, JOURNAL_NONE " ");
		return;
	case P2P_UNKNOWN:
		add(text, JOURNAL_UNKNOWN " ");
		return;
	}
}

static void add_function(struct text *text, const struct p2p_apply_function *function)
{
	char address[P2P_BDF_SIZE];

	add(text, JOURNAL_FUNCTION " %s %s ", p2p_bdf_format(function->bdf, address),
	    p2p_journal_powers[function->power]);
	add_id(text, function->vendor);
	add_id(text, function->device);
	add_serial(text, function);
	add(text, "%s\n", function->path);
}

static void add_register(struct text *text, const struct p2p_apply_register *reg)
{
	char word[12] = JOURNAL_CONTROL;

	if (reg->word != P2P_PLAN_CONTROL)
		snprintf(word, sizeof(word), "%d", reg->word);
	add(text, JOURNAL_REGISTER " %u %s %x %u %x %x %x %x %s\n", reg->function, word,
	    reg->offset, reg->width, reg->known, reg->mask, reg->original, reg->applied,
	    reg->is_left ? JOURNAL_LEFT : JOURNAL_NONE);
}

static void add_op(struct text *text, const struct p2p_apply_op *op)
{
	add(text, JOURNAL_WRITE " %u %u %x %x %x %x %s %x\n", op->reg,
	    (unsigned)op->phase, op->mask, op->old, op->new, op->why,
	    p2p_journal_results[op->result], op->read_back);
}

uint64_t p2p_journal_sum(const char *text, size_t length)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
	return sum;
}

size_t p2p_journal_format(const struct p2p_journal *journal, char *ret_text, size_t size)
{
	const struct p2p_apply *apply = journal->apply;
	struct text text = { .at = ret_text, .size = size };
	uint64_t sum = 0;

	add_head(&text, journal);
	for (uint32_t i = 0; i < apply->n_functions; i++)
		add_function(&text, &apply->functions[i]);
	for (uint32_t i = 0; i < apply->n_registers; i++)
		add_register(&text, &apply->registers[i]);
	for (uint32_t i = 0; i < apply->n_ops; i++)
		add_op(&text, &apply->ops[i]);
	if (text.length < size)
		sum = p2p_journal_sum(ret_text, text.length);
	add(&text, JOURNAL_END " %016" PRIx64 "\n", sum);
	return text.length;
}

void p2p_journal_free(struct p2p_journal *journal)
{
	if (!journal)
		return;
	free(journal->boot_id);
	free(journal->domain);
	free(journal->selector);
	free(journal->mode);
	free(journal->allowed);
	p2p_apply_free(journal->apply);
	free(journal);
}
