/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says machines as sysfs trees, scans them, and looks things up in the snapshot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/regs.h"
#include "live_machine.h"

void machine_put(struct machine *machine, unsigned offset, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		machine->config[offset + i] = (uint8_t)(value >> (8 * i));
}

int machine_setup(void **state)
{
	static struct machine machine;

	machine = (struct machine){ 0 };
	sysfs_tree_make(&machine.tree);
	machine.options.sysfs = machine.tree.root;
	machine_put(&machine, REG_VENDOR_ID, 4, 0x101315b3);
	machine_put(&machine, REG_STATUS, 2, STATUS_CAP_LIST);
	machine_put(&machine, REG_CLASS_REV, 4, 0x02070000);
	machine_put(&machine, REG_CAP_LIST, 1, 0x40);
	machine_put(&machine, 0x40, 4, CAP_EXPRESS | 2u << 16);
	machine_put(&machine, REG_EXT_CAP_LIST, 4, EXT_CAP_ACS | 1u << 16);
	machine_put(&machine, REG_EXT_CAP_LIST + REG_ACS_CTL, 2, ACS_RR);
	*state = &machine;
	return 0;
}

int machine_teardown(void **state)
{
	struct machine *machine = *state;

	p2p_snapshot_free(machine->snapshot);
	sysfs_tree_remove(&machine->tree);
	return 0;
}

void machine_add(struct machine *machine, const char *path, size_t config_size)
{
	char file[128];

	sysfs_tree_function(&machine->tree, path);
	snprintf(file, sizeof(file), "devices/%s/config", path);
	sysfs_tree_bytes(&machine->tree, file, machine->config, config_size);
}

void machine_tell(struct machine *machine, const char *attribute, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "%s", attribute);
	sysfs_tree_text(&machine->tree, path, text);
}

void machine_tie(struct machine *machine, const char *attribute, const char *target)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "%s", attribute);
	sysfs_tree_link(&machine->tree, path, target);
}

void machine_scan(struct machine *machine)
{
	struct p2p_err err = { "" };
	int result;

	p2p_snapshot_free(machine->snapshot);
	machine->snapshot = NULL;
	result = p2p_source_live(&machine->options, &machine->snapshot, &err);
	if (result)
		fail_msg("%d: %s", result, err.text);
}

const struct p2p_function *machine_at(struct machine *machine, const char *address)
{
	struct p2p_bdf bdf;
	uint32_t index;

	assert_int_equal(p2p_bdf_parse(address, &bdf), 0);
	index = p2p_snapshot_find(machine->snapshot, bdf);
	assert_int_not_equal(index, P2P_NONE);
	return &machine->snapshot->functions[index];
}

struct p2p_reg machine_read(struct machine *machine, const char *address, unsigned offset,
			    unsigned width)
{
	const struct p2p_function *function = machine_at(machine, address);
	struct p2p_cfg cfg = p2p_snapshot_cfg(
		machine->snapshot, (uint32_t)(function - machine->snapshot->functions));

	return p2p_cfg_read(&cfg, offset, width);
}

const char *machine_string(struct machine *machine, p2p_string of)
{
	return p2p_snapshot_string(machine->snapshot, of);
}
