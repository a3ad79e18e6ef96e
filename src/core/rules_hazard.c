/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices on which an ACS control does harm. Facts of drivers/pci/quirks.c and probe.c,
 * Linux 6.12 and 7.0. */
#include <stddef.h>

#include "core/rules_quirks.h"

#define V   P2P_KERNEL
#define LTS V(6, 1) /* in 6.1.192 and 6.12.117 */

#define PERICOM(device, since)                                        \
	{                                                             \
		0x12d8, device, P2P_HAZARD_STORE_FORWARD, since, LTS, \
			"pci_fixup_pericom_acs_store_forward",        \
			"erratum E5 of PI7C9X2Gxxx"                   \
	}
#define IDT(device)                                                             \
	{                                                                       \
		0x111d, device, P2P_HAZARD_NO_SV, V(7, 0), V(7, 0),             \
			"pci_disable_broken_acs_cap", "erratum 36 of 89H32H8G3" \
	}

static const struct p2p_hazard rows[] = {
	/* Pericom (Diodes) PI7C9X2G: with RR on and unequal bandwidth of the ports,
	 * packets stay in an internal queue unless the switch stores and forwards. The
	 * kernel sets that mode, but only when a port is enabled or resumed. */
	PERICOM(0x2404, V(5, 16)),
	PERICOM(0x2304, V(5, 16)),
	PERICOM(0x2303, V(5, 16)),
	PERICOM(0xb404, V(7, 0)),
	PERICOM(0x2608, V(7, 3)),
	/* IDT switches apply SV to completions too: those of a device that has not seen
	 * its bus number yet are dropped, and it stays invisible. */
	IDT(0x80b5),
	IDT(0x8090),
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

	if (!hazard || hazard->kind != kind)
		return false;
	return p2p_quirks_hold(&(struct quirk_match){ .since = hazard->heeded,
						      .stable = hazard->stable },
			       kernel);
}
