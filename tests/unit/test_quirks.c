/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's table of devices that isolate, or do not, whatever their registers say:
 * which rows there are by version, what they claim and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/rules_quirks.h"

#define V P2P_KERNEL

#define PORT 0x1d
#define MF   0x5f

static const struct acs_quirk *row(uint32_t kernel, int32_t vendor, int32_t device)
{
	return p2p_quirks_acs(kernel, vendor, device, 0);
}

static void each_row_claims_what_the_kernels_function_does(void **state)
{
	static const struct {
		uint16_t vendor, device;
		enum acs_where where;
		uint16_t claims;
		const char *source;
	} rows[] = {
		{ 0x1002, 0x4385, ACS_AT_SOUTHBRIDGE, 0x0c, "pci_quirk_amd_sb_acs" },
		{ 0x1022, 0x7809, ACS_AT_SOUTHBRIDGE, 0x0c, "pci_quirk_amd_sb_acs" },
		{ 0x1924, 0x0a03, ACS_ANYWHERE, MF, "pci_quirk_mf_endpoint_acs" },
		{ 0x8086, 0x10c6, ACS_ANYWHERE, MF, "pci_quirk_mf_endpoint_acs" },
		{ 0x8086, 0x15b8, ACS_ANYWHERE, MF, "pci_quirk_mf_endpoint_acs" },
		{ 0x8086, 0x0b25, ACS_AT_RCIEP, PORT, "pci_quirk_rciep_acs" },
		{ 0x17cb, 0x0400, ACS_ANYWHERE, PORT, "pci_quirk_qcom_rp_acs" },
		{ 0x1dbf, 0x0401, ACS_ANYWHERE, PORT, "pci_quirk_qcom_rp_acs" },
		{ 0x19a2, 0x0710, ACS_ANYWHERE, MF, "pci_quirk_mf_endpoint_acs" },
		{ 0x10df, 0x0720, ACS_ANYWHERE, MF, "pci_quirk_mf_endpoint_acs" },
		{ 0x177d, 0xa000, ACS_AT_ROOT_PORT, PORT, "pci_quirk_cavium_acs" },
		{ 0x177d, 0xb884, ACS_AT_ROOT_PORT, PORT, "pci_quirk_cavium_acs" },
		{ 0x10e8, 0xe004, ACS_ANYWHERE, PORT, "pci_quirk_xgene_acs" },
		{ 0x1def, 0xe005, ACS_ANYWHERE, PORT, "pci_quirk_xgene_acs" },
		{ 0x14e4, 0xd714, ACS_ANYWHERE, PORT, "pci_quirk_brcm_acs" },
		{ 0x14e4, 0x16d7, ACS_ANYWHERE, MF, "pci_quirk_mf_endpoint_acs" },
		{ 0x0014, 0x3c09, ACS_ANYWHERE, PORT, "pci_quirk_loongson_acs" },
		{ 0x1c36, 0x0031, ACS_AT_ROOT_PORT, PORT, "pci_quirk_al_acs" },
		{ 0x1957, 0x8d80, ACS_ANYWHERE, PORT, "pci_quirk_nxp_rp_acs" },
		{ 0x1d17, 0x3038, ACS_ANYWHERE, MF, "pci_quirk_mf_endpoint_acs" },
		{ 0x1d17, 0x0710, ACS_AT_PORT, PORT, "pci_quirk_zhaoxin_pcie_ports_acs" },
		{ 0x1d17, 0x0720, ACS_AT_PORT, 0, "pci_quirk_zhaoxin_pcie_ports_acs" },
		{ 0x8088, 0x1001, ACS_ANYWHERE, PORT, "pci_quirk_wangxun_nic_acs" },
		{ 0x8088, 0x1002, ACS_ANYWHERE, 0, "pci_quirk_wangxun_nic_acs" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct acs_quirk *quirk =
			row(V(6, 12), rows[i].vendor, rows[i].device);

		assert_non_null(quirk);
		assert_int_equal(quirk->where, rows[i].where);
		assert_int_equal(quirk->claims, rows[i].claims);
		assert_string_equal(quirk->source, rows[i].source);
	}
}

static void ranges_end_where_the_kernels_do(void **state)
{
	static const struct {
		uint16_t vendor, first, last;
	} ranges[] = {
		{ 0x1924, 0x0903, 0x0903 }, { 0x177d, 0xa000, 0xa7ff },
		{ 0x1def, 0xe005, 0xe00c }, { 0x14e4, 0x1750, 0x1752 },
		{ 0x14e4, 0x1760, 0x1763 }, { 0x1957, 0x8d80, 0x8d83 },
		{ 0x1957, 0x8d88, 0x8d8b }, { 0x1957, 0x8da0, 0x8da1 },
		{ 0x1957, 0x8db8, 0x8db9 }, { 0x17cb, 0x0400, 0x0401 },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		for (int id = ranges[i].first; id <= ranges[i].last; id++)
			assert_non_null(row(V(6, 12), ranges[i].vendor, id));
		assert_null(row(V(6, 12), ranges[i].vendor, ranges[i].first - 1));
		assert_null(row(V(6, 12), ranges[i].vendor, ranges[i].last + 1));
	}
	assert_null(row(V(6, 12), P2P_NOT_TOLD, 0x0903));
	assert_null(row(V(6, 12), 0x1924, P2P_NOT_TOLD));
}

static void of_zhaoxin_and_wangxun_the_last_row_denies_all_others(void **state)
{
	static const struct {
		uint16_t vendor, device, claims;
	} rows[] = {
		{ 0x1d17, 0x070f, 0 },    { 0x1d17, 0x0710, PORT },
		{ 0x1d17, 0x071e, PORT }, { 0x1d17, 0x071f, 0 },
		{ 0x1d17, 0x0721, PORT }, { 0x1d17, 0x0722, 0 },
		{ 0x1d17, 0x0723, PORT }, { 0x1d17, 0x0752, PORT },
		{ 0x1d17, 0x0753, 0 },    { 0x8088, 0x00ff, 0 },
		{ 0x8088, 0x0100, PORT }, { 0x8088, 0x010f, PORT },
		{ 0x8088, 0x0110, 0 },    { 0x8088, 0x5140, PORT },
		{ 0x8088, 0x5141, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(row(V(7, 4), rows[i].vendor, rows[i].device)->claims,
				 rows[i].claims);
}

/* Which row answers when the first does not depends on their order. */
static void rows_stand_in_the_kernels_order(void **state)
{
	const struct acs_quirk *quirk;

	/* ThunderX: as a root port by the first row, else by the second. */
	assert_int_equal(row(V(6, 12), 0x177d, 0xa026)->where, ACS_AT_ROOT_PORT);
	quirk = p2p_quirks_acs(V(6, 12), 0x177d, 0xa026, 1);
	assert_int_equal(quirk->where, ACS_ANYWHERE);
	assert_int_equal(quirk->claims, MF);
	assert_null(p2p_quirks_acs(V(6, 12), 0x177d, 0xa026, 2));
	/* Intel: integrated endpoints, chipset ports, wide ones. */
	assert_int_equal(row(V(6, 12), 0x8086, 0x1c10)->where, ACS_AT_RCIEP);
	assert_int_equal(p2p_quirks_acs(V(6, 12), 0x8086, 0x1c10, 1)->where, ACS_AT_PCH);
	assert_int_equal(p2p_quirks_acs(V(6, 12), 0x8086, 0x1c10, 2)->where, ACS_AT_WIDE);
	/* Zhaoxin's functions before its ports. */
	assert_int_equal(p2p_quirks_acs(V(6, 12), 0x1d17, 0x9083, 1)->claims, 0);
}

static void ports_of_older_intel_chipsets_are_known_one_by_one(void **state)
{
	static const struct {
		uint16_t first, last, step;
	} ids[] = {
		{ 0x3b42, 0x3b51, 1 }, { 0x1c10, 0x1c1f, 1 }, { 0x1e10, 0x1e1f, 1 },
		{ 0x8c10, 0x8c1f, 1 }, { 0x9c10, 0x9c1b, 1 }, { 0x9c90, 0x9c9b, 1 },
		{ 0x1d10, 0x1d1e, 2 }, { 0x8d10, 0x8d1e, 1 }, { 0x8c90, 0x8c9e, 2 },
	};
	unsigned n = 0;

	for (int id = 0; id <= 0xffff; id++) {
		const struct acs_quirk *quirk;
		bool found = false, wanted = false;

		for (unsigned k = 0; (quirk = p2p_quirks_acs(V(5, 4), 0x8086, id, k));
		     k++)
			found = found || quirk->where == ACS_AT_PCH;
		for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
			wanted = wanted || (ids[i].first <= id && id <= ids[i].last &&
					    !((id - ids[i].first) % ids[i].step));
		assert_int_equal(found, wanted);
		n += found;
	}
	assert_int_equal(n, 119);
}

static void a_row_is_there_from_its_release_on(void **state)
{
	static const struct {
		uint16_t vendor, device;
		uint32_t before, since;
	} rows[] = {
		{ 0x14e4, 0xd714, V(5, 3), V(5, 4) },
		{ 0x1c36, 0x0031, V(5, 3), V(5, 4) },
		{ 0x177d, 0xaf84, V(5, 4), V(5, 5) },
		{ 0x1d17, 0x3104, V(5, 6), V(5, 7) },
		{ 0x14e4, 0x16d7, V(5, 12), V(5, 13) },
		{ 0x1957, 0x8d99, V(5, 14), V(5, 15) },
		{ 0x14e4, 0x1751, V(5, 19), V(6, 0) },
		{ 0x8088, 0x0100, V(6, 2), V(6, 3) },
		{ 0x14e4, 0x1763, V(6, 10), V(6, 11) },
		{ 0x17cb, 0x0115, V(6, 11), V(6, 12) },
		{ 0x0014, 0x7a69, V(6, 15), V(6, 16) },
		{ 0x17cb, 0x0111, V(6, 19), V(7, 0) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(row(rows[i].before, rows[i].vendor, rows[i].device));
		assert_non_null(row(rows[i].since, rows[i].vendor, rows[i].device));
		assert_non_null(row(V(7, 4), rows[i].vendor, rows[i].device));
	}
	/* Before, the row for all others denied these. */
	assert_int_equal(row(V(6, 7), 0x1d17, 0x0733)->claims, 0);
	assert_int_equal(row(V(6, 8), 0x1d17, 0x0733)->claims, PORT);
	assert_int_equal(row(V(6, 11), 0x8088, 0x5010)->claims, 0);
	assert_int_equal(row(V(6, 13), 0x8088, 0x5010)->claims, PORT);
	/* Integrated endpoints came between others. */
	assert_int_equal(row(V(5, 7), 0x8086, 0x0b25)->where, ACS_AT_WIDE);
	assert_int_equal(row(V(5, 8), 0x8086, 0x0b25)->where, ACS_AT_RCIEP);
}

static void longterm_series_have_later_rows_too(void **state)
{
	static const uint32_t longterm[] = { V(6, 1), V(6, 6), V(6, 12) };

	for (unsigned i = 0; i < 3; i++) {
		assert_non_null(row(longterm[i], 0x0014, 0x3c09));
		assert_int_equal(row(longterm[i], 0x8088, 0x5010)->claims, PORT);
	}
	assert_null(row(V(6, 8), 0x0014, 0x3c09));
	assert_null(row(V(6, 11), 0x0014, 0x3c09));
}

static void a_row_that_a_release_may_not_have_yet_is_late(void **state)
{
	static const struct {
		uint32_t kernel;
		int32_t patch;
		bool late;
	} rows[] = {
		{ V(6, 1), P2P_NOT_TOLD, true }, { V(6, 1), 191, true },
		{ V(6, 1), 192, false },         { V(6, 6), 135, true },
		{ V(6, 12), 116, true },         { V(6, 12), 117, false },
		{ V(6, 8), 1, false },           { V(6, 16), 0, false },
	};
	const struct quirk_match *loongson = &row(V(6, 16), 0x0014, 0x3c09)->match;
	const struct quirk_match *old = &row(V(6, 16), 0x1924, 0x0903)->match;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct p2p_rules rules = { .kernel = rows[i].kernel,
						 .patch = rows[i].patch };

		assert_int_equal(p2p_quirks_are_late(loongson, &rules), rows[i].late);
		assert_false(p2p_quirks_are_late(old, &rules));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_claims_what_the_kernels_function_does),
		cmocka_unit_test(ranges_end_where_the_kernels_do),
		cmocka_unit_test(of_zhaoxin_and_wangxun_the_last_row_denies_all_others),
		cmocka_unit_test(rows_stand_in_the_kernels_order),
		cmocka_unit_test(ports_of_older_intel_chipsets_are_known_one_by_one),
		cmocka_unit_test(a_row_is_there_from_its_release_on),
		cmocka_unit_test(longterm_series_have_later_rows_too),
		cmocka_unit_test(a_row_that_a_release_may_not_have_yet_is_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
