/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How `explain` ends: the ACS bits that keep the pair from being direct, or why there is
 * none to change. */
#include <stdio.h>
#include <string.h>

#include "render/explain.h"
#include "render/labels.h"
#include "render/missing.h"
#include "render/prose.h"
#include "render/words.h"

#define TITLE_WIDTH 20
#define TEXT_SIZE   1024

static void put_change(const struct style *style, struct out *out, const char *title,
		       const char *text)
{
	out_format(out, "%s%-*s%s", style_begin(style, STYLE_BOLD), TITLE_WIDTH, title,
		   style_end(style));
	prose_put(out, style, TITLE_WIDTH, TITLE_WIDTH, text);
}

static size_t append(char *text, size_t used, const char *more)
{
	int length = snprintf(text + used, TEXT_SIZE - used, "%s", more);

	used += length > 0 ? (size_t)length : 0;
	return used < TEXT_SIZE ? used : TEXT_SIZE - 1;
}

static bool is_first_of_its_bits(const struct path_change *changes, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++)
		if (changes[i].bits == changes[at].bits)
			return false;
	return true;
}

/* `RR CR off at A, B; CR off at C`: functions with the same bits stand together. */
static void say_changes(const struct explanation *explanation, bool kernel, char *text)
{
	struct path_change changes[PATH_CHANGES];
	uint32_t count = path_changes(explanation->machine, explanation->verdicts, kernel,
				      changes);
	char address[P2P_BDF_SIZE], bits[WORDS_BITS_SIZE];
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < count; i++) {
		const char *before = " off at ";

		if (!is_first_of_its_bits(changes, i))
			continue;
		used = append(text, used, used ? "; " : "");
		used = append(text, used, words_bits(changes[i].bits, bits));
		for (uint32_t n = i; n < count; n++) {
			if (changes[n].bits != changes[i].bits)
				continue;
			used = append(text, used, before);
			used = append(text, used,
				      say_address(explanation->machine,
						  changes[n].function, address));
			before = ", ";
		}
	}
}

static bool is_direct(const struct explanation *explanation)
{
	return explanation->verdicts[0]->direct == P2P_YES &&
	       explanation->verdicts[1]->direct == P2P_YES;
}

static bool is_assumed_of_device(const struct explanation *explanation)
{
	return (explanation->verdicts[0]->assumed | explanation->verdicts[1]->assumed) &
	       P2P_ASSUME_DEVICE;
}

/* A plan that is refused is no way to get there. */
static bool has_plan(const struct explanation *explanation)
{
	return explanation->plan && !explanation->plan->n_refusals &&
	       explanation->plan->n_ops;
}

/* Both labels, joined by @gap. */
static void say_pair(const struct explanation *explanation, const struct style *style,
		     const char *gap, char text[2 * P2P_LABEL_SIZE + 8])
{
	char from[P2P_LABEL_SIZE], to[P2P_LABEL_SIZE];

	snprintf(text, 2 * P2P_LABEL_SIZE + 8, "%s%s%s",
		 say_label(explanation->machine, explanation->verdicts[0]->from, style,
			   from),
		 gap,
		 say_label(explanation->machine, explanation->verdicts[0]->to, style,
			   to));
}

struct way {
	const struct explanation *explanation;
	const struct style *style;
	struct out *out;
	bool is_turn; /* the turn is enough */
};

/* The command that plans it stands alone on its line, so that it can be copied. */
static void put_way(const struct way *way, const char *title, const char *changes)
{
	const char *asked = way->explanation->asked;
	char pair[2 * P2P_LABEL_SIZE + 8];

	if (!has_plan(way->explanation)) {
		put_change(way->style, way->out, title, changes);
		return;
	}
	say_pair(way->explanation, way->style, ",", pair);
	out_format(way->out, "%s%-*s%sp2ptool plan%s%s --domain %s\n",
		   style_begin(way->style, STYLE_BOLD), TITLE_WIDTH, title,
		   style_end(way->style), asked ? asked : "",
		   way->is_turn ? " --scope turn" : "", pair);
	put_change(way->style, way->out, "", changes);
}

static void say_group(const struct explanation *explanation, const struct style *style,
		      uint32_t function, char text[LABELS_SIZE + 8])
{
	const struct p2p_groups *groups = explanation->plan->after_groups;
	const struct p2p_group *group = &groups->groups[groups->of[function]];
	char names[LABELS_SIZE];

	snprintf(text, LABELS_SIZE + 8, "{%s}",
		 labels_text(explanation->machine, style,
			     groups->members + group->first_member, group->n_members,
			     names));
}

/* No class went direct, or half of it, in either direction. */
static bool was_isolated(const struct explanation *explanation)
{
	for (unsigned i = 0; i < 2; i++)
		for (unsigned k = 0; k < P2P_TLPS; k++) {
			enum p2p_way way = explanation->verdicts[i]->tlp[k];

			if (way == P2P_WAY_DIRECT || way == P2P_WAY_SPLIT)
				return false;
		}
	return true;
}

static size_t say_groups(const struct explanation *explanation, const struct style *style,
			 char *text, size_t used)
{
	const struct p2p_function *functions = explanation->machine->snapshot->functions;
	uint32_t from = explanation->verdicts[0]->from, to = explanation->verdicts[0]->to;
	bool together = p2p_groups_together(explanation->plan->after_groups, from, to);
	char mine[LABELS_SIZE + 8], theirs[LABELS_SIZE + 8], live[64];

	if (functions[from].group >= 0 && functions[to].group >= 0 &&
	    functions[from].group != functions[to].group) {
		snprintf(live, sizeof(live), " Live groups stay %d and %d;",
			 functions[from].group, functions[to].group);
		used = append(text, used, live);
	} else {
		used = append(text, used, " Groups");
	}
	used = append(text, used, " re-made from the new registers: ");
	say_group(explanation, style, from, mine);
	say_group(explanation, style, to, theirs);
	used = append(text, used, mine);
	if (together)
		return append(text, used, ", one group");
	used = append(text, used, " and ");
	used = append(text, used, theirs);
	used = append(text, used, ", still separate");
	return was_isolated(explanation) ? append(text, used, ", no longer isolated") :
					   used;
}

static void put_costs(const struct explanation *explanation, const struct style *style,
		      struct out *out)
{
	const struct p2p_plan *plan = explanation->plan;
	char text[TEXT_SIZE], pair[2 * P2P_LABEL_SIZE + 8], names[LABELS_SIZE];
	size_t used;

	say_pair(explanation, style, " and ", pair);
	used = append(text, 0, pair);
	used = append(text, used, " reach each other past the IOMMU");
	if (plan->n_bystanders) {
		used = append(text, used, ", and newly reach or are reached by ");
		used = append(text, used,
			      labels_text(explanation->machine, style, plan->bystanders,
					  plan->n_bystanders, names));
	}
	used = append(text, used, ".");
	say_groups(explanation, style, text, used);
	put_change(style, out, "What that costs", text);
}

void explain_changes(const struct explanation *explanation, const struct style *style,
		     struct out *out)
{
	const struct p2p_verdict *forward = explanation->verdicts[0];
	char silicon[TEXT_SIZE], kernel[TEXT_SIZE];
	bool wants_more;

	explain_stale(explanation, style, out);
	if (forward->common == P2P_NONE) {
		prose_put(out, style, 0, 2,
			  missing_meeting(forward) ?
				  "Where the paths meet is not known: capture the whole "
				  "machine as root: lspci -Dvvvxxxx" :
				  "The paths meet at the root complex: no ACS bit makes "
				  "this pair direct.");
		return;
	}
	say_changes(explanation, false, silicon);
	say_changes(explanation, true, kernel);
	wants_more = *kernel && strcmp(kernel, silicon) != 0;
	if (is_direct(explanation))
		out_text(out, is_assumed_of_device(explanation) ?
				      "Direct both ways, if the device loops requests "
				      "itself.\n" :
				      "Direct both ways.\n");
	else if (*silicon)
		put_way(&(struct way){ explanation, style, out, wants_more },
			"To make it direct", silicon);
	if (wants_more)
		put_way(&(struct way){ explanation, style, out, false },
			"For map bus-addr", kernel);
	if (has_plan(explanation) && *silicon)
		put_costs(explanation, style, out);
}
