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

/* A register as it is read: null unless every bit of it was seen. */
static cJSON *hex(struct p2p_reg reg, int digits)
{
	uint32_t all = digits == 8 ? UINT32_MAX : (1u << 4 * digits) - 1;
	char text[16];

	if (!p2p_reg_knows(reg, all))
		return cJSON_CreateNull();
	snprintf(text, sizeof(text), "0x%0*x", digits, reg.value);
	return cJSON_CreateString(text);
}

static cJSON *acs_bits(const struct p2p_ability *regs)
{
	cJSON *bits = cJSON_CreateObject();

	for (int i = 0; i < WORDS_ACS_BITS; i++)
		if (p2p_reg_any(regs->cap, words_acs[i].bit) != P2P_NO)
			json_tri(bits, words_acs[i].on,
				 p2p_reg_any(regs->ctrl, words_acs[i].bit));
	return bits;
}

static cJSON *egress_vector(const struct p2p_acs *acs)
{
	enum p2p_tri has = p2p_reg_any(acs->regs.cap, ACS_EC);
	cJSON *words = has == P2P_YES ? cJSON_CreateArray() : NULL;

	if (!words)
		return has == P2P_NO ? cJSON_CreateFalse() : cJSON_CreateNull();
	for (unsigned i = 0; i * 32 < acs->egress_size; i++)
		cJSON_AddItemToArray(words, hex(acs->egress[i], 8));
	return words;
}

static void add_access(cJSON *object, const char *key, struct p2p_reg ctrl,
		       unsigned shift)
{
	if (p2p_reg_knows(ctrl, 3u << shift))
		json_string(object, key, words_access(ctrl.value >> shift));
	else
		json_null(object, key);
}

static cJSON *enhanced(const struct p2p_ability *regs)
{
	enum p2p_tri has = p2p_reg_any(regs->cap, ACS_ENHANCED);
	cJSON *object = has == P2P_YES ? cJSON_CreateObject() : NULL;

	if (!object)
		return has == P2P_NO ? cJSON_CreateFalse() : cJSON_CreateNull();
	json_tri(object, "IB", p2p_reg_any(regs->ctrl, ACS_IB));
	add_access(object, "DM", regs->ctrl, 8);
	add_access(object, "UM", regs->ctrl, 10);
	json_tri(object, "UR", p2p_reg_any(regs->ctrl, ACS_UR));
	return object;
}

cJSON *json_acs(const struct p2p_acs *acs)
{
	cJSON *object;

	if (acs->regs.present == P2P_UNKNOWN)
		return cJSON_CreateNull();
	if (acs->regs.present == P2P_NO)
		return cJSON_CreateFalse();
	object = cJSON_CreateObject();
	json_item(object, "cap", hex(acs->regs.cap, 4));
	json_item(object, "ctrl", hex(acs->regs.ctrl, 4));
	json_item(object, "bits", acs_bits(&acs->regs));
	json_item(object, "egress_vector", egress_vector(acs));
	json_item(object, "enhanced", enhanced(&acs->regs));
	return object;
}

static void add_acs(struct json_record *record)
{
	const struct p2p_acs *acs = &facts_of(record)->acs;

	if (acs->regs.present == P2P_UNKNOWN)
		add_unread(record, "acs");
	else
		json_item(record->object, "acs", json_acs(acs));
}

static void add_ability(struct json_record *record, const char *key,
			const struct p2p_ability *ability, uint32_t enable)
{
	cJSON *object;

	if (ability->present == P2P_UNKNOWN) {
		add_unread(record, key);
		return;
	}
	if (ability->present == P2P_NO) {
		json_false(record->object, key);
		return;
	}
	object = cJSON_CreateObject();
	json_tri(object, "enabled", p2p_reg_any(ability->ctrl, enable));
	json_item(record->object, key, object);
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
static void add_measure(cJSON *link, const char *key, double value, bool seen)
{
	if (value > 0)
		json_number(link, key, value);
	else if (seen)
		json_false(link, key);
	else
		json_null(link, key);
}

static void add_link(struct json_record *record)
{
	const struct p2p_facts *facts = facts_of(record);
	struct p2p_link link = p2p_facts_link(facts);
	enum p2p_tri has = has_link(record);
	bool now = p2p_reg_knows(facts->lnksta, LNKSTA_SPEED | LNKSTA_WIDTH);
	bool most = p2p_reg_knows(facts->lnkcap, LNKCAP_SPEED | LNKCAP_WIDTH);
	cJSON *object;

	if (has == P2P_UNKNOWN) {
		add_unread(record, "link");
		return;
	}
	if (has == P2P_NO) {
		json_false(record->object, "link");
		return;
	}
	object = cJSON_CreateObject();
	add_measure(object, "gts", link.speed / 10.0, now);
	add_measure(object, "width", link.width, now);
	add_measure(object, "max_gts", link.max_speed / 10.0, most);
	add_measure(object, "max_width", link.max_width, most);
	json_item(record->object, "link", object);
}

void json_registers(struct json_record *record)
{
	const struct p2p_facts *facts = facts_of(record);

	add_link(record);
	add_acs(record);
	add_ability(record, "ats", &facts->ats, ATS_CTL_ENABLE);
	add_ability(record, "pasid", &facts->pasid, PASID_CTL_ENABLE);
}
