/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers for the names that a listing without `-n` prints: class, vendor and device,
 * looked up in libpci's pci.ids. */
#ifndef P2PTOOL_IO_IDS_H
#define P2PTOOL_IO_IDS_H

#include "io/span.h"

struct pci_access;
struct p2p_ids;

enum p2p_ids_kind { P2P_IDS_CLASS, P2P_IDS_VENDOR, P2P_IDS_DEVICE };

/* pci.ids as libpci has it; NULL without memory. */
struct pci_access *p2p_ids_open(void);
void p2p_ids_close(struct pci_access *access);

#define P2P_IDS_NAME_SIZE 256

/* The name of a vendor, or of a device of a vendor; false if pci.ids has none. */
bool p2p_ids_name(struct pci_access *access, enum p2p_ids_kind kind, int vendor,
		  int device, char ret_name[P2P_IDS_NAME_SIZE]);

/* Calls @each for every name of a kind; @vendor counts only for devices. */
void p2p_ids_list(struct pci_access *access, enum p2p_ids_kind kind, int vendor,
		  void (*each)(void *data, const char *name, int id), void *data);

/* NULL without memory. Tables are made when they are first asked for. */
struct p2p_ids *p2p_ids_new(void);
void p2p_ids_free(struct p2p_ids *ids);

/* The names as p2p_ids_name() has them. */
struct pci_access *p2p_ids_access(struct p2p_ids *ids);

/* Class and subclass (16 bits) of a class name, -1 if no class or several have it. */
int p2p_ids_class(struct p2p_ids *ids, struct span name);

/* What `VENDOR DEVICE` of a device line stands for, -1 where it is not certain. */
struct p2p_product {
	int vendor, device;
	size_t vendor_length; /* of the vendor's name; 0 if it is none that is known */
	bool named;           /* DEVICE is a name, not `Device 1234` */
};

struct p2p_product p2p_ids_product(struct p2p_ids *ids, struct span text);

#endif
