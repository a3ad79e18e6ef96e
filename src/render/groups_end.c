/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows the groups: registers that a boot changes, and why live groups are not the
 * predicted ones. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/group_say.h"
#include "render/groups_report.h"
#include "render/labels.h"
#include "render/prose.h"
#include "render/table.h"
#include "render/words.h"

#define TEXT_SIZE 1536
#define REG_SIZE  16

/* Nibbles with a bit that is not known are `?`. */
static char *say_register(struct p2p_reg reg, char text[REG_SIZE])
{
	char *at = text;

	*at++ = '0';
	*at++ = 'x';
	for (int shift = 12; shift >= 0; shift -= 4)
		*at++ = (reg.known >> shift & 0xf) == 0xf ?
				"0123456789abcdef"[reg.value >> shift & 0xf] :
				'?';
	*at = '\0';
	return text;
}

static bool changes(const struct p2p_boot_register *reg)
{
	return ((reg->before.value ^ reg->after.value) & reg->before.known &
		reg->after.known) ||
	       reg->before.known != reg->after.known;
}

static void put_register(const struct p2p_machine *machine,
			 const struct p2p_boot_register *reg, const struct style *style,
			 struct table *table)
{
	struct p2p_acs acs = machine->facts[reg->function].acs;
	char address[P2P_BDF_SIZE], what[SAY_SIZE], before[REG_SIZE], text[48];
	char bits[WORDS_ACS_SIZE], after[REG_SIZE];

	acs.regs.ctrl = reg->after;
	snprintf(text, sizeof(text), "%s -> %s", say_register(reg->before, before),
		 say_register(reg->after, after));
	table_row(table, UINT32_MAX);
	table_cell(table, 0, say_address(machine, reg->function, address), STYLE_PLAIN);
	table_cell(table, 1, say_what(machine, reg->function, style, what), STYLE_PLAIN);
	table_cell(table, 2, text, STYLE_PLAIN);
	table_cell(table, 3, words_acs_text(&acs, false, bits), STYLE_PLAIN);
}

static void put_remarks(unsigned remarks, const struct style *style, struct out *out)
{
	for (unsigned i = 0; i < WORDS_REMARKS; i++) {
		if (!(remarks & 1u << i))
			continue;
		out_text(out, "  note: ");
		prose_put(out, style, 8, 4, words_remark[i].meaning);
	}
}

static void put_table(const struct groups_report *report, const struct style *style,
		      struct out *out)
{
	static const unsigned columns[] = { 0, 0, 0, 0 };
	const struct p2p_boot *boot = report->grouped->boot;
	struct table *table = table_new(style, 4, columns);
	uint32_t n_same = 0;

	if (!table) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < boot->n_registers; i++) {
		if (style->verbose || changes(&boot->registers[i]))
			put_register(report->scene->machine, &boot->registers[i], style,
				     table);
		else
			n_same++;
	}
	table_print(table, "  ", out);
	table_free(table);
	if (n_same)
		out_format(out, "  %u register%s as %s now (-v)\n", n_same,
			   n_same == 1 ? "" : "s", n_same == 1 ? "it is" : "they are");
}

void groups_registers(const struct groups_report *report, const struct style *style,
		      struct out *out)
{
	const struct p2p_boot *boot = report->grouped->boot;
	char text[GROUP_ASSUMED_SIZE];

	if (!report->cmdline)
		return;
	prose_title(out, style, "ACS control after the boot");
	put_table(report, style, out);
	put_remarks(boot->remarks, style, out);
	if (boot->assumed) {
		out_text(out, "  assumed: ");
		prose_put(out, style, 11, 4, group_assumed(boot->assumed, text));
	}
}

static bool is_asked(const struct groups_report *report, uint32_t function)
{
	return groups_is_asked(report, report->grouped->groups->of[function]);
}

/* All differences with one cause in one paragraph. */
static void put_cause(const struct groups_report *report, enum p2p_group_cause cause,
		      uint32_t *functions, const struct style *style, struct out *out)
{
	const struct p2p_group_diff *diff = report->grouped->diff;
	char labels[LABELS_SIZE], text[TEXT_SIZE];
	uint32_t n = 0;

	for (uint32_t i = 0; i < diff->n_differences; i++)
		if (diff->differences[i].cause == cause &&
		    is_asked(report, diff->differences[i].function))
			functions[n++] = diff->differences[i].function;
	if (!n)
		return;
	snprintf(text, sizeof(text), "%s: %s",
		 labels_addresses(report->scene->machine, functions, n, labels),
		 words_cause[cause].meaning);
	out_format(out, "  %-17s ", words_cause[cause].word);
	prose_put(out, style, 20, 4, text);
}

static uint32_t count_live(const struct groups_report *report, int32_t live)
{
	const struct p2p_snapshot *snapshot = report->scene->machine->snapshot;
	uint32_t n = 0;

	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		n += snapshot->functions[i].group == live;
	return n;
}

static void put_place(const struct groups_report *report,
		      const struct p2p_group_difference *difference, struct out *out)
{
	const struct p2p_groups *groups = report->grouped->groups;
	const struct p2p_group *group = &groups->groups[groups->of[difference->function]];
	bool is_most = group->certainty == P2P_UNCERTAIN && !group->is_open;
	char address[P2P_BDF_SIZE];

	out_format(out, "    %s  live: with %u others, predicted: with %s%u%s\n",
		   say_address(report->scene->machine, difference->function, address),
		   count_live(report, difference->live) - 1, is_most ? "at most " : "",
		   group->n_members - 1, group->is_open ? " or more" : "");
}

/* Each function with the sizes of both its groups, where somebody asked for it. */
static void put_places(const struct groups_report *report, struct out *out)
{
	const struct p2p_group_diff *diff = report->grouped->diff;

	for (uint32_t i = 0; i < diff->n_differences; i++)
		if (is_asked(report, diff->differences[i].function))
			put_place(report, &diff->differences[i], out);
}

static bool any_asked(const struct groups_report *report)
{
	const struct p2p_group_diff *diff = report->grouped->diff;

	for (uint32_t i = 0; i < diff->n_differences; i++)
		if (is_asked(report, diff->differences[i].function))
			return true;
	return false;
}

void groups_differences(const struct groups_report *report, const struct style *style,
			struct out *out)
{
	const struct p2p_group_diff *diff = report->grouped->diff;
	uint32_t *functions;

	if (report->cmdline || !any_asked(report))
		return;
	functions = calloc(diff->n_differences, sizeof(*functions));
	if (!functions) {
		out_fail(out, -ENOMEM);
		return;
	}
	prose_title(out, style, "Live groups that differ");
	for (unsigned cause = 0; cause < P2P_CAUSES; cause++)
		put_cause(report, (enum p2p_group_cause)cause, functions, style, out);
	if (report->selection || style->verbose)
		put_places(report, out);
	free(functions);
}
