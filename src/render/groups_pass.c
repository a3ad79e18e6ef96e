/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to be done before a function can be passed through to a guest. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/group_say.h"
#include "render/groups_report.h"
#include "render/labels.h"
#include "render/prose.h"

#define TEXT_SIZE 1536

/* Passed through together: the live group of a function that was asked for if there is
 * one, else the predicted one. */
static bool is_in(const struct groups_report *report, uint32_t function, uint32_t asked)
{
	const struct p2p_function *functions =
		report->scene->machine->snapshot->functions;

	if (functions[asked].group >= 0 && !report->cmdline)
		return functions[function].group == functions[asked].group;
	return p2p_groups_together(report->grouped->groups, function, asked);
}

static uint32_t collect(const struct groups_report *report, uint32_t asked,
			enum group_duty duty, uint32_t *ret_functions)
{
	const struct p2p_machine *machine = report->scene->machine;
	uint32_t n = 0;

	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		if (is_in(report, i, asked) && group_duty(machine, i) == duty)
			ret_functions[n++] = i;
	return n;
}

static void say_passing(const struct groups_report *report, uint32_t asked,
			uint32_t *functions, const struct style *style, char *text)
{
	const struct p2p_machine *machine = report->scene->machine;
	char labels[LABELS_SIZE];
	uint32_t n = collect(report, asked, GROUP_UNKNOWN, functions);
	size_t used;

	if (n) {
		snprintf(text, TEXT_SIZE,
			 "all endpoints of the group together; which drivers hold them "
			 "is not told");
		return;
	}
	n = collect(report, asked, GROUP_UNBIND, functions);
	used = (size_t)snprintf(
		text, TEXT_SIZE, "%s%s", n ? "unbind " : "as it is: no driver to unbind",
		n ? labels_text(machine, style, functions, n, labels) : "");
	n = collect(report, asked, GROUP_STAYS, functions);
	if (n && used < TEXT_SIZE)
		snprintf(text + used, TEXT_SIZE - used, "; %s %s with %s driver%s",
			 labels_addresses(machine, functions, n, labels),
			 n == 1 ? "stays" : "stay", n == 1 ? "its" : "their",
			 n == 1 ? "" : "s");
}

/* What whoever passes @asked through has to do. */
static void put_passing(const struct groups_report *report, uint32_t asked,
			const struct style *style, struct out *out)
{
	uint32_t count = report->scene->machine->snapshot->n_functions;
	uint32_t *functions = calloc(count, sizeof(*functions));
	char text[TEXT_SIZE];

	if (!functions) {
		out_fail(out, -ENOMEM);
		return;
	}
	say_passing(report, asked, functions, style, text);
	free(functions);
	out_text(out, "  Pass through: ");
	prose_put(out, style, 16, 4, text);
}

/* Once for each group of an endpoint that was asked for. */
void groups_passing(const struct groups_report *report, const struct p2p_group *group,
		    const struct style *style, struct out *out)
{
	const uint32_t *members = report->grouped->groups->members + group->first_member;
	uint32_t last = P2P_NONE;

	for (uint32_t i = 0; i < group->n_members; i++) {
		if (!report->scene->machine->roles[members[i]].endpoint ||
		    !groups_is_selected(report, members[i]) ||
		    (last != P2P_NONE && is_in(report, members[i], last)))
			continue;
		last = members[i];
		put_passing(report, last, style, out);
	}
}
