/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module holds: one machine, as config space that the PCI core enumerates. */
#ifndef PCIREPLAY_H
#define PCIREPLAY_H

#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include <asm/pci.h>

#define REPLAY_NO_VMD 0xffffffffu

struct replay_root {
	struct pci_sysdata sysdata; /* the root bus points here */
	struct resource numbers;    /* the bus numbers below it */
	u32 vmd;                    /* functions[] that made this PCI domain, or none */
	struct pci_bus *bus;
};

struct replay_function {
	u32 domain;
	u8 bus, devfn;
	u16 length; /* of its config space, 256 or 4096: reads beyond give all ones */
	u16 vfs;    /* to bring up once it is there */
	u8 *config;
	u8 *writable; /* behind config: a mask of the bits that keep what is written */
};

struct replay {
	struct replay_root *roots;
	struct replay_function *functions;
	u32 root_count, function_count;
	struct xarray by_address; /* of functions */
};

/* image.c: @replay is to be freed whatever this returns. */
int replay_load(struct replay *replay, const char *path);
void replay_free(struct replay *replay);

/* config.c */
extern struct pci_ops replay_ops;
void replay_publish(struct replay *replay);
struct replay_function *replay_find(struct pci_bus *bus, unsigned int devfn);
bool replay_is_ours(struct pci_dev *pdev);
unsigned long replay_address(u32 domain, u8 bus, u8 devfn);

/* machine.c */
int replay_start(struct replay *replay);
void replay_stop(struct replay *replay);

/* groups.c */
int replay_make_groups(void);
void replay_drop_groups(void);

/* answers.c */
void replay_answers_init(void);
void replay_answers_done(void);

#endif
