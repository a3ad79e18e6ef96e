/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guards of what VFIO has or is to have, and of the groups that it relies on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/guarded.h"

#define VFIO   P2P_GUARD_VFIO
#define GROUPS P2P_GUARD_GROUPS

static void ask(struct guarded *g)
{
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
}

static void drivers_that_give_a_device_away_are_refused(void **state)
{
	static const char *const drivers[] = {
		"vfio-pci",        "mlx5_vfio_pci", "nvgrace-gpu-vfio-pci",
		"uio_pci_generic", "igb_uio",       "pci-stub"
	};
	struct guarded *g = *state;

	guarded_tell(g, g->p.nic);
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		g->told[0].driver = drivers[i];
		ask(g);
		assert_string_equal(
			guarded_refuses(g, VFIO, P2P_OBSTACLE_BOUND, g->p.nic, -1)->text,
			drivers[i]);
	}
	guarded_is_allowed(g, VFIO);
	g->told[0].driver = "mlx5_core";
	ask(g);
	guarded_passes(g, VFIO);
}

static void bystanders_and_vfs_count_as_members(void **state)
{
	struct guarded *g = *state;
	int vf = build_count(g->b);

	build_vfs(g->b, g->p.nic, 2, 1, 1);
	guarded_tell(g, vf + 1)->driver = "vfio-pci";
	ask(g);
	guarded_refuses(g, VFIO, P2P_OBSTACLE_BOUND, vf + 1, -1);
	g->told[0] = (struct guarded_told){ g->p.nvme, .driver = "vfio-pci" };
	ask(g);
	guarded_refuses(g, VFIO, P2P_OBSTACLE_BOUND, g->p.nvme, -1);
}

static void what_no_write_touches_may_be_on_vfio(void **state)
{
	struct guarded *g = *state;

	guarded_tell(g, g->p.far)->driver = "vfio-pci";
	guarded_tell(g, g->p.far)->override = "vfio-pci";
	ask(g);
	guarded_passes(g, VFIO);
}

/* Nobody reaches it newly, but its port is written. */
static void what_is_below_a_written_port_counts_too(void **state)
{
	struct guarded *g = *state;

	g->m->options.mode = P2P_PLAN_SET;
	g->m->options.set = ACS_TB;
	guarded_tell(g, g->p.disk)->driver = "vfio-pci";
	guarded_ask(g, MEMBERS(g->p.down[2]));
	assert_int_equal(g->m->plan->n_bystanders, 0);
	guarded_refuses(g, VFIO, P2P_OBSTACLE_BOUND, g->p.disk, -1);
	guarded_ask(g, MEMBERS(g->p.down[0]));
	guarded_passes(g, VFIO);
}

/* Isolation of the GPU turns redirect on at the function beside it too. */
static void vfs_are_below_a_pf_that_is_written(void **state)
{
	struct guarded *g = *state;
	int sibling = build_sibling(g->b, g->p.gpu), vf = build_count(g->b);

	build_vfs(g->b, sibling, 1, 1, 1);
	build_acs(g->b, sibling, ACS_RR | ACS_CR, 0);
	guarded_tell(g, vf)->driver = "vfio-pci";
	g->m->options.mode = P2P_PLAN_ISOLATE;
	guarded_ask(g, MEMBERS(g->p.gpu));
	planned_assert_written(g->m, MEMBERS(sibling));
	guarded_refuses(g, VFIO, P2P_OBSTACLE_BOUND, vf, -1);
}

static void a_driver_that_is_not_told_may_be_vfios(void **state)
{
	struct guarded *g = *state;

	g->is_capture = g->hides_drivers = true;
	ask(g);
	guarded_cannot_tell(g, VFIO, P2P_LACK_DRIVER);
	guarded_is_allowed(g, VFIO);
}

static void an_override_is_a_reservation(void **state)
{
	struct guarded *g = *state;

	guarded_tell(g, g->p.gpu)->override = "vfio-pci";
	ask(g);
	assert_string_equal(
		guarded_refuses(g, VFIO, P2P_OBSTACLE_OVERRIDE, g->p.gpu, -1)->text,
		"vfio-pci");
	g->told[0].override = "nvidia";
	ask(g);
	guarded_passes(g, VFIO);
}

static void ids_of_the_command_line_are_reservations(void **state)
{
	static const struct {
		const char *cmdline;
		bool is;
	} rows[] = {
		{ "quiet vfio-pci.ids=10de:2330", true },
		{ "vfio_pci.ids=1:2,10de:2330,3:4 quiet", true },
		{ "\"pci-stub.ids=10DE:2330\"", true },
		{ "vfio-pci.ids=10de:ffffffff", true },
		{ "vfio-pci.ids=10de:2330:ffffffff:ffffffff:030200:ffff00", true },
		{ "vfio-pci.ids=10de:2330:10de", false },
		{ "vfio-pci.ids=10de:2330:ffffffff:ffffffff:040300:ffff00", false },
		{ "vfio-pci.ids=10de", false },
		{ "vfio-pci.ids=10de:2331 vfio-pci.disable_vga=10de:2330", false },
		{ "snd.ids=10de:2330", false },
		{ "", false },
	};
	struct guarded *g = *state;

	build_ids(g->b, g->p.gpu, 0x10de, 0x2330);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		g->cmdline = rows[i].cmdline;
		ask(g);
		if (!rows[i].is)
			guarded_passes(g, VFIO);
		else
			assert_null(
				guarded_refuses(g, VFIO, P2P_OBSTACLE_IDS, g->p.gpu, -1)
					->text);
	}
	g->cmdline = NULL;
	ask(g);
	guarded_cannot_tell(g, VFIO, P2P_LACK_IDS);
}

static void ids_of_modprobe_are_reservations(void **state)
{
	struct guarded *g = *state;

	build_ids(g->b, g->p.gpu, 0x10de, 0x2330);
	guarded_reserve(g, "10de:2331");
	ask(g);
	guarded_passes(g, VFIO);
	guarded_reserve(g, "10de:2330");
	ask(g);
	assert_string_equal(
		guarded_refuses(g, VFIO, P2P_OBSTACLE_IDS, g->p.gpu, -1)->text,
		"/etc/modprobe.d/vfio.conf");
	g->evidence.n_reservations = 1;
	g->evidence.knows_reservations = false;
	ask(g);
	guarded_cannot_tell(g, VFIO, P2P_LACK_IDS);
}

static void ids_that_were_not_read_may_match(void **state)
{
	struct guarded *g = *state;

	build_hole(g->b, g->p.gpu, REG_VENDOR_ID, 4);
	guarded_reserve(g, "10de:2330");
	ask(g);
	guarded_cannot_tell(g, VFIO, P2P_LACK_IDS);
}

static void devices_of_guests_are_reserved(void **state)
{
	struct guarded *g = *state;
	char address[P2P_BDF_SIZE];
	struct p2p_bdf bdf;

	ask(g);
	bdf = build_bdf(g->b, g->p.gpu);
	guarded_give(g, "0000:ff:00.0", true);
	guarded_ask_again(g);
	guarded_passes(g, VFIO);
	bdf.devfn |= 1;
	guarded_give(g, p2p_bdf_format(bdf, address), false);
	guarded_ask_again(g);
	guarded_passes(g, VFIO);
	guarded_give(g, address, true);
	guarded_ask_again(g);
	assert_string_equal(
		guarded_refuses(g, VFIO, P2P_OBSTACLE_HOSTDEV, g->p.gpu, -1)->text,
		"/etc/libvirt/qemu/win11.xml");
	g->evidence.n_guest_devices = 0;
	g->evidence.knows_guest_devices = false;
	guarded_ask_again(g);
	guarded_cannot_tell(g, VFIO, P2P_LACK_HOSTDEVS);
}

static void an_open_group_or_device_is_in_a_guest(void **state)
{
	struct guarded *g = *state;

	guarded_tell(g, g->p.gpu)->group = 41;
	guarded_hold(g, P2P_HELD_VFIO_GROUP, -1)->group = 40;
	ask(g);
	guarded_passes(g, VFIO);
	g->holders[0].group = 41;
	ask(g);
	assert_int_equal(
		guarded_refuses(g, VFIO, P2P_OBSTACLE_OPEN, g->p.gpu, -1)->number, 4211);
	g->told[0].group = 0; /* not told which group it is in */
	ask(g);
	guarded_cannot_tell(g, VFIO, P2P_LACK_HOLDERS);
	g->evidence.n_holders = 0;
	guarded_hold(g, P2P_HELD_VFIO_DEVICE, g->p.nic);
	ask(g);
	guarded_refuses(g, VFIO, P2P_OBSTACLE_OPEN, g->p.nic, -1);
	guarded_passes(g, P2P_GUARD_IN_USE);
	g->evidence.n_holders = 0;
	g->evidence.knows_holders = false;
	ask(g);
	guarded_cannot_tell(g, VFIO, P2P_LACK_HOLDERS);
}

/* gpu and nic in live groups of their own, far on VFIO, every type the same. */
static void tell_groups(struct guarded *g, const char *type)
{
	guarded_tell(g, g->p.gpu)->group = 41;
	guarded_tell(g, g->p.nic)->group = 42;
	guarded_tell(g, g->p.nvme)->group = 43;
	guarded_tell(g, g->p.disk)->group = 44;
	guarded_tell(g, g->p.far)->driver = "vfio-pci";
	for (unsigned i = 0; i < g->n_told; i++)
		g->told[i].group_type = type;
}

static void groups_that_would_meet_are_refused_where_vfio_is_used(void **state)
{
	struct guarded *g = *state;
	const struct p2p_obstacle *bridged;

	tell_groups(g, "DMA-FQ");
	ask(g);
	bridged = guarded_refuses(g, GROUPS, P2P_OBSTACLE_BRIDGED, g->p.gpu, g->p.nic);
	assert_int_equal(bridged->number, 41);
	assert_int_equal(bridged->limit, 42);
	/* gpu and nic, each of them and each disk; both ways are one pair. */
	assert_int_equal(g->guards->results[GROUPS].n_obstacles, 5);
	guarded_passes(g, VFIO);
	guarded_is_allowed(g, GROUPS);
	for (unsigned i = 0; i < 4; i++)
		g->told[i].group = 41;
	ask(g);
	guarded_passes(g, GROUPS);
}

static void elsewhere_groups_that_meet_are_worth_a_warning(void **state)
{
	struct guarded *g = *state;

	tell_groups(g, "DMA");
	g->told[4].driver = "mlx5_core";
	ask(g);
	guarded_passes(g, GROUPS);
	assert_true(g->guards->results[GROUPS].n_obstacles > 0);
	g->told[4].override = "vfio-pci";
	ask(g);
	guarded_refuses(g, GROUPS, P2P_OBSTACLE_BRIDGED, g->p.gpu, g->p.nic);
}

static void groups_that_are_not_translated_isolate_nothing(void **state)
{
	struct guarded *g = *state;

	tell_groups(g, "identity");
	ask(g);
	guarded_passes(g, GROUPS);
	assert_int_equal(g->guards->results[GROUPS].n_obstacles, 0);
	g->told[1].group_type = "DMA";
	ask(g);
	guarded_refuses(g, GROUPS, P2P_OBSTACLE_BRIDGED, g->p.gpu, g->p.nic);
	g->iommu = P2P_IOMMU_OFF;
	ask(g);
	guarded_passes(g, GROUPS);
}

static void groups_or_types_that_are_not_told_may_meet(void **state)
{
	struct guarded *g = *state;

	tell_groups(g, NULL);
	ask(g);
	guarded_cannot_tell(g, GROUPS, P2P_LACK_GROUP);
	guarded_is_allowed(g, GROUPS);
	for (unsigned i = 0; i < 4; i++) {
		g->told[i].group = 0;
		g->told[i].group_type = "DMA";
	}
	ask(g);
	guarded_cannot_tell(g, GROUPS, P2P_LACK_GROUP);
	for (unsigned i = 0; i < 4; i++)
		g->told[i].group = -1; /* the IOMMU does not cover them */
	ask(g);
	guarded_passes(g, GROUPS);
}

static void whether_vfio_is_used_may_not_be_known(void **state)
{
	struct guarded *g = *state;

	tell_groups(g, "DMA");
	g->told[4].driver = NULL;
	g->evidence.knows_holders = false;
	ask(g);
	guarded_cannot_tell(g, GROUPS, P2P_LACK_HOLDERS);
}

static void the_groups_of_vfs_count(void **state)
{
	struct guarded *g = *state;
	int vf = build_count(g->b);

	build_vfs(g->b, g->p.nic, 1, 1, 1);
	tell_groups(g, "DMA");
	for (unsigned i = 0; i < 4; i++)
		g->told[i].group = 41;
	guarded_tell(g, vf)->group_type = "DMA";
	ask(g);
	guarded_cannot_tell(g, GROUPS, P2P_LACK_GROUP);
	g->told[5].group = 50;
	ask(g);
	guarded_refuses(g, GROUPS, P2P_OBSTACLE_BRIDGED, g->p.gpu, vf);
}

static void translated_requests_keep_groups_apart(void **state)
{
	struct guarded *g = *state;

	tell_groups(g, "DMA");
	build_ats(g->b, g->p.gpu, ATS_CTL_ENABLE);
	build_ats(g->b, g->p.nic, ATS_CTL_ENABLE);
	g->m->options.mode = P2P_PLAN_TRANSLATED;
	ask(g);
	assert_true(g->m->plan->n_changed > 0);
	guarded_passes(g, GROUPS);
	assert_int_equal(g->guards->results[GROUPS].n_obstacles, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GUARDED(drivers_that_give_a_device_away_are_refused),
		GUARDED(bystanders_and_vfs_count_as_members),
		GUARDED(what_no_write_touches_may_be_on_vfio),
		GUARDED(what_is_below_a_written_port_counts_too),
		GUARDED(vfs_are_below_a_pf_that_is_written),
		GUARDED(a_driver_that_is_not_told_may_be_vfios),
		GUARDED(an_override_is_a_reservation),
		GUARDED(ids_of_the_command_line_are_reservations),
		GUARDED(ids_of_modprobe_are_reservations),
		GUARDED(ids_that_were_not_read_may_match),
		GUARDED(devices_of_guests_are_reserved),
		GUARDED(an_open_group_or_device_is_in_a_guest),
		GUARDED(groups_that_would_meet_are_refused_where_vfio_is_used),
		GUARDED(elsewhere_groups_that_meet_are_worth_a_warning),
		GUARDED(groups_that_are_not_translated_isolate_nothing),
		GUARDED(groups_or_types_that_are_not_told_may_meet),
		GUARDED(whether_vfio_is_used_may_not_be_known),
		GUARDED(the_groups_of_vfs_count),
		GUARDED(translated_requests_keep_groups_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
