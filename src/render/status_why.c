/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What probably happened to registers that were applied, and what rests on them. */
#include <stdlib.h>
#include <string.h>

#include "render/status_report.h"

static uint32_t find(const struct status_report *report, struct p2p_bdf bdf)
{
	return p2p_snapshot_find(report->scene->machine->snapshot, bdf);
}

/* Bits that later transactions wrote to the same register. */
static uint32_t taken_over(const struct status_report *report, uint32_t journal,
			   uint32_t reg)
{
	const struct p2p_apply *apply = report->journals[journal]->apply;
	const struct p2p_apply_register *at = &apply->registers[reg];
	uint32_t mask = 0;

	for (uint32_t i = journal + 1; i < report->n_journals; i++) {
		const struct p2p_apply *later = report->journals[i]->apply;

		for (uint32_t k = 0; k < later->n_registers; k++) {
			const struct p2p_apply_register *other = &later->registers[k];

			if (other->word == at->word &&
			    p2p_apply_was_written(later, k) != P2P_NO &&
			    p2p_bdf_key(later->functions[other->function].bdf) ==
				    p2p_bdf_key(apply->functions[at->function].bdf))
				mask |= other->mask;
		}
	}
	return mask;
}

/* Of what was ended half-way nothing is to hold: what is not as before is still to be put
 * back. */
static enum status_hold unfinished_hold(const struct p2p_apply_register *at)
{
	return at->place == P2P_PLACE_ORIGINAL ? STATUS_BACK :
	       at->place == P2P_PLACE_UNKNOWN  ? STATUS_UNKNOWN :
						 STATUS_DRIFTED;
}

enum status_hold status_hold(const struct status_report *report, uint32_t journal,
			     uint32_t reg)
{
	const struct p2p_apply *apply = report->journals[journal]->apply;
	const struct p2p_apply_register *at = &apply->registers[reg];
	uint32_t own;

	if (p2p_apply_was_written(apply, reg) == P2P_NO)
		return STATUS_BACK;
	if (status_is_unfinished(apply))
		return unfinished_hold(at);
	switch (at->place) {
	case P2P_PLACE_APPLIED:
		return STATUS_HOLDS;
	case P2P_PLACE_UNKNOWN:
		return STATUS_UNKNOWN;
	case P2P_PLACE_GONE:
	case P2P_PLACE_OTHER:
		return STATUS_DRIFTED;
	case P2P_PLACE_ORIGINAL:
	case P2P_PLACE_BETWEEN:
	case P2P_PLACE_CHANGED:
		break;
	}
	own = at->mask & ~taken_over(report, journal, reg);
	return (at->now ^ at->applied) & own ? STATUS_DRIFTED : STATUS_HOLDS;
}

/* What the kernel programs at boot, it programs again after each reset and resume. */
static bool is_default(const struct status_report *report, const struct p2p_apply *apply,
		       const struct p2p_apply_register *reg)
{
	uint32_t function = find(report, apply->functions[reg->function].bdf);
	struct p2p_reg ctrl;

	if (function == P2P_NONE || !report->booted || reg->word != P2P_PLAN_CONTROL)
		return false;
	ctrl = report->booted[function].acs.regs.ctrl;
	return (ctrl.known & reg->mask) == reg->mask &&
	       !((ctrl.value ^ reg->now) & reg->mask);
}

const char *status_why(const struct status_report *report, const struct p2p_apply *apply,
		       uint32_t reg)
{
	const struct p2p_apply_register *at = &apply->registers[reg];

	switch (at->place) {
	case P2P_PLACE_APPLIED:
		return status_is_unfinished(apply) ? "written, and not put back yet" :
						     "as applied";
	case P2P_PLACE_UNKNOWN:
		return "could not be read";
	case P2P_PLACE_GONE:
		return "the device is not there any more";
	case P2P_PLACE_OTHER:
		return "another device is in its place";
	case P2P_PLACE_BETWEEN:
		if (status_is_unfinished(apply))
			return "half-way, and not put back yet";
		break;
	case P2P_PLACE_ORIGINAL:
	case P2P_PLACE_CHANGED:
		break;
	}
	if (is_default(report, apply, at))
		return "the kernel's default, as after a reset or resume";
	if (at->place == P2P_PLACE_ORIGINAL)
		return "as before it was applied";
	if (!(at->now & at->mask))
		return "all off, as after a reset that nobody mended";
	return "written by somebody else";
}

const char *status_unfinished(const struct p2p_apply *apply)
{
	switch (apply->state) {
	case P2P_APPLY_NEW:
		return "ended before anything was written";
	case P2P_APPLY_WRITING:
		return "ended while it wrote";
	case P2P_APPLY_UNDOING:
		return "ended while it was put back";
	case P2P_APPLY_FAILED:
		return "failed, and some registers could not be put back";
	case P2P_APPLY_APPLIED:
	case P2P_APPLY_UNDONE:
		break;
	}
	return "";
}

bool status_is_of_earlier_boot(const struct status_report *report,
			       const struct p2p_journal *journal)
{
	const struct p2p_snapshot *snapshot = report->scene->machine->snapshot;
	const char *boot = p2p_snapshot_string(snapshot, snapshot->system.boot_id);

	return *boot && journal->boot_id && *journal->boot_id &&
	       strcmp(boot, journal->boot_id) != 0;
}

/* Drivers that give their memory to P2PDMA without p2pmem in sysfs. */
static bool may_provide(const struct p2p_machine *machine, uint32_t function)
{
	static const char *const drivers[] = { "amdgpu", "xe" };
	const struct p2p_function *at = &machine->snapshot->functions[function];
	const char *driver = p2p_snapshot_string(machine->snapshot, at->driver);

	if (at->p2pmem.present == P2P_YES)
		return true;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (!strcmp(driver, drivers[i]))
			return true;
	return false;
}

static bool is_written(const struct p2p_apply *apply,
		       const struct p2p_apply_register *reg)
{
	return apply->state != P2P_APPLY_UNDONE && reg->place != P2P_PLACE_GONE;
}

static bool shares_top(const struct status_report *report, uint32_t function)
{
	const struct p2p_topo *topo = report->scene->machine->topo;
	uint32_t top = p2p_topo_top(topo, function);

	for (uint32_t i = 0; i < report->n_journals; i++) {
		const struct p2p_apply *apply = report->journals[i]->apply;

		for (uint32_t k = 0; k < apply->n_registers; k++) {
			const struct p2p_apply_register *reg = &apply->registers[k];
			uint32_t port = find(report, apply->functions[reg->function].bdf);

			if (port != P2P_NONE && is_written(apply, reg) &&
			    p2p_topo_top(topo, port) == top)
				return true;
		}
	}
	return false;
}

uint32_t *status_providers(const struct status_report *report, uint32_t *ret_n)
{
	const struct p2p_machine *machine = report->scene->machine;
	uint32_t n = machine->snapshot->n_functions;
	uint32_t *providers = calloc(n ? n : 1, sizeof(*providers));

	*ret_n = 0;
	for (uint32_t i = 0; providers && i < n; i++)
		if (may_provide(machine, i) && shares_top(report, i))
			providers[(*ret_n)++] = i;
	return providers;
}
