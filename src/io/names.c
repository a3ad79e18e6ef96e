/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of names by address: filled in any order, sorted once, then given out function
 * by function. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/names.h"

#define DIGITS "0123456789"

const char *p2p_names_subsystem(enum p2p_subsystem subsystem)
{
	static const char *const words[P2P_SUBSYSTEM_COUNT] = {
		[P2P_SUBSYSTEM_NET] = "net",
		[P2P_SUBSYSTEM_NVME] = "nvme",
		[P2P_SUBSYSTEM_BLOCK] = "block",
		[P2P_SUBSYSTEM_INFINIBAND] = "infiniband",
		[P2P_SUBSYSTEM_VERBS] = "infiniband_verbs",
		[P2P_SUBSYSTEM_DRM] = "drm",
		[P2P_SUBSYSTEM_SLOT] = "slot",
	};

	return words[subsystem];
}

static bool is_numbered(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);

	return !strncmp(name, prefix, length) && name[length] &&
	       !name[length + strspn(name + length, DIGITS)];
}

static bool is_wanted(enum p2p_subsystem subsystem, const char *name)
{
	if (!*name || strlen(name) >= P2P_NAME_SIZE)
		return false;
	if (subsystem == P2P_SUBSYSTEM_DRM)
		return is_numbered(name, "card") || is_numbered(name, "renderD");
	return true;
}

/* With multipath the disk of a path, nvme<subsystem>c<controller>n<namespace>, is hidden;
 * users see nvme<subsystem>n<namespace>. */
static void copy_visible(enum p2p_subsystem subsystem, const char *name,
			 char ret_name[P2P_NAME_SIZE])
{
	unsigned head, controller, tail;
	int end = 0;

	if (subsystem == P2P_SUBSYSTEM_BLOCK &&
	    sscanf(name, "nvme%9uc%9un%9u%n", &head, &controller, &tail, &end) == 3 &&
	    !name[end])
		snprintf(ret_name, P2P_NAME_SIZE, "nvme%un%u", head, tail);
	else
		snprintf(ret_name, P2P_NAME_SIZE, "%s", name);
}

int p2p_names_put(struct p2p_names *names, struct p2p_bdf bdf,
		  enum p2p_subsystem subsystem, const char *name)
{
	struct p2p_names_entry *entry;

	if (!is_wanted(subsystem, name))
		return 0;
	if (names->n == names->capacity) {
		size_t capacity = names->capacity ? names->capacity * 2 : 64;

		entry = reallocarray(names->entries, capacity, sizeof(*entry));
		if (!entry)
			return -ENOMEM;
		names->entries = entry;
		names->capacity = capacity;
	}
	entry = &names->entries[names->n++];
	entry->bdf = bdf;
	entry->subsystem = subsystem;
	copy_visible(subsystem, name, entry->name);
	return 0;
}

static int compare_keys(struct p2p_bdf a, struct p2p_bdf b)
{
	uint64_t key_a = p2p_bdf_key(a), key_b = p2p_bdf_key(b);

	return (key_a > key_b) - (key_a < key_b);
}

static int compare_entries(const void *a, const void *b)
{
	const struct p2p_names_entry *left = a, *right = b;
	int order = compare_keys(left->bdf, right->bdf);

	if (!order)
		order = (int)left->subsystem - (int)right->subsystem;
	return order ? order : strverscmp(left->name, right->name);
}

void p2p_names_sort(struct p2p_names *names)
{
	if (names->n)
		qsort(names->entries, names->n, sizeof(*names->entries), compare_entries);
}

void p2p_names_done(struct p2p_names *names)
{
	free(names->entries);
	*names = (struct p2p_names){ 0 };
}

static size_t find_first(const struct p2p_names *names, struct p2p_bdf bdf)
{
	size_t low = 0, high = names->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_keys(names->entries[middle].bdf, bdf) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void give_slot(const struct p2p_names *names, struct p2p_snapshot *snapshot,
		      struct p2p_function *function)
{
	struct p2p_bdf device = function->bdf;

	device.devfn &= 0xf8;
	for (size_t i = find_first(names, device);
	     i < names->n && !compare_keys(names->entries[i].bdf, device); i++) {
		const struct p2p_names_entry *entry = &names->entries[i];

		if (entry->subsystem == P2P_SUBSYSTEM_SLOT)
			function->slot = p2p_snapshot_keep(snapshot, entry->name,
							   strlen(entry->name));
	}
}

int p2p_names_give(const struct p2p_names *names, struct p2p_snapshot *snapshot,
		   struct p2p_function *function)
{
	struct p2p_bdf bdf = function->bdf;

	give_slot(names, snapshot, function);
	for (size_t i = find_first(names, bdf);
	     i < names->n && !compare_keys(names->entries[i].bdf, bdf); i++) {
		const struct p2p_names_entry *entry = &names->entries[i];
		const char *subsystem = p2p_names_subsystem(entry->subsystem);
		int result;

		if (entry->subsystem == P2P_SUBSYSTEM_SLOT)
			continue;
		result = p2p_snapshot_add_name(snapshot, subsystem, entry->name);
		if (result)
			return result;
	}
	return 0;
}
