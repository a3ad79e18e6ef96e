/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sign of life on a terminal while work takes longer than a second. */
#ifndef P2PTOOL_CLI_PROGRESS_H
#define P2PTOOL_CLI_PROGRESS_H

/** From now on standard error shows the seconds, if it is a terminal. */
void progress_begin(void);

/** Takes the sign away and shows it no more. Before each other word on a terminal; may be
 * called at any time. */
void progress_end(void);

#endif
