/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernel and which CPU judge a machine: told, or inferred and said to be so. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/rules.h>

#include "core/regs.h"
#include "core/rules_hosts.h"

#define ZEN_FAMILY       0x17
#define QEMU_CHIPSET     0x29c0
#define QEMU_SUBSYSTEM   0x1af4
#define OLD_KERNEL       P2P_KERNEL(5, 16)
#define VERSION_PART_MAX 9999u

static const char *read_number(const char *text, unsigned *ret)
{
	unsigned value = 0;
	const char *start = text;

	for (; *text >= '0' && *text <= '9' && value <= VERSION_PART_MAX; text++)
		value = value * 10 + (unsigned)(*text - '0');
	*ret = value;
	return text == start || value > VERSION_PART_MAX ? NULL : text;
}

/* Where the numbers end, NULL if this is no version. */
static const char *read_version(const char *text, uint32_t *ret_kernel,
				int32_t *ret_patch)
{
	unsigned major, minor = 0, number;
	const char *rest = read_number(text, &major);

	*ret_patch = P2P_NOT_TOLD;
	if (rest && *rest == '.')
		rest = read_number(rest + 1, &minor);
	else
		rest = NULL;
	while (rest && *rest == '.') {
		rest = read_number(rest + 1, &number);
		if (*ret_patch == P2P_NOT_TOLD)
			*ret_patch = (int32_t)number;
	}
	if (!rest || (*rest && !strchr("-+_~", *rest)))
		return NULL;
	*ret_kernel = P2P_KERNEL(major, minor);
	return rest;
}

/* Versions 4.20 to 7.4: after 4.20 came 5.0, after 5.19 came 6.0, after 6.19 came 7.0. */
static bool is_known_kernel(uint32_t kernel)
{
	unsigned major = kernel >> 16, minor = kernel & 0xffff;

	if (kernel < P2P_KERNEL_OLDEST || kernel > P2P_KERNEL_NEWEST)
		return false;
	return minor <= (major == 4 ? 20u : 19u);
}

int p2p_rules_parse_kernel(const char *text, struct p2p_rules *ret_rules,
			   enum p2p_tri *ret_distro, struct p2p_err *err)
{
	uint32_t kernel = 0;
	int32_t patch;
	const char *rest = read_version(text, &kernel, &patch);

	if (!rest)
		return p2p_err_set(err, -EINVAL,
				   "%s: is no kernel version (give one like 6.8, or what "
				   "uname -r prints)",
				   text);
	if (!is_known_kernel(kernel))
		return p2p_err_set(
			err, -ENOENT,
			"%s: the rules of this kernel are not known (known are "
			"4.20 to 7.4)",
			text);
	ret_rules->kernel = kernel;
	*ret_distro = p2p_tri_of(*rest && strncmp(rest, "-rc", 3) != 0);
	/* Distributions count 6.8.0-45 on their own. */
	ret_rules->patch = *ret_distro == P2P_YES && !patch ? P2P_NOT_TOLD : patch;
	return 0;
}

static enum p2p_cpu cpu_of(const char *vendor, long family)
{
	if (!strcmp(vendor, "AuthenticAMD") && family < 0)
		return P2P_CPU_UNKNOWN;
	if (!strcmp(vendor, "AuthenticAMD"))
		return family >= ZEN_FAMILY ? P2P_CPU_ZEN : P2P_CPU_OTHER;
	return strcmp(vendor, "GenuineIntel") ? P2P_CPU_OTHER : P2P_CPU_INTEL;
}

int p2p_rules_parse_cpu(const char *text, enum p2p_cpu *ret_cpu, struct p2p_err *err)
{
	const char *colon = strchr(text, ':');
	char vendor[32];
	unsigned family;

	if (!strcmp(text, "zen"))
		*ret_cpu = P2P_CPU_ZEN;
	else if (!strcmp(text, "intel"))
		*ret_cpu = P2P_CPU_INTEL;
	else if (!strcmp(text, "other"))
		*ret_cpu = P2P_CPU_OTHER;
	else {
		const char *end = colon ? read_number(colon + 1, &family) : NULL;

		if (!end || *end || colon == text ||
		    (size_t)(colon - text) >= sizeof(vendor))
			return p2p_err_set(
				err, -EINVAL,
				"%s: is no CPU (give zen, intel, other, or vendor "
				"and family of /proc/cpuinfo as AuthenticAMD:25)",
				text);
		memcpy(vendor, text, (size_t)(colon - text));
		vendor[colon - text] = '\0';
		*ret_cpu = cpu_of(vendor, (long)family);
	}
	return 0;
}

/* QEMU shows the same chipset whatever CPU it runs on; only its subsystem tells it from
 * the real one. */
static enum p2p_cpu infer_at(const struct p2p_facts *facts)
{
	bool may_be_qemu = facts->vendor == VENDOR_INTEL &&
			   facts->device == QEMU_CHIPSET &&
			   facts->subsystem_vendor == P2P_NOT_TOLD;

	if (facts->vendor == P2P_NOT_TOLD || facts->device == P2P_NOT_TOLD ||
	    facts->subsystem_vendor == QEMU_SUBSYSTEM || may_be_qemu)
		return P2P_CPU_UNKNOWN;
	return p2p_hosts_cpu((uint32_t)facts->vendor, (uint32_t)facts->device);
}

static enum p2p_cpu infer_cpu(const struct p2p_facts *facts, const struct p2p_topo *topo)
{
	enum p2p_cpu cpu = P2P_CPU_UNKNOWN;

	for (uint32_t i = 0; i < topo->n_nodes && cpu == P2P_CPU_UNKNOWN; i++)
		if (topo->nodes[i].parent == P2P_NONE &&
		    topo->nodes[i].kind == P2P_KIND_HOST_BRIDGE)
			cpu = infer_at(&facts[i]);
	for (uint32_t r = 0; r < topo->n_roots && cpu == P2P_CPU_UNKNOWN; r++) {
		uint32_t first = topo->roots[r].representative;

		if (first != P2P_NONE && facts[first].vendor == VENDOR_INTEL &&
		    !topo->roots[r].orphan)
			cpu = infer_at(&facts[first]);
	}
	return cpu;
}

/* A kernel from before P2PDMA has none; of one that is newer than we are, or that nobody
 * told of, the newest rules are taken. */
static void take_unknown_kernel(const char *told, struct p2p_rules *rules)
{
	uint32_t kernel;
	int32_t patch;

	rules->assumed |= P2P_ASSUME_KERNEL;
	if (!read_version(told, &kernel, &patch) || kernel >= P2P_KERNEL_OLDEST)
		return;
	rules->kernel = P2P_KERNEL_OLDEST;
	rules->p2pdma = P2P_NO;
}

static int init_kernel(const char *told, const char *wanted, struct p2p_rules *rules,
		       struct p2p_err *err)
{
	enum p2p_tri distro = P2P_NO;

	rules->kernel = P2P_KERNEL_NEWEST;
	rules->patch = P2P_NOT_TOLD;
	if (wanted) {
		int result = p2p_rules_parse_kernel(wanted, rules, &distro, err);

		if (result)
			return result;
	} else if (p2p_rules_parse_kernel(told, rules, &distro, NULL)) {
		take_unknown_kernel(told, rules);
	}
	if (distro == P2P_YES)
		rules->assumed |= P2P_ASSUME_DISTRO;
	if (rules->kernel < OLD_KERNEL)
		rules->assumed |= P2P_ASSUME_OLD_KERNEL;
	return 0;
}

int p2p_rules_init(const struct p2p_snapshot *snapshot, const struct p2p_facts *facts,
		   const struct p2p_topo *topo, const char *kernel, const char *cpu,
		   struct p2p_rules *ret_rules, struct p2p_err *err)
{
	const struct p2p_system *system = &snapshot->system;
	const char *vendor = p2p_snapshot_string(snapshot, system->cpu_vendor);
	struct p2p_rules rules = { .p2pdma = system->p2pdma, .iommu = system->iommu };
	int result = init_kernel(p2p_snapshot_string(snapshot, system->kernel), kernel,
				 &rules, err);

	if (!result && cpu)
		result = p2p_rules_parse_cpu(cpu, &rules.cpu, err);
	if (result)
		return result;
	if (!cpu && *vendor)
		rules.cpu = cpu_of(vendor, system->cpu_family);
	if (!cpu && !*vendor) {
		rules.cpu = infer_cpu(facts, topo);
		if (rules.cpu != P2P_CPU_UNKNOWN)
			rules.assumed |= P2P_ASSUME_CPU;
	}
	if (system->as_of)
		rules.assumed |= P2P_ASSUME_SNAPSHOT;
	*ret_rules = rules;
	return 0;
}

bool p2p_rules_host_allowed(uint32_t kernel, uint32_t vendor, uint32_t device,
			    bool same_host)
{
	const struct host_row *row = p2p_hosts_find(kernel, vendor, device);

	return row && (same_host || !row->same_host);
}
