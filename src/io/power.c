/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attribute power/control. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/power.h"

#define OPEN_CONTROL (O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
#define PATH_SIZE    (P2P_BDF_SIZE + 16)

static const char *path_of(const struct p2p_registers *registers, uint32_t function,
			   char ret_path[PATH_SIZE])
{
	char name[P2P_BDF_SIZE];

	p2p_bdf_format(registers->apply->functions[function].bdf, name);
	snprintf(ret_path, PATH_SIZE, "%s/power/control", name);
	return ret_path;
}

void p2p_power_read(const struct p2p_registers *registers, struct p2p_apply *apply)
{
	for (uint32_t i = 0; i < apply->n_functions; i++) {
		char text[P2P_SYSFS_TEXT_SIZE], path[PATH_SIZE];

		p2p_sysfs_text(registers->sysfs.devices, path_of(registers, i, path),
			       text, sizeof(text));
		apply->functions[i].power = P2P_CONTROL_NONE;
		if (!strcmp(text, "auto"))
			apply->functions[i].power = P2P_CONTROL_AUTO;
		else if (!strcmp(text, "on"))
			apply->functions[i].power = P2P_CONTROL_ON;
	}
}

static int put(int file, const char *word)
{
	ssize_t n;
	int result = 0;

	do
		n = write(file, word, strlen(word));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		result = -errno;
	else if ((size_t)n != strlen(word))
		result = -EIO;
	close(file);
	return result;
}

int p2p_power_hold(const struct p2p_registers *registers, uint32_t function, bool is_held,
		   struct p2p_err *err)
{
	bool is_on = is_held ||
		     registers->apply->functions[function].power == P2P_CONTROL_ON;
	char path[PATH_SIZE];
	int file = openat(registers->sysfs.devices, path_of(registers, function, path),
			  OPEN_CONTROL);
	int result = file < 0 ? -errno : put(file, is_on ? "on\n" : "auto\n");

	if (!result || result == -ENOENT || result == -ENODEV)
		return 0;
	return p2p_err_set(err, result, "%s: %s (what is written has to be held awake)",
			   path, strerror(-result));
}
