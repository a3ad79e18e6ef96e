/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two machines in, their differences out: functions first, then their registers, then
 * what follows for pairs and groups. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/diff_parts.h"
#include "core/snapshot_store.h"

#include "core/regs.h"

void p2p_diff_add(struct differing *differing, struct p2p_change change)
{
	struct p2p_diff *diff = differing->diff;

	if (differing->ignored & 1u << change.kind)
		return;
	if (p2p_store_grow((void **)&diff->changes, &differing->room, diff->n_changes + 1,
			   sizeof(change)))
		differing->failed = true;
	else
		diff->changes[diff->n_changes++] = change;
}

static struct p2p_change change_of(enum p2p_change_kind kind, uint32_t before,
				   uint32_t after)
{
	return (struct p2p_change){ .kind = kind,
				    .before = before,
				    .after = after,
				    .other_before = P2P_NONE,
				    .other_after = P2P_NONE };
}

/* Whether the input is damaged at its last function, or nobody knows where: it may have
 * been cut, and what stood behind it is not known to be missing. */
static bool ends_before(const struct p2p_snapshot *snapshot, struct p2p_bdf bdf)
{
	uint64_t last = 0;

	if (snapshot->n_functions)
		last = p2p_bdf_key(snapshot->functions[snapshot->n_functions - 1].bdf);
	if (p2p_bdf_key(bdf) < last)
		return false;
	for (uint32_t i = 0; i < snapshot->n_damage; i++)
		if (!snapshot->damage[i].has_function ||
		    p2p_bdf_key(snapshot->damage[i].function) >= last)
			return true;
	return snapshot->n_damage_seen > snapshot->n_damage;
}

/* @present: a function of one, at @bdf, which @other does not have. */
static void miss(struct differing *differing, const struct p2p_machine *other,
		 struct p2p_bdf bdf, struct p2p_change present)
{
	if (ends_before(other->snapshot, bdf))
		differing->diff->n_unseen++;
	else
		p2p_diff_add(differing, present);
}

static void compare_presence(struct differing *differing)
{
	const struct p2p_snapshot *before = differing->before->snapshot;
	const struct p2p_snapshot *after = differing->after->snapshot;

	for (uint32_t i = 0; i < after->n_functions; i++)
		if (differing->diff->from[i] == P2P_NONE)
			miss(differing, differing->before, after->functions[i].bdf,
			     change_of(P2P_CHANGE_CAME, P2P_NONE, i));
	for (uint32_t i = 0; i < before->n_functions; i++)
		if (differing->diff->to[i] == P2P_NONE)
			miss(differing, differing->after, before->functions[i].bdf,
			     change_of(P2P_CHANGE_WENT, i, P2P_NONE));
}

/* Below the same bridge at the same device and function: buses may be renumbered. */
static bool is_moved(const struct differing *differing, uint32_t before, uint32_t after)
{
	uint32_t a = differing->before->topo->nodes[before].parent;
	uint32_t b = differing->after->topo->nodes[after].parent;
	struct p2p_bdf x = differing->before->snapshot->functions[before].bdf;
	struct p2p_bdf y = differing->after->snapshot->functions[after].bdf;

	if (a == P2P_NONE && b == P2P_NONE)
		return p2p_bdf_key(x) != p2p_bdf_key(y);
	return x.devfn != y.devfn || a == P2P_NONE || differing->diff->to[a] != b;
}

/* Only bits that both looks have seen can differ. */
static void compare_registers(struct differing *differing, struct p2p_change change,
			      struct p2p_reg was, struct p2p_reg is)
{
	change.was = was;
	change.is = is;
	if ((was.value ^ is.value) & was.known & is.known)
		p2p_diff_add(differing, change);
}

static void compare_acs(struct differing *differing, uint32_t before, uint32_t after)
{
	const struct p2p_acs *a = &differing->before->facts[before].acs;
	const struct p2p_acs *b = &differing->after->facts[after].acs;
	struct p2p_change change = change_of(P2P_CHANGE_ACS, before, after);

	if (a->regs.present != P2P_YES || b->regs.present != P2P_YES)
		return;
	compare_registers(differing, change, a->regs.ctrl, b->regs.ctrl);
	for (unsigned i = 0; i < P2P_EGRESS_WORDS; i++) {
		change.other_before = change.other_after = i;
		compare_registers(differing, change, a->egress[i], b->egress[i]);
	}
}

static void compare_ats(struct differing *differing, uint32_t before, uint32_t after)
{
	const struct p2p_ability *a = &differing->before->facts[before].ats;
	const struct p2p_ability *b = &differing->after->facts[after].ats;

	if (a->present == P2P_YES && b->present == P2P_YES)
		compare_registers(differing, change_of(P2P_CHANGE_ATS, before, after),
				  a->ctrl, b->ctrl);
}

static struct p2p_reg link_of(const struct p2p_facts *facts)
{
	struct p2p_link link = p2p_facts_link(facts);

	return (struct p2p_reg){ link.speed << 8 | link.width,
				 link.speed && link.width ? UINT32_MAX : 0 };
}

static const char *driver_of(const struct p2p_machine *machine, uint32_t function)
{
	return p2p_snapshot_string(machine->snapshot,
				   machine->snapshot->functions[function].driver);
}

/* A capture without drivers does not say that none is bound. */
static bool has_drivers(const struct p2p_machine *machine)
{
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		if (machine->snapshot->functions[i].driver)
			return true;
	return false;
}

static void compare_matched(struct differing *differing, bool drivers, uint32_t before)
{
	uint32_t after = differing->diff->to[before];

	if (after == P2P_NONE)
		return;
	if (is_moved(differing, before, after))
		p2p_diff_add(differing, change_of(P2P_CHANGE_MOVED, before, after));
	compare_acs(differing, before, after);
	compare_ats(differing, before, after);
	compare_registers(differing, change_of(P2P_CHANGE_LINK, before, after),
			  link_of(&differing->before->facts[before]),
			  link_of(&differing->after->facts[after]));
	if (drivers && strcmp(driver_of(differing->before, before),
			      driver_of(differing->after, after)) != 0)
		p2p_diff_add(differing, change_of(P2P_CHANGE_DRIVER, before, after));
}

static int compare_changes(const void *a, const void *b)
{
	const struct p2p_change *x = a, *y = b;
	uint32_t at[2][2] = { { x->before, x->other_before },
			      { y->before, y->other_before } };

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (at[0][0] != at[1][0])
		return at[0][0] < at[1][0] ? -1 : 1;
	if (at[0][1] != at[1][1])
		return at[0][1] < at[1][1] ? -1 : 1;
	return (x->after > y->after) - (x->after < y->after);
}

static uint32_t *no_functions(uint32_t count)
{
	uint32_t *none = malloc((count + 1u) * sizeof(*none));

	if (none)
		memset(none, 0xff, (count + 1u) * sizeof(*none));
	return none;
}

static int compare_all(struct differing *differing)
{
	uint32_t count = differing->before->snapshot->n_functions;
	struct p2p_diff *diff = differing->diff;
	bool drivers = has_drivers(differing->before) && has_drivers(differing->after);

	diff->to = no_functions(count);
	diff->from = no_functions(differing->after->snapshot->n_functions);
	if (!diff->to || !diff->from || p2p_diff_match(differing))
		return -ENOMEM;
	compare_presence(differing);
	for (uint32_t i = 0; i < count; i++)
		compare_matched(differing, drivers, i);
	p2p_diff_pairs(differing);
	p2p_diff_groups(differing);
	if (diff->n_changes)
		qsort(diff->changes, diff->n_changes, sizeof(*diff->changes),
		      compare_changes);
	return differing->failed ? -ENOMEM : 0;
}

struct p2p_diff *p2p_diff_new(const struct p2p_machine *before,
			      const struct p2p_machine *after, unsigned ignored)
{
	struct differing differing = { .before = before,
				       .after = after,
				       .ignored = ignored,
				       .diff = calloc(1, sizeof(*differing.diff)) };

	if (differing.diff && !compare_all(&differing))
		return differing.diff;
	p2p_diff_free(differing.diff);
	return NULL;
}

void p2p_diff_free(struct p2p_diff *diff)
{
	if (!diff)
		return;
	free(diff->changes);
	free(diff->to);
	free(diff->from);
	free(diff);
}
