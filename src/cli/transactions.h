/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The transactions that the journals tell of. */
#ifndef P2PTOOL_CLI_TRANSACTIONS_H
#define P2PTOOL_CLI_TRANSACTIONS_H

#include "cli/cmd.h"
#include "io/journal_file.h"

struct transactions {
	struct p2p_journal **journals; /* the lowest number first */
	uint32_t n;
	uint32_t n_damaged; /* journals that could not be read */
};

/** Reads those that are open; with @only, unless it is 0, that one alone, open or not.
 * Complains of those that are damaged. EXIT_DONE, or a code after it has complained. */
int transactions_read(const struct p2p_journals *journals, uint32_t only,
		      struct transactions *ret_transactions);
void transactions_done(struct transactions *transactions);

#endif
