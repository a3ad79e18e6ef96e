/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pair in both directions, hop by hop. */
#ifndef P2PTOOL_RENDER_EXPLAIN_H
#define P2PTOOL_RENDER_EXPLAIN_H

#include "render/out.h"
#include "render/path.h"

#include <p2ptool/plan.h>

struct explanation {
	const struct p2p_machine *machine;
	const struct p2p_verdict *verdicts[2]; /* forward, backward */
	const struct path *path;               /* of the first */
	const struct p2p_grouped *grouped;     /* NULL: nothing is known of a boot */
	const struct p2p_plan *plan;           /* to make both direct; NULL: none is */
	const char *asked;                     /* as in struct scene */
	bool numeric;
};

void explain_text(const struct explanation *explanation, const struct style *style,
		  struct out *out);

/** The end of the text: what would have to change for the pair to be direct. */
void explain_changes(const struct explanation *explanation, const struct style *style,
		     struct out *out);

/** Registers on the path that were written since the boot. */
void explain_stale(const struct explanation *explanation, const struct style *style,
		   struct out *out);
void explain_stale_json(const struct explanation *explanation, struct out *out);

void explain_json(const struct explanation *explanation, struct out *out);

#endif
