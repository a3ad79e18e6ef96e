/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to be written into ACS registers so that the members of a p2p domain reach
 * each other as asked, in which order, and what follows from it. Nothing is written
 * here. */
#ifndef P2PTOOL_PLAN_H
#define P2PTOOL_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/err.h>
#include <p2ptool/group.h>
#include <p2ptool/machine.h>

enum p2p_plan_mode {
	P2P_PLAN_CLEAR,      /* members reach each other: RR CR EC off */
	P2P_PLAN_ONE_WAY,    /* initiators reach the others, never the reverse */
	P2P_PLAN_TRANSLATED, /* members reach each other by translated requests */
	P2P_PLAN_EGRESS,     /* members of one switch reach each other and nobody else */
	P2P_PLAN_ISOLATE,    /* members reach nobody: what the kernel programs */
	P2P_PLAN_SET,        /* exactly these bits */
};

/** Where clear acts. */
enum p2p_plan_scope {
	P2P_SCOPE_PATH,   /* on the whole paths: what the kernel's P2PDMA asks */
	P2P_SCOPE_TURN,   /* at the turning ports: what silicon asks */
	P2P_SCOPE_SWITCH, /* on all ports of the members' switches, empty slots too */
};

/** Most words of an egress vector that P2P_PLAN_SET takes. */
#define P2P_PLAN_WORDS P2P_EGRESS_WORDS

struct p2p_plan_options {
	enum p2p_plan_mode mode;
	enum p2p_plan_scope scope;
	const uint32_t *members; /* by address, each once */
	uint32_t n_members;
	const uint32_t *initiators; /* of one-way: some of the members */
	uint32_t n_initiators;
	bool keep_cr;           /* of translated */
	uint32_t set, clear;    /* of set: bits ACS_SV ... ACS_DT on and off */
	const uint32_t *vector; /* of set: P2P_PLAN_WORDS words; NULL: left as it is */
	bool require_all;       /* of modes about pairs: refuse where one of them meets at
				 * the root complex */
};

/** Phases in the order of writing; each is finished on all ports before the next. None
 * lets pass more than both the start and the end do. */
enum p2p_plan_phase {
	P2P_PHASE_FORWARD =
		1,       /* UF on, root to leaf: redirected requests find their way */
	P2P_PHASE_CLOSE, /* RR on, EC and DT off, vectors, root to leaf */
	P2P_PHASE_COMPLETION, /* CR */
	P2P_PHASE_OPEN,       /* RR off, EC or DT on, leaf to root */
	P2P_PHASE_VALIDATE,   /* SV and TB on, UF off */
};
#define P2P_PHASES 5

/** Why a register is written; several may hold. */
enum p2p_plan_why {
	P2P_WHY_REQUESTER = 1 << 0, /* requests of members turn round here */
	P2P_WHY_COMPLETER = 1 << 1, /* completions of members turn round here */
	P2P_WHY_PATH = 1 << 2,      /* the kernel's P2PDMA asks it: on a member's path */
	P2P_WHY_SWITCH = 1 << 3,    /* a port of a member's switch */
	P2P_WHY_FORWARD = 1 << 4,   /* redirected requests pass here */
	P2P_WHY_ISOLATE = 1 << 5,   /* on the path of a member that is to be isolated */
	P2P_WHY_ASKED = 1 << 6,     /* named by the caller */
};

/** The register of one write: ACS Control, or a word of the egress vector. */
#define P2P_PLAN_CONTROL (-1)

/** One write. @old and @new are the whole register; bits that were not read are 0 there
 * and never in @mask. */
struct p2p_plan_op {
	uint32_t function;
	int32_t word;    /* of the egress vector; P2P_PLAN_CONTROL */
	uint16_t offset; /* in config space, bytes */
	uint8_t width;   /* 16 or 32 bits */
	enum p2p_plan_phase phase;
	uint32_t mask, old, new;
	unsigned why; /* of enum p2p_plan_why */
};

/** Why nothing can be planned. */
enum p2p_plan_refusal_kind {
	P2P_REFUSE_FEW,          /* fewer than two members */
	P2P_REFUSE_NO_PAIR,      /* no pair of members meets inside a switch */
	P2P_REFUSE_UNREAD,       /* @bits of ACS at @function were not read */
	P2P_REFUSE_NO_ACS,       /* @function has no ACS capability and needs it */
	P2P_REFUSE_NO_BIT,       /* its capability lacks @bits */
	P2P_REFUSE_CONFLICT,     /* @bits would have to be on and off */
	P2P_REFUSE_UNREACHED,    /* @function to @other is not as asked: @bits at @at */
	P2P_REFUSE_MORE_OPEN,    /* a phase would let pass more than start and end do */
	P2P_REFUSE_NO_ATS,       /* no member has ATS enabled */
	P2P_REFUSE_INITIATORS,   /* initiators are all members, or none */
	P2P_REFUSE_OTHER_SWITCH, /* @function hangs on another switch than @other */
	P2P_REFUSE_SHARED_PORT,  /* @other, no member, shares the port of @function */
	P2P_REFUSE_PORT_NUMBER,  /* that of port @function is unknown, that of @other too,
				  * or beyond the vector */
	P2P_REFUSE_MULTI,        /* @function is one of several of its device, or its port
				 * uses function groups */
	P2P_REFUSE_BUS_NUMBER, /* SV at @at would cut off @function: its bus is not among
				  * those of the port */
	P2P_REFUSE_VECTOR,     /* EC on without a vector */
	P2P_REFUSE_DAMAGED, /* the input is damaged at @function, or nobody knows where */
	P2P_REFUSE_ROOT_COMPLEX, /* pairs meet there, and all are asked for */
};
#define P2P_REFUSALS (P2P_REFUSE_ROOT_COMPLEX + 1)

struct p2p_plan_refusal {
	enum p2p_plan_refusal_kind kind;
	uint32_t function, other, at; /* P2P_NONE where there is none */
	uint32_t bits;
};

/** An ordered pair of functions whose classes @more (bits 1 << enum p2p_tlp) are more
 * open at the end than at the start, or @less. */
struct p2p_plan_pair {
	uint32_t from, to;
	uint8_t more, less;
	bool made_direct, lost_direct; /* write and read, as p2p_verdict.direct */
	bool goal;                     /* it is one of the pairs that the plan is for */
};

struct p2p_plan {
	enum p2p_plan_mode mode;
	enum p2p_plan_scope scope;
	struct p2p_plan_op *ops; /* in the order of writing */
	uint32_t n_ops;
	struct p2p_plan_refusal *refusals; /* then there are no ops */
	uint32_t n_refusals;
	uint32_t *members;
	uint32_t n_members;
	uint64_t n_pairs;  /* ordered pairs of different devices among the members */
	uint64_t n_goals;  /* ... that meet inside a switch */
	uint64_t n_direct; /* ... and were direct before */
	uint64_t n_root_complex; /* ... that meet at the root complex or not at all */
	uint64_t root_complex[P2P_MAP_UNKNOWN + 1]; /* what the kernel says of these */
	struct p2p_plan_pair *pairs;                /* that change, by address */
	uint32_t n_changed;
	uint32_t *bystanders; /* no members, and newly reach one or are reached by one */
	uint32_t n_bystanders;
	uint32_t *waiting; /* empty ports of the members' switches that keep redirect */
	uint32_t n_waiting;
	/* Below: NULL when the plan was refused before its effects were looked at. */
	struct p2p_facts *after; /* the machine's, registers as planned */
	struct p2p_groups *before_groups, *after_groups; /* by the mainline rule */
	unsigned assumed; /* of enum p2p_assumption: what the goals' verdicts rest on */
};

/** Plans. A plan that is impossible is no error: it has refusals. 0 or -ENOMEM. */
P2P_PUBLIC int p2p_plan_new(const struct p2p_machine *machine,
			    const struct p2p_plan_options *options,
			    struct p2p_plan **ret_plan, struct p2p_err *err);
P2P_PUBLIC void p2p_plan_free(struct p2p_plan *plan);

/** True if each register may as well be written once, from its first value to its last,
 * in the order in which they are first written: all writes open, or all close, so that
 * nothing passes on the way that passes neither before nor after. */
P2P_PUBLIC bool p2p_plan_is_single(const struct p2p_plan *plan);

/** Whether @function is a member. */
P2P_PUBLIC bool p2p_plan_has_member(const struct p2p_plan *plan, uint32_t function);

/** The pair, if it changes; else NULL. */
P2P_PUBLIC const struct p2p_plan_pair *p2p_plan_find_pair(const struct p2p_plan *plan,
							  uint32_t from, uint32_t to);

/** Reads controls for P2P_PLAN_SET: `RR-,CR-,DT+` with the specification's letters or
 * lspci's names, or `config_acs:xx110x1` as the kernel's parameter. 0 or -EINVAL. */
P2P_PUBLIC int p2p_plan_parse_bits(const char *text, uint32_t *ret_set,
				   uint32_t *ret_clear, struct p2p_err *err);

/** Reads the entries of an egress vector that are 1: `3,5-7`, or `none`. 0 or -EINVAL. */
P2P_PUBLIC int p2p_plan_parse_vector(const char *text, uint32_t ret_words[P2P_PLAN_WORDS],
				     struct p2p_err *err);

/** The kernel's notation, right to left: `xx110x1`. Returns @ret_text. */
#define P2P_PLAN_KERNEL_BITS_SIZE 8
P2P_PUBLIC char *p2p_plan_kernel_bits(uint32_t set, uint32_t clear,
				      char ret_text[P2P_PLAN_KERNEL_BITS_SIZE]);

#endif
