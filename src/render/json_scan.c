/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `scan`, record by record: memory does not grow with the machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/snapshot_time.h"
#include "render/finding_text.h"
#include "render/groups_report.h"
#include "render/json.h"
#include "render/json_function.h"
#include "render/json_scan.h"
#include "render/missing.h"
#include "render/words.h"

/* Starts the next element of an array, each on its own line. */
static void put_element(struct out *out, uint32_t at, cJSON *item)
{
	out_text(out, at ? ",\n" : "\n");
	json_print(out, item);
}

/* When registers were read that are not of now. */
static void put_as_of(cJSON *object, const struct p2p_system *system)
{
	char text[TIME_ROOM];

	if (p2p_time_format(system->as_of, text))
		json_string(object, "as_of", text);
	else
		json_false(object, "as_of");
}

static cJSON *host(const struct p2p_machine *machine)
{
	const struct p2p_system *system = &machine->snapshot->system;
	cJSON *object = cJSON_CreateObject(), *missing = cJSON_CreateArray();
	const char *why = missing_told(machine);

	json_told(object, "name", machine, system->host);
	if (!system->host)
		json_lack(missing, "name", why);
	json_told(object, "kernel", machine, system->kernel);
	if (!system->kernel)
		json_lack(missing, "kernel", why);
	if (system->iommu == P2P_IOMMU_UNKNOWN)
		json_null(object, "iommu"), json_lack(missing, "iommu", why);
	else
		json_string(object, "iommu", words_iommu[system->iommu]);
	json_tri(object, "p2pdma", system->p2pdma);
	if (system->p2pdma == P2P_UNKNOWN)
		json_lack(missing, "p2pdma", why);
	if (machine->rules.cpu == P2P_CPU_UNKNOWN)
		json_null(object, "cpu"), json_lack(missing, "cpu", why);
	else
		json_string(object, "cpu", words_cpu[machine->rules.cpu]);
	json_told(object, "source", machine, system->source);
	put_as_of(object, system);
	json_item(object, "missing", missing);
	return object;
}

static cJSON *rules(const struct p2p_rules *rules)
{
	cJSON *object = cJSON_CreateObject();
	char kernel[WORDS_KERNEL_SIZE];

	json_string(object, "kernel", words_kernel(rules->kernel, kernel));
	if (rules->cpu == P2P_CPU_UNKNOWN)
		json_null(object, "cpu");
	else
		json_string(object, "cpu", words_cpu[rules->cpu]);
	json_item(object, "assumed", json_assumed(rules->assumed));
	return object;
}

static void put_functions(const struct scene *scene, struct out *out)
{
	out_text(out, ",\n\"functions\":[");
	for (uint32_t i = 0; i < scene->machine->snapshot->n_functions; i++)
		put_element(out, i, json_function(scene, i));
	out_text(out, "]");
}

static void put_islands(const struct scene *scene, struct out *out)
{
	const struct p2p_islands *islands = scene->islands;
	char name[SAY_ISLAND_SIZE];

	out_text(out, ",\n\"islands\":[");
	for (uint32_t i = 0; i < islands->n_islands; i++) {
		const struct p2p_island *island = &islands->islands[i];
		cJSON *object = cJSON_CreateObject();

		json_string(object, "id", say_island(i, name));
		json_item(object, "functions",
			  json_addresses(scene->machine,
					 islands->members + island->first_member,
					 island->n_members));
		json_address(object, "common", scene->machine, island->common);
		put_element(out, i, object);
	}
	out_format(out, "],\n\"direct_only\":%llu,\"direct_not_judged\":%llu",
		   (unsigned long long)islands->n_direct_only,
		   (unsigned long long)islands->n_not_judged);
}

static void put_groups(const struct scene *scene, struct out *out)
{
	out_text(out, ",\n\"groups\":[");
	for (uint32_t g = 0; g < scene->grouped->groups->n_groups; g++)
		put_element(out, g, groups_record(scene->machine, scene->grouped, g));
	out_text(out, "]");
}

static cJSON *finding_record(const struct scene *scene, const struct p2p_finding *finding)
{
	const uint32_t *functions = scene->findings->functions + finding->first_function;
	cJSON *object = cJSON_CreateObject();
	char text[FINDING_TEXT_SIZE], fix[2 * FINDING_TEXT_SIZE];

	json_string(object, "id", words_finding[finding->id]);
	json_string(object, "severity", words_severity[finding->severity]);
	json_string(object, "text", finding_text(scene, finding, text));
	json_item(object, "functions",
		  json_addresses(scene->machine, functions, finding->n_functions));
	snprintf(fix, sizeof(fix), "%s%s%s", finding_command(scene, finding, text),
		 *finding_advice(finding) ? "; " : "", finding_advice(finding));
	json_string(object, "fix", fix);
	return object;
}

static void put_findings(const struct scene *scene, struct out *out)
{
	out_text(out, ",\n\"findings\":[");
	for (uint32_t i = 0; i < scene->findings->n_findings; i++)
		put_element(out, i, finding_record(scene, &scene->findings->findings[i]));
	out_text(out, "]");
}

static void put_damage(const struct p2p_machine *machine, struct out *out)
{
	const struct p2p_snapshot *snapshot = machine->snapshot;

	out_format(out, ",\n\"damage\":{\"count\":%llu,\"places\":[",
		   (unsigned long long)snapshot->n_damage_seen);
	for (uint32_t i = 0; i < snapshot->n_damage; i++) {
		cJSON *object = cJSON_CreateObject();

		if (snapshot->damage[i].line)
			json_number(object, "line", (double)snapshot->damage[i].line);
		else
			json_null(object, "line");
		json_told(object, "text", machine, snapshot->damage[i].text);
		put_element(out, i, object);
	}
	out_text(out, "]}");
}

void json_scan(const struct scene *scene, const char *version, struct out *out)
{
	cJSON *tool = cJSON_CreateObject();

	json_string(tool, "version", version);
	out_text(out, "{\"schema\":\"p2ptool.scan/1\",\n\"tool\":");
	json_print(out, tool);
	out_text(out, ",\n\"host\":");
	json_print(out, host(scene->machine));
	out_text(out, ",\n\"rules\":");
	json_print(out, rules(&scene->machine->rules));
	put_functions(scene, out);
	put_islands(scene, out);
	put_groups(scene, out);
	put_findings(scene, out);
	put_damage(scene->machine, out);
	out_text(out, "}\n");
}
