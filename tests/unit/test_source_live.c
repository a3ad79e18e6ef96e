/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots of small sysfs trees and of the machine that the tests run on: which functions
 * are in them, what is opened and what is refused. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/regs.h"
#include "live_machine.h"

static void functions_hang_where_the_tree_nests_them(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *endpoint;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_add(machine, "pci0000:00/0000:00:01.0/0000:01:00.0", 4096);
	machine_add(machine, "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0", 256);
	machine_scan(machine);
	assert_int_equal(machine->snapshot->n_functions, 3);
	assert_int_equal(machine_at(machine, "0000:00:01.0")->above, P2P_ABOVE_ROOT);
	endpoint = machine_at(machine, "0000:01:00.0");
	assert_int_equal(endpoint->above, P2P_ABOVE_FUNCTION);
	assert_int_equal(p2p_bdf_key(endpoint->parent), 0x0008);
	endpoint = machine_at(machine, "10000:e0:06.0");
	assert_int_equal(endpoint->above, P2P_ABOVE_ROOT);
	assert_int_equal(endpoint->config_size, 256);
}

static void a_function_without_a_nesting_is_above_nothing_known(void **state)
{
	struct machine *machine = *state;

	sysfs_tree_bytes(&machine->tree, DEVICES "0000:00:01.0/config", machine->config,
			 4096);
	machine_scan(machine);
	assert_int_equal(machine_at(machine, "0000:00:01.0")->above, P2P_ABOVE_UNKNOWN);
	assert_int_equal(
		machine_read(machine, "0000:00:01.0", 0x100 + REG_ACS_CTL, 2).value,
		ACS_RR);
}

static void a_config_of_64_bytes_gives_the_header_alone(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *function;

	machine_add(machine, "pci0000:00/0000:00:01.0", 64);
	machine_scan(machine);
	function = machine_at(machine, "0000:00:01.0");
	assert_int_equal(function->config_size, P2P_NOT_TOLD);
	assert_int_equal(function->denied, P2P_UNKNOWN);
	assert_int_equal(machine_read(machine, "0000:00:01.0", 0, 4).value, 0x101315b3);
	assert_int_equal(machine_read(machine, "0000:00:01.0", 0x40, 4).known, 0);
}

/* Whether the scan opens the config file of 0000:00:01.0. */
static bool is_opened_by_scan(struct machine *machine)
{
	char path[128], events[1024];
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	bool is_opened;

	assert_true(watch >= 0);
	snprintf(path, sizeof(path), "%s/" DEVICES "0000:00:01.0/config",
		 machine->tree.root);
	assert_true(inotify_add_watch(watch, path, IN_OPEN | IN_ACCESS) >= 0);
	machine_scan(machine);
	is_opened = read(watch, events, sizeof(events)) > 0;
	close(watch);
	return is_opened;
}

static void a_sleeping_function_is_not_opened_unless_it_may_be_woken(void **state)
{
	struct machine *machine = *state;
	const struct p2p_function *function;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_tell(machine, "0000:00:01.0/power_state", "D3cold\n");
	machine_tell(machine, "0000:00:01.0/vendor", "0x10de\n");
	machine_tell(machine, "0000:00:01.0/device", "0x2330\n");
	assert_false(is_opened_by_scan(machine));
	function = machine_at(machine, "0000:00:01.0");
	assert_int_equal(function->power, P2P_POWER_D3COLD);
	assert_int_equal(function->n_extents, 0);
	assert_int_equal(function->vendor, 0x10de);
	assert_int_equal(function->device, 0x2330);
	machine->options.wake = true;
	assert_true(is_opened_by_scan(machine));
	assert_int_equal(machine_read(machine, "0000:00:01.0", 0, 4).value, 0x101315b3);
}

static void without_power_state_a_suspended_function_is_left_asleep(void **state)
{
	struct machine *machine = *state;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_tell(machine, "0000:00:01.0/power/runtime_status", "suspended\n");
	machine_tell(machine, "0000:00:01.0/d3cold_allowed", "1\n");
	assert_false(is_opened_by_scan(machine));
	machine_tell(machine, "0000:00:01.0/d3cold_allowed", "0\n");
	assert_true(is_opened_by_scan(machine));
	machine_tell(machine, "0000:00:01.0/d3cold_allowed", "1\n");
	machine_tell(machine, "0000:00:01.0/power/runtime_status", "active\n");
	assert_true(is_opened_by_scan(machine));
}

static void
functions_that_vanish_or_cannot_be_read_are_in_it_with_fewer_bytes(void **state)
{
	struct machine *machine = *state;
	char path[128];

	machine_tie(machine, "0000:00:01.0", "../../../devices/pci0000:00/0000:00:01.0");
	sysfs_tree_function(&machine->tree, "pci0000:00/0000:00:02.0");
	snprintf(path, sizeof(path), "%s/" DEVICES "0000:00:02.0/config",
		 machine->tree.root);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s/" DEVICES "0000:00:02.0/numa_node",
		 machine->tree.root);
	assert_int_equal(mkfifo(path, 0600), 0);
	machine_add(machine, "pci0000:00/0000:00:03.0", 0);
	sysfs_tree_directory(&machine->tree, DEVICES "0000:00:04.0/config/within");
	machine_scan(machine);
	assert_int_equal(machine->snapshot->n_functions, 4);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(machine->snapshot->functions[i].n_extents, 0);
		assert_int_equal(machine->snapshot->functions[i].config_size,
				 P2P_NOT_TOLD);
	}
}

static void what_is_no_function_is_listed_as_damage(void **state)
{
	struct machine *machine = *state;

	machine_add(machine, "pci0000:00/0000:00:01.0", 4096);
	machine_tell(machine, "README", "copied by hand\n");
	machine_tell(machine, "0000:3B:00.0/vendor", "0x10de\n");
	machine_scan(machine);
	assert_int_equal(machine->snapshot->n_functions, 1);
	assert_int_equal(machine->snapshot->n_damage_seen, 2);
}

static void a_tree_is_found_one_directory_higher(void **state)
{
	struct machine *machine = *state;
	char higher[96];

	sysfs_tree_directory(&machine->tree, "copy/sys/bus/pci/devices/0000:00:1f.0");
	snprintf(higher, sizeof(higher), "%s/copy", machine->tree.root);
	machine->options.sysfs = higher;
	machine_scan(machine);
	assert_int_equal(machine->snapshot->n_functions, 1);
}

static void refuse(struct machine *machine, const char *sysfs, int expected,
		   const char *word)
{
	struct p2p_snapshot *untouched = (void *)machine;
	struct p2p_err err = { "" };

	machine->options.sysfs = sysfs;
	assert_int_equal(p2p_source_live(&machine->options, &untouched, &err), expected);
	assert_ptr_equal(untouched, machine);
	assert_non_null(strstr(err.text, word));
}

static void a_directory_without_a_pci_bus_is_refused_by_name(void **state)
{
	struct machine *machine = *state;
	char path[96];

	snprintf(path, sizeof(path), "%s/bus", machine->tree.root);
	refuse(machine, path, -ENOENT, path);
	snprintf(path, sizeof(path), "%s/nowhere", machine->tree.root);
	refuse(machine, path, -ENOENT, path);
	sysfs_tree_text(&machine->tree, "file", "");
	snprintf(path, sizeof(path), "%s/file", machine->tree.root);
	refuse(machine, path, -ENOTDIR, path);
}

/* libpci takes names of up to 1023 characters and calls longer ones a fatal error. */
static void what_is_fatal_to_libpci_is_an_error_and_no_exit(void **state)
{
	struct machine *machine = *state;
	char below[1024] = "", path[1200];
	size_t wanted = 990 - strlen(machine->tree.root);

	while (strlen(below) < wanted)
		strcat(below, strlen(below) % 200 == 199 ? "/" : "d");
	snprintf(path, sizeof(path), "%s/" DEVICES "0000:00:01.0/config", below);
	sysfs_tree_bytes(&machine->tree, path, machine->config, 4096);
	snprintf(path, sizeof(path), "%s/%s", machine->tree.root, below);
	refuse(machine, path, -EIO, "libpci");
}

static unsigned count_functions(void)
{
	DIR *directory = opendir("/sys/bus/pci/devices");
	const struct dirent *entry;
	unsigned count = 0;

	while (directory && (entry = readdir(directory)))
		count += entry->d_name[0] != '.';
	if (directory)
		closedir(directory);
	return count;
}

/* The kernel's own word: how much of a config file it hands to this process. */
static enum p2p_tri reads_beyond_the_header(struct machine *machine)
{
	char path[64], address[P2P_BDF_SIZE], bytes[256];
	size_t length;
	FILE *file;

	if (!machine->snapshot->n_functions)
		return P2P_UNKNOWN;
	p2p_bdf_format(machine->snapshot->functions[0].bdf, address);
	snprintf(path, sizeof(path), "/sys/" DEVICES "%s/config", address);
	file = fopen(path, "r");
	if (!file)
		return P2P_UNKNOWN;
	length = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	return p2p_tri_of(length > 128);
}

static void this_machine_tells_of_itself(void **state)
{
	struct machine *machine = *state;
	const struct p2p_system *system;
	struct p2p_err err = { "" };
	struct utsname name;

	machine->options.sysfs = NULL;
	if (access("/sys/bus/pci/devices", F_OK)) {
		assert_int_equal(p2p_source_live(&machine->options, &machine->snapshot,
						 &err),
				 -ENOENT);
		return;
	}
	machine_scan(machine);
	system = &machine->snapshot->system;
	assert_int_equal(machine->snapshot->n_functions, count_functions());
	assert_int_equal(system->live, P2P_YES);
	assert_string_equal(machine_string(machine, system->source), "live");
	assert_int_equal(uname(&name), 0);
	assert_string_equal(machine_string(machine, system->host), name.nodename);
	assert_string_equal(machine_string(machine, system->kernel), name.release);
	if (reads_beyond_the_header(machine) != P2P_UNKNOWN)
		assert_int_equal(system->privileged, reads_beyond_the_header(machine));
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		assert_int_not_equal(machine->snapshot->functions[i].above,
				     P2P_ABOVE_UNKNOWN);
}

/* 0 if an ordinary user gets the headers, and is told that the rest needs privilege. */
static int look_as_ordinary_user(void)
{
	struct p2p_live_options options = { NULL, false };
	struct p2p_snapshot *snapshot = NULL;
	int wrong = 0;

	/* In a user namespace there may be no other user; root is an ordinary one there. */
	if (!geteuid() && setresuid(65534, 65534, 65534) && errno != EINVAL)
		return 2;
	if (p2p_source_live(&options, &snapshot, NULL))
		return 3;
	wrong += snapshot->system.privileged != P2P_NO;
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, i);
		struct p2p_reg status = p2p_cfg_read(&cfg, REG_STATUS, 2);
		bool has_list = p2p_reg_any(status, STATUS_CAP_LIST) == P2P_YES;
		bool is_dead = status.value == 0xffff;

		wrong += has_list && !is_dead && snapshot->functions[i].denied != P2P_YES;
	}
	p2p_snapshot_free(snapshot);
	return wrong ? 1 : 0;
}

static void an_ordinary_user_is_told_what_is_denied(void **state)
{
	pid_t child;
	int status;

	if (access("/sys/bus/pci/devices", F_OK))
		return;
	child = fork();
	if (!child)
		_exit(look_as_ordinary_user());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(functions_hang_where_the_tree_nests_them),
		TEST(a_function_without_a_nesting_is_above_nothing_known),
		TEST(a_config_of_64_bytes_gives_the_header_alone),
		TEST(a_sleeping_function_is_not_opened_unless_it_may_be_woken),
		TEST(without_power_state_a_suspended_function_is_left_asleep),
		TEST(functions_that_vanish_or_cannot_be_read_are_in_it_with_fewer_bytes),
		TEST(what_is_no_function_is_listed_as_damage),
		TEST(a_tree_is_found_one_directory_higher),
		TEST(a_directory_without_a_pci_bus_is_refused_by_name),
		TEST(what_is_fatal_to_libpci_is_an_error_and_no_exit),
		TEST(this_machine_tells_of_itself),
		TEST(an_ordinary_user_is_told_what_is_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
