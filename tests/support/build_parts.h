/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine that is being said is made of. */
#ifndef P2PTOOL_TESTS_BUILD_PARTS_H
#define P2PTOOL_TESTS_BUILD_PARTS_H

#include "support/build.h"

#define NODES_MAX   4096
#define SPOILED_MAX 256

struct node {
	int parent; /* -1: a host */
	bool host, port, hidden;
	enum p2p_pcie_type type;
	int vf_of; /* -1: none */
	uint32_t rid_offset;
	struct p2p_bdf bdf;
	uint8_t secondary, subordinate;
	unsigned hole, hole_length;
	unsigned readable;
	uint8_t next_device; /* free device number below */
	uint8_t cfg[P2P_CFG_SIZE];
};

/* A byte that shows this whatever the rest says. */
struct spoiled {
	int function;
	uint16_t offset;
	uint8_t value;
};

struct build {
	struct node *nodes[NODES_MAX];
	int n;
	struct spoiled spoiled[SPOILED_MAX];
	int n_spoiled;
};

#endif
