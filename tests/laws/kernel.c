/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts agree with an independent statement of the kernel's rule in map type and
 * distance, for every ordered pair of every machine. */
#include <assert.h>
#include <stdlib.h>

#include "laws/kernel_rule.h"
#include "laws/law.h"

static void compare_pair(struct law_count *count, const struct bytes *bytes,
			 const struct p2p_verdict *verdict, int provider, int client,
			 struct rule_answer answer)
{
	static const enum p2p_map maps[] = {
		[RULE_BUS_ADDR] = P2P_MAP_BUS_ADDR,
		[RULE_THRU_HOST_BRIDGE] = P2P_MAP_THRU_HOST_BRIDGE,
		[RULE_NOT_SUPPORTED] = P2P_MAP_NOT_SUPPORTED,
	};
	char from[P2P_BDF_SIZE], to[P2P_BDF_SIZE];

	count->cases++;
	if (verdict->map == maps[answer.map] && verdict->distance == answer.distance)
		return;
	law_broken(count, "%s -> %s: map %d distance %u, the rule says %d and %u",
		   p2p_bdf_format(bytes->f[client].bdf, from),
		   p2p_bdf_format(bytes->f[provider].bdf, to), verdict->map,
		   verdict->distance, maps[answer.map], answer.distance);
}

static void compare_all(struct law_count *count, const struct bytes *bytes,
			const struct p2p_machine *machine, bool zen)
{
	struct p2p_verdict verdict;
	uint32_t *index = calloc((size_t)bytes->n, sizeof(*index));
	int result = p2p_verdict_init(machine->judge, &verdict);

	assert(!result && index);
	for (int i = 0; i < bytes->n; i++)
		index[i] = build_index(bytes->b, i, machine->snapshot);
	for (int client = 0; client < bytes->n; client++)
		for (int provider = 0; provider < bytes->n; provider++) {
			if (!bytes->f[client].here || !bytes->f[provider].here)
				continue;
			p2p_judge_pair(machine->judge, index[client], index[provider],
				       &verdict);
			compare_pair(count, bytes, &verdict, provider, client,
				     kernel_rule(bytes, provider, client, zen));
		}
	p2p_verdict_done(&verdict);
	free(index);
}

static void agrees_with_the_kernel(struct law_count *count, struct build *b)
{
	static const struct {
		const char *kernel, *cpu;
	} judges[] = { { "6.1", "zen" },
		       { "6.12", "intel" },
		       { "6.1", "intel" },
		       { "6.12", "zen" } };
	unsigned first = count->seed % 2 * 2;

	for (unsigned i = first; i < first + 2; i++) {
		struct p2p_machine *machine =
			build_machine(b, judges[i].kernel, judges[i].cpu);
		struct bytes *bytes = bytes_read(b);

		compare_all(count, bytes, machine, judges[i].cpu[0] == 'z');
		free(bytes);
		p2p_machine_free(machine);
	}
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "map type and distance are the kernel's", 3200,
		  agrees_with_the_kernel },
	};

	return law_run(laws, 1, argc, argv);
}
