/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cleans, measures and cuts text of devices and files. */
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "render/clean.h"

struct range {
	uint32_t first, last;
};

/* Controls, and characters that turn the direction of writing or cannot be seen. */
static const struct range unfit[] = {
	{ 0x00, 0x1f },       { 0x7f, 0x9f },          { 0xad, 0xad },
	{ 0x61c, 0x61c },     { 0x115f, 0x1160 },      { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },   { 0x200b, 0x200f },      { 0x2028, 0x202e },
	{ 0x2060, 0x206f },   { 0x3164, 0x3164 },      { 0xd800, 0xdfff },
	{ 0xe000, 0xf8ff },   { 0xfe00, 0xfe0f },      { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },   { 0xfff0, 0xfffc },      { 0xfffe, 0xffff },
	{ 0xe0000, 0xe0fff }, { 0xf0000, UINT32_MAX },
};

static bool is_fit(uint32_t character)
{
	if (character >= 0x20 && character < 0x7f)
		return true;
	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++)
		if (character >= unfit[i].first && character <= unfit[i].last)
			return false;
	return true;
}

/* Reads one character; returns its bytes, or 0 when they are no UTF-8 (RFC 3629). */
static size_t read_character(const char *text, uint32_t *ret_character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *bytes = (const uint8_t *)text;
	size_t length = bytes[0] < 0x80 ? 1 :
			bytes[0] < 0xc0 ? 0 :
			bytes[0] < 0xe0 ? 2 :
			bytes[0] < 0xf0 ? 3 :
			bytes[0] < 0xf8 ? 4 :
					  0;
	uint32_t character = length < 2 ? bytes[0] : bytes[0] & (0xffu >> (length + 1));

	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (bytes[i] & 0x3fu);
	}
	if (!length || character < least[length] || character > 0x10ffff)
		return 0;
	*ret_character = character;
	return length;
}

char *clean_text(const char *text, bool unicode, char *ret_text, size_t size)
{
	size_t used = 0;

	while (*text) {
		uint32_t character = 0;
		size_t length = read_character(text, &character);
		bool fit = length && is_fit(character) && (unicode || character < 0x80);
		size_t taken = fit ? length : 1;

		if (used + taken >= size)
			break;
		if (fit)
			memcpy(ret_text + used, text, length);
		else
			ret_text[used] = '?';
		used += taken;
		text += length ? length : 1;
	}
	ret_text[used] = '\0';
	return ret_text;
}

/* Bytes of the character at @text, and the columns it takes. */
static size_t measure(const char *text, unsigned *ret_columns)
{
	uint32_t character = 0;
	size_t length = read_character(text, &character);
	int columns = length ? wcwidth((wchar_t)character) : 1;

	*ret_columns = columns < 0 ? 1 : (unsigned)columns;
	return length ? length : 1;
}

unsigned clean_width(const char *text)
{
	unsigned width = 0, columns;

	while (*text) {
		text += measure(text, &columns);
		width += columns;
	}
	return width;
}

void clean_cut(char *text, size_t size, bool unicode, unsigned columns)
{
	const char *mark = unicode ? "\u2026" : "~";
	unsigned width = 0, here;
	char *at = text;

	if (clean_width(text) <= columns)
		return;
	for (size_t length; *at; at += length) {
		length = measure(at, &here);
		if (width + here + 1 > columns)
			break;
		width += here;
	}
	*at = '\0';
	if (columns && (size_t)(at - text) + strlen(mark) < size)
		memcpy(at, mark, strlen(mark) + 1);
}
