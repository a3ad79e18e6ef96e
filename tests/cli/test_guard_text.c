/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What guards say, in text and in JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "render/guard_text.h"
#include "render/json_guard.h"
#include "unit/guarded.h"

static char printed[65536];
static struct out out;

static int gather(void *to, const char *bytes, size_t length)
{
	size_t used = strlen(printed);

	(void)to;
	assert_true(used + length < sizeof(printed));
	memcpy(printed + used, bytes, length);
	printed[used + length] = '\0';
	return 0;
}

static const char *text(const struct guarded *g, unsigned width)
{
	const struct style style = { .width = width };

	printed[0] = '\0';
	out_init(&out, gather, NULL);
	guard_text(g->m->said->machine, g->guards, &style, &out);
	assert_int_equal(out_flush(&out), 0);
	return printed;
}

static const char *json(const struct guarded *g)
{
	printed[0] = '\0';
	out_init(&out, gather, NULL);
	json_print(&out, json_guards(g->m->said->machine, g->guards));
	assert_int_equal(out_flush(&out), 0);
	return printed;
}

static void assert_says(const char *all, const char *part)
{
	if (!strstr(all, part))
		fail_msg("'%s' is not in:\n%s", part, all);
}

static void ask(struct guarded *g)
{
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
}

static void guards_that_pass_take_one_line(void **state)
{
	struct guarded *g = *state;

	ask(g);
	assert_string_equal(text(g, 80), "Guards          all pass\n");
}

static void who_refuses_says_why_and_the_others_are_counted_as_passing(void **state)
{
	struct guarded *g = *state;

	guarded_hold(g, P2P_HELD_NVIDIA, g->p.gpu);
	ask(g);
	assert_string_equal(
		text(g, 80),
		"Guards          in-use REFUSES: pid 4211 python3 holds /dev/nvidia0\n"
		"                all others pass\n");
}

static void each_guard_has_a_line_that_is_broken_at_words(void **state)
{
	struct guarded *g = *state;

	guarded_tell(g, g->p.gpu)->driver = "vfio-pci";
	g->evidence.guest = P2P_UNKNOWN;
	g->evidence.lockdown = P2P_LOCKDOWN_INTEGRITY;
	ask(g);
	assert_string_equal(
		text(g, 60),
		"Guards          vfio REFUSES: 0000:03:00.0 gpu0 is bound to\n"
		"                vfio-pci\n"
		"                guest CANNOT TELL: whether this is a virtual\n"
		"                machine is not known\n"
		"                lockdown REFUSES: the kernel is locked down\n"
		"                (integrity)\n"
		"                all others pass\n");
}

static void what_is_allowed_is_still_said(void **state)
{
	struct guarded *g = *state;

	g->evidence.guest = P2P_YES;
	g->allowed = 1u << P2P_GUARD_GUEST;
	ask(g);
	assert_says(text(g, 80), "guest allowed: this is a virtual machine\n");
	assert_says(json(g), "{\"name\":\"guest\",\"verdict\":\"allowed\","
			     "\"evidence\":[\"this is a virtual machine\"]}");
}

static void groups_that_meet_are_a_warning_where_nothing_refuses(void **state)
{
	struct guarded *g = *state;

	guarded_tell(g, g->p.gpu)->group = 41;
	guarded_tell(g, g->p.nic)->group = 42;
	g->told[0].group_type = g->told[1].group_type = "DMA";
	ask(g);
	assert_says(text(g, 0), "groups warns: 0000:03:00.0 gpu0 of live group 41 and");
	assert_says(text(g, 0), "all others pass");
	*guarded_tell(g, g->p.nvme) =
		(struct guarded_told){ g->p.nvme, .group = 43, .group_type = "DMA" };
	ask(g);
	assert_says(text(g, 0), "IOMMU; and 2 more\n");
	assert_says(json(g),
		    "{\"name\":\"groups\",\"verdict\":\"pass\",\"evidence\":[\"");
}

static void many_obstacles_are_counted(void **state)
{
	struct guarded *g = *state;

	for (unsigned i = 0; i < 5; i++)
		guarded_hold(g, P2P_HELD_NVIDIA, g->p.gpu)->pid = 100 + i;
	ask(g);
	assert_says(text(g, 80), "pid 102 python3 holds /dev/nvidia0;\n"
				 "                and 2 more\n");
	assert_says(json(g), "pid 104 python3 holds /dev/nvidia0");
}

static void names_that_others_choose_are_cleaned(void **state)
{
	struct guarded *g = *state;

	strcpy(guarded_hold(g, P2P_HELD_NVIDIA, g->p.gpu)->name, "x\033[2J\ny");
	ask(g);
	assert_says(text(g, 80), "pid 4211 x?[2J?y holds");
	assert_says(json(g), "pid 4211 x?[2J?y holds");
}

static void a_refusal_in_one_line_says_what_would_allow_it(void **state)
{
	static const struct style style = { .width = 80 };
	char reason[GUARD_REASON_SIZE];
	struct guarded *g = *state;

	guarded_hold(g, P2P_HELD_NVIDIA, g->p.gpu);
	g->evidence.guest = P2P_YES;
	ask(g);
	assert_string_equal(guard_reason(g->m->said->machine, g->guards, P2P_GUARD_REFUSE,
					 &style, reason),
			    "in-use: pid 4211 python3 holds /dev/nvidia0; guest: this is "
			    "a virtual machine (--allow=in-use,guest)");
	assert_string_equal(guard_reason(g->m->said->machine, g->guards,
					 P2P_GUARD_CANNOT_TELL, &style, reason),
			    "");
	g->evidence = (struct p2p_guard_evidence){ .lockdown = P2P_LOCKDOWN_INTEGRITY };
	ask(g);
	assert_string_equal(guard_reason(g->m->said->machine, g->guards, P2P_GUARD_REFUSE,
					 &style, reason),
			    "lockdown: the kernel is locked down (integrity)");
}

/* Each kind has a sentence of its own, whose blanks are all filled in. */
static void every_kind_has_its_sentence(void **state)
{
	static const struct style style = { .width = 80 };
	char said[P2P_OBSTACLE_KINDS][GUARD_SAY_SIZE];
	struct guarded *g = *state;

	ask(g);
	for (unsigned i = 0; i < P2P_OBSTACLE_KINDS; i++) {
		const struct p2p_obstacle obstacle = { .kind = (enum p2p_obstacle_kind)i,
						       .function = 3,
						       .other = 4,
						       .bits = ACS_RR,
						       .number = 1,
						       .limit = 2,
						       .text = "text",
						       .also = "also" };

		guard_say(g->m->said->machine, &obstacle, &style, said[i]);
		assert_true(strlen(said[i]) > 20);
		assert_null(strchr(said[i], '@'));
		assert_int_equal(p2p_obstacle_is_lack(obstacle.kind),
				 strstr(said[i], "not known") != NULL);
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(said[i], said[k]);
	}
	for (unsigned i = 0; i < P2P_GUARDS; i++)
		assert_true(strlen(words_guard[i]) > 20);
}

static void guards_that_cannot_tell_share_a_line(void **state)
{
	struct guarded *g = *state;

	g->evidence.guest = g->evidence.container = P2P_UNKNOWN;
	ask(g);
	assert_says(text(g, 80), "guest CANNOT TELL: whether this is a virtual machine");
	guarded_tell(g, g->p.gpu)->driver = "vfio-pci";
	g->evidence.lockdown = P2P_LOCKDOWN_UNKNOWN;
	ask(g);
	assert_string_equal(
		text(g, 80),
		"Guards          vfio REFUSES: 0000:03:00.0 gpu0 is bound to vfio-pci\n"
		"                CANNOT TELL: guest container lockdown (-v says why)\n"
		"                all others pass\n");
}

/* What is not known of the machine is so once, whoever asks. */
static void others_are_named_only_where_one_is(void **state)
{
	struct guarded *g = *state;

	g->evidence.knows_reservations = false;
	ask(g);
	assert_says(json(g), "\"what is reserved for VFIO is not known\"");
	g->evidence.knows_reservations = true;
	g->is_capture = g->hides_drivers = true;
	ask(g);
	assert_says(json(g), "is not known, nor that of others\"");
}

static void processes_that_are_closed_to_us_are_counted(void **state)
{
	struct guarded *g = *state;

	g->evidence.knows_holders = false;
	g->evidence.n_unread = 7;
	ask(g);
	assert_says(json(g), "who holds device files is not known: 7 processes show "
			     "theirs to root only");
	assert_says(json(g), "\"verdict\":\"cannot tell\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GUARDED(guards_that_pass_take_one_line),
		GUARDED(who_refuses_says_why_and_the_others_are_counted_as_passing),
		GUARDED(each_guard_has_a_line_that_is_broken_at_words),
		GUARDED(what_is_allowed_is_still_said),
		GUARDED(groups_that_meet_are_a_warning_where_nothing_refuses),
		GUARDED(many_obstacles_are_counted),
		GUARDED(names_that_others_choose_are_cleaned),
		GUARDED(a_refusal_in_one_line_says_what_would_allow_it),
		GUARDED(every_kind_has_its_sentence),
		GUARDED(guards_that_cannot_tell_share_a_line),
		GUARDED(others_are_named_only_where_one_is),
		GUARDED(processes_that_are_closed_to_us_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
