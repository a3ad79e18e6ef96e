/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings as sentences. */
#include <stdio.h>
#include <string.h>

#include "core/regs.h"
#include "render/finding_text.h"
#include "render/labels.h"
#include "render/missing.h"
#include "render/words.h"

/* Names in findings stand in JSON too, so they are the same whatever the terminal. */
static const struct style plain = { .unicode = true };

struct telling {
	const struct scene *scene;
	const struct p2p_finding *finding;
	const uint32_t *functions;
	char *text;
};

static const char *ports(const struct telling *telling, char text[LABELS_SIZE])
{
	return labels_addresses(telling->scene->machine, telling->functions,
				telling->finding->n_functions, text);
}

static const char *peers(const struct telling *telling, char text[LABELS_SIZE])
{
	return labels_text(telling->scene->machine, &plain, telling->functions,
			   telling->finding->n_functions, text);
}

static const char *label(const struct telling *telling, uint32_t function,
			 char text[P2P_LABEL_SIZE])
{
	return say_label(telling->scene->machine, function, &plain, text);
}

static void tell_redirect(const struct telling *telling)
{
	const struct p2p_finding *finding = telling->finding;
	char where[LABELS_SIZE], alike[48] = "";
	char from[P2P_LABEL_SIZE], to[P2P_LABEL_SIZE];
	const char *verb = "sends", *what, *end = " up instead of across";
	uint32_t bits = finding->bits;

	if (bits & ACS_RR && bits & ACS_CR)
		what = "requests (RR) and completions (CR)";
	else if (bits & ACS_RR)
		what = "requests (RR)";
	else if (bits & ACS_CR)
		what = "completions (CR)";
	else
		verb = "stops", what = "requests that an egress vector names (EC)",
		end = "";
	if (finding->n_alike > 1)
		snprintf(alike, sizeof(alike), "%u switches alike: ", finding->n_alike);
	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%sACS %s %s between peers of one switch%s: on at %s, for example "
		 "%s -> %s.",
		 alike, verb, what, end, ports(telling, where),
		 label(telling, finding->example_from, from),
		 label(telling, finding->example_to, to));
}

static void tell_unreadable(const struct telling *telling)
{
	const struct p2p_finding *finding = telling->finding;
	char where[LABELS_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "whether %s redirect%s peers is not known: %s.", ports(telling, where),
		 finding->n_functions == 1 ? "s" : "",
		 missing_registers(telling->scene->machine, telling->functions[0]));
}

static void tell_acs_missing(const struct telling *telling)
{
	bool one = telling->finding->n_functions == 1;
	char where[LABELS_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%s %s no ACS capability: what is below %s reaches its neighbours, and "
		 "no bit can stop it.",
		 ports(telling, where), one ? "has" : "have", one ? "it" : "them");
}

static void tell_link(const struct telling *telling)
{
	const struct p2p_finding *finding = telling->finding;
	unsigned speed = (unsigned)(finding->value >> 8);
	unsigned wanted = (unsigned)(finding->wanted >> 8);
	char who[LABELS_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%s: the link runs at %u.%u GT/s x%u, both ends can do %u.%u GT/s x%u.",
		 peers(telling, who), speed / 10, speed % 10,
		 (unsigned)finding->value & 0xff, wanted / 10, wanted % 10,
		 (unsigned)finding->wanted & 0xff);
}

static const char *say_bytes(uint64_t bytes, char text[16])
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	unsigned unit = 0;

	while (bytes >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		bytes /= 1024;
		unit++;
	}
	snprintf(text, 16, "%u %s", (unsigned)bytes, units[unit]);
	return text;
}

static void tell_bar(const struct telling *telling)
{
	char who[LABELS_SIZE], now[16], could[16];

	snprintf(
		telling->text, FINDING_TEXT_SIZE,
		"%s: the largest BAR is %s and could be %s; peers reach no memory beyond "
		"it.",
		peers(telling, who), say_bytes(telling->finding->value, now),
		say_bytes(telling->finding->wanted, could));
}

static void tell_hole(const struct telling *telling)
{
	const struct p2p_finding *finding = telling->finding;
	bool one = finding->n_functions == 1;
	char where[LABELS_SIZE], alike[48] = "";
	char from[P2P_LABEL_SIZE], to[P2P_LABEL_SIZE];

	if (finding->n_alike > 1)
		snprintf(alike, sizeof(alike), "%u switches alike: ", finding->n_alike);
	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%s%s %s requests round inside %s switch (no ACS, or RR off). So %s "
		 "reaches %s past the IOMMU though they are in different groups: groups "
		 "below the switch look isolated and are not.",
		 alike, ports(telling, where), one ? "turns" : "turn",
		 one ? "its" : "their", label(telling, finding->example_from, from),
		 label(telling, finding->example_to, to));
}

/* Whoever asked for a map type before the write may still go by it: sysfs does not show
 * the kernel's cache. */
static const char *say_providers(const struct telling *telling, char *text, size_t size)
{
	const struct p2p_machine *machine = telling->scene->machine;
	char name[P2P_LABEL_SIZE];

	text[0] = '\0';
	for (uint32_t i = 0; i < machine->snapshot->n_functions && !*text; i++)
		if (machine->snapshot->functions[i].p2pmem.present == P2P_YES)
			snprintf(text, size,
				 " Drivers of providers (%s) may hold map types from "
				 "before.",
				 label(telling, i, name));
	return text;
}

static void tell_stale(const struct telling *telling)
{
	bool one = telling->finding->n_functions == 1;
	char where[LABELS_SIZE], providers[256];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%s %s in %s that the registers do not give any more. Groups are made "
		 "once, when a function is added: a register write does not make them "
		 "anew. Every reset, recovery, system resume and runtime resume of a "
		 "port puts the kernel's values back.%s",
		 ports(telling, where), one ? "is" : "are",
		 one ? "a live group" : "live groups",
		 say_providers(telling, providers, sizeof(providers)));
}

static void tell_drift(const struct telling *telling)
{
	const struct p2p_finding *finding = telling->finding;
	bool one = finding->n_functions == 1;
	char where[LABELS_SIZE], bits[WORDS_BITS_SIZE], providers[256];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%s %s %s otherwise than a boot of this kernel leaves it: ACS was "
		 "written since. Every reset, recovery, system resume and runtime resume "
		 "of %s puts the kernel's values back.%s",
		 ports(telling, where), one ? "has" : "have",
		 words_bits(finding->bits, bits), one ? "the port" : "such a port",
		 say_providers(telling, providers, sizeof(providers)));
}

static void tell_bus_master(const struct telling *telling)
{
	char who[LABELS_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%s: bus master is off, so no request leaves, though a driver is bound.",
		 peers(telling, who));
}

static void tell_payload(const struct telling *telling)
{
	const struct p2p_finding *finding = telling->finding;
	char from[P2P_LABEL_SIZE], to[P2P_LABEL_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%s sends payloads of up to %u bytes straight to %s, which takes %u: a "
		 "Malformed TLP, which is fatal.",
		 label(telling, finding->example_from, from), (unsigned)finding->value,
		 label(telling, finding->example_to, to), (unsigned)finding->wanted);
}

static void tell_orphan(const struct telling *telling)
{
	uint32_t count = telling->finding->n_functions;
	char where[LABELS_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "no bridge is known to lead to %s: what lies between %s and the rest "
		 "of the machine is not known.",
		 ports(telling, where), count == 1 ? "it" : "them");
}

static void tell_type(const struct telling *telling)
{
	char where[LABELS_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "%s: the port type in the registers contradicts the place in the tree.",
		 ports(telling, where));
}

static void tell_p2pdma(const struct telling *telling)
{
	snprintf(telling->text, FINDING_TEXT_SIZE,
		 "this kernel is built without CONFIG_PCI_P2PDMA and refuses every pair; "
		 "verdicts are what it would say with it.");
}

typedef void (*tell_function)(const struct telling *telling);

static const tell_function tellers[P2P_FINDINGS] = {
	[P2P_FINDING_REDIRECT] = tell_redirect,
	[P2P_FINDING_P2PDMA_OFF] = tell_p2pdma,
	[P2P_FINDING_UNREADABLE] = tell_unreadable,
	[P2P_FINDING_ACS_MISSING] = tell_acs_missing,
	[P2P_FINDING_LINK_LOW] = tell_link,
	[P2P_FINDING_BAR_SMALL] = tell_bar,
	[P2P_FINDING_BUS_MASTER_OFF] = tell_bus_master,
	[P2P_FINDING_MPS_MISMATCH] = tell_payload,
	[P2P_FINDING_GROUP_HOLE] = tell_hole,
	[P2P_FINDING_STALE_GROUPS] = tell_stale,
	[P2P_FINDING_DRIFT] = tell_drift,
	[P2P_FINDING_ORPHAN] = tell_orphan,
	[P2P_FINDING_PORT_TYPE] = tell_type,
};

static struct telling tell(const struct scene *scene, const struct p2p_finding *finding,
			   char *text)
{
	return (struct telling){ .scene = scene,
				 .finding = finding,
				 .functions = scene->findings->functions +
					      finding->first_function,
				 .text = text };
}

char *finding_text(const struct scene *scene, const struct p2p_finding *finding,
		   char ret_text[FINDING_TEXT_SIZE])
{
	struct telling telling = tell(scene, finding, ret_text);

	tellers[finding->id](&telling);
	return ret_text;
}

static const char *const advice[P2P_FINDINGS] = {
	[P2P_FINDING_REDIRECT] = "",
	[P2P_FINDING_P2PDMA_OFF] = "boot a kernel with CONFIG_PCI_P2PDMA where drivers "
				   "need it; NVIDIA's own peer-to-peer does not ask it",
	[P2P_FINDING_UNREADABLE] = "",
	[P2P_FINDING_ACS_MISSING] = "",
	[P2P_FINDING_LINK_LOW] =
		"look again under load, as links save power; fewer lanes "
		"mean seat, riser or slot",
	[P2P_FINDING_BAR_SMALL] = "turn Resizable BAR on in the firmware",
	[P2P_FINDING_BUS_MASTER_OFF] = "its driver turns it on when it starts the device",
	[P2P_FINDING_MPS_MISMATCH] = "boot with pci=pcie_bus_safe or pcie_bus_peer2peer",
	[P2P_FINDING_GROUP_HOLE] = "trust what shares such a switch alike, or pass it "
				   "through to one guest",
	[P2P_FINDING_STALE_GROUPS] = "to regroup, remove and rescan the functions, or "
				     "boot",
	[P2P_FINDING_DRIFT] = "",
	[P2P_FINDING_ORPHAN] = "capture the whole machine as root: lspci -Dvvvxxxx",
	[P2P_FINDING_PORT_TYPE] = "",
};

const char *finding_advice(const struct p2p_finding *finding)
{
	return advice[finding->id];
}

static void command_pair(const struct telling *telling)
{
	char command[SAY_COMMAND_SIZE], from[P2P_LABEL_SIZE], to[P2P_LABEL_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE, "%s %s %s",
		 say_command(telling->scene, "explain", command),
		 label(telling, telling->finding->example_from, from),
		 label(telling, telling->finding->example_to, to));
}

/* The role where that is a selector of its own, so that one plan is for all switches that
 * the finding is about; else the label. */
static const char *selector(const struct telling *telling, uint32_t function,
			    char text[P2P_LABEL_SIZE])
{
	uint8_t kind = telling->scene->machine->roles[function].kind;

	if (kind < P2P_ROLE_GPU || kind > P2P_ROLE_STORAGE)
		return label(telling, function, text);
	return p2p_role_word((enum p2p_role_kind)kind);
}

static void command_plan(const struct telling *telling)
{
	char command[SAY_COMMAND_SIZE], labels[2][P2P_LABEL_SIZE];
	const char *from = selector(telling, telling->finding->example_from, labels[0]);
	const char *to = selector(telling, telling->finding->example_to, labels[1]);
	bool is_same = !strcmp(from, to);

	snprintf(telling->text, FINDING_TEXT_SIZE, "%s --domain %s%s%s",
		 say_command(telling->scene, "plan", command), from, is_same ? "" : ",",
		 is_same ? "" : to);
}

static void command_reading(const struct telling *telling)
{
	struct p2p_missing missing = { telling->functions[0], P2P_EVIDENCE_ACS };
	char way[MISSING_WAY_SIZE], command[SAY_COMMAND_SIZE];

	say_command(telling->scene, "scan", command);
	snprintf(telling->text, FINDING_TEXT_SIZE, "%s",
		 missing_way_out(telling->scene->machine, missing,
				 command + strlen("p2ptool "), way));
}

static void command_looking(const struct telling *telling, const char *command)
{
	char shown[SAY_COMMAND_SIZE];

	snprintf(telling->text, FINDING_TEXT_SIZE, "%s",
		 say_command(telling->scene, command, shown));
}

char *finding_command(const struct scene *scene, const struct p2p_finding *finding,
		      char ret_text[FINDING_TEXT_SIZE])
{
	struct telling telling = tell(scene, finding, ret_text);

	switch (finding->id) {
	case P2P_FINDING_REDIRECT:
		command_plan(&telling);
		break;
	case P2P_FINDING_MPS_MISMATCH:
		command_pair(&telling);
		break;
	case P2P_FINDING_UNREADABLE:
		command_reading(&telling);
		break;
	case P2P_FINDING_P2PDMA_OFF:
		command_looking(&telling, "pairs");
		break;
	case P2P_FINDING_GROUP_HOLE:
		command_looking(&telling, "groups --rule strict");
		break;
	case P2P_FINDING_STALE_GROUPS:
		command_looking(&telling, "groups");
		break;
	case P2P_FINDING_DRIFT:
		command_looking(&telling, "groups --boot");
		break;
	case P2P_FINDING_ACS_MISSING:
	case P2P_FINDING_LINK_LOW:
	case P2P_FINDING_ORPHAN:
	case P2P_FINDING_BAR_SMALL:
	case P2P_FINDING_BUS_MASTER_OFF:
	case P2P_FINDING_PORT_TYPE:
		command_looking(&telling, "scan --all");
		break;
	}
	return ret_text;
}
