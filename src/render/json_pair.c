/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record is strung together from texts that are made once: the names of each function,
 * the words of each kind of verdict, each function and bits that decide. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/json.h"
#include "render/json_pair.h"
#include "render/missing.h"
#include "render/words.h"

#define OUT_LITERAL(out, text) out_bytes(out, text, sizeof(text) - 1)

enum part {
	PART_ADDRESS,
	PART_LABEL,
	PART_ROLE,
	PART_ROUTE,
	PART_MAP,
	PART_BY,
	PART_NOW,
	PART_MISSING,
	PART_NUMA
};

struct json_pairs {
	const struct p2p_machine *machine;
	struct memo memo;
	char version[WORDS_KERNEL_SIZE];
};

struct json_pairs *json_pairs_new(const struct p2p_machine *machine)
{
	struct json_pairs *pairs = calloc(1, sizeof(*pairs));

	if (!pairs)
		return NULL;
	pairs->machine = machine;
	words_kernel(machine->rules.kernel, pairs->version);
	if (memo_init(&pairs->memo)) {
		free(pairs);
		return NULL;
	}
	return pairs;
}

void json_pairs_free(struct json_pairs *pairs)
{
	if (!pairs)
		return;
	memo_done(&pairs->memo);
	free(pairs);
}

/* @function is a role for PART_ROLE. */
static cJSON *make_name(const struct p2p_machine *machine, enum part part,
			uint32_t function)
{
	char address[P2P_BDF_SIZE];

	if (part == PART_ADDRESS)
		return cJSON_CreateString(say_address(machine, function, address));
	if (part == PART_LABEL)
		return json_clean(machine->roles[function].label);
	return cJSON_CreateString(p2p_role_word((enum p2p_role_kind)function));
}

static cJSON *make_route(const struct p2p_verdict *verdict)
{
	cJSON *object = cJSON_CreateObject(), *tlp = cJSON_CreateObject();

	json_string(object, "route", words_route[verdict->route].word);
	json_tri(object, "direct", verdict->direct);
	for (int i = 0; i < P2P_TLPS; i++)
		json_string(tlp, words_tlp[i], words_way[verdict->tlp[i]].word);
	json_item(object, "tlp", tlp);
	if (verdict->smi == P2P_SMI_UNKNOWN)
		json_null(object, "smi");
	else
		json_string(object, "smi", words_smi[verdict->smi].word);
	json_string(object, "certainty", words_certainty[p2p_verdict_certainty(verdict)]);
	json_item(object, "assumed", json_assumed(verdict->assumed));
	return object;
}

static cJSON *make_map(const struct json_pairs *pairs, const struct p2p_verdict *verdict)
{
	cJSON *object = cJSON_CreateObject();

	json_string(object, "map", words_map[verdict->map].word);
	if (missing_meeting(verdict))
		json_null(object, "distance");
	else
		json_number(object, "distance", verdict->distance);
	json_tri(object, "accepted", verdict->accepted);
	json_string(object, "version", pairs->version);
	return object;
}

static cJSON *make_by(const struct p2p_machine *machine, uint32_t function, uint32_t bits)
{
	cJSON *object = cJSON_CreateObject();

	json_address(object, "function", machine, function);
	json_item(object, "bits", json_bits(bits));
	return object;
}

static cJSON *make_now(const struct p2p_machine *machine, enum p2p_now now, uint32_t at)
{
	cJSON *object = cJSON_CreateObject();
	char address[P2P_BDF_SIZE], why[128];

	snprintf(why, sizeof(why), "%s%s%s", words_now[now].meaning,
		 at == P2P_NONE ? "" : " at ",
		 at == P2P_NONE ? "" : say_address(machine, at, address));
	json_tri(object, "usable",
		 now == P2P_NOW_UNKNOWN ? P2P_UNKNOWN :
					  p2p_tri_of(now == P2P_NOW_USABLE));
	if (now == P2P_NOW_USABLE)
		json_null(object, "why");
	else
		json_string(object, "why", why);
	return object;
}

static cJSON *make_missing(const struct p2p_machine *machine, struct p2p_missing missing)
{
	cJSON *object = cJSON_CreateObject();

	json_string(object, "what", words_evidence[missing.what].word);
	json_address(object, "function", machine, missing.function);
	json_string(object, "why", missing_why(machine, missing));
	return object;
}

static cJSON *make_numa(const struct p2p_machine *machine, uint32_t function)
{
	cJSON *object = cJSON_CreateObject();

	json_string(object, "what", "numa");
	json_address(object, "function", machine, function);
	json_string(object, "why", missing_told(machine));
	return object;
}

static void make(const struct json_pairs *pairs, const struct p2p_verdict *verdict,
		 const struct memo_key *key, struct memo_text *ret_text)
{
	const struct p2p_machine *machine = pairs->machine;
	uint32_t function = key->words[0];

	switch ((enum part)key->what) {
	case PART_ADDRESS:
	case PART_LABEL:
	case PART_ROLE:
		json_keep(ret_text, make_name(machine, (enum part)key->what, function),
			  false);
		return;
	case PART_ROUTE:
		json_keep(ret_text, make_route(verdict), true);
		return;
	case PART_MAP:
		json_keep(ret_text, make_map(pairs, verdict), true);
		return;
	case PART_BY:
		json_keep(ret_text, make_by(machine, function, key->words[1]), false);
		return;
	case PART_NOW:
		json_keep(ret_text,
			  make_now(machine, (enum p2p_now)key->words[1], function),
			  false);
		return;
	case PART_MISSING:
		json_keep(ret_text,
			  make_missing(machine,
				       (struct p2p_missing){ .function = function,
							     .what = key->words[1] }),
			  false);
		return;
	case PART_NUMA:
		json_keep(ret_text, make_numa(machine, function), false);
		return;
	}
}

static void put(struct json_pairs *pairs, struct out *out,
		const struct p2p_verdict *verdict, const struct memo_key *key)
{
	struct memo_text *text = memo_find(&pairs->memo, key);

	if (!text) {
		out_fail(out, -ENOMEM);
		return;
	}
	if (!text->text)
		make(pairs, verdict, key, text);
	out_bytes(out, text->text, text->length);
}

static void put_part(struct json_pairs *pairs, struct out *out, enum part part,
		     uint32_t function, uint32_t more)
{
	put(pairs, out, NULL,
	    &(struct memo_key){ .what = part, .words = { function, more } });
}

static void put_names(struct json_pairs *pairs, struct out *out, uint32_t from,
		      uint32_t to)
{
	const struct p2p_role *roles = pairs->machine->roles;

	OUT_LITERAL(out, "{\"from\":");
	put_part(pairs, out, PART_ADDRESS, from, 0);
	OUT_LITERAL(out, ",\"to\":");
	put_part(pairs, out, PART_ADDRESS, to, 0);
	OUT_LITERAL(out, ",\"from_label\":");
	put_part(pairs, out, PART_LABEL, from, 0);
	OUT_LITERAL(out, ",\"to_label\":");
	put_part(pairs, out, PART_LABEL, to, 0);
	OUT_LITERAL(out, ",\"from_role\":");
	put_part(pairs, out, PART_ROLE, roles[from].kind, 0);
	OUT_LITERAL(out, ",\"to_role\":");
	put_part(pairs, out, PART_ROLE, roles[to].kind, 0);
	OUT_LITERAL(out, ",");
}

static void put_route(struct json_pairs *pairs, struct out *out,
		      const struct p2p_verdict *verdict)
{
	uint32_t tlp = 0;

	for (int i = 0; i < P2P_TLPS; i++)
		tlp = tlp << 8 | verdict->tlp[i];
	put(pairs, out, verdict,
	    &(struct memo_key){ .what = PART_ROUTE,
				.words = { verdict->route, verdict->direct, tlp,
					   verdict->smi, verdict->assumed,
					   p2p_verdict_certainty(verdict) } });
}

static void put_by(struct json_pairs *pairs, struct out *out, const struct p2p_by *by,
		   uint32_t count)
{
	OUT_LITERAL(out, ",\"by\":[");
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			OUT_LITERAL(out, ",");
		put_part(pairs, out, PART_BY, by[i].function, by[i].bits);
	}
	OUT_LITERAL(out, "]");
}

static void put_kernel(struct json_pairs *pairs, struct out *out,
		       const struct p2p_verdict *verdict)
{
	OUT_LITERAL(out, ",\"kernel\":{");
	put(pairs, out, verdict,
	    &(struct memo_key){ .what = PART_MAP,
				.words = { verdict->map, verdict->distance,
					   verdict->accepted,
					   missing_meeting(verdict) } });
	put_by(pairs, out, verdict->kernel_by, verdict->n_kernel_by);
	OUT_LITERAL(out, "}");
}

/* The end whose NUMA node keeps nvidia-smi's word unknown, or P2P_NONE. */
static uint32_t lacks_numa(const struct json_pairs *pairs,
			   const struct p2p_verdict *verdict)
{
	const struct p2p_function *functions = pairs->machine->snapshot->functions;

	if (verdict->smi != P2P_SMI_UNKNOWN || verdict->common != P2P_NONE ||
	    missing_meeting(verdict))
		return P2P_NONE;
	return functions[verdict->from].numa < 0 ? verdict->from : verdict->to;
}

/* The bridge whose unknown type does the same, unless the verdict names it already. */
static uint32_t lacks_type(const struct json_pairs *pairs,
			   const struct p2p_verdict *verdict)
{
	const struct p2p_node *nodes = pairs->machine->topo->nodes;
	uint32_t ends[] = { verdict->from, verdict->to }, found = P2P_NONE;

	if (verdict->smi != P2P_SMI_UNKNOWN || verdict->common == P2P_NONE)
		return P2P_NONE;
	for (int i = 0; i < 2 && found == P2P_NONE; i++)
		for (uint32_t at = ends[i]; at != P2P_NONE; at = nodes[at].parent) {
			if (nodes[at].kind == P2P_KIND_UNKNOWN && nodes[at].bridge)
				found = at;
			if (at == verdict->common)
				break;
		}
	for (uint32_t i = 0; i < verdict->n_missing; i++)
		if (verdict->missing[i].function == found &&
		    verdict->missing[i].what == P2P_EVIDENCE_TYPE)
			return P2P_NONE;
	return found;
}

static void put_missing(struct json_pairs *pairs, struct out *out,
			const struct p2p_verdict *verdict)
{
	uint32_t numa = lacks_numa(pairs, verdict), type = lacks_type(pairs, verdict);

	OUT_LITERAL(out, ",\"missing\":[");
	for (uint32_t i = 0; i < verdict->n_missing; i++) {
		if (i)
			OUT_LITERAL(out, ",");
		put_part(pairs, out, PART_MISSING, verdict->missing[i].function,
			 verdict->missing[i].what);
	}
	if ((numa != P2P_NONE || type != P2P_NONE) && verdict->n_missing)
		OUT_LITERAL(out, ",");
	if (numa != P2P_NONE)
		put_part(pairs, out, PART_NUMA, numa, 0);
	else if (type != P2P_NONE)
		put_part(pairs, out, PART_MISSING, type, P2P_EVIDENCE_TYPE);
	OUT_LITERAL(out, "]}");
}

void json_pairs_put(struct json_pairs *pairs, struct out *out,
		    const struct p2p_verdict *verdict)
{
	bool usable = verdict->now == P2P_NOW_USABLE;

	put_names(pairs, out, verdict->from, verdict->to);
	put_route(pairs, out, verdict);
	put_kernel(pairs, out, verdict);
	OUT_LITERAL(out, ",\"common\":");
	if (verdict->common == P2P_NONE)
		OUT_LITERAL(out, "null");
	else
		put_part(pairs, out, PART_ADDRESS, verdict->common, 0);
	put_by(pairs, out, verdict->by, verdict->n_by);
	OUT_LITERAL(out, ",\"now\":");
	put_part(pairs, out, PART_NOW, usable ? P2P_NONE : verdict->now_at, verdict->now);
	put_missing(pairs, out, verdict);
}
