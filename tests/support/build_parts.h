/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine that is being said is made of. */
#ifndef P2PTOOL_TESTS_BUILD_PARTS_H
#define P2PTOOL_TESTS_BUILD_PARTS_H

#include "support/build.h"

#define NODES_MAX 4096

struct node {
	int parent; /* -1: a host */
	bool host, port, hidden, shows_last;
	enum p2p_pcie_type type;
	int vf_of; /* -1: none */
	uint32_t rid_offset;
	struct p2p_bdf bdf;
	uint8_t secondary, subordinate;
	uint8_t shown_last;
	unsigned hole, hole_length;
	unsigned readable;
	uint8_t next_device; /* free device number below */
	uint8_t cfg[P2P_CFG_SIZE];
};

struct build {
	struct node *nodes[NODES_MAX];
	int n;
};

#endif
