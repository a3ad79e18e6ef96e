/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host header and counts. */
#include <stdio.h>
#include <time.h>

#include "render/clean.h"
#include "render/host_text.h"
#include "render/prose.h"
#include "render/words.h"

static const char *string_of(const struct p2p_machine *machine, p2p_string string)
{
	return p2p_snapshot_string(machine->snapshot, string);
}

static void put_name(const struct p2p_machine *machine, struct prose_items *items)
{
	const struct p2p_system *system = &machine->snapshot->system;
	const char *host = string_of(machine, system->host);
	const char *source = string_of(machine, system->source);
	bool live = system->live == P2P_YES;
	char text[SAY_SIZE], clean[SAY_SIZE];

	if (live || !*source)
		snprintf(text, sizeof(text), "%s", *host ? host : "this machine");
	else if (*host)
		snprintf(text, sizeof(text), "%s (%s)", host, source);
	else
		snprintf(text, sizeof(text), "%s", source);
	prose_item(items, clean_text(text, items->style->unicode, clean, sizeof(clean)),
		   STYLE_BOLD);
	if (!live && system->kind)
		prose_item(items,
			   clean_text(string_of(machine, system->kind),
				      items->style->unicode, clean, sizeof(clean)),
			   STYLE_PLAIN);
}

/* True if the kernel that was told is itself the one to judge by. */
static bool is_judged_by_itself(const struct p2p_rules *rules, const char *told)
{
	enum p2p_tri distro = P2P_UNKNOWN;
	struct p2p_rules own = { 0 };

	return !p2p_rules_parse_kernel(told, &own, &distro, NULL) &&
	       own.kernel == rules->kernel && distro == P2P_NO;
}

static void put_kernel(const struct scene *scene, struct prose_items *items)
{
	const struct p2p_machine *machine = scene->machine;
	const char *by = scene->told_kernel ? " (--kernel)" : "";
	const char *told = string_of(machine, machine->snapshot->system.kernel);
	char text[SAY_SIZE], clean[SAY_SIZE], version[WORDS_KERNEL_SIZE];

	words_kernel(machine->rules.kernel, version);
	if (!*told)
		snprintf(text, sizeof(text), "kernel unknown: judged by %s%s", version,
			 by);
	else if (!scene->told_kernel && is_judged_by_itself(&machine->rules, told))
		snprintf(text, sizeof(text), "Linux %s", told);
	else
		snprintf(text, sizeof(text), "Linux %s: judged by %s%s", told, version,
			 by);
	prose_item(items, clean_text(text, items->style->unicode, clean, sizeof(clean)),
		   STYLE_PLAIN);
}

static void put_iommu(const struct p2p_machine *machine, struct prose_items *items)
{
	const struct p2p_system *system = &machine->snapshot->system;
	char text[SAY_SIZE], clean[SAY_SIZE];

	if (system->iommu_name && system->iommu != P2P_IOMMU_OFF)
		snprintf(text, sizeof(text), "IOMMU %s (%s)", words_iommu[system->iommu],
			 string_of(machine, system->iommu_name));
	else
		snprintf(text, sizeof(text), "IOMMU %s", words_iommu[system->iommu]);
	prose_item(items, clean_text(text, items->style->unicode, clean, sizeof(clean)),
		   STYLE_PLAIN);
}

static void put_p2pdma(enum p2p_tri p2pdma, struct prose_items *items)
{
	static const char *const words[] = { "P2PDMA unknown", "P2PDMA not built in",
					     "P2PDMA built in" };

	prose_item(items, words[p2pdma], p2pdma == P2P_NO ? STYLE_BAD : STYLE_PLAIN);
}

static void put_cpu(const struct scene *scene, struct prose_items *items)
{
	const struct p2p_rules *rules = &scene->machine->rules;
	char text[64];

	snprintf(text, sizeof(text), "CPU %s%s", words_cpu[rules->cpu],
		 scene->told_cpu                 ? " (--cpu)" :
		 rules->assumed & P2P_ASSUME_CPU ? " (by its host bridge)" :
						   "");
	prose_item(items, text, STYLE_PLAIN);
}

/* `registers as of 12:03, 5 min ago`, the day where it is another one. */
static void put_as_of(const struct p2p_system *system, struct prose_items *items)
{
	time_t then = (time_t)system->as_of, now = (time_t)system->time;
	long long minutes = (long long)(now - then) / 60;
	char text[SAY_SIZE], moment[32] = "";
	struct tm date;

	if (!system->as_of)
		return;
	if (localtime_r(&then, &date))
		strftime(moment, sizeof(moment),
			 minutes < 24 * 60 ? "%H:%M" : "%Y-%m-%d %H:%M", &date);
	if (minutes < 120)
		snprintf(text, sizeof(text), "registers as of %s, %lld min ago", moment,
			 minutes);
	else if (minutes < 48 * 60)
		snprintf(text, sizeof(text), "registers as of %s, %lld h ago", moment,
			 minutes / 60);
	else
		snprintf(text, sizeof(text), "registers as of %s, %lld days ago", moment,
			 minutes / 60 / 24);
	prose_item(items, text, STYLE_PLAIN);
}

void host_text(const struct scene *scene, const struct style *style, struct out *out)
{
	const struct p2p_machine *machine = scene->machine;
	struct prose_items items = { .out = out, .style = style, .indent = 2 };

	put_name(machine, &items);
	put_kernel(scene, &items);
	put_iommu(machine, &items);
	put_p2pdma(machine->snapshot->system.p2pdma, &items);
	put_cpu(scene, &items);
	put_as_of(&machine->snapshot->system, &items);
	prose_end(&items);
}

static const char *plural(uint32_t count)
{
	return count == 1 ? "" : "s";
}

static void put_roles(const uint32_t n_roles[P2P_ROLES], char *text, size_t size)
{
	/* The order in which people ask for them. */
	static const enum p2p_role_kind order[] = {
		P2P_ROLE_GPU,  P2P_ROLE_ACCEL,   P2P_ROLE_RDMA,   P2P_ROLE_NIC,
		P2P_ROLE_NVME, P2P_ROLE_STORAGE, P2P_ROLE_NVLINK, P2P_ROLE_SWITCH_MGMT,
		P2P_ROLE_BMC,  P2P_ROLE_SYSTEM,  P2P_ROLE_OTHER,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (n_roles[order[i]])
			snprintf(text + strlen(text), size - strlen(text), " %u %s",
				 n_roles[order[i]],
				 p2p_role_word((enum p2p_role_kind)order[i]));
}

/* A port whose type was not seen may be of a switch. */
static void say_switches(uint32_t count, bool some_unknown, char *text, size_t size)
{
	if (some_unknown && !count)
		snprintf(text, size, "switches unknown");
	else
		snprintf(text, size, "%s%u switch%s", some_unknown ? "at least " : "",
			 count, count == 1 ? "" : "es");
}

void host_counts(const struct p2p_machine *machine, const struct style *style,
		 struct out *out)
{
	uint32_t n_roles[P2P_ROLES] = { 0 }, n_peers = 0, n_switches = 0;
	uint32_t n = machine->snapshot->n_functions;
	bool some_unknown = false;
	char text[512], switches[48];

	for (uint32_t i = 0; i < n; i++) {
		n_switches += machine->topo->nodes[i].kind == P2P_KIND_SWITCH_UP;
		some_unknown |= machine->topo->nodes[i].kind == P2P_KIND_UNKNOWN &&
				machine->topo->nodes[i].bridge;
		if (!machine->roles[i].peer)
			continue;
		n_peers++;
		n_roles[machine->roles[i].kind]++;
	}
	say_switches(n_switches, some_unknown, switches, sizeof(switches));
	snprintf(text, sizeof(text), "%u function%s, %s, %u peer%s%s", n, plural(n),
		 switches, n_peers, plural(n_peers), n_peers ? ":" : "");
	put_roles(n_roles, text, sizeof(text));
	prose_put(out, style, 0, 2, text);
}
