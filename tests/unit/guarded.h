/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guards of a plan for a machine that a test says. Unless the test says more, it is a
 * running machine that is known whole and on which nothing speaks against a plan. */
#ifndef P2PTOOL_TESTS_GUARDED_H
#define P2PTOOL_TESTS_GUARDED_H

#include <p2ptool/guard.h>

#include "unit/planned.h"

#define GUARDED_MAX 16

/* What the system tells of one function; zeros and NULL are as on a quiet machine. */
struct guarded_told {
	int function;
	const char *driver; /* NULL: some driver; "": none */
	const char *override, *group_type;
	int32_t group; /* 0: not told; of all others: none */
	enum p2p_tri removable;
	enum p2p_tri is_vf; /* of a PF that is not there */
	struct p2p_p2pmem p2pmem;
};

struct guarded {
	struct planned *m;
	struct build *b;
	struct plant p;
	struct guarded_told told[GUARDED_MAX];
	unsigned n_told;
	/* The machine: a capture that tells nothing when @is_capture. */
	bool is_capture, hides_drivers;
	enum p2p_iommu iommu;
	enum p2p_tri container;
	const char *cmdline, *kernel;
	/* Functions of these are handles until they are asked about; -1: none. */
	struct p2p_holder holders[GUARDED_MAX];
	struct p2p_disk disks[GUARDED_MAX];
	struct p2p_reservation reservations[GUARDED_MAX];
	struct p2p_guest_device guest_devices[GUARDED_MAX];
	uint32_t external[GUARDED_MAX];
	struct p2p_guard_evidence evidence;
	struct p2p_holder asked_holders[GUARDED_MAX]; /* as they were asked about */
	struct p2p_disk asked_disks[GUARDED_MAX];
	uint32_t asked_external[GUARDED_MAX];
	unsigned allowed;
	struct p2p_guards *guards;
};

/* For CMocka: *@state becomes the plant of planned_plant(). */
int guarded_setup(void **state);
int guarded_teardown(void **state);

#define GUARDED(name) \
	cmocka_unit_test_setup_teardown(name, guarded_setup, guarded_teardown)

/* What is told of a function, to be filled in; and evidence, likewise. */
struct guarded_told *guarded_tell(struct guarded *g, int function);
struct p2p_holder *guarded_hold(struct guarded *g, enum p2p_held what, int function);
struct p2p_disk *guarded_use(struct guarded *g, int function);
void guarded_reserve(struct guarded *g, const char *ids);
void guarded_give(struct guarded *g, const char *bdf, bool all_functions);

/* Plans for these members by what was said so far, and asks the guards. */
void guarded_ask(struct guarded *g, const int *members);
/* The same of a plan that was made. */
void guarded_ask_again(struct guarded *g);

/* Of the guards asked last. -1: no function. */
void guarded_passes(const struct guarded *g, enum p2p_guard guard);
const struct p2p_obstacle *guarded_refuses(const struct guarded *g, enum p2p_guard guard,
					   enum p2p_obstacle_kind kind, int function,
					   int other);
void guarded_cannot_tell(const struct guarded *g, enum p2p_guard guard,
			 enum p2p_obstacle_kind kind);
/* Asks again with that guard allowed: only that one changes, and says so. */
void guarded_is_allowed(struct guarded *g, enum p2p_guard guard);

#endif
