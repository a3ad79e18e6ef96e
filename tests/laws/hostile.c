/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever bytes headers and capability lists hold, every stage ends, the tree is a tree,
 * and verdicts keep their promises. */
#include <assert.h>
#include <stdlib.h>

#include "core/regs.h"
#include "laws/law.h"

#define PAIRS_MAX 400

/* Bytes that make a tree: bus numbers, layouts, lists and their pointers, SR-IOV. */
static void spoil(struct build *b, uint32_t *state)
{
	static const struct {
		uint16_t first, length;
	} places[] = {
		{ REG_SECONDARY, 2 },
		{ REG_SECONDARY, 1 },
		{ REG_HEADER_TYPE, 1 },
		{ REG_STATUS, 1 },
		{ REG_CAP_LIST, 1 },
		{ BUILD_EXPRESS, 4 },
		{ REG_EXT_CAP_LIST, 8 },
		{ BUILD_SRIOV, 0x18 },
		{ BUILD_ATS, 4 },
		{ REG_VENDOR_ID, 4 },
		{ REG_CLASS_REV, 4 },
		{ 0x40, 0xc0 },
		{ REG_EXT_CAP_LIST, 0xf00 },
		{ REG_BAR_0, 0x20 },
	};
	int function = (int)build_random(state, (uint32_t)build_count(b));
	unsigned place = build_random(state, sizeof(places) / sizeof(*places));
	unsigned at = places[place].first + build_random(state, places[place].length);

	if (!build_place(b, function).host)
		build_spoil(b, function, at,
			    (uint8_t)(build_random(state, 4) ?
					      build_random(state, 256) :
					      255 * build_random(state, 2)));
}

/* A system that tells nestings which cannot be. */
static void mislead(struct p2p_snapshot *snapshot, uint32_t *state)
{
	uint32_t n = snapshot->n_functions;

	for (uint32_t i = 0; i < n; i += 1 + build_random(state, 8)) {
		struct p2p_function *function = &snapshot->functions[i];

		function->above = (enum p2p_above)build_random(state, 3);
		function->parent = snapshot->functions[build_random(state, n)].bdf;
		function->is_vf = (enum p2p_tri)build_random(state, 3);
		function->physfn = snapshot->functions[build_random(state, n)].bdf;
	}
}

static bool keeps_promises(const struct p2p_verdict *v)
{
	bool unknown = v->route == P2P_ROUTE_UNKNOWN || v->map == P2P_MAP_UNKNOWN;
	bool direct = v->tlp[P2P_TLP_WRITE] == P2P_WAY_DIRECT &&
		      v->tlp[P2P_TLP_READ] == P2P_WAY_DIRECT;

	return (!unknown || v->n_missing) && (v->direct == P2P_YES) == direct &&
	       v->n_by <= v->room && v->n_kernel_by <= v->room && v->n_missing <= v->room;
}

static void judge_some(struct law_count *count, const struct p2p_machine *machine,
		       uint32_t *state)
{
	uint32_t n = machine->topo->n_nodes;
	struct p2p_verdict verdict;
	int result = p2p_verdict_init(machine->judge, &verdict);

	assert(!result);
	for (unsigned i = 0; i < PAIRS_MAX && n; i++) {
		uint32_t from = build_random(state, n), to = build_random(state, n);

		p2p_judge_pair(machine->judge, from, to, &verdict);
		count->cases++;
		if (!keeps_promises(&verdict))
			law_broken(count, "%u -> %u: route %d, map %d, %u missing", from,
				   to, verdict.route, verdict.map, verdict.n_missing);
	}
	p2p_verdict_done(&verdict);
}

static void look_at_all(struct law_count *count, const struct p2p_machine *machine)
{
	struct p2p_islands *islands =
		p2p_islands_new(machine->judge, machine->topo, machine->roles);
	struct p2p_grouped *grouped = NULL;
	struct p2p_findings *findings = NULL;
	struct p2p_err err = { "" };
	char path[64];

	if (!p2p_machine_group(machine, NULL, &grouped, &err))
		findings = p2p_findings_new(machine->judge, machine->roles, grouped);
	if (p2p_topo_check(machine->topo, &err))
		law_broken(count, "%s", err.text);
	if (!islands || !findings)
		law_broken(count, "no islands or findings");
	for (uint32_t i = 0; i < machine->topo->n_nodes; i++)
		p2p_topo_path(machine->topo, machine->snapshot, i, path, sizeof(path));
	count->cases++;
	p2p_islands_free(islands);
	p2p_findings_free(findings);
	p2p_grouped_free(grouped);
}

static void a_tree_is_a_tree(struct law_count *count, struct build *b)
{
	uint32_t state = count->seed;
	unsigned n = 1 + build_random(&state, 60);

	while (n--)
		spoil(b, &state);
	for (unsigned k = 0; k < 2; k++) {
		struct p2p_snapshot *snapshot = build_snapshot(b, k * count->seed);
		struct p2p_machine *machine = NULL;
		int result;

		if (k)
			mislead(snapshot, &state);
		result = p2p_machine_new(snapshot, NULL, NULL, &machine, NULL);
		assert(!result);
		look_at_all(count, machine);
		judge_some(count, machine, &state);
		p2p_machine_free(machine);
	}
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "whatever the bytes, a tree is a tree", 5000, a_tree_is_a_tree },
	};

	return law_run(laws, 1, argc, argv);
}
