/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A random machine from a seed: every kind of port and endpoint, at random depths, with
 * random ACS. */
#include "support/build.h"

#include "core/regs.h"

#define DEPTH_MAX 4
#define BUSES_MAX 60

struct making {
	struct build *b;
	uint32_t state;
	unsigned buses;
};

static bool chance(struct making *m, unsigned percent)
{
	return build_random(&m->state, 100) < percent;
}

/* Half of the time all that the kernel would set, else any bits. */
static void random_acs(struct making *m, int function)
{
	static const uint16_t usual[] = { 0x00, 0x1d, 0x11, 0x1f, 0x5d, 0x01 };
	uint16_t cap = 0x5f, ctrl;

	if (chance(m, 25))
		return;
	ctrl = usual[build_random(&m->state, 6)];
	if (chance(m, 30)) {
		cap = 0x087f;
		ctrl = (uint16_t)build_random(&m->state, 128);
	}
	build_acs(m->b, function, cap, ctrl);
	if (cap & ACS_EC)
		for (unsigned i = 0; i < 8; i++)
			if (chance(m, 50))
				build_egress_bit(m->b, function, i);
}

static void random_device(struct making *m, int parent, enum p2p_pcie_type type)
{
	static const uint32_t classes[] = { BUILD_CLASS_GPU, BUILD_CLASS_NIC,
					    BUILD_CLASS_NVME };
	int first =
		build_endpoint(m->b, parent, type, classes[build_random(&m->state, 3)]);

	if (type != P2P_TYPE_NOT_PCIE && chance(m, 15))
		random_acs(m, first);
	if (chance(m, 15)) {
		int second = build_sibling(m->b, first);

		if (type != P2P_TYPE_NOT_PCIE)
			random_acs(m, second);
	} else if (type == P2P_TYPE_ENDPOINT && chance(m, 10)) {
		unsigned n = 1 + build_random(&m->state, 3);

		build_vfs(m->b, first, n, chance(m, 30) ? 0x100 : 1, 1);
	}
}

static void fill_below(struct making *m, int port, unsigned depth);

static void random_switch(struct making *m, int port, unsigned depth)
{
	unsigned n = 1 + build_random(&m->state, 4);
	int up = build_switch(m->b, port, n);

	m->buses += n + 1;
	if (chance(m, 10))
		random_acs(m, up);
	for (unsigned i = 1; i <= n; i++) {
		random_acs(m, up + (int)i);
		fill_below(m, up + (int)i, depth + 1);
	}
}

static void random_conventional(struct making *m, int port)
{
	int bridge = build_port(m->b, port, P2P_TYPE_PCIE_TO_PCI);

	m->buses++;
	random_device(m, bridge, P2P_TYPE_NOT_PCIE);
	random_device(m, bridge, P2P_TYPE_NOT_PCIE);
	if (chance(m, 20)) {
		int inner = build_port(m->b, bridge, P2P_TYPE_NOT_PCIE);

		m->buses++;
		random_device(m, inner, P2P_TYPE_NOT_PCIE);
	}
}

static void fill_below(struct making *m, int port, unsigned depth)
{
	unsigned roll = build_random(&m->state, 100);

	if (depth < DEPTH_MAX && m->buses < BUSES_MAX && roll < 35)
		random_switch(m, port, depth);
	else if (m->buses < BUSES_MAX && roll < 45)
		random_conventional(m, port);
	else if (roll < 95)
		random_device(m, port, P2P_TYPE_ENDPOINT);
}

static void fill_host(struct making *m, int host)
{
	unsigned n = 1 + build_random(&m->state, 4);

	if (chance(m, 80)) {
		int bridge =
			build_endpoint(m->b, host, P2P_TYPE_NOT_PCIE, BUILD_CLASS_HOST);

		build_ids(m->b, bridge, 0x8086, chance(m, 50) ? 0x2f00 : 0x09a2);
	}
	if (chance(m, 40))
		random_device(m, host, P2P_TYPE_RCIEP);
	for (unsigned i = 0; i < n; i++) {
		int port = build_port(m->b, host, P2P_TYPE_ROOT_PORT);

		m->buses++;
		random_acs(m, port);
		fill_below(m, port, 0);
	}
}

struct build *build_random_machine(uint32_t seed)
{
	struct making m = { .b = build_new(), .state = seed * 2654435761u | 1 };
	unsigned hosts = 1 + build_random(&m.state, 3);

	for (unsigned i = 0; i < hosts; i++) {
		m.buses = 0;
		fill_host(&m, build_host(m.b, chance(&m, 80) ? i : 0x10000 + i, 0));
	}
	return m.b;
}
