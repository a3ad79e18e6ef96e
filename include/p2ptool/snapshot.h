/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that was read of a machine, undecoded: per function its config bytes and which of
 * them were seen, and what the system told beside them. A source fills it with the calls
 * below and seals it; from then on it is const. */
#ifndef P2PTOOL_SNAPSHOT_H
#define P2PTOOL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <p2ptool/bdf.h>
#include <p2ptool/cfg.h>
#include <p2ptool/err.h>
#include <p2ptool/tri.h>

/** Most functions a snapshot takes: 16 full PCI domains. More: an error of the input. */
#define P2P_FUNCTIONS_MAX (16u * 65536u)

/** A string of the snapshot; 0 is "not told". See p2p_snapshot_string(). */
typedef uint32_t p2p_string;

/** Numbers that a system may not tell. */
#define P2P_NOT_TOLD (-2)

enum p2p_power {
	P2P_POWER_UNKNOWN = 0,
	P2P_POWER_D0,
	P2P_POWER_D1,
	P2P_POWER_D2,
	P2P_POWER_D3HOT,
	P2P_POWER_D3COLD,
};

enum p2p_above {
	P2P_ABOVE_UNKNOWN = 0, /* to be found by bus numbers */
	P2P_ABOVE_ROOT,        /* the system says: directly on a root bus */
	P2P_ABOVE_FUNCTION,    /* the system says: below the bridge @parent */
};

/** The name of a function in a subsystem: net/ens1f0, nvme/nvme0, infiniband/mlx5_0. */
struct p2p_name {
	p2p_string subsystem;
	p2p_string name;
};

/** Peer-to-peer memory that the function's driver offers (sysfs p2pmem/). */
struct p2p_p2pmem {
	enum p2p_tri present;
	uint64_t size;
	uint64_t available;
	enum p2p_tri published;
};

/** Link speed in units of 0.1 GT/s and width in lanes, now and at most; 0: not told. */
struct p2p_link {
	unsigned speed, width, max_speed, max_width;
};

/** What was read of one function. Numbers that were not told are P2P_NOT_TOLD; the
 * decoder then takes the value from config space. */
struct p2p_function {
	struct p2p_bdf bdf;
	uint32_t first_extent, n_extents;
	uint32_t first_name, n_names;
	int32_t vendor, device; /* told by the system: a VF's registers read all-ones */
	int32_t class_code;     /* 24 bits: class, subclass, programming interface */
	int32_t numa;           /* -1: the system says it belongs to no node */
	int32_t group;          /* live IOMMU group; -1: none */
	p2p_string group_type;  /* of its domain, as sysfs says it: DMA-FQ, identity */
	int32_t config_size;    /* the kernel's dev->cfg_size: 256 or 4096 */
	p2p_string driver;
	p2p_string
		driver_override; /* the only driver that may bind; 0: any, or not told */
	enum p2p_tri vfio;       /* bound to VFIO: to be given to a guest or a process */
	p2p_string slot;
	p2p_string vendor_name, device_name;
	enum p2p_above above;
	struct p2p_bdf parent;
	enum p2p_tri is_vf;
	struct p2p_bdf physfn;      /* when is_vf is YES and a system told; else as bdf */
	enum p2p_tri is_behind_vmd; /* in a PCI domain that a VMD function made ... */
	struct p2p_bdf vmd;         /* ... this one, under whose id it does DMA */
	enum p2p_tri removable; /* the kernel says so: below an external-facing port */
	enum p2p_power power;
	enum p2p_tri denied; /* bytes beyond the header need more privilege */
	struct p2p_p2pmem p2pmem;
	struct p2p_link link; /* told where the registers are out of reach */
	uint64_t bar_size[6]; /* 0: not told */
};

enum p2p_iommu {
	P2P_IOMMU_UNKNOWN = 0,
	P2P_IOMMU_OFF,
	P2P_IOMMU_IDENTITY,
	P2P_IOMMU_TRANSLATED,
	P2P_IOMMU_MIXED,
};

/** What the system told about itself. */
struct p2p_system {
	p2p_string source;     /* "live", or the capture's name */
	p2p_string kind;       /* what the input was recognised as */
	p2p_string origin;     /* the kind of what a p2ptool capture was made of */
	p2p_string host;       /* node name */
	p2p_string kernel;     /* as uname -r prints it */
	p2p_string cmdline;    /* the kernel's, when has_cmdline is YES (it may be "") */
	p2p_string iommu_name; /* intel, amd, arm-smmu-v3 */
	p2p_string cpu_vendor; /* as in /proc/cpuinfo: AuthenticAMD */
	p2p_string boot_id;    /* the kernel's, new with each boot */
	int64_t time;  /* when it was read, seconds since 1970 in UTC; 0: not told */
	int64_t as_of; /* ... and when registers were that come from an earlier capture
			* of the same boot; 0: none do */
	int32_t cpu_family; /* P2P_NOT_TOLD when unknown */
	enum p2p_iommu iommu;
	enum p2p_tri p2pdma; /* CONFIG_PCI_P2PDMA */
	enum p2p_tri has_cmdline;
	enum p2p_tri live; /* YES: registers were read from this machine */
	enum p2p_tri told; /* YES: a running system told what is beside the registers,
			    * now or when captured: what it did not tell is not there */
	enum p2p_tri privileged; /* CAP_SYS_ADMIN in the initial user namespace */
	enum p2p_tri container;  /* root of a user namespace that is not the host's */
	enum p2p_tri extended;   /* NO: nothing beyond 256 bytes was ever asked for */
};

/** Whether a running system told what stands beside the registers. */
static inline bool p2p_system_told(const struct p2p_system *system)
{
	return system->live == P2P_YES || system->told == P2P_YES;
}

/** Something in the input that could not be read. @line is 1-based, 0 if none;
 * @function: of which function it was told, when @has_function. */
struct p2p_damage {
	uint64_t line;
	p2p_string text;
	bool has_function;
	struct p2p_bdf function;
};

/** Flat arrays, sorted by address after p2p_snapshot_seal(). */
struct p2p_snapshot {
	struct p2p_system system;
	struct p2p_function *functions;
	uint32_t n_functions;
	struct p2p_extent *extents;
	uint32_t n_extents;
	struct p2p_name *names;
	uint32_t n_names;
	struct p2p_damage *damage;
	uint32_t n_damage;      /* kept; more may have been seen */
	uint64_t n_damage_seen; /* all */
	p2p_string *remarks;    /* how the input was read, for those who ask */
	uint32_t n_remarks;
	p2p_string warning; /* ... and what everybody should know of that */
	const char *text;   /* what P2P_HEX extents point into; freed by @release */
	size_t text_length;
	struct p2p_snapshot_store *store; /* pools and their capacities */
	void (*release)(void *text, size_t length);
};

/** An empty snapshot, or NULL without memory. */
P2P_PUBLIC struct p2p_snapshot *p2p_snapshot_new(void);
P2P_PUBLIC void p2p_snapshot_free(struct p2p_snapshot *snapshot);

/** The text of a string, "" for 0. Valid until the snapshot changes or is freed. */
P2P_PUBLIC const char *p2p_snapshot_string(const struct p2p_snapshot *snapshot,
					   p2p_string string);

/** Keeps a copy of @length bytes of text; equal texts may share. 0 for an empty one. */
P2P_PUBLIC p2p_string p2p_snapshot_keep(struct p2p_snapshot *snapshot, const char *text,
					size_t length);

/** Begins a function. Everything added next (bytes, names) is its own. Returns it with
 * every number not told, or NULL when P2P_FUNCTIONS_MAX or memory is exceeded. The
 * pointer is valid until the next call. The same address may be begun again. */
P2P_PUBLIC struct p2p_function *p2p_snapshot_begin(struct p2p_snapshot *snapshot,
						   struct p2p_bdf bdf);

/** Adds bytes seen at @offset of the function begun last. 0 or -ENOMEM, -ERANGE. Bytes
 * seen before keep their value. */
P2P_PUBLIC int p2p_snapshot_add_bytes(struct p2p_snapshot *snapshot, unsigned offset,
				      const void *bytes, unsigned length);

/** Adds the bits of @mask of a register of @width bytes. */
P2P_PUBLIC int p2p_snapshot_add_bits(struct p2p_snapshot *snapshot, unsigned offset,
				     unsigned width, struct p2p_reg reg);

/** Adds @length bytes of one row written in hexadecimal, whose first digit is @at in the
 * text; a row that continues the run before is joined to it. 0, -ENOMEM, or -ERANGE when
 * the bytes reach beyond the 16 of their row. */
P2P_PUBLIC int p2p_snapshot_add_hex(struct p2p_snapshot *snapshot, unsigned offset,
				    unsigned length, uint64_t at);

/** Adds a name to the function begun last. */
P2P_PUBLIC int p2p_snapshot_add_name(struct p2p_snapshot *snapshot, const char *subsystem,
				     const char *name);

/** Notes damage, in the function begun last; after the first 1000 only counts it. */
P2P_PUBLIC void p2p_snapshot_add_damage(struct p2p_snapshot *snapshot, uint64_t line,
					const char *format, ...) P2P_PRINTF(3);

/** Adds a remark on how the input was read; after the first 1000 it is dropped. */
P2P_PUBLIC void p2p_snapshot_add_remark(struct p2p_snapshot *snapshot, const char *format,
					...) P2P_PRINTF(2);

/** Sorts by address, merges functions that were begun more than once (the first value
 * seen wins), sorts and disjoins each one's extents. 0 or -ENOMEM. */
P2P_PUBLIC int p2p_snapshot_seal(struct p2p_snapshot *snapshot, struct p2p_err *err);

/** Takes out what tells a machine from others of its kind: serial numbers, the host's
 * name, hardware addresses in names, values of the kernel's command line that are not
 * about PCI. Only after p2p_snapshot_seal(). 0 or -ENOMEM. */
P2P_PUBLIC int p2p_snapshot_redact(struct p2p_snapshot *snapshot, struct p2p_err *err);

/** The view of a function's config space. Only after p2p_snapshot_seal(). */
P2P_PUBLIC struct p2p_cfg p2p_snapshot_cfg(const struct p2p_snapshot *snapshot,
					   uint32_t function);

/** The index of an address, or P2P_NONE. Only after p2p_snapshot_seal(). */
P2P_PUBLIC uint32_t p2p_snapshot_find(const struct p2p_snapshot *snapshot,
				      struct p2p_bdf bdf);

#endif
