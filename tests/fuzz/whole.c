/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes to JSON: what can be read becomes a machine, its groups, islands and findings, and
 * the output of scan, which is JSON whatever stood in the file. */
#include <errno.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "fuzz/target.h"
#include "render/json_scan.h"
#include "support/memory_file.h"

#define PAIRS 24

struct text {
	char *bytes;
	size_t length;
};

static int take(void *to, const char *bytes, size_t length)
{
	struct text *text = to;
	char *grown = realloc(text->bytes, text->length + length + 1);

	if (!grown)
		return -ENOMEM;
	memcpy(grown + text->length, bytes, length);
	text->bytes = grown;
	text->length += length;
	grown[text->length] = '\0';
	return 0;
}

static void print(const struct scene *scene)
{
	static struct out out;
	struct text text = { 0 };
	cJSON *parsed;

	out_init(&out, take, &text);
	json_scan(scene, "0", &out);
	PROMISE(!out_flush(&out));
	parsed = cJSON_ParseWithLength(text.bytes, text.length);
	PROMISE(parsed);
	cJSON_Delete(parsed);
	free(text.bytes);
}

static void judge(const struct p2p_machine *machine)
{
	uint32_t n = machine->snapshot->n_functions;
	struct p2p_verdict v;

	PROMISE(!p2p_verdict_init(machine->judge, &v));
	for (uint32_t i = 0; i < n && i < PAIRS; i++)
		for (uint32_t k = 0; k < n && k < PAIRS; k++) {
			p2p_judge_pair(machine->judge, i, k, &v);
			PROMISE(v.n_missing || (v.route != P2P_ROUTE_UNKNOWN &&
						v.map != P2P_MAP_UNKNOWN));
		}
	p2p_verdict_done(&v);
}

static void look_at(const struct p2p_machine *machine)
{
	struct p2p_islands *islands =
		p2p_islands_new(machine->judge, machine->topo, machine->roles);
	struct p2p_findings *findings;
	struct p2p_grouped *grouped = NULL;
	struct p2p_err err = { "" };

	PROMISE(!p2p_topo_check(machine->topo, &err));
	PROMISE(islands && !p2p_machine_group(machine, NULL, &grouped, &err));
	findings = p2p_findings_new(machine->judge, machine->roles, grouped);
	PROMISE(findings);
	judge(machine);
	print(&(struct scene){ .machine = machine,
			       .islands = islands,
			       .findings = findings,
			       .grouped = grouped,
			       .numeric = true,
			       .asked = " -F FILE" });
	p2p_findings_free(findings);
	p2p_grouped_free(grouped);
	p2p_islands_free(islands);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_machine *machine = NULL;
	struct p2p_err err = { "" };

	if (memory_file_read(bytes, length, &snapshot, &err))
		return 0;
	PROMISE(!p2p_machine_new(snapshot, NULL, NULL, &machine, &err));
	look_at(machine);
	p2p_machine_free(machine);
	return 0;
}
