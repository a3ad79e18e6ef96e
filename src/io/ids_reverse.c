/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in, numbers out: pci.ids turned round. The names of a kind are sorted when one of
 * them is first asked for. A name that stands for several numbers stands for none. */
#include <stdlib.h>
#include <strings.h>

#include "io/ids.h"

struct named {
	char *name;
	int id;
};

struct names {
	struct named *rows;
	size_t n, capacity;
	bool ready;
};

struct vendor_names {
	int vendor;
	struct names devices;
};

struct p2p_ids {
	struct pci_access *access;
	struct names classes, vendors;
	struct vendor_names *devices;
	size_t n_devices;
	/* what was asked last; an empty text stands for no product */
	char recent[256];
	size_t recent_length;
	struct p2p_product product;
};

/* Names that vendors had when old captures were made; pci.ids only has today's. */
static const struct {
	const char *name;
	int id;
} former_vendors[] = {
	{ "ATI Technologies Inc", 0x1002 },
	{ "Advanced Micro Devices [AMD] nee ATI", 0x1002 },
	{ "Advanced Micro Devices nee ATI", 0x1002 },
	{ "Advanced Micro Devices [AMD]", 0x1022 },
	{ "Atheros Communications Inc.", 0x168c },
	{ "Atheros Communications, Inc.", 0x168c },
	{ "Broadcom Corporation", 0x14e4 },
	{ "Broadcom Limited", 0x14e4 },
	{ "Intel Corp.", 0x8086 },
	{ "JMicron Technologies, Inc.", 0x197b },
	{ "LSI Logic / Symbios Logic", 0x1000 },
	{ "NEC Corporation", 0x1033 },
	{ "PLX Technology, Inc.", 0x10b5 },
	{ "nVidia Corporation", 0x10de },
};

struct p2p_ids *p2p_ids_new(void)
{
	struct p2p_ids *ids = calloc(1, sizeof(*ids));

	if (!ids)
		return NULL;
	ids->product = (struct p2p_product){ -1, -1, 0, false };
	ids->access = p2p_ids_open();
	if (!ids->access) {
		free(ids);
		return NULL;
	}
	return ids;
}

static void free_names(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->rows[i].name);
	free(names->rows);
}

void p2p_ids_free(struct p2p_ids *ids)
{
	if (!ids)
		return;
	free_names(&ids->classes);
	free_names(&ids->vendors);
	for (size_t i = 0; i < ids->n_devices; i++)
		free_names(&ids->devices[i].devices);
	free(ids->devices);
	p2p_ids_close(ids->access);
	free(ids);
}

struct pci_access *p2p_ids_access(struct p2p_ids *ids)
{
	return ids->access;
}

static void add_name(void *data, const char *name, int id)
{
	struct names *names = data;
	struct named *grown;

	if (names->n == names->capacity) {
		size_t capacity = names->capacity ? 2 * names->capacity : 256;

		grown = realloc(names->rows, capacity * sizeof(*grown));
		if (!grown)
			return;
		names->rows = grown;
		names->capacity = capacity;
	}
	names->rows[names->n].name = strdup(name);
	names->rows[names->n].id = id;
	names->n += names->rows[names->n].name != NULL;
}

static int compare_names(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcasecmp(x->name, y->name);

	return order ? order : x->id - y->id;
}

static void make_names(struct p2p_ids *ids, struct names *names, enum p2p_ids_kind kind,
		       int vendor)
{
	if (names->ready)
		return;
	names->ready = true;
	p2p_ids_list(ids->access, kind, vendor, add_name, names);
	if (kind == P2P_IDS_VENDOR)
		for (size_t i = 0; i < sizeof(former_vendors) / sizeof(former_vendors[0]);
		     i++)
			add_name(names, former_vendors[i].name, former_vendors[i].id);
	if (names->n)
		qsort(names->rows, names->n, sizeof(*names->rows), compare_names);
}

/* A zero byte in @text compares as equal to the end of a shorter name. */
static int compare_text(struct span text, const char *name)
{
	int order = strncasecmp(text.at, name, text.length);
	size_t length = strnlen(name, text.length);

	if (order)
		return order;
	if (length < text.length)
		return 1;
	return name[length] ? -1 : 0;
}

/* The first row whose name is not before @text. */
static size_t lower_bound(const struct names *names, struct span text)
{
	size_t low = 0, high = names->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_text(text, names->rows[middle].name) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has_at(const struct names *names, size_t row, struct span text)
{
	return row < names->n && !compare_text(text, names->rows[row].name);
}

static int find_only(const struct names *names, struct span text)
{
	size_t row = lower_bound(names, text);

	if (!text.length || !has_at(names, row, text))
		return -1;
	for (size_t next = row + 1; has_at(names, next, text); next++)
		if (names->rows[next].id != names->rows[row].id)
			return -1;
	return names->rows[row].id;
}

int p2p_ids_class(struct p2p_ids *ids, struct span name)
{
	make_names(ids, &ids->classes, P2P_IDS_CLASS, -1);
	return find_only(&ids->classes, name);
}

/* The rows of the longest vendor name that @text begins with. */
static size_t find_vendors(struct p2p_ids *ids, struct span text, size_t *ret_row)
{
	make_names(ids, &ids->vendors, P2P_IDS_VENDOR, -1);
	for (size_t end = text.length; end > 0; end--) {
		size_t row;

		if (end < text.length && text.at[end] != ' ')
			continue;
		row = lower_bound(&ids->vendors, span_cut(text, end));
		if (has_at(&ids->vendors, row, span_cut(text, end))) {
			*ret_row = row;
			return end;
		}
	}
	return 0;
}

static int find_device(struct p2p_ids *ids, int vendor, struct span name)
{
	struct vendor_names *grown;
	size_t i;

	if (!name.length)
		return -1;
	for (i = 0; i < ids->n_devices; i++)
		if (ids->devices[i].vendor == vendor)
			break;
	if (i == ids->n_devices) {
		grown = realloc(ids->devices, (i + 1) * sizeof(*grown));
		if (!grown)
			return -1;
		grown[i] = (struct vendor_names){ .vendor = vendor };
		ids->devices = grown;
		ids->n_devices++;
	}
	make_names(ids, &ids->devices[i].devices, P2P_IDS_DEVICE, vendor);
	return find_only(&ids->devices[i].devices, name);
}

/* Some companies have several ids under one name: the one with that device is meant. */
static void choose_vendor(struct p2p_ids *ids, size_t row, struct span vendor,
			  struct span device, struct p2p_product *ret)
{
	const struct named *rows = ids->vendors.rows;
	unsigned others = 0, matching = 0;
	int only = rows[row].id;

	for (; has_at(&ids->vendors, row, vendor); row++) {
		int id = find_device(ids, rows[row].id, device);

		others += rows[row].id != only;
		if (id < 0)
			continue;
		matching += rows[row].id != ret->vendor;
		ret->vendor = rows[row].id;
		ret->device = id;
	}
	if (!matching && !others)
		ret->vendor = only;
	else if (matching != 1)
		ret->vendor = ret->device = -1;
}

static struct p2p_product find_product(struct p2p_ids *ids, struct span text)
{
	struct p2p_product product = { -1, -1, 0, false };
	struct span device;
	uint64_t number = 0;
	size_t row;

	product.vendor_length = find_vendors(ids, text, &row);
	if (!product.vendor_length)
		return product;
	device = span_trim(span_skip(text, product.vendor_length));
	product.named = device.length > 0 && !span_starts(device, "Device ");
	choose_vendor(ids, row, span_cut(text, product.vendor_length),
		      product.named ? device : (struct span){ NULL, 0 }, &product);
	if (span_starts(device, "Device ") &&
	    span_number(span_skip(device, 7), 16, &number) == 4)
		product.device = (int)number;
	return product;
}

/* Functions of one kind stand one after the other: VFs by the hundred. */
struct p2p_product p2p_ids_product(struct p2p_ids *ids, struct span text)
{
	if (text.length != ids->recent_length ||
	    memcmp(ids->recent, text.at, ids->recent_length)) {
		ids->product = find_product(ids, text);
		ids->recent_length = text.length < sizeof(ids->recent) ? text.length : 0;
		memcpy(ids->recent, text.at, ids->recent_length);
	}
	return ids->product;
}
