/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions sorted by live IOMMU group. */
#include <stdlib.h>

#include "render/groups.h"

static int compare(const void *a, const void *b)
{
	const struct grouped *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->function > y->function) - (x->function < y->function);
}

struct grouped *groups_collect(const struct p2p_machine *machine, bool peers,
			       uint32_t *ret_count)
{
	const struct p2p_snapshot *snapshot = machine->snapshot;
	struct grouped *grouped =
		calloc((size_t)snapshot->n_functions + 1, sizeof(*grouped));
	uint32_t count = 0;

	if (!grouped)
		return NULL;
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		if (snapshot->functions[i].group >= 0 &&
		    (!peers || machine->roles[i].peer))
			grouped[count++] =
				(struct grouped){ snapshot->functions[i].group, i };
	qsort(grouped, count, sizeof(*grouped), compare);
	*ret_count = count;
	return grouped;
}

uint32_t groups_run(const struct grouped *grouped, uint32_t count)
{
	uint32_t n = 1;

	while (n < count && grouped[n].group == grouped[0].group)
		n++;
	return n;
}
