/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `plan`. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/json_guard.h"
#include "render/missing.h"
#include "render/plan_report.h"
#include "render/words_plan.h"

static const struct p2p_machine *machine_of(const struct plan_report *report)
{
	return report->scene->machine;
}

static cJSON *domain(const struct plan_report *report)
{
	const struct p2p_plan *plan = report->plan;
	const struct p2p_plan_options *options = report->options;
	cJSON *object = cJSON_CreateObject();

	json_item(object, "selector", json_clean(report->selector));
	json_item(object, "members",
		  json_addresses(machine_of(report), plan->members, plan->n_members));
	json_item(object, "initiators",
		  json_addresses(machine_of(report), options->initiators,
				 options->n_initiators));
	return object;
}

/* What mode set was asked to do; false for the other modes. */
static cJSON *bits(const struct p2p_plan_options *options)
{
	cJSON *object;
	char kernel[P2P_PLAN_KERNEL_BITS_SIZE];

	if (options->mode != P2P_PLAN_SET)
		return cJSON_CreateFalse();
	object = cJSON_CreateObject();
	json_item(object, "on", json_bits(options->set));
	json_item(object, "off", json_bits(options->clear));
	json_string(object, "kernel",
		    p2p_plan_kernel_bits(options->set, options->clear, kernel));
	return object;
}

static void put_hex(cJSON *object, const char *key, uint32_t value, unsigned width)
{
	char text[PLAN_VALUE_SIZE];

	snprintf(text, sizeof(text), width == 32 ? "0x%08x" : "0x%04x", value);
	json_string(object, key, text);
}

/* A value of which some bits were not read is null. */
static void put_values(cJSON *object, const struct plan_report *report,
		       const struct plan_row *row)
{
	uint32_t all = row->width == 32 ? UINT32_MAX : 0xffff;
	const char *why_not = missing_registers(machine_of(report), row->function);
	cJSON *missing = cJSON_CreateArray();

	if ((row->known & all) == all) {
		put_hex(object, "old", row->old, row->width);
		put_hex(object, "new", row->new, row->width);
	} else {
		json_null(object, "old"), json_lack(missing, "old", why_not);
		json_null(object, "new"), json_lack(missing, "new", why_not);
	}
	json_item(object, "missing", missing);
}

static cJSON *op_record(const struct plan_report *report, const struct p2p_plan_op *op,
			const struct plan_row *row)
{
	bool is_control = row->word == P2P_PLAN_CONTROL;
	cJSON *object = cJSON_CreateObject();
	char text[PLAN_REGISTER_SIZE], hand[PLAN_HAND_SIZE];

	json_address(object, "function", machine_of(report), row->function);
	json_string(object, "register", plan_register(row, text));
	snprintf(text, sizeof(text), "0x%03x", (unsigned)op->offset);
	json_string(object, "offset", text);
	json_number(object, "width", row->width);
	put_hex(object, "mask", row->mask, row->width);
	put_values(object, report, row);
	json_item(object, "on", json_bits(is_control ? row->mask & row->new : 0));
	json_item(object, "off", json_bits(is_control ? row->mask & ~row->new : 0));
	json_string(object, "setpci", plan_hand(row, row->new, hand));
	json_string(object, "phase", words_phase[row->phase].word);
	json_item(object, "why", json_words(words_plan_why, WORDS_PLAN_WHY, op->why));
	return object;
}

static void put_ops(const struct plan_report *report, struct out *out)
{
	uint32_t n = 0;
	struct plan_row *rows = plan_rows_each(report, &n);
	bool any = false;

	if (!rows) {
		out_fail(out, -ENOMEM);
		return;
	}
	out_text(out, ",\n\"ops\":[");
	for (uint32_t i = 0; i < n; i++)
		json_element(out, &any,
			     op_record(report, &report->plan->ops[i], &rows[i]));
	out_text(out, "]");
	free(rows);
}

static cJSON *classes(unsigned classes)
{
	cJSON *array = cJSON_CreateArray();

	for (unsigned k = 0; k < P2P_TLPS; k++)
		if (classes >> k & 1)
			cJSON_AddItemToArray(array,
					     cJSON_CreateStringReference(words_tlp[k]));
	return array;
}

static cJSON *pair_record(const struct plan_report *report,
			  const struct p2p_plan_pair *pair, bool with_classes)
{
	cJSON *object = cJSON_CreateObject();

	json_address(object, "from", machine_of(report), pair->from);
	json_address(object, "to", machine_of(report), pair->to);
	if (with_classes) {
		json_item(object, "more", classes(pair->more));
		json_item(object, "less", classes(pair->less));
	}
	return object;
}

/* Of each sort that has a list of its own: the pairs, and all that change. */
static void put_pairs(const struct plan_report *report, struct out *out)
{
	bool any = false;

	out_text(out, "\"made_direct\":[");
	for (uint32_t i = 0; i < report->plan->n_changed; i++)
		if (plan_is_of(report, &report->plan->pairs[i], PLAN_MADE_DIRECT))
			json_element(out, &any,
				     pair_record(report, &report->plan->pairs[i], false));
	out_text(out, "],\n\"changed\":[");
	any = false;
	for (uint32_t i = 0; i < report->plan->n_changed; i++)
		json_element(out, &any,
			     pair_record(report, &report->plan->pairs[i], true));
	out_text(out, "],\n");
}

static cJSON *root_complex(const struct p2p_plan *plan)
{
	cJSON *object = cJSON_CreateObject(), *maps = cJSON_CreateObject();

	json_number(object, "pairs", (double)plan->n_root_complex);
	for (int map = 0; map <= P2P_MAP_UNKNOWN; map++)
		if (plan->root_complex[map])
			json_number(maps, words_map[map].word,
				    (double)plan->root_complex[map]);
	json_item(object, "kernel", maps);
	return object;
}

static void put_bridged(const struct plan_report *report, struct out *out)
{
	uint32_t n = 0;
	struct plan_bridge *bridges = plan_bridges(report, true, &n);

	if (!bridges) {
		out_fail(out, -ENOMEM);
		return;
	}
	out_text(out, ",\n\"live_groups_bridged\":[");
	for (uint32_t i = 0; i < n; i++)
		out_format(out, "%s[%d,%d]", i ? "," : "", bridges[i].a, bridges[i].b);
	out_text(out, "]");
	free(bridges);
}

/* The groups that are not the same in the @other prediction. */
static cJSON *groups(const struct plan_report *report, const struct p2p_groups *of,
		     const struct p2p_groups *other)
{
	cJSON *array = cJSON_CreateArray();

	for (uint32_t i = 0; of && i < of->n_groups; i++) {
		const struct p2p_group *group = &of->groups[i];
		cJSON *object;

		if (!plan_group_changes(of, other, i))
			continue;
		object = cJSON_CreateObject();
		json_item(object, "functions",
			  json_addresses(machine_of(report),
					 of->members + group->first_member,
					 group->n_members));
		json_string(object, "certainty", words_certainty[group->certainty]);
		cJSON_AddItemToArray(array, object);
	}
	return array;
}

static void put_effects(const struct plan_report *report, struct out *out)
{
	const struct p2p_plan *plan = report->plan;
	const struct p2p_groups *before = plan->before_groups,
				*after = plan->after_groups;
	cJSON *predicted = cJSON_CreateObject();

	out_text(out, ",\n\"effects\":{");
	put_pairs(report, out);
	out_format(out,
		   "\"pairs\":%llu,\"inside_switches\":%llu,\"direct_before\":%llu,\n",
		   (unsigned long long)plan->n_pairs, (unsigned long long)plan->n_goals,
		   (unsigned long long)plan->n_direct);
	out_text(out, "\"at_root_complex\":");
	json_print(out, root_complex(plan));
	put_bridged(report, out);
	json_item(predicted, "before", groups(report, before, after));
	json_item(predicted, "after", groups(report, after, before));
	out_text(out, ",\n\"groups_predicted\":");
	json_print(out, predicted);
	out_text(out, ",\n\"waiting\":");
	json_print(out,
		   json_addresses(machine_of(report), plan->waiting, plan->n_waiting));
	out_text(out, "}");
}

static cJSON *refusal_record(const struct plan_report *report,
			     const struct p2p_plan_refusal *refusal)
{
	static const struct style plain = { .unicode = true };
	cJSON *object = cJSON_CreateObject();
	char text[PLAN_REFUSAL_SIZE];

	json_string(object, "kind", words_refusal[refusal->kind]);
	json_address(object, "function", machine_of(report), refusal->function);
	json_address(object, "other", machine_of(report), refusal->other);
	json_address(object, "at", machine_of(report), refusal->at);
	json_item(object, "bits", json_bits(refusal->bits));
	json_item(object, "text",
		  json_clean(plan_refusal(report, refusal, &plain, text)));
	return object;
}

void plan_json(const struct plan_report *report, struct out *out)
{
	const struct p2p_plan *plan = report->plan;
	bool any = false;

	out_format(out,
		   "{\"schema\":\"p2ptool.plan/1\",\n\"mode\":\"%s\",\n\"scope\":\"%s\"",
		   words_mode[plan->mode].word, words_scope[plan->scope].word);
	out_text(out, ",\n\"domain\":");
	json_print(out, domain(report));
	out_text(out, ",\n\"bits\":");
	json_print(out, bits(report->options));
	put_ops(report, out);
	put_effects(report, out);
	out_text(out, ",\n\"bystanders\":");
	json_print(out, json_addresses(machine_of(report), plan->bystanders,
				       plan->n_bystanders));
	out_text(out, ",\n\"refusals\":[");
	for (uint32_t i = 0; i < plan->n_refusals; i++)
		json_element(out, &any, refusal_record(report, &plan->refusals[i]));
	out_text(out, "],\n\"guards\":");
	json_print(out, report->guards ? json_guards(machine_of(report), report->guards) :
					 cJSON_CreateArray());
	out_text(out, ",\n\"assumed\":");
	json_print(out, json_assumed(plan->assumed));
	out_text(out, "}\n");
}
