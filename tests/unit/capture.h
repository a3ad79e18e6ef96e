/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures that tests say as text, read through the door that files come in by. */
#ifndef P2PTOOL_TESTS_CAPTURE_H
#define P2PTOOL_TESTS_CAPTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <setjmp.h>

#include <cmocka.h>

#include <p2ptool/source.h>

/** One function with a header, as lspci -x prints it. */
#define CAPTURE_DUMP                                            \
	"00:00.0 Host bridge: X\n"                              \
	"00: 86 80 34 12 00 00 00 00 00 00 00 00 00 00 00 00\n" \
	"10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n" \
	"20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n" \
	"30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n\n"

/** Reads bytes as if they were a file. What p2p_source_file() returns. */
int capture_read(const void *bytes, size_t length, struct p2p_snapshot **ret_snapshot,
		 struct p2p_err *err);

/** Reads a text that is a capture: the test fails if it is refused. */
struct p2p_snapshot *capture_text(const char *text);

/** Reads a text that is none, and looks for a part of the sentence. */
void capture_refused(const void *bytes, size_t length, const char *sentence);

/** Writes rows of bytes as lspci does, from @from up to @to. */
void write_rows(FILE *out, const uint8_t *config, unsigned from, unsigned to);

/** The view of a function, which must be there. */
struct p2p_cfg capture_cfg(const struct p2p_snapshot *snapshot, const char *address);
const struct p2p_function *capture_function(const struct p2p_snapshot *snapshot,
					    const char *address);

/** Fails unless the bits of @mask of a register were all seen and are @value. */
void assert_bits(const struct p2p_snapshot *snapshot, const char *address,
		 unsigned offset, unsigned width, uint32_t mask, uint32_t value);

/** Fails unless none of the bits were seen. */
void assert_unseen(const struct p2p_snapshot *snapshot, const char *address,
		   unsigned offset, unsigned width, uint32_t mask);

/** Fails unless there is one note of damage, at @line, with these words. */
void assert_damage(const struct p2p_snapshot *snapshot, uint64_t line, const char *words);

#endif
