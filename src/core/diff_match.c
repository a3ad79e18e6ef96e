/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which function of one machine is which of the other: the same ids at the same path,
 * else the same serial number and function, else the only one of its ids that is left. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/diff_parts.h"

#define PATH_SIZE 512

/* A function by what it is matched by. */
struct key {
	char path[PATH_SIZE];
	uint32_t function;
};

static bool is_same_device(const struct differing *differing, uint32_t before,
			   uint32_t after)
{
	const struct p2p_facts *a = &differing->before->facts[before];
	const struct p2p_facts *b = &differing->after->facts[after];

	if (a->has_serial == P2P_YES && b->has_serial == P2P_YES &&
	    a->serial != b->serial)
		return false;
	return (a->vendor == b->vendor || a->vendor == P2P_NOT_TOLD ||
		b->vendor == P2P_NOT_TOLD) &&
	       (a->device == b->device || a->device == P2P_NOT_TOLD ||
		b->device == P2P_NOT_TOLD);
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct key *)a)->path, ((const struct key *)b)->path);
}

static struct key *sort_paths(const struct p2p_machine *machine)
{
	uint32_t count = machine->snapshot->n_functions;
	struct key *keys = calloc(count + 1u, sizeof(*keys));

	for (uint32_t i = 0; keys && i < count; i++) {
		p2p_topo_path(machine->topo, machine->snapshot, i, keys[i].path,
			      PATH_SIZE);
		keys[i].function = i;
	}
	if (keys)
		qsort(keys, count, sizeof(*keys), compare_keys);
	return keys;
}

static void match(struct differing *differing, uint32_t before, uint32_t after)
{
	differing->diff->to[before] = after;
	differing->diff->from[after] = before;
}

static int match_paths(struct differing *differing)
{
	struct key *a = sort_paths(differing->before), *b = sort_paths(differing->after);
	uint32_t n = differing->before->snapshot->n_functions, i = 0, j = 0;
	uint32_t m = differing->after->snapshot->n_functions;
	int result = a && b ? 0 : -ENOMEM;

	while (!result && i < n && j < m) {
		int order = strcmp(a[i].path, b[j].path);

		if (!order && is_same_device(differing, a[i].function, b[j].function))
			match(differing, a[i].function, b[j].function);
		i += order <= 0;
		j += order >= 0;
	}
	free(a);
	free(b);
	return result;
}

/* What a device is known by wherever it is plugged in. */
struct identity {
	uint64_t serial; /* 0: none, then ids have to do */
	int32_t vendor, device, subsystem_vendor, subsystem_device;
	uint32_t number; /* its function number in its device */
	uint32_t function;
};

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_identities(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;
	int order = (x->serial > y->serial) - (x->serial < y->serial);

	order = order ? order : compare_numbers(x->vendor, y->vendor);
	order = order ? order : compare_numbers(x->device, y->device);
	order = order ? order : compare_numbers(x->subsystem_vendor, y->subsystem_vendor);
	order = order ? order : compare_numbers(x->subsystem_device, y->subsystem_device);
	return order ? order : compare_numbers(x->number, y->number);
}

static struct identity *sort_unmatched(const struct p2p_machine *machine,
				       const uint32_t *matched, uint32_t *ret_count)
{
	uint32_t count = machine->snapshot->n_functions, n = 0;
	struct identity *all = calloc(count + 1u, sizeof(*all));

	for (uint32_t i = 0; all && i < count; i++) {
		const struct p2p_facts *facts = &machine->facts[i];

		if (matched[i] != P2P_NONE || facts->vendor == P2P_NOT_TOLD ||
		    facts->device == P2P_NOT_TOLD)
			continue;
		all[n++] = (struct identity){
			.serial = facts->has_serial == P2P_YES ? facts->serial : 0,
			.vendor = facts->vendor,
			.device = facts->device,
			.subsystem_vendor = facts->subsystem_vendor,
			.subsystem_device = facts->subsystem_device,
			.number = p2p_bdf_function(machine->snapshot->functions[i].bdf),
			.function = i
		};
	}
	if (all)
		qsort(all, n, sizeof(*all), compare_identities);
	*ret_count = n;
	return all;
}

static uint32_t run_of(const struct identity *all, uint32_t count)
{
	uint32_t n = 1;

	while (n < count && !compare_identities(all, all + n))
		n++;
	return n;
}

/* Several alike cannot be told apart: only one against one is a match. */
static int match_identities(struct differing *differing)
{
	uint32_t n = 0, m = 0, i = 0, j = 0;
	struct identity *a = sort_unmatched(differing->before, differing->diff->to, &n);
	struct identity *b = sort_unmatched(differing->after, differing->diff->from, &m);
	int result = a && b ? 0 : -ENOMEM;

	while (!result && i < n && j < m) {
		int order = compare_identities(&a[i], &b[j]);
		uint32_t in_a = order <= 0 ? run_of(a + i, n - i) : 0;
		uint32_t in_b = order >= 0 ? run_of(b + j, m - j) : 0;

		if (in_a == 1 && in_b == 1)
			match(differing, a[i].function, b[j].function);
		i += in_a;
		j += in_b;
	}
	free(a);
	free(b);
	return result;
}

int p2p_diff_match(struct differing *differing)
{
	int result = match_paths(differing);

	return result ? result : match_identities(differing);
}
