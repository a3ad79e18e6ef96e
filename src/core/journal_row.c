/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of a journal in, a function, a register or a write out. Every word must be
 * there, be one that the writer writes, and be the last where the line ends. */
#include <errno.h>
#include <string.h>

#include "core/apply_parts.h"
#include "core/journal_parts.h"

#define ADDRESS_MAX (P2P_BDF_SIZE - 1)

static const char *const lefts[] = { JOURNAL_NONE, JOURNAL_LEFT, NULL };

/* Takes the next word off, and the blank between it and another; an empty one is none. */
static struct journal_line next_word(struct journal_line *line)
{
	const char *blank = line->length ? memchr(line->at, ' ', line->length) : NULL;
	struct journal_line word = { line->at,
				     blank ? (size_t)(blank - line->at) : line->length };
	size_t taken = word.length + (blank && word.length + 1 < line->length);

	line->at += taken;
	line->length -= taken;
	return word;
}

static bool is_word(struct journal_line word, const char *text)
{
	return word.length == strlen(text) && !memcmp(word.at, text, word.length);
}

static int figure(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static bool read_number(struct journal_line word, unsigned base, uint64_t most,
			uint64_t *ret_number)
{
	uint64_t number = 0;

	for (size_t i = 0; i < word.length; i++) {
		unsigned digit = (unsigned)figure(word.at[i]);

		if (digit >= base || number > (most - digit) / base || digit > most)
			return false;
		number = number * base + digit;
	}
	*ret_number = number;
	return word.length != 0;
}

bool p2p_journal_number(struct journal_line *line, unsigned base, uint64_t most,
			uint64_t *ret_number)
{
	return read_number(next_word(line), base, most, ret_number);
}

bool p2p_journal_word(struct journal_line *line, const char *const *words,
		      unsigned *ret_value)
{
	struct journal_line word = next_word(line);

	for (unsigned i = 0; words[i]; i++) {
		if (!is_word(word, words[i]))
			continue;
		*ret_value = i;
		return true;
	}
	return false;
}

static bool take_value(struct journal_line *line, uint32_t *ret_value)
{
	uint64_t number;

	if (!p2p_journal_number(line, 16, UINT32_MAX, &number))
		return false;
	*ret_value = (uint32_t)number;
	return true;
}

static bool take_index(struct journal_line *line, uint32_t *ret_index)
{
	uint64_t number;

	if (!p2p_journal_number(line, 10, UINT32_MAX - 1, &number))
		return false;
	*ret_index = (uint32_t)number;
	return true;
}

static bool take_id(struct journal_line *line, int32_t *ret_id)
{
	struct journal_line word = next_word(line);
	uint64_t number;

	*ret_id = P2P_NOT_TOLD;
	if (is_word(word, JOURNAL_UNKNOWN))
		return true;
	if (!read_number(word, 16, 0xffff, &number))
		return false;
	*ret_id = (int32_t)number;
	return true;
}

static bool take_serial(struct journal_line *line, struct p2p_apply_function *function)
{
	struct journal_line word = next_word(line);

	function->has_serial = P2P_YES;
	if (is_word(word, JOURNAL_UNKNOWN))
		function->has_serial = P2P_UNKNOWN;
	else if (is_word(word, JOURNAL_NONE))
		function->has_serial = P2P_NO;
	else
		return read_number(word, 16, UINT64_MAX, &function->serial);
	return true;
}

static bool take_address(struct journal_line *line, struct p2p_bdf *ret_bdf)
{
	struct journal_line word = next_word(line);

	return word.length && word.length <= ADDRESS_MAX &&
	       p2p_bdf_read(word.at, word.length, ret_bdf) == word.length;
}

/* Figures, colons, points and slashes; it is compared, never opened. */
static bool is_path(struct journal_line path)
{
	for (size_t i = 0; i < path.length; i++)
		if (figure(path.at[i]) == 16 && !strchr(":./", path.at[i]))
			return false;
	return path.length && path.length < APPLY_PATH_SIZE;
}

int p2p_journal_function(struct journal_line line, struct p2p_apply_function *ret)
{
	struct p2p_apply_function function = { 0 };
	unsigned power;

	if (!take_address(&line, &function.bdf) ||
	    !p2p_journal_word(&line, p2p_journal_powers, &power) ||
	    !take_id(&line, &function.vendor) || !take_id(&line, &function.device) ||
	    !take_serial(&line, &function) || !is_path(line))
		return -EBADMSG;
	function.power = (enum p2p_apply_power)power;
	function.path = strndup(line.at, line.length);
	if (!function.path)
		return -ENOMEM;
	*ret = function;
	return 0;
}

/* `control`, or which word of the vector. */
static bool take_place(struct journal_line *line, int32_t *ret_word)
{
	struct journal_line word = next_word(line);
	uint64_t number;

	*ret_word = P2P_PLAN_CONTROL;
	if (is_word(word, JOURNAL_CONTROL))
		return true;
	if (!read_number(word, 10, P2P_EGRESS_WORDS - 1, &number))
		return false;
	*ret_word = (int32_t)number;
	return true;
}

int p2p_journal_register(struct journal_line line, struct p2p_apply_register *ret)
{
	struct p2p_apply_register reg = { 0 };
	uint64_t offset, width;
	unsigned left;

	if (!take_index(&line, &reg.function) || !take_place(&line, &reg.word) ||
	    !p2p_journal_number(&line, 16, P2P_CFG_SIZE - 1, &offset) ||
	    !p2p_journal_number(&line, 10, 32, &width) ||
	    !take_value(&line, &reg.known) || !take_value(&line, &reg.mask) ||
	    !take_value(&line, &reg.original) || !take_value(&line, &reg.applied) ||
	    !p2p_journal_word(&line, lefts, &left) || line.length)
		return -EBADMSG;
	reg.offset = (uint16_t)offset;
	reg.width = (uint8_t)width;
	reg.is_left = left;
	*ret = reg;
	return 0;
}

int p2p_journal_op(struct journal_line line, struct p2p_apply_op *ret)
{
	struct p2p_apply_op op = { 0 };
	uint64_t phase;
	unsigned result;

	if (!take_index(&line, &op.reg) ||
	    !p2p_journal_number(&line, 10, P2P_PHASES, &phase) || !phase ||
	    !take_value(&line, &op.mask) || !take_value(&line, &op.old) ||
	    !take_value(&line, &op.new) || !take_value(&line, &op.why) ||
	    !p2p_journal_word(&line, p2p_journal_results, &result) ||
	    !take_value(&line, &op.read_back) || line.length)
		return -EBADMSG;
	op.phase = (enum p2p_plan_phase)phase;
	op.result = (enum p2p_apply_result)result;
	*ret = op;
	return 0;
}
