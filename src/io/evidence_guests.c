/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices virtual machines are to have: host devices in the XML of libvirt, and
 * hostpci lines in the configuration of Proxmox. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/evidence.h"

static void add(struct evidence_reading *reading, const char *path,
		const struct p2p_guest_device *device)
{
	struct p2p_guard_evidence *evidence = reading->evidence;
	struct p2p_guest_device *grown = p2p_evidence_grow(
		reading, evidence->guest_devices, evidence->n_guest_devices,
		sizeof(*grown), &evidence->knows_guest_devices);
	struct p2p_guest_device *one;

	if (!grown)
		return;
	evidence->guest_devices = grown;
	one = &evidence->guest_devices[evidence->n_guest_devices++];
	*one = *device;
	one->where[0] = '/';
	p2p_evidence_copy(span_of(path), one->where + 1, sizeof(one->where) - 1);
}

/* bus='0x19': hexadecimal or decimal, in either quotes. */
static bool read_attribute(struct span element, const char *name, unsigned long most,
			   unsigned long *ret_value)
{
	char word[32], text[32], *end;
	struct span value;

	snprintf(word, sizeof(word), " %s=", name);
	value = span_after(element, word);
	if (value.length < 3 || (value.at[0] != '\'' && value.at[0] != '"'))
		return false;
	p2p_evidence_copy(span_skip(value, 1), text, sizeof(text));
	text[strcspn(text, "'\"")] = '\0';
	*ret_value = strtoul(text, &end, 0);
	return end > text && !*end && *ret_value <= most;
}

/* <address domain='0x0000' bus='0x19' slot='0x00' function='0x0'/>: one of USB has no
 * slot. */
static void take_address(struct evidence_reading *reading, const char *path,
			 struct span element)
{
	unsigned long domain = 0, bus, slot, function;
	struct p2p_guest_device device = { 0 };

	if (!read_attribute(element, "bus", 0xff, &bus) ||
	    !read_attribute(element, "slot", 0x1f, &slot) ||
	    !read_attribute(element, "function", 7, &function))
		return;
	read_attribute(element, "domain", UINT32_MAX, &domain);
	device.bdf = (struct p2p_bdf){ (uint32_t)domain, (uint8_t)bus,
				       (uint8_t)(slot << 3 | function) };
	add(reading, path, &device);
}

/* An address in a <source> is one of the host; outside of it is the guest's own. */
static void take_libvirt(struct evidence_reading *reading, const char *path,
			 struct span text)
{
	while ((text = span_after(text, "<source")).length) {
		struct span source = span_cut(text, span_find(text, "</source>"));
		struct span start = span_cut(source, span_find(source, ">"));

		if (start.length && start.at[start.length - 1] == '/')
			continue; /* <source .../> has nothing in it */
		while ((source = span_after(source, "<address")).length)
			take_address(reading, path,
				     span_cut(source, span_find(source, ">")));
	}
}

/* `0000:01:00.0` or `01:00`, which are all its functions. */
static void take_device(struct evidence_reading *reading, const char *path,
			struct span address)
{
	struct p2p_guest_device device = { 0 };
	char text[P2P_BDF_SIZE + 2];

	p2p_evidence_copy(address, text, P2P_BDF_SIZE);
	if (!strchr(text, '.')) {
		device.all_functions = true;
		strcat(text, ".0");
	}
	if (!p2p_bdf_parse(text, &device.bdf))
		add(reading, path, &device);
}

static void take_devices(struct evidence_reading *reading, const char *path,
			 struct span list)
{
	list = span_cut(list, span_find(list, ","));
	while (list.length) {
		size_t end = span_find(list, ";");

		take_device(reading, path, span_trim(span_cut(list, end)));
		list = span_skip(list, end + 1);
	}
}

/* hostpci0: 0000:01:00,pcie=1 */
static void take_proxmox(struct evidence_reading *reading, const char *path,
			 struct span text)
{
	struct span line;

	while (p2p_evidence_line(&text, &line)) {
		struct span value = span_trim(span_after(line, ":"));

		if (!span_starts(line, "hostpci"))
			continue;
		if (span_starts(value, "host="))
			value = span_skip(value, strlen("host="));
		take_devices(reading, path, value);
	}
}

/* map id=10de:2330,node=pve,path=0000:01:00.0: who names it by `mapping=` gets it. */
static void take_mapping(struct evidence_reading *reading, const char *path,
			 struct span text)
{
	struct span line;

	while (p2p_evidence_line(&text, &line)) {
		struct span value = span_after(line, "path=");

		if (span_starts(span_trim(line), "map "))
			take_devices(reading, path, value);
	}
}

void p2p_evidence_guests(struct evidence_reading *reading)
{
	static const struct {
		const char *directory, *suffix;
		void (*take)(struct evidence_reading *reading, const char *path,
			     struct span text);
	} places[] = {
		{ "etc/libvirt/qemu", ".xml", take_libvirt },
		{ "run/libvirt/qemu", ".xml", take_libvirt },
		{ "etc/libvirt/libxl", ".xml", take_libvirt },
		{ "etc/pve/qemu-server", ".conf", take_proxmox },
		{ "etc/pve/mapping", "pci.cfg", take_mapping },
	};
	bool is_whole = reading->evidence->container == P2P_NO;

	reading->evidence->knows_guest_devices = true;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		is_whole &= p2p_evidence_files(reading, places[i].directory,
					       places[i].suffix, places[i].take);
	reading->evidence->knows_guest_devices &= is_whole;
}
