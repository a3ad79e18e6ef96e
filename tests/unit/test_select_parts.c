/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each kind of part selects: addresses, ids, roles, names, facts and places. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/selecting.h"

#define COUNT(array)     (sizeof(array) / sizeof((array)[0]))
#define BUS(first, last) .secondary = (first), .subordinate = (last)

static int setup(void **state)
{
	*state = table_example();
	return 0;
}

static int teardown(void **state)
{
	p2p_machine_free(*state);
	return 0;
}

#define ALL_ENDPOINTS                                                              \
	"3c:00.0 3d:00.0 3d:00.1 3d:00.2 3e:00.0 42:00.0 43:00.0 43:00.1 44:00.0 " \
	"45:00.0 45:00.1 10000:01:00.0"

static void an_address_has_any_case_and_width(void **state)
{
	selecting_expect(*state, "3c:00.0", "3c:00.0");
	selecting_expect(*state, "3C:00.0", "3c:00.0");
	selecting_expect(*state, "3c:0.0", "3c:00.0");
	selecting_expect(*state, "0000:3c:00.0", "3c:00.0");
	selecting_expect(*state, "0:3c:0.0", "3c:00.0");
	selecting_expect(*state, "00000000:3C:00.0", "3c:00.0");
	selecting_expect(*state, "10000:01:00.0", "10000:01:00.0");
	selecting_expect(*state, "pci_0000_3c_00_0", "3c:00.0");
	selecting_expect(*state, "3a:00.0", "3a:00.0");
}

static void an_address_without_its_domain_must_be_the_only_one(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x144d, 0xa824, 0x010802 },
		{ "10000:01:00.0", 0x144d, 0xa824, 0x010802 },
		{ "10000:02:00.0", 0x144d, 0xa824, 0x010802 },
	};
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_UNKNOWN);

	selecting_refuse(
		machine, "01:00.0", -EINVAL,
		"01:00.0: in 2 PCI domains a function has that address (write the PCI domain "
		"too: 0000:01:00.0)");
	selecting_expect(machine, "0000:01:00.0", "01:00.0");
	selecting_expect(machine, "02:00.0", "10000:02:00.0");
	selecting_expect(machine, "01:", "01:00.0 10000:01:00.0");
	p2p_machine_free(machine);
}

static void patterns_are_those_of_lspci(void **state)
{
	selecting_expect(*state, "3d:", "3d:00.0 3d:00.1 3d:00.2");
	selecting_expect(*state, "3d:*.1", "3d:00.1");
	selecting_expect(*state, "3d:.1", "3d:00.1");
	selecting_expect(*state, "3d:00", "3d:00.0 3d:00.1 3d:00.2");
	selecting_expect(*state, "3d:00.", "3d:00.0 3d:00.1 3d:00.2");
	selecting_expect(*state, "0000:3d:", "3d:00.0 3d:00.1 3d:00.2");
	selecting_expect(*state, "*:3d:*.*", "3d:00.0 3d:00.1 3d:00.2");
	selecting_expect(*state, ".1", "3d:00.1 43:00.1 45:00.1");
	selecting_expect(*state, "8.0", "3b:08.0");
	selecting_expect(*state, "10000::", "10000:00:01.0 10000:01:00.0");
	selecting_refuse(*state, "77:", -ENOENT, "77:: no function has such an address");
	selecting_refuse(
		*state, "3c:40.0", -EINVAL,
		"3c:40.0: no address (write 3c:00.0, 0000:3c:00.0, a bus 3c:, a vendor 10de:)");
	selecting_refuse(
		*state, "1:2:3:4", -EINVAL,
		"1:2:3:4: no address (write 3c:00.0, 0000:3c:00.0, a bus 3c:, a vendor 10de:)");
}

static void a_pattern_that_leaves_all_open_is_refused(void **state)
{
	static const char *const patterns[] = { ":", "::", ".", "*", "*.*", "*:*:*.*" };

	for (unsigned i = 0; i < COUNT(patterns); i++) {
		struct p2p_selection selection;

		assert_int_equal(p2p_select(*state, patterns[i], &selection, NULL),
				 -EINVAL);
	}
}

static void four_digits_and_a_colon_are_a_vendor(void **state)
{
	selecting_expect(*state, "10de:2330", "3c:00.0 42:00.0");
	selecting_expect(*state, "10DE:2330", "3c:00.0 42:00.0");
	selecting_expect(*state, "10de:", "3c:00.0 42:00.0 44:00.0");
	selecting_expect(*state, "1000:",
			 "3a:00.0 3b:00.0 3b:04.0 3b:08.0 40:00.0 41:00.0 41:01.0 "
			 "41:02.0 41:03.0");
	selecting_refuse(
		*state, "10de:2331", -ENOENT,
		"10de:2331: no function has that vendor and device (nearest: 10de:2330, "
		"10de:22a3)");
	selecting_refuse(
		*state, "003c:", -ENOENT,
		"003c:: no function has that vendor (a bus is written with two digits, 3c:)");
}

static void paths_of_sysfs_lead_to_their_function(void **state)
{
	selecting_expect(*state, "/sys/bus/pci/devices/0000:3c:00.0", "3c:00.0");
	selecting_expect(*state, "/sys/bus/pci/devices/0000:3c:00.0/", "3c:00.0");
	selecting_expect(*state,
			 "/sys/devices/pci0000:00/0000:00:02.0/0000:3a:00.0/0000:3b:08.0/"
			 "0000:3e:00.0/nvme/nvme0",
			 "3e:00.0");
	selecting_refuse(
		*state, "/sys/class/net/eth0", -EINVAL,
		"/sys/class/net/eth0: no part of that path is an address (a path of "
		"/sys/bus/pci/devices or of /dev is understood)");
}

static void roles_leave_out_vfs(void **state)
{
	selecting_expect(*state, "gpu", "3c:00.0 42:00.0");
	selecting_expect(*state, "rdma", "3d:00.0 3d:00.1 43:00.0 43:00.1");
	selecting_expect(*state, "nic", "3d:00.0 3d:00.1 43:00.0 43:00.1");
	selecting_expect(*state, "role=nic", "3d:00.0 3d:00.1 43:00.0 43:00.1");
	selecting_expect(*state, "role=nvlink", "44:00.0");
	selecting_expect(*state, "ib", "3d:00.0");
	selecting_expect(*state, "nvme", "3e:00.0 10000:01:00.0");
	selecting_expect(*state, "accel", "45:00.0");
	selecting_expect(*state, "storage", "45:00.1");
	selecting_expect(*state, "p2pmem", "3e:00.0");
	selecting_expect(*state, "all", ALL_ENDPOINTS);
	selecting_refuse(*state, "role=bmc", -ENOENT,
			 "role=bmc: no function has that role");
	selecting_refuse(*state, "role=nvlnk", -EINVAL,
			 "role=nvlnk: no such role (nearest: role=nvlink)");
}

static void a_role_is_selected_on_a_root_bus_too(void **state)
{
	static const struct row rows[] = {
		{ "0000:00:02.0", 0x8086, 0x4680, 0x030000, P2P_TYPE_RCIEP },
	};
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_UNKNOWN);

	assert_false(machine->roles[0].peer);
	selecting_expect(machine, "gpu", "00:02.0");
	selecting_refuse(
		machine, "nvme", -ENOENT,
		"nvme: there is no such function (p2ptool scan --all lists every one)");
	p2p_machine_free(machine);
}

static void names_of_the_system_are_selectors(void **state)
{
	selecting_expect(*state, "gpu1", "42:00.0");
	selecting_expect(*state, "card2", "42:00.0");
	selecting_expect(*state, "renderD128", "3c:00.0");
	selecting_expect(*state, "nvidia0", "3c:00.0");
	selecting_expect(*state, "GPU-5b0c1f6e-2a7d-4c3e-9f10-8d2b7a6c4e51", "3c:00.0");
	selecting_expect(*state, "mlx5_0", "3d:00.0");
	selecting_expect(*state, "ib0", "3d:00.0");
	selecting_expect(*state, "ens2f1np1", "43:00.1");
	selecting_expect(*state, "nvme1n1", "10000:01:00.0");
	selecting_expect(*state, "/dev/nvme0", "3e:00.0");
	selecting_expect(*state, "/dev/nvme0n1", "3e:00.0");
	selecting_expect(*state, "/dev/dri/card1", "3c:00.0");
	selecting_refuse(
		*state, "/dev/gpu", -ENOENT,
		"/dev/gpu: no such function, name or role (nearest: gpu, gpu0, gpu1)");
	selecting_refuse(
		*state, "MLX5_0", -ENOENT,
		"MLX5_0: no such function, name or role (nearest: mlx5_0, mlx5_1)");
}

static void a_bond_is_the_functions_it_joins(void **state)
{
	selecting_expect(*state, "mlx5_bond_0", "43:00.0 43:00.1");
	selecting_expect(*state, "ens2f0np0", "43:00.0");
}

static void a_disk_finds_its_controllers(void **state)
{
	static const struct row told[] = {
		{ "0000:01:00.0", 0x144d, 0xa824, 0x010802,
		  .told = "nvme/nvme0 block/nvme1n1" },
		{ "0000:02:00.0", 0x144d, 0xa824, 0x010802,
		  .told = "nvme/nvme1 block/nvme1n1" },
	};
	static const struct row counted[] = {
		{ "0000:01:00.0", 0x144d, 0xa824, 0x010802 },
		{ "0000:02:00.0", 0x144d, 0xa824, 0x010802 },
	};
	struct p2p_machine *machine = table_machine(told, COUNT(told), P2P_YES);

	selecting_expect(machine, "nvme1n1", "01:00.0 02:00.0");
	selecting_refuse(
		machine, "nvme0n1", -ENOENT,
		"nvme0n1: no such function, name or role (nearest: nvme1n1, nvme0, nvme1)");
	p2p_machine_free(machine);
	machine = table_machine(counted, COUNT(counted), P2P_UNKNOWN);
	selecting_expect(machine, "nvme1n1", "02:00.0");
	selecting_refuse(machine, "nvme2n1", -ENOENT,
			 "nvme2n1: no such function, name or role (nearest: nvme1)");
	p2p_machine_free(machine);
}

static void every_label_selects_its_function(void **state)
{
	const struct p2p_machine *machine = *state;

	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++) {
		struct p2p_selection selection = { 0 };
		struct p2p_err err = { "" };

		if (p2p_select(machine, machine->roles[i].label, &selection, &err))
			fail_msg("%s: %s", machine->roles[i].label, err.text);
		assert_true(selection.n_functions >= 1);
		assert_int_equal(selection.functions[0], i);
		if (!strstr(machine->roles[i].label, "_bond_"))
			assert_int_equal(selection.n_functions, 1);
		p2p_selection_done(&selection);
	}
}

static void facts_select(void **state)
{
	selecting_expect(*state, "class=03", "3c:00.0 42:00.0");
	selecting_expect(*state, "class=0302", "3c:00.0 42:00.0");
	selecting_expect(*state, "class=010802", "3e:00.0 10000:01:00.0");
	selecting_expect(*state, "driver=vfio-pci", "3d:00.2");
	selecting_expect(*state, "driver=pcieport", "00:02.0 00:03.0");
	selecting_expect(*state, "serial=98-51-03-ff-ff-a2-31-4c", "3d:00.0 3d:00.1");
	selecting_expect(*state, "serial=985103FFFFA2314C", "3d:00.0 3d:00.1");
	selecting_expect(*state, "numa=0", "3c:00.0 3d:00.0 3d:00.1 3d:00.2 3e:00.0");
	selecting_expect(*state, "group=12", "3c:00.0");
	selecting_expect(*state, "pci-domain=10000", "10000:01:00.0");
	selecting_expect(*state, "pci-domain=0",
			 "3c:00.0 3d:00.0 3d:00.1 3d:00.2 3e:00.0 42:00.0 "
			 "43:00.0 43:00.1 44:00.0 45:00.0 45:00.1");
}

static void a_slot_holds_what_is_on_its_card(void **state)
{
	static const struct row rows[] = {
		{ "0000:00:01.0", .type = P2P_TYPE_ROOT_PORT, .class_code = 0x060400,
		  BUS(1, 1), .slot = 7 },
		{ "0000:01:00.0", 0x144d, 0xa824, 0x010802, .told = "slot=bay-2" },
	};
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_UNKNOWN);

	selecting_expect(*state, "slot=3", "3c:00.0 3d:00.0 3d:00.1 3d:00.2 3e:00.0");
	selecting_expect(machine, "slot=bay-2", "01:00.0");
	selecting_refuse(machine, "slot=7", -ENOENT,
			 "slot=7: no function is in that slot (nearest: slot=bay-2)");
	p2p_machine_free(machine);
}

static void places_select(void **state)
{
	selecting_expect(*state, "under=3a:00.0",
			 "3c:00.0 3d:00.0 3d:00.1 3d:00.2 3e:00.0");
	selecting_expect(*state, "under=00:03.0",
			 "42:00.0 43:00.0 43:00.1 44:00.0 45:00.0 45:00.1");
	selecting_expect(*state, "under=0000:3b:04.0", "3d:00.0 3d:00.1 3d:00.2");
	selecting_expect(*state, "switch=3a:00.0",
			 "3c:00.0 3d:00.0 3d:00.1 3d:00.2 3e:00.0");
	selecting_expect(*state, "switch=3b:08.0",
			 "3c:00.0 3d:00.0 3d:00.1 3d:00.2 3e:00.0");
	selecting_expect(*state, "switch=gpu0+nvme", "3e:00.0");
	selecting_expect(*state, "path=0000:00:02.0/00.0/04.0", "3b:04.0");
	selecting_expect(*state, "path=0000:00:02.0/00.0/04.0/00.1", "3d:00.1");
	selecting_refuse(*state, "under=gpu0", -EINVAL,
			 "under=gpu0: that is no port or bridge, nothing is below it");
	selecting_refuse(*state, "under=3b:", -EINVAL,
			 "under=3b:: names 3 functions (write the address of one)");
	selecting_refuse(*state, "switch=00:02.0", -EINVAL,
			 "switch=00:02.0: that is no port of a switch, nor below one");
	selecting_refuse(
		*state, "path=0000:00:02.0/00.0/05.0", -ENOENT,
		"path=0000:00:02.0/00.0/05.0: no function has that path (nearest: "
		"path=0000:00:02.0/00.0/00.0, path=0000:00:02.0/00.0/04.0, "
		"path=0000:00:02.0/00.0/08.0)");
}

static void a_switch_below_a_switch_has_its_own_endpoints(void **state)
{
	static const struct row rows[] = {
		{ "0000:00:01.0", .type = P2P_TYPE_ROOT_PORT, .class_code = 0x060400,
		  BUS(1, 9) },
		{ "0000:01:00.0", .type = P2P_TYPE_SWITCH_UP, .class_code = 0x060400,
		  BUS(2, 9) },
		{ "0000:02:00.0", .type = P2P_TYPE_SWITCH_DOWN, .class_code = 0x060400,
		  BUS(3, 3) },
		{ "0000:02:01.0", .type = P2P_TYPE_SWITCH_DOWN, .class_code = 0x060400,
		  BUS(4, 6) },
		{ "0000:03:00.0", 0x144d, 0xa824, 0x010802 },
		{ "0000:04:00.0", .type = P2P_TYPE_SWITCH_UP, .class_code = 0x060400,
		  BUS(5, 6) },
		{ "0000:05:00.0", .type = P2P_TYPE_SWITCH_DOWN, .class_code = 0x060400,
		  BUS(6, 6) },
		{ "0000:06:00.0", 0x144d, 0xa824, 0x010802 },
	};
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_UNKNOWN);

	selecting_expect(machine, "switch=01:00.0", "03:00.0");
	selecting_expect(machine, "switch=05:00.0", "06:00.0");
	selecting_expect(machine, "under=01:00.0", "03:00.0 06:00.0");
	p2p_machine_free(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_any_case_and_width),
		cmocka_unit_test(an_address_without_its_domain_must_be_the_only_one),
		cmocka_unit_test(patterns_are_those_of_lspci),
		cmocka_unit_test(a_pattern_that_leaves_all_open_is_refused),
		cmocka_unit_test(four_digits_and_a_colon_are_a_vendor),
		cmocka_unit_test(paths_of_sysfs_lead_to_their_function),
		cmocka_unit_test(roles_leave_out_vfs),
		cmocka_unit_test(a_role_is_selected_on_a_root_bus_too),
		cmocka_unit_test(names_of_the_system_are_selectors),
		cmocka_unit_test(a_bond_is_the_functions_it_joins),
		cmocka_unit_test(a_disk_finds_its_controllers),
		cmocka_unit_test(every_label_selects_its_function),
		cmocka_unit_test(facts_select),
		cmocka_unit_test(a_slot_holds_what_is_on_its_card),
		cmocka_unit_test(places_select),
		cmocka_unit_test(a_switch_below_a_switch_has_its_own_endpoints),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
