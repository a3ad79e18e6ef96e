/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A said machine as plain registers, read here without any code of the library: what the
 * independent statements of the rules stand on. Functions are handles of the builder. */
#ifndef P2PTOOL_TESTS_BYTES_H
#define P2PTOOL_TESTS_BYTES_H

#include "support/build.h"

#define BYTES_DEPTH 64

/* Position and registers of one function. Paths begin with the function itself and end on
 * the root bus. */
struct bytes_function {
	bool here; /* a function, not a host */
	int host, up, pf;
	int lowest; /* function directly below, a host's too; -1: none */
	int path[BYTES_DEPTH];
	int n_path;
	struct p2p_bdf bdf;
	bool bridge, express;
	unsigned type; /* PCI Express type, when express */
	bool acs;
	unsigned acs_cap, acs_ctl, acs_at;
	unsigned port_number;
	bool ari;
	unsigned ari_ctl;
};

struct bytes {
	struct build *b;
	int n;
	struct bytes_function f[];
};

/* Reads the machine, whose snapshot must have been made. Free with free(). */
struct bytes *bytes_read(struct build *b);

/* Anew after a register was written. */
void bytes_again(struct bytes *bytes);

#endif
