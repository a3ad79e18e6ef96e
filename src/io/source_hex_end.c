/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is the text whole? And what is it, by the options that make lspci print this? */
#include <stdio.h>

#include "io/hex_row.h"
#include "io/source_hex_parts.h"

/* The start of the last line if nothing ends it, else the end of the text. */
static size_t find_open_line(struct span text)
{
	const char *newline = memrchr(text.at, '\n', text.length);

	return newline ? (size_t)(newline - text.at) + 1 : 0;
}

static bool has_open_line(const struct hex_reader *reader)
{
	return find_open_line(reader->text) < reader->text.length;
}

/* Digits, colons and a dot: what is left of an address or of a row. */
static bool is_fragment(struct span line)
{
	for (size_t i = 0; i < line.length; i++)
		if (hex_value(line.at[i]) < 0 && !strchr(":./ \t", line.at[i]))
			return false;
	return span_trim(line).length > 0;
}

static void check_open_line(struct hex_reader *reader)
{
	size_t start = find_open_line(reader->text);
	struct span line = span_skip(reader->text, start);
	struct p2p_hex_row row;

	if (!line.length || !reader->snapshot->n_functions)
		return;
	if (reader->open && reader->begin == start && reader->record && reader->closed)
		return; /* a line of -mm, which was found whole or told to be damaged */
	if (reader->open && reader->begin == start)
		p2p_hex_damage(reader, start, "its device line is cut");
	else if (is_fragment(line) && !p2p_hex_whole_row(reader->text, start, 0, &row) &&
		 !p2p_hex_damaged_row(line, reader->next, &row))
		p2p_hex_damage(reader, start, "the line behind it is cut");
}

/* Further up in the text, by rows or by anything: a bare list of devices may come behind
 * what tells of them. */
static bool was_told(const struct hex_reader *reader, bool by_rows)
{
	const struct p2p_snapshot *snapshot = reader->snapshot;

	for (uint32_t i = 0; i + 1 < snapshot->n_functions; i++) {
		const struct p2p_function *function = &snapshot->functions[i];

		if (p2p_bdf_key(function->bdf) != p2p_bdf_key(reader->bdf))
			continue;
		for (uint32_t e = 0; e < function->n_extents; e++)
			if (!by_rows ||
			    snapshot->extents[function->first_extent + e].encoding ==
				    P2P_HEX)
				return true;
	}
	return false;
}

/* Compared with the other functions of the file, is the last one all there? */
static void check_last(struct hex_reader *reader)
{
	const struct p2p_listing *listing = &reader->listing;
	struct p2p_hex_found *found = reader->found;

	if (!reader->open)
		return;
	if (reader->record && !reader->rows) {
		if (!reader->closed && has_open_line(reader) &&
		    reader->begin != find_open_line(reader->text))
			p2p_hex_damage(reader, reader->begin, "its record is cut");
		return;
	}
	if (!reader->rows && reader->least && !(listing->told && reader->closed) &&
	    !was_told(reader, true))
		p2p_hex_damage(reader, reader->begin,
			       "it has no rows, the file may be cut");
	else if (!reader->rows && !listing->told && listing->any_told &&
		 !was_told(reader, false))
		p2p_hex_damage(reader, reader->begin,
			       "nothing is told of it, the file may be cut");
	else if (!reader->rows && !listing->closed && has_open_line(reader))
		p2p_hex_damage(reader, reader->begin, "its listing is cut");
	else if (reader->rows && reader->next < reader->least)
		p2p_hex_damage(reader, reader->begin,
			       "its rows end at 0x%03x, others at 0x%03x", reader->next,
			       reader->least);
	found->unsure = reader->rows && !reader->closed && reader->next == PLAIN_BYTES;
	found->last = reader->bdf;
}

/* Named after the options that make lspci print this. */
void p2p_hex_tell_kind(struct hex_reader *reader)
{
	static const char *const verbosity[] = { "", "v", "vv" };
	struct p2p_snapshot *snapshot = reader->snapshot;
	struct p2p_hex_found *found = reader->found;
	bool is_records = found->identity && !found->rows && !reader->listing.any_told;
	char kind[32];

	snprintf(kind, sizeof(kind), "lspci -%s%s", verbosity[reader->listing.most],
		 is_records      ? reader->verbose ? "vmm" : "mm" :
		 !found->rows    ? "" :
		 found->extended ? "xxxx" :
		 reader->plain   ? "xxx" :
				   "x");
	snapshot->system.kind = p2p_snapshot_keep(snapshot, kind, strlen(kind));
	if (found->extended || reader->listing.any_extended)
		snapshot->system.extended = P2P_YES;
	else if (found->rows)
		snapshot->system.extended = P2P_NO;
}

void p2p_hex_check_end(struct hex_reader *reader)
{
	check_open_line(reader);
	check_last(reader);
}
