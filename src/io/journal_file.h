/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where journals are kept: a directory with a file for each transaction, named by its
 * number. Only its owner has anything to do with it. */
#ifndef P2PTOOL_IO_JOURNAL_FILE_H
#define P2PTOOL_IO_JOURNAL_FILE_H

#include <p2ptool/journal.h>

/** Registers are lost when the machine restarts, and so is what is here. */
#define P2P_JOURNALS_ROOT "/run/p2ptool"

/** Journals are in @path, the directory `journal` of the root. */
struct p2p_journals {
	int directory;
	char *path;
};

/** Opens the journals below @root, NULL for P2P_JOURNALS_ROOT, which are made when @make:
 * the root for everybody to look into, the journals for nobody else. 0; -ENOENT if there
 * are none, -EPERM when somebody else has or may write one of the directories, or it is a
 * symbolic link, or another errno. */
int p2p_journals_open(const char *root, bool make, struct p2p_journals **ret_journals,
		      struct p2p_err *err);
void p2p_journals_free(struct p2p_journals *journals);

/** A journal for a new transaction, which it takes over, with the next number, the time,
 * the kernel's boot id and the login uid; its other texts are the caller's to set.
 * Nothing is written yet. 0 or an errno. */
int p2p_journals_begin(const struct p2p_journals *journals, struct p2p_apply *apply,
		       struct p2p_journal **ret_journal, struct p2p_err *err);

/** Writes a journal; when it returns 0 it is on disk whole, else the one before is. */
int p2p_journals_write(const struct p2p_journals *journals,
		       const struct p2p_journal *journal, struct p2p_err *err);

/** Reads one by its number. -ENOENT if there is none, or as p2p_journal_parse(). */
int p2p_journals_read(const struct p2p_journals *journals, uint32_t id,
		      struct p2p_journal **ret_journal, struct p2p_err *err);

/** The numbers of all, the lowest first. The caller frees the array. 0 or an errno. */
int p2p_journals_list(const struct p2p_journals *journals, uint32_t **ret_ids,
		      uint32_t *ret_n, struct p2p_err *err);

/** The number of the next one. 0 or an errno. */
int p2p_journals_next(const struct p2p_journals *journals, uint32_t *ret_id,
		      struct p2p_err *err);

int p2p_journals_remove(const struct p2p_journals *journals, uint32_t id,
			struct p2p_err *err);

#endif
