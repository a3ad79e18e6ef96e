/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects what a source reads: functions, runs of config bytes, names, strings and
 * damage, each a flat array. Sorting and merging are in snapshot_seal.c. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/snapshot.h>

#include "core/snapshot_store.h"

#define DAMAGE_KEPT  1000
#define REMARKS_KEPT 1000
#define ROW_BYTES    16

int p2p_store_grow(void **array, uint64_t *capacity, uint64_t count, size_t size)
{
	uint64_t wanted = *capacity ? *capacity : 64;
	void *grown;

	if (count <= *capacity)
		return 0;
	while (wanted < count)
		wanted *= 2;
	if (wanted > SIZE_MAX / size)
		return -ENOMEM;
	grown = realloc(*array, wanted * size);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*capacity = wanted;
	return 0;
}

struct p2p_snapshot *p2p_snapshot_new(void)
{
	struct p2p_snapshot *snapshot = calloc(1, sizeof(*snapshot));

	if (!snapshot)
		return NULL;
	snapshot->store = calloc(1, sizeof(*snapshot->store));
	if (!snapshot->store) {
		free(snapshot);
		return NULL;
	}
	snapshot->system.cpu_family = P2P_NOT_TOLD;
	return snapshot;
}

void p2p_snapshot_free(struct p2p_snapshot *snapshot)
{
	if (!snapshot)
		return;
	if (snapshot->release)
		snapshot->release((void *)(uintptr_t)snapshot->text,
				  snapshot->text_length);
	free(snapshot->functions);
	free(snapshot->extents);
	free(snapshot->names);
	free(snapshot->damage);
	free(snapshot->remarks);
	free(snapshot->store->pool);
	free(snapshot->store->strings);
	free(snapshot->store);
	free(snapshot);
}

const char *p2p_snapshot_string(const struct p2p_snapshot *snapshot, p2p_string string)
{
	return string ? snapshot->store->strings + string : "";
}

static uint32_t hash_text(const char *text, size_t length)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint8_t)text[i]) * 16777619u;
	return hash;
}

p2p_string p2p_snapshot_keep(struct p2p_snapshot *snapshot, const char *text,
			     size_t length)
{
	struct p2p_snapshot_store *store = snapshot->store;
	p2p_string *recent = &store->recent[hash_text(text, length) % STORE_RECENT];
	uint64_t at = store->n_strings ? store->n_strings : 1;

	if (!length)
		return 0;
	if (*recent && strlen(store->strings + *recent) == length &&
	    !memcmp(store->strings + *recent, text, length))
		return *recent;
	if (at + length + 1 > UINT32_MAX ||
	    p2p_store_grow((void **)&store->strings, &store->strings_capacity,
			   at + length + 1, 1))
		return 0;
	memcpy(store->strings + at, text, length);
	store->strings[at + length] = '\0';
	store->n_strings = at + length + 1;
	*recent = (p2p_string)at;
	return (p2p_string)at;
}

static int add_extent(struct p2p_snapshot *snapshot, struct p2p_extent extent)
{
	struct p2p_function *function = &snapshot->functions[snapshot->n_functions - 1];

	if (snapshot->n_extents == UINT32_MAX ||
	    p2p_store_grow((void **)&snapshot->extents,
			   &snapshot->store->extents_capacity,
			   (uint64_t)snapshot->n_extents + 1, sizeof(extent)))
		return -ENOMEM;
	snapshot->extents[snapshot->n_extents++] = extent;
	function->n_extents++;
	return 0;
}

static int add_pool(struct p2p_snapshot *snapshot, const void *bytes, size_t length)
{
	struct p2p_snapshot_store *store = snapshot->store;

	if (p2p_store_grow((void **)&store->pool, &store->pool_capacity,
			   store->n_pool + length, 1))
		return -ENOMEM;
	memcpy(store->pool + store->n_pool, bytes, length);
	store->n_pool += length;
	return 0;
}

static int flush_run(struct p2p_snapshot *snapshot, unsigned start, unsigned end)
{
	struct p2p_snapshot_bits *bits = &snapshot->store->bits;
	struct p2p_extent extent = { .at = snapshot->store->n_pool,
				     .start = (uint16_t)start,
				     .length = (uint16_t)(end - start),
				     .encoding = P2P_MASKED };

	for (unsigned i = start; i < end; i++) {
		uint8_t pair[2] = { bits->value[i], bits->known[i] };

		if (add_pool(snapshot, pair, sizeof(pair)))
			return -ENOMEM;
	}
	return add_extent(snapshot, extent);
}

int p2p_store_flush_bits(struct p2p_snapshot *snapshot)
{
	struct p2p_snapshot_bits *bits = &snapshot->store->bits;
	int result = 0;

	for (unsigned at = 0; bits->touched && at < P2P_CFG_SIZE; at++) {
		unsigned start = at;

		while (at < P2P_CFG_SIZE && bits->known[at])
			at++;
		if (at > start && flush_run(snapshot, start, at))
			result = -ENOMEM;
	}
	if (bits->touched)
		memset(bits, 0, sizeof(*bits));
	return result;
}

struct p2p_function *p2p_snapshot_begin(struct p2p_snapshot *snapshot, struct p2p_bdf bdf)
{
	struct p2p_function *function;

	if (snapshot->n_functions >= P2P_FUNCTIONS_MAX ||
	    p2p_store_flush_bits(snapshot) ||
	    p2p_store_grow((void **)&snapshot->functions,
			   &snapshot->store->functions_capacity,
			   (uint64_t)snapshot->n_functions + 1, sizeof(*function)))
		return NULL;
	function = &snapshot->functions[snapshot->n_functions++];
	*function = (struct p2p_function){
		.bdf = bdf,
		.first_extent = snapshot->n_extents,
		.first_name = snapshot->n_names,
		.vendor = P2P_NOT_TOLD,
		.device = P2P_NOT_TOLD,
		.class_code = P2P_NOT_TOLD,
		.numa = P2P_NOT_TOLD,
		.group = P2P_NOT_TOLD,
		.config_size = P2P_NOT_TOLD,
		.physfn = bdf,
	};
	return function;
}

int p2p_snapshot_add_bytes(struct p2p_snapshot *snapshot, unsigned offset,
			   const void *bytes, unsigned length)
{
	struct p2p_extent extent = { .at = snapshot->store->n_pool,
				     .start = (uint16_t)offset,
				     .length = (uint16_t)length,
				     .encoding = P2P_RAW };

	if (offset >= P2P_CFG_SIZE || length > P2P_CFG_SIZE - offset)
		return -ERANGE;
	if (!length)
		return 0;
	if (add_pool(snapshot, bytes, length))
		return -ENOMEM;
	return add_extent(snapshot, extent);
}

int p2p_snapshot_add_bits(struct p2p_snapshot *snapshot, unsigned offset, unsigned width,
			  struct p2p_reg reg)
{
	struct p2p_snapshot_bits *bits = &snapshot->store->bits;

	if (offset >= P2P_CFG_SIZE || width > P2P_CFG_SIZE - offset)
		return -ERANGE;
	for (unsigned i = 0; i < width; i++) {
		uint8_t fresh = (uint8_t)(reg.known >> (8 * i)) &
				(uint8_t)~bits->known[offset + i];

		bits->value[offset + i] |= (uint8_t)(reg.value >> (8 * i)) & fresh;
		bits->known[offset + i] |= fresh;
	}
	bits->touched = true;
	return 0;
}

/* Continues the run before when the row follows it, in config space and in the text. */
static bool joins(struct p2p_extent *last, unsigned offset, uint64_t at)
{
	unsigned row = offset / ROW_BYTES - last->start / ROW_BYTES;
	uint64_t distance = at - last->at;

	if (last->encoding != P2P_HEX || offset % ROW_BYTES ||
	    (unsigned)last->start + last->length != offset)
		return false;
	if (row == 1 && distance <= UINT16_MAX)
		last->stride = (uint16_t)distance;
	return distance == (uint64_t)row * last->stride;
}

int p2p_snapshot_add_hex(struct p2p_snapshot *snapshot, unsigned offset, unsigned length,
			 uint64_t at)
{
	struct p2p_function *function = &snapshot->functions[snapshot->n_functions - 1];
	struct p2p_extent *last = NULL;

	if (offset >= P2P_CFG_SIZE || offset % ROW_BYTES + length > ROW_BYTES)
		return -ERANGE;
	if (!length)
		return 0;
	at -= (uint64_t)(offset % ROW_BYTES) * 3;
	if (function->n_extents)
		last = &snapshot->extents[snapshot->n_extents - 1];
	if (last && joins(last, offset, at)) {
		last->length = (uint16_t)(last->length + length);
		return 0;
	}
	return add_extent(snapshot, (struct p2p_extent){ .at = at,
							 .start = (uint16_t)offset,
							 .length = (uint16_t)length,
							 .encoding = P2P_HEX });
}

int p2p_snapshot_add_name(struct p2p_snapshot *snapshot, const char *subsystem,
			  const char *name)
{
	struct p2p_function *function = &snapshot->functions[snapshot->n_functions - 1];
	struct p2p_name entry = {
		.subsystem = p2p_snapshot_keep(snapshot, subsystem, strlen(subsystem)),
		.name = p2p_snapshot_keep(snapshot, name, strlen(name)),
	};

	if (!entry.subsystem || !entry.name ||
	    p2p_store_grow((void **)&snapshot->names, &snapshot->store->names_capacity,
			   (uint64_t)snapshot->n_names + 1, sizeof(entry)))
		return -ENOMEM;
	snapshot->names[snapshot->n_names++] = entry;
	function->n_names++;
	return 0;
}

void p2p_snapshot_add_damage(struct p2p_snapshot *snapshot, uint64_t line,
			     const char *format, ...)
{
	struct p2p_damage damage;
	char text[256];
	va_list args;

	snapshot->n_damage_seen++;
	if (snapshot->n_damage >= DAMAGE_KEPT ||
	    p2p_store_grow((void **)&snapshot->damage, &snapshot->store->damage_capacity,
			   (uint64_t)snapshot->n_damage + 1, sizeof(*snapshot->damage)))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	damage = (struct p2p_damage){
		.line = line, .text = p2p_snapshot_keep(snapshot, text, strlen(text))
	};
	/* What has no line was noted before or after all functions. */
	if (line && snapshot->n_functions) {
		damage.has_function = true;
		damage.function = snapshot->functions[snapshot->n_functions - 1].bdf;
	}
	snapshot->damage[snapshot->n_damage++] = damage;
}

void p2p_snapshot_add_remark(struct p2p_snapshot *snapshot, const char *format, ...)
{
	char text[512];
	va_list args;

	if (snapshot->n_remarks >= REMARKS_KEPT ||
	    p2p_store_grow((void **)&snapshot->remarks,
			   &snapshot->store->remarks_capacity,
			   (uint64_t)snapshot->n_remarks + 1, sizeof(p2p_string)))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snapshot->remarks[snapshot->n_remarks++] =
		p2p_snapshot_keep(snapshot, text, strlen(text));
}

struct p2p_cfg p2p_snapshot_cfg(const struct p2p_snapshot *snapshot, uint32_t function)
{
	const struct p2p_function *f = &snapshot->functions[function];
	struct p2p_cfg cfg = { .pool = snapshot->store->pool,
			       .text = snapshot->text,
			       .n_extents = f->n_extents };

	if (f->n_extents)
		cfg.extents = snapshot->extents + f->first_extent;
	return cfg;
}

uint32_t p2p_snapshot_find(const struct p2p_snapshot *snapshot, struct p2p_bdf bdf)
{
	uint32_t low = 0, high = snapshot->n_functions;
	uint64_t key = p2p_bdf_key(bdf);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint64_t here = p2p_bdf_key(snapshot->functions[middle].bdf);

		if (here == key)
			return middle;
		if (here < key)
			low = middle + 1;
		else
			high = middle;
	}
	return P2P_NONE;
}
