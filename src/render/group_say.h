/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a group comes down to: what ties it, who has to leave its driver. */
#ifndef P2PTOOL_RENDER_GROUP_SAY_H
#define P2PTOOL_RENDER_GROUP_SAY_H

#include "render/say.h"

/** What has to happen to a function before its group can be passed through: drivers that
 * do DMA on their own must let go (iommu_group_claim_dma_owner of Linux 6.12). */
enum group_duty { GROUP_FREE, GROUP_STAYS, GROUP_VFIO, GROUP_UNBIND, GROUP_UNKNOWN };

enum group_duty group_duty(const struct p2p_machine *machine, uint32_t function);

/** Whether VFIO would take the group as it is. */
enum p2p_tri group_viable(const struct p2p_machine *machine,
			  const struct p2p_groups *groups, const struct p2p_group *group);

/** The live group that has just the functions of the predicted one; -1: none. */
int32_t group_live(const struct p2p_machine *machine, const struct p2p_grouped *grouped,
		   uint32_t group);

/** `no ACS capability`, `SV RR off`: why @tie ties. */
#define GROUP_TIE_SIZE 128
char *group_tie(const struct p2p_tie *tie, char ret_text[GROUP_TIE_SIZE]);

/** Why a function leaves its group open: a phrase. */
const char *group_unread(const struct p2p_machine *machine,
			 const struct p2p_groups *groups, uint32_t function);

/** True if that is so only because of what the firmware leaves at the boot. */
bool group_hangs_on_firmware(const struct p2p_machine *machine, uint32_t function);

/** What a group rests on, `; ` between, "" for nothing. */
#define GROUP_ASSUMED_SIZE 1024
char *group_assumed(unsigned assumed, char ret_text[GROUP_ASSUMED_SIZE]);

#endif
