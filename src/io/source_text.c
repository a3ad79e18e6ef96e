/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes the listing of a function line by line and hands each line to who knows it: the
 * head, the capability list, or the registers of a capability. */
#include "core/regs.h"
#include "io/source_text.h"

#define CLASS_BRIDGE 0x0604
#define CLASS_CARD   0x0607
#define CLASS_SEMI   0x0609 /* semi-transparent bridge */
#define HEADER_GAP   3      /* blank, carriage return, newline */

void p2p_listing_begin(struct p2p_listing *listing, struct span header)
{
	*listing = (struct p2p_listing){
		.snapshot = listing->snapshot,
		.ids = listing->ids,
		.header = header,
		.class_code = -1,
		.most = listing->most,
		.any_extended = listing->any_extended,
		.any_told = listing->any_told,
	};
}

/* Who quotes a listing leaves marks where lines were left out. */
static bool is_elision(struct span line)
{
	return span_starts(line, "...") || span_starts(line, "[...") ||
	       span_find(line, "[snip") < line.length ||
	       span_find(line, "<snip") < line.length;
}

/* What lspci prints below the capabilities. */
static bool is_foot(struct p2p_listing *listing, struct span line)
{
	struct p2p_function *function = p2p_listing_function(listing);
	struct span driver;

	if (span_starts(line, "Kernel modules:"))
		return true;
	if (!span_starts(line, "Kernel driver in use:"))
		return false;
	driver = span_trim(span_after(line, ":"));
	if (!function->driver)
		function->driver =
			p2p_snapshot_keep(listing->snapshot, driver.at, driver.length);
	return true;
}

/* Mail programs wrap long device lines: what goes on below them belongs to them. */
static bool continues_header(struct p2p_listing *listing, struct span line)
{
	const char *end = listing->header.at + listing->header.length;
	struct span gap = { end, (size_t)(line.at - end) };
	struct span quote = span_after(gap, "\n");

	if (listing->told || !line.length || span_blanks(line) || p2p_text_is_key(line) ||
	    gap.length - span_quote(quote) > HEADER_GAP)
		return false;
	listing->header.length =
		(size_t)(line.at + span_trim(line).length - listing->header.at);
	return true;
}

/* Not indented further than a line of the head, and nothing that lspci prints there. */
static bool is_strange(struct span line, struct span trimmed)
{
	static const char *const known[] = {
		"Memory at ", "I/O ports at ", "Expansion ROM at ",
		"[virtual]",  "[enhanced]",    "!!! ",
		"BIST ",      "16-bit legacy"
	};
	size_t indent = (size_t)(trimmed.at - line.at);

	if (!(indent == 1 && line.at[0] == '\t') && indent != 8)
		return false;
	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_starts(trimmed, known[i]))
			return false;
	return !p2p_text_is_key(trimmed);
}

/* `[148 v1] ` stands only in lines of capabilities. */
static bool has_place(struct span line)
{
	for (; line.length; line = span_skip(line, 1)) {
		uint64_t at;
		size_t n;

		line = span_skip(line, span_find(line, "["));
		n = span_number(span_skip(line, 1), 16, &at);
		if ((n == 2 || n == 3) && !memchr(line.at, 'A', n) &&
		    (span_starts(span_skip(line, n + 1), "] ") ||
		     span_starts(span_skip(line, n + 1), " v")))
			return true;
	}
	return false;
}

/* What should be a capability's line and is not read as one: then the list has a hole. */
static bool hides_capability(struct span line, struct span trimmed)
{
	return is_strange(line, trimmed) || has_place(trimmed) ||
	       span_find(trimmed, "Capabilities") < trimmed.length;
}

bool p2p_listing_is_head(struct span line)
{
	return span_starts(line, "Control: I/O") ||
	       (span_starts(line, "Flags: ") && span_find(line, "devsel") < line.length);
}

/* The head of a function that is not the one being told: its device line was lost. */
static bool begins_again(struct p2p_listing *listing, struct span line)
{
	bool subsystem = span_starts(line, "Subsystem:");
	bool registers = p2p_listing_is_head(line);
	bool again = (subsystem && (listing->subsystem || listing->registers)) ||
		     (registers && listing->registers);

	listing->subsystem |= subsystem;
	listing->registers |= registers;
	return again;
}

bool p2p_listing_line(struct p2p_listing *listing, struct span line)
{
	struct span whole = line;
	bool known, foot;

	if (continues_header(listing, line))
		return false;
	line = span_trim(line);
	listing->invalid |= span_starts(line, "!!! ");
	listing->again = begins_again(listing, line);
	if (listing->again)
		return false;
	foot = is_foot(listing, line);
	if (!line.length || foot) {
		listing->closed = true;
		listing->reg = NULL;
		return foot;
	}
	if (is_elision(line))
		listing->broken = true;
	if (span_starts(line, "Capabilities:")) {
		p2p_text_capability(listing, line);
		known = true;
	} else {
		known = listing->place == P2P_IN_HEAD && p2p_text_head(listing, line);
		known = p2p_text_register(listing, line) || known;
		listing->broken |= hides_capability(whole, line);
	}
	if (known) {
		listing->closed = false;
		listing->told = listing->any_told = true;
	}
	if (listing->level > listing->most)
		listing->most = listing->level;
	return known;
}

/* Only bridges have bus numbers to print; all else has the plain header. A PCI bridge is
 * one even where somebody picked lines out and left out the head. */
static void tell_layout(struct p2p_listing *listing)
{
	int class = listing->class_code;
	unsigned layout = 0;

	if (listing->bridge)
		layout = class == CLASS_CARD ? 2 : 1;
	else if (class == CLASS_BRIDGE && listing->told &&
		 listing->level == P2P_LISTING_NONE && !listing->invalid)
		layout = 1;
	else if (listing->level == P2P_LISTING_NONE || class < 0 ||
		 class == CLASS_BRIDGE || class == CLASS_CARD || class == CLASS_SEMI)
		return;
	p2p_listing_tell(listing, REG_HEADER_TYPE, 1, layout, HEADER_LAYOUT);
}

void p2p_listing_end(struct p2p_listing *listing, bool closed, int vendor, int device)
{
	listing->closed |= closed;
	p2p_text_ids(listing, vendor, device);
	tell_layout(listing);
	p2p_text_end_lists(listing);
}

void p2p_listing_done(struct p2p_listing *listing)
{
	p2p_ids_free(listing->ids);
}
