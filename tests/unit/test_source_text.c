/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listings of lspci -v: each line becomes the bits that a read would have given, and what
 * is not printed stays unknown. */
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "core/regs.h"

#define PORT "0000:3a:01.0"
#define EXP  0x60
#define HEAD                                                               \
	"3a:01.0 PCI bridge: Broadcom / LSI Device c030 (rev b0)\n"        \
	"\tControl: I/O+ Mem+ BusMaster- SpecCycle- MemWINV- DisINTx+\n"   \
	"\tStatus: Cap+ 66MHz- UDF- DEVSEL=fast >TAbort- <TAbort- INTx-\n" \
	"\tLatency: 0, Cache Line Size: 32 bytes\n"                        \
	"\tNUMA node: 1\n"                                                 \
	"\tIOMMU group: 42\n"                                              \
	"\tBus: primary=3a, secondary=3c, subordinate=4f, sec-latency=0\n" \
	"\tMemory behind bridge: 9d000000-9d1fffff [size=2M] [32-bit]\n"   \
	"\tPrefetchable memory behind bridge: 206000000000-2067ffffffff [size=32G]\n"
#define EXPRESS                                                                            \
	"\tCapabilities: [40] Power Management version 3\n"                                \
	"\t\tFlags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0+,D1-,D2-,D3hot+,D3cold+)\n" \
	"\t\tStatus: D3 NoSoftRst+ PME-Enable- DSel=0 DScale=0 PME-\n"                     \
	"\tCapabilities: [60] Express (v2) Downstream Port (Slot+), MSI 00\n"              \
	"\t\tDevCap:\tMaxPayload 512 bytes, PhantFunc 0\n"                                 \
	"\t\tDevCtl:\tCorrErr+ NonFatalErr+ FatalErr+ UnsupReq-\n"                         \
	"\t\t\tRlxdOrd+ ExtTag- PhantFunc- AuxPwr- NoSnoop+\n"                             \
	"\t\t\tMaxPayload 256 bytes, MaxReadReq 128 bytes\n"                               \
	"\t\tLnkCap:\tPort #3, Speed 32GT/s, Width x16, ASPM not supported\n"              \
	"\t\t\tClockPM- Surprise+ LLActRep+ BwNot+ ASPMOptComp+\n"                         \
	"\t\tLnkSta:\tSpeed 16GT/s (downgraded), Width x8 (downgraded)\n"                  \
	"\t\t\tTrErr- Train- SlotClk- DLActive+ BWMgmt- ABWMgmt-\n"                        \
	"\t\tSltCap:\tAttnBtn- PwrCtrl- MRL- AttnInd- PwrInd- HotPlug+ Surprise-\n"        \
	"\t\t\tSlot #28, PowerLimit 25W; Interlock- NoCompl-\n"                            \
	"\t\tSltSta:\tStatus: AttnBtn- PowerFlt- MRL- CmdCplt- PresDet+ Interlock-\n"      \
	"\t\t\tChanged: MRL- PresDet- LinkState-\n"                                        \
	"\t\tDevCap2: Completion Timeout: Not Supported, TimeoutDis- LTR+ ARIFwd+\n"       \
	"\t\t\t AtomicOpsCap: Routing+\n"                                                  \
	"\t\tDevCtl2: Completion Timeout: 50us to 50ms, LTR- OBFF Disabled, ARIFwd-\n"     \
	"\t\t\t AtomicOpsCtl: EgressBlck-\n"
#define ACS                                                                    \
	"\tCapabilities: [100 v1] Advanced Error Reporting\n"                  \
	"\t\tUESta:\tDLP- SDES- TLP- FCP- UnsupReq- ACSViol-\n"                \
	"\t\tUEMsk:\tDLP- SDES- TLP- FCP- UnsupReq+ ACSViol+\n"                \
	"\t\tUESvrt:\tDLP+ SDES+ TLP- FCP+ UnsupReq- ACSViol-\n"               \
	"\tCapabilities: [148 v1] Access Control Services\n"                   \
	"\t\tACSCap:\tSrcValid+ TransBlk+ ReqRedir+ CmpltRedir+ UpstreamFwd+ " \
	"EgressCtrl- DirectTrans+\n"                                           \
	"\t\tACSCtl:\tSrcValid+ TransBlk- ReqRedir+ CmpltRedir+ UpstreamFwd+ " \
	"EgressCtrl- DirectTrans-\n"
#define FOOT "\tKernel driver in use: pcieport\n\tKernel modules: shpchp\n\n"

#define LISTING HEAD EXPRESS ACS FOOT

static void a_head_becomes_the_header(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(LISTING);

	assert_bits(snapshot, PORT, REG_COMMAND, 2, 0x0407, 0x0403);
	assert_bits(snapshot, PORT, REG_STATUS, 2, STATUS_CAP_LIST, STATUS_CAP_LIST);
	assert_bits(snapshot, PORT, REG_HEADER_TYPE, 1, HEADER_LAYOUT, 1);
	assert_unseen(snapshot, PORT, REG_HEADER_TYPE, 1, HEADER_MULTI);
	assert_bits(snapshot, PORT, REG_PRIMARY, 4, 0xffffff, 0x4f3c3a);
	assert_bits(snapshot, PORT, REG_MEM_BASE, 4, UINT32_MAX, 0x9d109d00);
	assert_bits(snapshot, PORT, REG_PREF_BASE, 4, 0xfff0fff0, 0xfff00000);
	assert_bits(snapshot, PORT, REG_PREF_BASE_UP, 4, UINT32_MAX, 0x2060);
	assert_bits(snapshot, PORT, REG_PREF_LIMIT_UP, 4, UINT32_MAX, 0x2067);
	p2p_snapshot_free(snapshot);
}

static void what_the_system_told_is_kept(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		LISTING
		"3b:00.0 Non-Volatile memory controller: X\n"
		"\tFlags: bus master, fast devsel, latency 0, IRQ 3, NUMA node 2, "
		"IOMMU group 7\n\tPhysical Slot: 12-1\n\tKernel driver in use: nvme\n\n");
	const struct p2p_function *port = capture_function(snapshot, PORT);
	const struct p2p_function *drive = capture_function(snapshot, "3b:00.0");

	assert_int_equal(port->numa, 1);
	assert_int_equal(port->group, 42);
	assert_string_equal(p2p_snapshot_string(snapshot, port->driver), "pcieport");
	assert_int_equal(port->denied, P2P_NO);
	assert_int_equal(drive->numa, 2);
	assert_int_equal(drive->group, 7);
	assert_string_equal(p2p_snapshot_string(snapshot, drive->slot), "12-1");
	assert_bits(snapshot, "3b:00.0", REG_COMMAND, 2, COMMAND_MASTER, COMMAND_MASTER);
	p2p_snapshot_free(snapshot);
}

static void pci_express_registers_are_where_they_would_be(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(LISTING);

	assert_bits(snapshot, PORT, 0x40 + REG_PM_CTL, 2, PM_CTL_STATE, 3);
	assert_bits(snapshot, PORT, EXP + REG_EXP_FLAGS, 2, 0x1ff, 0x162);
	assert_bits(snapshot, PORT, EXP + REG_EXP_DEVCAP, 4, DEVCAP_PAYLOAD, 2);
	assert_bits(snapshot, PORT, EXP + REG_EXP_DEVCTL, 2,
		    DEVCTL_RELAX | DEVCTL_PAYLOAD | 0x900, DEVCTL_RELAX | 1 << 5 | 0x800);
	assert_bits(snapshot, PORT, EXP + REG_EXP_LNKCAP, 4,
		    LNKCAP_PORT | LNKCAP_ACTIVE_REP | LNKCAP_WIDTH | LNKCAP_SPEED,
		    0x03100105);
	assert_bits(snapshot, PORT, EXP + REG_EXP_LNKSTA, 2,
		    LNKSTA_ACTIVE | LNKSTA_WIDTH | LNKSTA_SPEED, 0x2084);
	assert_bits(snapshot, PORT, EXP + REG_EXP_SLTCAP, 4, SLTCAP_NUMBER, 28u << 19);
	assert_bits(snapshot, PORT, EXP + REG_EXP_SLTSTA, 2, SLTSTA_PRESENCE,
		    SLTSTA_PRESENCE);
	assert_bits(snapshot, PORT, EXP + REG_EXP_DEVCAP2, 4,
		    DEVCAP2_ARI | DEVCAP2_ATOMIC, DEVCAP2_ARI | DEVCAP2_ATOMIC);
	assert_bits(snapshot, PORT, EXP + REG_EXP_DEVCTL2, 2, DEVCTL2_ARI | 0x80, 0);
	p2p_snapshot_free(snapshot);
}

static void acs_is_found_by_walking_and_only_its_printed_bits_are_known(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(LISTING);
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at = 0;

	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ACS, &at), P2P_YES);
	assert_int_equal(at, 0x148);
	assert_bits(snapshot, PORT, at + REG_ACS_CAP, 2, ACS_CLASSIC, 0x5f);
	assert_bits(snapshot, PORT, at + REG_ACS_CTL, 2, ACS_CLASSIC, 0x1d);
	assert_unseen(snapshot, PORT, at + REG_ACS_CAP, 4, 0xff80ff80);
	assert_bits(snapshot, PORT, 0x100 + 0x08, 4, 0x300000, 0x300000);
	assert_bits(snapshot, PORT, 0x100 + 0x0c, 4, 0x200030, 0x30);
	assert_int_equal(snapshot->system.extended, P2P_YES);
	p2p_snapshot_free(snapshot);
}

/* The same listing once more, with the walk's answer for what it does not have. */
static void assert_walk(const char *listing, enum p2p_tri standard, enum p2p_tri extended)
{
	struct p2p_snapshot *snapshot = capture_text(listing);
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at;

	assert_int_equal(p2p_cfg_capability(&cfg, 0x05, &at), standard);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ATS, &at), extended);
	p2p_snapshot_free(snapshot);
}

static void a_list_ends_only_where_all_of_it_was_printed(void **state)
{
	assert_walk(LISTING, P2P_NO, P2P_NO);
	assert_walk(HEAD EXPRESS "\n", P2P_NO, P2P_NO);
	assert_walk(HEAD EXPRESS ACS "\n", P2P_NO, P2P_NO);
	assert_walk(HEAD EXPRESS ACS, P2P_UNKNOWN, P2P_UNKNOWN);
	assert_walk(HEAD EXPRESS "[...]\n" ACS FOOT, P2P_UNKNOWN, P2P_UNKNOWN);
	assert_walk("3a:01.0 PCI bridge: X\n" EXPRESS ACS FOOT, P2P_UNKNOWN, P2P_UNKNOWN);
	assert_walk(HEAD ACS FOOT, P2P_UNKNOWN, P2P_UNKNOWN);
	assert_walk(HEAD EXPRESS "\tCapabilities: [60] <chain looped>\n" FOOT,
		    P2P_UNKNOWN, P2P_UNKNOWN);
}

static void an_empty_line_inside_a_listing_does_not_end_it(void **state)
{
	assert_walk(HEAD EXPRESS "\n" ACS, P2P_UNKNOWN, P2P_UNKNOWN);
	assert_walk(HEAD EXPRESS "\n" ACS "\n", P2P_NO, P2P_NO);
}

static void plain_v_names_acs_without_its_state(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"3a:01.0 PCI bridge: X (prog-if 00 [Normal decode])\n"
		"\tFlags: fast devsel, IRQ 16\n"
		"\tBus: primary=3a, secondary=3c, subordinate=4f, sec-latency=0\n"
		"\tPrefetchable memory behind bridge: [disabled]\n"
		"\tCapabilities: [60] Express Downstream Port (Slot-), MSI 00\n"
		"\tCapabilities: [100] Access Control Services\n\n");
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at = 0;

	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ACS, &at), P2P_YES);
	assert_unseen(snapshot, PORT, at + REG_ACS_CAP, 4, UINT32_MAX);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ATS, &at), P2P_UNKNOWN);
	assert_bits(snapshot, PORT, EXP + REG_EXP_FLAGS, 2, 0x1f0, 0x60);
	assert_bits(snapshot, PORT, REG_COMMAND, 2, COMMAND_MASTER, 0);
	assert_bits(snapshot, PORT, REG_PREF_BASE, 4, 0xfff0fff0, 0x0000fff0);
	p2p_snapshot_free(snapshot);
}

static void access_denied_leaves_everything_unknown(void **state)
{
	struct p2p_snapshot *snapshot =
		capture_text(HEAD "\tCapabilities: <access denied>\n" FOOT);
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at;

	assert_int_equal(capture_function(snapshot, PORT)->denied, P2P_YES);
	assert_int_equal(p2p_cfg_capability(&cfg, CAP_EXPRESS, &at), P2P_UNKNOWN);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ACS, &at), P2P_UNKNOWN);
	assert_int_equal(snapshot->system.extended, P2P_UNKNOWN);
	p2p_snapshot_free(snapshot);
}

static void capabilities_without_a_name_are_known_by_number(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		HEAD EXPRESS "\tCapabilities: [100 v1] #19\n"
			     "\tCapabilities: [120 v1] Extended Capability ID 0x2a\n"
			     "\tCapabilities: [140 v2] Something new\n" FOOT);
	struct p2p_cfg cfg = capture_cfg(snapshot, PORT);
	unsigned at = 0;

	assert_int_equal(p2p_cfg_ext_capability(&cfg, 0x2a, &at), P2P_YES);
	assert_int_equal(at, 0x120);
	assert_int_equal(p2p_cfg_ext_capability(&cfg, EXT_CAP_ACS, &at), P2P_UNKNOWN);
	assert_bits(snapshot, PORT, 0x140, 4, 0x000f0000, 0x00020000);
	p2p_snapshot_free(snapshot);
}

static void wrapped_lines_and_lost_indents_are_read(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"3a:01.0 PCI bridge: Broadcom / LSI\nDevice c030 (prog-if 00\n[Normal decode])\n"
		"Control: I/O+ Mem+ BusMaster+ SpecCycle-\nSERR- FastB2B- DisINTx+\n"
		"Status: Cap+ 66MHz-\nCapabilities: [60] Express (v2) Root Port (Slot+), MSI 00\n"
		"DevCtl2: Completion Timeout: 50us to 50ms, TimeoutDis- LTR+\n"
		"10BitTagReq- OBFF Disabled, ARIFwd+\n"
		"\xc2\xa0 \xc2\xa0 Capabilities: [100 v1] Access Control Services\n"
		"ACSCtl: SrcValid+ TransBlk- ReqRedir+\nCmpltRedir- UpstreamFwd+\n\n");

	assert_bits(snapshot, PORT, REG_COMMAND, 2, 0x507, 0x407);
	assert_bits(snapshot, PORT, EXP + REG_EXP_DEVCTL2, 2, DEVCTL2_ARI, DEVCTL2_ARI);
	assert_bits(snapshot, PORT, 0x100 + REG_ACS_CTL, 2, 0x1f, 0x15);
	assert_int_equal(capture_function(snapshot, PORT)->class_code, 0x060400);
	assert_int_equal(capture_function(snapshot, PORT)->vendor, 0x1000);
	assert_int_equal(capture_function(snapshot, PORT)->device, 0xc030);
	p2p_snapshot_free(snapshot);
}

static void a_function_that_does_not_answer_reads_all_ones(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"3a:01.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330] (rev ff)\n"
		"\t!!! Unknown header type 7f\n\tRegion 0: Memory at 84200000 [size=4K]\n\n");

	assert_bits(snapshot, PORT, REG_VENDOR_ID, 4, UINT32_MAX, UINT32_MAX);
	assert_bits(snapshot, PORT, REG_BAR_0, 4, UINT32_MAX, UINT32_MAX);
	assert_int_equal(capture_function(snapshot, PORT)->device, 0x2330);
	p2p_snapshot_free(snapshot);
}

static void in_a_mixed_dump_bytes_win_over_text(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		LISTING
		"3b:00.0 PCI bridge [0604]: X [1234:5678]\n"
		"\tControl: I/O- Mem- BusMaster-\n\tStatus: Cap+\n\tNUMA node: 1\n"
		"\tCapabilities: [40] Express (v2) Root Port (Slot-), MSI 00\n"
		"00: 86 80 34 12 07 00 10 00 00 00 04 06 00 00 81 00\n"
		"10: 00 00 00 00 00 00 00 00 00 01 02 00 00 00 00 00\n"
		"20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
		"30: 00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00\n\n");
	const struct p2p_function *function = capture_function(snapshot, "3b:00.0");

	assert_bits(snapshot, "3b:00.0", REG_COMMAND, 2, 0xffff, 7);
	assert_bits(snapshot, "3b:00.0", 0x42, 2, 0xf0, 0x40);
	assert_int_equal(function->vendor, P2P_NOT_TOLD);
	assert_int_equal(function->numa, 1);
	p2p_snapshot_free(snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_becomes_the_header),
		cmocka_unit_test(what_the_system_told_is_kept),
		cmocka_unit_test(pci_express_registers_are_where_they_would_be),
		cmocka_unit_test(
			acs_is_found_by_walking_and_only_its_printed_bits_are_known),
		cmocka_unit_test(a_list_ends_only_where_all_of_it_was_printed),
		cmocka_unit_test(an_empty_line_inside_a_listing_does_not_end_it),
		cmocka_unit_test(plain_v_names_acs_without_its_state),
		cmocka_unit_test(access_denied_leaves_everything_unknown),
		cmocka_unit_test(capabilities_without_a_name_are_known_by_number),
		cmocka_unit_test(wrapped_lines_and_lost_indents_are_read),
		cmocka_unit_test(a_function_that_does_not_answer_reads_all_ones),
		cmocka_unit_test(in_a_mixed_dump_bytes_win_over_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
