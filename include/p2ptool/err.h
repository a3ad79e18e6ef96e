/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One sentence that says what went wrong, why, and what to do: the last parameter of
 * every call that can fail. */
#ifndef P2PTOOL_ERR_H
#define P2PTOOL_ERR_H

#if defined(__GNUC__)
#define P2P_PRINTF(at) __attribute__((format(printf, at, (at) + 1)))
#define P2P_PUBLIC     __attribute__((visibility("default")))
#define P2P_PURE       __attribute__((pure))
#else
#define P2P_PRINTF(at)
#define P2P_PUBLIC
#define P2P_PURE
#endif

/** Longest sentence kept, terminator included; a longer one is cut. */
#define P2P_ERR_SIZE 640

/** The caller's: untouched on success, filled on failure. */
struct p2p_err {
	char text[P2P_ERR_SIZE];
};

/** Writes a sentence and returns @code, so that `return p2p_err_set(...)` reads well.
 * @err may be NULL. Device text must be cleaned by who prints it, not here. */
P2P_PUBLIC int p2p_err_set(struct p2p_err *err, int code, const char *format, ...)
	P2P_PRINTF(3);

#endif
