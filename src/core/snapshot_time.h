/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A moment as `2026-11-25T17:03:00Z`. */
#ifndef P2PTOOL_CORE_SNAPSHOT_TIME_H
#define P2PTOOL_CORE_SNAPSHOT_TIME_H

#include <p2ptool/snapshot.h>

#define TIME_ROOM 32

/* Writes seconds since 1970 in UTC and returns @ret_text; NULL for 0 and for years that
 * do not have four digits. */
char *p2p_time_format(int64_t time, char ret_text[TIME_ROOM]);

/* Reads what the other writes. 0 or -EINVAL. */
int p2p_time_parse(const char *text, int64_t *ret_time);

#endif
