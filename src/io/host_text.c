/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small texts that a system tells about itself in, its own or out of a capture. What is
 * not in them stays unknown. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/host_text.h"

static int keep(struct p2p_snapshot *snapshot, const char *text, size_t length,
		p2p_string *ret_string)
{
	*ret_string = p2p_snapshot_keep(snapshot, text, length);
	return length && !*ret_string ? -ENOMEM : 0;
}

/* The value in the first line `name : value`, up to the line's end; NULL without one. */
static const char *find_field(const char *text, const char *name, size_t *ret_length)
{
	size_t length = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *at;

		line += *line == '\n';
		line += strspn(line, " ");
		if (strncmp(line, name, length))
			continue;
		at = line + length + strspn(line + length, " \t");
		if (*at != ':')
			continue;
		at += 1 + strspn(at + 1, " \t");
		*ret_length = strcspn(at, "\n");
		return at;
	}
	return NULL;
}

int p2p_told_cpu(struct p2p_snapshot *snapshot, const char *text)
{
	struct p2p_system *system = &snapshot->system;
	const char *value;
	size_t length;

	value = find_field(text, "cpu family", &length);
	value = value ? value : find_field(text, "CPU family", &length);
	if (value)
		system->cpu_family = (int32_t)strtol(value, NULL, 10);
	value = find_field(text, "vendor_id", &length);
	value = value ? value : find_field(text, "Vendor ID", &length);
	if (value)
		return keep(snapshot, value, length, &system->cpu_vendor);
	if (find_field(text, "CPU implementer", &length))
		return keep(snapshot, "ARM", strlen("ARM"), &system->cpu_vendor);
	return 0;
}

int p2p_told_cmdline(struct p2p_snapshot *snapshot, const char *text)
{
	snapshot->system.has_cmdline = P2P_YES;
	return keep(snapshot, text, strcspn(text, "\n"), &snapshot->system.cmdline);
}

int p2p_told_uname(struct p2p_snapshot *snapshot, const char *text)
{
	static const char system[] = "Linux ";
	size_t length = strcspn(text, " \n");
	int result;

	if (*text >= '1' && *text <= '9' && memchr(text, '.', length))
		return keep(snapshot, text, length, &snapshot->system.kernel);
	if (strncmp(text, system, strlen(system)) != 0)
		return 0;
	text += strlen(system);
	length = strcspn(text, " \n");
	result = keep(snapshot, text, length, &snapshot->system.host);
	text += length + strspn(text + length, " ");
	if (result || *text < '1' || *text > '9')
		return result;
	return keep(snapshot, text, strcspn(text, " \n"), &snapshot->system.kernel);
}

int p2p_told_host(struct p2p_snapshot *snapshot, const char *text)
{
	return keep(snapshot, text, strcspn(text, " \t\n"), &snapshot->system.host);
}

enum p2p_tri p2p_told_option(enum p2p_tri so_far, const char *line)
{
	static const char p2pdma[] = "CONFIG_PCI_P2PDMA=", pci[] = "CONFIG_PCI=y";

	if (so_far == P2P_YES || !strncmp(line, p2pdma, strlen(p2pdma)))
		return P2P_YES;
	return strncmp(line, pci, strlen(pci)) != 0 ? so_far : P2P_NO;
}
