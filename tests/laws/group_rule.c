/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each function is one with the highest that its requests appear as, or that its path is
 * open to. Those that are highest themselves are classes of a relation on their bus. */
#include <assert.h>
#include <stdlib.h>

#include "laws/group_rule.h"
#include "laws/kernel_rule.h"

#define SV_RR_CR_UF 0x1d

struct judging {
	const struct bytes *bytes;
	const struct group_rule_said *said;
	int *of;
};

static uint32_t ids_of(const struct judging *j, int f)
{
	return build_read(j->bytes->b, f, 0, 2) << 16 | build_read(j->bytes->b, f, 2, 2);
}

static bool is_multi(const struct judging *j, int f)
{
	const struct bytes_function *function = &j->bytes->f[f];
	bool ari;

	if (function->pf >= 0)
		return false;
	ari = function->up >= 0 && build_read(j->bytes->b, function->up, 0x68, 2) & 0x20;
	return function->bdf.devfn & (ari ? 0xff : 0x07) ||
	       build_read(j->bytes->b, f, 0x0e, 1) & 0x80;
}

/* pci_dev_specific_acs_enabled(): 1, 0, or -1 without a row. */
static int ask_rows(const struct judging *j, int f)
{
	unsigned type = kernel_rule_type(j->bytes, f);

	switch (ids_of(j, f)) {
	case 0x1022780f:
		return is_multi(j, f) && j->bytes->f[f].up < 0 && j->said->ivrs ? 1 : -1;
	case 0x80861521:
	case 0x80881001:
	case 0x177da026: /* as a root port by one row, else by the next */
		return 1;
	case 0x80881002:
		return 0;
	case 0x80861c10:
		return type == 9 ? 1 : type == 4 ? j->said->requested : -1;
	case 0x177da000:
		return type == 4 ? 1 : -1;
	case 0x1d170710:
		return type == 4 || type == 6 ? 1 : -1;
	case 0x1d170753:
		return type == 4 || type == 6 ? 0 : -1;
	}
	return ids_of(j, f) >> 16 == 0x8086 && type == 9 ? 1 : -1;
}

static bool has_flags(const struct judging *j, int f)
{
	const struct bytes_function *function = &j->bytes->f[f];
	unsigned required = SV_RR_CR_UF;

	if (!function->acs || kernel_rule_is_out_of_sight(j->bytes, f))
		return false;
	if (ids_of(j, f) == 0x111d80b5 && j->said->at_least_7_0)
		required &= ~1u;
	required &= function->acs_cap;
	return (function->acs_ctl & required) == required;
}

/* pci_acs_enabled() */
static bool isolates(const struct judging *j, int f)
{
	unsigned type = kernel_rule_type(j->bytes, f);
	int answer = ask_rows(j, f);

	if (answer >= 0)
		return answer;
	if (type == RULE_NOT_PCIE || type == 7 || type == 8 || type == 10)
		return false;
	if (type == 4 || type == 6)
		return has_flags(j, f);
	return !is_multi(j, f) || has_flags(j, f);
}

/* pci_acs_path_enabled() */
static bool is_open(const struct judging *j, int f)
{
	for (; f >= 0; f = j->bytes->f[f].up)
		if (!isolates(j, f))
			return true;
	return false;
}

/* pci_for_each_dma_alias(): whether requests from below carry the bridge's id. */
static bool renames(const struct judging *j, int bridge)
{
	unsigned type = kernel_rule_type(j->bytes, bridge);

	if (type == 7)
		return !(ids_of(j, bridge) == 0x1a031150 && j->said->at_least_7_0);
	return type == 8 || type == RULE_NOT_PCIE;
}

static int highest(const struct judging *j, int f)
{
	int top = f;

	for (int at = j->bytes->f[f].up; at >= 0; at = j->bytes->f[at].up) {
		if (ids_of(j, at) == 0x14e49000)
			break;
		if (renames(j, at))
			top = at;
	}
	while (j->bytes->f[top].up >= 0 && is_open(j, j->bytes->f[top].up))
		top = j->bytes->f[top].up;
	return top;
}

/* Requester ids on its own bus: 1b4b:9123 uses function 1's, 1180:e832 function 0's,
 * 10b5:87b0 all. */
static bool uses_id_of(const struct judging *j, int f, int other)
{
	uint8_t own = j->bytes->f[f].bdf.devfn, id = j->bytes->f[other].bdf.devfn;

	switch (ids_of(j, f)) {
	case 0x1b4b9123:
		return (own & 7) != 1 && id == (own & ~7) + 1;
	case 0x1180e832:
		return (own & 7) != 0 && id == (own & ~7);
	case 0x10b587b0:
		return true;
	}
	return false;
}

static bool are_on_one_bus(const struct judging *j, int a, int b)
{
	const struct bytes_function *x = &j->bytes->f[a], *y = &j->bytes->f[b];

	return x->host == y->host && x->bdf.bus == y->bdf.bus && x->up == y->up;
}

static bool are_related(const struct judging *j, int a, int b)
{
	const struct bytes_function *x = &j->bytes->f[a], *y = &j->bytes->f[b];

	if (uses_id_of(j, a, b) || uses_id_of(j, b, a))
		return true;
	return x->bdf.devfn >> 3 == y->bdf.devfn >> 3 && is_multi(j, a) &&
	       is_multi(j, b) && !isolates(j, a) && !isolates(j, b);
}

static void make_one(const struct judging *j, int from, int to)
{
	for (int i = 0; i < j->bytes->n; i++)
		if (j->of[i] == from)
			j->of[i] = to;
}

int *group_rule(const struct bytes *bytes, const struct group_rule_said *said)
{
	int *of = calloc((size_t)bytes->n, sizeof(*of));
	struct judging j = { bytes, said, of };

	assert(of);
	for (int i = 0; i < bytes->n; i++)
		of[i] = i;
	for (int a = 0; a < bytes->n; a++) {
		if (!bytes->f[a].here)
			continue;
		make_one(&j, of[a], of[highest(&j, a)]);
		for (int b = 0; b < a; b++)
			if (bytes->f[b].here && of[a] != of[b] &&
			    are_on_one_bus(&j, a, b) && are_related(&j, a, b))
				make_one(&j, of[a], of[b]);
	}
	return of;
}

void group_rule_name(struct build *b, uint32_t seed)
{
	static const uint16_t ids[][2] = {
		{ 0x8086, 0x1521 }, { 0x8088, 0x1001 }, { 0x177d, 0xa026 },
		{ 0x8088, 0x1002 }, { 0x8086, 0x1c10 }, { 0x177d, 0xa000 },
		{ 0x1d17, 0x0710 }, { 0x1d17, 0x0753 }, { 0x1022, 0x780f },
		{ 0x1b4b, 0x9123 }, { 0x1180, 0xe832 }, { 0x10b5, 0x87b0 },
		{ 0x14e4, 0x9000 }, { 0x1a03, 0x1150 }, { 0x111d, 0x80b5 },
		{ 0x8086, 0x0b25 },
	};
	uint32_t state = seed * 2654435761u | 1;

	for (int i = 0; i < build_count(b); i++) {
		struct build_place place = build_place(b, i);
		uint32_t which = build_random(&state, 64);

		if (!place.host && place.pf < 0 && which < sizeof(ids) / sizeof(ids[0]))
			build_ids(b, i, ids[which][0], ids[which][1]);
	}
}
