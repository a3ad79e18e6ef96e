/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IOMMU groups as text: each shared one with what ties it and who has to let go, the rest
 * in a line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/clean.h"
#include "render/findings_put.h"
#include "render/group_say.h"
#include "render/groups_report.h"
#include "render/host_text.h"
#include "render/labels.h"
#include "render/prose.h"
#include "render/table.h"
#include "render/words.h"

#define DRIVER_SIZE 64
#define TEXT_SIZE   1536

static const struct p2p_machine *machine_of(const struct groups_report *report)
{
	return report->scene->machine;
}

static const struct p2p_groups *groups_of(const struct groups_report *report)
{
	return report->grouped->groups;
}

bool groups_is_selected(const struct groups_report *report, uint32_t function)
{
	const struct p2p_selection *selection = report->selection;

	for (uint32_t i = 0; selection && i < selection->n_functions; i++)
		if (selection->functions[i] == function)
			return true;
	return !selection;
}

bool groups_is_asked(const struct groups_report *report, uint32_t group)
{
	const struct p2p_selection *selection = report->selection;

	if (!selection)
		return true;
	for (uint32_t i = 0; i < selection->n_functions; i++)
		if (groups_of(report)->of[selection->functions[i]] == group)
			return true;
	return false;
}

static const struct p2p_tie *tie_at(const struct groups_report *report,
				    const struct p2p_group *group, uint32_t function)
{
	const struct p2p_tie *ties = groups_of(report)->ties + group->first_tie;

	for (uint32_t i = 0; i < group->n_ties; i++)
		if (ties[i].function == function)
			return &ties[i];
	return NULL;
}

/* `what` of a member: its tie, or what there is to say of it. */
static void say_note(const struct groups_report *report, const struct p2p_group *group,
		     uint32_t function, char *text, size_t size)
{
	const struct p2p_tie *tie = tie_at(report, group, function);
	char why[GROUP_TIE_SIZE];

	text[0] = '\0';
	if (groups_of(report)->unread[function])
		snprintf(text, size, "?? %s",
			 group_unread(machine_of(report), groups_of(report), function));
	else if (tie)
		snprintf(text, size, "%s  <- ties", group_tie(tie, why));
}

static const char *duty_word(const struct p2p_machine *machine, uint32_t function)
{
	switch (group_duty(machine, function)) {
	case GROUP_UNBIND:
		return "unbind";
	case GROUP_FREE:
	case GROUP_STAYS:
	case GROUP_VFIO:
	case GROUP_UNKNOWN:
		break;
	}
	return "";
}

/* Its live group, where that is not the one in the title. */
static void say_live(const struct groups_report *report, uint32_t function, char *text,
		     size_t size)
{
	uint32_t group = groups_of(report)->of[function];
	int32_t live = machine_of(report)->snapshot->functions[function].group;

	text[0] = '\0';
	if (!report->grouped->diff->by_group[group] && live >= 0)
		snprintf(text, size, "live %d", live);
}

static void put_member(const struct groups_report *report, const struct p2p_group *group,
		       uint32_t function, const struct style *style, struct table *table)
{
	const struct p2p_machine *machine = machine_of(report);
	p2p_string driver = machine->snapshot->functions[function].driver;
	char address[P2P_BDF_SIZE], what[SAY_SIZE], name[DRIVER_SIZE], note[SAY_SIZE];
	char live[24];

	say_note(report, group, function, note, sizeof(note));
	say_live(report, function, live, sizeof(live));
	table_row(table, UINT32_MAX);
	table_cell(table, 0, say_address(machine, function, address), STYLE_PLAIN);
	table_cell(table, 1, say_what(machine, function, style, what), STYLE_PLAIN);
	table_cell(table, 2,
		   clean_text(p2p_snapshot_string(machine->snapshot, driver),
			      style->unicode, name, sizeof(name)),
		   STYLE_PLAIN);
	table_cell(table, 3, duty_word(machine, function), STYLE_WARN);
	table_cell(table, 4, note, *note == '?' ? STYLE_WARN : STYLE_BOLD);
	if (*live)
		table_cell(table, 5, live, STYLE_WARN);
}

static void put_members(const struct groups_report *report, const struct p2p_group *group,
			const struct style *style, struct out *out)
{
	static const unsigned columns[] = { 0, 0, 0, 0, 0, 0 };
	const uint32_t *members = groups_of(report)->members + group->first_member;
	bool is_live = report->grouped->diff->by_group[groups_of(report)->of[members[0]]];
	/* The last column is for live groups that are not the one in the title. */
	struct table *table = table_new(style, is_live ? 5 : 6, columns);

	if (!table) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < group->n_members; i++)
		put_member(report, group, members[i], style, table);
	table_print(table, "  ", out);
	table_free(table);
}

/* Live groups are told, but none of these is in one. */
static bool is_uncovered(const struct groups_report *report,
			 const struct p2p_group *group)
{
	const uint32_t *members = groups_of(report)->members + group->first_member;

	for (uint32_t i = 0; i < group->n_members; i++)
		if (machine_of(report)->snapshot->functions[members[i]].group >= 0)
			return false;
	return report->grouped->diff->n_live;
}

static void put_title(const struct groups_report *report, uint32_t at,
		      const struct style *style, struct out *out)
{
	const struct p2p_group *group = &groups_of(report)->groups[at];
	int32_t live = group_live(machine_of(report), report->grouped, at);
	p2p_string type = 0;
	char name[48];

	if (live >= 0)
		snprintf(name, sizeof(name), "group %d", live);
	else
		snprintf(name, sizeof(name), "predicted %u", at);
	if (live >= 0)
		type = machine_of(report)
			       ->snapshot
			       ->functions[groups_of(report)
						   ->members[group->first_member]]
			       .group_type;
	out_format(out, "%s%s%s  %s%s%u function%s", style_begin(style, STYLE_BOLD), name,
		   style_end(style), live >= 0 ? "live = predicted, " : "",
		   group->certainty == P2P_UNCERTAIN && !group->is_open ? "at most " : "",
		   group->n_members, group->n_members == 1 ? "" : "s");
	if (group->is_open)
		out_text(out, ", whether with others is not known");
	if (live < 0 && is_uncovered(report, group))
		out_text(out, ", no live group");
	if (type)
		out_format(out, ", %s",
			   p2p_snapshot_string(machine_of(report)->snapshot, type));
	out_text(out, "\n");
}

static void put_assumed(unsigned assumed, const struct style *style, struct out *out)
{
	char text[GROUP_ASSUMED_SIZE];

	if (!assumed)
		return;
	out_text(out, "  assumed: ");
	prose_put(out, style, 11, 4, group_assumed(assumed, text));
}

static void put_group(const struct groups_report *report, uint32_t at,
		      const struct style *style, struct out *out)
{
	const struct p2p_group *group = &groups_of(report)->groups[at];

	put_title(report, at, style, out);
	put_members(report, group, style, out);
	if (report->selection || style->verbose) {
		groups_passing(report, group, style, out);
		put_assumed(group->assumed, style, out);
	}
}

static bool is_told(const struct groups_report *report, const struct p2p_group *group)
{
	return report->all || report->selection || group->n_members > 1;
}

/* One function by itself: a peer goes into @peers, others are counted. */
struct alone {
	uint32_t *peers, n_peers;
	uint32_t n_others, n_open;
};

static void count_alone(const struct groups_report *report, struct alone *alone)
{
	const struct p2p_groups *groups = groups_of(report);

	for (uint32_t g = 0; g < groups->n_groups; g++) {
		uint32_t first = groups->members[groups->groups[g].first_member];

		if (is_told(report, &groups->groups[g]))
			continue;
		if (groups->groups[g].certainty == P2P_UNCERTAIN)
			alone->n_open++;
		else if (machine_of(report)->roles[first].peer)
			alone->peers[alone->n_peers++] = first;
		else
			alone->n_others++;
	}
}

static void say_alone(const struct groups_report *report, const struct alone *alone,
		      const struct style *style, char *text)
{
	char labels[LABELS_SIZE], others[48] = "";

	if (alone->n_others)
		snprintf(others, sizeof(others), "%s%u other function%s",
			 alone->n_peers ? " and " : "", alone->n_others,
			 alone->n_others == 1 ? "" : "s");
	snprintf(text, TEXT_SIZE, "%s%s",
		 alone->n_peers ? labels_text(machine_of(report), style, alone->peers,
					      alone->n_peers, labels) :
				  "",
		 others);
}

/* Functions that are alone in their group, peers by name. */
static void put_alone(const struct groups_report *report, const struct style *style,
		      struct out *out)
{
	struct alone alone = { .peers = calloc(groups_of(report)->n_groups + 1u,
					       sizeof(*alone.peers)) };
	char text[TEXT_SIZE];

	if (!alone.peers) {
		out_fail(out, -ENOMEM);
		return;
	}
	count_alone(report, &alone);
	say_alone(report, &alone, style, text);
	free(alone.peers);
	if (*text) {
		out_text(out, "Alone in a group: ");
		prose_put(out, style, 18, 2, text);
	}
	if (alone.n_open)
		out_format(out, "Not known with whom: %u function%s (--all)\n",
			   alone.n_open, alone.n_open == 1 ? "" : "s");
}

static const char *say_no_live(const struct groups_report *report)
{
	const struct p2p_system *system = &machine_of(report)->snapshot->system;

	if (p2p_system_told(system) && system->iommu == P2P_IOMMU_OFF)
		return "this kernel makes none: no IOMMU is on";
	return "live groups are not told";
}

static void put_counts(const struct groups_report *report, const struct style *style,
		       struct out *out)
{
	const struct p2p_group_diff *diff = report->grouped->diff;
	const struct p2p_groups *groups = groups_of(report);
	uint32_t n_functions = machine_of(report)->snapshot->n_functions;
	char kernel[WORDS_KERNEL_SIZE], text[TEXT_SIZE];
	static const char *const equal[] = {
		[P2P_UNKNOWN] = "whether they equal the live ones is not known",
		[P2P_NO] = "the live ones differ",
		[P2P_YES] = "the live ones are the same",
	};

	snprintf(text, sizeof(text),
		 "%u function%s in %u group%s by the %s rule of kernel %s%s; %s",
		 n_functions, n_functions == 1 ? "" : "s", groups->n_groups,
		 groups->n_groups == 1 ? "" : "s", words_group_rule[groups->rule],
		 words_kernel(machine_of(report)->rules.kernel, kernel),
		 report->cmdline ? " after the boot" : "",
		 diff->n_live ? equal[diff->equal] : say_no_live(report));
	prose_put(out, style, 0, 2, text);
}

/* Of a boot, and of single functions, only what is about isolation. */
static void put_findings(const struct groups_report *report, const struct style *style,
			 struct out *out)
{
	bool is_part = report->selection || report->cmdline;
	bool is_strict = groups_of(report)->rule == P2P_RULE_STRICT;

	findings_put(report->scene, style,
		     &(struct findings_asked){
			     is_part ? 1u << P2P_FINDING_GROUP_HOLE : FINDINGS_GROUPS,
			     is_strict ? "groups --rule strict" : "groups",
			     report->selection },
		     out);
}

void groups_text(const struct groups_report *report, const struct style *style,
		 struct out *out)
{
	const struct p2p_groups *groups = groups_of(report);
	unsigned assumed = 0;

	host_text(report->scene, style, out);
	put_counts(report, style, out);
	out_text(out, "\n");
	for (uint32_t g = 0; g < groups->n_groups; g++) {
		assumed |= groups->groups[g].assumed;
		if (is_told(report, &groups->groups[g]) && groups_is_asked(report, g))
			put_group(report, g, style, out);
	}
	if (!report->selection) {
		put_alone(report, style, out);
		put_assumed(style->verbose ? 0 : assumed, style, out);
	}
	groups_registers(report, style, out);
	if (style->quiet)
		return;
	groups_differences(report, style, out);
	put_findings(report, style, out);
}
