/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `status`. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "render/json_transaction.h"
#include "render/status_report.h"

static const char *const states[] = {
	[P2P_APPLY_NEW] = "new",         [P2P_APPLY_WRITING] = "writing",
	[P2P_APPLY_APPLIED] = "applied", [P2P_APPLY_UNDOING] = "undoing",
	[P2P_APPLY_UNDONE] = "undone",   [P2P_APPLY_FAILED] = "failed",
};

static cJSON *when(int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm utc;
	char text[32];

	if (!seconds || !gmtime_r(&time, &utc) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc))
		return cJSON_CreateNull();
	return cJSON_CreateString(text);
}

static cJSON *transaction(const struct status_report *report,
			  const struct p2p_journal *journal)
{
	char mode[24];
	cJSON *object = cJSON_CreateObject(), *ops = cJSON_CreateArray();

	json_number(object, "id", journal->id);
	json_item(object, "time", when(journal->time));
	json_item(object, "domain", json_clean(journal->domain));
	json_item(object, "selects", json_clean(journal->selector));
	snprintf(mode, sizeof(mode), "%.*s", (int)strcspn(journal->mode, " "),
		 journal->mode);
	json_item(object, "mode", json_clean(mode));
	json_item(object, "options",
		  json_clean(journal->mode + strspn(journal->mode + strlen(mode), " ") +
			     strlen(mode)));
	json_item(object, "allowed", json_clean(journal->allowed));
	json_string(object, "state", states[journal->apply->state]);
	json_item(object, "earlier_boot",
		  cJSON_CreateBool(status_is_of_earlier_boot(report, journal)));
	for (uint32_t i = 0; i < journal->apply->n_ops; i++)
		cJSON_AddItemToArray(ops, json_apply_op(journal->apply, i));
	json_item(object, "ops", ops);
	return object;
}

static cJSON *drift(const struct status_report *report, const struct p2p_journal *journal,
		    uint32_t reg)
{
	const struct p2p_apply_register *at = &journal->apply->registers[reg];
	cJSON *object = cJSON_CreateObject();

	json_number(object, "transaction", journal->id);
	json_apply_register(object, journal->apply, reg);
	json_apply_value(object, "applied", at, at->applied);
	if (at->is_read)
		json_apply_value(object, "now", at, at->now);
	else
		json_null(object, "now");
	json_string(object, "why", status_why(report, journal->apply, reg));
	return object;
}

static void put_drift(const struct status_report *report, struct out *out)
{
	bool any = false;

	out_text(out, "],\n\"drift\":[");
	for (uint32_t i = 0; i < report->n_journals; i++) {
		const struct p2p_apply *apply = report->journals[i]->apply;

		for (uint32_t k = 0; k < apply->n_registers; k++)
			if (status_is_off(report, i, k))
				json_element(out, &any,
					     drift(report, report->journals[i], k));
	}
}

/* Functions whose live group is another than their registers make. */
static cJSON *stale(const struct status_report *report)
{
	const struct p2p_grouped *grouped = report->scene->grouped;
	cJSON *array = cJSON_CreateArray();

	for (uint32_t i = 0; grouped && i < grouped->diff->n_differences; i++) {
		const struct p2p_group_difference *at = &grouped->diff->differences[i];
		cJSON *object = cJSON_CreateObject();

		json_address(object, "function", report->scene->machine, at->function);
		json_number(object, "live", at->live);
		cJSON_AddItemToArray(array, object);
	}
	return array;
}

static bool is_unfinished(const struct status_report *report)
{
	for (uint32_t i = 0; i < report->n_journals; i++)
		if (status_is_unfinished(report->journals[i]->apply))
			return true;
	return false;
}

void status_json(const struct status_report *report, struct out *out)
{
	uint32_t n = 0, *providers = status_providers(report, &n);
	bool any = false;

	if (!providers) {
		out_fail(out, -ENOMEM);
		return;
	}
	out_text(out, "{\"schema\":\"p2ptool.status/1\",\n\"transactions\":[");
	for (uint32_t i = 0; i < report->n_journals; i++)
		json_element(out, &any, transaction(report, report->journals[i]));
	put_drift(report, out);
	out_text(out, "],\n\"stale_groups\":");
	json_print(out, stale(report));
	out_text(out, ",\n\"maybe_stale_providers\":");
	json_print(out, json_addresses(report->scene->machine, providers, n));
	out_format(out, ",\n\"unfinished\":%s}\n",
		   is_unfinished(report) ? "true" : "false");
	free(providers);
}
