/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which members of an archive are of use, by the place they have in it: files of sysfs
 * and /proc. What else it holds is known by its content. */
#ifndef P2PTOOL_IO_WANTED_H
#define P2PTOOL_IO_WANTED_H

#include <stddef.h>

#include <p2ptool/tri.h>

enum p2p_wanted {
	P2P_WANTED_BY_CONTENT = 0,
	P2P_WANTED_SYSFS, /* what it tells of PCI and IOMMUs */
	P2P_WANTED_CMDLINE,
	P2P_WANTED_CPUINFO,
	P2P_WANTED_UNAME,
	P2P_WANTED_HOSTNAME,
	P2P_WANTED_CONFIG, /* of a kernel, perhaps compressed */
	P2P_WANTED_PAGE,   /* what linux-sysinfo-snapshot makes of small files */
};

/** What a member with this clean name is. */
enum p2p_wanted p2p_wanted(const char *name);

/** How much of its beginning is kept. */
size_t p2p_wanted_size(enum p2p_wanted wanted);

/** Whether a kernel's configuration is by its name the one of @release, as uname -r
 * prints it: YES, NO, or UNKNOWN when the name does not say it. */
enum p2p_tri p2p_wanted_is_of(const char *name, const char *release);

#endif
