/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pair's verdict does not tell: registers between the two that were written since
 * the boot, and what may still go by their old values. */
#include <stdio.h>

#include "render/explain.h"
#include "render/json.h"
#include "render/prose.h"
#include "render/words.h"

#define TEXT_SIZE 512
#define INDENT    20 /* as what would have to change, below */

static uint32_t drift_at(const struct explanation *explanation, uint32_t function)
{
	const struct p2p_boot *boot = explanation->grouped ? explanation->grouped->boot :
							     NULL;

	for (uint32_t i = 0; boot && i < boot->n_registers; i++)
		if (boot->registers[i].function == function)
			return p2p_boot_drift(explanation->machine->snapshot, boot, i);
	return 0;
}

/* Which of the two offers memory that others were allowed to use: sysfs does not show the
 * kernel's verdicts on it, so this is inferred. */
static void say_provider(const struct explanation *explanation, char *text, size_t size)
{
	static const struct style plain = { .unicode = true };
	const struct p2p_machine *machine = explanation->machine;
	const uint32_t ends[2] = { explanation->verdicts[0]->from,
				   explanation->verdicts[0]->to };
	char label[P2P_LABEL_SIZE];

	text[0] = '\0';
	for (unsigned i = 0; i < 2; i++)
		if (machine->snapshot->functions[ends[i]].p2pmem.present == P2P_YES)
			snprintf(text, size,
				 "; the driver of %s may hold a map type from before "
				 "(inferred)",
				 say_label(machine, ends[i], &plain, label));
}

static char *say_stale(const struct explanation *explanation, uint32_t function,
		       uint32_t bits, char text[TEXT_SIZE])
{
	char address[P2P_BDF_SIZE], names[WORDS_BITS_SIZE], provider[TEXT_SIZE / 2];

	say_provider(explanation, provider, sizeof(provider));
	snprintf(text, TEXT_SIZE,
		 "%s at %s written since the boot: live groups stay as they were made, "
		 "and a reset, recovery, system resume or runtime resume of the port "
		 "puts the kernel's value back%s",
		 words_bits(bits, names),
		 say_address(explanation->machine, function, address), provider);
	return text;
}

/* Groups of the two that the registers do not give any more. */
static bool is_group_stale(const struct explanation *explanation, uint32_t function)
{
	const struct p2p_group_diff *diff =
		explanation->grouped ? explanation->grouped->diff : NULL;

	for (uint32_t i = 0; diff && i < diff->n_differences; i++)
		if (diff->differences[i].function == function)
			return diff->differences[i].cause == P2P_CAUSE_REGISTERS ||
			       diff->differences[i].cause == P2P_CAUSE_EARLY;
	return false;
}

/* What is stale at a hop; false when nothing is. */
static bool say_hop(const struct explanation *explanation, uint32_t hop,
		    uint32_t *ret_bits, char text[TEXT_SIZE])
{
	bool is_end = hop == explanation->verdicts[0]->from ||
		      hop == explanation->verdicts[0]->to;
	char address[P2P_BDF_SIZE], provider[TEXT_SIZE / 2];

	*ret_bits = hop == P2P_NONE ? 0 : drift_at(explanation, hop);
	if (*ret_bits) {
		say_stale(explanation, hop, *ret_bits, text);
		return true;
	}
	if (hop == P2P_NONE || !is_end || !is_group_stale(explanation, hop))
		return false;
	say_provider(explanation, provider, sizeof(provider));
	snprintf(text, TEXT_SIZE,
		 "the live group of %s is from other registers than these: they were "
		 "written since. A reset, recovery, system resume or runtime resume of a "
		 "port puts the kernel's values back%s",
		 say_address(explanation->machine, hop, address), provider);
	return true;
}

void explain_stale(const struct explanation *explanation, const struct style *style,
		   struct out *out)
{
	const struct path *path = explanation->path;
	char text[TEXT_SIZE];
	bool any = false;
	uint32_t bits;

	for (uint32_t i = 0; i < path->n_hops; i++) {
		if (!say_hop(explanation, path->hops[i], &bits, text))
			continue;
		out_text(out, any ? "                    " : "Stale               ");
		any = true;
		prose_put(out, style, INDENT, INDENT, text);
	}
}

void explain_stale_json(const struct explanation *explanation, struct out *out)
{
	const struct path *path = explanation->path;
	cJSON *array = cJSON_CreateArray();
	char text[TEXT_SIZE];
	uint32_t bits;

	for (uint32_t i = 0; i < path->n_hops; i++) {
		cJSON *object;

		if (!say_hop(explanation, path->hops[i], &bits, text))
			continue;
		object = cJSON_CreateObject();
		json_address(object, "function", explanation->machine, path->hops[i]);
		json_item(object, "bits", json_bits(bits));
		json_string(object, "text", text);
		cJSON_AddItemToArray(array, object);
	}
	json_print(out, array);
}
