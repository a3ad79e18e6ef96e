/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply and restore in a line or two. */
#include <inttypes.h>
#include <stdio.h>

#include "render/applied_report.h"

char *applied_value(const struct p2p_apply_register *reg, uint32_t value,
		    char ret_text[APPLIED_VALUE_SIZE])
{
	snprintf(ret_text, APPLIED_VALUE_SIZE, reg->width == 32 ? "0x%08x" : "0x%04x",
		 value);
	return ret_text;
}

char *applied_register(const struct p2p_apply *apply, uint32_t reg,
		       char ret_text[APPLIED_REGISTER_SIZE])
{
	const struct p2p_apply_register *at = &apply->registers[reg];
	char address[P2P_BDF_SIZE];

	p2p_bdf_format(apply->functions[at->function].bdf, address);
	if (at->word == P2P_PLAN_CONTROL)
		snprintf(ret_text, APPLIED_REGISTER_SIZE, "%s", address);
	else
		snprintf(ret_text, APPLIED_REGISTER_SIZE, "%s egress vector[%" PRId32 "]",
			 address, at->word);
	return ret_text;
}

static const char *outcome_verb(const struct p2p_apply *apply)
{
	switch (apply->outcome) {
	case P2P_OUTCOME_DONE:
		return "applied";
	case P2P_OUTCOME_REFUSED:
		return "not applied";
	case P2P_OUTCOME_ROLLED_BACK:
		return "rolled back";
	case P2P_OUTCOME_INCOMPLETE:
		return "incomplete";
	}
	return "";
}

/* How the transaction is taken back, on the machine that it was asked of. */
static void put_undo(const struct applied_report *report, struct out *out)
{
	char command[SAY_COMMAND_SIZE], what[32];

	snprintf(what, sizeof(what), "restore %" PRIu32, report->journal->id);
	out_format(out, "   Undo: %s\n", say_command(report->plan->scene, what, command));
}

void applied_text(const struct applied_report *report, const struct style *style,
		  struct out *out)
{
	const struct p2p_apply *apply;
	uint64_t n_direct = plan_count(report->plan, PLAN_MADE_DIRECT);

	if (!report->journal) {
		out_text(out, "nothing to do: the registers are as asked\n");
		return;
	}
	apply = report->journal->apply;
	out_format(out, "%s%s %" PRIu32 "%s: ", style_begin(style, STYLE_BOLD),
		   outcome_verb(apply), report->journal->id, style_end(style));
	if (apply->outcome != P2P_OUTCOME_DONE) {
		out_format(out, "%s\n",
			   apply->outcome == P2P_OUTCOME_INCOMPLETE ?
				   "not all registers could be put back" :
				   "all registers are as before");
		return;
	}
	out_format(out, "%" PRIu32 " register%s written and read back",
		   apply->n_registers, apply->n_registers == 1 ? "" : "s");
	if (n_direct)
		out_format(out, ", %" PRIu64 " pair%s direct", n_direct,
			   n_direct == 1 ? "" : "s");
	out_text(out, ".");
	put_undo(report, out);
}

static const char *restored_verb(const struct p2p_apply *apply)
{
	switch (apply->outcome) {
	case P2P_OUTCOME_DONE:
		return "restored";
	case P2P_OUTCOME_REFUSED:
	case P2P_OUTCOME_ROLLED_BACK:
		return "not restored";
	case P2P_OUTCOME_INCOMPLETE:
		return "incomplete";
	}
	return "";
}

static uint32_t count_back(const struct p2p_apply *apply)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < apply->n_registers; i++)
		count += apply->registers[i].place == P2P_PLACE_ORIGINAL;
	return count;
}

static void put_refused(const struct p2p_apply *apply, struct out *out)
{
	char address[P2P_BDF_SIZE];

	for (uint32_t i = 0; i < apply->n_functions; i++)
		if (apply->functions[i].is_refused)
			out_format(out, "  %s  left as it is\n",
				   p2p_bdf_format(apply->functions[i].bdf, address));
}

void restored_text(const struct restored_report *report, struct out *out)
{
	if (!report->n_journals)
		out_text(out, "nothing to do: nothing is applied\n");
	for (uint32_t i = report->n_journals; i-- > 0;) {
		const struct p2p_apply *apply = report->journals[i]->apply;
		uint32_t n_back = count_back(apply);

		out_format(out,
			   "%s %" PRIu32 ": %" PRIu32 " of %" PRIu32
			   " register%s as before apply\n",
			   restored_verb(apply), report->journals[i]->id, n_back,
			   apply->n_registers,
			   n_back == 1 && apply->n_registers == 1 ? " is" : "s are");
		put_refused(apply, out);
	}
}
