/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are believed because nobody but their owner can have written them. */
#ifndef P2PTOOL_IO_OWNED_H
#define P2PTOOL_IO_OWNED_H

#include <stddef.h>
#include <sys/types.h>

/** Reads a plain file whole, below an open directory or AT_FDCWD. The caller frees the
 * text, which has a byte to spare. 0; -EPERM when another than @owner has it or may write
 * it, -EFBIG beyond @most bytes, or another errno. */
int p2p_owned_read(int directory, const char *path, uid_t owner, size_t most,
		   char **ret_text, size_t *ret_size);

#endif
