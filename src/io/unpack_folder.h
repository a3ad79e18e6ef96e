/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a directory, as the members of an archive of it would be. */
#ifndef P2PTOOL_IO_UNPACK_FOLDER_H
#define P2PTOOL_IO_UNPACK_FOLDER_H

#include "io/unpack.h"

/** Reads what is of use below @ret_plain->name into @ret_plain, whose rest is zeroed, and
 * fills @members as p2p_unpack() does. No link is followed, and nothing is opened that is
 * neither a file nor a directory, nor in another file system. What cannot be read goes to
 * @snapshot as damage. 0 or a negative errno. */
int p2p_unpack_folder(struct p2p_input *ret_plain, const struct p2p_unpack_limits *limits,
		      struct p2p_snapshot *snapshot, struct p2p_members *members,
		      struct p2p_err *err);

#endif
