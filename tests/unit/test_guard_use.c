/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guards of what is in use: by processes, as disks, by whoever plugs something in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/guarded.h"

#define IN_USE   P2P_GUARD_IN_USE
#define DISK     P2P_GUARD_BOOT_DISK
#define EXTERNAL P2P_GUARD_EXTERNAL

static void ask(struct guarded *g)
{
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
}

static void a_member_that_is_held_is_in_use(void **state)
{
	static const enum p2p_held files[] = { P2P_HELD_NVIDIA, P2P_HELD_KFD,
					       P2P_HELD_RENDER, P2P_HELD_UVERBS };
	struct guarded *g = *state;
	const struct p2p_obstacle *held;

	guarded_hold(g, P2P_HELD_NVIDIA, g->p.gpu);
	for (unsigned i = 0; i < 4; i++) {
		g->holders[0].what = files[i];
		ask(g);
		held = guarded_refuses(g, IN_USE, P2P_OBSTACLE_HELD, g->p.gpu, -1);
		assert_int_equal(held->number, 4211);
		assert_string_equal(held->also, "/dev/nvidia0");
	}
	guarded_is_allowed(g, IN_USE);
	g->holders[0].function = (uint32_t)g->p.nvme; /* a bystander */
	ask(g);
	guarded_refuses(g, IN_USE, P2P_OBSTACLE_HELD, g->p.nvme, -1);
	g->holders[0].function = (uint32_t)g->p.far;
	ask(g);
	guarded_passes(g, IN_USE);
}

static void a_vf_of_a_member_that_is_held_is_in_use(void **state)
{
	struct guarded *g = *state;
	int vf = build_count(g->b);

	build_vfs(g->b, g->p.nic, 1, 1, 1);
	guarded_hold(g, P2P_HELD_UVERBS, vf);
	ask(g);
	guarded_refuses(g, IN_USE, P2P_OBSTACLE_HELD, vf, -1);
}

static void services_that_only_wait_do_not_count(void **state)
{
	static const struct {
		const char *name;
		bool counts;
	} rows[] = {
		{ "nvidia-persiste", false }, { "nv-hostengine", false },
		{ "nv-fabricmanage", false }, { "nv-host", true },
		{ "nvidia-smi", true },
	};
	struct guarded *g = *state;

	guarded_hold(g, P2P_HELD_NVIDIA, g->p.gpu);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strcpy(g->holders[0].name, rows[i].name);
		ask(g);
		if (rows[i].counts)
			guarded_refuses(g, IN_USE, P2P_OBSTACLE_HELD, g->p.gpu, -1);
		else
			guarded_passes(g, IN_USE);
	}
}

static void a_file_of_no_certain_device_is_of_any_of_its_kind(void **state)
{
	struct guarded *g = *state;

	build_ids(g->b, g->p.gpu, 0x1002, 0x74a1);
	guarded_hold(g, P2P_HELD_KFD, -1);
	ask(g);
	guarded_refuses(g, IN_USE, P2P_OBSTACLE_HELD, -1, -1);
	g->holders[0].what = P2P_HELD_NVIDIA;
	ask(g);
	guarded_passes(g, IN_USE);
	build_ids(g->b, g->p.gpu, 0x10de, 0x2330);
	ask(g);
	guarded_refuses(g, IN_USE, P2P_OBSTACLE_HELD, -1, -1);
	g->holders[0].what = P2P_HELD_KFD;
	ask(g);
	guarded_passes(g, IN_USE);
}

static void what_processes_hold_may_not_be_known(void **state)
{
	struct guarded *g = *state;

	g->evidence.knows_holders = false;
	g->evidence.n_unread = 7;
	ask(g);
	guarded_cannot_tell(g, IN_USE, P2P_LACK_HOLDERS);
	assert_int_equal(
		g->guards->obstacles[g->guards->results[IN_USE].first_obstacle].limit, 7);
	guarded_is_allowed(g, IN_USE);
}

static void allocated_memory_is_in_use(void **state)
{
	struct guarded *g = *state;
	struct guarded_told *told = guarded_tell(g, g->p.nvme);

	told->p2pmem = (struct p2p_p2pmem){ P2P_YES, 1 << 20, 1 << 20, P2P_YES };
	ask(g);
	guarded_passes(g, IN_USE);
	told->p2pmem.available = 4096;
	ask(g);
	assert_int_equal(
		guarded_refuses(g, IN_USE, P2P_OBSTACLE_P2PMEM, g->p.nvme, -1)->number,
		(1 << 20) - 4096);
	g->is_capture = true;
	g->n_told = 0;
	ask(g);
	guarded_cannot_tell(g, IN_USE, P2P_LACK_P2PMEM);
}

static void a_port_above_a_disk_may_not_begin_to_stop_requests(void **state)
{
	static const uint32_t controls[] = { ACS_TB, ACS_SV };
	struct guarded *g = *state;

	g->m->options.mode = P2P_PLAN_SET;
	guarded_use(g, g->p.nvme);
	build_acs_control(g->b, g->p.down[2], ACS_RR);
	for (unsigned i = 0; i < 2; i++) {
		g->m->options.set = controls[i];
		guarded_ask(g, MEMBERS(g->p.down[2]));
		assert_int_equal(guarded_refuses(g, DISK, P2P_OBSTACLE_DISK_PORT,
						 g->p.nvme, g->p.down[2])
					 ->bits,
				 controls[i]);
	}
	guarded_is_allowed(g, DISK);
	g->m->options.set = ACS_UF;
	guarded_ask(g, MEMBERS(g->p.down[2]));
	guarded_passes(g, DISK);
	g->m->options.set = ACS_TB;
	guarded_ask(g, MEMBERS(g->p.down[0]));
	guarded_passes(g, DISK);
}

static void egress_control_above_a_disk_is_refused(void **state)
{
	static const uint32_t vector[P2P_PLAN_WORDS] = { 0xff };
	struct guarded *g = *state;

	build_acs(g->b, g->p.down[2], 0x2000 | ACS_CLASSIC, ACS_RR);
	g->m->options.mode = P2P_PLAN_SET;
	g->m->options.set = ACS_EC;
	g->m->options.vector = vector;
	guarded_use(g, g->p.disk)->use = P2P_DISK_MD;
	guarded_ask(g, MEMBERS(g->p.down[2]));
	assert_int_equal(guarded_refuses(g, DISK, P2P_OBSTACLE_DISK_PORT, g->p.disk,
					 g->p.down[2])
				 ->use,
			 P2P_DISK_MD);
}

static void strangers_may_not_reach_a_disk_in_use(void **state)
{
	struct guarded *g = *state;
	struct guarded_told *gpu = guarded_tell(g, g->p.gpu);

	guarded_use(g, g->p.nvme);
	ask(g);
	guarded_passes(g, DISK);
	gpu->driver = "";
	ask(g);
	guarded_refuses(g, DISK, P2P_OBSTACLE_DISK_FREE, g->p.nvme, g->p.gpu);
	gpu->driver = "vfio-pci";
	ask(g);
	assert_string_equal(guarded_refuses(g, DISK, P2P_OBSTACLE_DISK_VFIO, g->p.nvme,
					    g->p.gpu)
				    ->also,
			    "vfio-pci");
	guarded_is_allowed(g, DISK);
	gpu->driver = "nvidia";
	gpu->removable = P2P_YES;
	ask(g);
	guarded_refuses(g, DISK, P2P_OBSTACLE_DISK_EXTERNAL, g->p.nvme, g->p.gpu);
	g->disks[0].function = (uint32_t)g->p.far; /* not reached by anybody */
	ask(g);
	guarded_passes(g, DISK);
}

static void a_vf_reaches_what_its_pf_does(void **state)
{
	struct guarded *g = *state;
	int vf = build_count(g->b);

	build_vfs(g->b, g->p.nic, 1, 1, 1);
	guarded_use(g, g->p.nvme);
	ask(g);
	guarded_passes(g, DISK);
	guarded_tell(g, vf)->driver = "vfio-pci";
	ask(g);
	guarded_refuses(g, DISK, P2P_OBSTACLE_DISK_VFIO, g->p.nvme, vf);
}

static void a_disk_on_a_vf_is_reached_as_its_pf_is(void **state)
{
	struct guarded *g = *state;
	int vf = build_count(g->b);

	build_vfs(g->b, g->p.nvme, 1, 1, 1);
	guarded_use(g, vf);
	ask(g);
	guarded_passes(g, DISK);
	guarded_tell(g, g->p.gpu)->driver = "";
	ask(g);
	guarded_refuses(g, DISK, P2P_OBSTACLE_DISK_FREE, vf, g->p.gpu);
}

static void who_reaches_a_disk_may_not_be_known(void **state)
{
	struct guarded *g = *state;

	guarded_use(g, g->p.nvme);
	g->kernel = "5.10.0"; /* which does not tell what is removable */
	ask(g);
	guarded_cannot_tell(g, DISK, P2P_LACK_REMOVABLE);
	g->is_capture = g->hides_drivers = true;
	ask(g);
	guarded_cannot_tell(g, DISK, P2P_LACK_DRIVER);
}

static void which_disks_are_in_use_matters_only_where_one_could_be_harmed(void **state)
{
	struct guarded *g = *state;

	g->evidence.knows_disks = false;
	ask(g);
	guarded_passes(g, DISK);
	guarded_tell(g, g->p.gpu)->driver = "";
	ask(g);
	guarded_cannot_tell(g, DISK, P2P_LACK_DISKS);
	g->n_told = 0;
	g->m->options.mode = P2P_PLAN_SET;
	g->m->options.set = ACS_TB;
	guarded_ask(g, MEMBERS(g->p.down[2]));
	guarded_cannot_tell(g, DISK, P2P_LACK_DISKS);
	guarded_is_allowed(g, DISK);
	guarded_ask(g, MEMBERS(g->p.down[0]));
	guarded_passes(g, DISK);
}

static void what_can_be_pulled_is_refused(void **state)
{
	struct guarded *g = *state;
	struct guarded_told *nic = guarded_tell(g, g->p.nic);

	nic->removable = P2P_YES;
	ask(g);
	guarded_refuses(g, EXTERNAL, P2P_OBSTACLE_REMOVABLE, g->p.nic, -1);
	guarded_is_allowed(g, EXTERNAL);
	nic->removable = P2P_NO;
	ask(g);
	guarded_passes(g, EXTERNAL);
	guarded_tell(g, g->p.far)->removable = P2P_YES;
	ask(g);
	guarded_passes(g, EXTERNAL);
}

static void a_port_that_leads_out_is_refused(void **state)
{
	struct guarded *g = *state;

	g->external[0] = (uint32_t)g->p.other;
	g->evidence.n_external = 1;
	ask(g);
	guarded_passes(g, EXTERNAL);
	g->external[0] = (uint32_t)g->p.port;
	ask(g);
	guarded_refuses(g, EXTERNAL, P2P_OBSTACLE_EXTERNAL, g->p.gpu, g->p.port);
	g->evidence.n_external = 0;
	build_ids(g->b, g->p.up, VENDOR_INTEL, 0x15d3);
	build_extended(g->b, g->p.up, EXT_CAP_VENDOR, 0x400);
	build_write(g->b, g->p.up, 0x400 + REG_VENDOR_HEADER, 4, VENDOR_ID_TBT);
	ask(g);
	guarded_refuses(g, EXTERNAL, P2P_OBSTACLE_THUNDERBOLT, g->p.gpu, g->p.up);
	build_hole(g->b, g->p.up, 0x400 + REG_VENDOR_HEADER, 4);
	ask(g);
	guarded_cannot_tell(g, EXTERNAL, P2P_LACK_REMOVABLE);
}

static void older_kernels_do_not_tell_what_can_be_pulled(void **state)
{
	static const struct {
		const char *kernel;
		bool tells;
	} rows[] = { { "5.13.0", false },
		     { "5.14.0", true },
		     { "6.8.0-45-generic", true },
		     { NULL, false } };
	struct guarded *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		g->kernel = rows[i].kernel;
		ask(g);
		if (rows[i].tells)
			guarded_passes(g, EXTERNAL);
		else
			guarded_cannot_tell(g, EXTERNAL, P2P_LACK_REMOVABLE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GUARDED(a_member_that_is_held_is_in_use),
		GUARDED(a_vf_of_a_member_that_is_held_is_in_use),
		GUARDED(services_that_only_wait_do_not_count),
		GUARDED(a_file_of_no_certain_device_is_of_any_of_its_kind),
		GUARDED(what_processes_hold_may_not_be_known),
		GUARDED(allocated_memory_is_in_use),
		GUARDED(a_port_above_a_disk_may_not_begin_to_stop_requests),
		GUARDED(egress_control_above_a_disk_is_refused),
		GUARDED(strangers_may_not_reach_a_disk_in_use),
		GUARDED(a_vf_reaches_what_its_pf_does),
		GUARDED(a_disk_on_a_vf_is_reached_as_its_pf_is),
		GUARDED(who_reaches_a_disk_may_not_be_known),
		GUARDED(which_disks_are_in_use_matters_only_where_one_could_be_harmed),
		GUARDED(what_can_be_pulled_is_refused),
		GUARDED(a_port_that_leads_out_is_refused),
		GUARDED(older_kernels_do_not_tell_what_can_be_pulled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
