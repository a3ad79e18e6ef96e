/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a function is to its users: role, short name, and whether reports speak of it. */
#ifndef P2PTOOL_ROLE_H
#define P2PTOOL_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/facts.h>
#include <p2ptool/snapshot.h>
#include <p2ptool/topo.h>

enum p2p_role_kind {
	P2P_ROLE_OTHER = 0,
	P2P_ROLE_GPU,
	P2P_ROLE_ACCEL,
	P2P_ROLE_RDMA, /* also a nic */
	P2P_ROLE_NIC,
	P2P_ROLE_NVME,
	P2P_ROLE_STORAGE,
	P2P_ROLE_NVLINK,
	P2P_ROLE_SWITCH_MGMT,
	P2P_ROLE_BMC,
	P2P_ROLE_SYSTEM,
};
#define P2P_ROLES (P2P_ROLE_SYSTEM + 1)

#define P2P_LABEL_SIZE 32

/** @label is unique in the machine: a name that the system gave, gpuN by address, the
 * system's or the driver's way of counting, or the address. */
struct p2p_role {
	uint8_t kind;  /* enum p2p_role_kind */
	bool assumed;  /* role rdma inferred from driver or id */
	bool peer;     /* reports speak of it by default */
	bool endpoint; /* of the wider set `all`: no bridge */
	char label[P2P_LABEL_SIZE];
};

/** The role's word in selectors and reports: "switch-mgmt". Never NULL. */
P2P_PUBLIC const char *p2p_role_word(enum p2p_role_kind kind);

/** One role a function, by the same index. NULL without memory. */
P2P_PUBLIC struct p2p_role *p2p_role_new(const struct p2p_snapshot *snapshot,
					 const struct p2p_facts *facts,
					 const struct p2p_topo *topo);
P2P_PUBLIC void p2p_role_free(struct p2p_role *roles);

#endif
