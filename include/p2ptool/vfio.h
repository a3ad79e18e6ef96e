/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether VFIO has a function, that is, hands it to a virtual machine or another
 * program. */
#ifndef P2PTOOL_VFIO_H
#define P2PTOOL_VFIO_H

#include <p2ptool/snapshot.h>

/** Whether a driver of that name is vfio-pci or one of its variants (mlx5_vfio_pci,
 * nvgrace-gpu-vfio-pci): all of the kernel's have vfio in their names. */
P2P_PUBLIC bool p2p_vfio_is_driver(const char *driver);

/** Whether VFIO has the function: the system says so (Linux 6.1 on), or such a driver is
 * bound, which captures of lspci tell. UNKNOWN where neither is told. */
P2P_PUBLIC enum p2p_tri p2p_vfio_has(const struct p2p_snapshot *snapshot,
				     uint32_t function);

#endif
