/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers the buses of a machine that was said, and shows its bytes to a snapshot. */
#include <assert.h>

#include "support/build_parts.h"

#include "core/regs.h"

/* VFs may lie on buses behind their PF's: those are kept free of bridges. */
static unsigned last_vf_bus(const struct build *b, int parent)
{
	unsigned last = b->nodes[parent]->secondary;

	for (int i = 0; i < b->n; i++) {
		const struct node *node = b->nodes[i];
		unsigned rid;

		if (node->vf_of < 0 || node->parent != parent)
			continue;
		rid = ((unsigned)b->nodes[parent]->secondary << 8 |
		       b->nodes[node->vf_of]->bdf.devfn) +
		      node->rid_offset;
		if (rid >> 8 > last)
			last = rid >> 8;
	}
	return last;
}

static unsigned number_buses(struct build *b, int parent)
{
	unsigned last = last_vf_bus(b, parent);

	for (int i = 0; i < b->n; i++) {
		struct node *node = b->nodes[i];

		if (node->parent != parent || node->host)
			continue;
		node->bdf.bus = b->nodes[parent]->secondary;
		if (!node->port)
			continue;
		node->secondary = (uint8_t)++last;
		last = number_buses(b, i);
		assert(last < 256);
		node->subordinate = (uint8_t)last;
		build_write(b, i, REG_PRIMARY, 1, node->bdf.bus);
		build_write(b, i, REG_SECONDARY, 1, node->secondary);
		build_write(b, i, REG_SUBORDINATE, 1, node->subordinate);
	}
	return last;
}

static void number_vfs(struct build *b)
{
	for (int i = 0; i < b->n; i++) {
		struct node *node = b->nodes[i];
		unsigned rid;

		if (node->vf_of < 0)
			continue;
		node->bdf = b->nodes[node->vf_of]->bdf;
		rid = ((unsigned)node->bdf.bus << 8 | node->bdf.devfn) + node->rid_offset;
		node->bdf.bus = (uint8_t)(rid >> 8);
		node->bdf.devfn = (uint8_t)rid;
	}
}

static void shuffle_order(int *order, int n, unsigned seed)
{
	uint32_t state = seed;

	for (int i = n - 1; seed && i > 0; i--) {
		int j = (int)build_random(&state, (uint32_t)i + 1), other = order[i];

		order[i] = order[j];
		order[j] = other;
	}
}

static void show_bytes(struct p2p_snapshot *snapshot, const struct node *node,
		       unsigned start, unsigned end)
{
	if (end > node->readable)
		end = node->readable;
	if (start < end)
		assert(!p2p_snapshot_add_bytes(snapshot, start, node->cfg + start,
					       end - start));
}

struct p2p_snapshot *build_snapshot(struct build *b, unsigned shuffle)
{
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	int order[NODES_MAX] = { 0 };

	for (int i = 0; i < b->n; i++) {
		order[i] = i;
		if (b->nodes[i]->host)
			number_buses(b, i);
	}
	number_vfs(b);
	for (int i = 0; i < b->n_spoiled; i++)
		build_write(b, b->spoiled[i].function, b->spoiled[i].offset, 1,
			    b->spoiled[i].value);
	shuffle_order(order, b->n, shuffle);
	for (int k = 0; k < b->n; k++) {
		const struct node *node = b->nodes[order[k]];

		if (node->host || node->hidden)
			continue;
		assert(p2p_snapshot_begin(snapshot, node->bdf));
		show_bytes(snapshot, node, 0, node->hole);
		show_bytes(snapshot, node, node->hole + node->hole_length,
			   node->readable);
	}
	assert(!p2p_snapshot_seal(snapshot, NULL));
	return snapshot;
}

struct p2p_machine *build_machine(struct build *b, const char *kernel, const char *cpu)
{
	struct p2p_machine *machine = NULL;
	int result = p2p_machine_new(build_snapshot(b, 0), kernel, cpu, &machine, NULL);

	assert(!result);
	return machine;
}
