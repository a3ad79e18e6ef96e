/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each guard watches over, and the words of verdicts and disks. */
#include "render/guard_say.h"

const char *const words_guard[] = {
	[P2P_GUARD_VFIO] =
		"a guest or a program has one of the devices, or is to have it",
	[P2P_GUARD_GROUPS] =
		"live IOMMU groups would reach each other, on a machine that "
		"uses VFIO",
	[P2P_GUARD_APU] = "the GPU of an AMD APU would lose redirect, and with it shared "
			  "virtual memory",
	[P2P_GUARD_SVM] = "PASID or PRI is on where redirect or forwarding would be lost",
	[P2P_GUARD_IN_USE] = "a process holds a device, or peer-to-peer memory is "
			     "allocated",
	[P2P_GUARD_BOOT_DISK] =
		"a disk in use could be cut off, or be reached by what no "
		"driver of this kernel commands",
	[P2P_GUARD_MPS] = "an end would be sent payloads or tags that it does not take",
	[P2P_GUARD_ERRATA] = "a control does harm on this device",
	[P2P_GUARD_CONTAINMENT] =
		"a violation of what is turned on would take a link down",
	[P2P_GUARD_EXTERNAL] = "a device hangs where anybody can plug one in",
	[P2P_GUARD_ROOT_PORT] = "a root port would be opened",
	[P2P_GUARD_GUEST] = "a virtual machine sees neither the real switches nor who "
			    "shares them",
	[P2P_GUARD_CONTAINER] = "the journal would be lost with the container",
	[P2P_GUARD_LOCKDOWN] = "the kernel refuses writes to config space",
};

const char *const words_guard_verdict[] = {
	[P2P_GUARD_CANNOT_TELL] = "cannot tell",
	[P2P_GUARD_PASS] = "pass",
	[P2P_GUARD_REFUSE] = "refuse",
	[P2P_GUARD_ALLOWED] = "allowed",
};

const char *const words_disk_use[] = {
	[P2P_DISK_MOUNT] = "mounted",
	[P2P_DISK_SWAP] = "swap",
	[P2P_DISK_DM] = "device mapper",
	[P2P_DISK_LVM] = "LVM",
	[P2P_DISK_MD] = "md",
};
