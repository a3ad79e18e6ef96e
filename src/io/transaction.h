/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a transaction reaches this machine by: registers in sysfs, runtime power
 * management, and the journal on disk. */
#ifndef P2PTOOL_IO_TRANSACTION_H
#define P2PTOOL_IO_TRANSACTION_H

#include "io/journal_file.h"
#include "io/registers.h"

/** Borrows all. The transaction of @journal is that of @registers. */
struct p2p_transaction {
	struct p2p_registers *registers;
	const struct p2p_journals *journals;
	struct p2p_journal *journal;
	bool (*stop)(void *data); /* NULL: nothing */
	void *data;
};

/** Valid as long as @transaction is. */
struct p2p_apply_calls p2p_transaction_calls(struct p2p_transaction *transaction);

#endif
