/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which ids are reserved for VFIO by the files of modprobe.d: lines
 * `options vfio-pci ids=10de:2330,10de:1aef`. */
#include <string.h>

#include "io/evidence.h"

#define IDS_MAX 256 /* of one line */

static void add(struct evidence_reading *reading, const struct p2p_vfio_id *id,
		const char *path)
{
	struct p2p_guard_evidence *evidence = reading->evidence;
	struct p2p_reservation *grown = p2p_evidence_grow(reading, evidence->reservations,
							  evidence->n_reservations,
							  sizeof(*grown),
							  &evidence->knows_reservations);
	struct p2p_reservation *one;

	if (!grown)
		return;
	evidence->reservations = grown;
	one = &evidence->reservations[evidence->n_reservations++];
	one->id = *id;
	one->where[0] = '/';
	p2p_evidence_copy(span_of(path), one->where + 1, sizeof(one->where) - 1);
}

static void take_ids(struct evidence_reading *reading, const char *path, struct span ids)
{
	struct p2p_vfio_id found[IDS_MAX];
	unsigned n;

	while (ids.length && strchr("\"'", ids.at[0]))
		ids = span_skip(ids, 1);
	while (ids.length && strchr("\"'", ids.at[ids.length - 1]))
		ids.length--;
	n = p2p_vfio_read_ids(ids.at, ids.length, IDS_MAX, found);
	for (unsigned i = 0; i < n; i++)
		add(reading, &found[i], path);
	if (n == IDS_MAX)
		reading->evidence->knows_reservations = false;
}

static void take_line(struct evidence_reading *reading, const char *path,
		      struct span line)
{
	struct span word;

	if (!p2p_evidence_word(&line, &word) || !span_equals(word, "options") ||
	    !p2p_evidence_word(&line, &word) || !p2p_vfio_takes_ids(word.at, word.length))
		return;
	while (p2p_evidence_word(&line, &word))
		if (span_starts(word, "ids="))
			take_ids(reading, path, span_skip(word, strlen("ids=")));
}

/* A line goes on behind a backslash at its end: that is a blank. */
static void take_file(struct evidence_reading *reading, const char *path,
		      struct span text)
{
	struct span line;

	while (text.length) {
		size_t end = span_find(text, "\n");

		while (end && end < text.length && text.at[end - 1] == '\\')
			end += 1 + span_find(span_skip(text, end + 1), "\n");
		line = span_cut(text, end);
		text = span_skip(text, end + 1);
		take_line(reading, path, line);
	}
}

/* Those of a container are not those of the host. */
void p2p_evidence_reserved(struct evidence_reading *reading)
{
	static const char *const directories[] = {
		"etc/modprobe.d",     "run/modprobe.d", "usr/local/lib/modprobe.d",
		"usr/lib/modprobe.d", "lib/modprobe.d",
	};
	bool is_whole = reading->evidence->container == P2P_NO;

	reading->evidence->knows_reservations = true;
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		is_whole &=
			p2p_evidence_files(reading, directories[i], ".conf", take_file);
	reading->evidence->knows_reservations &= is_whole;
}
