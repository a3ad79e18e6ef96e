/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures cut at random places, and with random bytes changed: reading ends by itself,
 * and no verdict is certain that the whole capture contradicts. A digit that becomes
 * another digit makes another capture, not a damaged one: there only that reading ends is
 * asked for.
 *
 * usage: damage TIMES CAPTURE...        each cut and changed TIMES times
 *        damage TIMES/SEED CAPTURE      just that one, left as ./cut, ./changed, ... */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "damage/opinion.h"
#include "support/build.h"
#include "support/memory_file.h"

#define PAIRS       1600
#define SECONDS     60
#define CHANGED_MAX 8
#define SHOWN_MAX   10

enum kind { CUT, FOREIGN, ANY, KINDS };
static const char *const kinds[] = { "cut", "changed", "rewritten" };

static char doing[512]; /* what to say if it does not end well */

struct tried {
	const char *path;
	const char *bytes;
	size_t length;
	struct opinion whole;
	struct opinion_pair *pairs;
	unsigned n_pairs;
	unsigned long long read, refused, broken;
};

static void die(int sig)
{
	const char *words = sig == SIGALRM ? "does not end: " : "crashes: ";
	size_t n = strlen(doing);

	if (write(STDOUT_FILENO, words, strlen(words)) < 0 ||
	    write(STDOUT_FILENO, doing, n) < 0)
		_exit(2);
	_exit(1);
}

/* Bytes that no register is written with. */
static char foreign(uint32_t *state)
{
	static const char some[] = { '\0',       '\1',       '\x1b',     '#',
				     '~',        '{',        '@',        '\x80',
				     (char)0xff, (char)0xef, (char)0xc3, '|' };

	return some[build_random(state, sizeof(some))];
}

/* @ret_bytes has room for all of it; returns how much is left. */
static size_t spoil(const struct tried *tried, enum kind kind, uint32_t seed,
		    char *ret_bytes)
{
	uint32_t state = seed * 2654435761u + kind + 1, n;

	memcpy(ret_bytes, tried->bytes, tried->length);
	build_random(&state, 2);
	if (kind == CUT)
		return build_random(&state, (uint32_t)tried->length);
	for (n = 1 + build_random(&state, CHANGED_MAX); n--;) {
		size_t at = build_random(&state, (uint32_t)tried->length);

		ret_bytes[at] = kind == ANY ? (char)build_random(&state, 256) :
					      foreign(&state);
	}
	return tried->length;
}

static void hold(struct tried *tried, struct opinion *damaged)
{
	char text[256];

	for (unsigned i = 0; i < tried->n_pairs; i++) {
		if (opinion_stands(&tried->whole, damaged, &tried->pairs[i], text))
			continue;
		if (tried->broken++ < SHOWN_MAX)
			printf("  %s: %s\n", doing, text);
		return;
	}
}

static void try_one(struct tried *tried, enum kind kind, uint32_t seed, char *bytes)
{
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };
	struct opinion damaged;
	size_t length = spoil(tried, kind, seed, bytes);

	snprintf(doing, sizeof(doing), "%s %s by seed %u, %zu bytes", tried->path,
		 kinds[kind], seed, length);
	alarm(SECONDS);
	if (memory_file_read(bytes, length, &snapshot, &err)) {
		tried->refused++;
		assert(err.text[0]);
		return;
	}
	tried->read++;
	opinion_form(snapshot, &damaged);
	if (kind != ANY)
		hold(tried, &damaged);
	opinion_drop(&damaged);
}

static void keep(const char *name, const char *bytes, size_t length)
{
	FILE *out = fopen(name, "w");

	assert(out);
	fwrite(bytes, 1, length, out);
	fclose(out);
}

static void try_all(struct tried *tried, unsigned times, unsigned only)
{
	char *bytes = malloc(tried->length + 1);

	assert(bytes);
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (uint32_t seed = only ? only : 1; seed <= (only ? only : times);
		     seed++) {
			if (only)
				keep(kinds[kind], bytes, spoil(tried, kind, seed, bytes));
			try_one(tried, kind, seed, bytes);
		}
	free(bytes);
}

/* How many verdicts and groups did not hold; all that was tried is added to @sum. */
static void try_capture(const char *path, unsigned times, unsigned only,
			struct tried *sum)
{
	struct p2p_snapshot *snapshot = NULL;
	struct tried tried = { .path = path };
	struct p2p_err err = { "" };
	char *bytes = memory_file_load(path, &tried.length);

	if (!bytes || memory_file_read(bytes, tried.length, &snapshot, &err)) {
		printf("%s: not read: %s\n", path, err.text);
		sum->broken++;
		free(bytes);
		return;
	}
	tried.bytes = bytes;
	opinion_form(snapshot, &tried.whole);
	tried.n_pairs = opinion_pairs(&tried.whole, PAIRS, &tried.pairs);
	try_all(&tried, times, only);
	if (tried.broken)
		printf("%s: %llu broken\n", path, tried.broken);
	sum->read += tried.read;
	sum->refused += tried.refused;
	sum->broken += tried.broken;
	opinion_drop(&tried.whole);
	free(tried.pairs);
	free(bytes);
}

int main(int argc, char **argv)
{
	struct tried sum = { 0 };
	unsigned times = 0, only = 0;

	if (argc < 3 || sscanf(argv[1], "%u/%u", &times, &only) < 1)
		return 2;
	signal(SIGALRM, die);
	signal(SIGABRT, die);
	signal(SIGSEGV, die);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 2; i < argc; i++)
		try_capture(argv[i], times, only, &sum);
	printf("%d captures, %llu damaged ones read, %llu refused, %llu broken\n",
	       argc - 2, sum.read, sum.refused, sum.broken);
	return sum.broken || !sum.read;
}
