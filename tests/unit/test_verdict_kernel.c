/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux's P2PDMA answers: distances, which functions and bits it asks, and where a
 * redirect ends. */
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

static uint32_t distance(struct said *said, int from, int to)
{
	uint32_t there = said_judge(said, from, to)->distance;

	assert_int_equal(said_judge(said, to, from)->distance, there);
	return there;
}

static void the_distance_is_the_length_of_the_walk(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int audio = build_sibling(said->b, p.gpu);
	int rciep = build_endpoint(said->b, p.host, P2P_TYPE_RCIEP, BUILD_CLASS_NIC);
	int vf = rciep + 1;

	build_vfs(said->b, p.nic, 1, 1, 1);
	assert_int_equal(distance(said, p.gpu, p.gpu), 0);
	assert_int_equal(distance(said, p.gpu, audio), 2);
	assert_int_equal(distance(said, p.nic, vf), 2);
	assert_int_equal(distance(said, p.gpu, p.nic), 4);
	assert_int_equal(distance(said, p.gpu, vf), 4);
	assert_int_equal(distance(said, p.gpu, p.nvme), 6);
	assert_int_equal(distance(said, p.nvme, p.disk), 4);
	assert_int_equal(distance(said, p.gpu, p.far), 6);
	assert_int_equal(distance(said, p.far, rciep), 3);
	assert_int_equal(distance(said, p.bridge, rciep), 2);
	assert_int_equal(distance(said, p.gpu, p.up), 2);
}

static void conventional_cards_on_one_bus_are_two_apart(void **state)
{
	struct said *said = *state;
	int port = build_port(said->b, build_host(said->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int bridge = build_port(said->b, port, P2P_TYPE_PCIE_TO_PCI);
	int card = build_endpoint(said->b, bridge, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);
	int other = build_endpoint(said->b, bridge, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);

	assert_int_equal(distance(said, card, other), 2);
	assert_int_equal(map(said, card, other), P2P_MAP_BUS_ADDR);
}

/* Sets one bit at one function and tells whether the kernel then sees a redirect. */
static bool redirects(struct said *said, const struct plant *p, int function,
		      uint16_t ctrl)
{
	uint16_t before = (uint16_t)build_read(said->b, function, BUILD_ACS + 6, 2);
	uint32_t header = build_read(said->b, function, BUILD_ACS, 4);
	bool hit, reverse;

	set(said, function, ctrl);
	reverse = map(said, p->nvme, p->gpu) != P2P_MAP_BUS_ADDR;
	hit = map(said, p->gpu, p->nvme) != P2P_MAP_BUS_ADDR;
	assert_int_equal(hit, reverse);
	build_write(said->b, function, BUILD_ACS, 4, header);
	build_write(said->b, function, BUILD_ACS + 6, 2, before);
	return hit;
}

static void every_function_of_both_paths_is_asked_the_common_one_too(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const int on_path[] = { p.gpu,      p.down[0],  p.up,  p.down[2],
				p.inner_up, p.inner[0], p.nvme };
	const int beside[] = { p.port, p.down[1], p.inner[1], p.nic, p.disk, p.other };

	for (size_t i = 0; i < sizeof(on_path) / sizeof(*on_path); i++)
		assert_true(redirects(said, &p, on_path[i], ACS_RR));
	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++)
		assert_false(redirects(said, &p, beside[i], ACS_RR | ACS_CR | ACS_EC));
}

static void rr_cr_and_ec_are_redirects_other_bits_are_none(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	assert_true(redirects(said, &p, p.down[0], ACS_RR));
	assert_true(redirects(said, &p, p.down[0], ACS_CR));
	assert_true(redirects(said, &p, p.down[0], ACS_EC));
	assert_false(redirects(said, &p, p.down[0],
			       ACS_SV | ACS_TB | ACS_UF | ACS_DT | ACS_IB | ACS_DM |
				       ACS_UM | ACS_UR));
}

static void who_redirects_is_named_from_the_provider_on(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_verdict *v;

	set(said, p.down[0], ACS_RR | ACS_SV);
	set(said, p.up, ACS_EC);
	set(said, p.nic, ACS_CR | ACS_RR);
	v = said_judge(said, p.gpu, p.nic);
	assert_int_equal(v->n_kernel_by, 3);
	assert_int_equal(v->kernel_by[0].function, said_index(said, p.nic));
	assert_int_equal(v->kernel_by[0].bits, ACS_RR | ACS_CR);
	assert_int_equal(v->kernel_by[1].function, said_index(said, p.up));
	assert_int_equal(v->kernel_by[1].bits, ACS_EC);
	assert_int_equal(v->kernel_by[2].function, said_index(said, p.down[0]));
	assert_int_equal(v->kernel_by[2].bits, ACS_RR);
}

static void a_function_that_redirects_does_not_even_reach_itself(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	assert_int_equal(map(said, p.gpu, p.gpu), P2P_MAP_BUS_ADDR);
	set(said, p.gpu, ACS_CR);
	assert_int_equal(map(said, p.gpu, p.gpu), P2P_MAP_THRU_HOST_BRIDGE);
	build_ids(said->b, p.bridge, 0x8086, 0x29c0);
	assert_int_equal(map(said, p.gpu, p.gpu), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(said->verdict.distance, 0);
	assert_int_equal(said->verdict.route, P2P_ROUTE_SELF);
}

static void a_redirect_goes_through_a_listed_host_bridge(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_RR);
	assert_int_equal(map(said, p.gpu, p.nic), P2P_MAP_THRU_HOST_BRIDGE);
	assert_int_equal(said->verdict.accepted, P2P_YES);
	build_ids(said->b, p.bridge, 0x8086, 0x29c0);
	assert_int_equal(map(said, p.gpu, p.nic), P2P_MAP_NOT_SUPPORTED);
	assert_int_equal(said->verdict.accepted, P2P_NO);
	said->cpu = "zen";
	assert_int_equal(map(said, p.gpu, p.nic), P2P_MAP_THRU_HOST_BRIDGE);
}

/* The kernel gives this port the type of an endpoint, and does not look behind it. */
static void below_a_port_of_the_wrong_type_the_kernel_sees_no_acs(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.inner[0], ACS_RR | ACS_UF);
	assert_int_equal(map(said, p.nvme, p.disk), P2P_MAP_THRU_HOST_BRIDGE);
	build_write(said->b, p.inner_up, BUILD_EXPRESS + REG_EXP_FLAGS, 2,
		    2 | P2P_TYPE_SWITCH_DOWN << 4);
	assert_int_equal(map(said, p.nvme, p.disk), P2P_MAP_BUS_ADDR);
	assert_int_equal(said->verdict.tlp[P2P_TLP_WRITE], P2P_WAY_REDIRECTED);
	set(said, p.down[2], ACS_RR);
	assert_int_equal(map(said, p.nvme, p.gpu), P2P_MAP_THRU_HOST_BRIDGE);
}

static void tell_no_p2pdma(struct said *said, struct p2p_snapshot *snapshot)
{
	snapshot->system.p2pdma = P2P_NO;
}

static void a_kernel_without_p2pdma_accepts_nothing_but_has_its_verdict(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	assert_int_equal(said_judge(said, p.gpu, p.nic)->accepted, P2P_YES);
	said->tell = tell_no_p2pdma;
	assert_int_equal(map(said, p.gpu, p.nic), P2P_MAP_BUS_ADDR);
	assert_int_equal(said->verdict.accepted, P2P_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(the_distance_is_the_length_of_the_walk),
		SAID(conventional_cards_on_one_bus_are_two_apart),
		SAID(every_function_of_both_paths_is_asked_the_common_one_too),
		SAID(rr_cr_and_ec_are_redirects_other_bits_are_none),
		SAID(who_redirects_is_named_from_the_provider_on),
		SAID(a_function_that_redirects_does_not_even_reach_itself),
		SAID(a_redirect_goes_through_a_listed_host_bridge),
		SAID(below_a_port_of_the_wrong_type_the_kernel_sees_no_acs),
		SAID(a_kernel_without_p2pdma_accepts_nothing_but_has_its_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
