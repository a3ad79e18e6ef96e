/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether somebody outside of the kernel has a function or is to have it: by its driver,
 * by what is reserved for one, by who holds its device file. */
#include <string.h>

#include "core/guard_parts.h"

#define IDS_MAX 64 /* of one parameter: it takes no more than 1024 characters */

static enum p2p_tri is_bound(const struct guarding *guarding, uint32_t function,
			     struct p2p_obstacle *ret_reason)
{
	const struct p2p_function *f = guard_function(guarding, function);
	const char *driver = guard_driver(guarding, function);

	if (f->vfio == P2P_YES || p2p_vfio_gives_away(driver)) {
		*ret_reason = (struct p2p_obstacle){ .kind = P2P_OBSTACLE_BOUND,
						     .text = *driver ? driver : "VFIO" };
		return P2P_YES;
	}
	return *driver || guarding->machine->tells_drivers ? P2P_NO : P2P_UNKNOWN;
}

static enum p2p_tri is_overridden(const struct guarding *guarding, uint32_t function,
				  struct p2p_obstacle *ret_reason)
{
	const struct p2p_snapshot *snapshot = guarding->machine->snapshot;
	const char *only = p2p_snapshot_string(
		snapshot, guard_function(guarding, function)->driver_override);

	if (!p2p_vfio_gives_away(only))
		return *only || p2p_system_told(&snapshot->system) ? P2P_NO : P2P_UNKNOWN;
	*ret_reason =
		(struct p2p_obstacle){ .kind = P2P_OBSTACLE_OVERRIDE, .text = only };
	return P2P_YES;
}

static bool is_one(uint32_t wanted, int32_t is)
{
	return wanted == P2P_VFIO_ANY || (is != P2P_NOT_TOLD && wanted == (uint32_t)is);
}

/* pci_match_one_device() of Linux. Where only a part of the ids is known it may match. */
static enum p2p_tri matches(const struct p2p_vfio_id *id, const struct p2p_facts *facts)
{
	bool in_class = facts->class_code == P2P_NOT_TOLD ||
			!((id->class ^ (uint32_t)facts->class_code) & id->class_mask);

	if (facts->vendor == P2P_NOT_TOLD || facts->device == P2P_NOT_TOLD)
		return P2P_UNKNOWN;
	if (!is_one(id->vendor, facts->vendor) || !is_one(id->device, facts->device) ||
	    !in_class)
		return P2P_NO;
	return p2p_tri_of((facts->subsystem_vendor == P2P_NOT_TOLD ||
			   is_one(id->subvendor, facts->subsystem_vendor)) &&
			  (facts->subsystem_device == P2P_NOT_TOLD ||
			   is_one(id->subdevice, facts->subsystem_device)));
}

/* The word `vfio-pci.ids=...` of a command line, whose value it is given. */
static bool is_ids(const char *word, size_t length, const char **ret_value)
{
	static const char parameter[] = ".ids=";
	const char *dot = memchr(word, '.', length);
	size_t name = dot ? (size_t)(dot - word) : length;

	if (length - name < strlen(parameter) ||
	    memcmp(word + name, parameter, strlen(parameter)) != 0 ||
	    !p2p_vfio_takes_ids(word, name))
		return false;
	*ret_value = word + name + strlen(parameter);
	return true;
}

static enum p2p_tri is_on_cmdline(const struct guarding *guarding, uint32_t function)
{
	const struct p2p_snapshot *snapshot = guarding->machine->snapshot;
	const char *word = p2p_snapshot_string(snapshot, snapshot->system.cmdline);
	enum p2p_tri is = snapshot->system.has_cmdline == P2P_YES ? P2P_NO : P2P_UNKNOWN;

	for (; *word; word += strspn(word, " \t\n\"")) {
		size_t length = strcspn(word, " \t\n\"");
		struct p2p_vfio_id ids[IDS_MAX];
		const char *value;
		unsigned n = 0;

		if (is_ids(word, length, &value))
			n = p2p_vfio_read_ids(value, length - (size_t)(value - word),
					      IDS_MAX, ids);
		for (unsigned i = 0; i < n; i++) {
			enum p2p_tri match =
				matches(&ids[i], guard_facts(guarding, function));

			if (match == P2P_YES)
				return P2P_YES;
			if (match == P2P_UNKNOWN)
				is = P2P_UNKNOWN;
		}
		word += length;
	}
	return is;
}

static enum p2p_tri has_reserved_ids(const struct guarding *guarding, uint32_t function,
				     struct p2p_obstacle *ret_reason)
{
	const struct p2p_guard_evidence *evidence = guarding->evidence;
	enum p2p_tri is = is_on_cmdline(guarding, function);

	ret_reason->kind = P2P_OBSTACLE_IDS;
	if (is == P2P_YES)
		return P2P_YES;
	if (!evidence->knows_reservations)
		is = P2P_UNKNOWN;
	for (uint32_t i = 0; i < evidence->n_reservations; i++) {
		enum p2p_tri match = matches(&evidence->reservations[i].id,
					     guard_facts(guarding, function));

		ret_reason->text = evidence->reservations[i].where;
		if (match == P2P_YES)
			return P2P_YES;
		if (match == P2P_UNKNOWN)
			is = P2P_UNKNOWN;
	}
	return is;
}

static enum p2p_tri is_a_guests(const struct guarding *guarding, uint32_t function,
				struct p2p_obstacle *ret_reason)
{
	const struct p2p_guard_evidence *evidence = guarding->evidence;
	struct p2p_bdf bdf = guard_function(guarding, function)->bdf;

	for (uint32_t i = 0; i < evidence->n_guest_devices; i++) {
		const struct p2p_guest_device *device = &evidence->guest_devices[i];

		if (device->all_functions ? !p2p_bdf_is_same_device(device->bdf, bdf) :
					    p2p_bdf_key(device->bdf) != p2p_bdf_key(bdf))
			continue;
		*ret_reason = (struct p2p_obstacle){ .kind = P2P_OBSTACLE_HOSTDEV,
						     .text = device->where };
		return P2P_YES;
	}
	return evidence->knows_guest_devices ? P2P_NO : P2P_UNKNOWN;
}

/* A device of which it is not known what it is may be this one. */
static enum p2p_tri is_open(const struct guarding *guarding, uint32_t function,
			    struct p2p_obstacle *ret_reason)
{
	const struct p2p_guard_evidence *evidence = guarding->evidence;
	int32_t group = guard_function(guarding, function)->group;
	enum p2p_tri is = evidence->knows_holders ? P2P_NO : P2P_UNKNOWN;

	for (uint32_t i = 0; i < evidence->n_holders; i++) {
		const struct p2p_holder *holder = &evidence->holders[i];
		bool is_groups = holder->what == P2P_HELD_VFIO_GROUP;

		if (!guard_gives_away(holder->what))
			continue;
		if (is_groups ? group == holder->group && group >= 0 :
				holder->function == function) {
			*ret_reason = (struct p2p_obstacle){ .kind = P2P_OBSTACLE_OPEN,
							     .number = holder->pid,
							     .text = holder->name,
							     .also = holder->path };
			return P2P_YES;
		}
		if (is_groups ? group == P2P_NOT_TOLD : holder->function == P2P_NONE)
			is = P2P_UNKNOWN;
	}
	return is;
}

enum p2p_tri p2p_guard_reserved(const struct guarding *guarding, uint32_t function,
				struct p2p_obstacle *ret_reason)
{
	static const struct {
		enum p2p_tri (*is)(const struct guarding *guarding, uint32_t function,
				   struct p2p_obstacle *ret_reason);
		enum p2p_obstacle_kind lack;
	} ways[] = {
		{ is_bound, P2P_LACK_DRIVER },      { is_open, P2P_LACK_HOLDERS },
		{ is_a_guests, P2P_LACK_HOSTDEVS }, { has_reserved_ids, P2P_LACK_IDS },
		{ is_overridden, P2P_LACK_IDS },
	};
	struct p2p_obstacle lack = { 0 };
	enum p2p_tri all = P2P_NO;

	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct p2p_obstacle reason = { 0 };
		enum p2p_tri is = ways[i].is(guarding, function, &reason);

		if (is == P2P_YES) {
			*ret_reason = reason;
			ret_reason->function = function;
			ret_reason->other = P2P_NONE;
			return P2P_YES;
		}
		if (is == P2P_UNKNOWN && all == P2P_NO) {
			lack.kind = ways[i].lack;
			all = P2P_UNKNOWN;
		}
	}
	lack.function = function;
	lack.other = P2P_NONE;
	*ret_reason = lack;
	return all;
}
