/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What speaks against a plan, and what is not known of it: a sentence a kind, in which
 * @f is the function, @o the other one, @b the bits, @t and @a the texts, @n and @l the
 * numbers, @u what a disk is used for. */
#include <stdio.h>
#include <string.h>

#include "render/clean.h"
#include "render/guard_say.h"
#include "render/words.h"

#define SHOWN 3 /* obstacles of one guard, unless all are asked for; a warning has one */

static const char *const sentences[P2P_OBSTACLE_KINDS] = {
	[P2P_OBSTACLE_BOUND] = "@f is bound to @t",
	[P2P_OBSTACLE_OVERRIDE] = "@f is reserved for @t by driver_override",
	[P2P_OBSTACLE_IDS] = "@f is reserved for VFIO by its ids in @t",
	[P2P_OBSTACLE_HOSTDEV] = "@f is a guest's by @t",
	[P2P_OBSTACLE_OPEN] = "pid @n @t holds @a of @f",
	[P2P_OBSTACLE_BRIDGED] = "@f of live group @n and @o of live group @l would "
				 "reach each other past the IOMMU",
	[P2P_OBSTACLE_APU] = "@f is the GPU of an APU and would lose @b at @o",
	[P2P_OBSTACLE_MAYBE_APU] = "@f, which would lose @b at @o, cannot be told from "
				   "the GPU of an APU",
	[P2P_OBSTACLE_PASID] = "PASID is on at @f, and @b would go off at @o",
	[P2P_OBSTACLE_PRI] = "PRI is on at @f, and @b would go off at @o",
	[P2P_OBSTACLE_HELD] = "pid @n @t holds @a",
	[P2P_OBSTACLE_P2PMEM] = "@n bytes of the p2pmem of @f are allocated",
	[P2P_OBSTACLE_DISK_PORT] = "@o above @f (@u @t) would gain @b",
	[P2P_OBSTACLE_DISK_FREE] = "@o, which has no driver, would reach @f (@u @t)",
	[P2P_OBSTACLE_DISK_VFIO] = "@o, bound to @a, would reach @f (@u @t)",
	[P2P_OBSTACLE_DISK_EXTERNAL] = "@o, which hangs on an external-facing port, "
				       "would reach @f (@u @t)",
	[P2P_OBSTACLE_PAYLOAD] = "@f sends payloads of @n bytes, @o takes @l: "
				 "malformed packets, a fatal error",
	[P2P_OBSTACLE_TAGS] = "@f uses 10-bit tags, which @o does not complete",
	[P2P_OBSTACLE_ERRATUM] = "@b at @f: @t",
	[P2P_OBSTACLE_DPC] = "a violation of @b at @f would trigger DPC at @o",
	[P2P_OBSTACLE_FATAL] = "a violation of @b would be a fatal error at @f",
	[P2P_OBSTACLE_EXTERNAL] = "@o above @f is external-facing",
	[P2P_OBSTACLE_THUNDERBOLT] = "@o above @f is of a Thunderbolt controller",
	[P2P_OBSTACLE_REMOVABLE] = "@f is removable, and untrusted with it",
	[P2P_OBSTACLE_ROOT_PORT] = "@f is a root port, and @b would turn there",
	[P2P_OBSTACLE_GUEST] = "this is a virtual machine",
	[P2P_OBSTACLE_CONTAINER] = "/run/p2ptool is not the host's",
	[P2P_OBSTACLE_LOCKDOWN] = "the kernel is locked down (@t)",
	[P2P_LACK_DRIVER] = "the driver of @f is not known",
	[P2P_LACK_IDS] = "what is reserved for VFIO is not known",
	[P2P_LACK_HOSTDEVS] = "which devices guests are to have is not known",
	[P2P_LACK_HOLDERS] = "who holds device files is not known",
	[P2P_LACK_GROUP] = "the live group of @f, or its type, is not known",
	[P2P_LACK_IOMMU] = "whether the IOMMU is off is not known",
	[P2P_LACK_IDENTITY] = "what @f is is not known",
	[P2P_LACK_PASID] = "whether PASID or PRI is on at @f is not known",
	[P2P_LACK_P2PMEM] = "whether p2pmem of @f is allocated is not known",
	[P2P_LACK_DISKS] = "whether @f is a disk in use is not known",
	[P2P_LACK_PAYLOAD] = "the payload size of @f is not known",
	[P2P_LACK_TAGS] = "whether @f has 10-bit tags is not known",
	[P2P_LACK_ERRORS] = "what errors lead to at @f is not known",
	[P2P_LACK_REMOVABLE] = "whether @f leads to an external-facing port is not known",
	[P2P_LACK_GUEST] = "whether this is a virtual machine is not known",
	[P2P_LACK_CONTAINER] = "whether /run/p2ptool is the host's is not known",
	[P2P_LACK_LOCKDOWN] = "whether the kernel is locked down is not known",
};

struct saying {
	const struct p2p_machine *machine;
	const struct p2p_obstacle *obstacle;
	const struct style *style;
};

/* `0000:17:00.0 down 0`, the address alone where the label is no more than that. */
static char *say_function(const struct saying *saying, uint32_t function,
			  char ret_text[SAY_SIZE])
{
	char address[P2P_BDF_SIZE], what[SAY_SIZE];

	if (function == P2P_NONE)
		return strcpy(ret_text, "a device");
	snprintf(ret_text, SAY_SIZE, "%s %.200s",
		 say_address(saying->machine, function, address),
		 say_what(saying->machine, function, saying->style, what));
	return ret_text;
}

/* A text that the machine or its evidence told; what stands for one that is missing. */
static const char *text_of(const struct p2p_obstacle *obstacle, const char *text)
{
	static const char *const modes[] = { "", "none", "integrity", "confidentiality" };

	if (obstacle->kind == P2P_OBSTACLE_LOCKDOWN)
		return modes[obstacle->number];
	if (obstacle->kind == P2P_OBSTACLE_IDS && !text)
		return "the kernel's command line";
	return text ? text : "";
}

static void fill_in(const struct saying *saying, char sign, char ret_text[SAY_SIZE])
{
	const struct p2p_obstacle *obstacle = saying->obstacle;
	bool unicode = saying->style->unicode;

	ret_text[0] = '\0';
	if (sign == 'f' || sign == 'o')
		say_function(saying, sign == 'f' ? obstacle->function : obstacle->other,
			     ret_text);
	else if (sign == 'b')
		words_bits(obstacle->bits, ret_text);
	else if (sign == 'n' || sign == 'l')
		snprintf(ret_text, SAY_SIZE, "%llu",
			 (unsigned long long)(sign == 'n' ? obstacle->number :
							    obstacle->limit));
	else if (sign == 'u')
		snprintf(ret_text, SAY_SIZE, "%s", words_disk_use[obstacle->use]);
	else
		clean_text(text_of(obstacle,
				   sign == 't' ? obstacle->text : obstacle->also),
			   unicode, ret_text, SAY_SIZE);
}

/* A lack of one function may be that of others as well. */
static void say_more(const struct p2p_obstacle *obstacle, char *text, size_t used)
{
	if (obstacle->kind == P2P_LACK_HOLDERS && obstacle->limit)
		snprintf(text + used, GUARD_SAY_SIZE - used,
			 ": %llu processes show theirs to root only",
			 (unsigned long long)obstacle->limit);
	else if (p2p_obstacle_is_lack(obstacle->kind) && obstacle->number > 1 &&
		 strstr(sentences[obstacle->kind], "@f"))
		snprintf(text + used, GUARD_SAY_SIZE - used, ", nor that of others");
}

char *guard_say(const struct p2p_machine *machine, const struct p2p_obstacle *obstacle,
		const struct style *style, char ret_text[GUARD_SAY_SIZE])
{
	const struct saying saying = { machine, obstacle, style };
	const char *at = sentences[obstacle->kind];
	size_t used = 0;

	for (; *at && used < GUARD_SAY_SIZE - 1; at++) {
		char part[SAY_SIZE];

		if (*at != '@') {
			ret_text[used++] = *at;
			continue;
		}
		fill_in(&saying, *++at, part);
		used += (size_t)snprintf(ret_text + used, GUARD_SAY_SIZE - used, "%s",
					 part);
	}
	used = used < GUARD_SAY_SIZE ? used : GUARD_SAY_SIZE - 1;
	ret_text[used] = '\0';
	say_more(obstacle, ret_text, used);
	return ret_text;
}

/* Where something refuses, what beside it is not known is of no interest. */
static bool is_told(const struct p2p_guard_result *result,
		    const struct p2p_obstacle *obstacle)
{
	return result->verdict != P2P_GUARD_REFUSE ||
	       !p2p_obstacle_is_lack(obstacle->kind);
}

char *guard_evidence(const struct p2p_machine *machine, const struct p2p_guards *guards,
		     enum p2p_guard guard, const struct style *style,
		     char ret_text[GUARD_EVIDENCE_SIZE])
{
	const struct p2p_guard_result *result = &guards->results[guard];
	uint32_t most = style->verbose                    ? result->n_obstacles :
			result->verdict == P2P_GUARD_PASS ? 1 :
							    SHOWN;
	uint64_t n_left = result->n_seen - result->n_obstacles;
	size_t used = 0;

	ret_text[0] = '\0';
	for (uint32_t i = 0; i < result->n_obstacles; i++) {
		const struct p2p_obstacle *obstacle =
			&guards->obstacles[result->first_obstacle + i];
		char text[GUARD_SAY_SIZE];

		if (!is_told(result, obstacle))
			continue;
		if (!most || used + GUARD_SAY_SIZE >= GUARD_EVIDENCE_SIZE) {
			n_left++;
			continue;
		}
		most--;
		used += (size_t)snprintf(ret_text + used, GUARD_EVIDENCE_SIZE - used,
					 "%s%s", used ? "; " : "",
					 guard_say(machine, obstacle, style, text));
	}
	if (n_left)
		snprintf(ret_text + used, GUARD_EVIDENCE_SIZE - used, "; and %llu more",
			 (unsigned long long)n_left);
	return ret_text;
}
