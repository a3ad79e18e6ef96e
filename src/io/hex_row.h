/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of a capture: is it a row of bytes, is it a device line? Made to be fast for
 * whole rows, which are nearly all there is. */
#ifndef P2PTOOL_IO_HEX_ROW_H
#define P2PTOOL_IO_HEX_ROW_H

#include <p2ptool/bdf.h>

#include "io/span.h"

#define HEX_ROW_BYTES 16
#define HEX_ROW_CHARS (3 * HEX_ROW_BYTES - 1)

struct p2p_hex_row {
	unsigned offset;
	unsigned good; /* bytes from the start that were read */
	size_t digits; /* where the first byte stands in the text */
};

/* A whole row at @at: the position behind its line, 0 when there is none. @expected is
 * the offset that comes next. */
size_t p2p_hex_whole_row(struct span text, size_t at, unsigned expected,
			 struct p2p_hex_row *ret_row);

/* Is the line, which is no whole row, a damaged one? Digits count from its start. */
bool p2p_hex_damaged_row(struct span line, unsigned expected,
			 struct p2p_hex_row *ret_row);

enum p2p_address { P2P_ADDRESS_NONE, P2P_ADDRESS_KNOWN, P2P_ADDRESS_PATH };

/* What is known of the bridges further up. */
struct p2p_bridges {
	/* The bus below a bridge; false if nobody told it. */
	bool (*below)(const void *data, struct p2p_bdf bridge, uint8_t *ret_bus);
	const void *data;
};

/* Does the line begin with an address, as a device line does? @ret_rest is what follows.
 * P2P_ADDRESS_PATH: a path whose last step has no bus number, and @bridges, which may be
 * NULL, do not tell it. */
enum p2p_address p2p_hex_address(struct span line, const struct p2p_bridges *bridges,
				 struct p2p_bdf *ret_bdf, struct span *ret_rest);

#endif
