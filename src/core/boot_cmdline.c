/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel command line, split as next_arg() of lib/cmdline.c does it, and the few words
 * that decide about ACS and the IOMMU. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/boot.h>

#define SPACES " \t\n\r\v\f"

/* One word: NAME or NAME=VALUE, quotes taken off. */
struct word {
	const char *name, *value;
};

/* Cuts the next word out of @rest; false at the end. Quotes keep spaces together. */
static bool next_word(char **rest, struct word *ret_word)
{
	char *start = *rest + strspn(*rest, SPACES), *at = start, *equals = NULL;
	bool quoted = false;

	if (!*start)
		return false;
	for (; *at && (quoted || !strchr(SPACES, *at)); at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (*at == '=' && !equals)
			equals = at;
	}
	*rest = *at ? at + 1 : at;
	*at = '\0';
	if (*start == '"') {
		start++;
		if (at[-1] == '"')
			at[-1] = '\0';
	}
	ret_word->name = start;
	ret_word->value = NULL;
	if (!equals)
		return true;
	*equals = '\0';
	ret_word->value = equals + 1;
	if (equals[1] == '"') {
		ret_word->value++;
		if (at > equals + 2 && at[-1] == '"')
			at[-1] = '\0';
	}
	return true;
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static int replace(char **place, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*place);
	*place = copy;
	return 0;
}

static int take_pci(struct p2p_cmdline *cmdline, const char *option)
{
	if (starts(option, "noats"))
		cmdline->no_ats = true;
	else if (starts(option, "disable_acs_redir="))
		return replace(&cmdline->disable_acs_redir, strchr(option, '=') + 1);
	else if (starts(option, "config_acs="))
		return replace(&cmdline->config_acs, strchr(option, '=') + 1);
	return 0;
}

static int take_intel(struct p2p_cmdline *cmdline, const char *option)
{
	if (starts(option, "on"))
		cmdline->intel = P2P_YES;
	else if (starts(option, "off"))
		cmdline->intel = P2P_NO;
	return 0;
}

static int take_amd(struct p2p_cmdline *cmdline, const char *option)
{
	if (starts(option, "off"))
		cmdline->amd = P2P_NO;
	return 0;
}

static int take_iommu(struct p2p_cmdline *cmdline, const char *option)
{
	if (starts(option, "off"))
		cmdline->iommu_off = true;
	return 0;
}

static void take_override_id(struct p2p_acs_override *override, const char *text)
{
	char *end;
	unsigned long vendor = strtoul(text, &end, 16);
	unsigned long device = *end == ':' ? strtoul(end + 1, &end, 16) : 0x10000;

	if (*end || vendor > 0xffff || device > 0xffff ||
	    override->n_ids == P2P_OVERRIDE_IDS)
		return;
	override->ids[override->n_ids].vendor = (uint16_t)vendor;
	override->ids[override->n_ids++].device = (uint16_t)device;
}

static int take_override(struct p2p_cmdline *cmdline, const char *option)
{
	cmdline->has_override = true;
	if (!strcmp(option, "downstream"))
		cmdline->override.downstream = true;
	else if (!strcmp(option, "multifunction"))
		cmdline->override.multifunction = true;
	else if (starts(option, "id:"))
		take_override_id(&cmdline->override, option + strlen("id:"));
	return 0;
}

static const struct {
	const char *name;
	int (*take)(struct p2p_cmdline *cmdline, const char *option);
} words[] = {
	{ "pci", take_pci },
	{ "intel_iommu", take_intel },
	{ "amd_iommu", take_amd },
	{ "iommu", take_iommu },
	{ "pcie_acs_override", take_override },
};

/* parameq(): in names, - and _ are the same. */
static bool is_name(const char *name, const char *wanted)
{
	for (; *name && (*name == '-' ? '_' : *name) == *wanted; name++)
		wanted++;
	return !*name && !*wanted;
}

/* Options of one word are separated by commas. */
static int take(struct p2p_cmdline *cmdline, const struct word *word)
{
	int result = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char value[P2P_CMDLINE_MAX + 1], *rest = value, *option;

		if (!word->value || !is_name(word->name, words[i].name))
			continue;
		strcpy(value, word->value);
		while (!result && (option = strsep(&rest, ",")))
			result = words[i].take(cmdline, option);
	}
	return result;
}

int p2p_cmdline_parse(const char *text, struct p2p_cmdline *ret_cmdline,
		      struct p2p_err *err)
{
	struct p2p_cmdline cmdline = { 0 };
	char copy[P2P_CMDLINE_MAX + 1], *rest = copy;
	struct word word;
	int result = 0;

	if (strlen(text) > P2P_CMDLINE_MAX)
		return p2p_err_set(err, -EINVAL,
				   "the command line has %zu characters, a kernel takes "
				   "%d at most",
				   strlen(text), P2P_CMDLINE_MAX);
	strcpy(copy, text);
	while (!result && next_word(&rest, &word)) {
		if (!strcmp(word.name, "--"))
			break; /* the rest is for init */
		result = take(&cmdline, &word);
	}
	if (result) {
		p2p_cmdline_done(&cmdline);
		return p2p_err_set(err, result, "no memory for the command line");
	}
	*ret_cmdline = cmdline;
	return 0;
}

void p2p_cmdline_done(struct p2p_cmdline *cmdline)
{
	free(cmdline->disable_acs_redir);
	free(cmdline->config_acs);
	*cmdline = (struct p2p_cmdline){ 0 };
}
