/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A timer counts the seconds and writes them, so that no stage has to know of it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/progress.h"

#define TAKE_AWAY "\r\033[K"

static volatile sig_atomic_t seconds;

/* Digits by hand: a signal handler may not call printf. */
static void show(int number)
{
	char text[] = "\rp2ptool: at work for     s ";
	unsigned value = (unsigned)++seconds;

	(void)number;
	for (char *digit = strstr(text, "  s "); value && *digit == ' '; value /= 10)
		*digit-- = (char)('0' + value % 10);
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		signal(SIGALRM, SIG_IGN);
}

void progress_begin(void)
{
	struct sigaction action = { .sa_handler = show, .sa_flags = SA_RESTART };
	struct itimerval each = { .it_interval = { 1, 0 }, .it_value = { 1, 0 } };

	if (isatty(STDERR_FILENO) && !sigaction(SIGALRM, &action, NULL))
		setitimer(ITIMER_REAL, &each, NULL);
}

void progress_end(void)
{
	static const struct itimerval never;

	setitimer(ITIMER_REAL, &never, NULL);
	if (seconds && write(STDERR_FILENO, TAKE_AWAY, sizeof(TAKE_AWAY) - 1) < 0)
		return;
	seconds = 0;
}
