/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this is the machine itself: no virtual one, no container, no kernel that is
 * locked down; and which of its ports firmware says lead out of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/evidence.h"
#include "io/sysfs.h"

#define CPUINFO_SIZE 8192 /* holds the first processor's flags */

/* PROC_PID_INIT_INO of Linux: the namespace of all processes. */
#define ALL_PROCESSES "pid:[4026531836]"

static int read_text(const struct evidence_reading *reading, const char *path, char *text,
		     size_t size)
{
	return p2p_sysfs_text(reading->root, path, text, size);
}

static bool exists(const struct evidence_reading *reading, const char *path)
{
	return !faccessat(reading->root, path, F_OK, 0);
}

/* A domain of Xen: the one that owns the hardware says so. */
static enum p2p_tri is_xen_guest(const struct evidence_reading *reading)
{
	char text[P2P_SYSFS_TEXT_SIZE];

	if (read_text(reading, "sys/hypervisor/type", text, sizeof(text)) <= 0 ||
	    strcmp(text, "xen") != 0)
		return P2P_UNKNOWN;
	read_text(reading, "proc/xen/capabilities", text, sizeof(text));
	return p2p_tri_of(!strstr(text, "control_d"));
}

/* Names that makers of virtual machines give them. Of one that also has real ones, the
 * name of the product decides. */
static enum p2p_tri is_named_virtual(const struct evidence_reading *reading)
{
	static const struct {
		const char *vendor, *product, *real;
	} makers[] = {
		{ "QEMU", "", NULL },
		{ "VMware", "", NULL },
		{ "innotek GmbH", "", NULL },
		{ "Xen", "", NULL },
		{ "Bochs", "", NULL },
		{ "Parallels", "", NULL },
		{ "KVM", "", NULL },
		{ "Apple Inc.", "Apple Virtualization", NULL },
		{ "Microsoft Corporation", "Virtual Machine", NULL },
		{ "Google", "Google Compute Engine", NULL },
		{ "Amazon EC2", "", ".metal" },
	};
	char vendor[P2P_SYSFS_TEXT_SIZE], product[P2P_SYSFS_TEXT_SIZE];

	if (read_text(reading, "sys/class/dmi/id/sys_vendor", vendor, sizeof(vendor)) <=
	    0)
		return P2P_UNKNOWN;
	read_text(reading, "sys/class/dmi/id/product_name", product, sizeof(product));
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (!strncmp(vendor, makers[i].vendor, strlen(makers[i].vendor)) &&
		    strstr(product, makers[i].product))
			return p2p_tri_of(!makers[i].real ||
					  !strstr(product, makers[i].real));
	return P2P_NO;
}

/* x86 processors tell it by a flag, to Hyper-V's root partition too, which has a device
 * to command the others by. */
static enum p2p_tri has_flag(const struct evidence_reading *reading)
{
	char text[CPUINFO_SIZE];
	struct span all, line;

	if (read_text(reading, "proc/cpuinfo", text, sizeof(text)) <= 0)
		return P2P_UNKNOWN;
	for (all = span_of(text); p2p_evidence_line(&all, &line);) {
		struct span word;

		if (!span_starts(line, "flags"))
			continue;
		while (p2p_evidence_word(&line, &word))
			if (span_equals(word, "hypervisor"))
				return p2p_tri_of(!exists(reading, "dev/mshv"));
		return P2P_NO;
	}
	return P2P_UNKNOWN;
}

static enum p2p_tri is_guest(const struct evidence_reading *reading)
{
	enum p2p_tri is = is_xen_guest(reading);

	if (is == P2P_UNKNOWN)
		is = has_flag(reading);
	if (is == P2P_UNKNOWN && exists(reading, "proc/device-tree/hypervisor"))
		is = P2P_YES;
	return is == P2P_UNKNOWN ? is_named_virtual(reading) : is;
}

static enum p2p_tri shows_all_processes(const struct evidence_reading *reading)
{
	char link[P2P_SYSFS_LINK_SIZE];

	if (!p2p_sysfs_link(reading->root, "proc/self/ns/pid", link))
		return P2P_UNKNOWN;
	return p2p_tri_of(!strcmp(link, ALL_PROCESSES));
}

/* The directory as we see it is the one that the first process of the host sees. */
static enum p2p_tri is_hosts(const struct evidence_reading *reading, const char *path,
			     const char *hosts)
{
	struct stat ours, theirs;

	if (fstatat(reading->root, path, &ours, 0))
		return P2P_UNKNOWN;
	if (fstatat(reading->root, hosts, &theirs, 0))
		return errno == ENOENT ? P2P_NO : P2P_UNKNOWN;
	return p2p_tri_of(ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino);
}

static enum p2p_tri is_container(const struct evidence_reading *reading)
{
	enum p2p_tri is;

	if (reading->machine->snapshot->system.container == P2P_YES ||
	    reading->host_processes == P2P_NO)
		return P2P_YES;
	if (reading->host_processes != P2P_YES || !exists(reading, "proc/1/root/."))
		return P2P_UNKNOWN;
	is = is_hosts(reading, "run/p2ptool", "proc/1/root/run/p2ptool");
	if (is == P2P_UNKNOWN)
		is = is_hosts(reading, "run", "proc/1/root/run");
	return is == P2P_UNKNOWN ? is : p2p_tri_of(is == P2P_NO);
}

/* "none [integrity] confidentiality". A kernel that knows no lockdown has no such file
 * beside its list of security modules. */
static enum p2p_lockdown read_lockdown(const struct evidence_reading *reading)
{
	char text[P2P_SYSFS_TEXT_SIZE];

	if (read_text(reading, "sys/kernel/security/lockdown", text, sizeof(text)) < 0)
		return exists(reading, "sys/kernel/security/lsm") ? P2P_LOCKDOWN_NONE :
								    P2P_LOCKDOWN_UNKNOWN;
	if (strstr(text, "[none]"))
		return P2P_LOCKDOWN_NONE;
	if (strstr(text, "[integrity]"))
		return P2P_LOCKDOWN_INTEGRITY;
	return strstr(text, "[confidentiality]") ? P2P_LOCKDOWN_CONFIDENTIALITY :
						   P2P_LOCKDOWN_UNKNOWN;
}

/* Of ACPI's word for such ports sysfs shows nothing but what hangs on them. */
static void read_external(struct evidence_reading *reading)
{
	const struct p2p_snapshot *snapshot = reading->machine->snapshot;
	struct p2p_guard_evidence *evidence = reading->evidence;
	bool knows = true;

	if (!exists(reading, "sys/firmware/devicetree"))
		return;
	for (uint32_t i = 0; knows && i < snapshot->n_functions; i++) {
		char path[96], address[P2P_BDF_SIZE];
		uint32_t *grown;

		snprintf(path, sizeof(path),
			 "sys/" P2P_SYSFS_DEVICES "/%s/of_node/external-facing",
			 p2p_bdf_format(snapshot->functions[i].bdf, address));
		if (!exists(reading, path))
			continue;
		grown = p2p_evidence_grow(reading, evidence->external,
					  evidence->n_external, sizeof(*grown), &knows);
		if (!grown)
			return;
		evidence->external = grown;
		evidence->external[evidence->n_external++] = i;
	}
}

void p2p_evidence_host(struct evidence_reading *reading)
{
	reading->host_processes = shows_all_processes(reading);
	reading->evidence->guest = is_guest(reading);
	reading->evidence->container = is_container(reading);
	reading->evidence->lockdown = read_lockdown(reading);
	read_external(reading);
}
