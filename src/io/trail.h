/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who it was: what is left behind by a run that writes. */
#ifndef P2PTOOL_IO_TRAIL_H
#define P2PTOOL_IO_TRAIL_H

#include <p2ptool/journal.h>

/** The login uid of this process, which sudo and su leave as it is; P2P_JOURNAL_NO_USER
 * if there is none, or nobody tells. */
int64_t p2p_login_uid(void);

/** Writes one line to the system log. */
void p2p_trail(const char *line);

#endif
