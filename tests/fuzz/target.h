/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target takes any bytes; it ends the program if a promise is broken. libFuzzer calls it
 * with bytes that it makes up, replay.c with those of files. */
#ifndef P2PTOOL_TESTS_FUZZ_TARGET_H
#define P2PTOOL_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* An assertion that no build leaves out. */
#define PROMISE(holds)                                                          \
	do {                                                                    \
		if (!(holds)) {                                                 \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, \
				__LINE__, #holds);                              \
			abort();                                                \
		}                                                               \
	} while (0)

#endif
