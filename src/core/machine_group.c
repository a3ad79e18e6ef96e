/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine in, its IOMMU groups out: predicted by both rules, beside the live ones, and
 * the registers that a boot programs. */
#include <errno.h>
#include <stdlib.h>

#include <p2ptool/machine.h>

struct making {
	const struct p2p_machine *machine;
	const struct p2p_group_options *options;
	struct p2p_grouped *grouped;
	struct p2p_group_rules rules;
};

/* Without a command line to predict for, the boot is one with the machine's own. */
static int make_boot(struct making *making, struct p2p_err *err)
{
	const struct p2p_machine *machine = making->machine;
	const struct p2p_snapshot *snapshot = machine->snapshot;
	struct p2p_boot_options options = { making->options->cmdline,
					    making->options->from_firmware };

	if (!options.cmdline)
		options.cmdline = p2p_snapshot_string(snapshot, snapshot->system.cmdline);
	return p2p_boot_new(snapshot, machine->facts, machine->topo, &machine->rules,
			    &options, &making->grouped->boot, err);
}

/* Registers as they are, or as the boot leaves them. */
static const struct p2p_facts *facts_of(const struct making *making)
{
	return making->options->cmdline ? making->grouped->boot->facts :
					  making->machine->facts;
}

static void choose_rules(struct making *making)
{
	const struct p2p_machine *machine = making->machine;

	making->rules =
		p2p_group_rules(machine->snapshot, machine->facts, &machine->rules);
	if (making->options->cmdline)
		making->rules.requested = making->grouped->boot->requested;
	else if (making->options->from_firmware)
		making->rules.requested = P2P_NO;
}

static struct p2p_groups *make_groups(struct making *making, enum p2p_group_rule rule)
{
	const struct p2p_machine *machine = making->machine;

	making->rules.rule = rule;
	return p2p_groups_new(machine->snapshot, facts_of(making), machine->topo,
			      &making->rules);
}

/* Why live groups are not those of another boot needs no search. */
static void blame_boot(struct p2p_group_diff *diff)
{
	for (uint32_t i = 0; i < diff->n_differences; i++)
		diff->differences[i].cause = P2P_CAUSE_BOOT;
}

static int make_all(struct making *making, struct p2p_err *err)
{
	const struct p2p_machine *machine = making->machine;
	struct p2p_grouped *grouped = making->grouped;
	int result = make_boot(making, err);

	if (result)
		return result;
	choose_rules(making);
	grouped->strict = make_groups(making, P2P_RULE_STRICT);
	grouped->mainline = make_groups(making, P2P_RULE_MAINLINE);
	grouped->groups = making->options->rule == P2P_RULE_STRICT ? grouped->strict :
								     grouped->mainline;
	making->rules.rule = making->options->rule;
	if (grouped->groups)
		grouped->diff = p2p_group_diff_new(machine->snapshot, facts_of(making),
						   machine->topo, &making->rules,
						   grouped->groups);
	if (grouped->diff && making->options->cmdline)
		blame_boot(grouped->diff);
	if (!grouped->strict || !grouped->mainline || !grouped->diff)
		return p2p_err_set(err, -ENOMEM,
				   "no memory for the groups of %u "
				   "functions",
				   machine->snapshot->n_functions);
	return 0;
}

int p2p_machine_group(const struct p2p_machine *machine,
		      const struct p2p_group_options *options,
		      struct p2p_grouped **ret_grouped, struct p2p_err *err)
{
	static const struct p2p_group_options plain = { 0 };
	struct making making = { .machine = machine,
				 .options = options ? options : &plain,
				 .grouped = calloc(1, sizeof(*making.grouped)) };
	int result = -ENOMEM;

	if (making.grouped)
		result = make_all(&making, err);
	else
		p2p_err_set(err, -ENOMEM, "no memory");
	if (result) {
		p2p_grouped_free(making.grouped);
		return result;
	}
	*ret_grouped = making.grouped;
	return 0;
}

void p2p_grouped_free(struct p2p_grouped *grouped)
{
	if (!grouped)
		return;
	p2p_group_diff_free(grouped->diff);
	p2p_groups_free(grouped->mainline);
	p2p_groups_free(grouped->strict);
	p2p_boot_free(grouped->boot);
	free(grouped);
}
