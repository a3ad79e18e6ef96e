/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identities of functions, kept sorted. Numbers that a listing only gave names for may be
 * others, and a card may have been changed: what most functions say counts. */
#include <errno.h>
#include <stdlib.h>

#include "core/regs.h"
#include "core/snapshot_store.h"
#include "io/same_machine.h"

#define ALL_ONES   UINT32_MAX
#define SERIAL_LOW 4 /* in the capability */

/* The bytes of a function before its snapshot is sealed: its first runs. */
static struct p2p_cfg bytes_of(const struct p2p_snapshot *snapshot, uint32_t index)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, index);
	uint32_t n = 0;

	while (n < cfg.n_extents && cfg.extents[n].encoding != P2P_MASKED &&
	       (!n || cfg.extents[n].start >=
			      cfg.extents[n - 1].start + cfg.extents[n - 1].length))
		n++;
	cfg.n_extents = n;
	return cfg;
}

static struct p2p_identity identify(const struct p2p_snapshot *snapshot, uint32_t index)
{
	const struct p2p_function *function = &snapshot->functions[index];
	struct p2p_identity identity = { .key = p2p_bdf_key(function->bdf) };
	struct p2p_cfg cfg = bytes_of(snapshot, index);
	struct p2p_reg ids = p2p_cfg_read(&cfg, REG_VENDOR_ID, 4);
	unsigned at;

	if (ids.known == UINT32_MAX && ids.value != ALL_ONES)
		identity.ids = ids.value;
	else if (function->vendor >= 0 && function->device >= 0)
		identity.ids = (uint32_t)function->device << 16 |
			       (uint32_t)function->vendor;
	if (p2p_cfg_ext_capability(&cfg, EXT_CAP_SERIAL, &at) == P2P_YES) {
		struct p2p_reg low = p2p_cfg_read(&cfg, at + SERIAL_LOW, 4);
		struct p2p_reg high = p2p_cfg_read(&cfg, at + SERIAL_LOW + 4, 4);

		if (low.known == UINT32_MAX && high.known == UINT32_MAX)
			identity.serial = (uint64_t)high.value << 32 | low.value;
	}
	return identity;
}

static int compare(const void *a, const void *b)
{
	const struct p2p_identity *left = a, *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

static bool is_another(const struct p2p_identities *machine,
		       const struct p2p_identity *fresh, size_t n)
{
	size_t ids[2] = { 0 }, serials[2] = { 0 }; /* the same, others */

	for (size_t i = 0; i < n && machine->n; i++) {
		const struct p2p_identity *known =
			bsearch(&fresh[i], machine->entries, machine->n,
				sizeof(*machine->entries), compare);

		if (known && known->ids && fresh[i].ids)
			ids[known->ids != fresh[i].ids]++;
		if (known && known->serial && fresh[i].serial)
			serials[known->serial != fresh[i].serial]++;
	}
	return ids[1] > ids[0] || serials[1] > serials[0];
}

static int add(struct p2p_identities *machine, const struct p2p_identity *fresh, size_t n)
{
	size_t kept = 0;

	if (machine->n + n > machine->capacity) {
		size_t capacity = 2 * (machine->n + n);
		struct p2p_identity *grown =
			reallocarray(machine->entries, capacity, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		machine->entries = grown;
		machine->capacity = capacity;
	}
	for (size_t i = 0; i < n; i++)
		machine->entries[machine->n++] = fresh[i];
	qsort(machine->entries, machine->n, sizeof(*machine->entries), compare);
	for (size_t i = 0; i < machine->n; i++) {
		struct p2p_identity next = machine->entries[i];

		if (kept && machine->entries[kept - 1].key == next.key) {
			struct p2p_identity *last = &machine->entries[kept - 1];

			last->ids = last->ids ? last->ids : next.ids;
			last->serial = last->serial ? last->serial : next.serial;
		} else {
			machine->entries[kept++] = next;
		}
	}
	machine->n = kept;
	return 0;
}

int p2p_identities_take(struct p2p_identities *machine, struct p2p_snapshot *snapshot,
			uint32_t first)
{
	size_t n = snapshot->n_functions - first;
	struct p2p_identity *fresh;
	int result;

	if (!n)
		return 0;
	if (p2p_store_flush_bits(snapshot))
		return -ENOMEM;
	fresh = reallocarray(NULL, n, sizeof(*fresh));
	if (!fresh)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		fresh[i] = identify(snapshot, first + (uint32_t)i);
	result = is_another(machine, fresh, n) ? 1 : add(machine, fresh, n);
	free(fresh);
	return result;
}

void p2p_identities_done(struct p2p_identities *machine)
{
	free(machine->entries);
	*machine = (struct p2p_identities){ 0 };
}
