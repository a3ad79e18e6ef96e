/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seven steps. A is the requester, B the completer, C the lowest function on both paths, a
 * and b what is just below C on each. */
#include <string.h>

#include "laws/silicon_rule.h"

enum { SV = 1, TB = 2, RR = 4, CR = 8, UF = 16, EC = 32, DT = 64 };

struct pair {
	const struct bytes *bytes;
	int A, B, C, a, b;
	int n_below; /* functions of A's path below C */
};

static bool is_on(const struct bytes *bytes, int function, unsigned bit)
{
	return bytes->f[function].acs && (bytes->f[function].acs_ctl & bit);
}

static bool leads_down(const struct bytes *bytes, int function);

/* A port's own type, unless its place says otherwise: below a port that leads down there
 * are upstream ports, below an upstream port there are none. */
static bool is_upstream(const struct bytes *bytes, int function)
{
	const struct bytes_function *f = &bytes->f[function];

	if (!f->bridge || !f->express || (f->type != 5 && f->type != 6))
		return false;
	if (f->type == 6)
		return f->up >= 0 && leads_down(bytes, f->up);
	return f->up < 0 || !is_upstream(bytes, f->up);
}

static bool leads_down(const struct bytes *bytes, int function)
{
	const struct bytes_function *f = &bytes->f[function];

	return f->bridge && f->express && f->type >= 4 && f->type <= 6 &&
	       !is_upstream(bytes, function);
}

static bool is_shared_bus(const struct bytes *bytes, int function)
{
	const struct bytes_function *f = &bytes->f[function];

	return f->bridge && (!f->express || f->type == 7);
}

static struct pair meet(const struct bytes *bytes, int from, int to)
{
	const struct bytes_function *A = &bytes->f[from], *B = &bytes->f[to];
	struct pair pair = { bytes, from, to, -1, -1, -1, A->n_path };
	int i = A->n_path - 1, j = B->n_path - 1;

	while (i >= 0 && j >= 0 && A->path[i] == B->path[j]) {
		pair.C = A->path[i];
		pair.n_below = i;
		i--;
		j--;
	}
	if (pair.C >= 0 && i >= 0)
		pair.a = A->path[i];
	if (pair.C >= 0 && j >= 0)
		pair.b = B->path[j];
	return pair;
}

/* Step 3, and the translated part of step 1: ports that A's request climbs through. */
static bool is_stopped(const struct pair *pair, unsigned bit)
{
	const struct bytes_function *A = &pair->bytes->f[pair->A];

	for (int k = 0; k < pair->n_below; k++) {
		int port = A->path[k];
		unsigned low = build_read(pair->bytes->b, port, 0x19, 1);
		unsigned high = build_read(pair->bytes->b, port, 0x1a, 1);

		if (!leads_down(pair->bytes, port) || !is_on(pair->bytes, port, bit))
			continue;
		if (bit == TB || A->bdf.bus < low || A->bdf.bus > high)
			return true;
	}
	return false;
}

/* Function 0 of the device that a function is part of switches its groups on. */
static bool goes_by_groups(const struct pair *pair)
{
	const struct bytes *bytes = pair->bytes;
	int first = bytes->f[pair->C].lowest;

	return bytes->f[pair->a].ari && bytes->f[first].bdf.devfn == 0 &&
	       bytes->f[first].ari && (bytes->f[first].ari_ctl & 2);
}

static int vector_index(const struct pair *pair)
{
	const struct bytes_function *b = &pair->bytes->f[pair->b];
	bool ari = build_read(pair->bytes->b, pair->C, 0x40 + 0x28, 2) & 0x20;

	if (is_upstream(pair->bytes, pair->C))
		return (int)b->port_number;
	if (goes_by_groups(pair))
		return b->ari ? (int)(b->ari_ctl >> 4 & 7) : -1;
	return ari ? b->bdf.devfn : b->bdf.devfn & 7;
}

/* Step 4: D direct, B blocked, R redirected, ? unknown. */
static char turn(const struct pair *pair)
{
	const struct bytes_function *a = &pair->bytes->f[pair->a];
	bool rr = is_on(pair->bytes, pair->a, RR);
	int index, size;
	unsigned word;

	if (!is_on(pair->bytes, pair->a, EC))
		return rr ? 'R' : 'D';
	size = a->acs_cap & EC ? (int)(a->acs_cap >> 8) : -1;
	index = vector_index(pair);
	if (index < 0 || size < 0 || (size > 0 && index >= size))
		return '?';
	word = build_read(pair->bytes->b, pair->a,
			  a->acs_at + 8 + (unsigned)index / 32 * 4, 4);
	if (!(word >> (index % 32) & 1))
		return 'D';
	return rr ? 'R' : 'B';
}

/* Step 5: port by port from C up. */
static char climb(const struct pair *pair, bool translated)
{
	for (int at = pair->C; at >= 0; at = pair->bytes->f[at].up) {
		if (!leads_down(pair->bytes, at))
			continue;
		if (translated && is_on(pair->bytes, at, TB))
			return 'B';
		if (!is_on(pair->bytes, at, UF))
			return 'U';
	}
	return 'R';
}

static char write_way(const struct pair *pair, bool translated)
{
	char way;

	if (pair->a < 0 || pair->b < 0 || is_shared_bus(pair->bytes, pair->C))
		return 'D';
	if ((translated && is_stopped(pair, TB)) || is_stopped(pair, SV))
		return 'B';
	if (translated && is_on(pair->bytes, pair->a, DT))
		return 'D';
	way = turn(pair);
	return way == 'R' ? climb(pair, translated) : way;
}

static char read_way(const struct pair *pair, char write)
{
	if (write != 'D' || pair->a < 0 || pair->b < 0 ||
	    is_shared_bus(pair->bytes, pair->C))
		return write;
	return is_on(pair->bytes, pair->b, CR) ? 'S' : 'D';
}

/* Step 7. */
static const char *worst(const struct pair *pair, const char *ways)
{
	static const struct {
		char way;
		const char *route;
	} order[] = {
		{ 'B', "blocked" },    { 'U', "undefined" },  { '?', "unknown" },
		{ 'R', "redirected" }, { 'S', "redirected" },
	};

	for (unsigned i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (ways[0] == order[i].way || ways[1] == order[i].way)
			return order[i].route;
	if (pair->a >= 0 && pair->b >= 0 && leads_down(pair->bytes, pair->C))
		return "same-device";
	return "switch";
}

static struct silicon_answer apart(const struct pair *pair)
{
	bool same = pair->bytes->f[pair->A].host == pair->bytes->f[pair->B].host;
	struct silicon_answer answer = { .common = -1 };

	memset(answer.ways, same ? 'C' : 'X', 4);
	if (is_stopped(pair, TB))
		answer.ways[2] = answer.ways[3] = 'B';
	answer.route = same ? "root-complex" : "cross-root";
	return answer;
}

struct silicon_answer silicon_rule(const struct bytes *bytes, int from, int to)
{
	struct pair pair = meet(bytes, from, to);
	struct silicon_answer answer = { { 'D', 'D', 'D', 'D' }, "self", -1 };

	if (from == to)
		return answer;
	if (pair.C < 0)
		return apart(&pair);
	for (int translated = 0; translated < 2; translated++) {
		answer.ways[2 * translated] = write_way(&pair, translated);
		answer.ways[2 * translated + 1] =
			read_way(&pair, answer.ways[2 * translated]);
	}
	answer.common = pair.C;
	answer.route = worst(&pair, answer.ways);
	return answer;
}
