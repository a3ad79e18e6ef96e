/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans: which writes, in which order, and why there is none. What holds on all machines
 * is among the laws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <p2ptool/plan.h>

#include "core/regs.h"
#include "support/plant.h"

#define KERNELS (ACS_SV | ACS_RR | ACS_CR | ACS_UF)

/* What a test plans for, by handle. */
struct asked {
	struct p2p_plan_options options;
	int members[8], initiators[8];
	unsigned n, n_initiators;
};

static struct p2p_plan *plan(struct said *said, struct asked *asked)
{
	const struct p2p_machine *machine = said_machine(said);
	uint32_t members[8], initiators[8];
	struct p2p_plan *made = NULL;

	for (unsigned i = 0; i < asked->n; i++)
		members[i] = said_index(said, asked->members[i]);
	for (unsigned i = 0; i < asked->n_initiators; i++)
		initiators[i] = said_index(said, asked->initiators[i]);
	asked->options.members = members;
	asked->options.n_members = asked->n;
	asked->options.initiators = initiators;
	asked->options.n_initiators = asked->n_initiators;
	assert_int_equal(p2p_plan_new(machine, &asked->options, &made, NULL), 0);
	asked->options.members = asked->options.initiators = NULL;
	return made;
}

static void close_ports(struct said *said, const struct plant *p)
{
	for (int i = 0; i < 3; i++)
		build_acs_control(said->b, p->down[i], KERNELS);
	for (int i = 0; i < 2; i++)
		build_acs_control(said->b, p->inner[i], KERNELS);
	build_acs_control(said->b, p->port, KERNELS);
	build_acs_control(said->b, p->other, KERNELS);
}

/* The control register at the end; the first value where nothing is written. */
static uint32_t control_after(struct said *said, const struct p2p_plan *made, int port)
{
	return made->after[said_index(said, port)].acs.regs.ctrl.value;
}

static void assert_refused(const struct p2p_plan *made, enum p2p_plan_refusal_kind kind,
			   uint32_t function, uint32_t bits)
{
	assert_int_equal(made->n_ops, 0);
	assert_true(made->n_refusals > 0);
	assert_int_equal(made->refusals[0].kind, kind);
	assert_int_equal(made->refusals[0].function, function);
	assert_int_equal(made->refusals[0].bits, bits);
}

static void clear_takes_redirect_off_and_nothing_else(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .members = { p.gpu, p.nic }, .n = 2 };
	struct p2p_plan *made;

	close_ports(said, &p);
	made = plan(said, &asked);
	assert_int_equal(made->n_refusals, 0);
	assert_int_equal(made->n_goals, 2);
	assert_int_equal(control_after(said, made, p.down[0]), ACS_SV | ACS_UF);
	assert_int_equal(control_after(said, made, p.down[1]), ACS_SV | ACS_UF);
	assert_int_equal(control_after(said, made, p.down[2]), KERNELS);
	assert_int_equal(control_after(said, made, p.port), KERNELS);
	p2p_plan_free(made);
}

static void completions_are_let_pass_before_requests(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .members = { p.gpu, p.nvme }, .n = 2 };
	struct p2p_plan *made;

	close_ports(said, &p);
	made = plan(said, &asked);
	assert_int_equal(made->n_ops, 6);
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(made->ops[i].phase,
				 i < 3 ? P2P_PHASE_COMPLETION : P2P_PHASE_OPEN);
		assert_int_equal(made->ops[i].mask, i < 3 ? ACS_CR : ACS_RR);
		assert_int_equal(made->ops[i].width, 16);
		assert_int_equal(made->ops[i].offset, BUILD_ACS + REG_ACS_CTL);
	}
	/* Opening begins at the leaves. */
	assert_int_equal(made->ops[5].function, said_index(said, p.down[0]));
	assert_int_equal(made->ops[0].function, said_index(said, p.down[0]));
	p2p_plan_free(made);
}

static void turning_ports_are_all_that_silicon_asks(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .options = { .scope = P2P_SCOPE_TURN },
			       .members = { p.gpu, p.nvme },
			       .n = 2 };
	struct p2p_plan *made;

	close_ports(said, &p);
	made = plan(said, &asked);
	assert_int_equal(control_after(said, made, p.down[2]), ACS_SV | ACS_UF);
	assert_int_equal(control_after(said, made, p.inner[0]), KERNELS);
	p2p_plan_free(made);
}

static void of_a_switch_all_ports_are_opened(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .options = { .scope = P2P_SCOPE_SWITCH },
			       .members = { p.gpu, p.nic },
			       .n = 2 };
	struct p2p_plan *made;

	close_ports(said, &p);
	made = plan(said, &asked);
	assert_int_equal(control_after(said, made, p.down[2]), ACS_SV | ACS_UF);
	assert_int_equal(control_after(said, made, p.inner[0]), KERNELS);
	p2p_plan_free(made);
}

/* Who only initiates gets the registers that ConnectX-8 needs beside a GPU. */
static void one_way_arrives_at_the_registers_of_data_direct(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .options = { .mode = P2P_PLAN_ONE_WAY },
			       .members = { p.gpu, p.nic },
			       .n = 2,
			       .initiators = { p.nic },
			       .n_initiators = 1 };
	struct p2p_plan *made;

	close_ports(said, &p);
	made = plan(said, &asked);
	assert_int_equal(made->n_refusals, 0);
	assert_int_equal(control_after(said, made, p.down[1]), ACS_SV | ACS_CR | ACS_UF);
	assert_int_equal(control_after(said, made, p.down[0]), ACS_SV | ACS_RR | ACS_UF);
	assert_int_equal(control_after(said, made, p.port), KERNELS);
	p2p_plan_free(made);
}

/* Below one port hang one who asks and one who is asked, each by somebody outside. */
static void a_port_cannot_be_on_both_sides(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .options = { .mode = P2P_PLAN_ONE_WAY },
			       .members = { p.gpu, p.nic, p.nvme, p.disk },
			       .n = 4,
			       .initiators = { p.gpu, p.disk },
			       .n_initiators = 2 };
	struct p2p_plan *made;

	close_ports(said, &p);
	made = plan(said, &asked);
	assert_refused(made, P2P_REFUSE_CONFLICT, said_index(said, p.down[2]),
		       ACS_RR | ACS_CR);
	p2p_plan_free(made);
}

static void a_register_that_was_not_read_is_not_written(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .members = { p.gpu, p.nic }, .n = 2 };
	struct p2p_plan *made;

	close_ports(said, &p);
	build_hole(said->b, p.down[1], BUILD_ACS + REG_ACS_CTL, 2);
	made = plan(said, &asked);
	assert_refused(made, P2P_REFUSE_UNREAD, said_index(said, p.down[1]),
		       ACS_RR | ACS_CR);
	p2p_plan_free(made);
}

static void a_control_that_a_port_lacks_is_refused(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .options = { .mode = P2P_PLAN_EGRESS },
			       .members = { p.gpu, p.nic },
			       .n = 2 };
	struct p2p_plan *made = plan(said, &asked);

	assert_refused(made, P2P_REFUSE_NO_BIT, said_index(said, p.down[0]), ACS_EC);
	p2p_plan_free(made);
}

static void members_that_meet_at_the_root_complex_are_counted(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .members = { p.gpu, p.far }, .n = 2 };
	struct p2p_plan *made = plan(said, &asked);

	assert_refused(made, P2P_REFUSE_NO_PAIR, P2P_NONE, 0);
	assert_int_equal(made->n_root_complex, 2);
	p2p_plan_free(made);
}

static void whoever_is_newly_reached_is_a_bystander(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = { .members = { p.gpu, p.nic }, .n = 2 };
	struct p2p_plan *made;

	close_ports(said, &p);
	build_acs_control(said->b, p.down[2], ACS_UF);
	made = plan(said, &asked);
	assert_int_equal(made->n_bystanders, 2);
	assert_int_equal(made->bystanders[0], said_index(said, p.nvme));
	assert_non_null(p2p_plan_find_pair(made, said_index(said, p.gpu),
					   said_index(said, p.nvme)));
	assert_null(p2p_plan_find_pair(made, said_index(said, p.nvme),
				       said_index(said, p.disk)));
	p2p_plan_free(made);
}

static void set_changes_exactly_these_bits(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct asked asked = {
		.options = { .mode = P2P_PLAN_SET, .set = ACS_DT, .clear = ACS_RR },
		.members = { p.down[0] },
		.n = 1
	};
	struct p2p_plan *made;

	close_ports(said, &p);
	made = plan(said, &asked);
	assert_int_equal(made->n_ops, 1);
	assert_int_equal(made->ops[0].mask, ACS_DT | ACS_RR);
	assert_int_equal(made->ops[0].new, (KERNELS | ACS_DT) & ~ACS_RR);
	p2p_plan_free(made);
}

static void controls_are_read_in_every_notation(void **state)
{
	static const char *const same[] = { "RR-,cr-,DT+",
					    "ReqRedir-,CmpltRedir-,DirectTrans+",
					    "config_acs:1xx00xx" };
	static const char *const wrong[] = {
		"",     "RR",          "RR-,RR+",      "XX+",
		"RR-,", "config_acs:", "config_acs:2", "config_acs:10000000"
	};
	char text[P2P_PLAN_KERNEL_BITS_SIZE];
	uint32_t set, clear, words[P2P_PLAN_WORDS];

	for (unsigned i = 0; i < 3; i++) {
		set = clear = 0;
		assert_int_equal(p2p_plan_parse_bits(same[i], &set, &clear, NULL), 0);
		assert_int_equal(set, ACS_DT);
		assert_int_equal(clear, ACS_RR | ACS_CR);
	}
	assert_string_equal(p2p_plan_kernel_bits(set, clear, text), "1xx00xx");
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!p2p_plan_parse_bits(wrong[i], &set, &clear, NULL))
			fail_msg("'%s' is taken", wrong[i]);
	assert_int_equal(p2p_plan_parse_vector("3,5-7,64", words, NULL), 0);
	assert_int_equal(words[0], 0xe8);
	assert_int_equal(words[2], 1);
	assert_int_equal(p2p_plan_parse_vector("none", words, NULL), 0);
	assert_int_equal(words[0], 0);
	assert_true(p2p_plan_parse_vector("3,", words, NULL) &&
		    p2p_plan_parse_vector("256", words, NULL) &&
		    p2p_plan_parse_vector("x", words, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(clear_takes_redirect_off_and_nothing_else),
		SAID(completions_are_let_pass_before_requests),
		SAID(turning_ports_are_all_that_silicon_asks),
		SAID(of_a_switch_all_ports_are_opened),
		SAID(one_way_arrives_at_the_registers_of_data_direct),
		SAID(a_port_cannot_be_on_both_sides),
		SAID(a_register_that_was_not_read_is_not_written),
		SAID(a_control_that_a_port_lacks_is_refused),
		SAID(members_that_meet_at_the_root_complex_are_counted),
		SAID(whoever_is_newly_reached_is_a_bystander),
		SAID(set_changes_exactly_these_bits),
		cmocka_unit_test(controls_are_read_in_every_notation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
