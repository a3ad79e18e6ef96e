/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of an archive, one after the other. */
#ifndef P2PTOOL_IO_UNPACK_TAR_H
#define P2PTOOL_IO_UNPACK_TAR_H

#include <archive.h>
#include <archive_entry.h>

#include "io/content.h"

/** Reads them all, from @entry on, whose header was read with @state. */
int p2p_unpack_tar(struct p2p_unpacking *unpacking, struct archive *archive,
		   struct archive_entry *entry, int state);

#endif
