/* SPDX-License-Identifier: GPL-2.0-or-later */
/* By which kernel's rules a machine is judged, and on what CPU. */
#ifndef P2PTOOL_RULES_H
#define P2PTOOL_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/snapshot.h>
#include <p2ptool/topo.h>

/** A kernel version as major << 16 | minor. */
#define P2P_KERNEL(major, minor) ((uint32_t)(major) << 16 | (uint32_t)(minor))

/** The first kernel with P2PDMA, and the newest whose rules are known. */
#define P2P_KERNEL_OLDEST P2P_KERNEL(4, 20)
#define P2P_KERNEL_NEWEST P2P_KERNEL(7, 4)

/** cpu_supports_p2pdma() of the kernel knows only AMD from family 17h on. */
enum p2p_cpu { P2P_CPU_UNKNOWN = 0, P2P_CPU_ZEN, P2P_CPU_INTEL, P2P_CPU_OTHER };

/** Why a verdict is less than certain; several may hold. */
enum p2p_assumption {
	P2P_ASSUME_CPU = 1 << 0,        /* the CPU was inferred from host bridge ids */
	P2P_ASSUME_KERNEL = 1 << 1,     /* no kernel was told: the newest rules */
	P2P_ASSUME_DISTRO = 1 << 2,     /* a distribution's kernel, judged by its base */
	P2P_ASSUME_OLD_KERNEL = 1 << 3, /* rules before 5.15 are known from its history */
	P2P_ASSUME_DEVICE = 1 << 4,     /* a device loops requests among its functions */
	P2P_ASSUME_STRICT = 1 << 5,     /* completions without Relaxed Ordering */
	P2P_ASSUME_NO_EXTENDED = 1 << 6, /* the capture shows no extended space there */
	P2P_ASSUME_SNAPSHOT = 1 << 7,    /* registers as of an earlier snapshot */
};

struct p2p_rules {
	uint32_t kernel; /* P2P_KERNEL() */
	enum p2p_cpu cpu;
	enum p2p_tri p2pdma;  /* CONFIG_PCI_P2PDMA */
	enum p2p_iommu iommu; /* matters to kernels 5.2 and 5.3 */
	unsigned assumed;     /* of enum p2p_assumption: those that come from here */
};

/** Reads `6.8`, `6.12.117` or what uname -r prints. YES in @ret_distro when there is more
 * than numbers. -EINVAL when it is no version, -ENOENT when its rules are not known. */
P2P_PUBLIC int p2p_rules_parse_kernel(const char *text, uint32_t *ret_kernel,
				      enum p2p_tri *ret_distro, struct p2p_err *err);

/** Reads `zen`, `intel`, `other` or `VENDOR:FAMILY` (AuthenticAMD:25). 0 or -EINVAL. */
P2P_PUBLIC int p2p_rules_parse_cpu(const char *text, enum p2p_cpu *ret_cpu,
				   struct p2p_err *err);

/** The rules for a machine: what the system told, else inferred from host bridge ids,
 * else the newest kernel; each guess is noted in @assumed. @kernel and @cpu override and
 * may be NULL. 0, or -EINVAL, -ENOENT for what the two parse calls refuse. */
P2P_PUBLIC int p2p_rules_init(const struct p2p_snapshot *snapshot,
			      const struct p2p_facts *facts, const struct p2p_topo *topo,
			      const char *kernel, const char *cpu,
			      struct p2p_rules *ret_rules, struct p2p_err *err);

/** Whether @kernel's allowlist takes this host bridge representative for both or, with
 * @same_host, for one host bridge (host_bridge_whitelist, 2.4 of the rules). */
P2P_PUBLIC bool p2p_rules_host_allowed(uint32_t kernel, uint32_t vendor, uint32_t device,
				       bool same_host);

#endif
