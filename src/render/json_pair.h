/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts as JSON records: {"from", "to", ...}. Parts that many records share are made
 * once, so that a record is a handful of copies. */
#ifndef P2PTOOL_RENDER_JSON_PAIR_H
#define P2PTOOL_RENDER_JSON_PAIR_H

#include "render/out.h"
#include "render/say.h"

struct json_pairs;

/** NULL without memory. Borrows @machine. */
struct json_pairs *json_pairs_new(const struct p2p_machine *machine);
void json_pairs_free(struct json_pairs *pairs);

/** One record, without a line's end. -ENOMEM is noted in @out. */
void json_pairs_put(struct json_pairs *pairs, struct out *out,
		    const struct p2p_verdict *verdict);

#endif
