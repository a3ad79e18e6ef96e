/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as text. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <p2ptool/bdf.h>

char *p2p_bdf_format(struct p2p_bdf bdf, char ret_text[P2P_BDF_SIZE])
{
	snprintf(ret_text, P2P_BDF_SIZE, "%04x:%02x:%02x.%x", bdf.domain, bdf.bus,
		 p2p_bdf_device(bdf), p2p_bdf_function(bdf));
	return ret_text;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* A hexadecimal number of any width that stays within @max; its length, 0 if none. */
static size_t read_hex(const char *text, size_t length, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;
	size_t n;

	for (n = 0; n < length && digit_value(text[n]) >= 0; n++) {
		value = value << 4 | (uint64_t)digit_value(text[n]);
		if (value > max)
			return 0;
	}
	*ret = value;
	return n;
}

size_t p2p_bdf_read(const char *text, size_t length, struct p2p_bdf *ret_bdf)
{
	static const uint64_t max[4] = { UINT32_MAX, 0xff, 0x1f, 7 };
	uint64_t part[4] = { 0 };
	size_t colons = 0, at = 0, first, n;

	for (n = 0; n < length && (digit_value(text[n]) >= 0 || text[n] == ':'); n++)
		colons += text[n] == ':';
	if (colons < 1 || colons > 2 || n >= length || text[n] != '.')
		return 0;
	first = 2 - colons;
	for (size_t i = first; i < 4; i++) {
		n = read_hex(text + at, length - at, max[i], &part[i]);
		if (!n)
			return 0;
		at += n;
		if (i < 3 && (at >= length || text[at++] != (i == 2 ? '.' : ':')))
			return 0;
	}
	*ret_bdf = (struct p2p_bdf){ .domain = (uint32_t)part[0],
				     .bus = (uint8_t)part[1],
				     .devfn = (uint8_t)(part[2] << 3 | part[3]) };
	return at;
}

int p2p_bdf_parse(const char *text, struct p2p_bdf *ret_bdf)
{
	static const char libvirt[] = "pci_";
	char plain[P2P_BDF_SIZE + 8];
	size_t length = strlen(text);
	struct p2p_bdf bdf;
	char *last;

	if (!strncmp(text, libvirt, sizeof(libvirt) - 1)) {
		length -= sizeof(libvirt) - 1;
		if (length >= sizeof(plain))
			return -EINVAL;
		memcpy(plain, text + sizeof(libvirt) - 1, length + 1);
		last = strrchr(plain, '_');
		if (!last)
			return -EINVAL;
		*last = '.';
		while ((last = strchr(plain, '_')))
			*last = ':';
		text = plain;
	}
	if (!length || p2p_bdf_read(text, length, &bdf) != length)
		return -EINVAL;
	*ret_bdf = bdf;
	return 0;
}
