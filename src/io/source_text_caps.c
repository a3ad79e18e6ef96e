/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The capability lists of a listing. Each line gives an offset and a name; out go the ids
 * at these offsets and the pointers between them, so that the lists can be walked as if
 * they had been read. A list has an end only if all of it was printed. */
#include "core/regs.h"
#include "io/source_text.h"

#define FIRST_CAP      0x40
#define ID_UNKNOWN     (-1)
#define CAP_LIST_CARD  0x14 /* where a CardBus bridge keeps the pointer */
#define CLASS_CARD     0x0607
#define CLASS_HOST     0x0600
#define EXT_ID         0x0000ffffu
#define EXT_NEXT       0xfff00000u
#define EXT_NEXT_SHIFT 20

struct cap_name {
	const char *name;
	int id;
	enum p2p_place place;
};

/* Names as the versions of lspci print them. */
static const struct cap_name names[] = {
	{ "Power Management", CAP_PM, P2P_IN_POWER },
	{ "AGP version", 0x02, P2P_IN_OTHER },
	{ "Vital Product Data", 0x03, P2P_IN_OTHER },
	{ "Slot ID", 0x04, P2P_IN_OTHER },
	{ "MSI:", 0x05, P2P_IN_OTHER },
	{ "Message Signalled Interrupts", 0x05, P2P_IN_OTHER },
	{ "CompactPCI hot-swap", 0x06, P2P_IN_OTHER },
	{ "PCI-X", CAP_PCIX, P2P_IN_OTHER },
	{ "HyperTransport", 0x08, P2P_IN_OTHER },
	{ "Vendor Specific Information", 0x09, P2P_IN_OTHER },
	{ "Debug port", 0x0a, P2P_IN_OTHER },
	{ "CompactPCI central resource control", 0x0b, P2P_IN_OTHER },
	{ "Hot-plug capable", 0x0c, P2P_IN_OTHER },
	{ "Subsystem", 0x0d, P2P_IN_OTHER },
	{ "AGP3", 0x0e, P2P_IN_OTHER },
	{ "Secure device", 0x0f, P2P_IN_OTHER },
	{ "Express", CAP_EXPRESS, P2P_IN_EXPRESS },
	{ "MSI-X", 0x11, P2P_IN_OTHER },
	{ "SATA HBA", 0x12, P2P_IN_OTHER },
	{ "PCI Advanced Features", 0x13, P2P_IN_OTHER },
	{ "PCIe advanced features", 0x13, P2P_IN_OTHER },
	{ "Enhanced Allocation", 0x14, P2P_IN_OTHER },
	{ "Null", 0x00, P2P_IN_OTHER },
};

static const struct cap_name ext_names[] = {
	{ "Advanced Error Reporting", EXT_CAP_AER, P2P_IN_AER },
	/* 0x09 as well, beside multi-function virtual channels: neither is looked for */
	{ "Virtual Channel", 0x02, P2P_IN_OTHER },
	{ "Device Serial Number", EXT_CAP_SERIAL, P2P_IN_OTHER },
	{ "Power Budgeting", 0x04, P2P_IN_OTHER },
	{ "Root Complex Link", 0x05, P2P_IN_OTHER },
	{ "Root Complex Internal Link", 0x06, P2P_IN_OTHER },
	{ "Root Complex Event Collector", 0x07, P2P_IN_OTHER },
	{ "Multi-Function Virtual Channel", 0x08, P2P_IN_OTHER },
	{ "Root Bridge Control Block", 0x0a, P2P_IN_OTHER },
	{ "Vendor Specific Information", EXT_CAP_VENDOR, P2P_IN_OTHER },
	{ "Config Access", 0x0c, P2P_IN_OTHER },
	{ "Access Control Services", EXT_CAP_ACS, P2P_IN_ACS },
	{ "Alternative Routing-ID Interpretation", EXT_CAP_ARI, P2P_IN_ARI },
	{ "Address Translation Service", EXT_CAP_ATS, P2P_IN_ATS },
	{ "Single Root I/O Virtualization", EXT_CAP_SRIOV, P2P_IN_SRIOV },
	{ "Multi-Root I/O Virtualization", 0x11, P2P_IN_OTHER },
	{ "Multicast", 0x12, P2P_IN_OTHER },
	{ "Page Request Interface", EXT_CAP_PRI, P2P_IN_PRI },
	{ "Physical Resizable BAR", EXT_CAP_REBAR, P2P_IN_REBAR },
	{ "Resizable BAR", EXT_CAP_REBAR, P2P_IN_REBAR },
	{ "Dynamic Power Allocation", 0x16, P2P_IN_OTHER },
	{ "Transaction Processing Hints", 0x17, P2P_IN_OTHER },
	{ "Latency Tolerance Reporting", 0x18, P2P_IN_OTHER },
	{ "Secondary PCI Express", 0x19, P2P_IN_OTHER },
	{ "Protocol Multiplexing", 0x1a, P2P_IN_OTHER },
	{ "Process Address Space ID", EXT_CAP_PASID, P2P_IN_PASID },
	{ "LN Requester", 0x1c, P2P_IN_OTHER },
	{ "Downstream Port Containment", EXT_CAP_DPC, P2P_IN_DPC },
	{ "L1 PM Substates", 0x1e, P2P_IN_OTHER },
	{ "Precision Time Measurement", 0x1f, P2P_IN_OTHER },
	{ "PCI Express over M_PHY", 0x20, P2P_IN_OTHER },
	{ "FRS Queueing", 0x21, P2P_IN_OTHER },
	{ "Readiness Time Reporting", 0x22, P2P_IN_OTHER },
	{ "Designated Vendor-Specific", EXT_CAP_DVSEC, P2P_IN_OTHER },
	{ "VF Resizable BAR", 0x24, P2P_IN_OTHER },
	{ "Virtual Resizable BAR", 0x24, P2P_IN_OTHER },
	{ "Data Link Feature", 0x25, P2P_IN_OTHER },
	{ "Physical Layer 16.0 GT/s", 0x26, P2P_IN_OTHER },
	{ "Lane Margining at the Receiver", 0x27, P2P_IN_OTHER },
	{ "Hierarchy ID", 0x28, P2P_IN_OTHER },
	{ "Native PCIe Enclosure Management", 0x29, P2P_IN_OTHER },
	{ "Physical Layer 32.0 GT/s", 0x2a, P2P_IN_OTHER },
	{ "Alternate Protocol", 0x2b, P2P_IN_OTHER },
	{ "System Firmware Intermediary", 0x2c, P2P_IN_OTHER },
	{ "Data Object Exchange", 0x2e, P2P_IN_OTHER },
	{ "Integrity & Data Encryption", 0x30, P2P_IN_OTHER },
	{ "Physical Layer 64.0 GT/s", 0x31, P2P_IN_OTHER },
	{ "Null", 0x00, P2P_IN_OTHER },
};

/* A capability without a name is printed as a number, in one of three ways. */
static struct cap_name find_name(struct span text, bool extended)
{
	static const char *const numbered[] = { "Capability ID 0x",
						"Extended Capability ID 0x", "#" };
	const struct cap_name *table = extended ? ext_names : names;
	size_t n = extended ? sizeof(ext_names) / sizeof(ext_names[0]) :
			      sizeof(names) / sizeof(names[0]);
	uint64_t id;

	for (size_t i = 0; i < n; i++)
		if (span_starts(text, table[i].name))
			return table[i];
	for (unsigned i = 0; i < 3; i++)
		if (span_starts(text, numbered[i]) &&
		    span_told(text, numbered[i], 16, &id) && id <= EXT_ID)
			return (struct cap_name){ "", (int)id, P2P_IN_OTHER };
	return (struct cap_name){ "", ID_UNKNOWN, P2P_IN_OTHER };
}

static void tell_express(struct p2p_listing *listing, struct span text)
{
	static const struct {
		const char *name;
		unsigned type;
	} types[] = {
		{ "Endpoint", 0x0 },
		{ "Legacy Endpoint", 0x1 },
		{ "Root Port", 0x4 },
		{ "Upstream Port", 0x5 },
		{ "Downstream Port", 0x6 },
		{ "PCI-Express to PCI/PCI-X Bridge", 0x7 },
		{ "PCI/PCI-X to PCI-Express Bridge", 0x8 },
		{ "PCI/PCI-X Bridge", 0x7 },
		{ "PCI Bridge", 0x7 },
		{ "Root Complex Integrated", 0x9 },
		{ "Root Complex Event Collector", 0xa },
	};
	unsigned at = listing->at + REG_EXP_FLAGS;
	uint64_t version;

	if (span_told(text, "(v", 10, &version) && version <= EXP_FLAGS_VERSION)
		p2p_listing_tell(listing, at, 2, (uint32_t)version, EXP_FLAGS_VERSION);
	text = span_trim(
		span_after(text, span_starts(text, "Express (v") ? ")" : "Express"));
	for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_starts(text, types[i].name))
			p2p_listing_tell(listing, at, 2, types[i].type << 4,
					 EXP_FLAGS_TYPE);
	if (span_find(text, "(Slot") < text.length)
		p2p_listing_tell(
			listing, at, 2,
			span_find(text, "(Slot+") < text.length ? EXP_FLAGS_SLOT : 0,
			EXP_FLAGS_SLOT);
}

/* Eight bytes, the highest first. */
static void tell_serial(struct p2p_listing *listing, struct span text)
{
	text = span_after(text, "Device Serial Number ");
	for (unsigned i = 0; i < 8; i++) {
		uint64_t byte;

		if (span_number(text, 16, &byte) != 2)
			return;
		p2p_listing_tell(listing, listing->at + 4 + 7 - i, 1, (uint32_t)byte,
				 0xff);
		text = span_skip(text, 3);
	}
}

/* "ID=1234 Rev=1 Len=100". */
static void tell_vendors_own(struct p2p_listing *listing, struct span text)
{
	uint64_t value;

	if (span_told(text, " ID=", 16, &value) && value <= VENDOR_HEADER_ID)
		p2p_listing_tell(listing, listing->at + REG_VENDOR_HEADER, 4,
				 (uint32_t)value, VENDOR_HEADER_ID);
}

static void tell_vendor_specific(struct p2p_listing *listing, struct span text)
{
	uint64_t value;

	if (span_told(text, "Vendor=", 16, &value) && value <= 0xffff)
		p2p_listing_tell(listing, listing->at + REG_DVSEC_VENDOR, 2,
				 (uint32_t)value, 0xffff);
	if (span_told(text, " ID=", 16, &value) && value <= 0xffff)
		p2p_listing_tell(listing, listing->at + REG_DVSEC_ID, 2, (uint32_t)value,
				 0xffff);
}

static void link_standard(struct p2p_listing *listing, unsigned at)
{
	if (!listing->first) {
		listing->first = at;
		p2p_listing_tell(listing, REG_STATUS, 2, STATUS_CAP_LIST,
				 STATUS_CAP_LIST);
	} else {
		p2p_listing_tell(listing, listing->last + 1, 1, at, 0xff);
	}
	listing->last = at;
}

/* Of a list whose beginning was not printed the first place is told as a null capability
 * that leads to what was, as the pointer at 0x34 leads to the first one printed. */
static void link_extended(struct p2p_listing *listing, unsigned at)
{
	if (listing->last_ext) {
		p2p_listing_tell(listing, listing->last_ext, 4, at << EXT_NEXT_SHIFT,
				 EXT_NEXT);
	} else if (at != REG_EXT_CAP_LIST) {
		p2p_listing_tell(listing, REG_EXT_CAP_LIST, 4, at << EXT_NEXT_SHIFT,
				 EXT_NEXT | EXT_ID);
		listing->broken = true;
	}
	listing->last_ext = at;
}

static void tell_capability(struct p2p_listing *listing, struct span text)
{
	bool extended = listing->at >= REG_EXT_CAP_LIST;
	struct cap_name cap = find_name(text, extended);

	listing->place = cap.place;
	if (cap.id != ID_UNKNOWN)
		p2p_listing_tell(listing, listing->at, extended ? 2 : 1, (uint32_t)cap.id,
				 extended ? EXT_ID : 0xff);
	if (!extended) {
		listing->express |= cap.id == CAP_EXPRESS;
		listing->pcix |= cap.id == CAP_PCIX;
		listing->unnamed |= cap.id == ID_UNKNOWN;
		if (cap.id == CAP_EXPRESS)
			tell_express(listing, text);
	} else if (cap.id == EXT_CAP_SERIAL) {
		tell_serial(listing, text);
	} else if (cap.id == EXT_CAP_VENDOR) {
		tell_vendors_own(listing, text);
	} else if (cap.id == EXT_CAP_DVSEC) {
		tell_vendor_specific(listing, text);
	}
}

static bool is_blank_or(struct span text, size_t at, char c)
{
	return at < text.length && (is_blank(text.at[at]) || text.at[at] == c);
}

void p2p_text_capability(struct p2p_listing *listing, struct span line)
{
	struct span rest = span_after(line, "[");
	struct span text = span_trim(span_after(line, "]"));
	uint64_t at = 0, version;
	size_t n = span_number(rest, 16, &at);

	listing->place = P2P_IN_OTHER;
	listing->reg = NULL;
	listing->rebar = 0;
	if (span_find(line, "<access denied>") < line.length)
		p2p_listing_function(listing)->denied = P2P_YES;
	if (!n || !is_blank_or(rest, n, ']') || at < FIRST_CAP || at >= P2P_CFG_SIZE ||
	    span_starts(text, "<chain") || span_starts(text, "<unreadable")) {
		listing->broken = true;
		return;
	}
	listing->at = (unsigned)at;
	if (at < REG_EXT_CAP_LIST)
		link_standard(listing, listing->at);
	else
		link_extended(listing, listing->at);
	if (at >= REG_EXT_CAP_LIST && span_told(span_skip(rest, n), " v", 10, &version))
		p2p_listing_tell(listing, listing->at, 4, (uint32_t)version << 16,
				 0xf0000);
	tell_capability(listing, text);
}

/* Plain `-v` could end a list too, but only what `-vv` shows of the head proves that
 * these lines are a listing as lspci printed it, not lines that somebody picked out. */
static bool is_whole(const struct p2p_listing *listing)
{
	return listing->level == P2P_LISTING_VV && listing->closed && !listing->broken &&
	       listing->has_list == (listing->first != 0) &&
	       (!listing->last_ext || listing->express || listing->pcix);
}

/* The kernel looks for extended space only behind PCI Express, PCI-X and host bridges
 * (pci_cfg_space_size, 6.12). */
static void end_whole_lists(struct p2p_listing *listing)
{
	struct p2p_function *function = p2p_listing_function(listing);

	if (listing->last)
		p2p_listing_tell(listing, listing->last + 1, 1, 0, 0xff);
	if (listing->last_ext)
		p2p_listing_tell(listing, listing->last_ext, 4, 0, EXT_NEXT);
	else if (listing->express)
		p2p_listing_tell(listing, REG_EXT_CAP_LIST, 4, 0, UINT32_MAX);
	else if (!listing->pcix && !listing->unnamed && listing->class_code >= 0 &&
		 listing->class_code != CLASS_HOST)
		function->config_size = 256;
}

void p2p_text_end_lists(struct p2p_listing *listing)
{
	struct p2p_function *function = p2p_listing_function(listing);
	bool card = listing->bridge && listing->class_code == CLASS_CARD;

	if (listing->first) {
		p2p_listing_tell(listing, card ? CAP_LIST_CARD : REG_CAP_LIST, 1,
				 listing->first, 0xff);
		if (function->denied == P2P_UNKNOWN)
			function->denied = P2P_NO;
	}
	if (listing->last_ext) {
		function->config_size = P2P_CFG_SIZE;
		listing->any_extended = true;
	}
	if (is_whole(listing))
		end_whole_lists(listing);
}
