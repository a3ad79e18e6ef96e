/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups agree with an independent statement of the kernel's rule; what is certain without
 * some registers is so with all; more isolation never makes a group larger; and what the
 * stricter rule has to do with all that. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "laws/group_rule.h"
#include "laws/law.h"

#define REQUIRED (ACS_SV | ACS_RR | ACS_CR | ACS_UF)

/* A machine and its groups. */
struct grouped {
	struct p2p_machine *machine;
	struct p2p_groups *groups;
};

static struct grouped group(struct p2p_snapshot *snapshot, const char *kernel,
			    enum p2p_group_rule rule, enum p2p_tri said)
{
	struct grouped made = { 0 };
	struct p2p_group_rules rules = {
		.rule = rule, .requested = said, .ivrs = said, .ivrs_told = P2P_YES
	};
	int result = p2p_machine_new(snapshot, kernel, "intel", &made.machine, NULL);

	assert(!result);
	rules.rules = made.machine->rules;
	made.groups = p2p_groups_new(made.machine->snapshot, made.machine->facts,
				     made.machine->topo, &rules);
	assert(made.groups);
	return made;
}

static struct grouped group_said(struct build *b, enum p2p_group_rule rule)
{
	return group(build_snapshot(b, 0), "6.12", rule, P2P_YES);
}

static void forget(struct grouped *made)
{
	p2p_groups_free(made->groups);
	p2p_machine_free(made->machine);
}

static void check_rule(struct law_count *count, struct build *b, const char *kernel,
		       bool said)
{
	const struct group_rule_said told = { kernel[0] == '7', said, said };
	struct grouped made =
		group(build_snapshot(b, 0), kernel, P2P_RULE_MAINLINE, p2p_tri_of(said));
	struct bytes *bytes = bytes_read(b);
	int *of = group_rule(bytes, &told);

	for (int x = 0; x < bytes->n; x++)
		for (int y = 0; y < x; y++) {
			uint32_t i = build_index(b, x, made.machine->snapshot);
			uint32_t k = build_index(b, y, made.machine->snapshot);
			char a[P2P_BDF_SIZE], z[P2P_BDF_SIZE];

			if (!bytes->f[x].here || !bytes->f[y].here)
				continue;
			count->cases++;
			if (p2p_groups_together(made.groups, i, k) != (of[x] == of[y]))
				law_broken(count, "%s and %s are %s by the rule of %s",
					   p2p_bdf_format(bytes->f[x].bdf, a),
					   p2p_bdf_format(bytes->f[y].bdf, z),
					   of[x] == of[y] ? "one" : "two", kernel);
		}
	free(of);
	free(bytes);
	forget(&made);
}

static void agrees_with_the_kernel(struct law_count *count, struct build *b)
{
	check_rule(count, b, "6.12", count->seed % 2);
	group_rule_name(b, count->seed);
	check_rule(count, b, "6.12", count->seed % 3);
	check_rule(count, b, "7.0", count->seed % 2);
}

static bool is_same_groups(const struct p2p_groups *a, const struct p2p_groups *b,
			   uint32_t n)
{
	if (a->n_groups != b->n_groups || a->n_ties != b->n_ties ||
	    memcmp(a->of, b->of, n * sizeof(*a->of)) != 0 ||
	    memcmp(a->members, b->members, n * sizeof(*a->members)) != 0)
		return false;
	for (uint32_t t = 0; t < a->n_ties; t++)
		if (a->ties[t].function != b->ties[t].function ||
		    a->ties[t].rule != b->ties[t].rule ||
		    a->ties[t].bits != b->ties[t].bits)
			return false;
	for (uint32_t g = 0; g < a->n_groups; g++)
		if (a->groups[g].certainty != b->groups[g].certainty ||
		    a->groups[g].assumed != b->groups[g].assumed)
			return false;
	return true;
}

static void order_does_not_matter(struct law_count *count, struct build *b)
{
	for (unsigned rule = P2P_RULE_MAINLINE; rule <= P2P_RULE_STRICT; rule++) {
		struct grouped said, shuffled;

		group_rule_name(b, count->seed);
		said = group_said(b, (enum p2p_group_rule)rule);
		shuffled = group(build_snapshot(b, count->seed), "6.12",
				 (enum p2p_group_rule)rule, P2P_YES);
		count->cases++;
		if (!is_same_groups(said.groups, shuffled.groups,
				    said.machine->topo->n_nodes))
			law_broken(count, "rule %u depends on the order", rule);
		forget(&said);
		forget(&shuffled);
	}
}

/* True if functions that @fine puts together are together in @coarse. */
static bool is_finer(const struct p2p_groups *fine, const struct p2p_groups *coarse)
{
	for (uint32_t g = 0; g < fine->n_groups; g++) {
		const uint32_t *members = fine->members + fine->groups[g].first_member;

		for (uint32_t i = 1; i < fine->groups[g].n_members; i++)
			if (!p2p_groups_together(coarse, members[0], members[i]))
				return false;
	}
	return true;
}

static bool has_vfs(const struct build *b, int function)
{
	for (int i = 0; i < build_count(b); i++)
		if (build_place(b, i).pf == function)
			return true;
	return false;
}

/* Registers behind the header go; what is below what stays known, and whose VFs are. */
static void hide_some(struct build *b, uint32_t seed)
{
	uint32_t state = seed * 40503u | 1;

	for (int i = 0; i < build_count(b); i++) {
		if (build_place(b, i).host || has_vfs(b, i) ||
		    build_random(&state, 100) >= 15)
			continue;
		switch (build_random(&state, 5)) {
		case 0:
			build_readable(b, i, 64);
			break;
		case 1:
			build_readable(b, i, 256);
			break;
		case 2:
			build_hole(b, i, BUILD_ACS + REG_ACS_CAP, 2);
			break;
		case 3:
			build_hole(b, i, BUILD_ACS + REG_ACS_CTL, 2);
			break;
		default:
			build_hole(b, i, BUILD_EXPRESS + REG_EXP_FLAGS, 2);
			break;
		}
	}
}

static void check_holes(struct law_count *count, const struct p2p_groups *whole,
			const struct p2p_groups *holed)
{
	for (uint32_t g = 0; g < holed->n_groups; g++) {
		const struct p2p_group *known = &holed->groups[g];
		const uint32_t *members = holed->members + known->first_member;

		if (known->certainty == P2P_UNCERTAIN)
			continue;
		count->cases++;
		for (uint32_t i = 0; i < known->n_members; i++)
			if (whole->groups[whole->of[members[i]]].n_members !=
				    known->n_members ||
			    whole->of[members[i]] != whole->of[members[0]]) {
				law_broken(count, "group %u of %u is not certain", g,
					   members[0]);
				break;
			}
	}
	if (!is_finer(whole, holed))
		law_broken(count, "a group is larger than it was said to be");
}

/* Root ports where ids are translated begin a group by the strict rule, wherever they are;
 * inside a switch, where there are none, others of their bus would join it. */
static void name_ports_as_they_are(struct build *b, uint32_t seed)
{
	group_rule_name(b, seed);
	for (int i = 0; i < build_count(b); i++)
		if (!build_place(b, i).host && build_read(b, i, 0, 4) == 0x900014e4)
			build_ids(b, i, 0x1b36, 0x000c);
}

static void what_is_certain_is_so_in_the_whole_machine(struct law_count *count,
						       struct build *b)
{
	static const enum p2p_group_rule rules[] = { P2P_RULE_MAINLINE, P2P_RULE_STRICT };
	struct grouped whole[2];

	name_ports_as_they_are(b, count->seed);
	for (unsigned i = 0; i < 2; i++)
		whole[i] = group_said(b, rules[i]);
	hide_some(b, count->seed);
	for (unsigned i = 0; i < 2; i++) {
		struct grouped holed = group_said(b, rules[i]);

		check_holes(count, whole[i].groups, holed.groups);
		forget(&holed);
		forget(&whole[i]);
	}
}

static void turn_more_on(struct build *b, uint32_t seed)
{
	uint32_t state = seed * 69069u | 1;

	for (int i = 0; i < build_count(b); i++) {
		uint32_t ctrl;

		if (build_place(b, i).host ||
		    (build_read(b, i, BUILD_ACS, 4) & 0xffff) != EXT_CAP_ACS)
			continue;
		ctrl = build_read(b, i, BUILD_ACS + REG_ACS_CTL, 2);
		if (build_random(&state, 3))
			ctrl |= build_random(&state, 128) & REQUIRED;
		build_acs_control(b, i, (uint16_t)ctrl);
	}
}

static void more_isolation_never_makes_a_group_larger(struct law_count *count,
						      struct build *b)
{
	static const enum p2p_group_rule rules[] = { P2P_RULE_MAINLINE, P2P_RULE_STRICT };

	name_ports_as_they_are(b, count->seed);
	for (unsigned i = 0; i < 2; i++) {
		struct grouped before = group_said(b, rules[i]), after;

		turn_more_on(b, count->seed + i);
		after = group_said(b, rules[i]);
		count->cases++;
		if (!is_finer(after.groups, before.groups))
			law_broken(count, "rule %u: a group grew", i);
		forget(&before);
		forget(&after);
	}
}

static bool is_tied_by(const struct p2p_groups *groups, const struct p2p_group *group,
		       enum p2p_tie_rule rule)
{
	for (uint32_t t = 0; t < group->n_ties; t++)
		if (groups->ties[group->first_tie + t].rule != rule)
			return false;
	return group->n_ties;
}

/* The stricter rule is not finer and not coarser: it takes functions and root ports that
 * have no ACS for isolating. But what is together because controls of ports are off is so
 * by both. */
static void what_ports_tie_is_tied_by_the_strict_rule_too(struct law_count *count,
							  struct build *b)
{
	struct grouped mainline = group_said(b, P2P_RULE_MAINLINE);
	struct grouped strict = group_said(b, P2P_RULE_STRICT);
	const struct p2p_groups *groups = mainline.groups;

	for (uint32_t g = 0; g < groups->n_groups; g++) {
		const uint32_t *members =
			groups->members + groups->groups[g].first_member;

		if (!is_tied_by(groups, &groups->groups[g], P2P_TIE_ACS_OFF))
			continue;
		for (uint32_t i = 1; i < groups->groups[g].n_members; i++) {
			count->cases++;
			if (!p2p_groups_together(strict.groups, members[0], members[i]))
				law_broken(count,
					   "%u and %u are apart by the strict rule",
					   members[0], members[i]);
		}
	}
	forget(&mainline);
	forget(&strict);
}

/* Whether the paths meet at a switch, in its upstream port. */
static bool meet_in_switch(const struct p2p_topo *topo, uint32_t a, uint32_t b)
{
	uint32_t at = topo->nodes[a].parent;

	while (at != P2P_NONE && !p2p_topo_is_under(topo, b, at))
		at = topo->nodes[at].parent;
	return at != P2P_NONE && topo->nodes[at].kind == P2P_KIND_SWITCH_UP &&
	       topo->nodes[at].type == P2P_TYPE_SWITCH_UP;
}

/* This is what the mainline rule does not hold. */
static void who_reaches_whom_in_a_switch_is_in_one_strict_group(struct law_count *count,
								struct build *b)
{
	struct grouped strict = group_said(b, P2P_RULE_STRICT);
	const struct p2p_topo *topo = strict.machine->topo;
	struct p2p_verdict verdict;
	int result = p2p_verdict_init(strict.machine->judge, &verdict);

	assert(!result);
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		for (uint32_t k = 0; k < topo->n_nodes; k++) {
			if (i == k || topo->nodes[i].bridge || topo->nodes[k].bridge ||
			    !meet_in_switch(topo, i, k))
				continue;
			p2p_judge_pair(strict.machine->judge, i, k, &verdict);
			if (verdict.tlp[P2P_TLP_WRITE] != P2P_WAY_DIRECT)
				continue;
			count->cases++;
			if (!p2p_groups_together(strict.groups, i, k))
				law_broken(count, "%u reaches %u", i, k);
		}
	p2p_verdict_done(&verdict);
	forget(&strict);
}

static void check_again(struct law_count *count, const struct p2p_machine *machine,
			const char *cmdline)
{
	const struct p2p_boot_options options = { cmdline, true };
	struct p2p_boot *once = NULL, *twice = NULL;
	int result = p2p_boot_new(machine->snapshot, machine->facts, machine->topo,
				  &machine->rules, &options, &once, NULL);

	assert(!result);
	result = p2p_boot_new(machine->snapshot, once->facts, machine->topo,
			      &machine->rules, &options, &twice, NULL);
	assert(!result && once->n_registers == twice->n_registers);
	for (uint32_t i = 0; i < once->n_registers; i++) {
		struct p2p_reg a = once->registers[i].after,
			       c = twice->registers[i].after;

		count->cases++;
		if (a.value != c.value || a.known != c.known || a.known != 0xffff)
			law_broken(count, "function %u: 0x%04x, then 0x%04x (known %04x)",
				   once->registers[i].function, a.value, c.value,
				   c.known);
	}
	p2p_boot_free(once);
	p2p_boot_free(twice);
}

static void a_boot_twice_is_a_boot_once(struct law_count *count, struct build *b)
{
	static const char *const kernels[] = { "5.4", "6.1", "6.12.22", "6.12", "7.0" };
	static const char *const cmdlines[] = {
		"",
		"pci=noats",
		"intel_iommu=off",
		"\"pci=disable_acs_redir=pci:0:0\"",
		"\"pci=config_acs=x1010x1@pci:1b36:0;1x0xxx0@pci:0:0\"",
	};
	struct p2p_machine *machine;

	group_rule_name(b, count->seed);
	machine = build_machine(b, kernels[count->seed % 5], "intel");
	for (unsigned i = 0; i < sizeof(cmdlines) / sizeof(cmdlines[0]); i++)
		check_again(count, machine, cmdlines[i]);
	p2p_machine_free(machine);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "groups are the kernel's", 2400, agrees_with_the_kernel },
		{ "the order of reading does not matter to groups", 500,
		  order_does_not_matter },
		{ "what is certain is so in the whole machine", 2000,
		  what_is_certain_is_so_in_the_whole_machine },
		{ "more isolation never makes a group larger", 1500,
		  more_isolation_never_makes_a_group_larger },
		{ "what ports tie is tied by the strict rule too", 1000,
		  what_ports_tie_is_tied_by_the_strict_rule_too },
		{ "who reaches whom in a switch is in one strict group", 600,
		  who_reaches_whom_in_a_switch_is_in_one_strict_group },
		{ "a boot twice is a boot once", 500, a_boot_twice_is_a_boot_once },
	};

	return law_run(laws, sizeof(laws) / sizeof(laws[0]), argc, argv);
}
