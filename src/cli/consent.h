/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether somebody agrees to what is about to be written. */
#ifndef P2PTOOL_CLI_CONSENT_H
#define P2PTOOL_CLI_CONSENT_H

#include <stdint.h>

#include "cli/cmd.h"

/** True if somebody can be asked, or has said --yes. */
bool consent_is_possible(const struct options *options);

/** EXIT_USAGE after it has complained that --yes is missing. */
int consent_lacks(const struct cmd *cmd);

/** Asks, unless --yes was said. EXIT_DONE; after it has complained EXIT_REFUSED for any
 * other answer, EXIT_WRITE for a signal that interrupt_hold() notes. */
int consent_ask(const struct cmd *cmd, const struct options *options, uint32_t registers);

#endif
