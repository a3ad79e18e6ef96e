/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The readers of captures read the text of a snapshot; here a piece of it is given to
 * them as the whole, and what they note is put back into the place where it belongs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io/source_capture.h"
#include "io/source_part.h"

/* What was there before the part was read. */
struct before {
	const char *text;
	size_t length;
	uint32_t n_extents, n_damage;
	enum p2p_tri extended;
	p2p_string kind;
};

static int read_text(struct p2p_snapshot *snapshot, enum p2p_source_kind kind,
		     struct p2p_hex_found *ret_found, struct p2p_err *err)
{
	int result;

	*ret_found = (struct p2p_hex_found){ .rows = true };
	if (kind == P2P_SOURCE_CAPTURE)
		return p2p_capture_read(snapshot, err);
	if (kind == P2P_SOURCE_RDMA_TOPO)
		return p2p_rdma_read(snapshot, err);
	result = p2p_hex_read(snapshot, ret_found, err);
	return result ? result : p2p_capture_tell(snapshot);
}

static int name_damage(struct p2p_snapshot *snapshot, const struct p2p_part *part,
		       struct p2p_damage *damage)
{
	const char *text = p2p_snapshot_string(snapshot, damage->text);
	char named[512];

	if (damage->line)
		damage->line += part->lines;
	if (!*part->name)
		return 0;
	snprintf(named, sizeof(named), "%.200s: %s", part->name, text);
	damage->text = p2p_snapshot_keep(snapshot, named, strlen(named));
	return damage->text ? 0 : -ENOMEM;
}

static int put_back(struct p2p_snapshot *snapshot, const struct p2p_part *part,
		    const struct before *before)
{
	int result = 0;

	snapshot->text = before->text;
	snapshot->text_length = before->length;
	for (uint32_t i = before->n_extents; i < snapshot->n_extents; i++)
		if (snapshot->extents[i].encoding == P2P_HEX)
			snapshot->extents[i].at += part->from;
	for (uint32_t i = before->n_damage; !result && i < snapshot->n_damage; i++)
		result = name_damage(snapshot, part, &snapshot->damage[i]);
	if (before->extended == P2P_YES)
		snapshot->system.extended = P2P_YES;
	return result;
}

/* Of several texts the one that tells most says what they are. */
static void choose_kind(struct p2p_snapshot *snapshot, const struct before *before,
			bool is_told)
{
	p2p_string *kind = &snapshot->system.kind;

	if (before->kind &&
	    (!is_told || strlen(p2p_snapshot_string(snapshot, *kind)) <=
				 strlen(p2p_snapshot_string(snapshot, before->kind))))
		*kind = before->kind;
}

/* The sizes of functions are told by rows only where all rows were printed by -xxxx, and
 * where at most one text ends in doubt. */
static void take_found(struct p2p_hex_found *found, const struct p2p_hex_found *more)
{
	bool is_first = !found->rows, is_doubtful = found->unsure && more->unsure;

	found->listing |= more->listing;
	found->identity |= more->identity;
	found->drawn |= more->drawn;
	if (more->rows)
		found->extended = (is_first || found->extended) && more->extended;
	found->rows |= more->rows;
	if (is_doubtful)
		found->extended = false;
	if (more->unsure) {
		found->unsure = true;
		found->last = more->last;
	}
}

int p2p_part_read(struct p2p_snapshot *snapshot, enum p2p_source_kind kind,
		  const struct p2p_part *part, struct p2p_hex_found *found,
		  struct p2p_err *err)
{
	struct before before = {
		snapshot->text,     snapshot->text_length,     snapshot->n_extents,
		snapshot->n_damage, snapshot->system.extended, snapshot->system.kind
	};
	struct p2p_hex_found more;
	int result;

	snapshot->text += part->from;
	snapshot->text_length = part->to - part->from;
	result = read_text(snapshot, kind, &more, err);
	if (!result) {
		take_found(found, &more);
		choose_kind(snapshot, &before,
			    more.rows || more.listing || more.identity);
		return put_back(snapshot, part, &before) ?
			       p2p_err_set(err, -ENOMEM, "no memory for damage") :
			       0;
	}
	put_back(snapshot, part, &before);
	return result;
}
