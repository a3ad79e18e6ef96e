/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line and a machine in, the machine's registers after that boot out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/boot_parts.h"
#include "core/facts_parts.h"
#include "core/verdict_parts.h"

#define KERNEL_CONFIG_ACS P2P_KERNEL(6, 11)
#define KERNEL_FIXED      P2P_KERNEL(6, 15)

/* Stable series of which a later release has the fix of the parameters, 9cf8a952d57b. */
static const struct {
	uint32_t kernel;
	int32_t patch;
} fixed_in[] = {
	{ P2P_KERNEL(6, 12), 23 },
	{ P2P_KERNEL(6, 13), 11 },
	{ P2P_KERNEL(6, 14), 2 },
};

/* Kernels 6.11 to 6.14 as they were released mix the bits up. */
static bool has_bug(const struct p2p_rules *rules, unsigned *assumed)
{
	if (rules->kernel < KERNEL_CONFIG_ACS || rules->kernel >= KERNEL_FIXED)
		return false;
	for (unsigned i = 0; i < sizeof(fixed_in) / sizeof(fixed_in[0]); i++) {
		if (rules->kernel != fixed_in[i].kernel)
			continue;
		if (rules->patch == P2P_NOT_TOLD)
			*assumed |= P2P_ASSUME_PATCH;
		return rules->patch != P2P_NOT_TOLD && rules->patch < fixed_in[i].patch;
	}
	return true;
}

static bool may_be(const struct booting *booting, const char *maker, enum p2p_cpu other)
{
	const struct p2p_snapshot *snapshot = booting->snapshot;
	const char *told = p2p_snapshot_string(snapshot, snapshot->system.iommu_name);

	return *told ? !strcmp(told, maker) : booting->rules->cpu != other;
}

/* Whether a command line turns the IOMMU off; what it says of another maker's does not
 * count. */
static bool turns_off(const struct booting *booting, const struct p2p_cmdline *cmdline)
{
	bool may_be_intel = may_be(booting, "intel", P2P_CPU_ZEN);
	bool may_be_amd = may_be(booting, "amd", P2P_CPU_INTEL);

	return cmdline->iommu_off || (cmdline->intel == P2P_NO && may_be_intel) ||
	       (cmdline->amd == P2P_NO && may_be_amd);
}

/* What this machine does under its own command line says what it would do under another:
 * an IOMMU that is off and was not turned off is not there. */
static enum p2p_tri will_translate(struct booting *booting, const struct p2p_cmdline *own)
{
	enum p2p_iommu now = booting->snapshot->system.iommu;
	bool has_own = booting->snapshot->system.has_cmdline == P2P_YES;

	if (turns_off(booting, booting->cmdline)) {
		/* Firmware may ask for the IOMMU (DMAR opt-in): then ACS is on. */
		if (booting->cmdline->intel == P2P_NO)
			booting->boot->assumed |= P2P_ASSUME_IOMMU;
		return P2P_NO;
	}
	if (now != P2P_IOMMU_UNKNOWN && now != P2P_IOMMU_OFF)
		return P2P_YES;
	booting->boot->assumed |= P2P_ASSUME_IOMMU;
	if (now == P2P_IOMMU_UNKNOWN || !has_own || turns_off(booting, own))
		return P2P_YES;
	return p2p_tri_of(booting->cmdline->intel == P2P_YES && own->intel != P2P_YES);
}

/* detect_ivrs() asks for ACS wherever firmware describes an AMD IOMMU, even if the
 * command line turns it off: interrupt remapping looks for it. Intel's driver asks only
 * when the IOMMU will be on. */
static bool asks_when_off(const struct booting *booting,
			  const struct p2p_cmdline *cmdline)
{
	return !may_be(booting, "intel", P2P_CPU_ZEN) &&
	       (cmdline->amd == P2P_NO || cmdline->iommu_off);
}

static int request(struct booting *booting, struct p2p_err *err)
{
	const struct p2p_snapshot *snapshot = booting->snapshot;
	struct p2p_boot *boot = booting->boot;
	struct p2p_cmdline own = { 0 };
	int result = p2p_cmdline_parse(
		p2p_snapshot_string(snapshot, snapshot->system.cmdline), &own, err);

	if (result)
		return result;
	boot->translates = will_translate(booting, &own);
	boot->requested = p2p_tri_of(boot->translates == P2P_YES ||
				     asks_when_off(booting, booting->cmdline));
	booting->own_words = own.disable_acs_redir || own.config_acs;
	/* No IOMMU, no word: the kernel leaves ACS as the firmware has it. Where firmware
	 * wants the IOMMU, Intel's driver asked for ACS before it was turned off. */
	if (snapshot->system.iommu == P2P_IOMMU_OFF && !asks_when_off(booting, &own) &&
	    !booting->own_words) {
		booting->from_firmware = true;
		if (own.intel == P2P_NO && !own.iommu_off)
			boot->assumed |= P2P_ASSUME_FIRMWARE;
	}
	p2p_cmdline_done(&own);
	return 0;
}

static void program_all(struct booting *booting)
{
	struct p2p_boot *boot = booting->boot;

	for (uint32_t i = 0; i < booting->snapshot->n_functions; i++) {
		const struct p2p_ability *acs = &booting->facts[i].acs.regs;
		struct p2p_reg after;

		if (acs->present != P2P_YES || p2p_verdict_is_hidden(booting->topo, i))
			continue;
		after = p2p_boot_program(booting, i);
		boot->registers[boot->n_registers++] =
			(struct p2p_boot_register){ i, acs->ctrl, after };
		p2p_facts_put_control(&boot->facts[i].acs, after);
	}
}

static void remark(struct booting *booting)
{
	const struct p2p_cmdline *cmdline = booting->cmdline;
	bool is_old = booting->rules->kernel < KERNEL_CONFIG_ACS;
	unsigned *remarks = &booting->boot->remarks;

	if (cmdline->config_acs && is_old)
		*remarks |= P2P_REMARK_TOO_OLD;
	if ((cmdline->disable_acs_redir && !booting->redir_matched) ||
	    (cmdline->config_acs && !is_old && !booting->config_matched))
		*remarks |= P2P_REMARK_NO_DEVICE;
	if (booting->has_bug && (cmdline->config_acs || cmdline->disable_acs_redir))
		*remarks |= P2P_REMARK_BUG;
	if (cmdline->has_override)
		*remarks |= P2P_REMARK_OVERRIDE;
	if (booting->boot->translates == P2P_NO)
		*remarks |= P2P_REMARK_NO_IOMMU;
}

/* What was assumed counts only where it decides something. */
static void settle_assumptions(struct booting *booting)
{
	struct p2p_boot *boot = booting->boot;
	const struct p2p_cmdline *cmdline = booting->cmdline;

	if (!cmdline->config_acs && !cmdline->disable_acs_redir)
		boot->assumed &= ~(unsigned)P2P_ASSUME_PATCH;
	if (!booting->from_firmware && boot->n_registers)
		boot->assumed |= P2P_ASSUME_FIRMWARE;
	boot->assumed |= booting->rules->assumed &
			 (P2P_ASSUME_KERNEL | P2P_ASSUME_DISTRO | P2P_ASSUME_OLD_KERNEL);
	boot->override = cmdline->override;
}

static struct p2p_boot *boot_empty(const struct p2p_facts *facts, uint32_t count)
{
	struct p2p_boot *boot = calloc(1, sizeof(*boot));

	if (!boot)
		return NULL;
	boot->facts = calloc(count + 1u, sizeof(*boot->facts));
	boot->registers = calloc(count + 1u, sizeof(*boot->registers));
	if (!boot->facts || !boot->registers) {
		p2p_boot_free(boot);
		return NULL;
	}
	memcpy(boot->facts, facts, count * sizeof(*facts));
	return boot;
}

int p2p_boot_new(const struct p2p_snapshot *snapshot, const struct p2p_facts *facts,
		 const struct p2p_topo *topo, const struct p2p_rules *rules,
		 const struct p2p_boot_options *options, struct p2p_boot **ret_boot,
		 struct p2p_err *err)
{
	struct p2p_cmdline cmdline = { 0 };
	struct booting booting = { .snapshot = snapshot,
				   .facts = facts,
				   .topo = topo,
				   .rules = rules,
				   .cmdline = &cmdline,
				   .from_firmware = options->from_firmware };
	int result = p2p_cmdline_parse(options->cmdline, &cmdline, err);

	if (result)
		return result;
	booting.boot = boot_empty(facts, snapshot->n_functions);
	if (!booting.boot)
		result = p2p_err_set(err, -ENOMEM, "no memory to predict a boot");
	else
		result = request(&booting, err);
	if (!result) {
		booting.has_bug = has_bug(rules, &booting.boot->assumed);
		program_all(&booting);
		remark(&booting);
		settle_assumptions(&booting);
		*ret_boot = booting.boot;
	} else {
		p2p_boot_free(booting.boot);
	}
	p2p_cmdline_done(&cmdline);
	return result;
}

void p2p_boot_free(struct p2p_boot *boot)
{
	if (!boot)
		return;
	free(boot->facts);
	free(boot->registers);
	free(boot);
}

uint32_t p2p_boot_drift(const struct p2p_snapshot *snapshot, const struct p2p_boot *boot,
			uint32_t at)
{
	const struct p2p_system *system = &snapshot->system;
	struct p2p_reg before = boot->registers[at].before;
	struct p2p_reg after = boot->registers[at].after;

	if (system->has_cmdline != P2P_YES || system->iommu == P2P_IOMMU_OFF ||
	    system->iommu == P2P_IOMMU_UNKNOWN)
		return 0;
	return (before.value ^ after.value) & before.known & after.known;
}
