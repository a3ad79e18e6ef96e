/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a boot: how it is split, which device an entry means, what the
 * kernels with the bug made of it, and what is remarked. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/boot_parts.h"
#include "core/regs.h"
#include "unit/booted.h"

static void words_are_split_as_the_kernel_splits_them(void **state)
{
	static const struct {
		const char *text, *redir, *config;
		bool no_ats;
	} rows[] = {
		{ "", NULL, NULL, false },
		{ "quiet pci=noats", NULL, NULL, true },
		{ "\tpci=nomsi,noats\n", NULL, NULL, true },
		{ "pci=disable_acs_redir=00:01.0;00:02.0 x", "00:01.0;00:02.0", NULL,
		  false },
		{ "\"pci=config_acs=1@00:01.0,noats\"", NULL, "1@00:01.0", true },
		{ "pci=\"disable_acs_redir=a b,config_acs=c\"", "a b", "c", false },
		{ "pci=config_acs=1@a pci=config_acs=0@b", NULL, "0@b", false },
		{ "pci=config_acs=1@a,config_acs=x@b", NULL, "x@b", false },
		{ "pci=config_acs=", NULL, "", false },
		{ "pci=config_acs", NULL, NULL, false },
		{ "pci=", NULL, NULL, false },
		{ "pci noats", NULL, NULL, false },
		{ "-- pci=noats", NULL, NULL, false },
		{ "pci=noats --", NULL, NULL, true },
		{ "xpci=noats pcix=noats", NULL, NULL, false },
		{ "foo=\"pci=noats\"", NULL, NULL, false },
		{ "foo=\"a pci=noats b\"", NULL, NULL, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct p2p_cmdline cmdline;

		assert_int_equal(p2p_cmdline_parse(rows[i].text, &cmdline, NULL), 0);
		assert_int_equal(!cmdline.disable_acs_redir, !rows[i].redir);
		if (rows[i].redir)
			assert_string_equal(cmdline.disable_acs_redir, rows[i].redir);
		assert_int_equal(!cmdline.config_acs, !rows[i].config);
		if (rows[i].config)
			assert_string_equal(cmdline.config_acs, rows[i].config);
		assert_int_equal(cmdline.no_ats, rows[i].no_ats);
		p2p_cmdline_done(&cmdline);
	}
}

static void words_about_the_iommu_and_the_override_are_read(void **state)
{
	struct p2p_cmdline cmdline;

	assert_int_equal(p2p_cmdline_parse("intel_iommu=on,sm_on amd_iommu=fullflush "
					   "iommu=pt",
					   &cmdline, NULL),
			 0);
	assert_int_equal(cmdline.intel, P2P_YES);
	assert_int_equal(cmdline.amd, P2P_UNKNOWN);
	assert_false(cmdline.iommu_off);
	assert_false(cmdline.has_override);
	assert_int_equal(p2p_cmdline_parse("intel_iommu=on intel-iommu=off amd-iommu=off "
					   "iommu=off",
					   &cmdline, NULL),
			 0);
	assert_int_equal(cmdline.intel, P2P_NO);
	assert_int_equal(cmdline.amd, P2P_NO);
	assert_true(cmdline.iommu_off);
	assert_int_equal(p2p_cmdline_parse("pcie_acs_override=downstream,multifunction,"
					   "id:8086:1901,id:10de:xyz,id:1",
					   &cmdline, NULL),
			 0);
	assert_true(cmdline.has_override && cmdline.override.downstream &&
		    cmdline.override.multifunction);
	assert_int_equal(cmdline.override.n_ids, 1);
	assert_int_equal(cmdline.override.ids[0].vendor, 0x8086);
	assert_int_equal(cmdline.override.ids[0].device, 0x1901);
}

static void a_line_longer_than_any_kernel_takes_is_refused(void **state)
{
	static char text[P2P_CMDLINE_MAX + 2];
	struct p2p_cmdline cmdline = { .no_ats = true };
	struct p2p_err err = { "" };

	memset(text, 'x', P2P_CMDLINE_MAX + 1);
	assert_int_equal(p2p_cmdline_parse(text, &cmdline, &err), -EINVAL);
	assert_string_equal(err.text, "the command line has 4097 characters, a kernel "
				      "takes 4096 at most");
	assert_true(cmdline.no_ats);
	text[P2P_CMDLINE_MAX] = '\0';
	assert_int_equal(p2p_cmdline_parse(text, &cmdline, NULL), 0);
	assert_false(cmdline.no_ats);
}

static void a_device_is_meant_by_address_by_path_and_by_ids(void **state)
{
	static const struct {
		const char *text;
		int port, end; /* whether it means these */
		const char *rest;
	} rows[] = {
		{ "00:01.0", 1, 0, "" },
		{ "0000:00:01.0;x", 1, 0, ";x" },
		{ "0:0:1.0", 1, 0, "" },
		{ "0x0:0x00:0x01.0", 1, 0, "" },
		{ "01:00.0", 0, 1, "" },
		{ "0001:01:00.0", 0, 0, "" },
		{ "00:01.0/00.0", 0, 1, "" },
		{ "0000:00:01.0/0.0", 0, 1, "" },
		{ "00:02.0/00.0", 0, 0, "" },
		{ "00:01.0/00.1", 0, 0, "" },
		{ "00:01.0/00.0/00.0", 0, 0, "" },
		{ "pci:1b36:000c", 1, 0, "" },
		{ "pci:1b36:0", 1, 1, "" },
		{ "pci:0:0,z", 1, 1, ",z" },
		{ "pci:0:10", 0, 1, "" },
		{ "pci:1b36:c:1af4:1100", 0, 0, "" },
		{ "pci:0:0:1af4:0", 0, 1, "" },
		{ "pci:0:0:0:1100;", 0, 1, ";" },
		{ "pci:1b36:c:x", 1, 0, ":x" },
		/* %hx: what does not fit is cut. */
		{ "pci:10000:c", 1, 0, "" },
		/* 21 is device 1: five bits count. */
		{ "00:21.8", 1, 0, "" },
		{ "", -EINVAL, -EINVAL, NULL },
		{ "00:01", -EINVAL, -EINVAL, NULL },
		{ "00:01.0x", -EINVAL, -EINVAL, NULL },
		{ "00:01.0,00:02.0", -EINVAL, -EINVAL, NULL },
		{ "1@00:01.0", -EINVAL, -EINVAL, NULL },
		{ "pci:1b36", -EINVAL, -EINVAL, NULL },
		{ "pci:", -EINVAL, -EINVAL, NULL },
		{ "g0:01.0", -EINVAL, -EINVAL, NULL },
		{ "00:01.0/", -EINVAL, -EINVAL, NULL },
	};
	struct booted *m = *state;
	const struct p2p_machine *machine;
	struct booting booting = { 0 };

	build_write(m->b, m->end, REG_SUBSYS_VENDOR, 4, 0x11001af4);
	machine = said_machine(m->said);
	booting.snapshot = machine->snapshot;
	booting.facts = machine->facts;
	booting.topo = machine->topo;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *rest = NULL;
		uint32_t port = said_index(m->said, m->port);
		uint32_t end = said_index(m->said, m->end);
		int result = p2p_boot_match(&booting, port, rows[i].text, &rest);

		if (result != rows[i].port)
			fail_msg("%s: %d for the port", rows[i].text, result);
		if (rows[i].rest)
			assert_string_equal(rest, rows[i].rest);
		result = p2p_boot_match(&booting, end, rows[i].text, &rest);
		if (result != rows[i].end)
			fail_msg("%s: %d for the endpoint", rows[i].text, result);
	}
}

/* Values by __pci_config_acs() before 9cf8a952d57b: what is masked falls back to the
 * firmware's, and all flags go on top. */
static void kernels_with_the_bug_mix_the_bits_up(void **state)
{
	static const char *const broken[] = { "6.11", "6.11.11", "6.12.22", "6.13.10",
					      "6.14.1" };
	static const char *const fixed[] = { "6.12.23", "6.13.11", "6.14.2", "6.15",
					     "7.0" };
	static const char redir[] = "pci=disable_acs_redir=00:01.0";
	static const char flags[] = "pci=config_acs=10x1@00:01.0";
	struct booted *m = *state;

	for (unsigned i = 0; i < 5; i++) {
		m->said->kernel = broken[i];
		build_acs_control(m->b, m->port, 0);
		booted_assert(m, m->port, redir, 0x53);
		assert_int_equal(m->boot->remarks, P2P_REMARK_BUG);
		booted_assert(m, m->port, flags, 0x19);
		build_acs_control(m->b, m->port, 0x06);
		booted_assert(m, m->port, redir, 0x57);
		booted_assert(m, m->port, flags, 0x1f);
		booted_assert(m, m->port, "", DEFAULT | ACS_TB);
		assert_int_equal(m->boot->remarks, 0);
		m->said->kernel = fixed[i];
		booted_assert(m, m->port, redir, 0x02);
		booted_assert(m, m->port, flags, 0x0b);
		assert_int_equal(m->boot->remarks, 0);
	}
}

static void without_a_patch_level_the_fix_is_assumed(void **state)
{
	struct booted *m = *state;

	m->said->kernel = "6.13";
	booted_assert(m, m->port, "pci=config_acs=10x1@00:01.0", 0x09);
	assert_true(m->boot->assumed & P2P_ASSUME_PATCH);
	booted_assert(m, m->port, "", DEFAULT);
	assert_false(m->boot->assumed & P2P_ASSUME_PATCH);
}

static void the_bug_takes_only_the_first_entrys_flags(void **state)
{
	struct booted *m = *state;

	m->said->kernel = "6.11";
	booted_assert(m, m->other, "\"pci=config_acs=1x@00:01.0;0@00:02.0\"", DEFAULT);
	assert_int_equal(m->boot->remarks, P2P_REMARK_BUG | P2P_REMARK_BAD_DEVICE);
	booted_assert(m, m->port, "\"pci=config_acs=1x@00:01.0;0@00:02.0\"",
		      DEFAULT | ACS_TB);
	/* An entry without flags takes those of the first. */
	booted_assert(m, m->other, "\"pci=config_acs=1x@00:01.0;00:02.0\"",
		      DEFAULT | ACS_TB);
	/* One that says nothing is no first one. */
	booted_assert(m, m->other, "\"pci=config_acs=xx@00:01.0;1x@00:02.0\"",
		      DEFAULT | ACS_TB);
}

static void what_is_wrong_in_a_parameter_is_remarked(void **state)
{
	static const struct {
		const char *kernel, *cmdline;
		unsigned remarks;
	} rows[] = {
		{ "6.10", "pci=config_acs=1@00:01.0", P2P_REMARK_TOO_OLD },
		{ "6.15", "pci=config_acs=10x", P2P_REMARK_NO_FLAGS },
		{ "6.15", "pci=config_acs=12@00:01.0", P2P_REMARK_BAD_FLAGS },
		{ "6.15", "pci=config_acs=1xxxxxxx@00:01.0", P2P_REMARK_BAD_FLAGS },
		{ "6.15", "pci=config_acs=00:02.0;1@00:01.0", P2P_REMARK_BAD_FLAGS },
		{ "6.15", "pci=config_acs=1@nothing", P2P_REMARK_BAD_DEVICE },
		{ "6.15", "pci=disable_acs_redir=nothing", P2P_REMARK_BAD_DEVICE },
		{ "6.15", "pci=config_acs=1@01:00.0", 0 },
		{ "6.15", "pci=disable_acs_redir=05:00.0", 0 },
		{ "6.1", "pci=disable_acs_redir=00:01.0 pcie_acs_override=downstream",
		  P2P_REMARK_OVERRIDE },
	};
	struct booted *m = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned wanted = rows[i].remarks;

		/* Nothing but the last row and the first means a port. */
		if (i && i + 1 < sizeof(rows) / sizeof(rows[0]))
			wanted |= P2P_REMARK_NO_DEVICE;
		m->said->kernel = rows[i].kernel;
		booted_make(m, rows[i].cmdline);
		if (m->boot->remarks != wanted)
			fail_msg("%s: 0x%x", rows[i].cmdline, m->boot->remarks);
	}
}

static void wrong_flags_give_the_whole_parameter_up_a_wrong_device_the_rest(void **state)
{
	struct booted *m = *state;

	booted_assert(m, m->other, "pci=config_acs=2@00:01.0;0@00:02.0", DEFAULT);
	booted_assert(m, m->port, "pci=config_acs=0@junk;0@00:01.0", DEFAULT);
	booted_assert(m, m->port, "pci=config_acs=0@00:01.0;0@junk", 0);
	booted_assert(m, m->other, "pci=disable_acs_redir=00:02.0;junk", 0);
}

static void an_override_is_taken_along(void **state)
{
	struct booted *m = *state;

	booted_assert(m, m->port, "pcie_acs_override=downstream,id:8086:1901", DEFAULT);
	assert_true(m->boot->override.downstream);
	assert_int_equal(m->boot->override.n_ids, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOOTED(words_are_split_as_the_kernel_splits_them),
		BOOTED(words_about_the_iommu_and_the_override_are_read),
		BOOTED(a_line_longer_than_any_kernel_takes_is_refused),
		BOOTED(a_device_is_meant_by_address_by_path_and_by_ids),
		BOOTED(kernels_with_the_bug_mix_the_bits_up),
		BOOTED(without_a_patch_level_the_fix_is_assumed),
		BOOTED(the_bug_takes_only_the_first_entrys_flags),
		BOOTED(what_is_wrong_in_a_parameter_is_remarked),
		BOOTED(wrong_flags_give_the_whole_parameter_up_a_wrong_device_the_rest),
		BOOTED(an_override_is_taken_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
