/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host tells of its disks in use and of devices that are reserved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/evidence_root.h"

#define BLOCK "sys/devices/pci0000:18/0000:1a:00.0/nvme/nvme0/nvme0n1"

/* A partition of the NVMe disk, with what makes it one in use. */
static void say_partition(struct root *root)
{
	sysfs_tree_text(&root->tree, BLOCK "/nvme0n1p2/dev", "259:2\n");
	sysfs_tree_text(&root->tree, BLOCK "/dev", "259:0\n");
	sysfs_tree_link(&root->tree, "sys/class/block/nvme0n1",
			"../../devices/pci0000:18/0000:1a:00.0/nvme/nvme0/nvme0n1");
	sysfs_tree_link(&root->tree, "sys/class/block/nvme0n1p2",
			"../../devices/pci0000:18/0000:1a:00.0/nvme/nvme0/nvme0n1/"
			"nvme0n1p2");
}

static void assert_disk(struct root *root, enum p2p_disk_use use, const char *text)
{
	root_read(root);
	assert_int_equal(root->evidence->n_disks, 1);
	assert_int_equal(root->evidence->disks[0].function, NVME);
	assert_int_equal(root->evidence->disks[0].use, use);
	assert_string_equal(root->evidence->disks[0].text, text);
	assert_true(root->evidence->knows_disks);
}

static void a_mounted_disk_is_in_use(void **state)
{
	struct root *root = *state;

	say_partition(root);
	assert_int_equal(root_read(root)->n_disks, 0);
	sysfs_tree_text(&root->tree, "proc/self/mountinfo",
			"21 1 0:20 / /proc rw shared:5 - proc proc rw\n"
			"36 35 259:2 / /my\\040data rw,noatime master:1 - ext4 /dev/root "
			"rw\n");
	assert_disk(root, P2P_DISK_MOUNT, "/my data");
	assert_string_equal(root->evidence->disks[0].name, "nvme0n1p2");
	sysfs_tree_text(&root->tree, "proc/self/mountinfo", "");
	sysfs_tree_text(&root->tree, "proc/1/mountinfo",
			"36 35 0:40 / /srv rw - bcachefs /dev/sda:/dev/nvme0n1p2 rw\n");
	assert_disk(root, P2P_DISK_MOUNT, "/srv");
	sysfs_tree_text(&root->tree, "proc/1/mountinfo",
			"36 35 0:40 / /srv rw - ext4 /dev/nvme0n1p23 rw\n");
	assert_int_equal(root_read(root)->n_disks, 0);
}

static void swap_is_in_use(void **state)
{
	struct root *root = *state;

	say_partition(root);
	sysfs_tree_text(&root->tree, "proc/swaps",
			"Filename\tType\tSize\tUsed\tPriority\n"
			"/dev/nvme0n1p2 partition\t8388604\t0\t-2\n");
	assert_disk(root, P2P_DISK_SWAP, "nvme0n1p2");
}

static void what_is_made_of_disks_uses_them(void **state)
{
	struct root *root = *state;

	say_partition(root);
	sysfs_tree_directory(&root->tree, BLOCK "/nvme0n1p2/holders/dm-0");
	sysfs_tree_text(&root->tree, "sys/class/block/dm-0/dm/uuid", "LVM-abc\n");
	sysfs_tree_text(&root->tree, "sys/class/block/dm-0/dm/name", "vg0-root\n");
	assert_disk(root, P2P_DISK_LVM, "vg0-root");
	sysfs_tree_text(&root->tree, "sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-abc\n");
	assert_disk(root, P2P_DISK_DM, "vg0-root");
}

static void members_of_arrays_and_file_systems_are_in_use(void **state)
{
	static const struct {
		const char *line;
		enum p2p_disk_use use;
		const char *text;
	} rows[] = {
		{ "I:1\nE:ID_FS_TYPE=LVM2_member\n", P2P_DISK_LVM, "LVM2_member" },
		{ "E:ID_FS_TYPE=linux_raid_member\nE:X=1\n", P2P_DISK_MD,
		  "linux_raid_member" },
		{ "E:ID_FS_TYPE=zfs_member\n", P2P_DISK_MOUNT, "zfs_member" },
	};
	struct root *root = *state;

	say_partition(root);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sysfs_tree_text(&root->tree, "run/udev/data/b259:2", rows[i].line);
		assert_disk(root, rows[i].use, rows[i].text);
	}
	sysfs_tree_text(&root->tree, "run/udev/data/b259:2", "E:ID_FS_TYPE=ext4\n");
	assert_int_equal(root_read(root)->n_disks, 0);
	sysfs_tree_directory(&root->tree, "sys/fs/btrfs/6f/devices/nvme0n1p2");
	assert_disk(root, P2P_DISK_MOUNT, "btrfs");
}

static void a_raid_is_md(void **state)
{
	struct root *root = *state;

	say_partition(root);
	sysfs_tree_directory(&root->tree, BLOCK "/nvme0n1p2/holders/md127");
	assert_disk(root, P2P_DISK_MD, "md127");
}

/* The disk hangs on no function; its paths do, and have its name. */
static void the_visible_disk_of_several_paths_is_on_each(void **state)
{
	struct root *root = *state;
	const char *place = "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/"
			    "nvme0n1p1";
	char path[128];

	snprintf(path, sizeof(path), "%s/dev", place);
	sysfs_tree_text(&root->tree, path, "259:7\n");
	snprintf(path, sizeof(path), "../../%s", place + strlen("sys/"));
	sysfs_tree_link(&root->tree, "sys/class/block/nvme0n1p1", path);
	sysfs_tree_text(&root->tree, "proc/1/mountinfo",
			"36 35 259:7 / / rw - ext4 /dev/nvme0n1p1 rw\n");
	assert_disk(root, P2P_DISK_MOUNT, "/");
}

static void which_disks_zfs_uses_is_not_known_without_udev(void **state)
{
	struct root *root = *state;

	say_partition(root);
	sysfs_tree_text(&root->tree, "proc/1/mountinfo",
			"36 35 0:40 / / rw - zfs rpool/ROOT rw\n");
	assert_false(root_read(root)->knows_disks);
	sysfs_tree_text(&root->tree, "run/udev/data/b259:2", "E:ID_FS_TYPE=zfs_member\n");
	assert_disk(root, P2P_DISK_MOUNT, "zfs_member");
}

static void mounts_of_the_host_have_to_be_readable(void **state)
{
	struct root *root = *state;

	root_unlink(root, "proc/1/mountinfo");
	assert_false(root_read(root)->knows_disks);
}

static void ids_for_vfio_are_read_from_modprobe(void **state)
{
	struct root *root = *state;
	const struct p2p_reservation *rows;

	sysfs_tree_text(&root->tree, "etc/modprobe.d/vfio.conf",
			"# options vfio-pci ids=1:1\n"
			"options vfio_pci disable_vga=1 \\\n  ids=10de:2330,10de:1aef\n"
			"options snd-hda ids=2:2\nsoftdep nvidia pre: vfio-pci\n");
	sysfs_tree_text(&root->tree, "usr/lib/modprobe.d/stub.conf",
			"options pci-stub ids=\"8086:1533:ffffffff:ffffffff\"");
	sysfs_tree_text(&root->tree, "etc/modprobe.d/vfio.conf.bak",
			"options vfio-pci ids=3:3\n");
	root_read(root);
	rows = root->evidence->reservations;
	assert_int_equal(root->evidence->n_reservations, 3);
	assert_int_equal(rows[0].id.vendor, 0x10de);
	assert_int_equal(rows[0].id.device, 0x2330);
	assert_int_equal(rows[0].id.subvendor, P2P_VFIO_ANY);
	assert_string_equal(rows[0].where, "/etc/modprobe.d/vfio.conf");
	assert_int_equal(rows[1].id.device, 0x1aef);
	assert_int_equal(rows[2].id.device, 0x1533);
	assert_string_equal(rows[2].where, "/usr/lib/modprobe.d/stub.conf");
	assert_true(root->evidence->knows_reservations);
}

static void a_file_that_cannot_be_read_makes_it_unknown(void **state)
{
	struct root *root = *state;

	sysfs_tree_directory(&root->tree, "etc/modprobe.d/odd.conf");
	sysfs_tree_text(&root->tree, "etc/libvirt/qemu", "no directory\n");
	root_read(root);
	assert_false(root->evidence->knows_reservations);
	assert_false(root->evidence->knows_guest_devices);
	assert_true(root->evidence->knows_disks);
}

static void assert_device(struct root *root, uint32_t i, const char *address,
			  bool all_functions)
{
	const struct p2p_guest_device *device = &root->evidence->guest_devices[i];
	char text[P2P_BDF_SIZE];

	assert_true(i < root->evidence->n_guest_devices);
	assert_string_equal(p2p_bdf_format(device->bdf, text), address);
	assert_int_equal(device->all_functions, all_functions);
}

static void devices_of_libvirts_guests_are_read(void **state)
{
	struct root *root = *state;

	sysfs_tree_text(
		&root->tree, "etc/libvirt/qemu/win11.xml",
		"<domain><devices>\n"
		"<disk type='file'><source file='/x'/><address type='pci' domain='0x0000' "
		"bus='0x04' slot='0x00' function='0x0'/></disk>\n"
		"<hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n"
		"<address domain='0x0000' bus='0x19' slot='0x00' function='0x1'/>\n"
		"</source>\n<address type='pci' domain='0x0000' bus='0x05' slot='0x00' "
		"function='0x0'/></hostdev>\n"
		"<hostdev type='usb'><source><address bus='1' device='4'/></source>"
		"</hostdev>\n<interface type='hostdev'><source>"
		"<address type=\"pci\" bus=\"27\" slot=\"2\" function=\"0\"/>"
		"</source></interface></devices></domain>\n");
	root_read(root);
	assert_int_equal(root->evidence->n_guest_devices, 2);
	assert_device(root, 0, "0000:19:00.1", false);
	assert_device(root, 1, "0000:1b:02.0", false);
	assert_string_equal(root->evidence->guest_devices[0].where,
			    "/etc/libvirt/qemu/win11.xml");
}

static void devices_of_proxmox_guests_are_read(void **state)
{
	struct root *root = *state;

	sysfs_tree_text(
		&root->tree, "etc/pve/qemu-server/100.conf",
		"cores: 8\nhostpci0: 0000:19:00,pcie=1,x-vga=1\n"
		"hostpci1: host=1a:00.0;1b:00.1,rombar=0\nhostpci2: mapping=gpu\n");
	sysfs_tree_text(
		&root->tree, "etc/pve/mapping/pci.cfg",
		"gpu\n\tmap id=10de:2330,iommugroup=4,node=pve,path=0000:3b:00.0\n");
	root_read(root);
	assert_int_equal(root->evidence->n_guest_devices, 4);
	assert_device(root, 0, "0000:19:00.0", true);
	assert_device(root, 1, "0000:1a:00.0", false);
	assert_device(root, 2, "0000:1b:00.1", false);
	assert_device(root, 3, "0000:3b:00.0", false);
	assert_true(root->evidence->knows_guest_devices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EVIDENCE(a_mounted_disk_is_in_use),
		EVIDENCE(swap_is_in_use),
		EVIDENCE(what_is_made_of_disks_uses_them),
		EVIDENCE(members_of_arrays_and_file_systems_are_in_use),
		EVIDENCE(a_raid_is_md),
		EVIDENCE(the_visible_disk_of_several_paths_is_on_each),
		EVIDENCE(which_disks_zfs_uses_is_not_known_without_udev),
		EVIDENCE(mounts_of_the_host_have_to_be_readable),
		EVIDENCE(ids_for_vfio_are_read_from_modprobe),
		EVIDENCE(a_file_that_cannot_be_read_makes_it_unknown),
		EVIDENCE(devices_of_libvirts_guests_are_read),
		EVIDENCE(devices_of_proxmox_guests_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
