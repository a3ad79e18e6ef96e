/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups of functions that use requester ids which are not their own: aliases on their bus,
 * and VMD. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/grouped.h"

/* An endpoint of two functions with these ids, behind a port that isolates. */
static int say_pair(struct grouped *g, uint16_t vendor, uint16_t device)
{
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);
	int second = build_sibling(g->b, port + 1);

	build_ids(g->b, port + 1, vendor, device);
	build_ids(g->b, second, vendor, device);
	return port + 1;
}

/* Two devices on one root bus; what the first one has is its own affair. */
static int say_neighbours(struct grouped *g, uint16_t vendor, uint16_t device)
{
	int host = build_host(g->b, 0, 0);
	int first = build_endpoint(g->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NVME);

	build_endpoint(g->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NVME);
	build_ids(g->b, first, vendor, device);
	return first;
}

static void a_device_that_uses_an_id_is_with_whom_it_belongs_to(void **state)
{
	struct grouped *g = *state;
	int first = say_neighbours(g, 0x9005, 0x0285);

	grouped_make(g);
	ALONE(g, first, first + 1);
	build_write(g->b, first, REG_SUBSYS_VENDOR, 4, 0x02bb9005);
	TOGETHER(g, first, first + 1);
	grouped_assert_tie(g, first, first + 1, P2P_TIE_DMA_ALIAS, 0);
}

static void a_bridge_that_uses_all_ids_is_with_its_whole_bus(void **state)
{
	struct grouped *g = *state;
	int first = say_neighbours(g, 0x10b5, 0x87b0);

	TOGETHER(g, first, first + 1);
	g->said->kernel = "5.5";
	grouped_make(g);
	ALONE(g, first, first + 1);
}

static void a_function_that_uses_function_1s_id_is_with_it_despite_acs(void **state)
{
	struct grouped *g = *state;
	int end = say_pair(g, 0x1b4b, 0x9123), second = end + 1;
	int third = build_sibling(g->b, end);

	build_ids(g->b, second, 0x1b4b, 0x91a3);
	for (int i = end; i <= third; i++)
		grouped_isolate(g, i);
	TOGETHER(g, end, second);
	ALONE(g, third);
	grouped_assert_tie(g, end, second, P2P_TIE_DMA_ALIAS, 0);
}

static void a_function_that_uses_function_0s_id_is_with_it_despite_acs(void **state)
{
	struct grouped *g = *state;
	int end = say_pair(g, 0x1180, 0xe822), second = end + 1;

	build_ids(g->b, second, 0x1180, 0xe832);
	grouped_isolate(g, end);
	grouped_isolate(g, second);
	TOGETHER(g, end, second);
}

static void two_that_use_the_id_of_a_third_are_together(void **state)
{
	struct grouped *g = *state;
	int end = say_pair(g, 0x1b4b, 0x9123), second = end + 1;
	int third = build_sibling(g->b, end);

	/* Function 1 comes between them and is added second. */
	build_ids(g->b, second, 0x1b4b, 0x91a3);
	build_ids(g->b, third, 0x1b4b, 0x9123);
	for (int i = end; i <= third; i++)
		grouped_isolate(g, i);
	TOGETHER(g, end, second, third);
	build_hide(g->b, second);
	/* An id that nobody has ties nobody. */
	grouped_make(g);
	ALONE(g, end, third);
}

static void ids_in_a_table_behind_a_bar_are_assumed_not_to_matter(void **state)
{
	struct grouped *g = *state;
	int first = say_neighbours(g, 0x11f8, 0x8536);

	build_write(g->b, first, REG_CLASS_REV, 4, 0x068000u << 8);
	grouped_make(g);
	ALONE(g, first, first + 1);
	assert_int_equal(grouped_of(g, first)->assumed, P2P_ASSUME_ALIASES);
	build_write(g->b, first, REG_CLASS_REV, 4, 0x058000u << 8);
	grouped_make(g);
	assert_int_equal(grouped_of(g, first)->assumed, 0);
}

static void above_a_bridge_where_ids_are_translated_they_do_not_matter(void **state)
{
	struct grouped *g = *state;
	int outer = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_PCIE_TO_PCI);
	int port = build_port(g->b, outer, P2P_TYPE_ROOT_PORT);
	int end = build_endpoint(g->b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	TOGETHER(g, outer, port, end);
	grouped_assert_tie(g, end, outer, P2P_TIE_PCI_BRIDGE, 0);
	/* The path to it decides, as it always does. */
	build_ids(g->b, port, 0x14e4, 0x9000);
	TOGETHER(g, outer, port, end);
	grouped_assert_tie(g, end, port, P2P_TIE_NO_ACS, 0);
}

static void a_bridge_that_leaves_ids_alone_does_not_isolate_either(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int bridge = build_port(g->b, port, P2P_TYPE_PCIE_TO_PCI);
	int vga = build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, 0x030000);

	grouped_isolate(g, port);
	build_ids(g->b, bridge, 0x1a03, 0x1150);
	g->said->kernel = "7.0";
	TOGETHER(g, bridge, vga);
	ALONE(g, port);
}

/* A VMD function in domain 0, and a root port with a drive in the domain it made. */
static int say_vmd(struct grouped *g, uint16_t device)
{
	int vmd = build_endpoint(g->b, build_host(g->b, 0, 0), P2P_TYPE_RCIEP, 0x010400);

	build_ids(g->b, vmd, 0x8086, device);
	grouped_port(g, build_host(g->b, 0x10000, 0xe0), ISOLATING);
	return vmd;
}

static void tell_vmd(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		snapshot->functions[i].is_behind_vmd =
			p2p_tri_of(snapshot->functions[i].bdf.domain);
		snapshot->functions[i].vmd = snapshot->functions[0].bdf;
	}
}

static void tell_no_vmd(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		snapshot->functions[i].is_behind_vmd = P2P_NO;
}

static void tell_driver(struct said *said, struct p2p_snapshot *snapshot)
{
	snapshot->functions[0].driver = p2p_snapshot_keep(snapshot, "vmd", 3);
}

static void behind_vmd_all_is_with_the_vmd_function(void **state)
{
	struct grouped *g = *state;
	int vmd = say_vmd(g, 0x0001), port = vmd + 2;

	g->said->tell = tell_vmd;
	TOGETHER(g, vmd, port, port + 1);
	grouped_assert_tie(g, vmd, vmd, P2P_TIE_DMA_ALIAS, 0);
	assert_int_equal(grouped_of(g, vmd)->assumed, 0);
}

static void without_a_word_a_high_domain_is_a_vmds(void **state)
{
	struct grouped *g = *state;
	int vmd = say_vmd(g, 0x28c0), port = vmd + 2;

	TOGETHER(g, vmd, port, port + 1);
	assert_int_equal(grouped_of(g, vmd)->assumed, P2P_ASSUME_VMD);
	g->said->tell = tell_no_vmd;
	grouped_make(g);
	ALONE(g, vmd, port, port + 1);
}

static void a_vmd_is_known_by_its_driver_too(void **state)
{
	struct grouped *g = *state;
	int vmd = say_vmd(g, 0x0001), port = vmd + 2;

	grouped_make(g);
	ALONE(g, vmd, port, port + 1);
	g->said->tell = tell_driver;
	TOGETHER(g, vmd, port, port + 1);
}

static void the_second_high_domain_is_the_second_vmds(void **state)
{
	struct grouped *g = *state;
	int vmd = say_vmd(g, 0x28c0), port = vmd + 2, second, far;

	second = build_endpoint(g->b, vmd - 1, P2P_TYPE_RCIEP, 0x010400);
	build_ids(g->b, second, 0x8086, 0xa77f);
	far = grouped_port(g, build_host(g->b, 0x10001, 0xe0), ISOLATING);
	TOGETHER(g, vmd, port, port + 1);
	ALSO(g, second, far, far + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GROUPED(a_device_that_uses_an_id_is_with_whom_it_belongs_to),
		GROUPED(a_bridge_that_uses_all_ids_is_with_its_whole_bus),
		GROUPED(a_function_that_uses_function_1s_id_is_with_it_despite_acs),
		GROUPED(a_function_that_uses_function_0s_id_is_with_it_despite_acs),
		GROUPED(two_that_use_the_id_of_a_third_are_together),
		GROUPED(ids_in_a_table_behind_a_bar_are_assumed_not_to_matter),
		GROUPED(above_a_bridge_where_ids_are_translated_they_do_not_matter),
		GROUPED(a_bridge_that_leaves_ids_alone_does_not_isolate_either),
		GROUPED(behind_vmd_all_is_with_the_vmd_function),
		GROUPED(without_a_word_a_high_domain_is_a_vmds),
		GROUPED(a_vmd_is_known_by_its_driver_too),
		GROUPED(the_second_high_domain_is_the_second_vmds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
