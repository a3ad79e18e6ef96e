/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report on a machine, section by section. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/clean.h"
#include "render/findings_put.h"
#include "render/groups.h"
#include "render/host_text.h"
#include "render/labels.h"
#include "render/prose.h"
#include "render/scan_text.h"
#include "render/tree.h"
#include "render/words.h"

#define GROUP_SHOWN 64 /* members that one line may name */

/* How many host bridges have no peer below and are left out of the tree. */
static void put_left_out(const struct scene *scene, struct out *out)
{
	const struct p2p_topo *topo = scene->machine->topo;
	bool *has_peer = calloc((size_t)topo->n_roots + 1, sizeof(*has_peer));
	uint32_t n = 0;

	if (!has_peer) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (scene->machine->roles[i].peer)
			has_peer[topo->nodes[i].root] = true;
	for (uint32_t r = 0; r < topo->n_roots; r++)
		n += !has_peer[r];
	free(has_peer);
	if (n)
		out_format(out, "%u host bridge%s without peers (--all)\n", n,
			   n == 1 ? "" : "s");
}

static void put_island(const struct scene *scene, const struct style *style, uint32_t at,
		       struct out *out)
{
	const struct p2p_island *island = &scene->islands->islands[at];
	const uint32_t *members = scene->islands->members + island->first_member;
	char labels[LABELS_SIZE], address[P2P_BDF_SIZE], name[SAY_ISLAND_SIZE];
	char text[LABELS_SIZE + P2P_BDF_SIZE + 16];
	unsigned indent;

	labels_text(scene->machine, style, members, island->n_members, labels);
	snprintf(text, sizeof(text), "%s  (meet at %s)", labels,
		 island->common == P2P_NONE ?
			 "the root" :
			 say_address(scene->machine, island->common, address));
	say_island(at, name);
	indent = 4 + clean_width(name);
	out_format(out, "  %s  ", name);
	prose_put(out, style, indent, indent, text);
}

static uint32_t count_peers(const struct p2p_machine *machine)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		n += machine->roles[i].peer;
	return n;
}

/* Whether some switch has two peers or more on its ports. */
static bool has_shared_switch(const struct p2p_machine *machine, bool *seen)
{
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++) {
		uint32_t above = machine->roles[i].peer ?
					 p2p_topo_switch(machine->topo, i) :
					 P2P_NONE;

		if (above != P2P_NONE && seen[above])
			return true;
		if (above != P2P_NONE)
			seen[above] = true;
	}
	return false;
}

/* Silence could also mean that nobody looked. */
static void put_no_redirect(const struct scene *scene, struct out *out)
{
	bool *seen = calloc((size_t)scene->machine->snapshot->n_functions + 1, 1);
	bool found = false;

	if (!seen) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < scene->findings->n_findings; i++)
		found |= scene->findings->findings[i].id == P2P_FINDING_REDIRECT ||
			 scene->findings->findings[i].id == P2P_FINDING_UNREADABLE;
	if (!found && has_shared_switch(scene->machine, seen))
		out_text(out,
			 "No port redirects requests between peers of one switch.\n");
	free(seen);
}

static void put_islands(const struct scene *scene, const struct style *style,
			struct out *out)
{
	const struct p2p_islands *islands = scene->islands;
	bool open = islands->n_unknown && count_peers(scene->machine) > 1;

	if (islands->n_islands || islands->n_direct_only || open)
		prose_title(out, style, "Islands");
	for (uint32_t i = 0; i < islands->n_islands; i++)
		put_island(scene, style, i, out);
	if (islands->n_direct_only)
		out_format(
			out,
			"  %s%llu ordered pairs are direct in hardware, though not for "
			"the kernel\n",
			islands->n_not_judged ? "at least " : "",
			(unsigned long long)islands->n_direct_only);
	if (open)
		out_format(out, "  %u peer%s: not known whether %s on an island\n",
			   islands->n_unknown, islands->n_unknown == 1 ? "" : "s",
			   islands->n_unknown == 1 ? "it is" : "they are");
}

static void put_group(const struct scene *scene, const struct style *style,
		      const struct grouped *grouped, uint32_t count, struct out *out)
{
	uint32_t members[GROUP_SHOWN];
	char labels[LABELS_SIZE];

	for (uint32_t i = 0; i < count && i < GROUP_SHOWN; i++)
		members[i] = grouped[i].function;
	out_format(out, "  group %d: ", grouped[0].group);
	prose_put(out, style, 12, 4,
		  labels_text(scene->machine, style, members,
			      count < GROUP_SHOWN ? count : GROUP_SHOWN, labels));
}

/* Live groups that peers share: what cannot be passed through alone. */
static void put_groups(const struct scene *scene, const struct style *style,
		       struct out *out)
{
	uint32_t count = 0, n, n_shared = 0;
	struct grouped *grouped = groups_collect(scene->machine, true, &count);

	if (!grouped) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t at = 0; at < count; at += n) {
		n = groups_run(grouped + at, count - at);
		if (n < 2)
			continue;
		if (!n_shared++)
			prose_title(out, style, "Live groups that peers share");
		put_group(scene, style, grouped + at, n, out);
	}
	free(grouped);
}

void scan_legend(const struct style *style, struct out *out)
{
	prose_title(out, style, "Legend");
	out_text(out,
		 "  ACS bits in register order, upper case on, lower case off, -- not "
		 "there, ?? unread\n");
	for (int i = 0; i < WORDS_ACS_BITS; i++)
		out_format(out, "  %s  %-12s %s\n", words_acs[i].on, words_acs[i].lspci,
			   words_acs[i].meaning);
	out_text(out,
		 "  IB I/O request blocking, DM and UM downstream and upstream memory "
		 "target access,\n  UR unclaimed request redirect\n"
		 "  island: peers whose pairs the kernel maps bus-addr, free of "
		 "redirect\n");
}

void scan_text(const struct scene *scene, const struct style *style, bool all,
	       struct out *out)
{
	host_text(scene, style, out);
	host_counts(scene->machine, style, out);
	out_text(out, "\n");
	tree_print(scene, style, all, out);
	if (!all)
		put_left_out(scene, out);
	put_islands(scene, style, out);
	put_no_redirect(scene, out);
	put_groups(scene, style, out);
	if (!style->quiet)
		findings_put(scene, style,
			     &(struct findings_asked){
				     FINDINGS_ALL, all ? "scan --all" : "scan", NULL },
			     out);
	if (style->verbose)
		scan_legend(style, out);
}
