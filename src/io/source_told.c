/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a system told about itself, in lines `# system.KEY VALUE` of captures and of texts
 * that were put together with a shell's own means. */
#include <errno.h>
#include <stdlib.h>

#include "core/snapshot_lines.h"
#include "io/iommu.h"
#include "io/source_capture.h"
#include "io/span.h"

#define BEFORE     "# " LINES_SYSTEM
#define IOMMU_TYPE "iommu-type" /* a line a group: what /sys says of each */
#define LINE_MAX   ((size_t)3 * LINES_VALUE_MAX)

int p2p_capture_take_system(struct p2p_snapshot *snapshot, const char *key,
			    const char *value)
{
	const struct lines_row *row = p2p_lines_find(p2p_lines_system, key);
	struct p2p_system *system = &snapshot->system;

	if (!strcmp(key, IOMMU_TYPE))
		system->iommu = p2p_iommu_join(system->iommu, value);
	return row ? p2p_lines_take(snapshot, system, row, value) : 0;
}

static int tell(struct p2p_snapshot *snapshot, char *line, size_t length)
{
	size_t key = strcspn(line, " ");
	int64_t value;

	if (key >= length)
		return 0;
	line[key++] = '\0';
	value = p2p_lines_unescape(line + key, length - key);
	if (value < 0 || value > LINES_VALUE_MAX)
		return -EINVAL;
	line[key + (size_t)value] = '\0';
	return p2p_capture_take_system(snapshot, line, line + key);
}

static int tell_line(struct p2p_snapshot *snapshot, struct span line)
{
	char *copy;
	int result;

	line = span_trim(line);
	if (line.length > LINE_MAX || memchr(line.at, '\0', line.length))
		return -EINVAL;
	copy = strndup(line.at, line.length);
	if (!copy)
		return -ENOMEM;
	result = tell(snapshot, copy, line.length);
	free(copy);
	return result;
}

int p2p_capture_tell(struct p2p_snapshot *snapshot)
{
	struct span text = { snapshot->text, snapshot->text_length };
	size_t at = span_find(text, BEFORE);
	int result = 0;

	while (at < text.length && result != -ENOMEM) {
		struct span line = span_skip(text, at + strlen(BEFORE));

		line.length = span_find(line, "\n");
		if (!at || text.at[at - 1] == '\n')
			result = tell_line(snapshot, line);
		if (result == -EINVAL)
			p2p_snapshot_add_damage(snapshot, 0,
						"# system.%.*s: its value is damaged",
						(int)(span_find(line, " ") % 40),
						line.at);
		at += strlen(BEFORE) + line.length;
		at += span_find(span_skip(text, at), BEFORE);
	}
	return result == -ENOMEM ? result : 0;
}
