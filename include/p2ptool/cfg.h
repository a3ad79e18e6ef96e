/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config space of one function as far as it was seen. Bytes stay where and as they were
 * found (raw, raw with a mask of known bits, or hexadecimal text) and are decoded when
 * they are asked for. */
#ifndef P2PTOOL_CFG_H
#define P2PTOOL_CFG_H

#include <stdint.h>

#include <p2ptool/err.h>
#include <p2ptool/tri.h>

#define P2P_CFG_SIZE 4096

enum p2p_encoding {
	P2P_RAW,    /* bytes of the pool */
	P2P_MASKED, /* pairs of bytes in the pool: value, known bits */
	P2P_HEX,    /* rows of 16 bytes in the text, two digits and a separator each */
};

/** A run of bytes that were seen. @at is the position of the first one in the pool; with
 * P2P_HEX it is where in the text the row that holds @start has its column 0, and rows
 * follow each other every @stride characters. */
struct p2p_extent {
	uint64_t at;
	uint16_t start;
	uint16_t length;
	uint16_t stride;
	uint16_t encoding;
};

/** A view; borrows everything from its snapshot. Extents are sorted and disjoint. */
struct p2p_cfg {
	const uint8_t *pool;
	const char *text;
	const struct p2p_extent *extents;
	uint32_t n_extents;
};

/** Reads @width (1, 2 or 4) bytes, little endian. Bits that were not seen are unknown. */
P2P_PUBLIC struct p2p_reg p2p_cfg_read(const struct p2p_cfg *cfg, unsigned offset,
				       unsigned width);

/** The end of the highest run that was seen: 0 when nothing was read. */
P2P_PUBLIC unsigned p2p_cfg_end(const struct p2p_cfg *cfg);

/** First capability with @id in the list that starts at 0x34 (PCI 3.0, 6.7). NO if the
 * list was read to its end without it; unknown when a byte of the walk was not seen.
 * @ret_offset is set on YES. Loops and wild pointers end the walk as in the kernel. */
P2P_PUBLIC enum p2p_tri p2p_cfg_capability(const struct p2p_cfg *cfg, unsigned id,
					   unsigned *ret_offset);

/** First extended capability with @id, walked as Linux does it
 * (pci_find_next_ext_capability, 6.12): from 0x100, at most 480 steps. */
P2P_PUBLIC enum p2p_tri p2p_cfg_ext_capability(const struct p2p_cfg *cfg, unsigned id,
					       unsigned *ret_offset);

/** Steps through the extended list. Set @offset to 0 to begin; YES and the new @offset
 * and @ret_header while there is one, NO at the end, unknown where bytes are missing. */
P2P_PUBLIC enum p2p_tri p2p_cfg_ext_next(const struct p2p_cfg *cfg, unsigned *offset,
					 uint32_t *ret_header);

#endif
