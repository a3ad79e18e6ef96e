/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A p2ptool capture becomes a snapshot again. */
#ifndef P2PTOOL_IO_SOURCE_CAPTURE_H
#define P2PTOOL_IO_SOURCE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include <p2ptool/snapshot.h>

/** Whether the text is one: its first line stands near the start, perhaps behind what a
 * terminal or a mail put before it. */
bool p2p_capture_is(const char *text, size_t length);

/** Fills @snapshot, which is not sealed, from the text it owns. What cannot be read is
 * noted as damage. 0, -ENOMEM, -E2BIG for more than P2P_FUNCTIONS_MAX functions, or
 * -EBADMSG for a version that is not known. */
int p2p_capture_read(struct p2p_snapshot *snapshot, struct p2p_err *err);

/** Takes one such line's value. 0, -EINVAL when it is none of this key, or -ENOMEM. */
int p2p_capture_take_system(struct p2p_snapshot *snapshot, const char *key,
			    const char *value);

/** Takes lines `# system.KEY VALUE` out of any other text that @snapshot owns, as the
 * recipe of p2ptool-capture(8) writes them beside the output of lspci. 0 or -ENOMEM. */
int p2p_capture_tell(struct p2p_snapshot *snapshot);

#endif
