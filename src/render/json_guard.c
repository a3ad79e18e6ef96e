/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record a guard, with a sentence for each obstacle. */
#include <stdio.h>

#include "render/json_guard.h"

static cJSON *evidence_of(const struct p2p_machine *machine,
			  const struct p2p_guards *guards, enum p2p_guard guard)
{
	static const struct style style = { .unicode = true };
	const struct p2p_guard_result *result = &guards->results[guard];
	cJSON *evidence = cJSON_CreateArray();

	for (uint32_t i = 0; i < result->n_obstacles; i++) {
		char text[GUARD_SAY_SIZE];

		cJSON_AddItemToArray(
			evidence,
			json_clean(guard_say(
				machine, &guards->obstacles[result->first_obstacle + i],
				&style, text)));
	}
	if (result->n_seen > result->n_obstacles) {
		char text[48];

		snprintf(text, sizeof(text), "and %llu more",
			 (unsigned long long)(result->n_seen - result->n_obstacles));
		cJSON_AddItemToArray(evidence, cJSON_CreateString(text));
	}
	return evidence;
}

cJSON *json_guards(const struct p2p_machine *machine, const struct p2p_guards *guards)
{
	cJSON *all = cJSON_CreateArray();

	for (unsigned i = 0; i < P2P_GUARDS; i++) {
		cJSON *one = cJSON_CreateObject();

		json_string(one, "name", p2p_guard_word((enum p2p_guard)i));
		json_string(one, "verdict",
			    words_guard_verdict[guards->results[i].verdict]);
		json_item(one, "evidence",
			  evidence_of(machine, guards, (enum p2p_guard)i));
		cJSON_AddItemToArray(all, one);
	}
	return all;
}
