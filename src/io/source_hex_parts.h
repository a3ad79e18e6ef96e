/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader of source_hex.c, and the end of a text, which may have been cut:
 * source_hex_end.c. */
#ifndef P2PTOOL_IO_SOURCE_HEX_PARTS_H
#define P2PTOOL_IO_SOURCE_HEX_PARTS_H

#include "io/source_hex.h"
#include "io/source_identity.h"
#include "io/source_text.h"

#define HEADER_BYTES 64 /* what lspci -x prints */
#define CARD_BYTES   128
#define PLAIN_BYTES  256

struct hex_reader {
	struct p2p_snapshot *snapshot;
	struct p2p_hex_found *found;
	struct p2p_listing listing;
	struct p2p_identity identity;
	struct span text;
	size_t at;
	size_t counted; /* newlines before this position are in @lines */
	uint64_t lines;

	/* the function that is being read; @open: its lines are its own */
	bool open, rows, cut;
	bool record; /* of a machine-readable listing, a record or a line */
	bool closed; /* an empty line came after all that is known of it */
	bool lost;   /* that a device line is lost here was told */
	struct p2p_bdf bdf;
	size_t begin;  /* of its device line */
	unsigned next; /* the offset of the row that should come */
	bool row_0;    /* was there, and has: */
	uint32_t ids;  /* device above vendor */
	unsigned layout;

	unsigned least; /* where rows of a function ended first, 0 before there is one */
	bool plain;     /* some function had more than a header */
	bool verbose;   /* there was a record of -vmm */
};

/* Notes damage of the function that is read. */
P2P_PRINTF(3)
void p2p_hex_damage(struct hex_reader *reader, size_t position, const char *format, ...);

/* The bus below a bridge that was read before: for struct p2p_bridges, @data is the
 * reader. */
bool p2p_hex_bus_below(const void *data, struct p2p_bdf bridge, uint8_t *ret_bus);

/* Whether the last line, or all that is behind the last function's, was cut. */
void p2p_hex_check_end(struct hex_reader *reader);

/* Names what was read after the options that make lspci print it. */
void p2p_hex_tell_kind(struct hex_reader *reader);

#endif
