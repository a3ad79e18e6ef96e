/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lspci -P` names a function by the bridges on its way, without bus numbers: the bridges
 * themselves, which stand further up, tell these. */
#include "core/regs.h"
#include "io/source_hex_parts.h"

/* How many functions further up a bridge is looked for: so much that all machines have
 * theirs there, and no input can keep us busy. */
#define LOOK_BACK 8192

bool p2p_hex_bus_below(const void *data, struct p2p_bdf bridge, uint8_t *ret_bus)
{
	const struct hex_reader *reader = data;
	const struct p2p_snapshot *snapshot = reader->snapshot;
	uint32_t n = snapshot->n_functions;

	/* What the text tells of the last function is not in the snapshot yet. */
	if (reader->listing.below && p2p_bdf_key(reader->bdf) == p2p_bdf_key(bridge)) {
		*ret_bus = reader->listing.below;
		return true;
	}
	for (uint32_t i = n; i-- > 0 && n - i <= LOOK_BACK;) {
		struct p2p_cfg cfg;
		struct p2p_reg bus;

		if (p2p_bdf_key(snapshot->functions[i].bdf) != p2p_bdf_key(bridge))
			continue;
		cfg = p2p_snapshot_cfg(snapshot, i);
		bus = p2p_cfg_read(&cfg, REG_SECONDARY, 1);
		if (bus.known != 0xff || !bus.value)
			continue;
		*ret_bus = (uint8_t)bus.value;
		return true;
	}
	return false;
}
