/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers by their numbers in the specification. */
#include <assert.h>
#include <stdlib.h>

#include "laws/bytes.h"

static unsigned find_capability(struct build *b, int f, unsigned id)
{
	unsigned at = build_read(b, f, 0x34, 1) & 0xfc;

	if (!(build_read(b, f, 0x06, 2) & 0x10))
		return 0;
	for (int steps = 0; at >= 0x40 && steps < 48; steps++) {
		if (build_read(b, f, at, 1) == id)
			return at;
		at = build_read(b, f, at + 1, 1) & 0xfc;
	}
	return 0;
}

static unsigned find_extended(struct build *b, int f, unsigned id)
{
	unsigned at = 0x100;

	for (int steps = 0; at >= 0x100 && steps < 480; steps++) {
		uint32_t header = build_read(b, f, at, 4);

		if (!header && at == 0x100)
			return 0;
		if ((header & 0xffff) == id)
			return at;
		at = header >> 20 & 0xffc;
	}
	return 0;
}

static void read_function(struct build *b, int i, struct bytes_function *f)
{
	unsigned express = find_capability(b, i, 0x10), acs = 0, ari = 0;

	f->bridge = (build_read(b, i, 0x0e, 1) & 0x7f) == 1;
	f->express = express != 0;
	if (express) {
		f->type = build_read(b, i, express + 2, 2) >> 4 & 0xf;
		f->port_number = build_read(b, i, express + 0x0c, 4) >> 24;
		acs = find_extended(b, i, 0x000d);
		ari = find_extended(b, i, 0x000e);
	}
	f->acs = acs != 0;
	f->acs_at = acs;
	f->acs_cap = acs ? build_read(b, i, acs + 4, 2) : 0;
	f->acs_ctl = acs ? build_read(b, i, acs + 6, 2) : 0;
	f->ari = ari != 0;
	f->ari_ctl = ari ? build_read(b, i, ari + 6, 2) : 0;
}

static void place_function(struct bytes *bytes, int i)
{
	struct bytes_function *f = &bytes->f[i];
	int at = i;

	f->bdf = build_bdf(bytes->b, i);
	f->pf = build_place(bytes->b, i).pf;
	f->n_path = 0;
	while (!build_place(bytes->b, at).host) {
		assert(f->n_path < BYTES_DEPTH);
		f->path[f->n_path++] = at;
		at = build_place(bytes->b, at).parent;
	}
	f->host = at;
	f->up = f->n_path > 1 ? f->path[1] : -1;
}

void bytes_again(struct bytes *bytes)
{
	for (int i = 0; i < bytes->n; i++)
		if (bytes->f[i].here)
			read_function(bytes->b, i, &bytes->f[i]);
}

static void note_lowest(struct bytes *bytes, int i)
{
	int *lowest = &bytes->f[build_place(bytes->b, i).parent].lowest;

	if (bytes->f[i].pf < 0 &&
	    (*lowest < 0 || bytes->f[i].bdf.devfn < bytes->f[*lowest].bdf.devfn))
		*lowest = i;
}

struct bytes *bytes_read(struct build *b)
{
	size_t n = (size_t)build_count(b);
	struct bytes *bytes = calloc(1, sizeof(*bytes) + n * sizeof(bytes->f[0]));

	assert(bytes);
	bytes->b = b;
	bytes->n = (int)n;
	for (int i = 0; i < bytes->n; i++) {
		bytes->f[i].here = !build_place(b, i).host;
		bytes->f[i].lowest = -1;
		if (bytes->f[i].here)
			place_function(bytes, i);
	}
	for (int i = 0; i < bytes->n; i++)
		if (bytes->f[i].here)
			note_lowest(bytes, i);
	bytes_again(bytes);
	return bytes;
}
