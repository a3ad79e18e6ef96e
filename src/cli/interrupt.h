/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals that ask the program to end while it writes registers: it puts them back. */
#ifndef P2PTOOL_CLI_INTERRUPT_H
#define P2PTOOL_CLI_INTERRUPT_H

#include <stdbool.h>

/** From now on SIGINT, SIGTERM and SIGHUP are only noted. */
void interrupt_hold(void);

/** Whether one came. */
bool interrupt_came(void);

#endif
