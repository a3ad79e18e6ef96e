/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libarchive leaves undone for gzip. */
#ifndef P2PTOOL_IO_GZIP_H
#define P2PTOOL_IO_GZIP_H

#include <stddef.h>

/** Whether unpacked text agrees with the lengths and checksums packed beside it: 0,
 * -EBADMSG when not, -ENOMEM. What stands behind the last member is passed over. */
int p2p_gzip_check(const void *bytes, size_t length);

#endif
