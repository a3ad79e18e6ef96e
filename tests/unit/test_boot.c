/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a boot programs into ACS: the kernel's default, external ports, disable_acs_redir=
 * and config_acs= by kernel version (pci_enable_acs). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/booted.h"

static void with_an_iommu_four_controls_are_turned_on(void **state)
{
	struct booted *m = *state;

	booted_assert(m, m->port, "", DEFAULT);
	assert_int_equal(m->boot->n_registers, 2);
	assert_int_equal(m->boot->registers[0].before.value, 0);
	assert_int_equal(
		m->boot->facts[said_index(m->said, m->port)].acs.generic_ctrl.value,
		DEFAULT);
	assert_int_equal(m->boot->facts[said_index(m->said, m->end)].acs.regs.present,
			 P2P_NO);
}

static void only_what_is_offered_is_turned_on_and_nothing_off(void **state)
{
	struct booted *m = *state;

	build_acs(m->b, m->port, ACS_SV | ACS_RR | ACS_DT, ACS_DT);
	booted_assert(m, m->port, "", ACS_SV | ACS_RR | ACS_DT);
	build_acs(m->b, m->port, ACS_CLASSIC, ACS_EC | ACS_TB | ACS_DT);
	booted_assert(m, m->port, "", ACS_CLASSIC);
	build_acs(m->b, m->port, 0, 0);
	booted_assert(m, m->port, "", 0);
}

static void enhanced_controls_stay_as_the_firmware_has_them(void **state)
{
	struct booted *m = *state;

	build_acs(m->b, m->port, OFFERED | ACS_ENHANCED, 0x1a00);
	booted_assert(m, m->port, "", 0x1a00 | DEFAULT);
	booted_assert(m, m->port, "\"pci=config_acs=0000000@pci:0:0\"", 0x1a00);
}

static void endpoints_with_acs_are_programmed_too(void **state)
{
	struct booted *m = *state;

	build_acs(m->b, m->end, ACS_RR | ACS_CR, 0);
	booted_assert(m, m->end, "", ACS_RR | ACS_CR);
	assert_int_equal(m->boot->n_registers, 3);
}

static void without_an_iommu_acs_is_left_alone(void **state)
{
	struct booted *m = *state;

	build_acs_control(m->b, m->port, ACS_CR);
	booted_assert(m, m->port, "intel_iommu=off", ACS_CR);
	assert_int_equal(m->boot->remarks, P2P_REMARK_NO_IOMMU);
}

static void what_the_kernel_may_have_turned_on_is_not_known_of_the_firmware(void **state)
{
	struct booted *m = *state;
	struct p2p_reg after;

	m->from_firmware = false;
	build_acs_control(m->b, m->port, ACS_SV | ACS_TB | ACS_DT);
	after = booted_after(m, m->port, "intel_iommu=off");
	assert_int_equal(after.known, 0xffff & ~(ACS_SV | ACS_TB));
	assert_int_equal(after.value & after.known, ACS_DT);
	assert_true(m->boot->assumed & P2P_ASSUME_FIRMWARE);
	/* What a boot turns on anyway is. */
	after = booted_after(m, m->port, "");
	assert_int_equal(after.known, 0xffff & ~ACS_TB);
	assert_int_equal(after.value & after.known, DEFAULT | ACS_DT);
	booted_assert(m, m->other, "", DEFAULT);
}

static void tell_own_word(struct said *said, struct p2p_snapshot *snapshot)
{
	static const char own[] = "\"pci=config_acs=0000000@pci:0:0\"";

	snapshot->system.has_cmdline = P2P_YES;
	snapshot->system.cmdline = p2p_snapshot_keep(snapshot, own, sizeof(own) - 1);
}

static void behind_a_word_of_its_own_nothing_is_known_of_the_firmware(void **state)
{
	struct booted *m = *state;

	m->from_firmware = false;
	m->said->tell = tell_own_word;
	assert_int_equal(booted_after(m, m->port, "intel_iommu=off").known & ACS_CLASSIC,
			 ~OFFERED & ACS_CLASSIC);
	booted_assert(m, m->port, "\"pci=config_acs=1111111@pci:0:0\"", OFFERED);
}

static void a_register_that_was_not_read_is_known_where_it_is_written(void **state)
{
	struct booted *m = *state;
	struct p2p_reg after;

	build_hole(m->b, m->port, BUILD_ACS + REG_ACS_CTL, 2);
	after = booted_after(m, m->port, "");
	assert_int_equal(after.known, 0xffff & ~(ACS_TB | ACS_DT));
	assert_int_equal(after.value & after.known, DEFAULT);
	/* Nor is what an unread capability offers. */
	build_hole(m->b, m->port, BUILD_ACS + REG_ACS_CAP, 2);
	after = booted_after(m, m->port, "");
	assert_int_equal(after.known & DEFAULT, 0);
}

static void without_ats_translated_requests_are_blocked_from_5_15_on(void **state)
{
	struct booted *m = *state;

	m->said->kernel = "5.14";
	booted_assert(m, m->port, "pci=noats", DEFAULT);
	m->said->kernel = "5.15";
	booted_assert(m, m->port, "pci=noats", DEFAULT | ACS_TB);
	booted_assert(m, m->port, "pci=noats intel_iommu=off", 0);
}

static void tell_removable(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		if (snapshot->functions[i].bdf.bus)
			snapshot->functions[i].removable = P2P_YES;
}

static void external_ports_block_translated_requests_from_5_10_on(void **state)
{
	struct booted *m = *state;

	build_acs(m->b, m->end, OFFERED, 0);
	m->said->tell = tell_removable;
	m->said->kernel = "5.9";
	booted_assert(m, m->port, "", DEFAULT);
	m->said->kernel = "5.10";
	booted_assert(m, m->port, "", DEFAULT | ACS_TB);
	booted_assert(m, m->end, "", DEFAULT | ACS_TB);
	booted_assert(m, m->other, "", DEFAULT);
	assert_false(m->boot->assumed & P2P_ASSUME_EXTERNAL);
}

static void a_port_with_hot_plug_is_assumed_to_be_internal(void **state)
{
	struct booted *m = *state;

	build_write(m->b, m->port, BUILD_EXPRESS + REG_EXP_FLAGS, 2,
		    0x42 | EXP_FLAGS_SLOT);
	build_write(m->b, m->port, BUILD_EXPRESS + REG_EXP_SLTCAP, 4, SLTCAP_HOTPLUG);
	booted_assert(m, m->port, "", DEFAULT);
	assert_true(m->boot->assumed & P2P_ASSUME_EXTERNAL);
	/* With TB in any case there is nothing to assume. */
	booted_assert(m, m->port, "pci=noats", DEFAULT | ACS_TB);
	assert_false(m->boot->assumed & P2P_ASSUME_EXTERNAL);
}

static void broken_source_validation_stays_off_from_7_0_on(void **state)
{
	struct booted *m = *state;

	build_ids(m->b, m->port, 0x111d, 0x8090);
	m->said->kernel = "6.19";
	booted_assert(m, m->port, "", DEFAULT);
	m->said->kernel = "7.0";
	booted_assert(m, m->port, "", DEFAULT & ~ACS_SV);
	build_acs_control(m->b, m->port, ACS_SV);
	booted_assert(m, m->port, "", DEFAULT);
}

#define REDIR "\"pci=disable_acs_redir=00:01.0\""

static void redirect_turned_off_leaves_the_default_before_6_11(void **state)
{
	struct booted *m = *state;

	m->said->kernel = "6.10";
	booted_assert(m, m->port, REDIR, ACS_SV | ACS_UF);
	booted_assert(m, m->other, REDIR, DEFAULT);
	build_acs(m->b, m->port, ACS_CLASSIC, ACS_CLASSIC);
	booted_assert(m, m->port, REDIR, ACS_SV | ACS_TB | ACS_UF | ACS_DT);
	booted_assert(m, m->port, REDIR " intel_iommu=off",
		      ACS_SV | ACS_TB | ACS_UF | ACS_DT);
}

static void redirect_turned_off_leaves_the_firmwares_from_6_11_on(void **state)
{
	struct booted *m = *state;

	booted_assert(m, m->port, REDIR, 0);
	build_acs_control(m->b, m->port, ACS_SV | ACS_RR | ACS_DT);
	booted_assert(m, m->port, REDIR, ACS_SV | ACS_DT);
	booted_assert(m, m->other, REDIR, DEFAULT);
	assert_int_equal(m->boot->remarks, 0);
}

/* Values of kernel-rules 3.3, seen with 6.12. */
static void flags_are_taken_from_the_right_the_rest_is_the_firmwares(void **state)
{
	static const struct {
		const char *flags;
		uint16_t firmware, after;
	} rows[] = {
		{ "10x1", 0, 0x09 },       { "0x1", 0, 0x01 },
		{ "111111x", 0, 0x5e },    { "xx111xx", 0, 0x1c },
		{ "xxx11x1", 0, 0x0d },    { "XXXXXXX", 0x40, 0x40 },
		{ "10x1", 0x16, 0x1b },    { "0000000", 0x5f, 0 },
		{ "1", 0x10, 0x11 },       { "", 0x14, 0x14 },
		{ "xxxxxxxxx1", 0, 0x01 },
	};
	struct booted *m = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char cmdline[64];

		snprintf(cmdline, sizeof(cmdline), "pci=config_acs=%s@00:01.0",
			 rows[i].flags);
		build_acs_control(m->b, m->port, rows[i].firmware);
		booted_assert(m, m->port, cmdline, rows[i].after);
		booted_assert(m, m->other, cmdline, DEFAULT);
		assert_int_equal(m->boot->remarks, 0);
	}
}

static void flags_work_without_an_iommu(void **state)
{
	struct booted *m = *state;

	booted_assert(m, m->port, "intel_iommu=off pci=config_acs=xx111xx@00:01.0", 0x1c);
	assert_int_equal(m->boot->remarks, P2P_REMARK_NO_IOMMU);
}

static void each_entry_has_flags_of_its_own_and_the_first_match_counts(void **state)
{
	struct booted *m = *state;
	const char *cmdline = "\"pci=config_acs=0x1@00:01.0;111111x@00:02.0;1@00:01.0\"";

	booted_assert(m, m->port, cmdline, 0x01);
	booted_assert(m, m->other, cmdline, 0x5e);
}

static void flags_are_applied_last_and_win(void **state)
{
	struct booted *m = *state;

	booted_assert(m, m->port,
		      "\"pci=disable_acs_redir=00:01.0,config_acs=xxx11x1@00:01.0\"",
		      0x0d);
}

static void wide_ports_only_lose_redirect_whatever_the_flags(void **state)
{
	struct booted *m = *state;

	build_ids(m->b, m->port, 0x8086, 0xa110);
	build_write(m->b, m->port, BUILD_ACS + REG_ACS_CAP, 4, OFFERED);
	build_write(m->b, m->port, BUILD_ACS + REG_ACS_WIDE_CTL, 4, ACS_DT);
	booted_assert(m, m->port, "", DEFAULT | ACS_DT);
	assert_int_equal(
		m->boot->facts[said_index(m->said, m->port)].acs.generic_ctrl.value, 0);
	booted_assert(m, m->port, REDIR, ACS_SV | ACS_UF | ACS_DT);
	booted_assert(m, m->port, "pci=config_acs=1111111@00:01.0",
		      ACS_SV | ACS_UF | ACS_DT);
	m->said->kernel = "6.1";
	booted_assert(m, m->port, REDIR, ACS_SV | ACS_UF | ACS_DT);
}

static void the_boots_registers_are_those_of_a_machine_to_group(void **state)
{
	struct booted *m = *state;
	const struct p2p_boot *boot = booted_make(m, "");
	const struct p2p_facts *before = m->said->machine->facts;

	for (uint32_t i = 0; i < m->said->machine->snapshot->n_functions; i++) {
		assert_int_equal(boot->facts[i].vendor, before[i].vendor);
		assert_int_equal(boot->facts[i].type, before[i].type);
		assert_int_equal(boot->facts[i].acs.regs.cap.value,
				 before[i].acs.regs.cap.value);
	}
	assert_true(boot->registers[0].function < boot->registers[1].function);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOOTED(with_an_iommu_four_controls_are_turned_on),
		BOOTED(only_what_is_offered_is_turned_on_and_nothing_off),
		BOOTED(enhanced_controls_stay_as_the_firmware_has_them),
		BOOTED(endpoints_with_acs_are_programmed_too),
		BOOTED(without_an_iommu_acs_is_left_alone),
		BOOTED(what_the_kernel_may_have_turned_on_is_not_known_of_the_firmware),
		BOOTED(behind_a_word_of_its_own_nothing_is_known_of_the_firmware),
		BOOTED(a_register_that_was_not_read_is_known_where_it_is_written),
		BOOTED(without_ats_translated_requests_are_blocked_from_5_15_on),
		BOOTED(external_ports_block_translated_requests_from_5_10_on),
		BOOTED(a_port_with_hot_plug_is_assumed_to_be_internal),
		BOOTED(broken_source_validation_stays_off_from_7_0_on),
		BOOTED(redirect_turned_off_leaves_the_default_before_6_11),
		BOOTED(redirect_turned_off_leaves_the_firmwares_from_6_11_on),
		BOOTED(flags_are_taken_from_the_right_the_rest_is_the_firmwares),
		BOOTED(flags_work_without_an_iommu),
		BOOTED(each_entry_has_flags_of_its_own_and_the_first_match_counts),
		BOOTED(flags_are_applied_last_and_win),
		BOOTED(wide_ports_only_lose_redirect_whatever_the_flags),
		BOOTED(the_boots_registers_are_those_of_a_machine_to_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
