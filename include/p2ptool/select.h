/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions a user means: the selector grammar of p2ptool-selectors(7). */
#ifndef P2PTOOL_SELECT_H
#define P2PTOOL_SELECT_H

#include <stdint.h>

#include <p2ptool/err.h>
#include <p2ptool/machine.h>

/** Functions in order of address, each once. */
struct p2p_selection {
	uint32_t *functions;
	uint32_t n_functions;
};

/** Longest selector taken. */
#define P2P_SELECTOR_MAX 65536

/** Reads @text and selects. -EINVAL when it does not parse, -ENOENT when it, or a term of
 * it, matches nothing: the sentence names the term and the nearest names. The caller
 * frees with p2p_selection_done(). */
P2P_PUBLIC int p2p_select(const struct p2p_machine *machine, const char *text,
			  struct p2p_selection *ret_selection, struct p2p_err *err);

/** The functions that reports speak of without a selector. */
P2P_PUBLIC int p2p_select_peers(const struct p2p_machine *machine,
				struct p2p_selection *ret_selection, struct p2p_err *err);
P2P_PUBLIC void p2p_selection_done(struct p2p_selection *selection);

#endif
