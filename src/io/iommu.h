/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether and how IOMMUs translate. */
#ifndef P2PTOOL_IO_IOMMU_H
#define P2PTOOL_IO_IOMMU_H

#include <p2ptool/snapshot.h>

#include "io/sysfs.h"

/** Fills the IOMMU's name and mode from the tree. Only of this machine's does an empty
 * list of IOMMUs mean off. 0 or -ENOMEM. */
int p2p_iommu_fill(const struct p2p_sysfs *sysfs, struct p2p_snapshot *snapshot);

/** The mode of a machine whose groups seen so far make @all, and that has one of @type
 * (identity, DMA, DMA-FQ) as well. */
enum p2p_iommu p2p_iommu_join(enum p2p_iommu all, const char *type);

#endif
