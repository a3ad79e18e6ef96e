/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine itself: names, processor, kernel configuration, and what this process may
 * read. Everything comes from small files of /proc and /boot; what is not there stays
 * unknown. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <linux/capability.h>
#include <zlib.h>

#include "io/host.h"
#include "io/host_text.h"
#include "io/iommu.h"

#define CPUINFO_SIZE 4096   /* holds the first processor's identity */
#define CMDLINE_SIZE 4097   /* COMMAND_LINE_SIZE is 2048 on x86, 4096 at most */
#define CONFIG_LINES 100000 /* far more than any kernel has options */
#define CONFIG_LINE  256

static int keep(struct p2p_snapshot *snapshot, const char *text, size_t length,
		p2p_string *ret_string)
{
	*ret_string = p2p_snapshot_keep(snapshot, text, length);
	return length && !*ret_string ? -ENOMEM : 0;
}

static int fill_cpu(struct p2p_snapshot *snapshot)
{
	char text[CPUINFO_SIZE];

	p2p_sysfs_text(AT_FDCWD, "/proc/cpuinfo", text, sizeof(text));
	return p2p_told_cpu(snapshot, text);
}

/* Links are followed, they are the administrator's. What a link of the build leads to may
 * be anybody's: a pipe there must not hold us. */
static gzFile open_config(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	gzFile opened = NULL;

	if (file < 0)
		return NULL;
	if (!fstat(file, &status) && S_ISREG(status.st_mode))
		opened = gzdopen(file, "r");
	if (!opened)
		close(file);
	return opened;
}

static enum p2p_tri read_config(const char *path)
{
	gzFile file = open_config(path);
	enum p2p_tri found = P2P_UNKNOWN;
	char line[CONFIG_LINE];

	if (!file)
		return P2P_UNKNOWN;
	for (unsigned i = 0; i < CONFIG_LINES && found != P2P_YES; i++) {
		if (!gzgets(file, line, sizeof(line)))
			break;
		found = p2p_told_option(found, line);
	}
	if (found == P2P_NO && !gzeof(file))
		found = P2P_UNKNOWN;
	gzclose(file);
	return found;
}

static enum p2p_tri find_p2pdma(const char *release)
{
	static const struct {
		const char *before, *after;
	} places[] = {
		{ "/boot/config-", "" },
		{ "/lib/modules/", "/config" },
		{ "/lib/modules/", "/build/.config" },
	};
	enum p2p_tri found = read_config("/proc/config.gz");

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !found; i++) {
		char path[256];

		snprintf(path, sizeof(path), "%s%s%s", places[i].before, release,
			 places[i].after);
		found = read_config(path);
	}
	return found;
}

/* Only the initial user namespace maps every user to itself; a kernel that knows no other
 * has no map at all. */
static enum p2p_tri is_in_initial_namespace(void)
{
	unsigned long inside, outside, count;
	char text[P2P_SYSFS_TEXT_SIZE];
	int length = p2p_sysfs_text(AT_FDCWD, "/proc/self/uid_map", text, sizeof(text));

	if (length == -ENOENT && !access("/proc/self/status", F_OK))
		return P2P_YES;
	if (length < 0)
		return P2P_UNKNOWN;
	if (sscanf(text, "%lu %lu %lu", &inside, &outside, &count) != 3)
		return P2P_NO;
	return p2p_tri_of(inside == 0 && outside == 0 && count == UINT32_MAX);
}

static enum p2p_tri has_sys_admin(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data))
		return P2P_UNKNOWN;
	return p2p_tri_of(data[0].effective & 1u << CAP_SYS_ADMIN);
}

static void fill_privileges(struct p2p_system *system)
{
	enum p2p_tri is_initial = is_in_initial_namespace();
	enum p2p_tri can = has_sys_admin();

	if (is_initial == P2P_NO || can == P2P_NO)
		system->privileged = P2P_NO;
	else if (is_initial == P2P_YES && can == P2P_YES)
		system->privileged = P2P_YES;
	if (is_initial == P2P_NO || (!geteuid() && can == P2P_NO))
		system->container = P2P_YES;
	else if (is_initial == P2P_YES && (geteuid() || can == P2P_YES))
		system->container = P2P_NO;
}

/* Which boot this is, and when it was looked at. */
static int fill_moment(struct p2p_snapshot *snapshot)
{
	char text[P2P_SYSFS_TEXT_SIZE];

	snapshot->system.time = time(NULL);
	p2p_sysfs_text(AT_FDCWD, "/proc/sys/kernel/random/boot_id", text, sizeof(text));
	return keep(snapshot, text, strlen(text), &snapshot->system.boot_id);
}

/* Longer ones are cut as the kernel's own buffer would cut them. */
static int fill_cmdline(struct p2p_snapshot *snapshot)
{
	char text[CMDLINE_SIZE];
	int length = p2p_sysfs_text(AT_FDCWD, "/proc/cmdline", text, sizeof(text));

	return length < 0 ? 0 : p2p_told_cmdline(snapshot, text);
}

/* Whoever copies the directory sys of a machine may have copied its proc as well. */
static int fill_beside(const struct p2p_sysfs *sysfs, struct p2p_snapshot *snapshot)
{
	const char *slash = strrchr(sysfs->path, '/');
	char text[CMDLINE_SIZE];
	int result;

	if (sysfs->members || !slash || strcmp(slash, "/sys") != 0)
		return 0;
	p2p_sysfs_text(sysfs->root, "../proc/cpuinfo", text, sizeof(text));
	result = p2p_told_cpu(snapshot, text);
	if (!result &&
	    p2p_sysfs_text(sysfs->root, "../proc/cmdline", text, sizeof(text)) >= 0)
		result = p2p_told_cmdline(snapshot, text);
	return result;
}

int p2p_host_fill(const struct p2p_sysfs *sysfs, struct p2p_snapshot *snapshot)
{
	struct p2p_system *system = &snapshot->system;
	int result = p2p_iommu_fill(sysfs, snapshot);
	struct utsname name;

	if (!result && !sysfs->is_live)
		result = fill_beside(sysfs, snapshot);
	if (result || !sysfs->is_live)
		return result;
	fill_privileges(system);
	result = fill_cpu(snapshot);
	if (!result)
		result = fill_cmdline(snapshot);
	if (!result)
		result = fill_moment(snapshot);
	if (result || uname(&name))
		return result;
	system->p2pdma = find_p2pdma(name.release);
	result = keep(snapshot, name.nodename, strlen(name.nodename), &system->host);
	if (!result)
		result = keep(snapshot, name.release, strlen(name.release),
			      &system->kernel);
	return result;
}
