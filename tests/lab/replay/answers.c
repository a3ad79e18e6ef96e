// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel says of the machine, by the registers as they are at the moment:
 *   pairs   each provider and client: distance and map type, then both on AMD's Zen
 *   groups  each function and the number of its IOMMU group, made anew before
 */
#include <linux/debugfs.h>
#include <linux/dma-map-ops.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/pci-p2pdma.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <asm/processor.h>

#include "pcireplay.h"

static struct dentry *directory;

typedef bool (*question)(struct pci_dev *pdev);

/* Returns a function of ours behind @from, or NULL; @from is put. */
static struct pci_dev *next(struct pci_dev *from, question is_wanted)
{
	do
		from = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, from);
	while (from && !(replay_is_ours(from) && (!is_wanted || is_wanted(from))));
	return from;
}

static struct pci_dev *nth(loff_t position, question is_wanted)
{
	struct pci_dev *pdev = next(NULL, is_wanted);

	while (pdev && position--)
		pdev = next(pdev, is_wanted);
	return pdev;
}

static void put_last(struct seq_file *file, void *last)
{
	if (!IS_ERR(last))
		pci_dev_put(last);
}

static void *groups_start(struct seq_file *file, loff_t *position)
{
	int err = *position ? 0 : replay_make_groups();

	return err ? ERR_PTR(err) : nth(*position, NULL);
}

static void *groups_next(struct seq_file *file, void *last, loff_t *position)
{
	++*position;
	return next(last, NULL);
}

static int groups_show(struct seq_file *file, void *one)
{
	struct pci_dev *pdev = one;
	struct iommu_group *group = iommu_group_get(&pdev->dev);

	seq_printf(file, "%s\t%d\n", pci_name(pdev), group ? iommu_group_id(group) : -1);
	iommu_group_put(group);
	return 0;
}

static const struct seq_operations groups_sops = {
	.start = groups_start, .next = groups_next, .stop = put_last, .show = groups_show
};
DEFINE_SEQ_ATTRIBUTE(groups);

#ifdef CONFIG_PCI_P2PDMA

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#error "compare struct pci_p2pdma with drivers/pci/p2pdma.c of this kernel first"
#endif

/* As drivers/pci/p2pdma.c has it: a call notes the client's map type in map_types. */
struct pci_p2pdma {
	struct gen_pool *pool;
	bool p2pmem_published;
	struct xarray map_types;
};

struct answer {
	int distance;
	const char *type;
};

static bool is_no_bridge(struct pci_dev *pdev)
{
	return pdev->hdr_type == PCI_HEADER_TYPE_NORMAL &&
	       pdev->class >> 8 != PCI_CLASS_BRIDGE_HOST &&
	       pdev->class >> 8 != PCI_CLASS_BRIDGE_ISA;
}

static const char *noted_type(struct pci_p2pdma *notes, struct pci_dev *client)
{
	static const char *const words[] = {
		[PCI_P2PDMA_MAP_NOT_SUPPORTED] = "NOT_SUPPORTED",
		[PCI_P2PDMA_MAP_BUS_ADDR] = "BUS_ADDR",
		[PCI_P2PDMA_MAP_THRU_HOST_BRIDGE] = "THRU_HOST_BRIDGE",
	};
	void *noted = xa_load(&notes->map_types,
			      (pci_domain_nr(client->bus) << 16) | pci_dev_id(client));
	unsigned long type = noted ? xa_to_value(noted) : 0;

	return type < ARRAY_SIZE(words) && words[type] ? words[type] : "NOTHING_NOTED";
}

/* The kernel looks at the first CPU to tell whether host bridges carry everything. */
static struct answer ask(struct pci_dev *provider, struct pci_dev *client, bool on_zen)
{
	struct cpuinfo_x86 *cpu = &cpu_data(0);
	u8 vendor = cpu->x86_vendor, family = cpu->x86;
	struct device *clients[] = { &client->dev };
	struct answer answer;

	cpu->x86_vendor = on_zen ? X86_VENDOR_AMD : X86_VENDOR_INTEL;
	cpu->x86 = on_zen ? 0x17 : 6;
	answer.distance = pci_p2pdma_distance_many(provider, clients, 1, false);
	cpu->x86_vendor = vendor;
	cpu->x86 = family;
	answer.type = noted_type(rcu_access_pointer(provider->p2pdma), client);
	return answer;
}

static void show_pair(struct seq_file *file, struct pci_dev *provider,
		      struct pci_dev *client)
{
	struct answer usual = ask(provider, client, false);
	struct answer on_zen = ask(provider, client, true);

	seq_printf(file, "%s\t%s\t%d\t%s\t%d\t%s\n", pci_name(provider), pci_name(client),
		   usual.distance, usual.type, on_zen.distance, on_zen.type);
}

/* A provider needs no memory to be asked about, only a place for the notes: it is lent
 * one for the time of the call. */
static int pairs_show(struct seq_file *file, void *one)
{
	struct pci_p2pdma notes = {};
	struct pci_dev *provider = one, *client = NULL;

	xa_init(&notes.map_types);
	rcu_assign_pointer(provider->p2pdma, &notes);
	while ((client = next(client, is_no_bridge)))
		show_pair(file, provider, client);
	RCU_INIT_POINTER(provider->p2pdma, NULL);
	synchronize_rcu_expedited();
	xa_destroy(&notes.map_types);
	return 0;
}

static void *pairs_start(struct seq_file *file, loff_t *position)
{
	return nth(*position, is_no_bridge);
}

static void *pairs_next(struct seq_file *file, void *last, loff_t *position)
{
	++*position;
	return next(last, is_no_bridge);
}

static const struct seq_operations pairs_sops = {
	.start = pairs_start, .next = pairs_next, .stop = put_last, .show = pairs_show
};
DEFINE_SEQ_ATTRIBUTE(pairs);

static void offer_pairs(void)
{
	debugfs_create_file("pairs", 0400, directory, NULL, &pairs_fops);
}

#else

static void offer_pairs(void)
{
}

#endif

void replay_answers_init(void)
{
	directory = debugfs_create_dir("pcireplay", NULL);
	debugfs_create_file("groups", 0400, directory, NULL, &groups_fops);
	offer_pairs();
}

void replay_answers_done(void)
{
	debugfs_remove(directory);
}
