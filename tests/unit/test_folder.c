/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is taken out of a directory, what is not, and the limits on it. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/unpack_folder.h"
#include "sysfs_tree.h"
#include "unpacked.h"

static const struct p2p_unpack_limits wide = { 1000, 1 << 20, 1 << 20, 1 << 20 };

/* A directory beside others, and what becomes of it. */
struct made {
	struct sysfs_tree tree;
	char path[80];
	struct unpacked of;
};

static void begin(struct made *ret_made)
{
	*ret_made = (struct made){ .path = "" };
	sysfs_tree_make(&ret_made->tree);
	sysfs_tree_directory(&ret_made->tree, "in");
	snprintf(ret_made->path, sizeof(ret_made->path), "%s/in", ret_made->tree.root);
}

/* The way to a file of it. */
static const char *at(const struct made *made, const char *name, char ret_path[512])
{
	snprintf(ret_path, 512, "%s/%s", made->path, name);
	return ret_path;
}

static void file(const struct made *made, const char *name, const char *content)
{
	char below[512];

	snprintf(below, sizeof(below), "in/%s", name);
	sysfs_tree_text(&made->tree, below, content);
}

static void unpack(struct made *made, const struct p2p_unpack_limits *limits)
{
	struct p2p_err err = { "" };
	struct unpacked *of = &made->of;

	*of = (struct unpacked){ .input = { .name = made->path },
				 .snapshot = p2p_snapshot_new() };
	if (p2p_unpack_folder(&of->input, limits, of->snapshot, &of->members, &err))
		fail_msg("refused: %s", err.text);
	assert_true(of->input.is_folder);
	p2p_members_sort(&of->members, of->input.text);
}

static void end(struct made *made)
{
	unpacked_done(&made->of);
	sysfs_tree_remove(&made->tree);
}

static void files_that_are_of_use_are_kept(void **state)
{
	struct made made;
	const struct p2p_member *member;

	begin(&made);
	file(&made, "a/b/proc/cmdline", "quiet\n");
	file(&made, "a/b/lspci", CAPTURE_DUMP);
	file(&made, "a/readme", "Dear all\n");
	file(&made, ".hidden\n", CAPTURE_DUMP);
	unpack(&made, &wide);
	assert_int_equal(made.of.members.n, 3);
	assert_int_equal(made.of.snapshot->n_damage_seen, 0);
	member = p2p_members_find(&made.of.members, "a/b/lspci");
	assert_non_null(member);
	assert_int_equal(member->kind, P2P_SOURCE_LSPCI);
	assert_int_equal(member->length, strlen(CAPTURE_DUMP));
	assert_non_null(p2p_members_find(&made.of.members, "a/b/proc/cmdline"));
	assert_non_null(p2p_members_find(&made.of.members, ".hidden?"));
	end(&made);
}

/* Were a link followed or a pipe opened to be read, there were a capture, or no end. */
static void what_is_no_file_is_not_opened(void **state)
{
	struct made made;
	char fifo[512];

	begin(&made);
	sysfs_tree_text(&made.tree, "outside", CAPTURE_DUMP);
	assert_int_equal(mkfifo(at(&made, "fifo", fifo), 0600), 0);
	sysfs_tree_link(&made.tree, "in/lspci", "../outside");
	sysfs_tree_link(&made.tree, "in/up", "..");
	sysfs_tree_link(&made.tree, "in/loop", ".");
	sysfs_tree_link(&made.tree, "in/sys/bus/pci/devices/0000:00:00.0", "/etc");
	unpack(&made, &wide);
	assert_int_equal(made.of.snapshot->n_damage_seen, 0);
	assert_int_equal(made.of.input.length, 0);
	assert_non_null(
		p2p_members_find(&made.of.members, "sys/bus/pci/devices/0000:00:00.0"));
	assert_null(p2p_members_follow(&made.of.members,
				       "sys/bus/pci/devices/0000:00:00.0/passwd"));
	end(&made);
}

static void each_limit_ends_the_reading_and_is_told(void **state)
{
	struct p2p_unpack_limits few = wide, small = wide, little = wide,
				 short_walk = wide;
	struct made made;

	begin(&made);
	file(&made, "a", CAPTURE_DUMP);
	file(&made, "b", CAPTURE_DUMP);
	file(&made, "c", CAPTURE_DUMP);
	few.entries = 2;
	unpack(&made, &few);
	unpacked_assert_told(&made.of, "the directory has more than 2 members");
	unpacked_done(&made.of);
	little.kept = 300;
	unpack(&made, &little);
	unpacked_assert_told(&made.of, "more than 300 bytes that are of use");
	assert_true(made.of.input.length <= 310);
	unpacked_done(&made.of);
	short_walk.walked = 300;
	unpack(&made, &short_walk);
	unpacked_assert_told(&made.of, "more than 300 bytes");
	unpacked_done(&made.of);
	small.member = 100;
	unpack(&made, &small);
	assert_int_equal(made.of.snapshot->n_damage, 3);
	assert_true(made.of.input.length <= 3 * 101);
	end(&made);
}

static void what_is_too_deep_is_told(void **state)
{
	struct made made;
	char path[200] = "d";

	begin(&made);
	for (unsigned i = 0; i < 70; i++)
		strcat(path, "/d");
	strcat(path, "/lspci");
	file(&made, path, CAPTURE_DUMP);
	file(&made, "lspci", CAPTURE_DUMP);
	unpack(&made, &wide);
	unpacked_assert_told(&made.of, "is too deep, what is in it is not read");
	assert_int_equal(made.of.members.n, 1);
	end(&made);
}

/* Sparse, and longer than all that may be read. */
static void a_long_file_of_no_use_is_left_at_its_beginning(void **state)
{
	struct made made;
	char zeros[512];

	begin(&made);
	file(&made, "zeros", "x");
	assert_int_equal(truncate(at(&made, "zeros", zeros), (off_t)1 << 40), 0);
	file(&made, "zz-lspci", CAPTURE_DUMP);
	unpack(&made, &wide);
	assert_int_equal(made.of.snapshot->n_damage_seen, 0);
	assert_int_equal(made.of.members.n, 1);
	end(&made);
}

static void what_one_may_not_read_is_told(void **state)
{
	struct made made;
	char path[512];

	if (!geteuid())
		skip();
	begin(&made);
	file(&made, "lspci", CAPTURE_DUMP);
	file(&made, "of-root", CAPTURE_DUMP);
	file(&made, "remove", "1\n");
	assert_int_equal(chmod(at(&made, "of-root", path), 0040), 0);
	assert_int_equal(chmod(at(&made, "remove", path), 0200), 0);
	unpack(&made, &wide);
	unpacked_assert_told(&made.of, "of-root: cannot be opened: Permission denied");
	assert_int_equal(made.of.members.n, 1);
	end(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_that_are_of_use_are_kept),
		cmocka_unit_test(what_is_no_file_is_not_opened),
		cmocka_unit_test(each_limit_ends_the_reading_and_is_told),
		cmocka_unit_test(what_is_too_deep_is_told),
		cmocka_unit_test(a_long_file_of_no_use_is_left_at_its_beginning),
		cmocka_unit_test(what_one_may_not_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
