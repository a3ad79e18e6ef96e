/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text that `lspci -v` prints of a function, line by line: in come lines, out go the
 * register bits they tell, at the offsets where the registers are, and what the system
 * told of the function (driver, NUMA node, group, slot, ids). */
#ifndef P2PTOOL_IO_SOURCE_TEXT_H
#define P2PTOOL_IO_SOURCE_TEXT_H

#include <p2ptool/snapshot.h>

#include "io/ids.h"
#include "io/span.h"

/* How much a listing tells: every `-v` adds. */
enum p2p_verbosity { P2P_LISTING_NONE, P2P_LISTING_V, P2P_LISTING_VV };

/* Where a line stands: in the function's head or in one of its capabilities. */
enum p2p_place {
	P2P_IN_HEAD,
	P2P_IN_OTHER, /* a capability whose lines tell nothing that is used */
	P2P_IN_POWER,
	P2P_IN_EXPRESS,
	P2P_IN_AER,
	P2P_IN_ACS,
	P2P_IN_ARI,
	P2P_IN_ATS,
	P2P_IN_SRIOV,
	P2P_IN_PRI,
	P2P_IN_REBAR,
	P2P_IN_PASID,
	P2P_IN_DPC,
};

struct p2p_text_register;

/* The listing of the function begun last. */
struct p2p_listing {
	struct p2p_snapshot *snapshot;
	struct p2p_ids *ids; /* made when the first name has to become a number */
	struct span header;  /* what follows the address on the device line */
	enum p2p_place place;
	const struct p2p_text_register
		*reg;                   /* what the line and its continuations tell of */
	unsigned at;                    /* the capability that is being told */
	unsigned first, last, last_ext; /* of the two lists, 0 before there is one */
	unsigned rebar;                 /* BARs told by the resizable BAR capability */
	int class_code;                 /* class and subclass as printed, -1 when not */
	uint8_t below;                  /* the bus below a bridge, 0 until it is told */
	bool has_list;             /* the status register says that there is a list */
	bool bridge;               /* there was a "Bus:" line */
	bool broken;               /* the printed list is not the whole list */
	bool closed;               /* what lspci prints last was seen */
	bool express, pcix;        /* capabilities that extended space comes with */
	bool unnamed;              /* a capability of which it is not known which */
	bool subsystem, registers; /* lines of the head that were there */
	bool invalid;              /* lspci says that the header is none of its class */
	bool again;                /* another head came: a device line was lost */
	bool told;                 /* there was a line of a listing */
	enum p2p_verbosity level;  /* NONE until the head was told */
	enum p2p_verbosity most;   /* of all functions so far */
	bool any_extended, any_told;
};

/* Begins the function that the snapshot has begun; @header borrows. */
void p2p_listing_begin(struct p2p_listing *listing, struct span header);

/* Is it the line with which the registers of every listing begin? */
bool p2p_listing_is_head(struct span line);

/* Takes a line of it; true if it is one that lspci prints in a listing. */
bool p2p_listing_line(struct p2p_listing *listing, struct span line);

/* Ends the function. @closed: something that is printed below a listing came after it.
 * @vendor and @device are as read from its registers (0xffff: from a VF, or one that does
 * not answer), -1 if they were not. */
void p2p_listing_end(struct p2p_listing *listing, bool closed, int vendor, int device);

void p2p_listing_done(struct p2p_listing *listing);

/* The function begun last. */
static inline struct p2p_function *p2p_listing_function(struct p2p_listing *listing)
{
	return &listing->snapshot->functions[listing->snapshot->n_functions - 1];
}

/* Notes bits of the register at @at of config space. */
static inline void p2p_listing_tell(struct p2p_listing *listing, unsigned at,
				    unsigned width, uint32_t value, uint32_t known)
{
	p2p_snapshot_add_bits(listing->snapshot, at, width,
			      (struct p2p_reg){ value & known, known });
}

/* source_text_head.c: a line of the head; false if it is none that tells something. */
bool p2p_text_head(struct p2p_listing *listing, struct span line);

/* source_text_name.c: the four digits that a name has in brackets behind it (-nn), or is
 * (-n); empty where there are none. */
struct span p2p_text_number(struct span name);

/* source_text_name.c: class, vendor and device out of the device line. */
void p2p_text_ids(struct p2p_listing *listing, int vendor, int device);

/* source_text_caps.c: a "Capabilities:" line, and the ends of both lists. */
void p2p_text_capability(struct p2p_listing *listing, struct span line);
void p2p_text_end_lists(struct p2p_listing *listing);

/* source_text_regs.c: a line that begins or continues a register. */
bool p2p_text_register(struct p2p_listing *listing, struct span line);

/* `Word:` or `Two words:` at the start: something else than what was told before. */
bool p2p_text_is_key(struct span line);

#endif
