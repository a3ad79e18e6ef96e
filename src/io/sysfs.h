/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sysfs tree, the machine's own, a copy, or what an archive holds of one: where it is,
 * and how short texts and links are read out of it. */
#ifndef P2PTOOL_IO_SYSFS_H
#define P2PTOOL_IO_SYSFS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include <p2ptool/bdf.h>
#include <p2ptool/err.h>
#include <p2ptool/snapshot.h>

#include "io/members.h"

/** Longest text read of one attribute, terminator included. */
#define P2P_SYSFS_TEXT_SIZE 512

/** Longest link read, terminator included. */
#define P2P_SYSFS_LINK_SIZE 1024

#define P2P_SYSFS_DEVICES "bus/pci/devices"

/** @path is the tree's root, @root and @devices (bus/pci/devices) are open directories.
 * @is_live: the kernel's own sysfs, not a copy: what is absent there does not exist.
 * @members: where @path is, if it is in an archive and not in the file system. */
struct p2p_sysfs {
	char *path;
	int root, devices;
	bool is_live;
	const struct p2p_members *members;
};

/** True for a directory that is a sysfs tree, or has the kernel's own mounted as sys. */
bool p2p_sysfs_is(const char *directory);

/** Opens /sys when @directory is NULL, else the tree in @directory or @directory/sys.
 * The caller closes @ret_sysfs. -ENOENT when there is no PCI bus in it, -ENOMEM. */
int p2p_sysfs_open(const char *directory, struct p2p_sysfs *ret_sysfs,
		   struct p2p_err *err);
void p2p_sysfs_close(struct p2p_sysfs *sysfs);

/** Reads at most @size - 1 characters of a file, without the line end. Returns their
 * number, or a negative errno (then @ret_text is empty). Never blocks on a pipe. */
int p2p_sysfs_text(int directory, const char *path, char *ret_text, size_t size);

/** The last component of a link's target, in @ret_text; NULL if it is no link. */
const char *p2p_sysfs_link(int directory, const char *path,
			   char ret_text[P2P_SYSFS_LINK_SIZE]);

/** The same by the path from the tree's root, of every kind of tree. */
int p2p_sysfs_get(const struct p2p_sysfs *sysfs, const char *path, char *ret_text,
		  size_t size);
const char *p2p_sysfs_target(const struct p2p_sysfs *sysfs, const char *path,
			     char ret_text[P2P_SYSFS_LINK_SIZE]);

/** Whether there is something at that path. NO only of the kernel's own tree. */
enum p2p_tri p2p_sysfs_has(const struct p2p_sysfs *sysfs, const char *path);

/** A walk over the names in one directory. */
struct p2p_sysfs_walk {
	DIR *directory; /* NULL in an archive */
	struct p2p_members_walk members;
};

/** Begins the walk, which p2p_sysfs_end() ends; false when there is no directory. */
bool p2p_sysfs_walk(const struct p2p_sysfs *sysfs, const char *path,
		    struct p2p_sysfs_walk *ret_walk);
const char *p2p_sysfs_step(struct p2p_sysfs_walk *walk);
void p2p_sysfs_end(struct p2p_sysfs_walk *walk);

/** True when @name is an address as the kernel writes it; libpci finds no other. */
bool p2p_sysfs_is_address(const char *name, struct p2p_bdf *ret_bdf);

/** Opens a directory below another; NULL when there is none. The caller closes it. */
DIR *p2p_sysfs_directory(int directory, const char *path);

/** The next name in a directory that is not hidden; NULL at its end. */
const char *p2p_sysfs_next(DIR *directory);

/** Fills what sysfs tells about the function in the directory @name (an address as the
 * kernel writes it), config space left alone. @function is the one begun last. */
void p2p_sysfs_fill(const struct p2p_sysfs *sysfs, const char *name,
		    struct p2p_snapshot *snapshot, struct p2p_function *function);

/** Fills where the function hangs from the path of its directory, which is cut up. */
void p2p_sysfs_fill_above(char *place, bool is_live, struct p2p_function *function);

/** Fills the link that sysfs shows to everybody. Four opens: for functions whose
 * registers are out of reach. */
void p2p_sysfs_fill_link(const struct p2p_sysfs *sysfs, const char *name,
			 struct p2p_function *function);

/** Reads the sizes of the BARs. Returns a bit for each BAR register that is in use; all
 * when that is not told. */
#define P2P_SYSFS_ALL_BARS 0x3fu
unsigned p2p_sysfs_fill_bars(const struct p2p_sysfs *sysfs, const char *name,
			     struct p2p_function *function);

/** Reads vendor, device and class, for functions whose own registers do not tell. */
void p2p_sysfs_fill_ids(const struct p2p_sysfs *sysfs, const char *name,
			struct p2p_function *function);

/** Reads the power state anew. */
enum p2p_power p2p_sysfs_power(const struct p2p_sysfs *sysfs, const char *name);

#endif
