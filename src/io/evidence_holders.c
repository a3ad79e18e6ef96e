/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processes hold device files of GPUs, RDMA devices, VFIO or UIO: what the open
 * files of every process point to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/evidence.h"
#include "io/sysfs.h"

#define FILES_MAX  (1u << 22) /* of all processes together */
#define PATH_SIZE  320
#define MINORS_MAX 256

struct looking {
	struct evidence_reading *reading;
	uint32_t n_files;
	uint32_t minors[MINORS_MAX]; /* of nvidia's devices: the function */
	bool has_minors;
};

static void read_minor(struct looking *looking, const char *gpu)
{
	struct evidence_reading *reading = looking->reading;
	char path[PATH_SIZE], text[P2P_SYSFS_TEXT_SIZE];
	struct p2p_bdf bdf;
	const char *minor;
	uint64_t number;

	snprintf(path, sizeof(path), "proc/driver/nvidia/gpus/%.200s/information", gpu);
	if (!p2p_sysfs_is_address(gpu, &bdf) ||
	    p2p_sysfs_text(reading->root, path, text, sizeof(text)) < 0)
		return;
	minor = strstr(text, "Device Minor:");
	if (!minor)
		return;
	minor += strlen("Device Minor:");
	minor += strspn(minor, " \t");
	if (span_number(span_of(minor), 10, &number) && number < MINORS_MAX)
		looking->minors[number] =
			p2p_snapshot_find(reading->machine->snapshot, bdf);
}

static void read_minors(struct looking *looking)
{
	DIR *gpus =
		p2p_sysfs_directory(looking->reading->root, "proc/driver/nvidia/gpus");
	const char *gpu;

	looking->has_minors = true;
	for (unsigned i = 0; i < MINORS_MAX; i++)
		looking->minors[i] = P2P_NONE;
	while (gpus && (gpu = p2p_sysfs_next(gpus)))
		read_minor(looking, gpu);
	if (gpus)
		closedir(gpus);
}

static uint32_t of_class(const struct looking *looking, const char *class,
			 const char *name)
{
	char path[PATH_SIZE], link[P2P_SYSFS_LINK_SIZE];

	snprintf(path, sizeof(path), "sys/class/%s/%.64s/device", class, name);
	if (!p2p_sysfs_link(looking->reading->root, path, link))
		return P2P_NONE;
	return p2p_evidence_function(looking->reading, link);
}

/* The number behind @prefix, if that is all there is. */
static bool is_numbered(const char *path, const char *prefix, uint64_t *ret_number)
{
	struct span rest = span_of(path);

	if (!span_starts(rest, prefix))
		return false;
	rest = span_skip(rest, strlen(prefix));
	return rest.length && span_number(rest, 10, ret_number) == rest.length;
}

/* What the file is, by its path below /dev; false when nobody asks. */
static bool recognise(struct looking *looking, const char *path,
		      struct p2p_holder *holder)
{
	static const struct {
		const char *prefix;
		enum p2p_held what;
		const char *subsystem, *class;
	} files[] = {
		{ "nvidia", P2P_HELD_NVIDIA, NULL, NULL },
		{ "dri/renderD", P2P_HELD_RENDER, "drm", NULL },
		{ "infiniband/uverbs", P2P_HELD_UVERBS, "infiniband_verbs", NULL },
		{ "vfio/", P2P_HELD_VFIO_GROUP, NULL, NULL },
		{ "vfio/noiommu-", P2P_HELD_VFIO_GROUP, NULL, NULL },
		{ "vfio/devices/vfio", P2P_HELD_VFIO_DEVICE, NULL, "vfio-dev" },
		{ "uio", P2P_HELD_UIO, NULL, "uio" },
	};
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	uint64_t number;

	holder->what = P2P_HELD_KFD;
	if (!strcmp(path, "kfd"))
		return true;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (!is_numbered(path, files[i].prefix, &number))
			continue;
		holder->what = files[i].what;
		if (holder->what == P2P_HELD_VFIO_GROUP && number <= INT32_MAX)
			holder->group = (int32_t)number;
		if (holder->what == P2P_HELD_NVIDIA && number < MINORS_MAX) {
			if (!looking->has_minors)
				read_minors(looking);
			holder->function = looking->minors[number];
		}
		if (files[i].subsystem)
			holder->function = p2p_evidence_named(
				looking->reading, files[i].subsystem, name, P2P_NONE);
		if (files[i].class)
			holder->function = of_class(looking, files[i].class, name);
		return true;
	}
	return false;
}

static bool is_known(const struct p2p_guard_evidence *evidence,
		     const struct p2p_holder *holder)
{
	for (uint32_t i = evidence->n_holders; i > 0; i--) {
		const struct p2p_holder *other = &evidence->holders[i - 1];

		if (other->pid != holder->pid)
			break;
		if (!strcmp(other->path, holder->path))
			return true;
	}
	return false;
}

static void take_file(struct looking *looking, uint32_t pid, const char *target)
{
	struct p2p_guard_evidence *evidence = looking->reading->evidence;
	struct p2p_holder holder = { .pid = pid, .function = P2P_NONE, .group = -1 };
	struct p2p_holder *grown;
	char path[PATH_SIZE];

	if (strncmp(target, "/dev/", strlen("/dev/")) != 0)
		return;
	p2p_evidence_copy(span_of(target), holder.path, sizeof(holder.path));
	if (is_known(evidence, &holder) ||
	    !recognise(looking, target + strlen("/dev/"), &holder))
		return;
	snprintf(path, sizeof(path), "proc/%u/comm", pid);
	p2p_sysfs_text(looking->reading->root, path, holder.name, sizeof(holder.name));
	grown = p2p_evidence_grow(looking->reading, evidence->holders,
				  evidence->n_holders, sizeof(*grown),
				  &evidence->knows_holders);
	if (!grown)
		return;
	evidence->holders = grown;
	evidence->holders[evidence->n_holders++] = holder;
}

/* A process that ended meanwhile holds nothing. */
static void look_at(struct looking *looking, uint32_t pid)
{
	struct p2p_guard_evidence *evidence = looking->reading->evidence;
	char path[PATH_SIZE], target[P2P_SYSFS_LINK_SIZE];
	const char *name;
	DIR *files;

	snprintf(path, sizeof(path), "proc/%u/fd", pid);
	files = p2p_sysfs_directory(looking->reading->root, path);
	if (!files) {
		evidence->n_unread += errno != ENOENT && errno != ESRCH;
		return;
	}
	while ((name = p2p_sysfs_next(files))) {
		ssize_t length =
			readlinkat(dirfd(files), name, target, sizeof(target) - 1);

		if (looking->n_files++ >= FILES_MAX) {
			evidence->knows_holders = false;
			break;
		}
		if (length < 0 && errno == EACCES) {
			evidence->n_unread++;
			break;
		}
		target[length > 0 ? length : 0] = '\0';
		take_file(looking, pid, target);
	}
	closedir(files);
}

/* Without the first process the list is not that of all: others may be hidden too. */
void p2p_evidence_holders(struct evidence_reading *reading)
{
	struct p2p_guard_evidence *evidence = reading->evidence;
	struct looking looking = { .reading = reading };
	DIR *processes = p2p_sysfs_directory(reading->root, "proc");
	bool has_first = false;
	const char *name;

	if (!processes)
		return;
	evidence->knows_holders = reading->host_processes == P2P_YES;
	while ((name = p2p_sysfs_next(processes))) {
		uint64_t pid;

		if (!is_numbered(name, "", &pid) || pid > UINT32_MAX)
			continue;
		has_first |= pid == 1;
		look_at(&looking, (uint32_t)pid);
	}
	closedir(processes);
	evidence->knows_holders &= has_first && !evidence->n_unread;
}
