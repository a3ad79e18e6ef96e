/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identities of functions, kept sorted. Numbers that a listing only gave names for may be
 * others, and a card may have been changed: what most functions say counts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
	struct p2p_reg layout = p2p_cfg_read(&cfg, REG_HEADER_TYPE, 1);
	unsigned at;

	identity.is_bridge = layout.known != UINT8_MAX || (layout.value & HEADER_LAYOUT);
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

/* Some makers give all devices of a model one number: two different ones are a machine's
 * own. */
struct serials {
	size_t same, others;
	uint64_t first;
	bool has_second;
};

static void count_serial(struct serials *serials, const struct p2p_identity *a,
			 const struct p2p_identity *b)
{
	if (!a->serial || !b->serial)
		return;
	if (a->serial != b->serial) {
		serials->others++;
		return;
	}
	serials->same++;
	if (a->is_bridge)
		return;
	serials->has_second |= serials->first && serials->first != a->serial;
	serials->first = a->serial;
}

enum p2p_likeness p2p_identities_compare(const struct p2p_identities *machine,
					 const struct p2p_identities *fresh)
{
	size_t ids[2] = { 0 }, shared = 0; /* the same, others */
	struct serials serials = { 0 };

	for (size_t i = 0; i < fresh->n && machine->n; i++) {
		const struct p2p_identity *here = &fresh->entries[i], *known;

		known = bsearch(here, machine->entries, machine->n,
				sizeof(*machine->entries), compare);
		if (!known)
			continue;
		shared++;
		if (known->ids && here->ids)
			ids[known->ids != here->ids]++;
		count_serial(&serials, known, here);
	}
	if (!shared)
		return P2P_LIKE_APART;
	if (ids[1] > ids[0] || serials.others > serials.same)
		return P2P_LIKE_OTHER;
	return serials.has_second ? P2P_LIKE_SAME : P2P_LIKE_ALIKE;
}

static bool make_room(struct p2p_identities *identities, size_t n)
{
	size_t capacity = 2 * (identities->n + n);
	struct p2p_identity *grown;

	if (identities->n + n <= identities->capacity)
		return true;
	grown = reallocarray(identities->entries, capacity, sizeof(*grown));
	if (!grown)
		return false;
	identities->entries = grown;
	identities->capacity = capacity;
	return true;
}

/* One entry an address: what is known of it first counts. */
static void join(struct p2p_identities *identities)
{
	size_t kept = 0;

	for (size_t i = 0; i < identities->n; i++) {
		struct p2p_identity next = identities->entries[i];

		if (kept && identities->entries[kept - 1].key == next.key) {
			struct p2p_identity *last = &identities->entries[kept - 1];

			last->ids = last->ids ? last->ids : next.ids;
			last->serial = last->serial ? last->serial : next.serial;
		} else {
			identities->entries[kept++] = next;
		}
	}
	identities->n = kept;
}

int p2p_identities_add(struct p2p_identities *machine, const struct p2p_identities *fresh)
{
	if (!fresh->n)
		return 0;
	if (!make_room(machine, fresh->n))
		return -ENOMEM;
	memcpy(machine->entries + machine->n, fresh->entries,
	       fresh->n * sizeof(*fresh->entries));
	machine->n += fresh->n;
	qsort(machine->entries, machine->n, sizeof(*machine->entries), compare);
	join(machine);
	return 0;
}

int p2p_identities_read(struct p2p_snapshot *snapshot, uint32_t first,
			struct p2p_identities *ret_identities)
{
	size_t n = snapshot->n_functions - first;

	*ret_identities = (struct p2p_identities){ 0 };
	if (!n)
		return 0;
	if (p2p_store_flush_bits(snapshot) || !make_room(ret_identities, n))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		ret_identities->entries[i] = identify(snapshot, first + (uint32_t)i);
	ret_identities->n = n;
	return 0;
}

void p2p_identities_done(struct p2p_identities *identities)
{
	free(identities->entries);
	*identities = (struct p2p_identities){ 0 };
}
