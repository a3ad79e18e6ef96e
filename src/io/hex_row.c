/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `1f0: 86 80 ...` with an offset of two or three digits, and `[domain:]bb:dd.f text`:
 * the two kinds of line that begin with hexadecimal digits and a colon. */
#include "io/hex_row.h"

#define BAD            0x80
#define OFFSET_MAX     3 /* digits */
#define OFFSET_MIN     2
#define ADDRESS_SHORT  7  /* bb:dd.f */
#define ADDRESS_LONG   12 /* dddd:bb:dd.f, up to four digits more */
#define ADDRESS_LONGER 16

/* 0 for a hexadecimal digit. */
static const uint8_t digit_class[256] = {
	[0 ... '0' - 1] = BAD,
	['9' + 1 ... 'A' - 1] = BAD,
	['F' + 1 ... 'a' - 1] = BAD,
	['f' + 1 ... 255] = BAD,
};

static bool is_digit(char c)
{
	return !digit_class[(uint8_t)c];
}

/* `1f0: ` at the start; what it took, 0 if there is none. */
static size_t read_offset(const char *at, size_t length, unsigned *ret_offset)
{
	unsigned value = 0;
	size_t n = 0;

	for (; n < OFFSET_MAX && n < length && is_digit(at[n]); n++)
		value = value << 4 | (unsigned)hex_value(at[n]);
	if (n < OFFSET_MIN || n + 1 >= length || at[n] != ':')
		return 0;
	if (at[n + 1] != ' ' && at[n + 1] != '\t')
		return 0;
	for (n += 2; n < length && (at[n] == ' ' || at[n] == '\t');)
		n++;
	*ret_offset = value;
	return n;
}

/* All 47 characters without a branch: digit, digit, space, 16 times. */
static bool is_whole(const char *text)
{
	const uint8_t *at = (const uint8_t *)text;
	unsigned bad = 0;

	for (unsigned i = 0; i < HEX_ROW_BYTES - 1; i++, at += 3)
		bad |= digit_class[at[0]] | digit_class[at[1]] | (unsigned)(at[2] ^ ' ');
	return !(bad | digit_class[at[0]] | digit_class[at[1]]);
}

size_t p2p_hex_whole_row(struct span text, size_t at, struct p2p_hex_row *ret_row)
{
	size_t n;

	at += span_blanks(span_skip(text, at));
	n = read_offset(text.at + at, text.length - at, &ret_row->offset);
	if (!n || ret_row->offset % HEX_ROW_BYTES ||
	    text.length - at - n < HEX_ROW_CHARS || !is_whole(text.at + at + n))
		return 0;
	ret_row->digits = at + n;
	at += n + HEX_ROW_CHARS;
	while (at < text.length && is_blank(text.at[at]))
		at++;
	if (at < text.length && text.at[at] != '\n')
		return 0;
	ret_row->good = HEX_ROW_BYTES;
	ret_row->whole = true;
	return at + 1;
}

static bool has_byte(struct span text)
{
	return text.length >= 2 && is_digit(text.at[0]) && is_digit(text.at[1]) &&
	       (text.length == 2 || is_blank(text.at[2]));
}

bool p2p_hex_damaged_row(struct span line, unsigned expected, struct p2p_hex_row *ret_row)
{
	struct span bytes = span_skip(line, span_blanks(line));
	size_t n = read_offset(bytes.at, bytes.length, &ret_row->offset);

	bytes = span_skip(bytes, n);
	if (!n || (ret_row->offset != expected && !has_byte(bytes)))
		return false;
	ret_row->digits = (size_t)(bytes.at - line.at);
	ret_row->whole = false;
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
static size_t read_step(struct span text, struct p2p_bdf *bdf, bool *ret_known)
{
	struct p2p_bdf step;
	uint64_t device, function;

	if (read_plain(text, &step) == ADDRESS_SHORT) {
		bdf->bus = step.bus;
		bdf->devfn = step.devfn;
		*ret_known = true;
		return ADDRESS_SHORT;
	}
	if (span_number(text, 16, &device) != 2 || text.length < 4 || text.at[2] != '.' ||
	    span_number(span_skip(text, 3), 16, &function) != 1)
		return 0;
	*ret_known = false;
	return 4;
}

enum p2p_address p2p_hex_address(struct span line, struct p2p_bdf *ret_bdf,
				 struct span *ret_rest)
{
	bool known = true, indented = span_blanks(line) > 0;
	struct span text = span_trim(line);
	size_t n = read_plain(text, ret_bdf);

	if (!n)
		return P2P_ADDRESS_NONE;
	while (n < text.length && text.at[n] == '/') {
		size_t step = read_step(span_skip(text, n + 1), ret_bdf, &known);

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
