/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever stands where a journal should: a sentence with a line, or a transaction that
 * comes back from its own text, and of which every write and every undoing stays where it
 * says. The sum is made for each input, so that what is behind it is reached too. */
#include <errno.h>
#include <string.h>

#include "core/journal_parts.h"
#include "fuzz/target.h"

/* Registers of one size for everything that is read and written. */
struct space {
	const struct p2p_apply *apply;
	uint32_t value;
	uint64_t writes;
};

static void check_place(const struct space *space, uint32_t function, uint16_t offset,
			uint8_t width)
{
	PROMISE(function < space->apply->n_functions);
	PROMISE(width == 16 || width == 32);
	PROMISE(offset % (width / 8) == 0 && offset + width / 8u <= P2P_CFG_SIZE);
}

static int read_register(void *data, uint32_t function, uint16_t offset, uint8_t width,
			 uint32_t *ret_value, struct p2p_err *err)
{
	struct space *space = data;

	check_place(space, function, offset, width);
	*ret_value = space->value & (width == 32 ? UINT32_MAX : 0xffff);
	return 0;
}

static int write_register(void *data, uint32_t function, uint16_t offset, uint8_t width,
			  uint32_t value, struct p2p_err *err)
{
	struct space *space = data;

	check_place(space, function, offset, width);
	PROMISE(width == 32 || value <= 0xffff);
	space->writes++;
	return 0;
}

/* No machine: nothing is found, and nothing may be written. */
static void restore(struct p2p_journal *journal, uint32_t value)
{
	struct space space = { .apply = journal->apply, .value = value };
	struct p2p_apply_calls calls = { .read = read_register,
					 .write = write_register,
					 .data = &space };
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	struct p2p_machine machine = { .snapshot = snapshot };
	struct p2p_err err = { "" };
	int result;

	PROMISE(snapshot && !p2p_snapshot_seal(snapshot, NULL));
	for (uint32_t i = 0; i < journal->apply->n_registers; i++)
		p2p_apply_was_written(journal->apply, i);
	result = p2p_apply_restore(journal->apply, &machine, true, &calls, &err);
	PROMISE(!result || err.text[0]);
	PROMISE(!space.writes);
	p2p_snapshot_free(snapshot);
}

static void check_again(const struct p2p_journal *journal)
{
	size_t length = p2p_journal_format(journal, NULL, 0);
	char *text = malloc(length + 1);
	struct p2p_journal *again = NULL;

	PROMISE(text && p2p_journal_format(journal, text, length + 1) == length);
	PROMISE(!p2p_journal_parse(text, length, &again, NULL));
	PROMISE(again->apply->n_ops == journal->apply->n_ops);
	PROMISE(again->apply->state == journal->apply->state);
	PROMISE(!strcmp(again->domain, journal->domain));
	p2p_journal_free(again);
	free(text);
}

static void parse(const char *text, size_t length)
{
	struct p2p_journal *journal = NULL;
	struct p2p_err err = { "" };
	int result = p2p_journal_parse(text, length, &journal, &err);

	PROMISE(!result || result == -EBADMSG || result == -EPROTONOSUPPORT);
	PROMISE(!result == !err.text[0]);
	PROMISE(!result == (journal != NULL));
	if (!journal)
		return;
	check_again(journal);
	restore(journal, (uint32_t)length);
	p2p_journal_free(journal);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = malloc(length + 32);

	PROMISE(text);
	memcpy(text, bytes, length);
	parse(text, length);
	length += (size_t)snprintf(text + length, 32, JOURNAL_END " %016llx\n",
				   (unsigned long long)p2p_journal_sum(text, length));
	parse(text, length);
	free(text);
	return 0;
}
