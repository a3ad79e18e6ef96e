/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Islands: peers that the kernel lets reach each other past the host bridge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/plant.h"

static struct p2p_islands *find(struct said *said)
{
	const struct p2p_machine *machine = said_machine(said);
	struct p2p_islands *islands =
		p2p_islands_new(machine->judge, machine->topo, machine->roles);

	assert_non_null(islands);
	return islands;
}

/* Whether island @which is made of exactly these functions, in this order. */
static void assert_island(struct said *said, const struct p2p_islands *islands,
			  uint32_t which, const int *members, uint32_t n)
{
	const struct p2p_island *island = &islands->islands[which];

	assert_true(which < islands->n_islands);
	assert_int_equal(island->n_members, n);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(islands->members[island->first_member + i],
				 said_index(said, members[i]));
		assert_int_equal(islands->of[said_index(said, members[i])], which);
	}
}

static void peers_below_open_ports_are_one_island(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct p2p_islands *islands = find(said);

	assert_int_equal(islands->n_islands, 1);
	assert_island(said, islands, 0, (const int[]){ p.gpu, p.nic, p.nvme, p.disk }, 4);
	assert_int_equal(islands->islands[0].common, said_index(said, p.up));
	assert_int_equal(islands->of[said_index(said, p.far)], P2P_NONE);
	assert_int_equal(islands->n_unknown, 0);
	p2p_islands_free(islands);
}

static void a_redirect_divides_an_island(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct p2p_islands *islands;

	build_acs_control(said->b, p.down[2], ACS_CR);
	islands = find(said);
	assert_int_equal(islands->n_islands, 2);
	assert_island(said, islands, 0, (const int[]){ p.gpu, p.nic }, 2);
	assert_island(said, islands, 1, (const int[]){ p.nvme, p.disk }, 2);
	assert_int_equal(islands->islands[1].common, said_index(said, p.inner_up));
	p2p_islands_free(islands);
}

static void a_redirect_at_the_common_port_leaves_no_island_there(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct p2p_islands *islands;

	build_acs(said->b, p.up, ACS_RR, ACS_RR);
	islands = find(said);
	assert_int_equal(islands->n_islands, 1);
	assert_island(said, islands, 0, (const int[]){ p.nvme, p.disk }, 2);
	p2p_islands_free(islands);
}

static void a_peer_that_redirects_itself_is_alone(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct p2p_islands *islands;

	build_acs(said->b, p.nic, ACS_RR, ACS_RR);
	islands = find(said);
	assert_island(said, islands, 0, (const int[]){ p.gpu, p.nvme, p.disk }, 3);
	assert_int_equal(islands->of[said_index(said, p.nic)], P2P_NONE);
	p2p_islands_free(islands);
}

static void vfs_belong_to_an_island_but_are_no_members(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	int vf = p.far + 1;
	struct p2p_islands *islands;

	build_vfs(said->b, p.nic, 2, 1, 1);
	build_acs(said->b, vf + 1, ACS_RR, ACS_RR);
	islands = find(said);
	assert_island(said, islands, 0, (const int[]){ p.gpu, p.nic, p.nvme, p.disk }, 4);
	assert_int_equal(islands->of[said_index(said, vf)], 0);
	assert_int_equal(islands->of[said_index(said, vf + 1)], P2P_NONE);
	p2p_islands_free(islands);
}

static void one_peer_is_no_island(void **state)
{
	struct said *said = *state;
	int port = build_port(said->b, build_host(said->b, 0, 0), P2P_TYPE_ROOT_PORT);
	struct p2p_islands *islands;

	build_endpoint(said->b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_GPU);
	islands = find(said);
	assert_int_equal(islands->n_islands, 0);
	assert_int_equal(islands->n_members, 0);
	p2p_islands_free(islands);
}

static void where_a_register_is_missing_an_island_is_not_known(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct p2p_islands *islands;

	build_readable(said->b, p.down[0], 256);
	build_readable(said->b, p.nic, 256);
	islands = find(said);
	assert_int_equal(islands->n_unknown, 2);
	assert_island(said, islands, 0, (const int[]){ p.nvme, p.disk }, 2);
	p2p_islands_free(islands);
}

static void pairs_direct_in_silicon_only_are_counted(void **state)
{
	struct said *said = *state;
	struct plant p = plant_say(said);
	struct p2p_islands *islands = find(said);

	assert_int_equal(islands->n_direct_only, 0);
	p2p_islands_free(islands);
	/* Requests of gpu are redirected, those towards it are direct. */
	build_acs_control(said->b, p.down[0], ACS_RR | ACS_UF);
	islands = find(said);
	assert_int_equal(islands->n_direct_only, 3);
	assert_int_equal(islands->n_not_judged, 0);
	p2p_islands_free(islands);
}

static void beyond_a_limit_such_pairs_are_not_judged_but_counted(void **state)
{
	struct said *said = *state;
	int port = build_port(said->b, build_host(said->b, 0, 0), P2P_TYPE_ROOT_PORT);
	int up = build_switch(said->b, port, 22);
	const uint64_t peers = 22 * 32, pairs = peers * (peers - 1) / 2;
	struct p2p_islands *islands;

	for (int i = 1; i <= 22; i++)
		for (int device = 0; device < 32; device++)
			build_endpoint(said->b, up + i, P2P_TYPE_ENDPOINT,
				       BUILD_CLASS_GPU);
	islands = find(said);
	assert_int_equal(islands->n_islands, 1);
	assert_int_equal(islands->n_members, peers);
	assert_int_equal(islands->n_not_judged, 2 * (pairs - 200000));
	p2p_islands_free(islands);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(peers_below_open_ports_are_one_island),
		SAID(a_redirect_divides_an_island),
		SAID(a_redirect_at_the_common_port_leaves_no_island_there),
		SAID(a_peer_that_redirects_itself_is_alone),
		SAID(vfs_belong_to_an_island_but_are_no_members),
		SAID(one_peer_is_no_island),
		SAID(where_a_register_is_missing_an_island_is_not_known),
		SAID(pairs_direct_in_silicon_only_are_counted),
		SAID(beyond_a_limit_such_pairs_are_not_judged_but_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
