/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What switches do with a request, step by step: where it turns, what lets it turn, what
 * stops it, where it goes instead. Ways are letters as in said.h: write, read, and the
 * same translated. */
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

static void a_function_reaches_itself(void **state)
{
	struct plant p = plant_say(*state);

	assert_string_equal(said_ways(*state, p.gpu, p.gpu), "DDDD");
	assert_route(*state, P2P_ROUTE_SELF, P2P_YES);
	assert_int_equal(((struct said *)*state)->verdict.common, P2P_NONE);
}

static void a_switch_turns_requests_round(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	assert_route(said, P2P_ROUTE_SWITCH, P2P_YES);
	assert_int_equal(said->verdict.common, said_index(said, p.up));
	assert_int_equal(said->verdict.turn_from, said_index(said, p.down[0]));
	assert_int_equal(said->verdict.turn_to, said_index(said, p.down[1]));
	assert_int_equal(said->verdict.assumed, 0);
	assert_int_equal(p2p_verdict_certainty(&said->verdict), P2P_CERTAIN);
}

static void the_lowest_common_switch_turns_them(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[2], ACS_RR | ACS_CR | ACS_UF);
	assert_string_equal(said_ways(said, p.nvme, p.disk), "DDDD");
	assert_int_equal(said->verdict.common, said_index(said, p.inner_up));
	assert_string_equal(said_ways(said, p.nvme, p.gpu), "RRRR");
	assert_int_equal(said->verdict.turn_from, said_index(said, p.down[2]));
}

static void ports_without_acs_turn_requests_round(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_write(said->b, p.down[0], BUILD_ACS, 4, 0);
	build_write(said->b, p.down[1], BUILD_ACS, 4, 0);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	assert_route(said, P2P_ROUTE_SWITCH, P2P_YES);
}

static void rr_at_the_requesters_turn_sends_the_request_up(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_RR | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "RRRR");
	assert_route(said, P2P_ROUTE_REDIRECTED, P2P_NO);
	assert_int_equal(said_by(said, p.down[0]), ACS_RR);
	assert_int_equal(said->verdict.n_by, 1);
}

static void rr_at_the_completers_turn_does_not_matter(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[1], ACS_RR | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	assert_int_equal(said->verdict.n_by, 0);
}

static void rr_below_or_above_the_turn_does_not_matter(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.inner[0], ACS_RR | ACS_CR);
	set(said, p.port, ACS_RR | ACS_CR | ACS_UF);
	build_acs(said->b, p.nvme, 0x5f, ACS_RR | ACS_CR);
	build_acs(said->b, p.up, 0x5f, ACS_RR | ACS_CR);
	assert_string_equal(said_ways(said, p.nvme, p.gpu), "DDDD");
}

static void cr_at_the_completers_turn_splits_reads(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[1], ACS_CR | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DSDS");
	assert_route(said, P2P_ROUTE_REDIRECTED, P2P_NO);
	assert_int_equal(said_by(said, p.down[1]), ACS_CR);
	assert_string_equal(said_ways(said, p.nic, p.gpu), "DDDD");
}

static void a_requester_without_relaxed_ordering_is_certainly_split(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[1], ACS_CR | ACS_UF);
	said_judge(said, p.gpu, p.nic);
	assert_int_equal(said->verdict.assumed, 0);
	build_write(said->b, p.gpu, BUILD_EXPRESS + REG_EXP_DEVCTL, 2, DEVCTL_RELAX);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DSDS");
	assert_int_equal(said->verdict.assumed, P2P_ASSUME_STRICT);
	assert_int_equal(p2p_verdict_certainty(&said->verdict), P2P_ASSUMED);
}

/* down[0] rules by its vector; the bit of down[1] is its port number, 2. */
static struct plant say_egress(struct said *said, uint16_t size, uint16_t ctrl)
{
	struct plant p = plant_say(said);

	build_acs(said->b, p.down[0], (uint16_t)(size << 8 | ACS_CLASSIC), ctrl);
	return p;
}

static void a_clear_egress_bit_is_direct_even_with_rr(void **state)
{
	struct said *said = *state;
	struct plant p = say_egress(said, 8, ACS_EC | ACS_RR | ACS_UF);

	build_egress_bit(said->b, p.down[0], 1);
	build_egress_bit(said->b, p.down[0], 3);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	assert_route(said, P2P_ROUTE_SWITCH, P2P_YES);
	assert_string_equal(said_ways(said, p.gpu, p.nvme), "RRRR");
}

static void a_set_egress_bit_redirects_with_rr(void **state)
{
	struct said *said = *state;
	struct plant p = say_egress(said, 8, ACS_EC | ACS_RR | ACS_UF);

	build_egress_bit(said->b, p.down[0], 2);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "RRRR");
	assert_int_equal(said_by(said, p.down[0]), ACS_EC | ACS_RR);
}

static void a_set_egress_bit_blocks_without_rr(void **state)
{
	struct said *said = *state;
	struct plant p = say_egress(said, 8, ACS_EC | ACS_UF);

	build_egress_bit(said->b, p.down[0], 2);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "BBBB");
	assert_route(said, P2P_ROUTE_BLOCKED, P2P_NO);
	assert_int_equal(said_by(said, p.down[0]), ACS_EC);
	assert_string_equal(said_ways(said, p.nic, p.gpu), "DDDD");
}

static void completions_are_split_behind_a_clear_egress_bit_too(void **state)
{
	struct said *said = *state;
	struct plant p = say_egress(said, 8, ACS_EC | ACS_RR | ACS_UF);

	set(said, p.down[1], ACS_CR | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DSDS");
}

static void an_index_beyond_the_vector_is_unknown(void **state)
{
	struct said *said = *state;
	struct plant p = say_egress(said, 2, ACS_EC | ACS_RR | ACS_UF);

	assert_string_equal(said_ways(said, p.gpu, p.nic), "????");
	assert_route(said, P2P_ROUTE_UNKNOWN, P2P_UNKNOWN);
	assert_true(said_misses(said, p.down[0], P2P_EVIDENCE_PORT_NUMBER));
	build_port_number(said->b, p.down[1], 0);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
}

static void a_vector_of_size_0_has_256_bits(void **state)
{
	struct said *said = *state;
	struct plant p = say_egress(said, 0, ACS_EC | ACS_UF);

	build_port_number(said->b, p.down[1], 255);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	build_egress_bit(said->b, p.down[0], 255);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "BBBB");
}

static void tb_at_the_turn_blocks_what_is_translated(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_TB | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDBB");
	assert_route(said, P2P_ROUTE_SWITCH, P2P_YES);
	assert_int_equal(said->verdict.n_by, 0);
	assert_string_equal(said_ways(said, p.nic, p.gpu), "DDDD");
}

static void tb_below_the_turn_blocks_and_above_it_does_not(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.inner[0], ACS_TB);
	set(said, p.port, ACS_TB | ACS_UF);
	assert_string_equal(said_ways(said, p.nvme, p.gpu), "DDBB");
	assert_string_equal(said_ways(said, p.disk, p.gpu), "DDDD");
}

static void dt_lets_what_is_translated_turn(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_RR | ACS_DT | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "RRDD");
	assert_route(said, P2P_ROUTE_REDIRECTED, P2P_NO);
	set(said, p.down[1], ACS_CR);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "RRDS");
	assert_int_equal(said_by(said, p.down[0]), ACS_RR);
	assert_int_equal(said_by(said, p.down[1]), 0);
	set(said, p.down[0], ACS_RR | ACS_DT | ACS_TB | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "RRBB");
}

static void dt_goes_before_egress_control(void **state)
{
	struct said *said = *state;
	struct plant p = say_egress(said, 8, ACS_EC | ACS_DT | ACS_UF);

	build_egress_bit(said->b, p.down[0], 2);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "BBDD");
}

static void dt_at_the_completers_turn_does_not_matter(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_RR | ACS_UF);
	set(said, p.down[1], ACS_DT | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "RRRR");
}

static void uf_off_above_a_redirect_is_undefined(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_RR);
	set(said, p.port, 0);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "UUUU");
	assert_route(said, P2P_ROUTE_UNDEFINED, P2P_NO);
	assert_int_equal(said_by(said, p.port), ACS_UF);
	assert_int_equal(said_by(said, p.down[0]), ACS_RR);
	build_write(said->b, p.port, BUILD_ACS, 4, 0);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "UUUU");
	set(said, p.down[0], ACS_RR | ACS_DT);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "UUDD");
	assert_int_equal(said_by(said, p.port), ACS_UF);
}

static void uf_is_asked_at_every_port_above(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.inner[0], ACS_RR);
	assert_string_equal(said_ways(said, p.nvme, p.disk), "RRRR");
	set(said, p.down[2], 0);
	assert_string_equal(said_ways(said, p.nvme, p.disk), "UUUU");
	assert_int_equal(said_by(said, p.down[2]), ACS_UF);
	assert_string_equal(said_ways(said, p.disk, p.nvme), "DDDD");
}

static void tb_above_a_redirect_blocks_what_is_translated(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.down[0], ACS_RR | ACS_UF);
	set(said, p.port, ACS_TB | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "RRBB");
	set(said, p.port, ACS_TB);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "UUBB");
}

static void the_first_port_on_the_way_up_decides(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	set(said, p.inner[0], ACS_RR);
	set(said, p.down[2], 0);
	set(said, p.port, ACS_TB | ACS_UF);
	assert_string_equal(said_ways(said, p.nvme, p.disk), "UUUU");
}

static void sv_blocks_a_requester_outside_of_the_ports_buses(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int vf = p.far + 1;

	build_vfs(said->b, p.gpu, 1, 0x100, 1);
	set(said, p.down[0], ACS_SV | ACS_UF);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	assert_string_equal(said_ways(said, vf, p.nic), "DDDD");
	build_spoil(said->b, p.down[0], REG_SUBORDINATE, build_bdf(said->b, p.gpu).bus);
	assert_string_equal(said_ways(said, p.gpu, p.nic), "DDDD");
	assert_string_equal(said_ways(said, vf, p.nic), "BBBB");
	assert_route(said, P2P_ROUTE_BLOCKED, P2P_NO);
	assert_int_equal(said_by(said, p.down[0]), ACS_SV);
	assert_string_equal(said_ways(said, p.nic, vf), "DDDD");
	set(said, p.down[0], ACS_UF);
	assert_string_equal(said_ways(said, vf, p.nic), "DDDD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(a_function_reaches_itself),
		SAID(a_switch_turns_requests_round),
		SAID(the_lowest_common_switch_turns_them),
		SAID(ports_without_acs_turn_requests_round),
		SAID(rr_at_the_requesters_turn_sends_the_request_up),
		SAID(rr_at_the_completers_turn_does_not_matter),
		SAID(rr_below_or_above_the_turn_does_not_matter),
		SAID(cr_at_the_completers_turn_splits_reads),
		SAID(a_requester_without_relaxed_ordering_is_certainly_split),
		SAID(a_clear_egress_bit_is_direct_even_with_rr),
		SAID(a_set_egress_bit_redirects_with_rr),
		SAID(a_set_egress_bit_blocks_without_rr),
		SAID(completions_are_split_behind_a_clear_egress_bit_too),
		SAID(an_index_beyond_the_vector_is_unknown),
		SAID(a_vector_of_size_0_has_256_bits),
		SAID(tb_at_the_turn_blocks_what_is_translated),
		SAID(tb_below_the_turn_blocks_and_above_it_does_not),
		SAID(dt_lets_what_is_translated_turn),
		SAID(dt_goes_before_egress_control),
		SAID(dt_at_the_completers_turn_does_not_matter),
		SAID(uf_off_above_a_redirect_is_undefined),
		SAID(uf_is_asked_at_every_port_above),
		SAID(tb_above_a_redirect_blocks_what_is_translated),
		SAID(the_first_port_on_the_way_up_decides),
		SAID(sv_blocks_a_requester_outside_of_the_ports_buses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
