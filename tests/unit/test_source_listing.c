/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listings once more: device lines with names, numbers or both, BARs, and capabilities
 * of endpoints. */
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "core/regs.h"

#define GPU    "0000:19:00.0"
#define ARI    0x140
#define SRIOV  0x150
#define ATS    0x1a0
#define PASID  0x1b0
#define PRI    0x1c0
#define DPC    0x1d0
#define REBAR  0x200
#define DVSEC  0x240
#define AER    0x280
#define VENDOR 0x2c0
#define SERIAL 0x100

static const char endpoint[] =
	"19:00.0 3D controller: X\n"
	"\tControl: I/O- Mem+ BusMaster+\n\tStatus: Cap+\n"
	"\tRegion 0: Memory at 20042000000 (64-bit, prefetchable) [size=16M]\n"
	"\tRegion 2: Memory at 9f000000 (32-bit, non-prefetchable) [disabled] [size=512K]\n"
	"\tRegion 3: Memory at 9e000000 (32-bit, non-prefetchable) [virtual] [size=4K]\n"
	"\tRegion 5: I/O ports at 5000 [size=128]\n"
	"\tCapabilities: [60] Express (v2) Endpoint, IntMsgNum 0\n"
	"\tCapabilities: [100 v1] Device Serial Number 48-b0-2d-05-00-4b-ac-7e\n"
	"\tCapabilities: [140 v1] Alternative Routing-ID Interpretation (ARI)\n"
	"\t\tARICap:\tMFVC- ACS+, Next Function: 1\n"
	"\t\tARICtl:\tMFVC- ACS-, Function Group: 2\n"
	"\tCapabilities: [150 v1] Single Root I/O Virtualization (SR-IOV)\n"
	"\t\tIOVCap:\tMigration-, Interrupt Message Number: 000\n"
	"\t\tIOVCtl:\tEnable+ Migration- Interrupt- MSE+ ARIHierarchy- "
	"10BitTagReq+\n"
	"\t\tInitial VFs: 32, Total VFs: 32, Number of VFs: 5, Function Dependency Link: 00\n"
	"\t\tVF offset: 2, stride: 1, Device ID: 2330\n"
	"\t\tRegion 0: Memory at 0000011000000000 (64-bit, prefetchable)\n"
	"\tCapabilities: [1a0 v1] Address Translation Service (ATS)\n"
	"\t\tATSCap:\tInvalidate Queue Depth: 00\n"
	"\t\tATSCtl:\tEnable+, Smallest Translation Unit: 00\n"
	"\tCapabilities: [1b0 v1] Process Address Space ID (PASID)\n"
	"\t\tPASIDCap: Exec- Priv-, Max PASID Width: 14\n"
	"\t\tPASIDCtl: Enable- Exec- Priv-\n"
	"\tCapabilities: [1c0 v1] Page Request Interface (PRI)\n"
	"\t\tPRICtl: Enable+ Reset-\n\t\tPRISta: RF- UPRGI- Stopped+ PASID+\n"
	"\tCapabilities: [1d0 v1] Downstream Port Containment\n"
	"\t\tDpcCtl:\tTrigger:2 Cmpl- INT- ErrCor+\n"
	"\t\tDpcSta:\tTrigger+ Reason:00 INT- RPBusy- TriggerExt:00 RP PIO ErrPtr:00\n"
	"\tCapabilities: [200 v1] Physical Resizable BAR\n"
	"\t\tBAR 0: current size: 64GB, supported: 64MB 64GB\n"
	"\t\tBAR 2: current size: 1MB, supported: 1MB 128TB\n"
	"\tCapabilities: [240 v1] Designated Vendor-Specific: Vendor=1e98 ID=0008 Rev=0 "
	"Len=36: CXL\n"
	"\tCapabilities: [280 v2] Advanced Error Reporting\n"
	"\t\tUESta:\tDLP- ACSViol-\n\t\tUEMsk:\tDLP- UncorrIntErr+ ACSViol-\n"
	"\t\tUESvrt:\tDLP+ ACSViol+\n"
	"\tCapabilities: [2c0 v1] Vendor Specific Information: ID=1234 Rev=1 Len=100 <?>\n"
	"\tKernel driver in use: nvidia\n\n";

static void regions_become_bars_and_sizes(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(endpoint);
	const struct p2p_function *gpu = capture_function(snapshot, GPU);

	assert_bits(snapshot, GPU, REG_BAR_0, 4, UINT32_MAX, 0x4200000c);
	assert_bits(snapshot, GPU, REG_BAR_0 + 4, 4, UINT32_MAX, 0x200);
	assert_bits(snapshot, GPU, REG_BAR_0 + 8, 4, UINT32_MAX, 0x9f000000);
	assert_unseen(snapshot, GPU, REG_BAR_0 + 12, 4, UINT32_MAX);
	assert_unseen(snapshot, GPU, REG_BAR_0 + 20, 4, UINT32_MAX);
	assert_int_equal(gpu->bar_size[0], 16u << 20);
	assert_int_equal(gpu->bar_size[1], 0);
	assert_int_equal(gpu->bar_size[2], 512u << 10);
	assert_int_equal(gpu->bar_size[5], 128);
	p2p_snapshot_free(snapshot);
}

static void capabilities_of_endpoints_are_read(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(endpoint);

	assert_bits(snapshot, GPU, ARI + REG_ARI_CAP, 4, 0x0073ff03, 0x00200102);
	assert_bits(snapshot, GPU, SRIOV + REG_SRIOV_CTL, 2, 0x39, 0x29);
	assert_bits(snapshot, GPU, SRIOV + REG_SRIOV_TOTAL, 4, UINT32_MAX, 5 << 16 | 32);
	assert_bits(snapshot, GPU, SRIOV + REG_SRIOV_OFFSET, 4, UINT32_MAX, 1 << 16 | 2);
	assert_bits(snapshot, GPU, SRIOV + REG_SRIOV_DEVICE, 2, 0xffff, 0x2330);
	assert_bits(snapshot, GPU, ATS + REG_ATS_CTL, 2, ATS_CTL_ENABLE, ATS_CTL_ENABLE);
	assert_bits(snapshot, GPU, PASID + REG_PASID_CAP, 4, 0x00011f00, 0x1400);
	assert_bits(snapshot, GPU, PRI + REG_PRI_CTL, 4, 0x81000003, 0x81000001);
	assert_bits(snapshot, GPU, DPC + REG_DPC_CTL, 2, DPC_CTL_TRIGGER, 2);
	assert_bits(snapshot, GPU, DPC + REG_DPC_STA, 2, DPC_STA_TRIGGERED, 1);
	assert_bits(snapshot, GPU, DVSEC + REG_DVSEC_VENDOR, 2, 0xffff, DVSEC_VENDOR_CXL);
	assert_bits(snapshot, GPU, DVSEC + REG_DVSEC_ID, 2, 0xffff, 8);
	assert_bits(snapshot, GPU, AER + REG_AER_MASK, 4, 0x200010, 0);
	assert_bits(snapshot, GPU, AER + REG_AER_SEVERITY, 4, 0x200010, 0x200010);
	assert_bits(snapshot, GPU, VENDOR + REG_VENDOR_HEADER, 4, VENDOR_HEADER_ID,
		    VENDOR_ID_TBT);
	assert_bits(snapshot, GPU, SERIAL + 4, 4, UINT32_MAX, 0x004bac7e);
	assert_bits(snapshot, GPU, SERIAL + 8, 4, UINT32_MAX, 0x48b02d05);
	p2p_snapshot_free(snapshot);
}

static void resizable_bars_are_read_in_their_order(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(endpoint);

	assert_bits(snapshot, GPU, REBAR + REG_REBAR_CAP, 4, REBAR_CAP_SIZES,
		    1u << (6 + 4) | 1u << (16 + 4));
	assert_bits(snapshot, GPU, REBAR + REG_REBAR_CTL, 4,
		    REBAR_CTL_BAR | REBAR_CTL_SIZE, 16 << 8);
	assert_bits(snapshot, GPU, REBAR + 8 + REG_REBAR_CAP, 4, REBAR_CAP_SIZES,
		    1u << 4 | 1u << 31);
	assert_bits(snapshot, GPU, REBAR + 8 + REG_REBAR_CTL, 4,
		    REBAR_CTL_BAR | REBAR_CTL_SIZE, 2);
	p2p_snapshot_free(snapshot);
}

static void conventional_functions_have_no_extended_space(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"19:00.0 ISA bridge [0601]: X\n\tControl: Mem+\n\tStatus: Cap-\n\n"
		"19:01.0 USB controller [0c03]: X\n\tControl: Mem+\n\tStatus: Cap+\n"
		"\tCapabilities: [50] Power Management version 2\n\n"
		"19:02.0 PCI bridge [0604]: X\n\tControl: Mem+\n\tStatus: Cap+\n"
		"\tCapabilities: [50] PCI-X bridge device\n\n"
		"19:03.0 Host bridge [0600]: X\n\tControl: Mem+\n\tStatus: Cap-\n\n"
		"19:04.0 ISA bridge [0601]: X\n\tControl: Mem+\n\tStatus: Cap+\n\n");

	assert_int_equal(capture_function(snapshot, GPU)->config_size, 256);
	assert_int_equal(capture_function(snapshot, "19:01.0")->config_size, 256);
	assert_int_equal(capture_function(snapshot, "19:02.0")->config_size,
			 P2P_NOT_TOLD);
	assert_int_equal(capture_function(snapshot, "19:03.0")->config_size,
			 P2P_NOT_TOLD);
	assert_int_equal(capture_function(snapshot, "19:04.0")->config_size,
			 P2P_NOT_TOLD);
	assert_bits(snapshot, GPU, REG_HEADER_TYPE, 1, HEADER_LAYOUT, 0);
	assert_unseen(snapshot, "19:02.0", REG_HEADER_TYPE, 1, HEADER_LAYOUT);
	p2p_snapshot_free(snapshot);
}

static void a_cardbus_bridge_keeps_its_list_elsewhere(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"19:00.0 CardBus bridge [0607]: X\n\tControl: Mem+\n\tStatus: Cap+\n"
		"\tBus: primary=19, secondary=1a, subordinate=1d, sec-latency=176\n"
		"\tCapabilities: [a0] Power Management version 2\n\n");
	struct p2p_cfg cfg = capture_cfg(snapshot, GPU);
	unsigned at = 0;

	assert_bits(snapshot, GPU, REG_HEADER_TYPE, 1, HEADER_LAYOUT, 2);
	assert_bits(snapshot, GPU, 0x14, 1, 0xff, 0xa0);
	assert_int_equal(p2p_cfg_capability(&cfg, CAP_PM, &at), P2P_YES);
	p2p_snapshot_free(snapshot);
}

static void assert_ids(const char *header, int class_code, int vendor, int device)
{
	char text[512];
	struct p2p_snapshot *snapshot;
	const struct p2p_function *function;

	snprintf(text, sizeof(text), "19:00.0 %s\n\tFlags: fast devsel\n\n", header);
	snapshot = capture_text(text);
	function = capture_function(snapshot, GPU);
	if (function->class_code != class_code || function->vendor != vendor ||
	    function->device != device)
		fail_msg("%s: %06x %04x:%04x", header, function->class_code,
			 function->vendor, function->device);
	p2p_snapshot_free(snapshot);
}

static void numbers_of_a_device_line_are_taken(void **state)
{
	assert_ids("0302: 10de:2330 (rev a1)", 0x030200, 0x10de, 0x2330);
	assert_ids("Class 0604: 8086:1bbc", 0x060400, 0x8086, 0x1bbc);
	assert_ids("Class [0604]: X [8086:1bbc]", 0x060400, 0x8086, 0x1bbc);
	assert_ids(
		"Non-Volatile memory controller [0108]: Samsung [X] Device [144d:a808] "
		"(prog-if 02 [NVM Express])",
		0x010802, 0x144d, 0xa808);
	assert_ids("PCI bridge: Device 1bbc:0001 (rev 11)", 0x060400, 0x1bbc, 0x0001);
	assert_ids("Generic system peripheral [0807]: Intel Corporation Device 0b23",
		   0x080700, 0x8086, 0x0b23);
}

static void names_become_the_numbers_of_pci_ids(void **state)
{
	assert_ids("PCI bridge: NVIDIA Corporation Device fffe", 0x060400, 0x10de,
		   0xfffe);
	assert_ids("ISA bridge: Intel Corporation 82371SB PIIX3 ISA [Natoma/Triton II]",
		   0x060100, 0x8086, 0x7000);
	assert_ids("USB Controller: nVidia Corporation Device 0001", 0x0c0300, 0x10de, 1);
}

static void of_two_vendors_with_one_name_the_one_with_the_device_is_meant(void **state)
{
	assert_ids("Ethernet controller: Red Hat, Inc. Virtio network device", 0x020000,
		   0x1af4, 0x1000);
	assert_ids("PCI bridge: Red Hat, Inc. QEMU PCIe Root port", 0x060400, 0x1b36,
		   0x000c);
	assert_ids("PCI bridge: Red Hat, Inc. Device 4321", 0x060400, P2P_NOT_TOLD,
		   0x4321);
}

static void a_name_that_nobody_has_stays_without_a_number(void **state)
{
	assert_ids("PCI bridge: No Such Company Model 7", 0x060400, P2P_NOT_TOLD,
		   P2P_NOT_TOLD);
	assert_ids("No such class: Intel Corporation No such device", P2P_NOT_TOLD,
		   0x8086, P2P_NOT_TOLD);
}

static void a_zero_byte_does_not_end_a_name_that_goes_on(void **state)
{
	static const char head[] = "19:00.0 PCI bridge: Intel Corporation";
	char text[4096] = "";
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	memcpy(text, head, strlen(head));
	memcpy(text + sizeof(text) - 20, "\n\tFlags: bus master\n", 20);
	if (capture_read(text, sizeof(text), &snapshot, &err))
		fail_msg("refused: %s", err.text);
	assert_int_equal(capture_function(snapshot, GPU)->vendor, P2P_NOT_TOLD);
	p2p_snapshot_free(snapshot);
}

static void names_of_the_capture_stay_and_others_are_filled_in(void **state)
{
	struct p2p_snapshot *snapshot = capture_text(
		"19:00.0 3D controller [0302]: NVIDIA Corporation New Thing [10de:fffe]\n"
		"\tFlags: fast devsel\n\n"
		"19:01.0 0601: 8086:7000\n\tFlags: fast devsel\n\n");
	const struct p2p_function *named = capture_function(snapshot, GPU);
	const struct p2p_function *filled = capture_function(snapshot, "19:01.0");
	struct p2p_err err;

	assert_int_equal(filled->vendor_name, 0);
	assert_int_equal(p2p_source_names(snapshot, &err), 0);
	assert_string_equal(p2p_snapshot_string(snapshot, named->device_name),
			    "New Thing");
	assert_string_equal(p2p_snapshot_string(snapshot, filled->vendor_name),
			    "Intel Corporation");
	assert_non_null(
		strstr(p2p_snapshot_string(snapshot, filled->device_name), "PIIX3"));
	p2p_snapshot_free(snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_become_bars_and_sizes),
		cmocka_unit_test(capabilities_of_endpoints_are_read),
		cmocka_unit_test(resizable_bars_are_read_in_their_order),
		cmocka_unit_test(conventional_functions_have_no_extended_space),
		cmocka_unit_test(a_cardbus_bridge_keeps_its_list_elsewhere),
		cmocka_unit_test(numbers_of_a_device_line_are_taken),
		cmocka_unit_test(names_become_the_numbers_of_pci_ids),
		cmocka_unit_test(
			of_two_vendors_with_one_name_the_one_with_the_device_is_meant),
		cmocka_unit_test(a_name_that_nobody_has_stays_without_a_number),
		cmocka_unit_test(a_zero_byte_does_not_end_a_name_that_goes_on),
		cmocka_unit_test(names_of_the_capture_stay_and_others_are_filled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
