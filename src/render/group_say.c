/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups in words that text and JSON share. */
#include <stdio.h>
#include <string.h>

#include <p2ptool/vfio.h>

#include "render/group_say.h"
#include "render/missing.h"
#include "render/words.h"

#define CLASSIC 0x7f /* controls that are no part of ACS Enhanced */

static const char *driver_of(const struct p2p_machine *machine, uint32_t function)
{
	return p2p_snapshot_string(machine->snapshot,
				   machine->snapshot->functions[function].driver);
}

enum group_duty group_duty(const struct p2p_machine *machine, uint32_t function)
{
	/* Drivers that leave DMA to whoever owns the group: driver_managed_dma. */
	static const char *const managed[] = { "pcieport", "pci-stub" };
	const char *driver = driver_of(machine, function);

	if (!*driver)
		return machine->tells_drivers ? GROUP_FREE : GROUP_UNKNOWN;
	if (p2p_vfio_is_driver(driver))
		return GROUP_VFIO;
	for (size_t i = 0; i < sizeof(managed) / sizeof(managed[0]); i++)
		if (!strcmp(driver, managed[i]))
			return GROUP_STAYS;
	return GROUP_UNBIND;
}

enum p2p_tri group_viable(const struct p2p_machine *machine,
			  const struct p2p_groups *groups, const struct p2p_group *group)
{
	enum p2p_tri viable = P2P_YES;

	for (uint32_t i = 0; i < group->n_members; i++) {
		enum group_duty duty =
			group_duty(machine, groups->members[group->first_member + i]);

		if (duty == GROUP_UNBIND)
			return P2P_NO;
		if (duty == GROUP_UNKNOWN)
			viable = P2P_UNKNOWN;
	}
	return viable;
}

int32_t group_live(const struct p2p_machine *machine, const struct p2p_grouped *grouped,
		   uint32_t group)
{
	const struct p2p_groups *groups = grouped->groups;
	const struct p2p_group *of = &groups->groups[group];

	for (uint32_t i = 0; grouped->diff->by_group[group] && i < of->n_members; i++) {
		uint32_t member = groups->members[of->first_member + i];

		if (machine->snapshot->functions[member].group >= 0)
			return machine->snapshot->functions[member].group;
	}
	return -1;
}

char *group_tie(const struct p2p_tie *tie, char ret_text[GROUP_TIE_SIZE])
{
	char bits[WORDS_BITS_SIZE];

	if (tie->rule == P2P_TIE_ACS_OFF && tie->bits && !(tie->bits & CLASSIC))
		snprintf(ret_text, GROUP_TIE_SIZE,
			 "access to the ports' own memory is not redirected");
	else if (tie->rule == P2P_TIE_ACS_OFF && !tie->bits)
		snprintf(ret_text, GROUP_TIE_SIZE, "ACS control not known");
	else if (tie->rule == P2P_TIE_ACS_OFF)
		snprintf(ret_text, GROUP_TIE_SIZE, "%s %s", words_bits(tie->bits, bits),
			 words_tie[tie->rule].meaning);
	else if (tie->rule == P2P_TIE_MULTI_FUNCTION && tie->bits)
		snprintf(ret_text, GROUP_TIE_SIZE, "%s off: %s",
			 words_bits(tie->bits, bits), words_tie[tie->rule].meaning);
	else
		snprintf(ret_text, GROUP_TIE_SIZE, "%s", words_tie[tie->rule].meaning);
	return ret_text;
}

/* Its own registers are known, so it is the boot's that are not. */
bool group_hangs_on_firmware(const struct p2p_machine *machine, uint32_t function)
{
	const struct p2p_facts *facts = &machine->facts[function];

	return facts->vendor != P2P_NOT_TOLD && facts->device != P2P_NOT_TOLD &&
	       facts->acs.regs.present == P2P_YES &&
	       p2p_facts_acs_lacks(facts) != P2P_UNKNOWN;
}

const char *group_unread(const struct p2p_machine *machine,
			 const struct p2p_groups *groups, uint32_t function)
{
	const struct p2p_facts *facts = &machine->facts[function];

	if (groups->unread[function] == P2P_UNREAD_BRIDGE)
		return missing_why(machine,
				   (struct p2p_missing){ function, P2P_EVIDENCE_BRIDGE });
	if (group_hangs_on_firmware(machine, function))
		return "hangs on what the firmware leaves there at the boot";
	if (facts->acs.regs.present == P2P_NO)
		return "its ids are not told: a quirk may speak for it";
	return missing_registers(machine, function);
}

char *group_assumed(unsigned assumed, char ret_text[GROUP_ASSUMED_SIZE])
{
	size_t used = 0;

	ret_text[0] = '\0';
	for (int i = 0; i < WORDS_ASSUMPTIONS; i++)
		if (assumed & 1u << i && used < GROUP_ASSUMED_SIZE)
			used += (size_t)snprintf(ret_text + used,
						 GROUP_ASSUMED_SIZE - used, "%s%s",
						 used ? "; " : "",
						 words_assumption[i].meaning);
	return ret_text;
}
