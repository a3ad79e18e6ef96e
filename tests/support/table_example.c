/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The example machine: two switches under one host bridge, a drive behind a VMD, and one
 * function at least for every selector that the manual page shows. */
#include "support/table.h"

#define PORT             .class_code = 0x060400
#define ROOT             PORT, .type = P2P_TYPE_ROOT_PORT, .vendor = 0x1022
#define UP               PORT, .type = P2P_TYPE_SWITCH_UP, .vendor = 0x1000
#define DOWN             PORT, .type = P2P_TYPE_SWITCH_DOWN, .vendor = 0x1000
#define BUS(first, last) .secondary = (first), .subordinate = (last)
#define H100             .vendor = 0x10de, .device = 0x2330, .class_code = 0x030200
#define CX7              .vendor = 0x15b3, .device = 0x1021
#define NVME             .class_code = 0x010802

static const struct row rows[] = {
	{ "0000:00:00.0", .vendor = 0x1022, .device = 0x14a4, .class_code = 0x060000,
	  .type = P2P_TYPE_NOT_PCIE, .told = "numa=0" },
	{ "0000:00:02.0", ROOT, BUS(0x3a, 0x3f), .slot = 3, .told = "driver=pcieport" },
	{ "0000:3a:00.0", UP, .device = 0xc030, BUS(0x3b, 0x3f) },
	{ "0000:3b:00.0", DOWN, .device = 0xc030, BUS(0x3c, 0x3c) },
	{ "0000:3b:04.0", DOWN, .device = 0xc030, BUS(0x3d, 0x3d) },
	{ "0000:3b:08.0", DOWN, .device = 0xc030, BUS(0x3e, 0x3e) },
	{ "0000:3c:00.0", H100,
	  .told = "driver=nvidia numa=0 group=12 drm/card1 drm/renderD128 nvidia/nvidia0 "
		  "nvidia/GPU-5b0c1f6e-2a7d-4c3e-9f10-8d2b7a6c4e51" },
	{ "0000:3d:00.0", CX7, .class_code = 0x020700, .serial = 0x985103ffffa2314c,
	  .told = "driver=mlx5_core numa=0 group=13 net/ib0 infiniband/mlx5_0" },
	{ "0000:3d:00.1", CX7, .class_code = 0x020000, .serial = 0x985103ffffa2314c,
	  .told = "driver=mlx5_core numa=0 group=14 net/ens1f0np0 infiniband/mlx5_1" },
	{ "0000:3d:00.2", .vendor = 0x15b3, .device = 0x101e, .class_code = 0x020000,
	  .told = "driver=vfio-pci numa=0 group=15 pf=0000:3d:00.1" },
	{ "0000:3e:00.0", .vendor = 0x144d, .device = 0xa824, NVME,
	  .told = "driver=nvme numa=0 nvme/nvme0 block/nvme0n1 p2pmem" },
	{ "0000:00:03.0", ROOT, BUS(0x40, 0x47), .told = "driver=pcieport" },
	{ "0000:40:00.0", UP, .device = 0xc030, BUS(0x41, 0x47) },
	{ "0000:41:00.0", DOWN, .device = 0xc030, BUS(0x42, 0x42) },
	{ "0000:41:01.0", DOWN, .device = 0xc030, BUS(0x43, 0x43) },
	{ "0000:41:02.0", DOWN, .device = 0xc030, BUS(0x44, 0x44) },
	{ "0000:41:03.0", DOWN, .device = 0xc030, BUS(0x45, 0x45) },
	{ "0000:42:00.0", H100, .told = "driver=nvidia numa=1 group=22 drm/card2" },
	{ "0000:43:00.0", CX7, .class_code = 0x020000,
	  .told = "driver=mlx5_core numa=1 infiniband/mlx5_bond_0 net/ens2f0np0" },
	{ "0000:43:00.1", CX7, .class_code = 0x020000,
	  .told = "driver=mlx5_core numa=1 net/ens2f1np1" },
	{ "0000:44:00.0", .vendor = 0x10de, .device = 0x22a3, .class_code = 0x068000,
	  .told = "driver=nvidia-nvswitch numa=1" },
	{ "0000:45:00.0", .vendor = 0x1da3, .device = 0x1020, .class_code = 0x120000,
	  .told = "numa=1" },
	{ "0000:45:00.1", .vendor = 0x9005, .device = 0x028f, .class_code = 0x010700,
	  .told = "driver=smartpqi numa=1 block/sda" },
	{ "10000:00:01.0", ROOT, BUS(0x01, 0x01) },
	{ "10000:01:00.0", .vendor = 0x144d, .device = 0xa824, NVME,
	  .told = "driver=nvme nvme/nvme1 block/nvme1n1" },
};

struct p2p_machine *table_example(void)
{
	return table_machine(rows, sizeof(rows) / sizeof(rows[0]), P2P_YES);
}
