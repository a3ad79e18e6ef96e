/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which function an entry of disable_acs_redir= or config_acs= means: an address with a
 * path below it, or ids (pci_dev_str_match() of drivers/pci/pci.c). */
#include <errno.h>
#include <string.h>

#include "core/boot_parts.h"

#define NUMBERS_MAX 4

/* Reads hexadecimal digits, with 0x or without; NULL without any or beyond 32 bits. */
static const char *read_hex(const char *text, const char *end, uint32_t *ret_number)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t number = 0;
	const char *start;

	if (end - text > 2 && text[0] == '0' && (text[1] | 0x20) == 'x')
		text += 2;
	for (start = text; text < end && *text && number <= UINT32_MAX; text++) {
		const char *digit = strchr(digits, *text | 0x20);

		if (!digit || !*digit)
			break;
		number = number << 4 | (uint64_t)(digit - digits);
	}
	*ret_number = (uint32_t)number;
	return text == start || number > UINT32_MAX ? NULL : text;
}

/* Reads numbers with the marks of @form between them; NULL if it is not all there. */
static const char *read_form(const char *text, const char *end, const char *form,
			     uint32_t *ret_numbers)
{
	for (unsigned n = 0;; n++, form++) {
		text = read_hex(text, end, &ret_numbers[n]);
		if (!text || !*form)
			return text;
		if (text == end || *text++ != *form)
			return NULL;
	}
}

static bool is_form(const char *text, const char *end, const char *form,
		    uint32_t *ret_numbers)
{
	return read_form(text, end, form, ret_numbers) == end;
}

static const char *find_last(const char *text, const char *end, char mark)
{
	while (end > text)
		if (*--end == mark)
			return end;
	return NULL;
}

static bool is_devfn(struct p2p_bdf bdf, const uint32_t numbers[2])
{
	return bdf.devfn == ((numbers[0] & 0x1f) << 3 | (numbers[1] & 7));
}

/* [domain:]bus:device.function of the topmost part; the PCI domain is 0 unless given. */
static int match_base(struct p2p_bdf bdf, const char *text, const char *end)
{
	uint32_t numbers[NUMBERS_MAX];

	if (!is_form(text, end, "::.", numbers)) {
		numbers[0] = 0;
		if (!is_form(text, end, ":.", numbers + 1))
			return -EINVAL;
	}
	return numbers[0] == bdf.domain && numbers[1] == bdf.bus &&
	       is_devfn(bdf, numbers + 2);
}

/* From the last part up: each names a device and function, its bridge the part before. */
static int match_path(const struct booting *booting, uint32_t function, const char *text,
		      const char *end)
{
	const struct p2p_function *functions = booting->snapshot->functions;
	const char *slash;

	while ((slash = find_last(text, end, '/'))) {
		uint32_t numbers[NUMBERS_MAX];

		if (!is_form(slash + 1, end, ".", numbers))
			return -EINVAL;
		if (!is_devfn(functions[function].bdf, numbers))
			return 0;
		function = booting->topo->nodes[function].parent;
		if (function == P2P_NONE)
			return 0;
		end = slash;
	}
	return match_base(functions[function].bdf, text, end);
}

static bool is_id(uint32_t wanted, int32_t id)
{
	return !(wanted & 0xffff) || (wanted & 0xffff) == (uint32_t)id;
}

/* vendor:device[:subvendor:subdevice]; 0 is any. */
static int match_ids(const struct p2p_facts *facts, const char *text, const char *end,
		     const char **ret_end)
{
	uint32_t ids[NUMBERS_MAX] = { 0 };

	*ret_end = read_form(text, end, ":::", ids);
	if (!*ret_end) {
		ids[2] = ids[3] = 0;
		*ret_end = read_form(text, end, ":", ids);
	}
	if (!*ret_end)
		return -EINVAL;
	return is_id(ids[0], facts->vendor) && is_id(ids[1], facts->device) &&
	       is_id(ids[2], facts->subsystem_vendor) &&
	       is_id(ids[3], facts->subsystem_device);
}

int p2p_boot_match(const struct booting *booting, uint32_t function, const char *text,
		   const char **ret_end)
{
	const char *end = text + strlen(text);

	if (!strncmp(text, "pci:", 4))
		return match_ids(&booting->facts[function], text + 4, end, ret_end);
	*ret_end = text + strcspn(text, ";");
	return match_path(booting, function, text, *ret_end);
}
