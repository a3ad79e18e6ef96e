/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that turn elsewhere than in a switch: in a device, on a conventional bus, at
 * the root complex; requests of ports; and nvidia-smi's words for all these places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/plant.h"

static void set(struct said *said, int port, uint16_t ctrl)
{
	build_acs_control(said->b, port, ctrl);
}

static void assert_route(struct said *said, enum p2p_route_kind route,
			 enum p2p_tri direct)
{
	assert_int_equal(said->verdict.route, route);
	assert_int_equal(said->verdict.direct, direct);
}

static void below_different_root_ports_the_root_complex_decides(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	assert_string_equal(said_ways(said, p.gpu, p.far), "CCCC");
	assert_route(said, P2P_ROUTE_ROOT_COMPLEX, P2P_NO);
	assert_int_equal(said->verdict.common, P2P_NONE);
	assert_int_equal(said->verdict.n_by, 0);
}

static void below_different_host_bridges_it_crosses_roots(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int other = build_host(said->b, 0, 0x80);
	int port = build_port(said->b, other, P2P_TYPE_ROOT_PORT);
	int nic = build_endpoint(said->b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	assert_string_equal(said_ways(said, p.gpu, nic), "XXXX");
	assert_route(said, P2P_ROUTE_CROSS_ROOT, P2P_NO);
}

static void on_the_way_to_the_root_complex_tb_blocks_what_is_translated(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.port, ACS_UF | ACS_TB);
	assert_string_equal(said_ways(said, p.gpu, p.far), "CCBB");
	assert_string_equal(said_ways(said, p.far, p.gpu), "CCCC");
	assert_route(said, P2P_ROUTE_ROOT_COMPLEX, P2P_NO);
	set(said, p.port, ACS_UF);
	set(said, p.inner[0], ACS_TB);
	assert_string_equal(said_ways(said, p.nvme, p.far), "CCBB");
	assert_string_equal(said_ways(said, p.disk, p.far), "CCCC");
}

static void functions_of_one_device_on_a_root_bus_meet_in_the_root_complex(void **state)
{
	struct said *said = *state;
	int host = build_host(said->b, 0, 0);
	int first = build_endpoint(said->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NIC);
	int second = build_sibling(said->b, first);

	assert_string_equal(said_ways(said, first, second), "CCCC");
	assert_route(said, P2P_ROUTE_ROOT_COMPLEX, P2P_NO);
	assert_int_equal(said->verdict.distance, 2);
}

static void a_device_that_has_rr_off_loops_internally(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int audio = build_sibling(said->b, p.gpu);

	build_acs(said->b, p.gpu, ACS_RR | ACS_CR, 0);
	assert_string_equal(said_ways(said, p.gpu, audio), "DDDD");
	assert_route(said, P2P_ROUTE_SAME_DEVICE, P2P_YES);
	assert_int_equal(said->verdict.assumed, 0);
	assert_int_equal(said->verdict.common, said_index(said, p.down[0]));
}

static void a_device_that_cannot_say_is_assumed_to_loop(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int audio = build_sibling(said->b, p.gpu);

	assert_string_equal(said_ways(said, p.gpu, audio), "DDDD");
	assert_route(said, P2P_ROUTE_SAME_DEVICE, P2P_YES);
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_DEVICE);
	build_acs(said->b, p.gpu, ACS_CR, 0);
	said_judge(said, p.gpu, audio);
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_DEVICE);
	build_acs(said->b, audio, ACS_RR, 0);
	said_judge(said, p.gpu, audio);
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_DEVICE);
	said_judge(said, audio, p.gpu);
	assert_int_equal(said->verdict.assumed, 0);
}

static void rr_of_a_device_sends_its_requests_out_and_back(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int audio = build_sibling(said->b, p.gpu);

	build_acs(said->b, p.gpu, ACS_RR | ACS_CR, ACS_RR);
	assert_string_equal(said_ways(said, p.gpu, audio), "RRRR");
	assert_string_equal(said_ways(said, audio, p.gpu), "DDDD");
	set(said, p.down[0], 0);
	assert_string_equal(said_ways(said, p.gpu, audio), "UUUU");
	assert_int_equal(said_by(said, p.down[0]), ACS_UF);
}

static void rr_of_the_port_above_does_not_concern_a_device(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int audio = build_sibling(said->b, p.gpu);

	set(said, p.down[0], ACS_RR | ACS_CR | ACS_TB | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, audio), "DDDD");
	build_acs(said->b, audio, ACS_CR, ACS_CR);
	assert_string_equal(said_ways(said, p.gpu, audio), "DSDS");
}

static void a_pf_and_its_vfs_are_one_device(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int vf = p.far + 1;

	build_vfs(said->b, p.gpu, 2, 1, 1);
	assert_string_equal(said_ways(said, p.gpu, vf), "DDDD");
	assert_route(said, P2P_ROUTE_SAME_DEVICE, P2P_YES);
	assert_string_equal(said_ways(said, vf, vf + 1), "DDDD");
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_DEVICE);
	assert_string_equal(said_ways(said, vf, p.nic), "DDDD");
	assert_route(said, P2P_ROUTE_SWITCH, P2P_YES);
}

/* A device whose function 0 has an egress vector of 8. */
static int say_egress_device(struct said *said, struct plant p)
{
	build_acs(said->b, p.gpu, 0x0800 | ACS_CLASSIC, ACS_EC | ACS_UF);
	return build_sibling(said->b, p.gpu);
}

static void a_devices_egress_vector_goes_by_function_numbers(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int first = say_egress_device(said, p), second = build_sibling(said->b, p.gpu);

	build_egress_bit(said->b, p.gpu, 2);
	assert_string_equal(said_ways(said, p.gpu, first), "DDDD");
	assert_string_equal(said_ways(said, p.gpu, second), "BBBB");
}

static void under_ari_function_numbers_have_eight_bits(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int vf = p.far + 1;

	build_acs(said->b, p.gpu, 0x1800 | ACS_CLASSIC, ACS_EC | ACS_UF);
	build_vfs(said->b, p.gpu, 1, 17, 1);
	build_egress_bit(said->b, p.gpu, 1);
	assert_string_equal(said_ways(said, p.gpu, vf), "BBBB");
	build_ari_forwarding(said->b, p.down[0]);
	assert_string_equal(said_ways(said, p.gpu, vf), "DDDD");
	build_egress_bit(said->b, p.gpu, 17);
	assert_string_equal(said_ways(said, p.gpu, vf), "BBBB");
}

#define ARI 0x400

static void say_group(struct said *said, int function, unsigned group, bool enabled)
{
	build_extended(said->b, function, EXT_CAP_ARI, ARI);
	build_write(said->b, function, ARI + REG_ARI_CTL, 2,
		    group << 4 | (enabled ? ARI_CTL_ACS : 0));
}

static void function_groups_are_switched_on_in_function_0(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int first = say_egress_device(said, p), second = build_sibling(said->b, p.gpu);

	build_acs(said->b, first, 0x0800 | ACS_CLASSIC, ACS_EC | ACS_UF);
	build_egress_bit(said->b, first, 5);
	say_group(said, p.gpu, 0, false);
	say_group(said, first, 1, true);
	say_group(said, second, 5, false);
	assert_string_equal(said_ways(said, first, second), "DDDD");
	build_write(said->b, p.gpu, ARI + REG_ARI_CTL, 2, ARI_CTL_ACS);
	assert_string_equal(said_ways(said, first, second), "BBBB");
	assert_string_equal(said_ways(said, first, p.gpu), "DDDD");
}

static void a_function_group_that_is_not_told_leaves_it_unknown(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int first = say_egress_device(said, p);

	say_group(said, p.gpu, 0, true);
	assert_string_equal(said_ways(said, p.gpu, first), "????");
	assert_true(said_misses(said, p.gpu, P2P_EVIDENCE_PORT_NUMBER));
}

static void on_a_conventional_bus_everything_is_direct(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int bridge = build_port(said->b, p.down[0], P2P_TYPE_PCIE_TO_PCI);
	int card = build_endpoint(said->b, bridge, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);
	int inner = build_port(said->b, bridge, P2P_TYPE_NOT_PCIE);
	int deep = build_endpoint(said->b, inner, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);
	int deeper = build_endpoint(said->b, inner, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);

	set(said, p.down[0], ACS_RR | ACS_CR | ACS_TB);
	assert_string_equal(said_ways(said, card, deep), "DDDD");
	assert_route(said, P2P_ROUTE_SWITCH, P2P_YES);
	assert_string_equal(said_ways(said, deep, deeper), "DDDD");
	assert_int_equal(said->verdict.common, said_index(said, inner));
	assert_string_equal(said_ways(said, card, p.nic), "RRBB");
	build_write(said->b, inner, REG_HEADER_TYPE, 1, 2);
	assert_string_equal(said_ways(said, deep, deeper), "DDDD");
	assert_route(said, P2P_ROUTE_SWITCH, P2P_YES);
}

static void a_port_reaches_what_is_below_it_and_the_reverse(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_RR | ACS_CR | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.up), "DDDD");
	assert_route(said, P2P_ROUTE_SWITCH, P2P_YES);
	assert_string_equal(said_ways(said, p.up, p.gpu), "DDDD");
	assert_string_equal(said_ways(said, p.gpu, p.down[1]), "RRRR");
}

/* The functions of an upstream port meet at the port above it. */
static void a_management_function_beside_an_upstream_port_is_same_device(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int management = build_sibling(said->b, p.up);

	build_write(said->b, management, REG_HEADER_TYPE, 1, 0);
	build_write(said->b, management, REG_CLASS_REV, 4, 0x058000u << 8);
	assert_string_equal(said_ways(said, p.gpu, management), "DDDD");
	assert_route(said, P2P_ROUTE_SAME_DEVICE, P2P_YES);
	assert_int_equal(said->verdict.common, said_index(said, p.port));
	build_acs(said->b, p.up, ACS_RR, ACS_RR);
	assert_string_equal(said_ways(said, p.gpu, management), "RRRR");
	assert_int_equal(said_by(said, p.up), ACS_RR);
}

static void two_upstream_functions_meet_at_the_port_above(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int second = build_sibling(said->b, p.up);
	int down = build_port(said->b, second, P2P_TYPE_SWITCH_DOWN);
	int nic = build_endpoint(said->b, down, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	set(said, p.down[0], ACS_RR | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, nic), "DDDD");
	assert_route(said, P2P_ROUTE_SAME_DEVICE, P2P_YES);
	assert_int_equal(said->verdict.smi, P2P_SMI_PXB);
}

static void tell_numa(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		snapshot->functions[i].numa = snapshot->functions[i].bdf.domain < 2 ? 0 :
										      1;
}

static enum p2p_smi smi(struct said *said, int from, int to)
{
	return said_judge(said, from, to)->smi;
}

static void places_have_nvidia_smis_words(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int hosts[2], nics[2];

	for (unsigned i = 0; i < 2; i++) {
		hosts[i] = build_host(said->b, i + 1, 0);
		nics[i] = build_endpoint(
			said->b, build_port(said->b, hosts[i], P2P_TYPE_ROOT_PORT),
			P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);
	}
	assert_int_equal(smi(said, p.gpu, p.gpu), P2P_SMI_X);
	assert_int_equal(smi(said, p.gpu, p.nic), P2P_SMI_PIX);
	assert_int_equal(smi(said, p.nvme, p.disk), P2P_SMI_PIX);
	assert_int_equal(smi(said, p.gpu, p.nvme), P2P_SMI_PXB);
	assert_int_equal(smi(said, p.gpu, p.far), P2P_SMI_PHB);
	assert_int_equal(smi(said, p.gpu, nics[0]), P2P_SMI_UNKNOWN);
	said->tell = tell_numa;
	assert_int_equal(smi(said, p.gpu, nics[0]), P2P_SMI_NODE);
	assert_int_equal(smi(said, p.gpu, nics[1]), P2P_SMI_SYS);
	set(said, p.down[0], ACS_RR | ACS_UF);
	assert_int_equal(smi(said, p.gpu, p.nic), P2P_SMI_PIX);
	build_readable(said->b, p.inner_up, 64);
	assert_int_equal(smi(said, p.gpu, p.nvme), P2P_SMI_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(below_different_root_ports_the_root_complex_decides),
		SAID(below_different_host_bridges_it_crosses_roots),
		SAID(on_the_way_to_the_root_complex_tb_blocks_what_is_translated),
		SAID(functions_of_one_device_on_a_root_bus_meet_in_the_root_complex),
		SAID(a_device_that_has_rr_off_loops_internally),
		SAID(a_device_that_cannot_say_is_assumed_to_loop),
		SAID(rr_of_a_device_sends_its_requests_out_and_back),
		SAID(rr_of_the_port_above_does_not_concern_a_device),
		SAID(a_pf_and_its_vfs_are_one_device),
		SAID(a_devices_egress_vector_goes_by_function_numbers),
		SAID(under_ari_function_numbers_have_eight_bits),
		SAID(function_groups_are_switched_on_in_function_0),
		SAID(a_function_group_that_is_not_told_leaves_it_unknown),
		SAID(on_a_conventional_bus_everything_is_direct),
		SAID(a_port_reaches_what_is_below_it_and_the_reverse),
		SAID(a_management_function_beside_an_upstream_port_is_same_device),
		SAID(two_upstream_functions_meet_at_the_port_above),
		SAID(places_have_nvidia_smis_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
