/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a source puts into a snapshot comes out of it: sorted, merged, each byte as it was
 * seen first. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <p2ptool/snapshot.h>

static const struct p2p_bdf first = { 0, 0, 0 }, second = { 0, 1, 0 };

static int setup(void **state)
{
	*state = p2p_snapshot_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	p2p_snapshot_free(*state);
	return 0;
}

static void add_bytes(struct p2p_snapshot *snapshot, unsigned offset, const char *bytes)
{
	assert_int_equal(p2p_snapshot_add_bytes(snapshot, offset, bytes,
						(unsigned)strlen(bytes)),
			 0);
}

static void add_bits(struct p2p_snapshot *snapshot, unsigned offset, uint32_t value,
		     uint32_t known)
{
	assert_int_equal(p2p_snapshot_add_bits(snapshot, offset, 4,
					       (struct p2p_reg){ value, known }),
			 0);
}

static void assert_reads(const struct p2p_snapshot *snapshot, uint32_t function,
			 unsigned offset, struct p2p_reg expected)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, function);
	struct p2p_reg reg = p2p_cfg_read(&cfg, offset, 4);

	assert_int_equal(reg.known, expected.known);
	assert_int_equal(reg.value, expected.value);
}

static void seal(struct p2p_snapshot *snapshot)
{
	assert_int_equal(p2p_snapshot_seal(snapshot, NULL), 0);
}

static void an_empty_snapshot_can_be_sealed(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	seal(snapshot);
	assert_int_equal(snapshot->n_functions, 0);
	assert_int_equal(p2p_snapshot_find(snapshot, first), P2P_NONE);
	assert_int_equal(snapshot->system.cpu_family, P2P_NOT_TOLD);
}

static void a_function_begins_with_nothing_told(void **state)
{
	struct p2p_function *function = p2p_snapshot_begin(*state, second);

	assert_non_null(function);
	assert_int_equal(function->vendor, P2P_NOT_TOLD);
	assert_int_equal(function->numa, P2P_NOT_TOLD);
	assert_int_equal(function->group, P2P_NOT_TOLD);
	assert_int_equal(function->config_size, P2P_NOT_TOLD);
	assert_int_equal(function->is_vf, P2P_UNKNOWN);
	assert_int_equal(function->above, P2P_ABOVE_UNKNOWN);
	assert_int_equal(p2p_bdf_key(function->physfn), p2p_bdf_key(second));
}

/* One of so many texts falls on the place of the short one, and is no longer than it up
 * to its zero byte. */
static void a_text_with_a_zero_byte_is_not_the_shorter_one(void **state)
{
	struct p2p_snapshot *snapshot = *state;
	char text[512] = "nvme";

	for (unsigned i = 0; i < 4096; i++) {
		p2p_string kept = p2p_snapshot_keep(snapshot, "nvme", 4);

		snprintf(text + 5, sizeof(text) - 5, "%u", i);
		assert_int_not_equal(p2p_snapshot_keep(snapshot, text, sizeof(text)),
				     kept);
		assert_string_equal(p2p_snapshot_string(snapshot, kept), "nvme");
	}
}

static void a_function_told_twice_without_bytes_is_one(void **state)
{
	struct p2p_snapshot *snapshot = *state;
	struct p2p_cfg cfg;

	assert_non_null(p2p_snapshot_begin(snapshot, second));
	assert_non_null(p2p_snapshot_begin(snapshot, second));
	seal(snapshot);
	assert_int_equal(snapshot->n_functions, 1);
	cfg = p2p_snapshot_cfg(snapshot, 0);
	assert_int_equal(p2p_cfg_end(&cfg), 0);
}

static void functions_come_out_in_order_of_address(void **state)
{
	static const struct p2p_bdf begun[] = {
		{ 0x10000, 0, 8 }, { 0, 0x80, 0 }, { 1, 0, 0 },
		{ 0, 0, 0xff },    { 0, 0x80, 1 },
	};
	struct p2p_snapshot *snapshot = *state;

	for (size_t i = 0; i < 5; i++) {
		p2p_snapshot_begin(snapshot, begun[i])->numa = (int32_t)i;
		add_bits(snapshot, 0x10, (uint32_t)i, 0xff);
	}
	seal(snapshot);
	assert_int_equal(snapshot->n_functions, 5);
	for (uint32_t i = 0; i < 5; i++) {
		struct p2p_function *function = &snapshot->functions[i];

		assert_int_equal(p2p_snapshot_find(snapshot, function->bdf), i);
		assert_reads(snapshot, i, 0x10,
			     (struct p2p_reg){ (uint32_t)function->numa, 0xff });
		if (i)
			assert_true(p2p_bdf_key(snapshot->functions[i - 1].bdf) <
				    p2p_bdf_key(function->bdf));
	}
}

static void a_function_begun_twice_is_one_and_the_first_value_wins(void **state)
{
	struct p2p_snapshot *snapshot = *state;
	struct p2p_function *function = p2p_snapshot_begin(snapshot, second);

	function->vendor = 0x10de;
	add_bytes(snapshot, 0, "abcdefgh");
	function = p2p_snapshot_begin(snapshot, first);
	add_bytes(snapshot, 0, "zzzz");
	function = p2p_snapshot_begin(snapshot, second);
	function->vendor = 0x8086;
	function->driver = p2p_snapshot_keep(snapshot, "nvidia", 6);
	function->above = P2P_ABOVE_FUNCTION;
	function->parent = first;
	add_bytes(snapshot, 4, "EFGHIJKL");
	seal(snapshot);
	assert_int_equal(snapshot->n_functions, 2);
	function = &snapshot->functions[p2p_snapshot_find(snapshot, second)];
	assert_int_equal(function->vendor, 0x10de);
	assert_string_equal(p2p_snapshot_string(snapshot, function->driver), "nvidia");
	assert_int_equal(function->above, P2P_ABOVE_FUNCTION);
	assert_reads(snapshot, 1, 4, (struct p2p_reg){ 0x68676665, UINT32_MAX });
	assert_reads(snapshot, 1, 8, (struct p2p_reg){ 0x4c4b4a49, UINT32_MAX });
	assert_reads(snapshot, 1, 12, (struct p2p_reg){ 0, 0 });
	assert_reads(snapshot, 0, 0, (struct p2p_reg){ 0x7a7a7a7a, UINT32_MAX });
}

static void overlapping_runs_are_cut_where_they_were_seen_before(void **state)
{
	struct p2p_snapshot *snapshot = *state;
	struct p2p_cfg cfg;

	p2p_snapshot_begin(snapshot, first);
	add_bytes(snapshot, 2, "22");
	add_bytes(snapshot, 8, "88");
	add_bytes(snapshot, 0, "aaaaaaaaaaaa");
	add_bytes(snapshot, 1, "bb");
	seal(snapshot);
	assert_reads(snapshot, 0, 0, (struct p2p_reg){ 0x32326161, UINT32_MAX });
	assert_reads(snapshot, 0, 4, (struct p2p_reg){ 0x61616161, UINT32_MAX });
	assert_reads(snapshot, 0, 8, (struct p2p_reg){ 0x61613838, UINT32_MAX });
	cfg = p2p_snapshot_cfg(snapshot, 0);
	for (uint32_t i = 1; i < cfg.n_extents; i++)
		assert_true(cfg.extents[i - 1].start + cfg.extents[i - 1].length <=
			    cfg.extents[i].start);
	assert_int_equal(p2p_cfg_end(&cfg), 12);
}

static void a_byte_seen_whole_beats_bits_that_were_told(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	p2p_snapshot_begin(snapshot, first);
	add_bits(snapshot, 4, 0x0505, 0xffff);
	p2p_snapshot_begin(snapshot, first);
	add_bytes(snapshot, 5, "\x12");
	seal(snapshot);
	assert_reads(snapshot, 0, 4, (struct p2p_reg){ 0x1205, 0xffff });
}

static void bits_told_in_two_listings_add_up(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	p2p_snapshot_begin(snapshot, first);
	add_bits(snapshot, 4, 0x01, 0x0f);
	add_bits(snapshot, 4, 0x30, 0x3c);
	p2p_snapshot_begin(snapshot, first);
	add_bits(snapshot, 4, 0xff, 0xf0);
	seal(snapshot);
	assert_reads(snapshot, 0, 4, (struct p2p_reg){ 0xf1, 0xff });
}

static void bits_far_apart_are_runs_of_their_own(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	p2p_snapshot_begin(snapshot, first);
	add_bits(snapshot, 0xffc, 0x80000000, 0x80000000);
	add_bits(snapshot, 0, 0x1, 0x1);
	p2p_snapshot_begin(snapshot, second);
	seal(snapshot);
	assert_reads(snapshot, 0, 0, (struct p2p_reg){ 1, 1 });
	assert_reads(snapshot, 0, 0xffc, (struct p2p_reg){ 0x80000000, 0x80000000 });
	assert_reads(snapshot, 1, 0, (struct p2p_reg){ 0, 0 });
	assert_int_equal(snapshot->functions[1].n_extents, 0);
}

static void bytes_outside_of_config_space_are_refused(void **state)
{
	struct p2p_snapshot *snapshot = *state;
	char page[P2P_CFG_SIZE + 1] = { 0 };

	p2p_snapshot_begin(snapshot, first);
	assert_int_equal(p2p_snapshot_add_bytes(snapshot, 0, page, P2P_CFG_SIZE + 1),
			 -ERANGE);
	assert_int_equal(p2p_snapshot_add_bytes(snapshot, P2P_CFG_SIZE, page, 0),
			 -ERANGE);
	assert_int_equal(p2p_snapshot_add_bytes(snapshot, 0xfff, page, 2), -ERANGE);
	assert_int_equal(p2p_snapshot_add_bytes(snapshot, UINT32_MAX, page, 2), -ERANGE);
	assert_int_equal(p2p_snapshot_add_bits(snapshot, 0xffd, 4, (struct p2p_reg){ 0 }),
			 -ERANGE);
	assert_int_equal(p2p_snapshot_add_hex(snapshot, 0x1000, 16, 0), -ERANGE);
	assert_int_equal(p2p_snapshot_add_hex(snapshot, 8, 9, 0), -ERANGE);
	seal(snapshot);
	assert_int_equal(snapshot->functions[0].n_extents, 0);
}

/* Four rows as lspci writes them, the last one short. */
static const char rows[] = "00: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n"
			   "10: 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f\n"
			   "20: 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f\n"
			   "30: 30 31 32 33\n";
#define ROW_LENGTH 52

static void rows_that_follow_each_other_are_one_run(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	snapshot->text = rows;
	p2p_snapshot_begin(snapshot, first);
	for (unsigned row = 0; row < 4; row++)
		assert_int_equal(p2p_snapshot_add_hex(snapshot, row * 16,
						      row < 3 ? 16 : 4,
						      row * ROW_LENGTH + 4),
				 0);
	seal(snapshot);
	assert_int_equal(snapshot->functions[0].n_extents, 1);
	assert_reads(snapshot, 0, 0x0e, (struct p2p_reg){ 0x11100f0e, UINT32_MAX });
	assert_reads(snapshot, 0, 0x32, (struct p2p_reg){ 0x3332, 0xffff });
}

static void a_row_elsewhere_in_the_text_begins_a_new_run(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	snapshot->text = rows;
	p2p_snapshot_begin(snapshot, first);
	p2p_snapshot_add_hex(snapshot, 0x00, 16, 4);
	p2p_snapshot_add_hex(snapshot, 0x10, 16, ROW_LENGTH + 4);
	p2p_snapshot_add_hex(snapshot, 0x20, 4, 3 * ROW_LENGTH + 4);
	p2p_snapshot_add_hex(snapshot, 0x40, 16, 4);
	seal(snapshot);
	assert_int_equal(snapshot->functions[0].n_extents, 3);
	assert_reads(snapshot, 0, 0x20, (struct p2p_reg){ 0x33323130, UINT32_MAX });
	assert_reads(snapshot, 0, 0x40, (struct p2p_reg){ 0x03020100, UINT32_MAX });
}

static void part_of_a_row_can_be_added_from_its_middle(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	snapshot->text = rows;
	p2p_snapshot_begin(snapshot, first);
	p2p_snapshot_add_hex(snapshot, 0x18, 8, ROW_LENGTH + 4 + 8 * 3);
	p2p_snapshot_add_hex(snapshot, 0x20, 16, 2 * ROW_LENGTH + 4);
	seal(snapshot);
	assert_int_equal(snapshot->functions[0].n_extents, 1);
	assert_reads(snapshot, 0, 0x16, (struct p2p_reg){ 0x19180000, 0xffff0000 });
	assert_reads(snapshot, 0, 0x1e, (struct p2p_reg){ 0x21201f1e, UINT32_MAX });
}

static void rows_seen_again_are_cut_to_what_is_new(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	snapshot->text = rows;
	p2p_snapshot_begin(snapshot, first);
	add_bytes(snapshot, 0x0c, "abcdefgh");
	p2p_snapshot_begin(snapshot, first);
	for (unsigned row = 0; row < 3; row++)
		p2p_snapshot_add_hex(snapshot, row * 16, 16, row * ROW_LENGTH + 4);
	seal(snapshot);
	assert_reads(snapshot, 0, 0x0a, (struct p2p_reg){ 0x62610b0a, UINT32_MAX });
	assert_reads(snapshot, 0, 0x12, (struct p2p_reg){ 0x15146867, UINT32_MAX });
	assert_reads(snapshot, 0, 0x20, (struct p2p_reg){ 0x23222120, UINT32_MAX });
}

static void names_stay_with_their_function(void **state)
{
	struct p2p_snapshot *snapshot = *state;
	const struct p2p_name *names;

	p2p_snapshot_begin(snapshot, second);
	assert_int_equal(p2p_snapshot_add_name(snapshot, "net", "ens1f0"), 0);
	p2p_snapshot_begin(snapshot, first);
	assert_int_equal(p2p_snapshot_add_name(snapshot, "nvme", "nvme0"), 0);
	p2p_snapshot_begin(snapshot, second);
	assert_int_equal(p2p_snapshot_add_name(snapshot, "infiniband", "mlx5_0"), 0);
	seal(snapshot);
	assert_int_equal(snapshot->functions[1].n_names, 2);
	names = &snapshot->names[snapshot->functions[1].first_name];
	assert_string_equal(p2p_snapshot_string(snapshot, names[0].name), "ens1f0");
	assert_string_equal(p2p_snapshot_string(snapshot, names[1].subsystem),
			    "infiniband");
	names = &snapshot->names[snapshot->functions[0].first_name];
	assert_string_equal(p2p_snapshot_string(snapshot, names[0].name), "nvme0");
}

static void equal_strings_may_share_and_empty_ones_are_none(void **state)
{
	struct p2p_snapshot *snapshot = *state;
	p2p_string string = p2p_snapshot_keep(snapshot, "mlx5_core and more", 9);

	assert_string_equal(p2p_snapshot_string(snapshot, string), "mlx5_core");
	assert_int_equal(p2p_snapshot_keep(snapshot, "mlx5_core", 9), string);
	assert_int_equal(p2p_snapshot_keep(snapshot, "", 0), 0);
	assert_string_equal(p2p_snapshot_string(snapshot, 0), "");
	for (unsigned i = 0; i < 5000; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%u", i);
		assert_string_equal(p2p_snapshot_string(snapshot,
							p2p_snapshot_keep(snapshot, text,
									  strlen(text))),
				    text);
	}
	assert_string_equal(p2p_snapshot_string(snapshot, string), "mlx5_core");
}

static void damage_is_kept_up_to_a_limit_and_counted_beyond(void **state)
{
	struct p2p_snapshot *snapshot = *state;

	for (unsigned i = 1; i <= 1500; i++)
		p2p_snapshot_add_damage(snapshot, i, "row %u", i);
	assert_int_equal(snapshot->n_damage, 1000);
	assert_int_equal(snapshot->n_damage_seen, 1500);
	assert_int_equal(snapshot->damage[999].line, 1000);
	assert_string_equal(p2p_snapshot_string(snapshot, snapshot->damage[999].text),
			    "row 1000");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_snapshot_can_be_sealed),
		TEST(a_function_begins_with_nothing_told),
		TEST(a_text_with_a_zero_byte_is_not_the_shorter_one),
		TEST(a_function_told_twice_without_bytes_is_one),
		TEST(functions_come_out_in_order_of_address),
		TEST(a_function_begun_twice_is_one_and_the_first_value_wins),
		TEST(overlapping_runs_are_cut_where_they_were_seen_before),
		TEST(a_byte_seen_whole_beats_bits_that_were_told),
		TEST(bits_told_in_two_listings_add_up),
		TEST(bits_far_apart_are_runs_of_their_own),
		TEST(bytes_outside_of_config_space_are_refused),
		TEST(rows_that_follow_each_other_are_one_run),
		TEST(a_row_elsewhere_in_the_text_begins_a_new_run),
		TEST(part_of_a_row_can_be_added_from_its_middle),
		TEST(rows_seen_again_are_cut_to_what_is_new),
		TEST(names_stay_with_their_function),
		TEST(equal_strings_may_share_and_empty_ones_are_none),
		TEST(damage_is_kept_up_to_a_limit_and_counted_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
