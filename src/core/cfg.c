/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers out of what was seen: finds the run that holds a byte, decodes it from the
 * form it was found in, and assembles little-endian values. */
#include <stdbool.h>
#include <stddef.h>

#include <p2ptool/cfg.h>

#include "core/regs.h"

#define CAP_STEPS     48  /* PCI_FIND_CAP_TTL of the kernel */
#define EXT_CAP_STEPS 480 /* (4096 - 256) / 8, as the kernel */
#define ROW_BYTES     16

static const struct p2p_extent *find_extent(const struct p2p_cfg *cfg, unsigned offset)
{
	uint32_t low = 0, high = cfg->n_extents;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct p2p_extent *extent = &cfg->extents[middle];

		if (offset < extent->start)
			high = middle;
		else if (offset >= (unsigned)extent->start + extent->length)
			low = middle + 1;
		else
			return extent;
	}
	return NULL;
}

static uint8_t hex_digit(char c)
{
	return (uint8_t)((c & 0xf) + (c & 0x40 ? 9 : 0));
}

static uint8_t hex_byte(const char *text, const struct p2p_extent *extent,
			unsigned offset)
{
	unsigned row = offset / ROW_BYTES - extent->start / ROW_BYTES;
	const char *digits = text + (extent->at + (uint64_t)row * extent->stride +
				     (uint64_t)(offset % ROW_BYTES) * 3);

	return (uint8_t)(hex_digit(digits[0]) << 4 | hex_digit(digits[1]));
}

static struct p2p_reg read_byte(const struct p2p_cfg *cfg, unsigned offset)
{
	const struct p2p_extent *extent = find_extent(cfg, offset);
	unsigned index;

	if (!extent)
		return (struct p2p_reg){ 0, 0 };
	index = offset - extent->start;
	if (extent->encoding == P2P_HEX)
		return (struct p2p_reg){ hex_byte(cfg->text, extent, offset), 0xff };
	if (extent->encoding == P2P_RAW)
		return (struct p2p_reg){ cfg->pool[extent->at + index], 0xff };
	return (struct p2p_reg){ cfg->pool[extent->at + index * 2u],
				 cfg->pool[extent->at + index * 2u + 1] };
}

struct p2p_reg p2p_cfg_read(const struct p2p_cfg *cfg, unsigned offset, unsigned width)
{
	struct p2p_reg reg = { 0, 0 };

	for (unsigned i = 0; i < width && offset + i < P2P_CFG_SIZE; i++) {
		struct p2p_reg byte = read_byte(cfg, offset + i);

		reg.value |= (byte.value & byte.known) << (8 * i);
		reg.known |= byte.known << (8 * i);
	}
	return reg;
}

unsigned p2p_cfg_end(const struct p2p_cfg *cfg)
{
	const struct p2p_extent *last;

	if (!cfg->n_extents)
		return 0;
	last = &cfg->extents[cfg->n_extents - 1];
	return (unsigned)last->start + last->length;
}

enum p2p_tri p2p_cfg_capability(const struct p2p_cfg *cfg, unsigned id,
				unsigned *ret_offset)
{
	struct p2p_reg status = p2p_cfg_read(cfg, REG_STATUS, 2);
	struct p2p_reg layout = p2p_cfg_read(cfg, REG_HEADER_TYPE, 1);
	enum p2p_tri has_list = p2p_reg_any(status, STATUS_CAP_LIST);
	unsigned at = (layout.value & HEADER_LAYOUT) == 2 ? 0x14 : REG_CAP_LIST;

	if (has_list != P2P_YES)
		return has_list;
	for (unsigned steps = 0; steps < CAP_STEPS; steps++) {
		struct p2p_reg next = p2p_cfg_read(cfg, at, 1);
		struct p2p_reg header;

		if (!p2p_reg_knows(next, 0xff))
			return P2P_UNKNOWN;
		at = next.value & 0xfc;
		if (at < 0x40)
			return P2P_NO;
		header = p2p_cfg_read(cfg, at, 1);
		if (!p2p_reg_knows(header, 0xff))
			return P2P_UNKNOWN;
		if (header.value == 0xff)
			return P2P_NO;
		if (header.value == id) {
			*ret_offset = at;
			return P2P_YES;
		}
		at++;
	}
	return P2P_NO;
}

/* Some hosts repeat the first 256 bytes all over extended space
 * (pci_ext_cfg_is_aliased). */
static bool is_alias_of_header(const struct p2p_cfg *cfg, struct p2p_reg first)
{
	struct p2p_reg ids = p2p_cfg_read(cfg, REG_VENDOR_ID, 4);

	if ((first.known & ids.known) != UINT32_MAX || first.value != ids.value)
		return false;
	for (unsigned at = 0x200; at < P2P_CFG_SIZE; at += 0x100) {
		struct p2p_reg other = p2p_cfg_read(cfg, at, 4);

		if (other.known == UINT32_MAX && other.value != ids.value)
			return false;
	}
	return true;
}

enum p2p_tri p2p_cfg_ext_next(const struct p2p_cfg *cfg, unsigned *offset,
			      uint32_t *ret_header)
{
	unsigned next = REG_EXT_CAP_LIST;
	struct p2p_reg header;

	if (*offset) {
		header = p2p_cfg_read(cfg, *offset, 4);
		if (!p2p_reg_knows(header, 0xfff00000u))
			return P2P_UNKNOWN;
		next = header.value >> 20 & 0xffc;
		if (next < REG_EXT_CAP_LIST)
			return P2P_NO;
	}
	header = p2p_cfg_read(cfg, next, 4);
	if (!p2p_reg_knows(header, 0xffff))
		return P2P_UNKNOWN;
	/* an id of 0 may begin a list, a register of 0 does not */
	if (!*offset && header.value == 0 && header.known != UINT32_MAX)
		return P2P_UNKNOWN;
	if (!*offset && (header.value == 0 || header.value == UINT32_MAX ||
			 is_alias_of_header(cfg, header)))
		return P2P_NO;
	*offset = next;
	*ret_header = header.value;
	return P2P_YES;
}

enum p2p_tri p2p_cfg_ext_capability(const struct p2p_cfg *cfg, unsigned id,
				    unsigned *ret_offset)
{
	enum p2p_tri more = P2P_YES;
	unsigned offset = 0;
	uint32_t header;

	for (unsigned steps = 0; steps < EXT_CAP_STEPS; steps++) {
		more = p2p_cfg_ext_next(cfg, &offset, &header);
		if (more != P2P_YES)
			return more;
		if ((header & 0xffff) == id) {
			*ret_offset = offset;
			return P2P_YES;
		}
	}
	return P2P_NO;
}
