/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths, hops and what would have to change at them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "render/missing.h"
#include "render/path.h"
#include "render/words.h"

/* Adds the hops from @at up to, and not including, @stop. */
static void climb(const struct p2p_topo *topo, uint32_t at, uint32_t stop,
		  struct path *path)
{
	for (; at != stop && at != P2P_NONE; at = topo->nodes[at].parent)
		path->hops[path->n_hops++] = at;
}

static void reverse(uint32_t *hops, uint32_t count)
{
	for (uint32_t i = 0; i < count / 2; i++) {
		uint32_t hop = hops[i];

		hops[i] = hops[count - 1 - i];
		hops[count - 1 - i] = hop;
	}
}

static bool is_above(const struct p2p_topo *topo, uint32_t function, uint32_t common)
{
	return function != P2P_NONE && function != common &&
	       p2p_topo_is_under(topo, common, function);
}

/* Whether some class of request goes on above the common port, or would if it were known
 * what a function there does. */
static bool climbs_past(const struct p2p_topo *topo, const struct p2p_verdict *verdict)
{
	for (int i = 0; i < P2P_TLPS; i++)
		if (verdict->tlp[i] == P2P_WAY_REDIRECTED ||
		    verdict->tlp[i] == P2P_WAY_SPLIT ||
		    verdict->tlp[i] == P2P_WAY_UNDEFINED)
			return true;
	for (uint32_t i = 0; i < verdict->n_by; i++)
		if (is_above(topo, verdict->by[i].function, verdict->common))
			return true;
	for (uint32_t i = 0; i < verdict->n_missing; i++)
		if (is_above(topo, verdict->missing[i].function, verdict->common))
			return true;
	return false;
}

static void cross_common(const struct p2p_topo *topo,
			 const struct p2p_verdict *const verdicts[2], struct path *path)
{
	uint32_t common = verdicts[0]->common;

	path->hops[path->n_hops++] = common;
	if (common != P2P_NONE &&
	    (climbs_past(topo, verdicts[0]) || climbs_past(topo, verdicts[1])))
		climb(topo, topo->nodes[common].parent, P2P_NONE, path);
}

int path_build(const struct p2p_machine *machine,
	       const struct p2p_verdict *const verdicts[2], struct path *ret_path)
{
	const struct p2p_verdict *verdict = verdicts[0];
	size_t most = 3u * (machine->topo->depth + 2u) + 1;
	struct path path = { .hops = calloc(most, sizeof(*path.hops)) };
	uint32_t down;

	if (!path.hops)
		return -ENOMEM;
	if (verdict->from == verdict->to) {
		path.hops[path.n_hops++] = verdict->from;
	} else {
		climb(machine->topo, verdict->from, verdict->common, &path);
		cross_common(machine->topo, verdicts, &path);
		down = path.n_hops;
		climb(machine->topo, verdict->to, verdict->common, &path);
		reverse(path.hops + down, path.n_hops - down);
	}
	*ret_path = path;
	return 0;
}

void path_done(struct path *path)
{
	free(path->hops);
	path->hops = NULL;
	path->n_hops = 0;
}

static uint32_t find_bits(const struct p2p_by *by, uint32_t count, uint32_t function)
{
	for (uint32_t i = 0; i < count; i++)
		if (by[i].function == function)
			return by[i].bits;
	return 0;
}

uint32_t path_decides(const struct p2p_verdict *verdict, uint32_t function)
{
	return find_bits(verdict->by, verdict->n_by, function);
}

uint32_t path_end(const struct p2p_verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->n_by; i++)
		if (verdict->by[i].bits & ACS_UF)
			return verdict->by[i].function;
	return P2P_NONE;
}

const char *path_end_why(const struct p2p_machine *machine, uint32_t port)
{
	const struct p2p_ability *acs = &machine->facts[port].acs.regs;

	if (acs->present == P2P_NO)
		return "no ACS";
	return p2p_reg_any(acs->cap, ACS_UF) == P2P_NO ? "no UF" : "UF off";
}

static const char *phrase(uint32_t bit, uint32_t all)
{
	switch (bit) {
	case ACS_SV:
		return "SV: stops requests of buses that are not below";
	case ACS_TB:
		return "TB: stops translated requests";
	case ACS_RR:
		return "RR: the request goes up, not across";
	case ACS_CR:
		return "CR: its completion goes up, not across";
	case ACS_UF:
		return "what came up is not sent on";
	case ACS_EC:
		return all & ACS_RR ? "EC: its egress vector asks for a redirect" :
				      "EC: its egress vector stops the request";
	default:
		return "";
	}
}

static void say_deciding(const struct p2p_machine *machine, uint32_t port, uint32_t bits,
			 char *text)
{
	size_t used = 0;

	for (int i = 0; i < WORDS_ACS_BITS; i++)
		if (bits & words_acs[i].bit)
			used += (size_t)snprintf(text + used, PATH_REMARK_SIZE - used,
						 "%s%s%s%s", used ? "; " : "",
						 words_acs[i].bit == ACS_UF ?
							 path_end_why(machine, port) :
							 "",
						 words_acs[i].bit == ACS_UF ? ": " : "",
						 phrase(words_acs[i].bit, bits));
}

static bool is_missing(const struct p2p_verdict *verdict, uint32_t function)
{
	for (uint32_t i = 0; i < verdict->n_missing; i++)
		if (verdict->missing[i].function == function)
			return true;
	return false;
}

/* Above the common port only Upstream Forwarding counts. */
static void say_above(const struct p2p_machine *machine, uint32_t port, char *text)
{
	if (!p2p_topo_is_downstream(machine->topo, port))
		return;
	if (p2p_facts_acs(&machine->facts[port], ACS_UF) == P2P_YES)
		snprintf(text, PATH_REMARK_SIZE, "UF on: what comes up is sent on");
	else if (p2p_facts_acs(&machine->facts[port], ACS_UF) == P2P_NO)
		snprintf(text, PATH_REMARK_SIZE, "%s", path_end_why(machine, port));
}

static void say_port(const struct p2p_machine *machine, const struct p2p_verdict *verdict,
		     uint32_t hop, char *text)
{
	const char *place = hop == verdict->common ? "common port" : "";
	const char *gap = *place ? ", " : "";

	if (verdict->common == P2P_NONE)
		return;
	if (machine->facts[hop].acs.regs.present == P2P_UNKNOWN)
		snprintf(text, PATH_REMARK_SIZE, "%s%sACS unread: %s", place, gap,
			 missing_registers(machine, hop));
	else if (*place)
		snprintf(text, PATH_REMARK_SIZE, "%s", place);
	else if (is_above(machine->topo, hop, verdict->common))
		say_above(machine, hop, text);
	else if (p2p_judge_redirects(machine->judge, hop) == P2P_NO)
		snprintf(text, PATH_REMARK_SIZE, "no redirect");
}

char *path_remark(const struct p2p_machine *machine, const struct p2p_verdict *verdict,
		  uint32_t hop, char ret_text[PATH_REMARK_SIZE])
{
	uint32_t kernel = find_bits(verdict->kernel_by, verdict->n_kernel_by, hop);
	bool end = hop == verdict->from || hop == verdict->to;
	char bits[WORDS_BITS_SIZE];

	ret_text[0] = '\0';
	if (hop == P2P_NONE)
		snprintf(ret_text, PATH_REMARK_SIZE, "%s",
			 missing_meeting(verdict) ? "where the paths meet is not known" :
						    "the paths meet here");
	else if (path_decides(verdict, hop))
		say_deciding(machine, hop, path_decides(verdict, hop), ret_text);
	else if (kernel)
		snprintf(ret_text, PATH_REMARK_SIZE,
			 "%s%s on: the kernel sees a redirect",
			 hop == verdict->common ? "common port, " : "",
			 words_bits(kernel, bits));
	else if (!end || is_missing(verdict, hop))
		say_port(machine, verdict, hop, ret_text);
	return ret_text;
}

static uint32_t add_change(struct path_change *changes, uint32_t count, uint32_t function,
			   uint32_t bits)
{
	bits &= ACS_SV | ACS_RR | ACS_CR | ACS_EC;
	for (uint32_t i = 0; bits && i < count; i++)
		if (changes[i].function == function) {
			changes[i].bits |= bits;
			return count;
		}
	if (bits && count < PATH_CHANGES)
		changes[count++] = (struct path_change){ function, bits };
	return count;
}

/* What redirects the request is in the verdict; what would then redirect its completion
 * shows only once the request is direct. */
static uint32_t add_silicon(const struct p2p_machine *machine,
			    const struct p2p_verdict *verdict,
			    struct path_change *changes, uint32_t count)
{
	if (verdict->direct == P2P_YES)
		return count;
	for (uint32_t i = 0; i < verdict->n_by; i++)
		count = add_change(changes, count, verdict->by[i].function,
				   verdict->by[i].bits);
	if (verdict->turn_to != P2P_NONE &&
	    p2p_facts_acs(&machine->facts[verdict->turn_to], ACS_CR) == P2P_YES)
		count = add_change(changes, count, verdict->turn_to, ACS_CR);
	return count;
}

uint32_t path_changes(const struct p2p_machine *machine,
		      const struct p2p_verdict *const verdicts[2], bool kernel,
		      struct path_change ret_changes[PATH_CHANGES])
{
	uint32_t count = 0;

	for (int i = 0; i < 2 && verdicts[i]->common != P2P_NONE; i++) {
		count = add_silicon(machine, verdicts[i], ret_changes, count);
		for (uint32_t n = 0; kernel && n < verdicts[i]->n_kernel_by; n++)
			count = add_change(ret_changes, count,
					   verdicts[i]->kernel_by[n].function,
					   verdicts[i]->kernel_by[n].bits);
	}
	return count;
}
