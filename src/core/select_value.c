/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys that ask what a function is or what the system says of it: role=, class=,
 * driver=, numa=, group=, pci-domain=, serial=. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>

#include "core/role_parts.h"
#include "core/select_key.h"

static bool read_number(const char *text, int base, uint64_t max, uint64_t *ret)
{
	char *end;

	if (!isxdigit((unsigned char)*text) || strlen(text) > 16 || strpbrk(text, "xX"))
		return false;
	*ret = strtoull(text, &end, base);
	return !*end && *ret <= max;
}

static const struct p2p_function *function_of(const struct select_wanted *wanted,
					      uint32_t i)
{
	return &wanted->machine->snapshot->functions[i];
}

static const char *say_number(int32_t number, char text[SELECT_PART_MAX])
{
	if (number == P2P_NOT_TOLD)
		return "";
	snprintf(text, SELECT_PART_MAX, "%d", number);
	return text;
}

static int read_role(struct select_wanted *wanted, struct p2p_err *err)
{
	struct select_near near = p2p_select_near(wanted->text);
	char nearest[P2P_ERR_SIZE];

	for (unsigned kind = 0; kind < P2P_ROLES; kind++) {
		const char *word = p2p_role_word((enum p2p_role_kind)kind);

		p2p_select_offer(&near, word);
		wanted->number = kind;
		if (!strcmp(word, wanted->text))
			return 0;
	}
	return p2p_err_set(err, -EINVAL, "%.*s: no such role%.300s", SELECT_SHOWN,
			   wanted->part, p2p_select_nearest(&near, "role=", nearest));
}

static bool has_role(const struct select_wanted *wanted, uint32_t i)
{
	uint8_t kind = wanted->machine->roles[i].kind;

	if (wanted->machine->topo->nodes[i].pf != P2P_NONE)
		return false;
	return kind == wanted->number ||
	       (wanted->number == P2P_ROLE_NIC && kind == P2P_ROLE_RDMA);
}

const struct select_key p2p_select_key_role = {
	.name = "role",
	.noun = "has that role",
	.read = read_role,
	.has = has_role,
};

static int read_class(struct select_wanted *wanted, struct p2p_err *err)
{
	size_t length = strlen(wanted->text);
	unsigned shift;

	if ((length != 2 && length != 4 && length != 6) ||
	    !read_number(wanted->text, 16, 0xffffff, &wanted->number))
		return p2p_select_refuse_value(
			wanted, "a class of two, four or six digits (class=0302)", err);
	shift = 24 - 4 * (unsigned)length;
	wanted->number <<= shift;
	wanted->mask = 0xffffffu << shift & 0xffffff;
	return 0;
}

static bool has_class(const struct select_wanted *wanted, uint32_t i)
{
	int32_t class = wanted->machine->facts[i].class_code;

	return class >= 0 && ((uint64_t) class & wanted->mask) == wanted->number;
}

static const char *say_class(const struct select_wanted *wanted, uint32_t i,
			     char text[SELECT_PART_MAX])
{
	int32_t class = wanted->machine->facts[i].class_code;

	if (class < 0)
		return "";
	snprintf(text, SELECT_PART_MAX, "%06x", (unsigned)class);
	text[strlen(wanted->text)] = '\0';
	return text;
}

const struct select_key p2p_select_key_class = {
	.name = "class",
	.noun = "is of that class",
	.bridges = true,
	.read = read_class,
	.has = has_class,
	.say = say_class,
};

static const char *say_driver(const struct select_wanted *wanted, uint32_t i,
			      char text[SELECT_PART_MAX])
{
	return p2p_snapshot_string(wanted->machine->snapshot,
				   function_of(wanted, i)->driver);
}

static bool has_driver(const struct select_wanted *wanted, uint32_t i)
{
	return !strcmp(say_driver(wanted, i, NULL), wanted->text);
}

const struct select_key p2p_select_key_driver = {
	.name = "driver",
	.noun = "is bound to that driver",
	.bridges = true,
	.has = has_driver,
	.say = say_driver,
};

/* -1 is the kernel's own word for no node. */
static int read_numa(struct select_wanted *wanted, struct p2p_err *err)
{
	if (!strcmp(wanted->text, "-1"))
		wanted->number = UINT32_MAX;
	else if (!read_number(wanted->text, 10, INT32_MAX, &wanted->number))
		return p2p_select_refuse_value(
			wanted, "a NUMA node (numa=0; numa=-1 for none)", err);
	return 0;
}

static bool has_numa(const struct select_wanted *wanted, uint32_t i)
{
	return (uint32_t)function_of(wanted, i)->numa == wanted->number;
}

static const char *say_numa(const struct select_wanted *wanted, uint32_t i,
			    char text[SELECT_PART_MAX])
{
	return say_number(function_of(wanted, i)->numa, text);
}

const struct select_key p2p_select_key_numa = {
	.name = "numa",
	.noun = "is on that NUMA node, as far as the system told",
	.any_near = true,
	.read = read_numa,
	.has = has_numa,
	.say = say_numa,
};

static int read_group(struct select_wanted *wanted, struct p2p_err *err)
{
	if (!read_number(wanted->text, 10, INT32_MAX, &wanted->number))
		return p2p_select_refuse_value(
			wanted, "the number of a live IOMMU group (group=12)", err);
	return 0;
}

static bool has_group(const struct select_wanted *wanted, uint32_t i)
{
	int32_t group = function_of(wanted, i)->group;

	return group >= 0 && (uint64_t)group == wanted->number;
}

static const char *say_group(const struct select_wanted *wanted, uint32_t i,
			     char text[SELECT_PART_MAX])
{
	int32_t group = function_of(wanted, i)->group;

	return say_number(group < 0 ? P2P_NOT_TOLD : group, text);
}

const struct select_key p2p_select_key_group = {
	.name = "group",
	.noun = "is in that live IOMMU group, as far as the system told",
	.any_near = true,
	.read = read_group,
	.has = has_group,
	.say = say_group,
};

static int read_domain(struct select_wanted *wanted, struct p2p_err *err)
{
	if (!read_number(wanted->text, 16, UINT32_MAX, &wanted->number))
		return p2p_select_refuse_value(wanted, "a PCI domain (pci-domain=0000)",
					       err);
	return 0;
}

static bool has_domain(const struct select_wanted *wanted, uint32_t i)
{
	return function_of(wanted, i)->bdf.domain == wanted->number;
}

static const char *say_domain(const struct select_wanted *wanted, uint32_t i,
			      char text[SELECT_PART_MAX])
{
	snprintf(text, SELECT_PART_MAX, "%04x", function_of(wanted, i)->bdf.domain);
	return text;
}

const struct select_key p2p_select_key_domain = {
	.name = "pci-domain",
	.noun = "is in that PCI domain",
	.any_near = true,
	.read = read_domain,
	.has = has_domain,
	.say = say_domain,
};

/* 98-51-03-ff-ff-a2-31-4c as lspci prints it, or the same without dashes. */
static int read_serial(struct select_wanted *wanted, struct p2p_err *err)
{
	char digits[SELECT_PART_MAX + 1];
	size_t n = 0;

	for (const char *at = wanted->text; *at; at++)
		if (*at != '-')
			digits[n++] = *at;
	digits[n] = '\0';
	if (!read_number(digits, 16, UINT64_MAX, &wanted->number))
		return p2p_select_refuse_value(
			wanted, "a serial number (98-51-03-ff-ff-a2-31-4c)", err);
	return 0;
}

static bool has_serial(const struct select_wanted *wanted, uint32_t i)
{
	const struct p2p_facts *facts = &wanted->machine->facts[i];

	return facts->has_serial == P2P_YES && facts->serial == wanted->number;
}

const struct select_key p2p_select_key_serial = {
	.name = "serial",
	.noun = "has that serial number, as far as it could be read",
	.bridges = true,
	.read = read_serial,
	.has = has_serial,
};
