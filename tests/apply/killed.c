/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan is carried out on a sysfs tree and taken back, killed at any system call too. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <p2ptool/source.h>

#include "io/power.h"
#include "io/transaction.h"
#include "core/regs.h"
#include "support/plant.h"
#include "unit/said_tree.h"

#define KERNEL     (ACS_SV | ACS_RR | ACS_CR | ACS_UF)
#define NOT_LET    77 /* the kernel does not let us */
#define STOPS_MOST 20000

struct world {
	struct said *said;
	struct plant p;
	struct sysfs_tree tree;
	struct sysfs_tree kept; /* in memory, as /run is */
	char root[96];
	struct p2p_err err;
};

/* As sysfs_tree_make() does, but where bringing a file to disk takes no time. */
static void make_kept(struct world *w)
{
	strcpy(w->kept.root, "/dev/shm/p2ptool-XXXXXX");
	if (!mkdtemp(w->kept.root))
		sysfs_tree_make(&w->kept);
	snprintf(w->root, sizeof(w->root), "%s/run", w->kept.root);
}

static int make(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	const char *bus;
	char path[SAID_TREE_PATH];

	assert_non_null(w);
	said_setup((void **)&w->said);
	w->p = plant_say(w->said);
	for (unsigned i = 0; i < 3; i++)
		build_acs_control(w->said->b, w->p.down[i], KERNEL);
	build_acs_control(w->said->b, w->p.inner[0], KERNEL);
	said_machine(w->said);
	said_tree_make(&w->tree, w->said->b);
	bus = said_tree_path(&w->tree, build_bdf(w->said->b, w->p.down[2]),
			     "power/control", path) +
	      strlen(w->tree.root) + 1;
	sysfs_tree_text(&w->tree, bus, "auto\n");
	make_kept(w);
	*state = w;
	return 0;
}

static int leave(void **state)
{
	struct world *w = *state;

	sysfs_tree_remove(&w->tree);
	sysfs_tree_remove(&w->kept);
	said_teardown((void **)&w->said);
	free(w);
	return 0;
}

#define WORLD(name) cmocka_unit_test_setup_teardown(name, make, leave)

static struct p2p_machine *read_machine(const struct world *w)
{
	const struct p2p_live_options options = { .sysfs = w->tree.root };
	struct p2p_snapshot *snapshot;
	struct p2p_machine *machine;

	if (p2p_source_live(&options, &snapshot, NULL) ||
	    p2p_machine_new(snapshot, "6.12", "intel", &machine, NULL))
		abort();
	return machine;
}

/* What gpu, nic and nvme need to reach each other. */
static struct p2p_apply *plan(const struct world *w)
{
	const int ends[] = { w->p.gpu, w->p.nic, w->p.nvme };
	struct p2p_machine *machine = read_machine(w);
	uint32_t members[3];
	struct p2p_plan_options options = { .members = members, .n_members = 3 };
	struct p2p_plan *made;
	struct p2p_apply *apply;

	for (unsigned i = 0; i < 3; i++)
		members[i] = p2p_snapshot_find(machine->snapshot,
					       build_bdf(w->said->b, ends[i]));
	if (p2p_plan_new(machine, &options, &made, NULL) ||
	    p2p_apply_new(machine, made, &apply, NULL))
		abort();
	p2p_plan_free(made);
	p2p_machine_free(machine);
	return apply;
}

/* Stops for whoever looks on, when all is prepared. */
static void stop_for(bool is_watched)
{
	if (is_watched)
		raise(SIGSTOP);
}

static int carry_out(struct world *w, bool is_watched)
{
	struct p2p_apply *apply = plan(w);
	struct p2p_transaction transaction = { 0 };
	struct p2p_journals *journals = NULL;
	struct p2p_apply_calls calls = p2p_transaction_calls(&transaction);
	int result = p2p_journals_open(w->root, true, &journals, &w->err);

	if (!result)
		result = p2p_registers_new(w->tree.root, apply, &transaction.registers,
					   &w->err);
	if (!result)
		result = p2p_journals_begin(journals, apply, &transaction.journal,
					    &w->err);
	transaction.journals = journals;
	if (!result) {
		p2p_power_read(transaction.registers, apply);
		stop_for(is_watched);
		result = p2p_apply_run(apply, &calls, &w->err);
	}
	p2p_registers_free(transaction.registers);
	p2p_journals_free(journals);
	if (transaction.journal)
		p2p_journal_free(transaction.journal);
	else
		p2p_apply_free(apply);
	return result;
}

static int restore_one(struct world *w, const struct p2p_journals *journals, uint32_t id,
		       bool is_watched)
{
	struct p2p_transaction transaction = { .journals = journals };
	struct p2p_apply_calls calls = p2p_transaction_calls(&transaction);
	struct p2p_machine *machine = read_machine(w);
	int result = p2p_journals_read(journals, id, &transaction.journal, &w->err);

	if (!result)
		result = p2p_registers_new(w->tree.root, transaction.journal->apply,
					   &transaction.registers, &w->err);
	stop_for(is_watched);
	if (!result)
		result = p2p_apply_restore(transaction.journal->apply, machine, false,
					   &calls, &w->err);
	if (!result && p2p_apply_is_open(transaction.journal->apply))
		result = -EBUSY;
	if (!result)
		result = p2p_journals_remove(journals, id, &w->err);
	p2p_registers_free(transaction.registers);
	p2p_journal_free(transaction.journal);
	p2p_machine_free(machine);
	return result;
}

/* All, the newest first. */
static int restore(struct world *w, bool is_watched)
{
	struct p2p_journals *journals;
	uint32_t *ids = NULL, n = 0;
	int result = p2p_journals_open(w->root, true, &journals, &w->err);

	if (result)
		return result;
	result = p2p_journals_list(journals, &ids, &n, &w->err);
	while (!result && n)
		result = restore_one(w, journals, ids[--n], is_watched);
	free(ids);
	p2p_journals_free(journals);
	return result;
}

static const char *power(const struct world *w, char ret_text[32])
{
	return said_tree_text(&w->tree, build_bdf(w->said->b, w->p.down[2]),
			      "power/control", ret_text);
}

static void assert_before(const struct world *w)
{
	char text[32];

	assert_true(said_tree_is(&w->tree, w->said->b));
	assert_string_equal(power(w, text), "auto");
}

static void what_is_applied_is_in_the_files_and_restored(void **state)
{
	struct world *w = *state;
	const int ports[] = { w->p.down[0], w->p.down[1], w->p.down[2], w->p.inner[0] };
	char text[32];

	if (carry_out(w, false))
		fail_msg("%s", w->err.text);
	assert_string_equal(power(w, text), "on");
	assert_false(said_tree_is(&w->tree, w->said->b));
	for (unsigned i = 0; i < 4; i++)
		build_acs_control(w->said->b, ports[i], ACS_SV | ACS_UF);
	assert_true(said_tree_is(&w->tree, w->said->b));
	for (unsigned i = 0; i < 4; i++)
		build_acs_control(w->said->b, ports[i], KERNEL);
	if (restore(w, false))
		fail_msg("%s", w->err.text);
	assert_before(w);
	if (restore(w, false))
		fail_msg("%s", w->err.text);
}

static void applied_twice_there_is_nothing_to_write(void **state)
{
	struct world *w = *state;
	struct p2p_apply *again;

	assert_int_equal(carry_out(w, false), 0);
	again = plan(w);
	assert_int_equal(again->n_ops, 0);
	p2p_apply_free(again);
	assert_int_equal(restore(w, false), 0);
	assert_before(w);
}

static void without_a_place_for_journals_nothing_is_written(void **state)
{
	struct world *w = *state;

	sysfs_tree_directory(&w->kept, "run");
	sysfs_tree_text(&w->kept, "run/journal", "in the way");
	assert_int_equal(carry_out(w, false), -EPERM);
	assert_before(w);
}

/* Runs @work in a child that is killed at its nth stop, at the entry or the end of a system
 * call. 0 if it had ended before, 1 if it was killed, or NOT_LET. */
static int kill_at(struct world *w, int (*work)(struct world *w, bool is_watched),
		   unsigned n)
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(NOT_LET);
		_exit(work(w, true) != 0);
	}
	for (unsigned stops = 0; waitpid(pid, &status, 0) == pid; stops++) {
		if (WIFEXITED(status))
			return WEXITSTATUS(status) ? NOT_LET : 0;
		if (WIFSIGNALED(status))
			return 1;
		if (stops == n)
			kill(pid, SIGKILL);
		else
			ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	}
	return NOT_LET;
}

static void kill_everywhere(struct world *w, bool is_applied,
			    int (*work)(struct world *w, bool is_watched))
{
	unsigned n;

	for (n = 0; n < STOPS_MOST; n++) {
		int killed;

		if (is_applied)
			assert_int_equal(carry_out(w, false), 0);
		killed = kill_at(w, work, n);
		if (killed == NOT_LET && !n)
			skip();
		assert_in_range(killed, 0, 1);
		if (restore(w, false))
			fail_msg("stop %u: %s", n, w->err.text);
		assert_before(w);
		if (!killed)
			break;
	}
	print_message("killed at %u points\n", n);
	assert_in_range(n, 100, STOPS_MOST - 1);
}

static void killed_at_any_system_call_of_apply_all_is_restored(void **state)
{
	kill_everywhere(*state, false, carry_out);
}

static void killed_at_any_system_call_of_restore_all_is_restored(void **state)
{
	kill_everywhere(*state, true, restore);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(what_is_applied_is_in_the_files_and_restored),
		WORLD(applied_twice_there_is_nothing_to_write),
		WORLD(without_a_place_for_journals_nothing_is_written),
		WORLD(killed_at_any_system_call_of_apply_all_is_restored),
		WORLD(killed_at_any_system_call_of_restore_all_is_restored),
	};

	return cmocka_run_group_tests_name("transaction", tests, NULL, NULL);
}
