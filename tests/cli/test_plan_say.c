/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `plan` says of said machines: refusals, registers, values, changed pairs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "render/plan_report.h"
#include "unit/planned.h"

static const struct style plain = { .width = 80 };

/* Of the plan made last. */
struct told {
	struct scene scene;
	struct plan_report report;
};

static const struct plan_report *report_of(const struct planned *m, struct told *told)
{
	told->scene = (struct scene){ .machine = m->said->machine };
	told->report = (struct plan_report){ .scene = &told->scene,
					     .plan = m->plan,
					     .options = &m->options,
					     .after = m->said->machine->judge,
					     .selector = "gpu,nic",
					     .command = "plan gpu,nic" };
	return &told->report;
}

static int send_to_file(void *to, const char *bytes, size_t length)
{
	return fwrite(bytes, 1, length, to) == length ? 0 : -1;
}

static char *print(const struct planned *m,
		   void (*put)(const struct plan_report *report, struct out *out))
{
	struct told told;
	struct out *out = malloc(sizeof(*out));
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_true(file && out);
	out_init(out, send_to_file, file);
	put(report_of(m, &told), out);
	assert_int_equal(out_flush(out), 0);
	fclose(file);
	free(out);
	return text;
}

static void put_text(const struct plan_report *report, struct out *out)
{
	plan_text(report, &plain, out);
}

static void assert_says(const struct planned *m, const char *words)
{
	char *text = print(m, put_text);

	if (!strstr(text, words))
		fail_msg("'%s' is not in:\n%s", words, text);
	free(text);
}

/* What, why, and in brackets what to do. */
static void assert_sentence(const char *text, enum p2p_plan_refusal_kind kind)
{
	size_t length = strlen(text);

	if (!strstr(text, ": ") || !strstr(text, " (") || length < 40 ||
	    text[length - 1] != ')' || strchr(text, '\n') || strstr(text, "null"))
		fail_msg("kind %d: %s", (int)kind, text);
}

static void every_refusal_says_what_why_and_what_to_do(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	char texts[P2P_REFUSALS][PLAN_REFUSAL_SIZE];
	struct told told;

	planned_make(m, MEMBERS(p.gpu, p.nic));
	for (int kind = 0; kind < P2P_REFUSALS; kind++) {
		struct p2p_plan_refusal refusal = {
			.kind = (enum p2p_plan_refusal_kind)kind,
			.function = said_index(m->said, p.down[0]),
			.other = said_index(m->said, p.nic),
			.at = said_index(m->said, p.down[1]),
			.bits = ACS_RR
		};

		plan_refusal(report_of(m, &told), &refusal, &plain, texts[kind]);
		assert_sentence(texts[kind], refusal.kind);
		for (int other = 0; other < kind; other++)
			assert_string_not_equal(texts[kind], texts[other]);
		refusal.at = P2P_NONE;
		refusal.other = P2P_NONE;
		plan_refusal(&told.report, &refusal, &plain, texts[kind]);
		assert_sentence(texts[kind], refusal.kind);
	}
}

static void a_pair_that_is_not_as_asked_says_who_keeps_it(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	struct p2p_plan_refusal refusal;
	char text[PLAN_REFUSAL_SIZE];
	struct told told;

	planned_make(m, MEMBERS(p.gpu, p.nic));
	refusal = (struct p2p_plan_refusal){ P2P_REFUSE_UNREACHED,
					     said_index(m->said, p.gpu),
					     said_index(m->said, p.nic),
					     said_index(m->said, p.down[0]), ACS_RR };
	plan_refusal(report_of(m, &told), &refusal, &plain, text);
	assert_non_null(
		strstr(text, "would not be direct for silicon and kernel, as RR "));
	m->options.mode = P2P_PLAN_ISOLATE;
	plan_refusal(&told.report, &refusal, &plain, text);
	assert_non_null(strstr(text, "would still go direct, as RR stays off at "));
	refusal.bits = ACS_DT;
	plan_refusal(&told.report, &refusal, &plain, text);
	assert_non_null(strstr(text, "would still go direct, as DT stays on at "));
}

static void a_register_of_twice_the_width_is_named_where_it_is(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	build_ids(m->b, p.port, 0x8086, 0xa110);
	build_acs(m->b, p.port, 0x005f, 0);
	build_write(m->b, p.port, BUILD_ACS + REG_ACS_WIDE_CTL, 4, ACS_UF);
	m->options.mode = P2P_PLAN_ISOLATE;
	planned_make(m, MEMBERS(p.gpu, p.nic, p.nvme, p.disk));
	planned_assert_planned(m);
	assert_says(m, "0x00000010 -> 0x0000001d  SV RR CR on  ECAP_ACS+8.l=d:d");
}

static void entries_of_a_vector_are_named_as_ranges(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	uint32_t vector[P2P_PLAN_WORDS] = { 0xe8, 2 };

	build_acs(m->b, p.down[0], 0x4000 | ACS_CLASSIC, KERNEL);
	m->options.mode = P2P_PLAN_SET;
	m->options.vector = vector;
	m->options.set = ACS_EC;
	planned_make(m, MEMBERS(p.down[0]));
	planned_assert_planned(m);
	assert_says(m, "ports 3 5-7 on");
	assert_says(m, "ports 33 on");
	assert_says(m, "ECAP_ACS+c.l=2:2");
	assert_says(m, "EC+, which is config_acs:x1xxxxx");
}

/* The upper byte of a control register that was not read is not zero. */
static void digits_that_were_not_read_are_not_told(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);
	struct told told;
	struct plan_row row = { .width = 16, .known = 0x007f, .old = 0x1d };
	char text[PLAN_VALUE_SIZE];

	planned_make(m, MEMBERS(p.gpu, p.nic));
	report_of(m, &told);
	assert_string_equal(plan_value(&row, row.old, text), "0x???d");
	row.known = 0xffff;
	assert_string_equal(plan_value(&row, row.old, text), "0x001d");
}

static void functions_with_the_same_partners_stand_together(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	planned_make(m, MEMBERS(p.gpu, p.nic, p.nvme, p.disk));
	assert_says(m, "12 pairs: 0000:04:00.0 gpu0 nvme0-1 each other\n");
	planned_make(m, MEMBERS(p.gpu, p.nic));
	assert_says(m, "2 pairs: gpu0 <-> ");
	planned_one_way(m, MEMBERS(p.nic), MEMBERS(p.gpu));
	assert_says(m, "1 pair: gpu0 <- ");
}

static void translated_requests_that_open_are_no_direct_pair(void **state)
{
	struct planned *m = *state;
	struct plant p = planned_plant(m);

	build_ats(m->b, p.gpu, ATS_CTL_ENABLE);
	m->options.mode = P2P_PLAN_TRANSLATED;
	planned_make(m, MEMBERS(p.gpu, p.nic));
	planned_assert_planned(m);
	assert_says(m, "Opens in part");
	assert_says(m, "1 pair (translated-write, translated-read)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLANNED(every_refusal_says_what_why_and_what_to_do),
		PLANNED(a_pair_that_is_not_as_asked_says_who_keeps_it),
		PLANNED(a_register_of_twice_the_width_is_named_where_it_is),
		PLANNED(entries_of_a_vector_are_named_as_ranges),
		PLANNED(digits_that_were_not_read_are_not_told),
		PLANNED(functions_with_the_same_partners_stand_together),
		PLANNED(translated_requests_that_open_are_no_direct_pair),
	};

	return cmocka_run_group_tests_name("plan in words", tests, NULL, NULL);
}
