/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a journal in, the journal out, or the number of the line that is wrong. The
 * sum over all comes first: a text that was cut or changed is not looked at further. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/journal_parts.h"
#include "core/snapshot_lines.h"
#include "core/snapshot_store.h"
#include "core/snapshot_time.h"

#define FIRST_OF_ANY "# p2ptool journal "
#define SUM_DIGITS   16
#define END_LENGTH   (sizeof(JOURNAL_END) + SUM_DIGITS + 1)

struct reading {
	struct journal_line rest, line;
	uint32_t number; /* of the line */
	struct p2p_journal *journal;
	uint64_t functions_room, registers_room, ops_room;
	struct p2p_err *err;
};

static int damage(const struct reading *reading, const char *what)
{
	return p2p_err_set(reading->err, -EBADMSG, "line %u: %s", reading->number, what);
}

static int no_memory(const struct reading *reading)
{
	return p2p_err_set(reading->err, -ENOMEM, "line %u: no memory", reading->number);
}

/* Lines end with a line feed, all of them. */
static bool next_line(struct reading *reading)
{
	const char *end = reading->rest.length ?
				  memchr(reading->rest.at, '\n', reading->rest.length) :
				  NULL;

	if (!end)
		return false;
	reading->line = (struct journal_line){ reading->rest.at,
					       (size_t)(end - reading->rest.at) };
	reading->rest.at += reading->line.length + 1;
	reading->rest.length -= reading->line.length + 1;
	reading->number++;
	return true;
}

/* Takes a key and the blank behind it off the line. */
static bool has_key(struct reading *reading, const char *key)
{
	size_t length = strlen(key);
	struct journal_line *line = &reading->line;

	if (line->length <= length || memcmp(line->at, key, length) != 0 ||
	    line->at[length] != ' ')
		return false;
	line->at += length + 1;
	line->length -= length + 1;
	return true;
}

static int check_first(struct reading *reading)
{
	static const size_t length = sizeof(FIRST_OF_ANY) - 1;
	const struct journal_line *line = &reading->line;
	bool is_any = next_line(reading) && line->length >= length &&
		      !memcmp(line->at, FIRST_OF_ANY, length);

	if (is_any && line->length == strlen(JOURNAL_FIRST) &&
	    !memcmp(line->at, JOURNAL_FIRST, line->length))
		return 0;
	if (!is_any) {
		reading->number = 1;
		return damage(reading, "is no journal of p2ptool, or is cut");
	}
	return p2p_err_set(reading->err, -EPROTONOSUPPORT,
			   "is a journal of another version of p2ptool (use that one)");
}

/* How many lines a text has, the last one perhaps cut. */
static uint32_t count_lines(struct journal_line text)
{
	uint32_t n = text.length && text.at[text.length - 1] != '\n';

	for (size_t i = 0; i < text.length; i++)
		n += text.at[i] == '\n';
	return n;
}

static bool is_end(struct journal_line line, uint64_t *ret_sum)
{
	static const char key[] = JOURNAL_END " ";

	if (memcmp(line.at, key, sizeof(key) - 1) != 0 || line.at[END_LENGTH - 1] != '\n')
		return false;
	line.at += sizeof(key) - 1;
	line.length = SUM_DIGITS;
	return p2p_journal_number(&line, 16, UINT64_MAX, ret_sum) && !line.length;
}

/* Cuts the last line off, which must be there whole and agree with all before it. */
static int check_sum(struct reading *reading, struct journal_line text)
{
	uint64_t sum = 0;
	bool is_whole = reading->rest.length >= END_LENGTH;
	size_t before = is_whole ? text.length - END_LENGTH : 0;
	uint32_t number = reading->number;

	if (is_whole)
		is_whole = text.at[before - 1] == '\n' &&
			   is_end((struct journal_line){ text.at + before, END_LENGTH },
				  &sum);
	reading->number = count_lines(text);
	if (!is_whole)
		return damage(reading, "the journal is cut here");
	if (sum != p2p_journal_sum(text.at, before))
		return damage(reading, "the journal was changed: its sum is another");
	reading->rest.length -= END_LENGTH;
	reading->number = number;
	return 0;
}

static int check_bytes(const struct reading *reading)
{
	for (size_t i = 0; i < reading->line.length; i++)
		if (reading->line.at[i] < ' ' || reading->line.at[i] > '~')
			return damage(reading, "holds a byte that is no text");
	return 0;
}

/* The next line must have this key. */
static int take_key(struct reading *reading, const char *key)
{
	if (!next_line(reading) || !has_key(reading, key))
		return p2p_err_set(reading->err, -EBADMSG,
				   "line %u: is not the %s of a journal", reading->number,
				   key);
	return check_bytes(reading);
}

static int take_text(struct reading *reading, const struct journal_text *text)
{
	char **into = (char **)((uintptr_t)reading->journal + text->at);
	int result = take_key(reading, text->key);
	int64_t length;
	char *value;

	if (result)
		return result;
	if (reading->line.length > (size_t)3 * P2P_JOURNAL_TEXT_MAX)
		return damage(reading, "its value is too long");
	value = strndup(reading->line.at, reading->line.length);
	if (!value)
		return no_memory(reading);
	*into = value;
	length = p2p_lines_unescape(value, reading->line.length);
	if (length < 0)
		return damage(reading, "its value holds a zero byte");
	value[length] = '\0';
	return 0;
}

static int take_id(struct reading *reading)
{
	int result = take_key(reading, "id");
	uint64_t number;

	if (result)
		return result;
	if (!p2p_journal_number(&reading->line, 10, UINT32_MAX - 1, &number) ||
	    reading->line.length || !number)
		return damage(reading, "is no number of a journal");
	reading->journal->id = (uint32_t)number;
	return 0;
}

static bool is_unknown(const struct journal_line *line)
{
	return line->length == 1 && *line->at == *JOURNAL_UNKNOWN;
}

static int take_time(struct reading *reading)
{
	int result = take_key(reading, "time");
	char text[TIME_ROOM] = "";

	if (result || is_unknown(&reading->line))
		return result;
	if (reading->line.length < sizeof(text))
		memcpy(text, reading->line.at, reading->line.length);
	if (p2p_time_parse(text, &reading->journal->time))
		return damage(reading, "is no time");
	return 0;
}

static int take_user(struct reading *reading)
{
	int result = take_key(reading, "user");
	uint64_t number;

	reading->journal->user = P2P_JOURNAL_NO_USER;
	if (result || is_unknown(&reading->line))
		return result;
	if (!p2p_journal_number(&reading->line, 10, UINT32_MAX, &number) ||
	    reading->line.length)
		return damage(reading, "is no user");
	reading->journal->user = (int64_t)number;
	return 0;
}

static int take_state(struct reading *reading)
{
	int result = take_key(reading, "state");
	unsigned state;

	if (result)
		return result;
	if (!p2p_journal_word(&reading->line, p2p_journal_states, &state) ||
	    reading->line.length)
		return damage(reading, "is no state of a journal");
	reading->journal->apply->state = (enum p2p_apply_state)state;
	return 0;
}

static int take_head(struct reading *reading)
{
	int result = take_id(reading);

	if (!result)
		result = take_time(reading);
	for (unsigned i = 0; i < JOURNAL_TEXTS && !result; i++)
		result = take_text(reading, &p2p_journal_texts[i]);
	if (!result)
		result = take_user(reading);
	return result ? result : take_state(reading);
}

/* Functions come before registers, registers before writes. How many there can be, the
 * size of the text says. */
static int take_row(struct reading *reading)
{
	struct p2p_apply *apply = reading->journal->apply;
	int result = -EBADMSG;

	if (!apply->n_registers && !apply->n_ops && has_key(reading, JOURNAL_FUNCTION)) {
		if (p2p_store_grow((void **)&apply->functions, &reading->functions_room,
				   apply->n_functions + 1u, sizeof(*apply->functions)))
			return -ENOMEM;
		result = p2p_journal_function(reading->line,
					      &apply->functions[apply->n_functions]);
		apply->n_functions += !result;
	} else if (!apply->n_ops && has_key(reading, JOURNAL_REGISTER)) {
		if (p2p_store_grow((void **)&apply->registers, &reading->registers_room,
				   apply->n_registers + 1u, sizeof(*apply->registers)))
			return -ENOMEM;
		result = p2p_journal_register(reading->line,
					      &apply->registers[apply->n_registers]);
		apply->n_registers += !result;
	} else if (has_key(reading, JOURNAL_WRITE)) {
		if (p2p_store_grow((void **)&apply->ops, &reading->ops_room,
				   apply->n_ops + 1u, sizeof(*apply->ops)))
			return -ENOMEM;
		result = p2p_journal_op(reading->line, &apply->ops[apply->n_ops]);
		apply->n_ops += !result;
	}
	return result;
}

static int take_rows(struct reading *reading)
{
	uint32_t head = reading->number, line = 0;
	int result = 0;

	while (!result && next_line(reading)) {
		result = check_bytes(reading);
		if (result)
			return result;
		result = take_row(reading);
	}
	if (!result) {
		result = p2p_journal_check(reading->journal->apply, &line);
		reading->number = line ? head + line : reading->number;
	}
	if (result == -ENOMEM)
		return no_memory(reading);
	return result ? damage(reading, line ? "contradicts the lines before it" :
					       "is no line of a journal, or not there") :
			0;
}

static int read_all(struct reading *reading)
{
	struct journal_line text = reading->rest;
	int result = check_first(reading);

	if (!result)
		result = check_sum(reading, text);
	if (!result)
		result = take_head(reading);
	return result ? result : take_rows(reading);
}

int p2p_journal_parse(const char *text, size_t length, struct p2p_journal **ret_journal,
		      struct p2p_err *err)
{
	struct reading reading = { .rest = { text, length }, .err = err };
	struct p2p_apply *apply;
	int result;

	if (length > P2P_JOURNAL_SIZE_MAX)
		return p2p_err_set(err, -E2BIG, "is larger than any journal, %zu bytes",
				   length);
	reading.journal = calloc(1, sizeof(*reading.journal));
	apply = calloc(1, sizeof(*apply));
	if (!reading.journal || !apply) {
		free(reading.journal);
		free(apply);
		return no_memory(&reading);
	}
	apply->failed = P2P_NONE;
	reading.journal->apply = apply;
	result = read_all(&reading);
	if (result) {
		p2p_journal_free(reading.journal);
		return result;
	}
	*ret_journal = reading.journal;
	return 0;
}
