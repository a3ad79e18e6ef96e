/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guards in sentences that text and JSON share. */
#ifndef P2PTOOL_RENDER_GUARD_SAY_H
#define P2PTOOL_RENDER_GUARD_SAY_H

#include <p2ptool/guard.h>

#include "render/say.h"

/** What a guard watches over, in a line; its name is p2p_guard_word(). */
extern const char *const words_guard[P2P_GUARDS];
extern const char *const words_guard_verdict[P2P_GUARD_ALLOWED + 1];
extern const char *const words_disk_use[P2P_DISK_USES];

/** `pid 4211 python3 holds /dev/nvidia0`: one obstacle, cleaned, without full stop. */
#define GUARD_SAY_SIZE 512
char *guard_say(const struct p2p_machine *machine, const struct p2p_obstacle *obstacle,
		const struct style *style, char ret_text[GUARD_SAY_SIZE]);

/** The first obstacles of a guard, `; ` between, and how many there are beside them. */
#define GUARD_EVIDENCE_SIZE 2048
char *guard_evidence(const struct p2p_machine *machine, const struct p2p_guards *guards,
		     enum p2p_guard guard, const struct style *style,
		     char ret_text[GUARD_EVIDENCE_SIZE]);

#endif
