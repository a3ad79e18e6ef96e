/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The login uid out of /proc, one line into the system log. */
#include <inttypes.h>
#include <stdio.h>
#include <syslog.h>

#include "io/trail.h"

#define NO_LOGIN UINT32_MAX

int64_t p2p_login_uid(void)
{
	FILE *file = fopen("/proc/self/loginuid", "re");
	uint32_t uid = NO_LOGIN;

	if (!file)
		return -1;
	if (fscanf(file, "%" SCNu32, &uid) != 1)
		uid = NO_LOGIN;
	fclose(file);
	return uid == NO_LOGIN ? -1 : (int64_t)uid;
}

void p2p_trail(const char *line)
{
	openlog("p2ptool", LOG_PID | LOG_CONS, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "%s", line);
	closelog();
}
