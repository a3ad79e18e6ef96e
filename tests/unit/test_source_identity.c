/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machine-readable listings (lspci -mm, -vmm) tell who a function is and no register;
 * drawn trees (lspci -t) tell nothing. */
#include <string.h>

#include "capture.h"
#include "core/regs.h"

#define GPU  "0000:19:00.0"
#define PORT "0000:00:01.0"

static const char record[] =
	"Slot:\t19:00.0\nClass:\t3D controller [0302]\n"
	"Vendor:\tNVIDIA Corporation [10de]\n"
	"Device:\tGH100 [H100 SXM5 80GB] [2330]\n"
	"SVendor:\tNVIDIA Corporation [10de]\nSDevice:\tDevice [16c1]\n"
	"PhySlot:\t21\nRev:\ta1\nProgIf:\t02\n"
	"Driver:\tnvidia\nModule:\tnouveau\nModule:\tnvidia\n"
	"NUMANode:\t1\nIOMMUGroup:\t42\n\n";

static void assert_identity(const struct p2p_snapshot *snapshot, const char *address,
			    int class_code, int vendor, int device)
{
	const struct p2p_function *function = capture_function(snapshot, address);

	assert_int_equal(function->class_code, class_code);
	assert_int_equal(function->vendor, vendor);
	assert_int_equal(function->device, device);
}

static void a_record_tells_all_but_registers(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(record);
	const struct p2p_function *gpu = capture_function(snapshot, GPU);

	assert_identity(snapshot, GPU, 0x030202, 0x10de, 0x2330);
	assert_string_equal(p2p_snapshot_string(snapshot, gpu->driver), "nvidia");
	assert_string_equal(p2p_snapshot_string(snapshot, gpu->slot), "21");
	assert_int_equal(gpu->numa, 1);
	assert_int_equal(gpu->group, 42);
	assert_unseen(snapshot, GPU, REG_VENDOR_ID, 4, UINT32_MAX);
	assert_unseen(snapshot, GPU, REG_HEADER_TYPE, 1, 0xff);
	assert_string_equal(p2p_snapshot_string(snapshot, snapshot->system.kind),
			    "lspci -vmm");
	assert_int_equal(snapshot->n_damage_seen, 0);
	p2p_snapshot_free(snapshot);
}

static void numbers_names_and_both_are_understood(void **state)
{
	static const char *const texts[] = {
		"Slot:\t0000:00:01.0\nClass:\t0604\nVendor:\t8086\nDevice:\t1901\n"
		"Rev:\t07\n\n",
		"Slot:\t00:01.0\nClass:\tPCI bridge [0604]\nVendor:\tX [8086]\n"
		"Device:\tY [1901]\n\n",
		"Device:\t00:01.0\nClass:\tPCI bridge\nVendor:\tIntel Corporation\n"
		"Device:\t6th-10th Gen Core Processor PCIe Controller (x16)\n\n",
		"00:01.0 \"0604\" \"8086\" \"1901\" -r07 \"17aa\" \"2258\"\n",
		"00:01.0 \"PCI bridge [0604]\" \"X [8086]\" \"Y \\\"Z\\\" [1901]\" -r07 "
		"-p00 \"\" \"\"\n",
		"00:01.0 \"PCI bridge\" \"Intel Corporation\" \"6th-10th Gen Core "
		"Processor PCIe Controller (x16)\" -r07 \"Lenovo\" \"Device 2258\"\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct p2p_snapshot *snapshot = capture_text(texts[i]);

		assert_int_equal(snapshot->n_functions, 1);
		assert_identity(snapshot, PORT, 0x060400, 0x8086, 0x1901);
		assert_int_equal(snapshot->n_damage_seen, 0);
		p2p_snapshot_free(snapshot);
	}
}

static void quotes_in_a_name_are_its_own(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("00:01.0 \"PCI bridge [0604]\" \"Intel Corporation [8086]\" "
			     "\"The \\\"A\\\" \\\\ B [ffff]\" \"\" \"\"\n");
	const struct p2p_function *port = capture_function(snapshot, PORT);

	assert_identity(snapshot, PORT, 0x060400, 0x8086, 0xffff);
	assert_string_equal(p2p_snapshot_string(snapshot, port->device_name),
			    "The \"A\" \\ B");
	p2p_snapshot_free(snapshot);
}

static void records_and_registers_of_one_function_are_one(void **state)
{
	char text[sizeof(record) + 256];
	struct p2p_snapshot *snapshot;

	snprintf(text, sizeof(text),
		 "%s19:00.0 3D controller: X\n"
		 "00: de 10 30 23 06 04 10 00 a1 00 02 03 00 00 00 "
		 "00\n\n",
		 record);
	snapshot = capture_text(text);
	assert_int_equal(snapshot->n_functions, 1);
	assert_bits(snapshot, GPU, REG_COMMAND, 2, 0xffff, 0x0406);
	assert_int_equal(capture_function(snapshot, GPU)->group, 42);
	p2p_snapshot_free(snapshot);
}

static void of_a_record_that_is_cut_the_last_line_is_not_taken(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"Slot:\t19:00.0\nClass:\t0302\nVendor:\t10de\nDevice:\t2330\n"
		"NUMANode:\t1\nIOMMUGroup:\t4");
	const struct p2p_function *gpu = capture_function(snapshot, GPU);

	assert_identity(snapshot, GPU, 0x030200, 0x10de, 0x2330);
	assert_int_equal(gpu->numa, 1);
	assert_int_equal(gpu->group, P2P_NOT_TOLD);
	assert_damage(snapshot, 1, "its record is cut");
	p2p_snapshot_free(snapshot);
}

static void a_line_with_a_quote_too_few_tells_nothing(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("00:01.0 \"0604\" \"8086\" \"1901\n"
			     "19:00.0 \"0302\" \"10de\" \"2330\" -ra1 \"\" \"\"\n");

	assert_identity(snapshot, GPU, 0x030200, 0x10de, 0x2330);
	assert_identity(snapshot, PORT, P2P_NOT_TOLD, P2P_NOT_TOLD, P2P_NOT_TOLD);
	assert_damage(snapshot, 1, "its fields are damaged or cut");
	p2p_snapshot_free(snapshot);
}

static void lines_of_two_records_are_never_mixed(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"Slot:\t19:00.0\nClass:\t0302\nVendor:\t10de\nDevice:\t2330\n"
		"Class:\t0604\nVendor:\t8086\nDevice:\t1901\nDriver:\tpcieport\n\n");
	const struct p2p_function *gpu = capture_function(snapshot, GPU);

	assert_int_equal(snapshot->n_functions, 1);
	assert_identity(snapshot, GPU, 0x030200, 0x10de, 0x2330);
	assert_int_equal(gpu->driver, 0);
	assert_damage(snapshot, 5, "another record begins without its slot");
	p2p_snapshot_free(snapshot);
}

static void a_record_without_a_slot_is_told_and_nobodys(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"Slot:\t19:00.0\nClass:\t0302\nVendor:\t10de\nDevice:\t2330\n\n"
		"Class:\t0604\nVendor:\t8086\nDevice:\t1901\nDriver:\tpcieport\n\n");

	assert_int_equal(snapshot->n_functions, 1);
	assert_int_equal(capture_function(snapshot, GPU)->driver, 0);
	assert_damage(snapshot, 6, "lines of a record begin without a device line");
	p2p_snapshot_free(snapshot);
}

static void two_lines_in_one_tell_nothing(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"Slot:\t19:00.0\nClass:\t3D controller [0302]#Vendor:\tNVIDIA [10de]\n"
		"Device:\tX [2330]\n\n"
		"00:01.0 \"0604\" \"8086\" \"1901\" \"\" \"\"\n");

	assert_identity(snapshot, GPU, P2P_NOT_TOLD, P2P_NOT_TOLD, P2P_NOT_TOLD);
	assert_damage(snapshot, 2, "a line of its record is damaged");
	p2p_snapshot_free(snapshot);
}

static void what_stands_below_a_line_is_not_its_own(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("00:01.0 \"0604\" \"8086\" \"1901\" \"\" \"\"\n"
			     "Driver:\tnobody\nDevice: 19:00.0\nDevice: an older one");

	assert_int_equal(snapshot->n_functions, 1);
	assert_int_equal(capture_function(snapshot, PORT)->driver, 0);
	assert_int_equal(snapshot->n_damage_seen, 0);
	p2p_snapshot_free(snapshot);
}

static void a_last_line_that_is_whole_needs_no_newline(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("00:01.0 \"0604\" \"8086\" \"1901\" \"\" \"\"");

	assert_identity(snapshot, PORT, 0x060400, 0x8086, 0x1901);
	assert_int_equal(snapshot->n_damage_seen, 0);
	p2p_snapshot_free(snapshot);
}

#define ROW "00: de 10 30 23 06 04 10 00 a1 00 02 03 00 00 00 00\n"

static void rows_below_a_record_or_line_are_its_own(void **state)
{
	static const char *const texts[] = {
		"Slot:\t19:00.0\nClass:\t0302\nVendor:\t10de\nDevice:\t2330\n" ROW "\n",
		"19:00.0 \"0302\" \"10de\" \"2330\" -ra1 \"\" \"\"\n" ROW "\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct p2p_snapshot *snapshot = capture_text(texts[i]);

		assert_bits(snapshot, GPU, REG_COMMAND, 2, 0xffff, 0x0406);
		assert_damage(snapshot, 1, "its rows end at 0x010");
		p2p_snapshot_free(snapshot);
	}
}

static void ids_of_registers_go_before_those_of_a_record(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"Slot:\t19:00.0\nClass:\t0302\nVendor:\t8086\nDevice:\t1901\n\n"
		"Slot:\t19:00.1\nClass:\t0302\nVendor:\t10de\nDevice:\t2330\n\n"
		"19:00.0 3D controller: X\n" ROW "\n"
		"19:00.1 3D controller: X\n"
		"00: ff ff ff ff 06 04 10 00 a1 00 02 03 00 00 00 00\n\n");

	assert_int_equal(capture_function(snapshot, GPU)->vendor, P2P_NOT_TOLD);
	assert_identity(snapshot, "0000:19:00.1", 0x030200, 0x10de, 0x2330);
	p2p_snapshot_free(snapshot);
}

static void a_vf_that_reads_ffff_tells_no_ids(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"Slot:\t19:00.0\nClass:\t0302\nVendor:\tffff\nDevice:\tffff\n\n");

	assert_identity(snapshot, GPU, 0x030200, P2P_NOT_TOLD, P2P_NOT_TOLD);
	p2p_snapshot_free(snapshot);
}

static const char tree[] =
	"-[0000:00]-+-00.0  Intel Corporation Device 1234\n"
	"           +-01.0-[01-02]--+-00.0  NVIDIA Corporation GH100\n"
	"           |               \\-00.1  NVIDIA Corporation Device\n"
	"           |\n"
	"           \\-1f.0  Intel Corporation Device 5678\n";

static void a_drawn_tree_between_listings_tells_nothing(void **state)
{
	char text[sizeof(tree) * 3 + 256];
	struct p2p_snapshot *snapshot;

	snprintf(text, sizeof(text),
		 "%s19:00.0 3D controller [0302]: X [10de:2330]\n"
		 "\tControl: I/O- Mem+ BusMaster+\n\tStatus: Cap-\n%s\n"
		 "00:01.0 PCI bridge [0604]: Y [8086:1901]\n%s",
		 tree, tree, tree);
	snapshot = capture_text(text);
	assert_int_equal(snapshot->n_functions, 2);
	assert_identity(snapshot, GPU, 0x030200, 0x10de, 0x2330);
	assert_identity(snapshot, PORT, 0x060400, 0x8086, 0x1901);
	assert_int_equal(snapshot->n_damage_seen, 0);
	p2p_snapshot_free(snapshot);
}

static void a_tree_alone_is_refused(void **state)
{
	capture_refused(tree, strlen(tree), "only draws a tree");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_tells_all_but_registers),
		cmocka_unit_test(numbers_names_and_both_are_understood),
		cmocka_unit_test(quotes_in_a_name_are_its_own),
		cmocka_unit_test(records_and_registers_of_one_function_are_one),
		cmocka_unit_test(of_a_record_that_is_cut_the_last_line_is_not_taken),
		cmocka_unit_test(a_line_with_a_quote_too_few_tells_nothing),
		cmocka_unit_test(lines_of_two_records_are_never_mixed),
		cmocka_unit_test(a_record_without_a_slot_is_told_and_nobodys),
		cmocka_unit_test(two_lines_in_one_tell_nothing),
		cmocka_unit_test(what_stands_below_a_line_is_not_its_own),
		cmocka_unit_test(a_last_line_that_is_whole_needs_no_newline),
		cmocka_unit_test(rows_below_a_record_or_line_are_its_own),
		cmocka_unit_test(ids_of_registers_go_before_those_of_a_record),
		cmocka_unit_test(a_vf_that_reads_ffff_tells_no_ids),
		cmocka_unit_test(a_drawn_tree_between_listings_tells_nothing),
		cmocka_unit_test(a_tree_alone_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
