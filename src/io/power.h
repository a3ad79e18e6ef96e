/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runtime power management of the functions of a transaction: a port that is resumed is
 * programmed anew by the kernel, so what is written is held awake. */
#ifndef P2PTOOL_IO_POWER_H
#define P2PTOOL_IO_POWER_H

#include "io/registers.h"

/** Reads what power/control says of each function into @apply, which is the one of
 * @registers. Where there is no such attribute nothing sleeps. */
void p2p_power_read(const struct p2p_registers *registers, struct p2p_apply *apply);

/** Sets power/control of a function to `on`, or back to what it was. One that is gone has
 * nothing to be set back. 0 or a negative errno. */
int p2p_power_hold(const struct p2p_registers *registers, uint32_t function, bool is_held,
		   struct p2p_err *err);

#endif
