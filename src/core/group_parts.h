/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of grouping: what isolates (group_isolate.c), requester ids (group_alias.c),
 * the kernel's rule (group_mainline.c), the strict one (group_strict.c), the result
 * (group_keep.c), live groups beside it (group_diff.c). */
#ifndef P2PTOOL_CORE_GROUP_PARTS_H
#define P2PTOOL_CORE_GROUP_PARTS_H

#include <stdbool.h>

#include <p2ptool/group.h>

/** pci_acs_enabled() of SV RR CR UF for one function. */
struct isolation {
	enum p2p_tri isolated;
	enum p2p_tie_rule rule; /* when NO: why, if others hang on it */
	uint16_t bits;          /* required and off */
	unsigned assumed;
};

/** All that is computed once for a machine. By function: */
struct group_base {
	const struct p2p_snapshot *snapshot;
	const struct p2p_facts *facts;
	const struct p2p_topo *topo;
	const struct p2p_group_rules *rules;
	struct isolation *isolations;
	const struct alias_quirk **aliases; /* NULL: only its own requester id */
	uint32_t *real;  /* the function under whose id it does DMA; itself */
	uint32_t *order; /* as the kernel adds functions */
	bool has_unknown;
};

/** One outcome: registers that were not read taken for isolating, or for not. */
struct grouping {
	const struct group_base *base;
	bool is_pessimist;
	bool *path;   /* by function: it and all above it isolate */
	uint32_t *of; /* by function: group, or P2P_NONE until it has one */
	uint32_t n_groups;
	struct p2p_tie *ties; /* what put functions into groups, ... */
	uint32_t *tied;       /* ... by tie: the group */
	uint32_t n_ties, room;
	uint8_t *noted; /* by function: a bit for each rule that it ties by */
	bool failed;    /* out of memory */
};

void p2p_group_isolate(const struct group_base *base, uint32_t function,
		       struct isolation *ret_isolation);

/** Whether groups may come out otherwise once all of the function is known. */
bool p2p_group_is_open(const struct group_base *base, uint32_t function);

/** Multi-function in the kernel's sense: every function but 0 is, a VF never. */
bool p2p_group_is_multi(const struct group_base *base, uint32_t function);

/** True if that it has one function is only concluded from seeing no other. */
bool p2p_group_guesses_multi(const struct group_base *base, uint32_t function);

/** Fills @aliases and @real. */
void p2p_group_find_aliases(struct group_base *base);

/** Whether two functions of one bus use a requester id of each other. */
bool p2p_group_are_aliases(const struct group_base *base, uint32_t a, uint32_t b);

/** The functions of one bus are neighbours in the snapshot: from @ret_first to before
 * @ret_end. */
void p2p_group_bus(const struct group_base *base, uint32_t function, uint32_t *ret_first,
		   uint32_t *ret_end);

/** Whether it isolates in this outcome. */
bool p2p_grouping_isolates(const struct grouping *grouping, uint32_t function);

/** Notes what tied the function that was just put into @group. */
void p2p_grouping_tie(struct grouping *grouping, uint32_t group, struct p2p_tie tie);

/** The groups of the worst outcome, each certain if it is one of the best outcome too. */
struct p2p_groups *p2p_grouping_keep(const struct grouping *worst,
				     const struct grouping *best);

void p2p_grouping_mainline(struct grouping *grouping);
void p2p_grouping_strict(struct grouping *grouping);

#endif
