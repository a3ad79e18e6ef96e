/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions said one below the other become config bytes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "support/build_parts.h"

#include "core/regs.h"

/* Registers that only a kernel asks for that shall bring VFs up. */
#define SRIOV_INITIAL    0x0c
#define SRIOV_PAGE_SIZES 0x1c

struct build *build_new(void)
{
	return calloc(1, sizeof(struct build));
}

void build_free(struct build *b)
{
	for (int i = 0; b && i < b->n; i++)
		free(b->nodes[i]);
	free(b);
}

static int add_node(struct build *b, int parent)
{
	struct node *node = calloc(1, sizeof(*node));

	assert(node && b->n < NODES_MAX);
	node->parent = parent;
	node->vf_of = -1;
	node->readable = P2P_CFG_SIZE;
	b->nodes[b->n] = node;
	return b->n++;
}

void build_write(struct build *b, int function, unsigned offset, unsigned width,
		 uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		b->nodes[function]->cfg[offset + i] = (uint8_t)(value >> (8 * i));
}

uint32_t build_read(struct build *b, int function, unsigned offset, unsigned width)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)b->nodes[function]->cfg[offset + i] << (8 * i);
	return value;
}

int build_host(struct build *b, uint32_t domain, uint8_t bus)
{
	int host = add_node(b, -1);

	b->nodes[host]->host = true;
	b->nodes[host]->bdf.domain = domain;
	b->nodes[host]->secondary = bus;
	return host;
}

static void write_header(struct build *b, int function, uint32_t class)
{
	struct node *node = b->nodes[function];

	build_ids(b, function, 0x1b36, node->port ? 0x000c : 0x0010);
	build_write(b, function, REG_COMMAND, 2, COMMAND_MEMORY | COMMAND_MASTER);
	build_write(b, function, REG_CLASS_REV, 4, class << 8);
	build_write(b, function, REG_HEADER_TYPE, 1, node->port ? 1 : 0);
	if (node->type == P2P_TYPE_NOT_PCIE)
		return;
	build_write(b, function, REG_STATUS, 2, STATUS_CAP_LIST);
	build_write(b, function, REG_CAP_LIST, 1, BUILD_EXPRESS);
	build_write(b, function, BUILD_EXPRESS, 2, CAP_EXPRESS);
	build_write(b, function, BUILD_EXPRESS + REG_EXP_FLAGS, 2,
		    2u | (uint32_t)node->type << 4);
	build_write(b, function, BUILD_EXPRESS + REG_EXP_LNKCAP, 4, 0x104);
	build_write(b, function, BUILD_EXPRESS + REG_EXP_LNKSTA, 2, 0x104);
}

static int add_function(struct build *b, int parent, enum p2p_pcie_type type,
			uint32_t class, bool port)
{
	int function = add_node(b, parent);
	struct node *node = b->nodes[function];

	node->type = type;
	node->port = port;
	node->bdf.domain = b->nodes[parent]->bdf.domain;
	node->bdf.devfn = (uint8_t)(b->nodes[parent]->next_device++ << 3);
	write_header(b, function, class);
	return function;
}

int build_port(struct build *b, int parent, enum p2p_pcie_type type)
{
	return add_function(b, parent, type, BUILD_CLASS_PORT, true);
}

int build_endpoint(struct build *b, int parent, enum p2p_pcie_type type, uint32_t class)
{
	return add_function(b, parent, type, class, false);
}

int build_sibling(struct build *b, int first)
{
	const struct node *node = b->nodes[first];
	uint32_t class = build_read(b, first, REG_CLASS_REV, 4) >> 8;
	int sibling = add_function(b, node->parent, node->type, class, node->port);
	uint8_t highest = 0;

	b->nodes[node->parent]->next_device--;
	for (int i = 0; i < b->n; i++)
		if (i != sibling && b->nodes[i]->parent == node->parent &&
		    b->nodes[i]->vf_of < 0 &&
		    b->nodes[i]->bdf.devfn >> 3 == node->bdf.devfn >> 3 &&
		    b->nodes[i]->bdf.devfn > highest)
			highest = b->nodes[i]->bdf.devfn;
	b->nodes[sibling]->bdf.devfn = (uint8_t)(highest + 1);
	build_write(b, first, REG_HEADER_TYPE, 1,
		    build_read(b, first, REG_HEADER_TYPE, 1) | HEADER_MULTI);
	return sibling;
}

void build_skip(struct build *b, int parent, unsigned n)
{
	b->nodes[parent]->next_device = (uint8_t)(b->nodes[parent]->next_device + n);
}

int build_switch(struct build *b, int parent, unsigned n)
{
	int up = build_port(b, parent, P2P_TYPE_SWITCH_UP);

	for (unsigned i = 0; i < n; i++)
		build_port_number(b, build_port(b, up, P2P_TYPE_SWITCH_DOWN),
				  (uint8_t)(i + 1));
	return up;
}

void build_capability(struct build *b, int function, unsigned id, unsigned at)
{
	build_write(b, function, at, 2,
		    id | build_read(b, function, REG_CAP_LIST, 1) << 8);
	build_write(b, function, REG_CAP_LIST, 1, at);
	build_write(b, function, REG_STATUS, 2,
		    build_read(b, function, REG_STATUS, 2) | STATUS_CAP_LIST);
}

/* Behind the first, which is ACS or an empty capability that leads on. */
void build_extended(struct build *b, int function, unsigned id, unsigned at)
{
	uint32_t first = build_read(b, function, BUILD_ACS, 4);

	if (!first)
		first = 0x1u << 16;
	build_write(b, function, at, 4, id | 1u << 16 | (first & 0xfff00000u));
	build_write(b, function, BUILD_ACS, 4, (first & 0xfffffu) | at << 20);
}

void build_vfs(struct build *b, int pf, unsigned n, unsigned offset, unsigned stride)
{
	build_extended(b, pf, EXT_CAP_SRIOV, BUILD_SRIOV);
	build_write(b, pf, BUILD_SRIOV + REG_SRIOV_CTL, 2,
		    SRIOV_CTL_ENABLE | SRIOV_CTL_MEMORY);
	build_write(b, pf, BUILD_SRIOV + SRIOV_INITIAL, 2, n);
	build_write(b, pf, BUILD_SRIOV + SRIOV_PAGE_SIZES, 4, 1);
	build_write(b, pf, BUILD_SRIOV + REG_SRIOV_DEVICE, 2, 0x101e);
	build_write(b, pf, BUILD_SRIOV + REG_SRIOV_TOTAL, 2, n);
	build_write(b, pf, BUILD_SRIOV + REG_SRIOV_NUM, 2, n);
	build_write(b, pf, BUILD_SRIOV + REG_SRIOV_OFFSET, 2, offset);
	build_write(b, pf, BUILD_SRIOV + REG_SRIOV_STRIDE, 2, stride);
	for (unsigned i = 0; i < n; i++) {
		int vf = add_node(b, b->nodes[pf]->parent);
		struct node *node = b->nodes[vf];

		node->vf_of = pf;
		node->rid_offset = offset + i * stride;
		node->type = P2P_TYPE_ENDPOINT;
		write_header(b, vf, build_read(b, pf, REG_CLASS_REV, 4) >> 8);
		build_ids(b, vf, 0xffff, 0xffff);
	}
}

void build_ids(struct build *b, int function, uint16_t vendor, uint16_t device)
{
	build_write(b, function, REG_VENDOR_ID, 2, vendor);
	build_write(b, function, REG_DEVICE_ID, 2, device);
}

void build_acs(struct build *b, int function, uint16_t cap, uint16_t ctrl)
{
	uint32_t next = build_read(b, function, BUILD_ACS, 4) & 0xfff00000u;

	build_write(b, function, BUILD_ACS, 4, EXT_CAP_ACS | 1u << 16 | next);
	build_write(b, function, BUILD_ACS + REG_ACS_CAP, 2, cap);
	build_acs_control(b, function, ctrl);
}

void build_acs_control(struct build *b, int function, uint16_t ctrl)
{
	build_write(b, function, BUILD_ACS + REG_ACS_CTL, 2, ctrl);
}

void build_egress_bit(struct build *b, int function, unsigned index)
{
	unsigned at = BUILD_ACS + REG_ACS_EGRESS + index / 32 * 4;

	build_write(b, function, at, 4,
		    build_read(b, function, at, 4) | 1u << index % 32);
}

void build_port_number(struct build *b, int function, uint8_t number)
{
	build_write(b, function, BUILD_EXPRESS + REG_EXP_LNKCAP + 3, 1, number);
}

void build_ats(struct build *b, int function, uint16_t ctrl)
{
	build_extended(b, function, EXT_CAP_ATS, BUILD_ATS);
	build_write(b, function, BUILD_ATS + REG_ATS_CTL, 2, ctrl);
}

void build_ari_forwarding(struct build *b, int port)
{
	build_write(b, port, BUILD_EXPRESS + REG_EXP_DEVCAP2, 4, DEVCAP2_ARI);
	build_write(b, port, BUILD_EXPRESS + REG_EXP_DEVCTL2, 2, DEVCTL2_ARI);
}

void build_readable(struct build *b, int function, unsigned bytes)
{
	b->nodes[function]->readable = bytes;
}

void build_hole(struct build *b, int function, unsigned offset, unsigned length)
{
	b->nodes[function]->hole = offset;
	b->nodes[function]->hole_length = length;
}

void build_hide(struct build *b, int function)
{
	b->nodes[function]->hidden = true;
}

void build_spoil(struct build *b, int function, unsigned offset, uint8_t value)
{
	assert(b->n_spoiled < SPOILED_MAX && offset < P2P_CFG_SIZE);
	b->spoiled[b->n_spoiled++] =
		(struct spoiled){ function, (uint16_t)offset, value };
}

int build_count(const struct build *b)
{
	return b->n;
}

struct build_place build_place(const struct build *b, int function)
{
	const struct node *node = b->nodes[function];

	return (struct build_place){ .parent = node->parent,
				     .pf = node->vf_of,
				     .host = node->host,
				     .hidden = node->hidden,
				     .readable = node->readable };
}

struct p2p_bdf build_bdf(const struct build *b, int function)
{
	return b->nodes[function]->bdf;
}

uint32_t build_index(const struct build *b, int function,
		     const struct p2p_snapshot *snapshot)
{
	return p2p_snapshot_find(snapshot, b->nodes[function]->bdf);
}

uint32_t build_random(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}
