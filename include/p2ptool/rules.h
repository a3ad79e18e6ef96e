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
	P2P_ASSUME_OLD_KERNEL = 1 << 3, /* rules before 5.16 are known from its history */
	P2P_ASSUME_DEVICE = 1 << 4,     /* a device loops requests among its functions */
	P2P_ASSUME_STRICT = 1 << 5,     /* completions without Relaxed Ordering */
	P2P_ASSUME_NO_EXTENDED = 1 << 6, /* the capture shows no extended space there */
	P2P_ASSUME_SNAPSHOT = 1 << 7,    /* registers as of an earlier snapshot */
	P2P_ASSUME_CHIPSET = 1 << 8,     /* the kernel isolated the root ports of an Intel
				      * chipset, which config space does not show */
	P2P_ASSUME_IVRS = 1 << 9,        /* whether firmware describes an AMD IOMMU */
	P2P_ASSUME_VMD = 1 << 10,        /* which VMD function made a PCI domain */
	P2P_ASSUME_ALIASES = 1 << 11,    /* requester ids in a table behind a BAR */
	P2P_ASSUME_IOMMU = 1 << 12,      /* whether a boot has the IOMMU on */
	P2P_ASSUME_FIRMWARE = 1 << 13,   /* ACS controls as the firmware leaves them */
	P2P_ASSUME_EXTERNAL = 1 << 14,   /* which ports are external-facing */
	P2P_ASSUME_PATCH =
		1 << 15, /* the last of a stable series with a fix, 6.12 to 6.14 */
	P2P_ASSUME_SINGLE = 1 << 16, /* a device of which one function is seen has one */
};

struct p2p_rules {
	uint32_t kernel; /* P2P_KERNEL() */
	int32_t patch;   /* 117 of 6.12.117; P2P_NOT_TOLD for a version of two numbers */
	enum p2p_cpu cpu;
	enum p2p_tri p2pdma;  /* CONFIG_PCI_P2PDMA */
	enum p2p_iommu iommu; /* matters to kernels 5.2 and 5.3 */
	unsigned assumed;     /* of enum p2p_assumption: those that come from here */
};

/** Reads `6.8`, `6.12.117` or what uname -r prints into @kernel and @patch of
 * @ret_rules, the rest of which it leaves. YES in @ret_distro when there is more than
 * numbers. -EINVAL when it is no version, -ENOENT when its rules are not known. */
P2P_PUBLIC int p2p_rules_parse_kernel(const char *text, struct p2p_rules *ret_rules,
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

/** What an ACS control does to some devices, whatever IOMMU groups ask for. */
enum p2p_hazard_kind {
	P2P_HAZARD_STORE_FORWARD, /* RR works only while the switch stores and forwards */
	P2P_HAZARD_NO_SV, /* SV drops completions: devices that come later stay unseen */
};

/** A device with an erratum. From kernel @heeded on Linux works around it itself, in
 * @source; longterm series do so from @stable on. */
struct p2p_hazard {
	uint16_t vendor, device;
	enum p2p_hazard_kind kind;
	uint32_t heeded, stable;
	const char *source;
	const char *erratum; /* as its maker names it */
};

/** The hazard of a function, by its ids; NULL for none. */
P2P_PUBLIC const struct p2p_hazard *p2p_rules_hazard(const struct p2p_facts *facts);

/** True if @kernel treats the function as one with this hazard. */
P2P_PUBLIC bool p2p_rules_heeds(enum p2p_hazard_kind kind, uint32_t kernel,
				const struct p2p_facts *facts);

#endif
