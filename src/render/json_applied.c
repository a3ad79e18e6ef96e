/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of apply and restore. */
#include <inttypes.h>
#include <stdio.h>

#include "render/applied_report.h"
#include "render/json_guard.h"
#include "render/json_transaction.h"

static void put_ops(const struct p2p_journal *journal, bool with_id, bool *any,
		    struct out *out)
{
	for (uint32_t i = 0; journal && i < journal->apply->n_ops; i++) {
		cJSON *op = json_apply_op(journal->apply, i);

		if (with_id)
			json_number(op, "transaction", journal->id);
		json_element(out, any, op);
	}
}

/* Registers that are otherwise than when the command began. */
static bool has_changed(const struct p2p_apply *apply)
{
	return apply->outcome == P2P_OUTCOME_DONE ||
	       apply->outcome == P2P_OUTCOME_INCOMPLETE;
}

void applied_json(const struct applied_report *report, struct out *out)
{
	const struct p2p_plan *plan = report->plan->plan;
	const struct p2p_machine *machine = report->plan->scene->machine;
	const struct p2p_journal *journal = report->journal;
	bool any = false;

	out_format(out, "{\"schema\":\"p2ptool.apply/1\",\n\"changed\":%s,\n",
		   journal && has_changed(journal->apply) ? "true" : "false");
	if (journal)
		out_format(out, "\"transaction\":%" PRIu32 ",\n\"ops\":[", journal->id);
	else
		out_text(out, "\"transaction\":null,\n\"ops\":[");
	put_ops(journal, false, &any, out);
	out_text(out, "],\n\"bystanders\":");
	json_print(out, json_addresses(machine, plan->bystanders, plan->n_bystanders));
	out_text(out, ",\n\"guards\":");
	json_print(out, report->plan->guards ?
				json_guards(machine, report->plan->guards) :
				cJSON_CreateArray());
	out_text(out, "}\n");
}

void restored_json(const struct restored_report *report, struct out *out)
{
	bool any = false, changed = false;

	for (uint32_t i = 0; i < report->n_journals; i++)
		changed |= has_changed(report->journals[i]->apply);
	out_format(out, "{\"schema\":\"p2ptool.restore/1\",\n\"changed\":%s,\n",
		   changed ? "true" : "false");
	if (report->n_journals == 1)
		out_format(out, "\"transaction\":%" PRIu32, report->journals[0]->id);
	else
		out_text(out, "\"transaction\":null");
	out_text(out, ",\n\"ops\":[");
	for (uint32_t i = 0; i < report->n_journals; i++)
		put_ops(report->journals[i], true, &any, out);
	out_text(out, "],\n\"bystanders\":[],\n\"guards\":[]}\n");
}
