/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers and power management of functions in a sysfs tree. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/power.h"
#include "unit/planned.h"
#include "unit/said_tree.h"

struct tree {
	struct planned *m;
	struct plant p;
	struct sysfs_tree sysfs;
	struct p2p_apply *apply; /* of three ports */
	struct p2p_registers *registers;
	struct p2p_err err;
};

static int make(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	planned_setup((void **)&t->m);
	t->p = planned_plant(t->m);
	planned_make(t->m, MEMBERS(t->p.gpu, t->p.nvme));
	assert_int_equal(p2p_apply_new(t->m->said->machine, t->m->plan, &t->apply, NULL),
			 0);
	said_tree_make(&t->sysfs, t->m->b);
	if (p2p_registers_new(t->sysfs.root, t->apply, &t->registers, &t->err))
		fail_msg("%s", t->err.text);
	*state = t;
	return 0;
}

static int leave(void **state)
{
	struct tree *t = *state;

	p2p_registers_free(t->registers);
	p2p_apply_free(t->apply);
	sysfs_tree_remove(&t->sysfs);
	planned_teardown((void **)&t->m);
	free(t);
	return 0;
}

#define TREE(name) cmocka_unit_test_setup_teardown(name, make, leave)

static int read_at(struct tree *t, unsigned offset, uint8_t width, uint32_t *ret_value)
{
	strcpy(t->err.text, "");
	return p2p_registers_read(t->registers, 0, (uint16_t)offset, width, ret_value,
				  &t->err);
}

static int write_at(struct tree *t, unsigned offset, uint8_t width, uint32_t value)
{
	strcpy(t->err.text, "");
	return p2p_registers_write(t->registers, 0, (uint16_t)offset, width, value,
				   &t->err);
}

static void assert_said(const struct tree *t, const char *words)
{
	if (!strstr(t->err.text, words))
		fail_msg("%s", t->err.text);
}

static const char *path_of(const struct tree *t, const char *name,
			   char ret_path[SAID_TREE_PATH])
{
	return said_tree_path(&t->sysfs, t->apply->functions[0].bdf, name, ret_path);
}

static void a_register_is_read_and_written_alone(void **state)
{
	struct tree *t = *state;
	uint32_t value = 0;
	int handle = t->p.down[0];

	assert_int_equal(p2p_bdf_key(t->apply->functions[0].bdf),
			 p2p_bdf_key(build_bdf(t->m->b, handle)));
	assert_int_equal(read_at(t, BUILD_ACS + REG_ACS_CTL, 16, &value), 0);
	assert_int_equal(value, KERNEL);
	assert_int_equal(read_at(t, REG_VENDOR_ID, 32, &value), 0);
	assert_int_equal(value, build_read(t->m->b, handle, REG_VENDOR_ID, 4));
	assert_int_equal(write_at(t, BUILD_ACS + REG_ACS_CTL, 16, 0xa55a), 0);
	assert_int_equal(write_at(t, BUILD_ACS + REG_ACS_EGRESS, 32, 0x12345678), 0);
	assert_false(said_tree_is(&t->sysfs, t->m->b));
	build_write(t->m->b, handle, BUILD_ACS + REG_ACS_CTL, 2, 0xa55a);
	build_write(t->m->b, handle, BUILD_ACS + REG_ACS_EGRESS, 4, 0x12345678);
	assert_true(said_tree_is(&t->sysfs, t->m->b));
}

static void what_is_not_aligned_is_no_register(void **state)
{
	struct tree *t = *state;
	uint32_t value;

	assert_int_equal(read_at(t, 0x107, 16, &value), -EINVAL);
	assert_int_equal(read_at(t, 0x106, 32, &value), -EINVAL);
	assert_int_equal(read_at(t, 0x106, 8, &value), -EINVAL);
	assert_int_equal(write_at(t, 0x102, 32, 0), -EINVAL);
	assert_true(said_tree_is(&t->sysfs, t->m->b));
}

static void beyond_its_end_config_space_is_neither_read_nor_written(void **state)
{
	struct tree *t = *state;
	char path[SAID_TREE_PATH];
	struct stat status;
	uint32_t value;

	assert_int_equal(truncate(path_of(t, "config", path), 256), 0);
	assert_int_equal(read_at(t, 0x106, 16, &value), -EIO);
	assert_said(t, "config space ends at 0x100, before register 0x106");
	assert_int_equal(write_at(t, 0x106, 16, 0), -EIO);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_size, 256);
}

static void a_function_that_is_gone_is_told(void **state)
{
	struct tree *t = *state;
	char path[SAID_TREE_PATH];
	uint32_t value;

	assert_int_equal(unlink(path_of(t, "config", path)), 0);
	assert_int_equal(read_at(t, 0x106, 16, &value), -ENODEV);
	assert_said(t, "is not there any more");
}

/* A copy may hold anything: nothing is waited for, no link is followed. */
static void what_is_no_plain_file_is_no_config_space(void **state)
{
	struct tree *t = *state;
	char path[SAID_TREE_PATH];
	uint32_t value;

	path_of(t, "config", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(read_at(t, 0x106, 16, &value), -EIO);
	assert_said(t, "no plain file");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(write_at(t, 0x106, 16, 0), -ELOOP);
}

/* What was opened is that device's, whatever comes in its place. */
static void another_device_is_not_reached(void **state)
{
	struct tree *t = *state;
	char path[SAID_TREE_PATH], away[SAID_TREE_PATH];
	uint32_t value;
	FILE *file;

	assert_int_equal(read_at(t, 0x106, 16, &value), 0);
	path_of(t, "config", path);
	path_of(t, "was", away);
	assert_int_equal(rename(path, away), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(ftruncate(fileno(file), 4096), 0);
	fclose(file);
	assert_int_equal(write_at(t, 0x106, 16, 0xffff), 0);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0x106, SEEK_SET), 0);
	assert_int_equal(fgetc(file), 0);
	fclose(file);
}

static void a_tree_that_is_none_is_told(void **state)
{
	struct tree *t = *state;
	struct p2p_registers *none = NULL;

	assert_int_equal(p2p_registers_new("/nowhere", t->apply, &none, &t->err),
			 -ENOENT);
	assert_null(none);
	p2p_registers_free(none);
}

static const char *power(const struct tree *t, char ret_text[32])
{
	return said_tree_text(&t->sysfs, t->apply->functions[0].bdf, "power/control",
			      ret_text);
}

static void put_power(const struct tree *t, const char *text)
{
	char path[SAID_TREE_PATH];

	path_of(t, "power/control", path);
	sysfs_tree_text(&t->sysfs, path + strlen(t->sysfs.root) + 1, text);
}

static void what_sleeps_is_held_and_let_go(void **state)
{
	struct tree *t = *state;
	char text[32];

	put_power(t, "auto\n");
	p2p_power_read(t->registers, t->apply);
	assert_int_equal(t->apply->functions[0].power, P2P_CONTROL_AUTO);
	assert_int_equal(t->apply->functions[1].power, P2P_CONTROL_NONE);
	assert_int_equal(p2p_power_hold(t->registers, 0, true, &t->err), 0);
	assert_string_equal(power(t, text), "on");
	assert_int_equal(p2p_power_hold(t->registers, 0, false, &t->err), 0);
	assert_string_equal(power(t, text), "auto");
	put_power(t, "on\n");
	p2p_power_read(t->registers, t->apply);
	assert_int_equal(t->apply->functions[0].power, P2P_CONTROL_ON);
	assert_int_equal(p2p_power_hold(t->registers, 0, false, &t->err), 0);
	assert_string_equal(power(t, text), "on");
}

static void where_nothing_sleeps_nothing_is_held(void **state)
{
	struct tree *t = *state;
	char path[SAID_TREE_PATH];

	assert_int_equal(p2p_power_hold(t->registers, 1, true, &t->err), 0);
	assert_int_equal(access(said_tree_path(&t->sysfs, t->apply->functions[1].bdf,
					       "power/control", path),
				F_OK),
			 -1);
	put_power(t, "auto\n");
	assert_int_equal(unlink(path_of(t, "power/control", path)), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(p2p_power_hold(t->registers, 0, true, &t->err), -EISDIR);
	assert_said(t, "held awake");
}

static void a_tree_is_looked_at_before_it_is_written(void **state)
{
	struct tree *t = *state;
	char nothing[160];

	assert_int_equal(p2p_registers_check(t->sysfs.root, &t->err), 0);
	snprintf(nothing, sizeof(nothing), "%s/nothing", t->sysfs.root);
	assert_int_equal(p2p_registers_check(nothing, &t->err), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE(a_tree_is_looked_at_before_it_is_written),
		TREE(a_register_is_read_and_written_alone),
		TREE(what_is_not_aligned_is_no_register),
		TREE(beyond_its_end_config_space_is_neither_read_nor_written),
		TREE(a_function_that_is_gone_is_told),
		TREE(what_is_no_plain_file_is_no_config_space),
		TREE(another_device_is_not_reached),
		TREE(a_tree_that_is_none_is_told),
		TREE(what_sleeps_is_held_and_let_go),
		TREE(where_nothing_sleeps_nothing_is_held),
	};

	return cmocka_run_group_tests_name("registers", tests, NULL, NULL);
}
