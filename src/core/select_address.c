/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selectors in figures: addresses, the patterns of `lspci -s` (any of PCI domain, bus,
 * device and function left open) and vendor:device. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/select_parts.h"

/* A number that must match, or any. */
struct field {
	bool told;
	uint32_t value;
};

struct pattern {
	struct field domain, bus, device, function;
};

/* Four hexadecimal digits, a colon, and four or none more. */
static bool is_id(const char *part)
{
	size_t length = strlen(part);

	for (size_t i = 0; i < length; i++)
		if (i == 4 ? part[i] != ':' : !isxdigit((unsigned char)part[i]))
			return false;
	return length == 5 || length == 9;
}

/* @length characters of hexadecimal; nothing or `*` leaves the field open. */
static bool read_field(const char *text, size_t length, uint32_t max, struct field *ret)
{
	uint64_t value = 0;

	*ret = (struct field){ 0 };
	if (!length || (length == 1 && *text == '*'))
		return true;
	for (size_t i = 0; i < length; i++) {
		const char *digits = "0123456789abcdef";
		const char *digit = strchr(digits, tolower((unsigned char)text[i]));

		if (!digit || !*digit)
			return false;
		value = value << 4 | (uint64_t)(digit - digits);
		if (value > max)
			return false;
	}
	*ret = (struct field){ true, (uint32_t)value };
	return true;
}

/* [[domain:]bus:][device][.[function]]; one that leaves all open means nothing. */
static bool read_pattern(const char *part, struct pattern *ret)
{
	const char *tail = strrchr(part, ':'), *dot, *colon;
	struct pattern pattern = { 0 };

	tail = tail ? tail + 1 : part;
	dot = strchr(tail, '.');
	if (dot && !read_field(dot + 1, strlen(dot + 1), 7, &pattern.function))
		return false;
	if (!read_field(tail, dot ? (size_t)(dot - tail) : strlen(tail), 0x1f,
			&pattern.device))
		return false;
	if (tail > part) {
		size_t head = (size_t)(tail - part) - 1;

		colon = memchr(part, ':', head);
		if (colon && !read_field(part, (size_t)(colon - part), UINT32_MAX,
					 &pattern.domain))
			return false;
		colon = colon ? colon + 1 : part;
		if (!read_field(colon, (size_t)(part + head - colon), 0xff, &pattern.bus))
			return false;
	}
	*ret = pattern;
	return pattern.domain.told || pattern.bus.told || pattern.device.told ||
	       pattern.function.told;
}

static bool matches(struct field field, uint32_t value)
{
	return !field.told || field.value == value;
}

static uint32_t add_pattern(const struct p2p_machine *machine, struct pattern pattern,
			    struct select_set *set)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++) {
		struct p2p_bdf bdf = machine->snapshot->functions[i].bdf;

		if (!matches(pattern.domain, bdf.domain) ||
		    !matches(pattern.bus, bdf.bus) ||
		    !matches(pattern.device, p2p_bdf_device(bdf)) ||
		    !matches(pattern.function, p2p_bdf_function(bdf)))
			continue;
		select_add(set, i);
		found++;
	}
	return found;
}

static int refuse_unknown(const struct p2p_machine *machine, const char *part,
			  const char *wanted, struct p2p_err *err)
{
	struct select_near near = p2p_select_near(wanted);
	char address[P2P_BDF_SIZE], nearest[P2P_ERR_SIZE];

	near.limit = 2;
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		p2p_select_offer(&near,
				 p2p_bdf_format(machine->snapshot->functions[i].bdf,
						address));
	return p2p_err_set(err, -ENOENT, "%.*s: no function has that address%.300s",
			   SELECT_SHOWN, part, p2p_select_nearest(&near, "", nearest));
}

/* Without a PCI domain an address may mean several functions; no one is guessed. */
static int select_open_domain(const struct p2p_machine *machine, const char *part,
			      struct p2p_bdf bdf, struct select_set *set,
			      struct p2p_err *err)
{
	struct pattern pattern = { .bus = { true, bdf.bus },
				   .device = { true, p2p_bdf_device(bdf) },
				   .function = { true, p2p_bdf_function(bdf) } };
	uint32_t found = add_pattern(machine, pattern, set);
	char address[P2P_BDF_SIZE];

	if (found > 1)
		return p2p_err_set(
			err, -EINVAL,
			"%.*s: in %u PCI domains a function has that address (write "
			"the PCI domain too: %s)",
			SELECT_SHOWN, part, found, p2p_bdf_format(bdf, address));
	return found ? 0 :
		       refuse_unknown(machine, part, p2p_bdf_format(bdf, address), err);
}

static int select_bdf(const struct p2p_machine *machine, const char *part,
		      struct p2p_bdf bdf, struct select_set *set, struct p2p_err *err)
{
	uint32_t function = p2p_snapshot_find(machine->snapshot, bdf);
	const char *colon = strchr(part, ':');
	char address[P2P_BDF_SIZE];

	if (colon && !strchr(colon + 1, ':'))
		return select_open_domain(machine, part, bdf, set, err);
	if (function == P2P_NONE)
		return refuse_unknown(machine, part, p2p_bdf_format(bdf, address), err);
	select_add(set, function);
	return 0;
}

static int select_ids(const struct p2p_machine *machine, const char *part,
		      struct select_set *set, struct p2p_err *err)
{
	struct select_near near = p2p_select_near(part);
	struct field vendor, device;
	char ids[16], nearest[P2P_ERR_SIZE];
	bool found = false;

	read_field(part, 4, 0xffff, &vendor);
	read_field(part + 5, strlen(part + 5), 0xffff, &device);
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++) {
		const struct p2p_facts *facts = &machine->facts[i];

		if (facts->vendor < 0 || facts->device < 0)
			continue;
		snprintf(ids, sizeof(ids), "%04x:%04x", (uint32_t)facts->vendor & 0xffff,
			 (uint32_t)facts->device & 0xffff);
		ids[device.told ? 9 : 5] = '\0';
		p2p_select_offer(&near, ids);
		if (!matches(vendor, (uint32_t)facts->vendor) ||
		    !matches(device, (uint32_t)facts->device))
			continue;
		select_add(set, i);
		found = true;
	}
	if (found)
		return 0;
	return p2p_err_set(
		err, -ENOENT, "%.*s: no function has that %s%.300s%s", SELECT_SHOWN, part,
		device.told ? "vendor and device" : "vendor",
		p2p_select_nearest(&near, "", nearest),
		vendor.value <= 0xff ? " (a bus is written with two digits, 3c:)" : "");
}

int p2p_select_address(const struct p2p_machine *machine, const char *part,
		       struct select_set *set, struct p2p_err *err)
{
	struct pattern pattern;
	struct p2p_bdf bdf;

	if (is_id(part))
		return select_ids(machine, part, set, err);
	if (!p2p_bdf_parse(part, &bdf))
		return select_bdf(machine, part, bdf, set, err);
	if (!read_pattern(part, &pattern))
		return p2p_err_set(
			err, -EINVAL,
			"%.*s: no address (write 3c:00.0, 0000:3c:00.0, a bus 3c:, "
			"a vendor 10de:)",
			SELECT_SHOWN, part);
	if (!add_pattern(machine, pattern, set))
		return p2p_err_set(err, -ENOENT, "%.*s: no function has such an address",
				   SELECT_SHOWN, part);
	return 0;
}
