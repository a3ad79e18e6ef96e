/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names from the list of PCI ids, shortened: of a vendor what stands before its legal
 * form, of a device what stands in brackets. */
#include <stdio.h>
#include <string.h>

#include "render/clean.h"
#include "render/device.h"

/* What ends the part of a vendor's name that people say. */
static const char *const ends[] = { ",",         " Inc",        " Corp",
				    " Co ",      " Ltd",        " Limited",
				    " /",        " Technolog",  " Electronics",
				    " Semicond", "/",           " Systems",
				    " Computer", " Communicat", " (" };

/* The text in the last brackets; false without any. */
static bool in_brackets(const char *name, const char **ret_start, size_t *ret_length)
{
	const char *open = strrchr(name, '[');
	const char *close = open ? strchr(open, ']') : NULL;

	if (!close || close == open + 1)
		return false;
	*ret_start = open + 1;
	*ret_length = (size_t)(close - open) - 1;
	return true;
}

static size_t spoken_length(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const char *end = strstr(name, ends[i]);

		if (end && end > name && (size_t)(end - name) < length)
			length = (size_t)(end - name);
	}
	return length;
}

static void put_vendor(const char *name, char *text, size_t size)
{
	const char *start = name;
	size_t length;

	if (!in_brackets(name, &start, &length))
		length = spoken_length(name);
	snprintf(text, size, "%.*s", (int)length, start);
}

static void put_device(const char *name, char *text, size_t size)
{
	const char *start = name;
	size_t length = strlen(name);

	if (name[strlen(name) - 1] == ']')
		in_brackets(name, &start, &length);
	snprintf(text, size, "%.*s", (int)length, start);
}

static void put_ids(const struct p2p_facts *facts, char *text, size_t size)
{
	if (facts->vendor == P2P_NOT_TOLD || facts->device == P2P_NOT_TOLD)
		snprintf(text, size, "ids unread");
	else
		snprintf(text, size, "%04x:%04x", (unsigned)facts->vendor & 0xffff,
			 (unsigned)facts->device & 0xffff);
}

char *device_text(const struct scene *scene, uint32_t function, const struct style *style,
		  char ret_text[DEVICE_TEXT_SIZE])
{
	const struct p2p_snapshot *snapshot = scene->machine->snapshot;
	const struct p2p_facts *facts = &scene->machine->facts[function];
	const struct p2p_function *f = &snapshot->functions[function];
	const char *vendor = p2p_snapshot_string(snapshot, f->vendor_name);
	const char *device = p2p_snapshot_string(snapshot, f->device_name);
	char text[DEVICE_TEXT_SIZE], unnamed[32] = "device";
	size_t used;

	if (scene->numeric || !*vendor) {
		put_ids(facts, ret_text, DEVICE_TEXT_SIZE);
		return ret_text;
	}
	if (facts->device != P2P_NOT_TOLD)
		snprintf(unnamed, sizeof(unnamed), "device %04x",
			 (unsigned)facts->device & 0xffff);
	put_vendor(vendor, text, sizeof(text) / 2);
	used = strlen(text);
	text[used++] = ' ';
	put_device(*device ? device : unnamed, text + used, sizeof(text) - used);
	return clean_text(text, style->unicode, ret_text, DEVICE_TEXT_SIZE);
}

char *device_root(const struct scene *scene, uint32_t function, const struct style *style,
		  char ret_text[DEVICE_TEXT_SIZE])
{
	char text[DEVICE_TEXT_SIZE], ids[16];

	put_ids(&scene->machine->facts[function], ids, sizeof(ids));
	if (scene->numeric || !scene->machine->snapshot->functions[function].vendor_name)
		return strcpy(ret_text, ids);
	device_text(scene, function, style, text);
	snprintf(ret_text, DEVICE_TEXT_SIZE, "%s %.*s", ids,
		 DEVICE_TEXT_SIZE - (int)sizeof(ids) - 2, text);
	return ret_text;
}
