/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals come back as they were written, or with the number of the line that is wrong. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/journal_parts.h"
#include "unit/applied.h"

static char *format(const struct p2p_journal *journal, size_t *ret_length)
{
	char *text;

	*ret_length = p2p_journal_format(journal, NULL, 0);
	text = malloc(*ret_length + 1);
	assert_non_null(text);
	assert_int_equal(p2p_journal_format(journal, text, *ret_length + 1), *ret_length);
	assert_int_equal(strlen(text), *ret_length);
	return text;
}

static char domain[] = " gpu,rdma\n%\x7f", selector[] = "gpu,rdma+numa=0",
	    mode[] = "clear";
static char allowed[] = "in-use,root-port";
static char boot[] = "0f3d6c0a-9a7e-4b55-8f2f-0d7f4c0b7a55";

static struct p2p_journal journal_of(struct applied *a)
{
	return (struct p2p_journal){ .id = 7,
				     .time = 1764266580,
				     .boot_id = boot,
				     .domain = domain,
				     .selector = selector,
				     .mode = mode,
				     .allowed = allowed,
				     .user = 1000,
				     .apply = a->apply };
}

/* One that failed half-way, with all that a function may be. */
static char *some_journal(struct applied *a, size_t *ret_length)
{
	struct p2p_journal journal;

	applied_begin(a);
	a->reach.write_fails = 5;
	a->reach.write_fails_to = 6;
	assert_int_equal(applied_run(a), -EIO);
	a->apply->functions[0].has_serial = P2P_YES;
	a->apply->functions[0].serial = UINT64_MAX;
	a->apply->functions[0].power = P2P_CONTROL_AUTO;
	a->apply->functions[1].has_serial = P2P_UNKNOWN;
	a->apply->functions[1].power = P2P_CONTROL_ON;
	a->apply->functions[1].vendor = P2P_NOT_TOLD;
	a->apply->functions[2].has_serial = P2P_NO;
	journal = journal_of(a);
	return format(&journal, ret_length);
}

static void assert_same_functions(const struct p2p_apply *a, const struct p2p_apply *b)
{
	assert_int_equal(a->n_functions, b->n_functions);
	for (uint32_t i = 0; i < a->n_functions; i++) {
		const struct p2p_apply_function *x = &a->functions[i];
		const struct p2p_apply_function *y = &b->functions[i];

		assert_int_equal(p2p_bdf_key(x->bdf), p2p_bdf_key(y->bdf));
		assert_string_equal(x->path, y->path);
		assert_int_equal(x->vendor, y->vendor);
		assert_int_equal(x->device, y->device);
		assert_int_equal(x->has_serial, y->has_serial);
		assert_int_equal(x->serial, y->serial);
		assert_int_equal(x->power, y->power);
	}
}

static void assert_same_writes(const struct p2p_apply *a, const struct p2p_apply *b)
{
	assert_int_equal(a->n_registers, b->n_registers);
	assert_int_equal(a->n_ops, b->n_ops);
	assert_memory_equal(a->ops, b->ops, a->n_ops * sizeof(*a->ops));
	for (uint32_t i = 0; i < a->n_registers; i++) {
		const struct p2p_apply_register *x = &a->registers[i];
		const struct p2p_apply_register *y = &b->registers[i];

		assert_int_equal(x->function, y->function);
		assert_int_equal(x->word, y->word);
		assert_int_equal(x->offset, y->offset);
		assert_int_equal(x->width, y->width);
		assert_int_equal(x->known, y->known);
		assert_int_equal(x->mask, y->mask);
		assert_int_equal(x->original, y->original);
		assert_int_equal(x->applied, y->applied);
		assert_int_equal(x->is_left, y->is_left);
		assert_int_equal(y->place, P2P_PLACE_UNKNOWN);
	}
}

static void what_was_written_is_read_again(void **state)
{
	struct applied *a = *state;
	struct p2p_journal *again;
	size_t length, second;
	char *text = some_journal(a, &length), *text_again;

	if (p2p_journal_parse(text, length, &again, &a->err))
		fail_msg("%s", a->err.text);
	assert_int_equal(again->id, 7);
	assert_int_equal(again->time, 1764266580);
	assert_string_equal(again->boot_id, boot);
	assert_string_equal(again->domain, domain);
	assert_string_equal(again->selector, selector);
	assert_string_equal(again->mode, mode);
	assert_string_equal(again->allowed, allowed);
	assert_int_equal(again->user, 1000);
	assert_int_equal(again->apply->state, P2P_APPLY_FAILED);
	assert_same_functions(a->apply, again->apply);
	assert_same_writes(a->apply, again->apply);
	text_again = format(again, &second);
	assert_string_equal(text_again, text);
	free(text_again);
	p2p_journal_free(again);
	free(text);
}

static void what_is_not_told_is_not_told(void **state)
{
	struct applied *a = *state;
	struct p2p_journal journal = { .id = 1, .user = P2P_JOURNAL_NO_USER }, *again;
	size_t length;
	char *text;

	applied_begin(a);
	journal.apply = a->apply;
	text = format(&journal, &length);
	assert_int_equal(p2p_journal_parse(text, length, &again, &a->err), 0);
	assert_int_equal(again->time, 0);
	assert_int_equal(again->user, P2P_JOURNAL_NO_USER);
	assert_string_equal(again->boot_id, "");
	assert_string_equal(again->allowed, "");
	p2p_journal_free(again);
	free(text);
}

static void a_text_that_has_no_room_tells_how_much_it_needs(void **state)
{
	struct applied *a = *state;
	size_t length;
	char *text = some_journal(a, &length), *small = malloc(length + 2);
	struct p2p_journal journal = journal_of(a);

	assert_non_null(small);
	for (size_t size = 1; size <= length; size += 7) {
		small[size] = '!';
		assert_int_equal(p2p_journal_format(&journal, small, size), length);
		assert_int_equal(strlen(small), size - 1);
		assert_int_equal(small[size], '!');
	}
	free(small);
	free(text);
}

/* A sentence with the number of the line, and nothing given. */
static void assert_wrong(const char *text, size_t length, int result)
{
	struct p2p_journal *none = NULL;
	struct p2p_err err = { "" };
	/* a copy without a byte to spare, for those who look at memory */
	char *copy = malloc(length ? length : 1);

	assert_non_null(copy);
	memcpy(copy, text, length);
	assert_int_equal(p2p_journal_parse(copy, length, &none, &err), result);
	assert_null(none);
	if (result == -EBADMSG)
		assert_int_equal(strncmp(err.text, "line ", 5), 0);
	assert_int_not_equal(strlen(err.text), 0);
	free(copy);
}

static void a_journal_that_is_cut_is_no_journal(void **state)
{
	struct applied *a = *state;
	size_t length;
	char *text = some_journal(a, &length);

	for (size_t cut = 0; cut < length; cut++)
		assert_wrong(text, cut, -EBADMSG);
	free(text);
}

/* In the first line's number it makes the journal one of another version. */
static void a_byte_that_is_another_is_seen(void **state)
{
	struct applied *a = *state;
	size_t length;
	char *text = some_journal(a, &length);
	struct p2p_journal *none = NULL;

	for (size_t i = 0; i < length; i++) {
		bool is_version = i / 2 == strlen("# p2ptool journal ") / 2;
		char was = text[i];

		for (int bit = 0; bit < 8; bit++) {
			int result;

			text[i] = (char)(was ^ 1 << bit);
			result = p2p_journal_parse(text, length, &none, &a->err);
			assert_true(result == -EBADMSG ||
				    (is_version && result == -EPROTONOSUPPORT));
			assert_null(none);
		}
		text[i] = was;
	}
	free(text);
}

/* The journal with @old replaced by @new where it stands first, its sum made anew. */
static void assert_replaced(struct applied *a, const char *old, const char *new,
			    int result)
{
	size_t length;
	char *text = some_journal(a, &length), *at = strstr(text, old), *other;
	size_t before = length - strlen("end 0123456789abcdef\n");
	int used;

	assert_non_null(at);
	text[before] = '\0';
	other = malloc(length + strlen(new) + 64);
	assert_non_null(other);
	used = sprintf(other, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
	sprintf(other + used, "end %016llx\n",
		(unsigned long long)p2p_journal_sum(other, (size_t)used));
	assert_wrong(other, strlen(other), result);
	free(other);
	free(text);
}

static void what_no_writer_writes_is_refused(void **state)
{
	static const char *const replaced[][2] = {
		{ "id 7", "id 0" },
		{ "id 7", "id 99999999999999999999" },
		{ "id 7", "id -7" },
		{ "id 7", "id 7 " },
		{ "id 7\n", "" },
		{ "time 2025", "time 20x5" },
		{ "time 2025", "time 2025-2025-2025-2025-2025-2025" },
		{ "user 1000", "user 4294967296" },
		{ "user 1000", "user root" },
		{ "state failed", "state well" },
		{ "mode clear", "mode clear\x01" },
		{ "mode clear", "mode cl\xc3\xa4r" },
		{ "mode clear", "mode %00" },
		{ "mode clear\n", "mode clear\n\n" },
		{ "function 0000:", "function :" },
		{ "function 0000:", "function 000000000000000000000:" },
		{ " auto ", " automatic " },
		{ " ffffffffffffffff ", " 1ffffffffffffffff " },
		{ "function ", "register " },
		{ "function ", "write " },
		{ "function ", "functions " },
		{ "register 0 control", "register 3 control" },
		{ "register 0 control", "register 4294967295 control" },
		{ "register 0 control", "register 0 8" },
		{ "register 0 control", "register 0 0" },
		{ "control 106 16", "control 107 16" },
		{ "control 106 16", "control 6 16" },
		{ "control 106 16", "control ff8 16" },
		{ "control 106 16", "control 1106 16" },
		{ "control 106 16", "control 106 8" },
		{ "control 106 16", "control 106 32" },
		{ "control 106 16 ffff c", "control 106 16 ffff 1000c" },
		{ "control 106 16 ffff c", "control 106 16 ffff 4" },
		{ "control 106 16 ffff c", "control 106 16 ffff 0" },
		{ "control 106 16 ffff", "control 106 16 3" },
		{ "1d 11 -", "1d 11 Left" },
		{ "1d 11 -", "1d 11" },
		{ "1d 11 -", "1d 15 -" },
		{ "1d 11 -", "1d 11 - -" },
		{ "write 0 3", "write 3 3" },
		{ "write 0 3", "write 0 6" },
		{ "write 0 3", "write 0 0" },
		{ "write 0 3 8 1d 15", "write 0 3 8 1d 1d" },
		{ "write 0 3 8 1d 15", "write 0 3 8 15 1d" },
		{ "write 0 3 8 1d 15", "write 0 3 4 1d 19" },
		{ "write 0 3 8 1d 15", "write 0 3 10 1d d" },
		{ "write 0 3 8 1d 15", "write 0 3 8  1d 15" },
		{ "write 0 3 8 1d 15", "write 0 3 8 1D 15" },
		{ "write 0 3 8 1d 15", "write 0 3 8 10000001d 15" },
		{ "rolled-back", "rolled" },
	};

	for (unsigned i = 0; i < sizeof(replaced) / sizeof(*replaced); i++)
		assert_replaced(*state, replaced[i][0], replaced[i][1], -EBADMSG);
	assert_replaced(*state, "journal 1\n", "journal 2\n", -EPROTONOSUPPORT);
	assert_replaced(*state, "journal 1\n", "journal 10\n", -EPROTONOSUPPORT);
	assert_replaced(*state, "# p2ptool journal", "# p2ptool capture", -EBADMSG);
}

static void the_line_that_is_wrong_is_named(void **state)
{
	struct applied *a = *state;
	size_t length;
	char *text = some_journal(a, &length), *other = malloc(length + 64), *at;
	struct p2p_journal *none;

	assert_non_null(other);
	strcpy(other, text);
	at = strstr(other, "state failed");
	assert_non_null(at);
	memcpy(at, "state fallen", strlen("state fallen"));
	length -= strlen("end 0123456789abcdef\n");
	sprintf(other + length, "end %016llx\n",
		(unsigned long long)p2p_journal_sum(other, length));
	assert_int_equal(p2p_journal_parse(other, strlen(other), &none, &a->err),
			 -EBADMSG);
	assert_string_equal(a->err.text, "line 10: is no state of a journal");
	free(other);
	free(text);
}

static void a_zero_byte_and_a_giant_are_refused(void **state)
{
	struct applied *a = *state;
	size_t length;
	char *text = some_journal(a, &length), *at = strstr(text, "clear");
	struct p2p_journal *none;

	assert_non_null(at);
	*at = '\0';
	sprintf(text + length - strlen("0123456789abcdef\n"), "%016llx\n",
		(unsigned long long)p2p_journal_sum(
			text, length - strlen("end 0123456789abcdef\n")));
	assert_wrong(text, length, -EBADMSG);
	/* refused by its size, before a byte of it is looked at */
	assert_int_equal(p2p_journal_parse(text, (size_t)P2P_JOURNAL_SIZE_MAX + 1, &none,
					   &a->err),
			 -E2BIG);
	free(text);
}

static void the_longest_values_come_back(void **state)
{
	struct applied *a = *state;
	struct p2p_journal journal, *again;
	size_t length;
	char *text, *longest = malloc(P2P_JOURNAL_TEXT_MAX + 1);

	assert_non_null(longest);
	memset(longest, '\t', P2P_JOURNAL_TEXT_MAX);
	longest[P2P_JOURNAL_TEXT_MAX] = '\0';
	applied_begin(a);
	journal = journal_of(a);
	journal.domain = longest;
	text = format(&journal, &length);
	assert_int_equal(p2p_journal_parse(text, length, &again, &a->err), 0);
	assert_string_equal(again->domain, longest);
	p2p_journal_free(again);
	free(text);
	free(longest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		APPLIED(what_was_written_is_read_again),
		APPLIED(what_is_not_told_is_not_told),
		APPLIED(a_text_that_has_no_room_tells_how_much_it_needs),
		APPLIED(a_journal_that_is_cut_is_no_journal),
		APPLIED(a_byte_that_is_another_is_seen),
		APPLIED(what_no_writer_writes_is_refused),
		APPLIED(the_line_that_is_wrong_is_named),
		APPLIED(a_zero_byte_and_a_giant_are_refused),
		APPLIED(the_longest_values_come_back),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
