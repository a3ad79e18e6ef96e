/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `diff` prints. */
#ifndef P2PTOOL_RENDER_DIFF_REPORT_H
#define P2PTOOL_RENDER_DIFF_REPORT_H

#include <p2ptool/diff.h>

#include "render/out.h"
#include "render/say.h"

struct diff_report {
	const struct p2p_machine *before, *after;
	const struct p2p_diff *diff;
};

#define DIFF_VALUE_SIZE 128

/** A change's two values: registers, links, addresses, words. */
void diff_values(const struct diff_report *report, const struct p2p_change *change,
		 char ret_before[DIFF_VALUE_SIZE], char ret_after[DIFF_VALUE_SIZE]);

void diff_text(const struct diff_report *report, const struct style *style,
	       struct out *out);
void diff_json(const struct diff_report *report, struct out *out);

#endif
