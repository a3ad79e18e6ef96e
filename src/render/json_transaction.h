/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transaction as JSON, for apply, restore and status. */
#ifndef P2PTOOL_RENDER_JSON_TRANSACTION_H
#define P2PTOOL_RENDER_JSON_TRANSACTION_H

#include <p2ptool/apply.h>

#include "render/json.h"

/** A write: what the plan said of it, and what became of it. The caller's. */
cJSON *json_apply_op(const struct p2p_apply *apply, uint32_t op);

/** Adds a register's value as a hexadecimal string. */
void json_apply_value(cJSON *object, const char *key,
		      const struct p2p_apply_register *reg, uint32_t value);

/** Adds `acs-control` or `egress-vector[0]`, and its function. */
void json_apply_register(cJSON *object, const struct p2p_apply *apply, uint32_t reg);

#endif
