/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Islands are the classes of an equivalence, found here pair by pair; and nothing depends
 * on the order in which functions were read. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "laws/law.h"

/* Map bus-addr between each two of n functions. */
static uint8_t *relation_of(const struct p2p_machine *machine, uint32_t n)
{
	uint8_t *related = calloc((size_t)n * n + 1, 1);
	struct p2p_verdict verdict;
	int result = p2p_verdict_init(machine->judge, &verdict);

	assert(related && !result);
	for (uint32_t i = 0; i < n * n; i++) {
		p2p_judge_pair(machine->judge, i / n, i % n, &verdict);
		related[i] = verdict.map == P2P_MAP_BUS_ADDR;
	}
	p2p_verdict_done(&verdict);
	return related;
}

/* Symmetric, and what two are related to the same are related to each other. */
static void check_equivalence(struct law_count *count, const uint8_t *related, uint32_t n)
{
	for (uint32_t i = 0; i < n * n; i++) {
		uint32_t a = i / n, b = i % n;

		count->cases++;
		if (related[a * n + b] != related[b * n + a])
			law_broken(count, "%u and %u are related one way", a, b);
		for (uint32_t c = 0; related[i] && c < n; c++)
			if (related[b * n + c] && !related[a * n + c])
				law_broken(count, "%u %u %u are no class", a, b, c);
	}
}

/* Peers are on one island exactly if they are related. */
static void check_islands(struct law_count *count, const struct p2p_machine *machine,
			  const struct p2p_islands *islands, const uint8_t *related)
{
	uint32_t n = machine->topo->n_nodes;

	for (uint32_t a = 0; a < n; a++) {
		uint32_t friends = 0;

		if (!machine->roles[a].peer)
			continue;
		for (uint32_t b = 0; b < n; b++) {
			bool together = islands->of[a] != P2P_NONE &&
					islands->of[a] == islands->of[b];

			if (b == a || !machine->roles[b].peer)
				continue;
			friends += related[a * n + b];
			count->cases++;
			if (together != related[a * n + b])
				law_broken(count, "%u and %u: %stogether", a, b,
					   together ? "" : "not ");
		}
		if ((islands->of[a] != P2P_NONE) != (friends > 0))
			law_broken(count, "%u with %u others is on island %d", a, friends,
				   (int)islands->of[a]);
	}
}

static void check_common(struct law_count *count, const struct p2p_machine *machine,
			 const struct p2p_islands *islands)
{
	for (uint32_t i = 0; i < islands->n_islands; i++) {
		const struct p2p_island *island = &islands->islands[i];

		for (uint32_t k = 0; k < island->n_members; k++) {
			uint32_t member = islands->members[island->first_member + k];

			count->cases++;
			if (islands->of[member] != i ||
			    (k &&
			     islands->members[island->first_member + k - 1] >= member) ||
			    !p2p_topo_is_under(machine->topo, member, island->common))
				law_broken(count, "member %u of island %u", member, i);
		}
	}
}

static void islands_are_classes(struct law_count *count, struct build *b)
{
	struct p2p_machine *machine = build_machine(b, "6.12", "intel");
	struct p2p_islands *islands =
		p2p_islands_new(machine->judge, machine->topo, machine->roles);
	uint8_t *related = relation_of(machine, machine->topo->n_nodes);

	assert(islands);
	check_equivalence(count, related, machine->topo->n_nodes);
	check_islands(count, machine, islands, related);
	check_common(count, machine, islands);
	free(related);
	p2p_islands_free(islands);
	p2p_machine_free(machine);
}

static bool same_verdict(const struct p2p_verdict *a, const struct p2p_verdict *b)
{
	return !memcmp(a, b, offsetof(struct p2p_verdict, n_by)) && a->n_by == b->n_by &&
	       a->n_kernel_by == b->n_kernel_by && a->n_missing == b->n_missing &&
	       !memcmp(a->by, b->by, a->n_by * sizeof(*a->by)) &&
	       !memcmp(a->kernel_by, b->kernel_by,
		       a->n_kernel_by * sizeof(*a->kernel_by)) &&
	       !memcmp(a->missing, b->missing, a->n_missing * sizeof(*a->missing));
}

static bool same_tree(const struct p2p_topo *a, const struct p2p_topo *b)
{
	bool same = a->n_nodes == b->n_nodes && a->n_roots == b->n_roots &&
		    a->depth == b->depth && a->n_dropped == b->n_dropped;

	for (uint32_t i = 0; same && i < a->n_nodes; i++)
		same = a->order[i] == b->order[i] &&
		       a->nodes[i].parent == b->nodes[i].parent &&
		       a->nodes[i].pf == b->nodes[i].pf &&
		       a->nodes[i].kind == b->nodes[i].kind &&
		       a->nodes[i].root == b->nodes[i].root;
	for (uint32_t r = 0; same && r < a->n_roots; r++)
		same = a->roots[r].representative == b->roots[r].representative &&
		       a->roots[r].orphan == b->roots[r].orphan;
	return same;
}

static void compare_machines(struct law_count *count, const struct p2p_machine *a,
			     const struct p2p_machine *b)
{
	uint32_t n = a->topo->n_nodes;
	struct p2p_verdict x, y;
	int result = p2p_verdict_init(a->judge, &x);

	result = result ? result : p2p_verdict_init(b->judge, &y);
	assert(!result);
	for (uint32_t i = 0; i < n * n; i++) {
		p2p_judge_pair(a->judge, i / n, i % n, &x);
		p2p_judge_pair(b->judge, i / n, i % n, &y);
		count->cases++;
		if (!same_verdict(&x, &y))
			law_broken(count, "%u -> %u depends on the order", i / n, i % n);
	}
	p2p_verdict_done(&x);
	p2p_verdict_done(&y);
}

static void order_does_not_matter(struct law_count *count, struct build *b)
{
	struct p2p_machine *said = build_machine(b, "6.12", "zen"), *shuffled = NULL;
	int result = p2p_machine_new(build_snapshot(b, count->seed), "6.12", "zen",
				     &shuffled, NULL);

	assert(!result);
	if (!same_tree(said->topo, shuffled->topo))
		law_broken(count, "the tree depends on the order");
	else
		compare_machines(count, said, shuffled);
	p2p_machine_free(said);
	p2p_machine_free(shuffled);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "islands are the classes of the kernel's relation", 600,
		  islands_are_classes },
		{ "the order of reading does not matter", 500, order_does_not_matter },
	};

	return law_run(laws, 2, argc, argv);
}
