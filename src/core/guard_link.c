/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guards of what ends in errors on a link: payloads and tags that the other end does
 * not take, controls that do harm on some devices, violations that take a link down. */
#include "core/guard_parts.h"
#include "core/route.h"

/* Conventional functions have no payload size. */
static bool has_payload(const struct guarding *guarding, uint32_t function)
{
	return guard_facts(guarding, function)->type != P2P_TYPE_NOT_PCIE;
}

static void note_payload(struct guarding *guarding, const struct p2p_obstacle *obstacle)
{
	const struct p2p_guards *guards = guarding->guards;

	for (uint32_t i = guarding->result->first_obstacle; i < guards->n_obstacles; i++)
		if (guards->obstacles[i].kind == obstacle->kind &&
		    guards->obstacles[i].function == obstacle->function &&
		    guards->obstacles[i].other == obstacle->other)
			return;
	p2p_guard_note(guarding, *obstacle);
}

/* A receiver treats what is longer than it is set to take as malformed: a fatal error.
 * True if this one does. */
static bool check_payload(struct guarding *guarding, uint32_t sender, uint32_t receiver)
{
	struct p2p_obstacle obstacle = {
		.kind = P2P_OBSTACLE_PAYLOAD,
		.function = sender,
		.other = receiver,
		.number = p2p_facts_payload(guard_facts(guarding, sender)),
		.limit = p2p_facts_payload(guard_facts(guarding, receiver)),
	};

	if (sender == receiver || !has_payload(guarding, sender) ||
	    !has_payload(guarding, receiver))
		return false;
	if (!obstacle.number || !obstacle.limit)
		p2p_guard_lack(guarding, P2P_LACK_PAYLOAD,
			       obstacle.number ? receiver : sender);
	else if (obstacle.number > obstacle.limit)
		note_payload(guarding, &obstacle);
	return obstacle.limit && obstacle.number > obstacle.limit;
}

/* From @at upward, @end included. */
static bool check_path(struct guarding *guarding, uint32_t sender, uint32_t at,
		       uint32_t end)
{
	for (; at != P2P_NONE; at = guard_node(guarding, at)->parent) {
		if (check_payload(guarding, sender, guard_physical(guarding, at)))
			return true;
		if (at == end)
			break;
	}
	return false;
}

/* What one end sends newly goes over both paths: the other end's, and its own up to where
 * they meet. The first that does not take it is enough. */
static void check_sender(struct guarding *guarding, uint32_t from, uint32_t to)
{
	struct route route = p2p_route_find(guarding->machine->topo, from, to);
	uint32_t sender = guard_physical(guarding, from);

	if (!check_path(guarding, sender, to, route.turn_to) &&
	    (route.common == P2P_NONE || !check_payload(guarding, sender, route.common)))
		check_path(guarding, sender, from, route.turn_from);
}

/* VFs have an enable of their own, in their PF. */
static enum p2p_tri uses_tags(const struct p2p_facts *facts)
{
	enum p2p_tri own = p2p_reg_any(facts->devctl2, DEVCTL2_TAG10);
	enum p2p_tri vfs = facts->sriov.present == P2P_YES ?
				   p2p_reg_any(facts->sriov.ctrl, SRIOV_CTL_TAG10) :
				   facts->sriov.present;

	if (own == P2P_YES || vfs == P2P_YES)
		return P2P_YES;
	return own == P2P_NO && vfs == P2P_NO ? P2P_NO : P2P_UNKNOWN;
}

static void check_tags(struct guarding *guarding, uint32_t requester, uint32_t completer)
{
	const struct p2p_facts *to = guard_facts(guarding, completer);
	enum p2p_tri uses = uses_tags(guard_facts(guarding, requester));
	enum p2p_tri takes = p2p_reg_any(to->devcap2, DEVCAP2_TAG10_CPL);

	if (uses == P2P_NO || takes == P2P_YES || !has_payload(guarding, requester) ||
	    !has_payload(guarding, completer))
		return;
	if (uses == P2P_YES && takes == P2P_NO)
		p2p_guard_note(guarding, (struct p2p_obstacle){ .kind = P2P_OBSTACLE_TAGS,
								.function = requester,
								.other = completer });
	else
		p2p_guard_lack(guarding, P2P_LACK_TAGS,
			       uses == P2P_UNKNOWN ? requester : completer);
}

/* Payload goes with requests, and back with what was read. */
void p2p_guard_mps(struct guarding *guarding)
{
	const struct p2p_plan *plan = guarding->plan;

	for (uint32_t i = 0; i < plan->n_changed; i++) {
		const struct p2p_plan_pair *pair = &plan->pairs[i];

		if (pair->more & ~GUARD_READS)
			check_sender(guarding, pair->from, pair->to);
		if (pair->more & GUARD_READS) {
			check_sender(guarding, pair->to, pair->from);
			check_tags(guarding, guard_physical(guarding, pair->from),
				   guard_physical(guarding, pair->to));
		}
	}
}

void p2p_guard_errata(struct guarding *guarding)
{
	for (uint32_t i = 0; i < guard_count(guarding); i++) {
		const struct p2p_facts *facts = guard_facts(guarding, i);
		const struct p2p_hazard *hazard = p2p_rules_hazard(facts);
		uint32_t on = guarding->stakes[i].on & (ACS_RR | ACS_SV);

		if (on &&
		    (facts->vendor == P2P_NOT_TOLD || facts->device == P2P_NOT_TOLD))
			p2p_guard_lack(guarding, P2P_LACK_IDENTITY, i);
		if (!hazard)
			continue;
		on &= hazard->kind == P2P_HAZARD_STORE_FORWARD ? ACS_RR : ACS_SV;
		if (on)
			p2p_guard_note(guarding, (struct p2p_obstacle){
							 .kind = P2P_OBSTACLE_ERRATUM,
							 .function = i,
							 .other = P2P_NONE,
							 .bits = on,
							 .text = hazard->erratum });
	}
}

/* What a violation of ACS at a port comes to. Without AER it is not masked, and not
 * fatal. */
struct violation {
	enum p2p_tri masked, fatal;
};

static enum p2p_tri of_aer(const struct p2p_aer *aer, struct p2p_reg reg)
{
	return aer->present == P2P_YES ? p2p_reg_any(reg, AER_ACS_VIOLATION) :
					 aer->present;
}

/* Its own error triggers a port's DPC whatever its severity; one from below by a message,
 * which tells the severity (PCIe 6.2.10.1). */
static enum p2p_tri triggers(const struct p2p_facts *port, bool is_own,
			     struct violation violation)
{
	enum p2p_tri enabled = port->dpc.present == P2P_YES ?
				       p2p_reg_any(port->dpc.ctrl, DPC_CTL_TRIGGER) :
				       port->dpc.present;

	if (enabled != P2P_YES || is_own)
		return enabled;
	if (p2p_reg_any(port->dpc.ctrl, DPC_CTL_NONFATAL) == P2P_YES)
		return P2P_YES;
	return violation.fatal;
}

static void look_at_dpc(struct guarding *guarding, struct p2p_obstacle obstacle,
			struct violation violation)
{
	uint32_t port = obstacle.function;

	for (; port != P2P_NONE; port = guard_node(guarding, port)->parent) {
		enum p2p_tri is = triggers(guard_facts(guarding, port),
					   port == obstacle.function, violation);

		obstacle.other = port;
		if (is == P2P_YES && violation.masked == P2P_NO) {
			p2p_guard_note(guarding, obstacle);
			return;
		}
		if (is != P2P_NO)
			p2p_guard_lack(guarding, P2P_LACK_ERRORS,
				       is == P2P_YES ? obstacle.function : port);
	}
}

void p2p_guard_containment(struct guarding *guarding)
{
	for (uint32_t i = 0; i < guard_count(guarding); i++) {
		const struct stake *stake = &guarding->stakes[i];
		const struct p2p_aer *aer = &guard_facts(guarding, i)->aer;
		struct violation violation = { of_aer(aer, aer->mask),
					       of_aer(aer, aer->severity) };
		struct p2p_obstacle obstacle = {
			.kind = P2P_OBSTACLE_DPC,
			.function = i,
			.bits = (stake->on & (ACS_SV | ACS_TB)) |
				(stake->ec_alone ? ACS_EC : 0),
		};

		if (!obstacle.bits || violation.masked == P2P_YES)
			continue;
		look_at_dpc(guarding, obstacle, violation);
		obstacle.kind = P2P_OBSTACLE_FATAL;
		obstacle.other = P2P_NONE;
		if (violation.masked == P2P_NO && violation.fatal == P2P_YES)
			p2p_guard_note(guarding, obstacle);
		else if (violation.fatal != P2P_NO)
			p2p_guard_lack(guarding, P2P_LACK_ERRORS, i);
	}
}
