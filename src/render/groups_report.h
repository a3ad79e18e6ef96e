/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `groups` prints. */
#ifndef P2PTOOL_RENDER_GROUPS_REPORT_H
#define P2PTOOL_RENDER_GROUPS_REPORT_H

#include <p2ptool/select.h>

#include "render/json.h"
#include "render/out.h"
#include "render/say.h"

struct groups_report {
	const struct scene *scene;
	const struct p2p_grouped *grouped;
	const struct p2p_selection *selection; /* NULL: all functions */
	const char *cmdline; /* of the boot that groups are after; NULL: as it is */
	bool all;            /* groups of one function as well */
};

/** Whether a group has a function that was asked for. */
bool groups_is_asked(const struct groups_report *report, uint32_t group);

/** Whether a function itself was asked for. */
bool groups_is_selected(const struct groups_report *report, uint32_t function);

/** Who has to let go of the functions of a group that were asked for. */
void groups_passing(const struct groups_report *report, const struct p2p_group *group,
		    const struct style *style, struct out *out);

void groups_text(const struct groups_report *report, const struct style *style,
		 struct out *out);

/** The end of the text: registers that the boot changes, differences to live groups. */
void groups_registers(const struct groups_report *report, const struct style *style,
		      struct out *out);
void groups_differences(const struct groups_report *report, const struct style *style,
			struct out *out);

void groups_json(const struct groups_report *report, struct out *out);

/** The record of one group, as in `scan` and `groups`. */
cJSON *groups_record(const struct p2p_machine *machine, const struct p2p_grouped *grouped,
		     uint32_t group);

#endif
