/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a capture, cut into device lines, rows of bytes and listings. */
#ifndef P2PTOOL_IO_SOURCE_HEX_H
#define P2PTOOL_IO_SOURCE_HEX_H

#include <p2ptool/snapshot.h>

/* What was recognised while a capture was read. */
struct p2p_hex_found {
	bool rows;     /* of bytes, of some function */
	bool listing;  /* what `lspci -v` prints, of some function */
	bool identity; /* what `lspci -mm` prints, of some function */
	bool drawn;    /* a tree, as `lspci -t` draws it: passed over */
	bool extended; /* rows of extended space */
	bool unsure;   /* the last function's rows may have been cut at 256 bytes */
	struct p2p_bdf last;
};

/* Fills @snapshot, which is not sealed, from the text it owns. 0, -ENOMEM, or -E2BIG for
 * more than P2P_FUNCTIONS_MAX functions. */
int p2p_hex_read(struct p2p_snapshot *snapshot, struct p2p_hex_found *ret_found,
		 struct p2p_err *err);

/* After the seal: each function's config size, where the rows tell it; its ids are those
 * of its registers, where a record tells others. */
void p2p_hex_tell_sizes(struct p2p_snapshot *snapshot, const struct p2p_hex_found *found);

#endif
