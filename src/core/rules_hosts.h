/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host bridges that the kernel lets peer-to-peer traffic pass, by kernel version, and
 * host bridges that tell which CPU they belong to. */
#ifndef P2PTOOL_CORE_RULES_HOSTS_H
#define P2PTOOL_CORE_RULES_HOSTS_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/rules.h>

#define HOST_ANY_DEVICE 0x10000u

/* pci_p2pdma_whitelist of drivers/pci/p2pdma.c; a row holds from @first to @last. */
struct host_row {
	uint16_t vendor;
	uint32_t device;
	bool same_host; /* REQ_SAME_HOST_BRIDGE */
	uint32_t first, last;
};

/* The row for a representative that holds for @kernel, or NULL. */
const struct host_row *p2p_hosts_find(uint32_t kernel, uint32_t vendor, uint32_t device);

/* The CPU that a host bridge function is part of. */
enum p2p_cpu p2p_hosts_cpu(uint32_t vendor, uint32_t device);

#endif
