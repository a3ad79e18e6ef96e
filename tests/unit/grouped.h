/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A said machine and the groups that are predicted for it. Each prediction decodes anew
 * what has been said so far. */
#ifndef P2PTOOL_TESTS_GROUPED_H
#define P2PTOOL_TESTS_GROUPED_H

#include <p2ptool/group.h>

#include "support/said.h"

struct grouped {
	struct said *said;
	struct build *b;
	/* What is not in config space; unknown unless a test says it. */
	enum p2p_tri requested, ivrs, ivrs_told;
	struct p2p_acs_override override;
	enum p2p_group_rule rule;
	struct p2p_groups *groups;
};

/* For CMocka: *@state becomes a machine without functions, grouped by 6.12. */
int grouped_setup(void **state);
int grouped_teardown(void **state);

#define GROUPED(name) \
	cmocka_unit_test_setup_teardown(name, grouped_setup, grouped_teardown)

/* Predicts. What it returns is valid until the next one. */
const struct p2p_groups *grouped_make(struct grouped *g);

/* The group of a function, by the last prediction. */
const struct p2p_group *grouped_of(const struct grouped *g, int function);

/* Fails the test unless one group is made of just these functions. */
void grouped_assert(const struct grouped *g, const int *members, uint32_t n);

/* Fails the test unless the group of @member has this tie. */
void grouped_assert_tie(const struct grouped *g, int member, int function,
			enum p2p_tie_rule rule, uint32_t bits);

#define HANDLES(...) \
	(const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int)

/* Predicts, and fails unless these are one group. */
#define TOGETHER(g, ...) (grouped_make(g), grouped_assert(g, HANDLES(__VA_ARGS__)))
/* Of the prediction made last: these too, or these each alone. */
#define ALSO(g, ...)  grouped_assert(g, HANDLES(__VA_ARGS__))
#define ALONE(g, ...) grouped_assert_alone(g, HANDLES(__VA_ARGS__))

void grouped_assert_alone(const struct grouped *g, const int *functions, uint32_t n);

/* All that the kernel asks for, and a capability that offers it. */
#define ISOLATING 0x1d
#define OFFERED   0x5f

/* A root port of @host and an endpoint below, the port's handle; its endpoint is the next.
 * @ctrl: its ACS control, or NO_ACS. */
#define NO_ACS (-1)
int grouped_port(struct grouped *g, int host, int ctrl);

/* Gives a function ACS that isolates. */
void grouped_isolate(struct grouped *g, int function);

#endif
