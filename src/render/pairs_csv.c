/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs as comma-separated values (RFC 4180); what names a function is made once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/memo.h"
#include "render/pairs.h"
#include "render/words.h"

enum part { PART_ADDRESS, PART_END, PART_BY };

struct csv {
	const struct p2p_machine *machine;
	struct out *out;
	struct memo memo;
};

/* A field with a comma or a quote stands in quotes, and these are doubled. */
static void quote(const char *field, char ret_text[2 * P2P_LABEL_SIZE + 3])
{
	size_t used = 0;

	if (!strpbrk(field, ",\"")) {
		strcpy(ret_text, field);
		return;
	}
	ret_text[used++] = '"';
	for (; *field; field++) {
		if (*field == '"')
			ret_text[used++] = '"';
		ret_text[used++] = *field;
	}
	ret_text[used++] = '"';
	ret_text[used] = '\0';
}

static char *make(const struct csv *csv, enum part part, uint32_t function, uint32_t bits)
{
	static const struct style plain = { .unicode = true };
	char address[P2P_BDF_SIZE], label[P2P_LABEL_SIZE], field[2 * P2P_LABEL_SIZE + 3];
	char names[WORDS_BITS_SIZE], text[P2P_BDF_SIZE + sizeof(field)];

	say_address(csv->machine, function, address);
	switch (part) {
	case PART_ADDRESS:
		return strdup(address);
	case PART_END:
		quote(say_label(csv->machine, function, &plain, label), field);
		snprintf(text, sizeof(text), "%s,%s,", address, field);
		return strdup(text);
	case PART_BY:
		snprintf(text, sizeof(text), "%s %s", address, words_bits(bits, names));
		return strdup(text);
	}
	return NULL;
}

static void put(struct csv *csv, enum part part, uint32_t function, uint32_t bits)
{
	struct memo_key key = { .what = part, .words = { function, bits } };
	struct memo_text *text = memo_find(&csv->memo, &key);

	if (text && !text->text) {
		text->text = make(csv, part, function, bits);
		text->length = text->text ? strlen(text->text) : 0;
	}
	if (text && text->text)
		out_bytes(csv->out, text->text, text->length);
	else
		out_fail(csv->out, -ENOMEM);
}

static void put_number(struct out *out, uint32_t number)
{
	char digits[12];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	out_bytes(out, digits + at, sizeof(digits) - at);
}

static void put_words(struct out *out, const struct p2p_verdict *verdict)
{
	const char *const words[] = {
		words_route[verdict->route].word, words_tri(verdict->direct, "unknown"),
		verdict->smi == P2P_SMI_UNKNOWN ? "" : words_smi[verdict->smi].word,
		words_map[verdict->map].word
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		out_text(out, words[i]);
		out_text(out, ",");
	}
}

static void put_row(void *context, const struct p2p_verdict *verdict)
{
	struct csv *csv = context;

	put(csv, PART_END, verdict->from, 0);
	put(csv, PART_END, verdict->to, 0);
	put_words(csv->out, verdict);
	if (!missing_meeting(verdict))
		put_number(csv->out, verdict->distance);
	out_text(csv->out, ",");
	if (verdict->common != P2P_NONE)
		put(csv, PART_ADDRESS, verdict->common, 0);
	out_text(csv->out, ",");
	for (uint32_t i = 0; i < verdict->n_by; i++) {
		out_text(csv->out, i ? ";" : "");
		put(csv, PART_BY, verdict->by[i].function, verdict->by[i].bits);
	}
	out_text(csv->out, ",");
	out_text(csv->out, words_certainty[p2p_verdict_certainty(verdict)]);
	out_text(csv->out, "\n");
}

void pairs_csv(const struct pairs *pairs, struct out *out)
{
	struct csv csv = { .machine = pairs->machine, .out = out };

	if (memo_init(&csv.memo)) {
		out_fail(out, -ENOMEM);
		return;
	}
	out_text(out,
		 "from,from_label,to,to_label,route,direct,smi,map,distance,common,by,"
		 "certainty\n");
	pairs_each(pairs, out, put_row, &csv);
	memo_done(&csv.memo);
}
