/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes of a plan in, lines of a table and of a script out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "render/plan_report.h"
#include "render/words.h"

static struct plan_row row_of(const struct plan_report *report,
			      const struct p2p_plan_op *op)
{
	const struct p2p_acs *acs = &report->scene->machine->facts[op->function].acs;
	struct p2p_reg reg = op->word == P2P_PLAN_CONTROL ? acs->regs.ctrl :
							    acs->egress[op->word];

	return (struct plan_row){ .function = op->function,
				  .word = op->word,
				  .offset = (uint16_t)(op->offset - acs->regs.offset),
				  .width = op->width,
				  .phase = op->phase,
				  .mask = op->mask,
				  .old = op->old,
				  .new = op->new,
				  .known = reg.known };
}

struct plan_row *plan_rows_each(const struct plan_report *report, uint32_t *ret_n)
{
	const struct p2p_plan *plan = report->plan;
	struct plan_row *rows = calloc((size_t)plan->n_ops + 1, sizeof(*rows));

	if (!rows)
		return NULL;
	for (uint32_t i = 0; i < plan->n_ops; i++)
		rows[i] = row_of(report, &plan->ops[i]);
	*ret_n = plan->n_ops;
	return rows;
}

/* Writes of one register become one, at the place of the first. */
struct plan_row *plan_rows_table(const struct plan_report *report, uint32_t *ret_n)
{
	struct plan_row *rows = plan_rows_each(report, ret_n);
	uint32_t count = 0;

	if (!rows || !p2p_plan_is_single(report->plan))
		return rows;
	for (uint32_t i = 0; i < *ret_n; i++) {
		uint32_t at = 0;

		while (at < count && (rows[at].function != rows[i].function ||
				      rows[at].word != rows[i].word))
			at++;
		if (at == count) {
			rows[count++] = rows[i];
			continue;
		}
		rows[at].mask |= rows[i].mask;
		rows[at].new = rows[i].new;
	}
	*ret_n = count;
	return rows;
}

char *plan_register(const struct plan_row *row, char ret_text[PLAN_REGISTER_SIZE])
{
	if (row->word == P2P_PLAN_CONTROL)
		return strcpy(ret_text, "acs-control");
	snprintf(ret_text, PLAN_REGISTER_SIZE, "egress-vector[%d]", row->word);
	return ret_text;
}

char *plan_value(const struct plan_row *row, uint32_t value,
		 char ret_text[PLAN_VALUE_SIZE])
{
	char *at = ret_text;

	*at++ = '0';
	*at++ = 'x';
	for (int shift = row->width - 4; shift >= 0; shift -= 4)
		*at++ = (row->known >> shift & 0xf) == 0xf ?
				"0123456789abcdef"[value >> shift & 0xf] :
				'?';
	*at = '\0';
	return ret_text;
}

/* ` 2-6 8`: the entries of a vector. */
static size_t say_entries(const struct plan_row *row, uint32_t bits, char *text,
			  size_t used)
{
	unsigned base = 32 * (unsigned)row->word;

	for (unsigned i = 0; i < 32 && used + 16 < PLAN_CHANGE_SIZE; i++) {
		unsigned last = i;

		if (!(bits >> i & 1))
			continue;
		while (last < 31 && bits >> (last + 1) & 1)
			last++;
		used += (size_t)snprintf(text + used, PLAN_CHANGE_SIZE - used, " %u",
					 base + i);
		if (last > i)
			used += (size_t)snprintf(text + used, PLAN_CHANGE_SIZE - used,
						 "-%u", base + last);
		i = last;
	}
	return used;
}

/* `RR CR off`, `ports 2-6 on` */
static size_t say_part(const struct plan_row *row, uint32_t bits, const char *state,
		       char *text, size_t used)
{
	bool is_control = row->word == P2P_PLAN_CONTROL;
	char names[WORDS_BITS_SIZE];

	if (!bits)
		return used;
	used += (size_t)snprintf(text + used, PLAN_CHANGE_SIZE - used, "%s%s",
				 used ? ", " : "",
				 is_control ? words_bits(bits, names) : "ports");
	if (!is_control)
		used = say_entries(row, bits, text, used);
	return used +
	       (size_t)snprintf(text + used, PLAN_CHANGE_SIZE - used, " %s", state);
}

char *plan_change(const struct plan_row *row, char ret_text[PLAN_CHANGE_SIZE])
{
	size_t used = say_part(row, row->mask & row->new, "on", ret_text, 0);

	say_part(row, row->mask & ~row->new, "off", ret_text, used);
	return ret_text;
}

char *plan_hand_register(const struct plan_row *row, char ret_text[PLAN_HAND_SIZE])
{
	snprintf(ret_text, PLAN_HAND_SIZE, "ECAP_ACS+%x.%c", (unsigned)row->offset,
		 row->width == 32 ? 'l' : 'w');
	return ret_text;
}

char *plan_hand(const struct plan_row *row, uint32_t value, char ret_text[PLAN_HAND_SIZE])
{
	size_t used = strlen(plan_hand_register(row, ret_text));

	snprintf(ret_text + used, PLAN_HAND_SIZE - used, "=%x:%x", value & row->mask,
		 row->mask);
	return ret_text;
}

char *plan_bits(const struct p2p_plan_options *options, char ret_text[PLAN_BITS_SIZE])
{
	char kernel[P2P_PLAN_KERNEL_BITS_SIZE];
	size_t used = 0;

	for (int i = 0; i < WORDS_ACS_BITS; i++) {
		uint32_t bit = words_acs[i].bit;

		if ((options->set | options->clear) & bit)
			used += (size_t)snprintf(ret_text + used, PLAN_BITS_SIZE - used,
						 "%s%s%c", used ? "," : "",
						 words_acs[i].on,
						 options->set & bit ? '+' : '-');
	}
	snprintf(ret_text + used, PLAN_BITS_SIZE - used, "%s, which is config_acs:%s",
		 used ? "" : "no bit",
		 p2p_plan_kernel_bits(options->set, options->clear, kernel));
	return ret_text;
}
