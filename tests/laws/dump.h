/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A said machine as `lspci -Dxxxx` prints one. */
#ifndef P2PTOOL_TESTS_DUMP_H
#define P2PTOOL_TESTS_DUMP_H

#include <stdio.h>

#include "support/build.h"

/* Buses must have been numbered by a snapshot. */
void dump_write(struct build *b, FILE *out);

#endif
