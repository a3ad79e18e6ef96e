/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bus numbers that lie: bridges that claim one bus, buses that go round, bridges without
 * a bus, nestings that a system tells; and very many functions. Always a tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/build.h"

#define SHOWN 0x50 /* header and PCI Express flags */

struct tree {
	struct p2p_snapshot *snapshot;
	struct p2p_facts *facts;
	struct p2p_topo *topo;
};

static int setup(void **state)
{
	static struct tree tree;

	tree = (struct tree){ .snapshot = p2p_snapshot_new() };
	*state = &tree;
	return tree.snapshot ? 0 : -1;
}

static int teardown(void **state)
{
	struct tree *tree = *state;

	p2p_topo_free(tree->topo);
	p2p_facts_free(tree->facts);
	p2p_snapshot_free(tree->snapshot);
	return 0;
}

static struct p2p_bdf at(unsigned bus, unsigned device)
{
	return (struct p2p_bdf){ 0, (uint8_t)bus, (uint8_t)(device << 3) };
}

static struct p2p_function *add(struct tree *tree, struct p2p_bdf bdf,
				enum p2p_pcie_type type, const uint8_t buses[2])
{
	struct p2p_function *function = p2p_snapshot_begin(tree->snapshot, bdf);
	uint8_t bytes[SHOWN] = { 0x86, 0x80, 0x34, 0x12 };

	assert_non_null(function);
	bytes[REG_STATUS] = STATUS_CAP_LIST;
	bytes[REG_CAP_LIST] = BUILD_EXPRESS;
	bytes[BUILD_EXPRESS] = CAP_EXPRESS;
	bytes[BUILD_EXPRESS + REG_EXP_FLAGS] = (uint8_t)(2 | type << 4);
	if (buses) {
		bytes[REG_HEADER_TYPE] = 1;
		bytes[REG_SECONDARY] = buses[0];
		bytes[REG_SUBORDINATE] = buses[1];
	}
	assert_int_equal(p2p_snapshot_add_bytes(tree->snapshot, 0, bytes, SHOWN), 0);
	return function;
}

static struct p2p_function *add_port(struct tree *tree, struct p2p_bdf bdf,
				     unsigned secondary, unsigned subordinate)
{
	const uint8_t buses[2] = { (uint8_t)secondary, (uint8_t)subordinate };

	return add(tree, bdf, bdf.bus ? P2P_TYPE_SWITCH_DOWN : P2P_TYPE_ROOT_PORT, buses);
}

static struct p2p_function *add_endpoint(struct tree *tree, struct p2p_bdf bdf)
{
	return add(tree, bdf, P2P_TYPE_ENDPOINT, NULL);
}

static const struct p2p_topo *grow(struct tree *tree)
{
	struct p2p_err err = { "" };

	assert_int_equal(p2p_snapshot_seal(tree->snapshot, NULL), 0);
	tree->facts = p2p_facts_new(tree->snapshot);
	assert_non_null(tree->facts);
	tree->topo = p2p_topo_new(tree->snapshot, tree->facts);
	assert_non_null(tree->topo);
	if (p2p_topo_check(tree->topo, &err))
		fail_msg("%s", err.text);
	return tree->topo;
}

static uint32_t index_of(const struct tree *tree, struct p2p_bdf bdf)
{
	uint32_t i = p2p_snapshot_find(tree->snapshot, bdf);

	assert_true(i != P2P_NONE);
	return i;
}

static void assert_below(const struct tree *tree, struct p2p_bdf bdf, struct p2p_bdf port)
{
	assert_int_equal(tree->topo->nodes[index_of(tree, bdf)].parent,
			 index_of(tree, port));
}

static void assert_on_top(const struct tree *tree, struct p2p_bdf bdf)
{
	assert_int_equal(tree->topo->nodes[index_of(tree, bdf)].parent, P2P_NONE);
}

static void of_two_bridges_that_claim_one_bus_the_first_has_it(void **state)
{
	struct tree *tree = *state;

	add_port(tree, at(0, 2), 1, 1);
	add_port(tree, at(0, 1), 1, 1);
	add_endpoint(tree, at(1, 0));
	assert_int_equal(grow(tree)->n_dropped, 1);
	assert_below(tree, at(1, 0), at(0, 1));
	assert_int_equal(tree->topo->nodes[index_of(tree, at(0, 2))].first_child,
			 P2P_NONE);
	assert_true(p2p_topo_is_bridge(tree->topo, index_of(tree, at(0, 2))));
}

static void a_bridge_whose_secondary_bus_is_its_own_has_nothing_below(void **state)
{
	struct tree *tree = *state;

	add_port(tree, at(0, 1), 1, 1);
	add_port(tree, at(1, 0), 1, 1);
	add_endpoint(tree, at(1, 1));
	grow(tree);
	assert_below(tree, at(1, 0), at(0, 1));
	assert_below(tree, at(1, 1), at(0, 1));
}

static void a_secondary_bus_of_zero_is_none(void **state)
{
	struct tree *tree = *state;

	add_port(tree, at(0, 1), 5, 9);
	add_port(tree, at(5, 0), 0, 0);
	add_endpoint(tree, at(0, 2));
	grow(tree);
	assert_on_top(tree, at(0, 2));
	assert_on_top(tree, at(0, 1));
	assert_below(tree, at(5, 0), at(0, 1));
}

static void buses_that_go_round_are_cut_once(void **state)
{
	struct tree *tree = *state;

	add_port(tree, at(1, 0), 2, 9);
	add_port(tree, at(2, 0), 3, 9);
	add_port(tree, at(3, 0), 1, 9);
	add_endpoint(tree, at(3, 1));
	assert_int_equal(grow(tree)->n_dropped, 1);
	assert_int_equal(tree->topo->depth, 2);
	assert_int_equal(tree->topo->n_roots, 1);
	assert_below(tree, at(3, 1), at(2, 0));
	assert_true(tree->topo->roots[0].orphan);
}

static void two_bridges_below_each_other_are_cut_too(void **state)
{
	struct tree *tree = *state;

	add_port(tree, at(7, 0), 9, 9);
	add_port(tree, at(9, 0), 7, 7);
	assert_int_equal(grow(tree)->n_dropped, 1);
	assert_int_equal(tree->topo->depth, 1);
}

static void a_chain_through_all_buses_is_a_tree(void **state)
{
	struct tree *tree = *state;

	for (unsigned bus = 255; bus-- > 0;)
		add_port(tree, at(bus, 0), bus + 1, 255);
	add_endpoint(tree, at(255, 0));
	assert_int_equal(grow(tree)->n_dropped, 0);
	assert_int_equal(tree->topo->depth, 255);
	assert_int_equal(tree->topo->n_roots, 1);
}

static void the_systems_nesting_goes_before_bus_numbers(void **state)
{
	struct tree *tree = *state;
	struct p2p_function *endpoint;

	add_port(tree, at(0, 1), 1, 1);
	add_port(tree, at(0, 2), 2, 2);
	endpoint = add_endpoint(tree, at(1, 0));
	endpoint->above = P2P_ABOVE_FUNCTION;
	endpoint->parent = at(0, 2);
	add_endpoint(tree, at(2, 0))->above = P2P_ABOVE_ROOT;
	grow(tree);
	assert_below(tree, at(1, 0), at(0, 2));
	assert_on_top(tree, at(2, 0));
	assert_int_equal(tree->topo->n_roots, 2);
	assert_false(tree->topo->roots[1].orphan);
}

static void a_told_parent_that_is_not_there_makes_an_orphan(void **state)
{
	struct tree *tree = *state;
	struct p2p_function *endpoint = add_endpoint(tree, at(1, 0));

	endpoint->above = P2P_ABOVE_FUNCTION;
	endpoint->parent = at(0, 1);
	grow(tree);
	assert_on_top(tree, at(1, 0));
	assert_true(tree->topo->roots[0].orphan);
}

static void told_nestings_that_go_round_are_cut(void **state)
{
	struct tree *tree = *state;

	for (unsigned i = 0; i < 3; i++) {
		struct p2p_function *port = add_port(tree, at(i, 0), 0, 0);

		port->above = P2P_ABOVE_FUNCTION;
		port->parent = at((i + 1) % 3, 0);
	}
	assert_int_equal(grow(tree)->n_dropped, 1);
	assert_int_equal(tree->topo->depth, 2);
}

static void a_told_parent_may_be_the_function_itself(void **state)
{
	struct tree *tree = *state;
	struct p2p_function *port = add_port(tree, at(0, 0), 1, 1);

	port->above = P2P_ABOVE_FUNCTION;
	port->parent = at(0, 0);
	grow(tree);
	assert_on_top(tree, at(0, 0));
}

static void a_vf_whose_pf_is_told_is_beside_it_whatever_its_bus(void **state)
{
	struct tree *tree = *state;
	struct p2p_function *vf;

	add_port(tree, at(0, 1), 1, 1);
	add_endpoint(tree, at(1, 0));
	vf = add_endpoint(tree, at(0x77, 3));
	vf->is_vf = P2P_YES;
	vf->physfn = at(1, 0);
	grow(tree);
	assert_below(tree, at(0x77, 3), at(0, 1));
	assert_int_equal(tree->topo->n_roots, 1);
}

static void vfs_of_vfs_and_of_themselves_stand_alone(void **state)
{
	struct tree *tree = *state;
	struct p2p_function *vf = add_endpoint(tree, at(1, 0));

	vf->is_vf = P2P_YES;
	vf = add_endpoint(tree, at(1, 1));
	vf->is_vf = P2P_YES;
	vf->physfn = at(1, 0);
	grow(tree);
	assert_int_equal(tree->topo->nodes[0].pf, P2P_NONE);
	assert_int_equal(tree->topo->nodes[1].pf, P2P_NONE);
}

static void a_bus_that_nobody_leads_to_is_a_root_if_it_can_be_one(void **state)
{
	struct tree *tree = *state;
	const struct p2p_topo *topo;

	add(tree, at(0x10, 0), P2P_TYPE_ROOT_PORT, (const uint8_t[]){ 0x11, 0x1f });
	add_endpoint(tree, at(0x20, 0));
	add(tree, at(0x30, 0), P2P_TYPE_RCIEP, NULL);
	add(tree, at(0x1c, 0), P2P_TYPE_RCIEP, NULL);
	topo = grow(tree);
	assert_int_equal(topo->n_roots, 4);
	assert_false(topo->roots[0].orphan);
	assert_true(topo->roots[1].orphan); /* 1c: within what 10:00.0 forwards */
	assert_true(topo->roots[2].orphan); /* 20: an endpoint needs a link */
	assert_false(topo->roots[3].orphan);
}

/* Domains full of buses in chains, each with 31 endpoints. */
static void add_full_buses(struct tree *tree, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned bus = 255 - i / 32 % 256;
		struct p2p_bdf bdf = at(bus, i % 32);

		bdf.domain = i / 8192;
		if (i % 32)
			add_endpoint(tree, bdf);
		else
			add_port(tree, bdf, bus + 1, 255);
	}
}

/* As many roots as functions, half of them with a bridge that is of no use. */
static void add_roots(struct tree *tree, unsigned n)
{
	for (unsigned i = 0; i < n / 2; i++) {
		struct p2p_bdf bdf = { i, 0xfe, 0 };

		add(tree, bdf, P2P_TYPE_ROOT_PORT, (const uint8_t[]){ 0xfd, 0xfd });
		bdf.bus = 0xff;
		add(tree, bdf, P2P_TYPE_RCIEP, NULL);
	}
}

/* CPU time for the tree of @n functions. */
static double seconds_for(void (*add_all)(struct tree *, unsigned), unsigned n)
{
	struct tree tree = { .snapshot = p2p_snapshot_new() };
	struct timespec begun, done;
	void *state = &tree;

	assert_non_null(tree.snapshot);
	add_all(&tree, n);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begun);
	assert_int_equal(grow(&tree)->n_nodes, n);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &done);
	teardown(&state);
	return (double)(done.tv_sec - begun.tv_sec) +
	       (double)(done.tv_nsec - begun.tv_nsec) / 1e9;
}

/* Ten times as many may take ten times as long and a bit, never a hundred times. */
static void assert_grows_slowly(void (*add_all)(struct tree *, unsigned))
{
	double few = seconds_for(add_all, 10000), many = seconds_for(add_all, 100000);

	if (many > 40 * few + 0.1)
		fail_msg("10,000 functions take %.3f s, 100,000 take %.3f s", few, many);
}

static void add_conventional(struct tree *tree, struct p2p_bdf bdf)
{
	static const uint8_t bytes[SHOWN] = { 0x86, 0x80, 0x34, 0x12 };

	p2p_snapshot_begin(tree->snapshot, bdf);
	p2p_snapshot_add_bytes(tree->snapshot, 0, bytes, sizeof(bytes));
}

static void where_a_bridge_may_be_lost_only_root_functions_make_a_root(void **state)
{
	struct tree *tree = *state;
	const struct p2p_topo *topo;

	add_conventional(tree, at(0x00, 0));
	add_conventional(tree, at(0x10, 0));
	add(tree, at(0x20, 0), P2P_TYPE_RCIEP, NULL);
	p2p_snapshot_add_damage(tree->snapshot, 7, "a device line is lost");
	topo = grow(tree);
	assert_false(topo->roots[0].orphan);
	assert_true(topo->roots[1].orphan);
	assert_false(topo->roots[2].orphan);
}

static void a_bridge_without_bus_numbers_may_lead_to_any_bus(void **state)
{
	static const uint8_t cut[] = { 0x86, 0x80, 0x34, 0x12 };
	struct tree *tree = *state;

	add_conventional(tree, at(0x10, 0));
	p2p_snapshot_begin(tree->snapshot, at(0x00, 1));
	p2p_snapshot_add_bytes(tree->snapshot, 0, cut, sizeof(cut));
	assert_true(grow(tree)->roots[1].orphan);
}

static void a_hundred_thousand_functions_take_bounded_time(void **state)
{
	assert_grows_slowly(add_full_buses);
}

static void as_many_roots_take_bounded_time_too(void **state)
{
	assert_grows_slowly(add_roots);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(of_two_bridges_that_claim_one_bus_the_first_has_it),
		TEST(a_bridge_whose_secondary_bus_is_its_own_has_nothing_below),
		TEST(a_secondary_bus_of_zero_is_none),
		TEST(buses_that_go_round_are_cut_once),
		TEST(two_bridges_below_each_other_are_cut_too),
		TEST(a_chain_through_all_buses_is_a_tree),
		TEST(the_systems_nesting_goes_before_bus_numbers),
		TEST(a_told_parent_that_is_not_there_makes_an_orphan),
		TEST(told_nestings_that_go_round_are_cut),
		TEST(a_told_parent_may_be_the_function_itself),
		TEST(a_vf_whose_pf_is_told_is_beside_it_whatever_its_bus),
		TEST(vfs_of_vfs_and_of_themselves_stand_alone),
		TEST(a_bus_that_nobody_leads_to_is_a_root_if_it_can_be_one),
		TEST(where_a_bridge_may_be_lost_only_root_functions_make_a_root),
		TEST(a_bridge_without_bus_numbers_may_lead_to_any_bus),
		TEST(a_hundred_thousand_functions_take_bounded_time),
		TEST(as_many_roots_take_bounded_time_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
