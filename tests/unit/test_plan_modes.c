/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One-way, translated and egress: what each leaves in the registers, and in which order it
 * gets there (Modes of apply, Order of writes). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/planned.h"

#define NOTHING MEMBERS(-1)

static struct plant with_all_ports_at(struct planned *m, uint16_t ctrl)
{
	struct plant p = plant_say(m->said);
	const int ports[] = { p.down[0],  p.down[1], p.down[2], p.inner[0],
			      p.inner[1], p.port,    p.other };

	for (unsigned i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		build_acs(m->b, ports[i], 0x0800 | ACS_CLASSIC, ctrl);
	return p;
}

/* NVIDIA's "data direct" values for a NIC beside a GPU, not tabled but derived. */
static void one_way_derives_what_a_nic_beside_a_gpu_needs(void **state)
{
	struct planned *m = *state;
	struct plant p = with_all_ports_at(m, KERNEL);

	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu));
	planned_assert_written(m, MEMBERS(p.down[0], p.down[1]));
	planned_assert_control(m, p.down[1], KERNEL, 0x0019);
	planned_assert_control(m, p.down[0], KERNEL, 0x0015);
	assert_int_equal(m->plan->n_goals, 1);
	assert_true(planned_pair(m, p.nic, p.gpu)->made_direct);
	assert_null(planned_pair(m, p.gpu, p.nic));
	planned_carry_out(m);
	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu));
	planned_assert_written(m, NOTHING);
	assert_string_equal(said_ways(m->said, p.nic, p.gpu), "DDDD");
	assert_string_equal(said_ways(m->said, p.gpu, p.nic), "RRRR");
}

/* From open ports: redirect is turned on, and forwarding before it. */
static void one_way_closes_what_stood_open(void **state)
{
	struct planned *m = *state;
	struct plant p = with_all_ports_at(m, ACS_DT);

	build_ats(m->b, p.gpu, ATS_CTL_ENABLE);
	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu));
	planned_assert_written(m, MEMBERS(p.port, p.down[0], p.down[1]));
	planned_assert_control(m, p.port, ACS_DT, ACS_DT | ACS_UF);
	planned_assert_control(m, p.down[0], ACS_DT, ACS_RR | ACS_UF);
	planned_assert_control(m, p.down[1], ACS_DT, ACS_DT | ACS_CR | ACS_UF);
	planned_assert_op(m, 0, p.port, P2P_PLAN_CONTROL, P2P_PHASE_FORWARD, ACS_UF);
	planned_assert_op(m, 3, p.down[0], P2P_PLAN_CONTROL, P2P_PHASE_CLOSE,
			  ACS_RR | ACS_DT);
	planned_assert_op(m, 4, p.down[1], P2P_PLAN_CONTROL, P2P_PHASE_COMPLETION,
			  ACS_CR);
	assert_true(planned_pair(m, p.gpu, p.nic)->lost_direct);
	planned_carry_out(m);
	assert_string_equal(said_ways(m->said, p.gpu, p.nic), "RRRR");
}

static void one_way_does_not_ask_of_one_device_to_be_apart(void **state)
{
	struct planned *m = *state;
	struct plant p = with_all_ports_at(m, KERNEL);
	int second = build_sibling(m->b, p.nic);

	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu, second));
	assert_int_equal(m->plan->n_goals, 1);
	planned_assert_control(m, p.down[1], KERNEL, 0x0019);
	planned_one_way(m, MEMBERS(p.nic, second), MEMBERS(p.gpu));
	assert_int_equal(m->plan->n_goals, 2);
	planned_assert_control(m, p.down[1], KERNEL, 0x0019);
}

static void translated_requests_are_let_pass_where_ats_is_on(void **state)
{
	struct planned *m = *state;
	struct plant p = with_all_ports_at(m, KERNEL | ACS_TB);

	m->options.mode = P2P_PLAN_TRANSLATED;
	build_ats(m->b, p.gpu, ATS_CTL_ENABLE);
	build_ats(m->b, p.nic, 0);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	assert_int_equal(m->plan->n_goals, 1);
	planned_assert_written(m, MEMBERS(p.port, p.down[0], p.down[1]));
	planned_assert_control(m, p.port, KERNEL | ACS_TB, KERNEL);
	planned_assert_control(m, p.down[0], KERNEL | ACS_TB, KERNEL | ACS_DT);
	planned_assert_control(m, p.down[1], KERNEL | ACS_TB, KERNEL & ~ACS_CR);
	assert_int_equal(planned_pair(m, p.gpu, p.nic)->more,
			 1 << P2P_TLP_TRANSLATED_WRITE | 1 << P2P_TLP_TRANSLATED_READ);
	planned_assert_again(m, MEMBERS(p.gpu, p.nic));
	assert_string_equal(said_ways(m->said, p.gpu, p.nic), "RRDD");
}

static void translated_turns_on_what_isolates_the_rest(void **state)
{
	struct planned *m = *state;
	struct plant p = with_all_ports_at(m, 0);

	m->options.mode = P2P_PLAN_TRANSLATED;
	build_ats(m->b, p.nvme, ATS_CTL_ENABLE);
	planned_make(m, MEMBERS(p.gpu, p.nvme));
	planned_assert_control(m, p.port, 0, ACS_SV | ACS_RR | ACS_UF);
	planned_assert_control(m, p.down[0], 0, ACS_SV | ACS_RR | ACS_UF);
	planned_assert_control(m, p.down[2], 0, ACS_SV | ACS_RR | ACS_UF | ACS_DT);
	planned_assert_control(m, p.inner[0], 0, ACS_SV | ACS_RR | ACS_UF);
	planned_assert_op(m, 0, p.port, P2P_PLAN_CONTROL, P2P_PHASE_FORWARD, ACS_UF);
	assert_int_equal(m->plan->ops[m->plan->n_ops - 1].phase, P2P_PHASE_VALIDATE);
	planned_assert_again(m, MEMBERS(p.gpu, p.nvme));
}

static void completions_stay_redirected_if_that_is_asked(void **state)
{
	struct planned *m = *state;
	struct plant p = with_all_ports_at(m, KERNEL);

	m->options =
		(struct p2p_plan_options){ .mode = P2P_PLAN_TRANSLATED, .keep_cr = true };
	build_ats(m->b, p.gpu, ATS_CTL_ENABLE);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_written(m, MEMBERS(p.down[0]));
	planned_assert_again(m, MEMBERS(p.gpu, p.nic));
	assert_string_equal(said_ways(m->said, p.gpu, p.nic), "RRDS");
}

static void sources_are_not_validated_where_that_does_harm(void **state)
{
	struct planned *m = *state;
	struct plant p = with_all_ports_at(m, 0);

	m->options.mode = P2P_PLAN_TRANSLATED;
	build_ats(m->b, p.gpu, ATS_CTL_ENABLE);
	build_ids(m->b, p.down[0], 0x111d, 0x80b5);
	build_ids(m->b, p.down[1], 0x111d, 0x8090);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_control(m, p.down[0], 0, ACS_RR | ACS_UF | ACS_DT);
	planned_assert_control(m, p.down[1], 0, ACS_RR | ACS_UF);
	planned_assert_control(m, p.port, 0, ACS_SV | ACS_RR | ACS_UF);
}

/* A switch whose ports have the numbers @numbers; vectors of 64 entries, all zero. */
static int wide_switch(struct planned *m, const uint8_t *numbers, int n, uint16_t ctrl,
		       int *ret_ends)
{
	int host = build_host(m->b, 0, 0);
	int port = build_port(m->b, host, P2P_TYPE_ROOT_PORT);
	int up = build_switch(m->b, port, (unsigned)n);

	build_acs(m->b, port, ACS_CLASSIC & ~ACS_EC, ACS_UF);
	for (int i = 0; i < n; i++) {
		build_port_number(m->b, up + 1 + i, numbers[i]);
		build_acs(m->b, up + 1 + i, 64 << 8 | ACS_CLASSIC, ctrl);
		ret_ends[i] = build_endpoint(m->b, up + 1 + i, P2P_TYPE_ENDPOINT,
					     BUILD_CLASS_GPU);
	}
	return up;
}

static const uint8_t numbers[] = { 2, 7, 31, 32, 45, 63 };

static void a_vector_of_several_words_opens_members_alone(void **state)
{
	struct planned *m = *state;
	int ends[6], up = wide_switch(m, numbers, 6, KERNEL, ends);

	m->options.mode = P2P_PLAN_EGRESS;
	planned_make(m, MEMBERS(ends[0], ends[3]));
	planned_assert_written(m, MEMBERS(up + 1, up + 4));
	planned_assert_control(m, up + 1, KERNEL, (KERNEL & ~ACS_CR) | ACS_EC);
	/* Neither a bit of its own nor of numbers that no port has. */
	planned_assert_word(m, up + 1, 0, 0, 1u << 7 | 1u << 31);
	planned_assert_word(m, up + 1, 1, 0, 1u << (45 - 32) | 1u << (63 - 32));
	planned_assert_word(m, up + 4, 0, 0, 1u << 7 | 1u << 31);
	assert_int_equal(m->plan->ops[1].offset, BUILD_ACS + REG_ACS_EGRESS + 4);
	assert_int_equal(m->plan->ops[1].width, 32);
	planned_assert_again(m, MEMBERS(ends[0], ends[3]));
	assert_string_equal(said_ways(m->said, ends[0], ends[3]), "DDDD");
	assert_string_equal(said_ways(m->said, ends[0], ends[4]), "RRRR");
}

static void a_bit_of_its_own_that_is_set_stays(void **state)
{
	struct planned *m = *state;
	int ends[6], up = wide_switch(m, numbers, 6, KERNEL, ends);

	m->options.mode = P2P_PLAN_EGRESS;
	build_egress_bit(m->b, up + 1, 2);
	build_egress_bit(m->b, up + 1, 32);
	planned_make(m, MEMBERS(ends[0], ends[3]));
	planned_assert_word(m, up + 1, 0, 1u << 2, 1u << 2 | 1u << 7 | 1u << 31);
	planned_assert_word(m, up + 1, 1, 1, 1u << (45 - 32) | 1u << (63 - 32));
}

static void a_vector_is_there_before_it_counts(void **state)
{
	struct planned *m = *state;
	int ends[6], up = wide_switch(m, numbers, 2, 0, ends);

	m->options.mode = P2P_PLAN_EGRESS;
	planned_make(m, MEMBERS(ends[0], ends[1]));
	planned_assert_op(m, 0, up + 1, P2P_PLAN_CONTROL, P2P_PHASE_FORWARD, ACS_UF);
	planned_assert_op(m, 2, up + 1, P2P_PLAN_CONTROL, P2P_PHASE_CLOSE, ACS_RR);
	build_port(m->b, up, P2P_TYPE_SWITCH_DOWN);
	planned_make(m, MEMBERS(ends[0], ends[1]));
	planned_assert_op(m, 2, up + 1, 0, P2P_PHASE_CLOSE, 1);
	planned_assert_op(m, 3, up + 1, P2P_PLAN_CONTROL, P2P_PHASE_CLOSE, ACS_RR);
	planned_assert_op(m, 7, up + 1, P2P_PLAN_CONTROL, P2P_PHASE_OPEN, ACS_EC);
}

static void a_vector_that_counts_closes_before_it_opens(void **state)
{
	struct planned *m = *state;
	uint16_t ctrl = ACS_RR | ACS_UF | ACS_EC;
	int ends[6], up = wide_switch(m, numbers, 6, ctrl, ends);

	m->options.mode = P2P_PLAN_EGRESS;
	build_egress_bit(m->b, up + 1, 7);
	build_egress_bit(m->b, up + 2, 2);
	planned_make(m, MEMBERS(ends[0], ends[1]));
	planned_assert_word(m, up + 1, 0, 1u << 7, 1u << 31);
	planned_assert_control(m, up + 1, ctrl, ctrl);
	planned_assert_op(m, 0, up + 1, 0, P2P_PHASE_CLOSE, 1u << 31);
	planned_assert_op(m, m->plan->n_ops - 1, up + 1, 0, P2P_PHASE_OPEN, 1u << 7);
	planned_assert_again(m, MEMBERS(ends[0], ends[1]));
}

static void translated_requests_do_not_pass_a_vector_by(void **state)
{
	struct planned *m = *state;
	int ends[6], up = wide_switch(m, numbers, 6, KERNEL | ACS_DT, ends);

	m->options.mode = P2P_PLAN_EGRESS;
	build_ats(m->b, ends[0], ATS_CTL_ENABLE);
	planned_make(m, MEMBERS(ends[0], ends[1]));
	planned_assert_control(m, up + 1, KERNEL | ACS_DT, (KERNEL & ~ACS_CR) | ACS_EC);
	planned_carry_out(m);
	assert_string_equal(said_ways(m->said, ends[0], ends[5]), "RRRR");
}

static void what_only_opens_or_only_closes_may_be_written_at_once(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.nic));
	assert_int_equal(m->plan->n_ops, 4);
	assert_true(p2p_plan_is_single(m->plan));
	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu));
	assert_true(p2p_plan_is_single(m->plan));
	planned_carry_out(m);
	planned_one_way(m, MEMBERS(p.gpu), MEMBERS(p.nic));
	assert_false(p2p_plan_is_single(m->plan));
	m->options.mode = P2P_PLAN_ISOLATE;
	planned_make(m, MEMBERS(p.gpu, p.nic));
	assert_true(m->plan->n_ops && p2p_plan_is_single(m->plan));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLANNED(one_way_derives_what_a_nic_beside_a_gpu_needs),
		PLANNED(one_way_closes_what_stood_open),
		PLANNED(one_way_does_not_ask_of_one_device_to_be_apart),
		PLANNED(translated_requests_are_let_pass_where_ats_is_on),
		PLANNED(translated_turns_on_what_isolates_the_rest),
		PLANNED(completions_stay_redirected_if_that_is_asked),
		PLANNED(sources_are_not_validated_where_that_does_harm),
		PLANNED(a_vector_of_several_words_opens_members_alone),
		PLANNED(a_bit_of_its_own_that_is_set_stays),
		PLANNED(a_vector_is_there_before_it_counts),
		PLANNED(a_vector_that_counts_closes_before_it_opens),
		PLANNED(translated_requests_do_not_pass_a_vector_by),
		PLANNED(what_only_opens_or_only_closes_may_be_written_at_once),
	};

	return cmocka_run_group_tests_name("plan modes", tests, NULL, NULL);
}
