/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One root port with nested switches, another beside it. */
#include "support/plant.h"

#include "core/regs.h"

static int endpoint(struct said *said, int port, uint32_t class)
{
	return build_endpoint(said->b, port, P2P_TYPE_ENDPOINT, class);
}

static void open_ports(struct said *said, const int *ports, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		build_acs(said->b, ports[i], ACS_CLASSIC & ~ACS_EC, ACS_UF);
}

struct plant plant_say(struct said *said)
{
	struct build *b = said->b;
	struct plant p = { .host = build_host(b, 0, 0) };

	p.bridge = build_endpoint(b, p.host, P2P_TYPE_NOT_PCIE, BUILD_CLASS_HOST);
	build_ids(b, p.bridge, 0x8086, 0x2f00);
	p.port = build_port(b, p.host, P2P_TYPE_ROOT_PORT);
	p.other = build_port(b, p.host, P2P_TYPE_ROOT_PORT);
	p.up = build_switch(b, p.port, 3);
	for (int i = 0; i < 3; i++)
		p.down[i] = p.up + 1 + i;
	p.inner_up = build_switch(b, p.down[2], 2);
	for (int i = 0; i < 2; i++)
		p.inner[i] = p.inner_up + 1 + i;
	p.gpu = endpoint(said, p.down[0], BUILD_CLASS_GPU);
	p.nic = endpoint(said, p.down[1], BUILD_CLASS_NIC);
	p.nvme = endpoint(said, p.inner[0], BUILD_CLASS_NVME);
	p.disk = endpoint(said, p.inner[1], BUILD_CLASS_NVME);
	p.far = endpoint(said, p.other, BUILD_CLASS_NIC);
	open_ports(said, p.down, 3);
	open_ports(said, p.inner, 2);
	open_ports(said, (const int[]){ p.port, p.other }, 2);
	return p;
}
