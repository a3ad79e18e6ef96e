/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `explain`: both verdicts as in `pairs`, the path, and what would change. */
#include <errno.h>

#include "render/explain.h"
#include "render/json_function.h"
#include "render/json_pair.h"
#include "render/missing.h"
#include "render/words.h"

static void put_pairs(const struct explanation *explanation, struct out *out)
{
	struct json_pairs *pairs = json_pairs_new(explanation->machine);

	if (!pairs) {
		out_fail(out, -ENOMEM);
		return;
	}
	out_text(out, "{\"schema\":\"p2ptool.explain/1\",\n\"pairs\":[\n");
	json_pairs_put(pairs, out, explanation->verdicts[0]);
	out_text(out, ",\n");
	json_pairs_put(pairs, out, explanation->verdicts[1]);
	out_text(out, "]");
	json_pairs_free(pairs);
}

static cJSON *direction(const struct explanation *explanation,
			const struct p2p_verdict *verdict, uint32_t hop)
{
	cJSON *object = cJSON_CreateObject();
	char remark[PATH_REMARK_SIZE];

	json_string(object, "remark",
		    path_remark(explanation->machine, verdict, hop, remark));
	json_item(object, "decides",
		  json_bits(hop == P2P_NONE ? 0 : path_decides(verdict, hop)));
	return object;
}

static cJSON *hop_record(const struct explanation *explanation, uint32_t hop)
{
	const struct p2p_machine *machine = explanation->machine;
	cJSON *object = cJSON_CreateObject(), *missing = cJSON_CreateArray();
	bool lost = missing_meeting(explanation->verdicts[0]);
	char label[P2P_LABEL_SIZE];
	static const struct style plain = { .unicode = true };

	json_address(object, "function", machine, hop);
	if (hop == P2P_NONE) {
		json_string(object, "label",
			    lost ? "(not in the capture)" : "root complex");
		json_item(object, "kind",
			  lost ? cJSON_CreateNull() : cJSON_CreateString("root-complex"));
		if (lost)
			json_lack(missing, "kind",
				  "no bridge is known to lead to its bus");
		json_false(object, "acs");
	} else {
		uint8_t kind = machine->topo->nodes[hop].kind;

		json_string(object, "label", say_label(machine, hop, &plain, label));
		if (kind == P2P_KIND_UNKNOWN)
			json_null(object, "kind"),
				json_lack(missing, "kind",
					  missing_registers(machine, hop));
		else
			json_string(object, "kind", words_kind[kind].word);
		json_item(object, "acs",
			  json_acs(&machine->facts[hop].acs,
				   missing_registers(machine, hop), missing));
	}
	json_item(object, "common",
		  cJSON_CreateBool(hop != P2P_NONE &&
				   hop == explanation->verdicts[0]->common));
	json_item(object, "forward",
		  direction(explanation, explanation->verdicts[0], hop));
	json_item(object, "backward",
		  direction(explanation, explanation->verdicts[1], hop));
	json_item(object, "missing", missing);
	return object;
}

static void put_changes(const struct explanation *explanation, bool kernel,
			struct out *out)
{
	struct path_change changes[PATH_CHANGES];
	uint32_t count = path_changes(explanation->machine, explanation->verdicts, kernel,
				      changes);
	cJSON *array = cJSON_CreateArray();

	for (uint32_t i = 0; i < count; i++) {
		cJSON *object = cJSON_CreateObject();

		json_address(object, "function", explanation->machine,
			     changes[i].function);
		json_item(object, "off", json_bits(changes[i].bits));
		cJSON_AddItemToArray(array, object);
	}
	json_print(out, array);
}

void explain_json(const struct explanation *explanation, struct out *out)
{
	put_pairs(explanation, out);
	out_text(out, ",\n\"path\":[");
	for (uint32_t i = 0; i < explanation->path->n_hops; i++) {
		out_text(out, i ? ",\n" : "\n");
		json_print(out, hop_record(explanation, explanation->path->hops[i]));
	}
	out_text(out, "],\n\"to_make_direct\":");
	put_changes(explanation, false, out);
	out_text(out, ",\n\"to_make_bus_addr\":");
	put_changes(explanation, true, out);
	out_text(out, ",\n\"stale\":");
	explain_stale_json(explanation, out);
	out_text(out, "}\n");
}
