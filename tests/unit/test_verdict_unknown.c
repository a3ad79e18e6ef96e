/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What could not be read is neither on nor off: verdicts that rest on it are unknown and
 * name it, the others stay what they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/plant.h"

static void set(struct said *said, int port, uint16_t ctrl)
{
	build_acs_control(said->b, port, ctrl);
}

/* The capability lists are seen, what is beyond 256 bytes is not. */
static void hide_acs(struct said *said, int function)
{
	build_readable(said->b, function, 256);
}

static void assert_unknown(struct said *said, int from, int to)
{
	assert_string_equal(said_ways(said, from, to), "????");
	assert_int_equal(said->verdict.route, P2P_ROUTE_UNKNOWN);
	assert_int_equal(said->verdict.direct, P2P_UNKNOWN);
	assert_int_equal(said->verdict.now, P2P_NOW_UNKNOWN);
	assert_int_equal(p2p_verdict_certainty(&said->verdict), P2P_UNCERTAIN);
	assert_true(said->verdict.n_missing > 0);
}

static void an_unread_turn_of_the_requester_leaves_it_unknown(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	hide_acs(said, p.down[0]);
	assert_unknown(said, p.gpu, p.nic);
	assert_true(said_misses(said, p.down[0], P2P_EVIDENCE_ACS));
	assert_int_equal(said->verdict.map, P2P_MAP_UNKNOWN);
	assert_int_equal(said->verdict.accepted, P2P_UNKNOWN);
}

static void an_unread_turn_of_the_completer_leaves_reads_unknown(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	hide_acs(said, p.down[1]);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "D?D?");
	assert_int_equal(said->verdict.route, P2P_ROUTE_UNKNOWN);
	assert_int_equal(said->verdict.direct, P2P_UNKNOWN);
	set(said, p.down[0], ACS_RR | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "RRRR");
	assert_int_equal(said->verdict.direct, P2P_NO);
}

static void unread_ports_above_matter_to_what_is_redirected(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	hide_acs(said, p.port);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	assert_int_equal(said->verdict.n_missing, 0);
	assert_int_equal(said->verdict.map, P2P_MAP_BUS_ADDR);
	set(said, p.down[0], ACS_RR);
	assert_unknown(said, p.gpu, p.nic);
	assert_true(said_misses(said, p.port, P2P_EVIDENCE_ACS));
}

static void uf_off_at_one_port_is_enough_whatever_another_says(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.inner[0], ACS_RR);
	hide_acs(said, p.down[2]);
	set(said, p.port, 0);
	assert_string_equal(said_ways(said, p.nvme, p.disk), "UU??");
	hide_acs(said, p.port);
	build_write(said->b, p.down[2], BUILD_ACS + REG_ACS_CTL, 2, 0);
	build_readable(said->b, p.down[2], P2P_CFG_SIZE);
	assert_string_equal(said_ways(said, p.nvme, p.disk), "UUUU");
}

static void tb_above_a_port_that_was_not_read_blocks_or_not(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.inner[0], ACS_RR);
	hide_acs(said, p.down[2]);
	set(said, p.port, ACS_TB | ACS_UF);
	assert_string_equal(said_ways(said, p.nvme, p.disk), "????");
}

static void an_unread_port_below_the_turn_matters_to_what_is_translated(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	hide_acs(said, p.inner[0]);
	assert_string_equal(said_ways(said, p.nvme, p.gpu), "DD??");
	assert_int_equal(said->verdict.route, P2P_ROUTE_SWITCH);
	assert_int_equal(said->verdict.direct, P2P_YES);
	assert_int_equal(said->verdict.map, P2P_MAP_UNKNOWN);
	set(said, p.down[2], ACS_TB | ACS_UF);
	assert_string_equal(said_ways(said, p.nvme, p.gpu), "DDBB");
	assert_string_equal(said_ways(said, p.nvme, p.far), "CCBB");
	set(said, p.down[2], ACS_UF);
	assert_string_equal(said_ways(said, p.nvme, p.far), "CC??");
}

static void a_bridge_whose_type_was_not_seen_may_be_a_downstream_port(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_readable(said->b, p.inner[0], 64);
	assert_string_equal(said_ways(said, p.nvme, p.gpu), "DD??");
	assert_true(said_misses(said, p.inner[0], P2P_EVIDENCE_ACS));
}

static void without_the_type_of_the_common_port_it_is_unknown(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_readable(said->b, p.up, 64);
	assert_unknown(said, p.gpu, p.nic);
	assert_true(said_misses(said, p.up, P2P_EVIDENCE_TYPE));
}

static void of_headers_alone_only_places_are_known(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	for (int function = p.bridge; function <= p.far; function++)
		build_readable(said->b, function, 64);
	assert_unknown(said, p.gpu, p.nic);
	assert_int_equal(said->verdict.map, P2P_MAP_UNKNOWN);
	assert_int_equal(said->verdict.distance, 4);
	assert_string_equal(said_ways(said, p.gpu, p.far), "CC??");
	assert_int_equal(said->verdict.route, P2P_ROUTE_ROOT_COMPLEX);
	assert_int_equal(said->verdict.map, P2P_MAP_THRU_HOST_BRIDGE);
}

static void an_unread_bit_of_the_egress_vector_is_unknown(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_acs(said->b, p.down[0], 0x0800 | ACS_CLASSIC, ACS_EC | ACS_RR);
	build_readable(said->b, p.down[0], BUILD_ACS + REG_ACS_EGRESS);
	assert_unknown(said, p.gpu, p.nic);
	assert_true(said_misses(said, p.down[0], P2P_EVIDENCE_PORT_NUMBER));
	assert_int_equal(said->verdict.map, P2P_MAP_THRU_HOST_BRIDGE);
}

static void an_unread_port_number_leaves_the_egress_vector_open(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_acs(said->b, p.down[0], 0x0800 | ACS_CLASSIC, ACS_EC | ACS_RR);
	build_hole(said->b, p.down[1], BUILD_EXPRESS + REG_EXP_LNKCAP, 4);
	assert_unknown(said, p.gpu, p.nic);
	assert_true(said_misses(said, p.down[0], P2P_EVIDENCE_PORT_NUMBER));
}

static void tell_nesting(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		struct p2p_function *function = &snapshot->functions[i];

		for (uint32_t k = 0; k < i; k++) {
			struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, k);
			struct p2p_reg bus = p2p_cfg_read(&cfg, REG_SECONDARY, 1);

			if (bus.known && bus.value == function->bdf.bus && bus.value) {
				function->above = P2P_ABOVE_FUNCTION;
				function->parent = snapshot->functions[k].bdf;
			}
		}
	}
}

static void sv_needs_the_ports_bus_numbers(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	said->tell = tell_nesting;
	set(said, p.down[0], ACS_SV);
	build_hole(said->b, p.down[0], REG_SUBORDINATE, 1);
	assert_unknown(said, p.gpu, p.nic);
	assert_true(said_misses(said, p.down[0], P2P_EVIDENCE_BUS_NUMBERS));
	set(said, p.down[0], 0);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
}

static void below_a_missing_bridge_it_is_unknown(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_hide(said->b, p.down[0]);
	assert_unknown(said, p.gpu, p.nic);
	assert_true(said_misses(said, p.gpu, P2P_EVIDENCE_BRIDGE));
	assert_int_equal(said->verdict.smi, P2P_SMI_UNKNOWN);
	assert_int_equal(said->verdict.map, P2P_MAP_UNKNOWN);
	assert_unknown(said, p.nic, p.gpu);
	assert_true(said_misses(said, p.gpu, P2P_EVIDENCE_BRIDGE));
}

static void what_turns_below_the_gap_is_known_what_climbs_is_not(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_hide(said->b, p.port);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	assert_int_equal(said->verdict.map, P2P_MAP_BUS_ADDR);
	set(said, p.down[0], ACS_RR);
	assert_unknown(said, p.gpu, p.nic);
	assert_true(said_misses(said, p.gpu, P2P_EVIDENCE_BRIDGE));
	assert_int_equal(said->verdict.map, P2P_MAP_UNKNOWN);
	said->cpu = "zen";
	assert_unknown(said, p.gpu, p.nic);
	assert_int_equal(said->verdict.map, P2P_MAP_THRU_HOST_BRIDGE);
	said->kernel = "4.20";
	said_judge(said, p.gpu, p.nic);
	assert_int_equal(said->verdict.map, P2P_MAP_NOT_SUPPORTED);
}

static void a_dead_port_is_unknown(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	for (unsigned at = 0; at < P2P_CFG_SIZE; at += 4)
		build_write(said->b, p.nic, at, 4, UINT32_MAX);
	said_judge(said, p.gpu, p.nic);
	assert_int_equal(said->verdict.map, P2P_MAP_UNKNOWN);
	assert_true(said_misses(said, p.nic, P2P_EVIDENCE_ACS));
	assert_int_equal(said->verdict.now, P2P_NOW_DEAD);
}

static void tell_short_root_ports(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		if (!snapshot->functions[i].bdf.bus)
			snapshot->functions[i].config_size = 256;
}

static void a_capture_without_extended_space_makes_it_assumed(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	said->tell = tell_short_root_ports;
	hide_acs(said, p.port);
	said_judge(said, p.gpu, p.nic);
	assert_int_equal(said->verdict.assumed, 0);
	set(said, p.down[0], ACS_RR);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "UUUU");
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_NO_EXTENDED);
	assert_string_equal(said_ways(said, p.gpu, p.far), "CCCC");
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_NO_EXTENDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(an_unread_turn_of_the_requester_leaves_it_unknown),
		SAID(an_unread_turn_of_the_completer_leaves_reads_unknown),
		SAID(unread_ports_above_matter_to_what_is_redirected),
		SAID(uf_off_at_one_port_is_enough_whatever_another_says),
		SAID(tb_above_a_port_that_was_not_read_blocks_or_not),
		SAID(an_unread_port_below_the_turn_matters_to_what_is_translated),
		SAID(a_bridge_whose_type_was_not_seen_may_be_a_downstream_port),
		SAID(without_the_type_of_the_common_port_it_is_unknown),
		SAID(of_headers_alone_only_places_are_known),
		SAID(an_unread_bit_of_the_egress_vector_is_unknown),
		SAID(an_unread_port_number_leaves_the_egress_vector_open),
		SAID(sv_needs_the_ports_bus_numbers),
		SAID(below_a_missing_bridge_it_is_unknown),
		SAID(what_turns_below_the_gap_is_known_what_climbs_is_not),
		SAID(a_dead_port_is_unknown),
		SAID(a_capture_without_extended_space_makes_it_assumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
