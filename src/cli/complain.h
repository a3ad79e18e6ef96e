/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences on standard error: `p2ptool: WHAT: WHY (WHAT TO DO)`. */
#ifndef P2PTOOL_CLI_COMPLAIN_H
#define P2PTOOL_CLI_COMPLAIN_H

#include <stdbool.h>

#include <p2ptool/err.h>

/** Says one sentence, cleaned, and returns @code. */
int complain(int code, const char *format, ...) P2P_PRINTF(2);

/** True if the locale's encoding is UTF-8. */
bool speaks_utf8(void);

#endif
