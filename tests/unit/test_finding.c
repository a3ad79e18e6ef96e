/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report points out: each kind, folded where alike, worst first; and nothing where
 * nothing is to be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/plant.h"

#define EXP(name) (BUILD_EXPRESS + REG_EXP_##name)

/* The findings of the machine said so far; freed by the next call and by done(). */
static struct p2p_findings *all;

static void look(struct said *said)
{
	const struct p2p_machine *m = said_machine(said);
	struct p2p_grouped *grouped = NULL;

	p2p_findings_free(all);
	assert_int_equal(p2p_machine_group(m, NULL, &grouped, NULL), 0);
	all = p2p_findings_new(m->judge, m->roles, grouped);
	p2p_grouped_free(grouped);
	assert_non_null(all);
}

static int done(void **state)
{
	p2p_findings_free(all);
	all = NULL;
	return said_teardown(state);
}

static const struct p2p_finding *find(enum p2p_finding_id id)
{
	const struct p2p_finding *found = NULL;

	for (uint32_t i = 0; i < all->n_findings; i++)
		if (all->findings[i].id == id) {
			assert_null(found);
			found = &all->findings[i];
		}
	return found;
}

static const struct p2p_finding *expect(enum p2p_finding_id id,
					enum p2p_severity severity, uint32_t n)
{
	const struct p2p_finding *finding = find(id);

	assert_non_null(finding);
	assert_int_equal(finding->severity, severity);
	assert_int_equal(finding->n_functions, n);
	return finding;
}

static void assert_about(struct said *said, const struct p2p_finding *finding,
			 uint32_t place, int function)
{
	assert_true(place < finding->n_functions);
	assert_int_equal(all->functions[finding->first_function + place],
			 said_index(said, function));
}

static void of_an_open_machine_there_is_nothing_to_say(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_acs_control(said->b, p.down[0], ACS_SV | ACS_TB | ACS_UF | ACS_DT);
	look(said);
	assert_int_equal(all->n_findings, 0);
	assert_int_equal(all->n_functions, 0);
}

static void ports_that_redirect_what_a_switch_could_turn_are_named(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_finding *finding;

	build_acs_control(said->b, p.down[0], ACS_SV | ACS_RR | ACS_CR | ACS_UF);
	build_acs_control(said->b, p.down[1], ACS_RR | ACS_UF);
	look(said);
	finding = expect(P2P_FINDING_REDIRECT, P2P_WARNING, 2);
	assert_about(said, finding, 0, p.down[0]);
	assert_about(said, finding, 1, p.down[1]);
	assert_int_equal(finding->bits, ACS_RR | ACS_CR);
	assert_int_equal(finding->n_alike, 1);
	assert_int_equal(finding->example_from, said_index(said, p.gpu));
	assert_int_equal(finding->example_to, said_index(said, p.nic));
}

static void the_example_of_a_redirect_is_a_pair_that_is_redirected(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_finding *finding;

	build_acs_control(said->b, p.down[0], ACS_CR | ACS_UF);
	look(said);
	finding = expect(P2P_FINDING_REDIRECT, P2P_WARNING, 1);
	assert_about(said, finding, 0, p.down[0]);
	assert_int_equal(finding->example_from, said_index(said, p.nic));
	assert_int_equal(finding->example_to, said_index(said, p.gpu));
}

static void a_port_with_peers_on_one_side_only_is_no_redirect(void **state)
{
	struct said *said = *state;
	int port = build_port(said->b, build_host(said->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int up = build_switch(said->b, port, 2);

	build_acs(said->b, up + 1, ACS_CLASSIC, ACS_RR);
	build_acs(said->b, up + 2, ACS_CLASSIC, ACS_RR);
	build_acs(said->b, port, ACS_CLASSIC, ACS_RR);
	build_endpoint(said->b, up + 1, P2P_TYPE_ENDPOINT, BUILD_CLASS_GPU);
	look(said);
	assert_null(find(P2P_FINDING_REDIRECT));
}

static void switches_that_redirect_alike_are_one_finding(void **state)
{
	struct said *said = *state;
	int host = build_host(said->b, 0, 0);
	const struct p2p_finding *finding;

	for (int i = 0; i < 3; i++) {
		int port = build_port(said->b, host, P2P_TYPE_ROOT_PORT);
		int up = build_switch(said->b, port, 2);

		build_acs(said->b, port, ACS_CLASSIC, ACS_UF);
		for (int down = up + 1; down <= up + 2; down++) {
			build_acs(said->b, down, ACS_CLASSIC, ACS_RR | ACS_CR);
			build_endpoint(said->b, down, P2P_TYPE_ENDPOINT, BUILD_CLASS_GPU);
		}
	}
	look(said);
	finding = expect(P2P_FINDING_REDIRECT, P2P_WARNING, 6);
	assert_int_equal(finding->n_alike, 3);
	assert_int_equal(all->n_findings, 1);
}

static void a_nested_switch_counts_once(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	for (int i = 0; i < 3; i++)
		build_acs_control(said->b, p.down[i], ACS_RR | ACS_UF);
	for (int i = 0; i < 2; i++)
		build_acs_control(said->b, p.inner[i], ACS_RR | ACS_UF);
	look(said);
	assert_int_equal(expect(P2P_FINDING_REDIRECT, P2P_WARNING, 5)->n_alike, 2);
}

static void tell_vfio(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		if (snapshot->functions[i].bdf.bus)
			snapshot->functions[i].driver =
				p2p_snapshot_keep(snapshot, "vfio-pci", 8);
}

static void where_functions_are_passed_through_a_redirect_is_information(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	said->tell = tell_vfio;
	build_acs_control(said->b, p.down[0], ACS_RR | ACS_UF);
	look(said);
	expect(P2P_FINDING_REDIRECT, P2P_INFO, 1);
}

static void tell_no_p2pdma(struct said *said, struct p2p_snapshot *snapshot)
{
	snapshot->system.p2pdma = P2P_NO;
}

static void a_kernel_without_p2pdma_is_said_once(void **state)
{
	struct said *said = *state;

	plant_say(said);
	said->tell = tell_no_p2pdma;
	look(said);
	expect(P2P_FINDING_P2PDMA_OFF, P2P_WARNING, 0);
	assert_int_equal(all->n_findings, 1);
}

static void unread_registers_on_the_paths_of_peers_are_named(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_finding *finding;

	build_readable(said->b, p.down[0], 256);
	build_readable(said->b, p.nvme, 256);
	build_readable(said->b, p.bridge, 64);
	look(said);
	finding = expect(P2P_FINDING_UNREADABLE, P2P_WARNING, 2);
	assert_about(said, finding, 0, p.down[0]);
	assert_about(said, finding, 1, p.nvme);
}

static void downstream_ports_without_acs_are_named(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_finding *finding;

	build_write(said->b, p.inner[0], BUILD_ACS, 4, 0);
	build_write(said->b, p.port, BUILD_ACS, 4, 0);
	look(said);
	finding = expect(P2P_FINDING_ACS_MISSING, P2P_INFO, 2);
	assert_about(said, finding, 0, p.port);
	assert_about(said, finding, 1, p.inner[0]);
}

static void a_link_narrower_than_both_ends_can_is_a_warning(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_finding *finding;

	build_write(said->b, p.gpu, EXP(LNKCAP), 4, 5 | 16u << 4);
	build_write(said->b, p.gpu, EXP(LNKSTA), 2, 4 | 8u << 4);
	look(said);
	expect(P2P_FINDING_LINK_LOW, P2P_WARNING, 1);
	build_write(said->b, p.down[0], EXP(LNKCAP) + 0, 2, 4 | 8u << 4);
	look(said);
	assert_null(find(P2P_FINDING_LINK_LOW));
	build_write(said->b, p.down[0], EXP(LNKCAP) + 0, 2, 5 | 8u << 4);
	look(said);
	finding = expect(P2P_FINDING_LINK_LOW, P2P_INFO, 1);
	assert_about(said, finding, 0, p.gpu);
	assert_int_equal(finding->value, 160 << 8 | 8);
	assert_int_equal(finding->wanted, 320 << 8 | 8);
}

static void a_gpu_whose_bar_could_be_larger_is_a_warning(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_finding *finding;
	const int both[] = { p.gpu, p.nvme };

	for (int i = 0; i < 2; i++) {
		build_extended(said->b, both[i], EXT_CAP_REBAR, 0x400);
		build_write(said->b, both[i], 0x400 + REG_REBAR_CAP, 4, 0x000ffff0);
		build_write(said->b, both[i], 0x400 + REG_REBAR_CTL, 4,
			    1u << 5 | 8u << 8);
	}
	look(said);
	finding = expect(P2P_FINDING_BAR_SMALL, P2P_WARNING, 1);
	assert_about(said, finding, 0, p.gpu);
	assert_true(finding->value == 256ull << 20 && finding->wanted == 32ull << 30);
	build_write(said->b, p.gpu, 0x400 + REG_REBAR_CTL, 4, 1u << 5 | 15u << 8);
	look(said);
	assert_null(find(P2P_FINDING_BAR_SMALL));
}

static void tell_driver(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		snapshot->functions[i].driver = p2p_snapshot_keep(snapshot, "foo", 3);
}

static void a_bound_peer_that_is_no_bus_master_is_a_warning(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_write(said->b, p.nic, REG_COMMAND, 2, COMMAND_MEMORY);
	look(said);
	assert_null(find(P2P_FINDING_BUS_MASTER_OFF));
	said->tell = tell_driver;
	look(said);
	assert_about(said, expect(P2P_FINDING_BUS_MASTER_OFF, P2P_WARNING, 1), 0, p.nic);
}

static void a_payload_that_a_direct_peer_does_not_take_is_an_error(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_finding *finding;

	build_write(said->b, p.gpu, EXP(DEVCTL), 2, 2u << 5);
	look(said);
	finding = expect(P2P_FINDING_MPS_MISMATCH, P2P_ERROR, 1);
	assert_about(said, finding, 0, p.gpu);
	assert_int_equal(finding->value, 512);
	assert_int_equal(finding->wanted, 128);
	assert_int_equal(finding->example_to, said_index(said, p.nic));
	build_acs_control(said->b, p.down[0], ACS_RR | ACS_UF);
	look(said);
	assert_null(find(P2P_FINDING_MPS_MISMATCH));
}

static void peers_below_a_missing_bridge_are_orphans(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_hide(said->b, p.down[0]);
	look(said);
	assert_about(said, expect(P2P_FINDING_ORPHAN, P2P_WARNING, 1), 0, p.gpu);
}

static void ports_whose_type_contradicts_their_place_are_named(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	const struct p2p_finding *finding;

	build_write(said->b, p.down[1], EXP(FLAGS), 2, 2 | P2P_TYPE_ROOT_PORT << 4);
	build_write(said->b, p.inner_up, EXP(FLAGS), 2, 2 | P2P_TYPE_SWITCH_DOWN << 4);
	look(said);
	finding = expect(P2P_FINDING_PORT_TYPE, P2P_INFO, 2);
	assert_about(said, finding, 0, p.down[1]);
	assert_about(said, finding, 1, p.inner_up);
}

static void findings_come_worst_first(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);

	build_write(said->b, p.inner[0], BUILD_ACS, 4, 0);
	build_write(said->b, p.disk, EXP(DEVCTL), 2, 2u << 5);
	build_acs_control(said->b, p.down[0], ACS_RR | ACS_UF);
	look(said);
	assert_int_equal(all->n_findings, 3);
	for (uint32_t i = 1; i < all->n_findings; i++)
		assert_true(all->findings[i - 1].severity <= all->findings[i].severity);
	assert_int_equal(all->findings[0].id, P2P_FINDING_MPS_MISMATCH);
	assert_int_equal(all->findings[0].n_functions, 1);
	assert_int_equal(all->findings[0].n_alike, 2);
	assert_int_equal(all->findings[1].id, P2P_FINDING_REDIRECT);
	assert_int_equal(all->findings[2].id, P2P_FINDING_ACS_MISSING);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, said_setup, done)
	const struct CMUnitTest tests[] = {
		TEST(of_an_open_machine_there_is_nothing_to_say),
		TEST(ports_that_redirect_what_a_switch_could_turn_are_named),
		TEST(the_example_of_a_redirect_is_a_pair_that_is_redirected),
		TEST(a_port_with_peers_on_one_side_only_is_no_redirect),
		TEST(switches_that_redirect_alike_are_one_finding),
		TEST(a_nested_switch_counts_once),
		TEST(where_functions_are_passed_through_a_redirect_is_information),
		TEST(a_kernel_without_p2pdma_is_said_once),
		TEST(unread_registers_on_the_paths_of_peers_are_named),
		TEST(downstream_ports_without_acs_are_named),
		TEST(a_link_narrower_than_both_ends_can_is_a_warning),
		TEST(a_gpu_whose_bar_could_be_larger_is_a_warning),
		TEST(a_bound_peer_that_is_no_bus_master_is_a_warning),
		TEST(a_payload_that_a_direct_peer_does_not_take_is_an_error),
		TEST(peers_below_a_missing_bridge_are_orphans),
		TEST(ports_whose_type_contradicts_their_place_are_named),
		TEST(findings_come_worst_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
