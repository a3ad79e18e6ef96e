/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan printed, and the exit code that it stands for. */
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "cli/target.h"

/* The exit code that a refusal stands for. */
static int refusal_code(const struct p2p_machine *machine,
			const struct p2p_plan_refusal *refusal)
{
	switch (refusal->kind) {
	case P2P_REFUSE_FEW:
	case P2P_REFUSE_INITIATORS:
	case P2P_REFUSE_VECTOR:
		return EXIT_USAGE;
	case P2P_REFUSE_UNREAD:
		return EXIT_UNKNOWN;
	case P2P_REFUSE_PORT_NUMBER:
		return p2p_facts_port_number(&machine->facts[refusal->function]) < 0 ?
			       EXIT_UNKNOWN :
			       EXIT_DIFFERS;
	case P2P_REFUSE_DAMAGED:
		return EXIT_DAMAGED;
	case P2P_REFUSE_NO_PAIR:
	case P2P_REFUSE_NO_ACS:
	case P2P_REFUSE_NO_BIT:
	case P2P_REFUSE_CONFLICT:
	case P2P_REFUSE_UNREACHED:
	case P2P_REFUSE_MORE_OPEN:
	case P2P_REFUSE_NO_ATS:
	case P2P_REFUSE_OTHER_SWITCH:
	case P2P_REFUSE_SHARED_PORT:
	case P2P_REFUSE_MULTI:
	case P2P_REFUSE_BUS_NUMBER:
	case P2P_REFUSE_ROOT_COMPLEX:
		break;
	}
	return EXIT_DIFFERS;
}

/* Of a machine that runs all can be learnt, and what was not must not be passed over.
 * Of a copy nobody can say more, and lockdown shows with the first write. */
static bool is_guarded(const struct planning *planning)
{
	unsigned open = p2p_guards_that(planning->guards, P2P_GUARD_CANNOT_TELL);

	open &= ~(1u << P2P_GUARD_LOCKDOWN);
	return p2p_guards_refuse(planning->guards) ||
	       (open && planning->machine->snapshot->system.live == P2P_YES);
}

/* Of several refusals: damage before what is unknown, and that before the rest. */
int planning_code(const struct planning *planning)
{
	const struct p2p_plan *plan = planning->plan;
	int code = EXIT_DONE;

	for (uint32_t i = 0; i < plan->n_refusals; i++) {
		int one = refusal_code(planning->machine, &plan->refusals[i]);

		code = one > code ? one : code;
	}
	if (!code && planning->guards && is_guarded(planning))
		code = EXIT_REFUSED;
	return code;
}

/* What every refusal for want of evidence lacks. */
static int tally_unread(const struct planning *planning, struct missing_tally *tally)
{
	const struct p2p_machine *machine = planning->machine;
	int result = missing_begin(machine, tally);

	for (uint32_t i = 0; !result && i < planning->plan->n_refusals; i++) {
		const struct p2p_plan_refusal *refusal = &planning->plan->refusals[i];

		if (refusal_code(machine, refusal) == EXIT_UNKNOWN)
			missing_count(tally,
				      (struct p2p_missing){ refusal->at == P2P_NONE ?
								    refusal->function :
								    refusal->at,
							    P2P_EVIDENCE_ACS });
	}
	return result;
}

static void render(const struct plan_report *report, const struct options *options,
		   struct output *output)
{
	struct style style = output_style(output, options);

	if (!strcmp(output->format, "json"))
		plan_json(report, &output->out);
	else if (!strcmp(output->format, "setpci"))
		plan_script(report, &output->out);
	else
		plan_text(report, &style, &output->out);
}

void planning_complain(const struct planning *planning, const struct options *options)
{
	const struct style plain = { .unicode = speaks_utf8() };
	const struct p2p_plan *plan = planning->plan;
	char text[PLAN_REFUSAL_SIZE], more[32] = "";

	if (plan->n_refusals > 1)
		snprintf(more, sizeof(more), ", and %u more", plan->n_refusals - 1);
	if (plan->n_refusals && !options->quiet)
		complain(0, "%s%s",
			 plan_refusal(&planning->report, plan->refusals, &plain, text),
			 more);
}

int planning_report(const struct cmd *cmd, const struct options *options,
		    const struct planning *planning)
{
	struct missing_tally tally;
	struct output *output;
	bool closed = false, is_text = true;
	int code = EXIT_DONE;

	if (tally_unread(planning, &tally))
		return complain(EXIT_USAGE, "out of memory");
	output = output_open(cmd, options, &code);
	if (output) {
		is_text = !strcmp(output->format, "text");
		render(&planning->report, options, output);
		code = output_close(output, &closed);
	}
	/* Where the report is for a program, people look at standard error; of what was
	 * not read the tally tells. */
	if (!code && !closed && !is_text && planning_code(planning) != EXIT_UNKNOWN)
		planning_complain(planning, options);
	/* Damage that touches no member is told, and refuses nothing. */
	if (!code && !closed)
		target_close_report(planning->machine, options, &tally,
				    planning->command);
	missing_end(&tally);
	return code ? code : planning_code(planning);
}
