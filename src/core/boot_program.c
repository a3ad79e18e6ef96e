/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one function's ACS control is after a boot: what the firmware left, the kernel's
 * default on top of it, and the command line's word, which is the last. */
#include <string.h>

#include "core/boot_parts.h"
#include "core/regs.h"

#define KERNEL_EXTERNAL   P2P_KERNEL(5, 10) /* TB on external-facing ports */
#define KERNEL_NO_ATS     P2P_KERNEL(5, 15) /* TB with pci=noats */
#define KERNEL_CONFIG_ACS P2P_KERNEL(6, 11)

#define DEFAULT  (ACS_SV | ACS_RR | ACS_CR | ACS_UF)
#define REDIRECT (ACS_RR | ACS_CR | ACS_EC)

/* Controls that are on whatever capability bit there is: ACS Enhanced. */
#define ENHANCED (ACS_IB | ACS_DM | ACS_UM | ACS_UR)

/* A word of the command line for one function: of these bits, these are to be on. */
struct word {
	uint32_t mask, flags;
};

static struct p2p_reg with(struct p2p_reg reg, uint32_t mask, struct p2p_reg value)
{
	return (struct p2p_reg){
		(reg.value & ~mask) | (value.value & mask),
		(reg.known & ~mask) | (value.known & mask),
	};
}

static struct p2p_reg all_known(uint32_t value)
{
	return (struct p2p_reg){ value, UINT32_MAX };
}

/* A port that leads out of the machine, or what hangs on one. */
static bool is_external(const struct booting *booting, uint32_t function)
{
	const struct p2p_node *nodes = booting->topo->nodes;
	const struct p2p_function *functions = booting->snapshot->functions;
	uint32_t child = nodes[function].first_child;

	if (functions[function].removable == P2P_YES)
		return true;
	return nodes[function].parent == P2P_NONE && child != P2P_NONE &&
	       functions[child].removable == P2P_YES;
}

/* Only ports with hot-plug can be external-facing, and an empty one shows nothing. */
static bool may_be_external(const struct booting *booting, uint32_t function)
{
	const struct p2p_node *node = &booting->topo->nodes[function];
	const struct p2p_facts *facts = &booting->facts[function];
	bool is_told = p2p_system_told(&booting->snapshot->system) &&
		       node->first_child != P2P_NONE;

	return node->kind == P2P_KIND_ROOT_PORT && node->parent == P2P_NONE && !is_told &&
	       p2p_reg_any(facts->sltcap, SLTCAP_HOTPLUG) == P2P_YES;
}

uint32_t p2p_boot_default(const struct booting *booting, uint32_t function)
{
	uint32_t bits = DEFAULT, kernel = booting->rules->kernel;

	if (p2p_rules_heeds(P2P_HAZARD_NO_SV, kernel, &booting->facts[function]))
		bits &= ~(uint32_t)ACS_SV;
	if ((booting->cmdline->no_ats && kernel >= KERNEL_NO_ATS) ||
	    (is_external(booting, function) && kernel >= KERNEL_EXTERNAL))
		bits |= ACS_TB;
	else if (may_be_external(booting, function))
		booting->boot->assumed |= P2P_ASSUME_EXTERNAL;
	return bits;
}

/* Bits that are on may be the kernel's; it turns none off but by a word of the machine's
 * own command line, and then nothing is known of the firmware's. */
static struct p2p_reg firmware_value(const struct booting *booting, uint32_t function)
{
	struct p2p_reg ctrl = booting->facts[function].acs.regs.ctrl;

	if (!booting->from_firmware)
		ctrl.known &= ~(ctrl.value & (DEFAULT | ACS_TB));
	if (!booting->from_firmware && booting->own_words)
		ctrl.known &= ~(uint32_t)ACS_CLASSIC;
	return ctrl;
}

/* pci_std_enable_acs(): on what the capability offers, the rest stays. */
static struct p2p_reg enable(struct p2p_reg ctrl, struct p2p_reg cap, uint32_t bits)
{
	uint32_t on = bits & cap.known & cap.value;

	ctrl = with(ctrl, on, all_known(UINT32_MAX));
	ctrl.known &= ~(bits & ~cap.known);
	return ctrl;
}

/* The flags of an entry of config_acs=, right to left, up to the `@`. False: the whole
 * parameter is given up (__pci_config_acs). */
static bool read_flags(const char *text, const char *at, struct word *ret_word)
{
	struct word word = { 0, 0 };

	for (unsigned shift = 0; at > text; shift++) {
		uint32_t bit = shift < 16 ? 1u << shift : 0; /* the mask is a u16 */
		char flag = *--at;

		if (flag != '0' && flag != '1' && flag != 'x' && flag != 'X')
			return false;
		if (flag == '0' || flag == '1')
			word.mask |= bit;
		if (flag == '1')
			word.flags |= bit;
	}
	*ret_word = word;
	return !(word.mask & ~(uint32_t)ACS_CLASSIC);
}

static const char *take_flags(struct booting *booting, const char *text,
			      struct word *word)
{
	const char *at = strchr(text, '@');

	/* Before the fix the flags of the first entry were those of all. */
	if (booting->has_bug && word->mask)
		return text;
	if (!at)
		booting->boot->remarks |= P2P_REMARK_NO_FLAGS;
	else if (!read_flags(text, at, word))
		booting->boot->remarks |= P2P_REMARK_BAD_FLAGS;
	else
		return at + 1;
	return NULL;
}

/* Walks the entries of a parameter to the first that means @function. @word: in, what all
 * entries share (mask 0: each has flags of its own); out, what holds for @function. */
static bool find_entry(struct booting *booting, uint32_t function, const char *text,
		       struct word *word)
{
	bool own_flags = !word->mask;

	while (text && *text) {
		int match;

		if (own_flags)
			text = take_flags(booting, text, word);
		if (!text)
			return false;
		match = p2p_boot_match(booting, function, text, &text);
		if (match < 0)
			booting->boot->remarks |= P2P_REMARK_BAD_DEVICE;
		if (match)
			return match > 0;
		if (*text != ';' && *text != ',')
			return false;
		text++;
	}
	return false;
}

/* 6.11 and later: bits that the word is silent about are the firmware's, not those that
 * the kernel just turned on. Before the fix they were what they were, and the flags went
 * on top unmasked. */
static struct p2p_reg say(const struct booting *booting, struct p2p_reg ctrl,
			  struct p2p_reg firmware, struct word word)
{
	if (!booting->has_bug)
		return with(firmware, word.mask, all_known(word.flags));
	ctrl = with(ctrl, word.mask, firmware);
	return with(ctrl, word.flags & 0xffff, all_known(UINT32_MAX));
}

static struct p2p_reg disable_redirect(struct booting *booting, uint32_t function,
				       struct p2p_reg ctrl, struct p2p_reg firmware)
{
	const char *text = booting->cmdline->disable_acs_redir;
	struct word word = { REDIRECT, ~(uint32_t)REDIRECT };

	if (!text || !find_entry(booting, function, text, &word))
		return ctrl;
	booting->redir_matched = true;
	/* Wide ports have a routine of their own, older kernels have one for all. */
	if (booting->rules->kernel < KERNEL_CONFIG_ACS ||
	    booting->facts[function].acs.wide == P2P_YES)
		return with(ctrl, REDIRECT, all_known(0));
	return say(booting, ctrl, firmware, word);
}

static struct p2p_reg configure(struct booting *booting, uint32_t function,
				struct p2p_reg ctrl, struct p2p_reg firmware)
{
	const char *text = booting->cmdline->config_acs;
	struct word word = { 0, 0 };

	if (!text || booting->rules->kernel < KERNEL_CONFIG_ACS ||
	    !find_entry(booting, function, text, &word))
		return ctrl;
	booting->config_matched = true;
	/* There the parameter only turns redirect off, whatever its flags say. */
	if (booting->facts[function].acs.wide == P2P_YES)
		return with(ctrl, REDIRECT, all_known(0));
	return say(booting, ctrl, firmware, word);
}

/* Hardware keeps only the controls that the capability offers. */
static struct p2p_reg implemented(struct p2p_reg ctrl, struct p2p_reg cap)
{
	struct p2p_reg bits = { cap.value & ACS_CLASSIC, cap.known & ACS_CLASSIC };
	uint32_t off;

	if (cap.value & ACS_ENHANCED)
		bits.value |= ENHANCED;
	if (cap.known & ACS_ENHANCED)
		bits.known |= ENHANCED;
	bits.known |= ~(uint32_t)(ACS_CLASSIC | ENHANCED);
	off = bits.known & ~bits.value;
	ctrl.known &= bits.known | ~ctrl.value;
	ctrl.known |= off;
	ctrl.value &= ~off;
	return ctrl;
}

struct p2p_reg p2p_boot_program(struct booting *booting, uint32_t function)
{
	struct p2p_reg firmware = firmware_value(booting, function), ctrl = firmware;
	struct p2p_reg cap = booting->facts[function].acs.regs.cap;

	if (booting->boot->requested == P2P_YES)
		ctrl = enable(ctrl, cap, p2p_boot_default(booting, function));
	ctrl = disable_redirect(booting, function, ctrl, firmware);
	ctrl = configure(booting, function, ctrl, firmware);
	ctrl = implemented(ctrl, cap);
	ctrl.known &= 0xffff;
	return ctrl;
}
