/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function as a JSON record. */
#ifndef P2PTOOL_RENDER_JSON_FUNCTION_H
#define P2PTOOL_RENDER_JSON_FUNCTION_H

#include "render/json.h"

/** What a record lacks is gathered in its member "missing". */
struct json_record {
	const struct scene *scene;
	uint32_t function;
	cJSON *object;
	cJSON *missing;
};

/** A member that is not known: null, and why. */
void json_missing(struct json_record *record, const char *key, const char *why);

/** The whole record. */
cJSON *json_function(const struct scene *scene, uint32_t function);

/** Adds what the registers say: "link", "acs", "ats", "pasid". */
void json_registers(struct json_record *record);

/** An object; false without the capability, null when it could not be read. What of it is
 * null is listed in @missing, as `acs.ctrl`, for the reason @why. */
cJSON *json_acs(const struct p2p_acs *acs, const char *why, cJSON *missing);

#endif
