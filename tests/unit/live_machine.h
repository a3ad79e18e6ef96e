/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine said by a small sysfs tree: what it tells, and what a scan finds in it. */
#ifndef P2PTOOL_TESTS_LIVE_MACHINE_H
#define P2PTOOL_TESTS_LIVE_MACHINE_H

#include <p2ptool/source.h>

#include "sysfs_tree.h"

#define DEVICES "bus/pci/devices/"

struct machine {
	struct sysfs_tree tree;
	struct p2p_live_options options;
	struct p2p_snapshot *snapshot;
	uint8_t config[P2P_CFG_SIZE]; /* a PCIe endpoint with ACS, RR on */
};

/** For CMocka: *@state becomes a machine without functions. */
int machine_setup(void **state);
int machine_teardown(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

/** Writes a register of the config space that functions added next have. */
void machine_put(struct machine *machine, unsigned offset, unsigned width,
		 uint32_t value);

/** Adds a function at a path below devices/, with this much of the config space. */
void machine_add(struct machine *machine, const char *path, size_t config_size);

/** Writes a file or a link below bus/pci/devices/. */
void machine_tell(struct machine *machine, const char *attribute, const char *text);
void machine_tie(struct machine *machine, const char *attribute, const char *target);

/** Reads the tree; the snapshot before is freed. The test fails if that fails. */
void machine_scan(struct machine *machine);

/** What the scan found. The test fails if there is no such function. */
const struct p2p_function *machine_at(struct machine *machine, const char *address);
struct p2p_reg machine_read(struct machine *machine, const char *address, unsigned offset,
			    unsigned width);
const char *machine_string(struct machine *machine, p2p_string of);

#endif
