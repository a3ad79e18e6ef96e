/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans that are refused, and what the refusal names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/planned.h"

/* The plant; ports have vectors, and what the kernel turns on. */
static struct plant by_kernel(struct planned *m, enum p2p_plan_mode mode)
{
	struct plant p = plant_say(m->said);
	const int ports[] = { p.down[0], p.down[1], p.down[2], p.inner[0], p.inner[1] };

	for (unsigned i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		build_acs(m->b, ports[i], 0x0800 | ACS_CLASSIC, KERNEL);
	m->options.mode = mode;
	return p;
}

static void a_port_cannot_be_open_and_closed(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_ONE_WAY);

	/* Initiators on both sides of down[2] and down[0]. */
	planned_one_way(m, MEMBERS(p.nvme, p.gpu), MEMBERS(p.disk, p.nic));
	planned_assert_refused(m, P2P_REFUSE_CONFLICT, p.down[2], -1, ACS_RR | ACS_CR);
}

static void one_way_needs_somebody_on_either_end(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_ONE_WAY);

	planned_one_way(m, MEMBERS(p.nic, p.gpu), MEMBERS(-1));
	planned_assert_refused(m, P2P_REFUSE_INITIATORS, -1, -1, 0);
	planned_one_way(m, MEMBERS(-1), MEMBERS(p.nic, p.gpu));
	planned_assert_refused(m, P2P_REFUSE_INITIATORS, -1, -1, 0);
}

static void one_way_needs_acs_where_it_redirects(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_ONE_WAY);

	build_write(m->b, p.down[0], BUILD_ACS, 4, 0);
	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu));
	planned_assert_refused(m, P2P_REFUSE_NO_ACS, p.down[0], -1, ACS_RR | ACS_UF);
	build_acs(m->b, p.down[0], ACS_CLASSIC & ~ACS_RR, 0);
	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu));
	planned_assert_refused(m, P2P_REFUSE_NO_BIT, p.down[0], -1, ACS_RR);
	build_acs(m->b, p.down[0], ACS_CLASSIC, 0);
	build_acs(m->b, p.port, ACS_CLASSIC & ~ACS_UF, 0);
	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu));
	planned_assert_refused(m, P2P_REFUSE_NO_BIT, p.port, -1, ACS_UF);
}

static void translated_needs_a_member_that_has_ats_on(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_TRANSLATED);

	build_ats(m->b, p.gpu, 0);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_NO_ATS, -1, -1, 0);
	planned_make(m, MEMBERS(p.gpu, p.far));
	planned_assert_refused(m, P2P_REFUSE_NO_PAIR, -1, -1, 0);
	build_ats(m->b, p.gpu, ATS_CTL_ENABLE);
	build_acs(m->b, p.down[0], ACS_CLASSIC & ~ACS_DT, KERNEL);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_NO_BIT, p.down[0], -1, ACS_DT);
}

/* Unreadable is never off. */
static void ats_that_was_not_read_is_not_off(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_TRANSLATED);

	build_ats(m->b, p.gpu, 0);
	build_ats(m->b, p.nic, ATS_CTL_ENABLE);
	build_hole(m->b, p.gpu, BUILD_ATS + REG_ATS_CTL, 2);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_UNREAD, p.gpu, -1, 0);
}

static void what_was_not_read_is_named_bit_by_bit(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_CLEAR);

	build_hole(m->b, p.down[0], BUILD_ACS + REG_ACS_CTL, 2);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_UNREAD, p.down[0], -1,
			       ACS_RR | ACS_CR | ACS_EC);
	build_acs(m->b, p.down[0], ACS_RR | ACS_SV, 0);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_UNREAD, p.down[0], -1, ACS_RR);
	build_hole(m->b, p.down[0], BUILD_ACS + REG_ACS_CAP, 2);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_UNREAD, p.down[0], -1,
			       ACS_RR | ACS_CR | ACS_EC);
	build_hole(m->b, p.down[0], BUILD_ACS, 4);
	m->options.scope = P2P_SCOPE_TURN;
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_UNREAD, p.down[0], -1,
			       ACS_RR | ACS_CR | ACS_EC);
}

static void a_vector_that_was_not_read_is_none(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_EGRESS);

	build_hole(m->b, p.down[0], BUILD_ACS + REG_ACS_EGRESS, 4);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_UNREAD, p.down[0], -1, ACS_EC);
}

static void egress_needs_egress_control_and_completion_redirect(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_EGRESS);

	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_planned(m);
	build_acs(m->b, p.down[0], 0x0800 | (ACS_CLASSIC & ~ACS_CR), 0);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_NO_BIT, p.down[0], -1, ACS_CR);
	build_acs(m->b, p.down[0], ACS_CLASSIC & ~ACS_EC, 0);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_NO_BIT, p.down[0], -1, ACS_EC);
	build_write(m->b, p.down[0], BUILD_ACS, 4, 0);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_NO_ACS, p.down[0], -1,
			       ACS_RR | ACS_EC | ACS_UF);
}

static void port_numbers_have_to_tell_ports_apart(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_EGRESS);

	build_port_number(m->b, p.down[2], 1);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_PORT_NUMBER, p.down[2], p.down[0], 0);
	build_port_number(m->b, p.down[2], 8);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_PORT_NUMBER, p.down[2], -1, 0);
	build_port_number(m->b, p.down[2], 7);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_planned(m);
	build_hole(m->b, p.down[2], BUILD_EXPRESS + REG_EXP_LNKCAP, 4);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_PORT_NUMBER, p.down[2], -1, 0);
}

static void a_vector_of_size_0_has_256_entries(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_EGRESS);

	build_acs(m->b, p.down[0], ACS_CLASSIC, KERNEL);
	build_acs(m->b, p.down[1], ACS_CLASSIC, KERNEL);
	build_port_number(m->b, p.down[2], 255);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_planned(m);
	planned_assert_word(m, p.down[0], 7, 0, 1u << 31);
	planned_assert_word(m, p.down[1], 7, 0, 1u << 31);
}

static void a_port_that_others_share_cannot_be_singled_out(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_EGRESS);
	int audio = build_sibling(m->b, p.gpu), vf;

	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_SHARED_PORT, p.gpu, audio, 0);
	planned_assert_refused(m, P2P_REFUSE_MULTI, p.gpu, -1, 0);
	build_vfs(m->b, p.nic, 1, 1, 1);
	vf = build_count(m->b) - 1;
	planned_make(m, MEMBERS(p.gpu, vf));
	planned_assert_refused(m, P2P_REFUSE_SHARED_PORT, vf, p.nic, 0);
}

static void members_on_several_switches_have_no_vector_in_common(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_EGRESS);

	planned_make(m, MEMBERS(p.gpu, p.nvme));
	planned_assert_refused(m, P2P_REFUSE_OTHER_SWITCH, p.nvme, p.gpu, 0);
	/* The inner switch has this one alone. */
	build_hide(m->b, p.disk);
	planned_make(m, MEMBERS(p.gpu, p.nvme));
	planned_assert_refused(m, P2P_REFUSE_OTHER_SWITCH, p.nvme, p.gpu, 0);
	planned_make(m, MEMBERS(p.gpu, p.nic, p.far));
	planned_assert_refused(m, P2P_REFUSE_OTHER_SWITCH, p.far, p.gpu, 0);
}

static void functions_in_groups_are_not_told_apart_by_ports(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_EGRESS);

	build_extended(m->b, p.gpu, EXT_CAP_ARI, 0x400);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_planned(m);
	build_write(m->b, p.gpu, 0x406, 2, ARI_CTL_ACS);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_MULTI, p.gpu, -1, 0);
	build_hole(m->b, p.gpu, 0x406, 2);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_refused(m, P2P_REFUSE_MULTI, p.gpu, -1, 0);
}

static void bits_that_a_port_lacks_cannot_be_set(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_SET);

	m->options.set = ACS_DT | ACS_RR;
	build_acs(m->b, p.down[0], ACS_RR | ACS_CR, 0);
	planned_make(m, MEMBERS(p.down[0]));
	planned_assert_refused(m, P2P_REFUSE_NO_BIT, p.down[0], -1, ACS_DT);
	planned_make(m, MEMBERS(p.up));
	planned_assert_refused(m, P2P_REFUSE_NO_ACS, p.up, -1, ACS_DT | ACS_RR);
	m->options.set = ACS_EC;
	planned_make(m, MEMBERS(p.down[1]));
	planned_assert_refused(m, P2P_REFUSE_VECTOR, -1, -1, ACS_EC);
}

static void sources_are_not_validated_by_bus_numbers_that_are_wrong(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_ISOLATE);

	build_acs(m->b, p.down[0], ACS_CLASSIC, 0);
	build_spoil(m->b, p.inner[0], REG_SUBORDINATE, 0);
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_planned(m);
	m->options = (struct p2p_plan_options){ .mode = P2P_PLAN_SET, .set = ACS_SV };
	build_acs(m->b, p.inner[0], ACS_CLASSIC, 0);
	planned_make(m, MEMBERS(p.inner[0]));
	planned_assert_refused(m, P2P_REFUSE_BUS_NUMBER, p.nvme, -1, ACS_SV);
	assert_int_equal(m->plan->refusals[0].at, said_index(m->said, p.inner[0]));
	/* On already, it does what it does. */
	build_acs(m->b, p.inner[0], ACS_CLASSIC, ACS_SV);
	planned_make(m, MEMBERS(p.inner[0]));
	planned_assert_planned(m);
	build_acs(m->b, p.inner[1], ACS_CLASSIC, 0);
	build_hole(m->b, p.inner[1], REG_SUBORDINATE, 1);
	planned_make(m, MEMBERS(p.inner[1]));
	planned_assert_refused(m, P2P_REFUSE_UNREAD, p.inner[1], -1, ACS_SV);
}

static void who_reaches_an_isolated_member_is_named(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_ISOLATE);

	build_acs(m->b, p.down[1], ACS_CLASSIC, ACS_UF);
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_refused(m, P2P_REFUSE_UNREACHED, p.nic, p.gpu, ACS_RR);
	assert_int_equal(m->plan->refusals[0].at, said_index(m->said, p.down[1]));
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_planned(m);
	/* By translated requests alone. */
	build_acs(m->b, p.down[1], ACS_CLASSIC, KERNEL | ACS_DT);
	planned_make(m, MEMBERS(p.gpu));
	planned_assert_refused(m, P2P_REFUSE_UNREACHED, p.nic, p.gpu, ACS_DT);
}

static void who_asks_for_all_pairs_is_refused_where_some_meet_above(void **state)
{
	struct planned *m = *state;
	struct plant p = by_kernel(m, P2P_PLAN_CLEAR);

	planned_make(m, MEMBERS(p.gpu, p.nic, p.far));
	planned_assert_planned(m);
	m->options.require_all = true;
	planned_make(m, MEMBERS(p.gpu, p.nic, p.far));
	planned_assert_refused(m, P2P_REFUSE_ROOT_COMPLEX, -1, -1, 0);
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_planned(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLANNED(a_port_cannot_be_open_and_closed),
		PLANNED(one_way_needs_somebody_on_either_end),
		PLANNED(one_way_needs_acs_where_it_redirects),
		PLANNED(translated_needs_a_member_that_has_ats_on),
		PLANNED(ats_that_was_not_read_is_not_off),
		PLANNED(what_was_not_read_is_named_bit_by_bit),
		PLANNED(a_vector_that_was_not_read_is_none),
		PLANNED(egress_needs_egress_control_and_completion_redirect),
		PLANNED(port_numbers_have_to_tell_ports_apart),
		PLANNED(a_vector_of_size_0_has_256_entries),
		PLANNED(a_port_that_others_share_cannot_be_singled_out),
		PLANNED(members_on_several_switches_have_no_vector_in_common),
		PLANNED(functions_in_groups_are_not_told_apart_by_ports),
		PLANNED(bits_that_a_port_lacks_cannot_be_set),
		PLANNED(sources_are_not_validated_by_bus_numbers_that_are_wrong),
		PLANNED(who_reaches_an_isolated_member_is_named),
		PLANNED(who_asks_for_all_pairs_is_refused_where_some_meet_above),
	};

	return cmocka_run_group_tests_name("plan refusals", tests, NULL, NULL);
}
