/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop over pairs, their records as JSON, and the choice between layouts of text. */
#include <errno.h>

#include "render/json_pair.h"
#include "render/pairs.h"
#include "render/prose.h"
#include "render/scan_text.h"

void pairs_each(const struct pairs *pairs, struct out *out,
		void (*put)(void *context, const struct p2p_verdict *verdict),
		void *context)
{
	struct p2p_verdict verdict;

	if (p2p_verdict_init(pairs->machine->judge, &verdict)) {
		out_fail(out, -ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < pairs->from.n_functions && !out->error; i++)
		for (uint32_t j = 0; j < pairs->to.n_functions; j++) {
			uint32_t from = pairs->from.functions[i];
			uint32_t to = pairs->to.functions[j];

			if (from == to && !pairs->selves)
				continue;
			p2p_judge_pair(pairs->machine->judge, from, to, &verdict);
			missing_count_verdict(pairs->tally, &verdict);
			put(context, &verdict);
		}
	p2p_verdict_done(&verdict);
}

struct records {
	struct json_pairs *json;
	struct out *out;
	bool lines, any;
};

static void put_record(void *context, const struct p2p_verdict *verdict)
{
	struct records *records = context;

	if (!records->lines)
		out_text(records->out, records->any ? ",\n" : "\n");
	json_pairs_put(records->json, records->out, verdict);
	if (records->lines)
		out_text(records->out, "\n");
	records->any = true;
}

void pairs_json(const struct pairs *pairs, bool lines, struct out *out)
{
	struct records records = { .json = json_pairs_new(pairs->machine),
				   .out = out,
				   .lines = lines };

	if (!records.json) {
		out_fail(out, -ENOMEM);
		return;
	}
	if (!lines)
		out_text(out, "{\"schema\":\"p2ptool.pairs/1\",\n\"pairs\":[");
	pairs_each(pairs, out, put_record, &records);
	if (!lines)
		out_text(out, "]}\n");
	json_pairs_free(records.json);
}

static void put_notes(const struct pairs *pairs, const struct style *style,
		      struct out *out)
{
	if (pairs->machine->rules.p2pdma == P2P_NO)
		prose_put(out, style, 0, 0,
			  "This kernel is built without P2PDMA and refuses every pair; "
			  "shown is what it would say with it.");
}

void pairs_text(const struct pairs *pairs, const struct style *style, bool matrix,
		struct out *out)
{
	unsigned limit = style->width ? style->width : style_prose(style);

	if (!pairs->from.n_functions || !pairs->to.n_functions) {
		out_text(out,
			 "No peers here: p2ptool pairs all judges every function that "
			 "is no bridge.\n");
		return;
	}
	put_notes(pairs, style, out);
	if (matrix || pairs_matrix_width(pairs, style) <= limit)
		pairs_matrix(pairs, style, out);
	else
		pairs_lines(pairs, style, out);
	if (style->verbose)
		scan_legend(style, out);
}
