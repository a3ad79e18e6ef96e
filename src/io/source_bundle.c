/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures in the order of the archive. The first one says which machine it is about;
 * others of it add what they know. Those of other machines are left out, and those that
 * nothing says to be of the same one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/snapshot_store.h"
#include "io/source_bundle_parts.h"
#include "io/source_tree.h"
#include "io/sysfs.h"

#define PIECES_MAX 1000

/* What a part that is left out again had added. */
struct mark {
	uint32_t n_functions, n_extents, n_names, n_damage;
	uint64_t n_damage_seen;
	struct p2p_system system;
};

static struct mark mark_of(const struct p2p_snapshot *snapshot)
{
	return (struct mark){ snapshot->n_functions,   snapshot->n_extents,
			      snapshot->n_names,       snapshot->n_damage,
			      snapshot->n_damage_seen, snapshot->system };
}

static void rewind_to(struct p2p_snapshot *snapshot, const struct mark *mark)
{
	snapshot->n_functions = mark->n_functions;
	snapshot->n_extents = mark->n_extents;
	snapshot->n_names = mark->n_names;
	snapshot->n_damage = mark->n_damage;
	snapshot->n_damage_seen = mark->n_damage_seen;
	snapshot->system = mark->system;
}

static int add_piece(struct bundle *bundle, struct piece piece, const char *name,
		     size_t length)
{
	if (bundle->n_pieces == PIECES_MAX) {
		p2p_snapshot_add_damage(bundle->snapshot, 0,
					"more than %u captures are in it, others are "
					"not read",
					PIECES_MAX);
		return -E2BIG;
	}
	piece.name = strndup(name, length);
	if (!piece.name)
		return -ENOMEM;
	bundle->pieces[bundle->n_pieces++] = piece;
	return 0;
}

/* The root of the tree that a member is of; NULL if it is no function of a tree. */
static const char *root_of(const char *name, size_t *ret_length)
{
	static const char devices[] = P2P_SYSFS_DEVICES "/";
	const char *at = strstr(name, devices);
	char address[P2P_BDF_SIZE];
	struct p2p_bdf bdf;

	while (at && at != name && at[-1] != '/')
		at = strstr(at + 1, devices);
	if (!at)
		return NULL;
	snprintf(address, sizeof(address), "%.*s",
		 (int)strcspn(at + strlen(devices), "/"), at + strlen(devices));
	*ret_length = at == name ? 0 : (size_t)(at - name) - 1;
	return p2p_sysfs_is_address(address, &bdf) ? name : NULL;
}

static struct piece *find_tree(struct bundle *bundle, const char *root, size_t length)
{
	for (size_t i = bundle->n_pieces; i-- > 0;) {
		struct piece *piece = &bundle->pieces[i];

		if (piece->kind == P2P_SOURCE_SYSFS && strlen(piece->name) == length &&
		    !strncmp(piece->name, root, length))
			return piece;
	}
	return NULL;
}

static int find_piece(struct bundle *bundle, const struct p2p_member *member,
		      enum p2p_source_kind as)
{
	const char *name = p2p_members_name(bundle->members, member);
	struct piece piece = { .kind = member->kind,
			       .order = member->order,
			       .from = member->at,
			       .to = member->at + member->length };
	struct piece *known;
	size_t length = strlen(name);

	if (member->kind != P2P_SOURCE_ANY)
		return as == P2P_SOURCE_SYSFS ? 0 :
						add_piece(bundle, piece, name, length);
	name = root_of(name, &length);
	if (!name)
		return 0;
	known = find_tree(bundle, name, length);
	if (!known) {
		piece.kind = P2P_SOURCE_SYSFS;
		return add_piece(bundle, piece, name, length);
	}
	if (member->order < known->order)
		known->order = member->order;
	return 0;
}

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *left = a, *right = b;

	return (left->order > right->order) - (left->order < right->order);
}

static int find_pieces(struct bundle *bundle, enum p2p_source_kind as)
{
	int result = 0;

	bundle->pieces = calloc(PIECES_MAX, sizeof(*bundle->pieces));
	if (!bundle->pieces)
		return -ENOMEM;
	for (size_t i = 0; !result && i < bundle->members->n; i++)
		result = find_piece(bundle, &bundle->members->entries[i], as);
	qsort(bundle->pieces, bundle->n_pieces, sizeof(*bundle->pieces), compare_pieces);
	return result == -ENOMEM ? result : 0;
}

static const char *name_of(const struct piece *piece)
{
	return *piece->name ? piece->name : "its top folder";
}

static int read_piece(struct bundle *bundle, const struct piece *piece)
{
	struct p2p_part part = { .name = piece->name,
				 .from = piece->from,
				 .to = piece->to };
	struct p2p_snapshot *snapshot = bundle->snapshot;
	int result;

	snapshot->system.kind = 0;
	if (piece->kind == P2P_SOURCE_NVIDIA)
		return p2p_nvidia_read(snapshot, &part, bundle->found, bundle->err);
	if (piece->kind != P2P_SOURCE_SYSFS)
		return p2p_part_read(snapshot, piece->kind, &part, bundle->found,
				     bundle->err);
	result = p2p_tree_read(bundle->members, piece->name, snapshot, bundle->err);
	snapshot->system.kind = p2p_snapshot_keep(snapshot, "sysfs", strlen("sysfs"));
	bundle->found->rows = true;
	return result;
}

static void add_kind(struct bundle *bundle, const struct piece *piece, uint32_t count)
{
	const char *kind =
		p2p_snapshot_string(bundle->snapshot, bundle->snapshot->system.kind);
	size_t used = strlen(bundle->kinds);

	if (!strstr(bundle->kinds, kind))
		snprintf(bundle->kinds + used, sizeof(bundle->kinds) - used, "%s%s",
			 used ? ", " : "", kind);
	p2p_snapshot_add_remark(bundle->snapshot, "%.160s: read as %s, %u functions",
				name_of(piece), kind, count);
}

/* What the piece told of its machine, out of a system that knew nothing. */
struct told {
	p2p_string host, boot_id;
};

/* Two names of one machine, or of two. A name that any machine may have tells nothing. */
static enum p2p_tri is_same_text(const struct p2p_snapshot *snapshot, p2p_string known,
				 p2p_string here)
{
	const char *a = p2p_snapshot_string(snapshot, known);
	const char *b = p2p_snapshot_string(snapshot, here);

	if (!known || !here || !strncmp(a, "localhost", strlen("localhost")))
		return P2P_UNKNOWN;
	return p2p_tri_of(!strcmp(a, b));
}

static bool is_in_place(const struct bundle *bundle, const struct piece *piece,
			enum p2p_likeness likeness)
{
	struct p2p_place here = piece_place(piece);

	for (size_t i = 0; i < bundle->n_pieces; i++) {
		struct p2p_place there = piece_place(&bundle->pieces[i]);

		if (bundle->pieces[i].state == PIECE_TAKEN &&
		    (p2p_place_is_same(here, there) ||
		     (likeness == P2P_LIKE_APART && p2p_place_is_beside(here, there))))
			return true;
	}
	return false;
}

/* Machines of one model have the same devices at the same addresses: that alone does not
 * make two captures one. */
static enum piece_state judge(const struct bundle *bundle, const struct piece *piece,
			      const struct told *known, enum p2p_likeness likeness)
{
	const struct p2p_snapshot *snapshot = bundle->snapshot;
	const struct p2p_system *here = &snapshot->system;
	enum p2p_tri host = is_same_text(snapshot, known->host, here->host);
	enum p2p_tri boot = is_same_text(snapshot, known->boot_id, here->boot_id);

	if (!bundle->first)
		return PIECE_TAKEN;
	if (likeness == P2P_LIKE_OTHER || host == P2P_NO || boot == P2P_NO)
		return PIECE_OTHER;
	if (likeness == P2P_LIKE_SAME || host == P2P_YES || boot == P2P_YES ||
	    is_in_place(bundle, piece, likeness))
		return PIECE_TAKEN;
	return PIECE_DOUBTFUL;
}

static int compare_machine(struct bundle *bundle, struct piece *piece,
			   const struct mark *mark)
{
	struct p2p_system *system = &bundle->snapshot->system;
	struct told known = { mark->system.host, mark->system.boot_id };
	struct p2p_identities fresh;
	int result = p2p_identities_read(bundle->snapshot, mark->n_functions, &fresh);

	if (!result) {
		piece->state = judge(bundle, piece, &known,
				     p2p_identities_compare(&bundle->machine, &fresh));
		if (piece->state == PIECE_TAKEN)
			result = p2p_identities_add(&bundle->machine, &fresh);
	}
	p2p_identities_done(&fresh);
	system->host = known.host ? known.host : system->host;
	system->boot_id = known.boot_id ? known.boot_id : system->boot_id;
	return result;
}

static int take_piece(struct bundle *bundle, struct piece *piece)
{
	struct p2p_snapshot *snapshot = bundle->snapshot;
	struct mark mark = mark_of(snapshot);
	struct p2p_hex_found found = *bundle->found;
	int result;

	snapshot->system.host = snapshot->system.boot_id = 0;
	result = read_piece(bundle, piece);
	if (result)
		return result;
	if (compare_machine(bundle, piece, &mark))
		return p2p_err_set(bundle->err, -ENOMEM, "no memory to compare machines");
	if (piece->state != PIECE_TAKEN) {
		p2p_snapshot_add_remark(snapshot,
					"%.160s: %s of another machine, not read",
					name_of(piece),
					piece->state == PIECE_OTHER ? "is" : "may be");
		rewind_to(snapshot, &mark);
		*bundle->found = found;
		return 0;
	}
	if (!bundle->first && snapshot->n_functions)
		bundle->first = piece;
	add_kind(bundle, piece, snapshot->n_functions - mark.n_functions);
	return 0;
}

static size_t count_pieces(const struct bundle *bundle, enum piece_state state,
			   const struct piece **ret_first)
{
	size_t count = 0;

	for (size_t i = 0; i < bundle->n_pieces; i++)
		if (bundle->pieces[i].state == state && !count++)
			*ret_first = &bundle->pieces[i];
	return count;
}

static void warn(struct bundle *bundle)
{
	const struct piece *left = NULL;
	size_t n_doubtful = count_pieces(bundle, PIECE_DOUBTFUL, &left);
	size_t n_others = count_pieces(bundle, PIECE_OTHER, &left);
	char text[640], more[32] = "";

	if (!left)
		return;
	if (n_others + n_doubtful > 1)
		snprintf(more, sizeof(more), " and %zu more", n_others + n_doubtful - 1);
	snprintf(text, sizeof(text),
		 "%s: %.160s is read, %.160s%s %s not (%sname one of them)",
		 n_others ? "holds several machines" :
			    "may hold several machines, nothing says that it is one",
		 name_of(bundle->first), name_of(left), more, *more ? "are" : "is",
		 bundle->members->is_folder ? "" : "unpack it and ");
	bundle->snapshot->warning =
		p2p_snapshot_keep(bundle->snapshot, text, strlen(text));
}

static int tell(struct bundle *bundle)
{
	struct p2p_snapshot *snapshot = bundle->snapshot;
	char text[512];

	snprintf(text, sizeof(text), "%s: %s",
		 bundle->members->is_folder ? "directory" : "tar",
		 *bundle->kinds ? bundle->kinds : "no capture");
	snapshot->system.kind = p2p_snapshot_keep(snapshot, text, strlen(text));
	if (!bundle->first)
		return 0;
	warn(bundle);
	return p2p_bundle_facts(bundle);
}

int p2p_bundle_read(struct p2p_snapshot *snapshot, const struct p2p_members *members,
		    enum p2p_source_kind as, struct p2p_hex_found *found,
		    struct p2p_err *err)
{
	struct bundle bundle = {
		.snapshot = snapshot, .members = members, .found = found, .err = err
	};
	int result = find_pieces(&bundle, as);
	bool is_mine = result != 0;

	for (size_t i = 0; !result && i < bundle.n_pieces; i++)
		result = take_piece(&bundle, &bundle.pieces[i]);
	if (!result) {
		result = tell(&bundle);
		is_mine = result != 0;
	}
	for (size_t i = 0; i < bundle.n_pieces; i++)
		free(bundle.pieces[i].name);
	free(bundle.pieces);
	p2p_identities_done(&bundle.machine);
	if (is_mine)
		return p2p_err_set(err, result, "no memory for its captures");
	return result;
}
