/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A random machine from a seed: every kind of port and endpoint, at random depths, with
 * random ACS. */
#include "support/build.h"

#include "core/regs.h"

#define DEPTH_MAX 4
#define BUSES_MAX 16
#define ARI       0x400

struct making {
	struct build *b;
	uint32_t state;
	unsigned buses;
};

static uint32_t roll(struct making *m, uint32_t below)
{
	return build_random(&m->state, below);
}

static bool chance(struct making *m, unsigned percent)
{
	return roll(m, 100) < percent;
}

/* Half of the time all that the kernel would set, else any bits. */
static void random_acs(struct making *m, int function)
{
	static const uint16_t usual[] = { 0x00, 0x1d, 0x11, 0x1f, 0x5d, 0x01 };
	static const uint16_t sizes[] = { 0x0000, 0x0200, 0x0800, 0x2800 };
	uint16_t cap = 0x5f, ctrl;

	if (chance(m, 25))
		return;
	ctrl = usual[roll(m, 6)];
	if (chance(m, 30)) {
		cap = sizes[roll(m, 4)] | ACS_CLASSIC;
		ctrl = (uint16_t)roll(m, 128);
	}
	build_acs(m->b, function, cap, ctrl);
	if (cap & ACS_EC)
		for (unsigned i = 0; i < 8; i++)
			if (chance(m, 50))
				build_egress_bit(m->b, function, i);
}

/* @next: the number of the device's next function, 0 behind the last: with ARI a kernel
 * finds functions by it. */
static void random_groups(struct making *m, int function, unsigned next)
{
	uint32_t ctrl = roll(m, 8) << 4;

	if (chance(m, 50))
		ctrl |= ARI_CTL_ACS;
	build_extended(m->b, function, EXT_CAP_ARI, ARI);
	build_write(m->b, function, ARI + REG_ARI_CAP, 2, next << 8);
	build_write(m->b, function, ARI + REG_ARI_CTL, 2, ctrl);
}

static int random_endpoint(struct making *m, int parent, enum p2p_pcie_type type)
{
	static const uint32_t classes[] = { BUILD_CLASS_GPU, BUILD_CLASS_NIC,
					    BUILD_CLASS_NVME };
	int function = build_endpoint(m->b, parent, type, classes[roll(m, 3)]);

	if (type == P2P_TYPE_NOT_PCIE) {
		build_readable(m->b, function, 256);
		return function;
	}
	if (chance(m, 15))
		random_acs(m, function);
	if (chance(m, 30))
		build_write(m->b, function, BUILD_EXPRESS + REG_EXP_DEVCTL, 2,
			    DEVCTL_RELAX);
	return function;
}

static void random_vfs(struct making *m, int pf)
{
	static const unsigned offsets[] = { 1, 1, 9, 0x100 };
	unsigned n = 1 + roll(m, 3);
	unsigned offset = offsets[roll(m, 4)];

	build_vfs(m->b, pf, n, offset, 1 + roll(m, 2));
}

static void random_device(struct making *m, int parent, enum p2p_pcie_type type)
{
	int first = random_endpoint(m, parent, type);
	unsigned more = chance(m, 15) ? 1 + roll(m, 3) : 0;
	bool groups = type != P2P_TYPE_NOT_PCIE && chance(m, 30);

	for (unsigned i = 0; i < more; i++) {
		int sibling = build_sibling(m->b, first);

		if (type == P2P_TYPE_NOT_PCIE)
			build_readable(m->b, sibling, 256);
		else
			random_acs(m, sibling);
		if (groups)
			random_groups(m, sibling, i + 1 < more ? i + 2 : 0);
	}
	if (more && groups)
		random_groups(m, first, 1);
	if (!more && type == P2P_TYPE_ENDPOINT && chance(m, 10))
		random_vfs(m, first);
}

static void fill_below(struct making *m, int port, unsigned depth);

/* A port inside a switch may say that it is a root port, as QEMU's do, or an upstream
 * port. */
static void random_port(struct making *m, int up, unsigned number, unsigned depth)
{
	static const enum p2p_pcie_type odd[] = { P2P_TYPE_ROOT_PORT, P2P_TYPE_ROOT_PORT,
						  P2P_TYPE_SWITCH_UP };
	int down = build_port(m->b, up,
			      chance(m, 10) ? odd[roll(m, 3)] : P2P_TYPE_SWITCH_DOWN);

	m->buses++;
	build_port_number(m->b, down, (uint8_t)number);
	random_acs(m, down);
	if (chance(m, 10))
		build_ari_forwarding(m->b, down);
	fill_below(m, down, depth + 1);
}

static void random_switch(struct making *m, int port, unsigned depth)
{
	int up = build_port(m->b, port,
			    chance(m, 5) ? P2P_TYPE_SWITCH_DOWN : P2P_TYPE_SWITCH_UP);
	unsigned n = 1 + roll(m, 4);

	m->buses++;
	if (chance(m, 10))
		random_acs(m, up);
	for (unsigned i = 1; i <= n; i++)
		random_port(m, up, i, depth);
	if (chance(m, 10)) {
		int second = build_sibling(m->b, up);

		m->buses++;
		random_acs(m, second);
		random_port(m, second, 1, depth);
	}
}

static void random_conventional(struct making *m, int port)
{
	int bridge = build_port(m->b, port, P2P_TYPE_PCIE_TO_PCI);

	m->buses++;
	random_device(m, bridge, P2P_TYPE_NOT_PCIE);
	random_device(m, bridge, chance(m, 10) ? P2P_TYPE_ENDPOINT : P2P_TYPE_NOT_PCIE);
	if (chance(m, 20)) {
		int inner = build_port(m->b, bridge, P2P_TYPE_NOT_PCIE);

		m->buses++;
		build_readable(m->b, inner, 256);
		random_device(m, inner, P2P_TYPE_NOT_PCIE);
	}
}

static void fill_below(struct making *m, int port, unsigned depth)
{
	unsigned what = roll(m, 100);

	if (depth < DEPTH_MAX && m->buses < BUSES_MAX && what < 35)
		random_switch(m, port, depth);
	else if (m->buses < BUSES_MAX && what < 45)
		random_conventional(m, port);
	else if (what < 90)
		random_device(m, port, P2P_TYPE_ENDPOINT);
	else if (what < 95)
		random_device(m, port, P2P_TYPE_LEGACY_ENDPOINT);
}

/* What comes first on a root bus stands for its host bridge. */
static void random_first(struct making *m, int host)
{
	static const uint16_t ids[] = { 0x2f00, 0x3c01, 0x09a2, 0x2020, 0x29c0 };

	if (chance(m, 80))
		build_ids(m->b,
			  build_endpoint(m->b, host, P2P_TYPE_NOT_PCIE, BUILD_CLASS_HOST),
			  0x8086, ids[roll(m, 5)]);
	else if (chance(m, 70))
		build_skip(m->b, host, 1 + roll(m, 3));
}

static void fill_host(struct making *m, int host)
{
	unsigned n = 1 + roll(m, 4);

	random_first(m, host);
	if (chance(m, 40))
		random_device(m, host, P2P_TYPE_RCIEP);
	for (unsigned i = 0; i < n; i++) {
		int port = build_port(m->b, host, P2P_TYPE_ROOT_PORT);

		m->buses++;
		if (chance(m, 30))
			build_ids(m->b, port, 0x8086, 0x2030);
		random_acs(m, port);
		if (chance(m, 10))
			build_ari_forwarding(m->b, port);
		fill_below(m, port, 0);
	}
}

struct build *build_random_machine(uint32_t seed)
{
	struct making m = { .b = build_new(), .state = seed * 2654435761u | 1 };
	unsigned hosts = 1 + roll(&m, 3);

	for (unsigned i = 0; i < hosts; i++) {
		m.buses = 0;
		fill_host(&m, build_host(m.b, chance(&m, 80) ? i : 0x10000 + i, 0));
	}
	return m.b;
}
