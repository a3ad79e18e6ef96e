/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed between two looks at a machine, or at two machines: functions are matched
 * by where they hang, then by who they are, so that renumbered buses are no change. */
#ifndef P2PTOOL_DIFF_H
#define P2PTOOL_DIFF_H

#include <stdint.h>

#include <p2ptool/machine.h>

enum p2p_change_kind {
	P2P_CHANGE_CAME,
	P2P_CHANGE_WENT,
	P2P_CHANGE_MOVED,  /* the same device at another place */
	P2P_CHANGE_ACS,    /* control, or an egress vector */
	P2P_CHANGE_ATS,    /* control */
	P2P_CHANGE_LINK,   /* trained to another speed or width */
	P2P_CHANGE_DRIVER, /* another one is bound */
	P2P_CHANGE_ROUTE,  /* of a pair: @function to @other */
	P2P_CHANGE_MAP,    /* of a pair: what the kernel says */
	P2P_CHANGE_GROUP,  /* together with other functions than before */
};
#define P2P_CHANGES (P2P_CHANGE_GROUP + 1)

/** One change. Functions are indexes, @before's in the first machine and @after's in the
 * second, P2P_NONE where there is none. Of pairs, @other is the completer. */
struct p2p_change {
	enum p2p_change_kind kind;
	uint32_t before, after;
	uint32_t other_before, other_after;
	struct p2p_reg was, is; /* register; link as speed << 8 | width; route; map */
};

struct p2p_diff {
	struct p2p_change *changes; /* by kind, then by address */
	uint64_t n_changes;
	uint32_t *to; /* by function of the first: its index in the second, or P2P_NONE */
	uint32_t *from;     /* the reverse */
	uint64_t n_unknown; /* pairs whose route is unknown in just one of them */
	uint32_t n_unseen;  /* functions of one, behind where the other's input ends */
};

/** Compares @before with @after; kinds whose bit is in @ignored are left out. Unknown
 * against known is no change: nothing is known to differ. NULL without memory. */
P2P_PUBLIC struct p2p_diff *p2p_diff_new(const struct p2p_machine *before,
					 const struct p2p_machine *after,
					 unsigned ignored);
P2P_PUBLIC void p2p_diff_free(struct p2p_diff *diff);

#endif
