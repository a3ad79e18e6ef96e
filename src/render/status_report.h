/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `status` prints. */
#ifndef P2PTOOL_RENDER_STATUS_REPORT_H
#define P2PTOOL_RENDER_STATUS_REPORT_H

#include <p2ptool/journal.h>

#include "render/out.h"
#include "render/say.h"

struct status_report {
	const struct scene
		*scene; /* its groups are predicted from the registers as they are */
	const struct p2p_facts
		*booted; /* registers as the kernel programs them at boot */
	struct p2p_journal *const *journals; /* looked at, p2p_apply_look() */
	uint32_t n_journals;
	uint32_t n_damaged; /* journals that could not be read */
	int64_t now;        /* seconds since 1970 in UTC */
};

void status_text(const struct status_report *report, const struct style *style,
		 struct out *out);
void status_json(const struct status_report *report, struct out *out);

/** Whether a register is still what was applied. A bit that a later transaction wrote is
 * that one's. */
enum status_hold {
	STATUS_HOLDS,
	STATUS_DRIFTED,
	STATUS_UNKNOWN, /* could not be read */
	STATUS_BACK,    /* was never written, or is put back */
};
#define STATUS_HOLD_WORDS (STATUS_BACK + 1)
enum status_hold status_hold(const struct status_report *report, uint32_t journal,
			     uint32_t reg);

/** Whether a register is not known to be as applied. */
static inline bool status_is_off(const struct status_report *report, uint32_t journal,
				 uint32_t reg)
{
	enum status_hold hold = status_hold(report, journal, reg);

	return hold == STATUS_DRIFTED || hold == STATUS_UNKNOWN;
}

/** Whether the transaction was ended half-way. */
static inline bool status_is_unfinished(const struct p2p_apply *apply)
{
	return p2p_apply_is_open(apply) && apply->state != P2P_APPLY_APPLIED;
}

/** Probably why: "the kernel's default, as after a reset or resume". */
const char *status_why(const struct status_report *report, const struct p2p_apply *apply,
		       uint32_t reg);

/** What became of an unfinished transaction. */
const char *status_unfinished(const struct p2p_apply *apply);

/** Functions that offer peer-to-peer memory, or may, beside a written port: the kernel
 * may still have their verdicts from before. The caller frees the array. NULL without
 * memory. */
uint32_t *status_providers(const struct status_report *report, uint32_t *ret_n);

/** Whether the transaction was of an earlier boot. */
bool status_is_of_earlier_boot(const struct status_report *report,
			       const struct p2p_journal *journal);

#endif
