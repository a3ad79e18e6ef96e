/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names nearest to a word: fewest letters to insert, drop, change or swap, whatever
 * their case. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/select_parts.h"

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool is_alike(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment distance; both are shorter than NEAR_SIZE. */
static unsigned measure(const char *a, size_t n_a, const char *b, size_t n_b)
{
	unsigned rows[3][NEAR_SIZE];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= n_b; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= n_a; i++) {
		unsigned *oldest = before;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= n_b; j++) {
			bool same = is_alike(a[i - 1], b[j - 1]);

			row[j] = least(least(above[j], row[j - 1]) + 1,
				       above[j - 1] + !same);
			if (i > 1 && j > 1 && is_alike(a[i - 1], b[j - 2]) &&
			    is_alike(a[i - 2], b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = oldest;
	}
	return above[n_b];
}

struct select_near p2p_select_near(const char *wanted)
{
	unsigned third = (unsigned)least(strlen(wanted), NEAR_SIZE) / 3;

	return (struct select_near){ .wanted = wanted, .limit = third ? third : 1 };
}

static bool is_kept(const struct select_near *near, const char *word)
{
	for (unsigned i = 0; i < near->n; i++)
		if (!strcmp(near->word[i], word))
			return true;
	return false;
}

void p2p_select_offer(struct select_near *near, const char *word)
{
	size_t n_wanted = strlen(near->wanted), n_word = strlen(word);
	unsigned limit = near->limit, distance, at;

	if (near->n == NEAR_KEPT && near->distance[NEAR_KEPT - 1] <= limit)
		limit = near->distance[NEAR_KEPT - 1];
	if (!n_word || n_word >= NEAR_SIZE || n_wanted >= NEAR_SIZE ||
	    n_word > n_wanted + limit || n_wanted > n_word + limit || is_kept(near, word))
		return;
	distance = measure(near->wanted, n_wanted, word, n_word);
	if (distance > near->limit)
		return;
	for (at = near->n; at && near->distance[at - 1] > distance; at--)
		if (at < NEAR_KEPT) {
			near->distance[at] = near->distance[at - 1];
			memcpy(near->word[at], near->word[at - 1], NEAR_SIZE);
		}
	if (at == NEAR_KEPT)
		return;
	near->distance[at] = distance;
	memcpy(near->word[at], word, n_word + 1);
	near->n += near->n < NEAR_KEPT;
}

const char *p2p_select_nearest(const struct select_near *near, const char *prefix,
			       char ret_text[P2P_ERR_SIZE])
{
	int length = 0;

	ret_text[0] = '\0';
	for (unsigned i = 0; i < near->n; i++)
		length += snprintf(ret_text + length, P2P_ERR_SIZE - (size_t)length,
				   "%s%s%s", i ? ", " : " (nearest: ", prefix,
				   near->word[i]);
	if (near->n)
		snprintf(ret_text + length, P2P_ERR_SIZE - (size_t)length, ")");
	return ret_text;
}
