/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says, predicts, looks at groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/grouped.h"

int grouped_setup(void **state)
{
	struct grouped *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	said_setup((void **)&g->said);
	g->b = g->said->b;
	*state = g;
	return 0;
}

int grouped_teardown(void **state)
{
	struct grouped *g = *state;

	p2p_groups_free(g->groups);
	said_teardown((void **)&g->said);
	free(g);
	return 0;
}

const struct p2p_groups *grouped_make(struct grouped *g)
{
	const struct p2p_machine *machine = said_machine(g->said);
	struct p2p_group_rules rules = { .rules = machine->rules,
					 .rule = g->rule,
					 .requested = g->requested,
					 .ivrs = g->ivrs,
					 .ivrs_told = g->ivrs_told,
					 .override = g->override };

	p2p_groups_free(g->groups);
	g->groups =
		p2p_groups_new(machine->snapshot, machine->facts, machine->topo, &rules);
	assert_non_null(g->groups);
	return g->groups;
}

const struct p2p_group *grouped_of(const struct grouped *g, int function)
{
	uint32_t index = said_index(g->said, function);

	assert_int_not_equal(index, P2P_NONE);
	return &g->groups->groups[g->groups->of[index]];
}

void grouped_assert(const struct grouped *g, const int *members, uint32_t n)
{
	const struct p2p_group *group = grouped_of(g, members[0]);

	for (uint32_t i = 0; i < n; i++)
		if (grouped_of(g, members[i]) != group)
			fail_msg("handles %d and %d are apart", members[0], members[i]);
	if (group->n_members != n)
		fail_msg("%u are with handle %d, not %u", group->n_members, members[0],
			 n);
	for (uint32_t i = 1; i < n; i++)
		assert_true(g->groups->members[group->first_member + i - 1] <
			    g->groups->members[group->first_member + i]);
}

void grouped_assert_alone(const struct grouped *g, const int *functions, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		grouped_assert(g, &functions[i], 1);
}

void grouped_assert_tie(const struct grouped *g, int member, int function,
			enum p2p_tie_rule rule, uint32_t bits)
{
	const struct p2p_group *group = grouped_of(g, member);
	const struct p2p_tie *ties = g->groups->ties + group->first_tie;
	uint32_t index = said_index(g->said, function);

	for (uint32_t i = 0; i < group->n_ties; i++)
		if (ties[i].function == index && ties[i].rule == rule) {
			assert_int_equal(ties[i].bits, bits);
			return;
		}
	fail_msg("of %u ties none is of handle %d by rule %d", group->n_ties, function,
		 rule);
}

int grouped_port(struct grouped *g, int host, int ctrl)
{
	int port = build_port(g->b, host, P2P_TYPE_ROOT_PORT);

	build_endpoint(g->b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	if (ctrl != NO_ACS)
		build_acs(g->b, port, OFFERED, (uint16_t)ctrl);
	return port;
}

void grouped_isolate(struct grouped *g, int function)
{
	build_acs(g->b, function, OFFERED, ISOLATING);
}
