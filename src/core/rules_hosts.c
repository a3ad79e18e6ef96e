/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables only: a row is a fact of the kernel's history, see kernel versions beside it. */
#include <stddef.h>

#include "core/rules_hosts.h"

#define V   P2P_KERNEL
#define NOW UINT32_MAX

/* pci_p2pdma_whitelist[], asked by host_bridge_whitelist() */
static const struct host_row allowed[] = {
	/* AMD Zen; from 5.10 the CPU itself is asked */
	{ 0x1022, 0x1450, false, V(5, 2), V(5, 9) },
	{ 0x1022, 0x15d0, false, V(5, 8), V(5, 9) },
	{ 0x1022, 0x1630, false, V(5, 9), V(5, 9) },
	/* Intel Xeon E5 and Core i7, Sandy Bridge to Haswell */
	{ 0x8086, 0x3c00, true, V(5, 4), NOW },
	{ 0x8086, 0x3c01, true, V(5, 4), NOW },
	{ 0x8086, 0x2f00, true, V(5, 4), NOW },
	{ 0x8086, 0x2f01, true, V(5, 4), NOW },
	/* Intel Sky Lake-E: root ports and DMI */
	{ 0x8086, 0x2030, false, V(5, 6), NOW },
	{ 0x8086, 0x2031, false, V(5, 8), NOW },
	{ 0x8086, 0x2032, false, V(5, 8), NOW },
	{ 0x8086, 0x2033, false, V(5, 8), NOW },
	{ 0x8086, 0x2020, false, V(5, 6), NOW },
	/* Intel Ice Lake-SP and all later Xeons */
	{ 0x8086, 0x09a2, false, V(5, 16), NOW },
	/* Google SoCs */
	{ 0x1ae0, HOST_ANY_DEVICE, false, V(7, 1), NOW },
	/* Intel accelerators that come first on a root bus of their own: DSA, IAX, QAT */
	{ 0x8086, 0x0b25, false, V(7, 2), NOW },
	{ 0x8086, 0x0cfe, false, V(7, 2), NOW },
	{ 0x8086, 0x11fb, false, V(7, 2), NOW },
	{ 0x8086, 0x1212, false, V(7, 2), NOW },
	{ 0x8086, 0x1216, false, V(7, 2), NOW },
	{ 0x8086, 0x4940, false, V(7, 2), NOW },
	{ 0x8086, 0x4942, false, V(7, 2), NOW },
	{ 0x8086, 0x4944, false, V(7, 2), NOW },
	{ 0x8086, 0x4946, false, V(7, 2), NOW },
	{ 0x8086, 0x4948, false, V(7, 2), NOW },
	/* NVIDIA Vera */
	{ 0x10de, 0x2f95, false, V(7, 3), NOW },
	{ 0x10de, 0x2f96, false, V(7, 3), NOW },
	{ 0x10de, 0x2f97, false, V(7, 3), NOW },
	{ 0x10de, 0x2f98, false, V(7, 3), NOW },
	/* Zhaoxin KX-6000 to KX-7000, KH-50000 */
	{ 0x1d17, 0x1003, true, V(7, 4), NOW },
	{ 0x1d17, 0x1005, true, V(7, 4), NOW },
	{ 0x1d17, 0x1006, true, V(7, 4), NOW },
	{ 0x1d17, 0x1007, true, V(7, 4), NOW },
	{ 0x1d17, 0x1008, false, V(7, 4), NOW },
};

struct cpu_row {
	uint16_t vendor, device;
	enum p2p_cpu cpu;
};

/* AMD's root complexes, class 0600 at 00.0: Zen 1 to 5, then what came before. Intel's
 * 440 is what virtual machines show on any CPU. */
static const struct cpu_row complexes[] = {
	{ 0x1022, 0x1450, P2P_CPU_ZEN },     { 0x1022, 0x15d0, P2P_CPU_ZEN },
	{ 0x1022, 0x1480, P2P_CPU_ZEN },     { 0x1022, 0x1630, P2P_CPU_ZEN },
	{ 0x1022, 0x1645, P2P_CPU_ZEN },     { 0x1022, 0x14b5, P2P_CPU_ZEN },
	{ 0x1022, 0x14a4, P2P_CPU_ZEN },     { 0x1022, 0x14d8, P2P_CPU_ZEN },
	{ 0x1022, 0x14e8, P2P_CPU_ZEN },     { 0x1022, 0x153a, P2P_CPU_ZEN },
	{ 0x1022, 0x1507, P2P_CPU_ZEN },     { 0x1022, 0x1410, P2P_CPU_OTHER },
	{ 0x1022, 0x1422, P2P_CPU_OTHER },   { 0x1022, 0x1510, P2P_CPU_OTHER },
	{ 0x1022, 0x1536, P2P_CPU_OTHER },   { 0x1022, 0x1566, P2P_CPU_OTHER },
	{ 0x1022, 0x1576, P2P_CPU_OTHER },   { 0x1022, 0x1705, P2P_CPU_OTHER },
	{ 0x8086, 0x1237, P2P_CPU_UNKNOWN }, { 0x8086, 0x7190, P2P_CPU_UNKNOWN },
	{ 0x8086, 0x7192, P2P_CPU_UNKNOWN },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_row(const struct host_row *row, uint32_t vendor, uint32_t device)
{
	return row->vendor == vendor &&
	       (row->device == device || row->device == HOST_ANY_DEVICE);
}

const struct host_row *p2p_hosts_find(uint32_t kernel, uint32_t vendor, uint32_t device)
{
	for (size_t i = 0; i < COUNT(allowed); i++)
		if (is_row(&allowed[i], vendor, device) && kernel >= allowed[i].first &&
		    kernel <= allowed[i].last)
			return &allowed[i];
	return NULL;
}

enum p2p_cpu p2p_hosts_cpu(uint32_t vendor, uint32_t device)
{
	for (size_t i = 0; i < COUNT(complexes); i++)
		if (complexes[i].vendor == vendor && complexes[i].device == device)
			return complexes[i].cpu;
	if (vendor == 0x1022)
		return P2P_CPU_UNKNOWN;
	return vendor == 0x8086 ? P2P_CPU_INTEL : P2P_CPU_OTHER;
}
