/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The beginning of a text in, its kind out. */
#include "io/hex_row.h"
#include "io/recognise.h"
#include "io/source_capture.h"
#include "io/source_identity.h"

#define NVIDIA_HEAD "Start of NVIDIA bug report log file"
#define NVIDIA_BY   4096 /* the sentence stands at the top */

#define TAR_BLOCK    512
#define TAR_CHECKSUM 148
#define TAR_DIGITS   8

/* Octal digits after blanks. */
static bool read_octal(struct span text, unsigned *ret_number)
{
	unsigned number = 0;
	size_t i = 0, digits = 0;

	while (i < text.length && text.at[i] == ' ')
		i++;
	for (; i < text.length && text.at[i] >= '0' && text.at[i] <= '7'; i++, digits++)
		number = number * 8 + (unsigned)(text.at[i] - '0');
	*ret_number = number;
	return digits > 0;
}

bool p2p_is_tar(struct span bytes)
{
	unsigned told, sum = 0;

	if (bytes.length < TAR_BLOCK || !bytes.at[0] ||
	    !read_octal((struct span){ bytes.at + TAR_CHECKSUM, TAR_DIGITS }, &told))
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool is_sum = i >= TAR_CHECKSUM && i < TAR_CHECKSUM + TAR_DIGITS;

		sum += is_sum ? ' ' : (unsigned char)bytes.at[i];
	}
	return sum == told;
}

/* The top of a list of objects that tell where in sysfs a device is. */
static bool is_rdma_topo(struct span text)
{
	struct span rest = text;

	while (rest.length && (is_blank(rest.at[0]) || rest.at[0] == '\n'))
		rest = span_skip(rest, 1);
	if (!span_starts(rest, "["))
		return false;
	do
		rest = span_skip(rest, 1);
	while (rest.length && (is_blank(rest.at[0]) || rest.at[0] == '\n'));
	return span_starts(rest, "{") && span_find(rest, "\"realpath\"") < rest.length;
}

static struct span next_line(struct span *rest)
{
	const char *newline = memchr(rest->at, '\n', rest->length);
	struct span line = *rest;

	if (newline)
		line.length = (size_t)(newline - rest->at);
	*rest = span_skip(*rest, line.length + 1);
	return span_skip(line, span_quote(line));
}

/* What stands below a device line: bytes, or the indented line of a listing. */
static bool is_told(struct span line)
{
	struct p2p_hex_row row;

	if (p2p_hex_whole_row(line, 0, 0, &row))
		return true;
	return span_blanks(line) && span_find(line, ":") < line.length;
}

/* A line of -mm, a record of -vmm, or a device line with what belongs to it below. */
static bool begins_lspci(struct span line, struct span below)
{
	struct p2p_bdf bdf;
	struct span header;

	if (p2p_identity_begins(line, below, &bdf))
		return true;
	if (p2p_hex_address(line, NULL, &bdf, &header) != P2P_ADDRESS_KNOWN)
		return false;
	return p2p_identity_quoted(&(struct p2p_identity){ 0 }, header) ||
	       (below.length && is_told(next_line(&below)));
}

static bool is_lspci(struct span rest)
{
	while (rest.length) {
		struct span line = next_line(&rest);

		if (begins_lspci(line, rest))
			return true;
	}
	return false;
}

enum p2p_source_kind p2p_recognise(struct span text)
{
	struct span top = span_cut(text, NVIDIA_BY);

	text = span_cut(text, P2P_RECOGNISED_BY);
	if (p2p_is_tar(text))
		return P2P_SOURCE_ANY;
	if (p2p_capture_is(text.at, text.length))
		return P2P_SOURCE_CAPTURE;
	if (is_rdma_topo(text))
		return P2P_SOURCE_RDMA_TOPO;
	if (span_find(top, NVIDIA_HEAD) < top.length)
		return P2P_SOURCE_NVIDIA;
	return is_lspci(text) ? P2P_SOURCE_LSPCI : P2P_SOURCE_ANY;
}
