/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a function is named in text, and what a verdict comes down to: shared by all
 * renderers. */
#ifndef P2PTOOL_RENDER_SAY_H
#define P2PTOOL_RENDER_SAY_H

#include <stdbool.h>

#include <p2ptool/machine.h>

#include "render/style.h"

/** What is rendered: a machine, and for `scan` what was found in it. */
struct scene {
	const struct p2p_machine *machine;
	const struct p2p_islands *islands;
	const struct p2p_findings *findings;
	const struct p2p_grouped *grouped;
	bool numeric;               /* ids instead of names */
	bool told_kernel, told_cpu; /* by the user */
	const char *asked; /* ` -F CAPTURE --kernel 6.8`: of which machine it was asked */
};

#define SAY_SIZE 256

/** A function's address. */
char *say_address(const struct p2p_machine *machine, uint32_t function,
		  char ret_text[P2P_BDF_SIZE]);

/** Its address without PCI domain where that is 0000. */
char *say_short(const struct p2p_machine *machine, uint32_t function,
		char ret_text[P2P_BDF_SIZE]);

/** Its label, cleaned. */
char *say_label(const struct p2p_machine *machine, uint32_t function,
		const struct style *style, char ret_text[P2P_LABEL_SIZE]);

/** What a port or bridge is, or the label of anything else. */
char *say_what(const struct p2p_machine *machine, uint32_t function,
	       const struct style *style, char ret_text[SAY_SIZE]);

/** `32.0 x16`; "" when there is no link or it is not known. */
#define SAY_LINK_SIZE 24
char *say_link(const struct p2p_facts *facts, char ret_text[SAY_LINK_SIZE]);

/** `A`, `B` ... `Z`, `AA`. */
#define SAY_ISLAND_SIZE 8
char *say_island(uint32_t island, char ret_text[SAY_ISLAND_SIZE]);

/** True if P2PDMA's algorithm refuses the pair: the `!` after a code. */
static inline bool say_refused(const struct p2p_verdict *verdict)
{
	return verdict->map == P2P_MAP_NOT_SUPPORTED;
}

/** True if what P2PDMA answers is not known though the route is: the `~` after a code. */
static inline bool say_open(const struct p2p_verdict *verdict)
{
	return verdict->map == P2P_MAP_UNKNOWN && verdict->route != P2P_ROUTE_UNKNOWN;
}

/** Appends a blank and @word, quoted so that a shell takes it as one word. */
char *say_word(const char *word, char *text, size_t size);

/** `p2ptool COMMAND`, with the options that name the same machine. */
#define SAY_COMMAND_SIZE 1024
char *say_command(const struct scene *scene, const char *command,
		  char ret_text[SAY_COMMAND_SIZE]);

#endif
