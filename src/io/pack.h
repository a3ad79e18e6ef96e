/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compresses what is written, as the suffix of its file asks. */
#ifndef P2PTOOL_IO_PACK_H
#define P2PTOOL_IO_PACK_H

#include <stdbool.h>
#include <stddef.h>

struct p2p_pack;

/** Whether the suffix of @path asks for it: .gz or .xz. */
bool p2p_pack_is_asked(const char *path);

/** A packer as @path's suffix asks; NULL without memory. @send takes compressed bytes and
 * returns 0 or a negative errno. */
struct p2p_pack *p2p_pack_new(const char *path,
			      int (*send)(void *to, const char *bytes, size_t length),
			      void *to);

/** Takes bytes. 0 or a negative errno, what @send returned among them. */
int p2p_pack_add(struct p2p_pack *pack, const char *bytes, size_t length);

/** Sends the rest and frees it. 0 or a negative errno. */
int p2p_pack_end(struct p2p_pack *pack);

#endif
