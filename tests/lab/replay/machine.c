// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A machine comes and goes: its root buses are scanned in order, then the VFs of each PF
 * are brought up as a driver would, and no driver binds to any of it.
 */
#include <linux/notifier.h>
#include <linux/slab.h>

#include "pcireplay.h"

#define NOBODY "pcireplay-nobody"

static void keep_drivers_off(struct pci_dev *pdev)
{
#ifdef OVERRIDE_IS_IN_PCI_DEV
	if (!pdev->driver_override)
		pdev->driver_override = kstrdup(NOBODY, GFP_KERNEL);
#else
	if (!device_has_driver_override(&pdev->dev))
		device_set_driver_override(&pdev->dev, NOBODY);
#endif
}

/* The last moment before drivers are looked for, which no parameter prevents. */
static int on_bus_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);

	if (event == BUS_NOTIFY_ADD_DEVICE && replay_is_ours(pdev))
		keep_drivers_off(pdev);
	return NOTIFY_OK;
}

static struct notifier_block bus_events = { .notifier_call = on_bus_event };

static struct pci_dev *pci_dev_of(const struct replay_function *function)
{
	return pci_get_domain_bus_and_slot(function->domain, function->bus,
					   function->devfn);
}

/* Functions of this root bus do DMA under the VMD function's id (pci_real_dma_dev()), and
 * sysfs shows them below it. */
static struct device *hang_below_vmd(struct replay *replay, struct replay_root *root)
{
#if IS_ENABLED(CONFIG_VMD)
	if (root->vmd != REPLAY_NO_VMD)
		root->sysdata.vmd_dev = pci_dev_of(&replay->functions[root->vmd]);
	if (root->sysdata.vmd_dev)
		return &root->sysdata.vmd_dev->dev;
#endif
	return NULL;
}

static void leave_vmd(struct replay_root *root)
{
#if IS_ENABLED(CONFIG_VMD)
	pci_dev_put(root->sysdata.vmd_dev);
	root->sysdata.vmd_dev = NULL;
#endif
}

static int start_root(struct replay *replay, struct replay_root *root)
{
	LIST_HEAD(resources);

	if (pci_find_bus(root->sysdata.domain, root->numbers.start)) {
		pr_err("bus %04x:%02x is there already\n", root->sysdata.domain,
		       (u8)root->numbers.start);
		return -EEXIST;
	}
	pci_add_resource(&resources, &ioport_resource);
	pci_add_resource(&resources, &iomem_resource);
	pci_add_resource(&resources, &root->numbers);
	root->bus = pci_create_root_bus(hang_below_vmd(replay, root), root->numbers.start,
					&replay_ops, &root->sysdata, &resources);
	if (!root->bus) {
		pci_free_resource_list(&resources);
		leave_vmd(root);
		return -EIO;
	}
	pci_lock_rescan_remove();
	pci_scan_child_bus(root->bus);
	pci_bus_add_devices(root->bus);
	pci_unlock_rescan_remove();
	return 0;
}

/* A PF whose SR-IOV capability the kernel does not see has no VFs: its bridge may lead to
 * no extended space. Whoever asks compares what is there with what should be. */
static void start_vfs(const struct replay_function *function)
{
	struct pci_dev *pdev;
	int err;

	pdev = function->vfs ? pci_dev_of(function) : NULL;
	if (!pdev)
		return;
	err = pci_enable_sriov(pdev, function->vfs);
	if (err)
		pci_warn(pdev, "its %u VFs do not come up (%d)\n", function->vfs, err);
	pci_dev_put(pdev);
}

int replay_start(struct replay *replay)
{
	u32 i;
	int err = 0;

	bus_register_notifier(&pci_bus_type, &bus_events);
	for (i = 0; i < replay->root_count && !err; i++)
		err = start_root(replay, &replay->roots[i]);
	for (i = 0; i < replay->function_count && !err; i++)
		start_vfs(&replay->functions[i]);
	return err;
}

static void stop_vfs(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) if (replay_is_ours(pdev) && pci_num_vf(pdev))
		pci_disable_sriov(pdev);
}

static void stop_root(struct replay_root *root)
{
	if (!root->bus)
		return;
	pci_lock_rescan_remove();
	pci_stop_root_bus(root->bus);
	pci_remove_root_bus(root->bus);
	pci_unlock_rescan_remove();
	leave_vmd(root);
}

/* Backwards: what hangs below a VMD function goes before it. */
void replay_stop(struct replay *replay)
{
	u32 i = replay->root_count;

	stop_vfs();
	while (i--)
		stop_root(&replay->roots[i]);
	bus_unregister_notifier(&pci_bus_type, &bus_events);
}
