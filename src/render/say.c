/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of functions, links, islands. */
#include <stdio.h>
#include <string.h>

#include "render/clean.h"
#include "render/say.h"
#include "render/words.h"

char *say_address(const struct p2p_machine *machine, uint32_t function,
		  char ret_text[P2P_BDF_SIZE])
{
	return p2p_bdf_format(machine->snapshot->functions[function].bdf, ret_text);
}

char *say_short(const struct p2p_machine *machine, uint32_t function,
		char ret_text[P2P_BDF_SIZE])
{
	say_address(machine, function, ret_text);
	if (!machine->snapshot->functions[function].bdf.domain)
		memmove(ret_text, ret_text + strlen("0000:"),
			strlen(ret_text + strlen("0000:")) + 1);
	return ret_text;
}

char *say_label(const struct p2p_machine *machine, uint32_t function,
		const struct style *style, char ret_text[P2P_LABEL_SIZE])
{
	return clean_text(machine->roles[function].label, style->unicode, ret_text,
			  P2P_LABEL_SIZE);
}

static bool is_port(enum p2p_kind kind)
{
	return kind == P2P_KIND_ROOT_PORT || kind == P2P_KIND_SWITCH_DOWN;
}

static char *say_port(const struct p2p_machine *machine, uint32_t function,
		      char ret_text[SAY_SIZE])
{
	const struct p2p_facts *facts = &machine->facts[function];
	enum p2p_kind kind = (enum p2p_kind)machine->topo->nodes[function].kind;
	int number = p2p_facts_port_number(facts);
	int slot = p2p_facts_slot_number(facts);

	if (kind == P2P_KIND_SWITCH_DOWN && number >= 0)
		snprintf(ret_text, SAY_SIZE, "down %d", number);
	else if (kind == P2P_KIND_SWITCH_DOWN)
		snprintf(ret_text, SAY_SIZE, "down");
	else if (kind == P2P_KIND_UNKNOWN)
		snprintf(ret_text, SAY_SIZE, "bridge");
	else
		snprintf(ret_text, SAY_SIZE, "%s", words_kind[kind].meaning);
	if (is_port(kind) && slot > 0)
		snprintf(ret_text + strlen(ret_text), SAY_SIZE - strlen(ret_text), " #%d",
			 slot);
	return ret_text;
}

/* Where the label is no more than the address: what it is. */
static void say_unnamed(const struct p2p_machine *machine, uint32_t function,
			const struct style *style, char *text)
{
	const struct p2p_node *node = &machine->topo->nodes[function];
	char label[P2P_LABEL_SIZE];

	if (node->pf == P2P_NONE)
		snprintf(
			text, SAY_SIZE, "%s",
			p2p_role_word((enum p2p_role_kind)machine->roles[function].kind));
	else
		snprintf(text, SAY_SIZE, "VF of %s",
			 say_label(machine, node->pf, style, label));
}

char *say_what(const struct p2p_machine *machine, uint32_t function,
	       const struct style *style, char ret_text[SAY_SIZE])
{
	uint32_t n_vfs = machine->topo->nodes[function].n_vfs;
	char address[P2P_BDF_SIZE];

	if (p2p_topo_is_bridge(machine->topo, function))
		return say_port(machine, function, ret_text);
	say_label(machine, function, style, ret_text);
	if (!strcmp(ret_text, say_address(machine, function, address)))
		say_unnamed(machine, function, style, ret_text);
	if (n_vfs)
		snprintf(ret_text + strlen(ret_text), SAY_SIZE - strlen(ret_text),
			 " x %u", n_vfs);
	return ret_text;
}

char *say_link(const struct p2p_facts *facts, char ret_text[SAY_LINK_SIZE])
{
	struct p2p_link link = p2p_facts_link(facts);

	if (link.speed && link.width)
		snprintf(ret_text, SAY_LINK_SIZE, "%u.%u x%u", link.speed / 10,
			 link.speed % 10, link.width);
	else
		ret_text[0] = '\0';
	return ret_text;
}

char *say_island(uint32_t island, char ret_text[SAY_ISLAND_SIZE])
{
	char digits[SAY_ISLAND_SIZE];
	size_t n = 0;

	for (uint64_t rest = (uint64_t)island + 1; rest; rest = (rest - 1) / 26)
		digits[n++] = (char)('A' + (rest - 1) % 26);
	for (size_t i = 0; i < n; i++)
		ret_text[i] = digits[n - 1 - i];
	ret_text[n] = '\0';
	return ret_text;
}

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%^"

/* In single quotes nothing has a meaning but the quote itself. */
static size_t quote(const char *word, char *text, size_t size)
{
	size_t used = 0;

	text[used++] = '\'';
	for (; *word && used + 6 < size; word++) {
		if (*word == '\'') {
			memcpy(text + used, "'\\'", 3);
			used += 3;
		}
		text[used++] = *word;
	}
	text[used++] = '\'';
	text[used] = '\0';
	return used;
}

char *say_word(const char *word, char *text, size_t size)
{
	size_t used = strlen(text);

	if (used + 8 > size)
		return text;
	text[used++] = ' ';
	text[used] = '\0';
	if (*word && !word[strspn(word, PLAIN)])
		snprintf(text + used, size - used, "%s", word);
	else
		quote(word, text + used, size - used);
	return text;
}

char *say_command(const struct scene *scene, const char *command,
		  char ret_text[SAY_COMMAND_SIZE])
{
	snprintf(ret_text, SAY_COMMAND_SIZE, "p2ptool %s%s", command,
		 scene->asked ? scene->asked : "");
	return ret_text;
}
