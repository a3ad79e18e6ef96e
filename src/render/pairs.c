/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs as records: JSON and CSV; and the choice between the two layouts of text. */
#include <errno.h>

#include "render/clean.h"
#include "render/json_pair.h"
#include "render/pairs.h"
#include "render/words.h"

void pairs_each(const struct pairs *pairs, struct out *out,
		void (*put)(void *context, const struct p2p_verdict *verdict),
		void *context)
{
	struct p2p_verdict verdict;

	if (p2p_verdict_init(pairs->machine->judge, &verdict)) {
		out->error = out->error ? out->error : -ENOMEM;
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
		out->error = out->error ? out->error : -ENOMEM;
		return;
	}
	if (!lines)
		out_text(out, "{\"schema\":\"p2ptool.pairs/1\",\n\"pairs\":[");
	pairs_each(pairs, out, put_record, &records);
	if (!lines)
		out_text(out, "]}\n");
	json_pairs_free(records.json);
}

struct csv {
	const struct p2p_machine *machine;
	struct out *out;
};

/* RFC 4180: a field with a comma or a quote stands in quotes, and these are doubled. */
static void put_field(struct out *out, const char *text)
{
	if (!strpbrk(text, ",\"")) {
		out_text(out, text);
		return;
	}
	out_text(out, "\"");
	for (; *text; text++) {
		if (*text == '"')
			out_text(out, "\"");
		out_bytes(out, text, 1);
	}
	out_text(out, "\"");
}

static void put_end(const struct csv *csv, uint32_t function)
{
	static const struct style plain = { .unicode = true };
	char address[P2P_BDF_SIZE], label[P2P_LABEL_SIZE];

	out_text(csv->out, say_address(csv->machine, function, address));
	out_text(csv->out, ",");
	put_field(csv->out, say_label(csv->machine, function, &plain, label));
	out_text(csv->out, ",");
}

static void put_by(const struct csv *csv, const struct p2p_verdict *verdict)
{
	char address[P2P_BDF_SIZE], bits[WORDS_BITS_SIZE];

	for (uint32_t i = 0; i < verdict->n_by; i++) {
		out_text(csv->out, i ? ";" : "");
		out_text(csv->out,
			 say_address(csv->machine, verdict->by[i].function, address));
		out_text(csv->out, " ");
		out_text(csv->out, words_bits(verdict->by[i].bits, bits));
	}
}

static void put_row(void *context, const struct p2p_verdict *verdict)
{
	const struct csv *csv = context;
	char address[P2P_BDF_SIZE];

	put_end(csv, verdict->from);
	put_end(csv, verdict->to);
	out_format(csv->out, "%s,%s,%s,%s,%u,%s,", words_route[verdict->route].word,
		   words_tri(verdict->direct, "unknown"), words_smi[verdict->smi].word,
		   words_map[verdict->map].word, verdict->distance,
		   verdict->common == P2P_NONE ?
			   "" :
			   say_address(csv->machine, verdict->common, address));
	put_by(csv, verdict);
	out_text(csv->out, ",");
	out_text(csv->out, words_certainty[p2p_verdict_certainty(verdict)]);
	out_text(csv->out, "\n");
}

void pairs_csv(const struct pairs *pairs, struct out *out)
{
	struct csv csv = { pairs->machine, out };

	out_text(out,
		 "from,from_label,to,to_label,route,direct,smi,map,distance,common,by,"
		 "certainty\n");
	pairs_each(pairs, out, put_row, &csv);
}

static void put_notes(const struct pairs *pairs, struct out *out)
{
	const struct p2p_machine *machine = pairs->machine;

	if (machine->rules.p2pdma == P2P_NO)
		out_text(out,
			 "This kernel is built without P2PDMA and refuses every pair; "
			 "shown is what it would say with it.\n");
}

void pairs_text(const struct pairs *pairs, const struct style *style, bool matrix,
		struct out *out)
{
	unsigned limit = style->width ? style->width : style_prose(style);

	put_notes(pairs, out);
	if (matrix || pairs_matrix_width(pairs, style) <= limit)
		pairs_matrix(pairs, style, out);
	else
		pairs_lines(pairs, style, out);
}
