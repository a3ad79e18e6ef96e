/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seals a snapshot: functions in order of address, each once, its runs of bytes sorted
 * and disjoint. A byte that was seen whole beats one of which only bits were told; among
 * equals the first one seen wins. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/snapshot_store.h"

struct sealing {
	struct p2p_snapshot *snapshot;
	struct p2p_extent *extents;
	uint64_t n_extents, extents_capacity;
	struct p2p_name *names;
	uint64_t n_names, names_capacity;
};

static int compare_functions(const void *a, const void *b)
{
	const struct p2p_function *x = a, *y = b;
	uint64_t kx = p2p_bdf_key(x->bdf), ky = p2p_bdf_key(y->bdf);

	if (kx != ky)
		return kx < ky ? -1 : 1;
	if (x->first_extent != y->first_extent)
		return x->first_extent < y->first_extent ? -1 : 1;
	return (x->first_name > y->first_name) - (x->first_name < y->first_name);
}

static bool is_sorted(const struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 1; i < snapshot->n_functions; i++)
		if (p2p_bdf_key(snapshot->functions[i - 1].bdf) >=
		    p2p_bdf_key(snapshot->functions[i].bdf))
			return false;
	return true;
}

static bool is_disjoint(const struct p2p_extent *extents, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
		if ((unsigned)extents[i - 1].start + extents[i - 1].length >
		    extents[i].start)
			return false;
	return true;
}

struct p2p_extent p2p_store_cut(struct p2p_extent extent, unsigned start, unsigned end)
{
	unsigned skipped = start - extent.start;

	if (extent.encoding == P2P_HEX)
		extent.at += (uint64_t)(start / 16 - extent.start / 16) * extent.stride;
	else
		extent.at += (uint64_t)skipped * (extent.encoding == P2P_MASKED ? 2 : 1);
	extent.start = (uint16_t)start;
	extent.length = (uint16_t)(end - start);
	return extent;
}

/* Two listings may each tell some bits of a byte. */
static void combine_bits(uint8_t *pool, const struct p2p_extent *kept,
			 const struct p2p_extent *more, unsigned start, unsigned end)
{
	if (kept->encoding != P2P_MASKED || more->encoding != P2P_MASKED)
		return;
	for (unsigned at = start; at < end; at++) {
		uint8_t *to = pool + kept->at + 2u * (at - kept->start);
		const uint8_t *from = pool + more->at + 2u * (at - more->start);

		to[0] |= from[0] & from[1] & (uint8_t)~to[1];
		to[1] |= from[1];
	}
}

static int put_extent(struct sealing *sealing, struct p2p_extent extent, uint64_t at)
{
	if (p2p_store_grow((void **)&sealing->extents, &sealing->extents_capacity,
			   sealing->n_extents + 1, sizeof(extent)))
		return -ENOMEM;
	memmove(sealing->extents + at + 1, sealing->extents + at,
		(sealing->n_extents - at) * sizeof(extent));
	sealing->extents[at] = extent;
	sealing->n_extents++;
	return 0;
}

/* Adds to the runs from @first on what they do not cover yet. */
static int add_uncovered(struct sealing *sealing, uint64_t first,
			 struct p2p_extent extent)
{
	unsigned at = extent.start, end = (unsigned)extent.start + extent.length;

	for (uint64_t i = first; at < end; i++) {
		unsigned start = end, stop = end;

		if (i < sealing->n_extents) {
			start = sealing->extents[i].start;
			stop = start + sealing->extents[i].length;
			if (stop <= at)
				continue;
		}
		if (at < start) {
			unsigned until = start < end ? start : end;

			if (put_extent(sealing, p2p_store_cut(extent, at, until), i))
				return -ENOMEM;
			at = until;
			continue;
		}
		if (stop > end)
			stop = end;
		combine_bits(sealing->snapshot->store->pool, &sealing->extents[i],
			     &extent, at, stop);
		at = stop;
	}
	return 0;
}

static int add_runs(struct sealing *sealing, const struct p2p_function *function,
		    uint64_t first, bool masked)
{
	for (uint32_t i = 0; i < function->n_extents; i++) {
		struct p2p_extent extent =
			sealing->snapshot->extents[function->first_extent + i];

		if ((extent.encoding == P2P_MASKED) == masked &&
		    add_uncovered(sealing, first, extent))
			return -ENOMEM;
	}
	return 0;
}

static int add_names(struct sealing *sealing, const struct p2p_function *function)
{
	if (p2p_store_grow((void **)&sealing->names, &sealing->names_capacity,
			   sealing->n_names + function->n_names, sizeof(struct p2p_name)))
		return -ENOMEM;
	if (function->n_names)
		memcpy(sealing->names + sealing->n_names,
		       sealing->snapshot->names + function->first_name,
		       function->n_names * sizeof(struct p2p_name));
	sealing->n_names += function->n_names;
	return 0;
}

#define TAKE(field, nothing)                     \
	do {                                     \
		if (to->field == (nothing))      \
			to->field = from->field; \
	} while (0)

static void merge_told(struct p2p_function *to, const struct p2p_function *from)
{
	TAKE(vendor, P2P_NOT_TOLD);
	TAKE(device, P2P_NOT_TOLD);
	TAKE(class_code, P2P_NOT_TOLD);
	TAKE(numa, P2P_NOT_TOLD);
	TAKE(group, P2P_NOT_TOLD);
	TAKE(group_type, 0);
	TAKE(removable, P2P_UNKNOWN);
	TAKE(driver, 0);
	TAKE(driver_override, 0);
	TAKE(vfio, P2P_UNKNOWN);
	TAKE(slot, 0);
	TAKE(vendor_name, 0);
	TAKE(device_name, 0);
	TAKE(power, P2P_POWER_UNKNOWN);
	if (from->config_size > to->config_size)
		to->config_size = from->config_size;
	if (to->above == P2P_ABOVE_UNKNOWN) {
		to->above = from->above;
		to->parent = from->parent;
	}
	if (to->is_vf == P2P_UNKNOWN) {
		to->is_vf = from->is_vf;
		to->physfn = from->physfn;
	}
	if (to->is_behind_vmd == P2P_UNKNOWN) {
		to->is_behind_vmd = from->is_behind_vmd;
		to->vmd = from->vmd;
	}
	if (!to->link.speed && !to->link.max_speed)
		to->link = from->link;
	if (to->denied == P2P_UNKNOWN || from->denied == P2P_NO)
		to->denied = from->denied;
	if (to->p2pmem.present == P2P_UNKNOWN)
		to->p2pmem = from->p2pmem;
	for (unsigned i = 0; i < 6; i++)
		TAKE(bar_size[i], 0);
}

/* Writes the function that @parts tell as one, its runs and names contiguous. */
static int merge(struct sealing *sealing, const struct p2p_function *parts, uint32_t n,
		 struct p2p_function *ret)
{
	uint64_t first = sealing->n_extents, first_name = sealing->n_names;
	struct p2p_function whole = parts[0];

	for (uint32_t i = 0; i < n; i++)
		if (add_runs(sealing, &parts[i], first, false))
			return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		if (add_runs(sealing, &parts[i], first, true) ||
		    add_names(sealing, &parts[i]))
			return -ENOMEM;
	for (uint32_t i = 1; i < n; i++)
		merge_told(&whole, &parts[i]);
	whole.first_extent = (uint32_t)first;
	whole.n_extents = (uint32_t)(sealing->n_extents - first);
	whole.first_name = (uint32_t)first_name;
	whole.n_names = (uint32_t)(sealing->n_names - first_name);
	*ret = whole;
	return 0;
}

static int merge_all(struct sealing *sealing)
{
	struct p2p_function *functions = sealing->snapshot->functions;
	uint32_t n = sealing->snapshot->n_functions, kept = 0, next;

	for (uint32_t i = 0; i < n; i = next) {
		for (next = i + 1; next < n; next++)
			if (p2p_bdf_key(functions[next].bdf) !=
			    p2p_bdf_key(functions[i].bdf))
				break;
		if (merge(sealing, &functions[i], next - i, &functions[kept++]))
			return -ENOMEM;
	}
	sealing->snapshot->n_functions = kept;
	return 0;
}

static bool is_sealed(const struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		const struct p2p_function *function = &snapshot->functions[i];

		if (function->n_extents &&
		    !is_disjoint(snapshot->extents + function->first_extent,
				 function->n_extents))
			return false;
	}
	return is_sorted(snapshot);
}

static void take_arrays(struct sealing *sealing)
{
	struct p2p_snapshot *snapshot = sealing->snapshot;

	free(snapshot->extents);
	free(snapshot->names);
	snapshot->extents = sealing->extents;
	snapshot->n_extents = (uint32_t)sealing->n_extents;
	snapshot->store->extents_capacity = sealing->extents_capacity;
	snapshot->names = sealing->names;
	snapshot->n_names = (uint32_t)sealing->n_names;
	snapshot->store->names_capacity = sealing->names_capacity;
}

int p2p_snapshot_seal(struct p2p_snapshot *snapshot, struct p2p_err *err)
{
	struct sealing sealing = { .snapshot = snapshot };

	if (p2p_store_flush_bits(snapshot))
		return p2p_err_set(err, -ENOMEM, "no memory for the config space read");
	if (is_sealed(snapshot))
		return 0;
	if (!is_sorted(snapshot))
		qsort(snapshot->functions, snapshot->n_functions,
		      sizeof(*snapshot->functions), compare_functions);
	if (merge_all(&sealing)) {
		free(sealing.extents);
		free(sealing.names);
		return p2p_err_set(err, -ENOMEM, "no memory to merge %u functions",
				   snapshot->n_functions);
	}
	take_arrays(&sealing);
	return 0;
}
