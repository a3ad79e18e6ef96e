/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash table with open addresses that only grows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/memo.h"

#define FIRST_SLOTS 1024

int memo_init(struct memo *ret_memo)
{
	ret_memo->n_used = 0;
	ret_memo->n_slots = FIRST_SLOTS;
	ret_memo->slots = calloc(FIRST_SLOTS, sizeof(*ret_memo->slots));
	return ret_memo->slots ? 0 : -ENOMEM;
}

void memo_done(struct memo *memo)
{
	for (uint32_t i = 0; i < memo->n_slots; i++)
		free(memo->slots[i].text.text);
	free(memo->slots);
	memo->slots = NULL;
	memo->n_slots = 0;
}

static uint32_t hash(const struct memo_key *key)
{
	uint64_t mixed = key->what;

	for (size_t i = 0; i < sizeof(key->words) / sizeof(key->words[0]); i++)
		mixed = (mixed ^ key->words[i]) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(mixed >> 32);
}

/* Where @key is, or the empty slot where it belongs. */
static struct memo_slot *probe(struct memo_slot *slots, uint32_t n_slots,
			       const struct memo_key *key)
{
	uint32_t at = hash(key) & (n_slots - 1);

	while (slots[at].text.text && memcmp(&slots[at].key, key, sizeof(*key)) != 0)
		at = (at + 1) & (n_slots - 1);
	return &slots[at];
}

static int grow(struct memo *memo)
{
	struct memo_slot *slots = calloc((size_t)memo->n_slots * 2, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (uint32_t i = 0; i < memo->n_slots; i++)
		if (memo->slots[i].text.text)
			*probe(slots, memo->n_slots * 2, &memo->slots[i].key) =
				memo->slots[i];
	free(memo->slots);
	memo->slots = slots;
	memo->n_slots *= 2;
	return 0;
}

struct memo_text *memo_find(struct memo *memo, const struct memo_key *key)
{
	struct memo_slot *slot;

	if (memo->n_used > memo->n_slots / 2 && grow(memo))
		return NULL;
	slot = probe(memo->slots, memo->n_slots, key);
	if (!slot->text.text) {
		slot->key = *key;
		memo->n_used++;
	}
	return &slot->text;
}
