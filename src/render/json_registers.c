/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the registers of a function say, as members of its record: an object, false where
 * they were read and the function has none, null where they could not be read. */
#include <stdio.h>

#include "core/regs.h"
#include "render/json_function.h"
#include "render/missing.h"
#include "render/words.h"

static const struct p2p_facts *facts_of(const struct json_record *record)
{
	return &record->scene->machine->facts[record->function];
}

static void add_unread(struct json_record *record, const char *key)
{
	json_missing(record, key,
		     missing_registers(record->scene->machine, record->function));
}

/* Members of a nested object; what is unknown is listed as `acs.ctrl` once. */
struct nest {
	cJSON *object, *missing;
	const char *what; /* the object's own key */
	const char *why;
};

static void lack(const struct nest *nest, const char *key)
{
	char what[32];

	snprintf(what, sizeof(what), "%s.%s", nest->what, key);
	json_lack(nest->missing, what, nest->why);
}

static void add_item(const struct nest *nest, const char *key, cJSON *item)
{
	json_item(nest->object, key, item);
	if (cJSON_IsNull(item))
		lack(nest, key);
}

static void add_tri(const struct nest *nest, const char *key, enum p2p_tri tri)
{
	json_tri(nest->object, key, tri);
	if (tri == P2P_UNKNOWN)
		lack(nest, key);
}

/* A register as it is read: null unless every bit of it was seen. */
static cJSON *hex(struct p2p_reg reg, int digits)
{
	uint32_t all = digits == 8 ? UINT32_MAX : (1u << 4 * digits) - 1;
	char text[16];

	if (!p2p_reg_knows(reg, all))
		return cJSON_CreateNull();
	snprintf(text, sizeof(text), "0x%0*x", digits, reg.value & all);
	return cJSON_CreateString(text);
}

static void add_bits(const struct nest *acs, const struct p2p_ability *regs)
{
	cJSON *object = cJSON_CreateObject();
	struct nest bits = { object, acs->missing, "acs.bits", acs->why };

	for (int i = 0; i < WORDS_ACS_BITS; i++)
		if (p2p_reg_any(regs->cap, words_acs[i].bit) != P2P_NO)
			add_tri(&bits, words_acs[i].on,
				p2p_reg_any(regs->ctrl, words_acs[i].bit));
	json_item(acs->object, "bits", object);
}

/* The words of the vector; one entry says that some of them are not known. */
static void add_egress(const struct nest *nest, const struct p2p_acs *acs)
{
	enum p2p_tri has = p2p_reg_any(acs->regs.cap, ACS_EC);
	cJSON *words = has == P2P_UNKNOWN ? cJSON_CreateNull() : cJSON_CreateFalse();
	bool hole = false;

	if (has == P2P_YES) {
		cJSON_Delete(words);
		words = cJSON_CreateArray();
	}
	for (unsigned i = 0; has == P2P_YES && i * 32 < acs->egress_size; i++) {
		cJSON *word = hex(acs->egress[i], 8);

		hole |= cJSON_IsNull(word);
		cJSON_AddItemToArray(words, word);
	}
	add_item(nest, "egress_vector", words);
	if (hole)
		lack(nest, "egress_vector");
}

static cJSON *access(struct p2p_reg ctrl, unsigned shift)
{
	if (p2p_reg_knows(ctrl, 3u << shift))
		return cJSON_CreateString(words_access(ctrl.value >> shift));
	return cJSON_CreateNull();
}

static void add_enhanced(const struct nest *acs, const struct p2p_ability *regs)
{
	enum p2p_tri has = p2p_reg_any(regs->cap, ACS_ENHANCED);
	struct nest nest = { NULL, acs->missing, "acs.enhanced", acs->why };

	if (has != P2P_YES) {
		add_item(acs, "enhanced",
			 has == P2P_NO ? cJSON_CreateFalse() : cJSON_CreateNull());
		return;
	}
	nest.object = cJSON_CreateObject();
	add_tri(&nest, "IB", p2p_reg_any(regs->ctrl, ACS_IB));
	add_item(&nest, "DM", access(regs->ctrl, 8));
	add_item(&nest, "UM", access(regs->ctrl, 10));
	add_tri(&nest, "UR", p2p_reg_any(regs->ctrl, ACS_UR));
	json_item(acs->object, "enhanced", nest.object);
}

cJSON *json_acs(const struct p2p_acs *acs, const char *why, cJSON *missing)
{
	struct nest nest = { NULL, missing, "acs", why };

	if (acs->regs.present == P2P_UNKNOWN) {
		json_lack(missing, "acs", why);
		return cJSON_CreateNull();
	}
	if (acs->regs.present == P2P_NO)
		return cJSON_CreateFalse();
	nest.object = cJSON_CreateObject();
	add_item(&nest, "cap", hex(acs->regs.cap, 4));
	add_item(&nest, "ctrl", hex(acs->regs.ctrl, 4));
	add_bits(&nest, &acs->regs);
	add_egress(&nest, acs);
	add_enhanced(&nest, &acs->regs);
	return nest.object;
}

/* An object for @key in the record, whose members are to be added. */
static struct nest begin_object(struct json_record *record, const char *key)
{
	struct nest nest = { cJSON_CreateObject(), record->missing, key,
			     missing_registers(record->scene->machine,
					       record->function) };

	json_item(record->object, key, nest.object);
	return nest;
}

static void add_ability(struct json_record *record, const char *key,
			const struct p2p_ability *ability, uint32_t enable)
{
	struct nest nest;

	if (ability->present == P2P_UNKNOWN) {
		add_unread(record, key);
		return;
	}
	if (ability->present == P2P_NO) {
		json_false(record->object, key);
		return;
	}
	nest = begin_object(record, key);
	add_tri(&nest, "enabled", p2p_reg_any(ability->ctrl, enable));
}

/* Integrated functions and VFs have no link, whatever their registers say. */
static enum p2p_tri has_link(const struct json_record *record)
{
	const struct p2p_machine *machine = record->scene->machine;

	switch ((enum p2p_kind)machine->topo->nodes[record->function].kind) {
	case P2P_KIND_VF:
	case P2P_KIND_RCIEP:
	case P2P_KIND_RCEC:
	case P2P_KIND_PCI:
	case P2P_KIND_PCI_BRIDGE:
	case P2P_KIND_CARDBUS:
		return P2P_NO;
	case P2P_KIND_HOST_BRIDGE:
	case P2P_KIND_ROOT_PORT:
	case P2P_KIND_SWITCH_UP:
	case P2P_KIND_SWITCH_DOWN:
	case P2P_KIND_PCIE_TO_PCI:
	case P2P_KIND_PCI_TO_PCIE:
	case P2P_KIND_ENDPOINT:
	case P2P_KIND_LEGACY_ENDPOINT:
	case P2P_KIND_UNKNOWN:
		break;
	}
	if (machine->facts[record->function].express)
		return P2P_YES;
	return machine->facts[record->function].type == P2P_TYPE_UNKNOWN ? P2P_UNKNOWN :
									   P2P_NO;
}

/* @value 0: no link is up where the register was seen, else not known. */
static void add_measure(const struct nest *link, const char *key, double value, bool seen)
{
	if (value > 0)
		json_number(link->object, key, value);
	else
		add_item(link, key, seen ? cJSON_CreateFalse() : cJSON_CreateNull());
}

static void add_link(struct json_record *record)
{
	const struct p2p_facts *facts = facts_of(record);
	struct p2p_link link = p2p_facts_link(facts);
	enum p2p_tri has = has_link(record);
	bool now = p2p_reg_knows(facts->lnksta, LNKSTA_SPEED | LNKSTA_WIDTH);
	bool most = p2p_reg_knows(facts->lnkcap, LNKCAP_SPEED | LNKCAP_WIDTH);
	struct nest nest;

	if (has == P2P_UNKNOWN) {
		add_unread(record, "link");
		return;
	}
	if (has == P2P_NO) {
		json_false(record->object, "link");
		return;
	}
	nest = begin_object(record, "link");
	add_measure(&nest, "gts", link.speed / 10.0, now);
	add_measure(&nest, "width", link.width, now);
	add_measure(&nest, "max_gts", link.max_speed / 10.0, most);
	add_measure(&nest, "max_width", link.max_width, most);
}

void json_registers(struct json_record *record)
{
	const struct p2p_facts *facts = facts_of(record);

	add_link(record);
	json_item(record->object, "acs",
		  json_acs(&facts->acs,
			   missing_registers(record->scene->machine, record->function),
			   record->missing));
	add_ability(record, "ats", &facts->ats, ATS_CTL_ENABLE);
	add_ability(record, "pasid", &facts->pasid, PASID_CTL_ENABLE);
}
