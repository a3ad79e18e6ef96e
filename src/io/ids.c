/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that libpci's pci.ids has: all of a kind for who looks for a number, and
 * those of the functions of a snapshot. Never asks the network. libpci reports trouble by
 * a callback that must not return: it is left by longjmp. */
#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>

#include <pci/pci.h>

#include <p2ptool/source.h>

#include "io/ids.h"

#define IDS        65536
#define CACHE_BITS 10

/* libpci's callback has no argument of ours. */
static _Thread_local jmp_buf *escape;

static __attribute__((noreturn)) void on_error(char *message, ...)
{
	(void)message;
	longjmp(*escape, 1);
}

static void on_message(char *message, ...)
{
	(void)message;
}

/* Runs @work; false if libpci gave up inside. */
static bool fenced(void (*work)(void *), void *data)
{
	jmp_buf *before = escape;
	jmp_buf here;
	bool done = false;

	escape = &here;
	if (!setjmp(here)) {
		work(data);
		done = true;
	}
	escape = before;
	return done;
}

struct pci_access *p2p_ids_open(void)
{
	struct pci_access *access = pci_alloc();

	if (!access)
		return NULL;
	access->error = on_error;
	access->warning = on_message;
	access->debug = on_message;
	return access;
}

static void close_names(void *data)
{
	pci_cleanup(data);
}

struct asked {
	struct pci_access *access;
	int flags, vendor, device;
	char *ret_name;
	bool found;
};

static void ask_name(void *data)
{
	struct asked *asked = data;
	char buffer[P2P_IDS_NAME_SIZE];
	char *name = pci_lookup_name(asked->access, buffer, sizeof(buffer), asked->flags,
				     asked->vendor, asked->device);

	size_t length = name ? strnlen(name, P2P_IDS_NAME_SIZE - 1) : 0;

	asked->found = name != NULL;
	memcpy(asked->ret_name, name ? name : "", length);
	asked->ret_name[length] = '\0';
}

static int lookup_flags(enum p2p_ids_kind kind)
{
	static const int flags[] = {
		[P2P_IDS_CLASS] = PCI_LOOKUP_CLASS,
		[P2P_IDS_VENDOR] = PCI_LOOKUP_VENDOR,
		[P2P_IDS_DEVICE] = PCI_LOOKUP_DEVICE,
	};

	return flags[kind] | PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB;
}

bool p2p_ids_name(struct pci_access *access, enum p2p_ids_kind kind, int vendor,
		  int device, char ret_name[P2P_IDS_NAME_SIZE])
{
	struct asked asked = {
		access, lookup_flags(kind), vendor, device, ret_name, false
	};

	return fenced(ask_name, &asked) && asked.found;
}

struct listing {
	struct pci_access *access;
	int flags;
	int vendor;
	void (*each)(void *data, const char *name, int id);
	void *data;
};

static void list_names(void *data)
{
	struct listing *listing = data;
	bool two = listing->flags & PCI_LOOKUP_DEVICE;
	char buffer[P2P_IDS_NAME_SIZE];

	for (int id = 0; id < IDS; id++) {
		char *name = pci_lookup_name(listing->access, buffer, sizeof(buffer),
					     listing->flags, two ? listing->vendor : id,
					     id);

		if (name)
			listing->each(listing->data, name, id);
	}
}

void p2p_ids_close(struct pci_access *access)
{
	fenced(close_names, access);
}

void p2p_ids_list(struct pci_access *access, enum p2p_ids_kind kind, int vendor,
		  void (*each)(void *data, const char *name, int id), void *data)
{
	struct listing listing = { access, lookup_flags(kind), vendor, each, data };

	fenced(list_names, &listing);
}

struct cached {
	uint32_t id; /* vendor << 16 | device */
	bool used;
	p2p_string vendor, device;
};

struct naming {
	struct p2p_snapshot *snapshot;
	struct pci_access *access;
	struct cached cache[1 << CACHE_BITS];
};

static p2p_string look_up(struct naming *naming, enum p2p_ids_kind kind, int vendor,
			  int device)
{
	char name[P2P_IDS_NAME_SIZE];

	if (!p2p_ids_name(naming->access, kind, vendor, device, name))
		return 0;
	return p2p_snapshot_keep(naming->snapshot, name, strlen(name));
}

static const struct cached *names_of(struct naming *naming, uint32_t id)
{
	struct cached *cached = &naming->cache[(id * 2654435761u) >> (32 - CACHE_BITS)];
	int vendor = (int)(id >> 16), device = (int)(id & 0xffff);

	if (!cached->used || cached->id != id) {
		cached->id = id;
		cached->vendor = look_up(naming, P2P_IDS_VENDOR, vendor, 0);
		cached->device = look_up(naming, P2P_IDS_DEVICE, vendor, device);
		cached->used = true;
	}
	return cached;
}

/* What the system told beats the registers: a VF's own read all-ones. */
static bool find_id(const struct p2p_snapshot *snapshot, uint32_t index, uint32_t *ret)
{
	const struct p2p_function *function = &snapshot->functions[index];
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, index);
	struct p2p_reg reg = p2p_cfg_read(&cfg, 0, 4);

	if (function->vendor >= 0 && function->device >= 0) {
		*ret = (uint32_t)function->vendor << 16 | (uint32_t)function->device;
		return true;
	}
	*ret = reg.value << 16 | reg.value >> 16;
	return reg.known == UINT32_MAX && reg.value != UINT32_MAX;
}

static void name_all(struct naming *naming)
{
	struct p2p_snapshot *snapshot = naming->snapshot;
	uint32_t id;

	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		struct p2p_function *function = &snapshot->functions[i];
		const struct cached *names;

		if (!find_id(snapshot, i, &id))
			continue;
		names = names_of(naming, id);
		if (!function->vendor_name)
			function->vendor_name = names->vendor;
		if (!function->device_name)
			function->device_name = names->device;
	}
}

int p2p_source_names(struct p2p_snapshot *snapshot, struct p2p_err *err)
{
	struct naming *naming = calloc(1, sizeof(*naming));

	if (naming)
		naming->access = p2p_ids_open();
	if (!naming || !naming->access) {
		free(naming);
		return p2p_err_set(err, -ENOMEM, "no memory for the names of devices");
	}
	naming->snapshot = snapshot;
	name_all(naming);
	p2p_ids_close(naming->access);
	free(naming);
	return 0;
}
