/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host tells of its processes and of itself, out of a root directory that a test
 * makes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/evidence_root.h"

static void a_quiet_host_is_known_whole(void **state)
{
	const struct p2p_guard_evidence *evidence = root_read(*state);

	assert_true(evidence->knows_holders && evidence->knows_disks &&
		    evidence->knows_reservations && evidence->knows_guest_devices);
	assert_int_equal(evidence->n_holders + evidence->n_disks +
				 evidence->n_reservations + evidence->n_guest_devices +
				 evidence->n_external,
			 0);
	assert_int_equal(evidence->guest, P2P_NO);
	assert_int_equal(evidence->container, P2P_NO);
	assert_int_equal(evidence->lockdown, P2P_LOCKDOWN_NONE);
}

static void of_a_capture_nothing_is_known(void **state)
{
	static const struct p2p_guard_evidence nothing = { 0 };
	struct root *root = *state;

	assert_int_equal(p2p_evidence_read(root->machine, NULL, &root->evidence, NULL),
			 0);
	assert_memory_equal(root->evidence, &nothing, sizeof(nothing));
}

static void an_empty_directory_tells_nothing(void **state)
{
	struct p2p_evidence_options options = { 0 };
	struct root *root = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/run", root->tree.root);
	options.root = path;
	assert_int_equal(
		p2p_evidence_read(root->machine, &options, &root->evidence, NULL), 0);
	assert_false(root->evidence->knows_holders || root->evidence->knows_disks ||
		     root->evidence->knows_reservations ||
		     root->evidence->knows_guest_devices);
	assert_int_equal(root->evidence->guest, P2P_UNKNOWN);
	assert_int_equal(root->evidence->container, P2P_UNKNOWN);
	assert_int_equal(root->evidence->lockdown, P2P_LOCKDOWN_UNKNOWN);
}

static void a_root_that_is_not_there_is_an_error(void **state)
{
	const struct p2p_evidence_options options = { .root = "/nonexistent" };
	struct root *root = *state;
	struct p2p_err err = { "" };

	assert_int_equal(p2p_evidence_read(root->machine, &options, &root->evidence,
					   &err),
			 -ENOENT);
	assert_null(root->evidence);
	assert_non_null(strstr(err.text, "/nonexistent"));
}

static void device_files_are_those_of_functions(void **state)
{
	static const struct {
		const char *target;
		enum p2p_held what;
		uint32_t function;
		int32_t group;
	} rows[] = {
		{ "/dev/nvidia0", P2P_HELD_NVIDIA, GPU, -1 },
		{ "/dev/nvidia7", P2P_HELD_NVIDIA, P2P_NONE, -1 },
		{ "/dev/kfd", P2P_HELD_KFD, P2P_NONE, -1 },
		{ "/dev/dri/renderD128", P2P_HELD_RENDER, GPU, -1 },
		{ "/dev/infiniband/uverbs0", P2P_HELD_UVERBS, RDMA, -1 },
		{ "/dev/infiniband/uverbs9", P2P_HELD_UVERBS, P2P_NONE, -1 },
		{ "/dev/vfio/41", P2P_HELD_VFIO_GROUP, P2P_NONE, 41 },
		{ "/dev/vfio/noiommu-3", P2P_HELD_VFIO_GROUP, P2P_NONE, 3 },
		{ "/dev/vfio/devices/vfio0", P2P_HELD_VFIO_DEVICE, GPU, -1 },
		{ "/dev/uio2", P2P_HELD_UIO, RDMA, -1 },
	};
	struct root *root = *state;
	struct sysfs_tree *tree = &root->tree;

	sysfs_tree_text(tree, "proc/driver/nvidia/gpus/0000:19:00.0/information",
			"Model: \t\t H100\nDevice Minor: \t 0\nGPU Excluded:\t No\n");
	sysfs_tree_link(tree, "sys/class/vfio-dev/vfio0/device", "../../../0000:19:00.0");
	sysfs_tree_link(tree, "sys/class/uio/uio2/device", "../../../0000:1b:00.0");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char process[16];

		snprintf(process, sizeof(process), "%zu", 100 + i);
		root_hold(root, process, "python3", rows[i].target);
	}
	assert_int_equal(root_read(root)->n_holders, sizeof(rows) / sizeof(rows[0]));
	for (uint32_t i = 0; i < root->evidence->n_holders; i++) {
		const struct p2p_holder *holder = &root->evidence->holders[i];
		uint32_t row = holder->pid - 100;

		assert_true(row < sizeof(rows) / sizeof(rows[0]));
		assert_string_equal(holder->path, rows[row].target);
		assert_string_equal(holder->name, "python3");
		assert_int_equal(holder->what, rows[row].what);
		assert_int_equal(holder->function, rows[row].function);
		assert_int_equal(holder->group, rows[row].group);
	}
	assert_true(root->evidence->knows_holders);
}

static void other_files_do_not_matter(void **state)
{
	static const char *const targets[] = { "/dev/nvidiactl",  "/dev/nvidia-uvm",
					       "/dev/vfio/vfio",  "/dev/dri/card0",
					       "/dev/null",       "socket:[123]",
					       "/tmp/dev/nvidia0" };
	struct root *root = *state;

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		char process[16];

		snprintf(process, sizeof(process), "%zu", 100 + i);
		root_hold(root, process, "x", targets[i]);
	}
	assert_int_equal(root_read(root)->n_holders, 0);
	assert_true(root->evidence->knows_holders);
}

static void a_process_counts_once_a_file_and_its_name_is_cut(void **state)
{
	struct root *root = *state;

	root_hold(root, "7", "nvidia-persistenced-and-more", "/dev/nvidia0");
	sysfs_tree_link(&root->tree, "proc/7/fd/4", "/dev/nvidia0");
	sysfs_tree_link(&root->tree, "proc/7/fd/5", "/dev/nvidia1");
	assert_int_equal(root_read(root)->n_holders, 2);
	assert_string_equal(root->evidence->holders[0].name, "nvidia-persiste");
}

static void processes_that_are_closed_make_it_unknown(void **state)
{
	struct root *root = *state;

	root_hold(root, "7", "python3", "/dev/nvidia0");
	sysfs_tree_text(&root->tree, "proc/8/fd", "no directory\n");
	assert_int_equal(root_read(root)->n_holders, 1);
	assert_int_equal(root->evidence->n_unread, 1);
	assert_false(root->evidence->knows_holders);
}

/* In a namespace of its own one sees its own processes, and mounts of a container. */
static void processes_of_a_container_are_not_those_of_the_host(void **state)
{
	struct root *root = *state;

	root_unlink(root, "proc/self/ns/pid");
	sysfs_tree_link(&root->tree, "proc/self/ns/pid", "pid:[4026532999]");
	root_read(root);
	assert_false(root->evidence->knows_holders || root->evidence->knows_disks ||
		     root->evidence->knows_reservations ||
		     root->evidence->knows_guest_devices);
	assert_int_equal(root->evidence->container, P2P_YES);
	root_unlink(root, "proc/self/ns/pid");
	root_read(root);
	assert_false(root->evidence->knows_holders);
	assert_int_equal(root->evidence->container, P2P_UNKNOWN);
}

static void without_the_first_process_others_may_be_hidden(void **state)
{
	struct root *root = *state;

	root_unlink(root, "proc/1/comm");
	root_unlink(root, "proc/1/fd");
	root_unlink(root, "proc/1/mountinfo");
	root_unlink(root, "proc/1/root");
	root_unlink(root, "proc/1");
	assert_false(root_read(root)->knows_holders);
	assert_int_equal(root->evidence->n_unread, 0);
}

static void lists_have_an_end(void **state)
{
	struct root *root = *state;
	char text[64];

	for (unsigned i = 0; i < 4200; i++) {
		char path[64];

		snprintf(path, sizeof(path), "proc/7/fd/%u", i);
		snprintf(text, sizeof(text), "/dev/nvidia%u", i);
		sysfs_tree_link(&root->tree, path, text);
	}
	assert_int_equal(root_read(root)->n_holders, 4096);
	assert_false(root->evidence->knows_holders);
}

static enum p2p_tri guest(struct root *root)
{
	return root_read(root)->guest;
}

static void virtual_machines_are_told_by_the_processors_flag(void **state)
{
	struct root *root = *state;

	sysfs_tree_text(&root->tree, "proc/cpuinfo", "flags\t: fpu hypervisor lahf\n");
	assert_int_equal(guest(root), P2P_YES);
	sysfs_tree_text(&root->tree, "proc/cpuinfo", "flags\t: fpu hypervisors\n");
	assert_int_equal(guest(root), P2P_NO);
	sysfs_tree_text(&root->tree, "proc/cpuinfo", "flags\t: fpu hypervisor\n");
	sysfs_tree_text(&root->tree, "dev/mshv", ""); /* Hyper-V's root partition */
	assert_int_equal(guest(root), P2P_NO);
}

static void who_owns_the_hardware_of_xen_is_no_guest(void **state)
{
	struct root *root = *state;

	sysfs_tree_text(&root->tree, "sys/hypervisor/type", "xen\n");
	assert_int_equal(guest(root), P2P_YES);
	sysfs_tree_text(&root->tree, "proc/xen/capabilities", "control_d\n");
	assert_int_equal(guest(root), P2P_NO);
}

static void other_processors_tell_by_the_machines_name(void **state)
{
	static const struct {
		const char *vendor, *product;
		enum p2p_tri guest;
	} rows[] = {
		{ "QEMU\n", "KVM Virtual Machine\n", P2P_YES },
		{ "Amazon EC2\n", "c7g.large\n", P2P_YES },
		{ "Amazon EC2\n", "c7g.metal\n", P2P_NO },
		{ "Microsoft Corporation\n", "Virtual Machine\n", P2P_YES },
		{ "Microsoft Corporation\n", "C2080\n", P2P_NO },
		{ "Supermicro\n", "ARS-221GL-NR\n", P2P_NO },
	};
	struct root *root = *state;

	sysfs_tree_text(&root->tree, "proc/cpuinfo", "Features\t: fp asimd\n");
	assert_int_equal(guest(root), P2P_UNKNOWN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sysfs_tree_text(&root->tree, "sys/class/dmi/id/sys_vendor",
				rows[i].vendor);
		sysfs_tree_text(&root->tree, "sys/class/dmi/id/product_name",
				rows[i].product);
		assert_int_equal(guest(root), rows[i].guest);
	}
	sysfs_tree_text(&root->tree, "proc/device-tree/hypervisor/compatible",
			"linux,kvm");
	assert_int_equal(guest(root), P2P_YES);
}

/* A service of the host may have mounts of its own: what counts is /run. */
static void a_run_that_is_not_the_hosts_is_a_containers(void **state)
{
	struct root *root = *state;

	root_unlink(root, "proc/1/root");
	sysfs_tree_directory(&root->tree, "proc/1/root/run");
	assert_int_equal(root_read(root)->container, P2P_YES);
	sysfs_tree_directory(&root->tree, "run/p2ptool");
	assert_int_equal(root_read(root)->container, P2P_YES);
	sysfs_tree_link(&root->tree, "proc/1/root/run/p2ptool",
			"../../../../run/p2ptool");
	assert_int_equal(root_read(root)->container, P2P_NO);
	root_unlink(root, "proc/1/root/run/p2ptool");
	root_unlink(root, "proc/1/root/run");
	root_unlink(root, "proc/1/root");
	assert_int_equal(root_read(root)->container, P2P_UNKNOWN);
}

static void lockdown_is_the_mode_in_brackets(void **state)
{
	static const struct {
		const char *text;
		enum p2p_lockdown mode;
	} rows[] = {
		{ "none [integrity] confidentiality\n", P2P_LOCKDOWN_INTEGRITY },
		{ "none integrity [confidentiality]\n", P2P_LOCKDOWN_CONFIDENTIALITY },
		{ "[none] integrity confidentiality\n", P2P_LOCKDOWN_NONE },
		{ "[total]\n", P2P_LOCKDOWN_UNKNOWN },
		{ "", P2P_LOCKDOWN_UNKNOWN },
	};
	struct root *root = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sysfs_tree_text(&root->tree, "sys/kernel/security/lockdown",
				rows[i].text);
		assert_int_equal(root_read(root)->lockdown, rows[i].mode);
	}
	root_unlink(root, "sys/kernel/security/lockdown");
	assert_int_equal(root_read(root)->lockdown, P2P_LOCKDOWN_UNKNOWN);
	sysfs_tree_text(&root->tree, "sys/kernel/security/lsm", "capability\n");
	assert_int_equal(root_read(root)->lockdown, P2P_LOCKDOWN_NONE);
}

static void firmware_names_ports_that_lead_out(void **state)
{
	struct root *root = *state;
	const char *flag = "sys/bus/pci/devices/0000:1b:00.0/of_node/external-facing";

	sysfs_tree_text(&root->tree, flag, "");
	assert_int_equal(root_read(root)->n_external, 0);
	sysfs_tree_directory(&root->tree, "sys/firmware/devicetree");
	assert_int_equal(root_read(root)->n_external, 1);
	assert_int_equal(root->evidence->external[0], RDMA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EVIDENCE(a_quiet_host_is_known_whole),
		EVIDENCE(of_a_capture_nothing_is_known),
		EVIDENCE(an_empty_directory_tells_nothing),
		EVIDENCE(a_root_that_is_not_there_is_an_error),
		EVIDENCE(device_files_are_those_of_functions),
		EVIDENCE(other_files_do_not_matter),
		EVIDENCE(a_process_counts_once_a_file_and_its_name_is_cut),
		EVIDENCE(processes_that_are_closed_make_it_unknown),
		EVIDENCE(processes_of_a_container_are_not_those_of_the_host),
		EVIDENCE(without_the_first_process_others_may_be_hidden),
		EVIDENCE(lists_have_an_end),
		EVIDENCE(virtual_machines_are_told_by_the_processors_flag),
		EVIDENCE(who_owns_the_hardware_of_xen_is_no_guest),
		EVIDENCE(other_processors_tell_by_the_machines_name),
		EVIDENCE(a_run_that_is_not_the_hosts_is_a_containers),
		EVIDENCE(lockdown_is_the_mode_in_brackets),
		EVIDENCE(firmware_names_ports_that_lead_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
