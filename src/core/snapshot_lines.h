/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a system tells beside the registers, as lines `# KEY VALUE` of a p2ptool capture:
 * one table of keys, which the writer and the reader of captures share. */
#ifndef P2PTOOL_CORE_SNAPSHOT_LINES_H
#define P2PTOOL_CORE_SNAPSHOT_LINES_H

#include <p2ptool/snapshot.h>

#define LINES_FIRST  "# p2ptool capture " /* the first line: this and the version */
#define LINES_SYSTEM "system."            /* before the keys of struct p2p_system */
#define LINES_NAME   "name"               /* SUBSYSTEM/NAME, once for each */
#define LINES_BITS   "bits"               /* OFFSET WIDTH VALUE MASK, hexadecimal */
#define LINES_DAMAGE "damage"             /* LINE TEXT: of what it was made of */
#define LINES_SEEN   "damage-seen"        /* the count, of which some are listed */
#define LINES_END    "end"                /* the number of functions: nothing is cut */

#define LINES_VERSION 1

/* lspci -F refuses a file with a line of more than 254 characters; a longer value goes
 * on in lines `# KEY+ VALUE`. */
#define LINES_WIDTH 250

/* Longest value that is read, escapes taken back. */
#define LINES_VALUE_MAX 65536

enum lines_kind {
	LINES_STRING, /* p2p_string; @also: another, if it has no text */
	LINES_TEXT,   /* p2p_string that may be empty; @also: a tri, YES if it is told */
	LINES_NUMBER, /* int32_t, P2P_NOT_TOLD */
	LINES_ID,     /* ... in hexadecimal */
	LINES_UNSIGNED, /* unsigned, 0 if not told */
	LINES_SIZE,     /* uint64_t, 0 if not told */
	LINES_TIME,     /* int64_t seconds, 0 if not told: 2026-11-25T17:03:00Z */
	LINES_WORD,     /* an enum; word 0 is not told */
	LINES_PLACE,    /* an enum whose last word stands for the address at @also */
};

/* A row: where the value is in struct p2p_system or struct p2p_function. */
struct lines_row {
	const char *key; /* NULL ends a table */
	enum lines_kind kind;
	size_t at, also;
	const char *const *words;
};

extern const struct lines_row p2p_lines_system[];
extern const struct lines_row p2p_lines_function[];

/* The row of a key, NULL for none. */
const struct lines_row *p2p_lines_find(const struct lines_row *rows, const char *key);

#define LINES_ROOM 32

/* The value of a row of @object as text, NULL if it is not told. @room is used for what
 * is no string. */
const char *p2p_lines_text(const struct p2p_snapshot *snapshot, const void *object,
			   const struct lines_row *row, char room[LINES_ROOM]);

/* Reads a value into @object. 0, -EINVAL if it is none, or -ENOMEM. */
int p2p_lines_take(struct p2p_snapshot *snapshot, void *object,
		   const struct lines_row *row, const char *text);

/* Escapes at @to what could end a line or pass for an escape: all but printable ASCII,
 * `%`, and a blank at either end, as %XX. Returns the end, no zero byte behind it.
 * @to has room for 3 * @length. */
char *p2p_lines_escape(const char *text, size_t length, char *to);

/* Takes escapes back in place and returns the length; -EINVAL for a zero byte. A `%` that
 * is none stays. */
int64_t p2p_lines_unescape(char *text, size_t length);

#endif
