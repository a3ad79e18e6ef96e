/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two paths, the first function of the provider's that is on the client's, and whether
 * anything up to there redirects; then CPU and host bridges. */
#include "laws/kernel_rule.h"

#define RR_CR_EC 0x2c

/* set_pcie_port_type(): a port in a place that its type does not fit becomes type 0. */
unsigned kernel_rule_type(const struct bytes *bytes, int function)
{
	const struct bytes_function *f = &bytes->f[function];
	unsigned above;

	if (!f->express)
		return RULE_NOT_PCIE;
	if (f->up < 0 || (f->type != 5 && f->type != 6))
		return f->type;
	above = kernel_rule_type(bytes, f->up);
	if (f->type == 5)
		return above == 5 ? 0 : 5;
	return above == 4 || above == 6 || above == 8 ? 0 : 6;
}

/* PCI_BUS_FLAGS_NO_EXTCFG: no extended space behind any but plain PCIe ports, save VFs'. */
bool kernel_rule_is_out_of_sight(const struct bytes *bytes, int function)
{
	if (bytes->f[function].pf >= 0)
		return false;
	for (int at = bytes->f[function].up; at >= 0; at = bytes->f[at].up) {
		unsigned type = kernel_rule_type(bytes, at);

		if (type != 4 && type != 5 && type != 6)
			return true;
	}
	return false;
}

static bool redirects(const struct bytes *bytes, int function)
{
	return bytes->f[function].acs && (bytes->f[function].acs_ctl & RR_CR_EC) &&
	       !kernel_rule_is_out_of_sight(bytes, function);
}

static int place_in(const struct bytes_function *path, int function)
{
	for (int j = 0; j < path->n_path; j++)
		if (path->path[j] == function)
			return j;
	return -1;
}

/* The first device of the root bus: the lowest number on it. */
static int representative(const struct bytes *bytes, int host)
{
	int first = bytes->f[host].lowest;

	if (first < 0 || bytes->f[first].bdf.devfn == 0)
		return first;
	return bytes->f[first].express && bytes->f[first].type == 4 ? first : -1;
}

static bool is_listed(const struct bytes *bytes, int host, bool same)
{
	static const struct {
		uint32_t device;
		bool same_only;
	} rows[] = {
		{ 0x3c00, true },  { 0x3c01, true },  { 0x2f00, true },
		{ 0x2f01, true },  { 0x2030, false }, { 0x2031, false },
		{ 0x2032, false }, { 0x2033, false }, { 0x2020, false },
		{ 0x09a2, false },
	};
	int first = representative(bytes, host);

	if (first < 0 || build_read(bytes->b, first, 0, 2) != 0x8086)
		return false;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].device == build_read(bytes->b, first, 2, 2))
			return same || !rows[i].same_only;
	return false;
}

static bool may_cross(const struct bytes *bytes, int a, int b, bool zen)
{
	int host_a = bytes->f[a].host, host_b = bytes->f[b].host;

	if (zen)
		return true;
	if (host_a == host_b)
		return is_listed(bytes, host_a, true);
	return is_listed(bytes, host_a, false) && is_listed(bytes, host_b, false);
}

struct rule_answer kernel_rule(const struct bytes *bytes, int provider, int client,
			       bool zen)
{
	const struct bytes_function *p = &bytes->f[provider], *c = &bytes->f[client];
	struct rule_answer answer = { RULE_NOT_SUPPORTED, 0 };
	bool hit = false;
	int i = 0, j = -1;

	while (i < p->n_path && (j = place_in(c, p->path[i])) < 0)
		i++;
	answer.distance = (unsigned)(j < 0 ? p->n_path + c->n_path : i + j);
	for (int k = 0; j >= 0 && k <= i; k++)
		hit = hit || redirects(bytes, p->path[k]);
	for (int k = 0; k < j; k++)
		hit = hit || redirects(bytes, c->path[k]);
	if (j >= 0 && !hit)
		answer.map = RULE_BUS_ADDR;
	else if (may_cross(bytes, provider, client, zen))
		answer.map = RULE_THRU_HOST_BRIDGE;
	return answer;
}
