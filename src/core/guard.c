/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan and what a machine tells in, a verdict of each guard out. Here stand their
 * names, their order, and what they share. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/guard_parts.h"

#define NAMES_SIZE 192

static const struct {
	const char *word;
	guard_look *look;
} rows[] = {
	[P2P_GUARD_VFIO] = { "vfio", p2p_guard_vfio },
	[P2P_GUARD_GROUPS] = { "groups", p2p_guard_groups },
	[P2P_GUARD_APU] = { "apu", p2p_guard_apu },
	[P2P_GUARD_SVM] = { "svm", p2p_guard_svm },
	[P2P_GUARD_IN_USE] = { "in-use", p2p_guard_in_use },
	[P2P_GUARD_BOOT_DISK] = { "boot-disk", p2p_guard_boot_disk },
	[P2P_GUARD_MPS] = { "mps", p2p_guard_mps },
	[P2P_GUARD_ERRATA] = { "errata", p2p_guard_errata },
	[P2P_GUARD_CONTAINMENT] = { "containment", p2p_guard_containment },
	[P2P_GUARD_EXTERNAL] = { "external", p2p_guard_external },
	[P2P_GUARD_ROOT_PORT] = { "root-port", p2p_guard_root_port },
	[P2P_GUARD_GUEST] = { "guest", p2p_guard_guest },
	[P2P_GUARD_CONTAINER] = { "container", p2p_guard_container },
	[P2P_GUARD_LOCKDOWN] = { "lockdown", p2p_guard_lockdown },
};

const char *p2p_guard_word(enum p2p_guard guard)
{
	return rows[guard].word;
}

static char *list_names(char ret_text[NAMES_SIZE])
{
	size_t used = 0;

	for (unsigned i = 0; i < P2P_GUARD_LOCKDOWN; i++)
		used += (size_t)snprintf(ret_text + used, NAMES_SIZE - used, "%s%s",
					 i ? " " : "", rows[i].word);
	return ret_text;
}

static int take_name(const char *name, size_t length, unsigned *allowed,
		     struct p2p_err *err)
{
	char names[NAMES_SIZE];

	for (unsigned i = 0; i < P2P_GUARDS; i++) {
		if (strlen(rows[i].word) != length || memcmp(name, rows[i].word, length))
			continue;
		if (i == P2P_GUARD_LOCKDOWN)
			return p2p_err_set(err, -EINVAL,
					   "lockdown cannot be allowed: the kernel "
					   "itself refuses the writes");
		*allowed |= 1u << i;
		return 0;
	}
	return p2p_err_set(err, -EINVAL, "'%.*s' is no guard (name one of %s)",
			   length > 40 ? 40 : (int)length, name, list_names(names));
}

int p2p_guard_parse(const char *text, unsigned *ret_allowed, struct p2p_err *err)
{
	unsigned allowed = 0;
	int result = 0;

	do {
		size_t length = strcspn(text, ",");

		result = take_name(text, length, &allowed, err);
		text += length;
	} while (!result && *text++);
	if (!result)
		*ret_allowed = allowed;
	return result;
}

static struct p2p_obstacle *find_lack(struct guarding *guarding,
				      enum p2p_obstacle_kind kind)
{
	struct p2p_guards *guards = guarding->guards;

	for (uint32_t i = guarding->result->first_obstacle; i < guards->n_obstacles; i++)
		if (guards->obstacles[i].kind == kind)
			return &guards->obstacles[i];
	return NULL;
}

static void keep(struct guarding *guarding, const struct p2p_obstacle *obstacle)
{
	struct p2p_guards *guards = guarding->guards;
	struct p2p_obstacle *grown;

	guarding->result->n_seen++;
	if (guarding->result->n_obstacles == P2P_OBSTACLES_MAX)
		return;
	if (guards->n_obstacles == guarding->capacity) {
		guarding->capacity = 2 * guarding->capacity + 16;
		grown = realloc(guards->obstacles, guarding->capacity * sizeof(*grown));
		if (!grown) {
			guarding->failure = -ENOMEM;
			return;
		}
		guards->obstacles = grown;
	}
	guards->obstacles[guards->n_obstacles++] = *obstacle;
	guarding->result->n_obstacles++;
}

void p2p_guard_warn(struct guarding *guarding, struct p2p_obstacle obstacle)
{
	if (!guarding->failure)
		keep(guarding, &obstacle);
}

void p2p_guard_note(struct guarding *guarding, struct p2p_obstacle obstacle)
{
	guarding->refuses = true;
	p2p_guard_warn(guarding, obstacle);
}

void p2p_guard_lack(struct guarding *guarding, enum p2p_obstacle_kind kind,
		    uint32_t function)
{
	struct p2p_obstacle *lack = find_lack(guarding, kind);
	struct p2p_obstacle first = {
		.kind = kind, .function = function, .other = P2P_NONE, .number = 1
	};

	guarding->lacks = true;
	if (kind == P2P_LACK_HOLDERS)
		first.limit = guarding->evidence->n_unread;
	if (lack)
		lack->number += lack->function != function;
	else if (!guarding->failure)
		keep(guarding, &first);
}

/* A control that lets more pass than before; off to on and back count both. */
static bool lets_more(const struct p2p_plan_op *op, uint32_t on, uint32_t off)
{
	if (op->word != P2P_PLAN_CONTROL)
		return off != 0;
	return (off & (ACS_SV | ACS_TB | ACS_RR | ACS_CR)) || (on & (ACS_EC | ACS_DT)) ||
	       ((off & ACS_EC) && !(op->new &ACS_RR));
}

static void take_op(struct stake *stake, const struct p2p_plan_op *op)
{
	uint32_t on = op->mask & op->new & ~op->old, off = op->mask & op->old & ~op->new;

	stake->opened |= lets_more(op, on, off);
	if (op->word != P2P_PLAN_CONTROL)
		return;
	stake->on |= on;
	stake->off |= off;
	stake->ec_alone |= (op->new &ACS_EC) && !(op->new &ACS_RR) &&
			   ((on & ACS_EC) || (off & ACS_RR));
}

/* Parents stand before what is below them in this order, PFs before their VFs. */
static void pass_down(struct guarding *guarding)
{
	const struct p2p_topo *topo = guarding->machine->topo;
	struct stake *stakes = guarding->stakes;

	for (uint32_t i = 0; i < topo->n_nodes; i++) {
		uint32_t at = topo->order[i], parent = topo->nodes[at].parent;

		stakes[at].below |= parent != P2P_NONE && stakes[parent].below;
	}
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (topo->nodes[i].pf != P2P_NONE) {
			stakes[i].below |= stakes[topo->nodes[i].pf].below;
			stakes[i].concerned |= stakes[topo->nodes[i].pf].concerned;
		}
}

static int begin(struct guarding *guarding)
{
	const struct p2p_plan *plan = guarding->plan;
	struct stake *stakes = calloc(guard_count(guarding) + 1u, sizeof(*stakes));

	guarding->guards = calloc(1, sizeof(*guarding->guards));
	guarding->stakes = stakes;
	if (!guarding->guards || !stakes)
		return -ENOMEM;
	for (uint32_t i = 0; i < plan->n_members; i++)
		stakes[plan->members[i]].concerned = true;
	for (uint32_t i = 0; i < plan->n_bystanders; i++)
		stakes[plan->bystanders[i]].concerned = true;
	for (uint32_t i = 0; i < plan->n_ops; i++) {
		stakes[plan->ops[i].function].below = true;
		take_op(&stakes[plan->ops[i].function], &plan->ops[i]);
	}
	for (uint32_t i = 0; i < guarding->evidence->n_disks; i++)
		stakes[guard_physical(guarding, guarding->evidence->disks[i].function)]
			.has_disk = true;
	pass_down(guarding);
	return 0;
}

static enum p2p_guard_verdict verdict_of(const struct guarding *guarding,
					 enum p2p_guard guard, unsigned allowed)
{
	if (!guarding->refuses && !guarding->lacks)
		return P2P_GUARD_PASS;
	if (allowed >> guard & 1 && guard != P2P_GUARD_LOCKDOWN)
		return P2P_GUARD_ALLOWED;
	return guarding->refuses ? P2P_GUARD_REFUSE : P2P_GUARD_CANNOT_TELL;
}

static void ask(struct guarding *guarding, unsigned allowed)
{
	for (unsigned i = 0; i < P2P_GUARDS; i++) {
		guarding->result = &guarding->guards->results[i];
		guarding->result->first_obstacle = guarding->guards->n_obstacles;
		guarding->refuses = guarding->lacks = false;
		if (guarding->plan->n_ops)
			rows[i].look(guarding);
		guarding->result->verdict =
			verdict_of(guarding, (enum p2p_guard)i, allowed);
	}
}

int p2p_guards_new(const struct p2p_machine *machine, const struct p2p_plan *plan,
		   const struct p2p_guard_evidence *evidence, unsigned allowed,
		   struct p2p_guards **ret_guards, struct p2p_err *err)
{
	static const struct p2p_guard_evidence nothing = { 0 };
	struct guarding guarding = { .machine = machine,
				     .plan = plan,
				     .evidence = evidence ? evidence : &nothing };

	guarding.failure = begin(&guarding);
	if (!guarding.failure)
		ask(&guarding, allowed);
	free(guarding.stakes);
	if (guarding.failure) {
		p2p_guards_free(guarding.guards);
		return p2p_err_set(err, guarding.failure, "no memory to guard %u writes",
				   plan->n_ops);
	}
	*ret_guards = guarding.guards;
	return 0;
}

void p2p_guards_free(struct p2p_guards *guards)
{
	if (!guards)
		return;
	free(guards->obstacles);
	free(guards);
}

void p2p_guard_evidence_free(struct p2p_guard_evidence *evidence)
{
	if (!evidence)
		return;
	free(evidence->holders);
	free(evidence->disks);
	free(evidence->reservations);
	free(evidence->guest_devices);
	free(evidence->external);
	free(evidence);
}

unsigned p2p_guards_that(const struct p2p_guards *guards, enum p2p_guard_verdict verdict)
{
	unsigned mask = 0;

	for (unsigned i = 0; i < P2P_GUARDS; i++)
		mask |= (unsigned)(guards->results[i].verdict == verdict) << i;
	return mask;
}

bool p2p_guards_refuse(const struct p2p_guards *guards)
{
	return p2p_guards_that(guards, P2P_GUARD_REFUSE) != 0;
}

bool p2p_guards_cannot_tell(const struct p2p_guards *guards)
{
	return p2p_guards_that(guards, P2P_GUARD_CANNOT_TELL) != 0;
}
