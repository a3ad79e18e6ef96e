/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A said machine and a boot of it that is predicted. Each prediction decodes anew what has
 * been said so far. */
#ifndef P2PTOOL_TESTS_BOOTED_H
#define P2PTOOL_TESTS_BOOTED_H

#include <p2ptool/boot.h>

#include "support/said.h"

/* What a root port of the builder offers here, and what a kernel turns on of it. */
#define OFFERED 0x5f
#define DEFAULT 0x1d

struct booted {
	struct said *said;
	struct build *b;
	bool from_firmware;
	struct p2p_boot *boot;
	int port, end; /* 0000:00:01.0 with ACS that is off, 0000:01:00.0 without */
	int other;     /* 0000:00:02.0 like the first */
};

/* For CMocka: *@state becomes that machine, booted by 6.12.117 on Intel; its registers are
 * as the firmware left them. */
int booted_setup(void **state);
int booted_teardown(void **state);

#define BOOTED(name) cmocka_unit_test_setup_teardown(name, booted_setup, booted_teardown)

/* Predicts a boot. What it returns is valid until the next one. */
const struct p2p_boot *booted_make(struct booted *m, const char *cmdline);

/* ACS control of a function after a boot with this command line. */
struct p2p_reg booted_after(struct booted *m, int function, const char *cmdline);

/* Fails the test unless a boot leaves just this in the register, all bits known. */
void booted_assert(struct booted *m, int function, const char *cmdline, uint32_t value);

#endif
