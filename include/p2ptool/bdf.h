/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address of a PCI function: PCI domain, bus, device and function. */
#ifndef P2PTOOL_BDF_H
#define P2PTOOL_BDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <p2ptool/err.h>

/** @domain may exceed 16 bits (VMD numbers its domains from 0x10000); @devfn is
 * device << 3 | function, or an 8-bit function number under ARI. */
struct p2p_bdf {
	uint32_t domain;
	uint8_t bus;
	uint8_t devfn;
};

/** Room for the longest address and its terminator. */
#define P2P_BDF_SIZE 20

static inline unsigned p2p_bdf_device(struct p2p_bdf bdf)
{
	return bdf.devfn >> 3;
}

static inline unsigned p2p_bdf_function(struct p2p_bdf bdf)
{
	return bdf.devfn & 7;
}

/** Functions of one device by their numbers, that is, without ARI. */
static inline bool p2p_bdf_is_same_device(struct p2p_bdf a, struct p2p_bdf b)
{
	return a.domain == b.domain && a.bus == b.bus &&
	       p2p_bdf_device(a) == p2p_bdf_device(b);
}

/** A number that orders addresses as lspci does and is unique to each. */
static inline uint64_t p2p_bdf_key(struct p2p_bdf bdf)
{
	return (uint64_t)bdf.domain << 16 | (uint64_t)bdf.bus << 8 | bdf.devfn;
}

/** Writes `DDDD:BB:DD.F` (more digits for a wide domain) and returns @ret_text. */
P2P_PUBLIC char *p2p_bdf_format(struct p2p_bdf bdf, char ret_text[P2P_BDF_SIZE]);

/** Reads an address at the start of @text: `[domain:]bus:device.function`, hexadecimal
 * in any case and width. Returns the number of characters read, or 0 if there is no
 * address. A missing domain is 0. */
P2P_PUBLIC size_t p2p_bdf_read(const char *text, size_t length, struct p2p_bdf *ret_bdf);

/** Reads a whole string as an address; also libvirt's `pci_0000_3c_00_0`. 0, -EINVAL. */
P2P_PUBLIC int p2p_bdf_parse(const char *text, struct p2p_bdf *ret_bdf);

#endif
