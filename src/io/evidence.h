/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of evidence share: where they read, and how lists grow. */
#ifndef P2PTOOL_IO_EVIDENCE_H
#define P2PTOOL_IO_EVIDENCE_H

#include <p2ptool/evidence.h>

#include "io/span.h"

/** Longest list of each kind; what is beyond makes it one that is not whole. */
#define EVIDENCE_LIST_MAX 4096u

struct evidence_reading {
	int root; /* an open directory */
	const struct p2p_machine *machine;
	struct p2p_guard_evidence *evidence;
	enum p2p_tri host_processes; /* proc shows those of the host */
	bool no_memory;
};

/** Room for one more in a list of @n; NULL, and @knows is false, when it is full or there
 * is no memory. */
void *p2p_evidence_grow(struct evidence_reading *reading, void *list, uint32_t n,
			size_t size, bool *knows);

/** The whole of a file, with a zero byte behind it, which the caller frees; its length,
 * or a negative errno: -EFBIG when it is longer than @most. */
long p2p_evidence_text(const struct evidence_reading *reading, const char *path,
		       size_t most, char **ret_text);

/** The next line of @text, without its end, of which the rest is left in @text. */
bool p2p_evidence_line(struct span *text, struct span *ret_line);

/** The next word of @line, parted by blanks, of which the rest is left in @line. */
bool p2p_evidence_word(struct span *line, struct span *ret_word);

/** Copies what fits, terminated. */
void p2p_evidence_copy(struct span text, char *ret_text, size_t size);

/** Calls @take with each file of a directory whose name ends in @suffix. False when some
 * of it could not be read; where there is no such directory there is nothing. */
bool p2p_evidence_files(struct evidence_reading *reading, const char *directory,
			const char *suffix,
			void (*take)(struct evidence_reading *reading, const char *path,
				     struct span text));

/** The function whose address is the last one in a path; P2P_NONE without. */
uint32_t p2p_evidence_function(const struct evidence_reading *reading, char *path);

/** The function after @before (P2P_NONE: the first) with that name in a subsystem. */
uint32_t p2p_evidence_named(const struct evidence_reading *reading, const char *subsystem,
			    const char *name, uint32_t before);

/** Each reads what it is named for, once; p2p_evidence_host() comes first. */
void p2p_evidence_host(struct evidence_reading *reading);
void p2p_evidence_holders(struct evidence_reading *reading);
void p2p_evidence_disks(struct evidence_reading *reading);
void p2p_evidence_reserved(struct evidence_reading *reading);
void p2p_evidence_guests(struct evidence_reading *reading);

#endif
