/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The login uid out of /proc, one line into the system log. */
#include <fcntl.h>
#include <stdlib.h>
#include <syslog.h>

#include "io/sysfs.h"
#include "io/trail.h"

#define NO_LOGIN UINT32_MAX /* what the kernel says where nobody logged in */

int64_t p2p_login_uid(void)
{
	char text[32], *end;
	unsigned long user;

	if (p2p_sysfs_text(AT_FDCWD, "/proc/self/loginuid", text, sizeof(text)) <= 0)
		return P2P_JOURNAL_NO_USER;
	user = strtoul(text, &end, 10);
	return *end || user >= NO_LOGIN ? P2P_JOURNAL_NO_USER : (int64_t)user;
}

void p2p_trail(const char *line)
{
	openlog("p2ptool", LOG_PID | LOG_CONS, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "%s", line);
	closelog();
}
