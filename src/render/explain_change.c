/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How `explain` ends: the ACS bits that keep the pair from being direct, or why there is
 * none to change. */
#include <stdio.h>
#include <string.h>

#include "render/explain.h"
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

void explain_changes(const struct explanation *explanation, const struct style *style,
		     struct out *out)
{
	const struct p2p_verdict *forward = explanation->verdicts[0];
	char silicon[TEXT_SIZE], kernel[TEXT_SIZE];

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
	if (is_direct(explanation))
		out_text(out, is_assumed_of_device(explanation) ?
				      "Direct both ways, if the device loops requests "
				      "itself.\n" :
				      "Direct both ways.\n");
	else if (*silicon)
		put_change(style, out, "To make it direct", silicon);
	if (*kernel && strcmp(kernel, silicon) != 0)
		put_change(style, out, "For map bus-addr", kernel);
}
