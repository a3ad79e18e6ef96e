/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of a p2ptool capture, and how each value becomes text and comes back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/snapshot_lines.h"
#include "core/snapshot_time.h"

static const char *const tri[] = { "", "no", "yes", NULL };
static const char *const place[] = { "", "no", "at", NULL };
static const char *const above[] = { "", "root", "at", NULL };
static const char *const power[] = { "", "D0", "D1", "D2", "D3hot", "D3cold", NULL };
static const char *const iommu[] = { "", "off", "identity", "translated", "mixed", NULL };

#define OF(member) offsetof(struct p2p_system, member)

const struct lines_row p2p_lines_system[] = {
	{ "made-of", LINES_STRING, OF(origin), OF(kind), NULL },
	{ "time", LINES_TIME, OF(time), 0, NULL },
	{ "boot-id", LINES_STRING, OF(boot_id), OF(boot_id), NULL },
	{ "host", LINES_STRING, OF(host), OF(host), NULL },
	{ "kernel", LINES_STRING, OF(kernel), OF(kernel), NULL },
	{ "cmdline", LINES_TEXT, OF(cmdline), OF(has_cmdline), NULL },
	{ "cpu-vendor", LINES_STRING, OF(cpu_vendor), OF(cpu_vendor), NULL },
	{ "cpu-family", LINES_NUMBER, OF(cpu_family), 0, NULL },
	{ "iommu", LINES_WORD, OF(iommu), 0, iommu },
	{ "iommu-name", LINES_STRING, OF(iommu_name), OF(iommu_name), NULL },
	{ "p2pdma", LINES_WORD, OF(p2pdma), 0, tri },
	{ "live", LINES_WORD, OF(told), 0, tri },
	{ "privileged", LINES_WORD, OF(privileged), 0, tri },
	{ "container", LINES_WORD, OF(container), 0, tri },
	{ "extended", LINES_WORD, OF(extended), 0, tri },
	{ 0 },
};

#undef OF
#define OF(member) offsetof(struct p2p_function, member)
#define BAR(n)     "bar" #n, LINES_SIZE, OF(bar_size) + (n) * sizeof(uint64_t), 0, NULL

const struct lines_row p2p_lines_function[] = {
	{ "vendor", LINES_ID, OF(vendor), 0, NULL },
	{ "device", LINES_ID, OF(device), 0, NULL },
	{ "class", LINES_ID, OF(class_code), 0, NULL },
	{ "vendor-name", LINES_STRING, OF(vendor_name), OF(vendor_name), NULL },
	{ "device-name", LINES_STRING, OF(device_name), OF(device_name), NULL },
	{ "above", LINES_PLACE, OF(above), OF(parent), above },
	{ "vf", LINES_PLACE, OF(is_vf), OF(physfn), place },
	{ "vmd", LINES_PLACE, OF(is_behind_vmd), OF(vmd), place },
	{ "driver", LINES_STRING, OF(driver), OF(driver), NULL },
	{ "driver-override", LINES_STRING, OF(driver_override), OF(driver_override),
	  NULL },
	{ "vfio", LINES_WORD, OF(vfio), 0, tri },
	{ "numa", LINES_NUMBER, OF(numa), 0, NULL },
	{ "group", LINES_NUMBER, OF(group), 0, NULL },
	{ "group-type", LINES_STRING, OF(group_type), OF(group_type), NULL },
	{ "slot", LINES_STRING, OF(slot), OF(slot), NULL },
	{ "config-size", LINES_NUMBER, OF(config_size), 0, NULL },
	{ "removable", LINES_WORD, OF(removable), 0, tri },
	{ "power", LINES_WORD, OF(power), 0, power },
	{ "denied", LINES_WORD, OF(denied), 0, tri },
	{ "p2pmem", LINES_WORD, OF(p2pmem.present), 0, tri },
	{ "p2pmem-size", LINES_SIZE, OF(p2pmem.size), 0, NULL },
	{ "p2pmem-available", LINES_SIZE, OF(p2pmem.available), 0, NULL },
	{ "p2pmem-published", LINES_WORD, OF(p2pmem.published), 0, tri },
	{ "link-speed", LINES_UNSIGNED, OF(link.speed), 0, NULL },
	{ "link-width", LINES_UNSIGNED, OF(link.width), 0, NULL },
	{ "link-max-speed", LINES_UNSIGNED, OF(link.max_speed), 0, NULL },
	{ "link-max-width", LINES_UNSIGNED, OF(link.max_width), 0, NULL },
	{ BAR(0) },
	{ BAR(1) },
	{ BAR(2) },
	{ BAR(3) },
	{ BAR(4) },
	{ BAR(5) },
	{ 0 },
};

const struct lines_row *p2p_lines_find(const struct lines_row *rows, const char *key)
{
	for (; rows->key; rows++)
		if (!strcmp(rows->key, key))
			return rows;
	return NULL;
}

/* All enums of the rows are as wide as this one. */
static unsigned *word_at(const void *object, size_t at)
{
	_Static_assert(sizeof(enum p2p_tri) == sizeof(unsigned), "enum p2p_tri");
	_Static_assert(sizeof(enum p2p_power) == sizeof(unsigned), "enum p2p_power");
	_Static_assert(sizeof(enum p2p_above) == sizeof(unsigned), "enum p2p_above");
	_Static_assert(sizeof(enum p2p_iommu) == sizeof(unsigned), "enum p2p_iommu");
	return (unsigned *)((uintptr_t)object + at);
}

static void *value_at(const void *object, size_t at)
{
	return (void *)((uintptr_t)object + at);
}

static const char *string_text(const struct p2p_snapshot *snapshot, const void *object,
			       const struct lines_row *row)
{
	const p2p_string *first = value_at(object, row->at);
	const p2p_string *second = value_at(object, row->also);
	p2p_string string = *first ? *first : *second;

	return string ? p2p_snapshot_string(snapshot, string) : NULL;
}

static const char *number_text(const struct lines_row *row, int32_t number,
			       char room[LINES_ROOM])
{
	if (number == P2P_NOT_TOLD)
		return NULL;
	snprintf(room, LINES_ROOM, row->kind == LINES_ID && number >= 0 ? "%04x" : "%d",
		 number);
	return room;
}

static const char *size_text(uint64_t size, char room[LINES_ROOM])
{
	if (!size)
		return NULL;
	snprintf(room, LINES_ROOM, "%llu", (unsigned long long)size);
	return room;
}

static const char *word_text(const void *object, const struct lines_row *row,
			     char room[LINES_ROOM])
{
	unsigned word = *word_at(object, row->at);
	const struct p2p_bdf *bdf = value_at(object, row->also);

	if (!word)
		return NULL;
	if (row->kind == LINES_PLACE && !row->words[word + 1])
		return p2p_bdf_format(*bdf, room);
	return row->words[word];
}

const char *p2p_lines_text(const struct p2p_snapshot *snapshot, const void *object,
			   const struct lines_row *row, char room[LINES_ROOM])
{
	const void *value = value_at(object, row->at);

	switch (row->kind) {
	case LINES_STRING:
		return string_text(snapshot, object, row);
	case LINES_TEXT:
		if (*word_at(object, row->also) != P2P_YES)
			return NULL;
		return p2p_snapshot_string(snapshot, *(const p2p_string *)value);
	case LINES_NUMBER:
	case LINES_ID:
		return number_text(row, *(const int32_t *)value, room);
	case LINES_UNSIGNED:
		return size_text(*(const unsigned *)value, room);
	case LINES_SIZE:
		return size_text(*(const uint64_t *)value, room);
	case LINES_TIME:
		return p2p_time_format(*(const int64_t *)value, room);
	case LINES_WORD:
	case LINES_PLACE:
		return word_text(object, row, room);
	}
	return NULL;
}

static int take_string(struct p2p_snapshot *snapshot, p2p_string *string,
		       const char *text)
{
	*string = p2p_snapshot_keep(snapshot, text, strlen(text));
	return *text && !*string ? -ENOMEM : 0;
}

static int take_number(const struct lines_row *row, const char *text, int32_t *number)
{
	char *end;
	long value;

	if (!strchr("-0123456789abcdef", *text))
		return -EINVAL;
	value = strtol(text, &end, row->kind == LINES_ID ? 16 : 10);
	if (*end || end == text || value < -1 || value > INT32_MAX)
		return -EINVAL;
	*number = (int32_t)value;
	return 0;
}

static int take_size(const char *text, uint64_t most, uint64_t *size)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > most)
		return -EINVAL;
	*size = value;
	return 0;
}

static int take_unsigned(const char *text, unsigned *number)
{
	uint64_t size;
	int result = take_size(text, INT32_MAX, &size);

	if (!result)
		*number = (unsigned)size;
	return result;
}

static int take_word(void *object, const struct lines_row *row, const char *text)
{
	unsigned last = 1;

	for (; row->words[last + 1]; last++)
		if (!strcmp(row->words[last], text))
			break;
	if (row->kind == LINES_PLACE && !row->words[last + 1]) {
		if (p2p_bdf_parse(text, value_at(object, row->also)))
			return -EINVAL;
	} else if (strcmp(row->words[last], text) != 0) {
		return -EINVAL;
	}
	*word_at(object, row->at) = last;
	return 0;
}

int p2p_lines_take(struct p2p_snapshot *snapshot, void *object,
		   const struct lines_row *row, const char *text)
{
	void *value = value_at(object, row->at);

	switch (row->kind) {
	case LINES_TEXT:
		*word_at(object, row->also) = P2P_YES;
		return take_string(snapshot, value, text);
	case LINES_STRING:
		return take_string(snapshot, value, text);
	case LINES_NUMBER:
	case LINES_ID:
		return take_number(row, text, value);
	case LINES_UNSIGNED:
		return take_unsigned(text, value);
	case LINES_SIZE:
		return take_size(text, UINT64_MAX, value);
	case LINES_TIME:
		return p2p_time_parse(text, value);
	case LINES_WORD:
	case LINES_PLACE:
		return take_word(object, row, text);
	}
	return -EINVAL;
}

static bool is_plain(const char *text, size_t length, size_t at)
{
	if (text[at] == ' ')
		return at && at + 1 < length;
	return text[at] > ' ' && text[at] < 0x7f && text[at] != '%';
}

char *p2p_lines_escape(const char *text, size_t length, char *to)
{
	static const char figures[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++) {
		uint8_t byte = (uint8_t)text[i];

		if (is_plain(text, length, i)) {
			*to++ = text[i];
			continue;
		}
		*to++ = '%';
		*to++ = figures[byte >> 4];
		*to++ = figures[byte & 0xf];
	}
	return to;
}

static int figure(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int64_t p2p_lines_unescape(char *text, size_t length)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		bool is_escape = text[i] == '%' && i + 2 < length &&
				 figure(text[i + 1]) >= 0 && figure(text[i + 2]) >= 0;
		char c = text[i];

		if (is_escape) {
			c = (char)(figure(text[i + 1]) << 4 | figure(text[i + 2]));
			i += 2;
		}
		if (!c)
			return -EINVAL;
		text[n++] = c;
	}
	return (int64_t)n;
}
