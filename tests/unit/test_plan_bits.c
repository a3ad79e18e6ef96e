/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Isolate and set: which functions, which bits, and registers of twice the width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/planned.h"

#define NOTHING MEMBERS(-1)

/* The plant with all ports closed but those above @p.gpu and the other root port's. */
static struct plant open_at_gpu(struct planned *m)
{
	struct plant p = plant_say(m->said);
	const int closed[] = { p.down[1], p.down[2], p.inner[0], p.inner[1] };

	for (unsigned i = 0; i < sizeof(closed) / sizeof(*closed); i++)
		build_acs_control(m->b, closed[i], KERNEL);
	m->options.mode = P2P_PLAN_ISOLATE;
	return p;
}

static void isolation_goes_from_the_member_up_to_the_root_port(void **state)
{
	struct planned *m = *state;
	struct plant p = open_at_gpu(m);

	build_acs(m->b, p.down[0], ACS_CLASSIC, ACS_EC | ACS_DT);
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_written(m, MEMBERS(p.port, p.down[0]));
	planned_assert_control(m, p.down[0], ACS_EC | ACS_DT, KERNEL);
	planned_assert_control(m, p.port, ACS_UF, KERNEL);
	planned_assert_op(m, 0, p.down[0], P2P_PLAN_CONTROL, P2P_PHASE_FORWARD, ACS_UF);
	planned_assert_op(m, 1, p.port, P2P_PLAN_CONTROL, P2P_PHASE_CLOSE, ACS_RR);
	planned_assert_op(m, 2, p.down[0], P2P_PLAN_CONTROL, P2P_PHASE_CLOSE,
			  ACS_RR | ACS_EC | ACS_DT);
	planned_assert_op(m, 3, p.port, P2P_PLAN_CONTROL, P2P_PHASE_COMPLETION, ACS_CR);
	planned_assert_op(m, 5, p.port, P2P_PLAN_CONTROL, P2P_PHASE_VALIDATE, ACS_SV);
	planned_assert_again(m, MEMBERS(p.gpu));
}

static void functions_and_virtual_ones_beside_a_member_are_isolated_too(void **state)
{
	struct planned *m = *state;
	struct plant p = open_at_gpu(m);
	int audio = build_sibling(m->b, p.gpu), vf;

	build_acs(m->b, p.gpu, ACS_RR | ACS_CR, 0);
	build_acs(m->b, audio, ACS_RR, 0);
	build_vfs(m->b, audio, 1, 1, 1);
	vf = build_count(m->b) - 1;
	build_acs(m->b, vf, ACS_RR | ACS_CR, 0);
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_written(m, MEMBERS(p.port, p.down[0], p.gpu, audio, vf));
	planned_assert_control(m, audio, 0, ACS_RR);
	planned_assert_control(m, vf, 0, ACS_RR | ACS_CR);
}

/* The ports are functions of one device, and lead to different ones. */
static void ports_beside_the_way_stay_as_they_are(void **state)
{
	struct planned *m = *state;
	struct plant p = open_at_gpu(m);
	int root = build_sibling(m->b, p.port), down = build_sibling(m->b, p.down[0]);
	int manager = build_sibling(m->b, p.up);

	build_acs(m->b, root, ACS_CLASSIC, 0);
	build_acs(m->b, down, ACS_CLASSIC, 0);
	build_acs(m->b, manager, ACS_RR, 0);
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_written(m, MEMBERS(p.port, p.down[0], manager));
}

static void tell_ats_off(struct said *said, struct p2p_snapshot *snapshot)
{
	static const char words[] = "pci=noats";

	(void)said;
	snapshot->system.has_cmdline = P2P_YES;
	snapshot->system.cmdline = p2p_snapshot_keep(snapshot, words, sizeof(words) - 1);
}

static void tell_removable(struct said *said, struct p2p_snapshot *snapshot)
{
	(void)said;
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		if (snapshot->functions[i].bdf.bus)
			snapshot->functions[i].removable = P2P_YES;
}

static void translated_requests_are_blocked_where_the_kernel_would(void **state)
{
	struct planned *m = *state;
	struct plant p = open_at_gpu(m);

	m->said->tell = tell_ats_off;
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_control(m, p.down[0], ACS_UF, KERNEL | ACS_TB);
	planned_assert_op(m, m->plan->n_ops - 1, p.down[0], P2P_PLAN_CONTROL,
			  P2P_PHASE_VALIDATE, ACS_SV | ACS_TB);
	m->said->tell = tell_removable;
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_control(m, p.port, ACS_UF, KERNEL | ACS_TB);
	m->said->tell = NULL;
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_control(m, p.port, ACS_UF, KERNEL);
}

static void errata_forbid_to_validate_sources_whatever_the_kernel_knows(void **state)
{
	struct planned *m = *state;
	struct plant p = open_at_gpu(m);
	const char *kernels[] = { "6.12", "7.0" };

	build_ids(m->b, p.down[0], 0x111d, 0x80b5);
	for (unsigned i = 0; i < 2; i++) {
		m->said->kernel = kernels[i];
		planned_make(m, MEMBERS(p.gpu));
		planned_assert_control(m, p.down[0], ACS_UF, KERNEL & ~ACS_SV);
		planned_assert_control(m, p.port, ACS_UF, KERNEL);
	}
}

static void bits_that_were_named_are_set_and_no_others(void **state)
{
	struct planned *m = *state;
	struct plant p = plant_say(m->said);

	m->options = (struct p2p_plan_options){ .mode = P2P_PLAN_SET,
						.set = ACS_SV | ACS_DT | ACS_RR,
						.clear = ACS_CR | ACS_UF };
	build_acs(m->b, p.down[0], ACS_CLASSIC | ACS_ENHANCED,
		  ACS_CR | ACS_UF | ACS_TB | ACS_UR | ACS_EC);
	planned_make(m, MEMBERS(p.down[0]));
	planned_assert_written(m, MEMBERS(p.down[0]));
	planned_assert_control(m, p.down[0], ACS_CR | ACS_UF | ACS_TB | ACS_UR | ACS_EC,
			       ACS_SV | ACS_DT | ACS_RR | ACS_TB | ACS_UR | ACS_EC);
	planned_assert_op(m, 0, p.down[0], P2P_PLAN_CONTROL, P2P_PHASE_CLOSE, ACS_RR);
	planned_assert_op(m, 3, p.down[0], P2P_PLAN_CONTROL, P2P_PHASE_VALIDATE,
			  ACS_SV | ACS_UF);
	planned_assert_again(m, MEMBERS(p.down[0]));
}

static void what_is_off_for_want_of_a_bit_need_not_be_turned_off(void **state)
{
	struct planned *m = *state;
	struct plant p = plant_say(m->said);

	m->options = (struct p2p_plan_options){ .mode = P2P_PLAN_SET,
						.clear = ACS_CR | ACS_EC };
	planned_make(m, MEMBERS(p.down[0], p.gpu));
	planned_assert_written(m, NOTHING);
}

static void a_vector_that_was_named_is_written_whole(void **state)
{
	struct planned *m = *state;
	struct plant p = plant_say(m->said);
	const uint32_t vector[P2P_PLAN_WORDS] = { 1u << 31 | 2, 1u << 7 };
	const uint32_t beyond[P2P_PLAN_WORDS] = { 0, 1u << 8 };

	m->options = (struct p2p_plan_options){ .mode = P2P_PLAN_SET,
						.set = ACS_EC,
						.vector = vector };
	build_acs(m->b, p.down[0], 40 << 8 | ACS_CLASSIC, 0);
	build_egress_bit(m->b, p.down[0], 4);
	planned_make(m, MEMBERS(p.down[0]));
	planned_assert_word(m, p.down[0], 0, 1u << 4, 1u << 31 | 2);
	planned_assert_word(m, p.down[0], 1, 0, 1u << 7);
	planned_assert_control(m, p.down[0], 0, ACS_EC);
	planned_assert_again(m, MEMBERS(p.down[0]));
	m->options.vector = beyond;
	planned_make(m, MEMBERS(p.down[0]));
	planned_assert_refused(m, P2P_REFUSE_NO_BIT, p.down[0], -1, ACS_EC);
	m->options.set = 0;
	m->options.vector = vector;
	planned_make(m, MEMBERS(p.down[1]));
	planned_assert_refused(m, P2P_REFUSE_NO_BIT, p.down[1], -1, ACS_EC);
}

/* Intel's Sunrise Point has its control where others have the vector. */
static void a_register_of_twice_the_width_is_written_where_it_is(void **state)
{
	struct planned *m = *state;
	struct plant p = open_at_gpu(m);

	build_ids(m->b, p.port, 0x8086, 0xa110);
	build_acs(m->b, p.port, 0x005f, 0);
	build_write(m->b, p.port, BUILD_ACS + REG_ACS_WIDE_CTL, 4, ACS_UF);
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_control(m, p.port, ACS_UF, KERNEL);
	for (uint32_t i = 0; i < m->plan->n_ops; i++)
		if (m->plan->ops[i].function == said_index(m->said, p.port)) {
			assert_int_equal(m->plan->ops[i].width, 32);
			assert_int_equal(m->plan->ops[i].offset, BUILD_ACS + 8);
		}
	planned_assert_again(m, MEMBERS(p.gpu));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLANNED(isolation_goes_from_the_member_up_to_the_root_port),
		PLANNED(functions_and_virtual_ones_beside_a_member_are_isolated_too),
		PLANNED(ports_beside_the_way_stay_as_they_are),
		PLANNED(translated_requests_are_blocked_where_the_kernel_would),
		PLANNED(errata_forbid_to_validate_sources_whatever_the_kernel_knows),
		PLANNED(bits_that_were_named_are_set_and_no_others),
		PLANNED(what_is_off_for_want_of_a_bit_need_not_be_turned_off),
		PLANNED(a_vector_that_was_named_is_written_whole),
		PLANNED(a_register_of_twice_the_width_is_written_where_it_is),
	};

	return cmocka_run_group_tests_name("plan bits", tests, NULL, NULL);
}
