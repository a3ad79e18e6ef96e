/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `diff`: one record a change. */
#include "render/diff_report.h"
#include "render/json.h"
#include "render/words.h"

static void put_value(cJSON *object, const char *key, const char *text)
{
	if (*text)
		json_string(object, key, text);
	else
		json_null(object, key);
}

static cJSON *record(const struct diff_report *report, const struct p2p_change *change)
{
	bool gone = change->after == P2P_NONE;
	const struct p2p_machine *home = gone ? report->before : report->after;
	bool pair = change->kind == P2P_CHANGE_ROUTE || change->kind == P2P_CHANGE_MAP;
	char before[DIFF_VALUE_SIZE] = "", after[DIFF_VALUE_SIZE] = "";
	cJSON *object = cJSON_CreateObject();

	json_string(object, "kind", words_change[change->kind].word);
	json_address(object, "function", home, gone ? change->before : change->after);
	if (pair)
		json_address(object, "to", home, change->other_after);
	diff_values(report, change, before, after);
	put_value(object, "before", before);
	put_value(object, "after", after);
	return object;
}

void diff_json(const struct diff_report *report, struct out *out)
{
	const struct p2p_diff *diff = report->diff;

	out_format(out, "{\"schema\":\"p2ptool.diff/1\",\n\"same\":%s,\n\"changes\":[",
		   diff->n_changes ? "false" : "true");
	for (uint64_t i = 0; i < diff->n_changes; i++) {
		out_text(out, i ? ",\n" : "\n");
		json_print(out, record(report, &diff->changes[i]));
	}
	out_text(out, "]}\n");
}
