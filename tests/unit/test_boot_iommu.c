/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a boot has the IOMMU on and asks for ACS, and what that tells of registers as
 * they are now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "unit/booted.h"

/* What the machine is now, and the command line that made it so. */
static struct {
	enum p2p_iommu iommu;
	const char *own, *name;
} now;

static void tell_now(struct said *said, struct p2p_snapshot *snapshot)
{
	struct p2p_system *system = &snapshot->system;

	system->iommu = now.iommu;
	system->has_cmdline = p2p_tri_of(now.own);
	if (now.own)
		system->cmdline = p2p_snapshot_keep(snapshot, now.own, strlen(now.own));
	if (now.name)
		system->iommu_name =
			p2p_snapshot_keep(snapshot, now.name, strlen(now.name));
}

static void whether_an_iommu_will_be_on_is_concluded(void **state)
{
	static const struct {
		const char *cpu;
		enum p2p_iommu iommu;
		const char *own, *name, *cmdline;
		enum p2p_tri translates, requested;
		bool assumed;
	} rows[] = {
		{ "intel", P2P_IOMMU_UNKNOWN, NULL, NULL, "", P2P_YES, P2P_YES, true },
		{ "intel", P2P_IOMMU_IDENTITY, "", NULL, "", P2P_YES, P2P_YES, false },
		{ "intel", P2P_IOMMU_TRANSLATED, "", NULL, "intel_iommu=off", P2P_NO,
		  P2P_NO, true },
		{ "intel", P2P_IOMMU_TRANSLATED, "", NULL, "iommu=off", P2P_NO, P2P_NO,
		  false },
		{ "intel", P2P_IOMMU_TRANSLATED, "", NULL, "amd_iommu=off", P2P_YES,
		  P2P_YES, false },
		{ "intel", P2P_IOMMU_TRANSLATED, "", "amd", "intel_iommu=off", P2P_YES,
		  P2P_YES, false },
		{ "zen", P2P_IOMMU_TRANSLATED, "", NULL, "intel_iommu=off", P2P_YES,
		  P2P_YES, false },
		{ "zen", P2P_IOMMU_TRANSLATED, "", NULL, "amd_iommu=off", P2P_NO, P2P_YES,
		  false },
		{ "zen", P2P_IOMMU_TRANSLATED, "", NULL, "iommu=off", P2P_NO, P2P_YES,
		  false },
		/* Off without a word: it is not there, or has to be turned on. */
		{ "intel", P2P_IOMMU_OFF, "", NULL, "", P2P_NO, P2P_NO, true },
		{ "intel", P2P_IOMMU_OFF, "", NULL, "intel_iommu=on", P2P_YES, P2P_YES,
		  true },
		{ "intel", P2P_IOMMU_OFF, "intel_iommu=on", NULL, "intel_iommu=on",
		  P2P_NO, P2P_NO, true },
		/* Off by a word: gone with it. */
		{ "intel", P2P_IOMMU_OFF, "intel_iommu=off", NULL, "", P2P_YES, P2P_YES,
		  true },
		{ "zen", P2P_IOMMU_OFF, "amd_iommu=off", NULL, "", P2P_YES, P2P_YES,
		  true },
	};
	struct booted *m = *state;

	m->said->tell = tell_now;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct p2p_boot *boot;

		now.iommu = rows[i].iommu;
		now.own = rows[i].own;
		now.name = rows[i].name;
		m->said->cpu = rows[i].cpu;
		boot = booted_make(m, rows[i].cmdline);
		if (boot->translates != rows[i].translates ||
		    boot->requested != rows[i].requested ||
		    !(boot->assumed & P2P_ASSUME_IOMMU) == rows[i].assumed)
			fail_msg("row %zu: %d %d 0x%x", i, boot->translates,
				 boot->requested, boot->assumed);
		assert_int_equal(!(boot->remarks & P2P_REMARK_NO_IOMMU),
				 rows[i].translates == P2P_YES);
		assert_int_equal(boot->registers[0].after.value & DEFAULT,
				 rows[i].requested == P2P_YES ? DEFAULT : 0);
	}
}

static void without_an_iommu_registers_are_the_firmwares(void **state)
{
	struct booted *m = *state;

	m->from_firmware = false;
	m->said->tell = tell_now;
	build_acs_control(m->b, m->port, ACS_SV);
	now.iommu = P2P_IOMMU_OFF;
	now.name = NULL;
	m->said->cpu = "intel";
	now.own = "iommu=off";
	booted_assert(m, m->port, "iommu=off", ACS_SV);
	assert_false(m->boot->assumed & P2P_ASSUME_FIRMWARE);
	/* Firmware may have wanted the IOMMU all the same. */
	now.own = "intel_iommu=off";
	booted_assert(m, m->port, "intel_iommu=off", ACS_SV);
	assert_true(m->boot->assumed & P2P_ASSUME_FIRMWARE);
	/* AMD's driver asked for ACS before it was turned off. */
	m->said->cpu = "zen";
	now.own = "iommu=off";
	assert_int_equal(booted_after(m, m->port, "iommu=off").value & DEFAULT, DEFAULT);
	assert_true(m->boot->assumed & P2P_ASSUME_FIRMWARE);
}

static void what_was_written_since_the_boot_is_told(void **state)
{
	struct booted *m = *state;
	const struct p2p_boot *boot;

	m->from_firmware = false;
	m->said->tell = tell_now;
	now.iommu = P2P_IOMMU_TRANSLATED;
	now.own = "quiet";
	now.name = NULL;
	build_acs_control(m->b, m->port, ACS_SV | ACS_UF);
	build_acs_control(m->b, m->other, DEFAULT);
	boot = booted_make(m, now.own);
	assert_int_equal(p2p_boot_drift(m->said->machine->snapshot, boot, 0),
			 ACS_RR | ACS_CR);
	assert_int_equal(p2p_boot_drift(m->said->machine->snapshot, boot, 1), 0);
	now.own = NULL;
	boot = booted_make(m, "");
	assert_int_equal(p2p_boot_drift(m->said->machine->snapshot, boot, 0), 0);
	now.own = "";
	now.iommu = P2P_IOMMU_UNKNOWN;
	boot = booted_make(m, "");
	assert_int_equal(p2p_boot_drift(m->said->machine->snapshot, boot, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOOTED(whether_an_iommu_will_be_on_is_concluded),
		BOOTED(without_an_iommu_registers_are_the_firmwares),
		BOOTED(what_was_written_since_the_boot_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
