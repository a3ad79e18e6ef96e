/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups of devices that the kernel knows: rows that claim isolation or deny it, chipsets,
 * and what a patched kernel overrides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/grouped.h"

/* An endpoint of two functions with these ids, behind a port that isolates. */
static int say_pair(struct grouped *g, uint16_t vendor, uint16_t device)
{
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);
	int second = build_sibling(g->b, port + 1);

	build_ids(g->b, port + 1, vendor, device);
	build_ids(g->b, second, vendor, device);
	return port + 1;
}

static void functions_that_a_row_vouches_for_are_apart(void **state)
{
	struct grouped *g = *state;
	int end = say_pair(g, 0x8086, 0x1521);

	grouped_make(g);
	ALONE(g, end, end + 1);
	build_ids(g->b, end, 0x8086, 0x1520);
	/* The other one still isolates, so function 0 finds nobody. */
	grouped_make(g);
	ALONE(g, end, end + 1);
	build_ids(g->b, end + 1, 0x8086, 0x1520);
	TOGETHER(g, end, end + 1);
}

static void a_row_that_came_later_does_not_count_before(void **state)
{
	struct grouped *g = *state;
	int end = say_pair(g, 0x14e4, 0x1750);

	g->said->kernel = "5.19";
	TOGETHER(g, end, end + 1);
	g->said->kernel = "6.0";
	grouped_make(g);
	ALONE(g, end, end + 1);
	assert_int_equal(grouped_of(g, end)->certainty, P2P_CERTAIN);
}

static void in_a_longterm_series_a_row_may_be_of_a_later_release(void **state)
{
	struct grouped *g = *state;
	int end = say_pair(g, 0x14e4, 0x1760);

	g->said->kernel = "6.1.20";
	grouped_make(g);
	ALONE(g, end, end + 1);
	assert_int_equal(grouped_of(g, end)->assumed, P2P_ASSUME_PATCH);
	assert_int_equal(grouped_of(g, end)->certainty, P2P_ASSUMED);
	g->said->kernel = "6.1.192";
	grouped_make(g);
	assert_int_equal(grouped_of(g, end)->assumed, 0);
}

static void a_row_that_denies_is_stronger_than_acs(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), ISOLATING);

	build_ids(g->b, port, 0x1d17, 0x0753);
	TOGETHER(g, port, port + 1);
	grouped_assert_tie(g, port, port, P2P_TIE_QUIRK, 0);
	build_ids(g->b, port, 0x1d17, 0x0752);
	build_acs_control(g->b, port, 0);
	grouped_make(g);
	ALONE(g, port, port + 1);
}

static void functions_of_nics_that_a_row_denies_are_together(void **state)
{
	struct grouped *g = *state;
	int end = say_pair(g, 0x8088, 0x1001), second = end + 1;

	grouped_isolate(g, end);
	grouped_isolate(g, second);
	grouped_make(g);
	ALONE(g, end, second);
	build_ids(g->b, end, 0x8088, 0x1002);
	build_ids(g->b, second, 0x8088, 0x1002);
	TOGETHER(g, end, second);
	grouped_assert_tie(g, end, second, P2P_TIE_QUIRK, 0);
	g->said->kernel = "6.2";
	grouped_make(g);
	ALONE(g, end, second);
}

static void intels_integrated_endpoints_are_apart(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0);
	int first = build_endpoint(g->b, host, P2P_TYPE_RCIEP, 0x088000);
	int second = build_sibling(g->b, first);

	TOGETHER(g, first, second);
	build_ids(g->b, first, 0x8086, 0x0b25);
	build_ids(g->b, second, 0x8086, 0x0cfe);
	grouped_make(g);
	ALONE(g, first, second);
	g->said->kernel = "5.7";
	TOGETHER(g, first, second);
}

/* The last device of the bus, at 1f.0. */
static int say_lpc(struct grouped *g, int host, uint32_t rcba)
{
	int lpc;

	build_skip(g->b, host, 31 - 2);
	lpc = build_endpoint(g->b, host, P2P_TYPE_NOT_PCIE, 0x060100);
	build_ids(g->b, lpc, 0x8086, 0x1c4e);
	build_write(g->b, lpc, REG_RCBA, 4, rcba);
	return lpc;
}

/* Two root ports of a chipset of the 6 series. */
static int say_chipset(struct grouped *g, int host)
{
	int first = grouped_port(g, host, NO_ACS), second = grouped_port(g, host, NO_ACS);

	build_ids(g->b, first, 0x8086, 0x1c10);
	build_ids(g->b, second, 0x8086, 0x1c12);
	return first;
}

static void ports_of_older_chipsets_isolate_if_the_kernel_asked_for_it(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = say_chipset(g, host);
	static const enum p2p_tri requested[] = { P2P_YES, P2P_UNKNOWN };

	say_lpc(g, host, 0xfed1c001);
	for (unsigned i = 0; i < 2; i++) {
		g->requested = requested[i];
		grouped_make(g);
		ALONE(g, port, port + 1, port + 2, port + 3);
		assert_int_equal(grouped_of(g, port)->assumed, P2P_ASSUME_CHIPSET);
		assert_int_equal(grouped_of(g, port)->certainty, P2P_ASSUMED);
	}
	g->requested = P2P_NO;
	TOGETHER(g, port, port + 1);
	ALSO(g, port + 2, port + 3);
	grouped_assert_tie(g, port, port, P2P_TIE_QUIRK, 0);
	assert_int_equal(grouped_of(g, port)->assumed, 0);
}

static void what_an_assumed_port_keeps_apart_is_assumed_too(void **state)
{
	struct grouped *g = *state;
	int port = say_chipset(g, build_host(g->b, 0, 0));

	g->requested = P2P_YES;
	grouped_make(g);
	assert_int_equal(grouped_of(g, port + 1)->assumed, P2P_ASSUME_CHIPSET);
	assert_int_equal(grouped_of(g, port + 1)->certainty, P2P_ASSUMED);
}

static void a_chipset_whose_registers_are_closed_isolates_nothing(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), port = say_chipset(g, host);

	say_lpc(g, host, 0xfed1c000);
	g->requested = P2P_YES;
	TOGETHER(g, port, port + 1);
	ALSO(g, port + 2, port + 3);
}

static void a_chipsets_id_at_another_port_says_nothing(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int down = build_switch(g->b, port, 1) + 1;
	int end = build_endpoint(g->b, down, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	grouped_isolate(g, port);
	build_ids(g->b, down, 0x8086, 0x1c10);
	g->requested = P2P_YES;
	TOGETHER(g, down, end);
	grouped_assert_tie(g, end, down, P2P_TIE_NO_ACS, 0);
}

static void wide_registers_decide_where_they_are(void **state)
{
	struct grouped *g = *state;
	int port = grouped_port(g, build_host(g->b, 0, 0), 0);

	build_ids(g->b, port, 0x8086, 0xa110);
	build_write(g->b, port, BUILD_ACS + REG_ACS_CAP, 4, ISOLATING);
	build_write(g->b, port, BUILD_ACS + REG_ACS_WIDE_CTL, 4, ISOLATING);
	grouped_make(g);
	ALONE(g, port, port + 1);
	build_write(g->b, port, BUILD_ACS + REG_ACS_WIDE_CTL, 4, ACS_SV);
	TOGETHER(g, port, port + 1);
	grouped_assert_tie(g, port, port, P2P_TIE_ACS_OFF, ISOLATING & ~ACS_SV);
}

static struct {
	enum p2p_iommu iommu;
	const char *name;
} told;

static void tell_iommu(struct said *said, struct p2p_snapshot *snapshot)
{
	(void)said;
	snapshot->system.iommu = told.iommu;
	snapshot->system.iommu_name =
		p2p_snapshot_keep(snapshot, told.name, strlen(told.name));
}

static void what_is_not_in_registers_is_taken_from_the_iommu(void **state)
{
	static const struct {
		enum p2p_iommu iommu;
		const char *name;
		bool shown; /* a function is an AMD IOMMU */
		enum p2p_tri requested, ivrs, ivrs_told;
	} rows[] = {
		{ P2P_IOMMU_UNKNOWN, "", false, P2P_UNKNOWN, P2P_NO, P2P_NO },
		{ P2P_IOMMU_UNKNOWN, "", true, P2P_UNKNOWN, P2P_YES, P2P_NO },
		{ P2P_IOMMU_OFF, "", false, P2P_NO, P2P_NO, P2P_NO },
		{ P2P_IOMMU_IDENTITY, "intel", false, P2P_YES, P2P_NO, P2P_YES },
		{ P2P_IOMMU_TRANSLATED, "amd", false, P2P_YES, P2P_YES, P2P_YES },
		{ P2P_IOMMU_MIXED, "intel", true, P2P_YES, P2P_NO, P2P_YES },
	};
	struct grouped *g = *state;
	int iommu = build_endpoint(g->b, build_host(g->b, 0, 0), P2P_TYPE_NOT_PCIE, 0);

	build_ids(g->b, iommu, 0x1022, 0x1419);
	g->said->tell = tell_iommu;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct p2p_machine *machine;
		struct p2p_group_rules rules;

		told.iommu = rows[i].iommu;
		told.name = rows[i].name;
		build_write(g->b, iommu, REG_CLASS_REV, 4,
			    rows[i].shown ? 0x08060000 : 0x06000000);
		machine = said_machine(g->said);
		rules = p2p_group_rules(machine->snapshot, machine->facts,
					&machine->rules);
		assert_int_equal(rules.requested, rows[i].requested);
		assert_int_equal(rules.ivrs, rows[i].ivrs);
		assert_int_equal(rules.ivrs_told, rows[i].ivrs_told);
		assert_int_equal(rules.rules.kernel, machine->rules.kernel);
		assert_int_equal(rules.rule, P2P_RULE_MAINLINE);
	}
}

/* SMBus and IDE of an AMD southbridge, functions 0 and 1 of one device. */
static int say_southbridge(struct grouped *g, int host)
{
	int first = build_endpoint(g->b, host, P2P_TYPE_NOT_PCIE, 0x0c0500);
	int second = build_sibling(g->b, first);

	build_ids(g->b, first, 0x1002, 0x4385);
	build_ids(g->b, second, 0x1002, 0x439c);
	return first;
}

static void an_amd_southbridge_is_apart_with_an_iommu(void **state)
{
	struct grouped *g = *state;
	int first = say_southbridge(g, build_host(g->b, 0, 0));

	g->ivrs_told = P2P_YES;
	g->ivrs = P2P_NO;
	TOGETHER(g, first, first + 1);
	g->ivrs = P2P_YES;
	grouped_make(g);
	ALONE(g, first, first + 1);
	assert_int_equal(grouped_of(g, first)->assumed, 0);
	g->ivrs_told = P2P_NO;
	grouped_make(g);
	ALONE(g, first, first + 1);
	assert_int_equal(grouped_of(g, first)->assumed, P2P_ASSUME_IVRS);
}

static void a_southbridges_id_elsewhere_says_nothing(void **state)
{
	struct grouped *g = *state;
	int bridge = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_NOT_PCIE);
	int first = say_southbridge(g, bridge);

	g->ivrs = g->ivrs_told = P2P_YES;
	TOGETHER(g, bridge, first, first + 1);
}

static void source_validation_of_a_broken_switch_is_not_asked_from_7_0_on(void **state)
{
	struct grouped *g = *state;
	int port = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int down = build_switch(g->b, port, 1) + 1;
	int end = build_endpoint(g->b, down, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);

	grouped_isolate(g, port);
	build_acs(g->b, down, OFFERED, ISOLATING & ~ACS_SV);
	build_ids(g->b, down, 0x111d, 0x80b5);
	g->said->kernel = "6.19";
	TOGETHER(g, down, end);
	grouped_assert_tie(g, end, down, P2P_TIE_ACS_OFF, ACS_SV);
	g->said->kernel = "7.0";
	grouped_make(g);
	ALONE(g, down, end);
}

static void an_override_of_downstream_ports_isolates_those_without_acs(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), bare = grouped_port(g, host, NO_ACS);
	int off = grouped_port(g, host, 0);

	g->override.downstream = true;
	TOGETHER(g, off, off + 1);
	ALONE(g, bare, bare + 1);
}

static void an_override_of_functions_isolates_those_without_acs(void **state)
{
	struct grouped *g = *state;
	int end = say_pair(g, 0x1022, 0x1483);

	g->override.downstream = true;
	TOGETHER(g, end, end + 1);
	g->override = (struct p2p_acs_override){ .multifunction = true };
	grouped_make(g);
	ALONE(g, end, end + 1);
}

static void an_override_by_ids_isolates_only_those(void **state)
{
	struct grouped *g = *state;
	int host = build_host(g->b, 0, 0), first = grouped_port(g, host, NO_ACS);
	int second = grouped_port(g, host, NO_ACS);

	build_ids(g->b, first, 0x8086, 0x1901);
	g->override.n_ids = 1;
	g->override.ids[0].vendor = 0x8086;
	g->override.ids[0].device = 0x1901;
	TOGETHER(g, second, second + 1);
	ALONE(g, first, first + 1);
}

static void an_override_leaves_conventional_buses_alone(void **state)
{
	struct grouped *g = *state;
	int bridge = build_port(g->b, build_host(g->b, 0, 0), P2P_TYPE_NOT_PCIE);
	int first = build_endpoint(g->b, bridge, P2P_TYPE_NOT_PCIE, BUILD_CLASS_NIC);

	g->override.downstream = g->override.multifunction = true;
	TOGETHER(g, bridge, first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GROUPED(functions_that_a_row_vouches_for_are_apart),
		GROUPED(a_row_that_came_later_does_not_count_before),
		GROUPED(in_a_longterm_series_a_row_may_be_of_a_later_release),
		GROUPED(a_row_that_denies_is_stronger_than_acs),
		GROUPED(functions_of_nics_that_a_row_denies_are_together),
		GROUPED(intels_integrated_endpoints_are_apart),
		GROUPED(ports_of_older_chipsets_isolate_if_the_kernel_asked_for_it),
		GROUPED(what_an_assumed_port_keeps_apart_is_assumed_too),
		GROUPED(a_chipset_whose_registers_are_closed_isolates_nothing),
		GROUPED(a_chipsets_id_at_another_port_says_nothing),
		GROUPED(wide_registers_decide_where_they_are),
		GROUPED(what_is_not_in_registers_is_taken_from_the_iommu),
		GROUPED(an_amd_southbridge_is_apart_with_an_iommu),
		GROUPED(a_southbridges_id_elsewhere_says_nothing),
		GROUPED(source_validation_of_a_broken_switch_is_not_asked_from_7_0_on),
		GROUPED(an_override_of_downstream_ports_isolates_those_without_acs),
		GROUPED(an_override_of_functions_isolates_those_without_acs),
		GROUPED(an_override_by_ids_isolates_only_those),
		GROUPED(an_override_leaves_conventional_buses_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
