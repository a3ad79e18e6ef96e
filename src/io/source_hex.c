/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a capture in, functions with their rows and listings out. Rows stay where
 * they are: only their place in the text is noted. Lines are counted only when damage has
 * to be told. What is no part of a capture (prompts, mail, messages) is passed over. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/regs.h"
#include "io/hex_row.h"
#include "io/source_hex_parts.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static uint64_t count_newlines(struct span text, size_t from, size_t to)
{
	uint64_t count = 0;
	const char *newline;

	while (from < to && (newline = memchr(text.at + from, '\n', to - from))) {
		from = (size_t)(newline - text.at) + 1;
		count++;
	}
	return count;
}

/* From the place asked for before, in either direction: damage of a function is told at
 * its end and then at its beginning, of many functions. */
static uint64_t line_of(struct hex_reader *reader, size_t position)
{
	if (position < reader->counted)
		reader->lines -= count_newlines(reader->text, position, reader->counted);
	else
		reader->lines += count_newlines(reader->text, reader->counted, position);
	reader->counted = position;
	return reader->lines + 1;
}

void p2p_hex_damage(struct hex_reader *reader, size_t position, const char *format, ...)
{
	char address[P2P_BDF_SIZE], text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	p2p_snapshot_add_damage(reader->snapshot, line_of(reader, position), "%s: %s",
				p2p_bdf_format(reader->bdf, address), text);
}

/* What lspci prints of a function: unprivileged, 128 bytes of a CardBus bridge. */
static bool is_size(const struct hex_reader *reader, unsigned end)
{
	bool card = !reader->row_0 || (reader->layout & HEADER_LAYOUT) == 2;

	return end == HEADER_BYTES || (end == CARD_BYTES && card) || end == PLAIN_BYTES ||
	       end == P2P_CFG_SIZE;
}

static void end_function(struct hex_reader *reader, bool closed)
{
	if (!reader->open)
		return;
	reader->open = false;
	if (reader->rows && !reader->cut && !is_size(reader, reader->next))
		p2p_hex_damage(reader, reader->begin, "its rows end at 0x%03x",
			       reader->next);
	if (reader->rows && (!reader->least || reader->next < reader->least))
		reader->least = reader->next;
	if (reader->record) {
		reader->listing.header = p2p_identity_header(&reader->identity);
		reader->found->identity |= reader->identity.class.length > 0;
	}
	reader->found->rows |= reader->rows;
	reader->found->extended |= reader->next > PLAIN_BYTES;
	reader->plain |= reader->next > HEADER_BYTES;
	p2p_listing_end(&reader->listing, closed || reader->rows,
			reader->row_0 ? (int)(reader->ids & 0xffff) : -1,
			reader->row_0 ? (int)(reader->ids >> 16) : -1);
}

static int begin_function(struct hex_reader *reader, struct p2p_bdf bdf,
			  struct span header, struct p2p_err *err)
{
	struct p2p_snapshot *snapshot = reader->snapshot;

	end_function(reader, true);
	if (snapshot->n_functions >= P2P_FUNCTIONS_MAX)
		return p2p_err_set(err, -E2BIG, "more than %u functions",
				   P2P_FUNCTIONS_MAX);
	if (!p2p_snapshot_begin(snapshot, bdf))
		return p2p_err_set(err, -ENOMEM, "no memory for %u functions",
				   snapshot->n_functions + 1);
	p2p_listing_begin(&reader->listing, header);
	reader->open = true;
	reader->rows = reader->row_0 = reader->closed = reader->cut = false;
	reader->lost = reader->record = false;
	reader->bdf = bdf;
	reader->begin = reader->at;
	reader->next = 0;
	return 0;
}

/* Notes what a row has; false if it is not of this function: rows begin again where a
 * device line was lost. */
static bool take_row(struct hex_reader *reader, const struct p2p_hex_row *row)
{
	if (row->offset < reader->next) {
		p2p_hex_damage(reader, reader->at,
			       "rows begin again at 0x%03x without a device line",
			       row->offset);
		reader->lost = true;
		end_function(reader, true);
		return false;
	}
	if (row->offset > reader->next)
		p2p_hex_damage(reader, reader->at, "rows 0x%03x to 0x%03x are missing",
			       reader->next, row->offset - HEX_ROW_BYTES);
	p2p_snapshot_add_hex(reader->snapshot, row->offset, row->good, row->digits);
	reader->next = row->offset / HEX_ROW_BYTES * HEX_ROW_BYTES + HEX_ROW_BYTES;
	reader->rows = true;
	return true;
}

static unsigned read_byte(const struct hex_reader *reader, size_t digits, unsigned index)
{
	const char *at = reader->text.at + digits + 3 * (size_t)index;

	return (unsigned)hex_value(at[0]) << 4 | (unsigned)hex_value(at[1]);
}

static void read_row_0(struct hex_reader *reader, size_t digits)
{
	reader->row_0 = true;
	reader->ids = 0;
	for (unsigned i = 0; i < 4; i++)
		reader->ids |= read_byte(reader, digits, i) << (8 * i);
	reader->layout = read_byte(reader, digits, REG_HEADER_TYPE);
}

/* As many whole rows as stand here. */
static int take_rows(struct hex_reader *reader, struct p2p_err *err)
{
	struct p2p_hex_row row;
	size_t end;

	while (reader->open &&
	       (end = p2p_hex_whole_row(reader->text, reader->at, reader->next, &row))) {
		if (row.offset != reader->next) {
			if (!take_row(reader, &row))
				return 0;
		} else if (p2p_snapshot_add_hex(reader->snapshot, row.offset,
						HEX_ROW_BYTES, row.digits)) {
			return p2p_err_set(err, -ENOMEM, "no memory for rows");
		}
		if (!row.offset)
			read_row_0(reader, row.digits);
		reader->rows = true;
		reader->next = row.offset + HEX_ROW_BYTES;
		reader->closed = reader->cut = false;
		reader->at = end;
	}
	return 0;
}

static void take_damaged_row(struct hex_reader *reader, struct p2p_hex_row *row)
{
	row->digits += reader->at;
	if (!take_row(reader, row))
		return;
	reader->cut = true;
	p2p_hex_damage(reader, reader->at,
		       "row 0x%03x is damaged, %u of its bytes are used", row->offset,
		       row->good);
}

/* Is it the last line, and nothing ends it? */
static bool is_open_line(const struct hex_reader *reader, struct span line)
{
	return line.at + line.length >= reader->text.at + reader->text.length;
}

/* The last word of such a line may be cut. */
static struct span without_last_word(struct span line)
{
	while (line.length && !is_blank(line.at[line.length - 1]))
		line.length--;
	return line;
}

static void take_listing(struct hex_reader *reader, struct span line)
{
	bool open = is_open_line(reader, line), blank;

	if (open)
		line = without_last_word(line);
	blank = !span_trim(line).length;
	if (blank && open)
		return;
	if (blank)
		reader->closed = true;
	if (p2p_listing_line(&reader->listing, line))
		reader->closed = false;
	if (!reader->listing.again)
		return;
	p2p_hex_damage(reader, reader->at,
		       "another listing begins without a device line");
	reader->listing.broken |= !reader->closed;
	reader->lost = true;
	end_function(reader, reader->closed);
}

/* What begins a function, where there is none: its device line was lost. */
static void note_nobodys(struct hex_reader *reader, struct span line)
{
	struct p2p_hex_row row;
	bool rows = p2p_hex_whole_row(reader->text, reader->at, 0, &row) && !row.offset;
	bool record = p2p_identity_lacks_slot(span_skip(reader->text, reader->at));

	if (reader->lost || !(rows || record || p2p_listing_is_head(span_trim(line))))
		return;
	reader->lost = true;
	p2p_snapshot_add_damage(reader->snapshot, line_of(reader, reader->at),
				"%s begin without a device line",
				rows   ? "rows" :
				record ? "lines of a record" :
					 "registers of a listing");
}

/* A line of -mm, or the first one of a record of -vmm. */
static int begin_record(struct hex_reader *reader, struct p2p_bdf bdf, struct span fields,
			struct p2p_err *err)
{
	int result = begin_function(reader, bdf, fields, err);

	if (result)
		return result;
	reader->identity = (struct p2p_identity){ 0 };
	reader->record = true;
	reader->closed = fields.length > 0;
	reader->verbose |= !fields.length;
	if (!fields.length || p2p_identity_quoted(&reader->identity, fields))
		return 0;
	reader->identity = (struct p2p_identity){ 0 };
	p2p_hex_damage(reader, reader->at, "its fields are damaged or cut");
	return 0;
}

static void take_record_line(struct hex_reader *reader, struct span line)
{
	switch (p2p_identity_line(&reader->identity, reader->snapshot,
				  p2p_listing_function(&reader->listing), line)) {
	case P2P_IDENTITY_TAKEN:
		return;
	case P2P_IDENTITY_DAMAGED:
		p2p_hex_damage(reader, reader->at, "a line of its record is damaged");
		return;
	case P2P_IDENTITY_AGAIN:
		break;
	}
	p2p_hex_damage(reader, reader->at, "another record begins without its slot");
	reader->lost = true;
	end_function(reader, true);
}

/* Nothing is taken of a last line that nothing ends: it may be cut. */
static void take_record(struct hex_reader *reader, struct span line)
{
	bool blank = !span_trim(line).length;

	reader->closed |= blank;
	if (blank || is_open_line(reader, line))
		return;
	if (!reader->closed) {
		take_record_line(reader, span_trim(line));
	} else if (p2p_identity_lacks_slot(span_skip(reader->text, reader->at))) {
		end_function(reader, true);
		note_nobodys(reader, line);
	}
}

/* What `lspci -t` draws: no function's own. */
static bool is_drawn(struct span line)
{
	struct span rest = span_trim(line);
	bool has_trunk = rest.length && *rest.at == '|';

	while (rest.length && *rest.at == '|')
		rest = span_trim(span_skip(rest, 1));
	if (!rest.length)
		return has_trunk;
	if (span_starts(rest, "-[") || span_starts(rest, "-+-["))
		return true;
	if (rest.length < 4 || !(span_starts(rest, "+-") || span_starts(rest, "\\-")))
		return false;
	return rest.at[2] == '[' || hex_value(rest.at[2]) >= 0;
}

/* The text under a line. */
static struct span below(const struct hex_reader *reader, struct span line)
{
	return span_skip(reader->text, reader->at + line.length + 1);
}

static int take_line(struct hex_reader *reader, struct span line, struct p2p_err *err)
{
	const struct p2p_bridges bridges = { p2p_hex_bus_below, reader };
	struct p2p_hex_row row;
	struct p2p_bdf bdf;
	struct span header;

	switch (p2p_hex_address(line, &bridges, &bdf, &header)) {
	case P2P_ADDRESS_KNOWN:
		if (span_starts(header, "\""))
			return begin_record(reader, bdf, header, err);
		return begin_function(reader, bdf, header, err);
	case P2P_ADDRESS_PATH:
		end_function(reader, true);
		reader->bdf = bdf;
		reader->lost = true;
		p2p_hex_damage(reader, reader->at,
			       "a path whose bridges are not told is no address (use "
			       "lspci -D or -PP)");
		return 0;
	case P2P_ADDRESS_NONE:
		break;
	}
	if (p2p_identity_begins(line, below(reader, line), &bdf))
		return begin_record(reader, bdf, (struct span){ line.at, 0 }, err);
	if (is_drawn(line)) {
		reader->found->drawn = true;
		end_function(reader, true);
		return 0;
	}
	if (!reader->open) {
		note_nobodys(reader, line);
		return 0;
	}
	if (p2p_hex_damaged_row(line, reader->next, &row)) {
		take_damaged_row(reader, &row);
		return 0;
	}
	if (reader->record)
		take_record(reader, line);
	else
		take_listing(reader, line);
	return 0;
}

static int read_lines(struct hex_reader *reader, struct p2p_err *err)
{
	int result = 0;

	while (!result && reader->at < reader->text.length) {
		struct span rest = span_skip(reader->text, reader->at);
		size_t begin = reader->at += span_quote(rest);
		const char *newline;

		result = take_rows(reader, err);
		if (result || reader->at != begin)
			continue;
		rest = span_skip(reader->text, begin);
		newline = rest.length ? memchr(rest.at, '\n', rest.length) : NULL;
		if (newline)
			rest.length = (size_t)(newline - rest.at);
		result = take_line(reader, rest, err);
		reader->at += rest.length + 1;
	}
	return result;
}

int p2p_hex_read(struct p2p_snapshot *snapshot, struct p2p_hex_found *ret_found,
		 struct p2p_err *err)
{
	struct p2p_hex_found found = { .rows = false };
	struct hex_reader reader = { .snapshot = snapshot,
				     .found = &found,
				     .listing = { .snapshot = snapshot },
				     .text = { snapshot->text, snapshot->text_length } };
	int result;

	if (span_starts(reader.text, BYTE_ORDER_MARK))
		reader.at = strlen(BYTE_ORDER_MARK);
	result = read_lines(&reader, err);
	if (!result) {
		p2p_hex_check_end(&reader);
		end_function(&reader, false);
		found.listing = reader.listing.any_told;
		p2p_hex_tell_kind(&reader);
		*ret_found = found;
	}
	p2p_listing_done(&reader.listing);
	return result;
}
