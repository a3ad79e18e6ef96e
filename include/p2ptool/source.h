/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where snapshots come from: this machine, another sysfs tree, or a capture. */
#ifndef P2PTOOL_SOURCE_H
#define P2PTOOL_SOURCE_H

#include <stdbool.h>

#include <p2ptool/err.h>
#include <p2ptool/snapshot.h>

struct p2p_live_options {
	const char *sysfs; /* another tree: a directory with bus/pci; NULL for /sys */
	bool wake;         /* read functions that sleep in D3cold, which resumes them */
	bool full;         /* every byte of config space, as lspci -xxxx does */
};

/** Reads this machine (or the tree @options->sysfs) through libpci's sysfs back end:
 * header, capability chains and the registers that later stages use, nothing else unless
 * @options->full.
 * The caller owns @ret_snapshot, which is sealed. Functions that cannot be read are in
 * it with fewer bytes. Errors: -ENOENT without a PCI bus in sysfs, -ENOMEM, -EIO. */
P2P_PUBLIC int p2p_source_live(const struct p2p_live_options *options,
			       struct p2p_snapshot **ret_snapshot, struct p2p_err *err);

/** What a capture may be. */
enum p2p_source_kind {
	P2P_SOURCE_ANY = 0,   /* to be recognised */
	P2P_SOURCE_LSPCI,     /* what lspci prints: rows of bytes, listings, or both */
	P2P_SOURCE_SYSFS,     /* a copy of a sysfs tree: a directory, or in an archive */
	P2P_SOURCE_TAR,       /* an archive with any of these in it */
	P2P_SOURCE_NVIDIA,    /* nvidia-bug-report.log */
	P2P_SOURCE_RDMA_TOPO, /* rdma_topo dump */
	P2P_SOURCE_CAPTURE,   /* p2ptool's own */
};

/** Reads a capture of the kind @as: text or an archive, plain or compressed with gzip,
 * xz, zstd or bzip2, or the directory of a sysfs tree; "-" is standard input.
 * P2P_SOURCE_ANY goes by the content, never by the name. Of several machines in an
 * archive the first is read. What could not be read is listed as damage. The caller owns
 * @ret_snapshot, which is sealed. Errors: -EBADMSG when the content is no capture, or
 * none of that kind; otherwise the errno of what failed. */
P2P_PUBLIC int p2p_source_file_as(const char *path, enum p2p_source_kind as,
				  struct p2p_snapshot **ret_snapshot,
				  struct p2p_err *err);

/** The same, going by the content. */
P2P_PUBLIC int p2p_source_file(const char *path, struct p2p_snapshot **ret_snapshot,
			       struct p2p_err *err);

/** Where p2ptool-snapshot.service keeps a capture of this boot. */
#define P2P_SAVED_PATH "/run/p2ptool/snapshot"

/** Adds to @live, sealed, the registers that were denied to it, out of a capture that
 * root made of the same boot and the same functions, and notes as of when they are. 0; or
 * a negative errno, and @live is as before: -EPERM when somebody else than root may have
 * written @path, -ESTALE when it is of another boot or other functions. */
P2P_PUBLIC int p2p_source_saved(const char *path, struct p2p_snapshot *live,
				struct p2p_err *err);

/** Fills vendor_name and device_name of each function from libpci's pci.ids; names that
 * the capture itself told stay. Unknown ids stay without a name. 0 or -ENOMEM. */
P2P_PUBLIC int p2p_source_names(struct p2p_snapshot *snapshot, struct p2p_err *err);

#endif
