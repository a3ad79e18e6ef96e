/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from a plan: who newly reaches whom, what stays, which groups are no
 * longer apart, what the kernel says. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/labels.h"
#include "render/plan_report.h"
#include "render/prose.h"
#include "render/words_plan.h"

#define TEXT_SIZE     1024
#define BRIDGES_SHOWN 6
#define GROUPS_SHOWN  4
#define COUNT_END     48 /* a count that ends behind it has its line */

static const struct p2p_machine *machine_of(const struct plan_report *report)
{
	return report->scene->machine;
}

void plan_item(const struct style *style, struct out *out, const char *item,
	       const char *text)
{
	out_format(out, "%s%-*s%s", style_begin(style, STYLE_BOLD), PLAN_COLUMN, item,
		   style_end(style));
	prose_put(out, style, PLAN_COLUMN, PLAN_COLUMN, text);
}

/* ` (read, translated-read)`: which classes change, of all pairs of a sort together;
 * nothing where all do. */
static void say_classes(const struct plan_report *report, enum plan_sort sort, char *text)
{
	unsigned classes = 0;
	size_t used = 0;

	for (uint32_t i = 0; i < report->plan->n_changed; i++) {
		const struct p2p_plan_pair *pair = &report->plan->pairs[i];

		if (plan_is_of(report, pair, sort))
			classes |= sort == PLAN_LOST ? pair->less : pair->more;
	}
	for (unsigned k = 0; classes != (1u << P2P_TLPS) - 1 && k < P2P_TLPS; k++)
		if (classes >> k & 1)
			used += (size_t)snprintf(text + used, TEXT_SIZE - used, "%s%s",
						 used ? ", " : " (", words_tlp[k]);
	if (used)
		snprintf(text + used, TEXT_SIZE - used, ")");
}

static void put_pairs(const struct plan_report *report, enum plan_sort sort,
		      const char *item, const struct style *style, struct out *out)
{
	unsigned long long count = plan_count(report, sort);
	bool partly = sort == PLAN_OPENED || sort == PLAN_LOST;
	char text[TEXT_SIZE + 64], classes[TEXT_SIZE] = "";
	unsigned column;

	if (!count)
		return;
	if (partly)
		say_classes(report, sort, classes);
	column = PLAN_COLUMN + (unsigned)snprintf(text, sizeof(text),
						  "%llu pair%s%s:", count,
						  count == 1 ? "" : "s", classes);
	out_format(out, "%s%-*s%s%s", style_begin(style, STYLE_BOLD), PLAN_COLUMN, item,
		   style_end(style), text);
	if (column >= COUNT_END) {
		out_text(out, "\n");
		out_spaces(out, PLAN_COLUMN);
		column = PLAN_COLUMN;
	}
	plan_pairs(report, sort, style, column, out);
}

/* What the kernel says of the pairs that meet at the root complex. */
static void say_maps(const struct plan_report *report, char *text)
{
	const uint64_t *maps = report->plan->root_complex;
	char version[WORDS_KERNEL_SIZE];
	size_t used = (size_t)snprintf(
		text, TEXT_SIZE,
		"kernel %s:", words_kernel(machine_of(report)->rules.kernel, version));
	const char *gap = " ";

	for (int map = 0; map <= P2P_MAP_UNKNOWN; map++) {
		if (!maps[map])
			continue;
		if (maps[map] == report->plan->n_root_complex)
			used += (size_t)snprintf(text + used, TEXT_SIZE - used, " %s",
						 words_map[map].word);
		else
			used += (size_t)snprintf(text + used, TEXT_SIZE - used,
						 "%s%llu %s", gap,
						 (unsigned long long)maps[map],
						 words_map[map].word);
		gap = ", ";
	}
}

static void put_unchanged(const struct plan_report *report, const struct style *style,
			  struct out *out)
{
	const struct p2p_plan *plan = report->plan;
	char text[TEXT_SIZE + 128], maps[TEXT_SIZE];

	if (plan->n_direct) {
		snprintf(text, sizeof(text), "%llu of %llu pairs inside switches",
			 (unsigned long long)plan->n_direct,
			 (unsigned long long)plan->n_goals);
		plan_item(style, out, "Direct already", text);
	}
	if (!plan->n_root_complex)
		return;
	say_maps(report, maps);
	snprintf(text, sizeof(text),
		 "%llu of %llu pairs meet at the root complex; no ACS bit changes "
		 "that; %s",
		 (unsigned long long)plan->n_root_complex,
		 (unsigned long long)plan->n_pairs, maps);
	plan_item(style, out, "Unchanged", text);
}

/* What lacks tells more than that something does. */
static size_t say_map(enum p2p_map map, uint64_t count, const char *lacking, char *text,
		      size_t used)
{
	bool is_lacking = map == P2P_MAP_UNKNOWN && lacking;

	if (!count)
		return used;
	return used + (size_t)snprintf(text + used, TEXT_SIZE - used, "%s%llu %s (%s%s)",
				       used ? ", " : "", (unsigned long long)count,
				       words_map[map].word, is_lacking ? "needs " : "",
				       is_lacking ? lacking : words_map[map].meaning);
}

/* What P2PDMA makes of the goals that change, afterwards. */
static void put_kernel(const struct plan_report *report, const struct style *style,
		       struct out *out)
{
	uint64_t maps[P2P_MAP_UNKNOWN + 1] = { 0 };
	struct p2p_verdict verdict;
	const char *lacking = NULL;
	char item[32], text[TEXT_SIZE], version[WORDS_KERNEL_SIZE];
	size_t used = 0;

	if (p2p_verdict_init(report->after, &verdict)) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < report->plan->n_changed; i++) {
		const struct p2p_plan_pair *pair = &report->plan->pairs[i];

		if (!pair->goal)
			continue;
		p2p_judge_pair(report->after, pair->from, pair->to, &verdict);
		maps[verdict.map]++;
		if (verdict.map == P2P_MAP_UNKNOWN && verdict.n_missing)
			lacking = words_evidence[verdict.missing[0].what].meaning;
	}
	p2p_verdict_done(&verdict);
	for (int map = 0; map <= P2P_MAP_UNKNOWN; map++)
		used = say_map((enum p2p_map)map, maps[map], lacking, text, used);
	snprintf(item, sizeof(item), "Kernel %s",
		 words_kernel(machine_of(report)->rules.kernel, version));
	if (used)
		plan_item(style, out, item, text);
}

static void put_waiting(const struct plan_report *report, const struct style *style,
			struct out *out)
{
	const struct p2p_plan *plan = report->plan;
	char text[TEXT_SIZE], addresses[LABELS_SIZE];

	if (!plan->n_waiting)
		return;
	snprintf(text, sizeof(text),
		 "%s: redirect stays on, what is plugged in there is not of the p2p "
		 "domain",
		 labels_addresses(machine_of(report), plan->waiting, plan->n_waiting,
				  addresses));
	plan_item(style, out, "Empty slots", text);
}

static int compare_bridges(const void *a, const void *b)
{
	const struct plan_bridge *left = a, *right = b;

	if (left->a != right->a)
		return left->a < right->a ? -1 : 1;
	return (left->b > right->b) - (left->b < right->b);
}

/* Live, or as predicted from the registers before; -1 for none. */
static int32_t group_of(const struct plan_report *report, uint32_t function, bool live)
{
	return live ? machine_of(report)->snapshot->functions[function].group :
		      (int32_t)report->plan->before_groups->of[function];
}

static uint32_t drop_doubles(struct plan_bridge *bridges, uint32_t count)
{
	uint32_t kept = 0;

	qsort(bridges, count, sizeof(*bridges), compare_bridges);
	for (uint32_t i = 0; i < count; i++)
		if (!i || compare_bridges(&bridges[i], &bridges[kept - 1]))
			bridges[kept++] = bridges[i];
	return kept;
}

struct plan_bridge *plan_bridges(const struct plan_report *report, bool live,
				 uint32_t *ret_n)
{
	const struct p2p_plan *plan = report->plan;
	struct plan_bridge *bridges =
		calloc((size_t)plan->n_changed + 1, sizeof(*bridges));
	uint32_t count = 0;

	if (!bridges)
		return NULL;
	for (uint32_t i = 0; i < plan->n_changed; i++) {
		int32_t a = group_of(report, plan->pairs[i].from, live);
		int32_t b = group_of(report, plan->pairs[i].to, live);

		if (plan->pairs[i].more && a >= 0 && b >= 0 && a != b)
			bridges[count++] =
				(struct plan_bridge){ a < b ? a : b, a < b ? b : a };
	}
	*ret_n = drop_doubles(bridges, count);
	return bridges;
}

/* Where no live group is told, of the predicted ones: their numbers mean nothing. */
static void put_isolation(const struct plan_report *report, const struct style *style,
			  struct out *out)
{
	uint32_t count = 0;
	struct plan_bridge *bridges = plan_bridges(report, false, &count);
	char text[TEXT_SIZE];

	if (!bridges) {
		out_fail(out, -ENOMEM);
		return;
	}
	snprintf(text, sizeof(text),
		 "%u pair%s of predicted groups, as live ones are not told", count,
		 count == 1 ? "" : "s");
	if (count)
		plan_item(style, out, "Isolation lost", text);
	free(bridges);
}

static bool tells_groups(const struct plan_report *report)
{
	const struct p2p_snapshot *snapshot = machine_of(report)->snapshot;

	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		if (snapshot->functions[i].group >= 0)
			return true;
	return false;
}

static void put_bridges(const struct plan_report *report, const struct style *style,
			struct out *out)
{
	uint32_t count = 0, limit = style->verbose ? UINT32_MAX : BRIDGES_SHOWN;
	struct plan_bridge *bridges = plan_bridges(report, true, &count);
	char text[TEXT_SIZE];
	size_t used;

	if (!bridges) {
		out_fail(out, -ENOMEM);
		return;
	}
	used = (size_t)snprintf(text, sizeof(text), "%u pair%s of groups %s", count,
				count == 1 ? "" : "s",
				count == 1 ? "is no longer apart:" :
					     "are no longer apart:");
	for (uint32_t i = 0; i < count && i < limit && used + 64 < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s %d and %d",
					 i ? "," : "", bridges[i].a, bridges[i].b);
	snprintf(text + used, sizeof(text) - used,
		 "%s; the kernel leaves groups as they are until the next boot",
		 count > limit ? " ... (-v)" : "");
	if (count)
		plan_item(style, out, "Live groups", text);
	free(bridges);
}

bool plan_group_changes(const struct p2p_groups *of, const struct p2p_groups *other,
			uint32_t group)
{
	const struct p2p_group *mine = &of->groups[group];
	uint32_t there = other->of[of->members[mine->first_member]];
	const struct p2p_group *theirs = &other->groups[there];

	return mine->n_members != theirs->n_members ||
	       memcmp(of->members + mine->first_member,
		      other->members + theirs->first_member,
		      mine->n_members * sizeof(*of->members)) != 0;
}

static void put_groups(const struct plan_report *report, const struct style *style,
		       struct out *out)
{
	const struct p2p_groups *before = report->plan->before_groups;
	const struct p2p_groups *after = report->plan->after_groups;
	char text[TEXT_SIZE], names[LABELS_SIZE];
	uint32_t n_changed = 0, limit = style->verbose ? UINT32_MAX : GROUPS_SHOWN;
	size_t used = (size_t)snprintf(text, sizeof(text),
				       "%u predicted before, %u after", before->n_groups,
				       after->n_groups);

	for (uint32_t i = 0; i < after->n_groups; i++) {
		const struct p2p_group *group = &after->groups[i];

		if (!plan_group_changes(after, before, i) || n_changed++ >= limit ||
		    used + LABELS_SIZE + 64 > sizeof(text))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s {%s}%s",
					 n_changed == 1 ? "; new:" : "",
					 labels_text(machine_of(report), style,
						     after->members + group->first_member,
						     group->n_members, names),
					 group->certainty == P2P_UNCERTAIN ? " at most" :
									     "");
	}
	if (n_changed > limit)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 " and %u more (-v)", n_changed - limit);
	snprintf(text + used, sizeof(text) - used, "%s", n_changed ? "" : ", the same");
	plan_item(style, out, "Groups", text);
}

static void put_assumed(const struct plan_report *report, const struct style *style,
			struct out *out)
{
	char text[TEXT_SIZE];
	size_t used = 0;

	for (int i = 0; i < WORDS_ASSUMPTIONS; i++)
		if (report->plan->assumed & 1u << i)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
						 used ? "; " : "",
						 words_assumption[i].meaning);
	if (used)
		plan_item(style, out, "Assumed", text);
}

void plan_effects(const struct plan_report *report, const struct style *style,
		  struct out *out)
{
	put_pairs(report, PLAN_MADE_DIRECT, "Becomes direct", style, out);
	put_pairs(report, PLAN_OPENED, "Opens in part", style, out);
	put_unchanged(report, style, out);
	put_kernel(report, style, out);
	put_pairs(report, PLAN_BYSTANDING, "Bystanders", style, out);
	plan_use(report, style, out);
	put_pairs(report, PLAN_OTHERS, "Others", style, out);
	put_pairs(report, PLAN_LOST, "No more direct", style, out);
	put_waiting(report, style, out);
	if (report->plan->n_ops) {
		if (tells_groups(report))
			put_bridges(report, style, out);
		else
			put_isolation(report, style, out);
		put_groups(report, style, out);
	}
	put_assumed(report, style, out);
}
