/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups by the stricter rule: a bus is judged by all that is on it (J. Gunthorpe, "Fix
 * incorrect iommu_groups with PCIe ACS", v3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/grouped.h"

/* host - port - up - 3 ports, an endpoint below each; all ports isolate. */
struct switched {
	int port, up, down, end;
};

static struct switched say_switch(struct grouped *g)
{
	struct switched s = { 0 };

	g->rule = P2P_RULE_STRICT;
	s.port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	s.up = build_switch(g->b, s.port, 3);
	s.down = s.up + 1;
	grouped_isolate(g, s.port);
	for (int i = 0; i < 3; i++)
		grouped_isolate(g, s.down + i);
	s.end = build_endpoint(g->b, s.down, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	for (int i = 1; i < 3; i++)
		build_endpoint(g->b, s.down + i, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	return s;
}

static void below_a_switch_that_isolates_each_endpoint_is_alone(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);

	grouped_make(g);
	ALONE(g, s.port, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1,
	      s.end + 2);
	assert_int_equal(g->groups->rule, P2P_RULE_STRICT);
	assert_int_equal(g->groups->n_ties, 0);
}

static void one_port_that_does_not_isolate_opens_the_whole_switch(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);

	build_acs_control(g->b, s.down + 1, ISOLATING & ~ACS_RR);
	TOGETHER(g, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	ALONE(g, s.port, s.up);
	assert_int_equal(grouped_of(g, s.end)->n_ties, 1);
	grouped_assert_tie(g, s.end, s.down + 1, P2P_TIE_ACS_OFF, ACS_RR);
}

static void
another_function_on_the_switchs_own_bus_takes_the_upstream_port_in(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);
	int ntb = build_endpoint(g->b, s.up, P2P_TYPE_ENDPOINT, 0x068000);

	TOGETHER(g, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2,
		 ntb);
	ALONE(g, s.port);
	grouped_assert_tie(g, ntb, ntb, P2P_TIE_NO_ACS, 0);
}

static void of_what_opens_a_switch_the_order_does_not_matter(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);

	build_acs_control(g->b, s.down, 0);
	build_ids(g->b, s.down + 1, 0x10b5, 0x87b0);
	TOGETHER(g, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	build_acs_control(g->b, s.down, ISOLATING);
	build_acs_control(g->b, s.down + 2, 0);
	TOGETHER(g, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	/* Function 0 cannot use function 0's id for its own. */
	build_ids(g->b, s.down + 1, 0x1180, 0xe832);
	TOGETHER(g, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	ALONE(g, s.up);
}

static void a_port_that_is_none_to_the_kernel_takes_the_upstream_port_in(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);
	int odd = build_port(g->b, s.up, P2P_TYPE_SWITCH_UP);

	TOGETHER(g, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2,
		 odd);
	ALONE(g, s.port);
}

static void what_opens_a_switch_opens_those_below_it(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);
	int inner = build_switch(g->b, s.down + 2, 1), end;

	grouped_isolate(g, inner + 1);
	end = build_endpoint(g->b, inner + 1, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);
	build_acs_control(g->b, s.down, 0);
	TOGETHER(g, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2, inner,
		 inner + 1, end);
	build_acs_control(g->b, s.down, ISOLATING);
	build_acs_control(g->b, inner + 1, 0);
	TOGETHER(g, inner + 1, end);
	ALONE(g, s.port, s.up, s.down, s.down + 2, s.end, inner);
}

static void ports_that_let_requests_into_the_switch_take_its_functions_in(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);
	const uint16_t cap = OFFERED | ACS_ENHANCED;

	for (int i = 0; i < 3; i++)
		build_acs(g->b, s.down + i, cap, ISOLATING | 0x0a00);
	grouped_make(g);
	ALONE(g, s.up, s.down, s.end);
	build_acs_control(g->b, s.down, ISOLATING | 0x0800);
	TOGETHER(g, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	grouped_assert_tie(g, s.end, s.down, P2P_TIE_ACS_OFF, ACS_DM);
	build_acs_control(g->b, s.down, ISOLATING | 0x0200);
	TOGETHER(g, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	grouped_assert_tie(g, s.end, s.down, P2P_TIE_ACS_OFF, ACS_UM);
}

static void a_root_port_with_acs_that_is_off_holds_all_below(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);

	build_acs_control(g->b, s.port, ACS_SV);
	TOGETHER(g, s.port, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1,
		 s.end + 2);
	grouped_assert_tie(g, s.end, s.port, P2P_TIE_ACS_OFF, ISOLATING & ~ACS_SV);
}

static void a_root_port_with_enhanced_controls_needs_one_of_them(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	g->rule = P2P_RULE_STRICT;
	build_acs(g->b, port, OFFERED | ACS_ENHANCED, ISOLATING);
	TOGETHER(g, port, port + 1);
	grouped_assert_tie(g, port, port, P2P_TIE_ACS_OFF, ACS_DM);
	build_acs_control(g->b, port, ISOLATING | 0x0200);
	grouped_make(g);
	ALONE(g, port, port + 1);
}

static void a_root_port_without_acs_is_taken_not_to_loop_back(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), NO_ACS);

	g->rule = P2P_RULE_STRICT;
	grouped_make(g);
	ALONE(g, port, port + 1);
}

static void functions_without_acs_are_taken_not_to_loop_back(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), end = port + 1;
	int second = build_sibling(g->b, end), third = build_sibling(g->b, end);

	g->rule = P2P_RULE_STRICT;
	grouped_make(g);
	ALONE(g, end, second, third);
	/* One that could and does not redirect reaches all of them. */
	build_acs(g->b, third, OFFERED, 0);
	TOGETHER(g, end, second, third);
	grouped_isolate(g, third);
	grouped_make(g);
	ALONE(g, end, second, third);
}

static void below_functions_that_reach_each_other_all_is_together(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);
	int second = build_sibling(g->b, port);
	int end = build_endpoint(g->b, second, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	g->rule = P2P_RULE_STRICT;
	build_acs(g->b, second, OFFERED, 0);
	TOGETHER(g, port, port + 1, second, end);
}

static void vfs_are_with_their_pf_only_where_all_is(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING), pf = port + 1;

	g->rule = P2P_RULE_STRICT;
	build_vfs(g->b, pf, 2, 1, 1);
	grouped_make(g);
	ALONE(g, port, pf, pf + 1, pf + 2);
	build_acs_control(g->b, port, 0);
	TOGETHER(g, port, pf, pf + 1, pf + 2);
}

static int say_conventional(struct grouped *g, enum p2p_pcie_type type)
{
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int bridge = build_port(g->b, port, type);

	g->rule = P2P_RULE_STRICT;
	grouped_isolate(g, port);
	build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x0c0300);
	build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x020000);
	return bridge;
}

static void a_conventional_bus_is_one_group_without_its_bridge(void **state)
{
	struct grouped *g = *state;
	int bridge = say_conventional(g, P2P_TYPE_PCIE_TO_PCI);

	TOGETHER(g, bridge + 1, bridge + 2);
	ALONE(g, bridge, bridge - 1);
	grouped_assert_tie(g, bridge + 1, bridge, P2P_TIE_PCI_BRIDGE, 0);
}

static void a_bridge_with_memory_of_its_own_is_with_its_bus(void **state)
{
	struct grouped *g = *state;
	int bridge = say_conventional(g, P2P_TYPE_PCIE_TO_PCI);

	build_write(g->b, bridge, REG_BAR_0, 4, 0xfe000000);
	TOGETHER(g, bridge, bridge + 1, bridge + 2);
	build_write(g->b, bridge, REG_BAR_0, 4, 0xe001);
	TOGETHER(g, bridge + 1, bridge + 2);
}

static void a_bridge_without_express_is_with_its_bus(void **state)
{
	struct grouped *g = *state;
	int bridge = say_conventional(g, P2P_TYPE_NOT_PCIE);

	TOGETHER(g, bridge, bridge + 1, bridge + 2);
	/* But one that the kernel knows to be an express bridge without the capability. */
	build_ids(g->b, bridge, 0x1b21, 0x1080);
	TOGETHER(g, bridge + 1, bridge + 2);
	ALONE(g, bridge);
}

static void a_bridge_back_to_express_is_with_its_bus(void **state)
{
	struct grouped *g = *state;
	int bridge = say_conventional(g, P2P_TYPE_PCIE_TO_PCI);
	int back = build_port(g->b, bridge, P2P_TYPE_PCI_TO_PCIE);
	int end = build_endpoint(g->b, back, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	TOGETHER(g, bridge + 1, bridge + 2, back, end);
	ALONE(g, bridge);
}

static void a_requester_id_of_another_ties_on_a_bus_that_isolates(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0);
	int first = build_endpoint(g->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NVME);
	int second = build_endpoint(g->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NVME);
	int third = build_endpoint(g->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NVME);

	g->rule = P2P_RULE_STRICT;
	grouped_make(g);
	ALONE(g, first, second, third);
	build_ids(g->b, second, 0x10b5, 0x87b1);
	TOGETHER(g, first, second, third);
}

static void a_port_that_uses_other_ids_opens_its_switch(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);

	build_ids(g->b, s.down, 0x10b5, 0x87b0);
	TOGETHER(g, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	grouped_assert_tie(g, s.end, s.down, P2P_TIE_DMA_ALIAS, 0);
}

static void where_ids_are_translated_a_group_begins(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int root = build_port(g->b, port, P2P_TYPE_ROOT_PORT);

	g->rule = P2P_RULE_STRICT;
	build_acs(g->b, port, OFFERED, 0);
	TOGETHER(g, port, root);
	build_ids(g->b, root, 0x14e4, 0x9084);
	grouped_make(g);
	ALONE(g, port, root);
}

static void tell_vmd(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 1; i < snapshot->n_functions; i++) {
		snapshot->functions[i].is_behind_vmd = P2P_YES;
		snapshot->functions[i].vmd = snapshot->functions[0].bdf;
	}
}

static void behind_vmd_all_is_with_the_vmd_function(void **state)
{
	struct grouped *g = *state;
	int vmd = build_endpoint(g->b, build_host(g->b, 0, 0), P2P_TYPE_RCIEP, 0x010400);
	int port = grouped_port(g, build_host(g->b, 0x10000, 0), ISOLATING);

	g->rule = P2P_RULE_STRICT;
	g->said->tell = tell_vmd;
	TOGETHER(g, vmd, port, port + 1);
}

static void a_port_that_was_not_read_may_open_its_switch(void **state)
{
	struct grouped *g = *state;
	struct switched s = say_switch(g);

	build_readable(g->b, s.down + 1, 256);
	TOGETHER(g, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	ALONE(g, s.up);
	assert_int_equal(grouped_of(g, s.end)->certainty, P2P_UNCERTAIN);
	assert_int_equal(grouped_of(g, s.end)->n_unread, 1);
	assert_int_equal(grouped_of(g, s.up)->certainty, P2P_CERTAIN);
	/* Even its kind is not known: it may take the upstream port in. */
	build_readable(g->b, s.down + 1, 64);
	TOGETHER(g, s.up, s.down, s.down + 1, s.down + 2, s.end, s.end + 1, s.end + 2);
	assert_int_equal(grouped_of(g, s.up)->certainty, P2P_UNCERTAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GROUPED(below_a_switch_that_isolates_each_endpoint_is_alone),
		GROUPED(one_port_that_does_not_isolate_opens_the_whole_switch),
		GROUPED(another_function_on_the_switchs_own_bus_takes_the_upstream_port_in),
		GROUPED(of_what_opens_a_switch_the_order_does_not_matter),
		GROUPED(a_port_that_is_none_to_the_kernel_takes_the_upstream_port_in),
		GROUPED(what_opens_a_switch_opens_those_below_it),
		GROUPED(ports_that_let_requests_into_the_switch_take_its_functions_in),
		GROUPED(a_root_port_with_acs_that_is_off_holds_all_below),
		GROUPED(a_root_port_with_enhanced_controls_needs_one_of_them),
		GROUPED(a_root_port_without_acs_is_taken_not_to_loop_back),
		GROUPED(functions_without_acs_are_taken_not_to_loop_back),
		GROUPED(below_functions_that_reach_each_other_all_is_together),
		GROUPED(vfs_are_with_their_pf_only_where_all_is),
		GROUPED(a_conventional_bus_is_one_group_without_its_bridge),
		GROUPED(a_bridge_with_memory_of_its_own_is_with_its_bus),
		GROUPED(a_bridge_without_express_is_with_its_bus),
		GROUPED(a_bridge_back_to_express_is_with_its_bus),
		GROUPED(a_requester_id_of_another_ties_on_a_bus_that_isolates),
		GROUPED(a_port_that_uses_other_ids_opens_its_switch),
		GROUPED(where_ids_are_translated_a_group_begins),
		GROUPED(behind_vmd_all_is_with_the_vmd_function),
		GROUPED(a_port_that_was_not_read_may_open_its_switch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
