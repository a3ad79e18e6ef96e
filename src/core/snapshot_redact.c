/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes out of a snapshot what tells one machine from another of its kind: serial
 * numbers, the host's name, names made of hardware addresses, values of the kernel's
 * command line that are no business of PCI. The same hardware address gets the same
 * number wherever it stands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "core/snapshot_store.h"

#define HEADER_SIZE  0x40
#define CAP_STEPS    48
#define CAP_VPD      0x03
#define CAP_VENDOR   0x09
#define SERIAL_START 4
#define SERIAL_SIZE  8
#define VPD_DATA     4
#define ADDRESS_LONG 12 /* hexadecimal digits that make a hardware address */
#define HIDDEN       "redacted"
#define NAME_SIZE    128

/* Hardware addresses that were seen, in order. */
struct seen {
	char (*digits)[NAME_SIZE];
	uint64_t n, capacity;
};

static int put_piece(struct p2p_snapshot *snapshot, struct p2p_extent extent,
		     unsigned start, unsigned end)
{
	if (start >= end)
		return 0;
	if (p2p_store_grow((void **)&snapshot->extents,
			   &snapshot->store->extents_capacity,
			   (uint64_t)snapshot->n_extents + 1, sizeof(extent)))
		return -ENOMEM;
	snapshot->extents[snapshot->n_extents++] = p2p_store_cut(extent, start, end);
	return 0;
}

/* The function's runs are written anew behind all others, without the hidden bytes. */
static int hide(struct p2p_snapshot *snapshot, uint32_t index, unsigned start,
		unsigned length)
{
	struct p2p_function *function = &snapshot->functions[index];
	uint32_t first = snapshot->n_extents;
	int result = 0;

	for (uint32_t i = 0; i < function->n_extents && !result; i++) {
		struct p2p_extent extent = snapshot->extents[function->first_extent + i];
		unsigned from = extent.start, to = from + extent.length;

		result = put_piece(snapshot, extent, from, to < start ? to : start);
		if (!result)
			result = put_piece(snapshot, extent,
					   from > start + length ? from : start + length,
					   to);
	}
	function->first_extent = first;
	function->n_extents = snapshot->n_extents - first;
	return result;
}

static uint32_t read_reg(const struct p2p_snapshot *snapshot, uint32_t index,
			 unsigned offset, unsigned width)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, index);
	struct p2p_reg reg = p2p_cfg_read(&cfg, offset, width);

	return reg.value & reg.known;
}

/* The windows to vital product data and to a vendor's registers show what was read last
 * through them. */
static int hide_windows(struct p2p_snapshot *snapshot, uint32_t index)
{
	bool has_list = read_reg(snapshot, index, REG_STATUS, 2) & STATUS_CAP_LIST;
	unsigned at = read_reg(snapshot, index, REG_CAP_LIST, 1) & 0xfc;
	int result = 0;

	for (unsigned i = 0; has_list && i < CAP_STEPS && at >= HEADER_SIZE && !result;
	     i++) {
		unsigned id = read_reg(snapshot, index, at, 1);
		unsigned length = read_reg(snapshot, index, at + 2, 1);

		if (id == CAP_VPD)
			result = hide(snapshot, index, at + VPD_DATA, 4);
		else if (id == CAP_VENDOR && length > VPD_DATA)
			result = hide(snapshot, index, at + VPD_DATA, length - VPD_DATA);
		at = read_reg(snapshot, index, at + 1, 1) & 0xfc;
	}
	return result;
}

/* Where the list cannot be followed, whatever looks like the capability counts. */
static int hide_serial(struct p2p_snapshot *snapshot, uint32_t index)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, index);
	unsigned offset;
	int result = 0;

	switch (p2p_cfg_ext_capability(&cfg, EXT_CAP_SERIAL, &offset)) {
	case P2P_YES:
		return hide(snapshot, index, offset + SERIAL_START, SERIAL_SIZE);
	case P2P_NO:
		return 0;
	case P2P_UNKNOWN:
		break;
	}
	for (offset = REG_EXT_CAP_LIST; offset < P2P_CFG_SIZE && !result; offset += 4)
		if ((read_reg(snapshot, index, offset, 4) & 0xfffff) ==
		    (EXT_CAP_SERIAL | 1u << 16))
			result =
				hide(snapshot, index, offset + SERIAL_START, SERIAL_SIZE);
	return result;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Where a run of digits long enough begins; its length, 0 if there is none. */
static size_t find_address(const char *name, size_t *ret_start)
{
	size_t start = 0;

	while (name[start]) {
		size_t n = 0;

		while (is_hex(name[start + n]))
			n++;
		*ret_start = start;
		if (n >= ADDRESS_LONG)
			return n;
		start += n ? n : 1;
	}
	return 0;
}

/* The number of these digits, from 1; 0 without memory. */
static uint64_t number_of(struct seen *seen, const char *digits, size_t length)
{
	if (length >= NAME_SIZE)
		length = NAME_SIZE - 1;
	for (uint64_t i = 0; i < seen->n; i++)
		if (strlen(seen->digits[i]) == length &&
		    !memcmp(seen->digits[i], digits, length))
			return i + 1;
	if (p2p_store_grow((void **)&seen->digits, &seen->capacity, seen->n + 1,
			   sizeof(*seen->digits)))
		return 0;
	memcpy(seen->digits[seen->n], digits, length);
	seen->digits[seen->n][length] = '\0';
	return ++seen->n;
}

static int rename_one(struct p2p_snapshot *snapshot, struct p2p_name *name,
		      struct seen *seen)
{
	const char *text = p2p_snapshot_string(snapshot, name->name);
	char renamed[NAME_SIZE];
	size_t start, length = find_address(text, &start);
	uint64_t number = length ? number_of(seen, text + start, length) : 0;

	if (!length)
		return 0;
	if (!number)
		return -ENOMEM;
	snprintf(renamed, sizeof(renamed), "%.*s" HIDDEN "%llu",
		 (int)(start < 32 ? start : 32), text, (unsigned long long)number);
	name->name = p2p_snapshot_keep(snapshot, renamed, strlen(renamed));
	return name->name ? 0 : -ENOMEM;
}

static bool is_about_pci(const char *word)
{
	static const char *const names[] = { "pci",       "iommu", "intel_iommu",
					     "amd_iommu", "vfio",  "arm-smmu" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(word, names[i], strlen(names[i])))
			return true;
	return false;
}

/* Copies a word, quotes and all, of which others than PCI's lose their value. Returns
 * where it ends. */
static const char *copy_word(const char *word, char *to)
{
	const char *end = word, *start = word + (*word == '"'), *equals;
	bool quoted = false;

	for (; *end && (quoted || *end != ' '); end++)
		quoted ^= *end == '"';
	equals = memchr(start, '=', (size_t)(end - start));
	if (!equals || is_about_pci(start))
		*stpncpy(to, word, (size_t)(end - word)) = '\0';
	else
		strcpy(stpncpy(to, start, (size_t)(equals + 1 - start)), HIDDEN);
	return end;
}

static int redact_cmdline(struct p2p_snapshot *snapshot)
{
	const char *from = p2p_snapshot_string(snapshot, snapshot->system.cmdline);
	/* `a=` grows by the word behind it */
	char *text = malloc((sizeof(HIDDEN) + 1) * (strlen(from) + 1)), *to = text;

	if (!text)
		return -ENOMEM;
	while (*from) {
		from = copy_word(from, to);
		to += strlen(to);
		if (*from)
			*to++ = *from++;
	}
	snapshot->system.cmdline = p2p_snapshot_keep(snapshot, text, (size_t)(to - text));
	free(text);
	return to != text && !snapshot->system.cmdline ? -ENOMEM : 0;
}

int p2p_snapshot_redact(struct p2p_snapshot *snapshot, struct p2p_err *err)
{
	struct seen seen = { 0 };
	int result = redact_cmdline(snapshot);

	snapshot->system.host = 0;
	for (uint32_t i = 0; i < snapshot->n_functions && !result; i++) {
		result = hide_serial(snapshot, i);
		if (!result)
			result = hide_windows(snapshot, i);
	}
	for (uint32_t i = 0; i < snapshot->n_names && !result; i++)
		result = rename_one(snapshot, &snapshot->names[i], &seen);
	free(seen.digits);
	return result ? p2p_err_set(err, result, "no memory to redact") : 0;
}
