/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether VFIO has a function, that is, hands it to a virtual machine or another
 * program, and which devices it is told to take. */
#ifndef P2PTOOL_VFIO_H
#define P2PTOOL_VFIO_H

#include <p2ptool/snapshot.h>

/** Whether a driver of that name is vfio-pci or one of its variants (mlx5_vfio_pci,
 * nvgrace-gpu-vfio-pci): all of the kernel's have vfio in their names. */
P2P_PUBLIC bool p2p_vfio_is_driver(const char *driver);

/** Whether such a driver, one of UIO (uio_pci_generic, igb_uio) or pci-stub has the name:
 * it leaves the device to somebody outside of the kernel. */
P2P_PUBLIC bool p2p_vfio_gives_away(const char *driver);

/** Whether VFIO has the function: the system says so (Linux 6.1 on), or such a driver is
 * bound, which captures of lspci tell. UNKNOWN where neither is told. */
P2P_PUBLIC enum p2p_tri p2p_vfio_has(const struct p2p_snapshot *snapshot,
				     uint32_t function);

/** An entry of the parameter `ids` of vfio-pci and pci-stub; P2P_VFIO_ANY: whichever. */
#define P2P_VFIO_ANY UINT32_MAX
struct p2p_vfio_id {
	uint32_t vendor, device, subvendor, subdevice;
	uint32_t class, class_mask; /* bits of the class that count */
};

/** Whether the module of that name, in either spelling (vfio-pci, vfio_pci), has the
 * parameter. */
P2P_PUBLIC bool p2p_vfio_takes_ids(const char *module, size_t length);

/** Reads `10de:2330,10de:1aef:10de:1aef:040300:ffff00`, at most @most entries; those that
 * do not parse are left out, as the kernel does it. Returns their number. */
P2P_PUBLIC unsigned p2p_vfio_read_ids(const char *text, size_t length, unsigned most,
				      struct p2p_vfio_id *ret_ids);

#endif
