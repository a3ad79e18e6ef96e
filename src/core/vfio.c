/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was told of VFIO and the driver in, whether VFIO has a function out; its parameter
 * in, which devices it is to take out (vfio_pci_fill_ids, Linux 6.12). */
#include <stdlib.h>
#include <string.h>

#include <p2ptool/vfio.h>

#define FIELDS 6

bool p2p_vfio_is_driver(const char *driver)
{
	return strstr(driver, "vfio") != NULL;
}

bool p2p_vfio_gives_away(const char *driver)
{
	return p2p_vfio_is_driver(driver) || strstr(driver, "uio") != NULL ||
	       !strcmp(driver, "pci-stub");
}

enum p2p_tri p2p_vfio_has(const struct p2p_snapshot *snapshot, uint32_t function)
{
	const struct p2p_function *f = &snapshot->functions[function];

	if (f->vfio != P2P_UNKNOWN)
		return f->vfio;
	if (!f->driver)
		return P2P_UNKNOWN;
	return p2p_tri_of(p2p_vfio_is_driver(p2p_snapshot_string(snapshot, f->driver)));
}

static bool is_spelled(const char *module, size_t length, const char *name)
{
	if (length != strlen(name))
		return false;
	for (size_t i = 0; i < length; i++)
		if ((module[i] == '_' ? '-' : module[i]) != name[i])
			return false;
	return true;
}

bool p2p_vfio_takes_ids(const char *module, size_t length)
{
	return is_spelled(module, length, "vfio-pci") ||
	       is_spelled(module, length, "pci-stub");
}

/* The hexadecimal number in @text, which @ends. */
static bool read_field(const char *text, const char *ends, uint32_t *ret_field)
{
	char digits[9], *end;
	size_t length = (size_t)(ends - text);

	if (!length || length >= sizeof(digits))
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (strspn(digits, "0123456789abcdefABCDEF") != length)
		return false;
	*ret_field = (uint32_t)strtoul(digits, &end, 16);
	return true;
}

/* The kernel takes as many fields as there are, two at least. */
static bool read_id(const char *text, const char *ends, struct p2p_vfio_id *ret_id)
{
	uint32_t fields[FIELDS] = { 0, 0, P2P_VFIO_ANY, P2P_VFIO_ANY, 0, 0 };
	unsigned n = 0;

	while (n < FIELDS && text < ends) {
		const char *colon = memchr(text, ':', (size_t)(ends - text));
		const char *end = colon ? colon : ends;

		if (!read_field(text, end, &fields[n]))
			break;
		n++;
		text = colon ? colon + 1 : ends;
	}
	*ret_id = (struct p2p_vfio_id){ fields[0], fields[1], fields[2],
					fields[3], fields[4], fields[5] };
	return n >= 2;
}

unsigned p2p_vfio_read_ids(const char *text, size_t length, unsigned most,
			   struct p2p_vfio_id *ret_ids)
{
	const char *end = text + length;
	unsigned n = 0;

	while (text < end && n < most) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *ends = comma ? comma : end;

		n += read_id(text, ends, &ret_ids[n]);
		text = comma ? comma + 1 : end;
	}
	return n;
}
