/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What could not be learnt, why, and the way out. */
#ifndef P2PTOOL_RENDER_MISSING_H
#define P2PTOOL_RENDER_MISSING_H

#include "render/say.h"

/** Why the registers of a function are not known: a phrase. */
const char *missing_registers(const struct p2p_machine *machine, uint32_t function);

/** How they could be read after all: `as root`. @function may be P2P_NONE. */
const char *missing_remedy(const struct p2p_machine *machine, uint32_t function);

/** Why the system did not tell something of a function: a phrase. */
const char *missing_told(const struct p2p_machine *machine);

/** Why evidence for a verdict is not there: a phrase. */
const char *missing_why(const struct p2p_machine *machine, struct p2p_missing missing);

/** True if a bridge is missing above which the paths may meet: where they do, and how
 * far it is, is not known. */
bool missing_meeting(const struct p2p_verdict *verdict);

/** What to do about it: begins with a command that writes nothing. @command is how
 * p2ptool was asked: `scan -F CAPTURE`. */
#define MISSING_WAY_SIZE (SAY_COMMAND_SIZE + 128)
char *missing_way_out(const struct p2p_machine *machine, struct p2p_missing missing,
		      const char *command, char ret_text[MISSING_WAY_SIZE]);

/** Collects what unknown verdicts lack, each function once. */
struct missing_tally {
	const struct p2p_machine *machine;
	uint8_t *seen; /* by function, the machine last: a bit for each p2p_evidence */
	uint64_t n_verdicts, n_unknown;
	uint64_t n_routes; /* of the unknown: those whose route is */
	uint32_t n_what[P2P_EVIDENCE_TYPE + 1];
	uint32_t n_ports; /* bridges among those whose ACS is not known */
	struct p2p_missing example[P2P_EVIDENCE_TYPE + 1];
};

/** 0 or -ENOMEM. */
int missing_begin(const struct p2p_machine *machine, struct missing_tally *ret_tally);
void missing_end(struct missing_tally *tally);
void missing_count(struct missing_tally *tally, struct p2p_missing missing);
/** A function with itself counts as nothing. */
void missing_count_verdict(struct missing_tally *tally,
			   const struct p2p_verdict *verdict);

/** One line that says what is missing and the way out; @command as above. */
#define MISSING_SIZE 4096
char *missing_sentence(const struct missing_tally *tally, const char *command,
		       char ret_text[MISSING_SIZE]);

#endif
