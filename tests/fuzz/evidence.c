/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever stands in the files that tell of who uses devices: lists that are whole or say
 * that they are not. The first byte of the input says which file it is. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <p2ptool/evidence.h>

#include "fuzz/target.h"
#include "support/build.h"

#define LIST_MAX 4096u

static const char *const files[] = {
	"proc/self/mountinfo",
	"proc/1/mountinfo",
	"proc/swaps",
	"proc/cpuinfo",
	"etc/modprobe.d/a.conf",
	"etc/libvirt/qemu/a.xml",
	"etc/pve/qemu-server/1.conf",
	"etc/pve/mapping/pci.cfg",
	"run/udev/data/b259:2",
	"proc/driver/nvidia/gpus/0000:00:00.0/information",
	"sys/kernel/security/lockdown",
	"sys/class/dmi/id/sys_vendor",
	"proc/7/comm",
};
#define FILES (sizeof(files) / sizeof(files[0]))

static char root[] = "/tmp/p2ptool-fuzz-XXXXXX";
static struct p2p_machine *machine;

static void path_in(const char *path, char ret_path[256])
{
	snprintf(ret_path, 256, "%s/%s", root, path);
}

static void make_above(const char *path)
{
	char whole[256];

	path_in(path, whole);
	for (char *slash = strchr(whole + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		PROMISE(!mkdir(whole, 0755) || errno == EEXIST);
		*slash = '/';
	}
}

static void put(const char *path, const void *bytes, size_t length)
{
	char whole[256];
	FILE *file;

	path_in(path, whole);
	file = fopen(whole, "w");
	PROMISE(file && fwrite(bytes, 1, length, file) == length);
	PROMISE(!fclose(file));
}

static void tie(const char *path, const char *target)
{
	char whole[256];

	make_above(path);
	path_in(path, whole);
	PROMISE(!symlink(target, whole));
}

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static void end(void)
{
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	p2p_machine_free(machine);
}

/* A host with one disk, one process that has a GPU open, and empty files. */
static void begin(void)
{
	static const char disk[] = "sys/devices/pci0000:00/0000:00:00.0/nvme0n1/dev";
	struct build *b = build_new();
	int host = build_host(b, 0, 0);

	build_endpoint(b, host, P2P_TYPE_RCIEP, BUILD_CLASS_GPU);
	build_endpoint(b, host, P2P_TYPE_RCIEP, BUILD_CLASS_NVME);
	machine = build_machine(b, "6.12", "intel");
	build_free(b);
	PROMISE(mkdtemp(root) && machine);
	atexit(end);
	for (size_t i = 0; i < FILES; i++) {
		make_above(files[i]);
		put(files[i], "", 0);
	}
	make_above(disk);
	put(disk, "259:2\n", 6);
	tie("sys/class/block/nvme0n1", "../../devices/pci0000:00/0000:00:00.0/nvme0n1");
	tie("proc/self/ns/pid", "pid:[4026531836]");
	tie("proc/7/fd/3", "/dev/nvidia0");
}

static bool is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static void check(const struct p2p_guard_evidence *evidence)
{
	uint32_t n = machine->snapshot->n_functions;

	PROMISE(evidence->n_holders <= LIST_MAX && evidence->n_disks <= LIST_MAX &&
		evidence->n_reservations <= LIST_MAX &&
		evidence->n_guest_devices <= LIST_MAX);
	for (uint32_t i = 0; i < evidence->n_holders; i++) {
		const struct p2p_holder *holder = &evidence->holders[i];

		PROMISE(holder->function == P2P_NONE || holder->function < n);
		PROMISE(is_text(holder->name, sizeof(holder->name)) &&
			is_text(holder->path, sizeof(holder->path)));
	}
	for (uint32_t i = 0; i < evidence->n_disks; i++)
		PROMISE(evidence->disks[i].function < n &&
			is_text(evidence->disks[i].text,
				sizeof(evidence->disks[i].text)));
	for (uint32_t i = 0; i < evidence->n_reservations; i++)
		PROMISE(is_text(evidence->reservations[i].where, P2P_GUARD_TEXT_SIZE));
	for (uint32_t i = 0; i < evidence->n_guest_devices; i++)
		PROMISE(is_text(evidence->guest_devices[i].where, P2P_GUARD_TEXT_SIZE));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct p2p_evidence_options options = { .root = root };
	struct p2p_guard_evidence *evidence = NULL;
	const char *file = files[length ? *bytes % FILES : 0];
	struct p2p_err err = { "" };

	if (!machine)
		begin();
	put(file, length ? bytes + 1 : bytes, length ? length - 1 : 0);
	PROMISE(!p2p_evidence_read(machine, &options, &evidence, &err));
	check(evidence);
	p2p_guard_evidence_free(evidence);
	put(file, "", 0);
	return 0;
}
