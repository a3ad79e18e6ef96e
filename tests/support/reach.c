/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers of said machines, and what may go wrong with them. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "support/reach.h"

#define IMAGE_WORDS 12 /* of an ACS capability */

static bool is_function(const struct build *b, int handle)
{
	return !build_place(b, handle).host;
}

struct image image_take(struct build *b)
{
	unsigned n = (unsigned)build_count(b) * IMAGE_WORDS;
	struct image image = { calloc(n + 1u, sizeof(uint32_t)), n };

	assert(image.words);
	for (unsigned i = 0; i < n; i++)
		if (is_function(b, (int)(i / IMAGE_WORDS)))
			image.words[i] = build_read(b, (int)(i / IMAGE_WORDS),
						    BUILD_ACS + 4 * (i % IMAGE_WORDS), 4);
	return image;
}

void image_put(struct build *b, const struct image *image)
{
	for (unsigned i = 0; i < image->n; i++)
		if (is_function(b, (int)(i / IMAGE_WORDS)))
			build_write(b, (int)(i / IMAGE_WORDS),
				    BUILD_ACS + 4 * (i % IMAGE_WORDS), 4,
				    image->words[i]);
}

bool image_is(struct build *b, const struct image *image)
{
	struct image now = image_take(b);
	bool is = now.n == image->n &&
		  !memcmp(now.words, image->words, now.n * sizeof(*now.words));

	image_done(&now);
	return is;
}

void image_done(struct image *image)
{
	free(image->words);
	*image = (struct image){ 0 };
}

static int handle_of(const struct reach *reach, uint32_t function)
{
	uint64_t key = p2p_bdf_key(reach->apply->functions[function].bdf);

	for (int i = 0; i < build_count(reach->b); i++)
		if (is_function(reach->b, i) &&
		    p2p_bdf_key(build_bdf(reach->b, i)) == key)
			return i;
	abort();
}

static bool is_in(unsigned n, unsigned from, unsigned to)
{
	return from && n >= from && n <= (to ? to : from);
}

/* A crash here would leave this. */
static void keep_crash(struct reach *reach)
{
	struct crash *at;

	if (!reach->keeps_crashes)
		return;
	reach->crashes = reallocarray(reach->crashes, reach->n_crashes + 1u,
				      sizeof(*reach->crashes));
	assert(reach->crashes);
	at = &reach->crashes[reach->n_crashes++];
	at->image = image_take(reach->b);
	at->noted = reach->noted ? strdup(reach->noted) : NULL;
}

/* True if the function is away. */
static bool begin_access(struct reach *reach, int handle)
{
	keep_crash(reach);
	reach->accesses++;
	if (reach->accesses == reach->changes)
		build_acs_control(reach->b, reach->odd,
				  (uint16_t)(build_read(reach->b, reach->odd,
							BUILD_ACS + REG_ACS_CTL, 2) ^
					     reach->changed));
	return handle == reach->gone && reach->goes && reach->accesses >= reach->goes &&
	       (!reach->comes || reach->accesses < reach->comes);
}

static int read_register(void *data, uint32_t function, uint16_t offset, uint8_t width,
			 uint32_t *ret_value, struct p2p_err *err)
{
	struct reach *reach = data;
	int handle = handle_of(reach, function);
	bool is_away = begin_access(reach, handle);

	if (is_in(++reach->reads, reach->read_fails, reach->read_fails_to))
		return p2p_err_set(err, -EACCES, "read %u fails", reach->reads);
	*ret_value = is_away ? UINT32_MAX >> (32 - width) :
			       build_read(reach->b, handle, offset, width / 8u);
	return 0;
}

static int write_register(void *data, uint32_t function, uint16_t offset, uint8_t width,
			  uint32_t value, struct p2p_err *err)
{
	struct reach *reach = data;
	int handle = handle_of(reach, function);
	bool is_away = begin_access(reach, handle);
	bool fails = is_in(++reach->writes, reach->write_fails, reach->write_fails_to);

	assert(reach->noted);
	if (handle == reach->odd && reach->keeps_from &&
	    reach->writes >= reach->keeps_from)
		value = (value & ~reach->keeps) |
			(build_read(reach->b, handle, offset, width / 8u) & reach->keeps);
	if (!is_away && (!fails || reach->write_arrives))
		build_write(reach->b, handle, offset, width / 8u, value);
	keep_crash(reach);
	return fails ? p2p_err_set(err, -EIO, "write %u fails", reach->writes) : 0;
}

static int note(void *data, const struct p2p_apply *apply, struct p2p_err *err)
{
	struct reach *reach = data;

	keep_crash(reach);
	if (is_in(++reach->notes, reach->note_fails, reach->note_fails_to))
		return p2p_err_set(err, -ENOSPC, "note %u fails", reach->notes);
	free(reach->noted);
	reach->noted = reach_journal(apply);
	reach->state_noted = apply->state;
	keep_crash(reach);
	return 0;
}

static int hold(void *data, uint32_t function, bool is_held, struct p2p_err *err)
{
	struct reach *reach = data;

	keep_crash(reach);
	assert(reach->noted || !is_held);
	if (++reach->holds == reach->hold_fails)
		return p2p_err_set(err, -EROFS, "hold %u fails", reach->holds);
	reach->is_held[function] = is_held;
	keep_crash(reach);
	return 0;
}

static bool stop(void *data)
{
	struct reach *reach = data;

	return ++reach->questions >= reach->stops && reach->stops;
}

struct p2p_apply_calls reach_calls(struct reach *reach)
{
	return (struct p2p_apply_calls){ read_register, write_register, note,
					 hold,          stop,           reach };
}

char *reach_journal(const struct p2p_apply *apply)
{
	char domain[] = "gpu,rdma", mode[] = "clear";
	struct p2p_journal journal = { .id = 3,
				       .time = 1764266580,
				       .domain = domain,
				       .mode = mode,
				       .user = 1000,
				       .apply = (struct p2p_apply *)(uintptr_t)apply };
	/* more than the lines of the deepest machine that is said */
	size_t size = 1024 + 256 * ((size_t)apply->n_functions + apply->n_registers +
				    apply->n_ops);
	char *text = malloc(size);

	assert(text);
	if (p2p_journal_format(&journal, text, size) >= size)
		abort();
	return text;
}

void reach_init(struct reach *reach, struct build *b, struct p2p_apply *apply)
{
	*reach = (struct reach){ .b = b, .apply = apply, .gone = -1, .odd = -1 };
	reach->is_held = calloc(apply->n_functions + 1u, sizeof(*reach->is_held));
	assert(reach->is_held);
}

void reach_again(struct reach *reach)
{
	struct reach fresh = { .b = reach->b,
			       .apply = reach->apply,
			       .gone = -1,
			       .odd = -1,
			       .is_held = reach->is_held,
			       .noted = reach->noted,
			       .state_noted = reach->state_noted,
			       .crashes = reach->crashes,
			       .n_crashes = reach->n_crashes };

	*reach = fresh;
}

void reach_done(struct reach *reach)
{
	for (unsigned i = 0; i < reach->n_crashes; i++) {
		image_done(&reach->crashes[i].image);
		free(reach->crashes[i].noted);
	}
	free(reach->crashes);
	free(reach->noted);
	free(reach->is_held);
}
