/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transaction that is being carried out, or taken back. */
#ifndef P2PTOOL_CORE_APPLY_PARTS_H
#define P2PTOOL_CORE_APPLY_PARTS_H

#include <p2ptool/apply.h>

/* Room for the deepest path. */
#define APPLY_PATH_SIZE 2048

/* What was done about an op. */
enum apply_step {
	STEP_NOT_TAKEN = 0,
	STEP_SAME,    /* its bits were as wanted */
	STEP_WRITTEN, /* written, or perhaps: a write that fails may have happened */
};

/* One call that writes. Its steps are the ops, forward to their new bits or, of a
 * restore, backward to their old ones. */
struct carrying {
	struct p2p_apply *apply;
	const struct p2p_apply_calls *calls;
	struct p2p_err *err; /* gets the first failure */
	bool is_restore;
	bool is_final;    /* what is unfinished is undone: there is no way back */
	uint32_t *start;  /* by register: when the call began */
	uint32_t *before; /* by op: right before it was written */
	uint8_t *steps;   /* by op: enum apply_step */
	int noting;       /* a restore goes on without a journal: the first errno */
};

/* apply_reach.c: 0 or -ENOMEM; p2p_apply_end() in both cases. */
int p2p_apply_begin(struct carrying *carrying);
void p2p_apply_end(struct carrying *carrying);

/* Reads a register. All-ones are -ENODEV if its capability reads so too. */
int p2p_apply_read(const struct carrying *carrying, uint32_t reg, uint32_t *ret_value,
		   struct p2p_err *err);
int p2p_apply_write(const struct carrying *carrying, uint32_t reg, uint32_t value,
		    struct p2p_err *err);

/* Looks whether the register is one of ACS at the device that it was: 0, -ENODEV,
 * -EXDEV, or what reading returned. */
int p2p_apply_recognise(const struct carrying *carrying, uint32_t reg,
			struct p2p_err *err);

/* Notes the transaction as it is now. A restore keeps the errno for later. */
int p2p_apply_note(struct carrying *carrying, struct p2p_err *err);

/* Holds functions awake that were not, or lets them be as they were; those that are
 * refused or have a register left stay as they are. 0 or the first errno. */
int p2p_apply_hold(struct carrying *carrying, bool is_held, struct p2p_err *err);

/* A sentence about a register, "ADDRESS: ACS control VERB 0x001dTHAN 0x0011". Returns
 * @code. */
struct apply_said {
	const char *verb;
	uint32_t value;
	const char *than;
	uint32_t other;
};
int p2p_apply_say(const struct p2p_apply *apply, uint32_t reg, int code,
		  struct apply_said said, struct p2p_err *err);

/* ... without values: "ADDRESS: WHAT". */
int p2p_apply_tell(const struct p2p_apply *apply, uint32_t reg, int code,
		   struct p2p_err *err, const char *what);

/* apply_undo.c: puts back what was written, in reverse order of writing, looks at each
 * register once more, and says what is left. */
void p2p_apply_undo(struct carrying *carrying);

/* apply_run.c: carries out all steps, and undoes them on a failure. 0 or that errno. */
int p2p_apply_carry(struct carrying *carrying);

/* apply_run.c: keeps what reading a register gave, and where that puts it. */
void p2p_apply_keep(struct p2p_apply_register *reg, int result, uint32_t value);

/* apply_look.c: finds a function. P2P_PLACE_ORIGINAL and its index in @machine if it is
 * there; GONE, OTHER, or UNKNOWN if what it is cannot be told. */
enum p2p_apply_place p2p_apply_find(const struct p2p_apply_function *function,
				    const struct p2p_machine *machine,
				    uint32_t *ret_index);

/* apply_look.c: where a register with this value is. */
enum p2p_apply_place p2p_apply_classify(const struct p2p_apply *apply, uint32_t reg,
					uint32_t value);

static inline bool apply_is_refused(const struct p2p_apply *apply, uint32_t reg)
{
	return apply->functions[apply->registers[reg].function].is_refused;
}

/* The nth step is this op. */
static inline uint32_t apply_step(const struct carrying *carrying, uint32_t n)
{
	return carrying->is_restore ? carrying->apply->n_ops - 1 - n : n;
}

static inline uint32_t apply_put(uint32_t value, uint32_t mask, uint32_t bits)
{
	return (value & ~mask) | (bits & mask);
}

/* Bits that must be as they are expected before something is written. */
static inline uint32_t apply_expected(const struct carrying *carrying, uint32_t reg)
{
	const struct p2p_apply_register *at = &carrying->apply->registers[reg];

	return carrying->is_restore ? at->mask : at->known;
}

#endif
