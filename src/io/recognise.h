/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a text is, by what it says and never by its name. */
#ifndef P2PTOOL_IO_RECOGNISE_H
#define P2PTOOL_IO_RECOGNISE_H

#include <p2ptool/source.h>

#include "io/span.h"

/** How much of the beginning decides. */
#define P2P_RECOGNISED_BY ((size_t)65536)

/** The kind of the text; P2P_SOURCE_ANY when it looks like none. Text without a line that
 * lspci would print with registers is none. */
enum p2p_source_kind p2p_recognise(struct span text);

/** A tar archive, by the checksum of its first header. */
bool p2p_is_tar(struct span bytes);

#endif
