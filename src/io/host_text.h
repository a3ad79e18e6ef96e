/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a system tells about itself in small texts: cpuinfo, cmdline, uname. */
#ifndef P2PTOOL_IO_HOST_TEXT_H
#define P2PTOOL_IO_HOST_TEXT_H

#include <p2ptool/snapshot.h>

#include "io/span.h"

/** Fills the processor's vendor and family from the beginning of /proc/cpuinfo. 0 or
 * -ENOMEM, as the others. */
int p2p_told_cpu(struct p2p_snapshot *snapshot, const char *text);

/** Fills the kernel's command line. */
int p2p_told_cmdline(struct p2p_snapshot *snapshot, const char *text);

/** Fills node name and kernel from what uname -a prints, or the kernel from uname -r.
 * Text that is neither tells nothing. */
int p2p_told_uname(struct p2p_snapshot *snapshot, const char *text);

/** Fills the node name from a text that holds it. */
int p2p_told_host(struct p2p_snapshot *snapshot, const char *text);

/** Whether a whole kernel configuration has P2PDMA; one that is cut only says yes. */
void p2p_told_config(struct p2p_snapshot *snapshot, struct span text);

#endif
