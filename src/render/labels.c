/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Labels in natural order, those that differ by a trailing number folded into ranges. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/labels.h"

#define RESERVE 24 /* room for ` and 4294967295 more` */

/* A label; @number is its trailing number, or -1 where it has none to count by. */
struct label {
	char text[P2P_LABEL_SIZE];
	size_t prefix;
	long number;
};

static struct label split(const struct p2p_machine *machine, const struct style *style,
			  uint32_t function)
{
	struct label label = { .number = -1 };
	size_t length;

	say_label(machine, function, style, label.text);
	length = label.prefix = strlen(label.text);
	while (label.prefix && label.text[label.prefix - 1] >= '0' &&
	       label.text[label.prefix - 1] <= '9')
		label.prefix--;
	if (!label.prefix || label.prefix == length || length - label.prefix > 6 ||
	    (label.text[label.prefix] == '0' && length - label.prefix > 1))
		label.prefix = length;
	else
		label.number = strtol(label.text + label.prefix, NULL, 10);
	return label;
}

static int compare(const void *a, const void *b)
{
	const struct label *x = a, *y = b;
	size_t length = x->prefix < y->prefix ? x->prefix : y->prefix;
	int order = memcmp(x->text, y->text, length);

	if (!order)
		order = (x->prefix > y->prefix) - (x->prefix < y->prefix);
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* How many labels from @labels on follow each other. */
static uint32_t run(const struct label *labels, uint32_t count)
{
	uint32_t n = 1;

	while (n < count && labels->number >= 0 && labels[n].prefix == labels->prefix &&
	       !memcmp(labels[n].text, labels->text, labels->prefix) &&
	       labels[n].number == labels->number + (long)n)
		n++;
	return n;
}

static void fold(const struct label *labels, uint32_t count, char *text)
{
	size_t used = 0;
	uint32_t at = 0;

	text[0] = '\0';
	while (at < count) {
		uint32_t n = run(labels + at, count - at);
		char part[P2P_LABEL_SIZE + 16];
		int length = snprintf(part, sizeof(part), used ? " %s" : "%s",
				      labels[at].text);

		if (n > 1)
			length += snprintf(part + length, sizeof(part) - (size_t)length,
					   "-%ld", labels[at + n - 1].number);
		if (used + (size_t)length + RESERVE > LABELS_SIZE) {
			snprintf(text + used, LABELS_SIZE - used, " and %u more",
				 count - at);
			return;
		}
		memcpy(text + used, part, (size_t)length + 1);
		used += (size_t)length;
		at += n;
	}
}

char *labels_text(const struct p2p_machine *machine, const struct style *style,
		  const uint32_t *functions, uint32_t count, char ret_text[LABELS_SIZE])
{
	struct label *labels = calloc((size_t)count + 1, sizeof(*labels));

	if (!labels) {
		snprintf(ret_text, LABELS_SIZE, "%u functions", count);
		return ret_text;
	}
	for (uint32_t i = 0; i < count; i++)
		labels[i] = split(machine, style, functions[i]);
	qsort(labels, count, sizeof(*labels), compare);
	fold(labels, count, ret_text);
	free(labels);
	return ret_text;
}

char *labels_addresses(const struct p2p_machine *machine, const uint32_t *functions,
		       uint32_t count, char ret_text[LABELS_SIZE])
{
	char first[P2P_BDF_SIZE], second[P2P_BDF_SIZE];

	ret_text[0] = '\0';
	if (!count)
		return ret_text;
	say_address(machine, functions[0], first);
	if (count == 1)
		snprintf(ret_text, LABELS_SIZE, "%s", first);
	else if (count == 2)
		snprintf(ret_text, LABELS_SIZE, "%s and %s", first,
			 say_address(machine, functions[1], second));
	else
		snprintf(ret_text, LABELS_SIZE, "%s and %u more", first, count - 1);
	return ret_text;
}
