/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes and the four classes agree with an independent statement of what silicon does. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "laws/law.h"
#include "laws/silicon_rule.h"

static const char letters[] = {
	[P2P_WAY_DIRECT] = 'D',     [P2P_WAY_REDIRECTED] = 'R',
	[P2P_WAY_SPLIT] = 'S',      [P2P_WAY_BLOCKED] = 'B',
	[P2P_WAY_UNDEFINED] = 'U',  [P2P_WAY_ROOT_COMPLEX] = 'C',
	[P2P_WAY_CROSS_ROOT] = 'X', [P2P_WAY_UNKNOWN] = '?',
};

static const char *const routes[] = {
	[P2P_ROUTE_SELF] = "self",
	[P2P_ROUTE_SAME_DEVICE] = "same-device",
	[P2P_ROUTE_SWITCH] = "switch",
	[P2P_ROUTE_REDIRECTED] = "redirected",
	[P2P_ROUTE_ROOT_COMPLEX] = "root-complex",
	[P2P_ROUTE_CROSS_ROOT] = "cross-root",
	[P2P_ROUTE_BLOCKED] = "blocked",
	[P2P_ROUTE_UNDEFINED] = "undefined",
	[P2P_ROUTE_UNKNOWN] = "unknown",
};

static bool is_same(const struct p2p_verdict *verdict, const char *ways,
		    const struct silicon_answer *answer, uint32_t common)
{
	bool direct = ways[0] == 'D' && ways[1] == 'D';
	bool may_be = (ways[0] == 'D' || ways[0] == '?') &&
		      (ways[1] == 'D' || ways[1] == '?');

	return !memcmp(ways, answer->ways, P2P_TLPS) &&
	       !strcmp(routes[verdict->route], answer->route) &&
	       verdict->common == common &&
	       verdict->direct == (direct ? P2P_YES :
				   may_be ? P2P_UNKNOWN :
					    P2P_NO);
}

static void compare_pair(struct law_count *count, const struct bytes *bytes,
			 const struct p2p_machine *machine, int from, int to,
			 struct p2p_verdict *verdict)
{
	struct silicon_answer answer = silicon_rule(bytes, from, to);
	uint32_t common = answer.common < 0 ?
				  P2P_NONE :
				  build_index(bytes->b, answer.common, machine->snapshot);
	char names[2][P2P_BDF_SIZE], ways[P2P_TLPS];

	p2p_judge_pair(machine->judge, build_index(bytes->b, from, machine->snapshot),
		       build_index(bytes->b, to, machine->snapshot), verdict);
	for (unsigned i = 0; i < P2P_TLPS; i++)
		ways[i] = letters[verdict->tlp[i]];
	count->cases++;
	if (is_same(verdict, ways, &answer, common) &&
	    (verdict->route != P2P_ROUTE_UNKNOWN || verdict->n_missing))
		return;
	law_broken(count, "%s -> %s: %s %.4s, the rule says %s %.4s; %u missing",
		   p2p_bdf_format(bytes->f[from].bdf, names[0]),
		   p2p_bdf_format(bytes->f[to].bdf, names[1]), routes[verdict->route],
		   ways, answer.route, answer.ways, verdict->n_missing);
}

static void compare_machine(struct law_count *count, struct build *b)
{
	struct p2p_machine *machine = build_machine(b, "6.12", "intel");
	struct bytes *bytes = bytes_read(b);
	struct p2p_verdict verdict;
	int result = p2p_verdict_init(machine->judge, &verdict);

	assert(!result);
	for (int from = 0; from < bytes->n; from++)
		for (int to = 0; to < bytes->n; to++)
			if (bytes->f[from].here && bytes->f[to].here)
				compare_pair(count, bytes, machine, from, to, &verdict);
	p2p_verdict_done(&verdict);
	free(bytes);
	p2p_machine_free(machine);
}

/* Every fourth machine has ports that do not reach all of their buses, for SV to mind. */
static void shorten_ports(struct law_count *count, struct build *b)
{
	uint32_t state = count->seed;

	if (count->seed % 4)
		return;
	p2p_snapshot_free(build_snapshot(b, 0));
	for (int i = 0; i < build_count(b); i++)
		if (!build_place(b, i).host && (build_read(b, i, 0x0e, 1) & 0x7f) == 1 &&
		    build_random(&state, 3) == 0)
			build_spoil(b, i, 0x1a, (uint8_t)build_read(b, i, 0x19, 1));
}

static void agrees_with_silicon(struct law_count *count, struct build *b)
{
	shorten_ports(count, b);
	compare_machine(count, b);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "routes and classes are silicon's", 3000, agrees_with_silicon },
	};

	return law_run(laws, 1, argc, argv);
}
