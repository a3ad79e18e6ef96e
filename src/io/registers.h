/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config space of the functions of a transaction, read and written in a sysfs tree. */
#ifndef P2PTOOL_IO_REGISTERS_H
#define P2PTOOL_IO_REGISTERS_H

#include <p2ptool/apply.h>

#include "io/sysfs.h"

struct p2p_registers {
	const struct p2p_apply *apply;
	struct p2p_sysfs sysfs;
	int *files; /* by function: its config space, -1 until it is asked for */
};

/** Of /sys when @sysfs is NULL, else of the tree in that directory. Borrows @apply.
 * Errors as p2p_sysfs_open(). */
int p2p_registers_new(const char *sysfs, const struct p2p_apply *apply,
		      struct p2p_registers **ret_registers, struct p2p_err *err);
void p2p_registers_free(struct p2p_registers *registers);

/** Whether the tree of @sysfs, as above, lets anybody write: -EROFS when it is mounted
 * read-only. Who may write is left to the write. Errors as p2p_sysfs_open(). */
int p2p_registers_check(const char *sysfs, struct p2p_err *err);

/** One aligned access of 16 or 32 bits. A file that is opened stays that of one device:
 * another that is plugged in is not reached by it. 0; -ENODEV for a function that is not
 * there any more, -EPERM when the kernel does not let it, -EIO, or another errno. */
int p2p_registers_read(struct p2p_registers *registers, uint32_t function,
		       uint16_t offset, uint8_t width, uint32_t *ret_value,
		       struct p2p_err *err);
int p2p_registers_write(struct p2p_registers *registers, uint32_t function,
			uint16_t offset, uint8_t width, uint32_t value,
			struct p2p_err *err);

#endif
