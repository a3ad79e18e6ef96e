/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Line by line: device lines, rows of bytes at any offset, and `# KEY VALUE`. Rows stay
 * where they are in the text. A value is put together from the lines it goes on in before
 * its row of the table takes it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/snapshot_lines.h"
#include "io/hex_row.h"
#include "io/source_capture.h"

#define KIND        "p2ptool capture"
#define FIRST_MOST  ((size_t)64 << 10) /* how far into a text its first line may be */
#define KEY_SIZE    48
#define ESCAPED_MAX ((size_t)3 * LINES_VALUE_MAX)

struct reader {
	struct p2p_snapshot *snapshot;
	struct span text;
	size_t at;
	uint64_t line;
	bool is_open; /* lines are of the function begun last */
	bool is_ended;
	uint32_t n_begun;
	int result;

	/* the value that is being put together; no key: none is */
	char key[KEY_SIZE];
	bool is_too_long;
	uint64_t key_line;
	size_t length;
	char value[ESCAPED_MAX + 1];
};

static void damage(struct reader *reader, uint64_t line, const char *what)
{
	p2p_snapshot_add_damage(reader->snapshot, line, "%s", what);
}

static struct p2p_function *last_function(const struct reader *reader)
{
	return &reader->snapshot->functions[reader->snapshot->n_functions - 1];
}

static int take_name(struct reader *reader)
{
	char *slash = strchr(reader->value, '/');

	if (!slash || slash == reader->value || !slash[1])
		return -EINVAL;
	*slash = '\0';
	return p2p_snapshot_add_name(reader->snapshot, reader->value, slash + 1);
}

static int take_bits(struct reader *reader)
{
	unsigned offset, width, value, mask;
	int end = 0;

	if (sscanf(reader->value, "%3x %1u %8x %8x%n", &offset, &width, &value, &mask,
		   &end) != 4 ||
	    reader->value[end] || width < 1 || width > 4 || (value & ~mask))
		return -EINVAL;
	return p2p_snapshot_add_bits(reader->snapshot, offset, width,
				     (struct p2p_reg){ value, mask }) ?
		       -EINVAL :
		       0;
}

/* Of what the capture was made of: `LINE TEXT`. */
static int take_damage(struct reader *reader)
{
	uint64_t line;
	struct span rest = span_of(reader->value);
	size_t n = span_number(rest, 10, &line);

	if (!n || n >= rest.length || rest.at[n] != ' ')
		return -EINVAL;
	p2p_snapshot_add_damage(reader->snapshot, line, "%s", rest.at + n + 1);
	return 0;
}

/* Some of the places are listed, and counted already. */
static int take_seen(struct reader *reader)
{
	struct p2p_snapshot *snapshot = reader->snapshot;
	uint64_t seen = 0;
	struct span rest = span_of(reader->value);

	if (!rest.length || span_number(rest, 10, &seen) != rest.length)
		return -EINVAL;
	if (seen > snapshot->n_damage && snapshot->n_damage_seen == snapshot->n_damage)
		snapshot->n_damage_seen = seen;
	return 0;
}

static int take_end(struct reader *reader)
{
	uint64_t count = 0;
	struct span rest = span_of(reader->value);

	if (!rest.length || span_number(rest, 10, &count) != rest.length)
		return -EINVAL;
	if (count != reader->n_begun)
		p2p_snapshot_add_damage(reader->snapshot, reader->key_line,
					"%u functions are here, it was made with %llu",
					reader->n_begun, (unsigned long long)count);
	reader->is_ended = true;
	return 0;
}

/* Keys that are not known are of a p2ptool that knows more. */
static int take_value(struct reader *reader)
{
	static const struct {
		const char *key;
		int (*take)(struct reader *reader);
		bool is_of_function;
	} others[] = {
		{ LINES_NAME, take_name, true },      { LINES_BITS, take_bits, true },
		{ LINES_DAMAGE, take_damage, false }, { LINES_SEEN, take_seen, false },
		{ LINES_END, take_end, false },
	};
	const struct lines_row *row = p2p_lines_find(p2p_lines_function, reader->key);

	if (!strncmp(reader->key, LINES_SYSTEM, strlen(LINES_SYSTEM)))
		return p2p_capture_take_system(reader->snapshot,
					       reader->key + strlen(LINES_SYSTEM),
					       reader->value);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(reader->key, others[i].key))
			return others[i].is_of_function && !reader->is_open ?
				       -EINVAL :
				       others[i].take(reader);
	if (!row)
		return 0;
	return reader->is_open ? p2p_lines_take(reader->snapshot, last_function(reader),
						row, reader->value) :
				 -EINVAL;
}

/* The value is whole: its row takes it. */
static void end_value(struct reader *reader)
{
	int64_t length;
	int result = -EINVAL;

	if (!*reader->key)
		return;
	length = p2p_lines_unescape(reader->value, reader->length);
	if (length >= 0 && length <= LINES_VALUE_MAX && !reader->is_too_long) {
		reader->value[length] = '\0';
		result = take_value(reader);
	}
	if (result == -ENOMEM)
		reader->result = result;
	else if (result)
		p2p_snapshot_add_damage(reader->snapshot, reader->key_line,
					"%s: its value is damaged, or stands in a place "
					"that is not its own",
					reader->key);
	*reader->key = '\0';
}

static void add_value(struct reader *reader, struct span part)
{
	if (part.length > ESCAPED_MAX - reader->length) {
		reader->is_too_long = true;
		return;
	}
	memcpy(reader->value + reader->length, part.at, part.length);
	reader->length += part.length;
}

/* `KEY VALUE` begins a value, `KEY+ VALUE` goes on with it; anything else is a remark. */
static void take_told(struct reader *reader, struct span line)
{
	size_t length = span_find(line, " ");
	bool goes_on = length && length < line.length && line.at[length - 1] == '+';
	size_t key = length - goes_on;

	if (goes_on && key == strlen(reader->key) && !memcmp(line.at, reader->key, key)) {
		add_value(reader, span_skip(line, length + 1));
		return;
	}
	end_value(reader);
	if (goes_on) {
		damage(reader, reader->line, "the value that goes on here has no start");
		return;
	}
	if (!key || key >= KEY_SIZE)
		return;
	memcpy(reader->key, line.at, key);
	reader->key[key] = '\0';
	reader->key_line = reader->line;
	reader->length = 0;
	reader->is_too_long = false;
	add_value(reader, span_skip(line, length + 1));
}

static void begin(struct reader *reader, struct p2p_bdf bdf)
{
	if (reader->snapshot->n_functions >= P2P_FUNCTIONS_MAX)
		reader->result = -E2BIG;
	else if (!p2p_snapshot_begin(reader->snapshot, bdf))
		reader->result = -ENOMEM;
	reader->is_open = true;
	reader->n_begun++;
}

/* `104: 0d 00 01 14`: bytes of one row of 16, written exactly so; 0 if it is none. */
static unsigned count_bytes(struct span bytes)
{
	unsigned n = 0;

	for (; bytes.length >= 2; n++) {
		if (hex_value(bytes.at[0]) < 0 || hex_value(bytes.at[1]) < 0)
			return 0;
		if (bytes.length == 2)
			return n + 1;
		if (bytes.at[2] != ' ')
			return 0;
		bytes = span_skip(bytes, 3);
	}
	return 0;
}

static bool take_row(struct reader *reader, struct span line)
{
	uint64_t offset = 0;
	size_t digits = span_number(line, 16, &offset);
	struct span bytes = span_skip(line, digits + 2);
	unsigned n = count_bytes(bytes);

	if (digits < 2 || digits > 3 || !n || line.at[digits] != ':' ||
	    line.at[digits + 1] != ' ' || !reader->is_open)
		return false;
	switch (p2p_snapshot_add_hex(reader->snapshot, (unsigned)offset, n,
				     (uint64_t)(bytes.at - reader->text.at))) {
	case 0:
		return true;
	case -ENOMEM:
		reader->result = -ENOMEM;
		return true;
	default:
		return false;
	}
}

static void take_line(struct reader *reader, struct span line)
{
	struct p2p_bdf bdf;
	struct span rest;

	if (line.length && line.at[line.length - 1] == '\r')
		line.length--;
	if (span_starts(line, "# ")) {
		take_told(reader, span_skip(line, 2));
		return;
	}
	end_value(reader);
	if (!span_trim(line).length)
		reader->is_open = false;
	else if (take_row(reader, line) || line.at[0] == '#')
		return;
	else if (p2p_hex_address(line, NULL, &bdf, &rest) == P2P_ADDRESS_KNOWN)
		begin(reader, bdf);
	else
		damage(reader, reader->line, "is no line of a capture");
}

static size_t find_first(const char *text, size_t length)
{
	struct span span = { text, length < FIRST_MOST ? length : FIRST_MOST };
	size_t at = span_find(span, LINES_FIRST);

	while (at < span.length && at && text[at - 1] != '\n' &&
	       !(at == 3 && !memcmp(text, "\xef\xbb\xbf", 3)))
		at += 1 + span_find(span_skip(span, at + 1), LINES_FIRST);
	return at < span.length ? at : SIZE_MAX;
}

bool p2p_capture_is(const char *text, size_t length)
{
	return text && find_first(text, length) != SIZE_MAX;
}

static struct span next_line(struct reader *reader, bool *ret_ends)
{
	struct span line = span_skip(reader->text, reader->at);

	line.length = span_find(line, "\n");
	*ret_ends = reader->at + line.length < reader->text.length;
	reader->at += line.length + 1;
	reader->line++;
	return line;
}

static void read_lines(struct reader *reader)
{
	bool ends = true;

	while (!reader->result && reader->at < reader->text.length) {
		struct span line = next_line(reader, &ends);

		if (ends)
			take_line(reader, line);
		else
			damage(reader, reader->line, "the last line is cut");
	}
	end_value(reader);
	if (!reader->result && ends && !reader->is_ended)
		damage(reader, 0, "is cut: its last line, # end, is missing");
}

static struct reader *reader_new(struct p2p_snapshot *snapshot)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->snapshot = snapshot;
	reader->text = (struct span){ snapshot->text, snapshot->text_length };
	return reader;
}

static int check_version(struct reader *reader, struct p2p_err *err)
{
	struct span line;
	uint64_t version;
	bool ends;

	reader->at = find_first(reader->text.at, reader->text.length);
	for (size_t i = 0; i < reader->at; i++)
		reader->line += reader->text.at[i] == '\n';
	line = next_line(reader, &ends);
	if (!span_told(line, LINES_FIRST, 10, &version) || version != LINES_VERSION)
		return p2p_err_set(err, -EBADMSG,
				   "is a p2ptool capture of another version: this "
				   "p2ptool reads version %u (use a newer one)",
				   LINES_VERSION);
	return 0;
}

int p2p_capture_read(struct p2p_snapshot *snapshot, struct p2p_err *err)
{
	struct reader *reader = reader_new(snapshot);
	int result = reader ? check_version(reader, err) : -ENOMEM;

	if (!result) {
		read_lines(reader);
		result = reader->result;
		snapshot->system.kind = p2p_snapshot_keep(snapshot, KIND, strlen(KIND));
	}
	free(reader);
	if (result == -ENOMEM)
		return p2p_err_set(err, result, "no memory for the capture");
	if (result == -E2BIG)
		return p2p_err_set(err, result, "more than %u functions",
				   P2P_FUNCTIONS_MAX);
	return result;
}
