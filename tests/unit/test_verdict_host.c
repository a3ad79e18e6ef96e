/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs that go through the host bridge: which bridges and CPUs each kernel lets them
 * through, and what makes that assumed or unknown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/plant.h"

static void set(struct said *said, int function, uint16_t ctrl)
{
	build_acs(said->b, function, ACS_CLASSIC, ctrl);
}

static enum p2p_map map(struct said *said, int from, int to)
{
	return said_judge(said, from, to)->map;
}

static enum p2p_map map_by(struct said *said, const char *kernel, int from, int to)
{
	said->kernel = kernel;
	return map(said, from, to);
}

/* A second host bridge like the first, with a root port and an endpoint. */
static int say_second_host(struct said *said, uint16_t device)
{
	int host = build_host(said->b, 0, 0x80);
	int bridge = build_endpoint(said->b, host, P2P_TYPE_NOT_PCIE, BUILD_CLASS_HOST);

	build_ids(said->b, bridge, 0x8086, device);
	return build_endpoint(said->b, build_port(said->b, host, P2P_TYPE_ROOT_PORT),
			      P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);
}

static void some_host_bridges_are_listed_for_themselves_only(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int nic = say_second_host(said, 0x2f00);

	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(map(said, p.gpu, nic), P2P_MAP_NOT_SUPPORTED);
	build_ids(said->b, p.bridge, 0x8086, 0x09a2);
	assert_int_equal(map(said, p.gpu, nic), P2P_MAP_NOT_SUPPORTED);
}

static void other_host_bridges_are_listed_for_pairs(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int nic = say_second_host(said, 0x09a2);

	build_ids(said->b, p.bridge, 0x8086, 0x2030);
	assert_int_equal(map(said, p.gpu, nic), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(map_by(said, "5.15", p.gpu, nic), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(map_by(said, "5.15", p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
}

static void the_lowest_function_stands_for_its_host_bridge(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_hide(said->b, p.bridge);
	build_ids(said->b, p.port, 0x8086, 0x2030);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(map_by(said, "5.16", p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(map_by(said, "5.15", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
	build_ids(said->b, p.other, 0x8086, 0x2030);
	build_ids(said->b, p.port, 0x8086, 0x2fff);
	assert_int_equal(map_by(said, "6.12", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
}

static void a_first_function_that_is_no_root_port_stands_for_nothing(void **state)
{
	struct said *said = *state;
	int host = build_host(said->b, 0, 0);
	int gone = build_endpoint(said->b, host, P2P_TYPE_NOT_PCIE, BUILD_CLASS_HOST);
	int first = build_endpoint(said->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NIC);
	int second = build_endpoint(said->b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NIC);

	build_hide(said->b, gone);
	build_ids(said->b, first, 0x8086, 0x09a2);
	assert_int_equal(map(said, first, second), P2P_MAP_NOT_SUPPORTED);
}

static void a_first_function_of_unseen_type_may_be_a_root_port(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_hide(said->b, p.bridge);
	build_ids(said->b, p.port, 0x8086, 0x2030);
	build_readable(said->b, p.port, 64);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_UNKNOWN);
	assert_true(said_misses(said, -1, P2P_EVIDENCE_HOST_BRIDGE));
	build_ids(said->b, p.port, 0x8086, 0x2fff);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
}

static void a_host_bridge_without_ids_is_unknown_unless_the_cpu_decides(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_readable(said->b, p.bridge, 0);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_UNKNOWN);
	assert_true(said_misses(said, -1, P2P_EVIDENCE_HOST_BRIDGE));
	said->cpu = "zen";
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(said->verdict.n_missing, 0);
}

static void an_unknown_cpu_matters_where_the_host_bridge_is_not_listed(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	said->cpu = NULL;
	build_ids(said->b, p.bridge, 0x1022, 0xffee);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_UNKNOWN);
	assert_true(said_misses(said, -1, P2P_EVIDENCE_CPU));
	assert_int_equal(map(said, p.gpu, p.nic), P2P_MAP_BUS_ADDR);
	assert_int_equal(said->verdict.n_missing, 0);
	assert_int_equal(map_by(said, "5.9", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
}

static void an_inferred_cpu_makes_assumed_what_it_decides(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	said->cpu = NULL;
	build_ids(said->b, p.bridge, 0x1022, 0x1480);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_CPU);
	map(said, p.gpu, p.nic);
	assert_int_equal(said->verdict.assumed, 0);
	build_ids(said->b, p.bridge, 0x8086, 0x2f00);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(said->verdict.assumed, 0);
}

static void an_assumed_kernel_matters_through_the_host_bridge(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	said->kernel = NULL;
	assert_int_equal(map(said, p.gpu, p.nic), P2P_MAP_BUS_ADDR);
	assert_int_equal(said->verdict.assumed, 0);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_KERNEL);
	build_ids(said->b, p.bridge, 0x1d17, 0x1008);
	assert_int_equal(map(said, p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_KERNEL);
	assert_int_equal(map_by(said, "7.3.1-foo", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_DISTRO);
	assert_int_equal(map_by(said, "7.3", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(said->verdict.assumed, 0);
}

static void tell_iommu_off(struct said *said, struct p2p_snapshot *snapshot)
{
	snapshot->system.iommu = P2P_IOMMU_OFF;
}

static void tell_iommu_on(struct said *said, struct p2p_snapshot *snapshot)
{
	snapshot->system.iommu = P2P_IOMMU_TRANSLATED;
}

static void the_first_kernel_takes_nothing_but_clean_paths(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	said->cpu = "zen";
	assert_int_equal(map_by(said, "4.20", p.gpu, p.nic), P2P_MAP_BUS_ADDR);
	assert_int_equal(map_by(said, "4.20", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(map_by(said, "5.1", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
	set(said, p.down[0], ACS_RR);
	assert_int_equal(map_by(said, "4.20", p.gpu, p.nic), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_OLD_KERNEL);
}

static void kernels_5_2_and_5_3_cross_zen_without_an_iommu(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_ids(said->b, p.bridge, 0x1022, 0x1450);
	assert_int_equal(map_by(said, "5.2", p.gpu, p.far), P2P_MAP_UNKNOWN);
	assert_true(said_misses(said, -1, P2P_EVIDENCE_IOMMU));
	said->tell = tell_iommu_on;
	assert_int_equal(map_by(said, "5.3", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
	said->tell = tell_iommu_off;
	assert_int_equal(map_by(said, "5.2", p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	set(said, p.down[0], ACS_RR);
	assert_int_equal(map_by(said, "5.3", p.gpu, p.nic), P2P_MAP_NOT_SUPPORTED);
	build_ids(said->b, p.bridge, 0x8086, 0x2f00);
	said->tell = NULL;
	assert_int_equal(map_by(said, "5.3", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
}

static void from_5_4_a_redirect_may_go_through_the_host_bridge(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_RR);
	assert_int_equal(map_by(said, "5.3", p.gpu, p.nic), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(map_by(said, "5.4", p.gpu, p.nic), P2P_MAP_THRU_HOST_BRIDGE);
	said->tell = tell_iommu_on;
	assert_int_equal(map_by(said, "5.4", p.gpu, p.nic), P2P_MAP_THRU_HOST_BRIDGE);
}

static void from_5_10_the_cpu_is_asked_not_amds_host_bridge(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_ids(said->b, p.bridge, 0x1022, 0x1450);
	assert_int_equal(map_by(said, "5.9", p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(map_by(said, "5.10", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
	said->cpu = "zen";
	assert_int_equal(map_by(said, "5.10", p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
	build_ids(said->b, p.bridge, 0x1022, 0x1480);
	assert_int_equal(map_by(said, "5.9", p.gpu, p.far), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(map_by(said, "7.4", p.gpu, p.far), P2P_MAP_THRU_HOST_BRIDGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(some_host_bridges_are_listed_for_themselves_only),
		SAID(other_host_bridges_are_listed_for_pairs),
		SAID(the_lowest_function_stands_for_its_host_bridge),
		SAID(a_first_function_that_is_no_root_port_stands_for_nothing),
		SAID(a_first_function_of_unseen_type_may_be_a_root_port),
		SAID(a_host_bridge_without_ids_is_unknown_unless_the_cpu_decides),
		SAID(an_unknown_cpu_matters_where_the_host_bridge_is_not_listed),
		SAID(an_inferred_cpu_makes_assumed_what_it_decides),
		SAID(an_assumed_kernel_matters_through_the_host_bridge),
		SAID(the_first_kernel_takes_nothing_but_clean_paths),
		SAID(kernels_5_2_and_5_3_cross_zen_without_an_iommu),
		SAID(from_5_4_a_redirect_may_go_through_the_host_bridge),
		SAID(from_5_10_the_cpu_is_asked_not_amds_host_bridge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
