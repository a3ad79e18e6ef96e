/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nvidia-bug-report.log: sections below rows of underscores, each with the command or the
 * file it holds as its heading. All that lspci printed is read, and what the kernel tells
 * of itself; the rest of the report is passed over. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/host_text.h"
#include "io/source_part.h"
#include "io/span.h"

#define RULER "____________________________________________"
#define LS    "*** ls:"

/* A section: where its content begins and ends, its heading, lines before the content. */
struct section {
	size_t from, to;
	struct span heading;
	uint64_t lines;
};

struct report {
	struct p2p_snapshot *snapshot;
	const struct p2p_part *part;
	struct p2p_hex_found *found;
	struct p2p_err *err;
	struct span text;
	bool has_section;
};

static struct span line_at(struct span text, size_t at)
{
	struct span line = span_skip(text, at);

	line.length = span_find(line, "\n");
	return line;
}

static bool is_ruler(struct span line)
{
	return span_equals(span_trim(line), RULER);
}

/* The first line that is not empty, after @at; @at is moved behind it. */
static struct span take_heading(struct span text, struct section *section)
{
	struct span line = { text.at, 0 };

	while (section->from < text.length && !span_trim(line).length) {
		line = line_at(text, section->from);
		section->from += line.length + 1;
		section->lines++;
	}
	return span_trim(line);
}

static int tell(struct report *report, const struct section *section,
		int (*take)(struct p2p_snapshot *snapshot, const char *text))
{
	struct span content = span_cut(span_skip(report->text, section->from),
				       section->to - section->from);
	char *copy;
	int result;

	if (span_starts(content, LS))
		content = span_skip(content, line_at(content, 0).length + 1);
	copy = strndup(content.at, content.length);
	if (!copy)
		return -ENOMEM;
	result = take(report->snapshot, copy);
	free(copy);
	return result;
}

/* The line "uname: Linux host 6.8.0 ..." of the heading of all. */
static int tell_uname(struct report *report, struct section section)
{
	struct span rest = span_cut(span_skip(report->text, section.from),
				    section.to - section.from);
	size_t at = span_find(rest, "\nuname: ");

	if (at == rest.length)
		return 0;
	section.from += at + strlen("\nuname: ");
	return tell(report, &section, p2p_told_uname);
}

static int read_section(struct report *report, const struct section *section)
{
	struct p2p_snapshot *snapshot = report->snapshot;
	struct span heading = section->heading;
	struct p2p_part part = { .name = report->part->name,
				 .from = report->part->from + section->from,
				 .to = report->part->from + section->to,
				 .lines = report->part->lines + section->lines };

	if (span_starts(heading, "Start of NVIDIA"))
		return tell_uname(report, *section);
	if (span_equals(heading, "*** /proc/cmdline"))
		return tell(report, section, p2p_told_cmdline);
	if (span_equals(heading, "*** /proc/cpuinfo"))
		return tell(report, section, p2p_told_cpu);
	if (span_find(heading, "lspci") == heading.length)
		return 0;
	return p2p_part_read(snapshot, P2P_SOURCE_LSPCI, &part, report->found,
			     report->err);
}

/* From a ruler to the next; nothing but lspci's text may stand above the first. */
static int read_sections(struct report *report)
{
	struct section section = { .lines = 0 };
	size_t at = 0;
	uint64_t line = 0;
	int result = 0;

	while (!result && at < report->text.length) {
		struct span text = line_at(report->text, at);

		at += text.length + 1;
		line++;
		if (!is_ruler(text))
			continue;
		section.to = at - text.length - 1;
		if (report->has_section)
			result = read_section(report, &section);
		section = (struct section){ .from = at, .lines = line };
		section.heading = take_heading(report->text, &section);
		report->has_section = true;
	}
	section.to = report->text.length;
	if (!result && report->has_section && section.from < section.to)
		result = read_section(report, &section);
	return result;
}

int p2p_nvidia_read(struct p2p_snapshot *snapshot, const struct p2p_part *part,
		    struct p2p_hex_found *found, struct p2p_err *err)
{
	struct report report = { .snapshot = snapshot,
				 .part = part,
				 .found = found,
				 .err = err,
				 .text = { snapshot->text + part->from,
					   part->to - part->from } };
	p2p_string kind;
	char text[64];
	int result = read_sections(&report);

	if (!result && !report.has_section)
		result = p2p_part_read(snapshot, P2P_SOURCE_LSPCI, part, found, err);
	kind = snapshot->system.kind;
	snprintf(text, sizeof(text), "nvidia-bug-report: %s",
		 kind ? p2p_snapshot_string(snapshot, kind) : "no lspci");
	snapshot->system.kind = p2p_snapshot_keep(snapshot, text, strlen(text));
	if (result == -ENOMEM)
		return p2p_err_set(err, result, "no memory for its sections");
	return result;
}
