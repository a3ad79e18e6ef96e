/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is taken out of a directory, what is not, and the limits on it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "io/unpack_folder.h"

#define DUMP                                                    \
	"00:00.0 Host bridge: X\n"                              \
	"00: 86 80 34 12 00 00 00 00 00 00 00 00 00 00 00 00\n" \
	"10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n" \
	"20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n" \
	"30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n\n"

static const struct p2p_unpack_limits wide = { 1000, 1 << 20, 1 << 20, 1 << 20 };

/* A directory that is made for a test, in which it works, and what becomes of it. */
struct made {
	char path[64];
	int before;
	struct p2p_input input;
	struct p2p_members members;
	struct p2p_snapshot *snapshot;
};

static void begin(struct made *ret_made)
{
	*ret_made = (struct made){ .path = "/tmp/p2ptool-folder-XXXXXX" };
	ret_made->before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(ret_made->before >= 0);
	assert_non_null(mkdtemp(ret_made->path));
	assert_int_equal(chdir(ret_made->path), 0);
}

static void file(const char *name, const char *content)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	close(fd);
}

static void folders(const char *path)
{
	char part[256];

	for (const char *at = path; at; at = strchr(at + 1, '/')) {
		const char *end = strchr(at + 1, '/');

		snprintf(part, sizeof(part), "%.*s",
			 end ? (int)(end - path) : (int)strlen(path), path);
		mkdir(part, 0700);
	}
}

static void unpack(struct made *made, const struct p2p_unpack_limits *limits)
{
	struct p2p_err err = { "" };

	made->input = (struct p2p_input){ .name = made->path };
	made->members = (struct p2p_members){ 0 };
	made->snapshot = p2p_snapshot_new();
	if (p2p_unpack_folder(&made->input, limits, made->snapshot, &made->members, &err))
		fail_msg("refused: %s", err.text);
	assert_true(made->input.is_folder);
	p2p_members_sort(&made->members, made->input.text);
}

static void drop(struct made *made)
{
	p2p_snapshot_free(made->snapshot);
	p2p_members_done(&made->members);
	p2p_input_drop(&made->input);
}

static void end(struct made *made)
{
	char command[128];

	drop(made);
	assert_int_equal(fchdir(made->before), 0);
	close(made->before);
	snprintf(command, sizeof(command), "rm -rf %s", made->path);
	assert_int_equal(system(command), 0); /* NOLINT: a path of our own */
}

static void assert_told(const struct made *made, const char *words)
{
	const struct p2p_snapshot *snapshot = made->snapshot;

	assert_int_equal(snapshot->n_damage, 1);
	if (!strstr(p2p_snapshot_string(snapshot, snapshot->damage[0].text), words))
		fail_msg("'%s' does not say '%s'",
			 p2p_snapshot_string(snapshot, snapshot->damage[0].text), words);
}

static void files_that_are_of_use_are_kept(void **state)
{
	struct made made;
	const struct p2p_member *member;

	begin(&made);
	folders("a/b/proc");
	file("a/b/proc/cmdline", "quiet\n");
	file("a/b/lspci", DUMP);
	file("a/readme", "Dear all\n");
	file(".hidden\n", DUMP);
	unpack(&made, &wide);
	assert_int_equal(made.members.n, 3);
	assert_int_equal(made.snapshot->n_damage_seen, 0);
	member = p2p_members_find(&made.members, "a/b/lspci");
	assert_non_null(member);
	assert_int_equal(member->kind, P2P_SOURCE_LSPCI);
	assert_int_equal(member->length, strlen(DUMP));
	assert_non_null(p2p_members_find(&made.members, "a/b/proc/cmdline"));
	assert_non_null(p2p_members_find(&made.members, ".hidden?"));
	end(&made);
}

/* Were a link followed or a pipe opened to be read, there were a capture, or no end. */
static void what_is_no_file_is_not_opened(void **state)
{
	struct made made;

	begin(&made);
	folders("in/sys/bus/pci/devices");
	file("outside", DUMP);
	assert_int_equal(mkfifo("in/fifo", 0600), 0);
	assert_int_equal(symlink("../outside", "in/lspci"), 0);
	assert_int_equal(symlink("..", "in/up"), 0);
	assert_int_equal(symlink(".", "in/loop"), 0);
	assert_int_equal(symlink("/etc", "in/sys/bus/pci/devices/0000:00:00.0"), 0);
	strcat(made.path, "/in");
	unpack(&made, &wide);
	made.path[strlen(made.path) - strlen("/in")] = '\0';
	assert_int_equal(made.snapshot->n_damage_seen, 0);
	assert_int_equal(made.input.length, 0);
	assert_non_null(
		p2p_members_find(&made.members, "sys/bus/pci/devices/0000:00:00.0"));
	assert_null(p2p_members_follow(&made.members,
				       "sys/bus/pci/devices/0000:00:00.0/passwd"));
	end(&made);
}

static void each_limit_ends_the_reading_and_is_told(void **state)
{
	struct p2p_unpack_limits few = wide, small = wide, little = wide,
				 short_walk = wide;
	struct made made;

	begin(&made);
	file("a", DUMP);
	file("b", DUMP);
	file("c", DUMP);
	few.entries = 2;
	unpack(&made, &few);
	assert_told(&made, "the directory has more than 2 members");
	drop(&made);
	little.kept = 300;
	unpack(&made, &little);
	assert_told(&made, "more than 300 bytes that are of use");
	assert_true(made.input.length <= 310);
	drop(&made);
	short_walk.walked = 300;
	unpack(&made, &short_walk);
	assert_told(&made, "more than 300 bytes");
	drop(&made);
	small.member = 100;
	unpack(&made, &small);
	assert_int_equal(made.snapshot->n_damage, 3);
	assert_true(made.input.length <= 3 * 101);
	end(&made);
}

static void what_is_too_deep_is_told(void **state)
{
	struct made made;
	char path[200] = "d";

	begin(&made);
	for (unsigned i = 0; i < 70; i++)
		strcat(path, "/d");
	folders(path);
	strcat(path, "/lspci");
	file(path, DUMP);
	file("lspci", DUMP);
	unpack(&made, &wide);
	assert_told(&made, "is too deep, what is in it is not read");
	assert_int_equal(made.members.n, 1);
	end(&made);
}

/* Sparse, and longer than all that may be read. */
static void a_long_file_of_no_use_is_left_at_its_beginning(void **state)
{
	struct made made;

	begin(&made);
	file("zeros", "x");
	assert_int_equal(truncate("zeros", (off_t)1 << 40), 0);
	file("zz-lspci", DUMP);
	unpack(&made, &wide);
	assert_int_equal(made.snapshot->n_damage_seen, 0);
	assert_int_equal(made.members.n, 1);
	end(&made);
}

static void what_one_may_not_read_is_told(void **state)
{
	struct made made;

	if (!geteuid())
		skip();
	begin(&made);
	file("lspci", DUMP);
	file("of-root", DUMP);
	file("remove", "1\n");
	assert_int_equal(chmod("of-root", 0040), 0);
	assert_int_equal(chmod("remove", 0200), 0);
	unpack(&made, &wide);
	assert_told(&made, "of-root: cannot be opened: Permission denied");
	assert_int_equal(made.members.n, 1);
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
