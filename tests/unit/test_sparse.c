/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sparse read over config space that stands in memory: what is read, how often, and
 * that nothing hostile keeps it walking. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "io/sparse.h"

struct device {
	uint8_t bytes[P2P_CFG_SIZE];
	unsigned reads[P2P_CFG_SIZE / 4]; /* of each dword */
	unsigned visible;                 /* what an unprivileged reader gets */
	struct p2p_sparse sparse;
	struct p2p_sparse_result result;
	struct p2p_snapshot *snapshot;
};

static int read_device(void *context, unsigned offset, void *ret_bytes, unsigned length)
{
	struct device *device = context;

	assert_true(offset % 4 == 0 && length % 4 == 0 && length > 0);
	assert_true(offset + length <= device->sparse.size);
	if (offset + length > device->visible)
		return -EIO;
	for (unsigned at = offset; at < offset + length; at += 4)
		device->reads[at / 4]++;
	memcpy(ret_bytes, device->bytes + offset, length);
	return 0;
}

static void put(struct device *device, unsigned offset, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		device->bytes[offset + i] = (uint8_t)(value >> (8 * i));
}

static void put_cap(struct device *device, unsigned at, unsigned id, unsigned next)
{
	put(device, at, 1, id);
	put(device, at + 1, 1, next);
}

static void put_ext(struct device *device, unsigned at, unsigned id, unsigned next)
{
	put(device, at, 4, id | 1u << 16 | next << 20);
}

/* A PCIe function with its PCI Express capability at 0x40 and no extended one yet. */
static void setup_express(struct device *device, unsigned type)
{
	memset(device, 0, sizeof(*device));
	device->visible = P2P_CFG_SIZE;
	device->sparse = (struct p2p_sparse){ .read = read_device,
					      .context = device,
					      .size = P2P_CFG_SIZE,
					      .bars = 0x3f,
					      .power_told = true };
	put(device, REG_VENDOR_ID, 4, 0x12341b36);
	put(device, REG_STATUS, 2, STATUS_CAP_LIST);
	put(device, REG_CAP_LIST, 1, 0x40);
	put_cap(device, 0x40, CAP_EXPRESS, 0);
	put(device, 0x40 + REG_EXP_FLAGS, 2, type << 4 | 2);
}

static void read_all(struct device *device)
{
	device->snapshot = p2p_snapshot_new();
	assert_non_null(device->snapshot);
	assert_non_null(p2p_snapshot_begin(device->snapshot, (struct p2p_bdf){ 0 }));
	assert_int_equal(
		p2p_sparse_read(&device->sparse, device->snapshot, &device->result), 0);
	assert_int_equal(p2p_snapshot_seal(device->snapshot, NULL), 0);
	for (unsigned i = 0; i < P2P_CFG_SIZE / 4; i++)
		assert_in_range(device->reads[i], 0, 1);
}

static bool knows(const struct device *device, unsigned offset, unsigned width)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(device->snapshot, 0);
	struct p2p_reg reg = p2p_cfg_read(&cfg, offset, width);
	uint32_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)device->bytes[offset + i] << (8 * i);
	assert_int_equal(reg.value, value & reg.known);
	return reg.known == (width == 4 ? UINT32_MAX : (1u << 8 * width) - 1);
}

static unsigned count_dwords(const struct device *device)
{
	unsigned count = 0;

	for (unsigned i = 0; i < P2P_CFG_SIZE / 4; i++)
		count += device->reads[i];
	return count;
}

static void every_register_in_use_is_read_and_few_others(void **state)
{
	struct device device;

	setup_express(&device, 0x4);
	put(&device, REG_HEADER_TYPE, 1, 1);
	put(&device, 0x40 + REG_EXP_FLAGS, 2, 0x42 | EXP_FLAGS_SLOT);
	put_ext(&device, 0x100, EXT_CAP_AER, 0x150);
	put_ext(&device, 0x150, EXT_CAP_ACS, 0x160);
	put_ext(&device, 0x160, EXT_CAP_DPC, 0);
	read_all(&device);
	assert_true(knows(&device, REG_PRIMARY, 4) && knows(&device, REG_MEM_BASE, 4) &&
		    knows(&device, REG_PREF_LIMIT_UP, 4));
	assert_true(knows(&device, 0x40 + REG_EXP_LNKCAP, 4) &&
		    knows(&device, 0x40 + REG_EXP_SLTSTA, 2) &&
		    knows(&device, 0x40 + REG_EXP_DEVCTL2, 2));
	assert_true(knows(&device, 0x150 + REG_ACS_CTL, 2) &&
		    knows(&device, 0x160 + REG_DPC_STA, 2));
	assert_true(knows(&device, 0x100 + REG_AER_MASK, 4) &&
		    knows(&device, 0x100 + REG_AER_SEVERITY, 4));
	assert_false(knows(&device, 0x104, 4));
	assert_false(knows(&device, 0x150 + REG_ACS_EGRESS, 4));
	assert_in_range(count_dwords(&device), 22, 30);
	assert_true(device.result.has_ids);
	assert_false(device.result.is_cut);
	p2p_snapshot_free(device.snapshot);
}

static void of_integrated_endpoints_no_link_is_read(void **state)
{
	struct device device;

	setup_express(&device, 0x9);
	read_all(&device);
	assert_true(knows(&device, 0x40 + REG_EXP_DEVCTL, 2));
	assert_false(knows(&device, 0x40 + REG_EXP_LNKCAP, 4));
	p2p_snapshot_free(device.snapshot);
}

static void of_intels_ports_the_wide_control_register_is_read(void **state)
{
	struct device device;

	(void)state;
	setup_express(&device, 0x4);
	put(&device, REG_HEADER_TYPE, 1, 1);
	put(&device, REG_VENDOR_ID, 2, VENDOR_INTEL);
	put_ext(&device, 0x100, EXT_CAP_ACS, 0);
	put(&device, 0x100 + REG_ACS_CAP, 4, 0x0000000f);
	read_all(&device);
	assert_true(knows(&device, 0x100 + REG_ACS_WIDE_CTL, 4));
	p2p_snapshot_free(device.snapshot);
}

static void of_intels_isa_bridge_its_chipsets_address_is_read(void **state)
{
	static const struct {
		uint16_t vendor, class;
		bool read;
	} rows[] = {
		{ VENDOR_INTEL, CLASS_ISA, true },
		{ 0x1022, CLASS_ISA, false },
		{ VENDOR_INTEL, 0x0600, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct device device;

		setup_express(&device, 0x0);
		put(&device, REG_STATUS, 2, 0);
		put(&device, REG_VENDOR_ID, 2, rows[i].vendor);
		put(&device, REG_CLASS_REV + 2, 2, rows[i].class);
		put(&device, REG_RCBA, 4, 0xfed1c001);
		read_all(&device);
		assert_int_equal(knows(&device, REG_RCBA, 4), rows[i].read);
		p2p_snapshot_free(device.snapshot);
	}
}

static void the_egress_vector_is_read_as_long_as_its_size_says(void **state)
{
	static const struct {
		unsigned size, dwords;
	} rows[] = { { 1, 1 }, { 32, 1 }, { 33, 2 }, { 255, 8 }, { 0, 8 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct device device;
		unsigned end = 0x100 + REG_ACS_EGRESS + rows[i].dwords * 4;

		setup_express(&device, 0x6);
		put_ext(&device, 0x100, EXT_CAP_ACS, 0);
		put(&device, 0x100 + REG_ACS_CAP, 2, ACS_EC | rows[i].size << 8);
		read_all(&device);
		assert_true(knows(&device, end - 4, 4));
		assert_false(knows(&device, end, 1));
		p2p_snapshot_free(device.snapshot);
	}
}

static void resizable_bars_and_cxl_are_read_as_far_as_they_go(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	put_ext(&device, 0x100, EXT_CAP_REBAR, 0x200);
	put(&device, 0x100 + REG_REBAR_CTL, 4, 3u << 5);
	put_ext(&device, 0x200, EXT_CAP_DVSEC, 0x300);
	put(&device, 0x200 + REG_DVSEC_VENDOR, 2, DVSEC_VENDOR_CXL);
	put_ext(&device, 0x300, EXT_CAP_DVSEC, 0x400);
	put_ext(&device, 0x400, EXT_CAP_VENDOR, 0);
	put(&device, 0x300 + REG_DVSEC_VENDOR, 2, 0x8086);
	read_all(&device);
	assert_true(knows(&device, 0x100 + REG_REBAR_CTL + 16, 4));
	assert_false(knows(&device, 0x100 + REG_REBAR_CAP + 24, 4));
	assert_true(knows(&device, 0x200 + REG_DVSEC_ID, 2));
	assert_true(knows(&device, 0x300 + REG_DVSEC_VENDOR, 4));
	assert_false(knows(&device, 0x300 + REG_DVSEC_ID, 2));
	assert_true(knows(&device, 0x400 + REG_VENDOR_HEADER, 4));
	assert_false(knows(&device, 0x400 + REG_VENDOR_HEADER + 4, 4));
	p2p_snapshot_free(device.snapshot);
}

static void of_a_virtual_function_little_more_than_acs_is_read(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	device.sparse.is_vf = true;
	device.sparse.bars = 0;
	put(&device, REG_VENDOR_ID, 4, 0xffffffff);
	put_ext(&device, 0x100, EXT_CAP_ARI, 0x150);
	put_ext(&device, 0x150, EXT_CAP_ACS, 0x160);
	put_ext(&device, 0x160, EXT_CAP_ATS, 0);
	read_all(&device);
	assert_true(knows(&device, 0x150 + REG_ACS_CTL, 2) &&
		    knows(&device, 0x160 + REG_ATS_CTL, 2) &&
		    knows(&device, 0x40 + REG_EXP_DEVCTL, 2));
	assert_false(knows(&device, 0x40 + REG_EXP_LNKCAP, 4));
	assert_in_range(count_dwords(&device), 8, 13);
	assert_false(device.result.has_ids);
	p2p_snapshot_free(device.snapshot);
}

static void without_privilege_the_header_remains(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	device.visible = 64;
	read_all(&device);
	assert_true(knows(&device, REG_VENDOR_ID, 4) && knows(&device, REG_CAP_LIST, 1));
	assert_false(knows(&device, 0x40, 1));
	assert_true(device.result.is_cut);
	p2p_snapshot_free(device.snapshot);
}

static void without_privilege_a_cardbus_bridge_gives_twice_as_much(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	device.visible = 128;
	device.sparse.size = 256;
	put(&device, REG_HEADER_TYPE, 1, 2);
	put(&device, 0x14, 1, 0x50);
	put(&device, REG_CAP_LIST, 1, 0);
	put_cap(&device, 0x50, CAP_PM, 0xa0);
	read_all(&device);
	assert_true(knows(&device, REG_SECONDARY, 1) && knows(&device, 0x50, 2));
	assert_true(device.result.is_cut);
	p2p_snapshot_free(device.snapshot);
}

static void a_size_of_256_ends_the_walk_there(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	device.sparse.size = 256;
	put(&device, REG_CAP_LIST, 1, 0xf8);
	put_cap(&device, 0xf8, CAP_EXPRESS, 0);
	read_all(&device);
	assert_true(knows(&device, 0xfc, 4));
	assert_false(knows(&device, 0x100, 1));
	p2p_snapshot_free(device.snapshot);
}

static void only_pcie_and_pcix_functions_are_asked_beyond_256_bytes(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	put_cap(&device, 0x40, 0x05, 0);
	read_all(&device);
	assert_false(knows(&device, 0x100, 1));
	p2p_snapshot_free(device.snapshot);
	setup_express(&device, 0x0);
	put_cap(&device, 0x40, CAP_PCIX, 0);
	read_all(&device);
	assert_true(knows(&device, 0x100, 4));
	p2p_snapshot_free(device.snapshot);
}

static void the_power_register_is_read_when_nobody_else_told_the_state(void **state)
{
	for (unsigned told = 0; told < 2; told++) {
		struct device device;

		setup_express(&device, 0x0);
		device.sparse.power_told = told;
		put_cap(&device, 0x40, CAP_EXPRESS, 0x80);
		put_cap(&device, 0x80, CAP_PM, 0);
		read_all(&device);
		assert_int_equal(knows(&device, 0x80 + REG_PM_CTL, 2), !told);
		p2p_snapshot_free(device.snapshot);
	}
}

static void bars_that_are_not_in_use_are_left_alone(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	device.sparse.bars = 0x6;
	read_all(&device);
	assert_false(knows(&device, REG_BAR_0, 1));
	assert_true(knows(&device, REG_BAR_0 + 4, 4) && knows(&device, REG_BAR_0 + 8, 4));
	assert_false(knows(&device, REG_BAR_0 + 12, 1));
	p2p_snapshot_free(device.snapshot);
}

static void a_dead_function_is_asked_no_further(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	memset(device.bytes, 0xff, sizeof(device.bytes));
	read_all(&device);
	assert_in_range(count_dwords(&device), 1, 16);
	assert_false(knows(&device, REG_CAP_LIST, 1));
	assert_false(device.result.has_ids);
	p2p_snapshot_free(device.snapshot);
}

static void lists_that_bite_their_tails_end(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	put_cap(&device, 0x40, 0x09, 0x48);
	put_cap(&device, 0x48, CAP_PCIX, 0x40);
	device.sparse.power_told = false;
	put_ext(&device, 0x100, EXT_CAP_AER, 0x200);
	put_ext(&device, 0x200, EXT_CAP_ACS, 0x100);
	read_all(&device);
	assert_true(knows(&device, 0x200 + REG_ACS_CTL, 2));
	p2p_snapshot_free(device.snapshot);
}

static void
a_list_that_is_everywhere_is_walked_no_longer_than_the_kernel_does(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	for (unsigned at = 0x100; at < P2P_CFG_SIZE; at += 4)
		put_ext(&device, at, EXT_CAP_ACS, at + 4 < P2P_CFG_SIZE ? at + 4 : 0x100);
	read_all(&device);
	assert_in_range(count_dwords(&device), 480, 520);
	p2p_snapshot_free(device.snapshot);
}

static void a_capability_past_the_end_is_read_up_to_it(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	put_ext(&device, 0x100, EXT_CAP_SRIOV, 0xffc);
	put_ext(&device, 0xffc, EXT_CAP_SRIOV, 0xffc);
	read_all(&device);
	assert_true(knows(&device, 0xffc, 4));
	p2p_snapshot_free(device.snapshot);
}

static void all_is_read_when_all_is_asked_for(void **state)
{
	struct device device;

	setup_express(&device, 0x0);
	device.sparse.full = true;
	read_all(&device);
	assert_int_equal(count_dwords(&device), P2P_CFG_SIZE / 4);
	p2p_snapshot_free(device.snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_read_when_all_is_asked_for),
		cmocka_unit_test(every_register_in_use_is_read_and_few_others),
		cmocka_unit_test(of_integrated_endpoints_no_link_is_read),
		cmocka_unit_test(of_intels_ports_the_wide_control_register_is_read),
		cmocka_unit_test(of_intels_isa_bridge_its_chipsets_address_is_read),
		cmocka_unit_test(the_egress_vector_is_read_as_long_as_its_size_says),
		cmocka_unit_test(resizable_bars_and_cxl_are_read_as_far_as_they_go),
		cmocka_unit_test(of_a_virtual_function_little_more_than_acs_is_read),
		cmocka_unit_test(without_privilege_the_header_remains),
		cmocka_unit_test(without_privilege_a_cardbus_bridge_gives_twice_as_much),
		cmocka_unit_test(a_size_of_256_ends_the_walk_there),
		cmocka_unit_test(only_pcie_and_pcix_functions_are_asked_beyond_256_bytes),
		cmocka_unit_test(
			the_power_register_is_read_when_nobody_else_told_the_state),
		cmocka_unit_test(bars_that_are_not_in_use_are_left_alone),
		cmocka_unit_test(a_dead_function_is_asked_no_further),
		cmocka_unit_test(lists_that_bite_their_tails_end),
		cmocka_unit_test(
			a_list_that_is_everywhere_is_walked_no_longer_than_the_kernel_does),
		cmocka_unit_test(a_capability_past_the_end_is_read_up_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
