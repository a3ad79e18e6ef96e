/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One transaction at a time. The kernel gives the lock back when its holder ends, however
 * that ends. */
#ifndef P2PTOOL_IO_LOCK_H
#define P2PTOOL_IO_LOCK_H

#include "io/journal_file.h"

struct p2p_lock;

/** How long a lock is waited for, and what ends the waiting. */
struct p2p_lock_wait {
	unsigned seconds;
	bool (*stop)(void *data); /* NULL: nothing */
	void *data;
};

/** Takes the lock of the journals. The caller gives it back. 0; -EBUSY when it is held
 * all that time, and by whom: pid, command, and since when; -EINTR after a stop; or
 * another errno. */
int p2p_lock_take(const struct p2p_journals *journals, const struct p2p_lock_wait *wait,
		  struct p2p_lock **ret_lock, struct p2p_err *err);
void p2p_lock_give(struct p2p_lock *lock);

#endif
