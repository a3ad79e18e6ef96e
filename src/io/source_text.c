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

	if (listing->told || !line.length || span_blanks(line) || p2p_text_is_key(line) ||
	    line.at - end > HEADER_GAP)
		return false;
	listing->header.length =
		(size_t)(line.at + span_trim(line).length - listing->header.at);
	return true;
}

bool p2p_listing_line(struct p2p_listing *listing, struct span line)
{
	bool known, foot;

	if (continues_header(listing, line))
		return false;
	line = span_trim(line);
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
	}
	if (known) {
		listing->closed = false;
		listing->told = listing->any_told = true;
	}
	if (listing->level > listing->most)
		listing->most = listing->level;
	return known;
}

/* Only bridges have bus numbers to print; all else has the plain header. */
static void tell_layout(struct p2p_listing *listing)
{
	int class = listing->class_code;
	unsigned layout = 0;

	if (listing->bridge)
		layout = class == CLASS_CARD ? 2 : 1;
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
