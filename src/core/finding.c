/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about peers that a report should point out: each check marks functions, equal
 * marks fold into one finding. What is seen switch by switch is in finding_switch.c. */
#include <errno.h>
#include <stdlib.h>

#include "core/finding_parts.h"
#include "core/snapshot_store.h"
#include "core/verdict_parts.h"

#include "core/regs.h"

struct finding_mark p2p_finding_mark(enum p2p_finding_id id, enum p2p_severity severity,
				     uint32_t function)
{
	return (struct finding_mark){ .id = id,
				      .severity = severity,
				      .function = function,
				      .on_switch = P2P_NONE,
				      .example_from = P2P_NONE,
				      .example_to = P2P_NONE };
}

void p2p_finding_add(struct finding_search *search, struct finding_mark mark)
{
	if (p2p_store_grow((void **)&search->marks, &search->capacity,
			   search->n_marks + 1, sizeof(mark)))
		search->failed = true;
	else
		search->marks[search->n_marks++] = mark;
}

static void check_unreadable(struct finding_search *search, uint32_t i)
{
	if (search->on_path[i] && p2p_judge_redirects(search->judge, i) == P2P_UNKNOWN)
		p2p_finding_add(search,
				p2p_finding_mark(P2P_FINDING_UNREADABLE, P2P_WARNING, i));
}

static void check_acs_missing(struct finding_search *search, uint32_t i)
{
	if (search->on_path[i] && p2p_topo_is_downstream(search->topo, i) &&
	    search->facts[i].acs.regs.present == P2P_NO)
		p2p_finding_add(search,
				p2p_finding_mark(P2P_FINDING_ACS_MISSING, P2P_INFO, i));
}

static unsigned lesser(unsigned a, unsigned b)
{
	return b < a ? b : a;
}

/* Speeds change with power management, so a low speed alone is no more than a hint. */
static void check_link(struct finding_search *search, uint32_t i)
{
	struct p2p_link link = p2p_facts_link(&search->facts[i]);
	uint32_t parent = search->topo->nodes[i].parent;
	struct p2p_link above = { 0 };
	struct finding_mark mark = p2p_finding_mark(P2P_FINDING_LINK_LOW, P2P_INFO, i);

	if (parent != P2P_NONE)
		above = p2p_facts_link(&search->facts[parent]);
	if (!search->roles[i].peer || !link.width || !link.max_width || !above.max_width)
		return;
	link.max_speed = lesser(link.max_speed, above.max_speed);
	link.max_width = lesser(link.max_width, above.max_width);
	if (link.speed >= link.max_speed && link.width >= link.max_width)
		return;
	if (link.width < link.max_width)
		mark.severity = P2P_WARNING;
	mark.value = (uint64_t)link.speed << 8 | link.width;
	mark.wanted = (uint64_t)link.max_speed << 8 | link.max_width;
	p2p_finding_add(search, mark);
}

static void check_bar(struct finding_search *search, uint32_t i)
{
	const struct p2p_rebar *rebar = &search->facts[i].rebar;
	struct finding_mark mark =
		p2p_finding_mark(P2P_FINDING_BAR_SMALL, P2P_WARNING, i);

	if (search->roles[i].kind != P2P_ROLE_GPU || !search->roles[i].peer ||
	    rebar->present != P2P_YES || rebar->size >= rebar->largest)
		return;
	mark.value = rebar->size;
	mark.wanted = rebar->largest;
	p2p_finding_add(search, mark);
}

static void check_bus_master(struct finding_search *search, uint32_t i)
{
	if (search->roles[i].peer && search->snapshot->functions[i].driver &&
	    p2p_reg_any(search->facts[i].command, COMMAND_MASTER) == P2P_NO)
		p2p_finding_add(search, p2p_finding_mark(P2P_FINDING_BUS_MASTER_OFF,
							 P2P_WARNING, i));
}

static void check_orphan(struct finding_search *search, uint32_t i)
{
	const struct p2p_node *node = &search->topo->nodes[i];

	if (search->on_path[i] && node->parent == P2P_NONE &&
	    search->topo->roots[node->root].orphan)
		p2p_finding_add(search,
				p2p_finding_mark(P2P_FINDING_ORPHAN, P2P_WARNING, i));
}

/* The kernel corrects some, or a root port sits inside a switch. */
static void check_port_type(struct finding_search *search, uint32_t i)
{
	const struct p2p_node *node = &search->topo->nodes[i];
	bool inside = search->facts[i].type == P2P_TYPE_ROOT_PORT &&
		      node->kind != P2P_KIND_ROOT_PORT;

	if (search->on_path[i] && search->facts[i].layout == 1 &&
	    (inside || node->type != (uint8_t)search->facts[i].type))
		p2p_finding_add(search,
				p2p_finding_mark(P2P_FINDING_PORT_TYPE, P2P_INFO, i));
}

static uint32_t count_peers(const struct finding_search *search)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < search->topo->n_nodes; i++)
		n += search->roles[i].peer;
	return n;
}

static void check_all(struct finding_search *search)
{
	if (p2p_judge_rules(search->judge)->p2pdma == P2P_NO && count_peers(search) > 1)
		p2p_finding_add(search, p2p_finding_mark(P2P_FINDING_P2PDMA_OFF,
							 P2P_WARNING, P2P_NONE));
	p2p_finding_switches(search);
	p2p_finding_groups(search);
	for (uint32_t i = 0; i < search->topo->n_nodes; i++) {
		check_unreadable(search, i);
		check_acs_missing(search, i);
		check_link(search, i);
		check_bar(search, i);
		check_bus_master(search, i);
		check_orphan(search, i);
		check_port_type(search, i);
	}
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_kinds(const struct finding_mark *a, const struct finding_mark *b)
{
	int order = compare_numbers(a->severity, b->severity);

	order = order ? order : compare_numbers(a->id, b->id);
	order = order ? order : compare_numbers(a->bits, b->bits);
	order = order ? order : compare_numbers(a->wanted, b->wanted);
	return order ? order : compare_numbers(a->value, b->value);
}

static int compare_marks(const void *a, const void *b)
{
	const struct finding_mark *x = a, *y = b;
	int order = compare_kinds(x, y);

	order = order ? order : compare_numbers(x->on_switch, y->on_switch);
	return order ? order : compare_numbers(x->function, y->function);
}

static struct p2p_finding begin_finding(const struct finding_mark *mark, uint32_t first)
{
	return (struct p2p_finding){ .id = mark->id,
				     .severity = mark->severity,
				     .first_function = first,
				     .example_from = mark->example_from,
				     .example_to = mark->example_to,
				     .bits = mark->bits,
				     .value = mark->value,
				     .wanted = mark->wanted };
}

/* A peer may send through several switches that are alike: it is listed once. */
static void list(struct finding_search *search, struct p2p_findings *findings,
		 uint32_t function)
{
	if (function == P2P_NONE || search->listed[function] == findings->n_findings)
		return;
	search->listed[function] = findings->n_findings;
	findings->functions[findings->n_functions++] = function;
	findings->findings[findings->n_findings - 1].n_functions++;
}

static void fold(struct finding_search *search, struct p2p_findings *findings)
{
	uint32_t last_switch = P2P_NONE;

	if (search->n_marks)
		qsort(search->marks, search->n_marks, sizeof(*search->marks),
		      compare_marks);
	for (uint64_t i = 0; i < search->n_marks; i++) {
		const struct finding_mark *mark = &search->marks[i];
		struct p2p_finding *finding;

		if (!i || compare_kinds(mark - 1, mark)) {
			findings->findings[findings->n_findings++] =
				begin_finding(mark, findings->n_functions);
			last_switch = P2P_NONE;
		}
		finding = &findings->findings[findings->n_findings - 1];
		finding->n_alike += mark->on_switch != last_switch;
		last_switch = mark->on_switch;
		list(search, findings, mark->function);
	}
}

static int search_all(struct finding_search *search, struct p2p_findings *findings)
{
	const struct p2p_node *nodes = search->topo->nodes;

	search->on_path = calloc(search->topo->n_nodes + 1u, sizeof(*search->on_path));
	search->listed = calloc(search->topo->n_nodes + 1u, sizeof(*search->listed));
	if (!search->on_path || !search->listed)
		return -ENOMEM;
	for (uint32_t i = 0; i < search->topo->n_nodes; i++)
		for (uint32_t at = i;
		     search->roles[i].peer && at != P2P_NONE && !search->on_path[at];
		     at = nodes[at].parent)
			search->on_path[at] = true;
	check_all(search);
	findings->findings = calloc(search->n_marks + 1u, sizeof(*findings->findings));
	findings->functions = calloc(search->n_marks + 1u, sizeof(*findings->functions));
	if (search->failed || !findings->findings || !findings->functions)
		return -ENOMEM;
	fold(search, findings);
	return 0;
}

struct p2p_findings *p2p_findings_new(const struct p2p_judge *judge,
				      const struct p2p_role *roles,
				      const struct p2p_grouped *grouped)
{
	struct finding_search search = { .snapshot = judge->snapshot,
					 .facts = judge->facts,
					 .topo = judge->topo,
					 .roles = roles,
					 .judge = judge,
					 .grouped = grouped };
	struct p2p_findings *findings = calloc(1, sizeof(*findings));
	int result = findings ? search_all(&search, findings) : -ENOMEM;

	free(search.on_path);
	free(search.listed);
	free(search.marks);
	if (!result)
		return findings;
	p2p_findings_free(findings);
	return NULL;
}

void p2p_findings_free(struct p2p_findings *findings)
{
	if (!findings)
		return;
	free(findings->findings);
	free(findings->functions);
	free(findings);
}
