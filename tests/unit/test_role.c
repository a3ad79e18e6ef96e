/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Roles, peers and labels of machines written as tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/role_parts.h"
#include "support/table.h"

#define COUNT(array)     (sizeof(array) / sizeof((array)[0]))
#define PORT             .type = P2P_TYPE_ROOT_PORT, .class_code = 0x060400
#define UP               .type = P2P_TYPE_SWITCH_UP, .class_code = 0x060400
#define BUS(first, last) .secondary = (first), .subordinate = (last)

static enum p2p_role_kind kind_of(const struct row *row, enum p2p_tri live)
{
	struct row rows[] = { { "0000:00:01.0", PORT, BUS(1, 1) }, *row };
	struct p2p_machine *machine;
	enum p2p_role_kind kind;

	rows[1].address = "0000:01:00.0";
	machine = table_machine(rows, COUNT(rows), live);
	kind = (enum p2p_role_kind)machine->roles[1].kind;
	p2p_machine_free(machine);
	return kind;
}

struct expectation {
	uint16_t vendor, device;
	uint32_t class_code;
	enum p2p_role_kind kind;
	const char *told;
};

static void expect_kinds(const struct expectation *rows, size_t n, enum p2p_tri live)
{
	for (size_t i = 0; i < n; i++) {
		struct row row = { .vendor = rows[i].vendor,
				   .device = rows[i].device,
				   .class_code = rows[i].class_code,
				   .told = rows[i].told };
		enum p2p_role_kind kind = kind_of(&row, live);

		if (kind != rows[i].kind)
			fail_msg("%04x:%04x class %06x is %s, not %s", row.vendor,
				 row.device, row.class_code, p2p_role_word(kind),
				 p2p_role_word(rows[i].kind));
	}
}

static void ids_and_classes_make_roles(void **state)
{
	static const struct expectation rows[] = {
		{ 0x10de, 0x2330, 0x030200, P2P_ROLE_GPU },
		{ 0x1002, 0x744c, 0x030000, P2P_ROLE_GPU },
		{ 0x1002, 0x74a1, 0x120000, P2P_ROLE_GPU },
		{ 0x1022, 0x1502, 0x120000, P2P_ROLE_GPU },
		{ 0x10de, 0x2342, 0x120000, P2P_ROLE_GPU },
		{ 0x8086, 0x0bd5, 0x038000, P2P_ROLE_GPU },
		{ 0x1da3, 0x1020, 0x120000, P2P_ROLE_ACCEL },
		{ 0x8086, 0x1521, 0x020000, P2P_ROLE_NIC },
		{ 0x8086, 0x2723, 0x028000, P2P_ROLE_NIC },
		{ 0x144d, 0xa824, 0x010802, P2P_ROLE_NVME },
		{ 0x144d, 0xa824, 0x0108ff, P2P_ROLE_NVME },
		{ 0x144d, 0xa824, 0x010801, P2P_ROLE_STORAGE },
		{ 0x9005, 0x028f, 0x010700, P2P_ROLE_STORAGE },
		{ 0x1077, 0x2532, 0x0c0400, P2P_ROLE_STORAGE },
		{ 0x1a03, 0x2000, 0x030000, P2P_ROLE_BMC },
		{ 0x102b, 0x0536, 0x030000, P2P_ROLE_BMC },
		{ 0x102b, 0x0525, 0x030000, P2P_ROLE_GPU },
		{ 0x10de, 0x1af1, 0x068000, P2P_ROLE_NVLINK },
		{ 0x10de, 0x22a3, 0x068000, P2P_ROLE_NVLINK },
		{ 0x1000, 0x00b2, 0x010700, P2P_ROLE_SWITCH_MGMT },
		{ 0x1000, 0xc034, 0x088000, P2P_ROLE_SWITCH_MGMT },
		{ 0x1000, 0x00ac, 0x010700, P2P_ROLE_STORAGE },
		{ 0x11f8, 0x4128, 0x058000, P2P_ROLE_SWITCH_MGMT },
		{ 0x11f8, 0x8073, 0x010700, P2P_ROLE_STORAGE },
		{ 0x10b5, 0x87d0, 0x088000, P2P_ROLE_SWITCH_MGMT },
		{ 0x10b5, 0x9054, 0x078000, P2P_ROLE_OTHER },
		{ 0x10de, 0x22bc, 0x040300, P2P_ROLE_SYSTEM },
		{ 0x10de, 0x1ada, 0x0c0330, P2P_ROLE_SYSTEM },
		{ 0x1022, 0x1485, 0x130000, P2P_ROLE_SYSTEM },
		{ 0x1022, 0x1486, 0x108000, P2P_ROLE_SYSTEM },
		{ 0x8086, 0x0b25, 0x088000, P2P_ROLE_SYSTEM },
		{ 0x8086, 0x4940, 0x0b4000, P2P_ROLE_OTHER },
	};

	expect_kinds(rows, COUNT(rows), P2P_UNKNOWN);
}

static void a_capture_infers_rdma_by_driver_and_id(void **state)
{
	static const struct expectation rows[] = {
		{ 0x15b3, 0x1021, 0x020000, P2P_ROLE_RDMA, "driver=mlx5_core" },
		{ 0x15b3, 0x1003, 0x020000, P2P_ROLE_RDMA },
		{ 0x15b3, 0x1021, 0x020000, P2P_ROLE_RDMA, "driver=vfio-pci" },
		{ 0x15b3, 0xa2dc, 0x020000, P2P_ROLE_RDMA },
		{ 0x15b3, 0xcf6c, 0x020000, P2P_ROLE_NIC },
		{ 0x1d0f, 0xefa1, 0x020000, P2P_ROLE_RDMA },
		{ 0x1d0f, 0xec20, 0x020000, P2P_ROLE_NIC, "driver=ena" },
		{ 0x8086, 0x24f0, 0x020800, P2P_ROLE_RDMA },
		{ 0x8086, 0x1592, 0x020000, P2P_ROLE_NIC, "driver=ice" },
		{ 0x8086, 0x1583, 0x020000, P2P_ROLE_NIC, "driver=i40e" },
		{ 0x14e4, 0x16d7, 0x020000, P2P_ROLE_NIC, "driver=bnxt_en" },
		{ 0x1234, 0x5678, 0x020700, P2P_ROLE_RDMA },
		{ 0x8086, 0x1592, 0x020000, P2P_ROLE_RDMA, "infiniband/rocep1s0" },
	};

	expect_kinds(rows, COUNT(rows), P2P_UNKNOWN);
}

static void a_live_system_tells_what_has_an_rdma_device(void **state)
{
	static const struct expectation rows[] = {
		{ 0x15b3, 0x1021, 0x020000, P2P_ROLE_NIC, "driver=vfio-pci" },
		{ 0x15b3, 0x1021, 0x020700, P2P_ROLE_NIC, "driver=mlx5_core" },
		{ 0x15b3, 0x1021, 0x020000, P2P_ROLE_RDMA, "infiniband/mlx5_0" },
		{ 0x14e4, 0x16d7, 0x020000, P2P_ROLE_RDMA, "infiniband/bnxt_re0" },
	};

	expect_kinds(rows, COUNT(rows), P2P_YES);
}

static void rdma_is_assumed_only_where_it_is_inferred(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x15b3, 0x1021, 0x020000, .told = "driver=mlx5_core" },
		{ "0000:02:00.0", 0x15b3, 0x1021, 0x020000, .told = "infiniband/mlx5_0" },
		{ "0000:03:00.0", 0x10de, 0x2330, 0x030200 },
	};
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_UNKNOWN);

	assert_true(machine->roles[0].assumed);
	assert_false(machine->roles[1].assumed);
	assert_false(machine->roles[2].assumed);
	p2p_machine_free(machine);
}

static void a_bond_makes_all_its_functions_rdma(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x15b3, 0x1021, 0x020000,
		  .told = "infiniband/mlx5_bond_0" },
		{ "0000:01:00.1", 0x15b3, 0x1021, 0x020000, .told = "net/ens1f1np1" },
		{ "0000:01:00.2", 0x15b3, 0xc2d5, 0x080100 },
		{ "0000:02:00.0", 0x15b3, 0x1021, 0x020000 },
	};
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_YES);

	assert_int_equal(machine->roles[0].kind, P2P_ROLE_RDMA);
	assert_int_equal(machine->roles[1].kind, P2P_ROLE_RDMA);
	assert_int_equal(machine->roles[2].kind, P2P_ROLE_SYSTEM);
	assert_int_equal(machine->roles[3].kind, P2P_ROLE_NIC);
	assert_string_equal(machine->roles[0].label, "mlx5_bond_0");
	assert_string_equal(machine->roles[1].label, "ens1f1np1");
	p2p_machine_free(machine);
}

static void what_manages_a_switch_is_known_by_its_place(void **state)
{
	static const struct row rows[] = {
		{ "0000:00:01.0", PORT, BUS(1, 3) },
		{ "0000:01:00.0", UP, BUS(2, 3) },
		{ "0000:01:00.1", 0x1234, 0x5678, 0x058000 },
		{ "0000:01:00.2", 0x1234, 0x5678, 0x010802 },
	};
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_UNKNOWN);

	assert_int_equal(machine->roles[2].kind, P2P_ROLE_SWITCH_MGMT);
	assert_int_equal(machine->roles[3].kind, P2P_ROLE_NVME);
	p2p_machine_free(machine);
}

static void peers_are_what_users_move_data_with(void **state)
{
	static const struct row rows[] = {
		{ "0000:00:00.0", 0x8086, 0x09a2, 0x060000, P2P_TYPE_NOT_PCIE },
		{ "0000:00:01.0", PORT, BUS(1, 1) },
		{ "0000:00:02.0", 0x8086, 0x4680, 0x030000, P2P_TYPE_RCIEP },
		{ "0000:00:1f.0", 0x8086, 0x7a84, 0x060100, P2P_TYPE_NOT_PCIE },
		{ "0000:01:00.0", 0x10de, 0x2330, 0x030200 },
		{ "0000:01:00.1", 0x10de, 0x22bc, 0x040300 },
		{ "0000:01:01.0", 0x10de, 0x22a3, 0x068000 },
		{ "0000:01:02.0", 0x1a03, 0x2000, 0x030000 },
		{ "0000:01:03.0", 0x15b3, 0x1021, 0x020000 },
		{ "0000:01:03.1", 0x15b3, 0x101e, 0x020000, .told = "pf=0000:01:03.0" },
		{ "0000:01:04.0", 0x8086, 0x4940, 0x0b4000 },
		{ "0000:05:00.0", 0x144d, 0xa824, 0x010802 },
	};
	static const char peers[] = "....#...#.##", endpoints[] = "..#.########";
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_UNKNOWN);

	for (uint32_t i = 0; i < COUNT(rows); i++) {
		if (machine->roles[i].peer != (peers[i] == '#'))
			fail_msg("%s: peer %d", rows[i].address, machine->roles[i].peer);
		if (machine->roles[i].endpoint != (endpoints[i] == '#'))
			fail_msg("%s: endpoint %d", rows[i].address,
				 machine->roles[i].endpoint);
	}
	assert_true(machine->topo->roots[machine->topo->nodes[11].root].orphan);
	p2p_machine_free(machine);
}

static void expect_labels(const struct row *rows, const char *const *labels, unsigned n,
			  enum p2p_tri live)
{
	struct p2p_machine *machine = table_machine(rows, n, live);

	for (unsigned i = 0; i < n; i++)
		assert_string_equal(machine->roles[i].label, labels[i]);
	p2p_machine_free(machine);
}

static void labels_are_the_systems_names(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x10de, 0x2330, 0x030200,
		  .told = "drm/card3 nvidia/nvidia0" },
		{ "0000:02:00.0", 0x15b3, 0x1021, 0x020000,
		  .told = "net/ens2 net/ens1 infiniband/mlx5_3" },
		{ "0000:03:00.0", 0x8086, 0x1521, 0x020000, .told = "net/ens4 net/ens3" },
		{ "0000:04:00.0", 0x144d, 0xa824, 0x010802,
		  .told = "block/nvme7n1 nvme/nvme7" },
		{ "0000:05:00.0", 0x144d, 0xa824, 0x010802, .told = "driver=vfio-pci" },
		{ "0000:06:00.0", 0x10de, 0x2330, 0x030200 },
	};
	static const char *const labels[] = { "gpu0",  "mlx5_3",       "ens3",
					      "nvme7", "0000:05:00.0", "gpu1" };

	expect_labels(rows, labels, COUNT(rows), P2P_YES);
}

static void a_capture_without_names_is_counted_by_address(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x15b3, 0x1021, 0x020000 },
		{ "0000:01:00.1", 0x15b3, 0x1021, 0x020000 },
		{ "0000:02:00.0", 0x15b3, 0x1003, 0x020000 },
		{ "0000:03:00.0", 0x144d, 0xa824, 0x010802 },
		{ "0000:04:00.0", 0x144d, 0xa824, 0x010802 },
		{ "0000:05:00.0", 0x1d0f, 0xefa1, 0x020000 },
		{ "10000:01:00.0", 0x144d, 0xa824, 0x010802 },
	};
	static const char *const labels[] = { "mlx5_0", "mlx5_1",       "mlx4_0", "nvme0",
					      "nvme1",  "0000:05:00.0", "nvme2" };

	expect_labels(rows, labels, COUNT(rows), P2P_UNKNOWN);
}

static void vfs_are_not_counted(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x15b3, 0x1021, 0x020000 },
		{ "0000:01:00.1", 0x15b3, 0x101e, 0x020000, .told = "pf=0000:01:00.0" },
		{ "0000:01:01.0", 0x15b3, 0x1021, 0x020000 },
		{ "0000:02:00.0", 0x10de, 0x2330, 0x030200 },
		{ "0000:02:00.1", 0x10de, 0x2330, 0x030200, .told = "pf=0000:02:00.0" },
		{ "0000:03:00.0", 0x10de, 0x2330, 0x030200 },
	};
	static const char *const labels[] = { "mlx5_0", "0000:01:00.1", "mlx5_1",
					      "gpu0",   "0000:02:00.1", "gpu1" };

	expect_labels(rows, labels, COUNT(rows), P2P_UNKNOWN);
}

static void a_vf_has_its_own_name(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x15b3, 0x1021, 0x020000, .told = "infiniband/mlx5_0" },
		{ "0000:01:00.1", 0x15b3, 0x101e, 0x020000,
		  .told = "pf=0000:01:00.0 infiniband/mlx5_9" },
	};
	static const char *const labels[] = { "mlx5_0", "mlx5_9" };

	expect_labels(rows, labels, COUNT(rows), P2P_YES);
}

static void a_counted_name_gives_way_to_a_systems_name(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x10de, 0x2330, 0x030200 },
		{ "0000:02:00.0", 0x10de, 0x2330, 0x030200 },
		{ "0000:03:00.0", 0x8086, 0x1521, 0x020000, .told = "net/gpu0" },
		{ "0000:04:00.0", 0x144d, 0xa824, 0x010802, .told = "block/nvme0" },
	};
	static const char *const labels[] = { "0000:01:00.0", "gpu1", "gpu0",
					      "0000:04:00.0" };

	expect_labels(rows, labels, COUNT(rows), P2P_UNKNOWN);
}

static void a_name_that_is_no_selector_is_no_label(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x8086, 0x1521, 0x020000, .told = "net/nic" },
		{ "0000:02:00.0", 0x8086, 0x1521, 0x020000, .told = "net/0000" },
		{ "0000:03:00.0", 0x8086, 0x1521, 0x020000,
		  .told = "net/pci_0000_3c_00_0" },
		{ "0000:04:00.0", 0x8086, 0x1521, 0x020000, .told = "net/a,b" },
		{ "0000:05:00.0", 0x8086, 0x1521, 0x020000, .told = "net/-x" },
		{ "0000:06:00.0", 0x8086, 0x1521, 0x020000, .told = "net/.1" },
		{ "0000:07:00.0", 0x8086, 0x1521, 0x020000, .told = "net/eth0.100" },
		{ "0000:08:00.0", 0x15b3, 0x1021, 0x020000,
		  .told = "net/ens8 infiniband/a_name_of_more_than_thirty_one_characters" },
	};
	static const char *const labels[] = { "0000:01:00.0", "0000:02:00.0",
					      "0000:03:00.0", "0000:04:00.0",
					      "0000:05:00.0", "0000:06:00.0",
					      "eth0.100",     "ens8" };

	expect_labels(rows, labels, COUNT(rows), P2P_YES);
}

static void two_functions_never_share_a_label(void **state)
{
	static const struct row rows[] = {
		{ "0000:01:00.0", 0x15b3, 0x1021, 0x020000,
		  .told = "infiniband/mlx5_bond_0 net/ens1f0" },
		{ "0000:01:00.1", 0x15b3, 0x1021, 0x020000,
		  .told = "infiniband/mlx5_bond_0 net/ens1f1" },
		{ "0000:02:00.0", 0x15b3, 0x1021, 0x020000,
		  .told = "infiniband/mlx5_bond_0" },
	};
	static const char *const labels[] = { "mlx5_bond_0", "ens1f1", "0000:02:00.0" };

	expect_labels(rows, labels, COUNT(rows), P2P_YES);
}

static void a_port_is_called_by_its_address(void **state)
{
	static const struct row rows[] = {
		{ "0000:00:01.0", PORT, BUS(1, 1), .told = "driver=pcieport" },
		{ "0000:01:00.0", 0x1a03, 0x1150, 0x060400, P2P_TYPE_PCIE_TO_PCI,
		  BUS(2, 2) },
	};
	static const char *const labels[] = { "0000:00:01.0", "0000:01:00.0" };
	struct p2p_machine *machine = table_machine(rows, COUNT(rows), P2P_UNKNOWN);

	assert_int_equal(machine->roles[1].kind, P2P_ROLE_OTHER);
	p2p_machine_free(machine);
	expect_labels(rows, labels, COUNT(rows), P2P_UNKNOWN);
}

static void an_empty_machine_has_no_roles(void **state)
{
	struct p2p_machine *machine = table_machine(NULL, 0, P2P_UNKNOWN);

	assert_non_null(machine->roles);
	p2p_machine_free(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_and_classes_make_roles),
		cmocka_unit_test(a_capture_infers_rdma_by_driver_and_id),
		cmocka_unit_test(a_live_system_tells_what_has_an_rdma_device),
		cmocka_unit_test(rdma_is_assumed_only_where_it_is_inferred),
		cmocka_unit_test(a_bond_makes_all_its_functions_rdma),
		cmocka_unit_test(what_manages_a_switch_is_known_by_its_place),
		cmocka_unit_test(peers_are_what_users_move_data_with),
		cmocka_unit_test(labels_are_the_systems_names),
		cmocka_unit_test(a_capture_without_names_is_counted_by_address),
		cmocka_unit_test(vfs_are_not_counted),
		cmocka_unit_test(a_vf_has_its_own_name),
		cmocka_unit_test(a_counted_name_gives_way_to_a_systems_name),
		cmocka_unit_test(a_name_that_is_no_selector_is_no_label),
		cmocka_unit_test(two_functions_never_share_a_label),
		cmocka_unit_test(a_port_is_called_by_its_address),
		cmocka_unit_test(an_empty_machine_has_no_roles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
