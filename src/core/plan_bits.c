/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Controls as people write them in, masks out: signed names (`RR-,CR-,DT+`, or lspci's
 * `ReqRedir-`), the kernel's notation (`config_acs:xx110x1`), entries of a vector. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/plan.h>

#include "core/regs.h"

#define KERNEL_NOTATION "config_acs:"
#define CONTROLS        7

/* In register order, by both of their names. */
static const struct {
	const char *name, *lspci;
	uint32_t bit;
} controls[CONTROLS] = {
	{ "SV", "SrcValid", ACS_SV },    { "TB", "TransBlk", ACS_TB },
	{ "RR", "ReqRedir", ACS_RR },    { "CR", "CmpltRedir", ACS_CR },
	{ "UF", "UpstreamFwd", ACS_UF }, { "EC", "EgressCtrl", ACS_EC },
	{ "DT", "DirectTrans", ACS_DT },
};

static bool is_name(const char *name, const char *text, size_t length)
{
	if (strlen(name) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (tolower((unsigned char)name[i]) != tolower((unsigned char)text[i]))
			return false;
	return true;
}

static uint32_t find_bit(const char *text, size_t length)
{
	for (unsigned i = 0; i < CONTROLS; i++)
		if (is_name(controls[i].name, text, length) ||
		    is_name(controls[i].lspci, text, length))
			return controls[i].bit;
	return 0;
}

static int refuse(const char *term, size_t length, struct p2p_err *err)
{
	return p2p_err_set(err, -EINVAL,
			   "%.*s: is no ACS control with a sign (RR-,CR-,DT+ or "
			   "config_acs:xx110x1)",
			   (int)(length < 64 ? length : 64), term);
}

static int read_signed(const char *text, uint32_t *on, uint32_t *off, struct p2p_err *err)
{
	while (*text) {
		size_t length = strcspn(text, ",");
		char sign = length ? text[length - 1] : '\0';
		uint32_t bit = length ? find_bit(text, length - 1) : 0;

		if (!bit || (sign != '+' && sign != '-'))
			return refuse(text, length, err);
		if ((*on | *off) & bit)
			return p2p_err_set(err, -EINVAL, "%.*s: is given twice",
					   (int)length, text);
		*(sign == '+' ? on : off) |= bit;
		if (text[length] == ',' && !text[length + 1])
			return refuse(text, length + 1, err);
		text += length + (text[length] == ',');
	}
	return 0;
}

/* Right to left, x for what stays. */
static int read_kernel(const char *text, uint32_t *on, uint32_t *off, struct p2p_err *err)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		char flag = text[length - 1 - i];

		if (i >= CONTROLS || !strchr("01xX", flag))
			return refuse(text, length, err);
		if (flag == '1')
			*on |= controls[i].bit;
		else if (flag == '0')
			*off |= controls[i].bit;
	}
	return 0;
}

int p2p_plan_parse_bits(const char *text, uint32_t *ret_set, uint32_t *ret_clear,
			struct p2p_err *err)
{
	bool is_kernels = !strncmp(text, KERNEL_NOTATION, strlen(KERNEL_NOTATION));
	uint32_t on = 0, off = 0;
	int result = is_kernels ?
			     read_kernel(text + strlen(KERNEL_NOTATION), &on, &off, err) :
			     read_signed(text, &on, &off, err);

	if (result)
		return result;
	if (!(on | off))
		return refuse(text, strlen(text), err);
	*ret_set = on;
	*ret_clear = off;
	return 0;
}

static bool read_entry(const char **text, unsigned long *ret_entry)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	*ret_entry = strtoul(*text, &end, 10);
	*text = end;
	return *ret_entry < 32 * P2P_PLAN_WORDS;
}

int p2p_plan_parse_vector(const char *text, uint32_t ret_words[P2P_PLAN_WORDS],
			  struct p2p_err *err)
{
	const char *at = text;
	uint32_t words[P2P_PLAN_WORDS] = { 0 };
	bool is_right = true;

	if (!strcmp(text, "none"))
		at += strlen(text);
	while (*at && is_right) {
		unsigned long first = 0, last;

		is_right = read_entry(&at, &first);
		last = first;
		if (is_right && *at == '-')
			is_right = read_entry((at++, &at), &last);
		for (unsigned long i = first; is_right && i <= last; i++)
			words[i / 32] |= 1u << i % 32;
		is_right = is_right && (!*at || (*at == ',' && at[1]));
		at += *at == ',';
	}
	if (!is_right)
		return p2p_err_set(
			err, -EINVAL,
			"%.64s: is no list of port numbers (3,5-7: what is for "
			"these is redirected; none)",
			text);
	memcpy(ret_words, words, sizeof(words));
	return 0;
}

char *p2p_plan_kernel_bits(uint32_t set, uint32_t clear,
			   char ret_text[P2P_PLAN_KERNEL_BITS_SIZE])
{
	for (unsigned i = 0; i < CONTROLS; i++)
		ret_text[CONTROLS - 1 - i] = set & controls[i].bit   ? '1' :
					     clear & controls[i].bit ? '0' :
								       'x';
	ret_text[CONTROLS] = '\0';
	return ret_text;
}
