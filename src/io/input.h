/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes from a file or a pipe, mapped or read into memory. */
#ifndef P2PTOOL_IO_INPUT_H
#define P2PTOOL_IO_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <p2ptool/err.h>

/** @release frees @text. @has_more: of a pipe only the beginning was read, the rest comes
 * from @fd. The last ones say what happened while it was unpacked. */
struct p2p_input {
	const char *name;
	char *text;
	size_t length, capacity;
	void (*release)(void *text, size_t length);
	bool has_more;
	int fd;
	bool cut, altered, is_archive, is_folder;
};

/** Maps a file, or begins to read a pipe; standard input if @path is "-".
 * -EISDIR for a directory; @ret_input must be zeroed and is dropped by the caller in any
 * case. */
int p2p_input_open(const char *path, struct p2p_input *ret_input, struct p2p_err *err);

/** Reads what there is more into memory. 0, or a negative errno. */
int p2p_input_read_rest(struct p2p_input *input, struct p2p_err *err);

/** Closes the pipe that more could come from. */
void p2p_input_end(struct p2p_input *input);

/** Frees what it holds; all zeros are fine. */
void p2p_input_drop(struct p2p_input *input);

/** Adds bytes in memory; with none only sees to it that there is a text. 0, -ENOMEM, or
 * -EFBIG for more than is read into memory. */
int p2p_input_append(struct p2p_input *input, const void *bytes, size_t length,
		     struct p2p_err *err);

/** What to give instead of something that is no capture. */
#define P2P_INPUT_ADVICE "give the output of lspci -Dvvvxxxx, run as root"

#endif
