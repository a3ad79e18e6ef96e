/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a system tells about itself in small texts: cpuinfo, cmdline, uname. */
#ifndef P2PTOOL_IO_HOST_TEXT_H
#define P2PTOOL_IO_HOST_TEXT_H

#include <p2ptool/snapshot.h>

/** Fills the processor's vendor and family from the beginning of /proc/cpuinfo, or
 * from what lscpu prints. 0 or -ENOMEM, as the others. */
int p2p_told_cpu(struct p2p_snapshot *snapshot, const char *text);

/** Fills the kernel's command line. */
int p2p_told_cmdline(struct p2p_snapshot *snapshot, const char *text);

/** Fills node name and kernel from what uname -a prints, or the kernel from uname -r.
 * Text that is neither tells nothing. */
int p2p_told_uname(struct p2p_snapshot *snapshot, const char *text);

/** Fills the node name from a text that holds it. */
int p2p_told_host(struct p2p_snapshot *snapshot, const char *text);

/** What a line of a kernel's configuration makes of what the lines before it told of
 * CONFIG_PCI_P2PDMA. An option whose own conditions fail is not mentioned at all: "not
 * there" is a no, but only in a whole configuration, which CONFIG_PCI vouches for, and
 * whose end the caller has to see. */
enum p2p_tri p2p_told_option(enum p2p_tri so_far, const char *line);

#endif
