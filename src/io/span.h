/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A piece of text that ends by length, not by a zero byte, and the few questions that
 * the readers of captures ask of it. */
#ifndef P2PTOOL_IO_SPAN_H
#define P2PTOOL_IO_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *at;
	size_t length;
};

static inline struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static inline struct span span_skip(struct span text, size_t n)
{
	n = n < text.length ? n : text.length;
	return (struct span){ text.at + n, text.length - n };
}

static inline struct span span_cut(struct span text, size_t length)
{
	return (struct span){ text.at, length < text.length ? length : text.length };
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Blanks at the start; mail programs make no-break spaces of them (UTF-8 c2 a0). */
static inline size_t span_blanks(struct span text)
{
	size_t n = 0;

	for (;;) {
		if (n < text.length && is_blank(text.at[n]))
			n++;
		else if (n + 1 < text.length && !memcmp(text.at + n, "\xc2\xa0", 2))
			n += 2;
		else
			return n;
	}
}

/* Marks of quoted mail at the start of a line: `> `, `>>`, `> > `. */
static inline size_t span_quote(struct span line)
{
	size_t n = 0;

	while (n < line.length && line.at[n] == '>') {
		n++;
		if (n < line.length && line.at[n] == ' ')
			n++;
	}
	return n;
}

static inline struct span span_trim(struct span text)
{
	text = span_skip(text, span_blanks(text));
	while (text.length && is_blank(text.at[text.length - 1]))
		text.length--;
	return text;
}

static inline bool span_starts(struct span text, const char *word)
{
	size_t length = strlen(word);

	return text.length >= length && !memcmp(text.at, word, length);
}

static inline bool span_equals(struct span text, const char *word)
{
	return text.length == strlen(word) && span_starts(text, word);
}

/* Where @word begins, or the length of the text when it is not in it. */
static inline size_t span_find(struct span text, const char *word)
{
	const char *found = NULL;

	if (text.length)
		found = memmem(text.at, text.length, word, strlen(word));
	return found ? (size_t)(found - text.at) : text.length;
}

/* What follows @word; nothing when the text does not have it. */
static inline struct span span_after(struct span text, const char *word)
{
	return span_skip(text, span_find(text, word) + strlen(word));
}

static inline int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* A number of base 10 or 16 at the start; the digits it took, 0 when there is none or it
 * needs more than 64 bits. */
static inline size_t span_number(struct span text, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;
	size_t n;

	for (n = 0; n < text.length; n++) {
		int digit = hex_value(text.at[n]);

		if (digit < 0 || (unsigned)digit >= base)
			break;
		if (value > (UINT64_MAX - (unsigned)digit) / base)
			return 0;
		value = value * base + (unsigned)digit;
	}
	if (n)
		*ret = value;
	return n;
}

/* The number that follows @word, ended as lspci ends one: else digits may be lost. */
static inline bool span_told(struct span text, const char *word, unsigned base,
			     uint64_t *ret)
{
	static const char ends[] = { ',', ';', ':', ')', ']' };
	struct span number = span_after(text, word);
	uint64_t value;
	size_t n = span_number(number, base, &value);

	if (!n || (n < number.length && !is_blank(number.at[n]) &&
		   !memchr(ends, number.at[n], sizeof(ends))))
		return false;
	*ret = value;
	return true;
}

#endif
