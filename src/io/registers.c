/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers through the files `config` of sysfs: an access is one pread or pwrite, which
 * the kernel turns into one access of that width. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/registers.h"

#define OPEN_CONFIG (O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

/* What an access is about. */
struct access {
	struct p2p_registers *registers;
	uint32_t function;
	uint16_t offset;
	uint8_t width;
};

int p2p_registers_new(const char *sysfs, const struct p2p_apply *apply,
		      struct p2p_registers **ret_registers, struct p2p_err *err)
{
	struct p2p_registers *registers = calloc(1, sizeof(*registers));
	int *files = calloc(apply->n_functions + 1u, sizeof(*files)), result = -ENOMEM;

	if (!registers || !files)
		p2p_err_set(err, result, "no memory for the registers");
	else
		result = p2p_sysfs_open(sysfs, &registers->sysfs, err);
	if (result) {
		free(files);
		free(registers);
		return result;
	}
	for (uint32_t i = 0; i < apply->n_functions; i++)
		files[i] = -1;
	registers->apply = apply;
	registers->files = files;
	*ret_registers = registers;
	return 0;
}

void p2p_registers_free(struct p2p_registers *registers)
{
	if (!registers)
		return;
	for (uint32_t i = 0; i < registers->apply->n_functions; i++)
		if (registers->files[i] >= 0)
			close(registers->files[i]);
	p2p_sysfs_close(&registers->sysfs);
	free(registers->files);
	free(registers);
}

/* One function stands for all: they are in one mount. */
static bool is_read_only(const struct p2p_sysfs *sysfs)
{
	struct p2p_sysfs_walk walk;
	bool is = false;
	const char *name;

	if (!p2p_sysfs_walk(sysfs, P2P_SYSFS_DEVICES, &walk))
		return false;
	name = p2p_sysfs_step(&walk);
	if (name) {
		char path[P2P_SYSFS_LINK_SIZE];

		snprintf(path, sizeof(path), "%s/config", name);
		is = faccessat(sysfs->devices, path, W_OK, 0) && errno == EROFS;
	}
	p2p_sysfs_end(&walk);
	return is;
}

int p2p_registers_check(const char *sysfs, struct p2p_err *err)
{
	struct p2p_sysfs tree;
	int result = p2p_sysfs_open(sysfs, &tree, err);
	bool is;

	if (result)
		return result;
	is = is_read_only(&tree);
	p2p_sysfs_close(&tree);
	return is ? p2p_err_set(err, -EROFS,
				"%s: is mounted read-only here, as in a container: no "
				"register can be written (run on the host)",
				sysfs ? sysfs : "/sys") :
		    0;
}

static const char *name_of(const struct access *access, char ret_name[P2P_BDF_SIZE])
{
	return p2p_bdf_format(access->registers->apply->functions[access->function].bdf,
			      ret_name);
}

static int say_open(const struct access *access, int result, struct p2p_err *err)
{
	char name[P2P_BDF_SIZE];

	name_of(access, name);
	switch (result) {
	case -ENOENT:
	case -ENODEV:
		return p2p_err_set(err, -ENODEV, "%s: is not there any more", name);
	case -EACCES:
	case -EPERM:
		return p2p_err_set(err, -EPERM,
				   "%s: its config space may not be written (that needs "
				   "root)",
				   name);
	case -EROFS:
		return p2p_err_set(err, result,
				   "%s: sysfs is mounted read-only here, as in a "
				   "container (run on the host)",
				   name);
	default:
		return p2p_err_set(err, result, "%s: config space: %s", name,
				   strerror(-result));
	}
}

static int open_config(const struct access *access, struct p2p_err *err)
{
	char path[P2P_BDF_SIZE + 8], name[P2P_BDF_SIZE];
	int *file = &access->registers->files[access->function];
	struct stat status;

	if (*file >= 0)
		return 0;
	snprintf(path, sizeof(path), "%s/config", name_of(access, name));
	*file = openat(access->registers->sysfs.devices, path, OPEN_CONFIG);
	if (*file < 0)
		return say_open(access, -errno, err);
	if (!fstat(*file, &status) && S_ISREG(status.st_mode))
		return 0;
	close(*file);
	*file = -1;
	return p2p_err_set(err, -EIO, "%s: config is no plain file in this tree", name);
}

/* Beyond the end a copy of a tree would grow, and the kernel's own reads nothing. */
static int check_end(const struct access *access, struct p2p_err *err)
{
	struct stat status;
	char name[P2P_BDF_SIZE];

	if (fstat(access->registers->files[access->function], &status))
		return say_open(access, -errno, err);
	if (access->offset + access->width / 8 <= status.st_size)
		return 0;
	return p2p_err_set(err, -EIO,
			   "%s: config space ends at 0x%llx, before register 0x%03x",
			   name_of(access, name), (unsigned long long)status.st_size,
			   access->offset);
}

static int prepare(const struct access *access, struct p2p_err *err)
{
	int result;

	if ((access->width != 16 && access->width != 32) ||
	    access->offset % (access->width / 8))
		return p2p_err_set(err, -EINVAL, "register 0x%03x has no %u bits",
				   access->offset, access->width);
	result = open_config(access, err);
	return result ? result : check_end(access, err);
}

/* Some bytes, not all: the kernel shows the first ones to everybody. */
static int say_short(const struct access *access, ssize_t n, struct p2p_err *err)
{
	char name[P2P_BDF_SIZE];

	name_of(access, name);
	if (n < 0)
		return say_open(access, -errno, err);
	return p2p_err_set(err, -EIO,
			   "%s: register 0x%03x: %zd of %u bytes (registers beyond the "
			   "header need CAP_SYS_ADMIN on the host)",
			   name, access->offset, n, access->width / 8u);
}

static uint32_t value_of(const uint8_t *bytes, uint16_t length)
{
	const struct p2p_extent extent = { .length = length, .encoding = P2P_RAW };
	const struct p2p_cfg cfg = { .pool = bytes, .extents = &extent, .n_extents = 1 };

	return p2p_cfg_read(&cfg, 0, length).value;
}

int p2p_registers_read(struct p2p_registers *registers, uint32_t function,
		       uint16_t offset, uint8_t width, uint32_t *ret_value,
		       struct p2p_err *err)
{
	const struct access access = { registers, function, offset, width };
	uint8_t bytes[4] = { 0 };
	int result = prepare(&access, err);
	ssize_t n;

	if (result)
		return result;
	do
		n = pread(registers->files[function], bytes, width / 8u, offset);
	while (n < 0 && errno == EINTR);
	if (n != width / 8)
		return say_short(&access, n, err);
	*ret_value = value_of(bytes, width / 8u);
	return 0;
}

static int say_written(const struct access *access, ssize_t n, struct p2p_err *err)
{
	char name[P2P_BDF_SIZE];

	name_of(access, name);
	if (n < 0 && errno == EPERM)
		return p2p_err_set(err, -EPERM,
				   "%s: the kernel forbids writes to config space: it is "
				   "locked down, as with Secure Boot",
				   name);
	if (n < 0)
		return say_open(access, -errno, err);
	return p2p_err_set(err, -EIO, "%s: register 0x%03x: %zd of %u bytes were written",
			   name, access->offset, n, access->width / 8u);
}

int p2p_registers_write(struct p2p_registers *registers, uint32_t function,
			uint16_t offset, uint8_t width, uint32_t value,
			struct p2p_err *err)
{
	const struct access access = { registers, function, offset, width };
	const uint8_t bytes[4] = { (uint8_t)value, (uint8_t)(value >> 8),
				   (uint8_t)(value >> 16), (uint8_t)(value >> 24) };
	int result = prepare(&access, err);
	ssize_t n;

	if (result)
		return result;
	do
		n = pwrite(registers->files[function], bytes, width / 8u, offset);
	while (n < 0 && errno == EINTR);
	return n == width / 8 ? 0 : say_written(&access, n, err);
}
