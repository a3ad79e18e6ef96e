/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever a file holds, it is read as one of the kinds that are known, or refused with a
 * sentence. */
#include "fuzz/target.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };

	if (memory_file_read(bytes, length, &snapshot, &err)) {
		PROMISE(!snapshot && err.text[0]);
		return 0;
	}
	PROMISE(snapshot);
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		PROMISE(p2p_snapshot_find(snapshot, snapshot->functions[i].bdf) == i);
	p2p_snapshot_free(snapshot);
	return 0;
}
