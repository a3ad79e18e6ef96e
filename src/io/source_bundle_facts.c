/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the system told, out of the files that stand nearest to the first capture and are
 * of its machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/host_text.h"
#include "io/source_bundle_parts.h"
#include "io/wanted.h"

/* How much of the way to two members is the same. */
static size_t shared_way(const char *a, const char *b)
{
	size_t same = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			same = i + 1;
	return same;
}

/* Of another machine, that was left out, as much as of the one that is read? */
static bool is_shared(const struct bundle *bundle, struct p2p_place place)
{
	for (size_t i = 0; i < bundle->n_pieces; i++)
		if (bundle->pieces[i].state != PIECE_TAKEN &&
		    p2p_place_holds(place, piece_place(&bundle->pieces[i])))
			return true;
	return false;
}

static bool is_alone(const struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->n_pieces; i++)
		if (bundle->pieces[i].state != PIECE_TAKEN)
			return false;
	return true;
}

/* Is it a fact of the machine that is read? Of one machine all are. */
static bool is_ours(const struct bundle *bundle, const char *name)
{
	struct p2p_place place = p2p_place_of(name);
	struct p2p_place first = piece_place(bundle->first);

	if (is_alone(bundle) || (first.is_root && p2p_place_is_same(first, place)))
		return true;
	return p2p_place_holds(place, first) && !is_shared(bundle, place);
}

static const struct p2p_member *find_fact(const struct bundle *bundle,
					  enum p2p_wanted wanted)
{
	const struct p2p_member *best = NULL;
	size_t best_way = 0;

	for (size_t i = 0; i < bundle->members->n; i++) {
		const struct p2p_member *member = &bundle->members->entries[i];
		const char *name = p2p_members_name(bundle->members, member);
		size_t way = shared_way(name, bundle->first->name);

		if (member->type != P2P_MEMBER_FILE || !member->length ||
		    p2p_wanted(name) != wanted || (best && way <= best_way) ||
		    !is_ours(bundle, name))
			continue;
		best = member;
		best_way = way;
	}
	return best;
}

static int tell_text(struct bundle *bundle, const struct p2p_member *member,
		     struct span content,
		     int (*take)(struct p2p_snapshot *snapshot, const char *text))
{
	char *text = strndup(content.at, content.length);
	int result;

	if (!text)
		return -ENOMEM;
	p2p_snapshot_add_remark(bundle->snapshot, "%.160s: tells of the system",
				p2p_members_name(bundle->members, member));
	result = take(bundle->snapshot, text);
	free(text);
	return result;
}

/* Of a page's text what stands below a heading, which goes to the end of its line. */
static struct span section_of(struct span page, const char *heading, char *ret_text,
			      size_t size)
{
	static const struct {
		const char *written, *meant;
	} signs[] = {
		{ "<br/>", "\n" }, { "&nbsp;", " " }, { "&lt;", "<" }, { "&gt;", ">" }
	};
	struct span rest = span_after(page, heading);
	size_t used = 0;

	rest = span_cut(rest, span_find(rest, "</p>"));
	while (rest.length && used < size) {
		size_t skip = 1;

		ret_text[used] = rest.at[0];
		for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
			if (span_starts(rest, signs[i].written)) {
				ret_text[used] = signs[i].meant[0];
				skip = strlen(signs[i].written);
			}
		used++;
		rest = span_skip(rest, skip);
	}
	return (struct span){ ret_text, used };
}

/* From a file of its own, or from the page of a report that has it there. */
static int tell_fact(struct bundle *bundle, enum p2p_wanted wanted, const char *heading,
		     int (*take)(struct p2p_snapshot *snapshot, const char *text))
{
	const struct p2p_member *member = find_fact(bundle, wanted);
	char text[4096];
	struct span content;

	if (member)
		return tell_text(bundle, member,
				 p2p_members_content(bundle->members, member), take);
	member = heading ? find_fact(bundle, P2P_WANTED_PAGE) : NULL;
	if (!member)
		return 0;
	content = section_of(p2p_members_content(bundle->members, member), heading, text,
			     sizeof(text));
	return content.length ? tell_text(bundle, member, content, take) : 0;
}

/* The configuration of the kernel that ran: the name says it, or it is the only one. */
static const struct p2p_member *find_config(const struct bundle *bundle)
{
	const char *release =
		p2p_snapshot_string(bundle->snapshot, bundle->snapshot->system.kernel);
	const struct p2p_member *best = NULL, *some = NULL;
	unsigned n_some = 0;

	for (size_t i = 0; i < bundle->members->n; i++) {
		const struct p2p_member *member = &bundle->members->entries[i];
		const char *name = p2p_members_name(bundle->members, member);
		enum p2p_tri is_of;

		if (member->type != P2P_MEMBER_FILE || !is_ours(bundle, name) ||
		    p2p_wanted(name) != P2P_WANTED_CONFIG)
			continue;
		is_of = p2p_wanted_is_of(name, release);
		if (is_of == P2P_YES || (is_of == P2P_UNKNOWN && !best))
			best = member;
		else if (is_of == P2P_NO && !n_some++)
			some = member;
	}
	return best || *release || n_some > 1 ? best : some;
}

/* Copies may be cut at any place. */
static bool ends_whole(struct span text)
{
	static const char last[] = "\n# end of ";
	const char *newline = text.length ? memrchr(text.at, '\n', text.length) : NULL;

	if (!newline)
		return false;
	return newline == text.at + text.length - 1 ||
	       span_starts(span_skip(text, (size_t)(newline - text.at)), last);
}

static enum p2p_tri find_p2pdma(struct span text)
{
	enum p2p_tri found = P2P_UNKNOWN;

	while (text.length) {
		char line[64];
		size_t length = span_find(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)length, text.at);
		found = p2p_told_option(found, line);
		text = span_skip(text, length + 1);
	}
	return found;
}

static void tell_config(struct bundle *bundle)
{
	const struct p2p_member *member = find_config(bundle);
	struct span text;
	enum p2p_tri found;

	if (!member)
		return;
	text = p2p_members_content(bundle->members, member);
	found = find_p2pdma(text);
	if (found == P2P_YES || (!member->is_cut && ends_whole(text)))
		bundle->snapshot->system.p2pdma = found;
	p2p_snapshot_add_remark(bundle->snapshot, "%.160s: tells of the kernel",
				p2p_members_name(bundle->members, member));
}

int p2p_bundle_facts(struct bundle *bundle)
{
	struct p2p_system *system = &bundle->snapshot->system;
	int result = 0;

	if (!system->kernel)
		result = tell_fact(bundle, P2P_WANTED_UNAME, "<h2>uname</h2><p>",
				   p2p_told_uname);
	if (!result && !system->host)
		result = tell_fact(bundle, P2P_WANTED_HOSTNAME, NULL, p2p_told_host);
	if (!result && system->has_cmdline != P2P_YES)
		result = tell_fact(bundle, P2P_WANTED_CMDLINE,
				   "<h2>/proc/cmdline</h2><p>", p2p_told_cmdline);
	if (!result && !system->cpu_vendor)
		result = tell_fact(bundle, P2P_WANTED_CPUINFO,
				   "<h2>/proc/cpuinfo</h2><p>", p2p_told_cpu);
	if (!result && !system->p2pdma)
		tell_config(bundle);
	return result;
}
