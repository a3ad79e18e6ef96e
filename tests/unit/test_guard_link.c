/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guards of what registers tell: shared virtual memory, payloads and tags, errata, errors
 * that take a link down, root ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/guarded.h"

#define AT     0x400 /* where a capability stands that a test speaks of */
#define EXP(r) (BUILD_EXPRESS + REG_EXP_##r)

static void ask(struct guarded *g)
{
	guarded_ask(g, MEMBERS(g->p.gpu, g->p.nic));
}

static void set(struct guarded *g, uint32_t on, uint32_t off, const int *members)
{
	g->m->options.mode = P2P_PLAN_SET;
	g->m->options.set = on;
	g->m->options.clear = off;
	guarded_ask(g, members);
}

/* A GPU of AMD on a port of an AMD processor that redirects. Returns the port's handle,
 * which the GPU's follows. */
static int say_apu(struct guarded *g)
{
	int port = build_port(g->b, g->p.host, P2P_TYPE_ROOT_PORT);
	int gpu = build_endpoint(g->b, port, P2P_TYPE_LEGACY_ENDPOINT, 0x030000);

	build_ids(g->b, port, 0x1022, 0x14eb);
	build_ids(g->b, gpu, 0x1002, 0x15bf);
	build_acs(g->b, port, ACS_CLASSIC & ~ACS_EC, KERNEL);
	return port;
}

static void the_gpu_of_an_apu_keeps_redirect(void **state)
{
	struct guarded *g = *state;
	int port = say_apu(g);

	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_refuses(g, P2P_GUARD_APU, P2P_OBSTACLE_APU, port + 1, port);
	guarded_is_allowed(g, P2P_GUARD_APU);
	set(g, 0, ACS_CR, MEMBERS(port));
	guarded_passes(g, P2P_GUARD_APU);
	build_write(g->b, port + 1, REG_CLASS_REV, 4, 0x04030000);
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_passes(g, P2P_GUARD_APU);
}

static void a_card_in_a_slot_is_no_apu(void **state)
{
	struct guarded *g = *state;
	int port = say_apu(g);

	build_write(g->b, port, EXP(FLAGS), 2, 0x42 | EXP_FLAGS_SLOT);
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_passes(g, P2P_GUARD_APU);
	build_write(g->b, port, EXP(FLAGS), 2, 0x42);
	build_ids(g->b, port, 0x8086, 0x14eb);
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_passes(g, P2P_GUARD_APU);
	build_ids(g->b, g->p.gpu, 0x1002, 0x74a1);
	set(g, 0, ACS_RR, MEMBERS(g->p.down[0]));
	guarded_passes(g, P2P_GUARD_APU);
}

static void what_cannot_be_told_from_a_card_counts_as_an_apu(void **state)
{
	struct guarded *g = *state;
	int port = say_apu(g);

	build_hole(g->b, port, REG_VENDOR_ID, 4);
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_refuses(g, P2P_GUARD_APU, P2P_OBSTACLE_MAYBE_APU, port + 1, port);
	build_hole(g->b, port, EXP(FLAGS) + 1, 1); /* whether there is a slot */
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_refuses(g, P2P_GUARD_APU, P2P_OBSTACLE_MAYBE_APU, port + 1, port);
}

static void a_gpu_whose_port_is_missing_counts_as_an_apus(void **state)
{
	struct guarded *g = *state;
	int port = say_apu(g);

	build_hide(g->b, port);
	build_acs(g->b, port + 1, ACS_RR | ACS_CR, ACS_RR | ACS_CR);
	set(g, 0, ACS_RR, MEMBERS(port + 1));
	guarded_refuses(g, P2P_GUARD_APU, P2P_OBSTACLE_MAYBE_APU, port + 1, port + 1);
}

static void a_gpu_on_the_root_bus_is_an_apus(void **state)
{
	struct guarded *g = *state;
	int gpu = build_endpoint(g->b, g->p.host, P2P_TYPE_RCIEP, BUILD_CLASS_GPU);

	build_ids(g->b, gpu, 0x1002, 0x15bf);
	build_acs(g->b, gpu, ACS_RR | ACS_CR, ACS_RR | ACS_CR);
	set(g, 0, ACS_RR, MEMBERS(gpu));
	guarded_refuses(g, P2P_GUARD_APU, P2P_OBSTACLE_APU, gpu, gpu);
	build_ids(g->b, gpu, 0x8086, 0x15bf);
	set(g, 0, ACS_RR, MEMBERS(gpu));
	guarded_passes(g, P2P_GUARD_APU);
}

static void an_apu_matters_while_the_iommu_may_be_on(void **state)
{
	struct guarded *g = *state;
	int port = say_apu(g);

	g->iommu = P2P_IOMMU_OFF;
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_passes(g, P2P_GUARD_APU);
	g->iommu = P2P_IOMMU_IDENTITY;
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_refuses(g, P2P_GUARD_APU, P2P_OBSTACLE_APU, port + 1, port);
	g->iommu = P2P_IOMMU_UNKNOWN;
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_cannot_tell(g, P2P_GUARD_APU, P2P_LACK_IOMMU);
	g->iommu = P2P_IOMMU_TRANSLATED;
	build_hole(g->b, port + 1, REG_CLASS_REV, 4);
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_cannot_tell(g, P2P_GUARD_APU, P2P_LACK_IDENTITY);
	build_hole(g->b, port + 1, REG_VENDOR_ID, 2);
	set(g, 0, ACS_RR, MEMBERS(port));
	guarded_cannot_tell(g, P2P_GUARD_APU, P2P_LACK_IDENTITY);
}

static void who_uses_pasid_or_pri_keeps_redirect_and_forwarding(void **state)
{
	static const struct {
		unsigned id, ctrl;
		enum p2p_obstacle_kind kind;
	} rows[] = {
		{ EXT_CAP_PASID, REG_PASID_CTL, P2P_OBSTACLE_PASID },
		{ EXT_CAP_PRI, REG_PRI_CTL, P2P_OBSTACLE_PRI },
	};
	struct guarded *g = *state;

	for (unsigned i = 0; i < 2; i++) {
		unsigned at = AT + 0x40 * i;

		build_extended(g->b, g->p.gpu, rows[i].id, at);
		ask(g);
		guarded_passes(g, P2P_GUARD_SVM);
		build_write(g->b, g->p.gpu, at + rows[i].ctrl, 2, 1);
		ask(g);
		assert_int_equal(guarded_refuses(g, P2P_GUARD_SVM, rows[i].kind, g->p.gpu,
						 g->p.down[0])
					 ->bits,
				 ACS_RR);
		build_write(g->b, g->p.gpu, at + rows[i].ctrl, 2, 0);
	}
	build_write(g->b, g->p.gpu, AT + REG_PASID_CTL, 2, 1);
	set(g, 0, ACS_UF, MEMBERS(g->p.port));
	guarded_refuses(g, P2P_GUARD_SVM, P2P_OBSTACLE_PASID, g->p.gpu, g->p.port);
	set(g, 0, ACS_CR, MEMBERS(g->p.port));
	guarded_passes(g, P2P_GUARD_SVM);
}

static void a_vf_uses_pasid_as_its_pf_does(void **state)
{
	struct guarded *g = *state;
	int vf = build_count(g->b);

	build_vfs(g->b, g->p.nic, 1, 1, 1);
	build_extended(g->b, g->p.nic, EXT_CAP_PASID, AT);
	build_write(g->b, g->p.nic, AT + REG_PASID_CTL, 2, 1);
	build_acs(g->b, vf, ACS_RR | ACS_CR, ACS_RR | ACS_CR);
	set(g, 0, ACS_RR, MEMBERS(vf));
	guarded_refuses(g, P2P_GUARD_SVM, P2P_OBSTACLE_PASID, g->p.nic, vf);
}

static void a_vf_whose_pf_is_missing_may_use_pasid(void **state)
{
	struct guarded *g = *state;

	guarded_tell(g, g->p.gpu)->is_vf = P2P_YES;
	ask(g);
	guarded_cannot_tell(g, P2P_GUARD_SVM, P2P_LACK_PASID);
}

static void pasid_that_was_not_read_is_not_off(void **state)
{
	struct guarded *g = *state;

	build_extended(g->b, g->p.gpu, EXT_CAP_PASID, AT);
	build_hole(g->b, g->p.gpu, AT + REG_PASID_CTL, 2);
	ask(g);
	guarded_cannot_tell(g, P2P_GUARD_SVM, P2P_LACK_PASID);
	guarded_is_allowed(g, P2P_GUARD_SVM);
}

static void set_payload(struct guarded *g, int function, unsigned code)
{
	build_write(g->b, function, EXP(DEVCTL), 2, code << 5);
}

static void payloads_fit_on_the_whole_way(void **state)
{
	struct guarded *g = *state;
	const struct p2p_obstacle *obstacle;

	set_payload(g, g->p.gpu, 1);
	ask(g);
	obstacle = guarded_refuses(g, P2P_GUARD_MPS, P2P_OBSTACLE_PAYLOAD, g->p.gpu,
				   g->p.nic);
	assert_int_equal(obstacle->number, 256);
	assert_int_equal(obstacle->limit, 128);
	guarded_is_allowed(g, P2P_GUARD_MPS);
	set_payload(g, g->p.nic, 1);
	set_payload(g, g->p.nvme, 1);
	set_payload(g, g->p.disk, 1);
	ask(g);
	guarded_refuses(g, P2P_GUARD_MPS, P2P_OBSTACLE_PAYLOAD, g->p.gpu, g->p.down[1]);
	for (int i = g->p.up; i <= g->p.inner[1]; i++)
		set_payload(g, i, 1);
	ask(g);
	guarded_passes(g, P2P_GUARD_MPS);
	build_hole(g->b, g->p.up, EXP(DEVCTL), 2);
	ask(g);
	guarded_cannot_tell(g, P2P_GUARD_MPS, P2P_LACK_PAYLOAD);
}

/* What is written reaches who takes it; what is read back is sent by the other. */
static void payload_comes_back_with_what_is_read(void **state)
{
	struct guarded *g = *state;

	set_payload(g, g->p.far, 5);
	ask(g);
	guarded_passes(g, P2P_GUARD_MPS);
	set_payload(g, g->p.nvme, 1);
	ask(g);
	guarded_refuses(g, P2P_GUARD_MPS, P2P_OBSTACLE_PAYLOAD, g->p.nvme, g->p.gpu);
}

static void ten_bit_tags_need_a_completer_that_has_them(void **state)
{
	struct guarded *g = *state;
	const int all[] = { g->p.gpu, g->p.nic, g->p.nvme, g->p.disk };

	build_write(g->b, g->p.gpu, EXP(DEVCTL2), 2, DEVCTL2_TAG10);
	ask(g);
	guarded_refuses(g, P2P_GUARD_MPS, P2P_OBSTACLE_TAGS, g->p.gpu, g->p.nic);
	for (unsigned i = 0; i < 4; i++)
		build_write(g->b, all[i], EXP(DEVCAP2), 4, DEVCAP2_TAG10_CPL);
	ask(g);
	guarded_passes(g, P2P_GUARD_MPS);
	build_hole(g->b, g->p.nic, EXP(DEVCAP2), 4);
	ask(g);
	guarded_cannot_tell(g, P2P_GUARD_MPS, P2P_LACK_TAGS);
}

static void tags_of_vfs_are_turned_on_in_their_pf(void **state)
{
	struct guarded *g = *state;

	build_vfs(g->b, g->p.nic, 1, 1, 1);
	ask(g);
	guarded_passes(g, P2P_GUARD_MPS);
	build_write(g->b, g->p.nic, BUILD_SRIOV + REG_SRIOV_CTL, 2,
		    SRIOV_CTL_ENABLE | SRIOV_CTL_MEMORY | SRIOV_CTL_TAG10);
	ask(g);
	guarded_refuses(g, P2P_GUARD_MPS, P2P_OBSTACLE_TAGS, g->p.nic, g->p.gpu);
	build_hole(g->b, g->p.nic, BUILD_SRIOV + REG_SRIOV_CTL, 2);
	ask(g);
	guarded_cannot_tell(g, P2P_GUARD_MPS, P2P_LACK_TAGS);
}

static void controls_that_do_harm_are_refused_with_their_erratum(void **state)
{
	struct guarded *g = *state;

	build_acs_control(g->b, g->p.down[0], 0);
	build_ids(g->b, g->p.down[0], 0x12d8, 0x2404);
	set(g, ACS_RR, 0, MEMBERS(g->p.down[0]));
	assert_non_null(strstr(guarded_refuses(g, P2P_GUARD_ERRATA, P2P_OBSTACLE_ERRATUM,
					       g->p.down[0], -1)
				       ->text,
			       "E5"));
	guarded_is_allowed(g, P2P_GUARD_ERRATA);
	set(g, ACS_SV, 0, MEMBERS(g->p.down[0]));
	guarded_passes(g, P2P_GUARD_ERRATA);
	build_ids(g->b, g->p.down[0], 0x111d, 0x80b5);
	set(g, ACS_SV, 0, MEMBERS(g->p.down[0]));
	assert_int_equal(guarded_refuses(g, P2P_GUARD_ERRATA, P2P_OBSTACLE_ERRATUM,
					 g->p.down[0], -1)
				 ->bits,
			 ACS_SV);
	set(g, ACS_RR, 0, MEMBERS(g->p.down[0]));
	guarded_passes(g, P2P_GUARD_ERRATA);
	build_hole(g->b, g->p.down[0], REG_VENDOR_ID, 4);
	set(g, ACS_RR, 0, MEMBERS(g->p.down[0]));
	guarded_cannot_tell(g, P2P_GUARD_ERRATA, P2P_LACK_IDENTITY);
}

static void redirect_that_is_taken_off_does_no_harm(void **state)
{
	struct guarded *g = *state;

	build_ids(g->b, g->p.down[0], 0x12d8, 0x2404);
	ask(g);
	guarded_passes(g, P2P_GUARD_ERRATA);
}

/* TB on at down[0], whose AER is told as said. */
static void block(struct guarded *g, uint32_t mask, uint32_t severity)
{
	build_write(g->b, g->p.down[0], AT + REG_AER_MASK, 4, mask);
	build_write(g->b, g->p.down[0], AT + REG_AER_SEVERITY, 4, severity);
	set(g, ACS_TB, 0, MEMBERS(g->p.down[0]));
}

static void a_violation_may_not_be_fatal(void **state)
{
	struct guarded *g = *state;

	build_extended(g->b, g->p.down[0], EXT_CAP_AER, AT);
	block(g, 0, AER_ACS_VIOLATION);
	assert_int_equal(guarded_refuses(g, P2P_GUARD_CONTAINMENT, P2P_OBSTACLE_FATAL,
					 g->p.down[0], -1)
				 ->bits,
			 ACS_TB);
	guarded_is_allowed(g, P2P_GUARD_CONTAINMENT);
	block(g, 0, ~(uint32_t)AER_ACS_VIOLATION);
	guarded_passes(g, P2P_GUARD_CONTAINMENT);
	block(g, AER_ACS_VIOLATION, AER_ACS_VIOLATION);
	guarded_passes(g, P2P_GUARD_CONTAINMENT);
	build_hole(g->b, g->p.down[0], AT + REG_AER_SEVERITY, 4);
	block(g, 0, AER_ACS_VIOLATION);
	guarded_cannot_tell(g, P2P_GUARD_CONTAINMENT, P2P_LACK_ERRORS);
	set(g, ACS_DT, 0, MEMBERS(g->p.down[0]));
	guarded_passes(g, P2P_GUARD_CONTAINMENT);
}

static void a_violation_may_not_contain_its_port(void **state)
{
	struct guarded *g = *state;

	build_extended(g->b, g->p.down[0], EXT_CAP_DPC, AT + 0x80);
	set(g, ACS_TB, 0, MEMBERS(g->p.down[0]));
	guarded_passes(g, P2P_GUARD_CONTAINMENT);
	build_write(g->b, g->p.down[0], AT + 0x80 + REG_DPC_CTL, 2, 1);
	set(g, ACS_TB, 0, MEMBERS(g->p.down[0]));
	guarded_refuses(g, P2P_GUARD_CONTAINMENT, P2P_OBSTACLE_DPC, g->p.down[0],
			g->p.down[0]);
	build_extended(g->b, g->p.down[0], EXT_CAP_AER, AT);
	block(g, AER_ACS_VIOLATION, 0);
	guarded_passes(g, P2P_GUARD_CONTAINMENT);
	build_hole(g->b, g->p.down[0], AT + REG_AER_MASK, 4);
	block(g, 0, 0);
	guarded_cannot_tell(g, P2P_GUARD_CONTAINMENT, P2P_LACK_ERRORS);
}

/* A port above hears of it by a message, which says whether it is fatal. */
static void a_violation_may_not_contain_a_port_above(void **state)
{
	struct guarded *g = *state;

	build_extended(g->b, g->p.down[0], EXT_CAP_AER, AT);
	build_extended(g->b, g->p.port, EXT_CAP_DPC, AT);
	build_write(g->b, g->p.port, AT + REG_DPC_CTL, 2, 1);
	block(g, 0, 0);
	guarded_passes(g, P2P_GUARD_CONTAINMENT);
	block(g, 0, AER_ACS_VIOLATION);
	guarded_refuses(g, P2P_GUARD_CONTAINMENT, P2P_OBSTACLE_DPC, g->p.down[0],
			g->p.port);
	build_write(g->b, g->p.port, AT + REG_DPC_CTL, 2, DPC_CTL_NONFATAL);
	block(g, 0, 0);
	guarded_refuses(g, P2P_GUARD_CONTAINMENT, P2P_OBSTACLE_DPC, g->p.down[0],
			g->p.port);
	build_hole(g->b, g->p.port, AT + REG_DPC_CTL, 2);
	block(g, 0, 0);
	guarded_cannot_tell(g, P2P_GUARD_CONTAINMENT, P2P_LACK_ERRORS);
}

static void egress_control_violates_only_without_redirect(void **state)
{
	static const uint32_t vector[P2P_PLAN_WORDS] = { 0xff };
	struct guarded *g = *state;

	g->m->options.vector = vector;
	build_acs(g->b, g->p.down[0], 0x2000 | ACS_CLASSIC, ACS_RR);
	build_extended(g->b, g->p.down[0], EXT_CAP_AER, AT);
	build_write(g->b, g->p.down[0], AT + REG_AER_SEVERITY, 4, AER_ACS_VIOLATION);
	set(g, ACS_EC, 0, MEMBERS(g->p.down[0]));
	guarded_passes(g, P2P_GUARD_CONTAINMENT);
	set(g, ACS_EC, ACS_RR, MEMBERS(g->p.down[0]));
	assert_int_equal(guarded_refuses(g, P2P_GUARD_CONTAINMENT, P2P_OBSTACLE_FATAL,
					 g->p.down[0], -1)
				 ->bits,
			 ACS_EC);
}

static void a_root_port_is_not_opened_by_itself(void **state)
{
	struct guarded *g = *state;
	int audio = build_sibling(g->b, g->p.far);

	guarded_ask(g, MEMBERS(g->p.far, audio));
	assert_int_equal(guarded_refuses(g, P2P_GUARD_ROOT_PORT, P2P_OBSTACLE_ROOT_PORT,
					 g->p.other, -1)
				 ->bits,
			 ACS_RR | ACS_CR);
	guarded_is_allowed(g, P2P_GUARD_ROOT_PORT);
	set(g, 0, ACS_SV, MEMBERS(g->p.other));
	guarded_refuses(g, P2P_GUARD_ROOT_PORT, P2P_OBSTACLE_ROOT_PORT, g->p.other, -1);
}

static void a_root_port_may_be_closed(void **state)
{
	struct guarded *g = *state;

	build_acs_control(g->b, g->p.other, 0);
	set(g, ACS_SV | ACS_TB | ACS_RR | ACS_CR | ACS_UF, 0, MEMBERS(g->p.other));
	assert_true(g->m->plan->n_ops > 0);
	guarded_passes(g, P2P_GUARD_ROOT_PORT);
}

static void a_bridge_of_unknown_type_may_be_a_root_port(void **state)
{
	struct guarded *g = *state;

	build_hole(g->b, g->p.other, EXP(FLAGS), 2);
	set(g, 0, ACS_RR, MEMBERS(g->p.other));
	guarded_cannot_tell(g, P2P_GUARD_ROOT_PORT, P2P_LACK_IDENTITY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GUARDED(the_gpu_of_an_apu_keeps_redirect),
		GUARDED(a_card_in_a_slot_is_no_apu),
		GUARDED(what_cannot_be_told_from_a_card_counts_as_an_apu),
		GUARDED(a_gpu_whose_port_is_missing_counts_as_an_apus),
		GUARDED(a_gpu_on_the_root_bus_is_an_apus),
		GUARDED(an_apu_matters_while_the_iommu_may_be_on),
		GUARDED(who_uses_pasid_or_pri_keeps_redirect_and_forwarding),
		GUARDED(a_vf_uses_pasid_as_its_pf_does),
		GUARDED(a_vf_whose_pf_is_missing_may_use_pasid),
		GUARDED(pasid_that_was_not_read_is_not_off),
		GUARDED(payloads_fit_on_the_whole_way),
		GUARDED(payload_comes_back_with_what_is_read),
		GUARDED(ten_bit_tags_need_a_completer_that_has_them),
		GUARDED(tags_of_vfs_are_turned_on_in_their_pf),
		GUARDED(controls_that_do_harm_are_refused_with_their_erratum),
		GUARDED(redirect_that_is_taken_off_does_no_harm),
		GUARDED(a_violation_may_not_be_fatal),
		GUARDED(a_violation_may_not_contain_its_port),
		GUARDED(a_violation_may_not_contain_a_port_above),
		GUARDED(egress_control_violates_only_without_redirect),
		GUARDED(a_root_port_is_not_opened_by_itself),
		GUARDED(a_root_port_may_be_closed),
		GUARDED(a_bridge_of_unknown_type_may_be_a_root_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
