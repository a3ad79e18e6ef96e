/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that are together with others than before: live groups where both looks tell
 * them, else the groups that registers predict. */
#include <stdlib.h>

#include "core/diff_parts.h"

static bool tells_live(const struct p2p_machine *machine)
{
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		if (machine->snapshot->functions[i].group >= 0)
			return true;
	return false;
}

static int fill_live(const struct p2p_machine *machine, uint32_t *of)
{
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++) {
		int32_t group = machine->snapshot->functions[i].group;

		of[i] = group < 0 ? P2P_NONE : (uint32_t)group;
	}
	return 0;
}

static int fill_predicted(const struct p2p_machine *machine, uint32_t *of)
{
	struct p2p_grouped *grouped = NULL;
	int result = p2p_machine_group(machine, NULL, &grouped, NULL);

	for (uint32_t i = 0; !result && i < machine->snapshot->n_functions; i++) {
		uint32_t group = grouped->groups->of[i];

		of[i] = grouped->groups->groups[group].certainty == P2P_UNCERTAIN ?
				P2P_NONE :
				group;
	}
	p2p_grouped_free(grouped);
	return result;
}

static uint32_t *groups_of(const struct p2p_machine *machine, bool live)
{
	uint32_t *of = calloc(machine->snapshot->n_functions + 1u, sizeof(*of));
	int result = of ? 0 : -1;

	if (!result)
		result = live ? fill_live(machine, of) : fill_predicted(machine, of);
	if (!result)
		return of;
	free(of);
	return NULL;
}

struct member {
	uint32_t before, after; /* groups */
	uint32_t function;      /* in the first */
};

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->before != y->before)
		return x->before < y->before ? -1 : 1;
	return (x->after > y->after) - (x->after < y->after);
}

static int compare_after(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return (x->after > y->after) - (x->after < y->after);
}

/* How many of @members have the same group after as the first. */
static uint32_t run_after(const struct member *members, uint32_t count)
{
	uint32_t n = 1;

	while (n < count && members[n].after == members[0].after)
		n++;
	return n;
}

static uint32_t run_before(const struct member *members, uint32_t count)
{
	uint32_t n = 1;

	while (n < count && members[n].before == members[0].before)
		n++;
	return n;
}

static void note(struct differing *differing, const struct member *member)
{
	p2p_diff_add(differing,
		     (struct p2p_change){ .kind = P2P_CHANGE_GROUP,
					  .before = member->function,
					  .after = differing->diff->to[member->function],
					  .other_before = P2P_NONE,
					  .other_after = P2P_NONE,
					  .was = { member->before, UINT32_MAX },
					  .is = { member->after, UINT32_MAX } });
}

/* Sorted by both groups: a group that stayed is one run whose size is that of the group
 * after, too. */
static void compare_runs(struct differing *differing, const struct member *members,
			 const struct member *by_after, uint32_t count)
{
	uint32_t n;

	for (uint32_t i = 0; i < count; i += n) {
		const struct member *same;

		n = run_before(members + i, count - i);
		same = bsearch(&members[i], by_after, count, sizeof(*by_after),
			       compare_after);
		while (same > by_after && same[-1].after == members[i].after)
			same--;
		if (run_after(members + i, n) == n &&
		    run_after(same, count - (uint32_t)(same - by_after)) == n)
			continue;
		for (uint32_t k = i; k < i + n; k++)
			note(differing, &members[k]);
	}
}

static uint32_t gather(const struct differing *differing, const uint32_t *before,
		       const uint32_t *after, struct member *ret_members)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < differing->before->snapshot->n_functions; i++) {
		uint32_t match = differing->diff->to[i];

		if (match != P2P_NONE && before[i] != P2P_NONE &&
		    after[match] != P2P_NONE)
			ret_members[n++] = (struct member){ before[i], after[match], i };
	}
	return n;
}

void p2p_diff_groups(struct differing *differing)
{
	uint32_t count = differing->before->snapshot->n_functions, n;
	bool live = tells_live(differing->before) && tells_live(differing->after);
	uint32_t *before = groups_of(differing->before, live);
	uint32_t *after = groups_of(differing->after, live);
	struct member *members = calloc(count + 1u, sizeof(*members));
	struct member *by_after = calloc(count + 1u, sizeof(*by_after));

	if (!before || !after || !members || !by_after) {
		differing->failed = true;
	} else {
		n = gather(differing, before, after, members);
		gather(differing, before, after, by_after);
		qsort(members, n, sizeof(*members), compare_members);
		qsort(by_after, n, sizeof(*by_after), compare_after);
		compare_runs(differing, members, by_after, n);
	}
	free(before);
	free(after);
	free(members);
	free(by_after);
}
