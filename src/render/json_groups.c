/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `groups`, and the record of a group that `scan` has too. */
#include <stdio.h>

#include "render/group_say.h"
#include "render/groups_report.h"
#include "render/words.h"

static cJSON *why(const struct p2p_machine *machine, const struct p2p_groups *groups,
		  const struct p2p_group *group)
{
	cJSON *array = cJSON_CreateArray();

	for (uint32_t i = 0; i < group->n_ties; i++) {
		const struct p2p_tie *tie = &groups->ties[group->first_tie + i];
		cJSON *object = cJSON_CreateObject();

		json_address(object, "function", machine, tie->function);
		json_string(object, "rule", words_tie[tie->rule].word);
		json_item(object, "bits", json_bits(tie->bits));
		cJSON_AddItemToArray(array, object);
	}
	return array;
}

static cJSON *unbind(const struct p2p_machine *machine, const struct p2p_groups *groups,
		     const struct p2p_group *group)
{
	cJSON *array = cJSON_CreateArray();
	char address[P2P_BDF_SIZE];

	for (uint32_t i = 0; i < group->n_members; i++) {
		uint32_t member = groups->members[group->first_member + i];

		if (group_duty(machine, member) == GROUP_UNBIND)
			cJSON_AddItemToArray(array, cJSON_CreateString(say_address(
							    machine, member, address)));
	}
	return array;
}

static cJSON *unread(const struct p2p_machine *machine, const struct p2p_groups *groups,
		     const struct p2p_group *group)
{
	cJSON *array = cJSON_CreateArray();
	static const char *const words[] = { "", "acs", "bridge" };
	char address[P2P_BDF_SIZE], what[P2P_BDF_SIZE + 8];

	for (uint32_t i = 0; i < group->n_members; i++) {
		uint32_t member = groups->members[group->first_member + i];

		if (!groups->unread[member])
			continue;
		snprintf(what, sizeof(what), "%s %s", words[groups->unread[member]],
			 say_address(machine, member, address));
		json_lack(array, what, group_unread(machine, groups, member));
	}
	return array;
}

static void put_live(cJSON *object, const struct p2p_machine *machine,
		     const struct p2p_grouped *grouped, uint32_t at)
{
	const struct p2p_groups *groups = grouped->groups;
	uint32_t first = groups->members[groups->groups[at].first_member];
	int32_t live = group_live(machine, grouped, at);

	if (live < 0)
		json_null(object, "live"), json_null(object, "type");
	else
		json_number(object, "live", live),
			json_told(object, "type", machine,
				  machine->snapshot->functions[first].group_type);
}

cJSON *groups_record(const struct p2p_machine *machine, const struct p2p_grouped *grouped,
		     uint32_t group)
{
	const struct p2p_groups *groups = grouped->groups;
	const struct p2p_group *of = &groups->groups[group];
	cJSON *object = cJSON_CreateObject();

	json_number(object, "id", group);
	json_item(object, "functions",
		  json_addresses(machine, groups->members + of->first_member,
				 of->n_members));
	put_live(object, machine, grouped, group);
	json_item(object, "why", why(machine, groups, of));
	json_tri(object, "viable", group_viable(machine, groups, of));
	json_item(object, "unbind", unbind(machine, groups, of));
	json_string(object, "certainty", words_certainty[of->certainty]);
	json_item(object, "assumed", json_assumed(of->assumed));
	json_item(object, "missing", unread(machine, groups, of));
	return object;
}

static void put_groups(const struct groups_report *report, struct out *out)
{
	bool any = false;

	out_text(out, ",\n\"groups\":[");
	for (uint32_t g = 0; g < report->grouped->groups->n_groups; g++)
		if (groups_is_asked(report, g))
			json_element(out, &any,
				     groups_record(report->scene->machine,
						   report->grouped, g));
	out_text(out, "]");
}

static cJSON *difference(const struct groups_report *report,
			 const struct p2p_group_difference *difference)
{
	cJSON *object = cJSON_CreateObject();

	json_address(object, "function", report->scene->machine, difference->function);
	json_number(object, "live", difference->live);
	json_number(object, "predicted",
		    report->grouped->groups->of[difference->function]);
	json_string(object, "why", words_cause[difference->cause].word);
	json_string(object, "text", words_cause[difference->cause].meaning);
	return object;
}

static void put_differences(const struct groups_report *report, struct out *out)
{
	const struct p2p_group_diff *diff = report->grouped->diff;
	const struct p2p_groups *groups = report->grouped->groups;
	bool any = false;

	out_text(out, ",\n\"differences\":[");
	for (uint32_t i = 0; i < diff->n_differences; i++)
		if (groups_is_asked(report, groups->of[diff->differences[i].function]))
			json_element(out, &any,
				     difference(report, &diff->differences[i]));
	out_text(out, "]");
}

static void put_hex(cJSON *object, const char *key, struct p2p_reg reg)
{
	char text[16];

	if ((reg.known & 0xffff) != 0xffff) {
		json_null(object, key);
		return;
	}
	snprintf(text, sizeof(text), "0x%04x", reg.value & 0xffff);
	json_string(object, key, text);
}

/* Bits that hang on what is not known are null. */
static cJSON *bits(const struct p2p_facts *facts, struct p2p_reg ctrl)
{
	cJSON *object = cJSON_CreateObject();

	for (int i = 0; i < WORDS_ACS_BITS; i++)
		if (p2p_reg_any(facts->acs.regs.cap, words_acs[i].bit) != P2P_NO)
			json_tri(object, words_acs[i].on,
				 p2p_reg_any(ctrl, words_acs[i].bit));
	return object;
}

static cJSON *boot_register(const struct groups_report *report,
			    const struct p2p_boot_register *reg)
{
	const struct p2p_machine *machine = report->scene->machine;
	cJSON *object = cJSON_CreateObject();

	json_address(object, "function", machine, reg->function);
	json_string(object, "register", "acs-control");
	put_hex(object, "old", reg->before);
	put_hex(object, "new", reg->after);
	json_item(object, "bits", bits(&machine->facts[reg->function], reg->after));
	return object;
}

static void put_remarks(unsigned remarks, struct out *out)
{
	cJSON *array = cJSON_CreateArray();

	for (unsigned i = 0; i < WORDS_REMARKS; i++)
		if (remarks & 1u << i)
			cJSON_AddItemToArray(
				array, cJSON_CreateStringReference(words_remark[i].word));
	out_text(out, ",\n\"remarks\":");
	json_print(out, array);
}

/* Empty without a command line: then no boot is spoken of. */
static void put_boot(const struct groups_report *report, struct out *out)
{
	const struct p2p_boot *boot = report->grouped->boot;
	uint32_t count = report->cmdline ? boot->n_registers : 0;
	bool any = false;

	out_text(out, ",\n\"cmdline\":");
	json_print(out,
		   report->cmdline ? json_clean(report->cmdline) : cJSON_CreateNull());
	out_text(out, ",\n\"registers\":[");
	for (uint32_t i = 0; i < count; i++)
		json_element(out, &any, boot_register(report, &boot->registers[i]));
	out_text(out, "]");
	put_remarks(report->cmdline ? boot->remarks : 0, out);
	out_text(out, ",\n\"boot_assumed\":");
	json_print(out, json_assumed(report->cmdline ? boot->assumed : 0));
}

void groups_json(const struct groups_report *report, struct out *out)
{
	char kernel[WORDS_KERNEL_SIZE];
	static const char *const equal[] = { "null", "false", "true" };

	out_format(out,
		   "{\"schema\":\"p2ptool.groups/1\",\n\"version\":\"%s\",\n"
		   "\"rule\":\"%s\"",
		   words_kernel(report->scene->machine->rules.kernel, kernel),
		   words_group_rule[report->grouped->groups->rule]);
	put_groups(report, out);
	out_format(out, ",\n\"equal\":%s", equal[report->grouped->diff->equal]);
	put_differences(report, out);
	put_boot(report, out);
	out_text(out, "}\n");
}
