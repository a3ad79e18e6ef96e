/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree: which function is below which, under which host bridge. Nodes have the index
 * of their function in the snapshot and name each other by it. */
#ifndef P2PTOOL_TOPO_H
#define P2PTOOL_TOPO_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/facts.h>
#include <p2ptool/snapshot.h>

/** What a function is by type and position; @kind of the JSON output. */
enum p2p_kind {
	P2P_KIND_HOST_BRIDGE, /* class 0600 */
	P2P_KIND_ROOT_PORT,
	P2P_KIND_SWITCH_UP,
	P2P_KIND_SWITCH_DOWN,
	P2P_KIND_PCIE_TO_PCI,
	P2P_KIND_PCI_TO_PCIE,
	P2P_KIND_PCI_BRIDGE,
	P2P_KIND_CARDBUS,
	P2P_KIND_ENDPOINT,
	P2P_KIND_LEGACY_ENDPOINT,
	P2P_KIND_VF,
	P2P_KIND_RCIEP,
	P2P_KIND_RCEC,
	P2P_KIND_PCI,     /* conventional */
	P2P_KIND_UNKNOWN, /* header or capability list were not seen */
};

/** One function's place. @parent is the bridge that owns its bus (for a VF its PF's),
 * P2P_NONE on a root bus; children are in order of address. */
struct p2p_node {
	uint32_t parent;
	uint32_t root;
	uint32_t first_child, next_sibling;
	uint32_t pf;    /* of a VF; else P2P_NONE */
	uint32_t n_vfs; /* VFs of this PF that are in the snapshot */
	uint16_t depth; /* bridges above */
	uint8_t kind;   /* enum p2p_kind */
	uint8_t type;   /* enum p2p_pcie_type as the kernel uses it, after its fix-ups */
	bool bridge;    /* has a secondary bus, or something is below it */
};

/** A root bus, or where functions hang whose bridge the snapshot lacks. */
struct p2p_root {
	uint32_t domain;
	uint8_t bus;
	bool orphan;             /* no bridge leads to this bus, and it is no root bus */
	uint32_t first_child;    /* first function on it */
	uint32_t representative; /* the kernel's: lowest function present, or P2P_NONE */
	int32_t numa;            /* most told NUMA node below; P2P_NOT_TOLD */
};

struct p2p_topo {
	struct p2p_node *nodes;
	uint32_t n_nodes;
	struct p2p_root *roots; /* in order of PCI domain and bus */
	uint32_t n_roots;
	uint32_t *order;    /* all functions, each before what is below it */
	uint16_t depth;     /* greatest depth of a node */
	uint32_t n_dropped; /* links that were cut: a loop or a second parent */
};

/** Builds the tree; the system's own nesting goes before bus numbers. NULL without
 * memory. */
P2P_PUBLIC struct p2p_topo *p2p_topo_new(const struct p2p_snapshot *snapshot,
					 const struct p2p_facts *facts);
P2P_PUBLIC void p2p_topo_free(struct p2p_topo *topo);

/** Tests every invariant: each function once, parents before children, depths, roots,
 * VFs beside their PF. 0 or -EINVAL with the first one that does not hold. */
P2P_PUBLIC int p2p_topo_check(const struct p2p_topo *topo, struct p2p_err *err);

/** True for a port or bridge, that is a function with a secondary bus. */
P2P_PUBLIC bool p2p_topo_is_bridge(const struct p2p_topo *topo, uint32_t function);

/** True for a root port or a switch's downstream port: where ACS rules TB, SV and UF. */
P2P_PUBLIC bool p2p_topo_is_downstream(const struct p2p_topo *topo, uint32_t function);

/** True if @function is @port or below it. */
P2P_PUBLIC bool p2p_topo_is_under(const struct p2p_topo *topo, uint32_t function,
				  uint32_t port);

/** The highest function on the path of @function, or itself: what is below another one
 * does not meet it on the way up. */
P2P_PUBLIC uint32_t p2p_topo_top(const struct p2p_topo *topo, uint32_t function);

/** The upstream-port function of the switch whose ports are on the path of @function,
 * the nearest one above (or itself); P2P_NONE if there is none. */
P2P_PUBLIC uint32_t p2p_topo_switch(const struct p2p_topo *topo, uint32_t function);

/** Writes the renumbering-proof path, `0000:00:02.0/00.0/04.0`, into @ret_text and
 * returns its length as snprintf does. */
P2P_PUBLIC int p2p_topo_path(const struct p2p_topo *topo,
			     const struct p2p_snapshot *snapshot, uint32_t function,
			     char *ret_text, size_t size);

#endif
