/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Damage of a few bytes, found by fuzzing and by tests/damage: what is near it becomes
 * unknown, and nothing is taken for what it is not. */
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "core/regs.h"

#define PORT   "0000:3a:01.0"
#define HEADER "3a:01.0 PCI bridge: Broadcom / LSI Device c030 (rev b0)\n"
#define BUS    "\tBus: primary=3a, secondary=3c, subordinate=4f, sec-latency=0\n"
#define HEAD                                                           \
	HEADER "\tSubsystem: Broadcom / LSI Device a064\n"             \
	       "\tControl: I/O+ Mem+ BusMaster- SpecCycle- DisINTx+\n" \
	       "\tStatus: Cap+ 66MHz- DEVSEL=fast >TAbort- INTx-\n" BUS
#define EXPRESS "\tCapabilities: [60] Express (v2) Downstream Port (Slot+), MSI 00\n"
#define AER     "\tCapabilities: [100 v1] Advanced Error Reporting\n"
#define ACS                                                                     \
	"\tCapabilities: [148 v1] Access Control Services\n"                    \
	"\t\tACSCap:\tSrcValid+ TransBlk+ ReqRedir+ CmpltRedir+ UpstreamFwd+\n" \
	"\t\tACSCtl:\tSrcValid+ TransBlk- ReqRedir+ CmpltRedir+ UpstreamFwd+\n"
#define FOOT  "\tKernel driver in use: pcieport\n\n"
#define ROW_0 "00: 86 80 34 12 07 00 10 00 00 00 04 06 00 00 81 00\n"
#define ROW_1 "10: 00 00 00 00 00 00 00 00 00 01 02 00 00 00 00 00\n"
#define ROW_2 "20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"

static enum p2p_tri has_acs(const struct p2p_snapshot *snapshot)
{
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at;

	return p2p_cfg_ext_capability(&cfg, EXT_CAP_ACS, &at);
}

static void assert_acs(const char *text, enum p2p_tri wanted)
{
	struct p2p_snapshot *snapshot = capture_text(text);

	if (has_acs(snapshot) != wanted)
		fail_msg("ACS is %d, not %d:\n%s", has_acs(snapshot), wanted, text);
	p2p_snapshot_free(snapshot);
}

static void a_row_with_an_odd_offset_does_not_end_reading(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		HEADER
		"01: 86 80 34 12 07 00 10 00 00 00 04 06 00 00 81 00\n" ROW_1 ROW_2);

	assert_unseen(snapshot, PORT, 0, 4, UINT32_MAX);
	assert_bits(snapshot, PORT, REG_SECONDARY, 1, 0xff, 1);
	assert_true(snapshot->n_damage_seen > 0);
	p2p_snapshot_free(snapshot);
}

static void rows_beyond_config_space_begin_again(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		HEADER ROW_0 "ff0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
			     "000: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n");

	assert_bits(snapshot, PORT, 0, 4, UINT32_MAX, 0x12348086);
	assert_true(snapshot->n_damage_seen > 0);
	p2p_snapshot_free(snapshot);
}

static void a_spoilt_line_of_a_capability_leaves_the_list_open(void **state)
{
	assert_acs(HEAD EXPRESS AER FOOT, P2P_NO);
	assert_acs(HEAD EXPRESS AER ACS FOOT, P2P_YES);
	assert_acs(HEAD EXPRESS AER
		   "\tCapab~lities: [148 v1] Access Control Services\n" FOOT,
		   P2P_UNKNOWN);
	assert_acs(HEAD EXPRESS AER
		   "#Capabilities: [148 v1] Access Control Services\n" FOOT,
		   P2P_UNKNOWN);
	assert_acs(HEAD EXPRESS AER
		   "\tCapabilitxes: [148 v1] Access Control Services\n" FOOT,
		   P2P_UNKNOWN);
	assert_acs(HEAD EXPRESS AER
		   "\tCapabilities: [14~ v1] Access Control Services\n" FOOT,
		   P2P_UNKNOWN);
	assert_acs(HEAD EXPRESS AER
		   "\t\tCEMsk:\tRxErr-#\tCapabilities: [148 v1] Access\n" FOOT,
		   P2P_UNKNOWN);
}

static void lines_that_no_capability_hides_in_are_passed_over(void **state)
{
	assert_acs(HEAD "\tExpansion ROM at <ignored> [disabled]\n"
			"\tSomething new: [on]\n" EXPRESS AER
			"\t\t\t[PN] Part number: 7\n" FOOT,
		   P2P_NO);
}

/* An unnamed one may be PCI Express. */
static void a_capability_without_a_name_may_come_with_extended_space(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		HEAD "\tCapabilities: [60] Expr~ss (v2) Downstream Port (Slot+)\n" FOOT);

	assert_int_equal(capture_function(snapshot, PORT)->config_size, P2P_NOT_TOLD);
	p2p_snapshot_free(snapshot);
}

static void a_number_that_does_not_end_well_is_none(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		HEADER
		"\tNUMA node: 1~\n\tIOMMU group: 4\x01\n"
		"\tBus: primary=3a, secondary=3~, subordinate=4f, sec-latency=0\n" FOOT);

	assert_bits(snapshot, PORT, REG_PRIMARY, 1, 0xff, 0x3a);
	assert_unseen(snapshot, PORT, REG_SECONDARY, 1, 0xff);
	assert_int_equal(capture_function(snapshot, PORT)->numa, P2P_NOT_TOLD);
	assert_int_equal(capture_function(snapshot, PORT)->group, P2P_NOT_TOLD);
	p2p_snapshot_free(snapshot);
}

static void of_a_last_line_that_is_cut_the_last_word_is_left(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		HEAD EXPRESS "\tBus: primary=3a, secondary=3c, subordinate=4");
	struct p2p_snapshot *other = capture_text(
		HEADER "\tControl: I/O+\n\tBus: primary=3a, secondary=3c, subordinate=4");

	assert_bits(snapshot, PORT, REG_SUBORDINATE, 1, 0xff, 0x4f);
	assert_unseen(other, PORT, REG_SUBORDINATE, 1, 0xff);
	p2p_snapshot_free(snapshot);
	p2p_snapshot_free(other);
	assert_acs(HEAD EXPRESS AER "\t\t", P2P_UNKNOWN);
}

static void a_listing_without_a_device_line_is_nobodys(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		HEAD EXPRESS AER FOOT
		"0000~3b:00.0 PCI bridge: X\n\tSubsystem: X\n\tControl: I/O- Mem-\n"
		"\tStatus: Cap+\n\tCapabilities: [40] Express (v2) Root Port (Slot+)\n" ACS
			FOOT);

	assert_int_equal(snapshot->n_functions, 1);
	assert_int_equal(has_acs(snapshot), P2P_NO);
	assert_damage(snapshot, 11, "another listing begins without a device line");
	p2p_snapshot_free(snapshot);
}

static void ids_behind_a_lost_newline_are_not_the_functions(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"3a:01.0 PCI bridge [0604]: Broadcom [1000:c030]\n"
		"#Subsystem: Somebody else [1234:5678]\n\tControl: I/O+\n\tStatus: Cap-\n\n");

	assert_int_equal(capture_function(snapshot, PORT)->vendor, 0x1000);
	assert_int_equal(capture_function(snapshot, PORT)->device, 0xc030);
	p2p_snapshot_free(snapshot);
}

/* Nothing of 00:00.0 is left, but that there was something before is known. */
static void what_comes_before_the_first_device_line_was_a_function(void **state)
{
	struct p2p_snapshot *listing =
		capture_text("00:00~0 Host bridge: X\n\tControl: I/O- Mem+ BusMaster+\n"
			     "\tStatus: Cap-\n\n" HEAD FOOT);
	struct p2p_snapshot *rows = capture_text("00:00~0 Host bridge: X\n" ROW_0 ROW_1
						 "\n" HEADER ROW_0 ROW_1);

	assert_damage(listing, 2, "registers of a listing begin without a device line");
	assert_true(rows->n_damage_seen > 0);
	assert_string_equal(p2p_snapshot_string(rows, rows->damage[0].text),
			    "rows begin without a device line");
	p2p_snapshot_free(listing);
	p2p_snapshot_free(rows);
}

static void a_list_whose_beginning_was_left_out_is_walked_but_has_no_end(void **state)
{
	assert_acs(HEADER ACS, P2P_YES);
	assert_acs(HEADER "\tCapabilities: [150 v1] Power Budgeting <?>\n", P2P_UNKNOWN);
}

/* A capability of id 0 whose next one is not known is not the zero that ends a list. */
static void a_null_capability_before_a_cut_does_not_end_the_list(void **state)
{
	assert_acs(HEAD EXPRESS "\tCapabilities: [100 v0] Null\n\tCapabilities: [220 v1",
		   P2P_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_with_an_odd_offset_does_not_end_reading),
		cmocka_unit_test(rows_beyond_config_space_begin_again),
		cmocka_unit_test(a_spoilt_line_of_a_capability_leaves_the_list_open),
		cmocka_unit_test(lines_that_no_capability_hides_in_are_passed_over),
		cmocka_unit_test(
			a_capability_without_a_name_may_come_with_extended_space),
		cmocka_unit_test(a_number_that_does_not_end_well_is_none),
		cmocka_unit_test(of_a_last_line_that_is_cut_the_last_word_is_left),
		cmocka_unit_test(a_listing_without_a_device_line_is_nobodys),
		cmocka_unit_test(ids_behind_a_lost_newline_are_not_the_functions),
		cmocka_unit_test(what_comes_before_the_first_device_line_was_a_function),
		cmocka_unit_test(
			a_list_whose_beginning_was_left_out_is_walked_but_has_no_end),
		cmocka_unit_test(a_null_capability_before_a_cut_does_not_end_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
