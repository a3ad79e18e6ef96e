/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fixtures against the groups that real kernels made: from the registers as captured, and
 * at a boot, whose registers are predicted first. groups FIXTURES looks at each
 * FIXTURES/NAME/truth. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/machine.h>
#include <p2ptool/source.h>

#include "fixtures.h"

#define LINE_ROOM 512
#define SHOWN_MAX 20

struct tally {
	unsigned functions, certain, wrong;
};

/* One capture, grouped as by one kernel, beside what that one did. */
struct trial {
	const char *capture, *truth;
	bool complete; /* extended space is in the capture: nothing may stay open */
	struct p2p_machine *machine;
	struct p2p_groups *groups;
	int32_t *live; /* by function; -1: the kernel did not have it */
	struct tally *tally;
};

static void complain(struct trial *trial, uint32_t function, const char *what)
{
	char address[P2P_BDF_SIZE] = "";

	if (trial->machine && function < trial->machine->snapshot->n_functions)
		p2p_bdf_format(trial->machine->snapshot->functions[function].bdf,
			       address);
	if (trial->tally->wrong++ < SHOWN_MAX)
		printf("  %s %s: %s %s\n", trial->capture, trial->truth, address, what);
}

static bool read_truth(struct trial *trial)
{
	FILE *file = fopen(trial->truth, "r");
	char line[LINE_ROOM], address[32];
	uint32_t n = trial->machine->snapshot->n_functions;
	int32_t group;

	trial->live = malloc((n + 1) * sizeof(*trial->live));
	if (!file || !trial->live)
		return false;
	memset(trial->live, 0xff, n * sizeof(*trial->live));
	while (fgets(line, sizeof(line), file)) {
		uint32_t at = P2P_NONE;

		if (line[0] == '#')
			continue;
		if (sscanf(line, "%31s %d", address, &group) == 2)
			at = fixtures_find(trial->machine->snapshot, address);
		if (at == P2P_NONE)
			complain(trial, at, line);
		else
			trial->live[at] = group;
	}
	fclose(file);
	return true;
}

/* Whether @function is predicted with just those that it was with; with fewer is wrong
 * always, with more only when nothing was left open. */
static void compare_function(struct trial *trial, uint32_t function)
{
	const struct p2p_groups *groups = trial->groups;
	const struct p2p_group *group = &groups->groups[groups->of[function]];
	bool is_certain = group->certainty != P2P_UNCERTAIN;

	trial->tally->functions++;
	trial->tally->certain += is_certain;
	if (!is_certain && trial->complete)
		complain(trial, function, "stays open");
	for (uint32_t i = 0; i < trial->machine->snapshot->n_functions; i++) {
		bool live = trial->live[i] == trial->live[function];
		bool predicted = p2p_groups_together(groups, i, function);

		if (trial->live[i] < 0 || live == predicted)
			continue;
		if (live || is_certain) {
			complain(trial, function, live ? "is apart" : "is not apart");
			return;
		}
	}
}

static void compare(struct trial *trial)
{
	if (!read_truth(trial)) {
		complain(trial, P2P_NONE, "cannot be read");
		return;
	}
	for (uint32_t i = 0; i < trial->machine->snapshot->n_functions; i++)
		if (trial->live[i] >= 0)
			compare_function(trial, i);
}

/* The command line of the fixture's kernel: the value behind `cmdline`. */
static bool read_cmdline(const char *directory, char text[LINE_ROOM])
{
	char path[PATH_ROOM];
	FILE *file;
	bool found = false;

	snprintf(path, sizeof(path), "%s/system.txt", directory);
	file = fopen(path, "r");
	while (file && !found && fgets(text, LINE_ROOM, file))
		found = !strncmp(text, "cmdline\t", strlen("cmdline\t"));
	if (file)
		fclose(file);
	if (found)
		memmove(text, text + strlen("cmdline\t"),
			strlen(text + strlen("cmdline\t")) + 1);
	return found;
}

static struct p2p_groups *group(const struct p2p_machine *machine,
				const struct p2p_facts *facts, enum p2p_tri requested)
{
	struct p2p_group_rules rules = { .rules = machine->rules,
					 .requested = requested };

	return p2p_groups_new(machine->snapshot, facts, machine->topo, &rules);
}

/* @cmdline: what the kernel was booted with, NULL for registers as they are. */
static struct p2p_groups *predict(const struct p2p_machine *machine, const char *cmdline)
{
	struct p2p_boot_options options = { .cmdline = cmdline };
	struct p2p_groups *groups;
	struct p2p_boot *boot = NULL;

	if (!cmdline)
		return group(machine, machine->facts, P2P_NO);
	if (p2p_boot_new(machine->snapshot, machine->facts, machine->topo,
			 &machine->rules, &options, &boot, NULL))
		return NULL;
	groups = group(machine, boot->facts, boot->requested);
	p2p_boot_free(boot);
	return groups;
}

/* .../truth/groups-6.12.tsv: the kernel's version stands in the name. */
static void try_one(const char *capture, const char *truth, const char *cmdline,
		    struct tally *tally)
{
	struct trial trial = { .capture = capture, .truth = truth, .tally = tally };
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };
	char kernel[16] = "";

	if (sscanf(strrchr(truth, '-') + 1, "%15[0-9.]", kernel) != 1 ||
	    p2p_source_file(capture, &snapshot, &err)) {
		complain(&trial, P2P_NONE, err.text);
		return;
	}
	kernel[strlen(kernel) - 1] = '\0';
	if (p2p_machine_new(snapshot, kernel, "intel", &trial.machine, &err)) {
		complain(&trial, P2P_NONE, err.text);
		return;
	}
	trial.complete = trial.machine->snapshot->system.extended == P2P_YES;
	trial.groups = predict(trial.machine, cmdline);
	if (trial.groups)
		compare(&trial);
	else
		complain(&trial, P2P_NONE, "cannot be predicted");
	free(trial.live);
	p2p_groups_free(trial.groups);
	p2p_machine_free(trial.machine);
}

static bool look_at(char *directory)
{
	static const char *const kinds[] = { "truth/regrouped-*.tsv",
					     "truth/groups-*.tsv" };
	glob_t captures = fixtures_match(directory, "lspci*.txt");
	struct tally tally = { 0 };
	char cmdline[LINE_ROOM];
	size_t n = 0;

	for (unsigned kind = 0; kind < 2; kind++) {
		glob_t truths = fixtures_match(directory, kinds[kind]);

		if (!read_cmdline(directory, cmdline))
			tally.wrong++;
		n += truths.gl_pathc;
		for (size_t i = 0; i < captures.gl_pathc; i++)
			for (size_t k = 0; k < truths.gl_pathc; k++)
				try_one(captures.gl_pathv[i], truths.gl_pathv[k],
					kind ? cmdline : NULL, &tally);
		globfree(&truths);
	}
	printf("%s: %zu captures, %zu partitions, %u functions, %u certain, %u wrong\n",
	       basename(directory), captures.gl_pathc, n, tally.functions, tally.certain,
	       tally.wrong);
	globfree(&captures);
	return n == 4 && tally.certain && !tally.wrong;
}

int main(int argc, char **argv)
{
	return fixtures_all(argc > 1 ? argv[1] : ".", look_at);
}
