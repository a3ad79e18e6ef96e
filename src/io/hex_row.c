/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `1f0: 86 80 ...` with an offset of two or three digits, and `[domain:]bb:dd.f text`:
 * the two kinds of line that begin with hexadecimal digits and a colon. */
#include <p2ptool/cfg.h>

#include "io/hex_row.h"

#define OFFSET_MAX     3 /* digits */
#define OFFSET_MIN     2
#define ADDRESS_SHORT  7  /* bb:dd.f */
#define ADDRESS_LONG   12 /* dddd:bb:dd.f, up to four digits more */
#define ADDRESS_LONGER 16
#define ROW_LINE       (HEX_ROW_CHARS + 1)

/* `1f0: ` at the start; what it took, 0 if there is none. */
static size_t read_offset(const char *at, size_t length, unsigned *ret_offset)
{
	unsigned value = 0;
	size_t n = 0;

	for (; n < OFFSET_MAX && n < length; n++) {
		int digit = hex_value(at[n]);

		if (digit < 0)
			break;
		value = value << 4 | (unsigned)digit;
	}
	if (n < OFFSET_MIN || n + 1 >= length || at[n] != ':')
		return 0;
	if (at[n + 1] != ' ' && at[n + 1] != '\t')
		return 0;
	for (n += 2; n < length && (at[n] == ' ' || at[n] == '\t');)
		n++;
	*ret_offset = value;
	return n;
}

#define ROW(d, s)                                                                        \
	d, d, s, d, d, s, d, d, s, d, d, s, d, d, s, d, d, s, d, d, s, d, d, s, d, d, s, \
		d, d, s, d, d, s, d, d, s, d, d, s, d, d, s, d, d, s, d, d, 0

/* All 47 characters without a branch: digit, digit, space, 16 times. What follows them is
 * not looked at. Written so that a compiler makes vectors of it. */
static bool is_whole(const char *text)
{
	static const uint8_t digits[ROW_LINE] = { ROW(1, 0) };
	static const uint8_t spaces[ROW_LINE] = { ROW(0, 1) };
	uint8_t bad = 0;

	for (unsigned i = 0; i < ROW_LINE; i++) {
		uint8_t c = (uint8_t)text[i];
		uint8_t figure = (uint8_t)(c - '0') < 10;
		uint8_t letter = (uint8_t)((c | 0x20) - 'a') < 6;

		bad |= digits[i] & (uint8_t) ~(figure | letter);
		bad |= spaces[i] & (uint8_t)(c != ' ');
	}
	return !bad;
}

/* The same where the text may end behind the last digit. */
static bool is_whole_at(struct span text)
{
	char line[ROW_LINE] = { 0 };

	if (text.length < HEX_ROW_CHARS)
		return false;
	if (text.length >= ROW_LINE)
		return is_whole(text.at);
	memcpy(line, text.at, HEX_ROW_CHARS);
	return is_whole(line);
}

/* The row that is expected, written as lspci writes it: nearly always so. */
static bool is_expected(struct span text, unsigned offset, unsigned digits)
{
	static const char figures[] = "0123456789abcdef";
	const char *at = text.at;

	if (text.length < digits + 2 + ROW_LINE || at[digits] != ':' ||
	    at[digits + 1] != ' ' || at[digits + 2 + HEX_ROW_CHARS] != '\n')
		return false;
	if (digits == OFFSET_MAX && *at++ != figures[offset >> 8 & 0xf])
		return false;
	return at[0] == figures[offset >> 4 & 0xf] && at[1] == '0' &&
	       is_whole(text.at + digits + 2);
}

/* Indented, in capitals, with other blanks, or not the one expected. */
static size_t read_other_row(struct span text, size_t at, struct p2p_hex_row *ret_row)
{
	size_t n;

	/* Behind a last row that no newline ends. */
	if (at >= text.length)
		return 0;
	at += span_blanks(span_skip(text, at));
	n = read_offset(text.at + at, text.length - at, &ret_row->offset);
	if (!n || ret_row->offset % HEX_ROW_BYTES ||
	    !is_whole_at(span_skip(text, at + n)))
		return 0;
	ret_row->digits = at + n;
	at += n + HEX_ROW_CHARS;
	while (at < text.length && is_blank(text.at[at]))
		at++;
	return at >= text.length || text.at[at] == '\n' ? at + 1 : 0;
}

size_t p2p_hex_whole_row(struct span text, size_t at, unsigned expected,
			 struct p2p_hex_row *ret_row)
{
	unsigned digits = expected < 0x100 ? OFFSET_MIN : OFFSET_MAX;

	ret_row->good = HEX_ROW_BYTES;
	if (expected < P2P_CFG_SIZE &&
	    is_expected(span_skip(text, at), expected, digits)) {
		ret_row->offset = expected;
		ret_row->digits = at + digits + 2;
		return ret_row->digits + ROW_LINE;
	}
	return read_other_row(text, at, ret_row);
}

static bool has_byte(struct span text)
{
	return text.length >= 2 && hex_value(text.at[0]) >= 0 &&
	       hex_value(text.at[1]) >= 0 && (text.length == 2 || is_blank(text.at[2]));
}

bool p2p_hex_damaged_row(struct span line, unsigned expected, struct p2p_hex_row *ret_row)
{
	struct span bytes = span_skip(line, span_blanks(line));
	size_t n = read_offset(bytes.at, bytes.length, &ret_row->offset);

	bytes = span_skip(bytes, n);
	if (!n || (ret_row->offset != expected && !has_byte(bytes)))
		return false;
	ret_row->digits = (size_t)(bytes.at - line.at);
	for (ret_row->good = 0; ret_row->good < HEX_ROW_BYTES && has_byte(bytes);
	     ret_row->good++)
		bytes = span_skip(bytes, 3);
	/* one byte too many: any of them may be the one */
	if (ret_row->offset % HEX_ROW_BYTES ||
	    (ret_row->good == HEX_ROW_BYTES && has_byte(bytes)))
		ret_row->good = 0;
	return true;
}

/* Two digits for bus and device, four to eight for a PCI domain: a time of day or a row
 * is no address. */
static size_t read_plain(struct span text, struct p2p_bdf *ret_bdf)
{
	size_t n = p2p_bdf_read(text.at, text.length, ret_bdf);

	if (n == ADDRESS_SHORT)
		return text.at[2] == ':' ? n : 0;
	if (n < ADDRESS_LONG || n > ADDRESS_LONGER || text.at[n - 8] != ':' ||
	    text.at[n - 5] != ':')
		return 0;
	return n;
}

/* One step of a path: `/00.0` on the bus below, or `/3b:00.0` with its number. */
static size_t read_step(struct span text, const struct p2p_bridges *bridges,
			struct p2p_bdf *bdf, bool *is_known)
{
	struct p2p_bdf step;
	uint64_t device, function;

	if (read_plain(text, &step) == ADDRESS_SHORT) {
		bdf->bus = step.bus;
		bdf->devfn = step.devfn;
		*is_known = true;
		return ADDRESS_SHORT;
	}
	if (span_number(text, 16, &device) != 2 || text.length < 4 || text.at[2] != '.' ||
	    span_number(span_skip(text, 3), 16, &function) != 1)
		return 0;
	*is_known = *is_known && bridges &&
		    bridges->below(bridges->data, *bdf, &bdf->bus);
	bdf->devfn = (uint8_t)(device << 3 | function);
	return 4;
}

enum p2p_address p2p_hex_address(struct span line, const struct p2p_bridges *bridges,
				 struct p2p_bdf *ret_bdf, struct span *ret_rest)
{
	bool known = true, indented = span_blanks(line) > 0;
	struct span text = span_trim(line);
	size_t n = read_plain(text, ret_bdf);

	if (!n)
		return P2P_ADDRESS_NONE;
	while (n < text.length && text.at[n] == '/') {
		size_t step = read_step(span_skip(text, n + 1), bridges, ret_bdf, &known);

		if (!step)
			return P2P_ADDRESS_NONE;
		n += step + 1;
	}
	text = span_skip(text, n);
	if (!text.length || !is_blank(text.at[0]))
		return P2P_ADDRESS_NONE;
	*ret_rest = span_trim(text);
	if (indented && span_find(*ret_rest, ":") == ret_rest->length)
		return P2P_ADDRESS_NONE;
	return known ? P2P_ADDRESS_KNOWN : P2P_ADDRESS_PATH;
}
