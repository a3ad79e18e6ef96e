/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine tells about itself beside its functions. */
#ifndef P2PTOOL_IO_HOST_H
#define P2PTOOL_IO_HOST_H

#include <p2ptool/snapshot.h>

#include "io/sysfs.h"

/** Fills the names, the processor, the kernel's configuration, the IOMMU's mode and our
 * privileges in @snapshot's system. When @sysfs is not this machine's, only what that
 * tree tells, the IOMMU, and what a copy of proc beside it does. What cannot be learnt
 * stays unknown. 0 or -ENOMEM. */
int p2p_host_fill(const struct p2p_sysfs *sysfs, struct p2p_snapshot *snapshot);

#endif
