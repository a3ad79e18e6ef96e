/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a sysfs tree tells of functions beside their config space. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <p2ptool/boot.h>

#include "core/regs.h"
#include "io/host.h"
#include "io/sysfs.h"
#include "live_machine.h"

/* "net/ib0 nvme/nvme0 ", in the order of the snapshot. */
static const char *names_of(struct machine *machine, const char *address)
{
	static char text[256];
	const struct p2p_function *function = machine_at(machine, address);
	size_t length = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < function->n_names; i++) {
		const struct p2p_name *name =
			&machine->snapshot->names[function->first_name + i];

		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s/%s ",
					   machine_string(machine, name->subsystem),
					   machine_string(machine, name->name));
	}
	return text;
}

static void attributes_are_those_of_the_tree(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *function;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_tie(machine, "0000:00:01.0/driver", "../../../bus/pci/drivers/mlx5_core");
	machine_tie(machine, "0000:00:01.0/iommu_group",
		    "../../../kernel/iommu_groups/41");
	machine_tell(machine, "0000:00:01.0/numa_node", "-1\n");
	machine_tell(machine, "0000:00:01.0/driver_override", "(null)\n");
	machine_tell(machine, "0000:00:01.0/power_state", "D3hot\n");
	machine_scan(machine);
	function = machine_at(machine, "0000:00:01.0");
	assert_string_equal(machine_string(machine, function->driver), "mlx5_core");
	assert_int_equal(function->driver_override, 0);
	assert_int_equal(function->vfio, P2P_NO);
	assert_int_equal(function->group, 41);
	assert_int_equal(function->numa, -1);
	assert_int_equal(function->power, P2P_POWER_D3HOT);
	assert_int_equal(function->config_size, 4096);
	assert_int_equal(function->vendor, P2P_NOT_TOLD);
	assert_int_equal(machine_read(machine, "0000:00:01.0", 0, 4).value, 0x101315b3);
}

static void what_vfio_holds_or_is_to_hold_is_known(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *function;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_add(machine, "pci0000:00/0000:00:02.0", 4096);
	machine_add(machine, "pci0000:00/0000:00:03.0", 4096);
	machine_tie(machine, "0000:00:01.0/driver", "../../../bus/pci/drivers/vfio-pci");
	machine_tell(machine, "0000:00:02.0/driver_override", "vfio-pci\n");
	machine_tell(machine, "0000:00:03.0/vfio-dev/vfio0/dev", "511:0\n");
	machine_scan(machine);
	assert_int_equal(machine_at(machine, "0000:00:01.0")->vfio, P2P_YES);
	function = machine_at(machine, "0000:00:02.0");
	assert_int_equal(function->vfio, P2P_UNKNOWN);
	assert_string_equal(machine_string(machine, function->driver_override),
			    "vfio-pci");
	assert_int_equal(machine_at(machine, "0000:00:03.0")->vfio, P2P_YES);
}

static void a_link_is_told_in_words(void **state)
{
	struct machine *machine = *state;
	struct p2p_function function = { 0 };
	struct p2p_sysfs sysfs;

	machine_add(machine, "pci0000:00/0000:00:01.0", 64);
	machine_tell(machine, "0000:00:01.0/current_link_speed", "16.0 GT/s PCIe\n");
	machine_tell(machine, "0000:00:01.0/current_link_width", "8\n");
	machine_tell(machine, "0000:00:01.0/max_link_speed", "Unknown\n");
	machine_tell(machine, "0000:00:01.0/max_link_width", "255\n");
	assert_int_equal(p2p_sysfs_open(machine->options.sysfs, &sysfs, NULL), 0);
	p2p_sysfs_fill_link(&sysfs, "0000:00:01.0", &function);
	p2p_sysfs_close(&sysfs);
	assert_int_equal(function.link.speed, 160);
	assert_int_equal(function.link.width, 8);
	assert_int_equal(function.link.max_speed, 0);
	assert_int_equal(function.link.max_width, 0);
}

static void a_slot_is_that_of_all_functions_of_its_device(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *function;

	machine_add(machine, "pci0000:00/0000:00:00.0", 64);
	machine_add(machine, "pci0000:00/0000:00:01.0", 64);
	machine_add(machine, "pci0000:00/0000:00:01.1", 64);
	sysfs_tree_text(&machine->tree, "bus/pci/slots/7/address", "0000:00:01\n");
	sysfs_tree_text(&machine->tree, "bus/pci/slots/8/address", "0000:00\n");
	machine_scan(machine);
	function = machine_at(machine, "0000:00:01.0");
	assert_string_equal(machine_string(machine, function->slot), "7");
	function = machine_at(machine, "0000:00:01.1");
	assert_string_equal(machine_string(machine, function->slot), "7");
	function = machine_at(machine, "0000:00:00.0");
	assert_string_equal(machine_string(machine, function->slot), "");
}

static void what_a_copy_does_not_tell_stays_unknown(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *function;
	const struct p2p_system *system;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	sysfs_tree_directory(&machine->tree, "class/iommu");
	machine_scan(machine);
	function = machine_at(machine, "0000:00:01.0");
	assert_int_equal(function->group, P2P_NOT_TOLD);
	assert_int_equal(function->numa, P2P_NOT_TOLD);
	assert_int_equal(function->is_vf, P2P_UNKNOWN);
	assert_int_equal(function->power, P2P_POWER_UNKNOWN);
	assert_int_equal(function->p2pmem.present, P2P_UNKNOWN);
	system = &machine->snapshot->system;
	assert_int_equal(system->live, P2P_NO);
	assert_int_equal(system->iommu, P2P_IOMMU_UNKNOWN);
	assert_int_equal(system->p2pdma, P2P_UNKNOWN);
	assert_int_equal(system->privileged, P2P_UNKNOWN);
	assert_int_equal(system->cpu_family, P2P_NOT_TOLD);
	assert_string_equal(machine_string(machine, system->kernel), "");
	assert_string_equal(machine_string(machine, system->source), machine->tree.root);
	assert_string_equal(machine_string(machine, system->kind), "sysfs");
}

static void a_virtual_function_names_its_physical_one(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *function;

	machine_put(machine, REG_VENDOR_ID, 4, 0xffffffff);
	machine_add(machine, "pci0000:00/0000:00:01.0/0000:01:00.2", 4096);
	machine_tie(machine, "0000:01:00.2/physfn", "../0000:01:00.0");
	machine_tell(machine, "0000:01:00.2/vendor", "0x15b3\n");
	machine_tell(machine, "0000:01:00.2/device", "0x1014\n");
	machine_tell(machine, "0000:01:00.2/class", "0x020700\n");
	machine_scan(machine);
	function = machine_at(machine, "0000:01:00.2");
	assert_int_equal(function->is_vf, P2P_YES);
	assert_int_equal(p2p_bdf_key(function->physfn), 0x0100);
	assert_int_equal(function->vendor, 0x15b3);
	assert_int_equal(function->device, 0x1014);
	assert_int_equal(function->class_code, 0x020700);
	assert_int_equal(
		machine_read(machine, "0000:01:00.2", 0x100 + REG_ACS_CTL, 2).value,
		ACS_RR);
}

static void bars_come_from_the_resource_file(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *function;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_tell(machine, "0000:00:01.0/resource",
		     "0x00000000fe000000 0x00000000fe003fff 0x0000000000040200\n"
		     "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		     "0x000000e000000000 0x000000efffffffff 0x000000000014220c\n"
		     "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
	machine_scan(machine);
	function = machine_at(machine, "0000:00:01.0");
	assert_true(function->bar_size[0] == 0x4000 && function->bar_size[1] == 0);
	assert_true(function->bar_size[2] == 1ull << 36);
	assert_int_equal(machine_read(machine, "0000:00:01.0", 0x10, 4).known,
			 UINT32_MAX);
	assert_int_equal(machine_read(machine, "0000:00:01.0", 0x14, 4).known, 0);
	assert_int_equal(machine_read(machine, "0000:00:01.0", 0x1c, 4).known,
			 UINT32_MAX);
}

static void peer_to_peer_memory_proves_the_kernels_support(void **state)
{
	struct machine *machine = *state;
	const struct p2p_p2pmem *p2pmem;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_tell(machine, "0000:00:01.0/p2pmem/size", "1073741824\n");
	machine_tell(machine, "0000:00:01.0/p2pmem/available", "4096\n");
	machine_tell(machine, "0000:00:01.0/p2pmem/published", "0\n");
	machine_scan(machine);
	p2pmem = &machine_at(machine, "0000:00:01.0")->p2pmem;
	assert_int_equal(p2pmem->present, P2P_YES);
	assert_true(p2pmem->size == 1073741824 && p2pmem->available == 4096);
	assert_int_equal(p2pmem->published, P2P_NO);
	assert_int_equal(machine->snapshot->system.p2pdma, P2P_YES);
}

static void names_are_those_that_users_see(void **state)
{
	struct machine *machine = *state;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_tell(machine, "0000:00:01.0/nvme/nvme2/nvme0c2n1/nsid", "1\n");
	machine_tell(machine, "0000:00:01.0/nvme/nvme2/hwmon3/name", "nvme\n");
	machine_tell(machine, "0000:00:01.0/net/ens1f10/mtu", "1500\n");
	machine_tell(machine, "0000:00:01.0/net/ens1f9/mtu", "1500\n");
	machine_tell(machine, "0000:00:01.0/drm/card1/dev", "226:1\n");
	machine_tell(machine, "0000:00:01.0/drm/card1-DP-1/status", "connected\n");
	machine_tell(machine, "0000:00:01.0/drm/renderD129/dev", "226:129\n");
	machine_tell(machine, "0000:00:01.0/infiniband/mlx5_0/node_type", "1: CA\n");
	machine_add(machine, "pci0000:00/0000:00:02.0", 4096);
	machine_scan(machine);
	assert_string_equal(names_of(machine, "0000:00:01.0"),
			    "net/ens1f9 net/ens1f10 nvme/nvme2 block/nvme0n1 "
			    "infiniband/mlx5_0 drm/card1 drm/renderD129 ");
	assert_string_equal(names_of(machine, "0000:00:02.0"), "");
}

static void groups_tell_whether_the_iommu_translates(void **state)
{
	struct machine *machine = *state;
	const struct p2p_system *system;
	struct sysfs_tree *tree = &machine->tree;

	sysfs_tree_directory(tree, "class/iommu/dmar0");
	sysfs_tree_text(tree, "kernel/iommu_groups/0/type", "DMA-FQ\n");
	machine_scan(machine);
	assert_int_equal(machine->snapshot->system.iommu, P2P_IOMMU_TRANSLATED);
	sysfs_tree_text(tree, "kernel/iommu_groups/1/type", "DMA\n");
	machine_scan(machine);
	system = &machine->snapshot->system;
	assert_int_equal(system->iommu, P2P_IOMMU_TRANSLATED);
	assert_string_equal(machine_string(machine, system->iommu_name), "intel");
	sysfs_tree_text(tree, "kernel/iommu_groups/2/type", "identity\n");
	machine_scan(machine);
	assert_int_equal(machine->snapshot->system.iommu, P2P_IOMMU_MIXED);
}

static void the_type_of_a_group_is_that_of_its_domain(void **state)
{
	struct machine *machine = *state;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_add(machine, "pci0000:00/0000:00:02.0", 4096);
	machine_tie(machine, "0000:00:01.0/iommu_group",
		    "../../../kernel/iommu_groups/41");
	sysfs_tree_text(&machine->tree, "kernel/iommu_groups/41/type", "DMA-FQ\n");
	machine_scan(machine);
	assert_string_equal(
		machine_string(machine, machine_at(machine, "0000:00:01.0")->group_type),
		"DMA-FQ");
	assert_string_equal(
		machine_string(machine, machine_at(machine, "0000:00:02.0")->group_type),
		"");
}

static void what_may_be_unplugged_is_told_unless_unknown(void **state)
{
	static const struct {
		const char *function, *text;
		enum p2p_tri removable;
	} rows[] = {
		{ "0000:00:01.0", "removable\n", P2P_YES },
		{ "0000:00:02.0", "fixed\n", P2P_NO },
		{ "0000:00:03.0", "unknown\n", P2P_UNKNOWN },
		{ "0000:00:04.0", NULL, P2P_UNKNOWN },
	};
	struct machine *machine = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[64];

		snprintf(path, sizeof(path), "pci0000:00/%s", rows[i].function);
		machine_add(machine, path, 4096);
		snprintf(path, sizeof(path), "%s/removable", rows[i].function);
		if (rows[i].text)
			machine_tell(machine, path, rows[i].text);
	}
	machine_scan(machine);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(machine_at(machine, rows[i].function)->removable,
				 rows[i].removable);
}

static void a_root_bus_below_a_function_is_a_vmds(void **state)
{
	static const char *const behind[] = { "10000:e0:00.0", "10000:e1:00.0" };
	struct machine *machine = *state;
	const struct p2p_function *function;

	machine_add(machine, "pci0000:00/0000:00:0e.0", 4096);
	machine_add(machine, "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:00.0", 4096);
	machine_add(machine,
		    "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:00.0/10000:e1:00.0",
		    4096);
	machine_scan(machine);
	for (unsigned i = 0; i < 2; i++) {
		function = machine_at(machine, behind[i]);
		assert_int_equal(function->is_behind_vmd, P2P_YES);
		assert_int_equal(p2p_bdf_key(function->vmd), 0x0070);
	}
	function = machine_at(machine, "10000:e0:00.0");
	assert_int_equal(function->above, P2P_ABOVE_ROOT);
	function = machine_at(machine, "10000:e1:00.0");
	assert_int_equal(function->above, P2P_ABOVE_FUNCTION);
	function = machine_at(machine, "0000:00:0e.0");
	assert_int_equal(function->is_behind_vmd, P2P_UNKNOWN);
	assert_int_equal(function->above, P2P_ABOVE_ROOT);
}

static void the_command_line_is_the_running_kernels(void **state)
{
	struct machine *machine = *state;
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	struct p2p_sysfs sysfs;
	char text[P2P_CMDLINE_MAX + 2] = "";
	FILE *file = fopen("/proc/cmdline", "r");

	assert_non_null(snapshot);
	assert_int_equal(p2p_sysfs_open(machine->options.sysfs, &sysfs, NULL), 0);
	assert_int_equal(p2p_host_fill(&sysfs, snapshot), 0);
	p2p_sysfs_close(&sysfs);
	assert_int_equal(snapshot->system.has_cmdline, P2P_UNKNOWN);
	assert_int_equal(p2p_sysfs_open(NULL, &sysfs, NULL), 0);
	assert_int_equal(p2p_host_fill(&sysfs, snapshot), 0);
	p2p_sysfs_close(&sysfs);
	assert_int_equal(snapshot->system.has_cmdline,
			 p2p_tri_of(file) == P2P_YES ? P2P_YES : P2P_UNKNOWN);
	if (file && fgets(text, sizeof(text), file))
		text[strcspn(text, "\n")] = '\0';
	if (file)
		fclose(file);
	assert_string_equal(p2p_snapshot_string(snapshot, snapshot->system.cmdline),
			    text);
	p2p_snapshot_free(snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(attributes_are_those_of_the_tree),
		TEST(what_vfio_holds_or_is_to_hold_is_known),
		TEST(a_link_is_told_in_words),
		TEST(a_slot_is_that_of_all_functions_of_its_device),
		TEST(what_a_copy_does_not_tell_stays_unknown),
		TEST(a_virtual_function_names_its_physical_one),
		TEST(bars_come_from_the_resource_file),
		TEST(peer_to_peer_memory_proves_the_kernels_support),
		TEST(names_are_those_that_users_see),
		TEST(groups_tell_whether_the_iommu_translates),
		TEST(the_type_of_a_group_is_that_of_its_domain),
		TEST(what_may_be_unplugged_is_told_unless_unknown),
		TEST(a_root_bus_below_a_function_is_a_vmds),
		TEST(the_command_line_is_the_running_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
