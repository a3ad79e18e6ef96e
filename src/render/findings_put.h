/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings below a report. */
#ifndef P2PTOOL_RENDER_FINDINGS_PUT_H
#define P2PTOOL_RENDER_FINDINGS_PUT_H

#include <p2ptool/select.h>

#include "render/out.h"
#include "render/say.h"

/** Bits by enum p2p_finding_id: all, and those about groups. */
#define FINDINGS_ALL UINT32_MAX
#define FINDINGS_GROUPS                                                  \
	(1u << P2P_FINDING_GROUP_HOLE | 1u << P2P_FINDING_STALE_GROUPS | \
	 1u << P2P_FINDING_DRIFT)

/** Which findings are put, and what was asked now (`scan --all`): the command that shows
 * more of one is left out where that is it. */
struct findings_asked {
	unsigned which;
	const char *command;
	const struct p2p_selection
		*selection; /* NULL; else holes of their switches only */
};

void findings_put(const struct scene *scene, const struct style *style,
		  const struct findings_asked *asked, struct out *out);

#endif
