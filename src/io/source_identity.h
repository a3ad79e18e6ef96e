/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `lspci -mm` and `-vmm` print: who a function is and who drives it, no registers.
 * In come lines, out goes a device line as other listings have it, and what the system
 * told. */
#ifndef P2PTOOL_IO_SOURCE_IDENTITY_H
#define P2PTOOL_IO_SOURCE_IDENTITY_H

#include <p2ptool/snapshot.h>

#include "io/span.h"

#define P2P_IDENTITY_SIZE 1024

struct p2p_identity {
	struct span class, vendor, device, revision, interface; /* as printed */
	uint32_t keys; /* a bit for each that the record had */
	char header[P2P_IDENTITY_SIZE];
};

/* Is it the first line of a record, `Slot:` and an address? @below is the text under it,
 * which tells apart what others print. */
bool p2p_identity_begins(struct span line, struct span below, struct p2p_bdf *ret_bdf);

/* Do the lines here go on a record, whose first line was lost? */
bool p2p_identity_lacks_slot(struct span text);

enum p2p_identity_line {
	P2P_IDENTITY_TAKEN,
	P2P_IDENTITY_DAMAGED, /* its value is none that lspci prints */
	P2P_IDENTITY_AGAIN,   /* the record has that line: this is of another */
};

/* Takes another line of the record of @function. */
enum p2p_identity_line p2p_identity_line(struct p2p_identity *identity,
					 struct p2p_snapshot *snapshot,
					 struct p2p_function *function, struct span line);

/* Takes what follows the address in a line of -mm: quoted fields. False if it is not one,
 * or not a whole one. */
bool p2p_identity_quoted(struct p2p_identity *identity, struct span rest);

/* `CLASS: VENDOR DEVICE (rev 01) (prog-if 02)`, kept in @identity. */
struct span p2p_identity_header(struct p2p_identity *identity);

#endif
