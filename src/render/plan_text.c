/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of `plan`: for whom and in which mode, what is written and what follows; or
 * why nothing can be planned. */
#include <stdio.h>

#include "render/labels.h"
#include "render/guard_text.h"
#include "render/plan_report.h"
#include "render/prose.h"
#include "render/words_plan.h"

#define TEXT_SIZE      1024
#define REFUSALS_SHOWN 2

static const struct p2p_machine *machine_of(const struct plan_report *report)
{
	return report->scene->machine;
}

/* Switches above members; @ret_without: members below none. */
static uint32_t count_switches(const struct plan_report *report, uint32_t *ret_without)
{
	const struct p2p_topo *topo = machine_of(report)->topo;
	const struct p2p_plan *plan = report->plan;
	uint32_t count = 0;

	*ret_without = 0;
	for (uint32_t i = 0; i < plan->n_members; i++) {
		uint32_t up = p2p_topo_switch(topo, plan->members[i]);
		bool seen = false;

		for (uint32_t k = 0; k < i && !seen; k++)
			seen = p2p_topo_switch(topo, plan->members[k]) == up;
		*ret_without += up == P2P_NONE;
		count += up != P2P_NONE && !seen;
	}
	return count;
}

static void put_domain(const struct plan_report *report, const struct style *style,
		       struct out *out)
{
	const struct p2p_plan *plan = report->plan;
	uint32_t without, switches = count_switches(report, &without);
	char text[TEXT_SIZE], names[LABELS_SIZE];
	size_t used = (size_t)snprintf(text, sizeof(text), "%u function%s under ",
				       plan->n_members, plan->n_members == 1 ? "" : "s");

	if (switches)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%u switch%s",
					 switches, switches == 1 ? "" : "es");
	else
		used += (size_t)snprintf(text + used, sizeof(text) - used, "no switch");
	if (without && switches)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 ", %u under none", without);
	snprintf(text + used, sizeof(text) - used, ": %s",
		 labels_text(machine_of(report), style, plan->members, plan->n_members,
			     names));
	plan_item(style, out, "p2p domain", text);
}

/* What is to be known of a mode before its registers are written. */
static const char *note(const struct p2p_plan_options *options)
{
	switch (options->mode) {
	case P2P_PLAN_CLEAR:
		return options->scope == P2P_SCOPE_TURN ?
			       "on the rest of the paths redirect stays, and where it is "
			       "on the kernel's P2PDMA goes on seeing it" :
		       options->scope == P2P_SCOPE_SWITCH ?
			       "all that hangs on these switches reaches each other, and "
			       "so does what is plugged into their empty slots" :
			       "";
	case P2P_PLAN_ONE_WAY:
		return "requests of the others go through the root complex. Where RR is "
		       "on and CR off, completions may pass writes that are "
		       "redirected; and the kernel's P2PDMA sees a redirect";
	case P2P_PLAN_TRANSLATED:
		return options->keep_cr ?
			       "P2PDMA ignores DT, its verdict stays; CR stays on, so "
			       "reads are direct only if all of them carry Relaxed "
			       "Ordering" :
			       "P2PDMA ignores DT, its verdict stays; requests that are "
			       "not translated go through the root complex";
	case P2P_PLAN_EGRESS:
		return "the kernel's P2PDMA sees RR and EC, and never maps these pairs "
		       "bus-addr";
	case P2P_PLAN_ISOLATE:
		return "these are the controls that a kernel with the IOMMU on sets, "
		       "which need not be those that were there before some other "
		       "change: it undoes nothing";
	case P2P_PLAN_SET:
		return "nothing is checked but that no half-way state lets pass more "
		       "than start and end: whether it serves a purpose is for you to "
		       "know";
	}
	return "";
}

static void put_mode(const struct plan_report *report, const struct style *style,
		     struct out *out)
{
	const struct p2p_plan_options *options = report->options;
	char text[TEXT_SIZE], names[LABELS_SIZE], bits[PLAN_BITS_SIZE];
	const char *word = words_mode[options->mode].word;
	const char *meaning = words_mode[options->mode].meaning;

	if (options->mode == P2P_PLAN_CLEAR)
		snprintf(text, sizeof(text), "%s, --scope %s: RR CR EC off %s", word,
			 words_scope[options->scope].word,
			 words_scope[options->scope].meaning);
	else if (options->mode == P2P_PLAN_ONE_WAY)
		snprintf(text, sizeof(text), "%s: %s; initiators: %s", word, meaning,
			 labels_text(machine_of(report), style, options->initiators,
				     options->n_initiators, names));
	else if (options->mode == P2P_PLAN_SET)
		snprintf(text, sizeof(text), "%s: %s", word, plan_bits(options, bits));
	else
		snprintf(text, sizeof(text), "%s: %s", word, meaning);
	plan_item(style, out, "Mode", text);
	if (*note(options) && !style->quiet)
		plan_item(style, out, "Note", note(options));
}

static bool is_same_kind(const struct p2p_plan_refusal *a,
			 const struct p2p_plan_refusal *b)
{
	return a->kind == b->kind && a->bits == b->bits;
}

/* Each kind of refusal by its first few. */
static void put_refusals(const struct plan_report *report, const struct style *style,
			 struct out *out)
{
	const struct p2p_plan *plan = report->plan;
	char text[PLAN_REFUSAL_SIZE];
	uint32_t hidden = 0;

	for (uint32_t i = 0; i < plan->n_refusals; i++) {
		uint32_t alike = 0;

		for (uint32_t k = 0; k < i; k++)
			alike += is_same_kind(&plan->refusals[k], &plan->refusals[i]);
		if (!style->verbose && alike >= REFUSALS_SHOWN) {
			hidden++;
			continue;
		}
		plan_item(style, out, i ? "" : "Refused",
			  plan_refusal(report, &plan->refusals[i], style, text));
	}
	snprintf(text, sizeof(text), "and %u more alike (-v)", hidden);
	if (hidden)
		plan_item(style, out, "", text);
}

uint32_t plan_n_registers(const struct p2p_plan *plan)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < plan->n_ops; i++) {
		bool seen = false;

		for (uint32_t k = 0; k < i && !seen; k++)
			seen = plan->ops[k].function == plan->ops[i].function &&
			       plan->ops[k].word == plan->ops[i].word;
		count += !seen;
	}
	return count;
}

static void put_end(const struct plan_report *report, struct out *out)
{
	const struct p2p_plan *plan = report->plan;
	uint32_t registers = plan_n_registers(plan);

	if (plan->n_refusals)
		out_text(out, "Nothing is planned.\n");
	else if (!plan->n_ops)
		out_text(out, "Nothing to write: the registers are as asked.\n");
	else if (report->is_guarded)
		out_text(out, "Nothing was written. apply would refuse, and exit 7.\n");
	else if (!report->is_asked)
		out_format(out, "Nothing was written: that would be %u register%s.\n",
			   registers, registers == 1 ? "" : "s");
}

void plan_text(const struct plan_report *report, const struct style *style,
	       struct out *out)
{
	const struct p2p_plan *plan = report->plan;

	put_domain(report, style, out);
	put_mode(report, style, out);
	if (plan->n_refusals) {
		put_refusals(report, style, out);
	} else {
		plan_table(report, style, out);
		plan_effects(report, style, out);
		if (plan->n_ops)
			plan_item(style, out, "Lasts until",
				  "reboot, or reset or resume of a port");
		if (report->guards)
			guard_text(machine_of(report), report->guards, style, out);
	}
	put_end(report, out);
}
