/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guards in lines: a line each for those that have something to say, one for the rest. */
#include <stdio.h>
#include <string.h>

#include "render/guard_text.h"
#include "render/prose.h"

#define COLUMN 16
#define FOLDED 2 /* more guards that cannot tell take one line */
#define TITLE  "Guards"

/* What a line begins with, behind the guard's name. A guard that passes and yet has
 * something to say warns. */
static const struct {
	const char *text;
	enum style_color color;
} heads[] = {
	[P2P_GUARD_CANNOT_TELL] = { "CANNOT TELL", STYLE_WARN },
	[P2P_GUARD_PASS] = { "warns", STYLE_WARN },
	[P2P_GUARD_REFUSE] = { "REFUSES", STYLE_BAD },
	[P2P_GUARD_ALLOWED] = { "allowed", STYLE_WARN },
};

/* Colour stands around the whole word, which no line break parts. */
static void begin_line(struct out *out, const struct style *style, bool first,
		       enum style_color color)
{
	out_text(out, first ? TITLE : "");
	out_spaces(out, first ? COLUMN - (unsigned)strlen(TITLE) : COLUMN);
	if (color != STYLE_PLAIN)
		out_text(out, style_begin(style, color));
}

static void put_guard(const struct p2p_machine *machine, const struct p2p_guards *guards,
		      enum p2p_guard guard, const struct style *style, struct out *out)
{
	enum p2p_guard_verdict verdict = guards->results[guard].verdict;
	char evidence[GUARD_EVIDENCE_SIZE], head[64];

	snprintf(head, sizeof(head), "%s %s:", p2p_guard_word(guard),
		 heads[verdict].text);
	out_text(out, head);
	out_text(out, style_end(style));
	out_text(out, " ");
	prose_put(out, style, COLUMN + (unsigned)strlen(head) + 1, COLUMN,
		  guard_evidence(machine, guards, guard, style, evidence));
}

/* Of a capture most guards cannot tell, all for one reason. */
static bool is_folded(const struct p2p_guards *guards, unsigned guard,
		      const struct style *style)
{
	unsigned untold = p2p_guards_that(guards, P2P_GUARD_CANNOT_TELL);

	return untold >> guard & 1 && !style->verbose &&
	       __builtin_popcount(untold) > FOLDED;
}

static void put_folded(const struct p2p_guards *guards, const struct style *style,
		       struct out *out)
{
	enum p2p_guard_verdict verdict = P2P_GUARD_CANNOT_TELL;
	char text[256];
	size_t used = (size_t)snprintf(text, sizeof(text), "%s: ", heads[verdict].text);

	for (unsigned i = 0; i < P2P_GUARDS; i++)
		if (guards->results[i].verdict == verdict)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s ",
						 p2p_guard_word((enum p2p_guard)i));
	snprintf(text + used, sizeof(text) - used, "(-v says why)");
	prose_put(out, style, COLUMN, COLUMN, text);
}

void guard_text(const struct p2p_machine *machine, const struct p2p_guards *guards,
		const struct style *style, struct out *out)
{
	bool has_folded = false;
	unsigned said = 0;

	for (unsigned i = 0; i < P2P_GUARDS; i++) {
		const struct p2p_guard_result *result = &guards->results[i];

		has_folded |= is_folded(guards, i, style);
		if (!result->n_obstacles || is_folded(guards, i, style))
			continue;
		begin_line(out, style, !said++, heads[result->verdict].color);
		put_guard(machine, guards, (enum p2p_guard)i, style, out);
	}
	if (has_folded) {
		begin_line(out, style, !said++, STYLE_PLAIN);
		put_folded(guards, style, out);
	}
	begin_line(out, style, !said, STYLE_PLAIN);
	out_text(out, said ? "all others pass\n" : "all pass\n");
}

static void add_allow(unsigned mask, char *text, size_t size)
{
	const char *before = "";

	for (unsigned i = 0; i < P2P_GUARD_LOCKDOWN; i++) {
		size_t used = strlen(text);

		if (!(mask >> i & 1))
			continue;
		snprintf(text + used, size - used, "%s%s",
			 *before ? "," : " (--allow=", p2p_guard_word((enum p2p_guard)i));
		before = ")";
	}
	snprintf(text + strlen(text), size - strlen(text), "%s", before);
}

char *guard_reason(const struct p2p_machine *machine, const struct p2p_guards *guards,
		   enum p2p_guard_verdict verdict, const struct style *style,
		   char ret_text[GUARD_REASON_SIZE])
{
	unsigned mask = p2p_guards_that(guards, verdict);
	const size_t room = GUARD_REASON_SIZE - 256; /* the names have to fit behind it */
	size_t used = 0;

	ret_text[0] = '\0';
	for (unsigned i = 0; i < P2P_GUARDS && used < room; i++) {
		char evidence[GUARD_EVIDENCE_SIZE];

		if (!(mask >> i & 1))
			continue;
		used += (size_t)snprintf(ret_text + used, room - used, "%s%s: %s",
					 used ? "; " : "", p2p_guard_word(i),
					 guard_evidence(machine, guards,
							(enum p2p_guard)i, style,
							evidence));
	}
	add_allow(mask, ret_text, GUARD_REASON_SIZE);
	return ret_text;
}
