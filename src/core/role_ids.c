/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which ids, classes and drivers make which role, and the roles' words: data only. */
#include <string.h>

#include "core/role_parts.h"

#define CLASS(code)    .class_code = (code) << 16, .class_mask = 0xff0000
#define SUBCLASS(code) .class_code = (code) << 8, .class_mask = 0xffff00
#define EXACT(code)    .class_code = (code), .class_mask = 0xffffff
#define IDS(from, to)  .first = (from), .last = (to)
#define RDMA           .role = P2P_ROLE_RDMA, .inferred = true

const struct p2p_role_rule p2p_role_rules[] = {
	/* Board management: all of ASPEED, Matrox G200 in its server versions, Hi171x */
	{ .vendor = 0x1a03, .role = P2P_ROLE_BMC },
	{ .vendor = 0x102b, IDS(0x0522, 0x0522), .role = P2P_ROLE_BMC },
	{ .vendor = 0x102b, IDS(0x0530, 0x0538), .role = P2P_ROLE_BMC },
	{ .vendor = 0x19e5, IDS(0x1711, 0x1711), .role = P2P_ROLE_BMC },

	/* Switches' own endpoints: Switchtec, PEX 8500 to 9700, PEX 88000 and 89000. The
	 * same vendors make bus adapters and storage, told apart by id and class. */
	{ .vendor = 0x11f8, SUBCLASS(0x0580), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x11f8, SUBCLASS(0x0680), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x11f8, SUBCLASS(0x0880), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x1f18, SUBCLASS(0x0580), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x1f18, SUBCLASS(0x0680), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x1f18, SUBCLASS(0x0880), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x1055, SUBCLASS(0x0680), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x10b5, IDS(0x8500, 0x88ff), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x10b5, IDS(0x9700, 0x97ff), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x1000, IDS(0x00b2, 0x00b2), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x1000, IDS(0x02b0, 0x02b2), .role = P2P_ROLE_SWITCH_MGMT },
	{ .vendor = 0x1000, IDS(0xc010, 0xc0ff), .role = P2P_ROLE_SWITCH_MGMT },

	/* NVSwitch: of V100, A100 and H100 machines */
	{ .vendor = 0x10de, IDS(0x1ac2, 0x1ac2), .role = P2P_ROLE_NVLINK },
	{ .vendor = 0x10de, IDS(0x1af1, 0x1af1), .role = P2P_ROLE_NVLINK },
	{ .vendor = 0x10de, IDS(0x22a0, 0x22af), .role = P2P_ROLE_NVLINK },
	{ .driver = "nvidia-nvswitch", .role = P2P_ROLE_NVLINK },

	/* GPUs, those without a display among them */
	{ CLASS(0x03), .role = P2P_ROLE_GPU, .count = P2P_COUNT_GPU },
	{ SUBCLASS(0x1200), .vendor = 0x1002, .role = P2P_ROLE_GPU,
	  .count = P2P_COUNT_GPU },
	{ SUBCLASS(0x1200), .vendor = 0x1022, .role = P2P_ROLE_GPU,
	  .count = P2P_COUNT_GPU },
	{ SUBCLASS(0x1200), .vendor = 0x10de, .role = P2P_ROLE_GPU,
	  .count = P2P_COUNT_GPU },
	{ SUBCLASS(0x1200), .vendor = 0x8086, .role = P2P_ROLE_GPU,
	  .count = P2P_COUNT_GPU },
	{ CLASS(0x12), .role = P2P_ROLE_ACCEL },

	/* RDMA by driver. bnxt_en, ice, i40e and cxgb4 drive cards with and without it:
	 * their RDMA part is a driver beside them, so that they tell nothing. */
	{ CLASS(0x02), .driver = "mlx5_core", RDMA, .count = P2P_COUNT_MLX5 },
	{ CLASS(0x02), .driver = "mlx4_core", RDMA, .count = P2P_COUNT_MLX4 },
	{ CLASS(0x02), .driver = "hfi1", RDMA },
	{ CLASS(0x02), .driver = "efa", RDMA },
	{ CLASS(0x02), .driver = "erdma", RDMA },
	{ CLASS(0x02), .driver = "vmw_pvrdma", RDMA },
	{ .driver = "ib_qib", RDMA },
	{ .driver = "ib_mthca", RDMA },
	/* RDMA by id: ConnectX to ConnectX-3, Connect-IB to ConnectX-9, BlueField */
	{ CLASS(0x02), .vendor = 0x15b3, IDS(0x1002, 0x1010), RDMA,
	  .count = P2P_COUNT_MLX4 },
	{ CLASS(0x02), .vendor = 0x15b3, IDS(0x1011, 0x1973), RDMA,
	  .count = P2P_COUNT_MLX5 },
	{ CLASS(0x02), .vendor = 0x15b3, IDS(0x6340, 0x67ff), RDMA,
	  .count = P2P_COUNT_MLX4 },
	{ CLASS(0x02), .vendor = 0x15b3, IDS(0xa2d0, 0xa2ff), RDMA,
	  .count = P2P_COUNT_MLX5 },
	/* Omni-Path, EFA, elastic RDMA, QLogic and PathScale, VMware, Hisilicon */
	{ .vendor = 0x8086, IDS(0x24f0, 0x24f1), RDMA },
	{ .vendor = 0x1d0f, IDS(0xefa0, 0xefaf), RDMA },
	{ .vendor = 0x1ded, IDS(0x107f, 0x107f), RDMA },
	{ .vendor = 0x1ded, IDS(0x5007, 0x5007), RDMA },
	{ .vendor = 0x1077, IDS(0x7220, 0x7220), RDMA },
	{ .vendor = 0x1077, IDS(0x7322, 0x7322), RDMA },
	{ .vendor = 0x1fc1, IDS(0x000d, 0x0010), RDMA },
	{ .vendor = 0x15ad, IDS(0x0820, 0x0820), RDMA },
	{ CLASS(0x02), .vendor = 0x19e5, IDS(0xa222, 0xa22f), RDMA },
	/* RDMA by class: InfiniBand as a network and, of old, as a serial bus */
	{ SUBCLASS(0x0207), RDMA },
	{ SUBCLASS(0x0c06), RDMA },

	{ CLASS(0x02), .role = P2P_ROLE_NIC },
	{ EXACT(0x010802), .role = P2P_ROLE_NVME, .count = P2P_COUNT_NVME },
	/* A drive that no longer answers: its interface was read, all-ones */
	{ EXACT(0x0108ff), .role = P2P_ROLE_NVME, .count = P2P_COUNT_NVME },
	{ CLASS(0x01), .role = P2P_ROLE_STORAGE },
	{ SUBCLASS(0x0c04), .role = P2P_ROLE_STORAGE }, /* Fibre Channel */

	/* What no data of users goes through: memory and interrupt controllers, USB,
	 * sound (of GPUs, too), instrumentation, AMD's sound and security processors */
	{ CLASS(0x05), .role = P2P_ROLE_SYSTEM },
	{ CLASS(0x06), .role = P2P_ROLE_SYSTEM },
	{ CLASS(0x08), .role = P2P_ROLE_SYSTEM },
	{ CLASS(0x0c), .role = P2P_ROLE_SYSTEM },
	{ CLASS(0x11), .role = P2P_ROLE_SYSTEM },
	{ CLASS(0x13), .role = P2P_ROLE_SYSTEM },
	{ SUBCLASS(0x0403), .role = P2P_ROLE_SYSTEM },
	{ SUBCLASS(0x0480), .vendor = 0x1022, .role = P2P_ROLE_SYSTEM },
	{ SUBCLASS(0x1080), .vendor = 0x1022, .role = P2P_ROLE_SYSTEM },
};
const unsigned p2p_role_n_rules = sizeof(p2p_role_rules) / sizeof(p2p_role_rules[0]);

const char *p2p_role_word(enum p2p_role_kind kind)
{
	static const char *const words[P2P_ROLES] = {
		[P2P_ROLE_OTHER] = "other",     [P2P_ROLE_GPU] = "gpu",
		[P2P_ROLE_ACCEL] = "accel",     [P2P_ROLE_RDMA] = "rdma",
		[P2P_ROLE_NIC] = "nic",         [P2P_ROLE_NVME] = "nvme",
		[P2P_ROLE_STORAGE] = "storage", [P2P_ROLE_NVLINK] = "nvlink",
		[P2P_ROLE_BMC] = "bmc",         [P2P_ROLE_SWITCH_MGMT] = "switch-mgmt",
		[P2P_ROLE_SYSTEM] = "system",
	};

	return words[kind];
}

const char *p2p_role_set(unsigned at)
{
	static const char *const words[] = { "gpu",  "accel",   "rdma",   "nic", "ib",
					     "nvme", "storage", "p2pmem", "all" };

	return at < sizeof(words) / sizeof(words[0]) ? words[at] : NULL;
}

bool p2p_role_is_set(const char *word)
{
	for (unsigned i = 0; p2p_role_set(i); i++)
		if (!strcmp(word, p2p_role_set(i)))
			return true;
	return false;
}
