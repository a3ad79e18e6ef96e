/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One part of a selector: which reading it takes, and the words among them: sets like
 * `gpu`, labels, names of the system, device files and sysfs paths. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/role_parts.h"
#include "core/select_parts.h"

#define HEX "0123456789abcdefABCDEF"

/* The link layer is not among what is read. The class is: it says InfiniBand, or says
 * Ethernet of an RDMA device, or leaves it open. */
static bool is_ib(const struct p2p_machine *machine, uint32_t i)
{
	int32_t class = machine->facts[i].class_code >> 8;

	return class == 0x0207 || class == 0x0c06 ||
	       (machine->roles[i].kind == P2P_ROLE_RDMA && class != 0x0200);
}

static bool is_in_set(const struct p2p_machine *machine, uint32_t i, const char *word)
{
	const struct p2p_role *role = &machine->roles[i];

	if (!strcmp(word, "all"))
		return role->endpoint;
	if (!strcmp(word, "p2pmem"))
		return machine->snapshot->functions[i].p2pmem.present == P2P_YES;
	if (machine->topo->nodes[i].pf != P2P_NONE || machine->topo->nodes[i].bridge)
		return false;
	if (!strcmp(word, "ib"))
		return is_ib(machine, i);
	if (!strcmp(word, "nic") && role->kind == P2P_ROLE_RDMA)
		return true;
	return !strcmp(word, p2p_role_word((enum p2p_role_kind)role->kind));
}

/* A capture tells of no function whether it has peer memory to give. */
static bool is_p2pmem_untold(const struct p2p_machine *machine)
{
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		if (machine->snapshot->functions[i].p2pmem.present != P2P_UNKNOWN)
			return false;
	return !p2p_system_told(&machine->snapshot->system);
}

static int select_set_word(const struct p2p_machine *machine, const char *word,
			   struct select_set *set, struct p2p_err *err)
{
	bool found = false;

	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		if (is_in_set(machine, i, word)) {
			select_add(set, i);
			found = true;
		}
	if (found)
		return 0;
	if (!strcmp(word, "p2pmem") && is_p2pmem_untold(machine))
		return p2p_err_set(err, -ENOENT,
				   "p2pmem: not in the capture: only a running machine "
				   "tells (p2ptool pairs p2pmem, there)");
	return p2p_err_set(
		err, -ENOENT,
		"%s: there is no such function (p2ptool scan --all lists every one)",
		word);
}

static bool has_name(const struct p2p_machine *machine, uint32_t i, const char *name)
{
	const struct p2p_snapshot *snapshot = machine->snapshot;
	const struct p2p_function *f = &snapshot->functions[i];

	for (uint32_t n = f->first_name; n < f->first_name + f->n_names; n++)
		if (!strcmp(p2p_snapshot_string(snapshot, snapshot->names[n].name), name))
			return true;
	return false;
}

static bool is_bonded(const struct p2p_machine *machine, uint32_t i, const char *name)
{
	const char *bond =
		p2p_role_bond(machine->snapshot, machine->facts, machine->topo, i);

	return bond && !strcmp(bond, name);
}

/* A label names one function, whatever else is called so; only a bond is several. */
static bool add_label(const struct p2p_machine *machine, const char *name,
		      struct select_set *set)
{
	uint32_t n = machine->snapshot->n_functions, i = 0;

	while (i < n && strcmp(machine->roles[i].label, name) != 0)
		i++;
	if (i == n)
		return false;
	select_add(set, i);
	if (!strstr(name, "_bond_"))
		return true;
	for (i = 0; i < n; i++)
		if (has_name(machine, i, name) || is_bonded(machine, i, name))
			select_add(set, i);
	return true;
}

static bool add_name(const struct p2p_machine *machine, const char *name,
		     struct select_set *set)
{
	bool found = false;

	if (add_label(machine, name, set))
		return true;
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++)
		if (has_name(machine, i, name)) {
			select_add(set, i);
			found = true;
		}
	return found;
}

static bool tells_disks(const struct p2p_snapshot *snapshot)
{
	for (uint32_t n = 0; n < snapshot->n_names; n++)
		if (!strcmp(p2p_snapshot_string(snapshot, snapshot->names[n].subsystem),
			    "block"))
			return true;
	return false;
}

/* nvme0n1 means nvme0 where the system tells no disks; where it does, the disk may hang
 * on another controller. */
static bool add_disk(const struct p2p_machine *machine, const char *name,
		     struct select_set *set)
{
	static const char digits[] = "0123456789";
	char controller[P2P_LABEL_SIZE] = "nvme";
	size_t number, length;

	if (strncmp(name, controller, 4) || tells_disks(machine->snapshot))
		return false;
	number = strspn(name + 4, digits);
	length = 4 + number;
	if (!number || length >= sizeof(controller) || name[length] != 'n' ||
	    !name[length + 1] || name[length + 1 + strspn(name + length + 1, digits)])
		return false;
	memcpy(controller, name, length);
	controller[length] = '\0';
	return add_label(machine, controller, set);
}

static int refuse_name(const struct p2p_machine *machine, const char *part,
		       const char *name, struct p2p_err *err)
{
	const struct p2p_snapshot *snapshot = machine->snapshot;
	struct select_near near = p2p_select_near(name);
	char nearest[P2P_ERR_SIZE];

	for (unsigned i = 0; p2p_role_set(i); i++)
		p2p_select_offer(&near, p2p_role_set(i));
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		p2p_select_offer(&near, machine->roles[i].label);
	for (uint32_t n = 0; n < snapshot->n_names; n++)
		p2p_select_offer(&near,
				 p2p_snapshot_string(snapshot, snapshot->names[n].name));
	return p2p_err_set(err, -ENOENT, "%.*s: no such function, name or role%.300s",
			   SELECT_SHOWN, part, p2p_select_nearest(&near, "", nearest));
}

/* /dev/nvme0n1, /dev/dri/card1: the last word of the path is the name. */
static int select_device_file(const struct p2p_machine *machine, const char *part,
			      struct select_set *set, struct p2p_err *err)
{
	const char *name = strrchr(part, '/') + 1;

	if (*name && (add_name(machine, name, set) || add_disk(machine, name, set)))
		return 0;
	return refuse_name(machine, part, name, err);
}

/* The last address in a path of sysfs names the function: .../0000:3c:00.0/nvme/nvme0. */
static int select_path(const struct p2p_machine *machine, const char *part,
		       struct select_set *set, struct p2p_err *err)
{
	char address[P2P_BDF_SIZE] = "";
	struct p2p_bdf bdf;

	for (const char *at = part; at; at = strchr(at, '/')) {
		size_t length = strcspn(++at, "/");

		if (p2p_bdf_read(at, length, &bdf) == length && length)
			p2p_bdf_format(bdf, address);
	}
	if (!*address)
		return p2p_err_set(err, -EINVAL,
				   "%.*s: no part of that path is an address (a path of "
				   "/sys/bus/pci/devices or of /dev is understood)",
				   SELECT_SHOWN, part);
	return p2p_select_address(machine, address, set, err);
}

static bool is_address(const char *part)
{
	return strchr(part, ':') || !strncmp(part, "pci_", 4) ||
	       (strpbrk(part, ".*") && !part[strspn(part, HEX ".*")]);
}

static int refuse_number(const char *part, struct p2p_err *err)
{
	if (strlen(part) > 2)
		return p2p_err_set(
			err, -EINVAL,
			"%.*s: a number alone is no selector (for a PCI domain "
			"write pci-domain=%.*s)",
			SELECT_SHOWN, part, SELECT_SHOWN, part);
	return p2p_err_set(
		err, -EINVAL,
		"%s: a number alone is no selector (for a bus write %s:, for a PCI "
		"domain pci-domain=%s)",
		part, part, part);
}

int p2p_select_word(const struct p2p_machine *machine, const char *part,
		    struct select_set *set, struct p2p_err *err)
{
	if (!strncmp(part, "/dev/", 5))
		return select_device_file(machine, part, set, err);
	if (*part == '/')
		return select_path(machine, part, set, err);
	if (p2p_role_is_set(part))
		return select_set_word(machine, part, set, err);
	if (add_name(machine, part, set) || add_disk(machine, part, set))
		return 0;
	if (is_address(part))
		return p2p_select_address(machine, part, set, err);
	if (isdigit((unsigned char)*part) && !part[strspn(part, HEX)])
		return refuse_number(part, err);
	return refuse_name(machine, part, part, err);
}

int p2p_select_one(const struct p2p_machine *machine, const char *part, const char *word,
		   uint32_t *ret_function, struct p2p_err *err)
{
	uint32_t n = machine->snapshot->n_functions, found = 0, function = P2P_NONE;
	struct select_set set = { .n_words = n / 64 + 1 };
	int result;

	set.words = calloc(set.n_words, sizeof(*set.words));
	if (!set.words) {
		p2p_err_set(err, -ENOMEM, "out of memory: a set of %u functions", n);
		return -ENOMEM;
	}
	result = p2p_select_word(machine, word, &set, err);
	for (uint32_t i = n; !result && i--;)
		if (select_has(&set, i)) {
			function = i;
			found++;
		}
	free(set.words);
	if (result)
		return result;
	if (found != 1)
		return p2p_err_set(err, -EINVAL,
				   "%.*s: names %u functions (write the address of one)",
				   SELECT_SHOWN, part, found);
	*ret_function = function;
	return 0;
}

int p2p_select_part(const struct p2p_machine *machine, const char *part,
		    struct select_set *set, struct p2p_err *err)
{
	const char *equals = strchr(part, '=');

	if (*part == '@')
		return p2p_err_set(
			err, -EINVAL,
			"%.*s: needs the policy file, which this version does not "
			"have (name the functions instead: gpu,rdma)",
			SELECT_SHOWN, part);
	if (equals && *part != '/')
		return p2p_select_key(machine, part, equals + 1, set, err);
	return p2p_select_word(machine, part, set, err);
}
