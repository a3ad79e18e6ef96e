/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guards of a plan as JSON. */
#ifndef P2PTOOL_RENDER_JSON_GUARD_H
#define P2PTOOL_RENDER_JSON_GUARD_H

#include "render/guard_say.h"
#include "render/json.h"

/** `[{"name", "verdict": "pass|refuse|allowed|cannot tell", "evidence": [sentences]}]`,
 * every guard. The caller's. */
cJSON *json_guards(const struct p2p_machine *machine, const struct p2p_guards *guards);

#endif
