/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures in the order of the archive. The first one says which machine it is about;
 * others of it add what they know, those of other machines are left out. What the system
 * tells is taken from the files that stand nearest to the first capture. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/snapshot_store.h"
#include "io/host_text.h"
#include "io/same_machine.h"
#include "io/source_bundle.h"
#include "io/source_tree.h"
#include "io/sysfs.h"
#include "io/wanted.h"

#define PIECES_MAX 1000
#define KINDS_SIZE 160

/* A capture in the archive. */
struct piece {
	enum p2p_source_kind kind;
	char *name; /* of the member, or of the tree's root */
	uint32_t order;
	size_t from, to;
};

struct bundle {
	struct p2p_snapshot *snapshot;
	const struct p2p_members *members;
	struct p2p_hex_found *found;
	struct p2p_err *err;
	struct piece *pieces;
	size_t n_pieces;
	struct p2p_identities machine;
	const struct piece *first; /* that had a function */
	char kinds[KINDS_SIZE];
	size_t n_others;
	const char *other; /* the first of them */
};

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
					"more than %u captures are in the archive, "
					"others are not read",
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
	return *piece->name ? piece->name : "the archive's top";
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

/* The first part of the name, unless it is one of those that stand in every root. */
static size_t top_of(const char *name)
{
	static const char *const roots[] = { "sys/", "proc/", "etc/", "sos_commands/" };
	const char *slash = strchr(name, '/');

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (!strncmp(name, roots[i], strlen(roots[i])))
			return 0;
	return slash && strcmp(name, "sys") != 0 ? (size_t)(slash - name) : 0;
}

static bool is_elsewhere(const struct bundle *bundle, const struct piece *piece)
{
	size_t first = bundle->first ? top_of(bundle->first->name) : 0;
	size_t length = top_of(piece->name);

	return first && length &&
	       (first != length ||
		strncmp(bundle->first->name, piece->name, length) != 0);
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

static int take_piece(struct bundle *bundle, const struct piece *piece)
{
	struct p2p_snapshot *snapshot = bundle->snapshot;
	struct mark mark = mark_of(snapshot);
	struct p2p_hex_found found = *bundle->found;
	int result = read_piece(bundle, piece);
	bool is_other = is_elsewhere(bundle, piece);

	if (result)
		return result;
	if (snapshot->n_functions && p2p_store_flush_bits(snapshot))
		result = -ENOMEM;
	if (!result && !is_other)
		result =
			p2p_identities_take(&bundle->machine, snapshot, mark.n_functions);
	if (result < 0)
		return p2p_err_set(bundle->err, result, "no memory to compare machines");
	if (is_other || result) {
		if (!bundle->n_others++)
			bundle->other = piece->name;
		p2p_snapshot_add_remark(snapshot,
					"%.160s: is of another machine, not read",
					name_of(piece));
		rewind_to(snapshot, &mark);
		*bundle->found = found;
		return 0;
	}
	if (!bundle->first && snapshot->n_functions)
		bundle->first = piece;
	add_kind(bundle, piece, snapshot->n_functions - mark.n_functions);
	return 0;
}

/* How much of the way to two members is the same. */
static size_t shared_way(const char *a, const char *b)
{
	size_t same = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			same = i + 1;
	return same;
}

static const struct p2p_member *find_fact(const struct bundle *bundle,
					  enum p2p_wanted wanted)
{
	const struct p2p_member *best = NULL;
	size_t best_way = 0;

	for (size_t i = 0; i < bundle->members->n; i++) {
		const struct p2p_member *member = &bundle->members->entries[i];
		const char *name = p2p_members_name(bundle->members, member);
		size_t way = shared_way(name, bundle->first->name);

		if (member->type != P2P_MEMBER_FILE || !member->length ||
		    p2p_wanted(name) != wanted || (best && way <= best_way) ||
		    way < top_of(bundle->first->name))
			continue;
		best = member;
		best_way = way;
	}
	return best;
}

static int tell_fact(struct bundle *bundle, enum p2p_wanted wanted,
		     int (*take)(struct p2p_snapshot *snapshot, const char *text))
{
	const struct p2p_member *member = find_fact(bundle, wanted);
	char text[P2P_CFG_SIZE + 2];
	struct span content;

	if (!member)
		return 0;
	content =
		span_cut(p2p_members_content(bundle->members, member), sizeof(text) - 1);
	memcpy(text, content.at, content.length);
	text[content.length] = '\0';
	p2p_snapshot_add_remark(bundle->snapshot, "%.160s: tells of the system",
				p2p_members_name(bundle->members, member));
	return take(bundle->snapshot, text);
}

/* The configuration of the kernel that ran. */
static void tell_config(struct bundle *bundle)
{
	struct p2p_snapshot *snapshot = bundle->snapshot;
	const char *kernel = p2p_snapshot_string(snapshot, snapshot->system.kernel);

	for (size_t i = 0; *kernel && i < bundle->members->n; i++) {
		const struct p2p_member *member = &bundle->members->entries[i];
		const char *name = p2p_members_name(bundle->members, member);
		const char *release = strstr(name, "boot/config-");

		if (member->type != P2P_MEMBER_FILE || !release ||
		    p2p_wanted(name) != P2P_WANTED_CONFIG ||
		    strcmp(release + strlen("boot/config-"), kernel) != 0)
			continue;
		p2p_told_config(snapshot, p2p_members_content(bundle->members, member));
		p2p_snapshot_add_remark(snapshot, "%.160s: tells of the kernel", name);
		return;
	}
}

static int tell_facts(struct bundle *bundle)
{
	struct p2p_system *system = &bundle->snapshot->system;
	int result = 0;

	if (!system->kernel)
		result = tell_fact(bundle, P2P_WANTED_UNAME, p2p_told_uname);
	if (!result && !system->host)
		result = tell_fact(bundle, P2P_WANTED_HOSTNAME, p2p_told_host);
	if (!result && system->has_cmdline != P2P_YES)
		result = tell_fact(bundle, P2P_WANTED_CMDLINE, p2p_told_cmdline);
	if (!result && !system->cpu_vendor)
		result = tell_fact(bundle, P2P_WANTED_CPUINFO, p2p_told_cpu);
	if (!result && system->p2pdma == P2P_UNKNOWN)
		tell_config(bundle);
	return result;
}

static int tell(struct bundle *bundle)
{
	struct p2p_snapshot *snapshot = bundle->snapshot;
	char text[512];

	snprintf(text, sizeof(text), "%s: %s",
		 bundle->members->is_folder ? "directory" : "tar",
		 *bundle->kinds ? bundle->kinds : "no capture");
	snapshot->system.kind = p2p_snapshot_keep(snapshot, text, strlen(text));
	if (bundle->n_others) {
		snprintf(text, sizeof(text),
			 "holds several machines: %.160s is read, %zu captures of others "
			 "are not, first: %.160s (unpack it and name one of them)",
			 name_of(bundle->first), bundle->n_others, bundle->other);
		snapshot->warning = p2p_snapshot_keep(snapshot, text, strlen(text));
	}
	return bundle->first ? tell_facts(bundle) : 0;
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
