/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fixtures against what real kernels said of them: map type and distance of each pair, and
 * the nesting of each function. truth FIXTURES looks at each FIXTURES/NAME/truth. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/machine.h>
#include <p2ptool/source.h>

#include "fixtures.h"

#define COLUMNS   8
#define SHOWN_MAX 20

struct tally {
	unsigned pairs, unknown, paths, wrong;
};

/* One capture, judged as one kernel on one kind of CPU. */
struct trial {
	const char *capture;
	bool complete; /* extended space is in the capture: nothing may stay unknown */
	struct p2p_machine *machine;
	struct p2p_verdict verdict;
	struct tally *tally;
};

static void complain(struct tally *tally, const char *capture, const char *from,
		     const char *to, const char *what)
{
	if (tally->wrong++ < SHOWN_MAX)
		printf("  %s: %s %s: %s\n", capture, from, to, what);
}

static bool is_map(enum p2p_map map, const char *word)
{
	switch (map) {
	case P2P_MAP_BUS_ADDR:
		return !strcmp(word, "BUS_ADDR");
	case P2P_MAP_THRU_HOST_BRIDGE:
		return !strcmp(word, "THRU_HOST_BRIDGE");
	case P2P_MAP_NOT_SUPPORTED:
		return !strcmp(word, "NOT_SUPPORTED");
	case P2P_MAP_UNKNOWN:
		break;
	}
	return false;
}

/* Splits a line at its tabs. Returns how many columns there are. */
static unsigned split(char *line, char *columns[COLUMNS])
{
	unsigned n = 0;
	char *next;

	line[strcspn(line, "\n")] = '\0';
	for (char *at = line; at && n < COLUMNS; at = next) {
		next = strchr(at, '\t');
		if (next)
			*next++ = '\0';
		columns[n++] = at;
	}
	return n;
}

/* provider client dist type dist_zen type_zen */
static void compare_pair(struct trial *trial, char *columns[COLUMNS], const char *type)
{
	uint32_t to = fixtures_find(trial->machine->snapshot, columns[0]);
	uint32_t from = fixtures_find(trial->machine->snapshot, columns[1]);

	trial->tally->pairs++;
	if (to == P2P_NONE || from == P2P_NONE) {
		complain(trial->tally, trial->capture, columns[1], columns[0],
			 "not in the snapshot");
		return;
	}
	p2p_judge_pair(trial->machine->judge, from, to, &trial->verdict);
	if (trial->verdict.distance != (uint32_t)atoi(columns[4]))
		complain(trial->tally, trial->capture, columns[1], columns[0],
			 "another distance");
	if (trial->verdict.map == P2P_MAP_UNKNOWN && !trial->complete)
		trial->tally->unknown++;
	else if (!is_map(trial->verdict.map, type))
		complain(trial->tally, trial->capture, columns[1], columns[0], type);
}

static void compare_lines(struct trial *trial, FILE *truth, bool zen)
{
	char line[256], *columns[COLUMNS];

	while (fgets(line, sizeof(line), truth))
		if (line[0] != '#' && split(line, columns) >= 6)
			compare_pair(trial, columns, columns[zen ? 5 : 3]);
}

static void judge_capture(const char *capture, FILE *truth, const char *kernel,
			  const char *cpu, struct tally *tally)
{
	struct trial trial = { .capture = capture, .tally = tally };
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	if (p2p_source_file(capture, &snapshot, &err) ||
	    p2p_machine_new(snapshot, kernel, cpu, &trial.machine, &err) ||
	    p2p_verdict_init(trial.machine->judge, &trial.verdict)) {
		complain(tally, capture, kernel, cpu, err.text);
		return;
	}
	trial.complete = trial.machine->snapshot->system.extended == P2P_YES;
	rewind(truth);
	compare_lines(&trial, truth, !strcmp(cpu, "zen"));
	p2p_verdict_done(&trial.verdict);
	p2p_machine_free(trial.machine);
}

/* .../truth/pairs-6.12.tsv: the kernel's version stands in the name. */
static void judge_truth(const char *capture, const char *path, struct tally *tally)
{
	static const char *const cpus[] = { "intel", "zen" };
	const char *dash = strrchr(path, '-');
	char kernel[16] = "";
	FILE *truth = fopen(path, "r");

	if (!truth || !dash || sscanf(dash + 1, "%15[0-9.]", kernel) != 1) {
		complain(tally, capture, path, "", "cannot be read");
		return;
	}
	kernel[strlen(kernel) - 1] = '\0';
	for (unsigned i = 0; i < 2; i++)
		judge_capture(capture, truth, kernel, cpus[i], tally);
	fclose(truth);
}

/* pciDDDD:BB/ADDRESS/.../ADDRESS, as sysfs nests. */
static void write_path(const struct p2p_machine *machine, uint32_t function,
		       char text[PATH_ROOM])
{
	const struct p2p_topo *topo = machine->topo;
	const struct p2p_root *root = &topo->roots[topo->nodes[function].root];
	uint32_t chain[256];
	unsigned n = 0;
	size_t used = (size_t)snprintf(text, PATH_ROOM, "pci%04x:%02x", root->domain,
				       root->bus);

	for (; function != P2P_NONE; function = topo->nodes[function].parent)
		chain[n++] = function;
	while (n-- && used + P2P_BDF_SIZE < PATH_ROOM) {
		text[used++] = '/';
		p2p_bdf_format(machine->snapshot->functions[chain[n]].bdf, text + used);
		used += strlen(text + used);
	}
}

static void compare_path(const char *capture, const struct p2p_machine *machine,
			 char *columns[COLUMNS], struct tally *tally)
{
	uint32_t function = fixtures_find(machine->snapshot, columns[0]);
	char text[PATH_ROOM] = "";

	tally->paths++;
	if (function != P2P_NONE)
		write_path(machine, function, text);
	if (strcmp(text, columns[1]) != 0)
		complain(tally, capture, columns[1], "is not", text);
}

static void compare_paths(const char *capture, const char *path, struct tally *tally)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_machine *machine = NULL;
	struct p2p_err err = { "" };
	char line[PATH_ROOM], *columns[COLUMNS];
	FILE *truth = fopen(path, "r");

	if (!truth || p2p_source_file(capture, &snapshot, &err) ||
	    p2p_machine_new(snapshot, NULL, NULL, &machine, &err)) {
		complain(tally, capture, path, "", err.text);
		return;
	}
	while (fgets(line, sizeof(line), truth))
		if (line[0] != '#' && split(line, columns) >= 2)
			compare_path(capture, machine, columns, tally);
	fclose(truth);
	p2p_machine_free(machine);
}

static bool look_at(char *directory)
{
	glob_t captures = fixtures_match(directory, "lspci*.txt");
	glob_t pairs = fixtures_match(directory, "truth/pairs-*.tsv");
	glob_t paths = fixtures_match(directory, "truth/paths.tsv");
	struct tally tally = { 0 };

	for (size_t i = 0; i < captures.gl_pathc; i++) {
		for (size_t k = 0; k < pairs.gl_pathc; k++)
			judge_truth(captures.gl_pathv[i], pairs.gl_pathv[k], &tally);
		for (size_t k = 0; k < paths.gl_pathc; k++)
			compare_paths(captures.gl_pathv[i], paths.gl_pathv[k], &tally);
	}
	printf("%s: %zu captures, %u pairs, %u unknown, %u paths, %u wrong\n",
	       basename(directory), captures.gl_pathc, tally.pairs, tally.unknown,
	       tally.paths, tally.wrong);
	globfree(&captures);
	globfree(&pairs);
	globfree(&paths);
	return tally.pairs && tally.pairs > tally.unknown && !tally.wrong;
}

int main(int argc, char **argv)
{
	return fixtures_all(argc > 1 ? argv[1] : ".", look_at);
}
