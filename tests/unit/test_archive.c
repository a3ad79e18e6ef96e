/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and links in archives, and the limits on what is read of one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/unpack.h"
#include "io/wanted.h"
#include "unpacked.h"

#define BLOCK 512

/* A tar archive that is put together in memory. */
struct tar {
	char bytes[64 * BLOCK];
	size_t length;
};

static void tar_add(struct tar *tar, const char *name, const char *content)
{
	char *header = tar->bytes + tar->length;
	size_t length = strlen(content);
	unsigned sum = 0;

	memset(header, 0, BLOCK);
	snprintf(header, 100, "%s", name);
	strcpy(header + 100, "0000644");
	snprintf(header + 124, 12, "%06o", (unsigned)length & 0777777);
	strcpy(header + 136, "00000000000");
	memset(header + 148, ' ', 8);
	header[156] = '0';
	memcpy(header + 257, "ustar\00000", 8);
	for (unsigned i = 0; i < BLOCK; i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum);
	memcpy(header + BLOCK, content, length);
	tar->length += BLOCK + (length + BLOCK - 1) / BLOCK * BLOCK;
	assert_true(tar->length + 2 * BLOCK < sizeof(tar->bytes));
}

static void unpack(struct tar *tar, const struct p2p_unpack_limits *limits,
		   struct unpacked *ret)
{
	struct p2p_err err = { "" };

	*ret = (struct unpacked){ .input = { .name = "test",
					     .text = tar->bytes,
					     .length = tar->length + 2 * BLOCK },
				  .snapshot = p2p_snapshot_new() };
	if (p2p_unpack(&ret->input, P2P_SOURCE_ANY, limits, ret->snapshot, &ret->members,
		       &err))
		fail_msg("refused: %s", err.text);
	assert_true(ret->input.is_archive);
	p2p_members_sort(&ret->members, ret->input.text);
}

static const struct p2p_unpack_limits wide = { 100, 1 << 20, 1 << 20, 1 << 20 };

static void members_that_are_of_use_are_kept(void **state)
{
	struct tar tar = { .length = 0 };
	struct unpacked unpacked;
	const struct p2p_member *member;

	tar_add(&tar, "a/readme", "Dear all\n");
	tar_add(&tar, "a/lspci", CAPTURE_DUMP);
	tar_add(&tar, "./a//proc/cmdline", "quiet\n");
	unpack(&tar, &wide, &unpacked);
	assert_int_equal(unpacked.members.n, 2);
	assert_int_equal(unpacked.snapshot->n_damage_seen, 0);
	member = p2p_members_find(&unpacked.members, "a/lspci");
	assert_non_null(member);
	assert_int_equal(member->kind, P2P_SOURCE_LSPCI);
	assert_int_equal(member->length, strlen(CAPTURE_DUMP));
	assert_non_null(p2p_members_find(&unpacked.members, "a/proc/cmdline"));
	unpacked_done(&unpacked);
}

static void each_limit_ends_the_reading_and_is_told(void **state)
{
	struct p2p_unpack_limits few = wide, small = wide, little = wide,
				 short_walk = wide;
	struct tar tar = { .length = 0 };
	struct unpacked unpacked;

	tar_add(&tar, "a", CAPTURE_DUMP);
	tar_add(&tar, "b", CAPTURE_DUMP);
	tar_add(&tar, "c", CAPTURE_DUMP);
	few.entries = 2;
	unpack(&tar, &few, &unpacked);
	assert_int_equal(unpacked.members.n, 2);
	unpacked_assert_told(&unpacked, "more than 2 members");
	unpacked_done(&unpacked);
	little.kept = 300;
	unpack(&tar, &little, &unpacked);
	assert_true(unpacked.input.length <= 310);
	assert_int_equal(unpacked.snapshot->n_damage, 1);
	unpacked_done(&unpacked);
	short_walk.walked = 300;
	unpack(&tar, &short_walk, &unpacked);
	assert_int_equal(unpacked.snapshot->n_damage, 1);
	unpacked_done(&unpacked);
	small.member = 100;
	unpack(&tar, &small, &unpacked);
	assert_int_equal(unpacked.snapshot->n_damage, 3);
	assert_true(unpacked.input.length <= 3 * 101);
	unpacked_done(&unpacked);
}

static void a_tar_archive_that_stops_is_cut(void **state)
{
	struct tar tar = { .length = 0 };
	struct unpacked unpacked;

	tar_add(&tar, "a", CAPTURE_DUMP);
	memset(tar.bytes + tar.length, 'x', 2 * BLOCK);
	unpack(&tar, &wide, &unpacked);
	assert_true(unpacked.input.cut);
	assert_int_equal(unpacked.members.n, 1);
	unpacked_done(&unpacked);
}

static void names_are_made_clean_or_refused(void **state)
{
	static const char *const refused[] = { "",     "/",       ".",        "..",
					       "a/..", "../a",    "a/../b",   "a\nb",
					       "\x7f", "a/\x1b[", "/../../a", "./" };
	char name[P2P_MEMBER_SIZE], longest[P2P_MEMBER_SIZE + 1];

	assert_true(p2p_members_clean("/./a//b/./c/", name));
	assert_string_equal(name, "a/b/c");
	assert_true(p2p_members_clean("...", name));
	for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (p2p_members_clean(refused[i], name))
			fail_msg("'%s' is taken for a name", refused[i]);
	memset(longest, 'x', P2P_MEMBER_SIZE);
	longest[P2P_MEMBER_SIZE] = '\0';
	assert_false(p2p_members_clean(longest, name));
}

static void put(struct p2p_members *members, const char *name, const char *target)
{
	assert_non_null(p2p_members_put(
		members, name, target ? P2P_MEMBER_LINK : P2P_MEMBER_FOLDER, target));
}

static void links_are_followed_among_the_members_alone(void **state)
{
	struct p2p_members members = { 0 };
	char far[P2P_MEMBER_SIZE];

	put(&members, "sys/devices/x/config", NULL);
	put(&members, "sys/bus/x", "../devices/x");
	put(&members, "sys/loop/a", "b");
	put(&members, "sys/loop/b", "a");
	put(&members, "out", "../../etc");
	put(&members, "root", "/sys/devices");
	put(&members, "self", "self/self");
	memset(far, 'y', sizeof(far) - 1);
	far[sizeof(far) - 1] = '\0';
	put(&members, "far", far);
	p2p_members_sort(&members, "");
	assert_non_null(p2p_members_follow(&members, "sys/bus/x/config"));
	assert_true(p2p_members_has(&members, "sys/bus/x"));
	assert_non_null(p2p_members_find(&members, "sys/loop/a"));
	assert_null(p2p_members_follow(&members, "sys/loop/a"));
	assert_null(p2p_members_follow(&members, "out/passwd"));
	assert_null(p2p_members_follow(&members, "root/x/config"));
	assert_null(p2p_members_follow(&members, "self"));
	assert_null(p2p_members_follow(&members, "far/x"));
	assert_null(p2p_members_find(&members, "../sys"));
	assert_null(p2p_members_find(&members, ""));
	p2p_members_done(&members);
}

static void a_folder_lists_each_name_once(void **state)
{
	static const char *const expected[] = { "b", "b-c", "b.d" };
	struct p2p_members members = { 0 };
	struct p2p_members_walk walk;

	put(&members, "a/b-c", NULL);
	put(&members, "a/b/1", NULL);
	put(&members, "a/b.d/2", NULL);
	put(&members, "a/b", NULL);
	put(&members, "a/b/3/4", NULL);
	put(&members, "ab", NULL);
	p2p_members_sort(&members, "");
	assert_true(p2p_members_walk(&members, "a", &walk));
	for (unsigned i = 0; i < 3; i++)
		assert_string_equal(p2p_members_step(&walk), expected[i]);
	assert_null(p2p_members_step(&walk));
	assert_false(p2p_members_walk(&members, "ab", &walk));
	p2p_members_done(&members);
}

static void places_are_known_by_whole_parts(void **state)
{
	assert_int_equal(p2p_wanted("proc/cmdline"), P2P_WANTED_CMDLINE);
	assert_int_equal(p2p_wanted("x/proc/cpuinfo"), P2P_WANTED_CPUINFO);
	assert_int_equal(p2p_wanted("x/sos_commands/kernel/uname_-a"), P2P_WANTED_UNAME);
	assert_int_equal(p2p_wanted("x/sys/bus/pci/devices/y"), P2P_WANTED_SYSFS);
	assert_int_equal(p2p_wanted("x/bigproc/cmdline"), P2P_WANTED_BY_CONTENT);
	assert_int_equal(p2p_wanted("x/sysbus/pci/devices"), P2P_WANTED_BY_CONTENT);
	assert_int_equal(p2p_wanted("sos_commands/pci/lspci"), P2P_WANTED_BY_CONTENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_that_are_of_use_are_kept),
		cmocka_unit_test(each_limit_ends_the_reading_and_is_told),
		cmocka_unit_test(a_tar_archive_that_stops_is_cut),
		cmocka_unit_test(names_are_made_clean_or_refused),
		cmocka_unit_test(links_are_followed_among_the_members_alone),
		cmocka_unit_test(a_folder_lists_each_name_once),
		cmocka_unit_test(places_are_known_by_whole_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
