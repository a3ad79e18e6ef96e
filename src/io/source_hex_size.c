/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows in, sizes of config space out, where the rows tell them. */
#include "core/regs.h"
#include "io/source_hex.h"

#define PLAIN_BYTES 256

static unsigned end_of_rows(const struct p2p_snapshot *snapshot, uint32_t index)
{
	const struct p2p_function *function = &snapshot->functions[index];
	unsigned end = 0;

	for (uint32_t i = 0; i < function->n_extents; i++) {
		const struct p2p_extent *extent =
			&snapshot->extents[function->first_extent + i];

		if (extent->encoding == P2P_HEX)
			end = (unsigned)extent->start + extent->length;
	}
	return end;
}

/* lspci -xxxx prints all that the kernel gives: 256 bytes are the whole of a function,
 * unless its rows were cut just there. */
static void tell_size(struct p2p_snapshot *snapshot, const struct p2p_hex_found *found,
		      uint32_t index)
{
	struct p2p_function *function = &snapshot->functions[index];
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, index);
	unsigned end = end_of_rows(snapshot, index), offset;
	char address[P2P_BDF_SIZE];

	if (end > PLAIN_BYTES)
		function->config_size = P2P_CFG_SIZE;
	if (end != PLAIN_BYTES)
		return;
	if (!found->unsure || p2p_bdf_key(function->bdf) != p2p_bdf_key(found->last) ||
	    p2p_cfg_capability(&cfg, CAP_EXPRESS, &offset) == P2P_NO)
		function->config_size = PLAIN_BYTES;
	else
		p2p_snapshot_add_damage(snapshot, 0,
					"%s: the file may be cut at 0x100 of it",
					p2p_bdf_format(function->bdf, address));
}

/* What a record tells may be numbers for names, and of another card than the registers
 * are of. */
static void forget_told_ids(struct p2p_snapshot *snapshot, uint32_t index)
{
	struct p2p_function *function = &snapshot->functions[index];
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, index);
	struct p2p_reg ids = p2p_cfg_read(&cfg, REG_VENDOR_ID, 4);

	if (p2p_reg_knows(ids, UINT32_MAX) && (ids.value & 0xffff) != 0xffff)
		function->vendor = function->device = P2P_NOT_TOLD;
}

void p2p_hex_tell_sizes(struct p2p_snapshot *snapshot, const struct p2p_hex_found *found)
{
	for (uint32_t i = 0; found->identity && i < snapshot->n_functions; i++)
		forget_told_ids(snapshot, i);
	for (uint32_t i = 0; found->extended && i < snapshot->n_functions; i++)
		tell_size(snapshot, found, i);
}
