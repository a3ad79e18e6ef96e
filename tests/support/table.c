/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows become config bytes and told facts, which pass through every stage. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "support/table.h"

#define AT_EXPRESS 0x40

static void put(uint8_t *cfg, unsigned offset, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		cfg[offset + i] = (uint8_t)(value >> (8 * i));
}

static void put_express(uint8_t *cfg, const struct row *row)
{
	put(cfg, REG_STATUS, 2, STATUS_CAP_LIST);
	put(cfg, REG_CAP_LIST, 1, AT_EXPRESS);
	put(cfg, AT_EXPRESS, 2, CAP_EXPRESS);
	put(cfg, AT_EXPRESS + REG_EXP_FLAGS, 2,
	    2u | (unsigned)row->type << 4 | (row->slot ? EXP_FLAGS_SLOT : 0));
	put(cfg, AT_EXPRESS + REG_EXP_SLTCAP, 4, (uint64_t)row->slot << 19);
}

static void put_row(uint8_t *cfg, const struct row *row)
{
	put(cfg, REG_VENDOR_ID, 2, row->vendor);
	put(cfg, REG_DEVICE_ID, 2, row->device);
	put(cfg, REG_CLASS_REV, 4, (uint64_t)row->class_code << 8);
	put(cfg, REG_HEADER_TYPE, 1, HEADER_MULTI | (row->secondary ? 1 : 0));
	if (row->secondary) {
		put(cfg, REG_SECONDARY, 1, row->secondary);
		put(cfg, REG_SUBORDINATE, 1, row->subordinate);
	}
	if (row->type != P2P_TYPE_NOT_PCIE)
		put_express(cfg, row);
	if (row->serial) {
		put(cfg, REG_EXT_CAP_LIST, 4, EXT_CAP_SERIAL | 1u << 16);
		put(cfg, REG_EXT_CAP_LIST + 4, 8, row->serial);
	}
}

static p2p_string keep(struct p2p_snapshot *snapshot, const char *text)
{
	return p2p_snapshot_keep(snapshot, text, strlen(text));
}

static void tell_value(struct p2p_snapshot *snapshot, struct p2p_function *function,
		       const char *key, const char *value)
{
	if (!strcmp(key, "driver")) {
		function->driver = keep(snapshot, value);
	} else if (!strcmp(key, "slot")) {
		function->slot = keep(snapshot, value);
	} else if (!strcmp(key, "numa")) {
		function->numa = atoi(value);
	} else if (!strcmp(key, "group")) {
		function->group = atoi(value);
	} else {
		assert(!strcmp(key, "pf"));
		function->is_vf = P2P_YES;
		assert(!p2p_bdf_parse(value, &function->physfn));
	}
}

static void tell(struct p2p_snapshot *snapshot, struct p2p_function *function, char *word)
{
	char *split = strpbrk(word, "=/");

	if (!split) {
		assert(!strcmp(word, "p2pmem"));
		function->p2pmem.present = P2P_YES;
	} else if (*split == '=') {
		*split = '\0';
		tell_value(snapshot, function, word, split + 1);
	} else {
		*split = '\0';
		assert(!p2p_snapshot_add_name(snapshot, word, split + 1));
	}
}

static void add_row(struct p2p_snapshot *snapshot, const struct row *row)
{
	struct p2p_function *function;
	uint8_t cfg[P2P_CFG_SIZE] = { 0 };
	char told[256], *next = told;
	struct p2p_bdf bdf;

	assert(!p2p_bdf_parse(row->address, &bdf));
	function = p2p_snapshot_begin(snapshot, bdf);
	assert(function);
	put_row(cfg, row);
	assert(!p2p_snapshot_add_bytes(snapshot, 0, cfg, sizeof(cfg)));
	snprintf(told, sizeof(told), "%s", row->told ? row->told : "");
	for (char *word = strtok_r(told, " ", &next); word;
	     word = strtok_r(NULL, " ", &next))
		tell(snapshot, function, word);
	if (function->is_vf == P2P_YES) {
		function->vendor = row->vendor;
		function->device = row->device;
	}
}

struct p2p_machine *table_machine(const struct row *rows, unsigned n, enum p2p_tri live)
{
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	struct p2p_machine *machine = NULL;
	int result;

	assert(snapshot);
	snapshot->system.live = live;
	for (unsigned i = 0; i < n; i++)
		add_row(snapshot, &rows[i]);
	result = p2p_snapshot_seal(snapshot, NULL);
	assert(!result);
	result = p2p_machine_new(snapshot, "6.8", "zen", &machine, NULL);
	assert(!result);
	return machine;
}

uint32_t table_at(const struct p2p_machine *machine, const char *address)
{
	struct p2p_bdf bdf;
	uint32_t function;

	assert(!p2p_bdf_parse(address, &bdf));
	function = p2p_snapshot_find(machine->snapshot, bdf);
	assert(function != P2P_NONE);
	return function;
}
