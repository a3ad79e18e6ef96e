/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options as rows of a table: the rows drive parsing, --help, completion and the test
 * that the manual names each one. */
#ifndef P2PTOOL_CLI_OPT_H
#define P2PTOOL_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <p2ptool/err.h>

enum opt_kind {
	OPT_FLAG,     /* a bool, set to true */
	OPT_TEXT,     /* a const char * */
	OPT_LINE,     /* ... that may be empty */
	OPT_FILE,     /* ... that names a file */
	OPT_FOLDER,   /* ... that names a directory */
	OPT_SELECTOR, /* ... that selects functions */
	OPT_CHOICE,   /* an int: the index of the value in @choices */
	OPT_OUTPUT,   /* a struct opt_output: a format or a file */
	OPT_JSON,     /* a struct opt_output, set to the format json */
};

struct opt {
	const char *name; /* NULL ends a table */
	char letter;      /* 0: none */
	enum opt_kind kind;
	size_t at;         /* in struct options */
	const char *value; /* its name in help; NULL for a flag */
	const char *help;
	const char *const *choices; /* NULL ends them */
};

/** Of several -o and -j the last one of each kind counts. */
struct opt_output {
	const char *format; /* NULL: not told */
	const char *path;   /* NULL: standard output */
};

enum opt_color { OPT_COLOR_AUTO, OPT_COLOR_ALWAYS, OPT_COLOR_NEVER };

#define OPT_OPERANDS 8

/** All that can be asked for; a command's table says what it takes. */
struct options {
	const char *file, *sysfs, *kernel, *cpu;
	struct opt_output output;
	int color; /* enum opt_color */
	int as;    /* enum p2p_source_kind */
	bool numeric, quiet, verbose, wake, help;
	bool all, matrix;
	bool full, minimal, redact;
	int rule; /* enum p2p_group_rule */
	const char *cmdline, *ignore;
	bool boot, firmware, expect_equal;
	const char *domain, *initiator, *bits, *vector, *allow;
	int mode, scope; /* enum p2p_plan_mode, enum p2p_plan_scope */
	bool keep_cr, require_all, exit_code;
	bool yes, dry_run;
	const char *wait, *state;
	const char *operands[OPT_OPERANDS];
	unsigned n_operands;
};

/** The rows that every command takes. */
extern const struct opt opt_common[];

/** The row of a long name (without dashes, @length letters) or of a letter, first in @own
 * then in opt_common. NULL for none. */
const struct opt *opt_find_long(const struct opt *own, const char *name, size_t length);
const struct opt *opt_find_letter(const struct opt *own, char letter);

/** True if the option takes a value. */
bool opt_has_value(const struct opt *opt);

/** Reads @words, the command's name not among them; @ret_options must be zeroed. 0 or
 * -EINVAL; on failure what stands before the wrong word is read. */
int opt_parse(const struct opt *own, int n_words, char *const words[],
	      struct options *ret_options, struct p2p_err *err);

/** Prints a table's rows for --help. */
void opt_help(const struct opt *table, FILE *file);

#endif
