/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all renderers are made of: cleaning, cutting, breaking, folding, looking up. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "render/clean.h"
#include "render/labels.h"
#include "render/memo.h"
#include "render/prose.h"
#include "render/table.h"
#include "render/words.h"

static const struct style plain = { .width = 40, .unicode = true };

static void assert_clean(const char *text, bool unicode, const char *expected)
{
	char clean[64];

	assert_string_equal(clean_text(text, unicode, clean, sizeof(clean)), expected);
}

static void control_characters_become_question_marks(void **state)
{
	assert_clean("a\x1b[31mb\x07\n\x7f", true, "a?[31mb???");
	assert_clean("\xc2\x9b"
		     "31m",
		     true, "?31m");
}

static void marks_that_turn_or_hide_text_are_replaced(void **state)
{
	assert_clean("a\u202eb\u2066c\u200bd\ufeffe\u200f", true, "a?b?c?d?e?");
}

static void invalid_utf8_is_replaced_byte_by_byte(void **state)
{
	assert_clean("a\xff\xc0\xaf\xed\xa0\x80z", true, "a????z");
	assert_clean("cut \xe2\x82", true, "cut ??");
	assert_clean("\xf5\x80\x80\x80", true, "????");
}

static void letters_of_any_language_stay_where_they_can_be_shown(void **state)
{
	assert_clean("caf\u00e9 \u4e2d", true, "caf\u00e9 \u4e2d");
	assert_clean("caf\u00e9 \u4e2d", false, "caf? ?");
}

static void text_that_does_not_fit_ends_at_a_character(void **state)
{
	char clean[5];

	assert_string_equal(clean_text("ab\u4e2d", true, clean, sizeof(clean)), "ab");
	assert_string_equal(clean_text("abcdef", true, clean, sizeof(clean)), "abcd");
}

static void assert_cut(const char *text, unsigned columns, const char *expected)
{
	char buffer[64];

	strcpy(buffer, text);
	clean_cut(buffer, sizeof(buffer), true, columns);
	assert_string_equal(buffer, expected);
}

static void a_cut_counts_columns_and_says_that_it_is_one(void **state)
{
	assert_cut("abcdef", 6, "abcdef");
	assert_cut("abcdef", 4, "abc\u2026");
	assert_cut("\u4e2d\u4e2d\u4e2d", 5, "\u4e2d\u4e2d\u2026");
	assert_cut("abc", 1, "\u2026");
	assert_cut("abc", 0, "");
}

/* Text that a renderer has sent on. */
struct sink {
	char text[1 << 16];
	size_t used;
};

static int send_to_sink(void *to, const char *bytes, size_t length)
{
	struct sink *sink = to;

	if (sink->used + length >= sizeof(sink->text))
		return -28;
	memcpy(sink->text + sink->used, bytes, length);
	sink->used += length;
	sink->text[sink->used] = '\0';
	return 0;
}

struct rendering {
	struct sink sink;
	struct out out;
};

static int begin(void **state)
{
	struct rendering *rendering = calloc(1, sizeof(*rendering));

	setlocale(LC_CTYPE, "C.UTF-8");
	*state = rendering;
	if (rendering)
		out_init(&rendering->out, send_to_sink, &rendering->sink);
	return rendering ? 0 : -1;
}

static int end(void **state)
{
	free(*state);
	return 0;
}

static const char *rendered(struct rendering *rendering)
{
	out_flush(&rendering->out);
	return rendering->sink.text;
}

static void prose_is_broken_between_words(void **state)
{
	struct rendering *r = *state;

	prose_put(&r->out, &plain, 2, 4,
		  "one two three four five six seven eight nine ten");
	assert_string_equal(rendered(r), "one two three four five six seven\n"
					 "    eight nine ten\n");
}

static void a_word_longer_than_the_line_stays_whole(void **state)
{
	struct rendering *r = *state;

	prose_put(&r->out, &plain, 0, 2,
		  "a 0123456789012345678901234567890123456789ab b");
	assert_string_equal(rendered(r),
			    "a\n  0123456789012345678901234567890123456789ab\n  b\n");
}

static void items_are_never_taken_apart(void **state)
{
	struct rendering *r = *state;
	struct prose_items items = { .out = &r->out, .style = &plain, .indent = 2 };

	prose_item(&items, "vm", STYLE_PLAIN);
	prose_item(&items, "Linux 6.8.0-45-generic", STYLE_BOLD);
	prose_item(&items, "IOMMU translated (intel)", STYLE_PLAIN);
	prose_end(&items);
	assert_string_equal(rendered(r),
			    "vm  Linux 6.8.0-45-generic\n  IOMMU translated (intel)\n");
}

static void output_larger_than_its_buffer_arrives_in_order(void **state)
{
	struct rendering *r = *state;

	for (int i = 0; i < 6000; i++)
		out_format(&r->out, "%05d,", i);
	assert_int_equal(r->out.error, 0);
	assert_int_equal(strlen(rendered(r)), 36000);
	assert_memory_equal(r->sink.text + 6 * 5999, "05999,", 6);
}

static void after_an_error_the_first_one_stays(void **state)
{
	struct rendering *r = *state;

	for (int i = 0; i < 100; i++) {
		out_spaces(&r->out, 65536);
		out_flush(&r->out);
	}
	assert_int_equal(r->out.error, -28);
}

static void a_table_hangs_rows_below_rows(void **state)
{
	static const unsigned flags[] = { TABLE_TREE, TABLE_RIGHT };
	static const struct style ascii = { 0 };
	struct rendering *r = *state;
	struct table *table = table_new(&ascii, 2, flags);
	uint32_t top = table_row(table, UINT32_MAX);

	table_cell(table, 0, "top", STYLE_PLAIN);
	table_cell(table, 1, "12345", STYLE_PLAIN);
	table_row(table, top);
	table_cell(table, 0, "a", STYLE_PLAIN);
	table_cell(table, 1, "1", STYLE_BAD);
	table_row(table, top);
	table_cell(table, 0, "b", STYLE_PLAIN);
	table_print(table, "> ", &r->out);
	table_free(table);
	assert_string_equal(rendered(r), "> top  12345\n> |-a      1\n> `-b\n");
}

static void what_was_made_once_is_found_again(void **state)
{
	struct memo memo;

	assert_int_equal(memo_init(&memo), 0);
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			struct memo_key key = { .what = i % 3, .words = { i } };
			struct memo_text *text = memo_find(&memo, &key);

			assert_non_null(text);
			assert_int_equal(text->text != NULL, round);
			if (text->text)
				assert_int_equal(text->length, i);
			else
				text->text = strdup("made");
			text->length = i;
		}
	assert_int_equal(memo.n_used, 5000);
	memo_done(&memo);
}

static void acs_bits_say_on_off_absent_and_unread(void **state)
{
	struct p2p_acs acs = { .regs = { .present = P2P_YES,
					 .cap = { ACS_SV | ACS_RR | ACS_CR, 0xffff },
					 .ctrl = { ACS_RR, ACS_SV | ACS_RR } } };
	char text[WORDS_ACS_SIZE];

	assert_string_equal(words_acs_text(&acs, false, text), "[sv -- RR ?? -- -- --]");
	acs.regs.present = P2P_NO;
	assert_string_equal(words_acs_text(&acs, false, text), "no ACS");
	acs = (struct p2p_acs){ 0 };
	assert_string_equal(words_acs_text(&acs, false, text), "[?? ?? ?? ?? ?? ?? ??]");
}

static void enhanced_controls_show_where_they_are_on(void **state)
{
	struct p2p_acs acs = { .regs = { .present = P2P_YES,
					 .cap = { ACS_ENHANCED, 0xffff },
					 .ctrl = { 0x0100 | ACS_UR, 0xffff } } };
	char text[WORDS_ACS_SIZE];

	assert_string_equal(words_acs_text(&acs, false, text),
			    "[-- -- -- -- -- -- -- DM=block UR]");
	assert_string_equal(words_acs_text(&acs, true, text),
			    "[-- -- -- -- -- -- -- ib DM=block UM=direct UR]");
}

static void islands_are_lettered_like_columns(void **state)
{
	char name[SAY_ISLAND_SIZE];

	assert_string_equal(say_island(0, name), "A");
	assert_string_equal(say_island(25, name), "Z");
	assert_string_equal(say_island(26, name), "AA");
	assert_string_equal(say_island(26 * 27, name), "AAA");
	assert_string_equal(say_island(UINT32_MAX - 1, name), "MWLQKWU");
}

/* A machine that has nothing but labels. */
static void assert_labels(const char *const *names, uint32_t count, const char *expected)
{
	struct p2p_role roles[8] = { 0 };
	struct p2p_machine machine = { .roles = roles };
	uint32_t functions[8];
	char text[LABELS_SIZE];

	for (uint32_t i = 0; i < count; i++) {
		strcpy(roles[i].label, names[i]);
		functions[i] = i;
	}
	assert_string_equal(labels_text(&machine, &plain, functions, count, text),
			    expected);
}

static void neighbours_fold_into_ranges(void **state)
{
	const char *const names[] = { "mlx5_2", "gpu10", "gpu9",         "gpu11",
				      "mlx5_0", "eth0",  "0000:04:00.0", "0000:04:00.1" };

	assert_labels(names, 8, "0000:04:00.0-1 eth0 gpu9-11 mlx5_0 mlx5_2");
	assert_labels(names, 1, "mlx5_2");
	assert_labels(names, 0, "");
}

#define RENDERED(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RENDERED(control_characters_become_question_marks),
		RENDERED(marks_that_turn_or_hide_text_are_replaced),
		RENDERED(invalid_utf8_is_replaced_byte_by_byte),
		RENDERED(letters_of_any_language_stay_where_they_can_be_shown),
		RENDERED(text_that_does_not_fit_ends_at_a_character),
		RENDERED(a_cut_counts_columns_and_says_that_it_is_one),
		RENDERED(prose_is_broken_between_words),
		RENDERED(a_word_longer_than_the_line_stays_whole),
		RENDERED(items_are_never_taken_apart),
		RENDERED(output_larger_than_its_buffer_arrives_in_order),
		RENDERED(after_an_error_the_first_one_stays),
		RENDERED(a_table_hangs_rows_below_rows),
		RENDERED(what_was_made_once_is_found_again),
		RENDERED(acs_bits_say_on_off_absent_and_unread),
		RENDERED(enhanced_controls_show_where_they_are_on),
		RENDERED(islands_are_lettered_like_columns),
		RENDERED(neighbours_fold_into_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
