/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernel's rules and which CPU: read from text, told by the system, or inferred. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/said.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void kernel_versions_are_read(void **state)
{
	static const struct {
		const char *text;
		unsigned major, minor;
		int32_t patch;
		enum p2p_tri distro;
	} cases[] = {
		{ "4.20", 4, 20, P2P_NOT_TOLD, P2P_NO },
		{ "6.8", 6, 8, P2P_NOT_TOLD, P2P_NO },
		{ "6.12.117", 6, 12, 117, P2P_NO },
		{ "7.3-rc4", 7, 3, P2P_NOT_TOLD, P2P_NO },
		{ "7.4.0", 7, 4, 0, P2P_NO },
		{ "6.8.0-45-generic", 6, 8, P2P_NOT_TOLD, P2P_YES },
		{ "6.1.0-28-amd64", 6, 1, P2P_NOT_TOLD, P2P_YES },
		{ "5.14.0-427.el9.x86_64", 5, 14, P2P_NOT_TOLD, P2P_YES },
		{ "6.12.117+deb12-amd64", 6, 12, 117, P2P_YES },
		{ "6.6.87.2-microsoft-standard-WSL2", 6, 6, 87, P2P_YES },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct p2p_rules rules = { 0 };
		enum p2p_tri distro = P2P_UNKNOWN;
		int result = p2p_rules_parse_kernel(cases[i].text, &rules, &distro, NULL);

		assert_int_equal(result, 0);
		assert_int_equal(rules.kernel,
				 P2P_KERNEL(cases[i].major, cases[i].minor));
		assert_int_equal(rules.patch, cases[i].patch);
		assert_int_equal(distro, cases[i].distro);
	}
}

static void what_is_no_kernel_version_is_refused(void **state)
{
	static const char *const junk[] = { "",           "6",         "6.",   ".8",
					    "6.8.",       "v6.8",      "6.8x", "six",
					    "-6.8",       "6,8",       " 6.8", "6.8 ",
					    "99999999.8", "6.99999999" };

	for (size_t i = 0; i < COUNT(junk); i++) {
		struct p2p_err err = { "" };
		struct p2p_rules rules = { .kernel = 77 };
		enum p2p_tri distro = P2P_UNKNOWN;

		assert_int_equal(p2p_rules_parse_kernel(junk[i], &rules, &distro, &err),
				 -EINVAL);
		assert_int_equal(rules.kernel, 77);
		assert_non_null(strstr(err.text, "is no kernel version"));
	}
}

static void a_kernel_whose_rules_are_not_known_is_said_so(void **state)
{
	static const char *const texts[] = { "4.19", "4.21", "2.6.32-754.el6",
					     "5.20", "6.20", "7.5",
					     "8.0" };

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct p2p_err err = { "" };
		struct p2p_rules rules;
		enum p2p_tri distro;

		assert_int_equal(p2p_rules_parse_kernel(texts[i], &rules, &distro, &err),
				 -ENOENT);
		assert_non_null(strstr(err.text, texts[i]));
		assert_non_null(strstr(err.text, "4.20 to 7.4"));
	}
}

static void cpus_are_read(void **state)
{
	static const struct {
		const char *text;
		enum p2p_cpu cpu;
	} cases[] = {
		{ "zen", P2P_CPU_ZEN },
		{ "intel", P2P_CPU_INTEL },
		{ "other", P2P_CPU_OTHER },
		{ "AuthenticAMD:23", P2P_CPU_ZEN },
		{ "AuthenticAMD:26", P2P_CPU_ZEN },
		{ "AuthenticAMD:22", P2P_CPU_OTHER },
		{ "GenuineIntel:6", P2P_CPU_INTEL },
		{ "HygonGenuine:24", P2P_CPU_OTHER },
		{ "ARM:8", P2P_CPU_OTHER },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		enum p2p_cpu cpu = P2P_CPU_UNKNOWN;

		assert_int_equal(p2p_rules_parse_cpu(cases[i].text, &cpu, NULL), 0);
		assert_int_equal(cpu, cases[i].cpu);
	}
}

static void what_is_no_cpu_is_refused(void **state)
{
	static const char *const junk[] = {
		"",
		"Zen",
		"AuthenticAMD",
		"AuthenticAMD:",
		"AuthenticAMD:0x19",
		":6",
		"zen4",
		"AuthenticAMD:23 ",
		"AVendorWhoseNameIsLongerThanAnyOther:6",
	};

	for (size_t i = 0; i < COUNT(junk); i++) {
		struct p2p_err err = { "" };
		enum p2p_cpu cpu = P2P_CPU_INTEL;

		assert_int_equal(p2p_rules_parse_cpu(junk[i], &cpu, &err), -EINVAL);
		assert_int_equal(cpu, P2P_CPU_INTEL);
		assert_non_null(strstr(err.text, "is no CPU"));
	}
}

static void host_bridges_are_allowed_from_their_kernel_on(void **state)
{
	static const struct {
		uint16_t vendor, device;
		bool one_only;
		uint32_t first, last;
	} rows[] = {
		{ 0x1022, 0x1450, false, P2P_KERNEL(5, 2), P2P_KERNEL(5, 9) },
		{ 0x1022, 0x1630, false, P2P_KERNEL(5, 9), P2P_KERNEL(5, 9) },
		{ 0x8086, 0x3c00, true, P2P_KERNEL(5, 4), 0 },
		{ 0x8086, 0x3c01, true, P2P_KERNEL(5, 4), 0 },
		{ 0x8086, 0x2f00, true, P2P_KERNEL(5, 4), 0 },
		{ 0x8086, 0x2f01, true, P2P_KERNEL(5, 4), 0 },
		{ 0x8086, 0x2030, false, P2P_KERNEL(5, 6), 0 },
		{ 0x8086, 0x2031, false, P2P_KERNEL(5, 8), 0 },
		{ 0x8086, 0x2020, false, P2P_KERNEL(5, 6), 0 },
		{ 0x8086, 0x09a2, false, P2P_KERNEL(5, 16), 0 },
		{ 0x1ae0, 0x0001, false, P2P_KERNEL(7, 1), 0 },
		{ 0x1ae0, 0xfffe, false, P2P_KERNEL(7, 1), 0 },
		{ 0x8086, 0x0b25, false, P2P_KERNEL(7, 2), 0 },
		{ 0x8086, 0x4948, false, P2P_KERNEL(7, 2), 0 },
		{ 0x10de, 0x2f95, false, P2P_KERNEL(7, 3), 0 },
		{ 0x1d17, 0x1003, true, P2P_KERNEL(7, 4), 0 },
		{ 0x1d17, 0x1008, false, P2P_KERNEL(7, 4), 0 },
	};
	static const uint32_t kernels[] = {
		P2P_KERNEL(4, 20), P2P_KERNEL(5, 2), P2P_KERNEL(5, 4),  P2P_KERNEL(5, 6),
		P2P_KERNEL(5, 8),  P2P_KERNEL(5, 9), P2P_KERNEL(5, 10), P2P_KERNEL(5, 15),
		P2P_KERNEL(5, 16), P2P_KERNEL(6, 8), P2P_KERNEL(7, 0),  P2P_KERNEL(7, 1),
		P2P_KERNEL(7, 2),  P2P_KERNEL(7, 3), P2P_KERNEL(7, 4),
	};

	for (size_t r = 0; r < COUNT(rows); r++)
		for (size_t k = 0; k < COUNT(kernels); k++) {
			bool holds = kernels[k] >= rows[r].first &&
				     (!rows[r].last || kernels[k] <= rows[r].last);

			assert_int_equal(p2p_rules_host_allowed(kernels[k],
								rows[r].vendor,
								rows[r].device, true),
					 holds);
			assert_int_equal(p2p_rules_host_allowed(kernels[k],
								rows[r].vendor,
								rows[r].device, false),
					 holds && !rows[r].one_only);
		}
}

static void host_bridges_that_no_kernel_lists_are_refused(void **state)
{
	static const uint16_t ids[][2] = {
		{ 0x8086, 0x29c0 }, /* QEMU's q35 */
		{ 0x8086, 0x3c02 }, { 0x8086, 0x2f02 }, { 0x1022, 0x1480 },
		{ 0x10de, 0x2f94 }, { 0x1d17, 0x1004 }, { 0xffff, 0xffff },
	};

	for (size_t i = 0; i < COUNT(ids); i++)
		for (unsigned minor = 0; minor <= 4; minor++)
			assert_false(p2p_rules_host_allowed(P2P_KERNEL(7, minor),
							    ids[i][0], ids[i][1], true));
}

static void say_host_bridge(struct said *said, uint16_t vendor, uint16_t device)
{
	int bridge = build_endpoint(said->b, build_host(said->b, 0, 0), P2P_TYPE_NOT_PCIE,
				    BUILD_CLASS_HOST);

	build_ids(said->b, bridge, vendor, device);
}

static void the_cpu_is_inferred_from_a_host_bridge_and_then_assumed(void **state)
{
	static const struct {
		uint16_t vendor, device;
		enum p2p_cpu cpu;
	} cases[] = {
		{ 0x1022, 0x1480, P2P_CPU_ZEN },     { 0x1022, 0x1576, P2P_CPU_OTHER },
		{ 0x8086, 0x09a2, P2P_CPU_INTEL },   { 0x1d0f, 0x0200, P2P_CPU_OTHER },
		{ 0x1022, 0xffee, P2P_CPU_UNKNOWN }, { 0x8086, 0x1237, P2P_CPU_UNKNOWN },
		{ 0x8086, 0x7190, P2P_CPU_UNKNOWN },
	};
	struct said *said = *state;

	said->cpu = NULL;
	for (size_t i = 0; i < COUNT(cases); i++) {
		build_free(said->b);
		said->b = build_new();
		say_host_bridge(said, cases[i].vendor, cases[i].device);
		assert_int_equal(said_machine(said)->rules.cpu, cases[i].cpu);
		assert_int_equal(said->machine->rules.assumed & P2P_ASSUME_CPU,
				 cases[i].cpu == P2P_CPU_UNKNOWN ? 0 : P2P_ASSUME_CPU);
	}
}

static void qemus_chipset_does_not_tell_the_cpu(void **state)
{
	struct said *said = *state;

	said->cpu = NULL;
	say_host_bridge(said, 0x8086, 0x29c0);
	assert_int_equal(said_machine(said)->rules.cpu, P2P_CPU_INTEL);
	build_write(said->b, 1, REG_SUBSYS_VENDOR, 2, 0x1af4);
	assert_int_equal(said_machine(said)->rules.cpu, P2P_CPU_UNKNOWN);
}

static p2p_string keep(struct p2p_snapshot *snapshot, const char *text)
{
	return p2p_snapshot_keep(snapshot, text, strlen(text));
}

static void tell_system(struct said *said, struct p2p_snapshot *snapshot)
{
	snapshot->system.kernel = keep(snapshot, "6.8.0-45-generic");
	snapshot->system.cpu_vendor = keep(snapshot, "AuthenticAMD");
	snapshot->system.cpu_family = 25;
	snapshot->system.p2pdma = P2P_YES;
	snapshot->system.iommu = P2P_IOMMU_IDENTITY;
}

static void what_the_system_tells_of_itself_is_taken(void **state)
{
	struct said *said = *state;
	const struct p2p_rules *rules;

	said->tell = tell_system;
	said->kernel = said->cpu = NULL;
	say_host_bridge(said, 0x8086, 0x09a2);
	rules = &said_machine(said)->rules;
	assert_int_equal(rules->kernel, P2P_KERNEL(6, 8));
	assert_int_equal(rules->cpu, P2P_CPU_ZEN);
	assert_int_equal(rules->p2pdma, P2P_YES);
	assert_int_equal(rules->iommu, P2P_IOMMU_IDENTITY);
	assert_int_equal(rules->assumed, P2P_ASSUME_DISTRO);
}

static void what_is_asked_for_goes_before_what_the_system_tells(void **state)
{
	struct said *said = *state;

	said->tell = tell_system;
	said->kernel = "5.15.3";
	assert_int_equal(said_machine(said)->rules.kernel, P2P_KERNEL(5, 15));
	assert_int_equal(said->machine->rules.cpu, P2P_CPU_INTEL);
	assert_int_equal(said->machine->rules.assumed, P2P_ASSUME_OLD_KERNEL);
}

static void without_a_kernel_the_newest_rules_are_assumed(void **state)
{
	struct said *said = *state;

	said->kernel = NULL;
	assert_int_equal(said_machine(said)->rules.kernel, P2P_KERNEL_NEWEST);
	assert_int_equal(said->machine->rules.assumed, P2P_ASSUME_KERNEL);
}

static void tell_no_family(struct said *said, struct p2p_snapshot *snapshot)
{
	snapshot->system.cpu_vendor = keep(snapshot, "AuthenticAMD");
	snapshot->system.kernel = keep(snapshot, "3.10.0-1160.el7");
}

static void an_amd_cpu_without_a_family_is_unknown(void **state)
{
	struct said *said = *state;

	said->tell = tell_no_family;
	said->cpu = said->kernel = NULL;
	assert_int_equal(said_machine(said)->rules.cpu, P2P_CPU_UNKNOWN);
}

static void a_kernel_from_before_p2pdma_has_none(void **state)
{
	struct said *said = *state;

	said->tell = tell_no_family;
	said->kernel = NULL;
	assert_int_equal(said_machine(said)->rules.kernel, P2P_KERNEL_OLDEST);
	assert_int_equal(said->machine->rules.p2pdma, P2P_NO);
	assert_true(said->machine->rules.assumed & P2P_ASSUME_KERNEL);
}

static void a_wrong_kernel_or_cpu_makes_no_machine(void **state)
{
	struct said *said = *state;
	struct p2p_machine *machine = NULL;
	struct p2p_err err = { "" };

	assert_int_equal(p2p_machine_new(build_snapshot(said->b, 0), "6", NULL, &machine,
					 &err),
			 -EINVAL);
	assert_int_equal(p2p_machine_new(build_snapshot(said->b, 0), "4.4", NULL,
					 &machine, &err),
			 -ENOENT);
	assert_int_equal(p2p_machine_new(build_snapshot(said->b, 0), "6.8", "z80",
					 &machine, &err),
			 -EINVAL);
	assert_null(machine);
	assert_non_null(strstr(err.text, "z80"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(kernel_versions_are_read),
		SAID(what_is_no_kernel_version_is_refused),
		SAID(a_kernel_whose_rules_are_not_known_is_said_so),
		SAID(cpus_are_read),
		SAID(what_is_no_cpu_is_refused),
		SAID(host_bridges_are_allowed_from_their_kernel_on),
		SAID(host_bridges_that_no_kernel_lists_are_refused),
		SAID(the_cpu_is_inferred_from_a_host_bridge_and_then_assumed),
		SAID(qemus_chipset_does_not_tell_the_cpu),
		SAID(what_the_system_tells_of_itself_is_taken),
		SAID(what_is_asked_for_goes_before_what_the_system_tells),
		SAID(without_a_kernel_the_newest_rules_are_assumed),
		SAID(an_amd_cpu_without_a_family_is_unknown),
		SAID(a_kernel_from_before_p2pdma_has_none),
		SAID(a_wrong_kernel_or_cpu_makes_no_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
