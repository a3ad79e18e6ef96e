/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function as a JSON record: what it is, what the system told, what registers say. */
#include <stdio.h>

#include <p2ptool/vfio.h>

#include "render/json_function.h"
#include "render/missing.h"
#include "render/words.h"

#define PATH_SIZE 2048

static const struct p2p_function *told(const struct json_record *record)
{
	return &record->scene->machine->snapshot->functions[record->function];
}

static bool is_told(const struct json_record *record)
{
	return p2p_system_told(&record->scene->machine->snapshot->system);
}

void json_missing(struct json_record *record, const char *key, const char *why)
{
	json_null(record->object, key);
	json_lack(record->missing, key, why);
}

static void add_untold(struct json_record *record, const char *key)
{
	json_missing(record, key, missing_told(record->scene->machine));
}

static void add_unread(struct json_record *record, const char *key)
{
	json_missing(record, key,
		     missing_registers(record->scene->machine, record->function));
}

static void add_id(struct json_record *record, const char *key, int32_t id)
{
	char text[8];

	if (id == P2P_NOT_TOLD) {
		add_unread(record, key);
		return;
	}
	snprintf(text, sizeof(text), "%04x", (unsigned)id & 0xffff);
	json_string(record->object, key, text);
}

static void add_place(struct json_record *record)
{
	const struct p2p_machine *machine = record->scene->machine;
	const struct p2p_role *role = &machine->roles[record->function];
	char path[PATH_SIZE];

	json_address(record->object, "address", machine, record->function);
	p2p_topo_path(machine->topo, machine->snapshot, record->function, path,
		      sizeof(path));
	json_string(record->object, "path", path);
	json_item(record->object, "label", json_clean(role->label));
	json_string(record->object, "role",
		    p2p_role_word((enum p2p_role_kind)role->kind));
	json_item(record->object, "peer", cJSON_CreateBool(role->peer));
}

static void add_name(struct json_record *record, const char *key, p2p_string name)
{
	if (name)
		json_told(record->object, key, record->scene->machine, name);
	else
		json_missing(record, key,
			     record->scene->numeric ? "not asked for (--numeric)" :
						      "not in the list of names");
}

static void add_ids(struct json_record *record)
{
	const struct p2p_facts *facts = &record->scene->machine->facts[record->function];

	add_id(record, "vendor", facts->vendor);
	add_id(record, "device", facts->device);
	add_id(record, "class",
	       facts->class_code == P2P_NOT_TOLD ? P2P_NOT_TOLD : facts->class_code >> 8);
	add_name(record, "vendor_name", told(record)->vendor_name);
	add_name(record, "device_name", told(record)->device_name);
}

static void add_type(struct json_record *record)
{
	enum p2p_pcie_type type = record->scene->machine->facts[record->function].type;

	if (type == P2P_TYPE_UNKNOWN)
		add_unread(record, "pcie_type");
	else if (type == P2P_TYPE_NOT_PCIE)
		json_false(record->object, "pcie_type");
	else
		json_number(record->object, "pcie_type", type);
}

static void add_kind(struct json_record *record)
{
	const struct p2p_topo *topo = record->scene->machine->topo;
	const struct p2p_node *node = &topo->nodes[record->function];

	if (node->kind == P2P_KIND_UNKNOWN)
		add_unread(record, "kind");
	else
		json_string(record->object, "kind", words_kind[node->kind].word);
	add_type(record);
	if (node->parent != P2P_NONE)
		json_address(record->object, "parent", record->scene->machine,
			     node->parent);
	else if (topo->roots[node->root].orphan)
		json_missing(record, "parent", "no bridge is known to lead to its bus");
	else
		json_false(record->object, "parent");
	if (node->pf == P2P_NONE)
		json_false(record->object, "pf");
	else
		json_address(record->object, "pf", record->scene->machine, node->pf);
	json_number(record->object, "vfs", node->n_vfs);
}

/* The array of names in the subsystem of @name, made when it is the first. */
static cJSON *subsystem(cJSON *names, const char *subsystem)
{
	cJSON *array = cJSON_GetObjectItemCaseSensitive(names, subsystem);

	if (!array)
		array = cJSON_AddArrayToObject(names, subsystem);
	return array;
}

static void add_names(struct json_record *record)
{
	const struct p2p_snapshot *snapshot = record->scene->machine->snapshot;
	const struct p2p_function *function = told(record);
	cJSON *names;

	if (!function->n_names && !is_told(record)) {
		add_untold(record, "names");
		return;
	}
	names = cJSON_CreateObject();
	for (uint32_t i = 0; i < function->n_names; i++) {
		const struct p2p_name *name = &snapshot->names[function->first_name + i];
		cJSON *array =
			subsystem(names, p2p_snapshot_string(snapshot, name->subsystem));

		cJSON_AddItemToArray(
			array, json_clean(p2p_snapshot_string(snapshot, name->name)));
	}
	json_item(record->object, "names", names);
}

/* What a live system does not tell of a function, it has not. */
static void add_string(struct json_record *record, const char *key, p2p_string string)
{
	if (string)
		json_told(record->object, key, record->scene->machine, string);
	else if (is_told(record))
		json_false(record->object, key);
	else
		add_untold(record, key);
}

static void add_number(struct json_record *record, const char *key, int32_t number)
{
	if (number == P2P_NOT_TOLD)
		add_untold(record, key);
	else if (number < 0)
		json_false(record->object, key);
	else
		json_number(record->object, key, number);
}

static void add_serial(struct json_record *record)
{
	const struct p2p_facts *facts = &record->scene->machine->facts[record->function];
	char text[32];
	size_t used = 0;

	if (facts->has_serial == P2P_UNKNOWN) {
		add_unread(record, "serial");
		return;
	}
	if (facts->has_serial == P2P_NO) {
		json_false(record->object, "serial");
		return;
	}
	for (int shift = 56; shift >= 0; shift -= 8)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%02x",
					 used ? "-" : "",
					 (unsigned)(facts->serial >> shift) & 0xff);
	json_string(record->object, "serial", text);
}

static void add_p2pmem(struct json_record *record)
{
	const struct p2p_p2pmem *memory = &told(record)->p2pmem;
	cJSON *object;

	if (memory->present == P2P_UNKNOWN) {
		add_untold(record, "p2pmem");
		return;
	}
	if (memory->present == P2P_NO) {
		json_false(record->object, "p2pmem");
		return;
	}
	object = cJSON_CreateObject();
	json_number(object, "size", (double)memory->size);
	json_number(object, "available", (double)memory->available);
	json_tri(object, "published", memory->published);
	if (memory->published == P2P_UNKNOWN)
		json_lack(record->missing, "p2pmem.published",
			  missing_told(record->scene->machine));
	json_item(record->object, "p2pmem", object);
}

/* True if the walk up through functions without redirect ends at one not known. */
static bool is_island_unknown(const struct p2p_machine *machine, uint32_t function)
{
	enum p2p_tri redirects = P2P_NO;

	for (uint32_t at = function; redirects == P2P_NO && at != P2P_NONE;
	     at = machine->topo->nodes[at].parent)
		redirects = p2p_judge_redirects(machine->judge, at);
	return redirects == P2P_UNKNOWN;
}

static void add_island(struct json_record *record)
{
	const struct scene *scene = record->scene;
	const struct p2p_topo *topo = scene->machine->topo;
	uint32_t island = scene->islands->of[record->function];
	char name[SAY_ISLAND_SIZE];

	if (island != P2P_NONE)
		json_string(record->object, "island", say_island(island, name));
	else if (scene->machine->roles[record->function].peer &&
		 topo->roots[topo->nodes[record->function].root].orphan)
		json_missing(record, "island", "no bridge is known to lead to its bus");
	else if (scene->machine->roles[record->function].peer &&
		 is_island_unknown(scene->machine, record->function))
		json_missing(record, "island", "ACS registers on its path are not known");
	else
		json_false(record->object, "island");
}

static void add_vfio(struct json_record *record)
{
	enum p2p_tri has =
		p2p_vfio_has(record->scene->machine->snapshot, record->function);

	if (has == P2P_UNKNOWN)
		json_missing(record, "vfio", "not in the capture");
	else
		json_tri(record->object, "vfio", has);
}

cJSON *json_function(const struct scene *scene, uint32_t function)
{
	struct json_record record = { .scene = scene,
				      .function = function,
				      .object = cJSON_CreateObject(),
				      .missing = cJSON_CreateArray() };

	add_place(&record);
	add_ids(&record);
	add_kind(&record);
	add_names(&record);
	add_string(&record, "driver", told(&record)->driver);
	add_string(&record, "driver_override", told(&record)->driver_override);
	add_vfio(&record);
	add_number(&record, "numa", told(&record)->numa);
	add_string(&record, "slot", told(&record)->slot);
	add_serial(&record);
	json_registers(&record);
	add_p2pmem(&record);
	add_island(&record);
	add_number(&record, "group", told(&record)->group);
	json_number(record.object, "readable", scene->machine->facts[function].readable);
	json_item(record.object, "missing", record.missing);
	return record.object;
}
