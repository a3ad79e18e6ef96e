/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reasons for what is unknown, and the line that sums them up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/missing.h"
#include "render/words.h"

static const char needs_privilege[] = "needs CAP_SYS_ADMIN";

static bool is_live(const struct p2p_machine *machine)
{
	return machine->snapshot->system.live == P2P_YES;
}

/* Identities alone: what lspci -mm prints. */
static bool is_list(const struct p2p_snapshot *snapshot)
{
	return !snapshot->n_extents && !p2p_system_told(&snapshot->system);
}

const char *missing_registers(const struct p2p_machine *machine, uint32_t function)
{
	const struct p2p_function *f = &machine->snapshot->functions[function];
	const struct p2p_system *system = &machine->snapshot->system;

	if (f->power == P2P_POWER_D3COLD && !f->n_extents)
		return "sleeps in D3cold: not read without --wake";
	if (machine->facts[function].dead == P2P_YES)
		return "reads all-ones";
	if (f->denied == P2P_YES && !is_live(machine))
		return "captured without privilege";
	if (f->denied == P2P_YES && system->container == P2P_YES)
		return "root of a container, not of the host";
	if (f->denied == P2P_YES)
		return needs_privilege;
	if (is_list(machine->snapshot))
		return "the capture only lists devices";
	return is_live(machine) ? "could not be read" : "not in the capture";
}

const char *missing_remedy(const struct p2p_machine *machine, uint32_t function)
{
	const struct p2p_function *f =
		function == P2P_NONE ? NULL : &machine->snapshot->functions[function];

	if (f && f->power == P2P_POWER_D3COLD && !f->n_extents)
		return "with --wake, which resumes it";
	if (f && machine->facts[function].dead == P2P_YES)
		return "once it answers again";
	return machine->snapshot->system.container == P2P_YES ? "on the host" : "as root";
}

const char *missing_told(const struct p2p_machine *machine)
{
	return is_live(machine) ? "the system does not tell" : "not in the capture";
}

const char *missing_why(const struct p2p_machine *machine, struct p2p_missing missing)
{
	switch (missing.what) {
	case P2P_EVIDENCE_CPU:
	case P2P_EVIDENCE_IOMMU:
		return missing_told(machine);
	case P2P_EVIDENCE_BRIDGE:
		return "no function is known to lead to its bus";
	case P2P_EVIDENCE_ACS:
	case P2P_EVIDENCE_PORT_NUMBER:
	case P2P_EVIDENCE_HOST_BRIDGE:
	case P2P_EVIDENCE_BUS_NUMBERS:
	case P2P_EVIDENCE_TYPE:
		break;
	}
	return missing.function == P2P_NONE ?
		       missing_told(machine) :
		       missing_registers(machine, missing.function);
}

bool missing_meeting(const struct p2p_verdict *verdict)
{
	if (verdict->common != P2P_NONE || verdict->from == verdict->to)
		return false;
	for (uint32_t i = 0; i < verdict->n_missing; i++)
		if (verdict->missing[i].what == P2P_EVIDENCE_BRIDGE)
			return true;
	return false;
}

int missing_begin(const struct p2p_machine *machine, struct missing_tally *ret_tally)
{
	memset(ret_tally, 0, sizeof(*ret_tally));
	ret_tally->machine = machine;
	ret_tally->seen = calloc((size_t)machine->snapshot->n_functions + 1, 1);
	return ret_tally->seen ? 0 : -ENOMEM;
}

void missing_end(struct missing_tally *tally)
{
	free(tally->seen);
	tally->seen = NULL;
}

void missing_count(struct missing_tally *tally, struct p2p_missing missing)
{
	uint32_t last = tally->machine->snapshot->n_functions;
	uint8_t *seen =
		&tally->seen[missing.function == P2P_NONE ? last : missing.function];

	if (*seen & 1u << missing.what)
		return;
	*seen |= (uint8_t)(1u << missing.what);
	if (!tally->n_what[missing.what]++)
		tally->example[missing.what] = missing;
	if (missing.what == P2P_EVIDENCE_ACS && missing.function != P2P_NONE &&
	    p2p_topo_is_bridge(tally->machine->topo, missing.function))
		tally->n_ports++;
}

void missing_count_verdict(struct missing_tally *tally, const struct p2p_verdict *verdict)
{
	if (verdict->from == verdict->to)
		return;
	tally->n_verdicts++;
	if (p2p_verdict_certainty(verdict) != P2P_UNCERTAIN)
		return;
	tally->n_unknown++;
	tally->n_routes += verdict->route == P2P_ROUTE_UNKNOWN;
	for (uint32_t i = 0; i < verdict->n_missing; i++)
		missing_count(tally, verdict->missing[i]);
}

/* `ACS of 55 ports`, `vendor and family of the CPU`, `port type of 0000:17:00.0`. */
static int say_subject(const struct missing_tally *tally, enum p2p_evidence what,
		       char *text, size_t size)
{
	uint32_t ports = what == P2P_EVIDENCE_ACS ? tally->n_ports : 0;
	const char *name = what == P2P_EVIDENCE_ACS ? "ACS" :
						      words_evidence[what].meaning;
	uint32_t count = ports ? ports : tally->n_what[what];
	char address[P2P_BDF_SIZE];

	if (tally->example[what].function == P2P_NONE)
		return snprintf(text, size, "%s", name);
	if (count == 1 && (!ports || tally->n_what[what] == 1))
		return snprintf(text, size, "%s of %s", name,
				say_address(tally->machine, tally->example[what].function,
					    address));
	return snprintf(text, size, "%s of %u %s%s", name, count,
			ports ? "port" : "function", count == 1 ? "" : "s");
}

static char *say_way(char *text, const char *before, const char *command,
		     const char *after)
{
	snprintf(text, MISSING_WAY_SIZE, "%s%s%s", before, command, after);
	return text;
}

char *missing_way_out(const struct p2p_machine *machine, struct p2p_missing missing,
		      const char *command, char ret_text[MISSING_WAY_SIZE])
{
	const struct p2p_function *functions = machine->snapshot->functions;
	bool container = machine->snapshot->system.container == P2P_YES;
	bool known = missing.function != P2P_NONE;

	if (missing.what == P2P_EVIDENCE_CPU)
		return say_way(ret_text, "p2ptool ", command,
			       " --cpu zen, intel or other");
	if (known && machine->facts[missing.function].dead == P2P_YES)
		return say_way(ret_text, "p2ptool ", command,
			       ": it does not answer (all-ones: asleep, off or gone), "
			       "wake it and look again");
	if (!is_live(machine))
		return say_way(ret_text, "sudo lspci -Dvvvxxxx", "", "");
	if (known && functions[missing.function].denied == P2P_YES)
		return say_way(ret_text, container ? "p2ptool " : "sudo p2ptool ",
			       command,
			       container ? ", on the host" :
					   ", or enable p2ptool-snapshot.service");
	if (known && functions[missing.function].power == P2P_POWER_D3COLD)
		return say_way(ret_text, "p2ptool ", command, " --wake");
	return say_way(ret_text, "p2ptool ", command, " -v tells more");
}

static int say_missing(const struct missing_tally *tally, enum p2p_evidence what,
		       const char *command, char *text, size_t size)
{
	const struct p2p_machine *machine = tally->machine;
	const char *why = missing_why(machine, tally->example[what]);
	bool denied = !strcmp(why, needs_privilege);
	int used = say_subject(tally, what, text, size);
	char way[MISSING_WAY_SIZE];

	missing_way_out(machine, tally->example[what], command, way);
	if (used < 0 || (size_t)used >= size)
		return used;
	return used + snprintf(text + used, size - (size_t)used,
			       denied ? " %s: %s" : ": %s (%s)", why, way);
}

static int say_count(const struct missing_tally *tally, char *text)
{
	const char *plural = tally->n_verdicts == 1 ? "" : "s";
	unsigned long long unknown = tally->n_unknown, all = tally->n_verdicts;

	if (tally->n_routes)
		return snprintf(text, MISSING_SIZE,
				"%llu of %llu verdict%s unknown: ", unknown, all, plural);
	return snprintf(text, MISSING_SIZE,
			"the kernel's answer is unknown for %llu of %llu pair%s (routes "
			"are known): ",
			unknown, all, plural);
}

char *missing_sentence(const struct missing_tally *tally, const char *command,
		       char ret_text[MISSING_SIZE])
{
	int used = 0;

	ret_text[0] = '\0';
	if (tally->n_unknown)
		used = say_count(tally, ret_text);
	for (int what = 0; what <= P2P_EVIDENCE_TYPE && used < MISSING_SIZE; what++) {
		if (!tally->n_what[what])
			continue;
		if (used && ret_text[used - 1] != ' ')
			used += snprintf(ret_text + used, MISSING_SIZE - (size_t)used,
					 "; ");
		if (used < MISSING_SIZE)
			used += say_missing(tally, (enum p2p_evidence)what, command,
					    ret_text + used, MISSING_SIZE - (size_t)used);
	}
	return ret_text;
}
