/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A snapshot as a p2ptool capture: what p2ptool-capture(8) describes. */
#ifndef P2PTOOL_RENDER_CAPTURE_TEXT_H
#define P2PTOOL_RENDER_CAPTURE_TEXT_H

#include <p2ptool/snapshot.h>

#include "render/out.h"

/** All that is in @snapshot but its name. */
void capture_text(const struct p2p_snapshot *snapshot, struct out *out);

#endif
