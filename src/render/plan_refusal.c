/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sentence for each way in which a plan is refused. */
#include <stdio.h>
#include <string.h>

#include "core/regs.h"
#include "render/missing.h"
#include "render/plan_report.h"
#include "render/words.h"

#define PLACE_SIZE (SAY_SIZE + P2P_BDF_SIZE + 8)

/* What sentences name. */
struct naming {
	const struct plan_report *report;
	const struct p2p_plan_refusal *refusal;
	char function[PLACE_SIZE], other[PLACE_SIZE], at[PLACE_SIZE];
	char bits[WORDS_BITS_SIZE];
	char *text;
};

/* `0000:17:00.0 (down 0 #10)` */
static void say_place(const struct plan_report *report, uint32_t function,
		      const struct style *style, char *text)
{
	const struct p2p_machine *machine = report->scene->machine;
	char address[P2P_BDF_SIZE], what[SAY_SIZE];

	*text = '\0';
	if (function == P2P_NONE)
		return;
	say_address(machine, function, address);
	say_what(machine, function, style, what);
	if (!*what || !strcmp(what, address))
		strcpy(text, address);
	else
		snprintf(text, PLACE_SIZE, "%s (%s)", address, what);
}

#define SAY(...) snprintf(n->text, PLAN_REFUSAL_SIZE, __VA_ARGS__)

/* True if the pair should be direct; else it should not. */
static bool is_wanted(const struct naming *n)
{
	const struct p2p_plan_options *options = n->report->options;

	switch (options->mode) {
	case P2P_PLAN_CLEAR:
	case P2P_PLAN_TRANSLATED:
		return true;
	case P2P_PLAN_EGRESS:
		return p2p_plan_has_member(n->report->plan, n->refusal->other);
	case P2P_PLAN_ONE_WAY:
		for (uint32_t i = 0; i < options->n_initiators; i++)
			if (options->initiators[i] == n->refusal->function)
				return true;
		return false;
	case P2P_PLAN_ISOLATE:
	case P2P_PLAN_SET:
		break;
	}
	return false;
}

/* Why a function is reached that should not be. */
static void say_reached(const struct naming *n)
{
	const struct p2p_facts *facts = n->report->scene->machine->facts;
	uint32_t at = n->refusal->at;
	const char *state = n->refusal->bits & ACS_DT ? "on" : "off";

	if (at == P2P_NONE)
		SAY("%s -> %s: would still go direct (take one of both out)", n->function,
		    n->other);
	else if (facts[at].acs.regs.present == P2P_NO)
		SAY("%s -> %s: would still go direct, as %s has no ACS (no bit changes "
		    "that: put them on different switches)",
		    n->function, n->other, n->at);
	else
		SAY("%s -> %s: would still go direct, as %s stays %s at %s (make it a "
		    "member, or put them on different switches)",
		    n->function, n->other, n->bits, state, n->at);
}

static void say_unreached(const struct naming *n)
{
	bool is_clear = n->report->options->mode == P2P_PLAN_CLEAR;
	bool placed = n->refusal->at != P2P_NONE;

	if (!is_wanted(n))
		say_reached(n);
	else if (placed)
		SAY("%s -> %s: would not be direct%s, as %s stays in the way at %s "
		    "(p2ptool explain tells more)",
		    n->function, n->other, is_clear ? " for silicon and kernel" : "",
		    *n->bits ? n->bits : "what else is there", n->at);
	else
		SAY("%s -> %s: would not be direct%s (p2ptool explain tells more)",
		    n->function, n->other, is_clear ? " for silicon and kernel" : "");
}

static bool asks_path(const struct p2p_plan_options *options)
{
	return options->mode == P2P_PLAN_CLEAR && options->scope == P2P_SCOPE_PATH;
}

static void say_unread(const struct naming *n)
{
	const struct p2p_machine *machine = n->report->scene->machine;
	const struct p2p_plan_refusal *refusal = n->refusal;
	uint32_t lacking = refusal->at == P2P_NONE ? refusal->function : refusal->at;
	const char *why = lacking == P2P_NONE ? missing_told(machine) :
						missing_registers(machine, lacking);
	const char *how = missing_remedy(machine, lacking);

	if (refusal->other != P2P_NONE)
		SAY("%s -> %s: would rest on registers of %s that were not read: %s (a "
		    "plan needs them all: read them %s)",
		    n->function, n->other, *n->at ? n->at : "the machine", why, how);
	else if (*n->bits)
		SAY("%s: %s of its ACS was not read: %s (read it %s%s: what is "
		    "unknown is never written)",
		    n->function, n->bits, why, how,
		    asks_path(n->report->options) ? ", or use --scope turn" : "");
	else
		SAY("%s: whether it has ATS on was not read: %s (read it %s)",
		    n->function, why, how);
}

static void say_port_number(const struct naming *n)
{
	const struct p2p_machine *machine = n->report->scene->machine;
	int number = p2p_facts_port_number(&machine->facts[n->refusal->function]);

	if (number < 0)
		SAY("%s: its port number was not read: %s (an egress vector goes by port "
		    "numbers: read it as root)",
		    n->function, missing_registers(machine, n->refusal->function));
	else if (*n->other)
		SAY("%s: has the port number %d as %s has, and an egress vector cannot "
		    "tell them apart (use another mode)",
		    n->function, number, n->other);
	else
		SAY("%s: has the port number %d, which is beyond the egress vector (use "
		    "another mode)",
		    n->function, number);
}

static void say_few(const struct naming *n)
{
	uint32_t count = n->report->plan->n_members;

	SAY("%s: is %u function%s, and a pair takes two (name more)", n->report->selector,
	    count, count == 1 ? "" : "s");
}

static void say_no_pair(const struct naming *n)
{
	unsigned long long far = n->report->plan->n_root_complex;

	if (far)
		SAY("%s: no pair meets inside a switch: %llu of %llu meet at the root "
		    "complex, and no ACS bit changes that (name functions below one "
		    "switch)",
		    n->report->selector, far,
		    (unsigned long long)n->report->plan->n_pairs);
	else
		SAY("%s: no pair of two devices meets inside a switch (name functions "
		    "below one switch)",
		    n->report->selector);
}

static void say_root_complex(const struct naming *n)
{
	SAY("%s: %llu of %llu pairs meet at the root complex, no ACS bit changes that, "
	    "and --require-all asks for all (leave it out, or name functions below one "
	    "switch)",
	    n->report->selector, (unsigned long long)n->report->plan->n_root_complex,
	    (unsigned long long)n->report->plan->n_pairs);
}

static void say_no_ats(const struct naming *n)
{
	SAY("%s: no member has ATS on, so none sends translated requests (turn ATS on "
	    "first, or use --mode clear)",
	    n->report->selector);
}

static void say_initiators(const struct naming *n)
{
	SAY("--initiator: names %s of %s (name those that issue the requests, and leave "
	    "some that do not)",
	    n->report->options->n_initiators ? "every function" : "no function",
	    n->report->selector);
}

static void say_no_acs(const struct naming *n)
{
	SAY("%s: has no ACS, and %s is needed there (leave out what is below it, or use "
	    "another mode)",
	    n->function, n->bits);
}

static void say_no_bit(const struct naming *n)
{
	if (n->report->options->mode == P2P_PLAN_SET)
		SAY("%s: its ACS lacks %s, or the vector is shorter (leave it out)",
		    n->function, n->bits);
	else
		SAY("%s: its ACS lacks %s, which is needed there (leave out what is "
		    "below it, or use another mode)",
		    n->function, n->bits);
}

static void say_conflict(const struct naming *n)
{
	SAY("%s: %s would have to be on for one pair and off for another (plan for fewer "
	    "members, or name other initiators)",
	    n->function, n->bits);
}

static void say_more_open(const struct naming *n)
{
	SAY("%s -> %s: would pass half-way through the writes, and passes neither before "
	    "nor after (plan for fewer members at a time)",
	    n->function, n->other);
}

static void say_other_switch(const struct naming *n)
{
	SAY("%s: does not hang on the switch of %s, and an egress vector knows the ports "
	    "of one switch (plan for each switch alone)",
	    n->function, n->other);
}

static void say_shared_port(const struct naming *n)
{
	SAY("%s: %s hangs on the same port, is no member and would come along (make it "
	    "one)",
	    n->function, n->other);
}

static void say_multi(const struct naming *n)
{
	SAY("%s: is one of several functions of its device, or its ports use function "
	    "groups, and these an egress vector does not tell apart (use another mode)",
	    n->function);
}

static void say_bus_number(const struct naming *n)
{
	SAY("%s: its bus is not among those of %s, so SV there would cut it off (number "
	    "the buses anew, or leave SV out)",
	    n->function, n->at);
}

static void say_vector(const struct naming *n)
{
	SAY("--bits: EC goes by a vector that is not told (add --vector)");
}

static void say_damaged(const struct naming *n)
{
	if (*n->function)
		SAY("%s: the input is damaged there, so what was read of it may not be "
		    "all (capture it again)",
		    n->function);
	else
		SAY("the input is damaged where nobody can tell of which function: it "
		    "may be of a member (capture it again)");
}

static void (*const tellers[P2P_REFUSALS])(const struct naming *n) = {
	[P2P_REFUSE_FEW] = say_few,
	[P2P_REFUSE_NO_PAIR] = say_no_pair,
	[P2P_REFUSE_UNREAD] = say_unread,
	[P2P_REFUSE_NO_ACS] = say_no_acs,
	[P2P_REFUSE_NO_BIT] = say_no_bit,
	[P2P_REFUSE_CONFLICT] = say_conflict,
	[P2P_REFUSE_UNREACHED] = say_unreached,
	[P2P_REFUSE_MORE_OPEN] = say_more_open,
	[P2P_REFUSE_NO_ATS] = say_no_ats,
	[P2P_REFUSE_INITIATORS] = say_initiators,
	[P2P_REFUSE_OTHER_SWITCH] = say_other_switch,
	[P2P_REFUSE_SHARED_PORT] = say_shared_port,
	[P2P_REFUSE_PORT_NUMBER] = say_port_number,
	[P2P_REFUSE_MULTI] = say_multi,
	[P2P_REFUSE_BUS_NUMBER] = say_bus_number,
	[P2P_REFUSE_VECTOR] = say_vector,
	[P2P_REFUSE_DAMAGED] = say_damaged,
	[P2P_REFUSE_ROOT_COMPLEX] = say_root_complex,
};

char *plan_refusal(const struct plan_report *report,
		   const struct p2p_plan_refusal *refusal, const struct style *style,
		   char ret_text[PLAN_REFUSAL_SIZE])
{
	struct naming n = { .report = report, .refusal = refusal, .text = ret_text };

	say_place(report, refusal->function, style, n.function);
	say_place(report, refusal->other, style, n.other);
	say_place(report, refusal->at, style, n.at);
	words_bits(refusal->bits, n.bits);
	tellers[refusal->kind](&n);
	return ret_text;
}
