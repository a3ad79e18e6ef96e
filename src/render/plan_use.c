/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What members and bystanders are used for, where the machine tells it. */
#include <stdio.h>
#include <string.h>

#include "render/clean.h"
#include "render/guard_say.h"
#include "render/plan_report.h"

#define TEXT_SIZE 1024
#define SHOWN     6 /* without -v */

static bool is_concerned(const struct p2p_plan *plan, uint32_t function)
{
	for (uint32_t i = 0; i < plan->n_bystanders; i++)
		if (plan->bystanders[i] == function)
			return true;
	return p2p_plan_has_member(plan, function);
}

/* `nvme0 (mounted /data)` */
static char *say_disk(const struct plan_report *report, const struct p2p_disk *disk,
		      const struct style *style, char ret_text[SAY_SIZE])
{
	char label[P2P_LABEL_SIZE], text[P2P_GUARD_TEXT_SIZE];

	snprintf(ret_text, SAY_SIZE, "%s (%s%s%s)",
		 say_label(report->scene->machine, disk->function, style, label),
		 words_disk_use[disk->use], *disk->text ? " " : "",
		 clean_text(disk->text, style->unicode, text, sizeof(text)));
	return ret_text;
}

void plan_use(const struct plan_report *report, const struct style *style,
	      struct out *out)
{
	const struct p2p_guard_evidence *evidence = report->evidence;
	char text[TEXT_SIZE], one[SAY_SIZE];
	size_t used = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; evidence && i < evidence->n_disks; i++) {
		if (!is_concerned(report->plan, evidence->disks[i].function))
			continue;
		if ((n++ >= SHOWN && !style->verbose) || used + SAY_SIZE > TEXT_SIZE - 32)
			continue;
		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "%s%s", used ? ", " : "",
			say_disk(report, &evidence->disks[i], style, one));
	}
	if (n > SHOWN && !style->verbose)
		snprintf(text + used, sizeof(text) - used, " and %u more (-v)",
			 n - SHOWN);
	if (n)
		plan_item(style, out, "In use", text);
}
