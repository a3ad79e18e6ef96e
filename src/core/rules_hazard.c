/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices on which an ACS control does harm. Facts of drivers/pci/quirks.c and probe.c,
 * Linux 6.12 and 7.0. */
#include <stddef.h>

#include <p2ptool/rules.h>

#define V P2P_KERNEL

static const struct p2p_hazard rows[] = {
	/* Pericom (Diodes) PI7C9X2G: with RR on and unequal bandwidth of the ports,
	 * packets stay in an internal queue unless the switch stores and forwards. The
	 * kernel sets that mode, but only when a port is enabled or resumed. */
	{ 0x12d8, 0x2404, P2P_HAZARD_STORE_FORWARD, V(5, 16),
	  "erratum E5 of PI7C9X2Gxxx" },
	{ 0x12d8, 0x2304, P2P_HAZARD_STORE_FORWARD, V(5, 16),
	  "erratum E5 of PI7C9X2Gxxx" },
	{ 0x12d8, 0x2303, P2P_HAZARD_STORE_FORWARD, V(5, 16),
	  "erratum E5 of PI7C9X2Gxxx" },
	{ 0x12d8, 0xb404, P2P_HAZARD_STORE_FORWARD, V(7, 0),
	  "erratum E5 of PI7C9X2Gxxx" },
	{ 0x12d8, 0x2608, P2P_HAZARD_STORE_FORWARD, V(7, 3),
	  "erratum E5 of PI7C9X2Gxxx" },
	/* IDT switches apply SV to completions too: those of a device that has not seen
	 * its bus number yet are dropped, and it stays invisible. */
	{ 0x111d, 0x80b5, P2P_HAZARD_NO_SV, V(7, 0), "erratum 36 of 89H32H8G3" },
	{ 0x111d, 0x8090, P2P_HAZARD_NO_SV, V(7, 0), "erratum 36 of 89H32H8G3" },
};

const struct p2p_hazard *p2p_rules_hazard(const struct p2p_facts *facts)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].vendor == facts->vendor && rows[i].device == facts->device)
			return &rows[i];
	return NULL;
}

bool p2p_rules_heeds(enum p2p_hazard_kind kind, uint32_t kernel,
		     const struct p2p_facts *facts)
{
	const struct p2p_hazard *hazard = p2p_rules_hazard(facts);

	return hazard && hazard->kind == kind && hazard->heeded <= kernel;
}
