/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of plans. */
#include "render/words_plan.h"

const struct word words_mode[] = {
	[P2P_PLAN_CLEAR] = { "clear", "members reach each other directly" },
	[P2P_PLAN_ONE_WAY] = { "one-way",
			       "initiators reach the others directly, not the reverse" },
	[P2P_PLAN_TRANSLATED] = { "translated",
				  "members reach each other by requests that ATS has "
				  "translated" },
	[P2P_PLAN_EGRESS] = { "egress", "members of one switch reach each other directly "
					"and nobody else there" },
	[P2P_PLAN_ISOLATE] = { "isolate",
			       "members reach nobody directly and nobody reaches them" },
	[P2P_PLAN_SET] = { "set", "exactly these bits" },
};

const struct word words_scope[] = {
	[P2P_SCOPE_PATH] = { "path",
			     "on the whole paths, which is what the kernel asks" },
	[P2P_SCOPE_TURN] = { "turn", "at the turning ports, which is what silicon asks" },
	[P2P_SCOPE_SWITCH] = { "switch", "on all ports of the members' switches" },
};

const struct word words_phase[] = {
	[P2P_PHASE_FORWARD] = { "forward",
				"upstream forwarding on, root to leaf: redirected "
				"requests find their way" },
	[P2P_PHASE_CLOSE] = { "close", "what closes, root to leaf: redirect on, egress "
				       "control and direct translated off" },
	[P2P_PHASE_COMPLETION] = { "completion", "redirect of completions" },
	[P2P_PHASE_OPEN] = { "open", "what opens, leaf to root: redirect off, egress "
				     "control or direct translated on" },
	[P2P_PHASE_VALIDATE] = { "validate", "source validation and translation blocking "
					     "on, upstream forwarding off" },
};

const struct word words_plan_why[] = {
	{ "requester", "requests of members turn round here" },
	{ "completer", "completions of members turn round here" },
	{ "path", "on a member's path" },
	{ "switch", "a port of a member's switch" },
	{ "forward", "redirected requests pass here" },
	{ "isolate", "on the path of a member that is to be isolated" },
	{ "asked", "named by the user" },
};

const char *const words_refusal[] = {
	[P2P_REFUSE_FEW] = "few",
	[P2P_REFUSE_NO_PAIR] = "no-pair",
	[P2P_REFUSE_UNREAD] = "unread",
	[P2P_REFUSE_NO_ACS] = "no-acs",
	[P2P_REFUSE_NO_BIT] = "no-bit",
	[P2P_REFUSE_CONFLICT] = "conflict",
	[P2P_REFUSE_UNREACHED] = "unreached",
	[P2P_REFUSE_MORE_OPEN] = "more-open",
	[P2P_REFUSE_NO_ATS] = "no-ats",
	[P2P_REFUSE_INITIATORS] = "initiators",
	[P2P_REFUSE_OTHER_SWITCH] = "other-switch",
	[P2P_REFUSE_SHARED_PORT] = "shared-port",
	[P2P_REFUSE_PORT_NUMBER] = "port-number",
	[P2P_REFUSE_MULTI] = "multi-function",
	[P2P_REFUSE_BUS_NUMBER] = "bus-number",
	[P2P_REFUSE_VECTOR] = "vector",
	[P2P_REFUSE_DAMAGED] = "damaged",
	[P2P_REFUSE_ROOT_COMPLEX] = "root-complex",
};
