/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of machines as they are built: who is below whom, and what each function is
 * there. Every machine is held against all invariants of a tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/said.h"

static int say_host(struct said *said)
{
	return build_host(said->b, 0, 0);
}

static int say_root_port(struct said *said)
{
	return build_port(said->b, say_host(said), P2P_TYPE_ROOT_PORT);
}

static int say_gpu(struct said *said, int port)
{
	return build_endpoint(said->b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_GPU);
}

static void assert_kind(struct said *said, int function, enum p2p_kind kind)
{
	assert_int_equal(said_node(said, function)->kind, kind);
}

static void assert_below(struct said *said, int function, int port)
{
	uint32_t parent = said_node(said, function)->parent;

	assert_int_equal(parent, port < 0 ? P2P_NONE : said_index(said, port));
}

static void an_endpoint_is_below_the_port_that_owns_its_bus(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said), gpu = say_gpu(said, port);

	assert_below(said, gpu, port);
	assert_below(said, port, -1);
	assert_int_equal(said_node(said, gpu)->depth, 1);
	assert_int_equal(said_node(said, port)->depth, 0);
	assert_int_equal(said_machine(said)->topo->n_roots, 1);
	assert_kind(said, port, P2P_KIND_ROOT_PORT);
	assert_kind(said, gpu, P2P_KIND_ENDPOINT);
	assert_true(said_node(said, port)->bridge);
	assert_false(said_node(said, gpu)->bridge);
}

static void switches_nest(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said);
	int outer = build_switch(said->b, port, 2);
	int inner = build_switch(said->b, outer + 2, 2);
	int gpu = say_gpu(said, inner + 1);
	const struct p2p_topo *topo;

	assert_below(said, gpu, inner + 1);
	assert_below(said, inner + 1, inner);
	assert_below(said, inner, outer + 2);
	assert_kind(said, inner, P2P_KIND_SWITCH_UP);
	assert_kind(said, inner + 1, P2P_KIND_SWITCH_DOWN);
	assert_int_equal(said_node(said, gpu)->depth, 5);
	topo = said->machine->topo;
	assert_int_equal(topo->depth, 5);
	assert_int_equal(p2p_topo_switch(topo, said_index(said, gpu)),
			 said_index(said, inner));
	assert_int_equal(p2p_topo_switch(topo, said_index(said, outer + 1)),
			 said_index(said, outer));
	assert_int_equal(p2p_topo_switch(topo, said_index(said, port)), P2P_NONE);
	assert_true(
		p2p_topo_is_under(topo, said_index(said, gpu), said_index(said, outer)));
	assert_false(
		p2p_topo_is_under(topo, said_index(said, outer), said_index(said, gpu)));
}

static void each_upstream_function_of_a_device_is_a_switch_of_its_own(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said);
	int first = build_switch(said->b, port, 1);
	int second = build_sibling(said->b, first);
	int down = build_port(said->b, second, P2P_TYPE_SWITCH_DOWN);
	int gpu = say_gpu(said, down), nic = say_gpu(said, first + 1);

	assert_kind(said, second, P2P_KIND_SWITCH_UP);
	assert_below(said, second, port);
	assert_int_equal(p2p_topo_switch(said_machine(said)->topo, said_index(said, gpu)),
			 said_index(said, second));
	assert_int_equal(p2p_topo_switch(said->machine->topo, said_index(said, nic)),
			 said_index(said, first));
}

static void conventional_functions_hang_below_their_bridges(void **state)
{
	struct said *said = *state;
	int bridge = build_port(said->b, say_root_port(said), P2P_TYPE_PCIE_TO_PCI);
	int inner = build_port(said->b, bridge, P2P_TYPE_NOT_PCIE);
	int card = build_endpoint(said->b, inner, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);

	assert_kind(said, bridge, P2P_KIND_PCIE_TO_PCI);
	assert_kind(said, inner, P2P_KIND_PCI_BRIDGE);
	assert_kind(said, card, P2P_KIND_PCI);
	assert_below(said, card, inner);
	assert_below(said, inner, bridge);
}

static void a_reverse_bridge_leads_back_to_pcie(void **state)
{
	struct said *said = *state;
	int reverse = build_port(said->b, say_host(said), P2P_TYPE_PCI_TO_PCIE);
	int up = build_port(said->b, reverse, P2P_TYPE_SWITCH_DOWN);

	assert_kind(said, reverse, P2P_KIND_PCI_TO_PCIE);
	assert_kind(said, up, P2P_KIND_SWITCH_UP);
	assert_int_equal(said_node(said, up)->type, P2P_TYPE_ENDPOINT);
}

static void a_cardbus_bridge_owns_its_bus(void **state)
{
	struct said *said = *state;
	int bridge = build_port(said->b, say_host(said), P2P_TYPE_NOT_PCIE);
	int card = build_endpoint(said->b, bridge, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);

	build_write(said->b, bridge, REG_HEADER_TYPE, 1, 2);
	assert_kind(said, bridge, P2P_KIND_CARDBUS);
	assert_below(said, card, bridge);
}

static void functions_of_the_root_complex_are_on_the_root_bus(void **state)
{
	struct said *said = *state;
	int host = say_host(said);
	int bridge = build_endpoint(said->b, host, P2P_TYPE_NOT_PCIE, BUILD_CLASS_HOST);
	int rciep = build_endpoint(said->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NIC);
	int rcec = build_endpoint(said->b, host, P2P_TYPE_RCEC, 0x080700);
	int legacy =
		build_endpoint(said->b, host, P2P_TYPE_LEGACY_ENDPOINT, BUILD_CLASS_NIC);

	assert_kind(said, bridge, P2P_KIND_HOST_BRIDGE);
	assert_kind(said, rciep, P2P_KIND_RCIEP);
	assert_kind(said, rcec, P2P_KIND_RCEC);
	assert_kind(said, legacy, P2P_KIND_LEGACY_ENDPOINT);
	assert_below(said, rciep, -1);
	assert_int_equal(said->machine->topo->roots[0].representative,
			 said_index(said, bridge));
}

static void vfs_are_beside_their_pf(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said), pf = say_gpu(said, port);

	build_vfs(said->b, pf, 3, 1, 1);
	for (int vf = pf + 1; vf <= pf + 3; vf++) {
		assert_below(said, vf, port);
		assert_kind(said, vf, P2P_KIND_VF);
		assert_int_equal(said_node(said, vf)->pf, said_index(said, pf));
		assert_int_equal(said_node(said, vf)->depth, 1);
	}
	assert_int_equal(said_node(said, pf)->n_vfs, 3);
	assert_kind(said, pf, P2P_KIND_ENDPOINT);
}

static void vfs_that_spill_to_the_next_bus_are_beside_their_pf_too(void **state)
{
	struct said *said = *state;
	int host = say_host(said);
	int port = build_port(said->b, host, P2P_TYPE_ROOT_PORT);
	int other = build_port(said->b, host, P2P_TYPE_ROOT_PORT);
	int pf = say_gpu(said, port);

	build_vfs(said->b, pf, 2, 0x100, 0x80);
	assert_below(said, pf + 1, port);
	assert_below(said, pf + 2, port);
	assert_int_equal(build_bdf(said->b, pf + 1).bus, build_bdf(said->b, pf).bus + 1);
	assert_below(said, say_gpu(said, other), other);
	assert_int_equal(said_machine(said)->topo->n_roots, 1);
}

static void a_stride_of_zero_makes_no_more_than_one_vf(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said), pf = say_gpu(said, port);

	build_vfs(said->b, pf, 1, 1, 1);
	build_write(said->b, pf, BUILD_SRIOV + REG_SRIOV_STRIDE, 2, 0);
	build_write(said->b, pf, BUILD_SRIOV + REG_SRIOV_NUM, 2, 0xffff);
	assert_int_equal(said_node(said, pf)->n_vfs, 1);
}

static void while_vf_enable_is_off_there_are_no_vfs(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said), pf = say_gpu(said, port);

	build_vfs(said->b, pf, 1, 1, 1);
	build_write(said->b, pf, BUILD_SRIOV + REG_SRIOV_CTL, 2, 0);
	assert_int_equal(said_node(said, pf)->n_vfs, 0);
	assert_kind(said, pf + 1, P2P_KIND_ENDPOINT);
}

static void a_function_that_tells_its_ids_is_no_vf(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said), pf = say_gpu(said, port);
	int other = build_sibling(said->b, pf);

	build_vfs(said->b, pf, 1, 1, 1);
	assert_int_equal(said_node(said, other)->pf, P2P_NONE);
}

static void domains_and_root_buses_are_roots_of_their_own(void **state)
{
	static const struct {
		uint32_t domain;
		uint8_t bus;
	} hosts[] = { { 0, 0 }, { 0, 0x80 }, { 1, 0 }, { 0x10000, 0xe0 } };
	struct said *said = *state;
	const struct p2p_topo *topo;

	for (int i = 0; i < 4; i++) {
		int host = build_host(said->b, hosts[i].domain, hosts[i].bus);

		say_gpu(said, build_port(said->b, host, P2P_TYPE_ROOT_PORT));
	}
	topo = said_machine(said)->topo;
	assert_int_equal(topo->n_roots, 4);
	for (uint32_t r = 0; r < 4; r++) {
		assert_int_equal(topo->roots[r].domain, hosts[r].domain);
		assert_int_equal(topo->roots[r].bus, hosts[r].bus);
		assert_false(topo->roots[r].orphan);
	}
}

static void a_root_port_inside_a_switch_is_a_downstream_port(void **state)
{
	struct said *said = *state;
	int up = build_port(said->b, say_root_port(said), P2P_TYPE_SWITCH_UP);
	int down = build_port(said->b, up, P2P_TYPE_ROOT_PORT);

	assert_kind(said, down, P2P_KIND_SWITCH_DOWN);
	assert_int_equal(said_node(said, down)->type, P2P_TYPE_ROOT_PORT);
	assert_true(
		p2p_topo_is_downstream(said_machine(said)->topo, said_index(said, down)));
}

static void a_downstream_port_below_another_acts_as_upstream(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said);
	int up = build_port(said->b, port, P2P_TYPE_SWITCH_DOWN);
	int down = build_port(said->b, up, P2P_TYPE_SWITCH_DOWN);

	assert_kind(said, up, P2P_KIND_SWITCH_UP);
	assert_kind(said, down, P2P_KIND_SWITCH_DOWN);
	assert_int_equal(said_facts(said, up)->type, P2P_TYPE_SWITCH_DOWN);
	assert_int_equal(said_node(said, up)->type, P2P_TYPE_ENDPOINT);
	assert_int_equal(said_node(said, down)->type, P2P_TYPE_SWITCH_DOWN);
	assert_false(
		p2p_topo_is_downstream(said_machine(said)->topo, said_index(said, up)));
}

static void an_upstream_port_below_another_acts_as_downstream(void **state)
{
	struct said *said = *state;
	int up = build_port(said->b, say_root_port(said), P2P_TYPE_SWITCH_UP);
	int down = build_port(said->b, up, P2P_TYPE_SWITCH_UP);

	assert_kind(said, down, P2P_KIND_SWITCH_DOWN);
	assert_int_equal(said_node(said, down)->type, P2P_TYPE_ENDPOINT);
	assert_true(
		p2p_topo_is_downstream(said_machine(said)->topo, said_index(said, down)));
}

static void of_a_header_alone_the_kind_is_unknown(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said), gpu = say_gpu(said, port);

	build_readable(said->b, port, 64);
	build_readable(said->b, gpu, 64);
	assert_kind(said, port, P2P_KIND_UNKNOWN);
	assert_kind(said, gpu, P2P_KIND_UNKNOWN);
	assert_below(said, gpu, port);
	assert_true(said_node(said, port)->bridge);
	build_readable(said->b, gpu, 0);
	assert_kind(said, gpu, P2P_KIND_UNKNOWN);
}

static void functions_below_a_missing_bridge_are_orphans(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said);
	int up = build_switch(said->b, port, 2);
	int gpu = say_gpu(said, up + 1), nic = say_gpu(said, up + 2);
	const struct p2p_topo *topo;

	build_hide(said->b, up + 1);
	assert_below(said, gpu, -1);
	assert_below(said, nic, up + 2);
	topo = said->machine->topo;
	assert_true(topo->roots[topo->nodes[said_index(said, gpu)].root].orphan);
	assert_false(topo->roots[topo->nodes[said_index(said, nic)].root].orphan);
}

static void paths_name_devices_below_a_root_bus_without_bus_numbers(void **state)
{
	struct said *said = *state;
	int port = say_root_port(said);
	int up = build_switch(said->b, port, 2);
	int gpu = say_gpu(said, up + 2);
	char text[64];
	int length;

	said_machine(said);
	length = p2p_topo_path(said->machine->topo, said->machine->snapshot,
			       said_index(said, gpu), text, sizeof(text));
	assert_string_equal(text, "0000:00:00.0/00.0/01.0/00.0");
	assert_int_equal(length, strlen(text));
	length = p2p_topo_path(said->machine->topo, said->machine->snapshot,
			       said_index(said, gpu), text, 15);
	assert_string_equal(text, "0000:00:00.0/0");
	assert_int_equal(length, 27);
}

static void tell_numa(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		snapshot->functions[i].numa = snapshot->functions[i].bdf.bus ? 1 : -1;
}

static void a_root_has_the_numa_node_of_what_is_below(void **state)
{
	struct said *said = *state;

	say_gpu(said, say_root_port(said));
	assert_int_equal(said_machine(said)->topo->roots[0].numa, P2P_NOT_TOLD);
	said->tell = tell_numa;
	assert_int_equal(said_machine(said)->topo->roots[0].numa, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(an_endpoint_is_below_the_port_that_owns_its_bus),
		SAID(switches_nest),
		SAID(each_upstream_function_of_a_device_is_a_switch_of_its_own),
		SAID(conventional_functions_hang_below_their_bridges),
		SAID(a_reverse_bridge_leads_back_to_pcie),
		SAID(a_cardbus_bridge_owns_its_bus),
		SAID(functions_of_the_root_complex_are_on_the_root_bus),
		SAID(vfs_are_beside_their_pf),
		SAID(vfs_that_spill_to_the_next_bus_are_beside_their_pf_too),
		SAID(a_stride_of_zero_makes_no_more_than_one_vf),
		SAID(while_vf_enable_is_off_there_are_no_vfs),
		SAID(a_function_that_tells_its_ids_is_no_vf),
		SAID(domains_and_root_buses_are_roots_of_their_own),
		SAID(a_root_port_inside_a_switch_is_a_downstream_port),
		SAID(a_downstream_port_below_another_acts_as_upstream),
		SAID(an_upstream_port_below_another_acts_as_downstream),
		SAID(of_a_header_alone_the_kind_is_unknown),
		SAID(functions_below_a_missing_bridge_are_orphans),
		SAID(paths_name_devices_below_a_root_bus_without_bus_numbers),
		SAID(a_root_has_the_numa_node_of_what_is_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
