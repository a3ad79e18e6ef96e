/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says, tells, plans, asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/guarded.h"

/* The machine whose snapshot is told to: the callback knows only what said does. */
static struct guarded *teller;

static p2p_string keep(struct p2p_snapshot *snapshot, const char *text)
{
	return p2p_snapshot_keep(snapshot, text, strlen(text));
}

static void tell_function(struct p2p_snapshot *snapshot, const struct guarded_told *told)
{
	uint32_t at = build_index(teller->b, told->function, snapshot);
	struct p2p_function *f = &snapshot->functions[at];

	if (told->driver)
		f->driver = keep(snapshot, told->driver);
	if (told->override)
		f->driver_override = keep(snapshot, told->override);
	if (told->group_type)
		f->group_type = keep(snapshot, told->group_type);
	f->group = told->group ? told->group : P2P_NOT_TOLD;
	f->removable = told->removable;
	if (told->is_vf == P2P_YES) {
		f->is_vf = P2P_YES;
		f->physfn = (struct p2p_bdf){ 0, 0xff, 0 };
	}
	f->p2pmem = told->p2pmem;
}

static void tell(struct said *said, struct p2p_snapshot *snapshot)
{
	struct p2p_system *system = &snapshot->system;

	(void)said;
	system->iommu = teller->iommu;
	system->container = teller->container;
	if (!teller->is_capture)
		system->live = system->told = P2P_YES;
	if (teller->kernel)
		system->kernel = keep(snapshot, teller->kernel);
	if (teller->cmdline) {
		system->has_cmdline = P2P_YES;
		system->cmdline = keep(snapshot, teller->cmdline);
	}
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		if (!teller->hides_drivers)
			snapshot->functions[i].driver = keep(snapshot, "some");
		if (!teller->is_capture)
			snapshot->functions[i].group = -1;
	}
	for (unsigned i = 0; i < teller->n_told; i++)
		tell_function(snapshot, &teller->told[i]);
}

int guarded_setup(void **state)
{
	struct guarded *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	planned_setup((void **)&g->m);
	g->b = g->m->b;
	g->p = planned_plant(g->m);
	g->iommu = P2P_IOMMU_TRANSLATED;
	g->container = P2P_NO;
	g->cmdline = "quiet";
	g->kernel = "6.12.1";
	g->evidence = (struct p2p_guard_evidence){ .knows_holders = true,
						   .knows_disks = true,
						   .knows_reservations = true,
						   .knows_guest_devices = true,
						   .guest = P2P_NO,
						   .container = P2P_NO,
						   .lockdown = P2P_LOCKDOWN_NONE };
	teller = g;
	g->m->said->tell = tell;
	*state = g;
	return 0;
}

int guarded_teardown(void **state)
{
	struct guarded *g = *state;

	p2p_guards_free(g->guards);
	planned_teardown((void **)&g->m);
	free(g);
	return 0;
}

struct guarded_told *guarded_tell(struct guarded *g, int function)
{
	struct guarded_told *told = &g->told[g->n_told++];

	assert_true(g->n_told <= GUARDED_MAX);
	told->function = function;
	return told;
}

struct p2p_holder *guarded_hold(struct guarded *g, enum p2p_held what, int function)
{
	struct p2p_holder *holder = &g->holders[g->evidence.n_holders++];

	*holder = (struct p2p_holder){ .pid = 4211,
				       .what = what,
				       .function = (uint32_t)function,
				       .group = -1,
				       .name = "python3",
				       .path = "/dev/nvidia0" };
	return holder;
}

struct p2p_disk *guarded_use(struct guarded *g, int function)
{
	struct p2p_disk *disk = &g->disks[g->evidence.n_disks++];

	*disk = (struct p2p_disk){ .function = (uint32_t)function,
				   .use = P2P_DISK_MOUNT,
				   .name = "nvme0n1",
				   .text = "/data" };
	return disk;
}

void guarded_reserve(struct guarded *g, const char *ids)
{
	struct p2p_reservation *row = &g->reservations[g->evidence.n_reservations++];

	assert_int_equal(p2p_vfio_read_ids(ids, strlen(ids), 1, &row->id), 1);
	strcpy(row->where, "/etc/modprobe.d/vfio.conf");
}

void guarded_give(struct guarded *g, const char *bdf, bool all_functions)
{
	struct p2p_guest_device *row = &g->guest_devices[g->evidence.n_guest_devices++];

	assert_int_equal(p2p_bdf_parse(bdf, &row->bdf), 0);
	row->all_functions = all_functions;
	strcpy(row->where, "/etc/libvirt/qemu/win11.xml");
}

static uint32_t index_of(const struct guarded *g, uint32_t handle)
{
	return handle == P2P_NONE ? P2P_NONE : said_index(g->m->said, (int)handle);
}

void guarded_ask_again(struct guarded *g)
{
	struct p2p_holder *holders = g->asked_holders;
	struct p2p_disk *disks = g->asked_disks;
	uint32_t *external = g->asked_external;
	struct p2p_guard_evidence evidence = g->evidence;

	memcpy(holders, g->holders, sizeof(g->holders));
	memcpy(disks, g->disks, sizeof(g->disks));
	for (uint32_t i = 0; i < evidence.n_holders; i++)
		holders[i].function = index_of(g, holders[i].function);
	for (uint32_t i = 0; i < evidence.n_disks; i++)
		disks[i].function = index_of(g, disks[i].function);
	for (uint32_t i = 0; i < evidence.n_external; i++)
		external[i] = index_of(g, g->external[i]);
	evidence.holders = holders;
	evidence.disks = disks;
	evidence.external = external;
	evidence.reservations = g->reservations;
	evidence.guest_devices = g->guest_devices;
	p2p_guards_free(g->guards);
	g->guards = NULL;
	assert_int_equal(p2p_guards_new(g->m->said->machine, g->m->plan, &evidence,
					g->allowed, &g->guards, NULL),
			 0);
}

void guarded_ask(struct guarded *g, const int *members)
{
	planned_make(g->m, members);
	planned_assert_planned(g->m);
	guarded_ask_again(g);
}

static const struct p2p_obstacle *obstacle(const struct guarded *g, enum p2p_guard guard,
					   uint32_t i)
{
	return &g->guards->obstacles[g->guards->results[guard].first_obstacle + i];
}

static void complain(const struct guarded *g, enum p2p_guard guard, const char *wanted)
{
	const struct p2p_guard_result *result = &g->guards->results[guard];

	for (uint32_t i = 0; i < result->n_obstacles; i++)
		print_message("kind %d function %d other %d bits 0x%x number %d\n",
			      (int)obstacle(g, guard, i)->kind,
			      (int)obstacle(g, guard, i)->function,
			      (int)obstacle(g, guard, i)->other,
			      obstacle(g, guard, i)->bits,
			      (int)obstacle(g, guard, i)->number);
	fail_msg("%s: verdict %d, wanted %s", p2p_guard_word(guard), (int)result->verdict,
		 wanted);
}

void guarded_passes(const struct guarded *g, enum p2p_guard guard)
{
	if (g->guards->results[guard].verdict != P2P_GUARD_PASS)
		complain(g, guard, "pass");
}

static const struct p2p_obstacle *find(const struct guarded *g, enum p2p_guard guard,
				       enum p2p_obstacle_kind kind, uint32_t function,
				       uint32_t other)
{
	for (uint32_t i = 0; i < g->guards->results[guard].n_obstacles; i++) {
		const struct p2p_obstacle *one = obstacle(g, guard, i);

		if (one->kind == kind && one->function == function && one->other == other)
			return one;
	}
	return NULL;
}

const struct p2p_obstacle *guarded_refuses(const struct guarded *g, enum p2p_guard guard,
					   enum p2p_obstacle_kind kind, int function,
					   int other)
{
	const struct p2p_obstacle *found = find(g, guard, kind,
						index_of(g, (uint32_t)function),
						index_of(g, (uint32_t)other));

	if (!found || g->guards->results[guard].verdict != P2P_GUARD_REFUSE)
		complain(g, guard, "refuse, with another obstacle");
	assert_true(p2p_guards_refuse(g->guards));
	return found;
}

void guarded_cannot_tell(const struct guarded *g, enum p2p_guard guard,
			 enum p2p_obstacle_kind kind)
{
	const struct p2p_guard_result *result = &g->guards->results[guard];
	bool found = false;

	for (uint32_t i = 0; i < result->n_obstacles; i++)
		found |= obstacle(g, guard, i)->kind == kind;
	if (!found || result->verdict != P2P_GUARD_CANNOT_TELL)
		complain(g, guard, "cannot tell, for another reason");
	assert_true(p2p_guards_cannot_tell(g->guards));
}

void guarded_is_allowed(struct guarded *g, enum p2p_guard guard)
{
	enum p2p_guard_verdict before[P2P_GUARDS];

	for (unsigned i = 0; i < P2P_GUARDS; i++)
		before[i] = g->guards->results[i].verdict;
	before[guard] = P2P_GUARD_ALLOWED;
	g->allowed = 1u << guard;
	guarded_ask_again(g);
	g->allowed = 0;
	for (unsigned i = 0; i < P2P_GUARDS; i++)
		assert_int_equal(g->guards->results[i].verdict, before[i]);
	assert_true(g->guards->results[guard].n_obstacles > 0);
}
