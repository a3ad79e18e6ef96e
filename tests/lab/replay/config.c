// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The config space that the PCI core sees. A function answers at the address it was
 * captured at: the kernel leaves the bus numbers of a configured bridge alone, so that
 * whatever it finds stands where it stood.
 */
#include <linux/spinlock.h>

#include "pcireplay.h"

static struct replay *published;
static DEFINE_RAW_SPINLOCK(bytes_lock);

void replay_publish(struct replay *replay)
{
	published = replay;
}

unsigned long replay_address(u32 domain, u8 bus, u8 devfn)
{
	return (unsigned long)domain << 16 | bus << 8 | devfn;
}

struct replay_function *replay_find(struct pci_bus *bus, unsigned int devfn)
{
	return xa_load(&published->by_address,
		       replay_address(pci_domain_nr(bus), bus->number, devfn));
}

bool replay_is_ours(struct pci_dev *pdev)
{
	return pci_find_host_bridge(pdev->bus)->ops == &replay_ops;
}

static int read_config(struct pci_bus *bus, unsigned int devfn, int where, int size,
		       u32 *value)
{
	struct replay_function *function = replay_find(bus, devfn);
	unsigned long flags;

	*value = ~0u;
	if (!function)
		return PCIBIOS_DEVICE_NOT_FOUND;
	if (where + size > function->length)
		return PCIBIOS_SUCCESSFUL;
	*value = 0;
	raw_spin_lock_irqsave(&bytes_lock, flags);
	while (size--)
		*value = *value << 8 | function->config[where + size];
	raw_spin_unlock_irqrestore(&bytes_lock, flags);
	return PCIBIOS_SUCCESSFUL;
}

static void write_byte(struct replay_function *function, int where, u8 value)
{
	u8 mask = function->writable[where];

	function->config[where] = (function->config[where] & ~mask) | (value & mask);
}

static int write_config(struct pci_bus *bus, unsigned int devfn, int where, int size,
			u32 value)
{
	struct replay_function *function = replay_find(bus, devfn);
	unsigned long flags;

	if (!function)
		return PCIBIOS_DEVICE_NOT_FOUND;
	if (where + size > function->length)
		return PCIBIOS_SUCCESSFUL;
	raw_spin_lock_irqsave(&bytes_lock, flags);
	for (int i = 0; i < size; i++)
		write_byte(function, where + i, value >> 8 * i);
	raw_spin_unlock_irqrestore(&bytes_lock, flags);
	return PCIBIOS_SUCCESSFUL;
}

struct pci_ops replay_ops = { .read = read_config, .write = write_config };
