/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps of lspci -x, whole and odd: every oddity that was met in captures of real
 * machines, said small. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "core/regs.h"

#define BRIDGE "0000:00:01.0"
#define LINE_0 "00: 86 80 34 12 07 00 10 00 00 00 04 06 00 00 81 00\n"
#define LINE_1 "10: 00 00 00 00 00 00 00 00 00 01 02 00 00 00 00 00\n"
#define LINE_2 "20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define LINE_3 "30: 00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00\n"
#define HEADER "00:01.0 PCI bridge: Intel Corporation Device 1234\n"
#define SMALL  HEADER LINE_0 LINE_1 LINE_2 LINE_3 "\n"

/* A port with a PCI Express capability at 0x40 and ACS at 0x100. */
static void make_config(uint8_t config[P2P_CFG_SIZE])
{
	static const uint8_t begin[] = { 0x86, 0x80, 0x34, 0x12, 0x07, 0x00, 0x10, 0x00,
					 0x00, 0x00, 0x04, 0x06, 0x00, 0x00, 0x81, 0x00 };

	memset(config, 0, P2P_CFG_SIZE);
	memcpy(config, begin, sizeof(begin));
	config[REG_SECONDARY] = 1;
	config[REG_CAP_LIST] = 0x40;
	config[0x40] = CAP_EXPRESS;
	config[0x42] = 0x42;
	config[0x100] = EXT_CAP_ACS;
	config[0x102] = 1;
	config[0x100 + REG_ACS_CAP] = 0x5f;
	config[0x100 + REG_ACS_CTL] = 0x1d;
}

/* Three functions, of which the middle one has no extended space. The caller frees it. */
static char *make_dump(unsigned bytes)
{
	uint8_t config[P2P_CFG_SIZE];
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	make_config(config);
	for (unsigned i = 1; i <= 3; i++) {
		fprintf(out, "0000:00:%02x.0 0604: 8086:1234\n", i);
		write_rows(out, config, 0, i == 2 && bytes > 256 ? 256 : bytes);
		fputs("\n", out);
	}
	fclose(out);
	return text;
}

static void rows_become_config_space(void **state)
{
	char *text = make_dump(4096);
	struct p2p_snapshot *snapshot = capture_text(text);
	struct p2p_cfg cfg = capture_cfg(snapshot, "0000:00:03.0");
	unsigned offset;

	assert_int_equal(snapshot->n_functions, 3);
	assert_int_equal(snapshot->n_damage_seen, 0);
	assert_bits(snapshot, "0000:00:03.0", 0, 4, UINT32_MAX, 0x12348086);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ACS, &offset), P2P_YES);
	assert_bits(snapshot, "0000:00:03.0", offset + REG_ACS_CTL, 2, 0xffff, 0x001d);
	p2p_snapshot_free(snapshot);
	free(text);
}

static void a_function_of_256_rows_takes_two_extents(void **state)
{
	char *text = make_dump(4096);
	struct p2p_snapshot *snapshot = capture_text(text);

	assert_int_equal(capture_function(snapshot, "0000:00:03.0")->n_extents, 2);
	p2p_snapshot_free(snapshot);
	free(text);
}

static void a_dump_of_xxxx_tells_config_sizes(void **state)
{
	char *text = make_dump(4096);
	struct p2p_snapshot *snapshot = capture_text(text);

	assert_int_equal(snapshot->system.extended, P2P_YES);
	assert_string_equal(p2p_snapshot_string(snapshot, snapshot->system.kind),
			    "lspci -xxxx");
	assert_int_equal(capture_function(snapshot, "0000:00:01.0")->config_size, 4096);
	assert_int_equal(capture_function(snapshot, "0000:00:02.0")->config_size, 256);
	p2p_snapshot_free(snapshot);
	free(text);
}

static void a_dump_without_extended_space_tells_no_config_size(void **state)
{
	static const struct {
		unsigned bytes;
		const char *kind;
	} kinds[] = { { 64, "lspci -x" }, { 256, "lspci -xxx" } };

	for (unsigned i = 0; i < 2; i++) {
		char *text = make_dump(kinds[i].bytes);
		struct p2p_snapshot *snapshot = capture_text(text);

		assert_int_equal(snapshot->system.extended, P2P_NO);
		assert_string_equal(p2p_snapshot_string(snapshot, snapshot->system.kind),
				    kinds[i].kind);
		assert_int_equal(capture_function(snapshot, BRIDGE)->config_size,
				 P2P_NOT_TOLD);
		assert_int_equal(snapshot->n_damage_seen, 0);
		p2p_snapshot_free(snapshot);
		free(text);
	}
}

/* Reads a text in which the bridge is whole and nothing is damaged. */
static void assert_bridge(const char *text)
{
	struct p2p_snapshot *snapshot = capture_text(text);

	assert_int_equal(snapshot->n_functions, 1);
	assert_bits(snapshot, BRIDGE, 0, 4, UINT32_MAX, 0x12348086);
	assert_bits(snapshot, BRIDGE, REG_SECONDARY, 1, 0xff, 1);
	assert_bits(snapshot, BRIDGE, REG_CAP_LIST, 1, 0xff, 0x40);
	assert_int_equal(snapshot->n_damage_seen, 0);
	p2p_snapshot_free(snapshot);
}

static void a_last_line_without_its_newline_is_whole(void **state)
{
	char text[] = HEADER LINE_0 LINE_1 LINE_2 LINE_3;

	text[strlen(text) - 1] = '\0';
	assert_bridge(text);
}

static void carriage_returns_are_blanks(void **state)
{
	assert_bridge("00:01.0 PCI bridge: X\r\n"
		      "00: 86 80 34 12 07 00 10 00 00 00 04 06 00 00 81 00\r\n"
		      "10: 00 00 00 00 00 00 00 00 00 01 02 00 00 00 00 00\r\n"
		      "20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\r\n"
		      "30: 00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00\r\n\r\n");
}

static void rows_may_be_indented_and_in_capitals(void **state)
{
	assert_bridge(HEADER
		      "\t00: 86 80 34 12 07 00 10 00 00 00 04 06 00 00 81 00\n"
		      "   10:  00 00 00 00 00 00 00 00 00 01 02 00 00 00 00 00 \n" LINE_2
		      "30: 00 00 00 00 40 00 00 00 00 00 00 00 0A 00 00 FF\n\n");
}

static void a_whole_dump_may_be_indented(void **state)
{
	assert_bridge("    00:01.0 PCI bridge: X\n"
		      "    " LINE_0 "    " LINE_1 "    " LINE_2 "    " LINE_3);
}

static void a_byte_order_mark_is_passed_over(void **state)
{
	assert_bridge("\xef\xbb\xbf" SMALL);
}

static void messages_between_rows_are_passed_over(void **state)
{
	assert_bridge(HEADER LINE_0
		      "lspci: Unable to load libkmod resources: error -12\n" LINE_1
		      "pcilib: Cannot open /sys/bus/pci\n" LINE_2 LINE_3 "\n");
}

static void prompts_and_mail_are_passed_over(void **state)
{
	assert_bridge(
		"From: somebody\nDate: Thu, 11 Jan 2024 10:30:12\n\nit says at 10:30.5:\n"
		"ff: 00 11 22\n[root@node ~]# lspci -s 1 -x\n" SMALL
		"[root@node ~]# exit\nBest regards\n-- \n12:30 tomorrow\n");
}

static void a_device_line_may_have_any_length(void **state)
{
	char text[2000 + sizeof(SMALL)] = "00:01.0 PCI bridge: ";

	memset(text + strlen(text), 'x', 1500);
	strcat(text, "\n" LINE_0 LINE_1 LINE_2 LINE_3 "\n");
	assert_bridge(text);
}

static void an_address_that_comes_again_is_one_function(void **state)
{
	assert_bridge(HEADER "\n00:01.0 PCI bridge [0604]: X\n\n" SMALL SMALL);
}

static void a_domain_may_have_five_digits(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"10000:e0:06.0 PCI bridge: X\n" LINE_0 LINE_1 LINE_2 LINE_3 "\n");

	assert_int_equal(snapshot->functions[0].bdf.domain, 0x10000);
	assert_bits(snapshot, "10000:e0:06.0", 0, 4, UINT32_MAX, 0x12348086);
	p2p_snapshot_free(snapshot);
}

static void a_path_with_bus_numbers_is_its_last_step(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("0001:00:01.0/01:00.0/02:04.0 PCI bridge: X\n" LINE_0 LINE_1
				     LINE_2 LINE_3);

	assert_int_equal(snapshot->n_damage_seen, 0);
	assert_bits(snapshot, "0001:02:04.0", 0, 4, UINT32_MAX, 0x12348086);
	p2p_snapshot_free(snapshot);
}

static void a_path_whose_bridge_is_not_told_is_damage(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text(SMALL "00:02.0/00.0 PCI bridge: X\n" LINE_0 LINE_1);

	assert_int_equal(snapshot->n_functions, 1);
	assert_damage(snapshot, 7, "a path whose bridges are not told");
	p2p_snapshot_free(snapshot);
}

/* Reads a bridge whose second row is @row and says where the damage is. */
static void assert_damaged_row(const char *row, unsigned good)
{
	char text[1024];
	struct p2p_snapshot *snapshot;

	snprintf(text, sizeof(text), HEADER LINE_0 "%s" LINE_2 LINE_3 "\n", row);
	snapshot = capture_text(text);
	assert_damage(snapshot, 3, "0000:00:01.0: row 0x010 is damaged");
	for (unsigned i = 0; i < 16; i++) {
		struct p2p_cfg cfg = capture_cfg(snapshot, BRIDGE);

		assert_int_equal(p2p_cfg_read(&cfg, 0x10 + i, 1).known,
				 i < good ? 0xff : 0);
	}
	assert_bits(snapshot, BRIDGE, REG_CAP_LIST, 1, 0xff, 0x40);
	p2p_snapshot_free(snapshot);
}

static void a_digit_too_many_ends_what_is_used_of_a_row(void **state)
{
	assert_damaged_row("10: 00 00 00 000 00 00 00 00 00 00 00 00 00 00 00\n", 3);
}

static void a_row_with_other_separators_is_damaged(void **state)
{
	assert_damaged_row("10: 00 00-00 00 00 00 00 00 00 01 02 00 00 00 00 00\n", 1);
	assert_damaged_row("10: 00 00 00 00 00 00 00 00 00 01 02 00 00 00 00.00\n", 14);
}

static void bytes_that_are_no_text_end_what_is_used_of_a_row(void **state)
{
	assert_damaged_row(
		"10: 00 00 00 00 00 \xef\xbf\xbd 00 00 01 02 00 00 00 00 00 00\n", 5);
	assert_damaged_row("10: 00 00 00 00 \xc2\xa0 00 00 00 01 02 00 00 00 00 00 00\n",
			   4);
}

static void a_row_that_is_too_short_is_used_as_far_as_it_goes(void **state)
{
	assert_damaged_row("10: 00 00 00 00 00 00 00\n", 7);
	assert_damaged_row("10: \n", 0);
}

static void of_a_row_that_is_too_long_nothing_is_used(void **state)
{
	assert_damaged_row("10: 00 00 00 00 00 00 00 00 00 00 01 02 00 00 00 00 00\n", 0);
}

static void a_row_that_is_missing_is_damage(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(HEADER LINE_0 LINE_1 LINE_3 "\n");

	assert_damage(snapshot, 4, "rows 0x020 to 0x020 are missing");
	assert_unseen(snapshot, BRIDGE, 0x20, 4, UINT32_MAX);
	assert_bits(snapshot, BRIDGE, REG_CAP_LIST, 1, 0xff, 0x40);
	p2p_snapshot_free(snapshot);
}

static void every_place_of_damage_has_its_own_line(void **state)
{
	static const uint64_t lines[] = { 3, 1, 6, 4 };
	struct p2p_snapshot *snapshot = capture_text(
		HEADER LINE_0 LINE_2 "00:02.0 Host bridge: X\n" LINE_0 LINE_2 "\n");

	assert_int_equal(snapshot->n_damage, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(snapshot->damage[i].line, lines[i]);
	p2p_snapshot_free(snapshot);
}

static void rows_without_a_device_line_belong_to_nobody(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		SMALL
		"0?:02.0 lost\n00: de 10 34 12 07 00 10 00 00 00 04 06 00 00 81 00\n"
		"40: 10 00 00 00 00 00 00 00 00 01 02 00 00 00 00 00\n");

	assert_damage(snapshot, 8, "rows begin again at 0x000");
	assert_bits(snapshot, BRIDGE, 0, 4, UINT32_MAX, 0x12348086);
	assert_unseen(snapshot, BRIDGE, 0x40, 4, UINT32_MAX);
	p2p_snapshot_free(snapshot);
}

static void a_last_function_with_fewer_rows_than_all_others_is_cut(void **state)
{
	struct p2p_snapshot *snapshot;
	char *text = make_dump(256);

	*strstr(strstr(text, "0000:00:03.0"), "40: ") = '\0';
	snapshot = capture_text(text);
	assert_damage(snapshot, 37, "0000:00:03.0: its rows end at 0x040");
	p2p_snapshot_free(snapshot);
	free(text);
}

static void a_last_function_may_be_cut_before_its_extended_space(void **state)
{
	char *text = make_dump(4096);
	struct p2p_snapshot *snapshot;

	*strstr(strstr(text, "0000:00:03.0"), "100: ") = '\0';
	snapshot = capture_text(text);
	assert_damage(snapshot, 0, "0000:00:03.0: the file may be cut");
	assert_int_equal(capture_function(snapshot, "0000:00:03.0")->config_size,
			 P2P_NOT_TOLD);
	p2p_snapshot_free(snapshot);
	free(text);
}

static bool is_boundary(const struct p2p_snapshot *snapshot, char before)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, snapshot->n_functions - 1);
	unsigned end = p2p_cfg_end(&cfg);

	return (before == '\n' || before == '0') &&
	       (end == 64 || end == 256 || end == 4096);
}

static void a_dump_cut_anywhere_is_damaged_refused_or_whole(void **state)
{
	char *text = make_dump(4096);
	size_t length = (size_t)(strstr(text, "0000:00:03.0") + 1200 - text);
	size_t sentences = 0, damaged = 0;

	for (size_t cut = 0; cut < length; cut++) {
		struct p2p_snapshot *snapshot = NULL;
		struct p2p_err err = { "" };

		if (capture_read(text, cut, &snapshot, &err)) {
			assert_true(err.text[0]);
			sentences++;
			continue;
		}
		if (snapshot->n_damage_seen)
			damaged++;
		else if (!is_boundary(snapshot, text[cut - 1]))
			fail_msg("cut at %zu of %zu goes unnoticed", cut, length);
		p2p_snapshot_free(snapshot);
	}
	assert_true(sentences > 0 && damaged > length * 9 / 10);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_become_config_space),
		cmocka_unit_test(a_function_of_256_rows_takes_two_extents),
		cmocka_unit_test(a_dump_of_xxxx_tells_config_sizes),
		cmocka_unit_test(a_dump_without_extended_space_tells_no_config_size),
		cmocka_unit_test(a_last_line_without_its_newline_is_whole),
		cmocka_unit_test(carriage_returns_are_blanks),
		cmocka_unit_test(rows_may_be_indented_and_in_capitals),
		cmocka_unit_test(a_whole_dump_may_be_indented),
		cmocka_unit_test(a_byte_order_mark_is_passed_over),
		cmocka_unit_test(messages_between_rows_are_passed_over),
		cmocka_unit_test(prompts_and_mail_are_passed_over),
		cmocka_unit_test(a_device_line_may_have_any_length),
		cmocka_unit_test(an_address_that_comes_again_is_one_function),
		cmocka_unit_test(a_domain_may_have_five_digits),
		cmocka_unit_test(a_path_with_bus_numbers_is_its_last_step),
		cmocka_unit_test(a_path_whose_bridge_is_not_told_is_damage),
		cmocka_unit_test(a_digit_too_many_ends_what_is_used_of_a_row),
		cmocka_unit_test(a_row_with_other_separators_is_damaged),
		cmocka_unit_test(bytes_that_are_no_text_end_what_is_used_of_a_row),
		cmocka_unit_test(a_row_that_is_too_short_is_used_as_far_as_it_goes),
		cmocka_unit_test(of_a_row_that_is_too_long_nothing_is_used),
		cmocka_unit_test(a_row_that_is_missing_is_damage),
		cmocka_unit_test(every_place_of_damage_has_its_own_line),
		cmocka_unit_test(rows_without_a_device_line_belong_to_nobody),
		cmocka_unit_test(a_last_function_with_fewer_rows_than_all_others_is_cut),
		cmocka_unit_test(a_last_function_may_be_cut_before_its_extended_space),
		cmocka_unit_test(a_dump_cut_anywhere_is_damaged_refused_or_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
