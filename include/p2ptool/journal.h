/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transaction as text, with who asked for it and when: what is kept of it while it is
 * carried out, so that it can be taken back after whatever ended the program. */
#ifndef P2PTOOL_JOURNAL_H
#define P2PTOOL_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include <p2ptool/apply.h>
#include <p2ptool/err.h>

/** Longest text that is read, and longest value in it, in bytes. */
#define P2P_JOURNAL_SIZE_MAX (64u << 20)
#define P2P_JOURNAL_TEXT_MAX 65536u

/** A login uid that nobody told. */
#define P2P_JOURNAL_NO_USER (-1)

/** Texts are "" or NULL where there is none to tell; from a file never NULL. */
struct p2p_journal {
	uint32_t id;    /* counts from 1 */
	int64_t time;   /* when it began, seconds since 1970 in UTC; 0: not told */
	char *boot_id;  /* the kernel's: registers do not outlive it, a journal may */
	char *domain;   /* the p2p domain as it was named */
	char *selector; /* ... and what that selects */
	char *mode;     /* as its option says it, with the options that it took */
	char *allowed;  /* guards that were lifted, separated by commas */
	int64_t user;   /* the login uid, or P2P_JOURNAL_NO_USER */
	struct p2p_apply *apply;
};

/** Writes the text, its end a zero byte that does not count, and returns its length as
 * snprintf does. */
P2P_PUBLIC size_t p2p_journal_format(const struct p2p_journal *journal, char *ret_text,
				     size_t size);

/** Reads one. A text that is cut, or of which a byte is another, is -EBADMSG with a
 * sentence that has the number of the line; so is one whose writes contradict each other.
 * -EPROTONOSUPPORT for another version's, -E2BIG beyond a limit, -ENOMEM. */
P2P_PUBLIC int p2p_journal_parse(const char *text, size_t length,
				 struct p2p_journal **ret_journal, struct p2p_err *err);

/** Frees a journal, the transaction in it too. */
P2P_PUBLIC void p2p_journal_free(struct p2p_journal *journal);

#endif
