/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two captures of one machine, all bytes and what lspci made of them: verdicts and groups
 * are the same. What lspci's text does not print may be unknown in it, never wrong; how
 * many pairs that leaves open is said.
 *
 * usage: agree BYTES TEXT [MOST-OPEN] */
#include <stdio.h>
#include <stdlib.h>

#include "damage/opinion.h"
#include "support/memory_file.h"

#define PAIRS     4096
#define SHOWN_MAX 12

static bool form(const char *path, struct opinion *ret_opinion)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	if (p2p_source_file(path, &snapshot, &err)) {
		printf("%s\n", err.text);
		return false;
	}
	opinion_form(snapshot, ret_opinion);
	return true;
}

int main(int argc, char **argv)
{
	struct opinion_pair *pairs;
	struct opinion bytes, text;
	unsigned n, wrong = 0, open = 0;
	unsigned most = argc > 3 ? (unsigned)atoi(argv[3]) : 0;
	char words[256];

	if (argc < 3 || !form(argv[1], &bytes) || !form(argv[2], &text))
		return 2;
	n = opinion_pairs(&bytes, PAIRS, &pairs);
	for (unsigned i = 0; i < n; i++) {
		bool stands = opinion_stands(&bytes, &text, &pairs[i], words);

		if (stands && opinion_same(&bytes, &text, &pairs[i], words))
			continue;
		wrong += !stands;
		open += stands;
		if (wrong + open < SHOWN_MAX && (!stands || open > most))
			printf("  %s\n", words);
	}
	printf("%s: %u pairs, %u wrong, %u open in the text\n", argv[1], n, wrong, open);
	opinion_drop(&bytes);
	opinion_drop(&text);
	free(pairs);
	return wrong || open > most;
}
