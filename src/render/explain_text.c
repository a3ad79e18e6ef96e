/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of `explain`: for each direction the hops, what becomes of each class of
 * request, the kernel's answer, and how sure all that is. */
#include <errno.h>
#include <stdio.h>

#include "core/regs.h"
#include "render/clean.h"
#include "render/device.h"
#include "render/explain.h"
#include "render/missing.h"
#include "render/prose.h"
#include "render/scan_text.h"
#include "render/table.h"
#include "render/words.h"

#define ITEM_COLUMN 16 /* where what is said of an item begins */
#define TEXT_SIZE   1024

struct telling {
	const struct explanation *explanation;
	const struct style *style;
	const struct p2p_verdict *verdict;
	struct out *out;
};

static const struct p2p_machine *machine_of(const struct telling *telling)
{
	return telling->explanation->machine;
}

static void put_item(const struct telling *telling, const char *item, const char *text)
{
	out_format(telling->out, "  %-*s", ITEM_COLUMN - 2, item);
	prose_put(telling->out, telling->style, ITEM_COLUMN, ITEM_COLUMN, text);
}

static enum style_color route_color(const struct p2p_verdict *verdict)
{
	if (verdict->direct == P2P_YES)
		return STYLE_GOOD;
	if (verdict->route == P2P_ROUTE_BLOCKED || verdict->route == P2P_ROUTE_UNDEFINED)
		return STYLE_BAD;
	return STYLE_WARN;
}

static void put_title(const struct telling *telling)
{
	const struct p2p_verdict *verdict = telling->verdict;
	const struct style *style = telling->style;
	const char *word = words_route[verdict->route].word;
	char from[P2P_LABEL_SIZE], to[P2P_LABEL_SIZE];

	say_label(machine_of(telling), verdict->from, style, from);
	say_label(machine_of(telling), verdict->to, style, to);
	out_format(telling->out,
		   "%s%s -> %s%s   %s%s%s: ", style_begin(style, STYLE_BOLD), from, to,
		   style_end(style), style_begin(style, route_color(verdict)), word,
		   style_end(style));
	prose_put(telling->out, style,
		  clean_width(from) + clean_width(to) + clean_width(word) + 9, 2,
		  missing_meeting(verdict) ? "no bridge is known to lead to one of them" :
					     words_route[verdict->route].meaning);
}

struct hop_row {
	char address[P2P_BDF_SIZE];
	char what[SAY_SIZE];
	char acs[WORDS_ACS_SIZE];
	char remark[PATH_REMARK_SIZE];
	bool decides;
};

static struct hop_row fill_hop(const struct telling *telling, uint32_t hop)
{
	const struct p2p_machine *machine = machine_of(telling);
	struct hop_row row = { 0 };

	path_remark(machine, telling->verdict, hop, row.remark);
	if (hop == P2P_NONE) {
		snprintf(row.what, sizeof(row.what), "%s",
			 missing_meeting(telling->verdict) ? "(not in the capture)" :
							     "root complex");
		return row;
	}
	say_address(machine, hop, row.address);
	say_what(machine, hop, telling->style, row.what);
	if (machine->facts[hop].acs.regs.present != P2P_NO)
		words_acs_text(&machine->facts[hop].acs, telling->style->verbose,
			       row.acs);
	row.decides = path_decides(telling->verdict, hop) != 0;
	return row;
}

/* What stands in the ACS column is also in the remark, where it matters: it is left out
 * where lines would be too long. */
static bool has_room_for_acs(const struct telling *telling, const struct path *path)
{
	unsigned what = 0, remark = 0, acs = 0;

	for (uint32_t i = 0; i < path->n_hops; i++) {
		struct hop_row row = fill_hop(telling, path->hops[i]);
		unsigned end = clean_width(row.remark) + (row.decides ? 12 : 0);

		what = clean_width(row.what) > what ? clean_width(row.what) : what;
		acs = clean_width(row.acs) > acs ? clean_width(row.acs) : acs;
		remark = end > remark ? end : remark;
	}
	return !telling->style->width ||
	       2 + 12 + 2 + what + 2 + acs + 2 + remark <= telling->style->width;
}

static void put_hops(const struct telling *telling, const struct path *path, bool all)
{
	static const unsigned flags[] = { 0, 0, 0, 0, 0 };
	bool acs = has_room_for_acs(telling, path);
	struct table *table = table_new(telling->style, acs ? 5 : 4, flags);

	if (!table) {
		out_fail(telling->out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < path->n_hops; i++) {
		struct hop_row row = fill_hop(telling, path->hops[i]);

		if (!all && !row.decides)
			continue;
		table_row(table, UINT32_MAX);
		table_cell(table, 0, row.address, STYLE_PLAIN);
		table_cell(table, 1, row.what, STYLE_PLAIN);
		if (acs)
			table_cell(table, 2, row.acs, STYLE_PLAIN);
		table_cell(table, 2 + acs, row.remark,
			   row.decides ? STYLE_WARN : STYLE_PLAIN);
		table_cell(table, 3 + acs, row.decides ? "<- decides" : "", STYLE_BOLD);
	}
	table_print(table, "  ", telling->out);
	table_free(table);
}

/* The port of the root complex that a redirected request passes twice. */
static void say_detour(const struct telling *telling, char *text)
{
	const struct p2p_machine *machine = machine_of(telling);
	uint32_t top = p2p_topo_top(machine->topo, telling->verdict->from);
	char address[P2P_BDF_SIZE], link[SAY_LINK_SIZE];

	say_link(&machine->facts[top], link);
	snprintf(text, TEXT_SIZE, "%s, up and back over %s%s%s%s",
		 words_way[P2P_WAY_REDIRECTED].word, say_address(machine, top, address),
		 *link ? " (" : "", link, *link ? ")" : "");
}

static void say_end(const struct telling *telling, char *text)
{
	uint32_t port = path_end(telling->verdict);
	char address[P2P_BDF_SIZE];

	snprintf(text, TEXT_SIZE, "%s: sent up to %s, which does not forward it (%s)",
		 words_way[P2P_WAY_UNDEFINED].word,
		 say_address(machine_of(telling), port, address),
		 path_end_why(machine_of(telling), port));
}

static void put_way(const struct telling *telling, const char *item, enum p2p_way way)
{
	char text[TEXT_SIZE];

	if (way == P2P_WAY_REDIRECTED)
		say_detour(telling, text);
	else if (way == P2P_WAY_UNDEFINED && path_end(telling->verdict) != P2P_NONE)
		say_end(telling, text);
	else
		snprintf(text, sizeof(text), "%s, %s", words_way[way].word,
			 words_way[way].meaning);
	put_item(telling, item, text);
}

/* Whether a requester sends translated requests at all is ATS's to say. */
static const char *ats_state(const struct p2p_facts *facts)
{
	if (facts->ats.present == P2P_NO)
		return "has no ATS and sends none";
	if (facts->ats.present == P2P_UNKNOWN)
		return "may have ATS: not known";
	switch (p2p_reg_any(facts->ats.ctrl, ATS_CTL_ENABLE)) {
	case P2P_YES:
		return "has ATS on";
	case P2P_NO:
		return "has ATS off and sends none now";
	case P2P_UNKNOWN:
		break;
	}
	return "may have ATS on: not known";
}

static void put_translated(const struct telling *telling)
{
	const struct p2p_verdict *verdict = telling->verdict;
	enum p2p_way write = verdict->tlp[P2P_TLP_TRANSLATED_WRITE];
	enum p2p_way read = verdict->tlp[P2P_TLP_TRANSLATED_READ];
	char text[TEXT_SIZE], label[P2P_LABEL_SIZE];

	snprintf(text, sizeof(text), "%s%s%s (%s %s)", words_way[write].word,
		 write == read ? "" : ", reads ",
		 write == read ? "" : words_way[read].word,
		 say_label(machine_of(telling), verdict->from, telling->style, label),
		 ats_state(&machine_of(telling)->facts[verdict->from]));
	put_item(telling, "translated", text);
}

static void put_ways(const struct telling *telling)
{
	enum p2p_way write = telling->verdict->tlp[P2P_TLP_WRITE];
	enum p2p_way read = telling->verdict->tlp[P2P_TLP_READ];

	put_way(telling, write == read ? "write, read" : "write", write);
	if (write != read)
		put_way(telling, "read", read);
	put_translated(telling);
}

static size_t append(char *text, size_t used, const char *more)
{
	int length = snprintf(text + used, TEXT_SIZE - used, "%s", more);

	used += length > 0 ? (size_t)length : 0;
	return used < TEXT_SIZE ? used : TEXT_SIZE - 1;
}

static void put_kernel(const struct telling *telling)
{
	const struct p2p_verdict *verdict = telling->verdict;
	const char *accepted = verdict->accepted == P2P_YES ? "P2PDMA takes it" :
			       verdict->accepted == P2P_NO  ? "P2PDMA refuses it" :
							      "not known whether taken";
	char item[32], version[WORDS_KERNEL_SIZE], text[TEXT_SIZE];
	char distance[16] = "unknown";
	size_t used = 0;

	if (!missing_meeting(verdict))
		snprintf(distance, sizeof(distance), "%u", verdict->distance);
	snprintf(item, sizeof(item), "kernel %s",
		 words_kernel(machine_of(telling)->rules.kernel, version));
	used = (size_t)snprintf(text, sizeof(text), "%s, distance %s: %s",
				words_map[verdict->map].word, distance, accepted);
	if (verdict->n_kernel_by)
		used = append(text, used, "; it sees");
	for (uint32_t i = 0; i < verdict->n_kernel_by; i++) {
		char address[P2P_BDF_SIZE], bits[WORDS_BITS_SIZE];

		used = append(text, used, i ? ", " : " ");
		used = append(text, used, words_bits(verdict->kernel_by[i].bits, bits));
		used = append(text, used, " at ");
		used = append(text, used,
			      say_address(machine_of(telling),
					  verdict->kernel_by[i].function, address));
	}
	put_item(telling, item, text);
}

static void put_now(const struct telling *telling)
{
	const struct p2p_verdict *verdict = telling->verdict;
	bool placed = verdict->now != P2P_NOW_USABLE && verdict->now_at != P2P_NONE;
	char text[TEXT_SIZE], address[P2P_BDF_SIZE];

	snprintf(text, sizeof(text), "%s%s%s%s",
		 verdict->now == P2P_NOW_USABLE || verdict->now == P2P_NOW_UNKNOWN ?
			 "" :
			 "would not move: ",
		 words_now[verdict->now].meaning, placed ? " at " : "",
		 placed ? say_address(machine_of(telling), verdict->now_at, address) :
			  "");
	put_item(telling, "now", text);
}

static void put_missing(const struct telling *telling)
{
	const struct p2p_verdict *verdict = telling->verdict;

	for (uint32_t i = 0; i < verdict->n_missing; i++) {
		struct p2p_missing missing = verdict->missing[i];
		char text[TEXT_SIZE], address[P2P_BDF_SIZE] = "";
		bool placed = missing.function != P2P_NONE;

		if (placed)
			say_address(machine_of(telling), missing.function, address);
		snprintf(text, sizeof(text), "%s%s%s: %s",
			 words_evidence[missing.what].meaning, placed ? " of " : "",
			 address, missing_why(machine_of(telling), missing));
		put_item(telling, i ? "" : "missing", text);
	}
}

/* What the route rests on; the rest is about the kernel. */
static unsigned route_assumed(const struct p2p_verdict *verdict)
{
	return verdict->assumed & ~(unsigned)(P2P_ASSUME_CPU | P2P_ASSUME_KERNEL |
					      P2P_ASSUME_DISTRO | P2P_ASSUME_OLD_KERNEL);
}

static size_t say_assumed(const struct telling *telling, unsigned assumed, char *text,
			  size_t used)
{
	const struct p2p_verdict *verdict = telling->verdict;
	const char *gap = ": ";
	char address[P2P_BDF_SIZE];

	for (int i = 0; i < WORDS_ASSUMPTIONS; i++) {
		if (!(assumed & 1u << i))
			continue;
		used = append(text, used, gap);
		used = append(text, used, words_assumption[i].meaning);
		gap = "; ";
		if (1u << i != P2P_ASSUME_DEVICE || verdict->common == P2P_NONE)
			continue;
		used = append(text, used, "; if not, they go up to the port above, ");
		used = append(text, used,
			      say_address(machine_of(telling), verdict->common, address));
	}
	return used;
}

/* What lacks, each kind once. */
static void say_lacking(const struct p2p_verdict *verdict, char *text, size_t used)
{
	const char *gap = ": ";
	unsigned seen = 0;

	for (uint32_t i = 0; i < verdict->n_missing; i++) {
		unsigned bit = 1u << verdict->missing[i].what;

		if (seen & bit)
			continue;
		seen |= bit;
		used = append(text, used, gap);
		used = append(text, used,
			      words_evidence[verdict->missing[i].what].meaning);
		gap = ", ";
	}
}

static void put_certainty(const struct telling *telling)
{
	const struct p2p_verdict *verdict = telling->verdict;
	enum p2p_certainty certainty = p2p_verdict_certainty(verdict);
	char text[TEXT_SIZE];
	size_t used;

	if (certainty == P2P_UNCERTAIN && verdict->route != P2P_ROUTE_UNKNOWN) {
		used = append(text, 0, "the route is ");
		used = append(text, used, route_assumed(verdict) ? "assumed" : "certain");
		used = say_assumed(telling, route_assumed(verdict), text, used);
		used = append(text, used, "; the kernel's answer is unknown");
		say_lacking(verdict, text, used);
	} else {
		used = append(text, 0, words_certainty[certainty]);
		if (certainty == P2P_UNCERTAIN && verdict->assumed)
			used = append(text, used, "; assumed");
		say_assumed(telling, verdict->assumed, text, used);
	}
	put_item(telling, "certainty", text);
	put_missing(telling);
}

static void put_direction(const struct telling *telling, const struct path *path,
			  bool all)
{
	const struct p2p_verdict *verdict = telling->verdict;

	put_title(telling);
	put_hops(telling, path, all);
	if (verdict->route != P2P_ROUTE_SELF)
		put_ways(telling);
	if (all)
		put_kernel(telling);
	put_now(telling);
	put_certainty(telling);
}

void explain_text(const struct explanation *explanation, const struct style *style,
		  struct out *out)
{
	struct telling telling = { .explanation = explanation,
				   .style = style,
				   .verdict = explanation->verdicts[0],
				   .out = out };

	put_direction(&telling, explanation->path, true);
	if (telling.verdict->route != P2P_ROUTE_SELF) {
		telling.verdict = explanation->verdicts[1];
		put_direction(&telling, explanation->path, style->verbose);
		explain_changes(explanation, style, out);
	}
	if (style->verbose)
		scan_legend(style, out);
}
