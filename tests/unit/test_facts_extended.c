/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What extended config space, BARs and bridge windows say, and how far it could be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/said.h"

#define AT 0x400 /* where the capability that a test speaks of stands */

static int say_endpoint(struct said *said)
{
	return build_endpoint(said->b, build_host(said->b, 0, 0), P2P_TYPE_RCIEP,
			      BUILD_CLASS_GPU);
}

static int say_port(struct said *said)
{
	return build_port(said->b, build_host(said->b, 0, 0), P2P_TYPE_ROOT_PORT);
}

/* At 1b.0. */
static int say_chipset_port(struct said *said)
{
	int host = build_host(said->b, 0, 0),
	    first = build_port(said->b, host, P2P_TYPE_ROOT_PORT);

	build_skip(said->b, host, 0x1b - 1 - (build_bdf(said->b, first).devfn >> 3));
	return build_port(said->b, host, P2P_TYPE_ROOT_PORT);
}

static const struct p2p_acs *acs_of(struct said *said, int function)
{
	return &said_facts(said, function)->acs;
}

static void acs_has_its_capability_and_its_control(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	assert_int_equal(acs_of(said, port)->regs.present, P2P_NO);
	assert_int_equal(p2p_facts_acs(said_facts(said, port), ACS_RR), P2P_NO);
	build_acs(said->b, port, 0x1f5f, 0x001d);
	assert_int_equal(acs_of(said, port)->regs.present, P2P_YES);
	assert_int_equal(acs_of(said, port)->regs.offset, BUILD_ACS);
	assert_int_equal(acs_of(said, port)->regs.cap.value, 0x1f5f);
	assert_int_equal(acs_of(said, port)->regs.ctrl.value, 0x001d);
	assert_int_equal(p2p_facts_acs(said_facts(said, port), ACS_RR | ACS_DT), P2P_YES);
	assert_int_equal(p2p_facts_acs(said_facts(said, port), ACS_EC | ACS_DT), P2P_NO);
}

static void enhanced_controls_are_in_the_same_registers(void **state)
{
	struct said *said = *state;
	int port = say_port(said);
	struct p2p_reg ctrl;

	build_acs(said->b, port, ACS_ENHANCED | 0x1f, ACS_IB | 0x0200 | 0x0400 | ACS_UR);
	assert_int_equal(p2p_reg_any(acs_of(said, port)->regs.cap, ACS_ENHANCED),
			 P2P_YES);
	ctrl = acs_of(said, port)->regs.ctrl;
	assert_int_equal(ctrl.value & ACS_IB, ACS_IB);
	assert_int_equal(ctrl.value & ACS_DM, 0x0200);
	assert_int_equal(ctrl.value & ACS_UM, 0x0400);
	assert_int_equal(ctrl.value & ACS_UR, ACS_UR);
}

static void the_wide_registers_of_intels_root_ports_are_read_where_they_are(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_acs(said->b, port, 0x000f, 0);
	build_write(said->b, port, BUILD_ACS + REG_ACS_WIDE_CTL, 4, 0x0d);
	build_ids(said->b, port, VENDOR_INTEL, 0xa294);
	assert_int_equal(acs_of(said, port)->regs.ctrl.value, 0x000d);
	assert_int_equal(acs_of(said, port)->generic_ctrl.value, 0);
	build_ids(said->b, port, VENDOR_INTEL, 0xa2ef);
	assert_int_equal(acs_of(said, port)->regs.ctrl.value, 0);
}

static void without_ids_a_port_of_the_chipset_may_have_wide_registers(void **state)
{
	struct said *said = *state;
	int port = say_chipset_port(said);

	assert_int_equal(build_bdf(said->b, port).devfn, DEVFN_CHIPSET_PORTS);
	build_acs(said->b, port, 0x000f, 0);
	build_ids(said->b, port, VENDOR_INTEL, 0xffff);
	assert_int_equal(acs_of(said, port)->regs.ctrl.known, 0);
	build_ids(said->b, port, 0xffff, 0xffff);
	assert_int_equal(acs_of(said, port)->regs.ctrl.known, 0);
	build_acs(said->b, port, 0x000f, ACS_SV);
	assert_int_equal(acs_of(said, port)->regs.ctrl.value, ACS_SV);
	build_acs(said->b, port, 0x000f, 0);
	build_ids(said->b, port, 0x1022, 0xffff);
	assert_int_equal(acs_of(said, port)->regs.ctrl.known, 0xffff);
}

static void without_ids_a_port_of_the_processor_has_none(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_acs(said->b, port, 0x000f, 0);
	build_ids(said->b, port, VENDOR_INTEL, 0xffff);
	assert_int_equal(acs_of(said, port)->regs.ctrl.known, 0xffff);
}

static void the_egress_vector_has_the_size_of_its_capability(void **state)
{
	static const struct {
		uint16_t cap, size;
		unsigned words;
	} cases[] = {
		{ 0x015f, 0, 0 },  { 0x017f, 1, 1 },   { 0x207f, 32, 1 },
		{ 0x217f, 33, 2 }, { 0xff7f, 255, 8 }, { 0x007f, 256, 8 },
	};
	struct said *said = *state;
	int port = say_port(said);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		build_acs(said->b, port, cases[i].cap, 0);
		assert_int_equal(acs_of(said, port)->egress_size, cases[i].size);
		for (unsigned word = 0; word < P2P_EGRESS_WORDS; word++)
			assert_int_equal(acs_of(said, port)->egress[word].known,
					 word < cases[i].words ? UINT32_MAX : 0);
	}
}

static void bits_of_the_egress_vector_are_where_their_index_says(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_acs(said->b, port, 0x007f, 0);
	build_egress_bit(said->b, port, 0);
	build_egress_bit(said->b, port, 33);
	build_egress_bit(said->b, port, 255);
	assert_int_equal(acs_of(said, port)->egress[0].value, 1);
	assert_int_equal(acs_of(said, port)->egress[1].value, 2);
	assert_int_equal(acs_of(said, port)->egress[7].value, 0x80000000);
}

static void acs_that_was_seen_in_part_is_unknown_in_part(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_acs(said->b, port, 0x5f, 0xffff);
	build_readable(said->b, port, BUILD_ACS + REG_ACS_CTL);
	assert_int_equal(acs_of(said, port)->regs.present, P2P_YES);
	assert_int_equal(p2p_facts_acs(said_facts(said, port), ACS_RR), P2P_UNKNOWN);
	build_readable(said->b, port, 256);
	assert_int_equal(acs_of(said, port)->regs.present, P2P_UNKNOWN);
	assert_int_equal(p2p_facts_acs(said_facts(said, port), ACS_RR), P2P_UNKNOWN);
}

static void each_ability_has_its_registers(void **state)
{
	static const struct {
		unsigned id, cap, ctrl;
		size_t where;
	} cases[] = {
		{ EXT_CAP_ATS, 4, 6, offsetof(struct p2p_facts, ats) },
		{ EXT_CAP_PASID, 4, 6, offsetof(struct p2p_facts, pasid) },
		{ EXT_CAP_PRI, 6, 4, offsetof(struct p2p_facts, pri) },
		{ EXT_CAP_ARI, 4, 6, offsetof(struct p2p_facts, ari) },
		{ EXT_CAP_DPC, 8, 6, offsetof(struct p2p_facts, dpc) },
	};
	struct said *said = *state;
	int gpu = say_endpoint(said);

	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct p2p_facts *facts = said_facts(said, gpu);
		unsigned at = AT + 0x20 * i;
		struct p2p_ability ability;

		memcpy(&ability, (const char *)facts + cases[i].where, sizeof(ability));
		assert_int_equal(ability.present, P2P_NO);
		assert_int_equal(ability.offset, 0);
		build_extended(said->b, gpu, cases[i].id, at);
		build_write(said->b, gpu, at + cases[i].cap, 2, 0xca00 + i);
		build_write(said->b, gpu, at + cases[i].ctrl, 2, 0xc700 + i);
		facts = said_facts(said, gpu);
		memcpy(&ability, (const char *)facts + cases[i].where, sizeof(ability));
		assert_int_equal(ability.present, P2P_YES);
		assert_int_equal(ability.offset, at);
		assert_int_equal(ability.cap.value, 0xca00 + i);
		assert_int_equal(ability.ctrl.value, 0xc700 + i);
	}
}

static void errors_have_a_mask_and_a_severity(void **state)
{
	struct said *said = *state;
	int port = say_port(said);
	const struct p2p_aer *aer = &said_facts(said, port)->aer;

	assert_int_equal(aer->present, P2P_NO);
	build_extended(said->b, port, EXT_CAP_AER, AT);
	build_write(said->b, port, AT + REG_AER_MASK, 4, AER_ACS_VIOLATION);
	build_write(said->b, port, AT + REG_AER_SEVERITY, 4, 0x00462030);
	aer = &said_facts(said, port)->aer;
	assert_int_equal(aer->present, P2P_YES);
	assert_int_equal(p2p_reg_any(aer->mask, AER_ACS_VIOLATION), P2P_YES);
	assert_int_equal(p2p_reg_any(aer->severity, AER_ACS_VIOLATION), P2P_NO);
	build_hole(said->b, port, AT + REG_AER_MASK, 4);
	aer = &said_facts(said, port)->aer;
	assert_int_equal(p2p_reg_any(aer->mask, AER_ACS_VIOLATION), P2P_UNKNOWN);
	build_readable(said->b, port, 256);
	assert_int_equal(said_facts(said, port)->aer.present, P2P_UNKNOWN);
}

static void thunderbolt_is_one_of_intels_own_capabilities(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_ids(said->b, port, VENDOR_INTEL, 0x15d3);
	assert_int_equal(said_facts(said, port)->thunderbolt, P2P_NO);
	build_extended(said->b, port, EXT_CAP_VENDOR, AT);
	build_write(said->b, port, AT + REG_VENDOR_HEADER, 4, 0x01010003);
	assert_int_equal(said_facts(said, port)->thunderbolt, P2P_NO);
	build_extended(said->b, port, EXT_CAP_VENDOR, AT + 0x40);
	build_write(said->b, port, AT + 0x40 + REG_VENDOR_HEADER, 4, 0x0d810000 | 0x1234);
	assert_int_equal(said_facts(said, port)->thunderbolt, P2P_YES);
	build_hole(said->b, port, AT + 0x40 + REG_VENDOR_HEADER, 4);
	assert_int_equal(said_facts(said, port)->thunderbolt, P2P_UNKNOWN);
	build_ids(said->b, port, 0x10b5, 0x8747);
	assert_int_equal(said_facts(said, port)->thunderbolt, P2P_NO);
	build_ids(said->b, port, 0xffff, 0xffff);
	assert_int_equal(said_facts(said, port)->thunderbolt, P2P_UNKNOWN);
}

static void sriov_tells_where_its_vfs_are(void **state)
{
	struct said *said = *state;
	int pf = say_endpoint(said);
	const struct p2p_sriov *sriov;

	assert_int_equal(said_facts(said, pf)->sriov.present, P2P_NO);
	build_vfs(said->b, pf, 3, 0x100, 2);
	build_write(said->b, pf, BUILD_SRIOV + REG_SRIOV_DEVICE, 2, 0x101e);
	sriov = &said_facts(said, pf)->sriov;
	assert_int_equal(sriov->present, P2P_YES);
	assert_int_equal(sriov->offset, BUILD_SRIOV);
	assert_int_equal(p2p_reg_any(sriov->ctrl, SRIOV_CTL_ENABLE), P2P_YES);
	assert_int_equal(p2p_reg_any(sriov->ctrl, SRIOV_CTL_MEMORY), P2P_YES);
	assert_int_equal(sriov->total.value, 3);
	assert_int_equal(sriov->num.value, 3);
	assert_int_equal(sriov->first.value, 0x100);
	assert_int_equal(sriov->stride.value, 2);
	assert_int_equal(sriov->vf_device.value, 0x101e);
}

static void a_function_of_the_cxl_consortium_is_one_with_its_dvsec(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	build_extended(said->b, gpu, EXT_CAP_DVSEC, AT);
	build_write(said->b, gpu, AT + REG_DVSEC_VENDOR, 2, 0x8086);
	assert_int_equal(said_facts(said, gpu)->cxl, P2P_NO);
	build_extended(said->b, gpu, EXT_CAP_DVSEC, AT + 0x40);
	build_write(said->b, gpu, AT + 0x40 + REG_DVSEC_VENDOR, 2, DVSEC_VENDOR_CXL);
	assert_int_equal(said_facts(said, gpu)->cxl, P2P_YES);
	build_readable(said->b, gpu, 256);
	assert_int_equal(said_facts(said, gpu)->cxl, P2P_UNKNOWN);
}

static void a_resizable_bar_is_what_it_is_and_could_be(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	build_extended(said->b, gpu, EXT_CAP_REBAR, AT);
	build_write(said->b, gpu, AT + REG_REBAR_CAP, 4,
		    1u << 4 | 1u << 12); /* 1M, 256M */
	build_write(said->b, gpu, AT + REG_REBAR_CTL, 4, 2u << 5 | 8u << 8 | 0);
	build_write(said->b, gpu, AT + REG_REBAR_CAP + 8, 4, 0x000ffff0); /* to 32G */
	build_write(said->b, gpu, AT + REG_REBAR_CTL + 8, 4, 8u << 8 | 2);
	assert_int_equal(said_facts(said, gpu)->rebar.present, P2P_YES);
	assert_true(said_facts(said, gpu)->rebar.largest == 32ull << 30);
	assert_true(said_facts(said, gpu)->rebar.size == 256ull << 20);
	build_write(said->b, gpu, AT + REG_REBAR_CTL + 8, 4, 1u << 16 | 15u << 8 | 2);
	assert_true(said_facts(said, gpu)->rebar.largest == 1ull << 48);
	assert_true(said_facts(said, gpu)->rebar.size == 32ull << 30);
}

static void a_serial_number_is_64_bits(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	assert_int_equal(said_facts(said, gpu)->has_serial, P2P_NO);
	build_extended(said->b, gpu, EXT_CAP_SERIAL, AT);
	build_write(said->b, gpu, AT + 4, 4, 0x01234567);
	build_write(said->b, gpu, AT + 8, 4, 0x89abcdef);
	assert_int_equal(said_facts(said, gpu)->has_serial, P2P_YES);
	assert_true(said_facts(said, gpu)->serial == 0x89abcdef01234567ull);
	build_readable(said->b, gpu, AT + 8);
	assert_int_equal(said_facts(said, gpu)->has_serial, P2P_UNKNOWN);
}

static void bars_have_a_kind_and_a_base(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);
	const struct p2p_bar *bars;

	build_write(said->b, gpu, REG_BAR_0, 4, 0xfe000000);
	build_write(said->b, gpu, REG_BAR_0 + 4, 4, 0x0000000c);
	build_write(said->b, gpu, REG_BAR_0 + 8, 4, 0x000000e0);
	build_write(said->b, gpu, REG_BAR_0 + 12, 4, 0x0000e001);
	build_write(said->b, gpu, REG_BAR_0 + 20, 4, 0xfd000004); /* no upper half left */
	build_write(said->b, gpu, REG_BAR_0 + 24, 4, 0x00000001);
	bars = said_facts(said, gpu)->bars;
	assert_int_equal(bars[0].kind, P2P_BAR_MEMORY);
	assert_true(bars[0].base == 0xfe000000);
	assert_int_equal(bars[1].kind, P2P_BAR_PREFETCH);
	assert_true(bars[1].base == 0xe000000000ull);
	assert_int_equal(bars[2].kind, P2P_BAR_NONE);
	assert_int_equal(bars[3].kind, P2P_BAR_IO);
	assert_true(bars[3].base == 0xe000);
	assert_int_equal(bars[4].kind, P2P_BAR_NONE);
	assert_true(bars[5].base == 0xfd000000);
}

static void a_bridge_has_two_bars(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_write(said->b, port, REG_BAR_0, 4, 0x00000004);
	build_write(said->b, port, REG_BAR_0 + 4, 4, 0x00000001);
	assert_true(said_facts(said, port)->bars[0].base == 1ull << 32);
	assert_int_equal(said_facts(said, port)->bars[2].kind, P2P_BAR_NONE);
}

static void windows_reach_from_base_to_limit(void **state)
{
	struct said *said = *state;
	int port = say_port(said);
	const struct p2p_facts *facts;

	build_write(said->b, port, REG_MEM_BASE, 4, 0xfe10fe00);
	build_write(said->b, port, REG_PREF_BASE, 4, 0x00010001);
	build_write(said->b, port, REG_PREF_BASE_UP, 4, 0xe0);
	build_write(said->b, port, REG_PREF_LIMIT_UP, 4, 0xe7);
	facts = said_facts(said, port);
	assert_int_equal(facts->memory.known, P2P_YES);
	assert_true(facts->memory.base == 0xfe000000 &&
		    facts->memory.limit == 0xfe1fffff);
	assert_true(facts->prefetch.base == 0xe000000000ull);
	assert_true(facts->prefetch.limit == 0xe7000fffffull);
}

static void a_window_of_32_bits_has_no_upper_half(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_write(said->b, port, REG_PREF_BASE, 4, 0xd000c000);
	build_write(said->b, port, REG_PREF_BASE_UP, 4, 0xe0);
	assert_true(said_facts(said, port)->prefetch.base == 0xc0000000);
	assert_true(said_facts(said, port)->prefetch.limit == 0xd00fffff);
}

static void a_closed_window_has_its_base_above_its_limit(void **state)
{
	struct said *said = *state;
	int port = say_port(said);
	const struct p2p_window *window;

	build_write(said->b, port, REG_MEM_BASE, 4, 0x0000fff0);
	window = &said_facts(said, port)->memory;
	assert_true(window->known == P2P_YES && window->base > window->limit);
}

static void a_window_whose_upper_half_was_not_seen_is_unknown(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_write(said->b, port, REG_PREF_BASE, 4, 0x00010001);
	build_readable(said->b, port, REG_PREF_LIMIT_UP);
	assert_int_equal(said_facts(said, port)->prefetch.known, P2P_UNKNOWN);
	assert_int_equal(said_facts(said, port)->memory.known, P2P_YES);
	build_readable(said->b, port, REG_MEM_LIMIT);
	assert_int_equal(said_facts(said, port)->memory.known, P2P_UNKNOWN);
}

static void how_far_it_could_be_read_is_64_256_or_4096(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	assert_int_equal(said_facts(said, gpu)->readable, 4096);
	assert_int_equal(said_facts(said, gpu)->extended, P2P_YES);
	build_readable(said->b, gpu, 256);
	assert_int_equal(said_facts(said, gpu)->readable, 256);
	assert_int_equal(said_facts(said, gpu)->extended, P2P_UNKNOWN);
	build_readable(said->b, gpu, 64);
	assert_int_equal(said_facts(said, gpu)->readable, 64);
	assert_int_equal(said_facts(said, gpu)->extended, P2P_UNKNOWN);
}

static void tell_256(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		snapshot->functions[i].config_size = 256;
}

static void a_config_size_of_256_ends_the_kernels_search(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	said->tell = tell_256;
	build_readable(said->b, gpu, 256);
	assert_int_equal(said_facts(said, gpu)->extended, P2P_NO);
	assert_int_equal(said_facts(said, gpu)->extended_assumed, P2P_YES);
	assert_int_equal(acs_of(said, gpu)->regs.present, P2P_NO);
}

static void all_ones_behind_the_header_are_no_extended_space(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	for (unsigned at = 0x100; at < P2P_CFG_SIZE; at += 4)
		build_write(said->b, gpu, at, 4, UINT32_MAX);
	assert_int_equal(said_facts(said, gpu)->extended, P2P_NO);
	assert_int_equal(said_facts(said, gpu)->extended_assumed, P2P_NO);
	assert_int_equal(acs_of(said, gpu)->regs.present, P2P_NO);
}

static void only_pcie_and_pcix_functions_have_extended_space(void **state)
{
	struct said *said = *state;
	int host = build_host(said->b, 0, 0);
	int card = build_endpoint(said->b, host, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);

	build_acs(said->b, card, 0x5f, 0x1d);
	assert_int_equal(said_facts(said, card)->extended, P2P_NO);
	assert_int_equal(acs_of(said, card)->regs.present, P2P_NO);
	build_capability(said->b, card, CAP_PCIX, 0xc0);
	assert_int_equal(said_facts(said, card)->extended, P2P_YES);
	assert_int_equal(acs_of(said, card)->regs.present, P2P_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(acs_has_its_capability_and_its_control),
		SAID(enhanced_controls_are_in_the_same_registers),
		SAID(the_wide_registers_of_intels_root_ports_are_read_where_they_are),
		SAID(without_ids_a_port_of_the_chipset_may_have_wide_registers),
		SAID(without_ids_a_port_of_the_processor_has_none),
		SAID(the_egress_vector_has_the_size_of_its_capability),
		SAID(bits_of_the_egress_vector_are_where_their_index_says),
		SAID(acs_that_was_seen_in_part_is_unknown_in_part),
		SAID(each_ability_has_its_registers),
		SAID(errors_have_a_mask_and_a_severity),
		SAID(thunderbolt_is_one_of_intels_own_capabilities),
		SAID(sriov_tells_where_its_vfs_are),
		SAID(a_function_of_the_cxl_consortium_is_one_with_its_dvsec),
		SAID(a_resizable_bar_is_what_it_is_and_could_be),
		SAID(a_serial_number_is_64_bits),
		SAID(bars_have_a_kind_and_a_base),
		SAID(a_bridge_has_two_bars),
		SAID(windows_reach_from_base_to_limit),
		SAID(a_window_of_32_bits_has_no_upper_half),
		SAID(a_closed_window_has_its_base_above_its_limit),
		SAID(a_window_whose_upper_half_was_not_seen_is_unknown),
		SAID(how_far_it_could_be_read_is_64_256_or_4096),
		SAID(a_config_size_of_256_ends_the_kernels_search),
		SAID(all_ones_behind_the_header_are_no_extended_space),
		SAID(only_pcie_and_pcix_functions_have_extended_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
