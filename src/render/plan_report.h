/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `plan` prints. */
#ifndef P2PTOOL_RENDER_PLAN_REPORT_H
#define P2PTOOL_RENDER_PLAN_REPORT_H

#include <p2ptool/guard.h>
#include <p2ptool/plan.h>

#include "render/out.h"
#include "render/say.h"

struct plan_report {
	const struct scene *scene;
	const struct p2p_plan *plan;
	const struct p2p_plan_options *options; /* that it was made with */
	const struct p2p_judge *after;          /* of the registers as planned; NULL where
						 * the plan is refused */
	const char *selector;                   /* of the members */
	const char *command;                    /* `p2ptool plan ...`, as it was asked */
	const struct p2p_guards *guards;        /* NULL: there is nothing to write */
	const struct p2p_guard_evidence *evidence; /* that they were asked with */
	bool is_guarded;                           /* so that apply would refuse */
	bool is_asked;                             /* whether to write it is asked next */
};

/** Registers that are written, each once. */
uint32_t plan_n_registers(const struct p2p_plan *plan);

/** One line of the table: a write, or where the order does not matter all writes of one
 * register. */
struct plan_row {
	uint32_t function;
	int32_t word;
	uint16_t offset; /* behind the ACS capability */
	uint8_t width;
	enum p2p_plan_phase phase;
	uint32_t mask, old, new;
	uint32_t known; /* bits of @old and @new that were read */
};

/** One row for each write of the plan. The caller frees it. NULL without memory. */
struct plan_row *plan_rows_each(const struct plan_report *report, uint32_t *ret_n);

/** The rows of the table: where the plan allows it one for each register. */
struct plan_row *plan_rows_table(const struct plan_report *report, uint32_t *ret_n);

/** `acs-control`, `egress-vector[0]` */
#define PLAN_REGISTER_SIZE 24
char *plan_register(const struct plan_row *row, char ret_text[PLAN_REGISTER_SIZE]);

/** `0x001d`, with `?` for the digits that were not read. */
#define PLAN_VALUE_SIZE 12
char *plan_value(const struct plan_row *row, uint32_t value,
		 char ret_text[PLAN_VALUE_SIZE]);

/** `RR CR off`, `UF on, DT off`, `ports 2-6 on`. */
#define PLAN_CHANGE_SIZE 160
char *plan_change(const struct plan_row *row, char ret_text[PLAN_CHANGE_SIZE]);

/** What setpci takes for the register: `ECAP_ACS+6.w`, and to write it `=0:2c` behind. */
#define PLAN_HAND_SIZE 48
char *plan_hand_register(const struct plan_row *row, char ret_text[PLAN_HAND_SIZE]);
char *plan_hand(const struct plan_row *row, uint32_t value,
		char ret_text[PLAN_HAND_SIZE]);

/** `RR-,CR-, which is config_acs:xxx00xx`: the bits of mode set in both notations. */
#define PLAN_BITS_SIZE 80
char *plan_bits(const struct p2p_plan_options *options, char ret_text[PLAN_BITS_SIZE]);

/** Why it is refused: what, why, and what to do. */
#define PLAN_REFUSAL_SIZE 1024
char *plan_refusal(const struct plan_report *report,
		   const struct p2p_plan_refusal *refusal, const struct style *style,
		   char ret_text[PLAN_REFUSAL_SIZE]);

/** Changed pairs of one sort. */
enum plan_sort {
	PLAN_MADE_DIRECT, /* members that become direct */
	PLAN_OPENED,      /* members that newly reach each other in part */
	PLAN_BYSTANDING,  /* a bystander that newly reaches somebody, or is reached */
	PLAN_OTHERS,      /* newly reach each other, and none is a member */
	PLAN_LOST,        /* some of what went direct no longer does */
};
bool plan_is_of(const struct plan_report *report, const struct p2p_plan_pair *pair,
		enum plan_sort sort);
uint64_t plan_count(const struct plan_report *report, enum plan_sort sort);

/** Prints them as `gpu0 <-> nvme0-1`, those alike together, from @column on behind
 * @indent; ends the line. */
void plan_pairs(const struct plan_report *report, enum plan_sort sort,
		const struct style *style, unsigned column, struct out *out);

/** Two groups of which functions newly reach each other. */
struct plan_bridge {
	int32_t a, b; /* a < b */
};

/** By number, each once: the live ones, or those predicted from the registers before. The
 * caller frees it. NULL without memory. */
struct plan_bridge *plan_bridges(const struct plan_report *report, bool live,
				 uint32_t *ret_n);

/** True if the predicted group is not the same before and after; @of and @other are the
 * plan's two predictions. */
bool plan_group_changes(const struct p2p_groups *of, const struct p2p_groups *other,
			uint32_t group);

void plan_text(const struct plan_report *report, const struct style *style,
	       struct out *out);

/** What is written: a line for each register or write, alike ones folded. */
void plan_table(const struct plan_report *report, const struct style *style,
		struct out *out);

/** What follows: the part of the text below its table. */
#define PLAN_COLUMN 16
void plan_effects(const struct plan_report *report, const struct style *style,
		  struct out *out);
void plan_item(const struct style *style, struct out *out, const char *item,
	       const char *text);

/** Disks of members and bystanders that are in use. */
void plan_use(const struct plan_report *report, const struct style *style,
	      struct out *out);

void plan_json(const struct plan_report *report, struct out *out);

/** A script for sh that writes it with setpci. */
void plan_script(const struct plan_report *report, struct out *out);

#endif
