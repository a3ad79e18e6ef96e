/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACS bits by the letters of the specification. */
#include <stdio.h>
#include <string.h>

#include "core/regs.h"
#include "render/words.h"

const struct word_acs words_acs[] = {
	{ "SV", "sv", "SrcValid", "source validation", ACS_SV },
	{ "TB", "tb", "TransBlk", "translation blocking", ACS_TB },
	{ "RR", "rr", "ReqRedir", "peer requests go up", ACS_RR },
	{ "CR", "cr", "CmpltRedir", "completions go up, unless relaxed-ordered", ACS_CR },
	{ "UF", "uf", "UpstreamFwd", "what comes from below and is for below goes up",
	  ACS_UF },
	{ "EC", "ec", "EgressCtrl", "peer requests obey the egress vector", ACS_EC },
	{ "DT", "dt", "DirectTrans", "translated requests go direct", ACS_DT },
};

const char *words_access(unsigned value)
{
	static const char *const accesses[] = { "direct", "block", "redirect",
						"reserved" };

	return accesses[value & 3];
}

struct line {
	char *text;
	size_t used;
};

static void put(struct line *line, const char *text)
{
	if (line->used + strlen(text) >= WORDS_ACS_SIZE)
		return;
	strcpy(line->text + line->used, text);
	line->used += strlen(text);
}

static void put_bit(struct line *line, const struct p2p_ability *regs,
		    const struct word_acs *word)
{
	enum p2p_tri there = p2p_reg_any(regs->cap, word->bit);
	enum p2p_tri on = p2p_reg_any(regs->ctrl, word->bit);

	put(line, line->used > 1 ? " " : "");
	if (there == P2P_NO)
		put(line, "--");
	else if (regs->present == P2P_UNKNOWN || !there || !on)
		put(line, "??");
	else
		put(line, on == P2P_YES ? word->on : word->off);
}

static void put_access(struct line *line, const char *name, struct p2p_reg ctrl,
		       unsigned shift, bool all)
{
	if (!p2p_reg_knows(ctrl, 3u << shift)) {
		put(line, name);
		put(line, "??");
	} else if (all || ctrl.value >> shift & 3) {
		put(line, name);
		put(line, words_access(ctrl.value >> shift));
	}
}

static void put_flag(struct line *line, struct p2p_reg ctrl, uint32_t bit,
		     const char *const names[3], bool all)
{
	enum p2p_tri on = p2p_reg_any(ctrl, bit);

	if (all || on != P2P_NO)
		put(line, names[on]);
}

static void put_enhanced(struct line *line, struct p2p_reg ctrl, bool all)
{
	static const char *const blocking[3] = { " ??", " ib", " IB" };
	static const char *const unclaimed[3] = { " ??", " ur", " UR" };

	put_flag(line, ctrl, ACS_IB, blocking, all);
	put_access(line, " DM=", ctrl, 8, all);
	put_access(line, " UM=", ctrl, 10, all);
	put_flag(line, ctrl, ACS_UR, unclaimed, all);
}

char *words_acs_text(const struct p2p_acs *acs, bool enhanced,
		     char ret_text[WORDS_ACS_SIZE])
{
	struct line line = { .text = ret_text };

	ret_text[0] = '\0';
	if (acs->regs.present == P2P_NO) {
		put(&line, "no ACS");
		return ret_text;
	}
	put(&line, "[");
	for (int i = 0; i < WORDS_ACS_BITS; i++)
		put_bit(&line, &acs->regs, &words_acs[i]);
	if (acs->regs.present == P2P_YES &&
	    p2p_reg_any(acs->regs.cap, ACS_ENHANCED) == P2P_YES)
		put_enhanced(&line, acs->regs.ctrl, enhanced);
	put(&line, "]");
	return ret_text;
}

char *words_bits(uint32_t bits, char ret_text[WORDS_BITS_SIZE])
{
	size_t used = 0;

	ret_text[0] = '\0';
	for (int i = 0; i < WORDS_ACS_BITS; i++)
		if (bits & words_acs[i].bit)
			used += (size_t)snprintf(ret_text + used, WORDS_BITS_SIZE - used,
						 "%s%s", used ? " " : "",
						 words_acs[i].on);
	return ret_text;
}
