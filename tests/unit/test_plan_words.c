/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Controls and vectors as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <p2ptool/plan.h>

#include "core/regs.h"

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
		cmocka_unit_test(controls_are_read_in_every_notation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
