/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that build the tree share. */
#ifndef P2PTOOL_CORE_TOPO_BUILD_H
#define P2PTOOL_CORE_TOPO_BUILD_H

#include <p2ptool/topo.h>

/* A hierarchy has at most 256 buses; a deeper chain is a loop in disguise. */
#define TOPO_DEPTH_MAX 256

struct topo_build {
	const struct p2p_snapshot *snapshot;
	const struct p2p_facts *facts;
	struct p2p_topo *topo;
	uint32_t *owners; /* bridges by domain and secondary bus, for bisection */
	uint32_t n_owners;
};

/* Sets parent and pf of every node: the system's nesting, VFs beside their PF, bus
 * numbers; then cuts loops and sets depths. 0 or -ENOMEM. */
int p2p_topo_link(struct topo_build *build);

/* The bridge whose secondary bus this is, or P2P_NONE. */
uint32_t p2p_topo_owner(const struct topo_build *build, uint32_t domain, unsigned bus);

/* Sets kind, type and bridge of every node; needs parents and order. */
void p2p_topo_name(struct topo_build *build);

#endif
