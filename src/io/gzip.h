/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libarchive leaves undone for gzip, and zlib data that is no file. */
#ifndef P2PTOOL_IO_GZIP_H
#define P2PTOOL_IO_GZIP_H

#include <stddef.h>

/** Looks at gzip data piece by piece. NULL without memory. */
struct p2p_gzip;
struct p2p_gzip *p2p_gzip_new(void);
void p2p_gzip_feed(struct p2p_gzip *gzip, const void *bytes, size_t length);

/** Frees it. Whether the data agrees with the lengths and checksums packed beside it: 0,
 * -EBADMSG when not, -ENOMEM. What stands behind the last member is passed over. */
int p2p_gzip_end(struct p2p_gzip *gzip);

/** Unpacks zlib data of at most @size bytes. Their number; -EBADMSG for what is damaged,
 * cut or longer, -ENOMEM. */
int p2p_zlib_unpack(const void *bytes, size_t length, void *ret_plain, size_t size);

#endif
