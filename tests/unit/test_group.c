/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IOMMU groups as pci_device_group() makes them: ports, switches, functions of one device,
 * VFs and conventional buses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/grouped.h"

static void below_a_port_that_isolates_an_endpoint_is_alone(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);

	grouped_make(g);
	ALONE(g, port, port + 1);
	assert_int_equal(g->groups->n_groups, 2);
	assert_int_equal(g->groups->n_ties, 0);
	assert_int_equal(grouped_of(g, port + 1)->certainty, P2P_CERTAIN);
}

static void below_a_port_without_acs_an_endpoint_is_with_it(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	TOGETHER(g, port, port + 1);
	assert_int_equal(g->groups->n_ties, 1);
	grouped_assert_tie(g, port, port, P2P_TIE_NO_ACS, 0);
}

static void a_tie_names_the_controls_that_are_off(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ACS_SV | ACS_CR | ACS_TB);

	TOGETHER(g, port, port + 1);
	grouped_assert_tie(g, port, port, P2P_TIE_ACS_OFF, ACS_RR | ACS_UF);
}

static void each_of_the_four_controls_is_needed(void **state)
{
	static const uint16_t bits[] = { ACS_SV, ACS_RR, ACS_CR, ACS_UF };
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);

	for (unsigned i = 0; i < 4; i++) {
		build_acs_control(g->b, port, ISOLATING & ~bits[i]);
		TOGETHER(g, port, port + 1);
		grouped_assert_tie(g, port, port, P2P_TIE_ACS_OFF, bits[i]);
	}
}

static void what_the_capability_does_not_offer_counts_as_on(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	build_acs(g->b, port, ACS_SV | ACS_RR, ACS_SV | ACS_RR);
	grouped_make(g);
	ALONE(g, port, port + 1);
	build_acs_control(g->b, port, ACS_SV);
	TOGETHER(g, port, port + 1);
	grouped_assert_tie(g, port, port, P2P_TIE_ACS_OFF, ACS_RR);
}

static void a_capability_that_offers_nothing_isolates(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	build_acs(g->b, port, 0, 0);
	grouped_make(g);
	ALONE(g, port, port + 1);
}

static void egress_control_and_translated_requests_do_not_matter(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING | ACS_DT);

	build_acs(g->b, port, ACS_CLASSIC, ISOLATING | ACS_DT);
	grouped_make(g);
	ALONE(g, port, port + 1);
}

/* host - port - up - n ports, an endpoint below each; all ports isolate. */
static int say_switch(struct grouped *g, unsigned n)
{
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int up = build_switch(g->b, port, n);

	grouped_isolate(g, port);
	for (unsigned i = 1; i <= n; i++)
		grouped_isolate(g, up + (int)i);
	for (unsigned i = 1; i <= n; i++)
		build_endpoint(g->b, up + (int)i, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	return up;
}

static void a_downstream_port_without_acs_holds_all_below_it_and_no_sibling(void **state)
{
	struct grouped *g = *state;
	int up = say_switch(g, 3), down = up + 1, endpoint = up + 4;

	build_acs(g->b, down + 1, OFFERED, 0);
	TOGETHER(g, down + 1, endpoint + 1);
	ALONE(g, up - 1, up, down, down + 2, endpoint, endpoint + 2);
	grouped_assert_tie(g, endpoint + 1, down + 1, P2P_TIE_ACS_OFF, ISOLATING);
}

static void ports_that_isolate_are_of_no_use_below_one_that_does_not(void **state)
{
	struct grouped *g = *state;
	int up = say_switch(g, 2), down = up + 1;
	int inner = build_switch(g->b, down + 1, 1), end;

	end = build_endpoint(g->b, inner + 1, P2P_TYPE_ENDPOINT, BUILD_CLASS_GPU);
	grouped_isolate(g, inner + 1);
	build_acs(g->b, down + 1, OFFERED, ACS_SV);
	TOGETHER(g, down + 1, down + 3, inner, inner + 1, end);
	assert_int_equal(grouped_of(g, end)->n_ties, 1);
	grouped_assert_tie(g, end, down + 1, P2P_TIE_ACS_OFF, ISOLATING & ~ACS_SV);
	ALONE(g, up, down, down + 2);
}

static void an_upstream_port_of_one_function_needs_no_acs(void **state)
{
	struct grouped *g = *state;
	int up = say_switch(g, 1);

	grouped_make(g);
	ALONE(g, up - 1, up, up + 1, up + 2);
}

static void an_upstream_port_that_is_one_of_several_functions_needs_acs(void **state)
{
	struct grouped *g = *state;
	int up = say_switch(g, 1), down = up + 1, end = up + 2;
	int manager = build_sibling(g->b, up);

	build_write(g->b, manager, REG_CLASS_REV, 4, 0x068000u << 8);
	build_write(g->b, manager, REG_HEADER_TYPE, 1, 0);
	TOGETHER(g, up, down, end, manager);
	ALONE(g, up - 1);
	grouped_assert_tie(g, end, up, P2P_TIE_MULTI_FUNCTION, 0);
	grouped_isolate(g, up);
	TOGETHER(g, down);
	ALONE(g, up, end, manager);
}

static void functions_of_one_device_are_together_and_one_with_acs_alone(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), end = port + 1;
	int second = build_sibling(g->b, end), third = build_sibling(g->b, end);
	int good = build_sibling(g->b, end);

	grouped_isolate(g, good);
	TOGETHER(g, end, second, third);
	ALONE(g, port, good);
	/* Each one that joins is itself what ties it. */
	assert_int_equal(grouped_of(g, end)->n_ties, 2);
	grouped_assert_tie(g, end, second, P2P_TIE_MULTI_FUNCTION, 0);
	grouped_assert_tie(g, end, third, P2P_TIE_MULTI_FUNCTION, 0);
	build_acs(g->b, good, OFFERED, ACS_RR);
	TOGETHER(g, end, second, third, good);
	grouped_assert_tie(g, end, good, P2P_TIE_MULTI_FUNCTION, ISOLATING & ~ACS_RR);
}

static void function_0_alone_without_acs_is_not_tied_to_good_siblings(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), end = port + 1;
	int good = build_sibling(g->b, end);

	grouped_isolate(g, good);
	grouped_make(g);
	ALONE(g, port, end, good);
}

static void on_a_root_bus_functions_of_one_slot_are_together(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0);
	int first = build_endpoint(g->b, host, P2P_TYPE_NOT_PCIE, 0x060100);
	int second = build_sibling(g->b, first);
	int other = build_endpoint(g->b, host, P2P_TYPE_NOT_PCIE, 0x0c0330);
	int integrated = build_endpoint(g->b, host, P2P_TYPE_RCIEP, 0x020000);

	TOGETHER(g, first, second);
	ALONE(g, other, integrated);
	grouped_assert_tie(g, first, second, P2P_TIE_MULTI_FUNCTION, 0);
}

static void root_ports_of_one_device_hold_together_with_all_below(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);
	int second = build_sibling(g->b, port), third = build_sibling(g->b, port);
	int below = build_endpoint(g->b, second, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);
	int apart = build_endpoint(g->b, third, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	grouped_isolate(g, third);
	TOGETHER(g, port, second, port + 1, below);
	ALONE(g, third, apart);
}

static void with_ari_functions_beyond_7_are_another_slot(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), end = port + 1;
	int eighth, ninth;

	build_ari_forwarding(g->b, port);
	for (int i = 1; i < 8; i++)
		build_sibling(g->b, end);
	/* The header of function 8 needs not say that there are several. */
	eighth = build_endpoint(g->b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	ninth = build_sibling(g->b, eighth);
	build_write(g->b, eighth, REG_HEADER_TYPE, 1, 0);
	TOGETHER(g, end, end + 1, end + 2, end + 3, end + 4, end + 5, end + 6, end + 7);
	ALSO(g, eighth, ninth);
	ALONE(g, port);
}

static void a_vf_is_alone_behind_a_port_that_isolates(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), pf = port + 1;

	build_vfs(g->b, pf, 2, 1, 1);
	grouped_make(g);
	ALONE(g, port, pf, pf + 1, pf + 2);
}

static void vfs_are_with_their_pf_behind_a_port_without_acs(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS), pf = port + 1;

	build_vfs(g->b, pf, 2, 1, 1);
	TOGETHER(g, port, pf, pf + 1, pf + 2);
}

static void vfs_on_a_bus_of_their_own_have_their_pfs_path(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), pf = port + 1;

	build_vfs(g->b, pf, 2, 0x100, 1);
	grouped_make(g);
	ALONE(g, port, pf, pf + 1, pf + 2);
	build_acs_control(g->b, port, 0);
	TOGETHER(g, port, pf, pf + 1, pf + 2);
}

static void vfs_are_no_functions_of_their_pfs_device(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), pf = port + 1;
	int second = build_sibling(g->b, pf);

	build_vfs(g->b, pf, 2, 2, 1);
	TOGETHER(g, pf, second);
	ALONE(g, second + 1, second + 2);
}

static void a_conventional_bus_is_one_group_with_its_bridge(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int bridge = build_port(g->b, port, P2P_TYPE_PCIE_TO_PCI);
	int a = build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x0c0300);
	int b = build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x020000);
	int inner = build_port(g->b, bridge, P2P_TYPE_NOT_PCIE);
	int c = build_endpoint(g->b, inner, P2P_TYPE_NOT_PCIE, 0x020000);

	grouped_isolate(g, port);
	TOGETHER(g, bridge, a, b, inner, c);
	ALONE(g, port);
	grouped_assert_tie(g, a, bridge, P2P_TIE_PCI_BRIDGE, 0);
	grouped_assert_tie(g, a, inner, P2P_TIE_PCI_BRIDGE, 0);
	assert_int_equal(grouped_of(g, a)->n_ties, 2);
}

static void a_conventional_bridge_on_the_root_bus_holds_all_below(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0);
	int bridge = build_port(g->b, host, P2P_TYPE_NOT_PCIE);
	int a = build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x0c0300);
	int b = build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x020000);
	int other = build_endpoint(g->b, host, P2P_TYPE_NOT_PCIE, 0x010601);

	TOGETHER(g, bridge, a, b);
	ALONE(g, other);
}

static void below_a_bridge_back_to_express_all_carry_its_id(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int to_pci = build_port(g->b, port, P2P_TYPE_PCIE_TO_PCI);
	int back = build_port(g->b, to_pci, P2P_TYPE_PCI_TO_PCIE);
	int end = build_endpoint(g->b, back, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	grouped_isolate(g, port);
	TOGETHER(g, to_pci, back, end);
	ALONE(g, port);
	grouped_assert_tie(g, end, back, P2P_TIE_PCI_BRIDGE, 0);
}

static void groups_count_in_the_order_in_which_functions_are_added(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), first = grouped_port(g, host, ISOLATING);
	int second = grouped_port(g, host, ISOLATING), vf = second + 2;
	const struct p2p_groups *groups;

	build_vfs(g->b, first + 1, 1, 1, 1);
	groups = grouped_make(g);
	/* A bus first, then what is below; VFs when a driver made them. */
	assert_int_equal(groups->of[said_index(g->said, first)], 0);
	assert_int_equal(groups->of[said_index(g->said, second)], 1);
	assert_int_equal(groups->of[said_index(g->said, first + 1)], 2);
	assert_int_equal(groups->of[said_index(g->said, second + 1)], 3);
	assert_int_equal(groups->of[said_index(g->said, vf)], 4);
	assert_int_equal(groups->rule, P2P_RULE_MAINLINE);
}

static void a_port_in_the_wrong_place_is_an_endpoint_to_the_kernel(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int odd = build_port(g->b, port, P2P_TYPE_SWITCH_DOWN);
	int end = build_endpoint(g->b, odd, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	grouped_isolate(g, port);
	/* A downstream port would need ACS, an endpoint of one function does not. */
	grouped_make(g);
	ALONE(g, port, odd, end);
}

static void an_event_collector_never_isolates_beside_other_functions(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0);
	int first = build_endpoint(g->b, host, P2P_TYPE_RCIEP, 0x088000);
	int collector = build_sibling(g->b, first);

	build_write(g->b, collector, BUILD_EXPRESS + REG_EXP_FLAGS, 2, 0xa2);
	grouped_isolate(g, collector);
	TOGETHER(g, first, collector);
	grouped_isolate(g, first);
	grouped_make(g);
	ALONE(g, first, collector);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GROUPED(below_a_port_that_isolates_an_endpoint_is_alone),
		GROUPED(below_a_port_without_acs_an_endpoint_is_with_it),
		GROUPED(a_tie_names_the_controls_that_are_off),
		GROUPED(each_of_the_four_controls_is_needed),
		GROUPED(what_the_capability_does_not_offer_counts_as_on),
		GROUPED(a_capability_that_offers_nothing_isolates),
		GROUPED(egress_control_and_translated_requests_do_not_matter),
		GROUPED(a_downstream_port_without_acs_holds_all_below_it_and_no_sibling),
		GROUPED(ports_that_isolate_are_of_no_use_below_one_that_does_not),
		GROUPED(an_upstream_port_of_one_function_needs_no_acs),
		GROUPED(an_upstream_port_that_is_one_of_several_functions_needs_acs),
		GROUPED(functions_of_one_device_are_together_and_one_with_acs_alone),
		GROUPED(function_0_alone_without_acs_is_not_tied_to_good_siblings),
		GROUPED(on_a_root_bus_functions_of_one_slot_are_together),
		GROUPED(root_ports_of_one_device_hold_together_with_all_below),
		GROUPED(with_ari_functions_beyond_7_are_another_slot),
		GROUPED(a_vf_is_alone_behind_a_port_that_isolates),
		GROUPED(vfs_are_with_their_pf_behind_a_port_without_acs),
		GROUPED(vfs_on_a_bus_of_their_own_have_their_pfs_path),
		GROUPED(vfs_are_no_functions_of_their_pfs_device),
		GROUPED(a_conventional_bus_is_one_group_with_its_bridge),
		GROUPED(a_conventional_bridge_on_the_root_bus_holds_all_below),
		GROUPED(below_a_bridge_back_to_express_all_carry_its_id),
		GROUPED(groups_count_in_the_order_in_which_functions_are_added),
		GROUPED(a_port_in_the_wrong_place_is_an_endpoint_to_the_kernel),
		GROUPED(an_event_collector_never_isolates_beside_other_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
