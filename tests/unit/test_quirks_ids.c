/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's tables of requester ids of others, of bridges that change what ids mean, and
 * of hazards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/rules_quirks.h"

#define V P2P_KERNEL

static int kind_of(uint32_t kernel, int32_t vendor, int32_t device, int32_t class_code)
{
	const struct alias_quirk *quirk =
		p2p_quirks_alias(kernel, (struct alias_subject){ vendor, device, 0x9005,
								 0x02bb, class_code });

	return quirk ? (int)quirk->kind : -1;
}

static void devices_that_use_other_ids_are_known_by_kind_and_release(void **state)
{
	static const struct {
		uint16_t vendor, device;
		enum alias_kind kind;
		uint32_t before, since; /* before 0: in all */
	} rows[] = {
		{ 0x1180, 0xe476, ALIAS_FUNCTION_0, 0, V(4, 20) },
		{ 0x6766, 0x3d40, ALIAS_FUNCTION_0, V(6, 11), V(6, 12) },
		{ 0x1b4b, 0x9120, ALIAS_FUNCTION_1, 0, V(4, 20) },
		{ 0x1b4b, 0x9170, ALIAS_FUNCTION_1, V(5, 0), V(5, 1) },
		{ 0x1b4b, 0x9215, ALIAS_FUNCTION_1, V(5, 10), V(5, 11) },
		{ 0x1b4b, 0x9125, ALIAS_FUNCTION_1, V(5, 16), V(5, 17) },
		{ 0x1b4b, 0x9235, ALIAS_FUNCTION_1, V(6, 4), V(6, 5) },
		{ 0x1103, 0x0645, ALIAS_FUNCTION_1, 0, V(4, 20) },
		{ 0x1c28, 0x0122, ALIAS_FUNCTION_1, 0, V(4, 20) },
		{ 0x9005, 0x0285, ALIAS_FIXED, 0, V(4, 20) },
		{ 0x8086, 0x2264, ALIAS_X200, 0, V(4, 20) },
		{ 0x8086, 0x2956, ALIAS_VCA, V(5, 4), V(5, 5) },
		{ 0x8086, 0x295a, ALIAS_VCA, V(5, 4), V(5, 5) },
		{ 0x10b5, 0x87b1, ALIAS_ALL, V(5, 5), V(5, 6) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(kind_of(rows[i].since, rows[i].vendor, rows[i].device,
					 0x010601),
				 rows[i].kind);
		if (rows[i].before)
			assert_int_equal(kind_of(rows[i].before, rows[i].vendor,
						 rows[i].device, 0x010601),
					 -1);
	}
	assert_int_equal(kind_of(V(6, 12), 0x8086, 0x2957, 0), -1);
	assert_int_equal(kind_of(V(6, 12), 0x1b4b, 0x9121, 0), -1);
}

static void switchtec_is_meant_only_as_another_bridge(void **state)
{
	static const struct {
		uint16_t vendor, device;
		uint32_t before, since;
	} rows[] = {
		{ 0x11f8, 0x8531, 0, V(4, 20) },
		{ 0x11f8, 0x8576, 0, V(4, 20) },
		{ 0x11f8, 0x4128, V(5, 5), V(5, 6) },
		{ 0x11f8, 0x4552, V(5, 16), V(5, 17) },
		{ 0x11f8, 0x5584, V(6, 5), V(6, 6) },
		{ 0x1055, 0x1006, V(6, 13), V(6, 14) },
		{ 0x1055, 0x1008, V(7, 2), V(7, 3) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint16_t vendor = rows[i].vendor, device = rows[i].device;

		assert_int_equal(kind_of(rows[i].since, vendor, device, 0x068000),
				 ALIAS_HIDDEN);
		assert_int_equal(kind_of(rows[i].since, vendor, device, 0x058000), -1);
		assert_int_equal(kind_of(rows[i].since, vendor, device, P2P_NOT_TOLD),
				 -1);
		if (rows[i].before)
			assert_int_equal(
				kind_of(rows[i].before, vendor, device, 0x068000), -1);
	}
	/* Ranges, and the gaps of the later generations. */
	assert_int_equal(kind_of(V(6, 12), 0x11f8, 0x8530, 0x068000), -1);
	assert_int_equal(kind_of(V(6, 12), 0x11f8, 0x8537, 0x068000), -1);
	assert_int_equal(kind_of(V(6, 12), 0x11f8, 0x4300, 0x068000), -1);
	assert_int_equal(kind_of(V(6, 12), 0x1055, 0x1007, 0x068000), -1);
	/* The last one came to 6.12 but not to 6.1. */
	assert_int_equal(kind_of(V(6, 12), 0x1055, 0x1008, 0x068000), ALIAS_HIDDEN);
	assert_int_equal(kind_of(V(6, 1), 0x1055, 0x1008, 0x068000), -1);
	assert_int_equal(kind_of(V(6, 6), 0x1055, 0x1008, 0x068000), -1);
}

static void two_of_adaptecs_cards_are_meant(void **state)
{
	struct alias_subject card = { 0x9005, 0x0285, 0x9005, 0x02bb, 0x010400 };

	assert_non_null(p2p_quirks_alias(V(6, 12), card));
	card.subsystem_device = 0x02bc;
	assert_non_null(p2p_quirks_alias(V(6, 12), card));
	card.subsystem_device = 0x02ba;
	assert_null(p2p_quirks_alias(V(6, 12), card));
	card.subsystem_device = 0x02bd;
	assert_null(p2p_quirks_alias(V(6, 12), card));
	card.subsystem_device = P2P_NOT_TOLD;
	assert_null(p2p_quirks_alias(V(6, 12), card));
	card.subsystem_device = 0x02bb;
	card.subsystem_vendor = 0x108e;
	assert_null(p2p_quirks_alias(V(6, 12), card));
}

/* device << 3 | function */
static void each_kind_uses_its_own_ids(void **state)
{
	static const struct {
		enum alias_kind kind;
		uint8_t own, other;
		bool used;
	} rows[] = {
		{ ALIAS_FUNCTION_0, 0x0b, 0x08, true },
		{ ALIAS_FUNCTION_0, 0x0b, 0x00, false },
		{ ALIAS_FUNCTION_0, 0x08, 0x08, false },
		{ ALIAS_FUNCTION_1, 0x08, 0x09, true },
		{ ALIAS_FUNCTION_1, 0x0a, 0x09, true },
		{ ALIAS_FUNCTION_1, 0x09, 0x09, false },
		{ ALIAS_FUNCTION_1, 0x08, 0x11, false },
		{ ALIAS_FIXED, 0x00, 0x08, true },
		{ ALIAS_FIXED, 0x00, 0x09, false },
		{ ALIAS_X200, 0x00, 0x80, true },
		{ ALIAS_X200, 0x00, 0x88, true },
		{ ALIAS_X200, 0x00, 0x93, true },
		{ ALIAS_X200, 0x00, 0x90, false },
		{ ALIAS_VCA, 0x00, 0xfc, true },
		{ ALIAS_VCA, 0x00, 0xfd, false },
		{ ALIAS_ALL, 0x00, 0xff, true },
		{ ALIAS_HIDDEN, 0x00, 0x08, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(p2p_quirks_has_alias(rows[i].kind, rows[i].own,
						      rows[i].other),
				 rows[i].used);
}

static void bridges_that_change_what_ids_mean_are_known(void **state)
{
	assert_true(p2p_quirks_translates(V(4, 20), 0x14e4, 0x9000));
	assert_true(p2p_quirks_translates(V(7, 4), 0x14e4, 0x9084));
	assert_false(p2p_quirks_translates(V(7, 4), 0x14e4, 0x9001));
	assert_true(p2p_quirks_renames(V(4, 20), 0x1b21, 0x1080));
	assert_true(p2p_quirks_renames(V(6, 12), 0x10e3, 0x8113));
	assert_true(p2p_quirks_renames(V(6, 12), 0x1283, 0x8892));
	assert_true(p2p_quirks_renames(V(6, 12), 0x1283, 0x8893));
	assert_true(p2p_quirks_renames(V(6, 12), 0x8086, 0x244e));
	assert_false(p2p_quirks_renames(V(6, 12), 0x1283, 0x8894));
	assert_true(p2p_quirks_keeps_ids(V(7, 0), 0x1a03, 0x1150));
	assert_false(p2p_quirks_keeps_ids(V(6, 19), 0x1a03, 0x1150));
	/* In no longterm series. */
	assert_false(p2p_quirks_keeps_ids(V(6, 12), 0x1a03, 0x1150));
}

static void volume_managers_are_those_of_the_driver(void **state)
{
	static const uint16_t devices[] = { 0x201d, 0x28c0, 0x467f, 0x4c3d, 0xa77f,
					    0x7d0b, 0xad0b, 0x9a0b, 0xb60b, 0xb06f };

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		assert_true(p2p_quirks_is_vmd(0x8086, devices[i]));
		assert_false(p2p_quirks_is_vmd(0x8087, devices[i]));
		assert_false(p2p_quirks_is_vmd(0x8086, devices[i] + 1));
	}
}

static void a_hazard_is_known_before_the_kernel_heeds_it(void **state)
{
	static const struct {
		uint16_t vendor, device;
		enum p2p_hazard_kind kind;
		uint32_t before, heeded;
	} rows[] = {
		{ 0x12d8, 0x2404, P2P_HAZARD_STORE_FORWARD, V(5, 15), V(5, 16) },
		{ 0x12d8, 0x2304, P2P_HAZARD_STORE_FORWARD, V(5, 15), V(5, 16) },
		{ 0x12d8, 0x2303, P2P_HAZARD_STORE_FORWARD, V(5, 15), V(5, 16) },
		{ 0x12d8, 0xb404, P2P_HAZARD_STORE_FORWARD, V(6, 19), V(7, 0) },
		{ 0x12d8, 0x2608, P2P_HAZARD_STORE_FORWARD, V(7, 2), V(7, 3) },
		{ 0x111d, 0x80b5, P2P_HAZARD_NO_SV, V(6, 19), V(7, 0) },
		{ 0x111d, 0x8090, P2P_HAZARD_NO_SV, V(6, 19), V(7, 0) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct p2p_facts facts = { .vendor = rows[i].vendor,
					   .device = rows[i].device };
		enum p2p_hazard_kind other = rows[i].kind == P2P_HAZARD_NO_SV ?
						     P2P_HAZARD_STORE_FORWARD :
						     P2P_HAZARD_NO_SV;

		assert_non_null(p2p_rules_hazard(&facts));
		assert_int_equal(p2p_rules_hazard(&facts)->kind, rows[i].kind);
		assert_true(p2p_rules_heeds(rows[i].kind, rows[i].heeded, &facts));
		assert_false(p2p_rules_heeds(rows[i].kind, rows[i].before, &facts));
		assert_false(p2p_rules_heeds(other, V(7, 4), &facts));
		facts.device += 2;
		assert_null(p2p_rules_hazard(&facts));
		assert_false(p2p_rules_heeds(rows[i].kind, V(7, 4), &facts));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			devices_that_use_other_ids_are_known_by_kind_and_release),
		cmocka_unit_test(switchtec_is_meant_only_as_another_bridge),
		cmocka_unit_test(two_of_adaptecs_cards_are_meant),
		cmocka_unit_test(each_kind_uses_its_own_ids),
		cmocka_unit_test(bridges_that_change_what_ids_mean_are_known),
		cmocka_unit_test(volume_managers_are_those_of_the_driver),
		cmocka_unit_test(a_hazard_is_known_before_the_kernel_heeds_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
