/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions by the IOMMU group that the running kernel put them into. */
#ifndef P2PTOOL_RENDER_GROUPS_H
#define P2PTOOL_RENDER_GROUPS_H

#include <p2ptool/machine.h>

struct grouped {
	int32_t group;
	uint32_t function;
};

/** Those that are in a live group, in order of group and address, in a malloc'ed array;
 * with @peers only peers. NULL without memory. */
struct grouped *groups_collect(const struct p2p_machine *machine, bool peers,
			       uint32_t *ret_count);

/** How many from @grouped on are in the group of the first. */
uint32_t groups_run(const struct grouped *grouped, uint32_t count);

#endif
