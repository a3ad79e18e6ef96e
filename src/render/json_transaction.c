/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes of a transaction, each a JSON object. */
#include <inttypes.h>
#include <stdio.h>

#include "render/applied_report.h"
#include "render/json_transaction.h"
#include "render/words_plan.h"

static const char *const results[] = {
	[P2P_RESULT_NONE] = "unchanged",      [P2P_RESULT_WRITTEN] = "written",
	[P2P_RESULT_UNCHANGED] = "unchanged", [P2P_RESULT_ROLLED_BACK] = "rolled-back",
	[P2P_RESULT_FAILED] = "failed",
};

void json_apply_value(cJSON *object, const char *key,
		      const struct p2p_apply_register *reg, uint32_t value)
{
	char text[APPLIED_VALUE_SIZE];

	json_string(object, key, applied_value(reg, value, text));
}

void json_apply_register(cJSON *object, const struct p2p_apply *apply, uint32_t reg)
{
	const struct p2p_apply_register *at = &apply->registers[reg];
	char text[P2P_BDF_SIZE + PLAN_REGISTER_SIZE];

	json_string(object, "function",
		    p2p_bdf_format(apply->functions[at->function].bdf, text));
	json_string(object, "register",
		    plan_register(&(struct plan_row){ .word = at->word }, text));
}

cJSON *json_apply_op(const struct p2p_apply *apply, uint32_t op)
{
	const struct p2p_apply_op *at = &apply->ops[op];
	const struct p2p_apply_register *reg = &apply->registers[at->reg];
	cJSON *object = cJSON_CreateObject();
	char text[16];

	json_apply_register(object, apply, at->reg);
	snprintf(text, sizeof(text), "0x%03x", (unsigned)reg->offset);
	json_string(object, "offset", text);
	json_number(object, "width", reg->width);
	json_apply_value(object, "mask", reg, at->mask);
	json_apply_value(object, "old", reg, at->old);
	json_apply_value(object, "new", reg, at->new);
	json_string(object, "phase", words_phase[at->phase].word);
	json_item(object, "why", json_words(words_plan_why, WORDS_PLAN_WHY, at->why));
	json_string(object, "result", results[at->result]);
	if (at->result == P2P_RESULT_WRITTEN || at->result == P2P_RESULT_FAILED)
		json_apply_value(object, "read_back", reg, at->read_back);
	else
		json_null(object, "read_back");
	return object;
}
