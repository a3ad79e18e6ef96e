/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way between two functions, hop by hop, and what each hop does to a request. */
#ifndef P2PTOOL_RENDER_PATH_H
#define P2PTOOL_RENDER_PATH_H

#include "render/say.h"

struct path {
	uint32_t *hops; /* P2P_NONE: the root complex */
	uint32_t n_hops;
};

/** From the first verdict's requester to its completer by way of what they have in
 * common, and above it up to the root port where a request of either verdict goes
 * there. 0 or -ENOMEM. */
int path_build(const struct p2p_machine *machine,
	       const struct p2p_verdict *const verdicts[2], struct path *ret_path);
void path_done(struct path *path);

/** The bits with which @function decides the route; 0 when it does not. */
uint32_t path_decides(const struct p2p_verdict *verdict, uint32_t function);

/** The port above that does not forward what was redirected, or P2P_NONE. */
uint32_t path_end(const struct p2p_verdict *verdict);

/** Why a port does not forward what came up: `UF off`, `no ACS`. */
const char *path_end_why(const struct p2p_machine *machine, uint32_t port);

/** What @hop does to the request, as a phrase; "" for an end that does nothing. */
#define PATH_REMARK_SIZE 256
char *path_remark(const struct p2p_machine *machine, const struct p2p_verdict *verdict,
		  uint32_t hop, char ret_text[PATH_REMARK_SIZE]);

/** A bit to turn off or on so that a pair becomes direct. */
struct path_change {
	uint32_t function;
	uint32_t bits;
};

/** The ACS bits that must go off for silicon (or, with @kernel, for map bus-addr too) to
 * turn both directions round below the root complex. Returns how many entries of
 * @ret_changes were filled; 0 too when no ACS bit changes it. */
#define PATH_CHANGES 64
uint32_t path_changes(const struct p2p_machine *machine,
		      const struct p2p_verdict *const verdicts[2], bool kernel,
		      struct path_change ret_changes[PATH_CHANGES]);

#endif
