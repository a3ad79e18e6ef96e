/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One transaction at a time, whoever else waits, and whatever its holder comes to. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/lock.h"
#include "unit/sysfs_tree.h"

#define RUNS 40

struct locked {
	struct sysfs_tree tree;
	struct p2p_journals *journals;
	struct p2p_err err;
};

static int make(void **state)
{
	static struct locked locked;
	char root[96];

	locked = (struct locked){ 0 };
	sysfs_tree_make(&locked.tree);
	snprintf(root, sizeof(root), "%s/run", locked.tree.root);
	if (p2p_journals_open(root, true, &locked.journals, &locked.err))
		fail_msg("%s", locked.err.text);
	*state = &locked;
	return 0;
}

static int leave(void **state)
{
	struct locked *l = *state;

	p2p_journals_free(l->journals);
	sysfs_tree_remove(&l->tree);
	return 0;
}

#define LOCKED(name) cmocka_unit_test_setup_teardown(name, make, leave)

static int take(struct locked *l, unsigned seconds, struct p2p_lock **ret_lock)
{
	const struct p2p_lock_wait wait = { .seconds = seconds };

	strcpy(l->err.text, "");
	return p2p_lock_take(l->journals, &wait, ret_lock, &l->err);
}

/* Another process that has the lock, until its pipe is closed or it is killed. */
static pid_t hold(struct locked *l, int *ret_end)
{
	int ready[2], end[2];
	char byte = 0;
	pid_t pid;

	assert_int_equal(pipe(ready) + pipe(end), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (!pid) {
		struct p2p_lock *lock;

		close(end[1]);
		if (take(l, 10, &lock) || write(ready[1], "x", 1) != 1)
			_exit(1);
		_exit(read(end[0], &byte, 1) != 0);
	}
	close(ready[1]);
	close(end[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	*ret_end = end[1];
	return pid;
}

static void reap(pid_t pid)
{
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_second_one_is_told_who_has_it(void **state)
{
	struct locked *l = *state;
	struct p2p_lock *lock = NULL;
	char pid[32];
	int end;
	pid_t holder = hold(l, &end);

	assert_int_equal(take(l, 0, &lock), -EBUSY);
	assert_null(lock);
	snprintf(pid, sizeof(pid), "pid %ld (", (long)holder);
	assert_non_null(strstr(l->err.text, pid));
	assert_non_null(strstr(l->err.text, "one_transaction_at_a_time"));
	assert_non_null(strstr(l->err.text, ") since 20"));
	close(end);
	reap(holder);
	assert_int_equal(take(l, 0, &lock), 0);
	p2p_lock_give(lock);
}

static void one_of_this_process_counts_too(void **state)
{
	struct locked *l = *state;
	struct p2p_lock *lock, *none = NULL;

	assert_int_equal(take(l, 0, &lock), 0);
	assert_int_equal(take(l, 0, &none), -EBUSY);
	p2p_lock_give(lock);
	p2p_lock_give(none);
	assert_int_equal(take(l, 0, &lock), 0);
	p2p_lock_give(lock);
}

static void a_holder_that_is_killed_holds_nothing(void **state)
{
	struct locked *l = *state;
	struct p2p_lock *lock;
	int end;
	pid_t holder = hold(l, &end);

	assert_int_equal(kill(holder, SIGKILL), 0);
	reap(holder);
	close(end);
	/* its name still stands there */
	assert_int_equal(take(l, 0, &lock), 0);
	p2p_lock_give(lock);
}

static void the_lock_is_waited_for(void **state)
{
	struct locked *l = *state;
	struct p2p_lock *lock;
	struct timespec before, now;
	int end;
	pid_t holder = hold(l, &end), killer;

	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(take(l, 1, &lock), -EBUSY);
	clock_gettime(CLOCK_MONOTONIC, &now);
	assert_true(now.tv_sec > before.tv_sec);
	killer = fork();
	assert_int_not_equal(killer, -1);
	if (!killer) {
		usleep(200000);
		_exit(kill(holder, SIGKILL) != 0);
	}
	assert_int_equal(take(l, 60, &lock), 0);
	p2p_lock_give(lock);
	reap(killer);
	reap(holder);
	close(end);
}

static bool stop_third(void *data)
{
	return ++*(unsigned *)data == 3;
}

static void a_stop_ends_the_waiting(void **state)
{
	struct locked *l = *state;
	unsigned asked = 0;
	const struct p2p_lock_wait wait = { 60, stop_third, &asked };
	struct p2p_lock *lock, *none = NULL;

	assert_int_equal(take(l, 0, &lock), 0);
	assert_int_equal(p2p_lock_take(l->journals, &wait, &none, &l->err), -EINTR);
	assert_int_equal(asked, 3);
	p2p_lock_give(lock);
}

/* Reads a number, waits, writes one more: none is lost if nobody does so meanwhile. */
static int count_one(struct locked *l, const char *path)
{
	struct p2p_lock *lock;
	unsigned count = 0;
	FILE *file;

	if (take(l, 60, &lock))
		return 1;
	file = fopen(path, "r");
	if (!file || fscanf(file, "%u", &count) != 1)
		return 1;
	fclose(file);
	usleep(1000);
	file = fopen(path, "w");
	if (!file || fprintf(file, "%u", count + 1) < 0 || fclose(file))
		return 1;
	p2p_lock_give(lock);
	return 0;
}

static void many_at_once_come_one_after_the_other(void **state)
{
	struct locked *l = *state;
	char path[96], text[16] = "";
	unsigned failed = 0;
	FILE *file;

	sysfs_tree_text(&l->tree, "count", "0");
	snprintf(path, sizeof(path), "%s/count", l->tree.root);
	for (unsigned i = 0; i < RUNS; i++) {
		pid_t pid = fork();

		assert_int_not_equal(pid, -1);
		if (!pid)
			_exit(count_one(l, path));
	}
	for (unsigned i = 0; i < RUNS; i++) {
		int status;

		assert_int_not_equal(wait(&status), -1);
		failed += status != 0;
	}
	assert_int_equal(failed, 0);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_int_equal(atoi(text), RUNS);
}

static void a_link_is_no_lock(void **state)
{
	struct locked *l = *state;
	struct p2p_lock *none = NULL;

	sysfs_tree_text(&l->tree, "precious", "text");
	sysfs_tree_link(&l->tree, "run/journal/lock", "../../precious");
	assert_int_equal(take(l, 0, &none), -ELOOP);
	assert_null(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOCKED(a_second_one_is_told_who_has_it),
		LOCKED(one_of_this_process_counts_too),
		LOCKED(a_holder_that_is_killed_holds_nothing),
		LOCKED(the_lock_is_waited_for),
		LOCKED(a_stop_ends_the_waiting),
		LOCKED(many_at_once_come_one_after_the_other),
		LOCKED(a_link_is_no_lock),
	};

	return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
