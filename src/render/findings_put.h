/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings below a report. */
#ifndef P2PTOOL_RENDER_FINDINGS_PUT_H
#define P2PTOOL_RENDER_FINDINGS_PUT_H

#include "render/out.h"
#include "render/say.h"

/** Bits by enum p2p_finding_id: all, and those about groups. */
#define FINDINGS_ALL UINT32_MAX
#define FINDINGS_GROUPS                                                  \
	(1u << P2P_FINDING_GROUP_HOLE | 1u << P2P_FINDING_STALE_GROUPS | \
	 1u << P2P_FINDING_DRIFT)

/** Those of @which with the command that shows more of each, unless that is @asked, what
 * was asked now (`scan --all`). */
void findings_put(const struct scene *scene, const struct style *style, unsigned which,
		  const char *asked, struct out *out);

#endif
