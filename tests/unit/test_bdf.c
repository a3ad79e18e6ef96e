/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as text, read and written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <p2ptool/bdf.h>

static const struct p2p_bdf untouched = { 0xdead, 0xbe, 0xef };

static void assert_untouched(struct p2p_bdf bdf)
{
	assert_int_equal(p2p_bdf_key(bdf), p2p_bdf_key(untouched));
}

static void assert_parses(const char *text, uint32_t domain, uint8_t bus, uint8_t devfn)
{
	struct p2p_bdf bdf = untouched;

	assert_int_equal(p2p_bdf_parse(text, &bdf), 0);
	assert_int_equal(bdf.domain, domain);
	assert_int_equal(bdf.bus, bus);
	assert_int_equal(bdf.devfn, devfn);
}

static void assert_refused(const char *text)
{
	struct p2p_bdf bdf = untouched;

	assert_int_equal(p2p_bdf_parse(text, &bdf), -EINVAL);
	assert_untouched(bdf);
}

static void an_address_is_read_with_and_without_a_domain(void **state)
{
	assert_parses("0000:3c:00.0", 0, 0x3c, 0);
	assert_parses("0001:3c:1f.7", 1, 0x3c, 0xff);
	assert_parses("3c:00.0", 0, 0x3c, 0);
	assert_parses("0:0.0", 0, 0, 0);
}

static void an_address_is_read_in_any_case_and_width(void **state)
{
	assert_parses("3C:0A.1", 0, 0x3c, 0x51);
	assert_parses("aBcD:Ef:1F.3", 0xabcd, 0xef, 0xfb);
	assert_parses("00000000:3c:00.0", 0, 0x3c, 0);
	assert_parses("0000000000000000000000000000000000001:003c:0001f.00000007", 1,
		      0x3c, 0xff);
}

static void a_domain_may_be_wider_than_four_digits(void **state)
{
	assert_parses("10000:e1:00.0", 0x10000, 0xe1, 0);
	assert_parses("ffffffff:ff:1f.7", UINT32_MAX, 0xff, 0xff);
	assert_refused("100000000:00:00.0");
}

static void the_names_of_libvirt_are_addresses_too(void **state)
{
	assert_parses("pci_0000_3c_00_0", 0, 0x3c, 0);
	assert_parses("pci_10000_E1_1f_7", 0x10000, 0xe1, 0xff);
	assert_refused("pci_");
	assert_refused("pci_0000");
	assert_refused("pci_0000_3c_00_0_1");
	assert_refused("pci_0000:3c:00.0_");
	assert_refused("pci_00000000000000000000000000000000000000000000_3c_00_0");
	assert_refused("PCI_0000_3c_00_0");
}

static void numbers_beyond_their_range_are_refused(void **state)
{
	assert_refused("0000:100:00.0");
	assert_refused("0000:00:20.0");
	assert_refused("0000:00:00.8");
	assert_refused("00:ffffffffffffffffffffff.0");
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const junk[] = {
		"",         "0000",         ":",
		".",        "::.",          "3c",
		"3c:00",    "3c.0",         "3c:00.",
		":00.0",    "3c:.0",        "3c:00.0 ",
		" 3c:00.0", "0x3c:00.0",    "0:0:0:0.0",
		"3g:0.0",   "-1:00.0",      "3c:00.0.0",
		"3c:00.0:", "3c:00-0",      "3c::0",
		"3c:00.*",  "0000:3c:00,0", "0000::00.0",
		"+3c:00.0",
	};

	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++)
		assert_refused(junk[i]);
}

static void at_the_start_of_a_line_the_address_ends_where_it_ends(void **state)
{
	struct p2p_bdf bdf;
	const char *line = "0000:3c:00.0 Bridge";

	assert_int_equal(p2p_bdf_read(line, strlen(line), &bdf), 12);
	assert_int_equal(p2p_bdf_key(bdf), 0x3c00);
	assert_int_equal(p2p_bdf_read("00: ff ff", 9, &bdf), 0);
	assert_int_equal(p2p_bdf_read("e0:1f.7:", 8, &bdf), 7);
}

static void nothing_is_read_beyond_the_length(void **state)
{
	const char *line = "0000:3c:00.0";
	struct p2p_bdf bdf = untouched;

	for (size_t length = 1; length < strlen(line); length++) {
		char *exact = malloc(length);

		assert_non_null(exact);
		memcpy(exact, line, length);
		assert_int_equal(p2p_bdf_read(exact, length, &bdf), 0);
		free(exact);
	}
	assert_int_equal(p2p_bdf_read(line, 0, &bdf), 0);
	assert_untouched(bdf);
	assert_int_equal(p2p_bdf_read("0000:3c:00.7f", 12, &bdf), 12);
	assert_int_equal(p2p_bdf_function(bdf), 7);
}

static void what_is_written_is_read_back(void **state)
{
	static const uint32_t domains[] = { 0, 1, 0xffff, 0x10000, UINT32_MAX };
	char text[P2P_BDF_SIZE];

	for (size_t d = 0; d < sizeof(domains) / sizeof(*domains); d++)
		for (unsigned rid = 0; rid < 0x10000; rid += 251) {
			struct p2p_bdf bdf = { domains[d], (uint8_t)(rid >> 8),
					       (uint8_t)rid };

			p2p_bdf_format(bdf, text);
			assert_parses(text, bdf.domain, bdf.bus, bdf.devfn);
		}
}

static void the_form_is_that_of_lspci(void **state)
{
	char text[P2P_BDF_SIZE];

	assert_string_equal(p2p_bdf_format((struct p2p_bdf){ 0, 0x3c, 0x51 }, text),
			    "0000:3c:0a.1");
	assert_string_equal(p2p_bdf_format((struct p2p_bdf){ 0x10000, 0xe1, 0xff }, text),
			    "10000:e1:1f.7");
	assert_string_equal(p2p_bdf_format((struct p2p_bdf){ UINT32_MAX, 0xff, 0xff },
					   text),
			    "ffffffff:ff:1f.7");
}

static void keys_order_addresses_by_domain_then_bus_then_function(void **state)
{
	static const struct p2p_bdf ascending[] = {
		{ 0, 0, 0 },       { 0, 0, 1 },
		{ 0, 1, 0 },       { 0, 0xff, 0xff },
		{ 1, 0, 0 },       { 0xffff, 0xff, 0xff },
		{ 0x10000, 0, 0 }, { UINT32_MAX, 0xff, 0xff },
	};

	for (size_t i = 1; i < sizeof(ascending) / sizeof(*ascending); i++)
		assert_true(p2p_bdf_key(ascending[i - 1]) < p2p_bdf_key(ascending[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_read_with_and_without_a_domain),
		cmocka_unit_test(an_address_is_read_in_any_case_and_width),
		cmocka_unit_test(a_domain_may_be_wider_than_four_digits),
		cmocka_unit_test(the_names_of_libvirt_are_addresses_too),
		cmocka_unit_test(numbers_beyond_their_range_are_refused),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(at_the_start_of_a_line_the_address_ends_where_it_ends),
		cmocka_unit_test(nothing_is_read_beyond_the_length),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(the_form_is_that_of_lspci),
		cmocka_unit_test(keys_order_addresses_by_domain_then_bus_then_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
