/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device line: `PCI bridge [0604]: VENDOR DEVICE [8086:1bbc] (rev 11)`, with numbers
 * (-n), names, or both (-nn). Out come class, vendor and device, and the names where
 * pci.ids on this machine does not have them. */
#include "io/source_text.h"

#define HEADER_SIZE 512 /* of a wrapped one; more is cut */
#define NO_VENDOR   0xffff

/* Vendor and device as `8086:1bbc`. */
static bool read_pair(struct span text, int *ret_vendor, int *ret_device)
{
	uint64_t vendor, device;

	if (span_number(text, 16, &vendor) != 4 || text.length < 9 || text.at[4] != ':' ||
	    span_number(span_skip(text, 5), 16, &device) != 4)
		return false;
	*ret_vendor = (int)vendor;
	*ret_device = (int)device;
	return true;
}

/* `[8086:1bbc]` behind the names, which are cut to what stands before: the first, for
 * what follows may be another line, its newline lost. */
static bool read_bracket(struct span *names, int *ret_vendor, int *ret_device)
{
	for (size_t at = 0; at < names->length; at++) {
		struct span inside = span_skip(*names, at + 1);

		if (names->at[at] != '[' || inside.length < 10 || inside.at[9] != ']' ||
		    !read_pair(inside, ret_vendor, ret_device))
			continue;
		*names = span_trim(span_cut(*names, at));
		return true;
	}
	return false;
}

struct span p2p_text_number(struct span name)
{
	struct span inside = name;
	uint64_t number;

	if (name.length > 6 && name.at[name.length - 1] == ']')
		inside = span_cut(span_skip(name, name.length - 5), 4);
	if (inside.length == 4 && span_number(inside, 16, &number) == 4)
		return inside;
	return (struct span){ name.at, 0 };
}

static int read_class(struct p2p_listing *listing, struct span text)
{
	struct span number = p2p_text_number(text);
	uint64_t class;

	if (!number.length && span_starts(text, "Class "))
		number = p2p_text_number(span_skip(text, 6));
	if (span_number(number, 16, &class))
		return (int)class;
	return listing->ids ? p2p_ids_class(listing->ids, text) : -1;
}

/* A listing prints the programming interface unless it is 0 and has no name. */
static void tell_class(struct p2p_listing *listing)
{
	struct p2p_function *function = p2p_listing_function(listing);
	uint64_t interface = 0;

	if (listing->class_code < 0)
		return;
	span_told(listing->header, "(prog-if ", 16, &interface);
	function->class_code = listing->class_code << 8 | (int)(interface & 0xff);
}

static void keep_names(struct p2p_listing *listing, struct span vendor,
		       struct span device)
{
	struct p2p_function *function = p2p_listing_function(listing);

	function->vendor_name =
		p2p_snapshot_keep(listing->snapshot, vendor.at, vendor.length);
	function->device_name =
		p2p_snapshot_keep(listing->snapshot, device.at, device.length);
}

static void read_names(struct p2p_listing *listing, struct span names)
{
	struct p2p_function *function = p2p_listing_function(listing);
	struct p2p_product product = p2p_ids_product(listing->ids, names);
	struct span vendor = span_cut(names, product.vendor_length);

	if (product.vendor == NO_VENDOR)
		return; /* "Illegal Vendor ID" */
	if (product.vendor >= 0)
		function->vendor = product.vendor;
	if (product.device >= 0)
		function->device = product.device;
	if (vendor.length && product.named)
		keep_names(listing, vendor, span_trim(span_skip(names, vendor.length)));
}

/* Whoever made the capture may have had a newer pci.ids. */
static void keep_newer_name(struct p2p_listing *listing, struct span names, int vendor,
			    int device)
{
	struct pci_access *access = p2p_ids_access(listing->ids);
	char known[P2P_IDS_NAME_SIZE];
	struct span rest;

	if (p2p_ids_name(access, P2P_IDS_DEVICE, vendor, device, known) ||
	    !p2p_ids_name(access, P2P_IDS_VENDOR, vendor, 0, known) ||
	    !span_starts(names, known))
		return;
	rest = span_trim(span_skip(names, strlen(known)));
	if (rest.length && !span_starts(rest, "Device"))
		keep_names(listing, span_cut(names, strlen(known)), rest);
}

/* A header that was wrapped, on one line again. */
static struct span unwrap(struct span header, char buffer[HEADER_SIZE])
{
	size_t n = 0;

	if (!memchr(header.at, '\n', header.length))
		return header;
	for (size_t i = 0; i < header.length && n < HEADER_SIZE; i++) {
		bool blank = is_blank(header.at[i]) || header.at[i] == '\n';

		if (header.at[i] == '\n')
			i += span_quote(span_skip(header, i + 1));
		if (!blank || (n && buffer[n - 1] != ' '))
			buffer[n++] = blank ? ' ' : header.at[i];
	}
	return (struct span){ buffer, n };
}

static struct span cut_at(struct span text, const char *word)
{
	return span_cut(text, span_find(text, word));
}

/* The numbers of the line, if it has any; they are cut off the names. */
static bool read_numbers(struct span *names, int *ret_vendor, int *ret_device)
{
	if (read_pair(*names, ret_vendor, ret_device)) {
		names->length = 0;
		return true;
	}
	if (read_bracket(names, ret_vendor, ret_device))
		return true;
	return span_starts(*names, "Device ") &&
	       read_pair(span_skip(*names, 7), ret_vendor, ret_device);
}

/* What the registers did not tell. */
static void tell_ids(struct p2p_listing *listing, struct span names)
{
	struct p2p_function *function = p2p_listing_function(listing);
	int vendor, device;

	if (read_numbers(&names, &vendor, &device)) {
		if (vendor == NO_VENDOR)
			return; /* a VF in somebody's dump, whose registers say so */
		function->vendor = vendor;
		function->device = device;
		if (listing->ids && names.length)
			keep_newer_name(listing, names, vendor, device);
	} else if (listing->ids) {
		read_names(listing, names);
	}
}

void p2p_text_ids(struct p2p_listing *listing, int vendor, int device)
{
	char buffer[HEADER_SIZE];
	int told_vendor, told_device;
	struct span names;
	size_t colon;

	if (!listing->ids)
		listing->ids = p2p_ids_new();
	listing->header = unwrap(listing->header, buffer);
	colon = span_find(listing->header, ": ");
	names = span_skip(listing->header, colon + 2);
	names = span_trim(cut_at(cut_at(names, " (rev "), " (prog-if "));
	if (vendor < 0 || vendor == NO_VENDOR) {
		listing->class_code =
			read_class(listing, span_cut(listing->header, colon));
		tell_class(listing);
		tell_ids(listing, names);
		return;
	}
	read_numbers(&names, &told_vendor, &told_device);
	if (listing->ids && names.length)
		keep_newer_name(listing, names, vendor, device);
}
