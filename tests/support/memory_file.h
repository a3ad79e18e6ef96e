/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes read through the door that files come in by, without a file, many times over. */
#ifndef P2PTOOL_TESTS_MEMORY_FILE_H
#define P2PTOOL_TESTS_MEMORY_FILE_H

#include <stddef.h>

#include <p2ptool/source.h>

/* What p2p_source_file() makes of a file with these bytes. */
int memory_file_read(const void *bytes, size_t length, struct p2p_snapshot **ret_snapshot,
		     struct p2p_err *err);

/* The bytes of a file; the caller frees them. NULL if it cannot be read. */
void *memory_file_load(const char *path, size_t *ret_length);

#endif
