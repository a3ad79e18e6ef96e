/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan carried out as a transaction, and taken back: every register is read and
 * compared before the first write, after each write and at the end, and on any failure
 * what was written is put back in reverse order. Registers are reached through two calls
 * only. */
#ifndef P2PTOOL_APPLY_H
#define P2PTOOL_APPLY_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/err.h>
#include <p2ptool/machine.h>
#include <p2ptool/plan.h>

/** How far a transaction is. All but APPLIED and UNDONE are unfinished: the program was
 * ended there, or could not put all registers back. */
enum p2p_apply_state {
	P2P_APPLY_NEW,     /* nothing was written yet */
	P2P_APPLY_WRITING, /* registers are as before or as after one of the writes */
	P2P_APPLY_APPLIED, /* all is written and was read back */
	P2P_APPLY_UNDOING,
	P2P_APPLY_UNDONE, /* nothing of it is left */
	P2P_APPLY_FAILED, /* undone, but for what the registers' @is_left says */
};

/** How a call that writes ended. */
enum p2p_apply_outcome {
	P2P_OUTCOME_DONE,
	P2P_OUTCOME_REFUSED,     /* nothing was written: registers or devices are not
				  * what they should be, or there is no journal */
	P2P_OUTCOME_ROLLED_BACK, /* a write failed, or a stop; all is as before */
	P2P_OUTCOME_INCOMPLETE,  /* ... but for the registers that are left */
};

/** What became of a write. */
enum p2p_apply_result {
	P2P_RESULT_NONE, /* its turn has not come */
	P2P_RESULT_WRITTEN,
	P2P_RESULT_UNCHANGED,   /* never written */
	P2P_RESULT_ROLLED_BACK, /* written, and put back */
	P2P_RESULT_FAILED,      /* this one failed */
};

/** What power/control said before it was held at `on`. */
enum p2p_apply_power {
	P2P_CONTROL_NONE, /* there is no such attribute */
	P2P_CONTROL_ON,
	P2P_CONTROL_AUTO,
};

/** Where a register is between its first value and its last one, or why nobody knows.
 * Only bits that the transaction writes count. */
enum p2p_apply_place {
	P2P_PLACE_UNKNOWN,  /* was not looked at, or could not be read */
	P2P_PLACE_ORIGINAL, /* as before the first write */
	P2P_PLACE_BETWEEN,  /* as after one of the writes but the last */
	P2P_PLACE_APPLIED,  /* as after the last write */
	P2P_PLACE_CHANGED,  /* otherwise */
	P2P_PLACE_GONE,     /* reads all-ones, or its function is not there any more */
	P2P_PLACE_OTHER,    /* another device is in its place */
};

/** A function by what it is, so that another in its place is never written. Ids are
 * P2P_NOT_TOLD when neither registers nor system told. */
struct p2p_apply_function {
	struct p2p_bdf bdf;
	char *path; /* as p2p_topo_path() writes it */
	int32_t vendor, device;
	enum p2p_tri has_serial;
	uint64_t serial;
	enum p2p_apply_power power;
	bool is_refused; /* by the last p2p_apply_restore() */
};

/** A register that is written, in one or several steps. Values are whole registers. */
struct p2p_apply_register {
	uint32_t function; /* index into the transaction's functions */
	int32_t word;      /* of the egress vector; P2P_PLAN_CONTROL */
	uint16_t offset;   /* in config space, bytes */
	uint8_t width;     /* 16 or 32 bits */
	uint32_t known;    /* what the plan knew of it, and rests on */
	uint32_t mask;     /* what is written */
	uint32_t original, applied;
	/* What was seen last: @now holds if @is_read. */
	enum p2p_apply_place place;
	bool is_read;
	bool is_left; /* could not be put back */
	uint32_t now;
};

/** One write. */
struct p2p_apply_op {
	uint32_t reg; /* index into the transaction's registers */
	enum p2p_plan_phase phase;
	uint32_t mask, old, new;
	unsigned why; /* of enum p2p_plan_why */
	enum p2p_apply_result result;
	uint32_t read_back; /* after it was written */
};

/** A transaction. */
struct p2p_apply {
	struct p2p_apply_function *functions;
	uint32_t n_functions;
	struct p2p_apply_register *registers;
	uint32_t n_registers;
	struct p2p_apply_op *ops; /* in the order of writing */
	uint32_t n_ops;
	enum p2p_apply_state state;
	enum p2p_apply_outcome outcome; /* of the last call that writes */
	uint32_t failed;                /* the op that ended it; P2P_NONE if none did */
};

/** What a transaction reaches the machine by. @function is an index into the functions of
 * @apply; errors are negative errnos. Calls marked so may be NULL. */
struct p2p_apply_calls {
	int (*read)(void *data, uint32_t function, uint16_t offset, uint8_t width,
		    uint32_t *ret_value, struct p2p_err *err);
	int (*write)(void *data, uint32_t function, uint16_t offset, uint8_t width,
		     uint32_t value, struct p2p_err *err);
	/** Keeps @apply where no crash reaches it, before it returns: before the first
	 * write and after each result. May be NULL. */
	int (*note)(void *data, const struct p2p_apply *apply, struct p2p_err *err);
	/** Holds a function awake, or lets it be as it was. May be NULL. */
	int (*hold)(void *data, uint32_t function, bool is_held, struct p2p_err *err);
	/** True ends what is written, and puts it back. May be NULL. */
	bool (*stop)(void *data);
	void *data;
};

/** The transaction that carries @plan out on @machine. 0; -EINVAL for a plan that was
 * refused; -ENOMEM. The caller owns it. */
P2P_PUBLIC int p2p_apply_new(const struct p2p_machine *machine,
			     const struct p2p_plan *plan, struct p2p_apply **ret_apply,
			     struct p2p_err *err);
P2P_PUBLIC void p2p_apply_free(struct p2p_apply *apply);

/** Carries out a new transaction. 0 when all is written and was read back; else what
 * became of it is the outcome, and the errno that of the first failure: -ESTALE for a
 * register that is not as planned, -ENODEV for a device that is gone, -EXDEV for another
 * one in its place, -EIO for a register that did not keep what was written, -EINTR after
 * a stop, or what a call returned. */
P2P_PUBLIC int p2p_apply_run(struct p2p_apply *apply, const struct p2p_apply_calls *calls,
			     struct p2p_err *err);

/** Finds the functions of @apply in @machine by path, ids and serial number, takes their
 * addresses over, and says of each register where it is by what @machine read. */
P2P_PUBLIC void p2p_apply_look(struct p2p_apply *apply,
			       const struct p2p_machine *machine);

/** Puts the registers of an applied or unfinished transaction back, in reverse order. A
 * function that is not the one that was written is refused, always; one with a register
 * that is neither as it was left nor as it was before, unless @allow_changed. The others
 * are restored; only if all are refused is the outcome so, with -ESTALE.
 *
 * Of an applied transaction all is put back, or, on a failure or a stop, nothing. An
 * unfinished one is finished as far as the machine lets it, and no stop ends that. Errors
 * as p2p_apply_run(). */
P2P_PUBLIC int p2p_apply_restore(struct p2p_apply *apply,
				 const struct p2p_machine *machine, bool allow_changed,
				 const struct p2p_apply_calls *calls,
				 struct p2p_err *err);

/** Whether the registers may be otherwise than before: a restore has work to do. */
P2P_PUBLIC bool p2p_apply_is_open(const struct p2p_apply *apply);

/** Whether, by what was noted, a register was written: NO if certainly never, or put
 * back; UNKNOWN if a crash may have come before its write or behind it. */
P2P_PUBLIC enum p2p_tri p2p_apply_was_written(const struct p2p_apply *apply,
					      uint32_t reg);

/** The first register of @apply of which @later, by what was noted, may have written bits
 * that @apply may have written too; P2P_NONE if there is none. @later found there what
 * @apply left, so it is taken back first. */
P2P_PUBLIC uint32_t p2p_apply_covered(const struct p2p_apply *apply,
				      const struct p2p_apply *later);

#endif
