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
	const struct p2p_function *f = &snapshot->functions[function];
	const char *vendor = p2p_snapshot_string(snapshot, f->vendor_name);
	const char *device = p2p_snapshot_string(snapshot, f->device_name);
	char text[DEVICE_TEXT_SIZE], ids[16] = "";
	size_t used;

	put_ids(&scene->machine->facts[function], ids, sizeof(ids));
	if (scene->numeric || !*vendor)
		return strcpy(ret_text, ids);
	put_vendor(vendor, text, sizeof(text) / 2);
	used = strlen(text);
	text[used++] = ' ';
	put_device(*device ? device : ids, text + used, sizeof(text) - used);
	return clean_text(text, style->unicode, ret_text, DEVICE_TEXT_SIZE);
}

char *device_root(const struct scene *scene, uint32_t function, const struct style *style,
		  char ret_text[DEVICE_TEXT_SIZE])
{
	char text[DEVICE_TEXT_SIZE];

	put_ids(&scene->machine->facts[function], ret_text, DEVICE_TEXT_SIZE);
	if (scene->numeric || !scene->machine->snapshot->functions[function].vendor_name)
		return ret_text;
	device_text(scene, function, style, text);
	strcat(ret_text, " ");
	strncat(ret_text, text, DEVICE_TEXT_SIZE - strlen(ret_text) - 1);
	return ret_text;
}
