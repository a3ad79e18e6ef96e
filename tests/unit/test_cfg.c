/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config space that was seen in part: registers out of each form, and walks along lists
 * of capabilities that may lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <p2ptool/cfg.h>

#include "core/regs.h"

struct space {
	uint8_t bytes[P2P_CFG_SIZE];
	struct p2p_extent extents[4];
	struct p2p_cfg cfg;
};

static void put(struct space *space, unsigned offset, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		space->bytes[offset + i] = (uint8_t)(value >> (8 * i));
}

static void put_cap(struct space *space, unsigned at, unsigned id, unsigned next)
{
	put(space, at, 2, id | next << 8);
}

static void put_ext(struct space *space, unsigned at, unsigned id, unsigned next)
{
	put(space, at, 4, id | 1u << 16 | next << 20);
}

static void show(struct space *space, unsigned start, unsigned length)
{
	space->extents[space->cfg.n_extents++] =
		(struct p2p_extent){ .at = start,
				     .start = (uint16_t)start,
				     .length = (uint16_t)length,
				     .encoding = P2P_RAW };
	space->cfg.pool = space->bytes;
	space->cfg.extents = space->extents;
}

/* All of a function with a capability list that begins at @first. */
static void say_list(struct space *space, unsigned first)
{
	memset(space, 0, sizeof(*space));
	put(space, REG_VENDOR_ID, 4, 0x101315b3);
	put(space, REG_STATUS, 2, STATUS_CAP_LIST);
	put(space, REG_CAP_LIST, 1, first);
	show(space, 0, P2P_CFG_SIZE);
}

static void assert_reads(const struct p2p_cfg *cfg, unsigned offset, unsigned width,
			 struct p2p_reg expected)
{
	struct p2p_reg reg = p2p_cfg_read(cfg, offset, width);

	assert_int_equal(reg.known, expected.known);
	assert_int_equal(reg.value, expected.value);
}

static void bytes_are_little_endian(void **state)
{
	struct space space = { 0 };

	put(&space, 0, 4, 0x12345678);
	show(&space, 0, 4);
	assert_reads(&space.cfg, 0, 1, (struct p2p_reg){ 0x78, 0xff });
	assert_reads(&space.cfg, 1, 2, (struct p2p_reg){ 0x3456, 0xffff });
	assert_reads(&space.cfg, 0, 4, (struct p2p_reg){ 0x12345678, UINT32_MAX });
}

static void bytes_that_were_not_seen_are_unknown(void **state)
{
	struct space space = { 0 };

	put(&space, 0, 4, UINT32_MAX);
	show(&space, 1, 2);
	assert_reads(&space.cfg, 0, 4, (struct p2p_reg){ 0x00ffff00, 0x00ffff00 });
	assert_reads(&space.cfg, 3, 4, (struct p2p_reg){ 0, 0 });
	assert_int_equal(p2p_cfg_end(&space.cfg), 3);
}

static void nothing_seen_is_nothing_known(void **state)
{
	struct p2p_cfg cfg = { 0 };
	unsigned offset = 77;

	assert_reads(&cfg, 0, 4, (struct p2p_reg){ 0, 0 });
	assert_int_equal(p2p_cfg_end(&cfg), 0);
	assert_int_equal(p2p_cfg_capability(&cfg, CAP_EXPRESS, &offset), P2P_UNKNOWN);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ACS, &offset), P2P_UNKNOWN);
	assert_int_equal(offset, 77);
}

static void what_lies_beyond_the_end_of_the_space_is_unknown(void **state)
{
	struct space space;

	say_list(&space, 0);
	put(&space, 0xffe, 2, 0xabcd);
	assert_reads(&space.cfg, 0xffe, 4, (struct p2p_reg){ 0xabcd, 0xffff });
	assert_reads(&space.cfg, 0x1000, 4, (struct p2p_reg){ 0, 0 });
	assert_reads(&space.cfg, UINT32_MAX, 4, (struct p2p_reg){ 0, 0 });
}

static void a_register_may_be_put_together_from_several_runs(void **state)
{
	struct space space = { 0 };

	put(&space, 0x10, 4, 0x44332211);
	show(&space, 0x10, 1);
	show(&space, 0x12, 1);
	show(&space, 0x13, 1);
	assert_reads(&space.cfg, 0x10, 4, (struct p2p_reg){ 0x44330011, 0xffff00ff });
}

static void of_masked_bytes_only_the_known_bits_are_read(void **state)
{
	static const uint8_t pool[] = { 0xff, 0x0f, 0x12, 0x00, 0x34, 0xff };
	const struct p2p_extent extent = { .start = 6,
					   .length = 3,
					   .encoding = P2P_MASKED };
	const struct p2p_cfg cfg = { .pool = pool, .extents = &extent, .n_extents = 1 };

	assert_reads(&cfg, 6, 4, (struct p2p_reg){ 0x34000f, 0xff000f });
	assert_int_equal(p2p_reg_any(p2p_cfg_read(&cfg, 6, 2), 0x0010), P2P_UNKNOWN);
	assert_int_equal(p2p_reg_any(p2p_cfg_read(&cfg, 6, 2), 0x0011), P2P_YES);
}

static void hexadecimal_rows_are_read_where_they_stand(void **state)
{
	static const char text[] =
		"  00: 86 80 A2 09 47 05 10 00 20 00 80 08 00 00 81 fF\n"
		"10: 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10\n";
	struct p2p_extent extent = {
		.at = 6, .length = 32, .stride = 54, .encoding = P2P_HEX
	};
	const struct p2p_cfg cfg = { .text = text, .extents = &extent, .n_extents = 1 };

	extent.stride = (uint16_t)(strstr(text, "10: 01") + 4 - (text + extent.at));
	assert_reads(&cfg, 0, 4, (struct p2p_reg){ 0x09a28086, UINT32_MAX });
	assert_reads(&cfg, 0x0e, 4, (struct p2p_reg){ 0x0201ff81, UINT32_MAX });
	assert_reads(&cfg, 0x1f, 1, (struct p2p_reg){ 0x10, 0xff });
	assert_reads(&cfg, 0x20, 1, (struct p2p_reg){ 0, 0 });
}

static void a_run_of_rows_may_begin_within_a_row(void **state)
{
	static const char text[] =
		"08: .. .. .. .. .. .. .. .. 20 21 22 23 24 25 26 27\n"
		"10: 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f\n";
	const struct p2p_extent extent = {
		.at = 4, .start = 8, .length = 24, .stride = 52, .encoding = P2P_HEX
	};
	const struct p2p_cfg cfg = { .text = text, .extents = &extent, .n_extents = 1 };

	assert_reads(&cfg, 7, 2, (struct p2p_reg){ 0x2000, 0xff00 });
	assert_reads(&cfg, 0x0e, 4, (struct p2p_reg){ 0x31302726, UINT32_MAX });
}

static void the_first_capability_of_an_id_is_found(void **state)
{
	struct space space;
	unsigned offset = 0;

	say_list(&space, 0x50);
	put_cap(&space, 0x50, CAP_PM, 0xe0);
	put_cap(&space, 0xe0, CAP_EXPRESS, 0x70);
	put_cap(&space, 0x70, CAP_EXPRESS, 0);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_YES);
	assert_int_equal(offset, 0xe0);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_PCIX, &offset), P2P_NO);
	assert_int_equal(offset, 0xe0);
}

static void without_the_status_bit_there_is_no_list(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0x50);
	put_cap(&space, 0x50, CAP_EXPRESS, 0);
	put(&space, REG_STATUS, 2, 0xffff & ~STATUS_CAP_LIST);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_NO);
}

static void the_list_of_a_cardbus_bridge_begins_elsewhere(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0x50);
	put(&space, REG_HEADER_TYPE, 1, 0x82);
	put(&space, 0x14, 1, 0xa0);
	put_cap(&space, 0x50, CAP_EXPRESS, 0);
	put_cap(&space, 0xa0, CAP_PM, 0);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_PM, &offset), P2P_YES);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_NO);
}

static void the_low_bits_of_a_pointer_do_not_count(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0x53);
	put_cap(&space, 0x50, CAP_PM, 0x62);
	put_cap(&space, 0x60, CAP_EXPRESS, 0);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_YES);
	assert_int_equal(offset, 0x60);
}

static void a_pointer_into_the_header_ends_the_list(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0x50);
	put_cap(&space, 0x50, CAP_PM, 0x3f);
	put_cap(&space, 0x3c, CAP_EXPRESS, 0);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_NO);
	put(&space, REG_CAP_LIST, 1, 0x10);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_PM, &offset), P2P_NO);
}

static void a_capability_that_points_at_itself_ends_the_walk(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0x50);
	put_cap(&space, 0x50, CAP_PM, 0x50);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_NO);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_PM, &offset), P2P_YES);
}

static void a_loop_of_capabilities_ends_the_walk(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0x50);
	put_cap(&space, 0x50, CAP_PM, 0x80);
	put_cap(&space, 0x80, 0x05, 0xc0);
	put_cap(&space, 0xc0, 0x11, 0x50);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_NO);
}

static void a_list_through_all_of_its_48_places_is_walked_to_the_end(void **state)
{
	struct space space;
	unsigned offset = 0;

	say_list(&space, 0xfc);
	for (unsigned at = 0x44; at <= 0xfc; at += 4)
		put_cap(&space, at, CAP_PM, at - 4);
	put_cap(&space, 0x40, CAP_EXPRESS, 0);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_YES);
	assert_int_equal(offset, 0x40);
}

static void an_all_ones_capability_ends_the_list(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0x50);
	put(&space, 0x50, 4, UINT32_MAX);
	put(&space, 0xfc, 4, CAP_EXPRESS);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset), P2P_NO);
}

static void a_walk_into_bytes_that_were_not_seen_is_unknown(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0x40);
	put_cap(&space, 0x40, CAP_PM, 0x80);
	put_cap(&space, 0x80, CAP_EXPRESS, 0);
	space.cfg.n_extents = 0;
	show(&space, 0, 0x40);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_PM, &offset), P2P_UNKNOWN);
	show(&space, 0x40, 1);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_PM, &offset), P2P_YES);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset),
			 P2P_UNKNOWN);
	show(&space, 0x41, 0x20);
	assert_int_equal(p2p_cfg_capability(&space.cfg, CAP_EXPRESS, &offset),
			 P2P_UNKNOWN);
}

static void extended_capabilities_are_found_along_their_list(void **state)
{
	struct space space;
	unsigned offset = 0;

	say_list(&space, 0);
	put_ext(&space, 0x100, EXT_CAP_AER, 0x148);
	put_ext(&space, 0x148, EXT_CAP_ACS, 0xffc);
	put_ext(&space, 0xffc, EXT_CAP_ATS, 0);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_YES);
	assert_int_equal(offset, 0x148);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ATS, &offset),
			 P2P_YES);
	assert_int_equal(offset, 0xffc);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ARI, &offset),
			 P2P_NO);
}

static void a_first_dword_of_zeros_or_ones_is_an_empty_list(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_NO);
	put(&space, 0x100, 4, UINT32_MAX);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, 0xffff, &offset), P2P_NO);
}

static void an_empty_first_capability_leads_on_to_the_next(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0);
	put(&space, 0x100, 4, 0x200u << 20);
	put_ext(&space, 0x200, EXT_CAP_ACS, 0);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_YES);
}

static void extended_loops_and_self_links_end_the_walk(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0);
	put_ext(&space, 0x100, EXT_CAP_AER, 0x100);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_NO);
	put_ext(&space, 0x100, EXT_CAP_AER, 0x200);
	put_ext(&space, 0x200, EXT_CAP_ATS, 0x300);
	put_ext(&space, 0x300, EXT_CAP_ARI, 0x100);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_NO);
}

static void an_extended_pointer_below_256_ends_the_list(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0);
	put_ext(&space, 0x100, EXT_CAP_AER, 0x0fc);
	put_ext(&space, 0x0fc, EXT_CAP_ACS, 0);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_NO);
}

static void the_extended_walk_takes_480_steps(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0);
	for (unsigned i = 0; i < 479; i++)
		put_ext(&space, 0x100 + 4 * i, EXT_CAP_AER, 0x104 + 4 * i);
	put_ext(&space, 0x100 + 4 * 479, EXT_CAP_ACS, 0);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_YES);
	put_ext(&space, 0x100 + 4 * 479, EXT_CAP_AER, 0x104 + 4 * 479);
	put_ext(&space, 0x104 + 4 * 479, EXT_CAP_ACS, 0);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_NO);
}

static void an_extended_list_that_was_seen_in_part_is_unknown_beyond(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0);
	put_ext(&space, 0x100, EXT_CAP_AER, 0x148);
	put_ext(&space, 0x148, EXT_CAP_ACS, 0);
	space.cfg.n_extents = 0;
	show(&space, 0, 0x100);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_AER, &offset),
			 P2P_UNKNOWN);
	show(&space, 0x100, 0x40);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_AER, &offset),
			 P2P_YES);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_UNKNOWN);
}

static void a_header_repeated_everywhere_is_no_extended_space(void **state)
{
	struct space space;
	unsigned offset;

	say_list(&space, 0);
	put(&space, REG_VENDOR_ID, 4, 0x1001000du);
	for (unsigned at = 0x100; at < P2P_CFG_SIZE; at += 0x100)
		memcpy(space.bytes + at, space.bytes, 0x100);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_NO);
	put(&space, 0xf00, 4, 0);
	assert_int_equal(p2p_cfg_ext_capability(&space.cfg, EXT_CAP_ACS, &offset),
			 P2P_YES);
}

static void stepping_shows_every_extended_capability_in_turn(void **state)
{
	struct space space;
	unsigned offset = 0;
	uint32_t header = 0;

	say_list(&space, 0);
	put_ext(&space, 0x100, EXT_CAP_DVSEC, 0x120);
	put_ext(&space, 0x120, EXT_CAP_DVSEC, 0);
	assert_int_equal(p2p_cfg_ext_next(&space.cfg, &offset, &header), P2P_YES);
	assert_int_equal(offset, 0x100);
	assert_int_equal(p2p_cfg_ext_next(&space.cfg, &offset, &header), P2P_YES);
	assert_int_equal(offset, 0x120);
	assert_int_equal(header & 0xffff, EXT_CAP_DVSEC);
	assert_int_equal(p2p_cfg_ext_next(&space.cfg, &offset, &header), P2P_NO);
	assert_int_equal(offset, 0x120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_little_endian),
		cmocka_unit_test(bytes_that_were_not_seen_are_unknown),
		cmocka_unit_test(nothing_seen_is_nothing_known),
		cmocka_unit_test(what_lies_beyond_the_end_of_the_space_is_unknown),
		cmocka_unit_test(a_register_may_be_put_together_from_several_runs),
		cmocka_unit_test(of_masked_bytes_only_the_known_bits_are_read),
		cmocka_unit_test(hexadecimal_rows_are_read_where_they_stand),
		cmocka_unit_test(a_run_of_rows_may_begin_within_a_row),
		cmocka_unit_test(the_first_capability_of_an_id_is_found),
		cmocka_unit_test(without_the_status_bit_there_is_no_list),
		cmocka_unit_test(the_list_of_a_cardbus_bridge_begins_elsewhere),
		cmocka_unit_test(the_low_bits_of_a_pointer_do_not_count),
		cmocka_unit_test(a_pointer_into_the_header_ends_the_list),
		cmocka_unit_test(a_capability_that_points_at_itself_ends_the_walk),
		cmocka_unit_test(a_loop_of_capabilities_ends_the_walk),
		cmocka_unit_test(
			a_list_through_all_of_its_48_places_is_walked_to_the_end),
		cmocka_unit_test(an_all_ones_capability_ends_the_list),
		cmocka_unit_test(a_walk_into_bytes_that_were_not_seen_is_unknown),
		cmocka_unit_test(extended_capabilities_are_found_along_their_list),
		cmocka_unit_test(a_first_dword_of_zeros_or_ones_is_an_empty_list),
		cmocka_unit_test(an_empty_first_capability_leads_on_to_the_next),
		cmocka_unit_test(extended_loops_and_self_links_end_the_walk),
		cmocka_unit_test(an_extended_pointer_below_256_ends_the_list),
		cmocka_unit_test(the_extended_walk_takes_480_steps),
		cmocka_unit_test(
			an_extended_list_that_was_seen_in_part_is_unknown_beyond),
		cmocka_unit_test(a_header_repeated_everywhere_is_no_extended_space),
		cmocka_unit_test(stepping_shows_every_extended_capability_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
