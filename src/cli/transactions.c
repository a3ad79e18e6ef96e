/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals read one after the other. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "cli/complain.h"
#include "cli/transactions.h"

static int read_one(const struct p2p_journals *journals, uint32_t id, bool is_asked,
		    struct transactions *transactions)
{
	struct p2p_journal *journal = NULL;
	struct p2p_err err = { "" };
	int result = p2p_journals_read(journals, id, &journal, &err);

	if (result) {
		transactions->n_damaged++;
		return complain(result == -ENOMEM ? EXIT_WRITE : EXIT_DAMAGED, "%s",
				err.text);
	}
	if (is_asked || p2p_apply_is_open(journal->apply))
		transactions->journals[transactions->n++] = journal;
	else
		p2p_journal_free(journal);
	return EXIT_DONE;
}

int transactions_read(const struct p2p_journals *journals, uint32_t only,
		      struct transactions *ret_transactions)
{
	uint32_t *ids = NULL, n = 0;
	struct p2p_err err = { "" };
	int code = EXIT_DONE;

	*ret_transactions = (struct transactions){ 0 };
	if (p2p_journals_list(journals, &ids, &n, &err))
		return complain(EXIT_WRITE, "%s", err.text);
	ret_transactions->journals =
		calloc(n ? n : 1, sizeof(*ret_transactions->journals));
	if (!ret_transactions->journals) {
		free(ids);
		return complain(EXIT_USAGE, "out of memory");
	}
	for (uint32_t i = 0; i < n; i++) {
		int one = EXIT_DONE;

		if (!only || ids[i] == only)
			one = read_one(journals, ids[i], only != 0, ret_transactions);
		code = code ? code : one;
	}
	free(ids);
	return code;
}

void transactions_done(struct transactions *transactions)
{
	for (uint32_t i = 0; i < transactions->n; i++)
		p2p_journal_free(transactions->journals[i]);
	free(transactions->journals);
}
