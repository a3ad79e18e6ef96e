/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Oddities of captures that people send, one small capture each: what is odd is passed
 * over, and what stands beside it is read. */
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "core/regs.h"

#define PORT  "0000:3a:01.0"
#define HEAD  "3a:01.0 PCI bridge [0604]: Broadcom / LSI Device [1000:c030] (rev b0)\n"
#define ACS   0x148
#define BYTES "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define ONES  "ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n"
#define ROW_0 "00: 86 80 34 12 07 00 10 00 00 00 00 02 00 00 00 00\n"
#define ROWS  ROW_0 "10: " BYTES "20: " BYTES "30: " BYTES

static const char listing[] = HEAD
	"\tControl: I/O+ Mem+ BusMaster- DisINTx+\n\tStatus: Cap+ 66MHz-\n"
	"\tNUMA node: 1\n"
	"\tBus: primary=3a, secondary=3c, subordinate=4f, sec-latency=0\n"
	"\tPhysical Slot: 28-1\n"
	"\tCapabilities: [60] Express (v2) Downstream Port (Slot+), MSI 00\n"
	"\tCapabilities: [100 v1] Advanced Error Reporting\n"
	"\tCapabilities: [148 v1] Access Control Services\n"
	"\t\tACSCap:\tSrcValid+ TransBlk+ ReqRedir+ CmpltRedir+ UpstreamFwd+\n"
	"\t\tACSCtl:\tSrcValid+ TransBlk- ReqRedir+ CmpltRedir+ UpstreamFwd+\n"
	"\tKernel driver in use: pcieport\n\n";

/* @with instead of every @what. The caller frees it. */
static char *replaced(const char *text, const char *what, const char *with)
{
	char *made;
	size_t length;
	FILE *out = open_memstream(&made, &length);

	for (const char *at; (at = strstr(text, what)); text = at + strlen(what))
		fprintf(out, "%.*s%s", (int)(at - text), text, with);
	fputs(text, out);
	fclose(out);
	return made;
}

/* Reads @text, and the port is the one of the listing: nothing is damaged, and the list
 * of capabilities has its end. Frees it. */
static void assert_port(char *text)
{
	struct p2p_snapshot *snapshot = capture_text(text);
	const struct p2p_function *port = capture_function(snapshot, PORT);
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at;

	assert_int_equal(snapshot->n_damage_seen, 0);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ATS, &at), P2P_NO);
	assert_int_equal(port->device, 0xc030);
	assert_int_equal(port->numa, 1);
	assert_string_equal(p2p_snapshot_string(snapshot, port->driver), "pcieport");
	assert_string_equal(p2p_snapshot_string(snapshot, port->slot), "28-1");
	assert_bits(snapshot, PORT, REG_COMMAND, 2, 0x0407, 0x0403);
	assert_bits(snapshot, PORT, REG_PRIMARY, 4, 0xffffff, 0x4f3c3a);
	assert_bits(snapshot, PORT, ACS + REG_ACS_CTL, 2, 0x1f, 0x1d);
	p2p_snapshot_free(snapshot);
	free(text);
}

static void carriage_returns_are_no_part_of_what_a_listing_tells(void **state)
{
	assert_port(replaced(listing, "\n", "\r\n"));
}

static void spaces_may_stand_where_lspci_prints_tabs(void **state)
{
	assert_port(replaced(listing, "\t", "        "));
}

static void no_indent_at_all_is_no_damage(void **state)
{
	char *bare = replaced(listing, "\n\t\t", "\n");

	assert_port(replaced(bare, "\n\t", "\n"));
	free(bare);
}

/* @text as an answer to a mail quotes it. The caller frees it. */
static char *quoted(const char *text, const char *mark)
{
	char end[8], *made, *all;

	snprintf(end, sizeof(end), "\n%s", mark);
	made = replaced(text, "\n", end);
	all = malloc(strlen(mark) + strlen(made) + 1);
	strcpy(all, mark);
	strcat(all, made);
	free(made);
	return all;
}

static void marks_of_quoted_mail_are_no_part_of_a_listing(void **state)
{
	static const char *const marks[] = { "> ", ">", ">> ", "> > " };
	char *wrapped = replaced(listing, "LSI Device", "LSI\nDevice");

	for (unsigned i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		assert_port(quoted(listing, marks[i]));
		assert_port(quoted(wrapped, marks[i]));
	}
	free(wrapped);
}

static void marks_of_quoted_mail_are_no_part_of_rows(void **state)
{
	char *text = quoted("00:01.0 Ethernet controller: X\n" ROWS "\n"
			    "00:02.0 Ethernet controller: X\n" ROWS "\n",
			    "> ");
	struct p2p_snapshot *snapshot = capture_text(text);

	assert_int_equal(snapshot->n_damage_seen, 0);
	assert_int_equal(snapshot->n_functions, 2);
	assert_bits(snapshot, "0000:00:02.0", REG_CLASS_REV, 4, UINT32_MAX, 0x02000000);
	assert_bits(snapshot, "0000:00:02.0", 0x30, 4, UINT32_MAX, 0);
	p2p_snapshot_free(snapshot);
	free(text);
}

static void a_message_inside_a_listing_is_passed_over(void **state)
{
	assert_port(replaced(listing, "\tPhysical Slot",
			     "lspci: Unable to load libkmod resources: error -2\n"
			     "pcilib: Cannot open /sys/bus/pci\n\tPhysical Slot"));
}

static void a_long_line_inside_a_listing_is_read_like_others(void **state)
{
	char line[2048];

	memset(line, 'x', sizeof(line));
	memcpy(line, "\tSubsystem: ", 12);
	strcpy(line + sizeof(line) - 11, "\n\tControl:");
	assert_port(replaced(listing, "\tControl:", line));
}

static void a_listing_may_come_after_a_bare_list_and_before_one(void **state)
{
	char *after = replaced(listing, HEAD, HEAD "\n" HEAD);

	assert_port(replaced(after, "pcieport\n\n", "pcieport\n\n" HEAD));
	free(after);
}

/* What the second pass would have told is not known, whatever the first one told. */
static void a_pass_of_rows_that_is_cut_behind_one_of_text_is_damage(void **state)
{
	char *text = replaced(listing, "pcieport\n\n",
			      "pcieport\n\n00:01.0 Ethernet controller: X\n" ROWS
			      "\n" HEAD);
	struct p2p_snapshot *snapshot = capture_text(text);

	assert_damage(snapshot, 20, "it has no rows, the file may be cut");
	p2p_snapshot_free(snapshot);
	free(text);
}

static void a_bare_list_may_come_behind_rows(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("00:01.0 Ethernet controller: X\n" ROWS "\n"
			     "00:02.0 Ethernet controller: X\n" ROWS "\n"
			     "00:01.0 Ethernet controller: X\n"
			     "00:02.0 Ethernet controller: X\n");

	assert_int_equal(snapshot->n_functions, 2);
	assert_int_equal(snapshot->n_damage_seen, 0);
	p2p_snapshot_free(snapshot);
}

/* The one of two functions, of which only the second one's line has a PCI domain. */
static void a_pci_domain_may_stand_on_a_part_of_the_lines(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("00:01.0 Ethernet controller: X\n" ROWS
			     "\n0001:00:01.0 Ethernet controller: X\n" ROWS "\n"
			     "00:02.0 Ethernet controller: X\n" ROWS "\n");

	assert_int_equal(snapshot->n_functions, 3);
	assert_bits(snapshot, "0000:00:01.0", 0, 4, UINT32_MAX, 0x12348086);
	assert_bits(snapshot, "0001:00:01.0", 0, 4, UINT32_MAX, 0x12348086);
	assert_bits(snapshot, "0000:00:02.0", 0, 4, UINT32_MAX, 0x12348086);
	p2p_snapshot_free(snapshot);
}

static void a_pci_domain_may_have_eight_digits(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("fedcba98:00:01.0 Ethernet controller: X\n" ROWS "\n");

	assert_int_equal(snapshot->n_functions, 1);
	assert_int_equal(snapshot->functions[0].bdf.domain, 0xfedcba98);
	p2p_snapshot_free(snapshot);
}

/* lspci -PP: each step has its bus; -nn beside it makes no difference. */
static void a_listing_of_paths_finds_each_function_once(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"00:1c.4 PCI bridge: X\n\tFlags: fast devsel\n\n"
		"00:1c.4/07:00.0 PCI bridge: X\n\tFlags: fast devsel\n\n"
		"00:1c.4/07:00.0/08:02.0 PCI bridge: X\n\tFlags: fast devsel\n\n"
		"00:1c.4/07:00.0/08:02.0/0a:00.1 USB controller: X\n\tFlags: fast devsel\n\n");

	assert_int_equal(snapshot->n_functions, 4);
	assert_int_equal(snapshot->n_damage_seen, 0);
	assert_int_equal(capture_function(snapshot, "07:00.0")->class_code, 0x060400);
	assert_int_equal(capture_function(snapshot, "08:02.0")->class_code, 0x060400);
	assert_int_equal(capture_function(snapshot, "0a:00.1")->class_code, 0x0c0300);
	p2p_snapshot_free(snapshot);
}

static void numeric_listings_are_read_at_every_verbosity(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"3a:01.0 0604: 1000:c030 (rev b0) (prog-if 00 [Normal decode])\n"
		"\tFlags: bus master, fast devsel, latency 0\n"
		"\tBus: primary=3a, secondary=3c, subordinate=4f, sec-latency=0\n"
		"\tCapabilities: [148] Access Control Services\n\n");
	const struct p2p_function *port = capture_function(snapshot, PORT);
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at;

	assert_int_equal(port->vendor, 0x1000);
	assert_int_equal(port->device, 0xc030);
	assert_int_equal(port->class_code, 0x060400);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ACS, &at), P2P_YES);
	assert_unseen(snapshot, PORT, ACS + REG_ACS_CTL, 2, 0xffff);
	p2p_snapshot_free(snapshot);
}

/* Bytes end before extended space, which the text beside them tells. */
static void acs_of_the_text_is_known_where_bytes_stop_at_256(void **state)
{
	static const char foot[] = "\tKernel driver in use: pcieport\n";
	char *text, *rows;
	size_t length;
	FILE *out = open_memstream(&rows, &length);
	struct p2p_snapshot *snapshot;

	fprintf(out, "%s00: 00 10 30 c0 07 04 10 00 b0 00 04 06 10 00 01 00\n10: %s",
		foot, BYTES);
	fputs("20: " BYTES "30: 00 00 00 00 60 00 00 00 00 00 00 00 00 00 00 00\n", out);
	for (unsigned at = 0x40; at < 0x100; at += 16)
		fprintf(out, "%02x: %s", at,
			at == 0x60 ? "10 00 62 01 00 00 00 00 00 00 00 00 00 00 00 00\n" :
				     BYTES);
	fclose(out);
	text = replaced(listing, foot, rows);
	snapshot = capture_text(text);
	assert_int_equal(snapshot->n_damage_seen, 0);
	assert_bits(snapshot, PORT, REG_COMMAND, 2, 0xffff, 0x0407);
	assert_bits(snapshot, PORT, 0x62, 2, 0xf0, 0x60);
	assert_bits(snapshot, PORT, ACS + REG_ACS_CTL, 2, 0x1f, 0x1d);
	p2p_snapshot_free(snapshot);
	free(text);
	free(rows);
}

/* Its bytes are all-ones; what it is stands in its device line. */
static void a_function_that_does_not_answer_is_what_its_device_line_tells(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"3b:00.0 3D controller [0302]: NVIDIA Corporation X [10de:2330] (rev ff)\n"
		"\t!!! Unknown header type 7f\n\tKernel driver in use: nvidia\n"
		"00: " ONES "10: " ONES "20: " ONES "30: " ONES "\n");
	const struct p2p_function *gpu = capture_function(snapshot, "3b:00.0");

	assert_bits(snapshot, "3b:00.0", REG_VENDOR_ID, 4, UINT32_MAX, UINT32_MAX);
	assert_int_equal(gpu->vendor, 0x10de);
	assert_int_equal(gpu->device, 0x2330);
	assert_int_equal(gpu->class_code, 0x030200);
	p2p_snapshot_free(snapshot);
}

/* A function of @bytes bytes between two of 256, with the damage that is to be told. */
static void assert_length(unsigned bytes, unsigned layout, const char *damage)
{
	uint8_t config[P2P_CFG_SIZE] = { 0x86, 0x80, 0x34, 0x12 };
	struct p2p_snapshot *snapshot;
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	config[REG_HEADER_TYPE] = (uint8_t)layout;
	for (unsigned i = 1; i <= 3; i++) {
		fprintf(out, "00:%02x.0 CardBus bridge: X\n", i);
		write_rows(out, config, 0, i == 2 ? bytes : 256);
		fputs("\n", out);
	}
	fclose(out);
	snapshot = capture_text(text);
	assert_int_equal(snapshot->n_functions, 3);
	if (damage)
		assert_damage(snapshot, 19, damage);
	else
		assert_int_equal(snapshot->n_damage_seen, 0);
	if (bytes)
		assert_bits(snapshot, "00:02.0", bytes - 4, 4, UINT32_MAX, 0);
	assert_unseen(snapshot, "00:02.0", bytes, 4, UINT32_MAX);
	p2p_snapshot_free(snapshot);
	free(text);
}

static void lengths_that_lspci_prints_are_whole_and_others_are_cut(void **state)
{
	assert_length(64, 0, NULL);
	assert_length(256, 0, NULL);
	assert_length(4096, 0, NULL);
	assert_length(128, 2, NULL);
	assert_length(128, 0, "0000:00:02.0: its rows end at 0x080");
	assert_length(240, 0, "0000:00:02.0: its rows end at 0x0f0");
	assert_length(4080, 0, "0000:00:02.0: its rows end at 0xff0");
}

/* lspci says on standard error that a function's file cannot be opened. */
static void a_function_without_rows_between_others_is_only_unknown(void **state)
{
	assert_length(0, 0, NULL);
}

static void a_last_function_without_rows_may_have_been_cut(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text("00:01.0 Ethernet controller: X\n" ROWS "\n"
			     "00:02.0 Ethernet controller: X\n");

	assert_int_equal(snapshot->n_functions, 2);
	assert_damage(snapshot, 7, "0000:00:02.0: it has no rows, the file may be cut");
	assert_unseen(snapshot, "00:02.0", 0, 4, UINT32_MAX);
	p2p_snapshot_free(snapshot);
}

/* grep -A3 'PCI bridge': what it leaves out is unknown. */
static void lines_that_were_picked_out_tell_what_they_tell(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"3a:01.0 PCI bridge: X (prog-if 00 [Normal decode])\n"
		"        Capabilities: [148 v1] Access Control Services\n"
		"                ACSCap: SrcValid+ TransBlk+ ReqRedir+ CmpltRedir+\n"
		"                ACSCtl: SrcValid- TransBlk- ReqRedir+ CmpltRedir-\n"
		"--\n");
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at;

	assert_int_equal(snapshot->n_damage_seen, 0);
	assert_bits(snapshot, PORT, ACS + REG_ACS_CTL, 2, 0x0f, 0x04);
	assert_unseen(snapshot, PORT, ACS + REG_ACS_CTL, 2, 0x10);
	assert_int_equal(p2p_cfg_capability(&cfg, CAP_EXPRESS, &at), P2P_UNKNOWN);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ATS, &at), P2P_UNKNOWN);
	p2p_snapshot_free(snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carriage_returns_are_no_part_of_what_a_listing_tells),
		cmocka_unit_test(spaces_may_stand_where_lspci_prints_tabs),
		cmocka_unit_test(no_indent_at_all_is_no_damage),
		cmocka_unit_test(marks_of_quoted_mail_are_no_part_of_a_listing),
		cmocka_unit_test(marks_of_quoted_mail_are_no_part_of_rows),
		cmocka_unit_test(a_message_inside_a_listing_is_passed_over),
		cmocka_unit_test(a_long_line_inside_a_listing_is_read_like_others),
		cmocka_unit_test(a_listing_may_come_after_a_bare_list_and_before_one),
		cmocka_unit_test(a_pass_of_rows_that_is_cut_behind_one_of_text_is_damage),
		cmocka_unit_test(a_bare_list_may_come_behind_rows),
		cmocka_unit_test(a_pci_domain_may_stand_on_a_part_of_the_lines),
		cmocka_unit_test(a_pci_domain_may_have_eight_digits),
		cmocka_unit_test(a_listing_of_paths_finds_each_function_once),
		cmocka_unit_test(numeric_listings_are_read_at_every_verbosity),
		cmocka_unit_test(acs_of_the_text_is_known_where_bytes_stop_at_256),
		cmocka_unit_test(
			a_function_that_does_not_answer_is_what_its_device_line_tells),
		cmocka_unit_test(lengths_that_lspci_prints_are_whole_and_others_are_cut),
		cmocka_unit_test(a_function_without_rows_between_others_is_only_unknown),
		cmocka_unit_test(a_last_function_without_rows_may_have_been_cut),
		cmocka_unit_test(lines_that_were_picked_out_tell_what_they_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
