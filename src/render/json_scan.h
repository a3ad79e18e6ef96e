/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `scan`, see p2ptool-json(5). */
#ifndef P2PTOOL_RENDER_JSON_SCAN_H
#define P2PTOOL_RENDER_JSON_SCAN_H

#include "render/out.h"
#include "render/say.h"

/** The whole object; -ENOMEM is noted in @out. */
void json_scan(const struct scene *scene, const char *version, struct out *out);

#endif
