/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The head of a listing: what stands between the device line and the first capability.
 * BARs and windows are printed as ranges and become the registers that say the same. */
#include "core/regs.h"
#include "io/source_text.h"

#define BARS 6

static bool read_numa(struct p2p_listing *listing, struct span line)
{
	struct p2p_function *function = p2p_listing_function(listing);
	uint64_t node;

	if (function->numa == P2P_NOT_TOLD && span_told(line, "", 10, &node) &&
	    node <= INT32_MAX)
		function->numa = (int32_t)node;
	return true;
}

static bool read_group(struct p2p_listing *listing, struct span line)
{
	struct p2p_function *function = p2p_listing_function(listing);
	uint64_t group;

	if (function->group == P2P_NOT_TOLD && span_told(line, "", 10, &group) &&
	    group <= INT32_MAX)
		function->group = (int32_t)group;
	return true;
}

static bool read_slot(struct p2p_listing *listing, struct span line)
{
	struct p2p_function *function = p2p_listing_function(listing);

	if (!function->slot)
		function->slot =
			p2p_snapshot_keep(listing->snapshot, line.at, line.length);
	return true;
}

/* `-v` has one line where `-vv` has "Control:" and "Status:". */
static bool read_flags(struct p2p_listing *listing, struct span line)
{
	bool master = span_find(line, "bus master") < line.length;
	size_t numa = span_find(line, "NUMA node "),
	       group = span_find(line, "IOMMU group ");

	listing->level = P2P_LISTING_V;
	p2p_listing_tell(listing, REG_COMMAND, 2, master ? COMMAND_MASTER : 0,
			 COMMAND_MASTER);
	if (numa < line.length)
		read_numa(listing, span_after(line, "NUMA node "));
	if (group < line.length)
		read_group(listing, span_after(line, "IOMMU group "));
	return true;
}

static bool read_status(struct p2p_listing *listing, struct span line)
{
	listing->level = P2P_LISTING_VV;
	listing->has_list = span_find(line, "Cap+") < line.length;
	return true;
}

static bool read_bus(struct p2p_listing *listing, struct span line)
{
	static const char *const names[] = { "primary=", "secondary=", "subordinate=" };
	uint64_t bus;

	listing->bridge = true;
	for (unsigned i = 0; i < 3; i++)
		if (span_told(line, names[i], 16, &bus) && bus <= 0xff) {
			listing->below = i == 1 ? (uint8_t)bus : listing->below;
			p2p_listing_tell(listing, REG_PRIMARY + i, 1, (uint32_t)bus,
					 0xff);
		}
	return true;
}

struct range {
	uint64_t first, last;
};

/* A closed window is printed without numbers; any base above its limit says the same. */
static bool read_range(struct span line, struct range *ret)
{
	size_t n = span_number(line, 16, &ret->first);

	if (n && span_starts(span_skip(line, n), "-"))
		return span_number(span_skip(line, n + 1), 16, &ret->last) > 0;
	*ret = (struct range){ 0xfff00000, 0x000fffff };
	return span_starts(line, "[disabled]") || span_starts(line, "None");
}

static bool read_memory_window(struct p2p_listing *listing, struct span line)
{
	struct range range;

	if (!read_range(line, &range) || range.first > UINT32_MAX)
		return true;
	p2p_listing_tell(listing, REG_MEM_BASE, 2, range.first >> 16 & 0xfff0, 0xffff);
	p2p_listing_tell(listing, REG_MEM_LIMIT, 2, range.last >> 16 & 0xfff0, 0xffff);
	return true;
}

/* The type of window is not told, "[32-bit]" is about the addresses: the same range as a
 * 64-bit window, whose upper half may be 0. */
static bool read_prefetch_window(struct p2p_listing *listing, struct span line)
{
	struct range range;

	if (!read_range(line, &range))
		return true;
	p2p_listing_tell(listing, REG_PREF_BASE, 2,
			 (range.first >> 16 & 0xfff0) | WINDOW_64, 0xffff);
	p2p_listing_tell(listing, REG_PREF_LIMIT, 2,
			 (range.last >> 16 & 0xfff0) | WINDOW_64, 0xffff);
	p2p_listing_tell(listing, REG_PREF_BASE_UP, 4, (uint32_t)(range.first >> 32),
			 UINT32_MAX);
	p2p_listing_tell(listing, REG_PREF_LIMIT_UP, 4, (uint32_t)(range.last >> 32),
			 UINT32_MAX);
	return true;
}

/* "64K": 0 when there is none. */
static uint64_t read_size(struct span text)
{
	static const char units[] = "KMGTPE";
	uint64_t size = 0;
	size_t n = span_number(text, 10, &size);
	const char *unit = n < text.length ? strchr(units, text.at[n]) : NULL;
	unsigned shift = unit && *unit ? 10 * (unsigned)(unit - units + 1) : 0;

	return size > UINT64_MAX >> shift ? 0 : size << shift;
}

/* Only memory is of use. What is [virtual] or [enhanced] is not in the register. */
static void tell_bar(struct p2p_listing *listing, unsigned bar, struct span line)
{
	unsigned at = REG_BAR_0 + 4 * bar;
	bool wide = span_find(line, "(64-bit") < line.length;
	uint32_t kind = wide ? BAR_TYPE_64 : 0;
	uint64_t address;

	if (span_find(line, "[virtual]") < line.length ||
	    span_find(line, "[enhanced]") < line.length ||
	    !span_told(line, "Memory at ", 16, &address))
		return;
	if (span_find(line, " prefetchable)") < line.length)
		kind |= BAR_PREFETCH;
	p2p_listing_tell(listing, at, 4, ((uint32_t)address & ~0xfu) | kind, UINT32_MAX);
	if (wide && bar + 1 < BARS)
		p2p_listing_tell(listing, at + 4, 4, (uint32_t)(address >> 32),
				 UINT32_MAX);
}

static bool read_region(struct p2p_listing *listing, struct span line)
{
	struct p2p_function *function = p2p_listing_function(listing);
	uint64_t bar;

	if (!span_number(line, 10, &bar) || bar >= BARS)
		return true;
	if (!function->bar_size[bar] && span_find(line, "[size=") < line.length)
		function->bar_size[bar] = read_size(span_after(line, "[size="));
	tell_bar(listing, (unsigned)bar, line);
	return true;
}

/* A function that does not answer reads all-ones everywhere. */
static bool read_unknown_layout(struct p2p_listing *listing, struct span line)
{
	if (!span_starts(line, "7f"))
		return true;
	for (unsigned at = 0; at < 0x40; at += 4)
		p2p_listing_tell(listing, at, 4, UINT32_MAX, UINT32_MAX);
	listing->broken = true;
	return true;
}

bool p2p_text_head(struct p2p_listing *listing, struct span line)
{
	static const struct {
		const char *key;
		bool (*read)(struct p2p_listing *listing, struct span line);
	} keys[] = {
		{ "Flags:", read_flags },
		{ "Status:", read_status },
		{ "NUMA node:", read_numa },
		{ "IOMMU group:", read_group },
		{ "Physical Slot:", read_slot },
		{ "Region ", read_region },
		{ "Bus:", read_bus },
		{ "Memory behind bridge:", read_memory_window },
		{ "Prefetchable memory behind bridge:", read_prefetch_window },
		{ "!!! Unknown header type ", read_unknown_layout },
	};

	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (span_starts(line, keys[i].key))
			return keys[i].read(listing,
					    span_trim(span_after(line, keys[i].key)));
	return span_starts(line, "Subsystem:") || span_starts(line, "Latency:") ||
	       span_starts(line, "Interrupt:");
}
