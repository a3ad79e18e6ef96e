// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IOMMU groups as a driver whose IOMMU covers every function makes them: each function in
 * the order in which it was added, put where pci_device_group() says.
 */
#include <linux/err.h>
#include <linux/iommu.h>

#include "pcireplay.h"

static int put_into_group(struct device *dev)
{
	struct iommu_group *group = pci_device_group(dev);
	int err;

	if (IS_ERR_OR_NULL(group))
		return group ? PTR_ERR(group) : -ENOMEM;
	err = iommu_group_add_device(group, dev);
	iommu_group_put(group); /* the device holds it from now on */
	return err;
}

int replay_make_groups(void)
{
	struct pci_dev *pdev = NULL;
	int err;

	replay_drop_groups();
	for_each_pci_dev(pdev)
	{
		err = replay_is_ours(pdev) ? put_into_group(&pdev->dev) : 0;
		if (err) {
			pci_err(pdev, "gets into no IOMMU group (%d)\n", err);
			pci_dev_put(pdev);
			return err;
		}
	}
	return 0;
}

void replay_drop_groups(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) if (replay_is_ours(pdev) && pdev->dev.iommu_group)
		iommu_group_remove_device(&pdev->dev);
}
