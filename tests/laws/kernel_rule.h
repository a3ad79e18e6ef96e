/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's rule, said once more: calc_map_type_and_dist() of Linux 6.1 and 6.12 as its
 * text reads, over plain registers. */
#ifndef P2PTOOL_TESTS_KERNEL_RULE_H
#define P2PTOOL_TESTS_KERNEL_RULE_H

#include "laws/bytes.h"

enum rule_map { RULE_BUS_ADDR, RULE_THRU_HOST_BRIDGE, RULE_NOT_SUPPORTED };

struct rule_answer {
	enum rule_map map;
	unsigned distance;
};

/* @zen: the CPU is AuthenticAMD of family 23 or later. */
struct rule_answer kernel_rule(const struct bytes *bytes, int provider, int client,
			       bool zen);

#define RULE_NOT_PCIE 0xff

/* The type that the kernel works with, or RULE_NOT_PCIE. */
unsigned kernel_rule_type(const struct bytes *bytes, int function);

/* The kernel sees none of its extended space. */
bool kernel_rule_is_out_of_sight(const struct bytes *bytes, int function);

#endif
