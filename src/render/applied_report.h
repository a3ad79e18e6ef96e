/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What apply and restore print: what became of each register. */
#ifndef P2PTOOL_RENDER_APPLIED_REPORT_H
#define P2PTOOL_RENDER_APPLIED_REPORT_H

#include <p2ptool/journal.h>

#include "render/plan_report.h"

/** @journal: NULL if there was nothing to write. */
struct applied_report {
	const struct plan_report *plan;
	const struct p2p_journal *journal;
};

void applied_text(const struct applied_report *report, const struct style *style,
		  struct out *out);
void applied_json(const struct applied_report *report, struct out *out);

/** The transactions that a restore took back, or tried to. */
struct restored_report {
	struct p2p_journal *const *journals;
	uint32_t n_journals;
};

void restored_text(const struct restored_report *report, struct out *out);
void restored_json(const struct restored_report *report, struct out *out);

/** `0000:17:00.0: ACS control`, of a register of a transaction. */
#define APPLIED_REGISTER_SIZE 80
char *applied_register(const struct p2p_apply *apply, uint32_t reg,
		       char ret_text[APPLIED_REGISTER_SIZE]);

/** `0x001d` */
#define APPLIED_VALUE_SIZE 12
char *applied_value(const struct p2p_apply_register *reg, uint32_t value,
		    char ret_text[APPLIED_VALUE_SIZE]);

#endif
