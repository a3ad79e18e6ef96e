/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two ways a value can be unknown: a truth nobody could learn, and a register of
 * which only some bits were seen. */
#ifndef P2PTOOL_TRI_H
#define P2PTOOL_TRI_H

#include <stdbool.h>
#include <stdint.h>

/** A truth that can be unknown. Zeroed memory is unknown, never "no". */
enum p2p_tri { P2P_UNKNOWN = 0, P2P_NO, P2P_YES };

/** The index of no function. */
#define P2P_NONE UINT32_MAX

/** A register as it was seen: bits of @value count only where @known has them. */
struct p2p_reg {
	uint32_t value;
	uint32_t known;
};

static inline enum p2p_tri p2p_tri_of(bool truth)
{
	return truth ? P2P_YES : P2P_NO;
}

/** YES or NO if some bit of @mask is known on, or all are known off; else unknown. */
static inline enum p2p_tri p2p_reg_any(struct p2p_reg reg, uint32_t mask)
{
	if (reg.value & reg.known & mask)
		return P2P_YES;
	return (reg.known & mask) == mask ? P2P_NO : P2P_UNKNOWN;
}

/** True when every bit of @mask was seen. */
static inline bool p2p_reg_knows(struct p2p_reg reg, uint32_t mask)
{
	return (reg.known & mask) == mask;
}

#endif
