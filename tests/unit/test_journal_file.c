/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals as files that only their owner has, and that are there whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/journal_file.h"
#include "unit/applied.h"
#include "unit/sysfs_tree.h"

#define NOT_LET 77 /* the kernel does not let us */

/* A directory of the test's own, and below it what the journals are kept in. */
struct kept {
	struct applied *a;
	struct sysfs_tree tree;
	char root[96], path[128];
	struct p2p_journals *journals;
	struct p2p_err err;
};

static int make(void **state)
{
	struct kept *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	applied_setup((void **)&k->a);
	applied_begin(k->a);
	sysfs_tree_make(&k->tree);
	snprintf(k->root, sizeof(k->root), "%s/run", k->tree.root);
	snprintf(k->path, sizeof(k->path), "%s/journal", k->root);
	*state = k;
	return 0;
}

static int leave(void **state)
{
	struct kept *k = *state;

	p2p_journals_free(k->journals);
	sysfs_tree_remove(&k->tree);
	applied_teardown((void **)&k->a);
	free(k);
	return 0;
}

#define KEPT(name) cmocka_unit_test_setup_teardown(name, make, leave)

static void open_journals(struct kept *k)
{
	p2p_journals_free(k->journals);
	k->journals = NULL;
	if (p2p_journals_open(k->root, true, &k->journals, &k->err))
		fail_msg("%s", k->err.text);
}

static int write_journal(struct kept *k, uint32_t id)
{
	struct p2p_journal journal = { .id = id, .apply = k->a->apply };

	strcpy(k->err.text, "");
	return p2p_journals_write(k->journals, &journal, &k->err);
}

static unsigned mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(lstat(path, &status), 0);
	return status.st_mode & 07777;
}

static void assert_not_opened(struct kept *k, bool make_it, int result, const char *words)
{
	struct p2p_journals *none = NULL;

	assert_int_equal(p2p_journals_open(k->root, make_it, &none, &k->err), result);
	assert_null(none);
	if (!strstr(k->err.text, words))
		fail_msg("%s", k->err.text);
}

static void others_look_into_the_root_and_not_at_journals(void **state)
{
	struct kept *k = *state;
	char file[160];
	mode_t before = umask(077);

	open_journals(k);
	umask(0);
	assert_int_equal(write_journal(k, 1), 0);
	umask(before);
	snprintf(file, sizeof(file), "%s/1", k->path);
	assert_int_equal(mode_of(k->root), 0755);
	assert_int_equal(mode_of(k->path), 0700);
	assert_int_equal(mode_of(file), 0600);
}

static void what_was_written_is_read(void **state)
{
	struct kept *k = *state;
	struct p2p_journal *journal;

	open_journals(k);
	assert_int_equal(write_journal(k, 7), 0);
	k->a->apply->state = P2P_APPLY_WRITING;
	assert_int_equal(write_journal(k, 7), 0);
	open_journals(k);
	if (p2p_journals_read(k->journals, 7, &journal, &k->err))
		fail_msg("%s", k->err.text);
	assert_int_equal(journal->id, 7);
	assert_int_equal(journal->apply->state, P2P_APPLY_WRITING);
	assert_int_equal(journal->apply->n_ops, 6);
	p2p_journal_free(journal);
	assert_int_equal(p2p_journals_read(k->journals, 8, &journal, &k->err), -ENOENT);
	assert_string_equal(k->err.text, "there is no transaction 8");
}

static void journals_are_counted(void **state)
{
	struct kept *k = *state;
	uint32_t *ids, n, next;

	open_journals(k);
	assert_int_equal(p2p_journals_next(k->journals, &next, &k->err), 0);
	assert_int_equal(next, 1);
	assert_int_equal(write_journal(k, 12), 0);
	assert_int_equal(write_journal(k, 2), 0);
	sysfs_tree_text(&k->tree, "run/journal/13.new", "cut");
	sysfs_tree_text(&k->tree, "run/journal/014", "no number of ours");
	sysfs_tree_text(&k->tree, "run/journal/4294967296", "");
	assert_int_equal(p2p_journals_list(k->journals, &ids, &n, &k->err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ids[0], 2);
	assert_int_equal(ids[1], 12);
	free(ids);
	assert_int_equal(p2p_journals_next(k->journals, &next, &k->err), 0);
	assert_int_equal(next, 13);
	/* what a crash left there is no obstacle */
	assert_int_equal(write_journal(k, 13), 0);
	assert_int_equal(p2p_journals_remove(k->journals, 13, &k->err), 0);
	assert_int_equal(p2p_journals_remove(k->journals, 13, &k->err), -ENOENT);
}

static void a_new_one_says_when_where_and_for_whom(void **state)
{
	struct kept *k = *state;
	int64_t before = time(NULL);
	struct p2p_journal *journal, *again;
	char boot[64] = "";
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%63s", boot), 1);
	fclose(file);
	open_journals(k);
	assert_int_equal(write_journal(k, 4), 0);
	assert_int_equal(p2p_journals_begin(k->journals, k->a->apply, &journal, &k->err),
			 0);
	k->a->journal = journal;
	assert_int_equal(journal->id, 5);
	assert_in_range(journal->time, before, before + 60);
	assert_string_equal(journal->boot_id, boot);
	assert_true(journal->user >= P2P_JOURNAL_NO_USER &&
		    journal->user < (int64_t)UINT32_MAX);
	assert_int_equal(p2p_journals_write(k->journals, journal, &k->err), 0);
	assert_int_equal(p2p_journals_read(k->journals, 5, &again, &k->err), 0);
	assert_int_equal(again->time, journal->time);
	assert_int_equal(again->user, journal->user);
	p2p_journal_free(again);
}

static void without_journals_there_are_none(void **state)
{
	struct kept *k = *state;

	assert_not_opened(k, false, -ENOENT, "there are no journals");
	sysfs_tree_directory(&k->tree, "run");
	assert_not_opened(k, false, -ENOENT, "there are no journals");
}

static void below_nothing_none_are_made(void **state)
{
	struct kept *k = *state;
	char above[160];

	snprintf(above, sizeof(above), "%s/run", k->root);
	assert_int_equal(p2p_journals_open(above, true, &k->journals, &k->err), -ENOENT);
	assert_non_null(strstr(k->err.text, "the directory above it is not there"));
	assert_null(k->journals);
}

static void a_directory_that_others_may_write_is_refused(void **state)
{
	struct kept *k = *state;

	sysfs_tree_directory(&k->tree, "run");
	assert_int_equal(chmod(k->root, 0775), 0);
	assert_not_opened(k, true, -EPERM, "open to others, mode 0775");
	assert_int_equal(chmod(k->root, 0755), 0);
	sysfs_tree_directory(&k->tree, "run/journal");
	assert_int_equal(chmod(k->path, 0750), 0);
	assert_not_opened(k, true, -EPERM, "chmod 0700");
}

static void a_link_in_its_place_is_refused(void **state)
{
	struct kept *k = *state;

	sysfs_tree_directory(&k->tree, "other/journal");
	sysfs_tree_link(&k->tree, "run", "other");
	assert_not_opened(k, true, -EPERM, "no directory of its own");
	assert_int_equal(unlink(k->root), 0);
	sysfs_tree_directory(&k->tree, "run");
	sysfs_tree_link(&k->tree, "run/journal", "../other/journal");
	assert_not_opened(k, true, -EPERM, "no directory of its own");
	assert_int_equal(unlink(k->path), 0);
	sysfs_tree_text(&k->tree, "run/journal", "a file");
	assert_not_opened(k, true, -EPERM, "no directory of its own");
}

/* Only root can give a directory away. */
static void a_directory_of_somebody_else_is_refused(void **state)
{
	struct kept *k = *state;

	if (geteuid())
		skip();
	sysfs_tree_directory(&k->tree, "run");
	assert_int_equal(chown(k->root, 65534, 65534), 0);
	assert_not_opened(k, true, -EPERM, "belongs to user 65534");
}

static void a_file_that_others_may_write_or_a_link_is_not_read(void **state)
{
	struct kept *k = *state;
	struct p2p_journal *none = NULL;
	char file[160];

	open_journals(k);
	assert_int_equal(write_journal(k, 1), 0);
	snprintf(file, sizeof(file), "%s/1", k->path);
	assert_int_equal(chmod(file, 0620), 0);
	assert_int_equal(p2p_journals_read(k->journals, 1, &none, &k->err), -EPERM);
	sysfs_tree_link(&k->tree, "run/journal/2", "1");
	assert_int_equal(p2p_journals_read(k->journals, 2, &none, &k->err), -ELOOP);
	assert_null(none);
	/* a link is replaced, what it leads to is not written */
	assert_int_equal(write_journal(k, 2), 0);
	assert_int_equal(mode_of(file), 0620);
}

static void a_file_that_is_cut_or_another_ones_is_told(void **state)
{
	struct kept *k = *state;
	struct p2p_journal *none = NULL;
	char file[160], other[160];

	open_journals(k);
	assert_int_equal(write_journal(k, 1), 0);
	snprintf(file, sizeof(file), "%s/1", k->path);
	snprintf(other, sizeof(other), "%s/2", k->path);
	assert_int_equal(link(file, other), 0);
	assert_int_equal(p2p_journals_read(k->journals, 2, &none, &k->err), -EBADMSG);
	assert_non_null(strstr(k->err.text, "another number"));
	assert_int_equal(truncate(file, 100), 0);
	assert_int_equal(p2p_journals_read(k->journals, 1, &none, &k->err), -EBADMSG);
	assert_non_null(strstr(k->err.text, ": the journal is cut here"));
	assert_null(none);
}

/* A disk on which not one byte more has room: the journal before stays. */
static void a_journal_that_has_no_room_leaves_the_one_before(void **state)
{
	struct kept *k = *state;
	struct rlimit limit, before;
	struct p2p_journal *journal;
	int result;

	open_journals(k);
	assert_int_equal(write_journal(k, 1), 0);
	k->a->apply->state = P2P_APPLY_APPLIED;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ 64, before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	result = write_journal(k, 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(result, -EFBIG);
	assert_non_null(strstr(k->err.text, k->path));
	assert_int_equal(p2p_journals_read(k->journals, 1, &journal, &k->err), 0);
	assert_int_equal(journal->apply->state, P2P_APPLY_NEW);
	p2p_journal_free(journal);
	snprintf(k->err.text, sizeof(k->err.text), "%s/1.new", k->path);
	assert_int_equal(access(k->err.text, F_OK), -1);
}

/* A small file system of one's own, where the kernel lets one have it. */
static bool mount_small(struct kept *k)
{
	if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return false;
	return !mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) &&
	       !mount("tmpfs", k->tree.root, "tmpfs", 0, "size=32k");
}

/* True if a sentence about the file says these words. */
static bool is_said(const struct kept *k, const char *words)
{
	return strstr(k->err.text, words) && strstr(k->err.text, k->path);
}

static int fill_up(struct kept *k)
{
	struct p2p_journal *journal;
	uint32_t id = 1;
	int result;

	if (p2p_journals_open(k->root, true, &k->journals, &k->err))
		return 1;
	do
		result = write_journal(k, id++);
	while (!result);
	if (result != -ENOSPC || !is_said(k, "no room is left") || id < 3)
		return 2;
	if (p2p_journals_read(k->journals, id - 2, &journal, &k->err))
		return 3;
	p2p_journal_free(journal);
	if (mount("none", k->tree.root, "none", MS_REMOUNT | MS_RDONLY, NULL))
		return 4;
	if (write_journal(k, 1) != -EROFS || !is_said(k, "read-only"))
		return 5;
	snprintf(k->root, sizeof(k->root), "%s/other", k->tree.root);
	return p2p_journals_open(k->root, true, &k->journals, &k->err) == -EROFS ? 0 : 6;
}

static void a_full_disk_and_a_read_only_one_are_told(void **state)
{
	struct kept *k = *state;
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (!pid)
		_exit(mount_small(k) ? fill_up(k) : NOT_LET);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NOT_LET)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEPT(others_look_into_the_root_and_not_at_journals),
		KEPT(what_was_written_is_read),
		KEPT(journals_are_counted),
		KEPT(a_new_one_says_when_where_and_for_whom),
		KEPT(without_journals_there_are_none),
		KEPT(below_nothing_none_are_made),
		KEPT(a_directory_that_others_may_write_is_refused),
		KEPT(a_link_in_its_place_is_refused),
		KEPT(a_directory_of_somebody_else_is_refused),
		KEPT(a_file_that_others_may_write_or_a_link_is_not_read),
		KEPT(a_file_that_is_cut_or_another_ones_is_told),
		KEPT(a_journal_that_has_no_room_leaves_the_one_before),
		KEPT(a_full_disk_and_a_read_only_one_are_told),
	};

	return cmocka_run_group_tests_name("journals", tests, NULL, NULL);
}
