/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guards of a plan in a report. */
#ifndef P2PTOOL_RENDER_GUARD_TEXT_H
#define P2PTOOL_RENDER_GUARD_TEXT_H

#include "render/guard_say.h"
#include "render/out.h"

/** The section `Guards`: who refuses, is allowed, cannot tell or warns, then the
 * others. */
void guard_text(const struct p2p_machine *machine, const struct p2p_guards *guards,
		const struct style *style, struct out *out);

/** `in-use: pid 4211 python3 holds /dev/nvidia0; mps: ... (--allow=in-use,mps)`: why
 * nothing is written, of the guards that say @verdict; "" when none does. */
#define GUARD_REASON_SIZE 4096
char *guard_reason(const struct p2p_machine *machine, const struct p2p_guards *guards,
		   enum p2p_guard_verdict verdict, const struct style *style,
		   char ret_text[GUARD_REASON_SIZE]);

#endif
