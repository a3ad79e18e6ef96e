/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of machine-readable listings in, a device line as of other listings out, so that
 * one reader knows what names and numbers mean. */
#include <p2ptool/bdf.h>

#include "io/hex_row.h"
#include "io/source_identity.h"
#include "io/source_text.h"

#define LINE_MOST     512
#define QUOTED_FIELDS 5 /* class, vendor, device, and the subsystem's two */

/* `Slot:`; of -vm `Device:`, which is a key of the record too. */
bool p2p_identity_begins(struct span line, struct span below, struct p2p_bdf *ret_bdf)
{
	struct span value;

	if (!span_starts(line, "Slot:\t") &&
	    !((span_starts(line, "Slot:") || span_starts(line, "Device:")) &&
	      span_starts(below, "Class:")))
		return false;
	value = span_trim(span_after(line, ":"));
	return value.length &&
	       p2p_bdf_read(value.at, value.length, ret_bdf) == value.length;
}

bool p2p_identity_lacks_slot(struct span text)
{
	size_t newline = span_find(span_cut(text, LINE_MOST), "\n");

	return span_starts(text, "Class:\t") &&
	       span_starts(span_skip(text, newline + 1), "Vendor:\t");
}

static int32_t read_number(struct span value)
{
	uint64_t number = 0;

	if (span_number(value, 10, &number) != value.length || number > INT32_MAX)
		return P2P_NOT_TOLD;
	return (int32_t)number;
}

static void tell_system(struct p2p_snapshot *snapshot, struct p2p_function *function,
			struct span key, struct span value)
{
	if (span_equals(key, "Driver") && !function->driver)
		function->driver = p2p_snapshot_keep(snapshot, value.at, value.length);
	else if (span_equals(key, "PhySlot") && !function->slot)
		function->slot = p2p_snapshot_keep(snapshot, value.at, value.length);
	else if (span_equals(key, "NUMANode") && function->numa == P2P_NOT_TOLD)
		function->numa = read_number(value);
	else if (span_equals(key, "IOMMUGroup") && function->group == P2P_NOT_TOLD)
		function->group = read_number(value);
}

/* The place of a key in a record; -1 if it may stand there several times, or is none. */
static int place_of(struct span key)
{
	static const char *const keys[] = {
		"Class", "Vendor", "Device", "SVendor",  "SDevice", "PhySlot",
		"Rev",   "ProgIf", "Driver", "NUMANode", "DTNode",  "IOMMUGroup",
	};

	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (span_equals(key, keys[i]))
			return (int)i;
	return -1;
}

/* A tab stands only between key and value: two lines became one. */
static bool is_damaged(struct span value)
{
	for (size_t i = 0; i < value.length; i++)
		if ((unsigned char)value.at[i] < ' ')
			return true;
	return false;
}

static void tell_ids(struct p2p_identity *identity, struct span key, struct span value)
{
	const struct {
		const char *key;
		struct span *value;
	} fields[] = {
		{ "Class", &identity->class },      { "Vendor", &identity->vendor },
		{ "Device", &identity->device },    { "Rev", &identity->revision },
		{ "ProgIf", &identity->interface },
	};

	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (span_equals(key, fields[i].key))
			*fields[i].value = value;
}

enum p2p_identity_line p2p_identity_line(struct p2p_identity *identity,
					 struct p2p_snapshot *snapshot,
					 struct p2p_function *function, struct span line)
{
	size_t colon = span_find(line, ":");
	struct span key = span_cut(line, colon);
	struct span value = span_trim(span_skip(line, colon + 1));
	int place = place_of(key);

	if (place < 0 || !value.length)
		return P2P_IDENTITY_TAKEN;
	if (identity->keys & 1u << place)
		return P2P_IDENTITY_AGAIN;
	identity->keys |= 1u << place;
	if (is_damaged(value))
		return P2P_IDENTITY_DAMAGED;
	tell_ids(identity, key, value);
	tell_system(snapshot, function, key, value);
	return P2P_IDENTITY_TAKEN;
}

/* A field in quotes, in which a backslash takes away a quote's meaning. */
static bool read_quoted(struct span *rest, struct span *ret_field)
{
	size_t n = 1;

	if (!span_starts(*rest, "\""))
		return false;
	while (n < rest->length && rest->at[n] != '"')
		n += rest->at[n] == '\\' ? 2 : 1;
	if (n >= rest->length)
		return false;
	*ret_field = span_skip(span_cut(*rest, n), 1);
	*rest = span_skip(*rest, n + 1);
	return true;
}

/* `-r02` and `-p01` stand between the device and its subsystem. */
static void read_option(struct p2p_identity *identity, struct span word)
{
	if (span_starts(word, "-r"))
		identity->revision = span_skip(word, 2);
	else if (span_starts(word, "-p"))
		identity->interface = span_skip(word, 2);
}

/* Fields are counted: lspci prints all five, the last two empty where there are none. */
bool p2p_identity_quoted(struct p2p_identity *identity, struct span rest)
{
	struct span others[2];
	struct span *const fields[QUOTED_FIELDS] = { &identity->class, &identity->vendor,
						     &identity->device, &others[0],
						     &others[1] };
	unsigned n = 0;

	for (rest = span_trim(rest); rest.length; rest = span_trim(rest)) {
		struct span word;

		if (n < QUOTED_FIELDS && read_quoted(&rest, fields[n])) {
			if (is_damaged(*fields[n++]))
				return false;
			continue;
		}
		if (*rest.at != '-')
			return false;
		word = span_cut(rest, span_find(rest, " "));
		read_option(identity, word);
		rest = span_skip(rest, word.length);
	}
	return n == QUOTED_FIELDS;
}

static size_t put(struct p2p_identity *identity, size_t used, struct span text)
{
	for (size_t i = 0; i < text.length && used < P2P_IDENTITY_SIZE; i++) {
		if (text.at[i] == '\\' && i + 1 < text.length)
			i++;
		identity->header[used++] = text.at[i];
	}
	return used;
}

static size_t put_text(struct p2p_identity *identity, size_t used, const char *text)
{
	return put(identity, used, span_of(text));
}

static struct span name_of(struct span field)
{
	struct span number = p2p_text_number(field);

	if (!number.length)
		return field;
	return span_trim(span_cut(field, number.length < field.length ?
						 field.length - number.length - 2 :
						 0));
}

static size_t put_ids(struct p2p_identity *identity, size_t used)
{
	struct span vendor = p2p_text_number(identity->vendor);
	struct span device = p2p_text_number(identity->device);
	struct span name = name_of(identity->vendor);
	bool has_name = name.length, has_numbers = vendor.length && device.length;

	used = put(identity, used, name);
	used = put_text(identity, used, has_name ? " " : "");
	used = put(identity, used, name_of(identity->device));
	if (!has_numbers)
		return used;
	used = put_text(identity, used, has_name ? " [" : "");
	used = put(identity, used, vendor);
	used = put_text(identity, used, ":");
	used = put(identity, used, device);
	return put_text(identity, used, has_name ? "]" : "");
}

static size_t put_option(struct p2p_identity *identity, size_t used, const char *name,
			 struct span value)
{
	if (!value.length)
		return used;
	used = put_text(identity, used, name);
	used = put(identity, used, value);
	return put_text(identity, used, ")");
}

struct span p2p_identity_header(struct p2p_identity *identity)
{
	size_t used = put(identity, 0, identity->class);

	used = put_text(identity, used, ": ");
	used = put_ids(identity, used);
	used = put_option(identity, used, " (rev ", identity->revision);
	used = put_option(identity, used, " (prog-if ", identity->interface);
	return (struct span){ identity->header, used };
}
