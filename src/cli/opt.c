/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that all commands share, and the reading of any. */
#include <errno.h>
#include <string.h>

#include "cli/opt.h"

static const char *const colors[] = { "auto", "always", "never", NULL };

/* In the order of enum p2p_source_kind. */
static const char *const kinds[] = { "auto",   "lspci",     "sysfs",   "tar",
				     "nvidia", "rdma-topo", "capture", NULL };

#define AT(member) offsetof(struct options, member)

const struct opt opt_common[] = {
	{ "file", 'F', OPT_FILE, AT(file), "CAPTURE",
	  "judge a capture instead of this machine; - is standard input", NULL },
	{ "as", 0, OPT_CHOICE, AT(as), "KIND",
	  "what the capture is: auto, lspci, sysfs, tar, nvidia, rdma-topo or capture",
	  kinds },
	{ "sysfs", 0, OPT_FOLDER, AT(sysfs), "DIR",
	  "judge another sysfs tree instead of /sys", NULL },
	{ "output", 'o', OPT_OUTPUT, AT(output), "FORMAT|FILE",
	  "print that format, or write a file; its suffix names the format", NULL },
	{ "json", 'j', OPT_JSON, AT(output), NULL, "the same as -o json", NULL },
	{ "kernel", 0, OPT_TEXT, AT(kernel), "VERSION",
	  "judge by this kernel: 6.8, or what uname -r prints", NULL },
	{ "cpu", 0, OPT_TEXT, AT(cpu), "CPU",
	  "judge on this CPU: zen, intel, other or VENDOR:FAMILY", NULL },
	{ "numeric", 'n', OPT_FLAG, AT(numeric), NULL, "ids instead of names of devices",
	  NULL },
	{ "color", 0, OPT_CHOICE, AT(color), "WHEN",
	  "colour: auto, always or never (NO_COLOR is heard)", colors },
	{ "wake", 0, OPT_FLAG, AT(wake), NULL,
	  "read functions that sleep in D3cold, which wakes them", NULL },
	{ "quiet", 'q', OPT_FLAG, AT(quiet), NULL,
	  "no findings, no remarks on what is unknown", NULL },
	{ "verbose", 'v', OPT_FLAG, AT(verbose), NULL,
	  "all details, all damage, and a legend", NULL },
	{ "help", 'h', OPT_FLAG, AT(help), NULL, "print this", NULL },
	{ 0 },
};

static const struct opt *find_long_in(const struct opt *table, const char *name,
				      size_t length)
{
	for (; table && table->name; table++)
		if (strlen(table->name) == length && !strncmp(table->name, name, length))
			return table;
	return NULL;
}

const struct opt *opt_find_long(const struct opt *own, const char *name, size_t length)
{
	const struct opt *found = find_long_in(own, name, length);

	return found ? found : find_long_in(opt_common, name, length);
}

static const struct opt *find_letter_in(const struct opt *table, char letter)
{
	for (; table && table->name; table++)
		if (table->letter && table->letter == letter)
			return table;
	return NULL;
}

const struct opt *opt_find_letter(const struct opt *own, char letter)
{
	const struct opt *found = find_letter_in(own, letter);

	return found ? found : find_letter_in(opt_common, letter);
}

bool opt_has_value(const struct opt *opt)
{
	return opt->value != NULL;
}

static int set_choice(const struct opt *opt, int *place, const char *value,
		      struct p2p_err *err)
{
	char known[128] = "";

	for (int i = 0; opt->choices[i]; i++) {
		if (!strcmp(opt->choices[i], value)) {
			*place = i;
			return 0;
		}
		snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
			 i ? ", " : "", opt->choices[i]);
	}
	return p2p_err_set(err, -EINVAL, "--%s %s: is not known (known are %s)",
			   opt->name, value, known);
}

/* A format is a bare word; whatever has a suffix or a slash is a file. */
static void set_output(struct opt_output *output, const char *value)
{
	if (strpbrk(value, "./"))
		output->path = value;
	else
		output->format = value;
}

static int set(const struct opt *opt, struct options *options, const char *value,
	       struct p2p_err *err)
{
	char *place = (char *)options + opt->at;

	switch (opt->kind) {
	case OPT_FLAG:
		*(bool *)(void *)place = true;
		return 0;
	case OPT_TEXT:
	case OPT_LINE:
	case OPT_FILE:
	case OPT_FOLDER:
	case OPT_SELECTOR:
		*(const char **)(void *)place = value;
		return 0;
	case OPT_CHOICE:
		return set_choice(opt, (int *)(void *)place, value, err);
	case OPT_OUTPUT:
		set_output((struct opt_output *)(void *)place, value);
		return 0;
	case OPT_JSON:
		((struct opt_output *)(void *)place)->format = "json";
		return 0;
	}
	return 0;
}

/* Words still to be read. */
struct words {
	int left;
	char *const *next;
};

static int set_with_value(const struct opt *opt, const char *value, struct words *words,
			  struct options *options, struct p2p_err *err)
{
	if (!value && opt_has_value(opt)) {
		if (!words->left)
			return p2p_err_set(err, -EINVAL,
					   "--%s: its value is missing (--%s %s)",
					   opt->name, opt->name, opt->value);
		value = *words->next++;
		words->left--;
	}
	if (opt_has_value(opt) && !*value && opt->kind != OPT_LINE)
		return p2p_err_set(err, -EINVAL, "--%s: its value is empty (--%s %s)",
				   opt->name, opt->name, opt->value);
	return set(opt, options, value ? value : "", err);
}

static int read_long(const struct opt *own, const char *word, struct words *words,
		     struct options *options, struct p2p_err *err)
{
	size_t length = strcspn(word + 2, "=");
	const char *value = word[2 + length] ? word + 2 + length + 1 : NULL;
	const struct opt *opt = opt_find_long(own, word + 2, length);

	if (!opt)
		return p2p_err_set(err, -EINVAL, "%s: unknown option (--help lists them)",
				   word);
	if (value && !opt_has_value(opt))
		return p2p_err_set(err, -EINVAL, "%s: takes no value (--%s)", word,
				   opt->name);
	return set_with_value(opt, value, words, options, err);
}

static int read_letters(const struct opt *own, const char *word, struct words *words,
			struct options *options, struct p2p_err *err)
{
	for (const char *at = word + 1; *at; at++) {
		const struct opt *opt = opt_find_letter(own, *at);
		int result;

		if (!opt)
			return p2p_err_set(err, -EINVAL,
					   "-%c: unknown option (--help lists them)",
					   *at);
		if (opt_has_value(opt))
			return set_with_value(opt, at[1] ? at + 1 : NULL, words, options,
					      err);
		result = set(opt, options, "", err);
		if (result)
			return result;
	}
	return 0;
}

static int take_operand(const char *word, struct options *options, struct p2p_err *err)
{
	if (options->n_operands == OPT_OPERANDS)
		return p2p_err_set(err, -EINVAL, "%s: too many operands (--help)", word);
	options->operands[options->n_operands++] = word;
	return 0;
}

int opt_parse(const struct opt *own, int n_words, char *const words[],
	      struct options *ret_options, struct p2p_err *err)
{
	struct words rest = { n_words, words };
	bool ended = false;
	int result = 0;

	while (!result && rest.left) {
		const char *word = *rest.next++;

		rest.left--;
		if (!ended && !strcmp(word, "--"))
			ended = true;
		else if (ended || word[0] != '-' || !word[1])
			result = take_operand(word, ret_options, err);
		else if (word[1] == '-')
			result = read_long(own, word, &rest, ret_options, err);
		else
			result = read_letters(own, word, &rest, ret_options, err);
	}
	return result;
}

void opt_help(const struct opt *table, FILE *file)
{
	for (; table && table->name; table++) {
		char letter[] = { '-', table->letter, ',', '\0' };
		char name[64];

		snprintf(name, sizeof(name), "%s --%s%s%s",
			 table->letter ? letter : "   ", table->name,
			 table->value ? " " : "", table->value ? table->value : "");
		fprintf(file, "  %-26s %s\n", name, table->help);
	}
}
