/* SPDX-License-Identifier: GPL-2.0-or-later */
/* This machine, or a copy of its sysfs tree, becomes a snapshot: functions are listed
 * from sysfs, their attributes read, then their config space, sparsely, by libpci. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <pci/pci.h>

#include <p2ptool/source.h>

#include "io/host.h"
#include "io/names.h"
#include "io/sparse.h"
#include "io/sysfs.h"

#define CONFIG_SMALL 256

/* Where a fatal error inside libpci lands, and what it said. */
struct fence {
	jmp_buf back;
	char text[256];
};

/* libpci's callback is told nothing but the message, so the fence in force has to be
 * found from the thread itself. Set only while a call into libpci runs. */
static _Thread_local struct fence *in_force;

/* What libpci is asked for next. */
struct wanted {
	struct p2p_bdf bdf;
	unsigned offset, length;
	uint8_t *bytes;
	bool is_read;
};

struct live {
	const struct p2p_live_options *options;
	struct p2p_sysfs sysfs;
	struct p2p_names names;
	struct p2p_snapshot *snapshot;
	struct pci_access *pci;
	struct pci_dev *device; /* the one that is read */
	struct wanted wanted;
	struct fence fence;
	bool has_failed;
	char bus[P2P_SYSFS_LINK_SIZE]; /* the path of bus/pci */
};

static PCI_PRINTF(1, 2) PCI_NONRET void leave(char *message, ...)
{
	va_list arguments;

	va_start(arguments, message);
	vsnprintf(in_force->text, sizeof(in_force->text), message, arguments);
	va_end(arguments);
	longjmp(in_force->back, 1);
}

static PCI_PRINTF(1, 2) void ignore(char *message, ...)
{
	(void)message;
}

/* Runs @work; false, and the reason is kept, when libpci gave up inside. */
static bool is_done(struct live *live, void (*work)(struct live *live))
{
	in_force = &live->fence;
	if (setjmp(live->fence.back)) {
		in_force = NULL;
		live->has_failed = true;
		return false;
	}
	work(live);
	in_force = NULL;
	return true;
}

static void start(struct live *live)
{
	static char parameter[] = "sysfs.path";

	pci_set_param(live->pci, parameter, live->bus);
	pci_init(live->pci);
}

static bool start_libpci(struct live *live)
{
	live->pci = pci_alloc();
	live->pci->error = leave;
	live->pci->warning = ignore;
	live->pci->debug = ignore;
	live->pci->method = PCI_ACCESS_SYS_BUS_PCI;
	return is_done(live, start);
}

static void take(struct live *live)
{
	struct p2p_bdf bdf = live->wanted.bdf;

	live->device = pci_get_dev(live->pci, (int)bdf.domain, bdf.bus,
				   (int)p2p_bdf_device(bdf), (int)p2p_bdf_function(bdf));
}

/* A block is read whole or counts as not read: libpci does not tell how much it got. */
static void read_block(struct live *live)
{
	live->wanted.is_read = pci_read_block(live->device, (int)live->wanted.offset,
					      live->wanted.bytes,
					      (int)live->wanted.length);
}

static int read_dwords(void *context, unsigned offset, void *ret_bytes, unsigned length)
{
	struct live *live = context;

	live->wanted.offset = offset;
	live->wanted.length = length;
	live->wanted.bytes = ret_bytes;
	live->wanted.is_read = false;
	return is_done(live, read_block) && live->wanted.is_read ? 0 : -EIO;
}

/* The size of config space in the kernel's view; 0 when there is no such file. */
static unsigned config_size(const struct live *live, const char *name)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof(path), "%s/config", name);
	if (fstatat(live->sysfs.devices, path, &status, 0) || !S_ISREG(status.st_mode))
		return 0;
	return status.st_size > P2P_CFG_SIZE ? P2P_CFG_SIZE : (unsigned)status.st_size;
}

static int read_config(struct live *live, const char *name, struct p2p_function *function,
		       unsigned bars, struct p2p_sparse_result *ret_result)
{
	struct p2p_sparse sparse = {
		.read = read_dwords,
		.context = live,
		.size = config_size(live, name),
		.bars = bars,
		.is_vf = function->is_vf == P2P_YES,
		.power_told = function->power != P2P_POWER_UNKNOWN,
		.full = live->options->full,
	};
	int result;

	if (sparse.size == CONFIG_SMALL || sparse.size == P2P_CFG_SIZE)
		function->config_size = (int32_t)sparse.size;
	live->wanted.bdf = function->bdf;
	if (!is_done(live, take))
		return 0;
	result = p2p_sparse_read(&sparse, live->snapshot, ret_result);
	pci_free_dev(live->device);
	live->device = NULL;
	return result;
}

static int read_registers(struct live *live, const char *name,
			  struct p2p_function *function)
{
	bool is_asleep = function->power == P2P_POWER_D3COLD;
	unsigned bars = p2p_sysfs_fill_bars(&live->sysfs, name, function);
	struct p2p_sparse_result got = { 0 };
	int result = 0;

	if (!is_asleep || live->options->wake)
		result = read_config(live, name, function, bars, &got);
	if (is_asleep && live->options->wake)
		function->power = p2p_sysfs_power(&live->sysfs, name);
	if (got.is_cut && function->n_extents &&
	    live->snapshot->system.privileged == P2P_NO)
		function->denied = P2P_YES;
	if (function->denied == P2P_YES)
		p2p_sysfs_fill_link(&live->sysfs, name, function);
	if (!got.has_ids)
		p2p_sysfs_fill_ids(&live->sysfs, name, function);
	return result;
}

static int read_function(struct live *live, const char *name, struct p2p_bdf bdf)
{
	struct p2p_function *function = p2p_snapshot_begin(live->snapshot, bdf);
	int result;

	if (!function)
		return -ENOMEM;
	/* The power state comes first: a read of config space would end the sleep. */
	p2p_sysfs_fill(&live->sysfs, name, live->snapshot, function);
	if (function->p2pmem.present == P2P_YES)
		live->snapshot->system.p2pdma = P2P_YES;
	result = p2p_names_give(&live->names, live->snapshot, function);
	return result ? result : read_registers(live, name, function);
}

static int read_functions(struct live *live, struct p2p_err *err)
{
	DIR *functions = p2p_sysfs_directory(live->sysfs.devices, ".");
	const char *name;
	int result = 0;

	if (!functions)
		return p2p_err_set(err, -EIO, "%s/bus/pci/devices: %s", live->sysfs.path,
				   strerror(errno));
	while (!result && !live->has_failed && (name = p2p_sysfs_next(functions))) {
		struct p2p_bdf bdf;

		if (p2p_sysfs_is_address(name, &bdf))
			result = read_function(live, name, bdf);
		else
			p2p_snapshot_add_damage(live->snapshot, 0,
						"bus/pci/devices/%s: not the address of "
						"a function",
						name);
	}
	closedir(functions);
	if (live->has_failed)
		return p2p_err_set(err, -EIO, "libpci gave up: %s (%s)", live->fence.text,
				   live->sysfs.path);
	if (result)
		return p2p_err_set(err, result, "%s: %s", live->sysfs.path,
				   strerror(-result));
	return 0;
}

static int gather_names(struct live *live)
{
	int result = p2p_names_slots(&live->sysfs, &live->names);

	if (!result && live->options->sysfs)
		result = p2p_names_tree(&live->sysfs, &live->names);
	else if (!result)
		result = p2p_names_udev(&live->names);
	p2p_names_sort(&live->names);
	return result;
}

static int read_system(struct live *live, struct p2p_err *err)
{
	struct p2p_snapshot *snapshot = live->snapshot;
	const char *source = live->options->sysfs ? live->options->sysfs : "live";
	const char *kind = live->sysfs.is_live ? "live" : "sysfs";
	int result = p2p_host_fill(&live->sysfs, snapshot);

	snapshot->system.source = p2p_snapshot_keep(snapshot, source, strlen(source));
	snapshot->system.kind = p2p_snapshot_keep(snapshot, kind, strlen(kind));
	snapshot->system.live = p2p_tri_of(live->sysfs.is_live);
	snapshot->system.told = snapshot->system.live;
	snapshot->system.extended = P2P_YES;
	if (!result)
		result = gather_names(live);
	if (result || !snapshot->system.source || !snapshot->system.kind)
		return p2p_err_set(err, -ENOMEM, "%s: not enough memory", source);
	return 0;
}

static int read_tree(struct live *live, struct p2p_err *err)
{
	int length =
		snprintf(live->bus, sizeof(live->bus), "%s/bus/pci", live->sysfs.path);
	int result;

	if (length < 0 || (size_t)length >= sizeof(live->bus))
		return p2p_err_set(err, -ENAMETOOLONG, "%s: the path is too long",
				   live->sysfs.path);
	live->snapshot = p2p_snapshot_new();
	if (!live->snapshot)
		return p2p_err_set(err, -ENOMEM, "%s: not enough memory",
				   live->sysfs.path);
	result = read_system(live, err);
	if (result)
		return result;
	if (!start_libpci(live))
		return p2p_err_set(err, -EIO, "libpci gave up: %s (%s)", live->fence.text,
				   live->sysfs.path);
	result = read_functions(live, err);
	return result ? result : p2p_snapshot_seal(live->snapshot, err);
}

int p2p_source_live(const struct p2p_live_options *options,
		    struct p2p_snapshot **ret_snapshot, struct p2p_err *err)
{
	struct live live = { .options = options };
	int result = p2p_sysfs_open(options->sysfs, &live.sysfs, err);

	if (result)
		return result;
	result = read_tree(&live, err);
	if (live.device)
		pci_free_dev(live.device);
	if (live.pci)
		pci_cleanup(live.pci);
	p2p_names_done(&live.names);
	p2p_sysfs_close(&live.sysfs);
	if (result) {
		p2p_snapshot_free(live.snapshot);
		return result;
	}
	*ret_snapshot = live.snapshot;
	return 0;
}
