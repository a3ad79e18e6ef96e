/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines written as a table, a row a function, where a test cares for addresses, ids
 * and what the system tells rather than for registers. */
#ifndef P2PTOOL_TESTS_TABLE_H
#define P2PTOOL_TESTS_TABLE_H

#include <p2ptool/machine.h>

/* @told has words: driver=nvidia numa=0 group=12 slot=3 pf=0000:3d:00.0 p2pmem, and names
 * by subsystem, nvme/nvme0. A row with a secondary bus is a bridge. */
struct row {
	const char *address;
	uint16_t vendor, device;
	uint32_t class_code;
	enum p2p_pcie_type type;
	uint8_t secondary, subordinate;
	uint64_t serial; /* 0: none */
	int slot;        /* of a port, in its registers; 0: none */
	const char *told;
};

/* The whole machine; @live as struct p2p_system has it. The caller frees it. */
struct p2p_machine *table_machine(const struct row *rows, unsigned n, enum p2p_tri live);

/* The function at @address; the test ends when there is none. */
uint32_t table_at(const struct p2p_machine *machine, const char *address);

/* The machine that the examples of the manual page of selectors speak of. */
struct p2p_machine *table_example(void);

#endif
