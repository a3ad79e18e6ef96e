/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says machines: functions are added below each other, become config bytes, and pass
 * through the real decoder. A handle names a function while the machine is said. */
#ifndef P2PTOOL_TESTS_BUILD_H
#define P2PTOOL_TESTS_BUILD_H

#include <p2ptool/machine.h>

#define BUILD_CLASS_GPU  0x030200
#define BUILD_CLASS_NIC  0x020000
#define BUILD_CLASS_NVME 0x010802
#define BUILD_CLASS_PORT 0x060400
#define BUILD_CLASS_HOST 0x060000

struct build;

struct build *build_new(void);
void build_free(struct build *b);

/* A root bus. Its handle serves as parent only. */
int build_host(struct build *b, uint32_t domain, uint8_t bus);

/* A port of a type of enum p2p_pcie_type on the next free device below @parent. With
 * P2P_TYPE_NOT_PCIE a conventional PCI bridge. */
int build_port(struct build *b, int parent, enum p2p_pcie_type type);
int build_endpoint(struct build *b, int parent, enum p2p_pcie_type type, uint32_t class);

/* One more function of the device of @first, which becomes multi-function; a port if
 * @first is one. */
int build_sibling(struct build *b, int first);

/* Leaves @n device numbers below @parent unused. */
void build_skip(struct build *b, int parent, unsigned n);

/* An upstream port below @parent and @n downstream ports, whose handles follow it. Each
 * downstream port's number is its place, from 1. */
int build_switch(struct build *b, int parent, unsigned n);

/* @n VFs of @pf, the first @offset behind it, @stride apart. */
void build_vfs(struct build *b, int pf, unsigned n, unsigned offset, unsigned stride);

void build_ids(struct build *b, int function, uint16_t vendor, uint16_t device);
void build_acs(struct build *b, int function, uint16_t cap, uint16_t ctrl);
void build_acs_control(struct build *b, int function, uint16_t ctrl);
void build_egress_bit(struct build *b, int function, unsigned index);
void build_port_number(struct build *b, int function, uint8_t number);
void build_ats(struct build *b, int function, uint16_t ctrl);
void build_ari_forwarding(struct build *b, int port);

/* Any register, when the rest does not say it. */
void build_write(struct build *b, int function, unsigned offset, unsigned width,
		 uint32_t value);
uint32_t build_read(struct build *b, int function, unsigned offset, unsigned width);

/* Where the PCI Express and the ACS capability of each built function are. */
#define BUILD_EXPRESS 0x40
#define BUILD_ACS     0x100
#define BUILD_SRIOV   0x200
#define BUILD_ATS     0x300

/* Puts a capability into the list of a function; its registers are written by hand. */
void build_capability(struct build *b, int function, unsigned id, unsigned at);
void build_extended(struct build *b, int function, unsigned id, unsigned at);

/* How much of each function the snapshot shall show: 4096 unless said. */
void build_readable(struct build *b, int function, unsigned bytes);
/* Leaves the function out of the snapshot. */
void build_hide(struct build *b, int function);

/* Leaves these bytes of the function out of the snapshot. */
void build_hole(struct build *b, int function, unsigned offset, unsigned length);
/* Lets a byte show this whatever else is said: bus numbers too. */
void build_spoil(struct build *b, int function, unsigned offset, uint8_t value);

/* Numbers buses depth first and gives the snapshot, sealed, functions begun in an order
 * that @shuffle makes (0: as said). */
struct p2p_snapshot *build_snapshot(struct build *b, unsigned shuffle);

/* The snapshot with all stages, judged by @kernel and @cpu. The caller frees it. */
struct p2p_machine *build_machine(struct build *b, const char *kernel, const char *cpu);

/* The tree as it was said. Handles count from 0; hosts are among them. @parent is the
 * bridge or the host above, @pf that of a VF, else -1. */
struct build_place {
	int parent, pf;
	bool host, hidden;
	unsigned readable;
};
int build_count(const struct build *b);
struct build_place build_place(const struct build *b, int function);

/* Where a handle's function is, after the snapshot was made. */
struct p2p_bdf build_bdf(const struct build *b, int function);
uint32_t build_index(const struct build *b, int function,
		     const struct p2p_snapshot *snapshot);

/* A repeatable stream of numbers: xorshift. @state must not be 0. */
uint32_t build_random(uint32_t *state, uint32_t below);

/* A random machine: hosts, nested switches, bridges, multi-function devices, VFs, ACS
 * controls. The same seed says the same machine. */
struct build *build_random_machine(uint32_t seed);

#endif
