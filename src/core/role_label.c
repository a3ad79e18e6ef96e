/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A short name for each function, unique in the machine: what the system calls it, else
 * counted by address, else the address. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/role_parts.h"

/* Best first: which of its names a function is called by. */
enum rank { RANK_INFINIBAND, RANK_NVME, RANK_NET, RANK_OTHER };
static const char *const subsystems[RANK_OTHER] = { "infiniband", "nvme", "net" };

/* One name that the system gave. */
struct told {
	const char *name;
	uint32_t function;
	bool other; /* of a subsystem that gives no labels: block, drm */
};

struct labels {
	const struct p2p_snapshot *snapshot;
	struct told
		*told; /* sorted by name; of equal ones the first is the label's owner */
	uint32_t n_told;
	bool has[RANK_OTHER]; /* the system told a name of this subsystem */
	uint32_t counted[P2P_ROLE_COUNTS];
};

static int compare_told(const void *a, const void *b)
{
	const struct told *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = (int)x->other - (int)y->other;
	return order ? order : (x->function > y->function) - (x->function < y->function);
}

static enum rank rank_of(const char *subsystem)
{
	unsigned rank = 0;

	while (rank < RANK_OTHER && strcmp(subsystem, subsystems[rank]))
		rank++;
	return (enum rank)rank;
}

static void gather_names(struct labels *labels)
{
	const struct p2p_snapshot *snapshot = labels->snapshot;

	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		const struct p2p_function *f = &snapshot->functions[i];

		for (uint32_t n = 0; n < f->n_names; n++) {
			const struct p2p_name *name = &snapshot->names[f->first_name + n];
			enum rank rank =
				rank_of(p2p_snapshot_string(snapshot, name->subsystem));

			if (rank != RANK_OTHER)
				labels->has[rank] = true;
			labels->told[labels->n_told++] = (struct told){
				.name = p2p_snapshot_string(snapshot, name->name),
				.function = i,
				.other = rank == RANK_OTHER,
			};
		}
	}
	if (labels->n_told)
		qsort(labels->told, labels->n_told, sizeof(*labels->told), compare_told);
}

static const struct told *find_told(const struct labels *labels, const char *name)
{
	uint32_t low = 0, high = labels->n_told;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (strcmp(labels->told[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == labels->n_told || strcmp(labels->told[low].name, name) != 0)
		return NULL;
	return &labels->told[low];
}

/* A label is a selector: letters, digits and a few marks that pass the grammar and every
 * shell, and nothing that reads as a set, an address or a bare number. */
static bool can_say(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	struct p2p_bdf bdf;

	return strlen(name) < P2P_LABEL_SIZE && !name[strspn(name, letters)] &&
	       name[strspn(name, "0123456789.")] && name[0] != '-' && name[0] != '.' &&
	       !p2p_role_is_set(name) && p2p_bdf_parse(name, &bdf);
}

static bool label_by_name(const struct labels *labels, uint32_t i, struct p2p_role *role)
{
	for (unsigned rank = 0; rank < RANK_OTHER; rank++) {
		const char *name = p2p_role_name(labels->snapshot, i, subsystems[rank]);
		const struct told *owner = name ? find_told(labels, name) : NULL;

		if (owner && owner->function == i && can_say(name)) {
			memcpy(role->label, name, strlen(name) + 1);
			return true;
		}
	}
	return false;
}

static bool label_by_count(struct labels *labels, enum p2p_role_count count,
			   struct p2p_role *role)
{
	static const char *const words[P2P_ROLE_COUNTS] = {
		"", "gpu", "nvme", "mlx4_", "mlx5_",
	};
	static const enum rank ranks[P2P_ROLE_COUNTS] = {
		RANK_OTHER, RANK_OTHER, RANK_NVME, RANK_INFINIBAND, RANK_INFINIBAND,
	};
	bool told =
		ranks[count] != RANK_OTHER &&
		(labels->has[ranks[count]] || p2p_system_told(&labels->snapshot->system));
	char label[P2P_LABEL_SIZE];

	if (count == P2P_COUNT_NONE || told)
		return false;
	snprintf(label, sizeof(label), "%s%u", words[count], labels->counted[count]++);
	if (find_told(labels, label))
		return false;
	memcpy(role->label, label, sizeof(label));
	return true;
}

/* GPUs are counted even where the system calls them card1 or, by driver, nvidia0. */
static void find_label(struct labels *labels, const struct p2p_role_rule *rule,
		       uint32_t i, struct p2p_role *role)
{
	enum p2p_role_count count = P2P_COUNT_NONE;

	if (rule)
		count = (enum p2p_role_count)rule->count;
	if (role->kind != P2P_ROLE_GPU && label_by_name(labels, i, role))
		return;
	if (!label_by_count(labels, count, role))
		p2p_bdf_format(labels->snapshot->functions[i].bdf, role->label);
}

int p2p_role_label(const struct p2p_snapshot *snapshot, const struct p2p_facts *facts,
		   const struct p2p_topo *topo, struct p2p_role *roles)
{
	struct labels labels = { .snapshot = snapshot };

	labels.told =
		calloc(snapshot->n_names ? snapshot->n_names : 1, sizeof(*labels.told));
	if (!labels.told)
		return -ENOMEM;
	gather_names(&labels);
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		const struct p2p_node *node = &topo->nodes[i];
		const struct p2p_role_rule *rule = NULL;

		if (!node->bridge && node->pf == P2P_NONE)
			rule = p2p_role_rule(snapshot, facts, i);
		find_label(&labels, rule, i, &roles[i]);
	}
	free(labels.told);
	return 0;
}
