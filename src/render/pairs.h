/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ordered pairs of two selections, judged one after the other, in each format. */
#ifndef P2PTOOL_RENDER_PAIRS_H
#define P2PTOOL_RENDER_PAIRS_H

#include <p2ptool/select.h>

#include "render/missing.h"
#include "render/out.h"
#include "render/say.h"

struct pairs {
	const struct p2p_machine *machine;
	struct p2p_selection from, to;
	bool selves; /* a function with itself is a pair too */
	struct missing_tally *tally;
};

/** Said once when it is so of all that is printed. */
#define PAIRS_TAKEN "P2PDMA of kernel %s takes all pairs\n"

/** Judges each pair, counts it in the tally and hands it to @put, row by row; ends early
 * once @out has an error. -ENOMEM is noted in @out. */
void pairs_each(const struct pairs *pairs, struct out *out,
		void (*put)(void *context, const struct p2p_verdict *verdict),
		void *context);

/** {"schema", "pairs": [...]}, or with @lines one record a line and nothing else. */
void pairs_json(const struct pairs *pairs, bool lines, struct out *out);

/** With one line of column names. */
void pairs_csv(const struct pairs *pairs, struct out *out);

/** A matrix where it fits, or in tiles when @matrix wants it; else a line a requester. */
void pairs_text(const struct pairs *pairs, const struct style *style, bool matrix,
		struct out *out);

/** The parts of pairs_text(): a line a requester; a matrix in tiles. */
void pairs_lines(const struct pairs *pairs, const struct style *style, struct out *out);
void pairs_matrix(const struct pairs *pairs, const struct style *style, struct out *out);

/** Columns that a matrix in one tile takes. */
unsigned pairs_matrix_width(const struct pairs *pairs, const struct style *style);

#endif
