/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of roles, and what the files that give roles and labels share. */
#ifndef P2PTOOL_CORE_ROLE_PARTS_H
#define P2PTOOL_CORE_ROLE_PARTS_H

#include <p2ptool/role.h>

/* How functions without a name of their own are counted. */
enum p2p_role_count {
	P2P_COUNT_NONE = 0,
	P2P_COUNT_GPU,
	P2P_COUNT_NVME,
	P2P_COUNT_MLX4,
	P2P_COUNT_MLX5,
};
#define P2P_ROLE_COUNTS (P2P_COUNT_MLX5 + 1)

/* One row: a function that has all that is told here has the role; the first row counts.
 * 0 and NULL match anything. A row that only infers does not hold on a live system, which
 * tells by name what has an RDMA device. */
struct p2p_role_rule {
	uint32_t class_code, class_mask; /* 24 bits */
	uint16_t vendor;
	uint16_t first, last; /* device ids, both included */
	const char *driver;
	uint8_t role;  /* enum p2p_role_kind */
	uint8_t count; /* enum p2p_role_count */
	bool inferred;
};

extern const struct p2p_role_rule p2p_role_rules[];
extern const unsigned p2p_role_n_rules;

/* The words that selectors read as a set of functions, so that they are no labels; NULL
 * behind the last. */
const char *p2p_role_set(unsigned at);
bool p2p_role_is_set(const char *word);

/* The row that counts, or NULL. */
const struct p2p_role_rule *p2p_role_rule(const struct p2p_snapshot *snapshot,
					  const struct p2p_facts *facts,
					  uint32_t function);

/* The function's name in a subsystem, the first in alphabetical order; NULL for none. */
const char *p2p_role_name(const struct p2p_snapshot *snapshot, uint32_t function,
			  const char *subsystem);

/* The RDMA device that bonds @function with others of its device, where the system gave
 * its name to one of them only: mlx5_bond_0. NULL for none. */
const char *p2p_role_bond(const struct p2p_snapshot *snapshot,
			  const struct p2p_facts *facts, const struct p2p_topo *topo,
			  uint32_t function);

/* Fills the labels of roles whose kinds are known. 0 or -ENOMEM. */
int p2p_role_label(const struct p2p_snapshot *snapshot, const struct p2p_facts *facts,
		   const struct p2p_topo *topo, struct p2p_role *roles);

#endif
